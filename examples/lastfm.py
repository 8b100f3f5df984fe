"""Last.fm's friends and tags (HetRec 2011) as a programme: ``python examples/lastfm.py DATA OUT [--map]``.

DATA holds user_friends.dat (userID, friendID, by tabs), user_taggedartists_recovered.csv.gz (userID, artistID, tagID,
date) and artists.csv (id, name). Friends follow one another; the first tagging of an artist by a person is a share, and
a conversion as well where somebody else tagged the artist in an earlier month; an artist is a campaign.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from adoptions import Frames, main, tables

WINDOW_DAYS = 365
"""Half of those who tag after a friend do so more than eight months later."""

BEGIN = pd.Timestamp("2005-01-01", tz="UTC")
"""Tags dated before Last.fm had any are wrong."""


def read(data: Path) -> Frames:
    """The tables of the tags in a folder."""
    tags = pd.read_csv(data / "user_taggedartists_recovered.csv.gz")
    tags = tags.rename(columns={"userID": "person", "artistID": "thing"})
    day = pd.to_datetime(tags["date"], utc=True)
    tags["at"] = day - pd.to_timedelta(day.dt.day - 1, unit="D")  # nearly all dates are the first of a month
    names = pd.read_csv(data / "artists.csv", index_col="id")["name"]
    tags["name"] = tags["thing"].map(names)
    friends = pd.read_csv(data / "user_friends.dat", sep="\t")
    ties = friends.set_axis(["follower", "followed"], axis="columns")
    both = pd.concat([ties, ties.set_axis(["followed", "follower"], axis="columns")])
    return tables(tags[tags["at"] >= BEGIN], both)


if __name__ == "__main__":
    main(read, window_days=WINDOW_DAYS, about=__doc__)
