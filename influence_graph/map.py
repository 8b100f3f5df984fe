"""The whole map: who actually drives conversions. One function a stage, in the order of the story."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd

from influence_graph import network as networks
from influence_graph.backtesting import Backtest, untested
from influence_graph.backtesting import backtest as hold_out
from influence_graph.drivers import Drivers, drive
from influence_graph.errors import InfluenceGraphError, TablesError
from influence_graph.findings import Finding, find
from influence_graph.measures import all_measures
from influence_graph.network import Network
from influence_graph.people import RoleAnchors, memberships, mix
from influence_graph.people.authenticity import Authenticity
from influence_graph.people.authenticity import authenticity as inspect
from influence_graph.people.history import Record
from influence_graph.people.paths import Course, course_left
from influence_graph.people.paths import course as follow
from influence_graph.people.sentences import tell_moves
from influence_graph.placebos import Placebo, check_shuffles, late_followers
from influence_graph.placebos import placebo as refute
from influence_graph.planning import Outlook, Rates, look_ahead
from influence_graph.programme.ecosystem import Ecosystem
from influence_graph.programme.ecosystem import ecosystem as weigh
from influence_graph.programme.groups import Groups, Tiers, find_tiers
from influence_graph.programme.groups import groups as sum_up
from influence_graph.programme.growth import Growth
from influence_graph.programme.growth import growth as look_back
from influence_graph.programme.mapped import Programme
from influence_graph.programme.match import Match
from influence_graph.programme.match import match as fit
from influence_graph.programme.talents import Talents
from influence_graph.programme.talents import talents as scout
from influence_graph.programme.timing import Timing
from influence_graph.programme.timing import timing as tell_hours
from influence_graph.tables.memory import give_back
from influence_graph.tables.resolve import direction, resolve_accounts
from influence_graph.tables.schema import Note, Tables

_TEXTS = ("name", "platform", "audience_basis", "identifiable")
_TRUTHS = ("beats_followers", "persuasive")
_COUNTS = ("core", "community")
PEOPLE = tuple(
    """person_id name platform is_creator followers audience audience_basis driven driven_low driven_high driven_value
    claimed per_1000 per_1000_low per_1000_high expected lift lift_low lift_high activity persuasion beats_followers
    q_value persuasive identifiable ripple influencer ugc advocate strength pagerank betweenness core
    community ripple_low ripple_high e_value e_value_low""".split()
)
"""The columns of people.csv, a contract."""


Progress = Callable[[str, int, int], None]
"""Called with the stage's message id, the steps done and their number (0: unknown)."""


