"""The program as a user runs it, for tests."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from influence_graph.errors import ExitCode

PROGRAM = (sys.executable, "-m", "influence_graph")


def run(*words: str | Path, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the program as a user would, in English unless told otherwise."""
    clean = {"LANG": "C.UTF-8", "PYTHONUTF8": "1", "COLUMNS": "80"}
    return subprocess.run(
        [*PROGRAM, *map(str, words)],
        cwd=cwd,
        env=os.environ | clean | environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def fine(*words: str | Path, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    done = run(*words, cwd=cwd, **environment)
    assert done.returncode == ExitCode.FINE, done.stdout + done.stderr
    return done
