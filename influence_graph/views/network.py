"""The influence map: an interactive page drawn by the vis-network that pyvis carries, loading nothing from outside."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from influence_graph.errors import InfluenceGraphError
from influence_graph.language import current, say
from influence_graph.views import page as pages
from influence_graph.views.drawing import Drawing, draw
from influence_graph.views.notebook import THICKEST, THINNEST, as_pyvis
from influence_graph.views.page import amount
from influence_graph.views.result import Mapped, Names

PEOPLE = 2_000
"""People that the page holds: the strongest are drawn first, the others when they are asked for."""
AT_ONCE = 2_000
"""People drawn at a time at most: above it the page begins with communities, which open on a click."""
STRONGEST = 60
"""Drivers drawn to begin with, each with a few of the people they influence: more is a hairball."""
SCRIPTS = ("people", "choice", "picture", "table", "card", "search", "save", "start")
"""The parts of the page's script, in the order in which they are read."""


def page(result: Mapped, *, people: int = PEOPLE, strongest: int = STRONGEST, names: Names = "creators") -> str:
    """The influence map as one HTML file that loads nothing from anywhere.

    Parameters
    ----------
    result : MapResult
        A finished map.
    people : int, default 2000
        How many the page holds at most: the strongest drivers and those they influence most. Above 2,000 it begins
        with communities, which open on a click.
    strongest : int, default 60
        Drivers drawn to begin with.
    names : {"creators", "all"}
        Who is named. Others who drive get their pseudonym, the rest nothing.

    Returns
    -------
    str
        HTML in the language in force. The same map gives the same page.
    """
    drawing = draw(result, people=people, names=names)
    if not drawing.drivers:
        return pages.render("network.html.j2", drivers=0)
    data = {**_payload(drawing), "strongest": strongest, "atOnce": AT_ONCE, "words": _words(drawing.measured)}
    return pages.render(
        "network.html.j2",
        scripts={"vis": _vis_network(), "network": _script()},
        data=pages.payload(data),
        drivers=drawing.drivers,
        driven=drawing.measured == "driven",
        ripple=bool(drawing.people["ripple"].gt(0).any()),
        beats=bool(drawing.people["beats_followers"].any()),
        list=say("views.list-label") if drawing.measured == "driven" else say("views.list-label-audience"),
        example=_example(drawing),
    )


def _payload(drawing: Drawing) -> dict[str, Any]:
    """What the page knows, as columns rather than records: a third of the bytes."""
    model = as_pyvis(drawing)
    head = drawing.people.head(drawing.drivers)
    islands = drawing.islands
    return {
        "measured": drawing.measured,
        "whole": {"people": drawing.network_people, "edges": drawing.network_edges},
        "options": model.options,
        "nodes": {name: [node[name] for node in model.nodes] for name in ("x", "y")}
        | {"owner": drawing.people["owner"].iloc[drawing.drivers :].tolist()},
        "drivers": {
            "island": drawing.island.tolist(),
            "size": [node["size"] for node in model.nodes[: drawing.drivers]],
            "creator": head["is_creator"].astype(int).tolist(),
            "beats": head["beats_followers"].astype(int).tolist(),
            **{name: _plain(head[name], digits=12) for name in ("id", "name", "platform", "followers", "community")},
            **{name: _plain(head[name], digits=4) for name in _ESTIMATES},
        },
        "edges": {
            **{name: [edge[name] for edge in model.edges] for name in ("from", "to", "width")},
            "credit": _plain(drawing.edges["credit"], digits=3) if drawing.measured == "driven" else [],
        },
        "islands": {
            "community": _plain(islands["community"], digits=12),
            **{name: islands[name].round().astype(int).tolist() for name in ("x", "y", "radius")},
        },
        "widths": [THINNEST, THICKEST],
    }


_ESTIMATES = (
    "audience", "driven", "driven_low", "driven_high", "lift", "lift_low", "lift_high", "ripple", "influencer", "ugc",
    "advocate",
)  # fmt: skip