@dataclass(frozen=True)
class MapResult:
    """A finished map.

    Attributes
    ----------
    people : DataFrame
        One row a person with any activity, the columns of `PEOPLE`; who drove most stands first. Unknown is NaN or NA.
    campaigns, mix : DataFrame
        As campaigns.csv and mix.csv hold them.
    findings : list of Finding
        Ranked statements.
    run : dict
        What made this map: version, seed, inputs, parameters, seconds a stage, what was skipped and why.
    tables : Tables
        The input, accounts joined.
    network, measures, roles, drivers
        What the stages returned.
    accounts : mapping of str to str
        The id that stands for each account that was joined to another.
    backtest : Backtest, optional
        What held-out orders say of it, where campaigns are enough and it was not left out.
    placebo : Placebo, optional
        Where it was asked for.
    outlook : Outlook, optional
        Whom to activate next and what every budget brings, where a budget was given and something can be planned.
    groups : Groups, optional
        How the content of each group performs; None where there are no posts.
    ecosystem : Ecosystem, optional
        On how few people it rests, and whose customers come back.
    talents : Talents, optional
        Who outside the programme could join it, and content to reuse.
    growth : Growth, optional
        Who moved up a tier, and whether they persuade as well as before; None without a history of followers.
    match : Match, optional
        What works in which community, and who adds most there next; hours are the whole programme's.
    timing : Timing, optional
        When posts work: delays, fatigue, and the hours of the whole programme; None where there are no posts.
    course : Course, optional
        How roles came about, by month; None where nothing happened, or there is so much that `roles` tells it.
    authenticity : Authenticity, optional
        What speaks of inflated numbers; None without a list of creators.
    """

    people: pd.DataFrame
    campaigns: pd.DataFrame
    mix: pd.DataFrame
    findings: list[Finding]
    run: dict[str, Any]
    tables: Tables
    network: Network
    measures: pd.DataFrame
    roles: pd.DataFrame
    drivers: Drivers
    accounts: Mapping[str, str] = field(default_factory=dict)
    backtest: Backtest | None = None
    placebo: Placebo | None = None
    groups: Groups | None = None
    outlook: Outlook | None = None
    ecosystem: Ecosystem | None = None
    talents: Talents | None = None
    growth: Growth | None = None
    match: Match | None = None
    timing: Timing | None = None
    course: Course | None = None
    authenticity: Authenticity | None = None

    @property
    def faults(self) -> pd.DataFrame:
        """The refused rows."""
        return self.tables.faults

    @property
    def frames(self) -> dict[str, pd.DataFrame]:
        """The tables a store keeps of a map, everybody under their own id; a plan stands beside the people."""
        people = self.people
        if self.outlook:
            people = pd.concat([people, self.outlook.columns(people["person_id"])], axis=1)
        return {
            "people": people,
            "campaigns": self.campaigns,
            "mix": self.mix,
            "credit": self.drivers.credit,
            "influences": self.influences,
            "orders": self.orders,
            "accounts": pd.DataFrame(self.accounts.items(), columns=["account", "person_id"], dtype="str"),
        }

    @property
    def orders(self) -> pd.DataFrame:
        """The orders that count: conversion_id, count, value net of refunds, and organic: how many nobody drove.

        The organic part is unknown for orders without a buyer, which share their credit.
        """
        counted = self.tables.counted
        driven = counted["conversion_id"].map(self.drivers.credit.groupby("conversion_id")["credit"].sum())
        organic = (counted["count"] - driven.fillna(0.0)).clip(lower=0.0).where(counted["person_id"].notna())
        return counted[["conversion_id", "count", "value"]].assign(organic=organic)

    @property
    def influences(self) -> pd.DataFrame:
        """source, target, probability, credit."""
        return self.drivers.influences


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
        Called with the stage's message id, steps done and their number.

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
    stage = _Stages(progress)
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
    with stage("map.stage-roles"):
        held = memberships(tables, network, measures)
        record = Record.of(tables, network, measures, RoleAnchors())
        path, left = follow(record), course_left(record)
        del record  # it holds tables of its own
        suspect = inspect(tables, resolved=True) if len(tables.creators) else None
    people = _people(network, measures, drivers.people, held)
    with stage("map.stage-mix"):
        mixture = mix(people, drivers.credit, tables)
    programme = Programme(people, network, tables, drivers, measures)
    performance = None
    if len(tables.shares):
        with stage("map.stage-groups"):
            performance = sum_up(programme, tiers=chosen, seed=seed)
    when = None
    if len(tables.shares):
        with stage("map.stage-timing"):
            when = tell_hours(programme, timezone=timezone, tiers=chosen, own_hours=False, seed=seed)
    with stage("map.stage-ecosystem"):
        rests = weigh(programme)
    with stage("map.stage-talents"):
        hidden = scout(programme)
    grown = None
    if len(tables.followers):
        with stage("map.stage-growth"):
            grown = look_back(programme, tiers=chosen, seed=seed)
    with stage("map.stage-match"):
        matched = fit(programme, timezone=timezone, own_hours=False, seed=seed)
    exposure = drivers.workings.exposure if drivers.workings else None
    skipped = untested(exposure) if backtest else Note("backtesting.skipped-asked", {})
    judged = None
    if not skipped:
        with stage("map.stage-backtest") as step:
            judged = hold_out(
                tables, network, measures=measures, exposure=exposure, window_days=window_days, market=market,
                seed=seed, progress=step,
            )  # fmt: skip
    with stage("map.stage-findings"):
        stability = measures.attrs["community"]["stability"]
        findings = find(
            drivers, people, mixture, tables, direction=tested, stability=stability,
            verdict=judged.claims if judged else (),
        )  # fmt: skip
        if judged and judged.held.get("sample"):
            findings.append(Finding("backtesting.sampled", judged.held["sample"], "backtest.json: held", "checks"))
        notes = performance.notes if performance else ()
        findings += [Finding(note.id, note.numbers, "groups.csv", "people") for note in notes]
        findings += [Finding(note.id, note.numbers, "ecosystem", "people") for note in rests.notes]
        findings += [Finding(note.id, note.numbers, "talents.csv", "people") for note in hidden.notes]
        notes = when.notes if when and len(when.delays) else ()  # that nothing was driven is said, and so is the delay
        notes = tuple(note for note in notes if note.id != "timing.delay")
        findings += [Finding(note.id, note.numbers, "timing.csv", "people") for note in notes]
        notes = tuple(tell_moves(path.moves)) if path else ()
        findings += [Finding(note.id, note.numbers, "moves.csv", "people") for note in notes]
        findings += [Finding(left.id, left.numbers, "moves.csv", "limits")] if left else []
        notes = grown.notes if grown else ()
        findings += [Finding(note.id, note.numbers, "growth.csv", "people") for note in notes]
        notes = tuple(note for note in matched.notes if note.id != "match.nothing")  # nor is that said twice
        findings += [Finding(note.id, note.numbers, "match.csv", "people") for note in notes]
    told = None
    if placebo and drivers.total["delay_days"] is not None:
        with stage("map.stage-placebo") as step:
            told = refute(
                tables, network, communities=communities, shuffles=placebo, window_days=window_days, market=market,
                trust_codes=trust_codes, seed=seed, progress=step,
            )  # fmt: skip
    checks = told.notes if told else tuple(late_followers(tables, drivers.credit, drivers.total))
    findings += [Finding(note.id, note.numbers, "placebo.json" if told else "follows", "checks") for note in checks]
    if placebo and not told:  # asked for, and nothing credited that could be refuted
        findings.append(Finding("placebos.untested", {}, "run.json: skipped", "checks"))
    parameters: dict[str, Any] = {"window_days": window_days, "market": market, "trust_codes": trust_codes}
    parameters |= {"backtest": backtest}
    parameters |= {"placebo": placebo} if placebo else {}
    parameters |= {"wear_out": True} if wear_out else {}
    parameters |= {"tiers": chosen.name} if chosen.name != "wide" else {}
    without = [note for note in (skipped, left) if note]
    run = _run(
        read, tables, drivers, findings, parameters=parameters, seed=seed, seconds=stage.seconds, skipped=without
    )
    result = MapResult(
        people=people,
        campaigns=drivers.campaigns,
        mix=mixture,
        findings=findings,
        run={**run, "direction": asdict(tested), "measures": dict(measures.attrs)},
        tables=tables,
        network=network,
        measures=measures,
        roles=held,
        drivers=drivers,
        accounts=accounts,
        backtest=judged,
        placebo=told,
        groups=performance,
        ecosystem=rests,
        talents=hidden,
        growth=grown,
        match=matched,
        timing=when,
        course=path,
        authenticity=suspect,
    )
    if budget is None:
        return result
    with stage("map.stage-plan") as step:
        result = _looking_ahead(result, budget, rates, currency, seed, step)
    return replace(result, run={**result.run, "seconds": dict(stage.seconds)})


