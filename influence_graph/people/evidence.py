"""How far what is seen of a person speaks for each role: a number in [0, 1] for each sign, and memberships by them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from influence_graph.people.anchors import Anchors, RoleAnchors


def on_scale(values: pd.Series[Any], anchors: Anchors) -> pd.Series[float]:
    """Where values stand between two anchors on a log scale: 0 at the lower and under, 1 at the upper and over.

    Examples
    --------
    >>> on_scale(pd.Series([0.0, 1_000.0, 31_622.7766, 5e6]), (1_000, 1_000_000)).round(3).tolist()
    [0.0, 0.0, 0.5, 1.0]
    """
    lower, upper = anchors
    risen = np.log(np.clip(values.to_numpy(dtype=np.float64, na_value=np.nan), lower, upper) / lower)
    return pd.Series(risen / np.log(upper / lower), index=values.index, name=values.name)


def evidence(signs: pd.DataFrame, *, anchors: RoleAnchors) -> pd.DataFrame:
    """Every sign of everybody between its anchors: a column for each, in [0, 1], NaN where the tables can't tell."""
    return pd.DataFrame({name: on_scale(signs[name], getattr(anchors, str(name))) for name in signs})


def by_signs(signs: pd.DataFrame, config: RoleAnchors) -> pd.DataFrame:
    """What `memberships` returns, from the signs in their own units."""
    scaled = evidence(signs, anchors=config)
    by_role = pd.DataFrame({role: scaled[list(names)].mean(axis=1) for role, names in config.evidence.items()})
    weights = by_role.fillna(0.0) ** config.alpha
    held = weights.div(weights.sum(axis=1).where(lambda total: total > 0), axis=0)
    strength = by_role.max(axis=1).rename("strength")
    return pd.concat([held, strength, by_role.add_prefix("evidence_"), scaled.add_prefix("evidence_")], axis=1)
