"""The whole map: what it holds, that it adds up, and that it makes do with what there is."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from concurrent.futures import CancelledError
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest
from given import table

from influence_graph.errors import TablesError
from influence_graph.folder import FILES, write
from influence_graph.map import PEOPLE, MapResult, map_tables
from influence_graph.map.run import Stages
from influence_graph.people.authenticity import PEOPLE as SIGNALS
from influence_graph.people.paths import MOVES
from influence_graph.programme.ecosystem import LASTING
from influence_graph.programme.groups import GROUPS
from influence_graph.programme.growth import GROWTH
from influence_graph.programme.match import MATCHES
from influence_graph.programme.talents import TALENTS
from influence_graph.programme.timing.hours import SLOT_COLUMNS
from influence_graph.tables.orders import orders
from influence_graph.tables.schema import Tables, empty
from influence_graph.world import make

CREATORS = {"creator_id": ["c1", "c2", "c3"], "name": ["Mai", "Linh", "Bảo"], "followers": [90_000, 4_000, 300]}
STAGES = "resolve network measures drivers roles mix groups timing ecosystem talents match findings pages".split()
DAYS = pd.date_range("2026-03-01", periods=60, freq="12h", tz="UTC")


def shares(people: Sequence[str], /, **columns: Any) -> pd.DataFrame:
    told = {"share_id": [f"s{i}" for i in range(len(people))], "person_id": people, "shared_at": DAYS[: len(people)]}
    return table("shares", **(told | columns))


def sold(n: int, /, **columns: Any) -> pd.DataFrame:
    told = {"conversion_id": [f"o{i}" for i in range(n)], "converted_at": [DAYS[i % 60] for i in range(n)]}
    return table("conversions", **(told | columns))


@pytest.fixture(scope="module")
def world() -> Tables:
    return make("demo", people=800, creators=20, campaigns=3, seed=5).tables


@pytest.fixture(scope="module")
def mapped(world: Tables) -> MapResult:
    return map_tables(world, seed=1)


def conserved(result: MapResult) -> None:
    """What must hold of every map."""
    people, kept = result.people, result.run["conversions_kept"]
    assert tuple(people) == PEOPLE
    assert people["person_id"].is_unique
    assert abs(people["driven"].sum() + result.campaigns["organic"].sum() - kept) <= 1e-6 * max(kept, 1)
    assert kept == orders(result.tables.conversions)["count"].sum()
    each = result.frames["orders"].set_index("conversion_id")
    assert each["count"].sum() == kept
    credit = result.drivers.credit.groupby("conversion_id")["credit"].sum().reindex(each.index, fill_value=0.0)
    bought = orders(result.tables.conversions).set_index("conversion_id")["person_id"].notna()
    assert each["organic"].notna().equals(bought)
    assert np.allclose(each["organic"][bought] + credit[bought], each["count"][bought], atol=1e-4)
    memberships = people[["influencer", "ugc", "advocate"]]
    assert np.allclose(memberships.dropna().sum(axis="columns"), 1)
    assert (memberships.isna().all(axis="columns") == memberships.isna().any(axis="columns")).all()
    known = people.dropna(subset=["driven"])
    assert (known["driven_low"] <= known["driven"] + 1e-9).all()
    assert (known["driven_high"] >= known["driven"] - 1e-9).all()
    assert result.findings


def read_back(result: MapResult, out: Path) -> dict[str, Any]:
    """The folder of a map, as people's notebooks read it."""
    write(result, out)
    assert {file.name for file in out.iterdir()} == set(FILES)
    names = "people campaigns mix groups talents growth match timing moves authenticity ecosystem faults".split()
    tables = {name: pd.read_csv(out / f"{name}.csv") for name in names}
    texts = {name: json.loads((out / f"{name}.json").read_text(encoding="utf-8")) for name in ("findings", "run")}
    return tables | texts


# ------------------------------------------------------------------------------------------------------- the contract


def test_a_map_adds_up(mapped: MapResult) -> None:
    conserved(mapped)
    assert mapped.people["driven"].sum() > 0
    assert set(mapped.people["person_id"]) >= set(mapped.tables.creators["creator_id"])
    assert set(mapped.people["person_id"]) >= set(mapped.tables.shares["person_id"])
    assert mapped.people["driven"].dropna().is_monotonic_decreasing


