"""Firsts of people with things, and who follows whom, as the tables that the map reads.

Many public data sets know who took up what and when, but neither posts nor orders. Whoever takes a thing up shows it to
their followers, which is a share; and whoever takes it up after somebody else may have followed them, which is a
conversion. Whoever was first with a thing had nobody to follow: a share alone. Each thing is a campaign.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd

Frames = dict[str, pd.DataFrame]


def tables(firsts: pd.DataFrame, follows: pd.DataFrame) -> Frames:
    """The tables of the map.

    Parameters
    ----------
    firsts : DataFrame
        person, thing, at (time); optionally rating, and name and product (group) of the thing. Of several rows of a
        person with the same thing the earliest counts, the first in order where they are equally early.
    follows : DataFrame
        follower, followed.

    Returns
    -------
    dict of DataFrame
        Every table by its name. Everybody with a share is a creator, with as many followers as `follows` knows.
    """
    firsts = firsts.sort_values("at", kind="stable").drop_duplicates(["person", "thing"]).reset_index(drop=True)
    follows = follows[follows["follower"] != follows["followed"]].drop_duplicates()
    key = firsts["person"].astype(str) + "-" + firsts["thing"].astype(str)
    later = firsts["at"] > firsts.groupby("thing")["at"].transform("min")
    people = pd.Index(firsts["person"].unique()).sort_values()
    followers = follows["followed"].value_counts().reindex(people, fill_value=0)
    things = firsts.drop_duplicates("thing").sort_values("thing").rename(columns={"thing": "campaign_id"})
    shares = pd.DataFrame(
        {
            "share_id": key,
            "person_id": firsts["person"],
            "shared_at": firsts["at"],
            "campaign_id": firsts["thing"],
            "kind": "review",
        }
    )
    if "rating" in firsts:
        shares["rating"] = firsts["rating"]
    conversions = shares.rename(columns={"share_id": "conversion_id", "shared_at": "converted_at"})[later]
    return {
        "creators": pd.DataFrame({"creator_id": people, "followers": followers.to_numpy()}),
        "campaigns": things[[column for column in ("campaign_id", "name", "product") if column in things]],
        "follows": follows.rename(columns={"follower": "follower_id", "followed": "followed_id"}),
        "shares": shares,
        "conversions": conversions[["conversion_id", "person_id", "converted_at", "campaign_id"]],
    }


def main(read: Callable[[Path], Frames], *, window_days: int, about: str | None) -> None:
    """Write the tables of a data set, and say how to map them or do it.

    Parameters
    ----------
    read : callable
        From the folder with the data to the tables.
    window_days : int
        How long somebody's example may lead others to follow it, of which the map's default of a month knows nothing.
    about : str
        What the data set is.
    """
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="the folder with the data")
    parser.add_argument("out", type=Path, help="a folder for tables/ and map/; made when missing")
    parser.add_argument("--map", action="store_true", help="map the tables at once")
    told = parser.parse_args()
    folder = told.out / "tables"
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in read(told.data).items():
        frame.to_csv(folder / f"{name}.csv", index=False, date_format="%Y-%m-%dT%H:%M:%SZ", lineterminator="\n")
        print(f"{len(frame):9,} {name}")
    words = ["map", str(folder), "--window", str(window_days), "--out", str(told.out / "map")]
    print("influence-graph", *words, flush=True)
    if told.map:
        sys.exit(subprocess.run([sys.executable, "-m", "influence_graph", *words], check=False).returncode)
