"""CSV and its relatives: encoding, delimiter, quotes and lines, clean or not.

A large clean file is read by DuckDB; everything else by Python's csv module. Both give the same sheet.
"""

# ruff: noqa: S608 -- the names in statements are made here; what comes from files is bound or quoted

from __future__ import annotations

import codecs
import csv
import gzip
import hashlib
import io
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Literal, cast

from influence_graph.tables.schema import Note
from influence_graph.tables.sheets import HEAD, SPACES, WIDEST, Sheet, column_names, fresh, store

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

LARGE = 100_000
"""Bytes from which a clean file is worth DuckDB's reader."""
DELIMITERS = ",;\t|"
_CHUNK = 1 << 20
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Letters that only come out of Vietnamese text when its legacy code page is decoded.
_VIETNAMESE = re.compile("[\u1ea0-\u1ef9]")
_SEPARATOR_LINE = re.compile(r"\s*sep=(.)\s*[\r\n]", re.IGNORECASE)


@dataclass(frozen=True)
class _Survey:
    """What one pass over a file's bytes tells."""

    start: bytes
    newlines: int
    ends_with_newline: bool
    clean: bool


def _survey(path: Path) -> _Survey:
    """One pass over the bytes: plain UTF-8 without NULs or bare carriage returns or not, and how many lines."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    newlines, clean, start, last = 0, True, b"", b""
    with _open(path) as stream:
        while chunk := stream.read(_CHUNK):
            start = start or chunk[:65536]
            newlines += chunk.count(b"\n")
            # A chunk may end between \r and \n, hence the byte before it.
            lone = (last + chunk).count(b"\r") - (last + chunk).count(b"\r\n") - chunk.endswith(b"\r")
            last = chunk[-1:]
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                clean = False
            if lone or b"\0" in chunk:
                clean = False
            if not clean:
                break
    return _Survey(start, newlines, last == b"\n", clean and last != b"\r")


def is_zipped(path: Path) -> bool:
    """Whether a file is gzipped, whatever it is called."""
    with path.open("rb") as stream:
        return stream.read(2) == b"\x1f\x8b"


def _open(path: Path) -> IO[bytes]:
    return cast("IO[bytes]", gzip.open(path)) if is_zipped(path) else path.open("rb")


def sha256(path: Path) -> str:
    """The file's fingerprint."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read_delimited(connection: DuckDBPyConnection, path: Path, *, large: int = LARGE) -> Sheet:
    """A delimited text file as a sheet.

    Parameters
    ----------
    large : int
        Bytes from which DuckDB reads what is clean.

    Raises
    ------
    OSError, EOFError, zlib.error
        The file can't be read, or its compression is broken.
    """
    if path.stat().st_size >= large:
        survey = _survey(path)
        if survey.clean and not survey.start.startswith(tuple(bom for bom, _ in _BOMS[1:])):
            sheet = _read_clean(connection, path, survey)
            if sheet is not None:
                return sheet
    with _open(path) as stream:
        text, encoding = decode(stream.read())
    return _read_careful(connection, path.name, text, encoding)


def read_start(connection: DuckDBPyConnection, path: Path) -> tuple[Sheet, str]:
    """The first rows of a large file as a sheet, and its delimiter."""
    with _open(path) as stream:
        start = stream.read(_CHUNK)
    text, encoding = decode(start[: start.rfind(b"\n") + 1])
    return _read_careful(connection, path.name, text, encoding), sniff(text[: 1 << 18])


def _read_clean(connection: DuckDBPyConnection, path: Path, survey: _Survey) -> Sheet | None:
    """DuckDB's reader, or None where a row has another shape than the first or a line is not a row."""
    import duckdb

    text = survey.start.decode("utf-8-sig", "ignore")
    if _SEPARATOR_LINE.match(text):
        return None
    delimiter = sniff(text)
    width = len(next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), []))
    if not 1 < width <= WIDEST:
        return None
    relation = fresh()
    columns = ", ".join(f"'{name}': 'VARCHAR'" for name in column_names(width))
    zipped = "gzip" if is_zipped(path) else "none"
    try:
        connection.execute(
            f"CREATE TABLE {relation} AS SELECT * FROM read_csv($path, auto_detect=false, header=false,"
            f" delim=$delimiter, quote='\"', escape='\"', strict_mode=true, null_padding=false,"
            f" compression='{zipped}', columns={{{columns}}})",
            {"path": str(path).replace("\\", "/"), "delimiter": delimiter},
        )
    except duckdb.Error:
        return None
    (rows,) = cast(tuple[int], connection.execute(f"SELECT count(*) FROM {relation}").fetchone())
    if rows != survey.newlines + (not survey.ends_with_newline):
        connection.execute(f"DROP TABLE {relation}")
        return None
    shown = connection.execute(f"SELECT * FROM {relation} LIMIT {HEAD}").fetchall()
    head = [tuple(cell or "" for cell in row) for row in shown]
    head[0] = (head[0][0].removeprefix("\ufeff"), *head[0][1:])
    return Sheet(path.name, "", relation, width, "place + 1", None, tuple(head))