def test_the_folder_holds_the_contract(mapped: MapResult, tmp_path: Path) -> None:
    told = read_back(mapped, tmp_path / "map")
    people = told["people"]
    assert tuple(people) == PEOPLE
    assert list(told["campaigns"]) == "campaign_id shares conversions organic driven organic_share value".split()
    assert list(told["mix"]) == "scope key measure influencer ugc advocate unassigned".split()
    assert list(told["groups"]) == list(GROUPS)
    assert list(told["talents"]) == list(TALENTS)
    columns = {"growth": GROWTH, "timing": SLOT_COLUMNS, "moves": MOVES, "authenticity": SIGNALS, "ecosystem": LASTING}
    columns |= {"match": MATCHES}
    assert {name: tuple(told[name]) for name in columns} == columns
    assert list(told["faults"]) == "file line column value reason".split()
    assert all(set(found) == {"id", "numbers", "basis", "text"} for found in told["findings"])
    run = told["run"]
    assert run["conversions_read"] == len(mapped.tables.conversions)
    total = people["driven"].sum() + told["campaigns"]["organic"].sum()
    assert total == pytest.approx(run["conversions_kept"], rel=1e-6)
    assert set(run["seconds"]) == {*STAGES, *(["backtest"] if mapped.backtest else [])}
    how = {"window_days": 30, "market": None, "trust_codes": False, "backtest": True}
    assert run["parameters"] == how | {"names": "creators"}
    for page in ("report.html", "network.html"):
        assert (tmp_path / "map" / page).read_text(encoding="utf-8").lower().startswith("<!doctype html")


def test_parquet_says_the_same_with_its_types(mapped: MapResult, tmp_path: Path) -> None:
    told = read_back(mapped, tmp_path)["people"]
    with duckdb.connect() as memory:
        held = memory.execute("FROM read_parquet($1)", [str(tmp_path / "people.parquet")])
        types = {name: str(kind) for name, kind, *_ in held.description}
        frame = held.df()
    assert tuple(frame) == PEOPLE
    assert {types[name] for name in ("person_id", "name", "identifiable")} == {"VARCHAR"}
    assert {types[name] for name in ("is_creator", "beats_followers", "persuasive")} == {"BOOLEAN"}
    assert {types[name] for name in ("core", "community")} == {"BIGINT"}
    assert types["driven"] == "DOUBLE"
    mixed = mapped.mix.query("scope == 'community' and key != ''")["key"].astype(int)
    assert frame["community"].min() == mixed.min() == 1
    np.testing.assert_allclose(frame["driven"], told["driven"], rtol=1e-11)
    assert frame["person_id"].tolist() == told["person_id"].tolist()


def test_others_than_creators_have_pseudonyms_unless_all_are_named(mapped: MapResult, tmp_path: Path) -> None:
    others = mapped.people.loc[~mapped.people["is_creator"], "person_id"]
    assert len(others)
    write(mapped, tmp_path / "some")
    write(mapped, tmp_path / "all", names="all")
    some, everybody = (pd.read_csv(tmp_path / name / "people.csv")["person_id"] for name in ("some", "all"))
    assert not set(some) & set(others)
    assert set(everybody) >= set(others)
    assert some.is_unique
    for file in (tmp_path / "some").iterdir():
        if file.suffix in {".html", ".csv", ".json"}:
            text = file.read_text(encoding="utf-8")
            assert not [person for person in others if person in text], file.name
    parquet = duckdb.sql(f"SELECT person_id FROM '{tmp_path / 'some' / 'people.parquet'}'").fetchall()
    assert [person for (person,) in parquet] == some.tolist()


def test_again_gives_the_same_bytes(world: Tables, mapped: MapResult, tmp_path: Path) -> None:
    write(mapped, tmp_path / "one")
    write(map_tables(world, seed=1), tmp_path / "two")
    for name in FILES:
        one, two = ((tmp_path / out / name).read_bytes() for out in ("one", "two"))
        if name == "run.json":
            one, two = ({**json.loads(text), "seconds": 0, "at": 0} for text in (one, two))
        elif name == "report.html":  # the chart library numbers its clips through a whole process
            one, two = (re.sub(rb"clip\d+", b"clip", text) for text in (one, two))
        assert one == two, name


