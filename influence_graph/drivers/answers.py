"""What the fit says of each author and in total: credit, intervals, lift, and what can't be told."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from influence_graph.drivers import credit as ledger
from influence_graph.drivers.audience import are_creators, declared_followers
from influence_graph.drivers.bystanders import Stir
from influence_graph.drivers.delay import Delay
from influence_graph.drivers.em import Fit
from influence_graph.drivers.exposure import Exposure
from influence_graph.drivers.gibbs import Draws
from influence_graph.drivers.identify import DOUBTFUL, FEW, SURE
from influence_graph.drivers.lift import LEVELS, interval, lift
from influence_graph.drivers.rhythm import Rhythm
from influence_graph.drivers.ripple import RIPPLE
from influence_graph.drivers.rules.counts import claims
from influence_graph.drivers.sensitivity import E_VALUES, e_value, just_after, rate_ratio
from influence_graph.drivers.tail import Choice
from influence_graph.network import Network
from influence_graph.tables.schema import Note, Tables

Verdicts = NDArray[np.object_]
FLOOR = 0.01
"""Part of all orders by which the method itself may err, seen on worlds with planted truth
(benchmarks/results/truth.md): a total below it is no evidence, and the total's interval is wider by as much."""
PEOPLE = (
    "shares", "audience", "audience_basis", "driven", "driven_low", "driven_high", "driven_value", "claimed",
    "per_1000", "per_1000_low", "per_1000_high", "expected", "lift", "lift_low", "lift_high", "activity", "persuasion",
    "beats_followers", "q_value", "persuasive", "identifiable", *RIPPLE, *E_VALUES,
)  # fmt: skip
_TEXTS, _TRUTHS = ("audience_basis", "identifiable"), ("beats_followers", "persuasive")


