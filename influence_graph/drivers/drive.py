"""The driver model from tables to answers: fit, draws, and what they say of people, campaigns and orders."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from influence_graph.drivers import credit as ledger
from influence_graph.drivers.answers import people_table, totals
from influence_graph.drivers.audience import are_creators, declared_followers
from influence_graph.drivers.bystanders import watch_bystanders
from influence_graph.drivers.em import Fit, maximise, reshare, settle, start
from influence_graph.drivers.exposure import Exposure, expose
from influence_graph.drivers.gibbs import Draws, sample
from influence_graph.drivers.groups import group_credit
from influence_graph.drivers.hazard import Hazard
from influence_graph.drivers.identify import NO_BUYERS, TOGETHER, together, verdicts
from influence_graph.drivers.reshares import Origins, find_origins
from influence_graph.drivers.rhythm import FLAT, learn_rhythm
from influence_graph.drivers.ripple import RIPPLE, ripples
from influence_graph.drivers.sources import by_source
from influence_graph.drivers.split import by_post
from influence_graph.drivers.sums import summed
from influence_graph.drivers.tail import choose_tail
from influence_graph.drivers.wear import tell_wear
from influence_graph.network import Network
from influence_graph.tables.privacy import pseudonyms
from influence_graph.tables.schema import Note, Tables

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Progress = Callable[[str, int, int], None]
COST_OF_SWEEPS, AUTHOR_COST = 5e8, 50
"""Links, orders and (many times dearer) authors, times sweeps, that sampling may cost."""
KEPT = 200
"""Draws that are kept for forecasts."""
LEAST_KNOWN, LEAST_KNOWN_ORDERS = 0.05, 50.0
"""Known buyers from which persuasion is learnt: at least this part of all orders, and this many."""


@dataclass(frozen=True)
class Workings:
    """What the answers were made from: what buyers saw, how their orders were shared out, where shares came from.

    `draws` are at most `KEPT` draws of everybody's persuasion, None where nothing was fitted.
    """

    exposure: Exposure
    fit: Fit
    origins: Origins
    draws: Draws | None = None

    @cached_property
    def by_exposure(self) -> tuple[Floats, Ints]:
        """What each exposure drove, and its event, see `credit.by_exposure`; found once for all who ask."""
        return ledger.by_exposure(self.exposure, self.fit)

    @cached_property
    def by_post(self) -> Mapping[str, Floats]:
        """What each share drove and exposed, see `split.by_post`; found once for all who ask."""
        return by_post(self.exposure, self.fit)


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
    sources : DataFrame
        campaign_id, day, organic, direct, ripple: every day's orders by what caused them, as `sources.by_source` says.
    total : dict
        conversions, driven, organic, organic_share with _low and _high, delay_family ("exponential" or "heavy tail"),
        delay_tail, delay_days (mean), delay_median_days, delay_gain (held-out log likelihood of a heavier tail less
        that of the exponential) with delay_gain_error, rhythm (None, or 24 rates of organic buying by hour of the
        day in UTC, mean 1) with rhythm_gain and rhythm_gain_error, wear_out (where asked for: what `tell_wear` says,
        None where nothing can be told), bystanders (times, slope, error and explained of `bystanders.Stir`: nothing is
        explained where bystanders hardly buy more; None where it can't be looked at), iterations, converged, and the
        notes and skipped parts as message ids.
    workings : Workings, optional
        What all this was made from.
    groups : DataFrame, optional
        group, person_id, driven, driven_low, driven_high: creators who always post together, with what their group
        drove. None where nothing was fitted.
    """

    people: pd.DataFrame
    campaigns: pd.DataFrame
    credit: pd.DataFrame
    influences: pd.DataFrame
    sources: pd.DataFrame
    total: dict[str, Any]
    workings: Workings | None = None
    groups: pd.DataFrame | None = None


