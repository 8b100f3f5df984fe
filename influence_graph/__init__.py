"""Who actually drives conversions, beyond their follower count.

The names below load when they are first used, so that `import influence_graph` costs nothing:

>>> import influence_graph as ig
>>> network = ig.Network.from_edges(["mai"], ["linh"])  # source influences target: linh follows mai
>>> network.n_people
2
"""

from __future__ import annotations

TYPE_CHECKING = False  # as `typing` has it, unloaded: the program hears Ctrl-C only after this file
if TYPE_CHECKING:
    from typing import Any

    from influence_graph.backtesting import Backtest, backtest
    from influence_graph.cascades import (
        Appeal,
        Cascades,
        Choice,
        Conversions,
        Delay,
        Limits,
        Reliability,
        Spread,
        appeal,
        learn,
        maximise,
        reliability,
        spread,
    )
    from influence_graph.comparison import Comparison, compare
    from influence_graph.drivers import Drivers, drive
    from influence_graph.errors import InfluenceGraphError
    from influence_graph.exchange import export
    from influence_graph.explanation import Explanation, explain
    from influence_graph.map import MapResult, map_tables
    from influence_graph.network import Network
    from influence_graph.people import RoleAnchors, Roles, read_anchors, roles
    from influence_graph.people.authenticity import Authenticity, authenticity, down_weight
    from influence_graph.placebos import Placebo, placebo
    from influence_graph.planning import Curve, Forecast, Plan, costs, curve, forecast, plan, prospects
    from influence_graph.programme.ecosystem import Ecosystem, ecosystem
    from influence_graph.programme.groups import Groups, find_tiers, groups
    from influence_graph.programme.growth import Growth, growth
    from influence_graph.programme.match import Match, match
    from influence_graph.programme.talents import Talents, talents
    from influence_graph.programme.timing import Timing, timing
    from influence_graph.store import load, open_store
    from influence_graph.tables import Tables, check, read
    from influence_graph.views.figures import (
        conversions_by_source,
        driven_against_followers,
        orders_against_budget,
        performance_by_followers,
        role_mix,
    )
    from influence_graph.views.notebook import to_pyvis
    from influence_graph.world import World, make

__all__ = [
    "Appeal",
    "Authenticity",
    "Backtest",
    "Cascades",
    "Choice",
    "Comparison",
    "Conversions",
    "Curve",
    "Delay",
    "Drivers",
    "Ecosystem",
    "Explanation",
    "Forecast",
    "Groups",
    "Growth",
    "InfluenceGraphError",
    "Limits",
    "MapResult",
    "Match",
    "Network",
    "Placebo",
    "Plan",
    "Reliability",
    "RoleAnchors",
    "Roles",
    "Spread",
    "Tables",
    "Talents",
    "Timing",
    "World",
    "__version__",
    "appeal",
    "authenticity",
    "backtest",
    "check",
    "compare",
    "conversions_by_source",
    "costs",
    "curve",
    "down_weight",
    "drive",
    "driven_against_followers",
    "ecosystem",
    "explain",
    "export",
    "find_tiers",
    "forecast",
    "groups",
    "growth",
    "learn",
    "load",
    "make",
    "map_tables",
    "match",
    "maximise",
    "open_store",
    "orders_against_budget",
    "performance_by_followers",
    "placebo",
    "plan",
    "prospects",
    "read",
    "read_anchors",
    "reliability",
    "role_mix",
    "roles",
    "spread",
    "talents",
    "timing",
    "to_pyvis",
]

_ROOM = {
    "Appeal": "cascades",
    "Authenticity": "people.authenticity",
    "Backtest": "backtesting",
    "Cascades": "cascades",
    "Choice": "cascades",
    "Comparison": "comparison",
    "Conversions": "cascades",
    "Curve": "planning",
    "Delay": "cascades",
    "Drivers": "drivers",
    "Ecosystem": "programme.ecosystem",
    "Explanation": "explanation",
    "Forecast": "planning",
    "Groups": "programme.groups",
    "Growth": "programme.growth",
    "InfluenceGraphError": "errors",
    "Limits": "cascades",
    "MapResult": "map",
    "Match": "programme.match",
    "Network": "network",
    "Placebo": "placebos",
    "Plan": "planning",
    "Reliability": "cascades",
    "RoleAnchors": "people",
    "Roles": "people",
    "Spread": "cascades",
    "Tables": "tables",
    "Talents": "programme.talents",
    "Timing": "programme.timing",
    "World": "world",
    "appeal": "cascades",
    "authenticity": "people.authenticity",
    "backtest": "backtesting",
    "check": "tables",
    "compare": "comparison",
    "conversions_by_source": "views.figures",
    "costs": "planning",
    "curve": "planning",
    "down_weight": "people.authenticity",
    "drive": "drivers",
    "driven_against_followers": "views.figures",
    "ecosystem": "programme.ecosystem",
    "explain": "explanation",
    "export": "exchange",
    "find_tiers": "programme.groups",
    "forecast": "planning",
    "groups": "programme.groups",
    "growth": "programme.growth",
    "learn": "cascades",
    "load": "store",
    "make": "world",
    "map_tables": "map",
    "match": "programme.match",
    "maximise": "cascades",
    "open_store": "store",
    "orders_against_budget": "views.figures",
    "performance_by_followers": "views.figures",
    "placebo": "placebos",
    "plan": "planning",
    "prospects": "planning",
    "read": "tables",
    "read_anchors": "people",
    "reliability": "cascades",
    "role_mix": "views.figures",
    "roles": "people",
    "spread": "cascades",
    "talents": "programme.talents",
    "timing": "programme.timing",
    "to_pyvis": "views.notebook",
}

__version__: str


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("influence-graph")
    if name in _ROOM:
        from importlib import import_module

        return getattr(import_module(f"{__name__}.{_ROOM[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
