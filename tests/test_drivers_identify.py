"""What the data can't tell, and that it is said."""

from __future__ import annotations

import numpy as np
import pytest
from tiny import programme, seen

from influence_graph.drivers.exposure import expose
from influence_graph.drivers.hazard import Hazard
from influence_graph.drivers.identify import FAN_EFFECT, LEAST_CONTRAST, contrast, together, verdicts
from influence_graph.network import build
from influence_graph.tables.resolve import resolve
from influence_graph.world import make

FANS = [(f"p{i}", "a", None) for i in range(10)]
ELSEWHERE = [(f"q{i}", "b", None) for i in range(10)]
SHARED = [(f"p{i}", "b", None) for i in range(9)] + [("q0", "b", None)]  # nine in eleven are the same
BUYERS = [(f"p{i % 10}", 1.0 + i, "spring", None) for i in range(30)]
WITH_A = [("a", 2.0, "spring"), ("a", 9.0, "spring"), ("a", 20.0, None)]


def model(**planted: float) -> Hazard:
    kind = str(planted.pop("kind"))
    tables = resolve(make(kind, people=2500, creators=40, **planted).tables)
    return Hazard(expose(tables, build(tables)))


def near(shares: list[tuple[str, float, str | None]], by: float) -> list[tuple[str, float, str | None]]:
    """The same shares by b, as many hours or days later."""
    return [("b", day + by, campaign) for _, day, campaign in shares]


def beside(shares: list, follows: list) -> dict[str, set[str]]:
    _, exposure = seen(programme(shares, follows, BUYERS))
    names = exposure.authors
    return {names[one]: {names[other] for other in others} for one, others in together(exposure).items()}


# ------------------------------------------------------------------------------------------------ fans' habit or shares


def test_dense_posting_leaves_no_contrast_and_sparse_posting_does() -> None:
    dense = model(kind="frequent", driven=4000, organic=2500)
    sparse = model(kind="influence", driven=2500, organic=2500)
    assert np.median(contrast(dense, 1 / 3)) < LEAST_CONTRAST < np.quantile(contrast(sparse, 1 / 4), 0.05)


def test_a_creator_who_never_pauses_has_none() -> None:
    """One campaign that sells evenly, one creator who posts thrice a day, one who posts once."""
    shares = [("a", i / 3, "spring") for i in range(120)] + [("b", 20.0, "spring")]
    orders = [(f"p{i % 10}", 0.01 + i / 10, "spring", None) for i in range(400)]
    _, exposure = seen(programme(shares, [*FANS, *ELSEWHERE], orders, ends=None))
    often, once = contrast(Hazard(exposure), 0.5)
    assert often < 0.1
    assert once > 0.8


def test_contrast_is_a_part_or_unknown() -> None:
    _, exposure = seen(programme())
    assert ((contrast(Hazard(exposure), 0.3) >= 0) & (contrast(Hazard(exposure), 0.3) <= 1)).all()
    late = [*BUYERS, ("p0", 80.0, "spring", None)]
    shares = [("a", 2.0, "spring"), ("b", 80.0, "spring")]  # b shares as the data end: nobody can have seen it
    _, exposure = seen(programme(shares, FANS, late))
    assert np.isnan(contrast(Hazard(exposure), 0.3)).tolist() == [False, True]


# ------------------------------------------------------------------------------------------------------ always together


def test_two_who_always_post_together_to_the_same_people_cannot_be_told_apart() -> None:
    shares = [*WITH_A, *near(WITH_A, 0.3)]
    assert beside(shares, [*FANS, *SHARED]) == {"a": {"b"}, "b": {"a"}}


@pytest.mark.parametrize(
    ("shares", "follows"),
    [
        ([*WITH_A, *near(WITH_A, 0.3)], [*FANS, *ELSEWHERE]),
        ([*WITH_A, *near(WITH_A, 0.8)], [*FANS, *SHARED]),
        ([*WITH_A, *near(WITH_A[:2], 0.3)], [*FANS, *SHARED]),
        ([*WITH_A, *near(WITH_A, 0.3), ("b", 30.0, "spring")], [*FANS, *SHARED]),
        ([WITH_A[0], *near(WITH_A[:1], 0.3)], [*FANS, *SHARED]),
    ],
    ids=["other people", "a day apart", "one share less", "one share more", "one share each: chance"],
)
def test_anything_that_parts_them_is_enough(shares: list, follows: list) -> None:
    assert beside(shares, follows) == {}


def test_three_together_name_each_other() -> None:
    shares = [*WITH_A, *near(WITH_A, 0.3), *(("c", day + 0.2, campaign) for _, day, campaign in WITH_A)]
    follows = [*FANS, *((fan, "b", None) for fan, *_ in FANS), *((fan, "c", None) for fan, *_ in FANS)]
    assert beside(shares, follows) == {"a": {"b", "c"}, "b": {"a", "c"}, "c": {"a", "b"}}


# ------------------------------------------------------------------------------------------------------------ in a word


def test_frequent_posting_is_called_by_its_name_for_nine_in_ten() -> None:
    told = verdicts(model(kind="frequent", driven=6000, organic=3500, seed=1), 1 / 3, np.full(40, 50.0), [""] * 40)
    assert np.mean([word == FAN_EFFECT for word in told]) >= 0.9


def test_the_surest_reason_is_named_first() -> None:
    _, exposure = seen(programme([*WITH_A, *near(WITH_A, 0.3), ("c", 5.0, "spring")], [*FANS, *SHARED], BUYERS))
    hazard = Hazard(exposure)
    assert verdicts(hazard, 0.3, np.array([9.0, 9.0, 0.01]), "abc") == [
        "together with b",
        "together with a",
        "too few exposures",
    ]
    assert verdicts(hazard, 0.3, np.array([0.01, 9.0, 0.01]), "abc")[:2] == ["together with b", "together with a"]


def test_how_many_more_post_together_is_said() -> None:
    _, exposure = seen(programme([*WITH_A, ("c", 5.0, "spring")], [*FANS, *SHARED], BUYERS))
    told = verdicts(Hazard(exposure), 0.3, np.full(2, 9.0), list("abcdefg"), pairs={0: [1, 2, 3], 1: [2, 3, 4, 5, 6]})
    assert told == ["together with b, c, d", "together with c, d, e (+2)"]
