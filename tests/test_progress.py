"""Progress without a terminal: a line a stage, and further lines while one is long; Ctrl-C is heard meanwhile."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

import pytest

from influence_graph.cli import progress
from influence_graph.cli.waiting import patiently
from influence_graph.language import current, speaking


def test_no_stage_is_silent_for_long(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "SILENT", 0.1)
    monkeypatch.setattr(progress, "LOOKING", 0.02)
    with progress.progress(quiet=False) as show:
        show("cli.stage-read", 0, 0)
        show("cli.stage-read", 1, 4)
        time.sleep(0.35)
    told = capsys.readouterr().err.splitlines()
    assert told[0] == "Reading the tables"
    assert 2 <= len(told) <= 4
    assert set(told[1:]) == {"  Reading the tables: 25% done, 0 s so far"}
    time.sleep(0.15)
    assert not capsys.readouterr().err, "whatever was shown has ended"


def test_of_two_stages_the_one_still_open_is_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "SILENT", 0.1)
    monkeypatch.setattr(progress, "LOOKING", 0.02)
    with progress.progress(quiet=False) as show:
        show("map.stage-backtest", 1, 4)
        show("map.stage-match", 0, 0)
        show("map.stage-match", 1, 1)
        time.sleep(0.2)
    further = [line for line in capsys.readouterr().err.splitlines() if line.startswith(" ")]
    assert further and all("25% done" in line for line in further)


def test_quick_stages_have_a_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    with speaking("vi"), progress.progress(quiet=False) as show:
        for step in range(3):
            show("cli.stage-read", step, 2)
    assert capsys.readouterr().err.splitlines() == ["Đọc các bảng"]


def test_what_is_waited_for_answers_raises_and_speaks_the_language() -> None:
    with speaking("vi"):
        assert patiently(current) == "vi"
        assert patiently(lambda: patiently(lambda: 7)) == 7
    with pytest.raises(KeyError, match="nothing"):
        patiently(lambda: dict[str, int]()["nothing"])


_STUBBORN = """
import sys, threading
import numpy as np
from influence_graph.cli import answer
from influence_graph.cli import commands
from influence_graph.cli.waiting import patiently

def work(_words):
    print("begun", flush=True)
    patiently(lambda: np.sort(np.random.default_rng(0).random(6 * 10**7)))

commands.run = work
import os
code = answer([])
sys.stderr.flush()
os._exit(code)
"""


def test_ctrl_c_is_heard_while_compiled_code_runs() -> None:
    """A sort that never looks up: whoever waits hears Ctrl-C all the same."""
    with subprocess.Popen(
        [sys.executable, "-c", _STUBBORN], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "begun\n"
        pressed = time.perf_counter()
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=60)
        took = time.perf_counter() - pressed
    assert process.returncode == 130
    assert told == "Interrupted: no file was left half written.\n"
    assert took < 3, "the sort alone takes longer"
