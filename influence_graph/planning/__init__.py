"""What if these people were activated, and whom to activate with this budget: from a map to expected orders."""

from __future__ import annotations

from influence_graph.cascades.limits import unit_of
from influence_graph.planning.costs import PUBLISHED, Costs, Rates, costs, read_rates
from influence_graph.planning.curve import BEST, MIXES, Curve, curve
from influence_graph.planning.forecast import Expected, Forecast, forecast
from influence_graph.planning.outlook import PLANNED, Outlook, look_ahead
from influence_graph.planning.plan import Plan, plan
from influence_graph.planning.prospects import Prospects, prospects
from influence_graph.planning.sentences import ALONE, RULES, on_curve, on_forecast, on_plan

__all__ = [
    "ALONE",
    "BEST",
    "MIXES",
    "PLANNED",
    "PUBLISHED",
    "RULES",
    "Costs",
    "Curve",
    "Expected",
    "Forecast",
    "Outlook",
    "Plan",
    "Prospects",
    "Rates",
    "costs",
    "curve",
    "forecast",
    "look_ahead",
    "on_curve",
    "on_forecast",
    "on_plan",
    "plan",
    "prospects",
    "read_rates",
    "unit_of",
]
