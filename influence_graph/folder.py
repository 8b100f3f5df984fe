"""The folder a map is written to: every file of it, whole or not at all.

CSV is UTF-8 with a byte order mark (Excel reads Vietnamese names by it; pandas and DuckDB drop it), lines end in LF,
what is unknown is empty. Text that a spreadsheet would run as a formula gets an apostrophe before it; Parquet and
JSON hold every text as it came.
"""

from __future__ import annotations

import errno
import json
import os
import re
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, Literal

from influence_graph.errors import InfluenceGraphError, UsageError

if TYPE_CHECKING:
    import pandas as pd

    from influence_graph.map import MapResult, Progress
    from influence_graph.planning import Outlook

FILES = (
    "report.html",
    "network.html",
    "people.csv",
    "people.parquet",
    "influences.parquet",
    "campaigns.csv",
    "mix.csv",
    "groups.csv",
    "talents.csv",
    "growth.csv",
    "match.csv",
    "timing.csv",
    "moves.csv",
    "authenticity.csv",
    "ecosystem.csv",
    "findings.json",
    "faults.csv",
    "run.json",
)
"""What a map's folder holds. The names are a contract."""
PARTS = ("backtest.json", "placebo.json", "plan.json")
"""What it holds beside, where it was asked for."""

IDS = frozenset({"person_id", "campaign_id", "key", "group", "id", "source", "target"})
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")
_FORMULA = re.compile(r"\s*[=+\-@]")
_BARE = re.compile(r"[@+\-]?[\w.\-]*")
_WRITE_ERRORS = {
    errno.ENOSPC: "map.disk-full",
    errno.EDQUOT: "map.disk-full",
    errno.EACCES: "map.not-writable",
    errno.EPERM: "map.not-writable",
    errno.EROFS: "map.not-writable",
}


def write(
    result: MapResult,
    out: Path,
    *,
    names: Literal["creators", "all"] = "creators",
    drawn: int = 2_000,
    progress: Progress | None = None,
) -> None:
    """Write a map's folder.

    Everything is written beside its place first and moved there at the end: an interruption or a full disk leaves
    the folder as it was.

    Parameters
    ----------
    result : MapResult
        A finished map.
    out : Path
        The folder; made when missing. Files of other names in it are left alone.
    names : {"creators", "all"}
        Who is named: creators alone (others by stable pseudonyms), or everybody.
    drawn : int, default 2000
        People in network.html at most, see `influence_graph.views.network.page`.
    progress : callable, optional
        Called with the stage's message id, steps done and their number.

    Raises
    ------
    UsageError
        `out` is a file.
    InfluenceGraphError
        It can't be written: no space, no permission.
    """
    from influence_graph.programme.groups import no_groups

    check_out(out)
    begun = perf_counter()
    if progress:
        progress("map.stage-pages", 0, 0)
    people = result.people if names == "all" else pseudonymous(result.people)
    with whole(out, parts=PARTS) as draft:
        for name, text in _pages(result, names, drawn):
            (draft / name).write_text(text, encoding="utf-8", newline="\n")
        frames = {"people": people, "campaigns": result.campaigns, "mix": result.mix, "faults": result.faults}
        frames["groups"] = result.groups.table if result.groups else no_groups()
        frames["talents"] = _talents(result, names)
        frames["growth"] = _growth(result, names)
        frames["match"] = _match(result, names)
        frames |= dict(_answers(result))
        for name, frame in frames.items():
            (draft / f"{name}.csv").write_text(as_csv(frame), encoding="utf-8-sig", newline="\n")
        as_parquet(people, draft / "people.parquet")
        as_parquet(_influences(result, people), draft / "influences.parquet")
        found = [finding.record() for finding in result.findings]
        (draft / "findings.json").write_text(as_json(found), encoding="utf-8", newline="\n")
        seconds = {**result.run["seconds"], "pages": round(perf_counter() - begun, 3)}
        parameters = {**result.run["parameters"], "names": names}
        run = {**result.run, "parameters": parameters, "seconds": seconds}
        (draft / "run.json").write_text(as_json(run), encoding="utf-8", newline="\n")
        if result.backtest:
            (draft / "backtest.json").write_text(as_json(result.backtest.record()), encoding="utf-8", newline="\n")
        if result.outlook:
            text = as_json(_planned(result.outlook, names))
            (draft / "plan.json").write_text(text, encoding="utf-8", newline="\n")
        if result.placebo:
            (draft / "placebo.json").write_text(as_json(result.placebo.record()), encoding="utf-8", newline="\n")
    if progress:
        progress("map.stage-pages", 1, 1)


