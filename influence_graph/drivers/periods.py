"""Persuasion before and after a moment: the same person's posts told apart, and what each side drives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from influence_graph.drivers.contacts import days_between
from influence_graph.drivers.credit import strength
from influence_graph.drivers.drive import Workings
from influence_graph.drivers.exposure import Exposure
from influence_graph.drivers.gibbs import Prior
from influence_graph.drivers.sums import summed
from influence_graph.kernels.dealing import deal

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
BURN, KEEP = 150, 600
"""Sweeps dropped and kept."""
SPREAD = (1.0, 1.0)
"""What is believed of how alike ratios are before the data say: mean and spread of the log shape of their Gamma."""


@dataclass(frozen=True)
class Periods:
    """Posts of some people, each in the time before or after a moment of theirs.

    Attributes
    ----------
    people : (units,) int64
        Authors, by their number in `exposure.authors`.
    posts, exposed : (units, 2) float64
        Posts before and after, and people times posts who could see them, as many as followed at the time.
    orders : (events,) float64
        Orders that any of them may have driven.
    rest : (events,) float64
        The part of each that is owed to others, or to nobody.
    ptr, cause, weight
        The causes among these people, in compressed rows by event: ``2 * unit + period``, and how strongly each works
        where a post drives one conversion per exposed person.
    """

    people: Ints
    posts: Floats
    exposed: Floats
    orders: Floats
    rest: Floats
    ptr: Ints
    cause: Ints
    weight: Floats


def periods(workings: Workings, people: Ints, moved: Floats, then: Floats) -> Periods:
    """Tell posts and exposures of some people apart by a moment.

    Parameters
    ----------
    workings : Workings
    people : (units,) int64
        Authors.
    moved : (units,) float64
        Each one's moment, in days as `exposure.shares` has them.
    then : (shares,) float64
        Followers at the time of each post over those of today; 1 where its audience is its own, as views are.

    Returns
    -------
    Periods
        O(exposures of buyers + shares).
    """
    exposure, fit = workings.exposure, workings.fit
    shares, links, events = exposure.shares, exposure.links, exposure.events
    author = shares["author"].to_numpy(dtype=np.int64)
    unit = np.full(len(exposure.authors), -1, np.int64)
    unit[people] = np.arange(people.size)
    unit_of = unit[author]
    moment = np.append(moved, np.inf)  # of nobody: looked up by -1
    place = 2 * unit_of + (shares["time"].to_numpy() >= moment[unit_of])
    mine, size = unit_of >= 0, 2 * people.size
    here = np.where(dated(exposure)[author], 1.0, then)  # the model knows who followed by then where follows are dated
    posts = np.bincount(place[mine], minlength=size).astype(np.float64)
    seen = summed((workings.by_post["exposed"] * here)[mine], place[mine], size)

    link = np.repeat(np.arange(links.author.size), np.diff(links.exposure_ptr))
    works = strength(exposure, fit)
    whole = summed(works, link, links.author.size)
    known = mine[links.share] & (whole[link] > 0)
    event = links.event[link]
    there = np.where(events.crowd[event], then[links.share], here[links.share])
    owed = fit.responsibility[link] / np.maximum(fit.parameters.theta[links.author[link]], 1e-300)
    each = np.divide(works * there * owed, whole[link], out=np.zeros(link.size), where=whole[link] > 0)
    touched, row = np.unique(event[known], return_inverse=True)
    cell, at = np.unique(row * size + place[links.share][known], return_inverse=True)
    weight = summed(each[known], at, cell.size)
    ours = unit[links.author] >= 0
    taken = summed(fit.responsibility[ours], links.event[ours], events.time.size)[touched]
    ptr = np.searchsorted(cell // max(size, 1), np.arange(touched.size + 1))
    return Periods(
        people=people,
        posts=posts.reshape(-1, 2),
        exposed=seen.reshape(-1, 2),
        orders=events.weight[touched],
        rest=np.maximum(1.0 - taken, 0.0),
        ptr=ptr.astype(np.int64),
        cause=(cell % max(size, 1)).astype(np.int64),
        weight=weight,
    )


@dataclass(frozen=True)
class Held:
    """Draws of persuasion before and after.

    Attributes
    ----------
    before, ratio : (draws, units) float64
        Conversions per exposed person and post before, and how many times that after.
    driven : (draws, units, 2) float64
        Conversions before and after.
    pooled : (draws, groups) float64
        How many times as much an exposure after does as one before, over each group's people, who are drawn anew in
        every draw; NaN where there is nobody.
    """

    before: Floats
    ratio: Floats
    driven: Floats
    pooled: Floats


def hold(told: Periods, group: Ints, groups: int, *, rng: np.random.Generator) -> Held:
    """Draw how persuasive people were before and after, by Gibbs sampling.

    What others drove, and what nobody did, stays as the driver model has it; orders that these people may have driven
    draw their cause anew. Persuasion before is Gamma about a common mean, and so is each group's ratio: both are learnt
    (empirical Bayes: Clayton & Kaldor 1987), so that who has few orders is drawn to what is usual. The pooled ratio is
    that of all conversions after to what they would have been at each person's rate before, with people weighted anew
    in each draw (the Bayesian bootstrap: Rubin 1981).

    Parameters
    ----------
    told : Periods
    group : (units,) int64
        Below `groups`: whose ratios resemble each other.
    groups : int
    rng : numpy.random.Generator
        The same generator gives the same draws.

    Returns
    -------
    Held
        O(sweeps * causes).

    References
    ----------
    D. Clayton & J. Kaldor, Empirical Bayes estimates of age-standardized relative risks, 1987,
    https://doi.org/10.2307/2532003; D. B. Rubin, The Bayesian bootstrap, 1981, https://doi.org/10.1214/aos/1176345338
    """
    units = told.people.size
    seen = np.maximum(told.exposed, 1e-12)
    counts, nothing = np.zeros(2 * units), np.zeros(units)
    usual = max(float(told.orders @ (1.0 - told.rest)), 1e-9) / float(seen.sum() if units else 1.0)
    persuasion = Prior.about(usual, begin=usual)
    ratios = [Prior(np.zeros(3), np.array([*SPREAD, 0.0, 1.0, 0.0, 1.0])) for _ in range(groups)]
    theta, ratio = np.full(units, usual), np.ones(units)
    drawn = [np.empty((KEEP, units)), np.empty((KEEP, units)), np.empty((KEEP, units, 2)), np.empty((KEEP, groups))]
    for sweep in range(BURN + KEEP):
        rate = np.column_stack([theta, theta * ratio]).ravel()
        orders = np.floor(told.orders + rng.random(told.orders.size)).astype(np.int64)  # some exports count in parts
        deal(rng, orders, told.rest, told.ptr, told.weight * rate[told.cause], told.cause, counts)
        by = counts.reshape(-1, 2)
        theta = persuasion.draw(rng, by.sum(axis=1), seen[:, 0] + ratio * seen[:, 1], nothing)
        expected = theta * seen[:, 1]
        for number, prior in enumerate(ratios):
            mine = group == number
            ratio[mine] = prior.draw(rng, by[mine, 1], expected[mine], nothing[mine])
        if sweep >= BURN:
            anew = rng.standard_exponential(units)
            after, would = (summed(anew * each, group, groups) for each in (expected * ratio, expected))
            pooled = np.divide(after, would, out=np.full(groups, np.nan), where=would > 0)
            for values, value in zip(drawn, (theta, ratio, by, pooled), strict=True):
                values[sweep - BURN] = value
    return Held(*drawn)


def dated(exposure: Exposure) -> NDArray[np.bool_]:
    """(authors,) bool: of most of whose followers it is told since when.

    Those without a date count as there from the start, so that a few dates alone would hide how many came later.
    """
    follows, size = exposure.follows, len(exposure.authors)
    known = np.bincount(follows.author[np.isfinite(follows.since)], minlength=size)
    return np.asarray(2 * known > np.bincount(follows.author, minlength=size))


def followers_then(counts: pd.DataFrame, workings: Workings) -> Floats:
    """(shares,) float64: followers at the time of each post over the latest count; 1 where its audience is its own.

    Counts are read between times on the log scale. Views are of the post itself; follows and declared followers are
    those of today, however few followed when it was posted. O(counts + shares).
    """
    exposure = workings.exposure
    shares = exposure.shares
    then = np.ones(len(shares))
    number = exposure.authors.get_indexer(pd.Index(counts["creator_id"], dtype="str"))
    kept = (number >= 0) & counts["followers"].gt(0).to_numpy()
    known, number = counts[kept], number[kept]
    if not number.size:
        return then
    days = days_between(known["at"], exposure.begin)
    order = np.lexsort((days, number))
    number, days = number[order], days[order]
    logs = np.log(known["followers"].to_numpy(dtype=np.float64)[order])
    begin, end = (np.searchsorted(number, np.arange(len(exposure.authors)), side=side) for side in ("left", "right"))
    author, told = shares["author"].to_numpy(dtype=np.int64), end > begin
    some = told[author] & (shares["basis"].to_numpy(dtype=object) != "views")
    of = author[some]
    at = np.clip(shares["time"].to_numpy()[some], days[begin[of]], days[end[of] - 1])
    apart = float(np.ptp(days)) + 1.0  # everybody's counts one behind the other
    then[some] = np.exp(np.interp(of * apart + at, number * apart + days, logs) - logs[end[of] - 1])
    return then
