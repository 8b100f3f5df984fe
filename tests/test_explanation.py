"""One person's credit taken apart: it adds up, by every road, and nobody but creators is named."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
from tiny import few_sweeps

from influence_graph import explain, map_tables
from influence_graph.drivers.credit import by_exposure
from influence_graph.errors import TablesError, UsageError
from influence_graph.explanation import CREDIT, Explanation
from influence_graph.explanation.ledger import ORDERS, PATHS, SHARES
from influence_graph.explanation.paths import LEAST
from influence_graph.folder import as_json
from influence_graph.language import LANGUAGES, speaking
from influence_graph.map import MapResult
from influence_graph.tables.privacy import pseudonym
from influence_graph.world import make


@cache
def mapped(kind: str = "chain", **changes: float) -> MapResult:
    tables = make(kind, people=500, creators=15, campaigns=3, seed=4, **changes).tables
    with few_sweeps():
        return map_tables(tables)


def chained() -> MapResult:
    """Small accounts persuade and pass on, so that there are chains worth following."""
    return mapped(theta_slope=-0.7, driven=700.0, organic=500.0, reshare=0.01)


def rippling(result: MapResult) -> list[str]:
    people = result.drivers.people
    return people[people["ripple"] > 1.0].index.tolist()


def said(told: Explanation) -> dict[str, dict[str, object]]:
    return {finding.id: finding.numbers for finding in told.findings}


# ----------------------------------------------------------------------------------------------------------- it adds up


def test_shares_and_orders_add_up_to_what_the_map_says() -> None:
    result = chained()
    for person in result.drivers.people.dropna(subset="driven").index[:25]:
        told = explain(result, person)
        assert told.shares["driven"].sum() == pytest.approx(told.credit["driven"], abs=1e-6)
        assert told.orders["credit"].sum() == pytest.approx(told.credit["driven"], abs=1e-3)
        known = told.orders.dropna(subset="conversion_id")
        assert known[["credit", "others", "organic"]].sum(axis=1).to_numpy() == pytest.approx(np.ones(len(known)))


def test_credit_by_order_is_that_of_the_map() -> None:
    result = chained()
    person = rippling(result)[0]
    credit = result.drivers.credit[result.drivers.credit["person_id"].eq(person)].set_index("conversion_id")["credit"]
    told = explain(result, person).orders.set_index("conversion_id")["credit"]
    pd.testing.assert_series_equal(told.sort_index(), credit.sort_index(), check_names=False)


def test_all_ways_by_others_add_up_to_the_ripple() -> None:
    result = chained()
    people = rippling(result)
    assert len(people) >= 3
    for person in people:
        steps = explain(result, person, most=100_000).paths
        last = steps.drop_duplicates("path", keep="last")
        ripple = result.drivers.people.loc[person, "ripple"]
        assert last.loc[last["hop"] > 0, "credit"].sum() == pytest.approx(ripple, rel=0.02)
        assert last.loc[last["hop"] == 0, "credit"].sum() == pytest.approx(
            result.drivers.people.loc[person, "driven"], rel=0.02
        )


def all_ways(result: MapResult, author: int) -> list[float]:
    """Every way spelled out: down from each share of the author's, never through another of theirs."""
    assert result.drivers.workings is not None
    x, fit, origins = (getattr(result.drivers.workings, name) for name in ("exposure", "fit", "origins"))
    credit, _ = by_exposure(x, fit)
    chance, who = origins.chance.toarray(), x.shares["author"].to_numpy()

    def below(share: int, likely: float) -> list[float]:
        own = [float(part * likely) for part in credit[x.links.share == share]]
        children = [child for child in np.flatnonzero(chance[:, share]) if who[child] != author]
        return own + [way for child in children for way in below(int(child), likely * chance[child, share])]

    found = [way for share in np.flatnonzero(who == author) for way in below(int(share), 1.0)]
    return sorted((way for way in found if way >= LEAST), reverse=True)


def test_the_strongest_ways_are_those_that_a_full_search_finds() -> None:
    result = chained()
    assert result.drivers.workings is not None
    for person in rippling(result)[:4]:
        author = int(result.drivers.workings.exposure.authors.get_loc(person))
        expected = all_ways(result, author)[:15]
        steps = explain(result, person, most=15).paths
        assert steps.drop_duplicates("path")["credit"].tolist() == pytest.approx(expected)


def test_ways_lead_from_ones_own_post_by_others_to_an_order() -> None:
    result = chained()
    person = rippling(result)[0]
    steps = explain(result, person, most=300, names="all").paths
    assert (steps.loc[steps["hop"].eq(0), "person_id"] == person).all()
    assert (steps.loc[steps["hop"].gt(0), "person_id"] != person).all()
    assert steps["hop"].max() >= 1
    for _, way in steps.groupby("path"):
        assert way["hop"].tolist() == list(range(len(way)))
        assert way["shared_at"].is_monotonic_increasing


