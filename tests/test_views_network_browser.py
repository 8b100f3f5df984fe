"""The influence map in a real browser, as a person would use it: by hand, by keyboard, on a phone, in print."""

from __future__ import annotations

import base64
import csv
import io
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from browser import chromium, complaints, requests, resize, violations
from sketch import CLOSING, HOSTILE, Sketch, full_map, without_conversions

from influence_graph.language import speaking
from influence_graph.views.network import page
from influence_graph.views.selection import select

if TYPE_CHECKING:
    from selenium.webdriver import Chrome
    from selenium.webdriver.remote.webelement import WebElement

__all__ = ["chromium"]

ENTER, ESCAPE, TAB, DOWN, RIGHT = "\ue007", "\ue00c", "\ue004", "\ue015", "\ue014"


def one_community(sketch: Sketch) -> Sketch:
    return replace(sketch, people=sketch.people.assign(community=0.0), campaigns=sketch.campaigns.head(1))


MAPS = {
    "full": full_map,
    "five people": lambda: full_map(2, 3),
    "one creator": lambda: full_map(1, 20),
    "no conversions": lambda: without_conversions(full_map()),
    "one campaign, one community": lambda: one_community(full_map()),
}


def opened(driver: Chrome, folder: Path, sketch: Sketch, **options: Any) -> None:
    file = folder / "network.html"
    file.write_text(page(sketch, **options), encoding="utf-8")
    resize(driver, 1440, 900)
    driver.get(file.as_uri())
    wait_until(driver, "return document.documentElement.dataset.drawn === 'yes'")


def wait_until(driver: Chrome, script: str, seconds: float = 10) -> None:
    from selenium.webdriver.support.wait import WebDriverWait

    WebDriverWait(driver, seconds, 0.05).until(lambda d: d.execute_script(script))


def at(driver: Chrome, identity: str) -> WebElement:
    return driver.find_element("id", identity)


def names_listed(driver: Chrome) -> list[str]:
    return list(driver.execute_script("return [...document.querySelectorAll('.pick')].map(b => b.textContent)"))


def drivers_drawn(driver: Chrome) -> set[str]:
    """The names of the drivers that the drawing shows."""
    script = """const { drawn, name } = influenceMap;
        return [...drawn().shown].filter(i => drawn().matching.includes(i)).map(name)"""
    return set(driver.execute_script(script))


def press(driver: Chrome, *keys: str) -> None:
    from selenium.webdriver.common.action_chains import ActionChains

    ActionChains(driver).send_keys(*keys).perform()


def choose(driver: Chrome, choice: str, value: str) -> None:
    from selenium.webdriver.support.select import Select

    control = driver.find_element("css selector", f"[data-choice='{choice}']")
    if control.tag_name == "select":
        Select(control).select_by_value(value)
    else:
        control.send_keys(value, TAB)


def focused(driver: Chrome) -> str:
    """What has the focus, in a word."""
    return str(driver.execute_script("const a = document.activeElement; return a.id || a.className || a.tagName"))


def selected(driver: Chrome) -> list[str]:
    script = "return [...document.querySelectorAll('tr[aria-selected=\"true\"] .pick')].map(b => b.textContent)"
    return list(driver.execute_script(script))


@pytest.mark.parametrize("kind", MAPS)
def test_it_draws_without_complaint_or_request(chromium: Chrome, tmp_path: Path, kind: str) -> None:
    opened(chromium, tmp_path, MAPS[kind]())
    assert complaints(chromium) == []
    assert requests(chromium) == []
    pixels = """const c = document.querySelector('canvas');
        const drawn = c.getContext('2d').getImageData(0, 0, c.width, c.height);
        return new Set(new Uint32Array(drawn.data.buffer)).size"""
    assert chromium.execute_script(pixels) > 20


@pytest.mark.parametrize(
    ("kind", "language"), [("full", "en"), ("full", "vi"), ("five people", "en"), ("no conversions", "vi")]
)
def test_axe_finds_nothing_wrong(chromium: Chrome, tmp_path: Path, kind: str, language: str) -> None:
    with speaking(language):
        opened(chromium, tmp_path, MAPS[kind]())
    chromium.execute_script("document.getElementById('filters').open = true")
    assert violations(chromium) == []
    chromium.execute_script("influenceMap.pick(0, false)")
    at(chromium, "search").send_keys("n")
    resize(chromium, 360, 740, dark=True)
    assert violations(chromium) == []
    assert complaints(chromium) == []


def test_no_script_in_a_name_runs(chromium: Chrome, tmp_path: Path) -> None:
    opened(chromium, tmp_path, full_map(5, 40))
    assert {HOSTILE, CLOSING} <= set(names_listed(chromium))
    for row in range(5):
        chromium.execute_script("influenceMap.pick(arguments[0], false)", row)
    at(chromium, "search").send_keys("script")
    assert len(chromium.find_elements("css selector", "#suggestions li")) == 2
    assert chromium.execute_script("return document.querySelectorAll('main script, main img').length") == 0
    assert complaints(chromium) == []  # an alert would have failed each of these