def people_table(
    tables: Tables,
    network: Network,
    exposure: Exposure,
    fit: Fit,
    draws: Draws | None,
    told: Verdicts,
    groups: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Everything there is to say of each author, and of creators who never shared."""
    authors, shares, orders = exposure.authors, exposure.shares, exposure.orders
    by = shares.groupby("author")
    creators = pd.Index(tables.creators["creator_id"].unique(), dtype="str")
    people = pd.DataFrame(index=authors.union(creators, sort=False), columns=list(PEOPLE), dtype="float64")
    people.index.name = "person_id"
    people = people.astype(dict.fromkeys(_TEXTS, "object") | dict.fromkeys(_TRUTHS, "boolean"))
    people["shares"] = 0.0
    people.loc[authors, "shares"] = by.size().to_numpy(dtype=np.float64)
    people.loc[authors, "audience"] = by["audience"].mean().to_numpy()
    people.loc[authors, "audience_basis"] = _usual(shares, len(authors))
    people["audience"] = people["audience"].where(people["audience_basis"].notna())
    people["claimed"] = claims(orders, people.index)
    if not orders["count"].sum() or exposure.shares.empty:
        return people
    people.loc[authors, "driven"] = fit.caused
    people.loc[authors, "driven_value"] = ledger.value(exposure, fit)
    if draws is not None:
        _intervals(people, exposure, network, fit, draws, told, groups)
    return people


def _usual(shares: pd.DataFrame, authors: int) -> Verdicts:
    """The basis on which most of each author's audiences rest, NaN where nothing is known."""
    number = shares.groupby(["author", "basis"], sort=True).size().reset_index(name="n")
    most = number.sort_values("n", kind="stable").drop_duplicates("author", keep="last").set_index("author")["basis"]
    return most.replace("", np.nan).reindex(range(authors)).to_numpy(dtype=object)


def _intervals(
    people: pd.DataFrame,
    exposure: Exposure,
    network: Network,
    fit: Fit,
    draws: Draws,
    told: Verdicts,
    groups: pd.DataFrame | None,
) -> None:
    """Fill in what the draws say: intervals, identifiability, lift."""
    authors = exposure.authors
    low, high = interval(draws.caused)
    doubtful = np.isin(told, DOUBTFUL)
    unsure = ~np.isin(told, (SURE, FEW))  # may be habit, or somebody else's
    low = np.where(doubtful, 0.0, low)
    high = np.where(doubtful, np.maximum(high, draws.bound), high)
    unbound = doubtful.copy()
    if groups is not None and len(groups):
        member = authors.get_indexer(pd.Index(groups["person_id"]))
        low[member], high[member], unbound[member] = 0.0, groups["driven_high"].to_numpy(), True
    firm = 1.0 - draws.left_out / np.maximum(fit.caused, 1e-9)  # of credit, less what may be a community's own
    people.loc[authors, "driven_low"] = np.clip(np.minimum(low, fit.caused) - draws.left_out, 0.0, None)
    people.loc[authors, "driven_high"] = np.maximum(high, fit.caused)
    people.loc[authors, "per_1000"] = 1000.0 * draws.theta.mean(axis=0)
    slow, fast = interval(draws.theta)
    most = np.divide(high, draws.exposed, out=fast.copy(), where=unbound & (draws.exposed > 1e-9))
    people.loc[authors, "per_1000_low"] = 1000.0 * np.where(unbound, 0.0, slow * np.maximum(firm, 0.0))
    people.loc[authors, "per_1000_high"] = 1000.0 * np.maximum(fast, most)
    people.loc[authors, "identifiable"] = told
    own, rest, _ = just_after(exposure, fit)
    evidence = evident(exposure, draws, told)
    firm = people.loc[authors, "driven_low"].to_numpy() / np.maximum(fit.caused, 1e-9) * evidence
    firm = np.where(unsure, 0.0, firm)
    people.loc[authors, "e_value"] = e_value(rate_ratio(own, rest))
    people.loc[authors, "e_value_low"] = e_value(rate_ratio(own * firm, rest + own * (1.0 - firm)))
    if not evidence:
        return
    followers = declared_followers(network, authors.to_series())
    basis = people.loc[authors, "audience_basis"].to_numpy(dtype=object)
    scope = are_creators(network, authors) & np.isfinite(followers) & (followers > 0) & (draws.exposed > 1e-9)
    if scope.any():
        usual = pd.Series(basis[scope]).mode().iat[0]
        scope &= basis == usual
        compared = lift(draws.theta[:, scope], draws.exposed[scope], followers[scope], fit.caused[scope])
        unsure = unsure[scope]
        compared.loc[unsure, "lift_low"] = 0.0
        wider = people.loc[authors[scope], "driven_high"].to_numpy() / np.maximum(fit.caused[scope], 1e-9)
        compared.loc[unsure, "lift_high"] = (compared["lift"] * wider).clip(lower=compared["lift_high"])[unsure]
        for name in compared:
            people.loc[authors[scope], name] = compared[name].to_numpy()
        people.loc[authors[scope][unsure], ["beats_followers", "persuasive"]] = pd.NA


def evident(exposure: Exposure, draws: Draws, told: Verdicts) -> bool:
    """Whether shares drove more than the method may credit where nobody influences anybody."""
    low, _ = _span(draws, told)
    return low > max(FLOOR * float(exposure.orders["count"].sum()), 2.0)


def _span(draws: Draws, told: Verdicts) -> tuple[float, float]:
    """90 % interval of all conversions driven; what may be fans' habit counts as nothing below, as all of it above.

    What may be communities' own stir counts as nothing below too.
    """
    firm = ~np.isin(told, DOUBTFUL)
    low = np.quantile(draws.caused[:, firm].sum(axis=1), LEVELS[0])
    low = max(low - float(draws.left_out[firm].sum()), 0.0)
    high = np.quantile(draws.caused.sum(axis=1), LEVELS[1])
    doubt = np.maximum(draws.bound - draws.caused.mean(axis=0), 0.0)[~firm].sum()
    return float(low), float(high + doubt)


def totals(
    exposure: Exposure,
    fit: Fit,
    draws: Draws | None,
    told: Verdicts,
    skipped: list[Note],
    choice: Choice | None,
    rhythm: Rhythm,
    stir: Stir | None = None,
) -> dict[str, Any]:
    """What is said in total: orders, how many were driven with the interval, how it was fitted, what was skipped."""
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
    if stir is not None and stir.explained.any():
        notes.append(Note("drivers.stirred", {**stir.record(), "driven": driven}))
    currencies = exposure.orders["currency"].dropna().unique()
    if len(currencies) > 1:
        notes.append(Note("drivers.currencies", {"n": len(currencies), "used": ledger.main_currency(exposure.orders)}))
    low, high = max(min(low, driven), 0.0), min(max(high, driven), orders)
    fitted = draws is not None
    delay = Delay(fit.parameters.rate, fit.parameters.tail, exposure.window)
    _, _, (own, rest) = just_after(exposure, fit)
    sure = own * low / max(driven, 1e-9)
    unseen = e_value(rate_ratio(np.array([own, sure]), np.array([rest, rest + own - sure]))).tolist()
    return {
        "conversions": orders,
        "driven": driven if orders else None,
        "driven_low": low if fitted else None,
        "driven_high": high if fitted else None,
        "organic": orders - driven if orders else None,
        "organic_share": 1.0 - driven / orders if orders else None,
        "organic_share_low": 1.0 - high / orders if fitted else None,
        "organic_share_high": 1.0 - low / orders if fitted else None,
        "e_value": unseen[0] if fitted and own + rest else None,
        "e_value_low": unseen[1] if fitted and own + rest else None,
        "delay_family": delay.family if fitted else None,
        "delay_tail": delay.tail if fitted else None,
        "delay_days": delay.mean if fitted else None,
        "delay_median_days": delay.median if fitted else None,
        "delay_gain": choice.gain if choice is not None else None,
        "delay_gain_error": choice.error if choice is not None else None,
        "rhythm": None if rhythm.level else rhythm.hours(exposure.begin),
        "rhythm_gain": rhythm.gain,
        "rhythm_gain_error": rhythm.error,
        "bystanders": None if stir is None else stir.record(),
        "anonymous": float(exposure.events.weight[exposure.events.crowd].sum()),
        "strangers": float(exposure.orders["count"].to_numpy()[exposure.events.of_order < 0].sum()),
        "iterations": fit.iterations,
        "converged": fit.converged,
        "notes": notes,
        "skipped": skipped,
    }
