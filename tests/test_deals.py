"""What was agreed on for a post, in the words of exports: paid, by commission, for a gift, for nothing."""

from __future__ import annotations

import pandas as pd
import pytest
from given import table
from hypothesis import given
from hypothesis import strategies as st

from influence_graph.people import roles
from influence_graph.tables.deals import Deals, deal
from influence_graph.tables.resolve import resolve
from influence_graph.tables.schema import Tables

WORDS = {
    "fee": (
        "fee",
        "Paid",
        "Sản phẩm + phí",
        "Gift + fee",
        "YES",
        "1",
        "true",
        "Sponsored post",
        "Paid partnership",
        "booking",
        "Trả phí",
        "tài trợ",
        "Có",
    ),
    "commission": ("commission", "Affiliate", "Hoa hồng 10%", "Có hoa hồng", "tiếp thị liên kết"),
    "gift": (
        "gift",
        "Gifted",
        "product seeding",
        "barter",
        "Quà tặng",
        "Có quà tặng",
        "Miễn phí sản phẩm",
        "tặng sản phẩm",
    ),
    "none": (
        "none",
        "Unpaid",
        "Quảng cáo không trả phí",
        "organic",
        "no",
        "0",
        "False",
        "not sponsored",
        "Không",
        "không trả phí",
        "tự nguyện",
    ),
    None: ("?", "tier 2", "", "Không rõ", "Không biết", "No info", "N.A.", "0.15", "0,1", "1.5", "Có thể", "Yes?no"),
}


@pytest.mark.parametrize(("kind", "word"), [(kind, word) for kind, words in WORDS.items() for word in words])
def test_deals_of_exports_in_both_languages(kind: str | None, word: str) -> None:
    assert deal(word) == kind


@given(st.sampled_from([(kind, word) for kind, words in WORDS.items() if kind for word in words]))
def test_case_and_marks_change_nothing(pair: tuple[str, str]) -> None:
    kind, word = pair
    assert deal(word.upper()) == deal(f" {word.replace(' ', '_')}! ") == kind


def posts(words: list[str | None], cost: list[float | None] | None = None) -> pd.DataFrame:
    n = len(words)
    return table(
        "shares",
        share_id=[f"s{i}" for i in range(n)],
        person_id=[f"p{i % 2}" for i in range(n)],
        shared_at=list(pd.date_range("2026-01-05", periods=n, freq="20D", tz="UTC")),
        deal=words,
        cost=cost or [None] * n,
    )


def test_who_was_paid_by_words_and_by_costs() -> None:
    told = posts(["sponsored", "affiliate", "gift", "no", "who knows", None, None, None], [None] * 5 + [5.0, 0.0, None])
    deals = Deals.of(told)
    assert list(deals.paid) == [True, True, False, False, False, True, False, False]
    assert list(deals.unpaid) == [False, False, False, True, False, False, True, False]
    assert list(deals.told) == [True, True, True, True, False, True, True, False]
    assert list(deals.commission) == [False, True] + [False] * 6
    assert list(deals.gift) == [False, False, True] + [False] * 5
    assert list(deals.none) == [False] * 3 + [True] + [False] * 4


@pytest.mark.parametrize(
    ("ours", "theirs"), [("fee", "yes"), ("none", "không trả phí"), ("gift", "Seeding"), ("fee", "Tài trợ")]
)
def test_roles_are_the_same_by_other_words(ours: str, theirs: str) -> None:
    one, other = (roles(Tables(shares=posts([word] * 8))).people for word in (ours, theirs))
    pd.testing.assert_frame_equal(one, other)


def test_a_deal_nobody_knows_is_no_unpaid_recommendation_and_is_named() -> None:
    tables = Tables(shares=posts(["tier 2"] * 6 + ["none"] * 2))
    (note,) = [note for note in resolve(tables).notes if note.id == "resolve.unknown-deal"]
    assert note.numbers == {"n": 6, "deals": "tier 2"}
    signs = roles(tables).signs
    paid = roles(Tables(shares=posts(["fee"] * 6 + ["none"] * 2))).signs
    pd.testing.assert_frame_equal(signs, paid)
