"""Files that appear together or not at all, whatever comes between: a full disk, Ctrl-C, a file open elsewhere."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from typing import Any

from influence_graph.errors import InfluenceGraphError, UsageError

_WRITE_ERRORS = {
    errno.ENOSPC: "map.disk-full",
    errno.EDQUOT: "map.disk-full",
    errno.EACCES: "map.not-writable",
    errno.EPERM: "map.not-writable",
    errno.EROFS: "map.not-writable",
}


def check_out(out: Path) -> None:
    """Raise when a map can't be written there: worth knowing before the work."""
    for place in (out, *out.parents):
        if place.is_dir():
            if not os.access(place, os.W_OK | os.X_OK):
                raise InfluenceGraphError("map.not-writable", path=place)
            return
        if place.exists() or place.is_symlink():
            raise UsageError("map.out-is-a-file", path=place)


@contextmanager
def whole(out: Path, *, parts: Sequence[str] = ()) -> Iterator[Path]:
    """A folder to write to whose files move to `out` together when the block ends well, and else leave no trace.

    Parameters
    ----------
    out : Path
        The folder; made when missing.
    parts : sequence of str
        Names of files that go where they are not written anew: what an earlier map found does not belong to this one.

    Raises
    ------
    InfluenceGraphError
        It can't be written: no space, no permission.
    """
    made = [place for place in (out, *out.parents) if not place.exists()]
    try:
        out.mkdir(parents=True, exist_ok=True)
        # Inside, so on the same disk; named before it is there, so that it goes again whenever Ctrl-C comes.
        draft = out / f".writing-{token_hex(8)}"
        try:
            draft.mkdir(mode=0o700)
            yield draft
            _undisturbed(lambda: _move(draft, out, parts))
        finally:
            _undisturbed(lambda: shutil.rmtree(draft, ignore_errors=True))
        made = []
    except OSError as error:
        message = _WRITE_ERRORS.get(error.errno or 0, "map.cannot-write")
        raise InfluenceGraphError(message, path=out, reason=error.strerror or str(error)) from None
    finally:
        for place in made:  # for nothing
            if place.is_dir() and not any(place.iterdir()):
                place.rmdir()


def _move(draft: Path, out: Path, parts: Sequence[str]) -> None:
    """Put a draft in the place of what is there; where that fails, everything is as it was."""
    new = sorted(file.name for file in draft.iterdir())
    going = [name for name in (*parts, *new) if (out / name).exists() or (out / name).is_symlink()]
    for name in going:
        if (out / name).is_dir() and not (out / name).is_symlink():
            raise IsADirectoryError(errno.EISDIR, f"{os.strerror(errno.EISDIR)}: {name}")
    earlier = Path(tempfile.mkdtemp(dir=out, prefix=".earlier-"))
    come: list[str] = []
    try:
        for name in sorted({*parts, *new}):
            if name in going:
                (out / name).replace(earlier / name)
            if name in new:
                (draft / name).replace(out / name)
                come.append(name)
    except OSError:
        for name in come:
            (out / name).unlink()
        for file in earlier.iterdir():
            file.replace(out / file.name)
        earlier.rmdir()
        raise
    shutil.rmtree(earlier, ignore_errors=True)


def _undisturbed(act: Callable[[], None]) -> None:
    """Finish before Ctrl-C is heard, so that the folder never holds half of two maps."""
    if threading.current_thread() is not threading.main_thread():
        act()
        return
    pressed: list[Any] = []
    before = signal.signal(signal.SIGINT, lambda number, _frame: pressed.append(number))
    try:
        act()
    finally:
        signal.signal(signal.SIGINT, before)
    if pressed:
        raise KeyboardInterrupt