# ------------------------------------------------------------------------------------------------------- who is meant


def test_people_are_found_by_id_name_and_pseudonym() -> None:
    result = chained()
    creator = result.people[result.people["is_creator"] & result.people["driven"].notna()].iloc[0]
    by_id = explain(result, creator["person_id"])
    assert explain(result, f"  {creator['name'].upper()} ").credit == by_id.credit
    other = result.drivers.people.index[~result.drivers.people.index.str.startswith("c")][0]
    mask = pseudonym(other)
    assert explain(result, mask).credit == explain(result, other).credit
    assert explain(result, other).credit["person_id"] == mask
    assert explain(result, other, names="all").credit["person_id"] == other


def test_a_joined_account_leads_to_its_person() -> None:
    result = replace(chained(), accounts={"old.handle": "c0001"})
    assert explain(result, "old.handle").credit["person_id"] == "c0001"


def test_a_miss_suggests_creators_of_similar_names_and_nobody_else() -> None:
    result = chained()
    name = result.people.loc[result.people["is_creator"], "name"].iloc[0]
    with pytest.raises(UsageError, match="one of these") as near:
        explain(result, name[:-1] + "q")
    assert name in str(near.value)
    buyer = result.network.nodes.index[~result.network.nodes["is_creator"]][0]
    with pytest.raises(UsageError) as missed:
        explain(result, buyer + "x")
    assert buyer not in str(missed.value).replace(buyer + "x", "")
    with pytest.raises(UsageError, match="Nobody is called"):
        explain(result, "zzzzzz!")


def test_two_of_one_name_are_told_by_id() -> None:
    result = chained()
    people = result.people.copy()
    two = people.index[people["is_creator"]][:2]
    people.loc[two, "name"] = "Same Name"
    with pytest.raises(UsageError, match="2 creators") as several:
        explain(replace(result, people=people), "same name")
    assert all(person in str(several.value) for person in people.loc[two, "person_id"])


# ------------------------------------------------------------------------------------------------------------- privacy


def test_only_creators_are_named() -> None:
    result = chained()
    ordinary = {str(p) for p in result.network.nodes.index[~result.network.nodes["is_creator"]]}
    told = explain(result, rippling(result)[0])
    text = as_json([told.credit, *(f.to_dict("records") for f in (told.shares, told.orders, told.paths))])
    text += as_json([finding.record() for finding in told.findings])
    assert not [person for person in ordinary if f'"{person}"' in text]
    open_ = explain(result, rippling(result)[0], names="all")
    assert set(open_.orders["buyer"].dropna()) <= set(result.network.nodes.index)
    assert len(set(open_.orders["buyer"].dropna()) & ordinary) > 3


# ----------------------------------------------------------------------------------------------------- in plain words


def test_columns_are_as_promised_also_where_there_is_nothing() -> None:
    result = chained()
    silent = next(p for p in result.network.nodes.index if p not in result.drivers.people.index)
    for person in (silent, rippling(result)[0]):
        told = explain(result, person)
        assert tuple(told.shares) == SHARES
        assert tuple(told.orders) == ORDERS
        assert tuple(told.paths) == PATHS
        assert tuple(told.credit) == CREDIT
        json.loads(as_json(told.credit))
    assert list(said(explain(result, silent))) == ["explanation.no-shares"]


def test_sentences_carry_the_numbers_of_the_map() -> None:
    result = chained()
    person = rippling(result)[0]
    told = said(explain(result, person))
    row = result.drivers.people.loc[person]
    assert told["explanation.driven"]["driven"] == row["driven"]
    assert told["explanation.driven"]["n"] == row["shares"]
    assert told["explanation.ripple"]["ripple_high"] == row["ripple_high"]
    assert told["explanation.undated"] == {}


def test_what_it_takes_to_explain_it_away_is_said_and_whether_that_is_little() -> None:
    people = chained().drivers.people.query("identifiable == 'yes'")
    for person, name in (
        (people["e_value_low"].idxmax(), "explanation.unseen"),
        (people["driven"].where(people["e_value_low"].eq(1.0)).idxmax(), "explanation.unseen-slight"),
    ):
        told = said(explain(chained(), person))
        assert told[name]["e_value_low"] == people.loc[person, "e_value_low"]
        assert told[name]["e_value"] == people.loc[person, "e_value"]


