"""The report in a real browser: by eye, by pointer and finger, by keyboard, by screen reader, on paper."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from browser import chromium, complaints, requests, resize, violations
from sketch import HOSTILE, Sketch, full_map
from test_views_report import MAPS, page

from influence_graph.language import LANGUAGES
from influence_graph.views.report import report

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

__all__ = ["chromium"]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Each report as a file."""
    folder = tmp_path_factory.mktemp("pages")

    def file(kind: str, language: str = "en") -> Path:
        path = folder / f"{kind} {language}.html"
        path.write_text(page(kind, language), encoding="utf-8")
        return path

    return file


def show(driver: Chrome, path: Path, width: int = 1440, height: int = 900, **more: Any) -> None:
    resize(driver, width, height, **more)
    driver.get(path.as_uri())


def opened(driver: Chrome, folder: Path, sketch: Sketch) -> None:
    path = folder / "report.html"
    path.write_text(report(sketch), encoding="utf-8")
    show(driver, path)


@pytest.mark.parametrize("kind", MAPS)
def test_no_complaint_and_no_request(chromium: Chrome, pages: Any, kind: str) -> None:
    show(chromium, pages(kind))
    assert chromium.execute_script("return document.readyState") == "complete"
    assert complaints(chromium) == []
    assert requests(chromium) == []


@pytest.mark.parametrize(("kind", "language"), [("full", "en"), ("no conversions", "vi"), ("40 campaigns", "vi")])
def test_axe_finds_nothing_wrong(chromium: Chrome, pages: Any, kind: str, language: str) -> None:
    show(chromium, pages(kind, language))
    assert violations(chromium) == []
    show(chromium, pages(kind, language), 360, 740, dark=True)
    assert violations(chromium) == []


def test_a_script_that_is_not_ours_does_not_run(chromium: Chrome, pages: Any) -> None:
    show(chromium, pages("full"))
    smuggled = """const script = document.createElement('script');
        script.textContent = 'window.smuggled = true';
        document.body.append(script);
        return window.smuggled === undefined"""
    assert chromium.execute_script(smuggled)
    assert any("Content Security Policy" in said for said in complaints(chromium))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("width", "dark"), [(360, False), (360, True), (768, False), (1440, True), (720, False)])
def test_nothing_sticks_out_at_any_width(chromium: Chrome, pages: Any, width: int, dark: bool, language: str) -> None:
    """720 is a 1440 px screen at a zoom of 200 %."""
    show(chromium, pages("full", language), width, 800, dark=dark)
    assert chromium.execute_script("return document.documentElement.scrollWidth") <= width
    shown = (
        "return [...document.querySelectorAll('figure svg')].filter(s => s.getBoundingClientRect().width > 0).length"
    )
    assert chromium.execute_script(shown) == 5
    cut = """return [...document.querySelectorAll('figure svg text')].filter(t => {
        const box = t.getBoundingClientRect();
        return box.width > 0 && (box.left < 0 || box.right > innerWidth);
    }).map(t => t.textContent)"""
    assert chromium.execute_script(cut) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_table_needs_scrolling_on_a_wide_screen(chromium: Chrome, pages: Any, language: str) -> None:
    show(chromium, pages("full", language))
    wide = """return [...document.querySelectorAll('.scroll')].filter(s => s.scrollWidth > s.clientWidth)
        .map(s => s.firstElementChild.id)"""
    assert chromium.execute_script(wide) == []


def test_figures_follow_light_and_dark(chromium: Chrome, pages: Any) -> None:
    seen = []
    for dark in (False, True):
        show(chromium, pages("full"), dark=dark)
        script = """const page = getComputedStyle(document.body).backgroundColor;
            const paper = getComputedStyle(document.querySelector('figure .wide svg > rect')).fill;
            const words = getComputedStyle(document.querySelector('figure .wide svg text')).fill;
            return [page, paper, words]"""
        page, paper, words = chromium.execute_script(script)
        assert paper == page
        assert words != page
        seen.append(words)
    assert seen[0] != seen[1]


def test_headings_sort_and_unknown_values_stay_last(chromium: Chrome, tmp_path: Path) -> None:
    sketch = full_map()
    people = sketch.people.copy()
    people.loc[people.index[::7], ["lift", "lift_low", "lift_high"]] = np.nan
    people.loc[people.index[::7], "beats_followers"] = pd.NA
    opened(chromium, tmp_path, replace(sketch, people=people))
    heads = chromium.find_elements("css selector", "#creators-rest thead button")
    lift = next(head for head in heads if head.text.startswith("Lift"))
    values = "return [...document.querySelectorAll('#creators-rest-rows tr')].map(r => r.cells[3].dataset.v)"
    for order in (-1, 1):
        lift.send_keys("\n")  # by keyboard
        shown: list[Any] = chromium.execute_script(values)
        assert shown[-1] == ""
        numbers = [float(value) for value in shown if value]
        assert numbers == sorted(numbers, key=lambda value, order=order: order * value)
        assert "" not in shown[: len(numbers)]
    assert chromium.find_element("id", "said").get_attribute("textContent").startswith("Lift")


