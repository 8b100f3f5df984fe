"""What signals of inflated numbers say, in sentences: how many, of what, and what could not be looked at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

import pandas as pd

from influence_graph.language import say
from influence_graph.tables.schema import Note

WORDS = MappingProxyType(
    {
        "engagement": "authenticity.engagement",
        "audience": "authenticity.audience",
        "known": "authenticity.known",
        "likes": "authenticity.likes",
        "growth": "authenticity.growth",
        "decay": "authenticity.decay",
        "watched": "authenticity.watched",
        "silent": "authenticity.silent",
        "following": "authenticity.following",
        "profile": "authenticity.profile",
    }
)
"""The message that words each signal with its number and what is usual."""

LOOK = 0.5
"""Under this weight an account is worth a second look."""
SEVERAL = 2
"""So many signals make a second look worth while: any one has innocent reasons."""


def tell(people: pd.DataFrame, times: float) -> Iterator[Note]:
    """The sentences, most important first.

    Parameters
    ----------
    people : DataFrame
        As `Authenticity` holds them.
    times : float
        How many followers for each real one it takes, for a usual account, until posts alone show it; NaN where they
        can't be compared.

    Yields
    ------
    Note
        O(people).
    """
    n = int(people["told"].gt(0).sum())
    if not n:
        yield Note("authenticity.untold", {"n": len(people)})
        return
    look = people["weight"].lt(LOOK)
    numbers = {"n": int(look.sum()), "scope": n, "several": int(people["signals"].ge(SEVERAL).sum())}
    yield Note("authenticity.look" if look.any() else "authenticity.none", numbers)
    grown = people["growth"].ge(1.15) & people["growth_strength"].lt(0.1) & ~look
    if grown.any():
        yield Note("authenticity.viral", {"n": int(grown.sum())})
    if times == times:
        yield Note("authenticity.least", {"times": times})
    if people["growth"].isna().all():
        yield Note("authenticity.no-history", {})
    if people["silent"].isna().all():
        yield Note("authenticity.no-follows", {})
    if people[["engagement", "audience", "likes"]].isna().all(axis=None):
        yield Note("authenticity.no-posts", {})


def said(row: Mapping[Any, Any]) -> list[str]:
    """What speaks against an account, in words, the strongest first: whatever lowers its weight.

    Parameters
    ----------
    row : mapping
        A row of `Authenticity.people`.
    """
    strengths = {signal: row[f"{signal}_strength"] for signal in WORDS}
    heard = sorted((s for s, strength in strengths.items() if strength > 0), key=lambda s: -strengths[s])
    return [say(WORDS[signal], value=row[signal], typical=row[f"{signal}_typical"]) for signal in heard]