def test_claims_of_who_is_no_creator_are_matched_with_their_orders() -> None:
    result = chained()
    creators = set(result.tables.creators["creator_id"])
    person = next(who for who in result.drivers.people.nlargest(60, "driven").index if who not in creators)
    assert result.drivers.workings is not None
    exposure = result.drivers.workings.exposure
    claimed = replace(exposure, orders=exposure.orders.assign(claimed_by=person))
    people = result.drivers.people.copy()
    people.loc[person, "claimed"] = float(len(exposure.orders))
    drivers = replace(result.drivers, people=people, workings=replace(result.drivers.workings, exposure=claimed))
    told = explain(replace(result, drivers=drivers), person)
    assert said(told)["explanation.claims"]["theirs"] == pytest.approx(told.orders["credit"].sum())
    assert said(told)["explanation.claims"]["uncoded"] == pytest.approx(0.0, abs=1e-3)


def test_every_verdict_has_its_sentence() -> None:
    result = chained()
    person = rippling(result)[0]
    groups = pd.DataFrame(
        {"group": 1, "person_id": [person, "c0001"], "driven": 30.0, "driven_low": 20.0, "driven_high": 40.0}
    )
    for verdict, expected in (
        ("fan effect", "explanation.fan-effect"),
        ("no buyers known", "explanation.no-buyers"),
        ("too few exposures", "explanation.few-exposures"),
        ("together with c0001", "explanation.together"),
    ):
        people = result.drivers.people.copy()
        people.loc[person, "identifiable"] = verdict
        told = said(explain(replace(result, drivers=replace(result.drivers, people=people, groups=groups)), person))
        assert expected in told
        doubts = {
            "explanation.fan-effect",
            "explanation.no-buyers",
            "explanation.few-exposures",
            "explanation.together",
        }
        assert doubts & told.keys() == {expected}
    assert told["explanation.together"] == {
        "name": told["explanation.together"]["name"], "others": "c0001", "driven": 30.0, "driven_low": 20.0,
        "driven_high": 40.0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("claimed", "expected"), [(1e6, "explanation.claims-more"), (0.0, "explanation.claims-less"), (None, None)]
)
def test_claims_that_differ_are_a_doubt(claimed: float | None, expected: str | None) -> None:
    result = chained()
    people = result.drivers.people.copy()
    sure = people[people["driven_low"] > 1.0].index[0]
    people.loc[sure, "claimed"] = np.nan if claimed is None else claimed
    told = said(explain(replace(result, drivers=replace(result.drivers, people=people)), sure))
    assert {name for name in told if name.startswith("explanation.claims-")} == ({expected} if expected else set())


def test_without_influence_there_is_no_claim_of_credit() -> None:
    result = mapped("null", organic=900.0)
    for person in result.drivers.people.dropna(subset="driven").index[:5]:
        told = said(explain(result, person))
        assert "explanation.total-none" in told
        assert not {"explanation.driven", "explanation.beats", "explanation.unseen"} & told.keys()


def test_everything_can_be_said_in_every_language() -> None:
    result = chained()
    for language in LANGUAGES:
        with speaking(language):
            for person in rippling(result)[:3]:
                assert all(finding.text for finding in explain(result, person).findings)


def test_orders_without_a_buyer_are_told_apart() -> None:
    result = mapped("influence", anonymous=0.6, driven=900.0, organic=600.0)
    person = result.people.loc[result.people["is_creator"], "person_id"].iloc[0]
    told = explain(result, person)
    nameless = told.orders["conversion_id"].isna()
    assert nameless.any()
    assert told.orders.loc[nameless, "buyer"].isna().all()
    assert "explanation.anonymous" in said(told)


def test_the_same_map_gives_the_same_explanation_and_stays_as_it_is() -> None:
    result = chained()
    person = rippling(result)[0]
    before = result.drivers.people.copy()
    one, two = explain(result, person), explain(result, person)
    pd.testing.assert_frame_equal(one.paths, two.paths)
    pd.testing.assert_frame_equal(one.orders, two.orders)
    pd.testing.assert_frame_equal(result.drivers.people, before)


def test_a_map_without_workings_says_so() -> None:
    result = chained()
    with pytest.raises(TablesError, match="Map the tables themselves"):
        explain(replace(result, drivers=replace(result.drivers, workings=None)), "c0001")


def test_without_orders_or_exposure_it_says_why() -> None:
    tables = make("influence", people=200, creators=8, campaigns=2, seed=1).tables
    nothing = map_tables(replace(tables, conversions=tables.conversions.iloc[:0]))
    author = tables.shares["person_id"].iloc[0]
    assert list(said(explain(nothing, author))) == ["explanation.no-orders"]
    unseen = map_tables(replace(tables, follows=tables.follows.iloc[:0], shares=tables.shares.assign(views=np.nan),
                                creators=tables.creators.assign(followers=np.nan)))  # fmt: skip
    assert "explanation.no-exposure" in said(explain(unseen, author))