def test_folded_rows_unfold_and_stay_folded_while_sorting(chromium: Chrome, pages: Any) -> None:
    show(chromium, pages("full"))
    visible = "return [...document.querySelectorAll('#creators-rest-rows tr')].filter(r => r.offsetHeight > 0).length"
    total = len(chromium.find_elements("css selector", "#creators-rest-rows tr"))
    assert chromium.execute_script(visible) == 12 < total
    chromium.find_element("css selector", "#creators-rest thead button").send_keys("\n")
    assert chromium.execute_script(visible) == 12
    button = chromium.find_element("css selector", "button.more[aria-controls='creators-rest-rows']")
    assert button.get_attribute("aria-expanded") == "false"
    button.send_keys("\n")
    assert chromium.execute_script(visible) == total
    assert button.get_attribute("aria-expanded") == "true"


def test_a_link_in_a_sentence_leads_to_its_row_even_where_that_is_folded(chromium: Chrome, pages: Any) -> None:
    show(chromium, pages("full"))
    links = chromium.find_elements("css selector", ".findings a[href^='#creator-']")
    assert links
    folded = "return [...document.querySelectorAll('tbody tr')].filter(row => row.hidden).map(row => row.id)"
    hidden = chromium.execute_script(folded)
    last = hidden[-1]
    chromium.execute_script(f"location.hash = '{last}'")
    row = chromium.find_element("id", last)
    assert row.is_displayed()
    for link in links:
        to = link.get_attribute("href").partition("#")[2]
        link.send_keys("\n")
        row = chromium.find_element("id", to)
        assert row.is_displayed()
        assert link.text.partition(" (")[0] in row.text  # who shares a name with somebody is told by their id as well
        inside = "const b = arguments[0].getBoundingClientRect(); return b.top >= 0 && b.bottom <= innerHeight"
        assert chromium.execute_script(inside, row)


def test_a_mark_tells_its_creator_under_the_pointer_and_escape_hides_it(chromium: Chrome, pages: Any) -> None:
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.keys import Keys

    show(chromium, pages("full"))
    mark = chromium.find_element("css selector", "#followers .wide [data-told*='Jana Jansen']")
    chromium.execute_async_script(
        "arguments[0].scrollIntoView({block: 'center'}); setTimeout(arguments[1], 100)", mark
    )  # scrolling itself hides what was told
    ActionChains(chromium).move_to_element(mark).perform()
    tip = chromium.find_element("id", "tip")
    assert tip.is_displayed()
    assert "followers" in tip.text
    ActionChains(chromium).send_keys(Keys.ESCAPE).perform()
    assert not tip.is_displayed()


def test_everything_can_be_reached_by_keyboard_and_shows_where_one_is(chromium: Chrome, pages: Any) -> None:
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.keys import Keys

    show(chromium, pages("full"))
    wanted = chromium.execute_script(
        "return [...document.querySelectorAll('a, button, [tabindex=\"0\"]')].filter(e => e.offsetHeight > 0).length"
    )
    seen = []
    for _ in range(wanted):
        ActionChains(chromium).send_keys(Keys.TAB).perform()
        script = """const e = document.activeElement, s = getComputedStyle(e), b = e.getBoundingClientRect();
            window.order = window.order || [...document.querySelectorAll('*')];
            return [order.indexOf(e), s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2,
                    b.width > 0 && b.top < innerHeight && b.bottom > 0, e.outerHTML.slice(0, 80)]"""
        place, outlined, on_screen, what = chromium.execute_script(script)
        assert outlined, f"focus can't be seen on {what}"
        assert on_screen, f"focus is off the screen on {what}"
        seen.append(place)
    assert seen == sorted(set(seen)), "in the order of the page, each once"


def test_a_printed_page_is_no_wider_than_its_paper_and_cuts_no_figure(chromium: Chrome, pages: Any) -> None:
    show(chromium, pages("full"), 688, 1000)  # A4 less its margins, in CSS pixels
    chromium.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    width = chromium.execute_script("return document.documentElement.scrollWidth")
    tall = "return [...document.querySelectorAll('figure')].map(f => f.getBoundingClientRect().height)"
    heights = chromium.execute_script(tall)
    avoid = "return [...document.querySelectorAll('figure')].map(f => getComputedStyle(f).breakInside)"
    breaks = chromium.execute_script(avoid)
    names = "return [...document.querySelectorAll('tbody th')].map(th => th.clientWidth).filter(wide => wide > 0)"
    room = chromium.execute_script(names)
    chromium.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    assert width <= 688
    assert min(room) >= 70, "a name keeps its words whole"
    assert max(heights) <= (297 - 32) / 25.4 * 96, "every figure fits on a page"
    assert set(breaks) == {"avoid"}


def test_without_scripts_nothing_is_folded_away(chromium: Chrome, pages: Any) -> None:
    chromium.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        show(chromium, pages("full"))
        rows = chromium.find_elements("css selector", "#creators-rest-rows tr")
        assert all(row.is_displayed() for row in rows)
        assert not chromium.find_element("css selector", "button.more").is_displayed()
    finally:
        chromium.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_a_hostile_name_is_shown_as_it_is(chromium: Chrome, pages: Any) -> None:
    show(chromium, pages("full"))
    cells = "return [...document.querySelectorAll('#creators tbody th .text')].map(cell => cell.textContent)"
    assert HOSTILE in chromium.execute_script(cells)