def test_the_page_says_how_much_it_shows(chromium: Chrome, tmp_path: Path) -> None:
    sketch = full_map()
    opened(chromium, tmp_path, sketch)
    shown, edges = chromium.execute_script("const d = influenceMap.drawn(); return [d.shown.size, d.lines.length]")
    of = f"{shown} of {sketch.network.n_people:,} people and {edges} of {sketch.network.n_edges:,} connections"
    assert at(chromium, "drawn").text.startswith(of)
    assert shown <= 240
    assert edges <= 480


def test_a_pointer_shows_numbers_and_a_click_brings_out_the_neighbours(chromium: Chrome, tmp_path: Path) -> None:
    from selenium.webdriver.common.action_chains import ActionChains

    sketch = full_map()
    opened(chromium, tmp_path, sketch)
    first = sketch.people.nlargest(1, "driven").iloc[0]
    canvas, place = at(chromium, "map"), chromium.execute_script("return influenceMap.at(0)")
    across, down = place["x"] - canvas.size["width"] / 2, place["y"] - canvas.size["height"] / 2
    point = ActionChains(chromium).move_to_element_with_offset(canvas, round(across), round(down))
    point.perform()
    wait_until(chromium, "return !document.getElementById('card').hidden")
    card = at(chromium, "card").text
    assert first["name"] in card
    assert f"{first['driven']:,.0f}" in card
    assert f"{first['driven_low']:,.0f}–{first['driven_high']:,.0f}" in card
    assert f"{first['lift']:.1f}×" in card
    point.click().perform()
    wait_until(chromium, "return document.querySelector('tr[aria-selected=\"true\"]') !== null")
    assert selected(chromium) == [first["name"]]
    assert at(chromium, "said").text.startswith(first["name"])
    near = set(chromium.execute_script("return [...influenceMap.drawn().near]"))
    edges = select(sketch, people=2_000).edges
    assert near == {0, *edges.loc[edges["source"].eq(0), "target"], *edges.loc[edges["target"].eq(0), "source"]}
    chromium.find_element("css selector", "#card .plain").click()
    both = edges[edges["source"].isin(near) | edges["target"].isin(near)]
    further = set(chromium.execute_script("return [...influenceMap.drawn().near]"))
    assert further == near | {*both["source"], *both["target"]}
    press(chromium, ESCAPE)
    assert selected(chromium) == []
    assert not at(chromium, "card").is_displayed()


def test_names_on_the_card_lead_on(chromium: Chrome, tmp_path: Path) -> None:
    sketch = full_map()
    tied = leading_edges(sketch)
    opened(chromium, tmp_path, replace(sketch, influences=tied))
    chromium.execute_script("influenceMap.pick(0, false)")
    walk = chromium.find_element("css selector", "#card .walk")
    name = walk.text
    walk.click()
    assert chromium.find_element("css selector", "#card strong").text == name
    assert selected(chromium) == [name]


def leading_edges(sketch: Sketch) -> Any:
    """Influences in which the strongest creator moves the second."""
    first, second = sketch.people.nlargest(2, "driven")["person_id"]
    edges = sketch.influences
    return edges.assign(
        source=edges["source"].where(edges.index > 0, first), target=edges["target"].where(edges.index > 0, second),
        credit=edges["credit"].where(edges.index > 0, 5.0),
    )  # fmt: skip


def test_search_finds_names_without_their_marks(chromium: Chrome, tmp_path: Path) -> None:
    opened(chromium, tmp_path, full_map())
    search = at(chromium, "search")
    search.send_keys("nguyen thi anh")
    offered = chromium.find_elements("css selector", "#suggestions li")
    assert [item.text.split("\n")[0] for item in offered] == ["Nguyễn Thị Ánh Tuyết"]
    search.send_keys(DOWN)
    assert search.get_attribute("aria-activedescendant") == offered[0].get_attribute("id")
    search.send_keys(ENTER)
    assert selected(chromium) == ["Nguyễn Thị Ánh Tuyết"]
    assert not at(chromium, "suggestions").is_displayed()
    search.send_keys("qqq")
    assert "people.csv" in at(chromium, "said").text
    at(chromium, "reset").click()
    assert selected(chromium) == []
    assert search.get_attribute("value") == ""


def test_whoever_is_not_drawn_at_first_is_found_and_drawn(chromium: Chrome, tmp_path: Path) -> None:
    sketch = full_map()
    opened(chromium, tmp_path, sketch, strongest=20)
    last = sketch.people.nsmallest(1, "driven")["name"].iloc[0]
    assert len(drivers_drawn(chromium)) <= 20
    at(chromium, "search").send_keys(last, ENTER)
    assert last in drivers_drawn(chromium)


