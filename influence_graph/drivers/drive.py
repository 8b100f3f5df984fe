"""The driver model from tables to answers: fit, draws, and what they say of people, campaigns and orders."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from influence_graph.drivers import credit as credits
from influence_graph.drivers.audience import declared_followers
from influence_graph.drivers.exposure import Exposure, expose
from influence_graph.drivers.hazard import Draws, Fit, Hazard, maximise, sample, settle, start
from influence_graph.drivers.identify import verdicts
from influence_graph.drivers.lift import LEVELS, lift
from influence_graph.drivers.ripple import parents, ripple
from influence_graph.network import Network
from influence_graph.tables.schema import Note, Tables

Floats = NDArray[np.float64]
Progress = Callable[[str, int, int], None]
FLOOR = 0.01
"""Part of all orders that the method may credit where nobody influences anybody: less than this is no evidence."""
SWEEPS_OF_LINKS = 1.5e9
"""Links times sweeps that sampling may cost; large data have many orders and need fewer sweeps."""
PEOPLE = (
    "shares", "audience", "audience_basis", "driven", "driven_low", "driven_high", "driven_value", "claimed",
    "per_1000", "per_1000_low", "per_1000_high", "expected", "lift", "lift_low", "lift_high", "activity", "persuasion",
    "beats_followers", "q_value", "persuasive", "identifiable", "ripple",
)  # fmt: skip


@dataclass(frozen=True)
class Drivers:
    """Who drives conversions.

    Attributes
    ----------
    people : DataFrame
        Indexed by person_id, everybody with a share or in the creators table. `driven` and `ripple` are conversions,
        `per_1000` conversions per 1,000 exposed people and share; intervals are 90 %. NaN where unknown.
    campaigns : DataFrame
        campaign_id (NaN: of no campaign), shares, conversions, organic, driven, organic_share, value.
    credit : DataFrame
        One row for each order and creator credited with it: conversion_id (NaN for orders without buyer, which share
        their credit), campaign_id, converted_at, person_id, credit, value_credit.
    influences : DataFrame
        source, target, probability (that a share leads this person to order, or to reshare), credit (conversions).
    total : dict
        conversions, driven, organic, organic_share with _low and _high, delay_days, iterations, converged, and the
        notes and skipped parts as message ids.
    """

    people: pd.DataFrame
    campaigns: pd.DataFrame
    credit: pd.DataFrame
    influences: pd.DataFrame
    total: dict[str, Any]


def drive(
    tables: Tables,
    network: Network,
    *,
    rng: np.random.Generator,
    communities: NDArray[np.int64] | None = None,
    window_days: float = 30.0,
    market: float | None = None,
    trust_codes: bool = False,
    progress: Progress | None = None,
) -> Drivers:
    """Share every conversion out among what may have caused it: shares that the buyer saw, or none.

    Parameters
    ----------
    tables : Tables
        Resolved tables.
    network : Network
        Built from the same tables.
    rng : numpy.random.Generator
        Draws the intervals; the same seed gives the same answer.
    communities : (n_people,) int64, optional
        Community of everybody in the network, negative for none: they may differ in what they buy by themselves.
    window_days : float, default 30
        How long a share can lead to a conversion.
    market : float, optional
        People who could buy; those known where not given.
    trust_codes : bool, default False
        Take a typed code or tracked click as proof that the order was caused.
    progress : callable, optional
        Told ``("drivers", done, of)``.

    Returns
    -------
    Drivers
        Cost O(exposures of buyers), independent of how many people follow without buying.
    """
    exposure = expose(tables, network, communities=communities, window_days=window_days, market=market)
    model = Hazard(exposure, trust_codes=trust_codes)
    tell = progress or (lambda *_: None)
    orders = exposure.orders["count"].sum()
    skipped = []
    if not orders:
        skipped.append(Note("drivers.no-orders", {}))
    elif exposure.shares.empty:
        skipped.append(Note("drivers.no-shares", {}))
    begun = start(model, driven=0.3, rate=0.25)
    mute = bool(skipped) or not exposure.links.exposed.any()
    if mute:  # nothing to tell causes apart by: every order is organic
        if not skipped:
            skipped.append(Note("drivers.no-exposure", {}))
        fit, draws = settle(model, begun, fixed="shares"), None
    else:
        common = maximise(model, begun, fixed="common", progress=lambda done, of: tell("drivers", done * 20 // of, 100))
        keep = int(np.clip(SWEEPS_OF_LINKS / max(exposure.links.author.size, 1), 200, 1000))
        draws = sample(
            model, common.parameters, log_followers=_centred_log(exposure, network), rng=rng, burn=max(keep // 3, 100),
            keep=keep, progress=lambda done, of: tell("drivers", 20 + done * 75 // of, 100),
        )  # fmt: skip
        fit = settle(model, draws.mean)
        fit = _counted(fit, common)
    people = _people(tables, network, exposure, model, fit, draws)
    tell("drivers", 100, 100)
    return Drivers(
        people,
        credits.by_campaign(exposure, fit, tables),
        credits.by_order(exposure, fit),
        credits.influences(exposure, fit, network),
        _total(exposure, model, fit, draws, skipped),
    )


def _counted(fit: Fit, common: Fit) -> Fit:
    from dataclasses import replace

    return replace(fit, iterations=common.iterations, converged=common.converged)


def _centred_log(exposure: Exposure, network: Network) -> Floats:
    """Log declared followers, else observed audience, about their mean."""
    declared = declared_followers(network, exposure.authors.to_series())
    usual = exposure.shares.groupby("author")["audience"].mean().reindex(range(len(exposure.authors))).to_numpy()
    size = np.log(np.maximum(np.where(np.isfinite(declared) & (declared > 0), declared, usual), 1.0))
    return np.asarray(size - size.mean())


def _people(
    tables: Tables, network: Network, exposure: Exposure, model: Hazard, fit: Fit, draws: Draws | None
) -> pd.DataFrame:
    """Everything there is to say of each author, and of creators who never shared."""
    authors, shares, orders = exposure.authors, exposure.shares, exposure.orders
    by = shares.groupby("author")
    people = pd.DataFrame(index=authors.union(pd.Index(tables.creators["creator_id"], dtype="str").unique(), sort=False))
    people = people.reindex(columns=list(PEOPLE))
    people.index.name = "person_id"
    numeric = [name for name in PEOPLE if name not in ("audience_basis", "identifiable", "beats_followers", "persuasive")]
    people[numeric] = people[numeric].astype("float64")
    people["beats_followers"] = pd.array([pd.NA] * len(people), dtype="boolean")
    people["persuasive"] = people["beats_followers"]
    basis = by["basis"].agg(lambda told: told.mode().iat[0]) if len(shares) else pd.Series(dtype=object)
    people["audience_basis"] = pd.Series(basis.to_numpy(), index=authors[basis.index], dtype=object).replace("", np.nan).reindex(people.index)
    people["identifiable"] = pd.Series(np.nan, index=people.index, dtype=object)
    people["shares"] = people["shares"].fillna(0.0)
    people.loc[authors, "shares"] = by.size().to_numpy(dtype=np.float64)
    people.loc[authors, "audience"] = by["audience"].mean().to_numpy()
    people["audience"] = people["audience"].where(people["audience_basis"].notna())
    claims = orders.dropna(subset="claimed_by").groupby("claimed_by")["count"].sum()
    if len(claims):
        people["claimed"] = claims.reindex(people.index).fillna(0.0).astype("float64")
    if not orders["count"].sum() or exposure.shares.empty:
        return people
    people.loc[authors, "driven"] = fit.caused
    people.loc[authors, "driven_value"] = credits.value(exposure, fit)
    origin = parents(
        shares["share_id"].to_numpy(dtype=object), shares["parent_share_id"].to_numpy(dtype=object), shares["time"].to_numpy()
    )
    direct = credits.by_share(exposure, fit)
    people.loc[authors, "ripple"] = ripple(direct, shares["author"].to_numpy(), origin, len(authors)) if (origin >= 0).any() else np.nan
    if draws is None:
        people.loc[authors, ["driven_low", "driven_high"]] = 0.0
        return people
    _intervals(people, exposure, network, model, fit, draws)
    return people


def _intervals(
    people: pd.DataFrame, exposure: Exposure, network: Network, model: Hazard, fit: Fit, draws: Draws
) -> None:
    """Fill in what the draws say: intervals, identifiability, lift."""
    authors = exposure.authors
    low, high = np.quantile(draws.caused, LEVELS, axis=0)
    prior = np.exp(draws.priors.theta[1] + draws.priors.theta[2] * draws.priors.log_followers)
    told = verdicts(model, draws.mean, draws.exposed, prior)
    doubtful = np.array([word == "fan effect" for word in told])
    low = np.where(doubtful, 0.0, low)
    high = np.where(doubtful, np.maximum(high, draws.bound), high)
    people.loc[authors, "driven_low"] = np.minimum(low, fit.caused)
    people.loc[authors, "driven_high"] = np.maximum(high, fit.caused)
    people.loc[authors, "per_1000"] = 1000.0 * draws.theta.mean(axis=0)
    people.loc[authors, "per_1000_low"], people.loc[authors, "per_1000_high"] = (
        1000.0 * np.quantile(draws.theta, LEVELS, axis=0)
    )
    people.loc[authors, "identifiable"] = told
    if not evident(model, draws):
        return
    followers = declared_followers(network, authors.to_series())
    basis = people.loc[authors, "audience_basis"].to_numpy(dtype=object)
    is_creator = network.nodes["is_creator"].reindex(authors).eq(True).to_numpy(dtype=bool)
    scope = is_creator & np.isfinite(followers) & (followers > 0) & (draws.exposed > 1e-9)
    if scope.any():
        usual = pd.Series(basis[scope]).mode().iat[0]
        scope &= basis == usual
        compared = lift(draws.theta[:, scope], draws.exposed[scope], followers[scope], fit.caused[scope])
        firm = ~doubtful[scope]  # what may be habit is not claimed
        compared["beats_followers"] &= firm
        compared["persuasive"] &= firm
        for name in compared:
            people.loc[authors[scope], name] = compared[name].to_numpy()


def evident(model: Hazard, draws: Draws) -> bool:
    """Whether shares drove more than the method may credit where nobody influences anybody."""
    low = float(np.quantile(draws.caused.sum(axis=1), LEVELS[0]))
    return low > max(FLOOR * float(model.weight.sum()), 2.0)


def _total(exposure: Exposure, model: Hazard, fit: Fit, draws: Draws | None, skipped: list[Note]) -> dict[str, Any]:
    orders = float(exposure.orders["count"].sum())
    driven = float(fit.caused.sum())
    low, high = 0.0, 0.0
    notes = list(exposure.notes)
    if draws is not None:
        low, high = (float(level) for level in np.quantile(draws.caused.sum(axis=1), LEVELS))
        low = low if evident(model, draws) else 0.0
        if exposure.shares["basis"].nunique() > 1:
            notes.append(Note("drivers.mixed-bases", {"n": int(exposure.shares["basis"].nunique())}))
    if exposure.follows.author.size and np.isneginf(exposure.follows.since).all():
        notes.append(Note("drivers.undated-follows", {}))
    currencies = exposure.orders["currency"].dropna().unique()
    if len(currencies) > 1:
        notes.append(Note("drivers.currencies", {"n": len(currencies), "used": credits.main_currency(exposure.orders)}))
    low, high = min(low, driven), max(high, driven)
    return {
        "conversions": orders,
        "driven": driven if orders else None,
        "driven_low": low if orders else None,
        "driven_high": high if orders else None,
        "organic": orders - driven if orders else None,
        "organic_share": 1.0 - driven / orders if orders else None,
        "organic_share_low": 1.0 - high / orders if orders else None,
        "organic_share_high": 1.0 - low / orders if orders else None,
        "delay_days": 1.0 / fit.parameters.rate if draws is not None else None,
        "anonymous": float(exposure.events.weight[exposure.events.crowd].sum()),
        "strangers": float(exposure.orders["count"].to_numpy()[exposure.events.of_order < 0].sum()),
        "iterations": fit.iterations,
        "converged": fit.converged,
        "notes": notes,
        "skipped": skipped,
    }
