"""Who took a loan in 38 Indian villages, by how they are connected: ``python examples/villages.py DATA``.

DATA holds households.csv (loan, hh, village, leader) and edges.csv (hh_a, hh_b: ties, each listed twice). Nobody knows
when anybody took a loan, so that nothing can be credited or held out; what is left is whether the connected take more.
Prints the chance that a household with a loan scores above one without (AUC), within villages: a half is chance.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from influence_graph import Network
from influence_graph.backtesting.prediction import area
from influence_graph.measures import all_measures


def scores(data: Path) -> pd.DataFrame:
    """Loan, village and the scores of each household with a village."""
    households = pd.read_csv(data / "households.csv", usecols=["loan", "hh", "village", "leader"])
    ties = pd.read_csv(data / "edges.csv").astype(str)
    network = Network.from_edges(ties["hh_a"], ties["hh_b"], nodes=list(households["hh"].astype(str)))
    measured = all_measures(network, rng=np.random.default_rng(0)).reindex(households["hh"].astype(str))
    columns = {"ties": "audience", "pagerank": "pagerank", "betweenness": "betweenness", "k-core": "core"}
    told = pd.DataFrame({name: measured[column].to_numpy(dtype=float) for name, column in columns.items()})
    return pd.concat([households, told], axis="columns").drop(columns="hh")


def main(arguments: list[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="the folder with the data")
    told = scores(parser.parse_args(arguments).data)
    print(f"{len(told):,} households, {told['loan'].mean():.1%} with a loan")
    for name in ("leader", "ties", "pagerank", "betweenness", "k-core"):
        taken = told["loan"].to_numpy(dtype=float)
        within = told[name].groupby(told["village"]).rank(pct=True)
        print(f"{name:12} {area(within.to_numpy(), taken, 1.0 - taken):.3f}")


if __name__ == "__main__":
    main()
