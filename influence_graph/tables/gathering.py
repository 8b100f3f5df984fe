"""Which files a source means, and what is said of them beside them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from influence_graph.errors import TablesError, UsageError
from influence_graph.tables.formats import SUFFIXES
from influence_graph.tables.settings import CONFIG


def gather(source: str | Path | Sequence[str | Path]) -> tuple[list[Path], Path | None]:
    """The files meant, and the ``tables.toml`` beside them."""
    paths = [Path(source)] if isinstance(source, (str, Path)) else [*map(Path, source)]
    if not paths:
        raise UsageError("tables.no-source")
    if len(paths) == 1 and paths[0].is_dir():
        folder = _of_demo(paths[0]) or paths[0]
        try:
            inside = sorted(path for path in folder.iterdir() if path.is_file() and _is_candidate(path))
        except OSError as fault:
            raise TablesError("tables.unreadable", file=folder.name, reason=fault.strerror or str(fault)) from fault
        if not inside:
            raise TablesError("tables.empty-folder", folder=str(folder))
        return inside, folder / CONFIG if (folder / CONFIG).is_file() else None
    for path in paths:
        if not path.is_file():
            raise UsageError("tables.no-such-file", file=str(path))
    beside = paths[0].parent / CONFIG
    return paths, beside if beside.is_file() else None


def _of_demo(folder: Path) -> Path | None:
    """The tables in a folder that `influence-graph demo` made: the truth beside them is no table of the programme."""
    inside = folder / "tables"
    return inside if (folder / "truth.csv").is_file() and inside.is_dir() else None


def _is_candidate(path: Path) -> bool:
    return path.suffix.lower() in SUFFIXES and not path.name.startswith((".", "~$"))