FILTERS = {
    "platform": ("tiktok", lambda p: p["platform"].eq("tiktok")),
    "tier": ("2", lambda p: p["followers"].between(10_000, 100_000, inclusive="left")),
    "role": ("ugc", lambda p: p["ugc"].ge(0.5)),
    "least": ("20", lambda p: p["driven"].ge(20)),
}


@pytest.mark.parametrize("choice", FILTERS)
def test_filters_act_on_drawing_and_list_together(chromium: Chrome, tmp_path: Path, choice: str) -> None:
    sketch = full_map()
    opened(chromium, tmp_path, sketch)
    at(chromium, "filters").click()
    value, rule = FILTERS[choice]
    choose(chromium, choice, value)
    passing = sketch.people[rule(sketch.people)].nlargest(60, "driven")["name"].tolist()
    assert 0 < len(passing) < 60
    assert names_listed(chromium) == passing
    assert drivers_drawn(chromium) == set(passing)
    assert at(chromium, "matching").text == f"{len(passing)} of 60"
    at(chromium, "clear").click()
    assert len(names_listed(chromium)) == 60


def test_community_and_beating_followers_filter_as_well(chromium: Chrome, tmp_path: Path) -> None:
    sketch = full_map()
    opened(chromium, tmp_path, sketch)
    at(chromium, "filters").click()
    chromium.find_element("css selector", "[data-choice='beats']").click()
    beating = sketch.people[sketch.people["beats_followers"]]
    assert set(names_listed(chromium)) == set(beating["name"]) == drivers_drawn(chromium)
    options = chromium.find_elements("css selector", "#island option")
    community = next(option for option in options if option.text.startswith("Community 2"))
    choose(chromium, "island", community.get_attribute("value") or "")
    both = beating[beating["community"].eq(2)]
    assert set(names_listed(chromium)) == set(both["name"]) == drivers_drawn(chromium)
    choose(chromium, "least", "99999")
    assert names_listed(chromium) == []
    assert at(chromium, "matching").text == "Nobody fits all filters."
    assert complaints(chromium) == []


def test_circles_can_stand_for_other_numbers(chromium: Chrome, tmp_path: Path) -> None:
    sketch = full_map()
    opened(chromium, tmp_path, sketch)
    for size in ("followers", "lift", "ripple"):
        choose(chromium, "size", size)
        largest = chromium.execute_script("return influenceMap.largest()")
        assert largest == sketch.people.nlargest(1, size)["name"].iloc[0]
    assert "passed it on" in at(chromium, "key-size").text


def test_communities_fold_and_open(chromium: Chrome, tmp_path: Path) -> None:
    opened(chromium, tmp_path, full_map())
    at(chromium, "fold").click()
    assert chromium.execute_script("return influenceMap.drawn().shown.size") == 0
    assert at(chromium, "drawn").text.startswith("4 communities")
    at(chromium, "map").send_keys(RIGHT)
    assert "Community" in at(chromium, "card").text
    at(chromium, "map").send_keys(ENTER)
    assert chromium.execute_script("return influenceMap.drawn().folded.circles.size") == 3
    assert chromium.execute_script("return influenceMap.drawn().shown.size") > 5
    assert complaints(chromium) == []


def test_above_the_limit_it_begins_with_communities(chromium: Chrome, tmp_path: Path) -> None:
    sketch = full_map(600, 6_000)
    opened(chromium, tmp_path, sketch, people=4_000)
    assert chromium.execute_script("return influenceMap.drawn().folded.circles.size") == 4
    weak = sketch.people.nlargest(500, "driven")["name"].iloc[-1]
    at(chromium, "search").send_keys(weak, ENTER)  # finds people in closed communities, and opens those
    assert weak in drivers_drawn(chromium)
    assert chromium.execute_script("return influenceMap.drawn().folded.circles.size") == 3
    assert complaints(chromium) == []


def test_the_list_sorts_by_keyboard(chromium: Chrome, tmp_path: Path) -> None:
    sketch = full_map()
    opened(chromium, tmp_path, sketch)
    assert names_listed(chromium)[0] == sketch.people.nlargest(1, "driven")["name"].iloc[0]
    head = chromium.find_element("css selector", "th[data-key='followers'] button")
    head.send_keys("\n")
    assert names_listed(chromium)[0] == sketch.people.nlargest(1, "followers")["name"].iloc[0]
    head.send_keys("\n")
    assert names_listed(chromium)[0] == sketch.people.nsmallest(1, "followers")["name"].iloc[0]
    assert chromium.find_element("css selector", "th[data-key='followers']").get_attribute("aria-sort") == "ascending"


