"""Compiled loops are kept as long as nothing that they are made of changes, wherever there is room for them."""

from __future__ import annotations

import importlib
import logging
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from numba import njit
from numba.core import event

from influence_graph import kernels
from influence_graph.kernels import cores, keeping, rank
from influence_graph.language import say

INNER = "from numba import njit\n@njit(cache=True)\ndef part(x):\n    return x * {}\n"
OUTER = (
    "from numba import njit\nfrom influence_graph.kernels.inner import part\n"
    "@njit(cache=True)\ndef whole(x):\n    return part(x) + 1.0\n"
)


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A room of loops whose files may change."""
    monkeypatch.setattr(keeping, "_ROOM", tmp_path)
    monkeypatch.setattr(kernels, "__path__", [*kernels.__path__, str(tmp_path)])
    (tmp_path / "inner.py").write_text(INNER.format("2.0"), encoding="utf-8")
    (tmp_path / "outer.py").write_text(OUTER, encoding="utf-8")
    yield tmp_path
    keeping.stamp.cache_clear()
    _forget()


def _forget() -> None:
    for name in ("inner", "outer"):
        sys.modules.pop(f"influence_graph.kernels.{name}", None)
        vars(kernels).pop(name, None)


def _started_anew() -> Callable[[float], float]:
    """The loop of a process that begins now."""
    _forget()
    keeping.stamp.cache_clear()
    importlib.invalidate_caches()
    whole: Callable[[float], float] = importlib.import_module("influence_graph.kernels.outer").whole
    return whole


def test_a_loop_is_made_anew_when_a_loop_inside_it_changes(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert _started_anew()(3.0) == 7.0
    kept: Any = _started_anew()
    assert kept(3.0) == 7.0
    assert kept.stats.cache_hits
    (room / "inner.py").write_text(INNER.format("20.0"), encoding="utf-8")
    changed: Any = _started_anew()
    assert changed(3.0) == 61.0
    assert not changed.stats.cache_hits


def test_every_loop_here_is_kept_by_all_that_it_is_made_of() -> None:
    assert rank.pagerank._cache._cache_file._source_stamp == keeping.stamp("rank")
    assert keeping.stamp("rank") != keeping.stamp("laid") != keeping.stamp("cores")
    for file in Path(kernels.__file__).parent.glob("*.py"):
        told = file.read_text(encoding="utf-8")
        lines = [line for line in told.splitlines() if "influence_graph.kernels" in line and "import" in line.split()]
        assert len(keeping._TAKEN.findall(told.encode())) == len(lines), file


@pytest.mark.parametrize("writable", [True, False])
def test_without_a_folder_to_write_to_loops_run_and_are_not_kept(
    writable: bool, room: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    if not writable:
        monkeypatch.setattr(keeping, "_PLACES", [])
    caplog.set_level(logging.WARNING, kernels.__name__)
    with event.install_listener("numba:compile", kernels._Compiling()):
        whole: Any = _started_anew()
        assert whole(3.0) == 7.0
    assert say("kernels.compiling" if writable else "kernels.not-kept") in caplog.messages
    assert whole._cache.cache_path == str(room / "__pycache__" if writable else keeping._for_this_run())


def test_loops_of_others_are_theirs(tmp_path: Path) -> None:
    """Numba compiles functions of no module too, such as those that sympy makes."""
    made: dict[str, Any] = {"__builtins__": {}}
    exec("def more(x):\n    return x + 1", made)
    made["more"].__module__ = None
    assert njit(made["more"])(3) == 4
    assert keeping.Keeper.from_function(made["more"], str(tmp_path / "theirs.py")) is None
    assert isinstance(cores.core_number._cache._impl.locator, keeping.Keeper)
