"""Drawing a world: who follows whom, who shares, who buys, and why. Everything by number, in days."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from influence_graph.world.recipe import Recipe

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Truths = NDArray[np.bool_]
WINDOW_DAYS = 30.0
MAKERS = 0.4
"""Part of people who make videos, whatever their audience."""
POSTING_HOUR, BUYING_HOUR, EVENING = 19.0, 20.5, 18.0


@dataclass
class Draft:
    """The world while it is drawn: everything by number, times in days since the world began."""

    recipe: Recipe
    rng: np.random.Generator
    people: int
    creators: int
    campaigns: int
    taste: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    follower: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    followed: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    begins: Floats = field(default_factory=lambda: np.empty(0))
    maker: Truths = field(default_factory=lambda: np.empty(0, np.bool_))
    length_days: float = 35.0

    @property
    def end(self) -> float:
        """When the world ends, in days."""
        return float(self.begins[-1] + self.length_days)


def _in_the_evening(draft: Draft, day: Floats, part: float, hour: float) -> Floats:
    """Times of which a part is moved to about an hour of the same day, give or take an hour and a half."""
    moved = draft.rng.random(day.size) < part if part else np.zeros(day.size, bool)
    evening = np.clip(draft.rng.normal(hour, 1.5, int(moved.sum())), 0.0, 23.99) / 24.0
    day = day.copy()
    day[moved] = np.floor(day[moved]) + evening
    return day


def _unique_pairs(first: Ints, second: Ints, base: int) -> tuple[Ints, Ints]:
    pairs = np.unique(first * base + second)
    return pairs // base, pairs % base


def draw_follows(draft: Draft, mean_follows: float) -> None:
    """Who follows whom: creators by heavy-tailed popularity, within taste; a few friends beside."""
    rng, recipe, n, k = draft.rng, draft.recipe, draft.people, draft.creators
    tastes = max(2, draft.campaigns // 2)
    draft.taste = rng.integers(tastes, size=n)
    if recipe.matched > 1.0:
        draft.maker = rng.random(n) < MAKERS
    popularity = rng.lognormal(0.0, 1.0, k)
    follower = np.repeat(np.arange(n), 1 + rng.poisson(mean_follows - 1, n))
    followed = np.empty(follower.size, np.int64)
    for taste in range(tastes):
        mine = draft.taste[follower] == taste
        weight = popularity * np.where(draft.taste[:k] == taste, recipe.taste, 1.0)
        followed[mine] = rng.choice(k, size=int(mine.sum()), p=weight / weight.sum())
    if recipe.advocates:  # friends, by whom recommendations travel
        friends = rng.integers(n, size=(2 * n, 2))
        follower = np.concatenate([follower, friends[:, 0]])
        followed = np.concatenate([followed, friends[:, 1]])
    kept = follower != followed
    draft.follower, draft.followed = _unique_pairs(follower[kept], followed[kept], n)


def draw_shares(draft: Draft) -> pd.DataFrame:
    """Creators' posts: who joins which campaign, how often and when."""
    rng, recipe, k = draft.rng, draft.recipe, draft.creators
    tastes = int(draft.taste.max()) + 1
    fits = np.where(draft.taste[:k, None] == np.arange(draft.campaigns) % tastes, recipe.taste, 1.0)
    chance = np.minimum(1.0, recipe.join * fits / fits.mean())
    joined = rng.random((k, draft.campaigns)) < chance
    number = np.where(joined, np.maximum(1, rng.poisson(recipe.shares, joined.shape)), 0)
    person, campaign = (np.repeat(index.ravel(), number.ravel()) for index in np.indices(joined.shape))
    day = rng.random(person.size) * draft.length_days
    early = rng.random(person.size) < recipe.burst
    day[early] = rng.exponential(2.0, int(early.sum())) % draft.length_days
    day = _in_the_evening(draft, day, recipe.rhythm, POSTING_HOUR)
    shares = pd.DataFrame({"person": person, "campaign": campaign, "day": draft.begins[campaign] + day, "parent": -1})
    if recipe.advocates:
        shares = pd.concat([shares, _draw_recommendations(draft)], ignore_index=True)
    return shares.sort_values("day", kind="stable", ignore_index=True)


def _draw_recommendations(draft: Draft) -> pd.DataFrame:
    rng = draft.rng
    ordinary = np.arange(draft.creators, draft.people)
    advocates = ordinary[rng.random(ordinary.size) < draft.recipe.advocates]
    number = 1 + rng.poisson(3.0, advocates.size)
    person = np.repeat(advocates, number)
    campaign = rng.integers(draft.campaigns, size=person.size)
    day = draft.begins[campaign] + rng.random(person.size) * draft.length_days
    return pd.DataFrame({"person": person, "campaign": campaign, "day": day, "parent": -1})


def _arrived(recipe: Recipe, age: Floats | float) -> Floats:
    """Part of the delays below an age, before the cut."""
    days, tail = np.asarray(age) / recipe.delay_days, recipe.delay_tail
    return np.asarray(1.0 - (1.0 + tail * days) ** (-1.0 / tail) if tail else -np.expm1(-days))


