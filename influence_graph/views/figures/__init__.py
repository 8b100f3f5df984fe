"""Figures as Altair charts, a file a question: for notebooks as they are, for pages and folders as SVG."""

from influence_graph.views.figures.budget import orders_against_budget
from influence_graph.views.figures.followers import driven_against_followers
from influence_graph.views.figures.performance import performance_by_followers
from influence_graph.views.figures.roles import role_mix
from influence_graph.views.figures.sources import conversions_by_source

__all__ = [
    "FIGURES",
    "conversions_by_source",
    "driven_against_followers",
    "orders_against_budget",
    "performance_by_followers",
    "role_mix",
]

FIGURES = (
    driven_against_followers,
    role_mix,
    conversions_by_source,
    performance_by_followers,
    orders_against_budget,
)
"""In the order of the report. Each takes a finished map and gives a chart, or None where there is nothing to draw."""
