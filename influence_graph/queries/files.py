"""Where queries lie: those that come with the program, and the user's own."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from influence_graph.errors import InfluenceGraphError, UsageError
from influence_graph.queries.query import Language, Query, parse

ARCHIVE = "influence-graph"
"""The archive of all queries, and the folder of favourites that Browser makes of it."""
LANGUAGES = {ending: language for language in Language for ending in language.endings}


def folder() -> Path:
    """The folder of the queries that come with the program: inside the package, or at the root of a checkout."""
    installed = Path(__file__).with_name("cypher")
    return installed if installed.is_dir() else Path(__file__).parents[2] / "queries"


def listed() -> list[Query]:
    """The queries that come with the program, by their numbers."""
    return [read(path) for path in sorted(folder().glob("[0-9][0-9]-*.cypher"))]


def find(name: str) -> Query:
    """The query of a name or number (`07-first-post-to-purchase`, `first-post-to-purchase`, `7`), or of a file.

    Raises
    ------
    UsageError
        There is no such query or file.
    """
    if Path(name).suffix.casefold() in LANGUAGES:
        return read(Path(name))
    ours = {path.stem: path for path in folder().glob("[0-9][0-9]-*.cypher")}
    for stem, path in ours.items():
        number, _, short = stem.partition("-")
        if name in (stem, short, number, number.removeprefix("0")):
            return read(path)
    near = get_close_matches(name, [stem.partition("-")[2] for stem in sorted(ours)], cutoff=0.5)
    if near:
        raise UsageError("queries.unknown-near", name=name, near=", ".join(near))
    raise UsageError("queries.unknown", name=name)


def read(path: Path) -> Query:
    """The query of a file.

    Raises
    ------
    UsageError
        The file can't be read, or holds no statement or several.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        missing = isinstance(error, FileNotFoundError)
        raise UsageError("queries.no-file" if missing else "queries.unreadable", path=path) from None
    return parse(path.stem, text, LANGUAGES.get(path.suffix.casefold(), Language.CYPHER))


def save(to: Path) -> list[Path]:
    """Copy everything for Neo4j Browser into a folder, with one archive of all queries: Browser takes a file at a time.

    Returns
    -------
    list of Path
        What was written.

    Raises
    ------
    InfluenceGraphError
        The folder can't be written.
    """
    written = []
    try:
        to.mkdir(parents=True, exist_ok=True)
        for path in sorted(path for path in folder().iterdir() if path.suffix in (".cypher", ".grass")):
            written.append(to / path.name)
            written[-1].write_bytes(path.read_bytes())
        written.append(to / f"{ARCHIVE}.zip")
        with ZipFile(written[-1], "w", ZIP_DEFLATED) as archive:
            for path in sorted(folder().glob("*.cypher")):
                archive.writestr(f"{ARCHIVE}/{path.name}", path.read_bytes())
    except OSError as error:
        raise InfluenceGraphError("queries.unwritable", path=to, reason=error.strerror or str(error)) from None
    return written
