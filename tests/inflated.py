"""Accounts with a history of followers week by week, some of whom bought theirs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from given import table

from influence_graph import authenticity
from influence_graph.tables.schema import Tables

START = pd.Timestamp("2026-01-05", tz="UTC")
WEEKS = 20


def exports(**paths: Any) -> Tables:
    """Twelve alike accounts with a history and weekly posts; `paths` are the followers of some, week by week."""
    rng = np.random.default_rng(2)
    ids = [f"c{i:02}" for i in range(12)]
    usual = {who: 20_000.0 * 1.005 ** np.arange(WEEKS) * np.exp(0.004 * rng.standard_normal(WEEKS)) for who in ids}
    usual |= {who: np.asarray(path, dtype=float) for who, path in paths.items()}
    at = START + pd.to_timedelta(7 * np.arange(WEEKS), unit="D")
    history = [(who, day, size) for who, path in usual.items() for day, size in zip(at, path, strict=True)]
    creator, day, size = zip(*history, strict=True)
    views = np.round(5_000.0 * rng.lognormal(0.0, 0.3, len(history)))
    return Tables(
        creators=table(
            "creators", creator_id=ids, platform=["tiktok"] * 12, followers=[path[-1] for path in usual.values()]
        ),
        followers=table("followers", creator_id=creator, at=day, followers=size, following=[300.0] * len(history)),
        shares=table(
            "shares", share_id=[f"s{i}" for i in range(len(history))], person_id=creator, shared_at=day, views=views,
            likes=np.round(views * 0.05), comments=np.round(views * 0.004),
        ),
    )  # fmt: skip


def of(tables: Tables, who: str) -> dict[Any, Any]:
    found = authenticity(tables).people
    return found[found["person_id"].eq(who)].to_dict("records")[0]


def doubled(*, back: float = 0.0) -> np.ndarray:
    """Followers who double from the tenth week to the eleventh; a part of the gain is lost again."""
    path = np.full(WEEKS, 20_000.0)
    path[10:] += 20_000.0 * (1.0 - back * (1.0 - np.exp(-np.arange(WEEKS - 10) / 2.0)))
    return path