def _delays(rng: np.random.Generator, recipe: Recipe, size: int) -> Floats:
    """Delays cut at the window, by the inverse of their distribution function."""
    later, tail = 1.0 - rng.random(size) * _arrived(recipe, WINDOW_DAYS), recipe.delay_tail
    return np.asarray(recipe.delay_days * ((later**-tail - 1.0) / tail if tail else -np.log(later)))


def _audiences(draft: Draft) -> tuple[Ints, Ints]:
    """Followers of each person as (indptr, followers)."""
    order = np.argsort(draft.followed, kind="stable")
    indptr = np.concatenate([[0], np.cumsum(np.bincount(draft.followed, minlength=draft.people))])
    return indptr, draft.follower[order]


def draw_reshares(draft: Draft, shares: pd.DataFrame) -> pd.DataFrame:
    """Reshares breadth first: each share exposes its author's followers, a few of whom pass it on."""
    rng = draft.rng
    indptr, followers = _audiences(draft)
    generations, offset, wave = [shares], 0, shares
    for _ in range(6):
        size = np.diff(indptr)[wave["person"]]
        number = rng.poisson(draft.recipe.reshare * size)
        parent = np.repeat(np.arange(len(wave)), number)
        if not parent.size:
            break
        author = wave["person"].to_numpy()[parent]
        who = followers[indptr[author] + rng.integers(0, np.maximum(1, size[parent]))]
        day = wave["day"].to_numpy()[parent] + rng.exponential(1.5, parent.size)
        next_wave = pd.DataFrame(
            {"person": who, "campaign": wave["campaign"].to_numpy()[parent], "day": day, "parent": offset + parent}
        )
        next_wave = next_wave[next_wave["day"] < draft.end].reset_index(drop=True)
        offset += len(wave)
        generations.append(next_wave)
        wave = next_wave
    return pd.concat(generations, ignore_index=True)


def works(draft: Draft, shares: pd.DataFrame) -> Floats:
    """How well each share works: less after others of its person in the campaign and window, more in good hours."""
    part = np.ones(len(shares))
    if draft.recipe.wear:
        for _, day in shares.groupby(["person", "campaign"])["day"]:
            earlier = [((day < moment) & (day >= moment - WINDOW_DAYS)).sum() for moment in day]
            part[day.index] = (1.0 + np.array(earlier)) ** -draft.recipe.wear
    late = shares["day"].to_numpy() % 1.0 >= EVENING / 24.0
    return np.where(late, draft.recipe.evening, 1.0) * part


def draw_theta(draft: Draft, shares: pd.DataFrame) -> Floats:
    """Persuasion of everybody, scaled so that shares drive the expected number of conversions."""
    rng, recipe = draft.rng, draft.recipe
    size = np.bincount(draft.followed, minlength=draft.people).astype(float)
    theta = rng.lognormal(0.0, recipe.theta_spread, draft.people) * np.maximum(size, 1.0) ** recipe.theta_slope
    theta[draft.creators :] *= recipe.advocate_theta
    reached = theta[shares["person"]] * size[shares["person"]] * works(draft, shares)
    seen = _arrived(recipe, np.minimum(draft.end - shares["day"].to_numpy(), WINDOW_DAYS))
    total = float((reached * seen).sum())
    return np.asarray(theta * (recipe.driven / total if total else 0.0))


def _fitting(draft: Draft, author: Ints, who: Ints) -> Floats:
    """How much more persuasive each author is with these people than with all, on average over even and odd tastes."""
    fits = draft.maker[author] == (draft.taste[who] % 2 == 0)
    return np.where(fits, draft.recipe.matched, 1.0) * 2.0 / (1.0 + draft.recipe.matched)


def _next_evening(draft: Draft, day: Floats) -> Floats:
    """Each time moved on to the next evening's hour of buying."""
    evening = _in_the_evening(draft, day, 1.0, BUYING_HOUR)
    return evening + (evening < day)


def draw_driven(draft: Draft, shares: pd.DataFrame, theta: Floats) -> pd.DataFrame:
    """Orders that shares cause: Poisson among the author's followers, after a delay."""
    rng, matched = draft.rng, draft.recipe.matched
    indptr, followers = _audiences(draft)
    size = np.diff(indptr)[shares["person"]]
    most = max(2.0 * matched / (1.0 + matched), 1.0)
    number = rng.poisson(most * theta[shares["person"]] * size * works(draft, shares))
    share = np.repeat(np.arange(len(shares)), number)
    author = shares["person"].to_numpy()[share]
    who = followers[indptr[author] + rng.integers(0, np.maximum(1, size[share]))]
    if matched > 1.0:
        kept = rng.random(share.size) < _fitting(draft, author, who) / most
        share, author, who = share[kept], author[kept], who[kept]
    day = shares["day"].to_numpy()[share] + _delays(rng, draft.recipe, share.size)
    day = (
        np.where(rng.random(day.size) < draft.recipe.waits, _next_evening(draft, day), day)
        if draft.recipe.waits
        else day
    )
    driven = pd.DataFrame(
        {"person": who, "campaign": shares["campaign"].to_numpy()[share], "day": day, "driver": author}
    )
    return driven[driven["day"] < draft.end]


