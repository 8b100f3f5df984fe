"""How long it takes, and how much memory: ``python -m benchmarks speed [--only NAME ...]`` writes results/speed.md."""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path
from statistics import median
from time import perf_counter

from influence_graph import world

RESULTS = Path(__file__).parent / "results"
PROGRAM = Path(sys.executable).with_name("influence-graph")
VERSIONS = ("influence-graph", "numpy", "pandas", "numba", "scipy", "duckdb")
HELP_RUNS, MAP_RUNS = 5, 3
GIB = 2**30


@dataclass(frozen=True)
class Run:
    """One run of a command in a process of its own: wall seconds, peak memory, load average before it."""

    seconds: float
    memory: float
    load: float
    stages: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """A line of the table: what ran on what, and its bars."""

    what: str
    command: str
    runs: list[Run]
    most_seconds: float | None = None
    most_memory: float | None = None
    edges: int = 0

    @property
    def usual(self) -> Run:
        """The run of median time, by which the bars are judged."""
        middle = median(run.seconds for run in self.runs)
        return min(self.runs, key=lambda run: abs(run.seconds - middle))

    @property
    def held(self) -> bool:
        """Whether the bars are held."""
        most_memory = max(run.memory for run in self.runs)
        quick = self.most_seconds is None or self.usual.seconds <= self.most_seconds
        return quick and (self.most_memory is None or most_memory <= self.most_memory)


def run(*words: str | Path, program: str | Path = PROGRAM, **environment: str) -> Run:
    """Run a command of the program: wall seconds and peak memory of that process alone."""
    load, begun = os.getloadavg()[0], perf_counter()
    process = subprocess.Popen(
        [program, *map(str, words)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": ""} | environment,  # Python keeps what it compiled, as for users
    )
    _, status, used = os.wait4(process.pid, 0)
    seconds = perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(map(str, words))} ended with {process.returncode}")
    unit = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss, which no standard fixes
    return Run(seconds, used.ru_maxrss * unit, load)


def mapped(folder: Path, tables: str = "tables") -> Run:
    """Map a folder of tables."""
    done = run("map", folder / tables, "--out", folder / "map")
    told = json.loads((folder / "map" / "run.json").read_text(encoding="utf-8"))
    return Run(done.seconds, done.memory, done.load, told["seconds"])


def help_line(_folder: Path) -> Line:
    """What every command waits for: the program's start."""
    run("--help")
    return Line("start of the program", "influence-graph --help", [run("--help") for _ in range(HELP_RUNS)], 0.4)


def import_line(_folder: Path) -> Line:
    """What every notebook waits for, with the start of Python."""
    words = ("-c", "import influence_graph")
    run(*words, program=sys.executable)
    runs = [run(*words, program=sys.executable) for _ in range(HELP_RUNS)]
    return Line("the library and Python itself", "python -c 'import influence_graph'", runs, 0.15)


def first_line(folder: Path) -> Line:
    """What the first map after installing waits for: compiling all that a map calls."""
    world.make(people=1_500, creators=40, campaigns=5, driven=900, organic=900).write(folder / "tables")
    words, kept = ("map", folder / "tables", "--out", folder / "map"), {"NUMBA_CACHE_DIR": str(folder / "compiled")}
    first, again = run(*words, **kept), run(*words, **kept)
    told = replace(first, seconds=first.seconds - again.seconds)
    return Line("the first map after installing, beyond the second", "influence-graph map TABLES", [told], 20.0)


def demo_line(folder: Path) -> Line:
    """The world that `demo` makes, once its loops are compiled."""
    world.make("demo").write(folder / "tables")
    mapped(folder)
    runs = [mapped(folder) for _ in range(MAP_RUNS)]
    return Line("demo world: 20,000 people, 300 creators", "influence-graph map TABLES", runs, 15.0)


def large_line(folder: Path) -> Line:
    """A large programme, from its CSV files."""
    made = world.make(people=200_000, creators=20_000, campaigns=12, driven=57_000, organic=43_000, mean_follows=10.0)
    made.write(folder / "tables")
    names = ("follows", "shares", "conversions")
    sizes = ", ".join(f"{len(made.tables[name]):,} {name}" for name in names)
    del made
    return Line(f"200,000 people: {sizes}", "influence-graph map TABLES", [mapped(folder)], 90.0, 3.0 * GIB)


