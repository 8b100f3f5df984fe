"""The report: true to its numbers, complete in every language, safe with any name, offline."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sketch import CLOSING, HOSTILE, Sketch, campaigns_frame, empty_map, full_map, mix_frame, without_conversions

from influence_graph.findings import Finding
from influence_graph.language import LANGUAGES, speaking
from influence_graph.tables.schema import empty
from influence_graph.views.page import amount, payload, share, span, times
from influence_graph.views.report import report
from influence_graph.views.report.blocks import Block, Gauge, Scale, Table, anchors
from influence_graph.views.report.checks import checks
from influence_graph.views.report.creators import ROWS, creators
from influence_graph.views.report.health import health
from influence_graph.views.report.mix import mix
from influence_graph.views.report.sentences import sentence, told
from influence_graph.views.report.sources import sources


def with_campaigns(n: int) -> Sketch:
    """A programme of so many campaigns."""
    sketch = full_map()
    ids = [f"c{number:02}" for number in range(n)]
    campaigns = campaigns_frame(*((key, 60.0 + place, 20.0 + place / 2) for place, key in enumerate(ids)))
    mix = mix_frame(
        ("all", "", "driven", 700.0, 340.0, 200.0, 0.0),
        *(("campaign", key, "driven", 9.0, 5.0, 6.0, 0.0) for key in ids),
    )
    names = empty("campaigns").reindex(range(n)).assign(campaign_id=ids, name=[f"Tết {key}" for key in ids])
    return replace(sketch, campaigns=campaigns, mix=mix, tables=replace(sketch.tables, campaigns=names))


MAPS = {
    "full": full_map,
    "one creator": lambda: full_map(1, 20),
    "five creators": lambda: full_map(5, 20),
    "no conversions": lambda: without_conversions(full_map()),
    "one campaign": lambda: with_campaigns(1),
    "40 campaigns": lambda: with_campaigns(40),
    "unknown followers": lambda: without_followers(full_map()),
    "empty": empty_map,
}


def without_followers(sketch: Sketch) -> Sketch:
    """The same programme where nobody knows how many follow whom."""
    unknown = dict.fromkeys(("followers", "expected", "lift", "lift_low", "lift_high", "q_value"), np.nan)
    people = sketch.people.assign(**unknown, beats_followers=pd.NA, persuasive=pd.NA)
    return replace(sketch, people=people.astype({"beats_followers": "boolean", "persuasive": "boolean"}))


@cache
def page(kind: str, language: str = "en") -> str:
    """A report, made once."""
    with speaking(language):
        return report(MAPS[kind]())


def visible(text: str) -> str:
    """What a reader sees, tags taken out."""
    return re.sub(r"<[^>]+>", " ", re.sub(r"(?s)<(style|script).*?</\1>", "", text))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", MAPS)
def test_the_page_is_whole_in_every_language(kind: str, language: str) -> None:
    text = page(kind, language)
    assert text.startswith(f'<!doctype html>\n<html lang="{language}">')
    assert "default-src 'none'" in text
    assert not re.search(r"\b(nan|None|NaT|&lt;NA&gt;)\b", visible(text))
    assert len(text.encode()) < 1_500_000
    titles = re.findall(r"<title[^>]*>([^<]+)</title>", text)
    assert all(title.strip() for title in titles)
    assert len(re.findall(r"<h1>", text)) == 1
    assert not re.search(r"[\ue000-\ue002]", text)
    ids = re.findall(r'<[^>]* id="([^"]*)"', text)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'<a [^>]*href="#([^"]*)"', text)) <= set(ids), "every link leads somewhere"


def test_a_report_in_vietnamese_has_no_english_left() -> None:
    """The words of the page itself: those of the data stay as they are."""
    english, vietnamese = (visible(page("full", language)) for language in ("en", "vi"))
    lines = (line.strip() for line in re.split(r"[\n.;:]", english))
    sentences = {line for line in lines if re.search(r"\b(a|an|and|by|for|in|is|of|the|to|who)\b", line)}
    assert len(sentences) > 60
    assert not [line for line in sentences if line in vietnamese]


def test_the_order_is_answer_figures_people_mix_plan_limits_method_checks_data() -> None:
    text = page("full")
    asked = """<h1> id="followers" id="roles" id="sources" id="creators" id="mix" id="plan" id="limits" id="method"
    id="checks" id="health" """.split()
    asked = ["<h1>", *(word for word in asked if word.startswith("id="))]
    places = [text.index(word) for word in asked]
    assert places == sorted(places)
    assert text.count("<figure") == 5


def test_nothing_outside_is_referred_to() -> None:
    text = page("full")
    assert not re.findall(r"""(?:src|href|url\()\s*=?\s*["']?(?:https?:)?//""", text)


def test_names_are_text_wherever_they_stand() -> None:
    text = page("full")
    assert HOSTILE not in text
    assert CLOSING not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "<img" not in text


def test_who_is_no_creator_is_named_only_when_asked_for() -> None:
    sketch = full_map(12)
    people = sketch.people.assign(is_creator=sketch.people.index != 3)
    sketch = replace(sketch, people=people)
    known = {"Trần Đức", str(people["person_id"][3])}
    text = report(sketch).replace("Trần Đức ", "")
    assert not [name for name in known if name in text]
    assert "Trần Đức" in report(sketch, names="all")


def test_unknown_numbers_are_dashes() -> None:
    assert (amount(np.nan), share(None), times(np.nan), span(1.0, np.nan)) == ("–", "–", "–", "")
    assert (amount(0.0), amount(1_234.4), span(1.0, 2.25)) == ("0", "1,234", "1–2.2")
    with speaking("vi"):
        assert (amount(1_234.4), times(1.5)) == ("1.234", "1,5×")


def test_a_payload_can_not_close_its_script() -> None:
    assert "<" not in payload({"name": CLOSING})
    assert ">" not in payload([HOSTILE])


def tables(block: Block | None) -> dict[str, Table]:
    assert block is not None
    return {part.id: part for part in block.parts if isinstance(part, Table)}


def test_everybody_compared_stands_in_one_of_two_tables_with_the_numbers_of_the_frame() -> None:
    sketch = full_map()
    both = tables(creators(sketch, "creators"))
    beats, rest = both["creators-beats"], both["creators-rest"]
    people = sketch.people.set_index("name")
    assert len(beats.rows) == people["beats_followers"].sum()
    assert len(beats.rows) + len(rest.rows) == len(people)
    lows = [people.loc[people["followers"].eq(row.cells[1].value), "lift_low"].item() for row in beats.rows]
    assert lows == sorted(lows, reverse=True), "the surest first"
    for row in beats.rows:
        name, followers, driven, lift = (cell.value for cell in row.cells[:4])
        frame = sketch.people[sketch.people["name"].eq(name) & sketch.people["followers"].eq(followers)].iloc[0]
        assert (driven, lift) == (frame["driven"], frame["lift"])
        assert row.cells[2].aside == span(frame["driven_low"], frame["driven_high"])


def test_a_creator_whom_a_sentence_names_has_a_row_however_many_there_are() -> None:
    sketch = full_map(3 * ROWS)
    # The one whose shares ripple farthest drove least of all who beat nobody: far down any table.
    people = sketch.people.assign(beats_followers=pd.array([False] * len(sketch.people), dtype="boolean"))
    people.loc[people["followers"].idxmin(), "ripple"] = 1e6
    sketch = replace(sketch, people=people)
    block = creators(sketch, "creators")
    assert block
    named = [each for found in sketch.findings for each in found.numbers.get("best", ())]
    assert len(named) > 3
    sentences = [told(sketch, place).sentences for place in ("followers", "sources")]
    linked = {piece.to for each in sentences for said in each for piece in (*said.first, *said.rest) if piece.to}
    assert {to for to in linked if to.startswith("creator-")} <= anchors([block])
    assert all(len(table.rows) <= ROWS + len(named) for table in tables(block).values())


def test_names_in_sentences_link_to_their_rows_and_end_no_sentence() -> None:
    best = [{"person_id": "a", "name": "Dr. Who? Ok.", "lift": 2.0, "lift_low": 1.5, "lift_high": 2.5}]
    found = Finding("findings.beaters", {"n": 1, "scope": 2, "best": best}, "people.csv: lift", "people")
    said = sentence(found)
    assert "".join(piece.text for piece in (*said.first, *said.rest)).replace(" ", "") == found.text.replace(" ", "")
    assert "".join(piece.text for piece in said.first).endswith("follower count.")
    assert [(piece.text, bool(piece.to)) for piece in said.rest if piece.to] == [("Dr. Who? Ok.", True)]


def test_campaigns_of_one_name_are_two_rows_with_dates_money_and_all_sources() -> None:
    sketch = with_campaigns(3)
    start = pd.Timestamp("2026-02-01", tz="UTC")
    names = sketch.tables.campaigns.assign(name="Tết", starts_at=start, ends_at=start + pd.Timedelta(days=9))
    orders = (
        empty("conversions")
        .reindex(range(1))
        .assign(conversion_id="o", campaign_id="c00", converted_at=start, value=5.0, currency="VND", status="paid")
    )
    sketch = replace(sketch, tables=replace(sketch.tables, campaigns=names, conversions=orders))
    table = tables(sources(sketch, "creators"))["campaigns"]
    assert len({row.id for row in table.rows}) == 3
    largest = table.rows[0]
    assert largest.cells[0].aside == "Feb 1, 2026 – Feb 10, 2026"
    assert largest.cells[-1].text == "₫15,500,000"
    assert sum(part.percent for part in largest.cells[5].parts) == pytest.approx(100, abs=0.02)
    with speaking("vi"):
        table = tables(sources(sketch, "creators"))["campaigns"]
    assert table.rows[0].cells[0].aside == "01/02/2026 – 10/02/2026"
    assert table.rows[0].cells[-1].text == "15.500.000\u00a0₫"


def test_campaigns_tell_what_was_driven_within_an_interval_that_stands_alone_where_it_begins_at_nothing() -> None:
    sketch = with_campaigns(3)
    assert sketch.groups is not None
    groups = sketch.groups.table.reindex(range(2)).assign(
        by="campaign", group=["c02", "c01"], driven_low=[15.0, 0.0], driven_high=[31.0, 40.0]
    )
    told = replace(sketch, groups=replace(sketch.groups, table=groups))
    table = tables(sources(told, "creators"))["campaigns"]
    cells = {row.cells[0].text: [(cell.text, cell.aside) for cell in row.cells[3:5]] for row in table.rows}
    assert cells == {
        "Tết c02": [("21", "15–31"), ("34%", "24%–50%")],
        "Tết c01": [("0–40", ""), ("0%–66%", "")],
        "Tết c00": [("20", ""), ("33%", "")],
    }, "21 of 62, between 15 and 31; 20.5 of 61, between 0 and 40; 20 of 60"
    assert "90% intervals" in table.lead
    assert "interval" not in tables(sources(sketch, "creators"))["campaigns"].lead

    nothing = replace(told, total={**told.total, "driven_low": 0.0})
    first = {row.cells[0].text: row.cells for row in tables(sources(nothing, "creators"))["campaigns"].rows}
    assert [cell.text for cell in first["Tết c00"][3:5]] == ["–", "–"], "no evidence, no interval: no number"
    assert not first["Tết c02"][5].parts, "the figure above is not split either"


def test_tests_that_could_have_refuted_the_map_stand_under_their_heading() -> None:
    assert "No test was run" in visible(page("full"))
    found = Finding("findings.beaters-none", {"n": 7}, "backtest.json", "checks")
    block = checks(SimpleNamespace(findings=[*full_map().findings, found]), "creators")
    assert block
    said = ["".join(piece.text for piece in each.first) for each in block.parts[0].sentences]  # type: ignore[union-attr]
    assert found.text.partition(".")[0] + "." in said
    assert any("unseen" in each for each in said), "and what it would take to explain them away"
    assert "No test was run" not in str(block)
    warning = Finding("placebos.untested", {}, "run.json: skipped", "checks")
    assert "No test was run" in str(checks(SimpleNamespace(findings=[warning]), "creators")), "a warning is no test"


@pytest.mark.parametrize(
    ("tested", "says"),
    [
        ({"followed_first": 0.7, "pairs": 900, "z": 8.0, "swapped": False}, "Yes. In 70% of 900 pairs"),
        ({"followed_first": 0.5, "pairs": 60, "z": 0.2, "swapped": False}, "do not tell"),
        ({"followed_first": 0.2, "pairs": 900, "z": -9.0, "swapped": True}, "Probably not. In only 20%"),
        ({"followed_first": float("nan"), "pairs": 0, "z": 0.0, "swapped": False}, "could not be tested"),
        (None, "could not be tested"),
    ],
)
def test_data_health_says_which_way_follows_point(tested: dict[str, Any] | None, says: str) -> None:
    sketch = full_map()
    block = health(replace(sketch, run={**sketch.run, "direction": tested}), "creators")
    assert any(says in line for part in block.parts for line in getattr(part, "paragraphs", ()))


def test_data_health_counts_what_rows_say() -> None:
    sketch = full_map()
    orders = (
        empty("conversions")
        .reindex(range(4))
        .assign(conversion_id=list("abcd"), person_id=["p", None, "q", None], campaign_id=["x", "x", "x", None])
    )
    block = health(replace(sketch, tables=replace(sketch.tables, conversions=orders)), "creators")
    rows = {row.cells[0].text: [cell.text for cell in row.cells[1:]] for row in tables(block)["coverage"].rows}
    assert rows["Orders: who bought"] == ["2", "4", "50%"]
    assert rows["Orders: which campaign"] == ["3", "4", "75%"]
    assert rows["Orders: what they are worth"] == ["0", "4", "0%"]


def test_a_gauge_keeps_its_proportions_and_its_edges() -> None:
    linear, log = Scale(high=50.0), Scale(low=0.1, high=10.0, log=True)
    assert [linear.at(value) for value in (0, 25, 50, 80, None, np.nan)] == [0, 50, 100, 100, None, None]
    assert [log.at(value) for value in (0.01, 0.1, 1, 10, 99)] == [0, 0, 50, 100, 100]
    assert Gauge(None).at is None


def test_how_nothing_splits_between_roles_is_not_said() -> None:
    sketch = full_map()
    nothing = replace(sketch, total={**sketch.total, "driven_low": 0.0})
    rows = {}
    for which in (sketch, nothing):
        block = mix(which, "creators")
        assert block is not None
        table = next(part for part in block.parts if isinstance(part, Table))
        rows[which is nothing] = {row.cells[0].text for row in table.rows}
    assert rows[False] - rows[True] >= {"Conversions driven"}
    assert "Active people" in rows[True]


def test_two_thousand_creators_stay_light() -> None:
    text = report(full_map(2_000, 100))
    assert len(text.encode()) < 1_500_000
    assert "Drawn are 900 of 2,000 creators" in text


def test_the_same_map_gives_the_same_page() -> None:
    assert report(full_map()) == page("full")
