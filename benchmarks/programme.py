"""Questions about a programme, found against planted: ``python -m benchmarks programme [--seeds 20]``.

Are good hours found where posts work better at some, fatigue where later posts work less, lasting sales where customers
of one role come back more, and hidden talents, and is "no evidence" the answer where there is nothing? Writes
results/programme.md, on seeds of which no threshold was settled.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from influence_graph.map import map_tables
from influence_graph.programme.timing import timing
from influence_graph.world import make
from influence_graph.world.scouting import KINDS as TALENTS
from influence_graph.world.scouting import scout

RESULTS = Path(__file__).parent / "results"
FIRST_SEED = 100
POSTS = {"people": 3_000, "creators": 50, "campaigns": 4, "driven": 2_700, "organic": 1_800, "shares": 5.0}
CUSTOMERS = {"people": 5_000, "creators": 50, "campaigns": 6, "driven": 1_800, "organic": 1_800}
EVENING, WEAR = 2.5 / ((3 + 2.5) / 4) - 1, 0.7
"""What an evening post drives above one at a random hour, and the power by which later posts wear out, as planted."""
BEST = 20
Found = dict[str, Any]


def posting(kind: str) -> Callable[[int], Found]:
    """What is said of hours and of fatigue in a world of a kind."""
    planted = 1 - 2**-WEAR if kind == "wear-out" else 0.0

    def measure(seed: int) -> Found:
        tables = make(kind, **POSTS, seed=seed).tables
        result = map_tables(tables, wear_out=True, seed=seed, backtest=False)
        told = timing(result, seed=seed)
        whole = told.best[told.best["community"].eq("")].iloc[0]
        evident = told.best[told.best["evident"].astype(bool)]
        worn = told.fatigue or {"evident": None, "second": np.nan, "second_low": np.nan, "second_high": np.nan}
        return {
            "hours": bool(len(evident)),
            "evening": bool(len(evident)) and bool(evident["from_hour"].eq(18).all()),
            "gain": float(whole["gain"]),
            "gain_held": bool(whole["gain_low"] <= EVENING <= whole["gain_high"]) if kind == "good-hours" else None,
            "fatigue": worn["evident"] or "no evidence",
            "second": worn["second"],
            "second_held": bool(worn["second_low"] <= planted <= worn["second_high"]),
        }

    return measure


def lasting(kind: str) -> Callable[[int], Found]:
    """Which role is said to bring lasting sales."""

    def measure(seed: int) -> Found:
        result = map_tables(make(kind, **CUSTOMERS, seed=seed).tables, seed=seed, backtest=False)
        assert result.ecosystem is not None
        said = ("ecosystem.lasting", "ecosystem.lasting-between")
        roles = [note.numbers["role"] for note in result.ecosystem.notes if note.id in said]
        less = any(note.id == "ecosystem.lasting-less" for note in result.ecosystem.notes)
        sent = [note for note in result.ecosystem.notes if "sent-back" in note.id]
        back = [" ".join((n.id.removeprefix("ecosystem."), *n.numbers.get("role", "").split())) for n in sent]
        return {"lasting": roles[0] if roles else "less" if less else "no evidence", "sent_back": ", ".join(back)}

    return measure


def hidden(talents: int) -> Callable[[int], Found]:
    """Precision among the first twenty of each kind, and of the twenty with most followers."""

    def measure(seed: int) -> Found:
        tables, truth = scout(seed=seed, talents=talents)
        result = map_tables(tables, seed=seed, backtest=False)
        assert result.talents is not None
        table = result.talents.table
        found: Found = {"clear": int(table["clear"].astype(bool).sum())}
        for kind in TALENTS:
            best = table[table["kind"].eq(kind)].head(BEST)["person_id"]
            found[kind] = float(best.isin(truth.loc[truth["kind"].eq(kind), "person_id"]).mean())
        latest = tables.followers.sort_values("at").drop_duplicates("creator_id", keep="last")
        large = latest[latest["creator_id"].str.startswith("t")].nlargest(BEST, "followers")["creator_id"]
        found["followers"] = float(large.isin(truth["person_id"]).mean())
        return found

    return measure


MEASURES: dict[str, Callable[[int], Found]] = {
    "no hours, no fatigue": posting("influence"),
    "evenings 2.5 times as persuasive": posting("good-hours"),
    "later posts work n ** -0.7 as well": posting("wear-out"),
    "advocates' customers come back 4 times as often, creators' orders are sent back 2.5 times as often": lasting(
        "returning"
    ),
    "customers of all come back alike": lasting("returning-alike"),
    "talents hidden": hidden(30),
    "no talents": hidden(0),
}


def lines(found: dict[str, list[Found]]) -> Iterator[str]:
    """The page, line by line."""
    seeds = max(map(len, found.values()))
    yield "# Questions about a programme, found against planted\n"
    yield f"`python -m benchmarks programme --seeds {seeds}`: seeds from {FIRST_SEED} on, on which no threshold was"
    yield "settled; as few sweeps of the sampler as it allows itself.\n"
    yield "| planted | asked | said |"
    yield "|---|---|---|"
    for planted, rows in found.items():
        for asked, said in _said(rows):
            yield f"| {planted} | {asked} | {said} |"


def _said(rows: list[Found]) -> Iterator[tuple[str, str]]:
    n = len(rows)
    if "hours" in rows[0]:
        named, evening = (sum(row[key] for row in rows) for key in ("hours", "evening"))
        yield "hours", f"named in {named} of {n}" + (f", the evening in {evening}" if named else "")
        if rows[0]["gain_held"] is not None:
            gains, held = [row["gain"] for row in rows], sum(row["gain_held"] for row in rows)
            between = f"{min(gains):+.0%} to {max(gains):+.0%}"
            planted = f"{EVENING:+.0%} in its interval in {held}"
            yield "gain of the evening", f"mean {np.mean(gains):+.0%} ({between}); {planted}"
        told = [row["fatigue"] for row in rows]
        yield "fatigue", ", ".join(f"{told.count(each)} x {each}" for each in sorted(set(told)))
        seconds, held = [row["second"] for row in rows], sum(row["second_held"] for row in rows)
        yield "second post", f"mean {-np.nanmean(seconds):+.0%} against the first; the truth in its interval in {held}"
    elif "lasting" in rows[0]:
        for asked in ("lasting", "sent_back"):
            told = [row[asked] for row in rows]
            name = "lasting sales" if asked == "lasting" else "orders sent back"
            yield name, ", ".join(f"{told.count(each)} x {each or 'nothing'}" for each in sorted(set(told)))
    else:
        yield "anybody clearly a talent", f"in {sum(row['clear'] > 0 for row in rows)} of {n}"
        if rows[0]["clear"]:
            for kind in (*TALENTS, "followers"):
                values = [row[kind] for row in rows]
                name = "the 20 with most followers" if kind == "followers" else f"first 20, {kind}"
                yield name, f"{np.mean(values):.0%} are talents, at worst {min(values):.0%}"


def main(arguments: list[str]) -> None:
    """Measure every kind and write the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks programme")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--only", nargs="+", choices=list(MEASURES), default=list(MEASURES))
    asked = parser.parse_args(arguments)
    import_module("influence_graph.drivers.drive").COST_OF_SWEEPS = 0.0  # as few sweeps as on the largest data
    found: dict[str, list[Found]] = {}
    for kind in asked.only:
        for seed in range(FIRST_SEED, FIRST_SEED + asked.seeds):
            found.setdefault(kind, []).append(MEASURES[kind](seed))
            print(kind, seed, *found[kind][-1].values(), flush=True)
    text = "\n".join(lines(found)) + "\n"
    (RESULTS / "programme.md").write_text(text, encoding="utf-8", newline="\n")
