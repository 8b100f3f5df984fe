"""Dressing a drawn world as the tables a brand would export: names, prices, views, codes, gaps."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from influence_graph.tables.schema import DTYPES, SCHEMA, Tables, empty
from influence_graph.world.draw import MAKERS, Draft, Ints
from influence_graph.world.names import creator_names

START = pd.Timestamp("2025-01-06", tz="UTC")
DECLARED_PER_KNOWN = 40.0
"""The programme knows one follower in forty of those that a platform declares."""
PLATFORMS = ("tiktok", "instagram", "youtube", "facebook")
PRODUCTS = ("sunscreen", "coffee", "running shoes", "rice cooker", "hair mask", "backpack", "oat milk", "desk lamp")
Text = NDArray[np.object_]


def person_ids(draft: Draft) -> Text:
    """Ids of everybody by number: creators first, then the people beside them."""
    ids = [f"c{i:04d}" for i in range(draft.creators)] + [f"p{i:06d}" for i in range(draft.creators, draft.people)]
    return np.array(ids, dtype=object)


def dress(draft: Draft, shares: pd.DataFrame, bought: pd.DataFrame) -> Tables:
    """The tables of a drawn world, with the gaps that its recipe plants."""
    ids = person_ids(draft)
    creators = _creators(draft)
    posts = _shares(draft, ids, shares, creators)
    follows = _follows(draft, ids, shares, bought)
    return Tables(
        creators=typed("creators", creators),
        aliases=typed("aliases", _aliases(draft, ids)),
        campaigns=typed("campaigns", _campaigns(draft)),
        follows=typed("follows", follows),
        shares=typed("shares", posts),
        conversions=typed("conversions", _conversions(draft, ids, bought)),
    )


def typed(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """All columns of the schema in its dtypes."""
    full = frame.reindex(columns=list(SCHEMA[name].names))
    return (
        full.astype({column.name: DTYPES[column.kind] for column in SCHEMA[name].columns}) if len(full) else empty(name)
    )


def moment(day: NDArray[np.float64] | pd.Series) -> pd.Series:
    """Times, of days since the world began."""
    return pd.Series(START + pd.to_timedelta(np.round(np.asarray(day) * 86400), unit="s"))


def _creators(draft: Draft) -> pd.DataFrame:
    rng, recipe, k = draft.rng, draft.recipe, draft.creators
    known = np.bincount(draft.followed, minlength=draft.people)[:k]
    declared = known * DECLARED_PER_KNOWN * rng.lognormal(0.0, recipe.misstated, k)
    declared[rng.random(k) < recipe.fakes] *= 2.5
    declared = np.maximum(100, np.round(declared))
    return pd.DataFrame(
        {
            "creator_id": person_ids(draft)[:k],
            "name": creator_names(k, rng),
            "platform": rng.choice(PLATFORMS, k, p=[0.5, 0.3, 0.1, 0.1]),
            "followers": declared,
            "cost": np.round(20 + declared**0.8 * rng.lognormal(-1.5, 0.4, k), -1),
            "currency": "USD",
            "declared_role": np.where(declared > 50_000, "influencer", "ugc creator"),
            "joined_at": START - pd.to_timedelta(rng.integers(30, 900, k), unit="D"),
        }
    )


def _aliases(draft: Draft, ids: Text) -> pd.DataFrame:
    if not (draft.recipe.typed_codes or draft.recipe.driven_codes):
        return pd.DataFrame()
    number = np.arange(draft.creators)
    return pd.DataFrame({"alias": codes(draft), "kind": "code", "person_id": ids[number]})


def codes(draft: Draft) -> Text:
    """The discount code of each creator."""
    return np.array([f"HELLO{number:03d}" for number in range(draft.creators)], dtype=object)


def _campaigns(draft: Draft) -> pd.DataFrame:
    c = draft.campaigns
    products = [PRODUCTS[i % len(PRODUCTS)] for i in range(c)]
    return pd.DataFrame(
        {
            "campaign_id": campaign_ids(c),
            "name": [f"{product.title()} launch {i + 1}" for i, product in enumerate(products)],
            "product": products,
            "starts_at": moment(draft.begins),
            "ends_at": moment(draft.begins + draft.length_days),
            "budget": 20_000.0,
            "currency": "USD",
        }
    )


def campaign_ids(campaigns: int) -> Text:
    """Ids of campaigns by number."""
    return np.array([f"launch-{i + 1}" for i in range(campaigns)], dtype=object)


def _follows(draft: Draft, ids: Text, shares: pd.DataFrame, bought: pd.DataFrame) -> pd.DataFrame:
    """Follows as one snapshot: without dates, so buyers who followed afterwards look like earlier fans."""
    rng, recipe = draft.rng, draft.recipe
    follower, followed = draft.follower, draft.followed
    kept = rng.random(follower.size) >= recipe.missing_follows
    follower, followed = follower[kept], followed[kept]
    if recipe.follows_after:
        late = bought[rng.random(len(bought)) < recipe.follows_after].reset_index(names="order")
        seen = late[["order", "person", "campaign", "day"]].merge(
            shares[["person", "campaign", "day"]].rename(columns={"person": "author", "day": "shared"}), on="campaign"
        )
        seen = seen[seen["shared"] < seen["day"]].sort_values(["order", "shared"]).drop_duplicates("order", keep="last")
        follower = np.concatenate([follower, seen["person"].to_numpy()])
        followed = np.concatenate([followed, seen["author"].to_numpy()])
    pairs = pd.DataFrame({"follower_id": follower, "followed_id": followed}).drop_duplicates()
    pairs = pairs[pairs["follower_id"] != pairs["followed_id"]]
    return pd.DataFrame({name: ids[pairs[name]] for name in pairs}, index=range(len(pairs)))


def _shares(draft: Draft, ids: Text, shares: pd.DataFrame, creators: pd.DataFrame) -> pd.DataFrame:
    rng, n = draft.rng, len(shares)
    person = shares["person"].to_numpy()
    creator = person < draft.creators
    declared = np.full(draft.people, 30.0)
    declared[: draft.creators] = creators["followers"]
    maker = draft.maker if draft.maker.size else rng.random(draft.people) < MAKERS
    original = maker[person] & creator
    views = np.round(declared[person] * rng.lognormal(-1.4, 0.5, n))
    rate = np.clip(0.06 * (declared[person] / 10_000) ** -0.12 * rng.lognormal(0.0, 0.35, n), 0.001, 0.4)
    boosted = np.where(creator & (rng.random(n) < 0.1), np.round(views * 0.5), 0.0)
    paid = creator & (declared[person] > 20_000)
    kind = np.where(original, "video", np.where(creator, "post", np.where(rng.random(n) < 0.6, "review", "mention")))
    kind[shares["parent"].to_numpy() >= 0] = "reshare"
    parent = shares["parent"].to_numpy()
    share_ids = np.array([f"s{i:06d}" for i in range(n)], dtype=object)
    return pd.DataFrame(
        {
            "share_id": share_ids,
            "person_id": ids[person],
            "shared_at": moment(shares["day"].to_numpy()),
            "campaign_id": campaign_ids(draft.campaigns)[shares["campaign"]],
            "parent_share_id": np.where(parent >= 0, share_ids[np.maximum(parent, 0)], None),
            "kind": kind,
            "deal": np.where(paid, "fee", np.where(creator, "commission", "none")),
            "views": np.where(creator, views + boosted, np.nan),
            "boosted_views": np.where(creator, boosted, np.nan),
            "likes": np.where(creator, np.round(views * rate), np.nan),
            "comments": np.where(creator, np.round(views * rate * 0.06), np.nan),
            "saves": np.where(creator, np.round(views * rate * 0.12), np.nan),
            "rating": np.where(kind == "review", rng.choice([3, 4, 5, 5], n), np.nan),
        }
    )


def _conversions(draft: Draft, ids: Text, bought: pd.DataFrame) -> pd.DataFrame:
    rng, recipe, n = draft.rng, draft.recipe, len(bought)
    person = ids[bought["person"]]
    organic = bought["driver"].to_numpy() < 0
    stranger = organic & (rng.random(n) < recipe.unknown)
    person[stranger] = [f"x{i:06d}" for i in range(int(stranger.sum()))]
    person[rng.random(n) < recipe.anonymous] = None
    campaign = campaign_ids(draft.campaigns)[bought["campaign"]]
    campaign[rng.random(n) < recipe.lost_campaigns] = None
    owner: Ints = bought["code"].to_numpy()
    code = codes(draft)[np.maximum(owner, 0)]
    code[owner < 0] = None
    status = np.full(n, "paid", dtype=object)
    value = np.round(rng.lognormal(3.2, 0.5, n), 2)
    if recipe.refunds:
        hired = ~organic & (bought["driver"].to_numpy() < draft.creators)
        status[rng.random(n) < recipe.refunds * np.where(hired, recipe.fickle, 1.0)] = "refunded"
    return pd.DataFrame(
        {
            "conversion_id": [f"o{i:06d}" for i in range(n)],
            "person_id": person,
            "converted_at": moment(bought["day"].to_numpy()),
            "campaign_id": campaign,
            "value": value,
            "currency": "USD",
            "status": status,
            "code": code,
        }
    )
