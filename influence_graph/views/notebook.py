"""The influence map as a plain pyvis Network, for notebooks; the page is drawn from the same one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from influence_graph.language import say
from influence_graph.network import Network
from influence_graph.views.drawing import NO_ROLE, ROLES, Drawing, blend, draw
from influence_graph.views.page import amount, known, share, span, times
from influence_graph.views.result import Influenced, Names

if TYPE_CHECKING:
    import networkx as nx
    from pyvis.network import Network as PyvisNetwork  # type: ignore[import-untyped]

DRAWN = 240
"""People in a picture that is looked at whole: more is a hairball."""
_INK, _RING = "#1a2029", "#c2185b"
OPTIONS: dict[str, Any] = {
    "physics": {"enabled": False},
    "layout": {"improvedLayout": False},
    "interaction": {"hover": True, "dragNodes": False, "hideEdgesOnDrag": True, "hideEdgesOnZoom": True},
    "edges": {
        "smooth": False,
        "arrows": {"to": {"enabled": True, "scaleFactor": 0.35}},
        "color": {"color": "#7b8794", "opacity": 0.4},
    },
}
"""What makes vis-network draw thousands at once: places come from us, and nothing moves."""
THINNEST, THICKEST = 0.6, 4.0
"""Width of an edge in pixels, by the root of its credit."""


def to_pyvis(
    source: Influenced | Network | nx.Graph[Any], *, people: int = DRAWN, names: Names = "creators"
) -> PyvisNetwork:
    """The strongest part of a map or of a network as a pyvis Network.

    Everybody has a place, a size (area: conversions driven), a colour (their roles, blended) and, where they beat their
    follower count, a ring; edges run from who influences to who is influenced, wider where more credit goes over them.

    Parameters
    ----------
    source : MapResult, Network, or networkx graph
        What of; it stays as it is. Of a network without a map, those with the weightiest edges are drawn.
    people : int, default 240
        How many at most.
    names : {"creators", "all"}
        Who is named.

    Returns
    -------
    pyvis.network.Network
        For ``show`` or ``generate_html``; nodes and edges can be added and changed as in any other. The same source
        gives the same network.

    Examples
    --------
    >>> import networkx as nx
    >>> graph = nx.DiGraph([("mai", "linh"), ("mai", "duy"), ("duy", "an")])
    >>> drawn = to_pyvis(graph)
    >>> [(node["label"], node["size"]) for node in drawn.nodes][:2]
    [('mai', 44.0), ('duy', 31.1)]
    """
    from networkx import Graph

    told = Network.from_networkx(source) if isinstance(source, Graph) else source
    return as_pyvis(draw(told, people=people, names=names))


def as_pyvis(drawing: Drawing) -> PyvisNetwork:
    """A drawing as a pyvis Network whose node ids are rows of the drawing's people."""
    from pyvis.network import Network as PyvisNetwork

    network = PyvisNetwork(directed=True, height="720px", cdn_resources="in_line")
    rows = drawing.people.to_dict("records")
    nodes = [_node(row, person, drawing) for row, person in enumerate(rows)]
    credit = drawing.edges["credit"].to_numpy(dtype=float)
    heaviest = max(float(credit.max(initial=0)), 1e-12)
    width = np.round(THINNEST + (THICKEST - THINNEST) * np.sqrt(credit / heaviest), 2)
    ends = zip(drawing.edges["source"].tolist(), drawing.edges["target"].tolist(), strict=True)
    # Its own add_node and add_edge look through everybody for each, which is minutes for 20,000 people.
    network.node_ids.extend(range(len(nodes)))
    network.nodes.extend(nodes)
    network.node_map.update(enumerate(nodes))
    network.edges.extend(
        {"from": one, "to": other, "width": wide} for (one, other), wide in zip(ends, width.tolist(), strict=True)
    )
    network.set_options(json.dumps(OPTIONS))
    return network


def _node(row: int, person: dict[Any, Any], drawing: Drawing) -> dict[str, Any]:
    driver = row < drawing.drivers
    ring = bool(person["beats_followers"])
    colour = {"background": _hex(blend(person) if driver else NO_ROLE), "border": _RING if ring else "#ffffff"}
    return {
        "id": row,
        "label": person["name"] or " ",
        "title": _told(person, drawing.measured) if driver else say("views.follower"),
        "shape": "dot",
        "size": round(float(person["radius"]), 1),
        "x": round(float(person["x"])),
        "y": round(float(person["y"])),
        "color": colour,
        "borderWidth": 4 if ring else 1,
        "font": {"color": _INK, "size": 14 if driver else 0},
    }


def _hex(colour: tuple[int, int, int]) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)


def _told(person: dict[Any, Any], measured: str) -> str:
    """What a pointer over a circle tells: plain text, a number a line."""
    lines = [str(person["name"])]
    if known(person["followers"]):
        lines.append(f"{say('views.followers')}: {amount(person['followers'])}")
    if measured == "driven":
        interval = span(person["driven_low"], person["driven_high"])
        lines.append(f"{say('views.driven')}: {amount(person['driven'])}" + (f" ({interval})" if interval else ""))
        if known(person["lift"]):
            lines.append(f"{say('views.lift')}: {times(person['lift'])}")
    else:
        lines.append(f"{say('views.audience')}: {amount(person['audience'])}")
    words = {
        "influencer": say("views.influencer"),
        "ugc": say("views.ugc"),
        "advocate": say("views.advocate"),
    }
    lines += [f"{words[role]}: {share(person[role])}" for role in ROLES if known(person[role])]
    return "\n".join(lines)