def test_accounts_that_were_joined_are_told(world: Tables) -> None:
    account = world.conversions["person_id"].dropna().iloc[0]
    person = world.creators["creator_id"].iloc[0]
    aliases = table("aliases", alias=[account], kind=["account"], person_id=[person])
    frames = map_tables(replace(world, aliases=aliases)).frames
    assert frames["accounts"].to_numpy().tolist() == [[account, person]]
    assert account not in set(frames["people"]["person_id"])


def test_nothing_given_is_changed(world: Tables) -> None:
    before = {name: world[name].copy() for name in ("shares", "conversions", "follows", "creators")}
    map_tables(world)
    for name, frame in before.items():
        pd.testing.assert_frame_equal(world[name], frame)


def test_stages_are_told_in_order(world: Tables) -> None:
    told: list[str] = []
    result = map_tables(world, progress=lambda stage, *_: told.append(stage))
    stages = [stage.removeprefix("map.stage-") for stage in dict.fromkeys(told)]
    assert stages == list(result.run["seconds"])
    assert [stage for stage in stages if stage != "backtest"] == STAGES[:-1]


def test_what_runs_side_by_side_is_given_up_together() -> None:
    def gone() -> None:
        raise CancelledError

    told: list[str] = []
    stage = Stages(lambda message, *_: told.append(message))
    with pytest.raises(CancelledError), stage.beside(gone)("map.stage-roles"):
        raise AssertionError("nobody waits for it any more")
    with stage.beside(lambda: None)("map.stage-mix") as step:
        step("part", 1, 2)
    assert told == ["map.stage-mix"] * 3
    assert list(stage.seconds) == ["mix"]


# -------------------------------------------------------------------------------------------- works with what there is


@pytest.mark.parametrize("tables", [Tables(), Tables(creators=table("creators", **CREATORS))], ids=["none", "creators"])
def test_nothing_to_map_is_one_sentence(tables: Tables) -> None:
    with pytest.raises(TablesError, match="nothing to map"):
        map_tables(tables)


def test_creators_and_an_affiliate_report_alone(tmp_path: Path) -> None:
    """Orders with codes and no shares: all are organic as far as anybody can tell, claims stand beside."""
    conversions = sold(40, code=["MAI10", None] * 20, claimed_by=["c1", None] * 20, value=[20.0] * 40)
    result = map_tables(Tables(creators=table("creators", **CREATORS), conversions=conversions))
    conserved(result)
    told = read_back(result, tmp_path)
    assert told["people"].set_index("person_id").loc["c1", "claimed"] == 20
    assert "findings.missing-shares" in {skipped["id"] for skipped in told["run"]["skipped"]}
    assert all(skipped["text"] for skipped in told["run"]["skipped"])


def test_posts_with_views_and_orders_without_buyers(tmp_path: Path) -> None:
    posts = shares(["c1", "c2", "c3"] * 8, views=[5000.0, 800.0, 90.0] * 8, campaign_id=["k"] * 24)
    conversions = sold(60, campaign_id=["k"] * 60)
    result = map_tables(Tables(creators=table("creators", **CREATORS), shares=posts, conversions=conversions))
    conserved(result)
    told = read_back(result, tmp_path)
    assert set(told["people"]["audience_basis"].dropna()) == {"views"}
    assert "findings.anonymous" in {found["id"] for found in told["findings"]}


def test_no_follows(world: Tables, tmp_path: Path) -> None:
    result = map_tables(replace(world, follows=empty("follows")))
    conserved(result)
    read_back(result, tmp_path)
    assert "findings.missing-follows" in {skipped["id"] for skipped in result.run["skipped"]}


def test_no_conversions_says_who_spreads(world: Tables, tmp_path: Path) -> None:
    result = map_tables(replace(world, conversions=empty("conversions")))
    conserved(result)
    told = read_back(result, tmp_path)
    assert told["run"]["conversions_kept"] == 0
    assert told["people"]["pagerank"].gt(0).any()
    assert not told["people"]["driven"].gt(0).any()
    assert not told["people"]["beats_followers"].eq(True).any()
    assert told["findings"][0]["id"] == "findings.no-conversions"
    assert not [found["id"] for found in told["findings"] if found["id"].startswith("match.")], "that is said once"


