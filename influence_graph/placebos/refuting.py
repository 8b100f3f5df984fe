"""All placebos in turn: times swapped, follows turned round, later posts, and follows without dates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from influence_graph import network as networks
from influence_graph.drivers.audience import are_creators
from influence_graph.drivers.contacts import list_touches
from influence_graph.drivers.delay import Delay
from influence_graph.drivers.em import maximise, start
from influence_graph.drivers.exposure import Exposure, expose
from influence_graph.drivers.hazard import Hazard
from influence_graph.drivers.quick import fit_quickly
from influence_graph.errors import TablesError, UsageError
from influence_graph.measures.communities import communities as find_communities
from influence_graph.network import Network
from influence_graph.placebos.answer import PEOPLE, TESTS, Placebo, Result
from influence_graph.placebos.arrangements import Shuffle, linked
from influence_graph.placebos.chance import LEVELS, p_of, z_and_q, z_of
from influence_graph.placebos.directions import TURNS, look_ahead, reverse
from influence_graph.placebos.followers import undated, without_singles
from influence_graph.placebos.sentences import tell
from influence_graph.placebos.verdicts import FEWEST_ORDERS, judge
from influence_graph.tables.resolve import resolve
from influence_graph.tables.schema import Tables

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Progress = Callable[[str, int, int], None]
FEWEST = 20
"""Shuffles under which no creator could ever stand: q is at least 1 / (shuffles + 1)."""
FALSE_DISCOVERIES = 0.05


def placebo(
    tables: Tables,
    network: Network | None = None,
    *,
    communities: Ints | None = None,
    shuffles: int = 50,
    window_days: float = 30.0,
    market: float | None = None,
    trust_codes: bool = False,
    seed: int = 0,
    progress: Progress | None = None,
) -> Placebo:
    """Try to refute the credit: give the model causes that can't have been any, and see how much it credits them.

    Each arrangement is fitted by the same quick estimate as the real one, at the delay learnt from the real one.

    Parameters
    ----------
    tables : Tables
        As read; resolved where a network is given.
    network : Network, optional
        Built from the same tables.
    communities : (n_people,) int64, optional
        Community of everybody in the network, negative for none; found anew where not given.
    shuffles : int, default 50
        How often post times are swapped, at least `FEWEST`.
    window_days, market, trust_codes
        As `map_tables` takes them.
    seed : int, default 0
        The same seed gives the same answer.
    progress : callable, optional
        Called with the stage's message id, steps done and their number.

    Returns
    -------
    Placebo
        Cost O(shuffles * (exposures of buyers + shares)) times some seventy steps.

    Raises
    ------
    TablesError
        Without shares or without orders there is no credit to refute.
    UsageError
        Fewer than `FEWEST` shuffles.

    References
    ----------
    A. Anagnostopoulos, R. Kumar & M. Mahdian, Influence and correlation in social networks, 2008,
    https://doi.org/10.1145/1401890.1401897.
    """
    check_shuffles(shuffles)
    tell_progress = progress or (lambda *_: None)
    tell_progress("placebos.stage", 0, 0)
    if network is None:
        tables = resolve(tables)
        network = networks.build(tables)
    if communities is None:
        communities = find_communities(network, rng=np.random.default_rng([seed, 1])).labels
    whole = expose(tables, network, communities=communities, window_days=window_days, market=market)
    if whole.shares.empty or whole.orders.empty:
        raise TablesError("placebos.nothing-to-test")
    done, of = 0, shuffles + 3 * TURNS + 4

    def step() -> None:
        nonlocal done
        done += 1
        tell_progress("placebos.stage", min(done, of - 1), of)

    streams = np.random.default_rng([seed, 4]).spawn(3)
    anew = linked(whole, list_touches(tables, whole.shares, network, whole.orders, whole.begin), market)
    model = Hazard(anew, trust_codes=trust_codes, whole=False)
    seen = np.unique(anew.links.event[anew.links.exposed]).size
    results, people = [Result(test, float(model.weight.sum())) for test in ("time", "reversed", "future")], None
    followers: dict[str, float] = {}
    rate = np.nan
    if seen >= FEWEST_ORDERS:
        rate = maximise(model, start(model)).parameters.rate
        movable = replace(tables, shares=tables.shares[_movable(tables.shares)])
        if len(movable.shares):
            partly = expose(movable, network, communities=communities, window_days=window_days, market=market)
            results[0], people = _swap(
                partly, movable, network, rate, shuffles=shuffles, market=market, trust_codes=trust_codes,
                rng=streams[0], step=step,
            )  # fmt: skip
            if whole.follows.author.size:
                results[2] = look_ahead(partly, network, rate, rng=streams[2], step=step)
        if whole.follows.author.size:
            results[1] = reverse(whole, network, rate, rng=streams[1], step=step)
            if undated(whole):
                fit = fit_quickly(model, rate)
                followers = without_singles(tables, network, communities, anew, model, fit, rate, market=market)
    told = pd.DataFrame([asdict(result) for result in results])[list(TESTS)]
    table = _people(whole, network, people)
    tell_progress("placebos.stage", of, of)
    nameless = float(whole.orders.loc[whole.orders["person_id"].isna(), "count"].sum())
    run = {
        "shuffles": shuffles, "turns": TURNS, "seed": seed, "window_days": window_days,
        "market": market, "trust_codes": trust_codes,
        "delay_days": Delay(rate, 0.0, window_days).mean if rate == rate else None,
        "anonymous": nameless,
        "unlinked": float(whole.events.weight[whole.events.crowd].sum()) - nameless,
        "orders": float(whole.orders["count"].sum()),
        "follows": int(whole.follows.author.size),
    }  # fmt: skip
    return Placebo(told, table, followers, tuple(tell(told, table, followers, run)), run)


def check_shuffles(shuffles: int) -> None:
    """Raise where so few shuffles would tell nothing of a creator: worth knowing before the work."""
    if shuffles < FEWEST:
        raise UsageError("placebos.too-few", n=FEWEST, shuffles=shuffles)


def _movable(shares: pd.DataFrame) -> pd.Series[bool]:
    """Shares in whose campaign others shared as well, at other times: elsewhere a swap leaves everything as it was."""
    group = shares["campaign_id"].astype(object).where(shares["campaign_id"].notna(), "")
    people, times = (shares[name].groupby(group).transform("nunique") for name in ("person_id", "shared_at"))
    return (people > 1) & (times > 1)


def _swap(
    exposure: Exposure,
    tables: Tables,
    network: Network,
    rate: float,
    *,
    shuffles: int,
    market: float | None,
    trust_codes: bool,
    rng: np.random.Generator,
    step: Callable[[], None],
) -> tuple[Result, pd.DataFrame | None]:
    """Post times swapped among those who shared in a campaign: the total, and each sharer's credit."""
    touches = list_touches(tables, exposure.shares, network, exposure.orders, exposure.begin)
    real = linked(exposure, touches, market)
    model = Hazard(real, trust_codes=trust_codes, whole=False)
    orders = float(model.weight.sum())
    if np.unique(real.links.event[real.links.exposed]).size < FEWEST_ORDERS:
        return Result("time", orders), None
    found = fit_quickly(model, rate)
    shuffle = Shuffle.of(real, touches, network, market=market)
    pieces = None if shuffle.moves_orders else model.pieces
    total, alone = np.empty(shuffles), np.empty((shuffles, len(real.authors)))
    for number in range(shuffles):
        model_of = Hazard(shuffle.draw(rng), trust_codes=trust_codes, whole=False, pieces=pieces)
        fit = fit_quickly(model_of, rate)
        total[number], alone[number] = fit.caused.sum(), fit.alone
        step()
    credit = float(found.caused.sum())
    low, high = np.quantile(total, LEVELS)
    z, p = z_of(credit, total), p_of(credit, total)
    result = Result("time", orders, credit, float(total.mean()), float(low), float(high), z=z, p_value=p)
    each = pd.DataFrame({"driven": found.alone, "by_chance": alone.mean(axis=0)}, index=exposure.authors)
    creators = are_creators(network, exposure.authors)
    apart, q = np.full(creators.size, np.nan), np.full(creators.size, np.nan)
    if creators.any():
        apart[creators], q[creators] = z_and_q(found.alone[creators], alone[:, creators])
    return judge(result, float(total.std(ddof=1))), each.assign(z=apart, q_value=q)


def _people(exposure: Exposure, network: Network, each: pd.DataFrame | None) -> pd.DataFrame:
    """A row for each creator who shared; unknown where times could not be swapped."""
    creators = exposure.authors[are_creators(network, exposure.authors)]
    number = exposure.shares.groupby("author").size().set_axis(exposure.authors)
    empty = pd.DataFrame(columns=["driven", "by_chance", "z", "q_value"], dtype="float64")
    told = (empty if each is None else each).reindex(creators)
    told.insert(0, "shares", number.reindex(creators).astype("int64"))
    told.insert(0, "name", network.nodes["name"].reindex(creators) if "name" in network.nodes else None)
    told["survives"] = (told["q_value"] <= FALSE_DISCOVERIES).astype("boolean").mask(told["q_value"].isna())
    told = told.rename_axis("person_id").reset_index()[list(PEOPLE)].astype({"person_id": "str"})
    first = ["z", "driven", "person_id"]
    return told.sort_values(first, ascending=[False, False, True], kind="stable", ignore_index=True)
