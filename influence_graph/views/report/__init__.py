"""The report: the answer first, then who, then what the data could not say, then how it was found."""

from __future__ import annotations

import pandas as pd

from influence_graph.views import page
from influence_graph.views.amounts import day
from influence_graph.views.report.answer import headline, tiles
from influence_graph.views.report.authenticity import authenticity
from influence_graph.views.report.blocks import Build, anchors
from influence_graph.views.report.checks import checks
from influence_graph.views.report.course import course
from influence_graph.views.report.creators import creators
from influence_graph.views.report.ecosystem import ecosystem
from influence_graph.views.report.followers import followers
from influence_graph.views.report.groups import groups
from influence_graph.views.report.growth import growth
from influence_graph.views.report.health import health
from influence_graph.views.report.limits import limits
from influence_graph.views.report.match import match
from influence_graph.views.report.method import method
from influence_graph.views.report.mix import mix
from influence_graph.views.report.plan import plan
from influence_graph.views.report.roles import roles
from influence_graph.views.report.sources import sources
from influence_graph.views.report.talents import talents
from influence_graph.views.report.timing import timing
from influence_graph.views.result import Mapped, Names

BLOCKS: tuple[Build, ...] = (
    followers,
    roles,
    sources,
    creators,
    groups,
    mix,
    course,
    timing,
    authenticity,
    plan,
    match,
    ecosystem,
    talents,
    growth,
    limits,
    method,
    checks,
    health,
)
"""In the order in which they are read; one that has nothing to say gives None."""


def report(result: Mapped, *, names: Names = "creators") -> str:
    """The whole report as one HTML file that loads nothing from anywhere.

    Parameters
    ----------
    result : MapResult
        A finished map.
    names : {"creators", "all"}
        Who is named: creators alone (others are counted), or everybody.

    Returns
    -------
    str
        HTML in the language in force. Numbers are those of the given frames; unknown ones are shown as a dash.
    """
    built = (build(result, names) for build in BLOCKS)
    blocks = [block for block in built if block is not None]
    run = result.run
    return page.render(
        "report.html.j2",
        scripts={"report": page.asset("report.js")},
        headline=headline(result),
        tiles=list(tiles(result)),
        blocks=blocks,
        anchors=anchors(blocks),
        made={
            "version": str(run.get("version", page.UNKNOWN)),
            "at": day(pd.Timestamp(run["at"])) if "at" in run else page.UNKNOWN,
            "seed": str(run.get("seed", page.UNKNOWN)),
        },
    )
