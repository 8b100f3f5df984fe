"""A programme small enough to answer every question by hand, with the results of a map that were made up.

The numbers are no model's: they are chosen so that each question has one right answer that a reader can see.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
from given import table

from influence_graph.map import PEOPLE
from influence_graph.planning import PLANNED
from influence_graph.tables.schema import FAULTS, SOURCES, Tables

START = pd.Timestamp("2026-03-01", tz="UTC")

ACCOUNTS = {"duy.tt": "duy", "vy.ig": "vy", "p3.shop": "p3"}


def day(number: float | None) -> pd.Timestamp | None:
    return None if number is None else START + pd.Timedelta(days=number)


def tables() -> Tables:
    """Mai posts and is passed on, linh is large and has no name, Vy is silent, Duy is small; an is an advocate.

    Duy posts as duy.tt, Vy is listed as vy.ig, and p3 buys as p3.shop.
    """
    shares = [
        ("s1", "mai", 1, "spring", None, "video", None),
        ("s2", "mai", 3, "spring", None, "post", None),
        ("s3", "linh", 2, "spring", None, "video", 300.0),
        ("s4", "an", 4, "spring", "s1", "reshare", None),
        ("s5", "p6", 5, "spring", "s4", "reshare", None),
        ("s6", "duy.tt", 20, "summer", None, "post", None),
        ("s7", "linh", 21, "summer", None, "video", 100.0),
        ("s8", "p6", 22, "summer", "s7", "reshare", None),
        ("s9", "an", 21, "summer", None, "review", None),
        ("s0", "mai", 24, None, None, "story", None),
    ]
    follows = [
        ("p1", "mai", 0), ("p1", "linh", 0), ("p2", "mai", 0), ("p2", "linh", 0), ("p3", "linh", 0), ("p3", "duy", 0),
        ("p4", "linh", 0), ("p5", "linh", 0), ("p6", "mai", 0), ("an", "mai", None), ("linh", "mai", 0),
        ("duy.tt", "linh", 0),
    ]  # fmt: skip
    orders = [
        ("o1", None, "p1", 4, "spring", "paid"), ("o2", None, "p2", 5, "spring", "paid"),
        ("o3", None, "p3.shop", 23, "summer", "paid"), ("o4", None, "p4", 24, "summer", "paid"),
        ("o5", None, "p5", 3, "spring", "paid"), ("o6", None, None, 6, "spring", "paid"),
        ("o7", "a", "p1", 25, "summer", "paid"), ("o7", "b", "p1", 25, "summer", "paid"),
        ("o8", None, "p2", 26, "summer", "cancelled"), ("o9", None, "an", 2, None, "paid"),
    ]  # fmt: skip
    share, author, at, of, parent, kind, cost = zip(*shares, strict=True)
    follower, followed, since = zip(*follows, strict=True)
    order, item, buyer, bought, campaign, status = zip(*orders, strict=True)
    counts = [
        ("mai", 0, 500.0), ("mai", 10, 600.0), ("mai", 30, 1000.0), ("duy.tt", 0, 1000.0), ("duy.tt", 60, 1210.0),
        ("linh", 0, 60000.0), ("linh", 40, 50000.0), ("vy.ig", 0, 70000.0), ("vy.ig", 5, 80000.0),
        ("duy", 0, 2000.0), ("duy", 30, 2020.0),
    ]  # fmt: skip
    counted, counted_at, number = zip(*counts, strict=True)
    fault = ("orders.csv", "3", "converted_at", "yesterday", "not a time")
    source = ("orders.csv", "conversions", 11, 10, 0, 1, "0" * 64)
    return Tables(
        creators=table(
            "creators", creator_id=["mai", "linh", "vy.ig", "duy"], name=["Mai", None, "Vy", "Duy"],
            platform=["tiktok", None, None, None],
            followers=[1000.0, 50000.0, 80000.0, 2000.0], cost=[90.0, 500.0, None, 60.0], currency=["USD"] * 4,
        ),
        aliases=table(
            "aliases", alias=["MAI10", *ACCOUNTS], kind=["code", *["account"] * len(ACCOUNTS)],
            person_id=["mai", *ACCOUNTS.values()],
        ),
        campaigns=table(
            "campaigns", campaign_id=["spring", "summer"], name=["Spring launch", None],
            starts_at=[day(0), day(19)], ends_at=[day(18), day(40)],
        ),
        follows=table("follows", follower_id=follower, followed_id=followed, since=list(map(day, since))),
        followers=table("followers", creator_id=counted, at=list(map(day, counted_at)), followers=number),
        shares=table(
            "shares", share_id=share, person_id=author, shared_at=list(map(day, at)), campaign_id=of,
            parent_share_id=parent, kind=kind, cost=cost,
        ),
        conversions=table(
            "conversions", conversion_id=order, item_id=item, person_id=buyer, converted_at=list(map(day, bought)),
            campaign_id=campaign, status=status, value=[10.0] * len(order), currency=["USD"] * len(order),
        ),
        faults=pd.DataFrame([fault], columns=list(FAULTS)).astype("str"),
        sources=pd.DataFrame([source], columns=list(SOURCES)),
    )  # fmt: skip


PERSONS: dict[str, dict[str, Any]] = {
    "mai": {
        "name": "Mai", "platform": "tiktok", "is_creator": True,
        "followers": 1000.0, "audience": 4.0, "driven": 2.0, "driven_low": 1.5,
        "driven_high": 2.5, "driven_value": 20.0, "claimed": 1.0, "per_1000": 9.0, "per_1000_low": 7.0,
        "per_1000_high": 11.0, "expected": 0.5, "lift": 4.0, "lift_low": 3.0, "lift_high": 5.0, "activity": 1.6,
        "persuasion": 2.5, "beats_followers": True, "persuasive": True, "q_value": 0.01, "identifiable": "yes",
        "ripple": 0.25, "influencer": 0.2, "ugc": 0.8, "advocate": 0.0, "strength": 0.5,
        "pagerank": 0.2, "betweenness": 0.3, "community": 0,
        "plan_place": 1.0, "plan_cost": 90.0, "plan_currency": "USD", "plan_gain": 3.0,
    },
    "linh": {
        "is_creator": True, "followers": 50000.0, "audience": 6.0, "driven": 0.8, "driven_low": 0.0, "driven_high": 1.5,
        "driven_value": 8.0, "claimed": 3.0, "per_1000": 1.0, "expected": 2.0, "lift": 0.5, "lift_low": 0.25,
        "lift_high": 0.75, "activity": 1.25, "persuasion": 0.4, "beats_followers": False, "persuasive": False,
        "q_value": 0.9, "identifiable": "yes", "ripple": 0.0, "influencer": 0.9, "ugc": 0.1, "advocate": 0.0,
        "strength": 0.8, "pagerank": 0.4, "betweenness": 0.1, "community": 1,
    },
    "vy": {
        "name": "Vy", "is_creator": True, "followers": 80000.0, "claimed": 0.0, "influencer": 1.0, "ugc": 0.0,
        "advocate": 0.0, "strength": 0.6, "betweenness": 0.0, "community": 1,
    },
    "duy": {
        "name": "Duy", "is_creator": True, "followers": 2000.0, "audience": 1.0, "driven": 0.5, "driven_low": 0.25,
        "driven_high": 1.25,
        "driven_value": 5.0, "claimed": 1.0, "expected": 0.25, "lift": 2.0, "lift_low": 0.5, "lift_high": 3.5,
        "activity": 1.0, "persuasion": 2.0, "beats_followers": False, "persuasive": False, "q_value": 0.2,
        "identifiable": "yes", "ripple": 0.0, "influencer": 0.5, "ugc": 0.5, "advocate": 0.0, "strength": 0.3,
        "betweenness": 0.05, "community": 1,
    },
    "an": {"is_creator": False, "driven": 0.0, "driven_low": 0.0, "driven_high": 0.0, "influencer": 0.0, "ugc": 0.1,
           "advocate": 0.9, "strength": 0.7, "community": 0, "plan_place": 2.0, "plan_cost": 10.0,
           "plan_currency": "USD", "plan_gain": 1.0},
    "p6": {"is_creator": False, "driven": 0.0, "driven_low": 0.0, "driven_high": 0.0, "influencer": 0.0, "ugc": 0.4,
           "advocate": 0.6, "strength": 0.2, "community": 0},
    "p1": {"is_creator": False, "community": 0},
    "p2": {"is_creator": False, "community": 0},
    "p3": {"is_creator": False, "community": 1},
}  # fmt: skip
CREDIT = [
    ("o1", "spring", 4, "mai", 0.9), ("o1", "spring", 4, "linh", 0.1), ("o2", "spring", 5, "mai", 0.5),
    ("o3", "summer", 23, "linh", 0.2), ("o3", "summer", 23, "duy", 0.5), ("o5", "spring", 3, "linh", 0.2),
    ("o7", "summer", 25, "mai", 0.6), (None, "spring", 6, "linh", 0.3),
]  # fmt: skip
"""Order, campaign, day, creator, credit; o6 has no buyer."""


def results() -> dict[str, pd.DataFrame]:
    """The frames that a map gives a store."""
    people = pd.DataFrame([{"person_id": id_, **told} for id_, told in PERSONS.items()])
    people = people.reindex(columns=[*PEOPLE, *PLANNED])
    people = people.astype({"community": "Int64", "core": "Int64", "is_creator": "bool"})
    people = people.astype(dict.fromkeys(("platform", "plan_currency"), "str"))
    people = people.astype(dict.fromkeys(("beats_followers", "persuasive"), "boolean"))
    order, campaign, at, person, credit = zip(*CREDIT, strict=True)
    mix = [
        ("all", "", "people", 2.6, 2.0, 1.4, 4.0), ("all", "", "driven", 1.5, 1.8, 0.0, 0.0),
        ("campaign", "spring", "driven", 0.5, 1.5, 0.0, 0.0), ("campaign", "summer", "driven", 1.04, 0.26, 0.0, 0.0),
        ("community", "0", "driven", 0.4, 1.6, 0.0, 0.0), ("community", "1", "driven", 1.04, 0.26, 0.0, 0.0),
    ]  # fmt: skip
    influences = [
        ("mai", "p1", 0.5, 1.5), ("mai", "p2", 0.5, 0.5), ("linh", "p1", 0.2, 0.1), ("linh", "p3", 0.2, 0.2),
        ("duy", "p3", 0.2, 0.5), ("mai", "an", 0.1, 0.2),
    ]  # fmt: skip
    return {
        "people": people,
        "campaigns": pd.DataFrame(
            {
                "campaign_id": pd.Series(["spring", "summer", None], dtype="str"), "shares": [5, 4, 1],
                "conversions": [4.0, 3.0, 1.0], "organic": [2.0, 1.7, 1.0], "driven": [2.0, 1.3, 0.0],
                "organic_share": [0.5, 0.55, 1.0], "value": [40.0, 40.0, 10.0],
            }
        ),
        "mix": pd.DataFrame(mix, columns=["scope", "key", "measure", "influencer", "ugc", "advocate", "unassigned"]),
        "credit": pd.DataFrame(
            {
                "conversion_id": pd.Series(order, dtype="str"), "campaign_id": pd.Series(campaign, dtype="str"),
                "converted_at": list(map(day, at)), "person_id": pd.Series(person, dtype="str"), "credit": credit,
                "value_credit": [10 * part for part in credit],
            }
        ),
        "influences": pd.DataFrame(influences, columns=["source", "target", "probability", "credit"]),
        "accounts": pd.DataFrame(ACCOUNTS.items(), columns=["account", "person_id"], dtype="str"),
        "orders": pd.DataFrame(
            {
                "conversion_id": ["o1", "o2", "o3", "o4", "o5", "o6", "o7", "o9"], "count": [1.0] * 8,
                "value": [10.0] * 6 + [20.0, 10.0], "organic": [0.0, 0.5, 0.3, 1.0, 0.8, None, 0.4, 1.0],
            }
        ),
    }  # fmt: skip


def run() -> dict[str, Any]:
    """How the map was made: now, for the tables that were just loaded."""
    return {"version": "0", "at": pd.Timestamp.now("UTC").isoformat(), "seed": 7, "inputs": [], "totals": {}}
