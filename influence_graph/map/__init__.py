"""The whole map: who actually drives conversions. One function a stage, in the order of the story."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from influence_graph import network as networks
from influence_graph.backtesting import Backtest, untested
from influence_graph.backtesting import backtest as hold_out
from influence_graph.backtesting.side_by_side import Pace, both
from influence_graph.drivers import drive
from influence_graph.errors import TablesError
from influence_graph.findings import Finding, find
from influence_graph.map.ahead import looking_ahead
from influence_graph.map.answers import Answers, answered, ask
from influence_graph.map.everybody import PEOPLE
from influence_graph.map.result import MapResult
from influence_graph.map.run import Progress, Stages, tell_run
from influence_graph.map.who import Who, tell_who
from influence_graph.measures import all_measures
from influence_graph.placebos import check_shuffles, late_followers
from influence_graph.placebos import placebo as refute
from influence_graph.planning import Rates
from influence_graph.programme.groups import Tiers, find_tiers
from influence_graph.programme.mapped import Programme
from influence_graph.tables.resolve import direction, resolve_accounts
from influence_graph.tables.schema import Note, Tables

__all__ = ["PEOPLE", "MapResult", "Progress", "map_tables"]


def map_tables(
    tables: Tables,
    *,
    window_days: float = 30.0,
    market: float | None = None,
    trust_codes: bool = False,
    wear_out: bool = False,
    tiers: Tiers | str | Path = "wide",
    timezone: str | None = None,
    backtest: bool = True,
    answers: bool = True,
    placebo: int = 0,
    budget: float | None = None,
    rates: Rates | None = None,
    currency: str | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> MapResult:
    """Map a programme: from tables to who drives, in which role, and how sure that is.

    Parameters
    ----------
    tables : Tables
        As read.
    window_days : float, default 30
        How long a share can lead to a conversion, in days.
    market : float, optional
        How many people could buy: lets views beyond the observed followers count as exposure.
    trust_codes : bool, default False
        Take a typed code as proof of a cause.
    wear_out : bool, default False
        Let a creator's later posts in a campaign work less than the first, and say whether they do.
    tiers : Tiers, str or Path, default "wide"
        How creators are sorted by size, see `influence_graph.find_tiers`.
    timezone : str, optional
        Where the audience lives (``Asia/Ho_Chi_Minh``): the hours at which to post are told by its clock, UTC where not
        given.
    backtest : bool, default True
        Test the map on held-out campaigns, where there are enough.
    answers : bool, default True
        Answer what a strategist asks of the whole: groups, timing, ecosystem, talents, growth and match. Who asks one
        of them of the map afterwards spares the others.
    placebo : int, default 0
        How often post times are swapped to refute the credit; 0 leaves that to `influence_graph.placebo`.
    budget : float, optional
        Say whom to activate next with so much, see `influence_graph.plan`. Where nothing can be planned, the map
        says why.
    rates, currency
        What people without a price of their own cost, and in what to plan, see `influence_graph.costs`.
    seed : int, default 0
        The same seed gives the same map.
    progress : callable, optional
        Called with the stage's message id, steps done and their number; from threads of ours, one call at
        a time: the backtest and the questions run side by side.

    Raises
    ------
    TablesError
        There is nothing to map.
    UsageError
        So few shuffles for a placebo that they would tell nothing, or no such tiers or time zone.
    """
    if placebo:
        check_shuffles(placebo)
    if not len(tables.conversions) and not len(tables.shares):
        raise TablesError("map.nothing-to-map")
    chosen = tiers if isinstance(tiers, Tiers) else find_tiers(tiers)
    stage = Stages(progress)
    read = tables
    with stage("map.stage-resolve"):
        tables, accounts = resolve_accounts(read)
        tested = direction(tables.follows, tables.shares)
        tables = replace(tables, notes=(*tables.notes, *tested.notes()))
    with stage("map.stage-network"):
        network = networks.build(tables)
    with stage("map.stage-measures") as step:
        measures = all_measures(network, rng=_rng(seed, 1), progress=step)
    communities = measures["community"].fillna(-1).to_numpy(dtype=np.int64)
    with stage("map.stage-drivers") as step:
        drivers = drive(
            tables,
            network,
            communities=communities,
            window_days=window_days,
            market=market,
            trust_codes=trust_codes,
            wear_out=wear_out,
            rng=_rng(seed, 2),
            progress=step,
        )
    exposure = drivers.workings.exposure if drivers.workings else None
    skipped = untested(exposure) if backtest else Note("backtesting.skipped-asked", {})
    beside = (drivers.total["bystanders"] or {}).get("explained")

    def answer(pace: Pace) -> tuple[Who, Answers]:
        heeding = stage.beside(pace.check)
        who = tell_who(tables, network, measures, drivers, stage=heeding)
        if not answers:
            return who, Answers()
        programme = Programme(who.people, network, tables, drivers, measures)
        return who, ask(programme, tiers=chosen, timezone=timezone, seed=seed, stage=heeding)

    def judge(pace: Pace) -> Backtest | None:
        if skipped:
            return None
        with stage.beside(pace.check)("map.stage-backtest") as step:
            return hold_out(
                tables, network, measures=measures, exposure=exposure, window_days=window_days, market=market,
                stirred=bool(beside) and not drivers.total["driven_low"], seed=seed, progress=step,
            )  # fmt: skip

    (who, told), judged = both(answer, judge)
    with stage("map.stage-findings"):
        stability = measures.attrs["community"]["stability"]
        findings = find(
            drivers, who.people, who.mix, tables, direction=tested, stability=stability,
            verdict=judged.claims if judged else (),
        )  # fmt: skip
        if judged and judged.held.get("sample"):
            findings.append(Finding("backtesting.sampled", judged.held["sample"], "backtest.json: held", "checks"))
        findings += answered(told, who.course)
    refuted = None
    if placebo and drivers.total["delay_days"] is not None:
        with stage("map.stage-placebo") as step:
            refuted = refute(
                tables, network, communities=communities, shuffles=placebo, window_days=window_days, market=market,
                trust_codes=trust_codes, seed=seed, progress=step,
            )  # fmt: skip
    workings = drivers.workings
    late = late_followers(workings.exposure, workings.fit.organic, drivers.total) if workings else ()
    checks = refuted.notes if refuted else tuple(late)
    findings += [Finding(note.id, note.numbers, "placebo.json" if refuted else "follows", "checks") for note in checks]
    if placebo and not refuted:  # asked for, and nothing credited that could be refuted
        findings.append(Finding("placebos.untested", {}, "run.json: skipped", "checks"))
    parameters: dict[str, Any] = {"window_days": window_days, "market": market, "trust_codes": trust_codes}
    parameters |= {"backtest": backtest}
    parameters |= {"placebo": placebo} if placebo else {}
    parameters |= {"wear_out": True} if wear_out else {}
    parameters |= {"tiers": chosen.name} if chosen.name != "wide" else {}
    without = [skipped] if skipped else []
    run = tell_run(
        read, tables, drivers, findings, parameters=parameters, seed=seed, seconds=stage.seconds, skipped=without
    )
    result = MapResult(
        campaigns=drivers.campaigns,
        findings=findings,
        run={**run, "direction": asdict(tested), "measures": dict(measures.attrs)},
        tables=tables,
        network=network,
        measures=measures,
        drivers=drivers,
        accounts=accounts,
        backtest=judged,
        placebo=refuted,
        **vars(who),
        **vars(told),
    )
    if budget is None:
        return result
    with stage("map.stage-plan") as step:
        result = looking_ahead(result, budget, rates, currency, seed, step)
    return replace(result, run={**result.run, "seconds": dict(stage.seconds)})


def _rng(seed: int, stage: int) -> np.random.Generator:
    """A generator a stage: what one stage draws does not move the next."""
    return np.random.default_rng([seed, stage])
