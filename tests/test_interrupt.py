"""Ctrl-C is answered from the first line on, also where Python's own way swallows it or crashes."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
import weakref
from importlib.machinery import EXTENSION_SUFFIXES, ExtensionFileLoader, ModuleSpec
from pathlib import Path
from threading import Event
from types import ModuleType
from typing import Any

import pytest
from tiny import few_sweeps, programme

from influence_graph.cli import answer
from influence_graph.cli.interrupt import listening
from influence_graph.errors import ExitCode
from influence_graph.language import say
from influence_graph.map import map_tables

LONG = 30
"""Seconds after which a key counts as swallowed; each case ends at once when it is heard."""


def press() -> None:
    signal.raise_signal(signal.SIGINT)


def wait() -> None:
    until = time.monotonic() + LONG
    while time.monotonic() < until:
        time.sleep(0.01)


class Slow(ExtensionFileLoader):
    """Stands for an extension module whose first moments call Python, which is when the key is pressed."""

    def __init__(self) -> None:
        super().__init__("slow", f"slow{EXTENSION_SUFFIXES[0]}")
        self.whole = False


def load(monkeypatch: pytest.MonkeyPatch, loader: Slow) -> None:
    """Load it as `import` does: compiled code is called by the loader's own methods."""

    def compiled(_spec: ModuleSpec) -> ModuleType:
        press()
        loader.whole = True
        return ModuleType("slow")

    monkeypatch.setattr("_imp.create_dynamic", compiled)
    loader.create_module(ModuleSpec("slow", loader, origin=loader.path))


def test_an_extension_module_loads_to_its_end_then_the_key_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    loader = Slow()
    with listening() as interrupt:
        with pytest.raises(KeyboardInterrupt):  # wherever it comes after loading
            load(monkeypatch, loader)
            wait()
        assert interrupt.pressed
        interrupt.answer()
    assert loader.whole


def test_a_key_that_a_callback_swallowed_is_told_again(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    class Thing:
        pass

    def swallowed(words: object) -> int:
        thing = Thing()
        watch = weakref.ref(thing, lambda _: press())
        del thing  # what is raised in a callback goes nowhere
        assert watch() is None
        wait()
        return ExitCode.FINE

    monkeypatch.setattr("influence_graph.cli.commands.run", swallowed)
    assert answer(["check", "x"]) == ExitCode.INTERRUPTED
    assert capfd.readouterr() == ("", f"{say('cli.interrupted')}\n")


def test_pressing_again_does_not_disturb_who_puts_things_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    order = []

    def tidy(words: object) -> int:
        try:
            press()
        finally:
            order.append("begun")
            press()
            time.sleep(0.2)  # time enough to be told again
            order.append("done")
        return ExitCode.FINE

    monkeypatch.setattr("influence_graph.cli.commands.run", tidy)
    assert answer(["map", "x"]) == ExitCode.INTERRUPTED
    assert order == ["begun", "done"]


def test_a_command_that_is_done_says_so() -> None:
    with listening() as interrupt:
        interrupt.answer()
        press()
        assert not interrupt.pressed


def test_a_key_before_there_are_words_is_answered_in_the_user_s_language(tmp_path: Path) -> None:
    """It is pressed by what the program loads first, a module of the standard library."""
    code = """
        import builtins, signal, sys
        from influence_graph.__main__ import main
        usual = builtins.__import__
        def pressing(name, *rest):
            if name == "influence_graph":
                builtins.__import__ = usual
                signal.raise_signal(signal.SIGINT)
            return usual(name, *rest)
        builtins.__import__ = pressing
        sys.argv = ["influence-graph", "check", "nowhere", "--lang", "vi"]
        main()
    """
    code = "\n".join(line.removeprefix(" " * 8) for line in code.splitlines())
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", code], cwd=tmp_path, capture_output=True, encoding="utf-8", check=False
    )
    assert (done.returncode, done.stdout) == (ExitCode.INTERRUPTED, "")
    assert done.stderr.startswith("Đã")
    assert len(done.stderr.splitlines()) == 1


def test_nothing_loads_before_the_key_is_heard() -> None:
    """What Python has loaded anyway, and what tells signals: until then a key is Python's, with a traceback."""
    code = "import enum, signal, sys; before = set(sys.modules); import influence_graph.__main__; "
    code += "print(sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "['influence_graph', 'influence_graph.__main__']\n"


def test_who_maps_without_a_command_is_not_kept_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever answers a question looks at nothing meanwhile; the map's user has the prompt back all the same."""
    ended, pressed = Event(), []

    def deaf(*_: Any, **__: Any) -> None:
        pressed.append(time.monotonic())
        press()
        ended.wait(LONG)

    monkeypatch.setattr("influence_graph.map.answers.groups", deaf)
    with few_sweeps(), pytest.raises(KeyboardInterrupt):
        map_tables(programme(), backtest=False)
    assert time.monotonic() - pressed[0] < LONG / 2
    ended.set()
