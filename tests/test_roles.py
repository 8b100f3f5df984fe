"""Roles: planted ones are found, what can't be known is left out, zero is zero, and no driven credit enters."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from influence_graph.errors import UsageError
from influence_graph.measures import audience, exclusive_reach, two_hop_reach
from influence_graph.network import build
from influence_graph.people import ROLES, SIGNS, RoleAnchors, memberships
from influence_graph.people.evidence import on_scale
from influence_graph.tables.schema import DTYPES, SCHEMA, Tables

MONTHS = [f"2024-{month:02d}-15" for month in range(1, 13)]


def table(name: str, rows: list[dict[str, Any]] | pd.DataFrame) -> pd.DataFrame:
    """Rows as a table of the schema, everything else missing."""
    frame = pd.DataFrame(rows).reindex(columns=list(SCHEMA[name].names))
    return frame.astype({column.name: DTYPES[column.kind] for column in SCHEMA[name].columns})


def shares(*rows: dict[str, Any]) -> pd.DataFrame:
    return table("shares", [{"share_id": str(i), "shared_at": MONTHS[0]} | row for i, row in enumerate(rows)])


def monthly(person: str, months: int = 12, **more: Any) -> list[dict[str, Any]]:
    return [
        {"person_id": person, "shared_at": MONTHS[m], "campaign_id": f"c{m % 4}", "kind": "post"} | more
        for m in range(months)
    ]


def roles_of(tables: Tables, config: RoleAnchors | None = None) -> pd.DataFrame:
    network = build(tables)
    measures = pd.DataFrame(
        {
            "audience": audience(network),
            "exclusive_reach": exclusive_reach(network),
            "two_hop_reach": two_hop_reach(network).values,
        },
        index=network.nodes.index,
    )
    return memberships(tables, network, measures, config=config)


def test_planted_roles_are_found() -> None:
    """A star with a fee, a maker whose few followers react and pass on, a fan who comes back to what they bought."""
    rows = [
        *monthly("star", 4, deal="fee", likes=9_000, views=600_000),
        *[row for m in range(3) for row in monthly("maker", deal="fee", kind="video", likes=800 + m, views=4_000)],
        *monthly("fan", deal="none", kind="review", rating=5, likes=3, views=60),
        *[row for i in range(6) for row in monthly(f"peer{i}", 2, deal="fee", likes=100, views=4_000)],
        *[row for i in range(6) for row in monthly(f"reader{i}", 2, deal="none", likes=3, views=60)],
    ]
    posts = [{"share_id": str(i), "shared_at": MONTHS[0]} | row for i, row in enumerate(rows)]
    made = [row["share_id"] for row in posts if row["person_id"] == "maker"]
    echoes = [
        {"share_id": f"e{i}", "person_id": f"reader{i % 6}", "kind": "reshare", "parent_share_id": made[i % len(made)]}
        | {"shared_at": MONTHS[-1], "deal": "none"}
        for i in range(300)
    ]
    counts = {"star": 800_000, "maker": 4_000, "fan": 60} | {f"peer{i}": 4_000 for i in range(6)}
    tables = Tables(
        creators=table("creators", [{"creator_id": who, "followers": n} for who, n in counts.items()]),
        shares=table("shares", posts + echoes),
        conversions=table(
            "conversions",
            [
                {"conversion_id": c, "person_id": "fan", "converted_at": "2024-01-02", "campaign_id": c}
                for c in ("c0", "c1", "c2", "c3")
            ],
        ),
    )
    found = roles_of(tables)
    assert found.loc["star", list(ROLES)].idxmax() == "influencer"
    assert found.loc["maker", list(ROLES)].idxmax() == "ugc"
    assert found.loc["fan", list(ROLES)].idxmax() == "advocate"
    assert found.loc[["star", "maker", "fan"], list(ROLES)].max(axis=1).min() > 0.6
    assert found.loc["fan", "influencer"] == 0


def test_fifty_influencers_and_their_advocates_are_not_thirds() -> None:
    stars, fans = [f"star{i}" for i in range(50)], [f"fan{i}" for i in range(49_950)]
    posted = pd.DataFrame({"person_id": np.repeat(fans, 6), "month": np.tile(np.arange(6), len(fans))}).assign(
        deal="none"
    )
    paid = pd.DataFrame({"person_id": np.repeat(stars, 3), "month": np.tile(np.arange(3), 50)}).assign(deal="fee")
    posts = pd.concat([posted, paid], ignore_index=True)
    posts["shared_at"] = pd.to_datetime("2024-01-05", utc=True) + pd.to_timedelta(posts["month"] * 31, unit="D")
    posts["share_id"] = posts.index.astype("str")
    posts["campaign_id"] = "c" + posts["month"].astype("str")
    tables = Tables(
        creators=table(
            "creators",
            [{"creator_id": s, "followers": 400_000} for s in stars]
            + [{"creator_id": f, "followers": 250} for f in fans],
        ),
        shares=table("shares", posts),
    )
    found = roles_of(tables)
    mean = found[list(ROLES)].mean()
    assert mean["advocate"] > 2 / 3
    assert mean["influencer"] < 0.002
    assert found.loc[stars, "influencer"].min() > 2 / 3


def test_a_monthly_one_star_reviewer_is_no_advocate() -> None:
    bought = [{"conversion_id": "1", "person_id": "grumbler", "converted_at": "2023-12-01", "campaign_id": "c0"}]
    rows = [*monthly("grumbler", rating=1, deal="none"), *monthly("regular", rating=5, deal="none")]
    found = roles_of(Tables(shares=shares(*rows), conversions=table("conversions", bought)))
    assert found.loc["grumbler", ["advocate", "evidence_advocate"]].tolist() == [0, 0]
    assert found.loc["regular", "evidence_advocate"] > 0.6


def test_coming_back_under_contract_is_no_advocacy() -> None:
    rows = [*monthly("hired", deal="commission"), *monthly("free", deal="none"), *monthly("unsaid")]
    found = roles_of(Tables(shares=shares(*rows)))
    assert found.loc["hired", ["advocate", "evidence_advocate"]].tolist() == [0, 0]
    assert found.loc["unsaid", "evidence_months"] == found.loc["free", "evidence_months"] == 1
    assert np.isnan(found.loc["unsaid", "evidence_unpaid"])


def test_what_the_tables_cannot_tell_is_left_out() -> None:
    """A list of creators and anonymous orders: only followers are known."""
    found = roles_of(
        Tables(
            creators=table("creators", [{"creator_id": "a", "followers": 1_000_000}, {"creator_id": "b"}]),
            conversions=table("conversions", [{"conversion_id": "1", "converted_at": "2024-01-01"}]),
        )
    )
    assert found.loc["a", [*ROLES, "strength"]].tolist() == [1, 0, 0, 1]
    assert found.loc["b", [*ROLES, "strength"]].isna().all()
    unknown = [f"evidence_{sign}" for role in ("ugc", "advocate") for sign in SIGNS[role]]
    assert found[["evidence_ugc", "evidence_advocate", *unknown]].isna().all(axis=None)


def test_each_sign_of_an_advocate_in_its_own_right() -> None:
    rows = [
        {"person_id": "a", "shared_at": "2024-01-10", "campaign_id": "c1", "deal": "none", "rating": 5},
        {"person_id": "a", "shared_at": "2024-02-10", "campaign_id": "c2", "deal": "gift"},
        {"person_id": "a", "shared_at": "2024-03-10", "campaign_id": "c2", "deal": "none", "rating": 2},
        {"person_id": "a", "shared_at": "2024-04-10", "campaign_id": "c3", "deal": "fee", "rating": 4},
        {"person_id": "a", "shared_at": "2024-04-11", "campaign_id": "c3", "cost": 0, "rating": 4},
    ]
    orders = [
        {"conversion_id": "before", "campaign_id": "c1", "converted_at": "2024-01-09"},
        {"conversion_id": "after", "campaign_id": "c1", "converted_at": "2024-01-11"},
        {"conversion_id": "cancelled", "campaign_id": "c2", "converted_at": "2024-01-01", "status": "cancelled"},
        {"conversion_id": "elsewhere", "campaign_id": "c9", "converted_at": "2024-01-01"},
        {"conversion_id": "nowhere", "converted_at": "2024-04-10T12:00"},
    ]
    touches = [
        {"person_id": "x", "share_id": "0", "kind": "click"},
        {"person_id": "x", "share_id": "0", "kind": "code"},
        {"person_id": "y", "share_id": "4", "kind": "click"},
        {"person_id": "z", "share_id": "3", "kind": "click"},
        {"person_id": "w", "share_id": "0", "kind": "view"},
        {"person_id": "a", "share_id": "0", "kind": "click"},
        {"person_id": "v", "creator_id": "a", "kind": "code"},
    ]
    tables = Tables(
        shares=shares(*rows),
        conversions=table("conversions", [{"person_id": "a"} | order for order in orders]),
        touches=table("touches", [{"touched_at": "2024-01-12"} | touch for touch in touches]),
    )
    anchors = RoleAnchors()
    counted = {
        "months": 3,  # not March, which speaks against, but April, where one of two shares is unpaid
        "campaigns": 3,
        "unpaid": 2,  # the first and the last; a gift is neither, the two stars recommend nothing
        "praise": 2,  # three for, one against
        "purchases": 2,  # before, and the one of no campaign
        "referrals": 2,  # x and y; z came by a paid share, v through somebody who is also paid
    }
    found = roles_of(tables).loc["a"]
    for sign, count in counted.items():
        lower, upper = getattr(anchors, sign)
        assert found[f"evidence_{sign}"] == pytest.approx(np.log(count / lower) / np.log(upper / lower)), sign
    expected = np.mean([found[f"evidence_{sign}"] for sign in counted])
    assert found["evidence_advocate"] == pytest.approx(expected)


def test_each_sign_of_a_maker_in_its_own_right() -> None:
    rows = [
        {"share_id": "a1", "person_id": "p0", "likes": 300, "comments": 20, "views": 2_000, "boosted_views": 1_000},
        {"share_id": "a2", "person_id": "p0", "kind": "Reshare", "likes": 9_999},
        {"share_id": "a3", "person_id": "p0", "parent_share_id": "a1", "likes": 9_999},
        *({"share_id": f"o{i}", "person_id": f"p{i}", "likes": 40 * i, "views": 1_000} for i in range(1, 5)),
        *({"share_id": f"r{i}", "person_id": f"p{i}", "parent_share_id": "a1"} for i in range(1, 4)),
    ]
    creators = [{"creator_id": f"p{i}", "followers": 2_000 + i} for i in range(5)]
    tables = Tables(creators=table("creators", creators), shares=shares(*rows))
    found = roles_of(tables)
    lower, upper = RoleAnchors().engagement
    # Half of p0's views were bought, so half of 320 reactions count: 160, 40, 80, 120, 160; the median is 120.
    assert found.loc["p0", "evidence_engagement"] == pytest.approx(np.log(160 / 120 / lower) / np.log(upper / lower))
    assert found.loc["p0", "evidence_posts"] == pytest.approx(np.log(1 / 0.5) / np.log(100 / 0.5))
    rate = 3 / (1_000 + 1_000)
    assert found.loc["p0", "evidence_reshares"] == pytest.approx(np.log(rate / 1e-4) / np.log(100))
    assert found.loc["p4", "evidence_reshares"] == 0
    few = roles_of(replace(tables, shares=shares(*rows[:-4])))
    assert few["evidence_engagement"].isna().all()


def test_reshares_counted_on_posts_stand_where_nobody_names_what_they_pass_on() -> None:
    rows = [
        {"share_id": "a1", "person_id": "p0", "views": 2_000, "boosted_views": 1_000, "reshares": 12},
        {"share_id": "a2", "person_id": "p0", "views": 3_000, "reshares": 4},
        {"share_id": "a3", "person_id": "p0", "views": 9_000},  # how often it was passed on nobody counted
        {"share_id": "a4", "person_id": "p0", "views": 9_000, "kind": "reshare", "reshares": 500},  # is not its own
        {"share_id": "b1", "person_id": "p1", "views": 5_000, "reshares": 0},
        {"share_id": "c1", "person_id": "p2", "views": 5_000},
        {"share_id": "d1", "person_id": "p3", "reshares": 7},  # who saw it nobody knows
    ]
    found = roles_of(Tables(shares=shares(*rows)))["evidence_reshares"]
    rate = (12 / 2 + 4) / (1_000 + 3_000 + 1_000)  # half of the first one's views were bought
    assert found["p0"] == pytest.approx(np.log(rate / 1e-4) / np.log(100))
    assert found["p1"] == 0
    assert found[["p2", "p3"]].isna().all()
    # one share that names its origin, and the counts, which hold it as well, are left alone
    named = roles_of(Tables(shares=shares(*rows, {"share_id": "e", "person_id": "p1", "parent_share_id": "a2"})))
    assert named.loc["p0", "evidence_reshares"] == pytest.approx(np.log(1 / 14_000 / 1e-4).clip(0) / np.log(100))


def test_observed_follows_stand_for_the_declared_followers() -> None:
    follows = [{"follower_id": f"f{i}", "followed_id": "a"} for i in range(10)]
    follows += [{"follower_id": f"f{i}", "followed_id": "b"} for i in range(5)]
    creators = [{"creator_id": "a", "followers": 10_000}, {"creator_id": "b"}, {"creator_id": "c", "followers": 10_000}]
    found = roles_of(Tables(creators=table("creators", creators), follows=table("follows", follows)))
    # Five of the ten who were seen follow nobody else: of 10,000 that makes 5,000.
    assert found.loc["a", "evidence_exclusive_reach"] == pytest.approx(np.log(5_000 / 100) / np.log(1_000))
    assert found.loc["a", "evidence_followers"] == pytest.approx(1 / 3)
    assert found.loc["b", "evidence_followers"] == 0
    assert found.loc["c", ["evidence_exclusive_reach", "evidence_two_hop_reach"]].isna().all()


def test_everybody_with_any_activity_has_a_row() -> None:
    tables = Tables(
        creators=table("creators", [{"creator_id": "listed"}]),
        follows=table("follows", [{"follower_id": "silent", "followed_id": "listed"}]),
        shares=shares({"person_id": "poster"}),
        conversions=table(
            "conversions",
            [
                {"conversion_id": "1", "person_id": "buyer", "converted_at": "2024-01-01"},
                {"conversion_id": "2", "person_id": "regretful", "converted_at": "2024-01-01", "status": "cancelled"},
            ],
        ),
    )
    assert roles_of(tables).index.tolist() == ["buyer", "listed", "poster"]
    assert roles_of(Tables()).empty


names = st.sampled_from(["a", "b", "c", "d"])
posts = st.fixed_dictionaries(
    {
        "person_id": names,
        "shared_at": st.sampled_from(MONTHS[:4]),
        "campaign_id": st.sampled_from(["c1", "c2", None]),
        "kind": st.sampled_from(["post", "reshare", "review", None]),
        "deal": st.sampled_from(["fee", "none", "gift", None]),
        "rating": st.sampled_from([1.0, 4.0, 5.0, None]),
        "likes": st.sampled_from([0.0, 10.0, None]),
        "views": st.sampled_from([0.0, 100.0, None]),
        "boosted_views": st.sampled_from([0.0, 50.0, None]),
    }
)


@settings(deadline=None, max_examples=40)
@given(rows=st.lists(posts, max_size=12), buyers=st.lists(st.tuples(names, st.sampled_from(MONTHS[:4])), max_size=4))
def test_evidence_lies_between_0_and_1_and_memberships_sum_to_1(rows: Any, buyers: Any) -> None:
    bought = [{"conversion_id": str(i), "person_id": p, "converted_at": at} for i, (p, at) in enumerate(buyers)]
    tables = Tables(
        creators=table("creators", [{"creator_id": "a", "followers": 5_000}]),
        shares=shares(*rows) if rows else Tables().shares,
        conversions=table("conversions", bought),
    )
    found = roles_of(tables)
    assert (found.isna() | ((found >= 0) & (found <= 1))).all(axis=None)
    total = found[list(ROLES)].sum(axis=1, skipna=False)
    assert total.dropna().to_numpy() == pytest.approx(1)
    assert (total.isna() == ~(found["strength"] > 0)).all()
    backwards = replace(tables, shares=tables.shares[::-1].reset_index(drop=True))
    pd.testing.assert_frame_equal(roles_of(backwards), found)


def test_the_scale_has_two_ends() -> None:
    values = pd.Series([0.0, 999.0, 1_000.0, 10_000.0, 1e6, 1e9, np.nan])
    assert on_scale(values, (1_000, 1_000_000)).tolist() == pytest.approx([0, 0, 0, 1 / 3, 1, 1, np.nan], nan_ok=True)


@pytest.mark.parametrize("wrong", [{"months": (0, 12)}, {"posts": (5, 5)}, {"alpha": 0}])
def test_anchors_that_make_no_scale_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError) as told:
        RoleAnchors(**wrong)
    assert str(told.value)
