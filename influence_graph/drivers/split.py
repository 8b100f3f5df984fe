"""What any groups of shares drove, each with its interval: credit that moves together is counted together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array, hstack

from influence_graph.drivers.answers import FLOOR
from influence_graph.drivers.credit import by_share, value_by_share
from influence_graph.drivers.delay import Delay
from influence_graph.drivers.em import Fit
from influence_graph.drivers.exposure import Exposure
from influence_graph.drivers.gibbs import Draws
from influence_graph.drivers.identify import DOUBTFUL
from influence_graph.drivers.lift import LEVELS
from influence_graph.drivers.parts import cut_parts, in_parts
from influence_graph.drivers.sums import summed
from influence_graph.drivers.viewers import Viewers
from influence_graph.kernels import groups

Floats = NDArray[np.float64]


def exposed_by_share(exposure: Exposure, fit: Fit) -> Floats:
    """(shares,) float64: people whom each share exposed; those of an author add up to what the fit says of them."""
    shares, point, follows = exposure.shares, fit.parameters, exposure.follows
    author, time, end = (shares[name].to_numpy() for name in ("author", "time", "end"))
    below = Delay(point.rate, point.tail, exposure.window).below(end - time)
    if follows.author.size:  # whoever follows later than the share is exposed from then on
        seen = Viewers(shares, follows, exposure.window).seen(point.rate, point.tail)
    else:
        seen = shares["audience"].to_numpy() * below
    seen = (seen + (exposure.touched + exposure.surplus) * below) * exposure.turn**-point.wear
    whole = summed(seen, author, len(exposure.authors))
    rescaled = np.divide(fit.exposed, whole, out=np.zeros(whole.size), where=whole > 0)
    return np.asarray(seen * rescaled[author])


def by_post(exposure: Exposure, fit: Fit) -> dict[str, Floats]:
    """Of each share, as `exposure.shares` has them: driven, driven_value, exposed, and its author's usual audience."""
    usual = exposure.shares.groupby("author")["audience"].transform("mean").to_numpy(dtype=np.float64)
    basis = exposure.shares["basis"].to_numpy(dtype=object)
    return {
        "driven": by_share(exposure, fit),
        "driven_value": value_by_share(exposure, fit),
        "exposed": exposed_by_share(exposure, fit),
        "audience": np.where(basis != "", usual, np.nan),
    }


def by_group(values: Floats, weights: Floats | csr_array) -> Floats:
    """(..., groups): weighted sums over the last axis; added in one order, whatever the number of threads.

    O(values): what belongs to a group by nothing costs nothing, once `weights` are a csr_array.
    """
    held = csr_array(weights)
    rows = np.ascontiguousarray(np.atleast_2d(values), dtype=np.float64).view()
    rows.flags.writeable = False  # as some are: one loop is compiled for all
    begin, place = (each.astype(np.int64, copy=False) for each in (held.indptr, held.indices))
    sums = np.zeros((len(rows), held.shape[1]))

    def add_up(_: int, first: int, last: int) -> None:
        groups.add_up(rows[first:last], begin, place, held.data, sums[first:last])

    in_parts(add_up, cut_parts(rows.shape[1] * np.arange(len(rows) + 1)) if len(rows) > 1 else [(0, len(rows))])
    return sums.reshape(*np.shape(values)[:-1], held.shape[1])