def _looking_ahead(
    result: MapResult,
    budget: float,
    rates: Rates | None,
    currency: str | None,
    seed: int,
    step: Progress,
) -> MapResult:
    """The map with a plan, or with the reason why there is none."""
    parameters = {**result.run["parameters"], "budget": budget}
    try:
        outlook = look_ahead(result, budget=budget, rates=rates, currency=currency, seed=seed, progress=step)
    except InfluenceGraphError as refused:
        why = Note(refused.message, refused.numbers)
        found = [*result.findings, Finding(why.id, why.numbers, "plan.json")]
        run = {**result.run, "parameters": parameters, "skipped": [*result.run["skipped"], why.record()]}
        return replace(result, findings=found, run=run)
    found = [Finding(note.id, note.numbers, "plan.json") for note in outlook.notes()]
    notes = {note.id: note for note in (*outlook.plan.notes, *outlook.curve.notes)}.values()
    found += [Finding(note.id, note.numbers, "plan.json", "limits") for note in notes]
    run = {**result.run, "parameters": parameters}
    return replace(result, findings=[*result.findings, *found], run=run, outlook=outlook)


def _people(network: Network, measures: pd.DataFrame, driven: pd.DataFrame, held: pd.DataFrame) -> pd.DataFrame:
    """Everybody with any activity, all columns in their order and types; the strongest drivers first."""
    active = held.index.union(driven.index, sort=False)
    known = network.nodes[["name", "platform", "is_creator", "followers"]]
    parts = (known, driven, held, measures)
    told = pd.concat([part.reindex(active)[[c for c in part if c in PEOPLE]] for part in parts], axis="columns")
    told.insert(0, "person_id", active)
    told = told.loc[:, ~told.columns.duplicated()].reindex(columns=PEOPLE).reset_index(drop=True)
    told["is_creator"] = told["is_creator"].eq(True).fillna(False).astype(bool)
    types = {column: "float64" for column in PEOPLE if column != "is_creator"}
    types |= dict.fromkeys(("person_id", *_TEXTS), "str") | dict.fromkeys(_TRUTHS, "boolean")
    told = told.astype(types | dict.fromkeys(_COUNTS, "Int64"))
    told["community"] += 1  # people count from one
    first = told.sort_values(["driven", "followers", "person_id"], ascending=[False, False, True], kind="stable")
    return first.reset_index(drop=True)


