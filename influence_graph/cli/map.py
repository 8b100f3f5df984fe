"""`map`: from tables to a finished map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from threading import Thread
from time import perf_counter
from typing import TYPE_CHECKING, Any, Literal

import rich_click as click

from influence_graph.cli.options import (
    Positive,
    Whole,
    answers,
    connecting,
    is_store,
    mapping,
    naming,
    option,
    reading,
    sizing,
)
from influence_graph.cli.output import Answer, Output, line, table
from influence_graph.cli.progress import Progress, stage
from influence_graph.cli.waiting import patiently
from influence_graph.cli.worded import Argument, Command
from influence_graph.errors import UsageError
from influence_graph.language import number, say

if TYPE_CHECKING:
    from influence_graph.map import MapResult
    from influence_graph.needs import Needs
    from influence_graph.store import Store
    from influence_graph.tables import Tables


@click.command("map", cls=Command, help="cli.help-map")
@click.argument("source", nargs=-1, required=True, type=click.Path(), cls=Argument, help="cli.help-source")
@answers(out="cli.help-out-map", metavar="DIR")
@option("--figures", type=click.Path(path_type=Path), metavar="DIR", help="cli.help-figures")
@option("--drawn", type=Whole(), default=2_000, show_default=True, metavar="PEOPLE", help="cli.help-drawn")
@option("--placebo", type=Whole(), default=0, metavar="NUMBER", help="cli.help-placebo-too")
@option("--budget", type=Positive(), metavar="MONEY", help="cli.help-budget-too")
@option("--costs", "rates", metavar="FILE", help="cli.help-costs")
@option("--currency", metavar="CODE", help="cli.help-currency")
@sizing
@option("--no-backtest", "backtest", is_flag=True, flag_value=False, default=True, help="cli.help-no-backtest")
@option("--estimate", is_flag=True, help="cli.help-estimate")
@option("--no-write-back", "keep", is_flag=True, help="cli.help-no-write-back")
@connecting
@reading
@mapping
@naming
def map(  # noqa: A001  the command's own name
    source: tuple[str, ...],
    output: Output,
    figures: Path | None,
    drawn: int,
    rates: str | None,
    estimate: bool,
    keep: bool,
    server: Mapping[str, str | None],
    reading: Mapping[str, Any],
    names: Literal["creators", "all"],
    **how: Any,
) -> None:
    """`influence-graph map SOURCE...`."""
    from influence_graph.folder import check_out, write, write_figures

    if estimate:
        output.show(_needs(source, reading["config"], output))
        return
    out = output.out or Path("map")
    for folder in (out, figures or out):
        check_out(folder)
    with output.progress() as show:
        if rates:
            from influence_graph.planning import read_rates

            how["rates"] = read_rates(rates)
        result, store = mapped(source, show, server=server, reading=reading, drawn=True, **how)
        write(result, out, names=names, drawn=drawn, progress=show)
        saved = write_figures(result, figures) if figures else []
        if store is not None and not keep:
            show("cli.stage-results", 0, 0)
            store.write_results(result.frames, result.run, progress=stage("cli.stage-results", show))
            show("cli.stage-results", 1, 1)
    graph = source[0] if "://" in source[0] and not keep else None
    output.show(summary(result, out, saved, graph=graph))


def _needs(source: Sequence[str], config: Path | None, output: Output) -> Answer:
    """What mapping these files will need: as records, a row a table, and in words."""
    from influence_graph.needs import estimate

    if stores := [one for one in source if is_store(one)]:
        from influence_graph.store import shown

        raise UsageError("cli.estimate-store", path=shown(stores[0]))
    with output.progress() as show:
        show("cli.stage-count", 0, 0)
        needs = patiently(lambda: estimate(source if len(source) > 1 else source[0], config=config))
    return Answer(needs.record(), lambda: needs.frame(), lambda: _needed(needs))


def _needed(needs: Needs) -> list[Any]:
    from psutil import virtual_memory
    from rich.text import Text

    rows = [[name, number(many)] for name, many in needs.size.rows.items()]
    memory = {"memory": needs.memory, "low": needs.memory_low, "high": needs.memory_high}
    seconds = {"seconds": needs.seconds, "low": needs.seconds_low, "high": needs.seconds_high}
    free = virtual_memory().available / 2**30
    told = [say("cli.needs-memory", **memory, free=free), say("cli.needs-seconds", **seconds)]
    told += [say("cli.needs-too-much")] if free < needs.memory_high else []
    title = say("cli.needs", people=needs.size.people)
    return [table(title, say("cli.table"), say("cli.rows"), rows=rows), Text("\n".join(told))]


def mapped(
    source: Sequence[str],
    show: Progress,
    *,
    server: Mapping[str, str | None] | None = None,
    reading: Mapping[str, Any] | None = None,
    drawn: bool = False,
    **how: Any,
) -> tuple[MapResult, Store | None]:
    """Map a folder, files, or a store; and that store, so that the results can go back.

    Where the map is to be `drawn`, what draws it loads meanwhile.
    """
    begun = perf_counter()
    tables, store = opened(source, show, server or {}, reading or {})
    seconds = {"read": round(perf_counter() - begun, 3)}
    if drawn:
        Thread(target=_load, name="drawing").start()  # no daemon: it must not end in the middle of compiled code
    show("cli.stage-start", 0, 0)  # compiled libraries take a moment to load
    from influence_graph.map import map_tables

    show("cli.stage-start", 1, 1)
    clock = zone(source, reading or {})
    result = patiently(lambda: map_tables(tables, progress=show, timezone=clock, **how))
    return replace(result, run={**result.run, "seconds": seconds | result.run["seconds"]}), store


def _load() -> None:
    """Load what draws the pages, which takes a second or two, beside other work."""
    from influence_graph.views.figures.inline import load

    with suppress(Exception):  # what is wrong is said where it is drawn
        load()
        for name in ("influence_graph.views.report", "influence_graph.views.network", "pyvis.network"):
            import_module(name)


def zone(source: Sequence[str], reading: Mapping[str, Any]) -> str | None:
    """Where the audience lives, by the option or by the ``tables.toml`` beside the tables; a store's has none."""
    if reading.get("timezone") or (len(source) == 1 and is_store(source[0])):
        return reading.get("timezone")
    from influence_graph.tables.reading import zone_of

    return zone_of(source if len(source) > 1 else source[0], reading.get("config"))


