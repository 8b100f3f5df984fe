"""Worlds with planted truth: sample data for newcomers, and the test of every claim we make.

A world is drawn from a `Recipe`: who follows whom, who shares what and when, who buys by themselves, and who buys
because of a share. What was planted is kept beside the tables, so that what the model finds can be compared with
what is true. `KINDS` names the recipes; each breaks one assumption that a naive count of credit rests on.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from influence_graph.tables.schema import SCHEMA, Tables
from influence_graph.world.accounts import draw_accounts
from influence_graph.world.adopters import adopt
from influence_graph.world.draw import (
    Draft,
    Floats,
    draw_driven,
    draw_follows,
    draw_hidden,
    draw_organic,
    draw_reshares,
    draw_returns,
    draw_shares,
    draw_theta,
    type_codes,
)
from influence_graph.world.dress import dress, person_ids
from influence_graph.world.recipe import KINDS, Recipe

__all__ = ["KINDS", "Recipe", "World", "adopt", "make"]


@dataclass(frozen=True)
class World:
    """Tables and the truth behind them.

    Attributes
    ----------
    tables : Tables
        As a user would hand them in.
    truth : DataFrame
        One row a person who shared or could have: person_id, theta (conversions per exposed person and share),
        driven (conversions that this person's shares caused), role; where accounts are inflated, what each creator's
        account is: genuine, inflated or viral; where people heed posts by their taste, taste and maker (of videos).
    planted : dict
        kind, seed, conversions, driven, organic, delay_days, delay_tail, wear.
    """

    tables: Tables
    truth: pd.DataFrame
    planted: dict[str, Any] = field(default_factory=dict)

    def write(self, folder: Path) -> None:
        """Write each table that has rows as ``<table>.csv``; the truth is not among them."""
        folder.mkdir(parents=True, exist_ok=True)
        for name in SCHEMA:
            frame = self.tables[name].dropna(axis="columns", how="all")
            if len(frame):
                frame.to_csv(
                    folder / f"{name}.csv",
                    index=False,
                    encoding="utf-8",
                    lineterminator="\n",
                    date_format="%Y-%m-%dT%H:%M:%SZ",
                    float_format="%.10g",
                )


def make(
    kind: str = "influence",
    *,
    people: int = 20_000,
    creators: int = 300,
    campaigns: int = 8,
    seed: int = 0,
    mean_follows: float = 10.0,
    **changes: float,
) -> World:
    """Draw a world of a kind.

    Parameters
    ----------
    kind : str
        A key of `KINDS`.
    people, creators, campaigns : int
        Sizes; creators are among the people.
    seed : int
        The same seed gives the same world.
    mean_follows : float
        Creators that a person follows, on average.
    **changes
        Fields of `Recipe` to plant otherwise; conversions scale with people unless given here.

    Returns
    -------
    World
        Tables, truth, and what was planted.

    Raises
    ------
    ValueError
        When the kind or a changed field does not exist.
    """
    if kind not in KINDS:
        raise ValueError(f"no world {kind!r}; there are {', '.join(KINDS)}")
    scale = people / 20_000
    base = KINDS[kind]
    scaled = {name: getattr(base, name) * scale for name in ("driven", "organic", "hidden")}
    recipe = replace(base, **(scaled | changes))
    rng = np.random.default_rng([seed, list(KINDS).index(kind)])
    draft = Draft(recipe, rng, people, creators, campaigns, begins=28.0 * np.arange(campaigns, dtype=np.float64))
    draw_follows(draft, mean_follows)
    shares = draw_shares(draft)
    if recipe.reshare:
        shares = draw_reshares(draft, shares)
    theta = draw_theta(draft, shares)
    bought = pd.concat([draw_driven(draft, shares, theta), draw_organic(draft, shares)], ignore_index=True)
    if recipe.hidden:
        bought = pd.concat([bought, draw_hidden(draft, shares)], ignore_index=True)
    if recipe.returns:
        bought = pd.concat([bought, draw_returns(draft, bought)], ignore_index=True)
    bought = bought.sort_values("day", kind="stable", ignore_index=True)
    bought["code"] = type_codes(draft, bought, shares)
    truth = _truth(draft, shares, theta, bought)
    driven = int((bought["driver"] >= 0).sum())
    planted = {
        "kind": kind, "seed": seed, "conversions": len(bought), "driven": driven, "organic": len(bought) - driven,
        "delay_days": recipe.delay_days, "delay_tail": recipe.delay_tail, "wear": recipe.wear,
    }  # fmt: skip
    tables = dress(draft, shares, bought)
    if recipe.inflated or recipe.viral:
        tables, account = draw_accounts(draft, tables, np.random.default_rng([seed, list(KINDS).index(kind), 1]))
        truth["account"] = truth["person_id"].map(account)
    return World(tables, truth, planted)


def _truth(draft: Draft, shares: pd.DataFrame, theta: Floats, bought: pd.DataFrame) -> pd.DataFrame:
    who = np.union1d(np.arange(draft.creators), shares["person"].unique())
    driver = bought["driver"].to_numpy()
    driven = np.bincount(driver[driver >= 0], minlength=draft.people)
    role = np.where(who < draft.creators, "creator", "advocate")
    told = pd.DataFrame({"person_id": person_ids(draft)[who], "theta": theta[who], "driven": driven[who], "role": role})
    return told.assign(taste=draft.taste[who], maker=draft.maker[who]) if draft.maker.size else told
