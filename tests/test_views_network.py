"""The influence map: what is chosen, who is named, what the page holds. What a hand does with it is tested beside."""

from __future__ import annotations

import json
import re
import time
from dataclasses import replace
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from sketch import CLOSING, HOSTILE, empty_map, full_map, without_conversions

from influence_graph.language import LANGUAGES, speaking
from influence_graph.network import Network
from influence_graph.tables.privacy import pseudonym
from influence_graph.views.drawing import draw
from influence_graph.views.network import page
from influence_graph.views.notebook import to_pyvis
from influence_graph.views.selection import select, select_network


def payload(text: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data


def with_advocate(driven: float) -> Any:
    """A programme in which one buyer drives orders too."""
    sketch = full_map()
    advocate = sketch.people.iloc[[0]].assign(
        person_id="buyer-00007", name="Secret Name", is_creator=False, driven=driven, advocate=1.0, ugc=0.0
    )
    return replace(sketch, people=pd.concat([sketch.people, advocate], ignore_index=True))


def test_the_strongest_drivers_come_first_and_the_limit_holds() -> None:
    sketch = full_map()
    chosen = select(sketch, people=80)
    strongest = sketch.people.nlargest(20, "driven")["person_id"].tolist()
    assert chosen.ids[: chosen.drivers].tolist() == strongest
    assert len(chosen.ids) == 80
    assert chosen.ids.is_unique


def test_edges_are_the_strongest_and_run_from_driver_to_influenced() -> None:
    sketch = full_map()
    chosen = select(sketch, people=80)
    assert chosen.edges["source"].lt(chosen.drivers).all()
    credit = sketch.influences.set_index(["source", "target"])["credit"]
    for edge in chosen.edges.itertuples():
        assert edge.credit == credit[chosen.ids[edge.source], chosen.ids[edge.target]]
    # Everybody's strongest tie shows, so no giant crowds out the rest.
    for row, driver in enumerate(chosen.ids[: chosen.drivers]):
        strongest = sketch.influences[sketch.influences["source"].eq(driver)].nlargest(1, "credit")["target"].iloc[0]
        assert chosen.ids.get_loc(strongest) in set(chosen.edges.loc[chosen.edges["source"].eq(row), "target"])


def test_whoever_is_no_creator_counts_once_they_drive_half_a_conversion() -> None:
    for driven, there in ((0.6, True), (0.4, False)):
        chosen = select(with_advocate(driven), people=400)
        assert ("buyer-00007" in chosen.ids[: chosen.drivers]) == there


def test_creators_who_drove_nothing_can_be_found_too() -> None:
    sketch = full_map()
    people = sketch.people.assign(driven=sketch.people["driven"].where(sketch.people.index != 3, np.nan))
    chosen = select(replace(sketch, people=people), people=400)
    assert chosen.ids[chosen.drivers - 1] == people["person_id"][3]


def test_without_conversions_the_widest_reach_and_follows_are_drawn() -> None:
    sketch = without_conversions(full_map())
    chosen = select(sketch, people=40)
    assert chosen.measured == "audience"
    assert chosen.ids[0] == sketch.people.nlargest(1, "audience")["person_id"].iloc[0]
    graph = sketch.network.to_networkx()
    for edge in chosen.edges.itertuples():
        assert graph.has_edge(chosen.ids[edge.source], chosen.ids[edge.target])
    assert payload(page(sketch))["edges"]["credit"] == []


def test_of_a_network_alone_the_weightiest_are_drawn() -> None:
    network = Network.from_edges(["ann", "ann", "bob", "cuc"], ["bob", "cuc", "cuc", "dan"], weight=[1, 2, 9, 1])
    chosen = select_network(network, people=8)
    assert chosen.ids[:2].tolist() == ["bob", "ann"]


def test_the_page_knows_how_much_it_leaves_out() -> None:
    sketch = full_map()
    data = payload(page(sketch, people=100))
    assert data["whole"] == {"people": sketch.network.n_people, "edges": sketch.network.n_edges}
    assert len(data["nodes"]["x"]) == 100
    assert "{shown} of {people} people" in data["words"]["drawn"]


def test_only_creators_are_named_unless_asked() -> None:
    sketch = with_advocate(30.0)
    text = page(sketch)
    assert "buyer-" not in text
    assert "Secret Name" not in text
    drivers = payload(text)["drivers"]
    secret = pseudonym("buyer-00007")
    assert [drivers["id"][i] for i, creator in enumerate(drivers["creator"]) if not creator] == [secret]
    assert secret in drivers["name"]
    assert "Secret Name" in page(sketch, names="all")


def test_area_carries_the_number() -> None:
    drivers = payload(page(full_map()))["drivers"]
    large = [(r, d) for r, d in zip(drivers["size"], drivers["driven"], strict=True) if d and r > 10]
    assert len(large) > 5
    for radius, driven in large:
        assert radius**2 / driven == pytest.approx(large[0][0] ** 2 / large[0][1], rel=0.03)


def test_the_same_map_gives_the_same_page() -> None:
    assert page(full_map()) == page(full_map())


def test_names_can_not_leave_the_payload() -> None:
    text = page(full_map())
    assert HOSTILE not in text
    assert CLOSING not in text
    assert HOSTILE in payload(text)["drivers"]["name"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_map_says_what_to_add(language: str) -> None:
    with speaking(language):
        text = page(empty_map())
    assert text.startswith(f'<!doctype html>\n<html lang="{language}">')
    assert "<script" not in text


def test_two_thousand_people_and_four_thousand_edges_fit() -> None:
    sketch = full_map(500, 4_000)
    begun = time.process_time()
    text = page(sketch)
    assert time.process_time() - begun < 5  # under a second on a quiet machine
    data = payload(text)
    assert (len(data["nodes"]["x"]), len(data["edges"]["from"])) == (2_000, 4_000)
    assert len(text.encode()) < 900_000


def test_twenty_thousand_people_fit() -> None:
    text = page(full_map(5_000, 25_000), people=20_000)
    assert len(payload(text)["nodes"]["x"]) == 20_000
    assert len(text.encode()) < 3_000_000


def test_a_page_changes_nothing_it_is_given() -> None:
    sketch = full_map()
    kept = sketch.people.copy(deep=True), sketch.influences.copy(deep=True)
    page(replace(sketch))
    pd.testing.assert_frame_equal(sketch.people, kept[0])
    pd.testing.assert_frame_equal(sketch.influences, kept[1])


def test_a_plain_pyvis_network_for_notebooks() -> None:
    sketch = full_map()
    drawing, network = draw(sketch, people=240), to_pyvis(sketch)
    assert type(network).__module__ == "pyvis.network"
    assert (network.num_nodes(), network.num_edges()) == (len(drawing.people), len(drawing.edges))
    first = network.get_node(0)
    assert first["label"] == sketch.people.nlargest(1, "driven")["name"].iloc[0]
    assert f"{first['size'] ** 2 / 44**2:.2f}" == "1.00"
    assert {node["label"] for node in network.nodes[drawing.drivers :]} == {" "}
    network.add_node("mine")
    network.add_edge(0, "mine")
    assert '"physics": {"enabled": false}' in network.generate_html()


def test_pyvis_leaves_a_networkx_graph_as_it_was() -> None:
    graph = nx.DiGraph()
    graph.add_edge("mai", "linh", weight=np.float64(3), note="met")
    graph.add_edge("mai", 7, weight=1)
    kept = graph.copy()
    network = to_pyvis(graph)
    assert nx.utils.graphs_equal(graph, kept)
    assert [node["label"] for node in network.nodes if node["label"] != " "] == ["mai"]
    assert [node["label"] for node in to_pyvis(graph, names="all").nodes] == ["mai", "linh", "7"]
    widths = {edge["to"]: edge["width"] for edge in network.edges}
    assert widths[1] > widths[2]


def test_roles_blend_and_a_ring_says_who_beats_their_followers() -> None:
    sketch = full_map()
    pure = sketch.people.assign(influencer=1.0, ugc=0.0, advocate=0.0)
    for node in to_pyvis(replace(sketch, people=pure)).nodes[:15]:
        assert node["color"]["background"] == "#0072b2"
    strongest = sketch.people.nlargest(15, "driven")
    for node, beats in zip(to_pyvis(sketch).nodes, strongest["beats_followers"], strict=False):
        assert (node["borderWidth"] > 1) == beats
