"""The rumour of the Higgs boson on Twitter: ``python examples/higgs.py DATA OUT [--map]``.

DATA holds higgs-activity_time.txt.gz (who, on whom, Unix time, RT, MT or RE) and
higgs-social_network.first355073.edgelist.gz (follower, followed: what 5,395 people follow, all that is known of it).
Whatever somebody tweets is a share that their followers can see; a retweet by one of the 5,395 is a conversion: of the
others it is not known what they saw.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from adoptions import Frames, main

WINDOW_DAYS = 2
"""A tweet is old the day after."""


def read(data: Path) -> Frames:
    """The tables of the tweets in a folder."""
    names = ["person_id", "whom", "at", "kind"]
    acts = pd.read_csv(data / "higgs-activity_time.txt.gz", sep=" ", names=names)
    acts["at"] = pd.to_datetime(acts["at"], unit="s", utc=True)
    follows = pd.read_csv(
        data / "higgs-social_network.first355073.edgelist.gz", sep=" ", names=["follower_id", "followed_id"]
    )
    acts = acts.sort_values("at", kind="stable").reset_index(drop=True)
    seen = acts[acts["person_id"].isin(follows["followed_id"])]
    shares = pd.DataFrame({"share_id": "s" + seen.index.astype(str), "person_id": seen["person_id"]})
    shares = shares.assign(shared_at=seen["at"], campaign_id="higgs", kind=seen["kind"])
    passed = acts[acts["kind"].eq("RT") & acts["person_id"].isin(follows["follower_id"])]
    followers = follows["followed_id"].value_counts().sort_index()
    return {
        "creators": pd.DataFrame({"creator_id": followers.index, "followers": followers.to_numpy()}),
        "follows": follows,
        "shares": shares,
        "conversions": pd.DataFrame(
            {
                "conversion_id": "r" + passed.index.astype(str),
                "person_id": passed["person_id"],
                "converted_at": passed["at"],
                "campaign_id": "higgs",
            }
        ),
    }


if __name__ == "__main__":
    main(read, window_days=WINDOW_DAYS, about=__doc__)
