"""Designing an experiment: who can take part, which creators are alike, and the draw."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from influence_graph import network as networks
from influence_graph.errors import TablesError, UsageError
from influence_graph.experiment.audience import Audience, observe
from influence_graph.experiment.blocks import form
from influence_graph.experiment.designs import CREATORS, LEFT_OUT, Design
from influence_graph.experiment.outcomes import Bought, Periods, collect, expect, outcomes, past
from influence_graph.experiment.power import foresee
from influence_graph.experiment.shortlist import shortlist as find
from influence_graph.tables.resolve import resolve
from influence_graph.tables.schema import Tables

Ints = NDArray[np.int64]
Progress = Callable[[str, int, int], None]
"""Called with the stage's message id, the steps done and their number (0: unknown)."""


def design(
    tables: Tables,
    shortlist: Sequence[str] | Path | None = None,
    *,
    start: pd.Timestamp,
    days: int = 30,
    take: int | None = None,
    share: float = 0.5,
    apart: float | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> Design:
    """Draw at random whom to activate out of a shortlist, and say what lift that could show.

    The unit is the creator; the outcome is the orders of their followers in the window, an order of somebody who
    follows several creators of the list divided among them. Creators of whom as much is to be expected share a block,
    and the draw is made within blocks.

    Parameters
    ----------
    tables : Tables
        As read. Orders since the start are not looked at.
    shortlist : sequence of str, Path or None
        Ids, handles, codes or names, or a file with a column of them; None for every creator with followers.
    start : Timestamp
        When the activated begin, with its time zone.
    days : int, default 30
        How long orders are counted.
    take : int, optional
        How many to activate; `share` of the list where not given.
    share : float, default 0.5
        Half of the list shows most.
    apart : float in [0, 1], optional
        Leave out creators until none shares a larger part of their followers with the others.
    seed : int, default 0
        The same seed gives the same design.
    progress : callable, optional
        Called with the stage's message id, steps done and their number.

    Returns
    -------
    Design
        O(follows of the list x plays of `foresee`).

    Raises
    ------
    UsageError
        `take` leaves nobody to activate, or nobody to leave alone.
    TablesError
        Nobody follows anybody, no follower of the list ordered before the start, or fewer than two creators are left.
    """
    tell = progress or (lambda *_: None)
    tell("experiment.stage-audiences", 0, 0)
    tables = resolve(tables)
    network = networks.build(tables)
    if not network.n_edges:
        raise TablesError("experiment.no-follows")
    listed = find(shortlist, tables, network)
    everybody = observe(network, listed.creators, before=start)
    audience, left_out = _participants(everybody, apart, asked=shortlist is not None)
    bought = collect(tables, network)
    seen = past(bought, start, days)
    if seen is None:
        raise TablesError("experiment.no-history", start=start.date())
    if not outcomes(audience, bought, seen).any():
        raise TablesError("experiment.no-outcomes", n=len(bought.at))
    audience = audience.only(_ranked(audience, bought, seen))
    history = outcomes(audience, bought, seen)
    forecast = expect(history.sum(axis=1), audience.share).over(days / (seen.days * seen.number))
    blocks = form(forecast.mean, _number(take, share, len(audience.creators)))
    activated = blocks.activated(blocks.draw(np.random.default_rng([seed, 0]), 1)[0])
    tell("experiment.stage-audiences", 1, 1)
    tell("experiment.stage-power", 0, 0)
    scaled = history * (days / seen.days)
    power = foresee(audience, scaled, forecast, days, int(activated.sum()), np.random.default_rng([seed, 1]))
    tell("experiment.stage-power", 1, 1)
    creators = pd.DataFrame(
        {
            "block": blocks.block + 1,
            "creator_id": audience.creators,
            "name": network.nodes["name"].reindex(audience.creators).to_numpy(),
            "activate": activated,
            "probability": blocks.probability,
            "expected": forecast.mean,
            "followers": audience.size,
            "shared": audience.also_elsewhere,
        }
    ).astype(CREATORS)
    return Design(
        creators=creators.sort_values(["block", "activate"], ascending=[True, False], kind="stable", ignore_index=True),
        start=start,
        days=days,
        seed=seed,
        apart=apart,
        power=power,
        history=_history(audience, bought, seen, start),
        retained=float(audience.retained.mean()),
        basis=_basis(tables, audience),
        digest=audience.digest(network),
        left_out=pd.DataFrame([*listed.left_out, *left_out], columns=list(LEFT_OUT), dtype="str"),
        version=_version(),
    )


def _participants(audience: Audience, apart: float | None, *, asked: bool) -> tuple[Audience, list[tuple[str, str]]]:
    """Who can take part, and why the others can't; creators without followers whom nobody asked for go unnamed."""
    followed = np.flatnonzero(audience.size > 0)
    unseen = audience.creators[audience.size == 0] if asked else []
    audience = audience.only(followed)
    kept = np.arange(len(followed)) if apart is None else audience.apart(apart)
    crossing = np.delete(audience.creators, kept)
    if len(kept) < 2:
        message = "experiment.too-few" if len(followed) < 2 else "experiment.none-apart"
        raise TablesError(message, n=len(kept), listed=len(followed))
    return audience.only(kept), [*((name, "no followers") for name in unseen), *((name, "apart") for name in crossing)]


def _ranked(audience: Audience, bought: Bought, seen: Periods) -> Ints:
    """Creators by what is to be expected of them, of equals the larger first: what they are called does not matter."""
    expected = expect(outcomes(audience, bought, seen).sum(axis=1), audience.share).mean
    return np.lexsort((-audience.share, -expected))


def _number(take: int | None, share: float, creators: int) -> int:
    if take is None:
        return min(max(round(share * creators), 1), creators - 1)
    if not 0 < take < creators:
        raise UsageError("experiment.bad-take", take=take, creators=creators, most=creators - 1)
    return take


def _history(audience: Audience, bought: Bought, seen: Periods, start: pd.Timestamp) -> dict[str, Any]:
    inside = seen.of(bought.at) >= 0
    unknown = int((seen.of(bought.unknown) >= 0).sum())
    ordered = bought.at.append(bought.unknown)
    return {
        "begin": seen.begin.isoformat(),
        "days": seen.days,
        "number": seen.number,
        "orders": float(outcomes(audience, bought, seen).sum()),
        "shared": audience.shared(bought.person[inside], bought.count[inside]),
        "unknown": unknown / max(unknown + int(inside.sum()), 1),
        "until": ordered[ordered < start].max().isoformat(),
    }


def _basis(tables: Tables, audience: Audience) -> str:
    if tables.follows.empty:
        return "touches"
    of_list = tables.follows["followed_id"].isin(audience.creators)
    return "undated follows" if tables.follows["since"][of_list].isna().any() else "follows"


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("influence-graph")
    except PackageNotFoundError:  # a checkout that nobody installed
        return "0"