def drive(
    tables: Tables,
    network: Network,
    *,
    rng: np.random.Generator,
    communities: NDArray[np.int64] | None = None,
    window_days: float = 30.0,
    market: float | None = None,
    trust_codes: bool = False,
    wear_out: bool = False,
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
    wear_out : bool, default False
        Let a creator's later posts in a campaign and window work less, or more, than the first; `per_1000` is then of
        the first.
    progress : callable, optional
        Told ``("drivers", done, of)``.

    Returns
    -------
    Drivers
        Cost O(exposures of buyers), independent of how many people follow without buying.
    """
    exposure = expose(tables, network, communities=communities, window_days=window_days, market=market)
    tell = progress or (lambda *_: None)
    tell("drivers", 0, 100)
    skipped = _nothing_to_fit(exposure)
    blind = _blind(exposure)
    model = Hazard(exposure, trust_codes=trust_codes, whole=blind)
    begun = start(model)
    draws, choice, rhythm, stir = None, None, FLAT, None
    if skipped:  # nothing tells causes apart: every order is organic
        fit = settle(_whole(model), begun, organic_only=True)
    else:
        light = maximise(model, begun, progress=lambda done, of: tell("drivers", done * 10 // of, 100))
        model, light, rhythm = learn_rhythm(
            model, light, progress=lambda done, of: tell("drivers", 10 + done * 5 // of, 100)
        )
        tell("drivers", 15, 100)
        common, choice = choose_tail(model, light, progress=lambda done, of: tell("drivers", 15 + done * 5 // of, 100))
        keep, whole = 200 if blind else _sweeps(exposure), _whole(model)
        draws = sample(
            model, common.parameters, log_followers=_centred_log(exposure, network), rng=rng, burn=max(keep // 3, 100),
            keep=keep, wear_out=wear_out and not blind, whole=None if blind else whole,
            progress=lambda done, of: tell("drivers", 20 + done * 75 // of, 100),
        )  # fmt: skip
        fit = settle(whole, common.parameters if blind else draws.mean)
        fit = fit if draws.parts is None else reshare(whole, fit, draws.parts)
        stir = None if blind else watch_bystanders(whole, fit)
        fit = replace(fit, iterations=common.iterations, converged=common.converged)
        draws = draws if blind else _with_crowd(draws, fit, exposure, rng)
        draws = draws if stir is None else replace(draws, explained=stir.explained)
    tell("drivers", 96, 100)
    pairs = together(exposure) if draws is not None and not blind else {}
    told = _verdicts(model, draws, blind, _names(exposure, network), pairs)
    origins = find_origins(tables, network, exposure)
    tell("drivers", 98, 100)
    apart = {one: others for one, others in pairs.items() if str(told[one]).startswith(TOGETHER)}
    groups = group_credit(exposure, fit, draws, apart) if draws is not None else None
    people = people_table(tables, network, exposure, fit, draws, told, groups)
    total = totals(exposure, fit, draws, told, skipped, choice, rhythm, stir)
    if wear_out:
        total["wear_out"] = tell_wear(draws.wear) if draws is not None and draws.wear is not None else None
    if origins.any and draws is not None:
        people.loc[exposure.authors, list(RIPPLE)] = np.column_stack(ripples(exposure, fit, draws, origins, rng=rng))
    tell("drivers", 100, 100)
    return Drivers(
        people,
        ledger.by_campaign(exposure, fit),
        ledger.by_order(exposure, fit),
        ledger.influences(exposure, fit, network, origins.chance),
        by_source(exposure, fit, origins.chance),
        total,
        Workings(exposure, fit, origins, draws.thinned(KEPT) if draws is not None else None),
        groups,
    )


def _whole(model: Hazard) -> Hazard:
    """The model with orders without buyer taking part."""
    if model.whole:
        return model
    return Hazard(model.exposure, trust_codes=model.trust_codes, pieces=model.pieces)


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


def _sweeps(exposure: Exposure) -> int:
    """Sweeps to keep: fewer where each costs more, for many orders need fewer."""
    links, orders = exposure.links.author.size, float(exposure.events.weight.sum())
    cost = links + orders + AUTHOR_COST * len(exposure.authors)
    return int(np.clip(COST_OF_SWEEPS / max(cost, 1.0), 200, 1000))


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
    part = summed(credit, links.author[crowd], len(exposure.authors))
    mean = np.maximum(draws.theta.mean(axis=0), 1e-300)
    return replace(draws, caused=draws.caused + rng.poisson(part * draws.theta / mean), bound=draws.bound + part)


def _names(exposure: Exposure, network: Network) -> list[str]:
    """What to call authors: creators by their id, others by a pseudonym."""
    listed = are_creators(network, exposure.authors)
    masks = dict(zip(exposure.authors[~listed], pseudonyms(exposure.authors[~listed]), strict=True))
    return [masks.get(name, name) for name in exposure.authors]


def _verdicts(
    model: Hazard, draws: Draws | None, blind: bool, names: list[str], pairs: Mapping[int, Sequence[int]]
) -> NDArray[np.object_]:
    """Whether each author's effect can be told at all."""
    if draws is None:
        return np.full(model.authors, None, dtype=object)
    if blind:
        return np.full(model.authors, NO_BUYERS, dtype=object)
    expected, tail = draws.exposed * draws.expected, draws.mean.tail
    return np.array(verdicts(model, draws.mean.rate, expected, names, tail=tail, pairs=pairs), dtype=object)
