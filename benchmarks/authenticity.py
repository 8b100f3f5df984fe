"""Inflated accounts against what was planted: ``python -m benchmarks authenticity [--seeds 20]`` writes
results/authenticity.md. With public data beside the checkout, accounts of which it is known as well.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from influence_graph.people.authenticity import LOOK, authenticity
from influence_graph.tables.schema import DTYPES, SCHEMA, Tables
from influence_graph.world import make

RESULTS = Path(__file__).parent / "results"
PUBLIC = Path(__file__).parents[2] / "shared" / "data" / "instagram_fake_genuine"
SIZE = {"people": 4_000, "creators": 150}


def ranked(score: pd.Series, truth: pd.Series) -> float:
    """ROC-AUC: the chance that somebody who is, scores above somebody who is not."""
    rank, n = score.rank(), int(truth.sum())
    return float((rank[truth].sum() - n * (n + 1) / 2) / (n * (len(truth) - n)))


def measure(seed: int) -> dict[str, float]:
    """One world of inflated, viral and genuine accounts."""
    made = make("inflated", **SIZE, seed=seed)
    found = authenticity(made.tables).people.merge(made.truth, on="person_id")
    inflated, look = found["account"].eq("inflated"), found["weight"].lt(LOOK)
    told = {f"looked at, {account}": look[rows].mean() for account, rows in found.groupby("account").groups.items()}
    areas = {"weight": ranked(-found["weight"], inflated), "count": ranked(found["signals"], inflated)}
    return {"seed": seed, **areas, **told}


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
