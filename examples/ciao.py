"""Ciao's product reviews and trust lists as a programme: ``python examples/ciao.py DATA OUT [--map]``.

DATA holds ciao_ratings.csv (user, product, category, rating from 1 to 5, helpfulness, unix_time: whole days) and
ciao_trust.csv (truster, trustee). The truster follows the trustee; the first rating of a product by a person is a
share, and a conversion as well where somebody else rated the product on an earlier day; a product is a campaign.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from adoptions import Frames, main, tables

WINDOW_DAYS = 365
"""Half of those who rate after somebody they trust do so more than three months later."""


def read(data: Path) -> Frames:
    """The tables of the reviews in a folder."""
    columns = {"user": "person", "product": "thing", "category": "product"}
    ratings = pd.read_csv(data / "ciao_ratings.csv").rename(columns=columns)
    ratings["at"] = pd.to_datetime(ratings["unix_time"], unit="s", utc=True).dt.floor("D")
    trust = pd.read_csv(data / "ciao_trust.csv").rename(columns={"truster": "follower", "trustee": "followed"})
    return tables(ratings, trust)


if __name__ == "__main__":
    main(read, window_days=WINDOW_DAYS, about=__doc__)
