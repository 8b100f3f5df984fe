"""What is said of all orders: how many were driven, how sure that is, how long they take."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sketch import full_map
from statements import by_id, small_map

from influence_graph.backtesting.claims import claims
from influence_graph.backtesting.intervals import Interval
from influence_graph.findings import Finding, find


def test_the_total_is_said_with_its_interval_first() -> None:
    first = full_map().findings[0]
    assert first.id == "findings.total"
    assert "1,240 of 3,000" in first.text
    assert "1,105 to 1,378" in first.text
    assert "59%" in first.text


def test_an_interval_that_holds_zero_is_no_evidence() -> None:
    sketch = full_map()
    found = by_id(replace(sketch, total={**sketch.total, "driven_low": 0.2}))
    assert "findings.total" not in found
    assert "no evidence that shares drive conversions" in found["findings.total-none"].text
    # How nothing splits is not said.
    split = "beaters largest delay persuasion roles-driven campaigns communities ripple fan-effect".split()
    assert not {f"findings.{name}" for name in split} & found.keys()


@pytest.mark.parametrize("low", [0.0, -0.01])
def test_a_total_that_held_back_orders_do_not_prove_is_said_to_be_unproven(low: float) -> None:
    sketch, gain = full_map(), Interval(0.03, low, 0.07)
    gains = dict.fromkeys(("shares", "timing", "creators", "own_over_followers"), gain)
    verdict = list(claims(gains, credited=0.4, floor=0.01, units=6))
    found = find(sketch.drivers, sketch.people, sketch.mix, sketch.tables, verdict=verdict)
    told = [each.id for each in found[:3]]
    assert told == ["findings.total", "backtesting.shares-none", "findings.total-unproven"]
    assert found[2].about == "answer"
    assert "the 1,240 conversions above" in found[2].text
    assert "(6 parts)" in found[2].text
    assert "none of it proven" in found[2].text
    nothing = by_id(replace(sketch, total={**sketch.total, "driven_low": 0.2}), verdict=verdict)
    assert "findings.total-unproven" not in nothing  # the total itself then says it
    sure = list(claims(dict.fromkeys(gains, Interval(0.03, 0.01, 0.05)), credited=0.4, floor=0.01, units=6))
    assert "findings.total-unproven" not in by_id(sketch, verdict=sure)


def test_how_long_orders_take_is_said_in_days_or_hours() -> None:
    sketch = full_map()
    found = by_id(sketch)
    assert "within 2.9 days of the share, on average after 4.2" in found["findings.delay"].text
    assert "findings.delay-late" not in found
    fast = {**sketch.total, "delay_median_days": 0.25, "delay_family": "heavy tail"}
    found = by_id(replace(sketch, total=fast))
    assert "within 6 hours" in found["findings.delay-hours"].text
    assert "some only after weeks" in found["findings.delay-late"].text
    assert "findings.delay" not in found
    unknown = by_id(replace(sketch, total={**sketch.total, "delay_days": None, "delay_median_days": None}))
    assert not any(name.startswith("findings.delay") for name in unknown)


def test_whether_later_posts_work_less_is_said_where_it_was_asked() -> None:
    sketch = full_map()
    assert not any(name.startswith("findings.wear") for name in by_id(sketch))

    def said(evident: str | None, low: float, high: float, **total: object) -> dict[str, Finding]:
        told = {"second": (low + high) / 2, "second_low": low, "second_high": high, "fifth": 0.6, "evident": evident}
        return by_id(replace(sketch, total={**sketch.total, "wear_out": told, **total}))

    assert "works 30% less on the same people than the first (20% to 40%), the fifth 60%" in (
        said("less", 0.2, 0.4)["findings.wear"].text
    )
    assert "works 30% more on the same people than the first (20% to 40%)" in (
        said("more", -0.4, -0.2)["findings.wear-more"].text
    )
    nothing = said(None, -0.1, 0.2)["findings.wear-none"].text
    assert "no evidence" in nothing
    assert "up to 20% less or 10% more" in nothing
    for unknown in (said("less", 0.2, 0.4, driven_low=0.0), said(None, 0.0, 0.0, wear_out=None)):
        assert "can't be told" in unknown["findings.wear-untold"].text
        assert unknown["findings.wear-untold"].about == "limits"
        assert "findings.wear" not in unknown


def test_the_busiest_hour_is_said_where_people_buy_by_the_hour() -> None:
    sketch = full_map()
    assert "findings.rhythm" not in by_id(sketch)
    hours = [0.5] * 20 + [8.0] + [2.0] * 3
    found = by_id(replace(sketch, total={**sketch.total, "rhythm": hours}))
    assert "around 20:00 UTC, 8.0 times as many" in found["findings.rhythm"].text


def test_without_a_lift_the_reason_is_said() -> None:
    sketch = full_map()
    people = sketch.people.assign(followers=np.nan, lift=np.nan, beats_followers=pd.NA)
    found = by_id(replace(sketch, people=people.astype({"beats_followers": "boolean"})))
    assert "findings.no-lift" in found
    assert "findings.beaters" not in found


def test_one_and_several_are_worded_as_such() -> None:
    assert "1 of 4 creators beats" in by_id(small_map())["findings.beaters"].text
    assert "creators beat their" in by_id(full_map())["findings.beaters"].text
