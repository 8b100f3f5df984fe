"""What was understood of a folder, before anything is mapped: for `influence-graph check`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from influence_graph.errors import InfluenceGraphError
from influence_graph.language import say
from influence_graph.tables.headers import unique_names
from influence_graph.tables.loading import Part
from influence_graph.tables.reading import Progress, Seen, examine
from influence_graph.tables.schema import Note, Tables
from influence_graph.tables.settings import quote

_ADDS: Mapping[str, str] = MappingProxyType(
    {
        "creators": "tables.adds-creators",
        "aliases": "tables.adds-aliases",
        "campaigns": "tables.adds-campaigns",
        "follows": "tables.adds-follows",
        "followers": "tables.adds-followers",
        "shares": "tables.adds-shares",
        "conversions": "tables.adds-conversions",
        "touches": "tables.adds-touches",
    }
)


@dataclass(frozen=True)
class FileUnderstanding:
    """What one file (or sheet) gave one table.

    Attributes
    ----------
    file : str
    table : str or None
        None where the file was not understood; `reason` says why.
    export : str or None
        The platform export that was recognised.
    implied : bool
        The rows were read out of another table's (creators named by orders).
    rows, refused : int
        Rows read, and those of them that were refused.
    columns : mapping
        Our column: what it is called in the file.
    extra : tuple of str
        Columns kept as they came.
    decisions : tuple of Note
        What had to be decided to read it.
    """

    file: str
    table: str | None
    export: str | None = None
    implied: bool = False
    rows: int = 0
    refused: int = 0
    columns: Mapping[str, str] = field(default_factory=dict)
    extra: tuple[str, ...] = ()
    decisions: tuple[Note, ...] = ()
    reason: InfluenceGraphError | None = None


@dataclass(frozen=True)
class Understanding:
    """A folder, understood.

    Attributes
    ----------
    files : tuple of FileUnderstanding
    tables : Tables
        What could be read.
    missing : tuple of Note
        What each table that is not there would add.
    proposal : str
        The text of a ``tables.toml`` that says the same.
    mappable : bool
        Whether there is anything to map: shares or conversions.
    problem : error or None
        What has to be settled first, as a time zone.
    """

    files: tuple[FileUnderstanding, ...]
    tables: Tables
    missing: tuple[Note, ...]
    proposal: str
    mappable: bool
    problem: InfluenceGraphError | None

    def frame(self) -> pd.DataFrame:
        """One row a file and table, worded: file, table, export, rows, refused, columns, extra, remarks."""
        return pd.DataFrame(
            [
                {
                    "file": file.file,
                    "table": file.table or "",
                    "export": file.export or "",
                    "rows": file.rows,
                    "refused": file.refused,
                    "columns": ", ".join(_pair(ours, theirs) for ours, theirs in file.columns.items()),
                    "extra": ", ".join(file.extra),
                    "remarks": " ".join(
                        [note.text for note in file.decisions] + ([str(file.reason)] if file.reason else [])
                    ),
                }
                for file in self.files
            ],
            columns=["file", "table", "export", "rows", "refused", "columns", "extra", "remarks"],
        )


def check(
    source: str | Path | Sequence[str | Path],
    *,
    timezone: str | None = None,
    config: Path | None = None,
    progress: Progress | None = None,
) -> Understanding:
    """Say what the files of a folder are understood as, and what more would help.

    Parameters
    ----------
    source, timezone, config, progress
        As for `read`.

    Raises
    ------
    TablesError
        An empty folder.
    UsageError
        No such file or folder, or no such time zone.
    """
    examination = examine(source, timezone=timezone, config=config, progress=progress)
    tables = examination.tables
    files = [understood for seen in examination.seen for understood in _files(seen)]
    missing = tuple(Note(said) for table, said in _ADDS.items() if not len(tables[table]))
    return Understanding(
        tuple(files),
        tables,
        missing,
        propose(examination.seen, timezone),
        bool(len(tables.shares) or len(tables.conversions)),
        examination.problem,
    )


def _files(seen: Seen) -> list[FileUnderstanding]:
    if not seen.parts:
        return [FileUnderstanding(seen.label, None, decisions=seen.notes, reason=seen.reason)]
    names = unique_names(seen.headers)
    return [
        FileUnderstanding(
            part.label,
            part.meaning.table,
            part.meaning.export,
            part.meaning.implied,
            part.read,
            part.refused,
            MappingProxyType({column: names[place] for column, place in part.meaning.columns.items()}),
            tuple(part.meaning.extra),
            (*(seen.notes if place == 0 else ()), *part.notes),
        )
        for place, part in enumerate(seen.parts)
    ]


def _pair(ours: str, theirs: str) -> str:
    return ours if ours == theirs else f"{ours} = {theirs}"


def propose(seen: Sequence[Seen], timezone: str | None = None) -> str:
    """The text of a ``tables.toml`` that reads these files as they were understood.

    Parameters
    ----------
    seen : sequence of Seen
        What `examine` found.
    timezone : str, optional
        The zone that was given.
    """
    lines = [f"# {say('tables.proposal')}"]
    if timezone is not None:
        lines.append(f"timezone = {quote(timezone)}")
    elif any(part.zoneless for sheet in seen for part in sheet.parts):
        lines.append('# timezone = "Asia/Ho_Chi_Minh"')
    for sheet in seen:
        names = unique_names(sheet.headers)
        for part in sheet.parts:
            lines += ["", "[[file]]", f"name = {quote(sheet.file)}", *_rule(sheet, part, names)]
        if not sheet.parts:
            lines += ["", "[[file]]", f"name = {quote(sheet.file)}", 'table = "ignore"']
            if sheet.part:
                lines.append(f"sheet = {quote(sheet.part)}")
    return "\n".join(lines) + "\n"


def _rule(sheet: Seen, part: Part, names: Sequence[str]) -> list[str]:
    meaning = part.meaning
    lines = [f"sheet = {quote(sheet.part)}"] if sheet.part else []
    lines.append(f"table = {quote(meaning.table)}")
    lines += [f"{said} = true" for said in ("implied", "local_time") if getattr(meaning, said)]
    sections = {
        "columns": {column: quote(names[place]) for column, place in meaning.columns.items()},
        "constants": {column: quote(text) for column, text in meaning.constants.items()},
        "composed": {
            column: "[" + ", ".join(quote(names[place]) for place in places) + "]"
            for column, places in meaning.composed.items()
        },
    }
    for section, entries in sections.items():
        if entries:
            lines += [f"[file.{section}]", *(f"{column} = {said}" for column, said in entries.items())]
    return lines