def split(
    exposure: Exposure,
    draws: Draws | None,
    own: Mapping[str, Floats],
    weights: Floats | csr_array,
    *,
    identifiable: pd.Series,
    total: Mapping[str, Any],
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Split credit and exposure over groups of shares.

    Parameters
    ----------
    exposure, draws
        The driver model's workings.
    own : mapping of str to (shares,) float64
        What `by_post` says of each share.
    weights : (shares, groups) float64, in [0, 1]
        How far each share, in the order of `exposure.shares`, belongs to each group; dense, or a csr_array.
    identifiable : Series
        Verdict by person_id, as `Drivers.people` holds it.
    total : mapping
        As `Drivers.total`.
    rng : numpy.random.Generator
        The same generator gives the same intervals.

    Returns
    -------
    DataFrame
        One row a group: exposed (people times shares, as far as their delay is lived through), driven with driven_low
        and driven_high (conversions), driven_value (in the main currency), per_1000 with per_1000_low and
        per_1000_high (conversions per 1,000 exposed). Intervals are 90 %, NaN where nothing was fitted.
        A single group of all shares gets the interval of the total. What a creator drove moves as a whole; where a
        creator has shares in several groups, which of them an order came from is uncertain beside that, as a deal by
        the fit's own parts is. Cost O(draws * authors), times the groups that an author has shares in.
    """
    author = exposure.shares["author"].to_numpy(dtype=np.int64)
    credit, exposed, held = own["driven"], own["exposed"], csr_array(weights)
    table = pd.DataFrame(
        {
            "exposed": by_group(exposed, held),
            "driven": by_group(credit, held),
            "driven_low": np.nan,
            "driven_high": np.nan,
            "driven_value": by_group(own["driven_value"], held),
        }
    )
    people = table["exposed"].where(table["exposed"] > 1e-9)
    table["per_1000"] = 1000.0 * table["driven"] / people
    table["per_1000_low"], table["per_1000_high"] = np.nan, np.nan
    if draws is None:
        return table
    firm = ~identifiable.reindex(exposure.authors).isin(DOUBTFUL).to_numpy()
    parts = _parts(held, credit, exposed, author, len(exposure.authors))
    of_firm, caused = _rows(parts, firm), draws.caused
    doubt = by_group(np.where(firm, 0.0, np.maximum(draws.bound - caused.mean(axis=0), 0.0)), parts)
    evident = bool(total.get("driven_low"))
    explained = by_group(draws.left_out, of_firm)
    floor = FLOOR * float(exposure.orders["count"].sum()) * table["exposed"] / max(exposed.sum(), 1e-9)
    drawn = dict(zip(("low", "high"), _dealt(caused, (of_firm, parts), rng), strict=True))
    for name, counts in drawn.items():
        rate = rng.gamma(counts + 0.5)
        level = LEVELS[name == "high"]
        edge = pd.Series(np.quantile(counts, level, axis=0))
        at = pd.Series(np.quantile(rate, level, axis=0))
        if name == "low":
            edge, at = ((part - floor - explained).clip(lower=0.0) * evident for part in (edge, at))
            table["driven_low"] = np.minimum(edge, table["driven"])
            table["per_1000_low"] = np.minimum(1000.0 * at / people, table["per_1000"])
        else:
            table["driven_high"] = np.maximum(edge + floor + doubt, table["driven"])
            table["per_1000_high"] = np.maximum(1000.0 * (at + floor + doubt) / people, table["per_1000"])
    return table


def _parts(held: csr_array, credit: Floats, exposed: Floats, author: NDArray[np.int64], authors: int) -> csr_array:
    """(authors, groups): the part of each author's credit in each group; of their exposure where they have none."""
    part, whole = _by_author(held, credit, author, authors), summed(credit, author, authors)
    seen, all_seen = _by_author(held, exposed, author, authors), summed(exposed, author, authors)
    idle = whole <= 1e-9
    part[idle], whole[idle] = seen[idle], all_seen[idle]
    return csr_array(np.divide(part, whole[:, None], out=np.zeros_like(part), where=whole[:, None] > 0))


def _by_author(held: csr_array, amount: Floats, author: NDArray[np.int64], authors: int) -> Floats:
    """(authors, groups): what each author's shares have of an amount, by group."""
    share, size = np.repeat(np.arange(author.size), np.diff(held.indptr)), (authors, held.shape[1])
    place = author[share] * size[1] + held.indices
    return summed(held.data * amount[share], place, authors * size[1]).reshape(size)


def _rows(parts: csr_array, kept: NDArray[np.bool_]) -> csr_array:
    """The same with nothing in all rows but these."""
    some = parts.copy()
    some.data *= np.repeat(kept, np.diff(parts.indptr))
    some.eliminate_zeros()
    return some


def _dealt(caused: Floats, parts: Sequence[csr_array], rng: np.random.Generator) -> list[Floats]:
    """(draws, groups) each: conversions of each group, those of authors in several groups dealt out at random."""
    left = [part.copy() for part in parts]
    for each in left:
        each.data *= 1.0 - each.data
    sums = np.split(by_group(caused, hstack([*parts, *left]).tocsr()), 2 * len(parts), axis=1)
    return [
        np.asarray(np.maximum(mean + rng.standard_normal(mean.shape) * np.sqrt(np.maximum(unsure, 0.0)), 0.0))
        for mean, unsure in zip(sums[: len(parts)], sums[len(parts) :], strict=True)
    ]