def opened(
    source: Sequence[str], show: Progress, server: Mapping[str, str | None], reading: Mapping[str, Any]
) -> tuple[Tables, Store | None]:
    """The tables of a folder, of files or of a store; and that store."""
    show("cli.stage-read", 0, 0)
    from influence_graph import store, tables

    told = stage("cli.stage-read", show)
    if len(source) == 1 and is_store(source[0]):
        kept = store.open_store(source[0], **server)
        found = patiently(lambda: kept.read(progress=told))
        show("cli.stage-read", 1, 1)
        return found, kept
    files = source if len(source) > 1 else source[0]
    found = patiently(lambda: tables.read(files, progress=told, **reading))
    show("cli.stage-read", 1, 1)
    return found, None


def summary(result: MapResult, out: Path, saved: Sequence[Path] = (), *, graph: str | None = None) -> Answer:
    """The map in a screen, as records, and whole; and the graph on a server that holds its results."""
    from influence_graph.cli import summary
    from influence_graph.folder import FILES, PARTS

    rows, whole = summary.rows(result.people), result.mix[result.mix["scope"].eq("all")]
    return Answer(
        data={
            "out": out,
            "files": [*(out / name for name in (*FILES, *PARTS) if (out / name).exists()), *saved],
            "findings": [finding.record() for finding in result.findings],
            "creators": rows.to_dict("records"),
            "mix": whole.to_dict("records"),
            "run": result.run,
        },
        rows=rows,
        drawing=lambda: [*summary.draw(result), *_next(result, out, graph)],
    )


def _next(result: MapResult, out: Path, graph: str | None) -> list[Any]:
    from rich.text import Text

    from influence_graph.store import shown

    files = {"report": out / "report.html", "network": out / "network.html", "people": out / "people.csv"}
    faults = len(result.faults)
    skipped = [note["numbers"]["file"] for note in result.run["notes"] if note["id"] == "tables.file-skipped"]
    told = [say("cli.map-skipped", n=len(skipped), files=line(", ".join(skipped)))] if skipped else []
    told += [say("cli.map-faults", n=faults, path=out / "faults.csv")] if faults else []
    asking = [say("cli.next-graph", source=shown(graph))] if graph else []
    return [Text("\n".join([*told, say("cli.next", **files), *asking]) + "\n")]