def _run(
    read: Tables,
    tables: Tables,
    drivers: Drivers,
    findings: Sequence[Finding],
    *,
    parameters: Mapping[str, Any],
    seed: int,
    seconds: Mapping[str, float],
    skipped: Sequence[Note],
) -> dict[str, Any]:
    """What run.json says."""
    of = read.sources
    rows = int(of.loc[of["table"].eq("conversions"), "read"].sum()) if len(of) else len(read.conversions)
    told = {name: value for name, value in drivers.total.items() if name not in ("notes", "skipped")}
    missing = [found.record() for found in findings if found.about == "data" and "missing-" in found.id]
    kept = float(tables.counted["count"].sum())
    without = (*drivers.total.get("skipped", ()), *skipped)
    return {
        "version": _version(),
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "seed": seed,
        "inputs": of.to_dict("records"),
        "conversions_read": rows,
        "conversions_kept": int(kept) if kept.is_integer() else kept,
        "parameters": dict(parameters),
        "seconds": dict(seconds),
        "totals": told,
        "skipped": [*(note.record() for note in without), *missing],
        "notes": [note.record() for note in (*tables.notes, *drivers.total.get("notes", ()))],
    }


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("influence-graph")
    except PackageNotFoundError:  # a checkout that nobody installed
        return "0"


def _rng(seed: int, stage: int) -> np.random.Generator:
    """A generator a stage: what one stage draws does not move the next."""
    return np.random.default_rng([seed, stage])


class _Stages:
    """Times the stages and tells their progress."""

    def __init__(self, progress: Progress | None) -> None:
        self.progress = progress or (lambda *_: None)
        self.seconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, stage: str) -> Iterator[Callable[[str, int, int], None]]:
        begun = perf_counter()
        self.progress(stage, 0, 0)
        yield lambda _part, done, total: self.progress(stage, done, total)
        give_back()
        self.progress(stage, 1, 1)
        self.seconds[stage.removeprefix("map.stage-")] = round(perf_counter() - begun, 3)