def decode(data: bytes) -> tuple[str, str]:
    """Text of a file in whatever encoding it is: BOM, UTF-8, UTF-16 by its NULs, then Windows' Vietnamese or Western.

    Returns
    -------
    tuple of str
        The text without NULs, and the encoding that was assumed.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return data.decode(encoding, "replace").replace("\0", ""), encoding
    sample = data[:65536]
    for start, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        half = sample[start::2]
        if len(half) > 8 and half.count(0) > 0.4 * len(half) and sample[1 - start :: 2].count(0) < 0.05 * len(half):
            return data.decode(encoding, "replace").replace("\0", ""), encoding
    try:
        return data.decode("utf-8").replace("\0", ""), "utf-8"
    except UnicodeDecodeError:
        pass
    vietnamese = unicodedata.normalize("NFC", data.decode("cp1258", "replace"))
    if _VIETNAMESE.search(vietnamese):
        return vietnamese.replace("\0", ""), "cp1258"
    return data.decode("cp1252", "replace").replace("\0", ""), "cp1252"


def sniff(text: str) -> str:
    """The delimiter under which most of the first lines have the same number of cells; of those, the most cells."""
    lines = text.splitlines(keepends=True)[:60]

    def agreement(delimiter: str) -> tuple[float, int]:
        try:
            widths = [len(row) for row in csv.reader(lines, delimiter=delimiter) if row][:50]
        except csv.Error:
            return 0.0, 0
        width, times = max(Counter(w for w in widths if w > 1).items(), key=lambda found: found[1], default=(0, 0))
        return round(times / max(len(widths), 1), 1), width

    return max(DELIMITERS, key=agreement)


def _read_careful(connection: DuckDBPyConnection, name: str, text: str, encoding: str) -> Sheet:
    notes = [] if encoding.startswith("utf-8") else [Note("tables.encoding", {"file": name, "encoding": encoding})]
    first_line = 1
    if told := _SEPARATOR_LINE.match(text):
        delimiter, text, first_line = told[1], text[told.end() :].removeprefix("\n"), 2
    else:
        delimiter = sniff(text[: 1 << 18])
    rows, lines, open_at = _parse(text, delimiter, csv.QUOTE_MINIMAL)
    if open_at is not None:
        # One stray quote would swallow the rest of the file as one cell.
        rows, lines, _ = _parse(text, delimiter, csv.QUOTE_NONE)
        rows = [[_unquoted(cell) for cell in row] for row in rows]
        notes.append(Note("tables.stray-quote", {"file": name, "line": open_at + first_line - 1}))
    return store(connection, rows, (line + first_line - 1 for line in lines), file=name, notes=tuple(notes))


def _parse(text: str, delimiter: str, quoting: Literal[0, 3]) -> tuple[list[list[str]], list[int], int | None]:
    """Rows, their lines, and the line of a quote that never closes."""
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quoting=quoting)
    rows: list[list[str]] = []
    lines: list[int] = []
    line = 1
    for row in reader:
        if any(cell.strip(SPACES) for cell in row):
            rows.append(row)
            lines.append(line)
        started, line = line, reader.line_num + 1
    if rows and quoting == csv.QUOTE_MINIMAL and text.count('"') % 2 and line - started > 2:
        return rows, lines, started
    return rows, lines, None


def _unquoted(cell: str) -> str:
    inner = cell.strip()
    return inner[1:-1].replace('""', '"') if len(inner) > 1 and inner[0] == inner[-1] == '"' else cell
