"""Where compiled loops are kept, and until when: numba's places, until anything changes that a loop is made of.

Numba by itself makes a loop anew when its own file changes, and keeps it when the file of a loop it calls does, whose
code is inside it: after an update half of a calculation would be the old one.
"""

from __future__ import annotations

import atexit
import re
import shutil
import tempfile
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import FunctionType
from typing import Any

from numba.core import caching

_ROOM = Path(__file__).parent
_TAKEN = re.compile(rb"^from influence_graph\.kernels\.(\w+) import", re.MULTILINE)
_PLACES: list[Any] = list(caching.CacheImpl._locator_classes)
"""Where numba looks for a folder that can be written to: one that the user names, beside the file, the user's own."""


class Keeper:
    """Where one loop is kept; numba asks."""

    def __init__(self, loop: FunctionType, file: str) -> None:
        self._py_file, self._loop = file, loop
        found = filter(None, (place.from_function(loop, file) for place in _PLACES))
        self.lasting: Any = next(found, None)

    @classmethod
    def from_function(cls, loop: FunctionType, file: str) -> Keeper | None:
        """The place of a loop of ours; None for anybody else's."""
        return cls(loop, file) if Path(file).parent == _ROOM and Path(file).exists() else None

    def ensure_cache_path(self) -> None:
        """Make the folder."""
        Path(self.get_cache_path()).mkdir(parents=True, exist_ok=True)

    def get_cache_path(self) -> str:
        """The folder; one for this run alone where none can be written to."""
        return str(self.lasting.get_cache_path() if self.lasting else _for_this_run())

    def get_source_stamp(self) -> str:
        """What tells whether a kept loop is still the same."""
        return stamp(Path(self._py_file).stem)

    def get_disambiguator(self) -> str:
        """What tells loops of the same name in one file apart."""
        return str(self._loop.__code__.co_firstlineno)


@cache
def stamp(module: str) -> str:
    """A digest of a module here and of all that it takes loops from, through others too. O(size of the files)."""
    read: dict[str, bytes] = {}
    waiting = [module]
    while waiting:
        name = waiting.pop()
        if name not in read:
            read[name] = (_ROOM / f"{name}.py").read_bytes()
            waiting += [taken.decode() for taken in _TAKEN.findall(read[name])]
    return sha256(b"\0".join(read[name] for name in sorted(read))).hexdigest()


@cache
def _for_this_run() -> str:
    folder = tempfile.mkdtemp(prefix="influence-graph-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