def draw_organic(draft: Draft, shares: pd.DataFrame) -> pd.DataFrame:
    """Who buys by themselves: a rate per campaign and day, times what makes some people buy more."""
    rng, recipe, n = draft.rng, draft.recipe, draft.people
    joined = np.zeros((n, draft.campaigns), bool)
    joined[shares["person"], shares["campaign"]] = True
    keenness = rng.gamma(2.0, 0.5, n)  # creators differ in how keen their fans are
    sharers = joined.any(axis=1)
    tastes = int(draft.taste.max()) + 1
    per_campaign = rng.multinomial(rng.poisson(recipe.organic), np.full(draft.campaigns, 1 / draft.campaigns))
    frames = []
    for campaign, number in enumerate(per_campaign):
        extra = recipe.fans * sharers + recipe.joined_fans * joined[:, campaign]
        rate = 1.0 + np.bincount(draft.follower, (extra * keenness)[draft.followed], minlength=n)
        rate *= np.where(draft.taste == campaign % tastes, recipe.taste, 1.0)
        who = rng.choice(n, size=number, p=rate / rate.sum())
        day = rng.random(number) * draft.length_days
        early = rng.random(number) < recipe.burst
        day[early] = rng.exponential(1.5, int(early.sum())) % draft.length_days
        day = _in_the_evening(draft, day, recipe.rhythm, BUYING_HOUR)
        frames.append(pd.DataFrame({"person": who, "campaign": campaign, "day": draft.begins[campaign] + day}))
    return pd.concat(frames, ignore_index=True).assign(driver=-1)


def draw_hidden(draft: Draft, shares: pd.DataFrame) -> pd.DataFrame:
    """Buying that a post's own cause brings about: followers buy as their creator posts, not because of it."""
    rng = draft.rng
    indptr, followers = _audiences(draft)
    weight = np.diff(indptr)[shares["person"]].astype(float)
    share = rng.choice(len(shares), size=rng.poisson(draft.recipe.hidden), p=weight / weight.sum())
    author = shares["person"].to_numpy()[share]
    who = followers[indptr[author] + rng.integers(0, np.diff(indptr)[author])]
    day = shares["day"].to_numpy()[share] + rng.exponential(2.0, share.size)
    bought = pd.DataFrame({"person": who, "campaign": shares["campaign"].to_numpy()[share], "day": day, "driver": -1})
    return bought[bought["day"] < draft.end]


RETURN_DAYS = 25.0
"""Mean days until a customer who orders again does so."""


def draw_returns(draft: Draft, bought: pd.DataFrame) -> pd.DataFrame:
    """Customers who order again by themselves, some time after their first order, in the campaign of that day."""
    rng, recipe = draft.rng, draft.recipe
    first = bought.sort_values("day", kind="stable").drop_duplicates("person")
    friend = first["driver"].to_numpy() >= draft.creators
    back = rng.random(len(first)) < recipe.returns * np.where(friend, recipe.loyal, 1.0)
    day = first["day"].to_numpy()[back] + rng.exponential(RETURN_DAYS, int(back.sum()))
    campaign = np.searchsorted(draft.begins, day, side="right") - 1
    again = pd.DataFrame({"person": first["person"].to_numpy()[back], "campaign": campaign, "day": day, "driver": -1})
    return again[again["day"] < draft.end]


def type_codes(draft: Draft, bought: pd.DataFrame, shares: pd.DataFrame) -> Ints:
    """Whose code stands on each order (-1: none): the driver's, or the last one a fan has seen."""
    rng, recipe = draft.rng, draft.recipe
    code = np.full(len(bought), -1, np.int64)
    driver = bought["driver"].to_numpy()
    uses = (driver >= 0) & (driver < draft.creators) & (rng.random(len(bought)) < recipe.driven_codes)
    code[uses] = driver[uses]
    typist = np.flatnonzero((driver < 0) & (rng.random(len(bought)) < recipe.typed_codes))
    follows = pd.DataFrame({"person": draft.follower, "author": draft.followed})
    seen = bought.iloc[typist].assign(order=typist)[["order", "person", "campaign", "day"]].merge(follows, on="person")
    posts = shares.loc[shares["person"] < draft.creators, ["person", "campaign", "day"]]
    posts = posts.rename(columns={"person": "author", "day": "shared"})
    seen = seen.merge(posts, on=["author", "campaign"])
    seen = seen[(seen["shared"] < seen["day"]) & (seen["shared"] > seen["day"] - WINDOW_DAYS)]
    last = seen.sort_values("shared", kind="stable").drop_duplicates("order", keep="last")
    code[last["order"]] = last["author"]
    return code