def test_everything_is_reached_by_the_keyboard_and_seen_to_be(chromium: Chrome, tmp_path: Path) -> None:
    opened(chromium, tmp_path, full_map())
    chromium.execute_script("document.activeElement.blur()")
    visible = """const here = document.activeElement, style = getComputedStyle(here);
        return here.matches('.skip') || style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2"""
    met = []
    for _ in range(16):
        press(chromium, TAB)
        met.append(focused(chromium))
        assert chromium.execute_script(visible), f"no one sees that {met[-1]} has the focus"
    wanted = ["skip", "map", "strongest", "fold", "closer", "farther", "full", "reset", "save-picture", "search"]
    assert [place for place in met if place in wanted] == wanted
    assert met.index("search") < met.index("SUMMARY") < met.index("save-table")
    at(chromium, "map").send_keys(RIGHT)
    assert selected(chromium) == names_listed(chromium)[:1]
    at(chromium, "map").send_keys(RIGHT)
    assert selected(chromium) == names_listed(chromium)[1:2]
    press(chromium, ESCAPE)
    assert selected(chromium) == []


def test_the_filtered_list_is_taken_away_as_a_table(chromium: Chrome, tmp_path: Path) -> None:
    sketch = full_map()
    sketch = replace(sketch, people=sketch.people.assign(name=sketch.people["name"].replace("Jana Jansen", "=1+1")))
    opened(chromium, tmp_path, sketch)
    at(chromium, "filters").click()
    choose(chromium, "least", "20")
    text = chromium.execute_script("return influenceMap.table()")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    wanted = sketch.people[sketch.people["driven"].ge(20)].sort_values("driven", ascending=False)
    assert [row["person_id"] for row in rows] == wanted["person_id"].tolist()
    assert [float(row["driven"]) for row in rows] == pytest.approx(wanted["driven"].tolist(), rel=1e-3)
    assert [row["name"] for row in rows] == [name.replace("=1+1", "'=1+1") for name in wanted["name"]]
    folder = tmp_path / "saved"
    folder.mkdir()
    saving = {"behavior": "allow", "downloadPath": str(folder)}
    chromium.execute_cdp_cmd("Browser.setDownloadBehavior", saving)
    for button, file in (("save-table", "creators.csv"), ("save-picture", "influence-map.png")):
        at(chromium, button).click()
        wait_until_there(folder / file)
    assert (folder / "creators.csv").read_text(encoding="utf-8") == text
    assert (folder / "influence-map.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert complaints(chromium) == []
    assert requests(chromium) == []


def wait_until_there(file: Path) -> None:
    from time import monotonic, sleep

    until = monotonic() + 20
    while not file.exists() and monotonic() < until:
        sleep(0.05)
    assert file.exists()


def test_the_picture_is_sharp_and_tells_what_it_shows(chromium: Chrome, tmp_path: Path) -> None:
    opened(chromium, tmp_path, full_map())
    width, colours = chromium.execute_script(
        """const sheet = influenceMap.picture();
        const drawn = sheet.getContext('2d').getImageData(0, 0, sheet.width, sheet.height);
        return [sheet.width, new Set(new Uint32Array(drawn.data.buffer)).size]"""
    )
    assert width == 2 * at(chromium, "map").size["width"]
    assert colours > 50


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_nothing_sticks_out_at_any_width(chromium: Chrome, tmp_path: Path, width: int) -> None:
    opened(chromium, tmp_path, full_map())
    resize(chromium, width, 800, dark=True)
    assert chromium.execute_script("return document.documentElement.scrollWidth") <= width
    at(chromium, "filters").click()
    chromium.execute_script("influenceMap.pick(0, false)")
    assert chromium.execute_script("return document.documentElement.scrollWidth") <= width
    card, stage = at(chromium, "card").rect, at(chromium, "map").rect
    assert stage["x"] <= card["x"]
    assert card["x"] + card["width"] <= stage["x"] + stage["width"]
    assert complaints(chromium) == []


def test_zoomed_to_200_percent_nothing_sticks_out(chromium: Chrome, tmp_path: Path) -> None:
    opened(chromium, tmp_path, full_map())
    resize(chromium, 720, 450, deviceScaleFactor=2)  # what a window of 1440 x 900 becomes
    assert chromium.execute_script("return document.documentElement.scrollWidth") <= 720


def test_it_prints_on_whole_pages(chromium: Chrome, tmp_path: Path) -> None:
    opened(chromium, tmp_path, full_map())
    printed = chromium.execute_cdp_cmd("Page.printToPDF", {"paperWidth": 8.27, "paperHeight": 11.69})["data"]
    pages = base64.b64decode(printed).count(b"/Type /Page\n") + base64.b64decode(printed).count(b"/Type /Page ")
    assert 1 <= pages <= 6
