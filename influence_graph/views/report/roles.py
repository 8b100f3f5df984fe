"""The mix of roles: the sentences and the triangle."""

from __future__ import annotations

from influence_graph.language import say
from influence_graph.views.figures import role_mix
from influence_graph.views.figures.drawing import ROLES
from influence_graph.views.figures.roles import placed
from influence_graph.views.page import amount
from influence_graph.views.report.blocks import Block, parts
from influence_graph.views.report.drawings import draw, verdict_keys
from influence_graph.views.report.sentences import told
from influence_graph.views.result import Mapped, Names, true

_ON_PHONES = {"width": 320, "most": 200}


def roles(result: Mapped, names: Names) -> Block | None:
    """Where everybody stands between influencer, UGC creator and advocate."""
    rows = placed(result.people)
    creators = int(true(rows["is_creator"]).sum())
    roled = int(result.people[list(ROLES)].sum(axis=1).gt(0).sum())
    known = rows["driven"].fillna(0).gt(0).any()
    caption = [
        say("reports.roles-reading"),
        say("reports.roles-size") if known else say("reports.roles-no-size"),
        say("reports.roles-drawn", creators=amount(creators), others=amount(len(rows) - creators), n=roled),
    ]
    figure = draw(
        role_mix,
        result,
        name="roles",
        caption=" ".join(caption),
        legend=verdict_keys(shapes=False) if known else (),
        narrow={**_ON_PHONES, "names": names},
        beside=True,
        names=names,
    )
    shows = parts(told(result, "roles"), figure)
    return Block("roles", say("reports.roles-title"), shows, say("reports.roles-lead")) if shows else None
