"""Who punches above their follower count, and who below: the sentences and the figure."""

from __future__ import annotations

from influence_graph.language import say
from influence_graph.views.figures import driven_against_followers
from influence_graph.views.figures.followers import MOST, drawn
from influence_graph.views.report.blocks import Block, parts
from influence_graph.views.report.drawings import draw, verdict_keys
from influence_graph.views.report.sentences import told
from influence_graph.views.result import Mapped, Names, true

_ON_PHONES = {"width": 290, "height": 400, "most": 250}


def followers(result: Mapped, names: Names) -> Block | None:  # noqa: ARG001  # creators may always be named
    """Driven conversions against followers."""
    creators, shown = int(true(result.people["is_creator"]).sum()), len(drawn(result.people))
    thinned = say("reports.thinned", drawn=shown, creators=creators) if shown == MOST < creators else ""
    promised = say("reports.followers-line") if result.people["expected"].notna().any() else ""
    figure = draw(
        driven_against_followers,
        result,
        name="followers",
        caption=" ".join(filter(None, (promised, say("reports.followers-caption"), thinned))),
        legend=verdict_keys(shapes=True),
        narrow=_ON_PHONES,
    )
    shows = parts(told(result, "followers"), figure)
    lead = say("reports.followers-lead") if figure else ""
    return Block("followers", say("reports.followers-title"), shows, lead) if shows else None
