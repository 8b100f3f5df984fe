"""The pages in a real browser, beside pyvis's own page: ``python -m benchmarks pages`` writes results/pages.md."""

from __future__ import annotations

import argparse
import os
import platform
import re
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter, sleep
from typing import TYPE_CHECKING

import psutil

from influence_graph import Network, to_pyvis, world
from influence_graph.map import MapResult, map_tables
from influence_graph.views.network import page
from influence_graph.views.report import report

sys.path.append(str(Path(__file__).parents[1] / "tests"))  # the browser that the tests look at pages with
from browser import requests, start

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

RESULTS = Path(__file__).parent / "results"
RUNS = 5
PATIENCE = 170.0
"""Seconds after which a page that shows nothing is given up."""
PICTURE = """const canvas = document.querySelector('canvas');
if (!canvas || !canvas.width) return false;
const drawn = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
return new Set(new Uint32Array(drawn.buffer)).size > 20"""
"""Whether there is anything to see: more than 20 colours."""
READ = "return document.readyState === 'complete'"
FILTER = """const control = document.querySelector("[data-choice='tier']"), took = [];
for (const value of ['2', '', '1', '', '3', '', '2', '']) {
  const begun = performance.now();
  control.value = value;
  control.dispatchEvent(new Event('change', { bubbles: true }));
  influenceMap.network.redraw();
  took.push(performance.now() - begun);
}
return took.sort((a, b) => a - b)[took.length >> 1]"""
"""Milliseconds from a choice to the list and the drawing that follow it, the median of eight."""
HOSTS = re.compile(r"""(?:src|href)=["']https?://""")
KILO = 1_000


@dataclass(frozen=True)
class Line:
    """A page: what it shows, its size in bytes, seconds to its first picture, and what it asked of the network."""

    what: str
    size: int
    seconds: float | None
    asked: int
    answer: float | None
    bars: str
    held: bool | None


def look(driver: Chrome, file: Path, shown: str) -> float | None:
    """Seconds until there is something to see, None where that takes too long."""
    from selenium.common.exceptions import WebDriverException
    from urllib3.exceptions import HTTPError

    driver.get("about:blank")
    driver.set_script_timeout(PATIENCE)
    driver.set_page_load_timeout(PATIENCE)
    driver.command_executor.client_config.timeout = PATIENCE
    begun = perf_counter()
    try:
        driver.get(file.as_uri())
        while perf_counter() - begun < PATIENCE:
            if driver.execute_script(shown):
                return perf_counter() - begun
            sleep(0.02)
    except (WebDriverException, HTTPError):  # it answers nobody while it works
        return None
    return None


def end(driver: Chrome) -> None:
    """End the browser with all its processes: one that hangs does not hear that it should quit."""
    process = psutil.Process(driver.service.process.pid)
    for each in (*process.children(recursive=True), process):
        with suppress(psutil.NoSuchProcess):
            each.kill()


def measure(
    what: str,
    text: str,
    *,
    shown: str = PICTURE,
    runs: int = RUNS,
    most: tuple[float, float] | None = None,
    answers: bool = False,
) -> Line:
    """Open a page so many times in a browser of its own; `most` is its bars in bytes and seconds."""
    with tempfile.TemporaryDirectory(prefix="influence-graph-", ignore_cleanup_errors=True) as folder:
        file = Path(folder) / "page.html"
        file.write_text(text, encoding="utf-8")
        driver = start(Path(folder) / "profile")
        try:
            took = [look(driver, file, shown) for _ in range(runs)]
            # A page that hangs tells nothing: then what it would load counts.
            asked = len(HOSTS.findall(text)) if None in took else len(requests(driver)) // runs
            answer = driver.execute_script(FILTER) if answers else None
        finally:
            end(driver)
    seconds = None if None in took else median(filter(None, took))
    size = len(text.encode("utf-8"))
    held = None
    if most:
        held = size <= most[0] and seconds is not None and seconds <= most[1] and (answer or 0) <= 100
    bars = f"{most[0] / 1e6:g} MB, {most[1]:g} s{', 100 ms' if answers else ''}" if most else ""
    line = Line(what, size, seconds, asked, answer, bars, held)
    print(line, flush=True)
    return line


def mapped(**recipe: int) -> MapResult:
    """A sample world's map."""
    return map_tables(world.make("demo", **recipe).tables, seed=0)


def drawn_network(result: MapResult) -> Network:
    """What the page of 2,000 people draws, as a network alone."""
    drawn = to_pyvis(result, people=2_000)
    ends = [[str(edge[side]) for edge in drawn.edges] for side in ("from", "to")]
    return Network.from_edges(*ends, nodes=[str(node["id"]) for node in drawn.nodes])


def own_page(network: Network) -> str:
    """What pyvis makes of the graph by itself: from_nx, its defaults, everything in line."""
    from pyvis.network import Network as PyvisNetwork

    graph = PyvisNetwork(directed=True, cdn_resources="in_line")
    graph.from_nx(network.to_networkx())
    return str(graph.generate_html())


def lines() -> list[Line]:
    """Every page."""
    demo = mapped()
    plain = drawn_network(demo)
    large = mapped(people=60_000, creators=2_000)
    bars = (0.9e6, 2.5)
    return [
        measure("network.html as it is: 60 drivers drawn, 2,000 people held", page(demo), most=bars, answers=True),
        measure("network.html, 2,000 people drawn", page(demo, strongest=2_000), most=bars, answers=True),
        measure("pyvis's own page of the same 2,000 people", own_page(plain), runs=1),
        measure("pyvis's own page of `to_pyvis`: our places", to_pyvis(demo, people=2_000).generate_html(), runs=1),
        measure(
            "network.html of `--drawn 20000` (19,599 people), by community",
            page(large, people=20_000),
            most=(3e6, 4.0),
            answers=True,
        ),
        measure("report.html of the demo world", report(demo), shown=READ, most=(1.5e6, 3.0)),
    ]


def table(found: list[Line], load: float) -> str:
    """The results as Markdown."""
    told = [
        "# The pages in a browser",
        "",
        f"`python -m benchmarks pages` on Python {platform.python_version()}, {platform.system()} {platform.machine()},"
        f" {os.cpu_count()} cores, load average {load:.1f} before."
        " Headless Chromium without a network. Seconds from opening the file to the first"
        f" picture, the median of {RUNS} runs (of pyvis's own pages one); a filter's answer is the list and the drawing"
        " after it, the median of eight.",
        "",
        "| page | kB | seconds to a picture | requests to hosts | a filter answers in ms | bars | held |",
        "|---|---|---|---|---|---|---|",
    ]
    for line in found:
        seconds = "none in 170" if line.seconds is None else f"{line.seconds:.2f}"
        answer = "" if line.answer is None else f"{line.answer:.0f}"
        held = "" if line.held is None else "yes" if line.held else "no"
        cells = [line.what, f"{line.size / KILO:,.0f}", seconds, str(line.asked), answer, line.bars, held]
        told.append("| " + " | ".join(cells) + " |")
    return "\n".join(told) + "\n"


def main(arguments: list[str]) -> None:
    """Measure, and write the table."""
    parser = argparse.ArgumentParser(prog="benchmarks pages", description=__doc__)
    parser.add_argument("--out", type=Path, default=RESULTS / "pages.md")
    told = parser.parse_args(arguments)
    load = os.getloadavg()[0]
    text = table(lines(), load)
    print(text)
    told.out.parent.mkdir(parents=True, exist_ok=True)
    told.out.write_text(text, encoding="utf-8")
