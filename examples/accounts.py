"""Instagram accounts of which it is known whether they are fakes: ``python examples/accounts.py FILE OUT``.

FILE is a CSV of profiles without names (profile pic, description length, #posts, #followers, #follows, fake). Each gets
a number for an id, and a day on which followers and followings were counted; OUT/tables is what `authenticity` reads.
Prints the chance that a fake has more signals, and a lower weight, than a genuine account (AUC): a half is chance.
Nothing is trained: what is known is looked at afterwards.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd

from influence_graph import authenticity
from influence_graph.backtesting.prediction import area
from influence_graph.tables import read

COUNTED = "2020-01-01"
"""When, which nobody tells and nothing rests on."""


def write(file: Path, tables: Path) -> pd.Series:
    """Write the tables; whether each account is a fake, by id."""
    rows = pd.read_csv(file)
    ids = pd.Series([f"a{number}" for number in range(len(rows))], name="creator_id")
    page = rows[["profile pic", "description length", "#posts"]]
    tables.mkdir(parents=True, exist_ok=True)
    creators = pd.concat([ids, rows["#followers"].rename("followers"), page], axis="columns")
    creators.to_csv(tables / "creators.csv", index=False)
    counted = {"at": COUNTED, "followers": rows["#followers"], "following": rows["#follows"]}
    ids.to_frame().assign(**counted).to_csv(tables / "followers.csv", index=False)
    return pd.Series(rows["fake"].eq(1).to_numpy(), index=ids)


def main(arguments: list[str] | None = None) -> None:
    """Write the tables and print how well fakes are told."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, help="the file with the profiles")
    parser.add_argument("out", type=Path, help="the folder to write to")
    asked = parser.parse_args(arguments)
    fake = write(asked.file, asked.out / "tables")
    found = authenticity(read(asked.out / "tables")).people.set_index("person_id").loc[fake.index]
    known = fake.to_numpy(dtype=float)
    print(f"{len(fake):,} accounts, {fake.mean():.0%} fakes")
    for name, score in (("signals", found["signals"]), ("weight", -found["weight"])):
        print(f"{name:8} {area(score.to_numpy(dtype=float), known, 1.0 - known):.3f}")
    print(f"influence-graph authenticity {asked.out / 'tables'}")


if __name__ == "__main__":
    main()
