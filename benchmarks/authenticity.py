"""Inflated accounts against what was planted: ``python -m benchmarks authenticity [--seeds 20]`` writes
results/authenticity.md. With public data beside the checkout, accounts of which it is known as well.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from influence_graph.people.authenticity import LOOK, authenticity
from influence_graph.tables.schema import DTYPES, SCHEMA, Tables
from influence_graph.world import World, make

RESULTS = Path(__file__).parent / "results"
PUBLIC = Path(__file__).parents[2] / "shared" / "data" / "instagram_fake_genuine"
SIZE = {"people": 4_000, "creators": 150}
TIMES = (1.25, 1.5, 2.0, 3.0, 5.0)
"""Followers for each real one, after buying."""
WAYS = ("within the history", False, False), ("before it began", True, True), ("before, follows unknown", True, False)
"""When they are bought: all along or not, and whether it is known who follows whom."""


@cache
def world(seed: int) -> World:
    """Inflated, viral and genuine accounts."""
    return make("inflated", **SIZE, seed=seed)


def ranked(score: pd.Series, truth: pd.Series) -> float:
    """ROC-AUC: the chance that somebody who is, scores above somebody who is not."""
    rank, n = score.rank(), int(truth.sum())
    return float((rank[truth].sum() - n * (n + 1) / 2) / (n * (len(truth) - n)))


def measure(seed: int) -> dict[str, float]:
    """One world of inflated, viral and genuine accounts."""
    made = world(seed)
    found = authenticity(made.tables).people.merge(made.truth, on="person_id")
    inflated, look = found["account"].eq("inflated"), found["weight"].lt(LOOK)
    told = {f"looked at, {account}": look[rows].mean() for account, rows in found.groupby("account").groups.items()}
    areas = {"weight": ranked(-found["weight"], inflated), "count": ranked(found["signals"], inflated)}
    return {"seed": seed, **areas, **told}


def bought(seed: int, times: float, *, early: bool, follows: bool) -> dict[str, float]:
    """Every fifth genuine account with a history has `times` as many followers from a day on, or all along; with the
    table of follows, or without.
    """
    made = world(seed)
    rng = np.random.default_rng([seed, 31])
    ids = made.truth.loc[made.truth["account"].eq("genuine"), "person_id"]
    ids = ids[ids.isin(made.tables.followers["creator_id"])]
    buyers = pd.Series(rng.permutation(ids)[: len(ids) // 5])
    history, creators = made.tables.followers, made.tables.creators
    first, last = history["at"].min(), history["at"].max()
    day = pd.Series(first + (last - first) * rng.uniform(0.3, 0.7, len(buyers)), index=buyers)
    after = history["creator_id"].isin(buyers) & (early | (history["at"] >= history["creator_id"].map(day)))
    more = creators["creator_id"].isin(buyers)
    tables = replace(
        made.tables,
        followers=history.assign(followers=history["followers"] * np.where(after, times, 1.0)),
        creators=creators.assign(followers=creators["followers"] * np.where(more, times, 1.0)),
        follows=made.tables.follows if follows else made.tables.follows.iloc[:0],
    )
    found = authenticity(tables).people.merge(made.truth, on="person_id")
    found = found[found["account"].ne("inflated")]
    planted, look = found["person_id"].isin(buyers), found["weight"].lt(LOOK)
    told = {"area": ranked(-found["weight"], planted), "bought": look[planted].mean()}
    return told | {"viral": look[found["account"].eq("viral")].mean(), "others": look[~planted].mean()}


def known(part: str) -> dict[str, float | str]:
    """Real accounts of which it is known whether they are fakes: by followings and profile alone."""
    rows = pd.read_csv(PUBLIC / f"instagram_fake_genuine_{part}.csv")
    ids = pd.Series([f"a{number}" for number in range(len(rows))])
    page = rows[["profile pic", "description length", "#posts"]]
    creators = _typed("creators", creator_id=ids, followers=rows["#followers"]).join(page)
    at = pd.Series(pd.Timestamp("2020-01-01", tz="UTC"), index=ids.index)
    history = _typed("followers", creator_id=ids, at=at, followers=rows["#followers"], following=rows["#follows"])
    told = authenticity(Tables(creators=creators, followers=history)).people
    found = told.set_index("person_id").loc[ids].reset_index()
    fake = rows["fake"].eq(1)
    return {
        "part": part,
        "accounts": len(rows),
        "weight": ranked(-found["weight"], fake),
        "count": ranked(found["signals"], fake),
        "fakes": found.loc[fake, "weight"].lt(LOOK).mean(),
        "genuine": found.loc[~fake, "weight"].lt(LOOK).mean(),
    }


def _typed(name: str, **columns: pd.Series) -> pd.DataFrame:
    frame = pd.DataFrame(columns).reindex(columns=list(SCHEMA[name].names))
    return frame.astype({column.name: DTYPES[column.kind] for column in SCHEMA[name].columns})


def by_size(seeds: int) -> Iterator[str]:
    """How much has to be bought until it shows, line by line."""
    yield "\n## How much has to be bought until it shows\n"
    yield f"Every fifth genuine account of {seeds} of these worlds, of those with a history, has so many times its"
    yield "followers, from a day within the history on (and no table of follows) or from before it began, and nothing"
    yield "else that tells: no bot who follows, no bought like, nobody who leaves again. ROC-AUC of the weight, its"
    yield f"lowest, and the part of each kind of account under a weight of {LOOK}.\n"
    yield "| followers for each real one | bought | ROC-AUC | lowest | bought, looked at | viral | all others |"
    yield "|---|---|---|---|---|---|---|"
    for when, early, follows in WAYS:
        for times in TIMES:
            told = pd.DataFrame([bought(seed, times, early=early, follows=follows) for seed in range(seeds)])
            mean = told.mean()
            parts = " | ".join(f"{mean[name]:.3f}" for name in ("bought", "viral", "others"))
            yield f"| {times} | {when} | {mean['area']:.3f} | {told['area'].min():.3f} | {parts} |"


def lines(found: pd.DataFrame, real: pd.DataFrame) -> Iterator[str]:
    """The page, line by line."""
    yield "# Inflated accounts, found against planted\n"
    yield f"`python -m benchmarks authenticity --seeds {len(found)}`: worlds of the kind `inflated`, {SIZE['creators']}"
    yield "creators each, of whom 15 % bought followers and 15 % went viral. ROC-AUC of the weight and of the count of"
    yield f"strong signals; then the part of each kind of account under a weight of {LOOK}.\n"
    yield "| over seeds | " + " | ".join(found.columns.drop("seed")) + " |"
    yield "|---" * len(found.columns) + "|"
    columns = found.drop(columns="seed")
    for name, row in (("mean", columns.mean()), ("lowest", columns.min()), ("highest", columns.max())):
        yield f"| {name} | " + " | ".join(f"{value:.3f}" for value in row) + " |"
    yield from by_size(min(len(found), 6))
    if len(real):
        yield "\n## Accounts of which it is known\n"
        yield "Instagram accounts marked as fake or genuine (github.com/eliottvalette/MLers_IN_Paris), by followings"
        yield "and profile, without any training: nothing is fitted on either part.\n"
        yield "| part | accounts | ROC-AUC of weight | of the count of signals | fakes looked at | genuine looked at |"
        yield "|---|---|---|---|---|---|"
        for row in real.to_dict("records"):
            numbers = " | ".join(f"{row[name]:.3f}" for name in ("weight", "count", "fakes", "genuine"))
            yield f"| {row['part']} | {row['accounts']} | {numbers} |"


def main(arguments: list[str]) -> None:
    """Measure and write the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks authenticity")
    parser.add_argument("--seeds", type=int, default=20)
    asked = parser.parse_args(arguments)
    found = pd.DataFrame([measure(seed) for seed in range(asked.seeds)])
    real = pd.DataFrame([known(part) for part in ("train", "test")] if PUBLIC.is_dir() else [])
    text = "\n".join(lines(found, real)) + "\n"
    (RESULTS / "authenticity.md").write_text(text, encoding="utf-8", newline="\n")
    print(text)
