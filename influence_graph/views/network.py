"""The influence map: an interactive page drawn by the vis-network that pyvis carries, loading nothing from outside."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from influence_graph.errors import InfluenceGraphError
from influence_graph.language import current, say
from influence_graph.views import page as pages
from influence_graph.views.layout import positions
from influence_graph.views.page import amount
from influence_graph.views.result import Mapped, Names, called, true
from influence_graph.views.selection import Selection, select

LIMIT = 240
"""People drawn: more is a hairball that nobody reads."""
_SMALLEST, _LARGEST, _FOLLOWER = 8.0, 44.0, 5.0


def page(result: Mapped, *, limit: int = LIMIT, names: Names = "creators") -> str:
    """The influence map as one HTML file that loads nothing from anywhere.

    Parameters
    ----------
    result : MapResult
        A finished map.
    limit : int
        People drawn at most, the strongest drivers and those they influence most.
    names : {"creators", "all"}
        Who is named; others are drawn without name or id.

    Returns
    -------
    str
        HTML in the language in force. The same map gives the same page.
    """
    chosen = select(result, limit=limit)
    network = result.network
    drawn = {
        "shown": amount(len(chosen.ids)),
        "people": amount(max(network.n_people, len(chosen.ids))),
        "edges": amount(len(chosen.edges)),
        "all_edges": amount(max(network.n_edges, len(chosen.edges))),
    }
    data = {"nodes": _nodes(result, chosen, names), "edges": _edges(chosen), "words": _words(chosen.measured)}
    return pages.render(
        "network.html.j2",
        scripts={"vis": _vis_network(), "network": pages.asset("influence.js")},
        data=pages.payload(data),
        drawn=drawn,
        drivers=chosen.drivers,
        driven=chosen.measured == "driven",
        example=_example(result, chosen),
    )


def _nodes(result: Mapped, chosen: Selection, names: Names) -> dict[str, list[Any]]:
    """Columns rather than records: half the bytes."""
    people = result.people.assign(called=called(result.people))
    people = people.set_index(people["person_id"].astype(str)).reindex(chosen.ids)
    creators = true(people["is_creator"])
    strength = people[chosen.measured].where(creators).fillna(0).to_numpy(dtype=float)
    # Area, not radius, carries the number: that is what an eye compares.
    radius = np.sqrt(strength / max(strength.max(initial=0), 1e-12)) * _LARGEST
    radius = np.where(creators, np.maximum(radius, _SMALLEST), _FOLLOWER)
    community = pd.factorize(people["community"].astype(object))[0]
    edges = chosen.edges
    place = positions(
        len(chosen.ids),
        edges["source"].to_numpy(dtype=np.int64),
        edges["target"].to_numpy(dtype=np.int64),
        community=community.astype(np.int64),
        radius=radius,
        rng=np.random.default_rng(0),
    )
    named = people["called"].where(people["called"].notna(), pd.Series(chosen.ids, index=people.index))
    told = named if names == "all" else named.where(creators, None)
    columns = [
        "followers",
        "audience",
        "driven",
        "driven_low",
        "driven_high",
        "lift",
        "lift_low",
        "lift_high",
        "ripple",
        "influencer",
        "ugc",
        "advocate",
        "community",
    ]
    return {
        "name": [name if isinstance(name, str) else None for name in told],
        "platform": _plain(people["platform"]),
        "creator": creators.astype(int).tolist(),
        "beats": true(people["beats_followers"]).astype(int).tolist(),
        "x": np.round(place[:, 0], 1).tolist(),
        "y": np.round(place[:, 1], 1).tolist(),
        "radius": np.round(radius, 1).tolist(),
        **{column: _plain(people[column]) for column in columns},
    }


def _edges(chosen: Selection) -> dict[str, list[Any]]:
    edges = chosen.edges
    credit = edges["credit"] if chosen.measured == "driven" else edges["credit"] * np.nan
    return {"source": edges["source"].tolist(), "target": edges["target"].tolist(), "credit": _plain(credit)}


def _plain(column: pd.Series[Any]) -> list[Any]:
    """JSON values of a column, null where unknown, at the precision that a page shows."""
    return [
        None if pd.isna(value) else value if isinstance(value, str) else float(f"{float(value):.4g}")
        for value in column
    ]


def _example(result: Mapped, chosen: Selection) -> str:
    """A sentence that teaches how to read the picture, about its largest circle."""
    people = result.people.set_index(result.people["person_id"].astype(str))
    if not chosen.drivers:
        return ""
    first = chosen.ids[0]
    person = people.loc[first]
    numbers: dict[str, Any] = {
        "name": called(people.loc[[first]]).iloc[0],
        "n": int(chosen.edges["source"].eq(0).sum()),
        "strength": amount(person[chosen.measured]),
    }
    return (
        say("views.example-driven", **numbers)
        if chosen.measured == "driven"
        else say("views.example-audience", **numbers)
    )


def _words(measured: str) -> dict[str, Any]:
    """What the page's script says."""
    return {
        "lang": current(),
        "measured": measured,
        "follower": say("views.follower"),
        "followers": say("views.followers"),
        "driven": say("views.driven"),
        "audience": say("views.audience"),
        "lift": say("views.lift"),
        "ripple": say("views.ripple"),
        "community": say("views.community-column"),
        "influencer": say("views.influencer"),
        "ugc": say("views.ugc"),
        "advocate": say("views.advocate"),
        "beats": say("views.verdict-beats"),
        "influences": say("views.influences"),
        "influenced": say("views.influenced"),
        "found": say("views.found-names"),
        "none": say("views.none-found"),
        "ascending": say("views.ascending"),
        "descending": say("views.descending"),
    }


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
