"""The figures: true to the map's numbers, legible with any name, told to those who can't see them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sketch import CLOSING, HOSTILE, Sketch, empty_map, full_map, without_conversions

import influence_graph as ig
from influence_graph.folder import write_figures
from influence_graph.language import LANGUAGES, speaking
from influence_graph.views.figures import FIGURES, drawing, followers, roles
from influence_graph.views.figures.inline import inline, pictures

Figure = Callable[..., Any]


def values(chart: Any) -> list[dict[str, Any]]:
    """Every row of every data set of a chart."""
    return [row for rows in chart.to_dict()["datasets"].values() for row in rows]


@pytest.mark.parametrize("figure", FIGURES)
def test_a_notebook_gets_a_chart_that_says_what_it_is(figure: Figure) -> None:
    assert getattr(ig, figure.__name__) is figure
    chart = figure(full_map())
    described = chart.to_dict()
    assert described["title"]
    assert described["description"]
    assert "legend" in str(described)
    assert "_repr_mimebundle_" in dir(chart)


@pytest.mark.parametrize("figure", FIGURES)
def test_the_map_is_left_as_it_was(figure: Figure) -> None:
    sketch = full_map()
    before = sketch.people.copy(), sketch.mix.copy()
    figure(sketch)
    pd.testing.assert_frame_equal(sketch.people, before[0])
    pd.testing.assert_frame_equal(sketch.mix, before[1])


def test_the_figure_of_followers_holds_the_numbers_of_the_frame() -> None:
    sketch = full_map()
    rows = pd.DataFrame(
        [row for row in values(ig.driven_against_followers(sketch)) if "verdict" in row and "name" in row]
    )
    told = rows.drop_duplicates("followers").set_index("followers")
    people = sketch.people.set_index("followers").loc[told.index]
    assert len(told) == len(sketch.people)
    assert told["name"].tolist() == people["name"].tolist()
    np.testing.assert_allclose(told["drawn"], people["driven"].clip(lower=followers.FLOOR))
    np.testing.assert_allclose(told["high"], people["driven_high"].clip(lower=followers.FLOOR))


def test_the_line_is_what_followers_promise() -> None:
    sketch = full_map()
    rate = (sketch.people["expected"] / sketch.people["followers"]).median()
    line = [row for row in values(ig.driven_against_followers(sketch)) if set(row) == {"followers", "drawn"}]
    assert len(line) >= 2
    assert all(row["drawn"] == pytest.approx(rate * row["followers"]) for row in line)


def test_a_corner_is_one_role_alone_and_the_middle_all_three() -> None:
    sketch = full_map(6)
    thirds = np.full(3, 1 / 3)
    mixes = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], thirds, [0.5, 0.5, 0], [0, 0.5, 0.5]])
    people = sketch.people.assign(
        influencer=mixes[:, 0], ugc=mixes[:, 1], advocate=mixes[:, 2], driven=6.0 - np.arange(6)
    )
    chart = ig.role_mix(replace(sketch, people=people))
    at = {row["name"]: (row["x"], row["y"]) for row in values(chart) if "creator" in row}
    top = np.sqrt(3) / 2
    expected = [(0.5, top), (1, 0), (0, 0), (0.5, top / 3), (0.75, top / 2), (0.5, 0)]
    for name, (x, y) in zip(people["name"], expected, strict=True):
        assert at[name] == pytest.approx((x, y), abs=1e-9)


def test_areas_are_conversions_driven() -> None:
    rows = [row for row in values(ig.role_mix(full_map())) if "creator" in row]
    large = [(row["driven"], row["area"]) for row in rows if row["area"] > 20]
    ratios = [area / driven for driven, area in large]
    assert max(ratios) == pytest.approx(min(ratios))


def test_others_than_creators_are_drawn_without_a_name() -> None:
    sketch = full_map()
    people = sketch.people.assign(is_creator=sketch.people.index != 3)
    told = str(ig.role_mix(replace(sketch, people=people)).to_dict())
    assert "Trần Đức" not in told
    assert "Somebody who is no creator" in told
    assert "Trần Đức" in str(ig.role_mix(replace(sketch, people=people), names="all").to_dict())


def test_bars_add_up_to_the_orders_of_each_campaign() -> None:
    sketch = full_map()
    rows = pd.DataFrame([row for row in values(ig.conversions_by_source(sketch)) if "source" in row])
    # All campaigns together, and then each of them.
    assert (rows["high"] - rows["low"]).sum() == pytest.approx(2 * sketch.campaigns["conversions"].sum(), rel=1e-6)
    by = (rows["high"] - rows["low"]).groupby(rows["source"]).sum()
    assert by["organic"] == pytest.approx(2 * sketch.campaigns["organic"].sum(), rel=1e-6)


def test_without_evidence_nothing_is_split_by_source() -> None:
    sketch = full_map()
    unsure = replace(sketch, total={**sketch.total, "driven_low": 0.0})
    rows = pd.DataFrame([row for row in values(ig.conversions_by_source(unsure)) if "source" in row])
    assert set(rows["source"]) == {"organic"}
    assert "direct" not in str(ig.conversions_by_source(unsure).to_dict()["description"])


@pytest.mark.parametrize("days", [1, 30, 200, 2_000])
def test_bars_are_days_weeks_or_months_and_lose_nothing(days: int) -> None:
    sketch = full_map()
    day = pd.date_range("2024-02-27", periods=days, freq="D", tz="UTC")
    sources = pd.DataFrame({"campaign_id": "spring", "day": day, "organic": 1.0, "direct": 2.0, "ripple": 0.5})
    drivers = sketch.drivers
    drivers.sources = sources
    told = _Given(sketch, drivers)
    rows = pd.DataFrame([row for row in values(ig.conversions_by_source(told)) if "source" in row])
    assert (rows["high"] - rows["low"]).sum() == pytest.approx(3.5 * days)
    assert rows["from"].nunique() <= 75
    with speaking("vi"):
        assert ig.conversions_by_source(told)


class _Given:
    """A sketch with drivers of its own."""

    def __init__(self, sketch: Sketch, drivers: Any) -> None:
        self.sketch, self.drivers = sketch, drivers

    def __getattr__(self, name: str) -> Any:
        return getattr(self.sketch, name)


def test_of_very_many_creators_clear_cases_and_an_even_sample_are_drawn() -> None:
    people = full_map().people
    copies = -(-4 * followers.MOST // len(people))
    many = pd.concat([people] * copies, ignore_index=True)
    many["driven"] = np.linspace(5_000.0, 0.0, len(many))
    many[["identifiable", "lift_high", "beats_followers"]] = ["yes", 2.0, False]
    clear = [10, 4 * followers.MOST - 10]
    many.loc[clear, "beats_followers"] = True
    shown = followers.drawn(many)
    assert len(shown) == followers.MOST
    assert set(clear) <= set(shown.index)
    assert np.diff(shown.index).max() <= copies * len(people) / followers.MOST + 1, "the whole range is there"


def test_there_is_nothing_to_draw_where_nothing_is_known() -> None:
    silent = without_conversions(full_map())
    assert ig.driven_against_followers(silent) is None
    assert ig.conversions_by_source(silent) is None
    assert ig.role_mix(silent) is not None
    sketch = full_map()
    unknown = replace(sketch, people=sketch.people.assign(followers=np.nan))
    assert ig.driven_against_followers(unknown) is None
    assert [figure(empty_map()) for figure in FIGURES] == [None] * len(FIGURES)
    assert roles.placed(empty_map().people).empty


@pytest.mark.parametrize("figure", FIGURES)
def test_a_page_gets_svg_that_follows_its_palette(figure: Figure) -> None:
    sketch = full_map()
    chart = figure(sketch, key=False)
    text = inline(chart, key="k")
    assert text.startswith("<svg")
    assert 'role="img" aria-labelledby="k-title k-desc"' in text
    assert re.search(r'<title id="k-title">[^<]+</title><desc id="k-desc">[^<]+</desc>', text)
    assert "data-told=" in text
    assert not re.search(r'<[^>]* id="(?!k-)', text)
    assert HOSTILE not in text
    assert CLOSING not in text
    colours = set(re.findall(r'"(#[0-9a-f]{3,6})"', text))
    assert not colours, "every colour is one of the page's, in light and in dark"
    assert "-mark" not in text.split("<title")[0]


def test_what_marks_tell_is_told_to_the_digit() -> None:
    with speaking("vi"):
        chart = ig.driven_against_followers(full_map(), key=False)
        told = [row["told"] for row in values(chart) if "told" in row]
        text = inline(chart, key="k")
    assert any(re.search(r"\d\.\d{3}", each) for each in told)
    for each in told:
        assert each.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;") in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_figures_are_saved_as_svg_and_png(tmp_path: Path, language: str) -> None:
    with speaking(language):
        written = write_figures(full_map(), tmp_path / "figures")
        titles = {figure.__name__.replace("_", "-"): figure(full_map()).to_dict()["title"] for figure in FIGURES}
    assert [path.name for path in written] == [f"{name}.{kind}" for name in titles for kind in ("svg", "png")]
    assert sorted(written) == sorted((tmp_path / "figures").iterdir())
    for path in written:
        if path.suffix == ".svg":
            text = path.read_text(encoding="utf-8")
            assert f"<title>{titles[path.stem]}</title>" in text
            assert "var(" not in text
            assert HOSTILE not in text
        else:
            assert path.read_bytes().startswith(b"\x89PNG")


def test_nothing_is_saved_where_there_is_nothing_to_draw(tmp_path: Path) -> None:
    assert list(pictures(empty_map())) == []
    assert write_figures(empty_map(), tmp_path / "none") == []


@given(st.floats(0.01, 1e9), st.integers(1, 5))
def test_ticks_begin_at_zero_stay_in_the_drawing_and_are_few(high: float, most: int) -> None:
    ticks = list(drawing.steps(high, most=most))
    assert ticks[0] == 0
    assert ticks[-1] <= high
    assert len(ticks) <= max(most, 2) + 2
    assert len(ticks) > 1 or high < 1
    assert np.allclose(np.diff(ticks), ticks[1] if len(ticks) > 1 else 0)


@given(st.floats(0.05, 1e6), st.floats(1.5, 1e6))
def test_ticks_of_a_logarithmic_axis_lie_on_it(low: float, times: float) -> None:
    ticks = drawing.powers(low, low * times)
    assert all(low * 0.99 <= tick <= low * times * 1.01 for tick in ticks)
    assert len(set(ticks.values())) == len(ticks), "no two ticks read the same"
    assert len(ticks) <= 15


@given(st.integers(0, 2**32 - 1), st.integers(1, 40))
def test_names_never_touch_and_never_stick_out(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(0, 600, n), rng.uniform(0, 400, n)
    names = ["x" * int(size) for size in rng.integers(1, 22, n)]
    sides = drawing.place(x, y, names, range(n), width=600, most=10, room=np.full(n, 9.0), covers=2)
    assert len(sides) <= 10
    boxes = []
    for mark, side in sides.items():
        long = len(names[mark]) * drawing._LETTER
        left = x[mark] + 9 if side == "right" else x[mark] - 9 - long
        assert -1e-9 <= left <= left + long <= 600 + 1e-9
        boxes.append((left, left + long, y[mark]))
    for one in range(len(boxes)):
        for other in boxes[:one]:
            apart = boxes[one][0] >= other[1] or other[0] >= boxes[one][1]
            assert apart or abs(boxes[one][2] - other[2]) >= drawing._LINE - 1e-9


def test_a_word_with_a_quote_stays_a_word() -> None:
    axis = drawing.axis({1.0: "it's \\ fine"}).to_dict()
    assert axis["labelExpr"] == "abs(datum.value/1.0-1)<0.01?'it\\'s \\\\ fine':''"
