"""The influence map: what is chosen, drawn and hidden, and how it answers a hand."""

from __future__ import annotations

import json
import re
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from browser import chromium, complaints, requests, resize
from sketch import CLOSING, HOSTILE, Sketch, empty_map, full_map, without_conversions

from influence_graph.language import LANGUAGES, speaking
from influence_graph.views.network import page
from influence_graph.views.selection import select

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

__all__ = ["chromium"]

MAPS = {
    "full": full_map,
    "one creator": lambda: full_map(1, 20),
    "no conversions": lambda: without_conversions(full_map()),
}


def payload(text: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data


def opened(driver: Chrome, folder: Path, sketch: Sketch, **options: Any) -> None:
    file = folder / "network.html"
    file.write_text(page(sketch, **options), encoding="utf-8")
    resize(driver, 1440, 900)
    driver.get(file.as_uri())
    wait_until(driver, "return document.documentElement.dataset.drawn === 'yes'")


def wait_until(driver: Chrome, script: str, seconds: float = 10) -> None:
    from selenium.webdriver.support.wait import WebDriverWait

    WebDriverWait(driver, seconds, 0.05).until(lambda d: d.execute_script(script))


def names_listed(driver: Chrome) -> list[str]:
    return list(driver.execute_script("return [...document.querySelectorAll('.pick')].map(b => b.textContent)"))


def test_the_strongest_drivers_come_first_and_the_limit_holds() -> None:
    sketch = full_map()
    chosen = select(sketch, limit=80)
    strongest = sketch.people.nlargest(20, "driven")["person_id"].tolist()
    assert chosen.ids[: chosen.drivers].tolist() == strongest
    assert len(chosen.ids) == 80
    assert chosen.ids.is_unique


def test_edges_are_the_strongest_and_run_from_driver_to_influenced() -> None:
    sketch = full_map()
    chosen = select(sketch, limit=80)
    assert chosen.edges["source"].lt(chosen.drivers).all()
    credit = sketch.influences.set_index(["source", "target"])["credit"]
    for edge in chosen.edges.itertuples():
        assert edge.credit == credit[chosen.ids[edge.source], chosen.ids[edge.target]]
    # Everybody's strongest tie shows, so no giant crowds out the rest.
    for row, driver in enumerate(chosen.ids[: chosen.drivers]):
        strongest = sketch.influences[sketch.influences["source"].eq(driver)].nlargest(1, "credit")["target"].iloc[0]
        assert chosen.ids.get_loc(strongest) in set(chosen.edges.loc[chosen.edges["source"].eq(row), "target"])


def test_without_conversions_the_widest_reach_and_follows_are_drawn() -> None:
    sketch = without_conversions(full_map())
    chosen = select(sketch, limit=40)
    assert chosen.measured == "audience"
    assert chosen.ids[0] == sketch.people.nlargest(1, "audience")["person_id"].iloc[0]
    graph = sketch.network.to_networkx()
    for edge in chosen.edges.itertuples():
        assert graph.has_edge(chosen.ids[edge.source], chosen.ids[edge.target])
    assert set(payload(page(sketch))["edges"]["credit"]) == {None}


def test_the_page_says_how_much_it_shows() -> None:
    sketch = full_map()
    data = payload(page(sketch, limit=100))
    text = page(sketch, limit=100)
    shown, edges = len(data["nodes"]["x"]), len(data["edges"]["source"])
    assert f"{shown} of {sketch.network.n_people:,} people, {edges} of {sketch.network.n_edges:,} edges" in text


def test_only_creators_are_named_unless_asked() -> None:
    sketch = full_map()
    assert "buyer-" not in page(sketch)
    nodes = payload(page(sketch))["nodes"]
    assert [name is None for name in nodes["name"]] == [not creator for creator in nodes["creator"]]
    assert "buyer-" in page(sketch, names="all")


def test_area_carries_the_number() -> None:
    nodes = payload(page(full_map()))["nodes"]
    large = [(r, d) for r, d in zip(nodes["radius"], nodes["driven"], strict=True) if d and r > 10]
    assert len(large) > 5
    for radius, driven in large:
        assert radius**2 / driven == pytest.approx(large[0][0] ** 2 / large[0][1], rel=0.03)


def test_the_same_map_gives_the_same_page() -> None:
    assert page(full_map()) == page(full_map())


def test_names_can_not_leave_the_payload() -> None:
    text = page(full_map())
    assert HOSTILE not in text
    assert CLOSING not in text
    assert HOSTILE in payload(text)["nodes"]["name"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_map_says_what_to_add(language: str) -> None:
    with speaking(language):
        text = page(empty_map())
    assert text.startswith(f'<!doctype html>\n<html lang="{language}">')
    assert "<script" not in text


def test_two_thousand_people_fit_the_size_and_the_time() -> None:
    sketch = full_map(500, 4_000)
    begun = time.perf_counter()
    text = page(sketch, limit=2_000)
    assert time.perf_counter() - begun < 20  # about two seconds on a quiet machine
    assert len(payload(text)["nodes"]["x"]) == 2_000
    assert len(text.encode()) < 900_000


@pytest.mark.parametrize("kind", MAPS)
def test_it_draws_without_complaint_or_request(chromium: Chrome, tmp_path: Path, kind: str) -> None:
    opened(chromium, tmp_path, MAPS[kind]())
    assert complaints(chromium) == []
    assert requests(chromium) == []
    pixels = """const c = document.querySelector('canvas');
        const drawn = c.getContext('2d').getImageData(0, 0, c.width, c.height);
        return new Set(new Uint32Array(drawn.data.buffer)).size"""
    assert chromium.execute_script(pixels) > 20


def test_a_click_brings_out_the_neighbours(chromium: Chrome, tmp_path: Path) -> None:
    from selenium.webdriver.common.action_chains import ActionChains

    opened(chromium, tmp_path, full_map())
    name = payload(page(full_map()))["nodes"]["name"][0]
    canvas = chromium.find_element("id", "map")
    at = chromium.execute_script("return influenceMap.at(0)")
    size = canvas.size
    point = ActionChains(chromium).move_to_element_with_offset(
        canvas, round(at["x"] - size["width"] / 2), round(at["y"] - size["height"] / 2)
    )
    point.perform()
    wait_until(chromium, "return !document.getElementById('card').hidden")
    assert name in chromium.find_element("id", "card").text
    point.click().perform()
    wait_until(chromium, "return document.querySelector('tr[aria-selected=\"true\"]') !== null")
    assert chromium.find_element("css selector", "tr[aria-selected='true'] .pick").text == name
    assert chromium.find_element("id", "said").text.startswith(name)
    ActionChains(chromium).send_keys("\ue00c").perform()  # Escape
    assert not chromium.find_elements("css selector", "tr[aria-selected='true']")


def test_search_finds_names_without_their_marks(chromium: Chrome, tmp_path: Path) -> None:
    opened(chromium, tmp_path, full_map(), limit=400)
    search = chromium.find_element("id", "search")
    search.send_keys("nguyen thi anh")
    assert names_listed(chromium) == ["Nguyễn Thị Ánh Tuyết"]
    search.send_keys("\n")
    assert chromium.find_element("css selector", "tr[aria-selected='true'] .pick").text == "Nguyễn Thị Ánh Tuyết"
    search.send_keys("qqq")
    assert names_listed(chromium) == []
    assert "people.csv" in chromium.find_element("id", "said").text
    chromium.find_element("id", "reset").click()
    assert len(names_listed(chromium)) == 60


def test_the_list_sorts_by_keyboard(chromium: Chrome, tmp_path: Path) -> None:
    sketch = full_map()
    opened(chromium, tmp_path, sketch)
    shown = sketch.people.nlargest(60, "driven")
    assert names_listed(chromium)[0] == shown["name"].iloc[0]
    head = chromium.find_element("css selector", "th[data-key='followers'] button")
    head.send_keys("\n")
    assert names_listed(chromium)[0] == shown.nlargest(1, "followers")["name"].iloc[0]
    head.send_keys("\n")
    assert names_listed(chromium)[0] == shown.nsmallest(1, "followers")["name"].iloc[0]
    assert chromium.find_element("css selector", "th[data-key='followers']").get_attribute("aria-sort") == "ascending"


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_nothing_sticks_out_at_any_width(chromium: Chrome, tmp_path: Path, width: int) -> None:
    opened(chromium, tmp_path, full_map())
    resize(chromium, width, 800, dark=True)
    assert chromium.execute_script("return document.documentElement.scrollWidth") <= width
    assert complaints(chromium) == []


def test_a_page_changes_nothing_it_is_given() -> None:
    sketch = full_map()
    kept = sketch.people.copy(deep=True), sketch.influences.copy(deep=True)
    page(replace(sketch))
    pd.testing.assert_frame_equal(sketch.people, kept[0])
    pd.testing.assert_frame_equal(sketch.influences, kept[1])