def write_figures(result: MapResult, out: Path) -> list[Path]:
    """Write every figure of the report as SVG and as PNG of twice the size, for slides and documents.

    Parameters
    ----------
    result : MapResult
        A finished map. Only creators are named.
    out : Path
        The folder; made when missing. Files of other names in it are left alone.

    Returns
    -------
    list of Path
        The files, in the order of the report; none where there is nothing to draw.

    Raises
    ------
    InfluenceGraphError
        It can't be written: no space, no permission.
    """
    from influence_graph.views.figures.inline import pictures

    check_out(out)
    written = []
    with whole(out) as draft:
        for name, content in pictures(result):
            (draft / name).write_bytes(content)
            written.append(out / name)
    return written


def check_out(out: Path) -> None:
    """Raise when a map can't be written there: worth knowing before the work."""
    for place in (out, *out.parents):
        if place.is_dir():
            if not os.access(place, os.W_OK | os.X_OK):
                raise InfluenceGraphError("map.not-writable", path=place)
            return
        if place.exists() or place.is_symlink():
            raise UsageError("map.out-is-a-file", path=place)


def pseudonymous(people: pd.DataFrame) -> pd.DataFrame:
    """People with everybody but creators under a stable pseudonym and without a name."""
    from influence_graph.tables.privacy import pseudonyms

    others = ~people["is_creator"].astype(bool)
    told = people.copy()
    told.loc[others, "person_id"] = pseudonyms(people.loc[others, "person_id"])
    told.loc[others, "name"] = None
    return told


def as_csv(frame: pd.DataFrame) -> str:
    """A table as CSV text that spreadsheets show and never run.

    Text beginning with ``= + - @`` gets an apostrophe before it. Ids that are a bare handle or number (``@linh``,
    ``-7``) stay as they are: nothing in them can be called, and they must join with the user's own tables.
    """
    told = frame.copy()
    for name in told.columns:
        if told[name].dtype == object or told[name].dtype == "str":
            bare = _BARE if name in IDS else None
            told[name] = told[name].map(lambda value, bare=bare: _cell(value, bare), na_action="ignore")
    return told.to_csv(index=False, lineterminator="\n", float_format="%.12g")


def _cell(value: Any, bare: re.Pattern[str] | None) -> Any:
    if not isinstance(value, str):
        return value
    text = _CONTROL.sub(" ", value)
    formula = _FORMULA.match(text) and not (bare and bare.fullmatch(text))
    return f"'{text}" if formula else text


def as_json(data: Any, *, indent: int | None = 2) -> str:
    """Plain JSON text: unknown is null, times are ISO 8601, names as they are written."""
    return json.dumps(_plain(data), ensure_ascii=False, indent=indent, allow_nan=False) + "\n"


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(item) for item in (sorted(value) if isinstance(value, (set, frozenset)) else value)]
    if hasattr(value, "tolist"):  # numpy, scalar or array
        return _plain(value.tolist())
    if isinstance(value, (str, bool, int)) or value is None:
        return value
    if isinstance(value, float):
        return value if abs(value) < float("inf") else None  # NaN too
    if hasattr(value, "isoformat"):
        return value.isoformat() if value == value else None  # NaT is not itself
    text = str(value)
    return None if text == "<NA>" else text