def million_lines(folder: Path) -> list[Line]:
    """A platform's graph, from Parquet and from CSV, checked and loaded; and a tenth of it, for the cost of an edge."""
    lines = []
    for people, name in ((100_000, "100,000 people"), (1_000_000, "1,000,000 people")):
        sizes, edges = _write(folder / f"{people}", people)
        told, bars = f"{name}: {sizes}", (180.0, 6.0 * GIB) if people == 1_000_000 else (None, None)
        for kind in ("parquet", "csv") if people == 1_000_000 else ("parquet",):
            done = mapped(folder / f"{people}", kind)
            lines.append(Line(f"{told}, from {kind}", "influence-graph map TABLES", [done], *bars, edges=edges))
    last = folder / "1000000"
    for command, words in (("check TABLES", ()), ("load TABLES --to STORE", ("--to", folder / "store.duckdb"))):
        done = run(command.split()[0], last / "csv", *words)
        lines.append(Line("the same million, from csv", f"influence-graph {command}", [done]))
    return lines


def _write(folder: Path, people: int) -> tuple[str, int]:
    """A programme in which one in ten people creates, as CSV and as Parquet; how large it is, and its follows."""
    import duckdb

    scale = people / 1_000_000
    made = world.make(
        people=people, creators=int(98_000 * scale), campaigns=12, driven=171_000 * scale, organic=129_000 * scale,
        mean_follows=10.0,
    )  # fmt: skip
    made.write(folder / "csv")
    (folder / "parquet").mkdir()
    for file in (folder / "csv").iterdir():
        duckdb.sql(f"COPY (FROM '{file}') TO '{folder / 'parquet' / file.stem}.parquet' (FORMAT parquet)")
    if hasattr(os, "sync"):
        os.sync()  # what is measured does not wait for what was written here
    sizes = {name: len(made.tables[name]) for name in ("follows", "shares", "conversions")}
    return ", ".join(f"{many:,} {name}" for name, many in sizes.items()), sizes["follows"]


LINES: dict[str, Callable[[Path], Line | list[Line]]] = {
    "help": help_line,
    "import": import_line,
    "first": first_line,
    "demo": demo_line,
    "large": large_line,
    "million": million_lines,
}


def table(lines: list[Line]) -> str:
    """The results as Markdown."""
    libraries = ", ".join(f"{name} {version(name)}" for name in VERSIONS)
    told = [
        "# How long it takes",
        "",
        f"`python -m benchmarks speed` on Python {platform.python_version()}, {platform.system()} {platform.machine()},"
        f" {os.cpu_count()} cores; {libraries}. Every run is a process of its own, from the command typed to its end;"
        " loops are compiled before, but for the first map. The median counts.",
        "",
        "| what | command | seconds, best | seconds, median | bar | peak memory | bar | load before | held |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for line in lines:
        best, memory = min(run.seconds for run in line.runs), max(run.memory for run in line.runs)
        most = f"{line.most_seconds:g}" if line.most_seconds else ""
        bar = f"{line.most_memory / GIB:.0f} GiB" if line.most_memory else ""
        cells = [
            line.what, f"`{line.command}`", f"{best:.2f}", f"{line.usual.seconds:.2f}", most,
            f"{memory / GIB:.2f} GiB", bar, f"{max(run.load for run in line.runs):.1f}", "yes" if line.held else "no",
        ]  # fmt: skip
        told.append("| " + " | ".join(cells) + " |")
    return "\n".join([*told, *_per_edge(lines), *_stages(lines)]) + "\n"


def _per_edge(lines: list[Line]) -> Iterator[str]:
    cost = {line.edges: 1e6 * line.usual.seconds / line.edges for line in reversed(lines) if line.edges}
    if len(cost) > 1:
        few, many = min(cost), max(cost)
        ratio = cost[many] / cost[few]
        yield ""
        yield (
            f"A follow costs {cost[few]:.1f} µs where there are {few:,}, and {cost[many]:.1f} µs where there are"
            f" {many:,}: {ratio:.2f} times as much (bar: 1.5, {'held' if ratio <= 1.5 else 'not held'})."
        )


def _stages(lines: list[Line]) -> Iterator[str]:
    for line in lines:
        if line.usual.stages:
            seconds = ", ".join(f"{stage} {seconds:.1f}" for stage, seconds in line.usual.stages.items())
            yield from ("", f"Seconds by stage, {line.what}: {seconds}; the backtest runs beside roles to match.")


def main(arguments: list[str]) -> None:
    """Measure, and write the table."""
    parser = argparse.ArgumentParser(prog="benchmarks speed", description=__doc__)
    parser.add_argument("--only", nargs="*", choices=list(LINES), default=list(LINES))
    parser.add_argument("--out", type=Path, default=RESULTS / "speed.md")
    told = parser.parse_args(arguments)
    lines = []
    for name in told.only:
        with tempfile.TemporaryDirectory(prefix="influence-graph-") as folder:
            told_of = LINES[name](Path(folder))
            lines += told_of if isinstance(told_of, list) else [told_of]
            print(told_of, flush=True)
    text = table(lines)
    print(text)
    told.out.parent.mkdir(parents=True, exist_ok=True)
    told.out.write_text(text, encoding="utf-8")
