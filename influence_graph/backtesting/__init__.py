"""What the data themselves say for and against: models of the past, judged by orders that they have not seen.

Do shares drive conversions at all? Do creators differ? Would follower counts do? Each question is a pair of nested
models, and each answer an interval over whole campaigns; "no evidence" is the answer of any that includes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from time import perf_counter

import numpy as np
import pandas as pd

from influence_graph import network as networks
from influence_graph.backtesting.claims import Claim
from influence_graph.backtesting.description import SCORES
from influence_graph.backtesting.result import WORDS, Backtest
from influence_graph.backtesting.sample import draw
from influence_graph.backtesting.trial import Trial, untested
from influence_graph.drivers.exposure import Exposure
from influence_graph.measures import all_measures
from influence_graph.network import Network
from influence_graph.tables.resolve import resolve_accounts
from influence_graph.tables.schema import Tables

__all__ = ["SCORES", "WORDS", "Backtest", "Claim", "backtest", "untested"]

Progress = Callable[[str, int, int], None]


def backtest(
    tables: Tables,
    network: Network | None = None,
    *,
    measures: pd.DataFrame | None = None,
    exposure: Exposure | None = None,
    window_days: float = 30.0,
    market: float | None = None,
    stirred: bool = False,
    seed: int = 0,
    progress: Progress | None = None,
) -> Backtest:
    """Hold orders out and see who predicts them: creators' shares, follower counts, or what people buy anyway.

    Every campaign is held out once, in up to five trainings; where there are fewer than four with enough orders, the
    last 30 % of time, in stretches. Persuasion is learnt from the other orders alone. What people buy by themselves
    in the held-out part is fitted to it, the same under every model. Of more than `sample.MOST_ORDERS` orders a part
    is judged, of all who share and of some of the others.

    Parameters
    ----------
    tables : Tables
        As read, or resolved where a network is given.
    network : Network, optional
        Built from these tables.
    measures : DataFrame, optional
        `measures.all_measures` of the network.
    exposure : Exposure, optional
        Listed from the same tables, network and communities, where it is at hand.
    window_days : float, default 30
        How long a share can lead to a conversion.
    market : float, optional
        People who could buy.
    stirred : bool, default False
        Whether all credit may be what moved whole communities, as `drivers.bystanders` tells: then nothing is claimed.
    seed : int, default 0
        The same seed gives the same answer.
    progress : callable, optional
        Told ``("backtesting.stage", done, of)``.

    Returns
    -------
    Backtest
        Cost O(trainings * sweeps * exposures of buyers).

    References
    ----------
    Vehtari & Ojanen (2012), A survey of Bayesian predictive methods for model assessment, selection and comparison,
    https://doi.org/10.1214/12-SS102
    """
    begun, given = perf_counter(), network
    if network is None:
        tables, _ = resolve_accounts(tables)
        network = networks.build(tables)
    if measures is None:
        measures = all_measures(network, rng=np.random.default_rng([seed, 1]))
    tell = progress or (lambda *_: None)
    if not measures.index.equals(network.nodes.index):
        measures = measures.reindex(network.nodes.index)
    part = draw(tables, network, rng=np.random.default_rng([seed, 8]))
    tell("backtesting.stage", 0, 1)
    if part:
        tables, network, exposure = part.tables, part.network, None
        measures = measures[part.stays]
        market = market * part.people if market else None
    elif given is not None:
        network, measures, exposure = _apart(network, measures, exposure)
    how = {"window_days": window_days, "market": market}
    told = Trial(tables, network, measures, how=how, seed=seed, progress=tell, exposure=exposure, stirred=stirred).run()
    held = told.held | {"sample": part.record() if part else None} if told.held else told.held
    return replace(told, held=held, seconds=round(perf_counter() - begun, 3))


def _apart(
    network: Network, measures: pd.DataFrame, exposure: Exposure | None
) -> tuple[Network, pd.DataFrame, Exposure | None]:
    """The same with ids to look up in that nobody else looks up in: pandas makes its tables of ids on the way."""
    ids = pd.Index(network.nodes.index.array, name=network.nodes.index.name)
    if exposure is not None:
        exposure = replace(exposure, authors=pd.Index(exposure.authors.array))
    return replace(network, nodes=network.nodes.set_axis(ids)), measures.set_axis(ids), exposure
