"""A person's accounts and codes become one person."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from given import table
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from influence_graph.tables.resolve import resolve, resolve_accounts
from influence_graph.tables.schema import SCHEMA, Tables

KEY = b"k" * 32


def aliases(*rows: tuple[str, str, str]) -> pd.DataFrame:
    return table("aliases", alias=[r[0] for r in rows], kind=[r[1] for r in rows], person_id=[r[2] for r in rows])


def shares(*people: str) -> pd.DataFrame:
    ids = [f"s{n}" for n in range(len(people))]
    return table("shares", share_id=ids, person_id=people, shared_at=["2025-01-01"] * len(people))


def conversions(**columns: list[Any]) -> pd.DataFrame:
    n = len(next(iter(columns.values())))
    return table("conversions", conversion_id=map(str, range(n)), converted_at=["2025-01-02"] * n, **columns)


def numbers(tables: Tables) -> dict[str, Any]:
    return {note.id: note.numbers["n"] for note in tables.notes}


def test_accounts_stand_for_their_person_in_every_table() -> None:
    resolved = resolve(
        Tables(
            creators=table("creators", creator_id=["u1"]),
            aliases=aliases(("@Lan.Beauty", "handle", "u1"), ("ig-77", "account", "u1")),
            follows=table("follows", follower_id=["x", "LAN.beauty"], followed_id=["ig-77", "x"]),
            followers=table("followers", creator_id=["ig-77"], at=["2025-01-01"], followers=[5]),
            shares=shares("lan.beauty", "@LAN.BEAUTY", "ig-77", "IG-77"),
            conversions=conversions(person_id=["ig-77"], claimed_by=["@lan.beauty"]),
            touches=table("touches", touched_at=["2025-01-01"], person_id=["x"], creator_id=["Lan.Beauty"]),
        ),
        key=KEY,
    )
    assert resolved.shares["person_id"].tolist() == ["u1", "u1", "u1", "IG-77"], "case matters where there is no handle"
    assert resolved.follows[["follower_id", "followed_id"]].to_numpy().tolist() == [["x", "u1"], ["u1", "x"]]
    assert resolved.followers["creator_id"].tolist() == ["u1"]
    assert resolved.conversions[["person_id", "claimed_by"]].to_numpy().tolist() == [["u1", "u1"]]
    assert resolved.touches["creator_id"].tolist() == ["u1"]


def test_chains_end_and_circles_have_one_name() -> None:
    chain = aliases(("a", "account", "b"), ("b", "account", "c"), ("x", "account", "z"), ("z", "account", "x"))
    resolved = resolve(Tables(aliases=chain, shares=shares("a", "b", "c", "x", "z")), key=KEY)
    assert resolved.shares["person_id"].tolist() == ["c", "c", "c", "x", "x"]
    _, accounts = resolve_accounts(Tables(aliases=chain, shares=shares("a", "b", "c", "x", "z")), key=KEY)
    assert accounts == {"a": "c", "b": "c", "z": "x"}


def test_an_alias_of_two_people_joins_nobody() -> None:
    two = aliases(("lan", "handle", "u1"), ("@Lan", "handle", "u2"), ("LAN10", "code", "u1"), ("lan10", "utm", "u2"))
    resolved = resolve(Tables(aliases=two, shares=shares("lan"), conversions=conversions(code=["LAN10"])), key=KEY)
    assert resolved.shares["person_id"].tolist() == ["lan"]
    assert resolved.conversions["claimed_by"].isna().all()
    assert numbers(resolved) == {"resolve.ambiguous-aliases": 1, "resolve.ambiguous-codes": 1}


@pytest.mark.parametrize("kind", ["code", "utm", "sub_id", "Mã giảm giá", "Sub-ID 2"])
def test_codes_fill_claims_that_are_empty(kind: str) -> None:
    tables = Tables(
        aliases=aliases(("LAN10", kind, "@lan"), ("lan", "handle", "u1")),
        conversions=conversions(code=[" lan10", "LAN10", "OTHER", None], claimed_by=[None, "mai", None, None]),
    )
    claimed = resolve(tables, key=KEY).conversions["claimed_by"]
    assert claimed.astype("object").where(claimed.notna(), None).tolist() == ["u1", "mai", None, None]


def test_a_creator_s_id_is_their_code_unless_it_is_listed_with_another() -> None:
    tables = Tables(
        creators=table("creators", creator_id=["KOL01", "@Mai", "hoa", "10", "An", "an"]),
        aliases=aliases(("hoa", "code", "KOL01")),
        conversions=conversions(code=["kol01 ", "MAI", "HOA", "10", "an"]),
    )
    claimed = resolve(tables, key=KEY).conversions["claimed_by"]
    assert claimed.astype("object").where(claimed.notna(), None).tolist() == ["KOL01", "@Mai", "KOL01", None, None]


def test_a_creator_s_code_beside_the_shop_s_claims_the_order_and_codes_of_two_creators_do_not() -> None:
    tables = Tables(
        aliases=aliases(("LAN10", "code", "lan"), ("MAI, 5", "code", "mai")),
        conversions=conversions(code=["FREESHIP, lan10", "LAN10;lan10", "mai, 5", "LAN10|MAI, 5", "LAN10, MAI"]),
    )
    resolved = resolve(tables, key=KEY)
    claimed = resolved.conversions["claimed_by"]
    assert claimed.astype("object").where(claimed.notna(), None).tolist() == ["lan", "lan", "mai", "lan", "lan"]
    two = replace(tables, aliases=aliases(("LAN10", "code", "lan"), ("MAI", "code", "mai"), ("mai", "utm", "hoa")))
    assert resolve(two, key=KEY).conversions["claimed_by"].notna().tolist() == [True, True, False, True, True]
    pair = replace(tables, aliases=aliases(("LAN10", "code", "lan"), ("MAI", "code", "mai")))
    resolved = resolve(pair, key=KEY)
    assert resolved.conversions["claimed_by"].notna().tolist() == [True, True, True, False, False]
    assert "resolve.codes-of-nobody" not in numbers(resolved), "they belong to two"


def test_codes_of_nobody_are_counted_and_named() -> None:
    code = ["FREESHIP", "lan10", "freeship", "FREESHIP", None, "TET"]
    claimed_by = [None, None, None, None, None, "mai"]
    orders = conversions(code=code, claimed_by=claimed_by).assign(conversion_id=["1", "2", "3", "3", "4", "5"])
    known = resolve(Tables(aliases=aliases(("LAN10", "code", "lan")), conversions=orders), key=KEY)
    assert [(note.id, note.numbers) for note in known.notes] == [
        ("resolve.codes-of-nobody", {"n": 2, "codes": "FREESHIP, freeship"})
    ], "two orders, of which one has two lines; the code of lan and the order that the platform claims are somebody's"
    assert "resolve.codes-of-nobody" not in numbers(resolve(Tables(conversions=orders[4:]), key=KEY))
    assert known.notes == resolve(known, key=KEY).notes


def test_a_handle_without_an_alias_meets_its_creator() -> None:
    tables = Tables(
        creators=table("creators", creator_id=["Lan", "Mai", "mai"]), shares=shares("@lan", "@Hoa", "hoa", "@mai")
    )
    people = resolve(tables, key=KEY).shares["person_id"].tolist()
    assert people == ["Lan", "hoa", "hoa", "@mai"], "two creators whose ids differ by case alone stay apart"


def test_a_creator_with_two_accounts_is_one_row() -> None:
    creators = table(
        "creators",
        creator_id=["u1", "ig", "@lan", "u2"],
        name=[None, "Lan", "Lan Phạm", "Mai"],
        platform=["tiktok", "instagram", "tiktok", "tiktok"],
        followers=[1000, 500, 1000, 7],
        cost=[10, 20, None, None],
        joined_at=["2025-02-01", "2025-01-01", None, None],
        note=["x", None, "y", "z"],
    )
    known = aliases(("ig", "account", "u1"), ("lan", "handle", "u1"))
    joined = resolve(Tables(creators=creators, aliases=known), key=KEY).creators.set_index("creator_id")
    assert joined.loc["u1", ["name", "platform", "followers", "cost", "note"]].tolist() == [
        "Lan Phạm",
        "instagram, tiktok",
        1500,
        30,
        "x",
    ]
    assert joined.loc["u1", "joined_at"] == pd.Timestamp("2025-01-01", tz="UTC")
    assert joined.loc["u2", "followers"] == 7
    assert pd.isna(joined.loc["u2", "cost"])


def test_histories_of_two_accounts_add_up_without_a_jump() -> None:
    followers = table(
        "followers",
        creator_id=["tt", "ig", "tt", "other"],
        at=["2025-01-01", "2025-01-02", "2025-01-03", "2025-01-01"],
        followers=[100, 50, 120, 9],
    )
    known = aliases(("tt", "account", "u"), ("ig", "account", "u"))
    history = resolve(Tables(aliases=known, followers=followers), key=KEY).followers
    assert history[history["creator_id"] == "u"]["followers"].tolist() == [150, 150, 170]
    assert history[history["creator_id"] == "other"]["followers"].tolist() == [9]
    assert list(history.columns) == list(SCHEMA["followers"].names)


def test_follows_of_joined_accounts_stand_since_the_earliest_and_of_oneself_not_at_all() -> None:
    follows = table(
        "follows",
        follower_id=["x", "x", "y", "y", "ig", "z"],
        followed_id=["u", "ig", "u", "ig", "u", "z"],
        since=["2025-02-01", "2025-01-01", "2025-01-01", None, None, None],
    )
    resolved = resolve(Tables(aliases=aliases(("ig", "account", "u")), follows=follows), key=KEY)
    assert resolved.follows["follower_id"].tolist() == ["x", "y"]
    assert resolved.follows["since"][0] == pd.Timestamp("2025-01-01", tz="UTC")
    assert pd.isna(resolved.follows["since"][1]), "a follow without a date stands from always"
    assert numbers(resolved)["resolve.self-follows"] == 2


def test_a_phone_in_two_forms_joins_a_buyer_with_an_account() -> None:
    tables = Tables(
        aliases=aliases(("0912 345 678", "phone_hash", "u1")), conversions=conversions(person_id=["+84912345678"])
    )
    resolved = resolve(tables, key=KEY)
    assert resolved.conversions["person_id"].tolist() == ["u1"]
    assert not resolved.aliases["alias"].str.contains("912").any()


def test_what_orders_notice_is_noted() -> None:
    tables = Tables(conversions=conversions(status=["cancelled", "paid", "??"]))
    assert numbers(resolve(tables, key=KEY)) == {"resolve.orders-out": 1, "resolve.unknown-status": 1}


def test_nothing_to_resolve_changes_nothing() -> None:
    tables = Tables(shares=shares("a", "b"), follows=table("follows", follower_id=["a"], followed_id=["b"]))
    resolved = resolve(tables, key=KEY)
    for name in SCHEMA:
        assert_frame_equal(resolved[name], tables[name])
    assert resolved.notes == ()
    assert resolve(Tables(), key=KEY).notes == ()


IDS = st.sampled_from(["a", "@a", "A", "b", "@B", "c", "d"])


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(IDS, st.sampled_from(["handle", "account", "code"]), IDS), max_size=6, unique_by=lambda r: r[:2]
    ),
    st.lists(st.tuples(IDS, IDS), max_size=8, unique=True),
    st.lists(IDS, max_size=3, unique=True),
    st.randoms(use_true_random=False),
)
def test_resolving_twice_or_in_another_order_is_resolving_once(
    known: list[tuple[str, str, str]], pairs: list[tuple[str, str]], listed: list[str], random: Any
) -> None:
    def given_(known: list[tuple[str, str, str]]) -> Tables:
        follows = table("follows", follower_id=[p[0] for p in pairs], followed_id=[p[1] for p in pairs])
        return Tables(
            creators=table("creators", creator_id=listed),
            aliases=aliases(*known),
            follows=follows,
            shares=shares(*"aAbcd"),
        )

    once = resolve(given_(known), key=KEY)
    again = resolve(once, key=KEY)
    shuffled = resolve(given_(random.sample(known, len(known))), key=KEY)
    for name in ("creators", "follows", "shares", "conversions"):
        assert_frame_equal(once[name], again[name])
        assert_frame_equal(once[name], shuffled[name])
    assert once.notes == again.notes
