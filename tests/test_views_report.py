"""The report: true to its numbers, offline, safe with any name, readable by eye, keyboard and screen reader."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from browser import chromium, complaints, requests, resize
from sketch import CLOSING, HOSTILE, Sketch, empty_map, full_map, without_conversions

from influence_graph.language import LANGUAGES, speaking
from influence_graph.views import figures
from influence_graph.views.page import amount, payload, share, span, times
from influence_graph.views.report import report

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

__all__ = ["chromium"]

MAPS = {
    "full": full_map,
    "one creator": lambda: full_map(1, 20),
    "no conversions": lambda: without_conversions(full_map()),
    "empty": empty_map,
}


def opened(driver: Chrome, folder: Path, sketch: Sketch) -> None:
    page = folder / "report.html"
    page.write_text(report(sketch), encoding="utf-8")
    resize(driver, 1440, 900)
    driver.get(page.as_uri())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", MAPS)
def test_the_page_is_whole_in_every_language(kind: str, language: str) -> None:
    with speaking(language):
        text = report(MAPS[kind]())
    assert text.startswith(f'<!doctype html>\n<html lang="{language}">')
    assert "default-src 'none'" in text
    assert not re.search(r"\b(nan|None|NaT|&lt;NA&gt;)\b", re.sub(r"(?s)<(style|script).*?</\1>", "", text))
    assert len(text.encode()) < 1_500_000
    titles = re.findall(r"<title[^>]*>([^<]+)</title>", text)
    assert all(title.strip() for title in titles)
    assert len(re.findall(r"<h1>", text)) == 1


def test_nothing_outside_is_referred_to() -> None:
    text = report(full_map())
    assert not re.findall(r"""(?:src|href|url\()\s*=?\s*["']?(?:https?:)?//""", text)


def test_names_are_text_wherever_they_stand() -> None:
    text = report(full_map())
    assert HOSTILE not in text
    assert CLOSING not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "<img" not in text


def test_followers_who_are_no_creators_are_not_named() -> None:
    sketch = full_map()
    people = sketch.people.assign(is_creator=sketch.people.index != 3)
    assert "Trần Đức" not in report(replace(sketch, people=people)).replace("Trần Đức ", "")


def test_unknown_numbers_are_dashes() -> None:
    assert (amount(np.nan), share(None), times(np.nan), span(1.0, np.nan)) == ("–", "–", "–", "")
    assert (amount(0.0), amount(1_234.4), span(1.0, 2.25)) == ("0", "1,234", "1–2.2")
    with speaking("vi"):
        assert (amount(1_234.4), times(1.5)) == ("1.234", "1,5×")


def test_a_payload_can_not_close_its_script() -> None:
    assert "<" not in payload({"name": CLOSING})
    assert ">" not in payload([HOSTILE])


def test_the_figure_tells_what_it_shows_and_follows_the_palette() -> None:
    sketch = full_map()
    chart = figures.driven_against_followers(sketch.people)
    text = figures.svg(chart, title="Who & how", description="<all>", key="k")
    assert text.startswith("<svg")
    assert '<title id="k-title">Who &amp; how</title><desc id="k-desc">&lt;all&gt;</desc>' in text
    assert text.count("data-told=") >= len(sketch.people)
    assert "var(--beats)" in text
    assert not re.search(r'id="(?!k-)', text)


def test_of_very_many_creators_the_figure_shows_clear_cases_and_an_even_sample() -> None:
    sketch = full_map()
    people = sketch.people[sketch.people["is_creator"]]
    copies = -(-4 * figures.MOST_POINTS // len(people))
    many = pd.concat([people] * copies, ignore_index=True)
    many["driven"] = np.linspace(5_000.0, 0.0, len(many))
    many[["identifiable", "lift_high", "beats_followers"]] = ["yes", 2.0, False]
    clear = [10, 4 * figures.MOST_POINTS - 10]
    many.loc[clear, "beats_followers"] = True
    shown = figures.drawn(many)
    assert len(shown) == figures.MOST_POINTS
    assert set(clear) <= set(shown.index)
    assert np.diff(shown.index).max() <= copies * len(people) / figures.MOST_POINTS + 1, "the whole range is there"
    assert f"{figures.MOST_POINTS:,} of {len(many):,} creators" in report(replace(sketch, people=many))
    assert "Drawn are" not in report(sketch)


def test_there_is_no_figure_without_followers_and_driven() -> None:
    assert figures.driven_against_followers(without_conversions(full_map()).people) is None
    people = full_map().people
    assert figures.driven_against_followers(people.assign(followers=np.nan)) is None


def test_numbers_of_the_table_are_those_of_the_frame(chromium: Chrome, tmp_path: Path) -> None:
    sketch = full_map()
    opened(chromium, tmp_path, sketch)
    cells = "[...document.querySelectorAll('#driver-rows tr')].map(r => [r.cells[0].dataset.v, r.cells[1].dataset.v])"
    shown = chromium.execute_script(f"return {cells}")
    strongest = sketch.people.sort_values("driven", ascending=False)
    assert [name for name, _ in shown] == strongest["name"].tolist()
    np.testing.assert_allclose([float(value) for _, value in shown], strongest["driven"], rtol=1e-6)


@pytest.mark.parametrize("kind", MAPS)
def test_no_complaint_and_no_request(chromium: Chrome, tmp_path: Path, kind: str) -> None:
    opened(chromium, tmp_path, MAPS[kind]())
    assert chromium.execute_script("return document.readyState") == "complete"
    assert complaints(chromium) == []
    assert requests(chromium) == []


def test_a_script_that_is_not_ours_does_not_run(chromium: Chrome, tmp_path: Path) -> None:
    opened(chromium, tmp_path, full_map())
    smuggled = """const script = document.createElement('script');
        script.textContent = 'window.smuggled = true';
        document.body.append(script);
        return window.smuggled === undefined"""
    assert chromium.execute_script(smuggled)
    assert any("Content Security Policy" in said for said in complaints(chromium))


def test_headings_sort_and_unknown_values_stay_last(chromium: Chrome, tmp_path: Path) -> None:
    sketch = full_map()
    people = sketch.people.copy()
    people.loc[5, ["lift", "lift_low", "lift_high"]] = np.nan
    opened(chromium, tmp_path, replace(sketch, people=people))
    heads = chromium.find_elements("css selector", "#creators ~ .scroll th button")
    lift = next(head for head in heads if head.text.startswith("Lift"))
    values = "return [...document.querySelectorAll('#driver-rows tr')].map(r => r.cells[4].dataset.v)"
    for order in (-1, 1):
        lift.send_keys("\n")  # by keyboard
        shown: list[Any] = chromium.execute_script(values)
        assert shown[-1] == ""
        numbers = [float(value) for value in shown[:-1]]
        assert numbers == sorted(numbers, key=lambda value, order=order: order * value)
    assert chromium.execute_script("return document.querySelectorAll('#driver-rows').length") == 1
    assert chromium.find_element("id", "said").get_attribute("textContent").startswith("Lift")


def test_folded_rows_unfold(chromium: Chrome, tmp_path: Path) -> None:
    opened(chromium, tmp_path, full_map())
    visible = "return [...document.querySelectorAll('#driver-rows tr')].filter(r => r.offsetHeight > 0).length"
    assert chromium.execute_script(visible) == 25
    button = chromium.find_element("css selector", "button.more")
    button.send_keys("\n")
    assert chromium.execute_script(visible) == 60
    assert button.get_attribute("aria-expanded") == "true"


@pytest.mark.parametrize("width", [360, 768, 1440])
@pytest.mark.parametrize("dark", [False, True])
def test_nothing_sticks_out_at_any_width(chromium: Chrome, tmp_path: Path, width: int, dark: bool) -> None:
    opened(chromium, tmp_path, full_map())
    resize(chromium, width, 800, dark=dark)
    assert chromium.execute_script("return document.documentElement.scrollWidth") <= width
    shown = (
        "return [...document.querySelectorAll('figure svg')].filter(s => s.getBoundingClientRect().width > 0).length"
    )
    assert chromium.execute_script(shown) == 1


def test_a_printed_page_is_no_wider_than_its_paper(chromium: Chrome, tmp_path: Path) -> None:
    opened(chromium, tmp_path, full_map())
    resize(chromium, 688, 1000)  # A4 less its margins, in CSS pixels
    chromium.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    width = chromium.execute_script("return document.documentElement.scrollWidth")
    chromium.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    assert width <= 688


def test_a_mark_tells_its_creator_under_the_pointer(chromium: Chrome, tmp_path: Path) -> None:
    from selenium.webdriver.common.action_chains import ActionChains

    opened(chromium, tmp_path, full_map())
    mark = chromium.find_element("css selector", "figure .wide [data-told*='Jana Jansen']")
    chromium.execute_script("arguments[0].scrollIntoView({block: 'center'})", mark)
    ActionChains(chromium).move_to_element(mark).perform()
    tip = chromium.find_element("id", "tip")
    assert tip.is_displayed()
    assert "followers" in tip.text