def _pages(result: MapResult, names: Literal["creators", "all"], drawn: int) -> Iterator[tuple[str, str]]:
    from influence_graph.views.network import page
    from influence_graph.views.report import report

    yield "report.html", report(result, names=names)
    yield "network.html", page(result, people=drawn, names=names)


def _planned(outlook: Outlook, names: Literal["creators", "all"]) -> dict[str, Any]:
    """What plan.json holds, its people under the names that may be told."""
    people = outlook.plan.people if names == "all" else pseudonymous(outlook.plan.people)
    return {**outlook.record(), "people": people.to_dict("records")}


def _talents(result: MapResult, names: Literal["creators", "all"]) -> pd.DataFrame:
    """Who outside could join, under the names that may be told."""
    import pandas as pd

    from influence_graph.programme.talents import TALENTS

    told = result.talents.table if result.talents else pd.DataFrame(columns=list(TALENTS))
    return told if names == "all" else pseudonymous(told)


def _answers(result: MapResult) -> Iterator[tuple[str, pd.DataFrame]]:
    """Tables that name nobody but creators; without rows where there was nothing to tell."""
    import pandas as pd

    from influence_graph.people.authenticity import PEOPLE
    from influence_graph.people.paths import MOVES
    from influence_graph.programme.ecosystem import LASTING
    from influence_graph.programme.timing.hours import SLOT_COLUMNS

    yield "timing", result.timing.hours if result.timing else pd.DataFrame(columns=list(SLOT_COLUMNS))
    yield "moves", result.course.moves if result.course else pd.DataFrame(columns=list(MOVES))
    yield "authenticity", result.authenticity.people if result.authenticity else pd.DataFrame(columns=list(PEOPLE))
    yield "ecosystem", result.ecosystem.lasting if result.ecosystem else pd.DataFrame(columns=list(LASTING))


def _growth(result: MapResult, names: Literal["creators", "all"]) -> pd.DataFrame:
    """Who moved up a tier, under the names that may be told."""
    from influence_graph.programme.growth import no_growth

    told = result.growth.table if result.growth else no_growth()
    return told if names == "all" else pseudonymous(told)


def _match(result: MapResult, names: Literal["creators", "all"]) -> pd.DataFrame:
    """Who adds most in which community, under the names that may be told."""
    import pandas as pd

    from influence_graph.programme.match import MATCHES

    told = result.match.table if result.match else pd.DataFrame(columns=list(MATCHES))
    return told if names == "all" else pseudonymous(told)


def _influences(result: MapResult, people: pd.DataFrame) -> pd.DataFrame:
    """Who influences whom, under the ids that `people` has."""
    called = dict(zip(result.people["person_id"], people["person_id"], strict=True))
    edges = result.influences[["source", "target", "probability", "credit"]]
    return edges.assign(source=edges["source"].map(called), target=edges["target"].map(called))


def as_parquet(frame: pd.DataFrame, path: Path) -> None:
    """Write a table as Parquet: every text as it came, times as times, unknown as null."""
    import duckdb

    try:
        with duckdb.connect() as memory:
            memory.register("frame", frame)
            memory.execute("COPY frame TO $path (FORMAT parquet, COMPRESSION zstd)", {"path": str(path)})
    except duckdb.IOException as error:
        raise OSError(errno.EIO, str(error).splitlines()[0]) from None


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
        with tempfile.TemporaryDirectory(dir=out, prefix=".writing-") as folder:  # inside: so on the same disk
            yield Path(folder)
            _undisturbed(lambda: _move(Path(folder), out, parts))
        made = []
    except OSError as error:
        message = _WRITE_ERRORS.get(error.errno or 0, "map.cannot-write")
        raise InfluenceGraphError(message, path=out, reason=error.strerror or str(error)) from None
    finally:
        for place in made:  # for nothing
            if place.is_dir() and not any(place.iterdir()):
                place.rmdir()


def _move(draft: Path, out: Path, parts: Sequence[str]) -> None:
    for name in parts:
        if not (draft / name).exists():
            (out / name).unlink(missing_ok=True)
    for file in sorted(draft.iterdir()):
        file.replace(out / file.name)


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
