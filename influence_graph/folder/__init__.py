"""The folder a map is written to: every file of it, whole or not at all.

CSV is UTF-8 with a byte order mark (Excel reads Vietnamese names by it; pandas and DuckDB drop it), lines end in LF,
what is unknown is empty.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, Literal

from influence_graph.folder.forms import IDS, as_csv, as_json, as_parquet, pseudonymous
from influence_graph.folder.whole import check_out, whole

if TYPE_CHECKING:
    import pandas as pd

    from influence_graph.map import MapResult, Progress
    from influence_graph.planning import Outlook

__all__ = [
    "FILES",
    "IDS",
    "PARTS",
    "as_csv",
    "as_json",
    "as_parquet",
    "check_out",
    "pseudonymous",
    "whole",
    "write",
    "write_figures",
]

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