def _plain(column: pd.Series[Any], *, digits: int) -> list[Any]:
    """JSON values of a column, null where unknown, with so many significant digits."""
    return [
        None if pd.isna(value) else value if isinstance(value, str) else _short(float(f"{float(value):.{digits}g}"))
        for value in column
    ]


def _short(value: float) -> float | int:
    return int(value) if value.is_integer() else value


def _example(drawing: Drawing) -> str:
    """A sentence that teaches how to read the picture, about its largest circle."""
    first = drawing.people.iloc[0]
    numbers: dict[str, Any] = {
        "name": first["name"],
        "n": int(drawing.edges["source"].eq(0).sum()),
        "strength": amount(first[drawing.measured]),
    }
    if drawing.measured != "driven":
        return say("views.example-audience", **numbers)
    low, high = first["driven_low"], first["driven_high"]
    return say("views.example-driven" if numbers["n"] else "views.example-alone", low=low, high=high, **numbers)


def _words(measured: str) -> dict[str, Any]:
    """What the page's script says; holes in braces are filled there."""
    driven = measured == "driven"
    return {
        "lang": current(),
        "title": say("views.map-title"),
        "drawn": say("views.drawn", shown="{shown}", people="{people}", edges="{edges}", all_edges="{all}"),
        "folded": say("views.drawn-folded", shown="{shown}", people="{people}", all_edges="{all}"),
        "size": {
            "driven": say("views.key-driven"),
            "audience": say("views.key-audience"),
            "followers": say("views.key-followers"),
            "lift": say("views.key-lift"),
            "ripple": say("views.key-ripple"),
        },
        "all": say("views.everybody"),
        "fold": say("views.fold"),
        "unfold": say("views.unfold"),
        "full": say("views.full-screen"),
        "leave_full": say("views.leave-full-screen"),
        "saved": say("views.saved", file="{file}"),
        "follower": say("views.follower"),
        "followers": say("views.followers"),
        "driven": say("views.driven"),
        "audience": say("views.audience"),
        "lift": say("views.lift"),
        "ripple": say("views.ripple"),
        "influencer": say("views.influencer"),
        "ugc": say("views.ugc"),
        "advocate": say("views.advocate"),
        "beats": say("views.verdict-beats"),
        "community": say("views.community", community="{community}"),
        "alone": say("views.no-community"),
        "around": say("views.around", community="{community}", name="{name}"),
        "here": say("views.drivers-here") if driven else say("views.reachers-here"),
        "open": say("views.open-hint"),
        "influences": say("views.influences"),
        "influenced": say("views.influenced"),
        "also": say("views.and-others", rest="{rest}"),
        "two_steps": say("views.two-steps"),
        "one_step": say("views.one-step"),
        "picked": say("views.picked", name="{name}", out="{out}", in_="{in}"),
        "close": say("views.unpicked"),
        "found": say("views.found-names", found="{found}"),
        "none": say("views.none-found"),
        "match": say("views.list-match", match="{match}", held="{held}"),
        "nobody": say("views.list-nobody"),
        "more": say("views.list-more", left="{left}"),
        "filters_on": say("views.filters-on", on="{on}"),
        "ascending": say("views.ascending"),
        "descending": say("views.descending"),
    }


def _script() -> str:
    """The page's script: its parts share one scope, and leave nothing in the window."""
    parts = "\n".join(pages.asset(f"influence-{name}.js") for name in SCRIPTS)
    return f'"use strict";\n(() => {{\n{parts}}})();\n'


@cache
def _vis_network() -> str:
    """The vis-network that pyvis bundles (MIT or Apache-2.0), less the note that makes browsers ask for its source."""
    from importlib.util import find_spec

    spec = find_spec("pyvis")
    folders = map(Path, (spec.submodule_search_locations or []) if spec else [])
    found = sorted(path for folder in folders for path in folder.glob("templates/lib/vis-9.1*/vis-network.min.js"))
    if not found:
        raise InfluenceGraphError("views.no-vis-network")
    return re.sub(r"//# sourceMappingURL=\S*", "", found[-1].read_text(encoding="utf-8"))