@pytest.mark.parametrize("campaign", ["k", None])
def test_one_campaign_or_none(world: Tables, campaign: str | None) -> None:
    told = world.conversions.assign(campaign_id=pd.Series(campaign, world.conversions.index, dtype="str"))
    posted = world.shares.assign(campaign_id=pd.Series(campaign, world.shares.index, dtype="str"))
    result = map_tables(replace(world, conversions=told, shares=posted, campaigns=empty("campaigns")))
    conserved(result)
    assert result.campaigns["campaign_id"].fillna("").tolist() == [campaign or ""]


def test_one_creator(tmp_path: Path) -> None:
    follows = table("follows", follower_id=[f"p{i}" for i in range(50)], followed_id=["c1"] * 50)
    posts = shares(["c1"] * 5, campaign_id=["k"] * 5)
    conversions = sold(30, person_id=[f"p{i}" for i in range(30)], campaign_id=["k"] * 30)
    result = map_tables(Tables(follows=follows, shares=posts, conversions=conversions))
    conserved(result)
    told = read_back(result, tmp_path)
    assert told["people"].loc[told["people"]["is_creator"], "person_id"].tolist() == ["c1"]


def test_one_share_and_nothing_else(tmp_path: Path) -> None:
    result = map_tables(Tables(shares=shares(["c1"])))
    conserved(result)
    read_back(result, tmp_path)


def test_one_order_and_nothing_else(tmp_path: Path) -> None:
    result = map_tables(Tables(conversions=sold(1)))
    conserved(result)
    told = read_back(result, tmp_path)
    assert told["campaigns"]["organic"].tolist() == [1]


def test_every_order_cancelled(world: Tables) -> None:
    result = map_tables(replace(world, conversions=world.conversions.assign(status="cancelled")))
    conserved(result)
    assert result.run["conversions_kept"] == 0
    assert result.run["conversions_read"] == len(world.conversions)


def test_aggregate_rows_count_as_many_orders(tmp_path: Path) -> None:
    posts = shares(["c1", "c2"] * 6, views=[900.0, 80.0] * 6)
    result = map_tables(
        Tables(creators=table("creators", **CREATORS), shares=posts, conversions=sold(10, count=[2.5] * 10))
    )
    conserved(result)
    assert result.run["conversions_kept"] == 25


@pytest.mark.parametrize(
    "name", ["</script><script>alert(1)</script>", "=1+1", "Mai 💄🇻🇳", "a\nb", '"quoted", and more', "{{ 7*7 }}", "NA"]
)
def test_any_name_is_only_a_name(name: str, tmp_path: Path) -> None:
    creators = table("creators", creator_id=["c1", "c2"], name=[name, "Linh"], followers=[900, 80])
    posts = shares(["c1", "c2"] * 6, views=[900.0, 80.0] * 6, campaign_id=[name] * 12)
    write(map_tables(Tables(creators=creators, shares=posts, conversions=sold(20, campaign_id=[name] * 20))), tmp_path)
    told = pd.read_csv(tmp_path / "people.csv", keep_default_na=False).set_index("person_id").loc["c1", "name"]
    assert told.removeprefix("'") == name.replace("\n", " ")
    for page in ("report.html", "network.html"):
        assert "<script>alert" not in (tmp_path / page).read_text(encoding="utf-8")
    (held,) = duckdb.sql(f"SELECT name FROM '{tmp_path / 'people.parquet'}' WHERE person_id = 'c1'").fetchall()
    assert held == (name,)


def test_ids_that_look_like_numbers_stay_text(tmp_path: Path) -> None:
    creators = table("creators", creator_id=["007", "1e5"], followers=[900, 80])
    posts = shares(["007", "1e5"] * 6, views=[900.0, 80.0] * 6)
    write(map_tables(Tables(creators=creators, shares=posts, conversions=sold(20))), tmp_path)
    assert set(pd.read_csv(tmp_path / "people.csv", dtype=str)["person_id"]) == {"007", "1e5"}
    held = duckdb.sql(f"SELECT person_id FROM '{tmp_path / 'people.parquet'}'").fetchall()
    assert {person for (person,) in held} == {"007", "1e5"}
