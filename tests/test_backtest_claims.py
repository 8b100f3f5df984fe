"""Claims: what each rests on, what takes it away, and how it reads."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from influence_graph.backtesting.claims import CREATORS, FOLLOWERS, SHARES, Claim, claims, unjudged
from influence_graph.backtesting.intervals import Interval
from influence_graph.language import LANGUAGES, speaking

SURE, OPEN, AGAINST = Interval(0.1, 0.05, 0.15), Interval(0.1, -0.05, 0.25), Interval(-0.1, -0.2, -0.01)
GOOD = {"shares": SURE, "timing": SURE, "creators": SURE, "own_over_followers": SURE}


def verdict(credited: float = 0.4, **gains: Interval) -> dict[str, Claim]:
    told = claims({**GOOD, **gains}, credited=credited, floor=0.01, units=8)
    return {claim.claim: claim for claim in told}


@pytest.mark.parametrize(
    ("gains", "credited", "message"),
    [
        ({"shares": OPEN}, 0.4, "backtesting.shares-none"),
        ({"timing": OPEN}, 0.4, "backtesting.shares-timing"),
        ({"direction": AGAINST}, 0.4, "backtesting.shares-direction"),
        ({}, 0.01, "backtesting.shares-small"),
    ],
)
def test_each_condition_alone_takes_the_evidence_away(
    gains: dict[str, Interval], credited: float, message: str
) -> None:
    told = verdict(credited, **gains)
    assert told[SHARES].id == message
    assert {claim.answer for claim in told.values()} == {"no evidence"}


def test_creators_and_followers_are_judged_where_shares_drive() -> None:
    told = verdict()
    assert [claim.answer for claim in told.values()] == ["yes", "yes", "no"]
    told = verdict(creators=OPEN, own_over_followers=OPEN)
    assert [claim.answer for claim in told.values()] == ["yes", "no evidence", "no evidence"], "too little to tell"
    told = verdict(creators=OPEN, own_over_followers=Interval(0.0, -0.005, 0.005))
    assert told[FOLLOWERS].answer == "yes", "at most a tenth of what shares gain"
    unknown = {name: gain for name, gain in GOOD.items() if name != "own_over_followers"}
    by_claim = {c.claim: c for c in claims(unknown, credited=0.4, floor=0.01, units=8)}
    assert by_claim[FOLLOWERS].answer == "not judged"
    assert by_claim[CREATORS].answer == "yes"


@given(st.floats(-0.5, 0.5), st.floats(0, 0.5), st.floats(0, 0.5))
def test_no_interval_that_includes_nothing_is_evidence(mean: float, below: float, above: float) -> None:
    gain = Interval(mean, mean - below, mean + above)
    assert (verdict(shares=gain)[SHARES].answer == "yes") == (mean - below > 0)
    assert (verdict(creators=gain)[CREATORS].answer == "yes") == (mean - below > 0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_claim_reads_as_a_sentence(language: str) -> None:
    told = [
        *verdict().values(),
        *verdict(shares=OPEN).values(),
        *verdict(creators=OPEN, own_over_followers=OPEN).values(),
        *unjudged("backtesting.no-buyers", known=3.0, orders=1200.0),
        *unjudged("backtesting.too-little", orders=60.0),
        *unjudged("backtesting.nothing"),
    ]
    with speaking(language):
        for claim in told:
            assert claim.text.endswith((".", "?"))
            assert "{" not in claim.text
    assert len({claim.text for claim in told}) >= 9
