"""What the data could not say, and what further tables would add."""

from __future__ import annotations

from influence_graph.language import say
from influence_graph.views.report.blocks import Block, parts
from influence_graph.views.report.sentences import told
from influence_graph.views.result import Mapped, Names


def limits(result: Mapped, names: Names) -> Block | None:  # noqa: ARG001  # names nobody
    """The findings about limits and about missing data."""
    shows = parts(
        told(result, "limits", warning=True),
        told(result, "data", heading=say("reports.would-add"), warning=True),
    )
    return Block("limits", say("reports.limits-title"), shows) if shows else None
