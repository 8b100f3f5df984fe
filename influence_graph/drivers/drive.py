"""The driver model from tables to answers: fit, draws, and what they say of people, campaigns and orders."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from influence_graph.drivers import credit as credits
from influence_graph.drivers.audience import declared_followers
from influence_graph.drivers.exposure import Exposure, expose
from influence_graph.drivers.hazard import Draws, Fit, Hazard, maximise, sample, settle, start
from influence_graph.drivers.identify import DOUBTFUL, NO_BUYERS, verdicts
from influence_graph.drivers.lift import LEVELS, lift
from influence_graph.drivers.ripple import parents, ripple
from influence_graph.network import Network
from influence_graph.tables.schema import Note, Tables

Floats = NDArray[np.float64]
Progress = Callable[[str, int, int], None]
FLOOR = 0.01
"""Part of all orders by which the method itself may err, seen on worlds with planted truth (benchmarks/results/truth.md):
a total below it is no evidence, and the total's interval is wider than the draws by as much."""
SWEEPS_OF_LINKS = 1.5e9
"""Links times sweeps that sampling may cost; large data have many orders and need fewer sweeps."""
LEAST_KNOWN, LEAST_KNOWN_ORDERS = 0.05, 50.0
"""Known buyers from which persuasion is learnt: at least this part of all orders, and this many."""
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
    tell = progress or (lambda *_: None)
    skipped = _nothing_to_fit(exposure)
    blind = _blind(exposure)
    model = Hazard(exposure, trust_codes=trust_codes, whole=blind)
    whole = model if blind else Hazard(exposure, trust_codes=trust_codes, pieces=model.pieces)
    begun = start(model, driven=0.3, rate=0.25)
    draws = None
    if skipped:  # nothing tells causes apart: every order is organic
        fit = settle(whole, begun, fixed="shares")
    else:
        common = maximise(model, begun, fixed="common", progress=lambda done, of: tell("drivers", done * 20 // of, 100))
        keep = int(np.clip(SWEEPS_OF_LINKS / max(exposure.links.author.size, 1), 200, 1000))
        draws = sample(
            model, common.parameters, log_followers=_centred_log(exposure, network), rng=rng, burn=max(keep // 3, 100),
            keep=keep, progress=lambda done, of: tell("drivers", 20 + done * 75 // of, 100),
        )  # fmt: skip
        fit = settle(whole, common.parameters if blind else draws.mean)
        fit = replace(fit, iterations=common.iterations, converged=common.converged)
        draws = draws if blind else _with_crowd(draws, fit, exposure, rng)
    told = _verdicts(model, draws, blind)
    people = _people(tables, network, exposure, fit, draws, told)
    tell("drivers", 100, 100)
    return Drivers(
        people,
        credits.by_campaign(exposure, fit, tables),
        credits.by_order(exposure, fit),
        credits.influences(exposure, fit, network),
        _total(exposure, fit, draws, told, skipped),
    )


def _centred_log(exposure: Exposure, network: Network) -> Floats:
    """Log declared followers, else observed audience, about their mean."""
    declared = declared_followers(network, exposure.authors.to_series())
    usual = exposure.shares.groupby("author")["audience"].mean().reindex(range(len(exposure.authors))).to_numpy()
    size = np.log(np.maximum(np.where(np.isfinite(declared) & (declared > 0), declared, usual), 1.0))
    return np.asarray(size - size.mean())


def _nothing_to_fit(exposure: Exposure) -> list[Note]:
    """Why nothing can be fitted, if so."""
    if not exposure.orders["count"].sum():
        return [Note("drivers.no-orders", {})]
    if exposure.shares.empty:
        return [Note("drivers.no-shares", {})]
    return [] if exposure.links.exposed.any() else [Note("drivers.no-exposure", {})]


def _blind(exposure: Exposure) -> bool:
    """Whether too few orders have a known buyer to learn anybody's persuasion from."""
    known = exposure.events.weight[~exposure.events.crowd].sum()
    if known == exposure.events.weight.sum():
        return False
    return bool(known < max(LEAST_KNOWN * exposure.events.weight.sum(), LEAST_KNOWN_ORDERS))


def _with_crowd(draws: Draws, fit: Fit, exposure: Exposure, rng: np.random.Generator) -> Draws:
    """The draws with orders without buyer added: each author's expected part of them, moved by their persuasion."""
    links, events = exposure.links, exposure.events
    crowd = events.crowd[links.event]
    if not crowd.any():
        return draws
    credit = (fit.responsibility * events.weight[links.event])[crowd]
    part = np.bincount(links.author[crowd], credit, minlength=len(exposure.authors))
    mean = np.maximum(draws.theta.mean(axis=0), 1e-300)
    return replace(draws, caused=draws.caused + rng.poisson(part * draws.theta / mean), bound=draws.bound + part)


def _verdicts(model: Hazard, draws: Draws | None, blind: bool) -> NDArray[np.object_]:
    """Whether each author's effect can be told at all."""
    if draws is None:
        return np.full(model.authors, None, dtype=object)
    if blind:
        return np.full(model.authors, NO_BUYERS, dtype=object)
    prior = np.exp(draws.priors.theta[1] + draws.priors.theta[2] * draws.priors.log_followers)
    return np.array(verdicts(model, draws.mean, draws.exposed, prior), dtype=object)


def _people(
    tables: Tables,
    network: Network,
    exposure: Exposure,
    fit: Fit,
    draws: Draws | None,
    told: NDArray[np.object_],
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
    _intervals(people, exposure, network, fit, draws, told)
    return people


def _intervals(
    people: pd.DataFrame, exposure: Exposure, network: Network, fit: Fit, draws: Draws, told: NDArray[np.object_]
) -> None:
    """Fill in what the draws say: intervals, identifiability, lift."""
    authors = exposure.authors
    low, high = np.quantile(draws.caused, LEVELS, axis=0)
    doubtful = np.isin(told, DOUBTFUL)
    low = np.where(doubtful, 0.0, low)
    high = np.where(doubtful, np.maximum(high, draws.bound), high)
    people.loc[authors, "driven_low"] = np.minimum(low, fit.caused)
    people.loc[authors, "driven_high"] = np.maximum(high, fit.caused)
    people.loc[authors, "per_1000"] = 1000.0 * draws.theta.mean(axis=0)
    people.loc[authors, "per_1000_low"], people.loc[authors, "per_1000_high"] = (
        1000.0 * np.quantile(draws.theta, LEVELS, axis=0)
    )
    people.loc[authors, "identifiable"] = told
    if not evident(exposure, draws, told):
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


def evident(exposure: Exposure, draws: Draws, told: NDArray[np.object_]) -> bool:
    """Whether shares drove more than the method may credit where nobody influences anybody."""
    low, _ = _span(draws, told)
    return low > max(FLOOR * float(exposure.orders["count"].sum()), 2.0)


def _span(draws: Draws, told: NDArray[np.object_]) -> tuple[float, float]:
    """90 % interval of all conversions driven; what may be fans' habit counts as nothing below, as all of it above."""
    firm = ~np.isin(told, DOUBTFUL)
    low = np.quantile(draws.caused[:, firm].sum(axis=1), LEVELS[0])
    high = np.quantile(draws.caused.sum(axis=1), LEVELS[1])
    doubt = np.maximum(draws.bound - draws.caused.mean(axis=0), 0.0)[~firm].sum()
    return float(low), float(high + doubt)


def _total(
    exposure: Exposure, fit: Fit, draws: Draws | None, told: NDArray[np.object_], skipped: list[Note]
) -> dict[str, Any]:
    orders = float(exposure.orders["count"].sum())
    driven = float(fit.caused.sum())
    low, high = 0.0, 0.0
    notes = list(exposure.notes)
    if draws is not None:
        low, high = _span(draws, told)
        low = low - FLOOR * orders if evident(exposure, draws, told) else 0.0
        high += FLOOR * orders
        if exposure.shares["basis"].nunique() > 1:
            notes.append(Note("drivers.mixed-bases", {"n": int(exposure.shares["basis"].nunique())}))
    if exposure.follows.author.size and np.isneginf(exposure.follows.since).all():
        notes.append(Note("drivers.undated-follows", {}))
    currencies = exposure.orders["currency"].dropna().unique()
    if len(currencies) > 1:
        notes.append(Note("drivers.currencies", {"n": len(currencies), "used": credits.main_currency(exposure.orders)}))
    low, high = min(low, driven), min(max(high, driven), orders)
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
