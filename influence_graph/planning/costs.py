"""What activating each person costs: their own price, else a stated model of prices, else a gift."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from influence_graph.cascades.model import Floats
from influence_graph.errors import UsageError
from influence_graph.planning.prospects import ROLES, Prospects
from influence_graph.tables.schema import Note, Tables

PUBLISHED = ("instagram-2023", "tiktok-2023", "youtube-2023")
"""Prices that come with the program, files of `rates/`."""
USUAL = "instagram-2023"
"""Those that are assumed where nothing is said and the currency is theirs."""
_KEYS = frozenset({"name", "source", "year", "currency", "post", "activation"})


@dataclass(frozen=True)
class Rates:
    """A stated model of prices.

    Attributes
    ----------
    name, source : str
        What it is called, and who says so.
    year : int or None
    currency : str
    post : tuple of (followers, cost)
        What one post costs at so many followers; in between it rises evenly on a log scale, beyond the ends it stays.
        May be empty.
    activation : mapping of role to cost
        What somebody whose main role that is costs, however often they post: goes before `post`.
    """

    name: str
    source: str
    year: int | None
    currency: str
    post: tuple[tuple[float, float], ...] = ()
    activation: dict[str, float] = field(default_factory=dict)

    def of_posts(self, followers: Floats, posts: Floats) -> Floats:
        """(n,) float64: what so many posts of people with so many followers cost, NaN where unknown.

        Examples
        --------
        >>> rates = Rates("ours", "", None, "USD", ((1_000, 10), (100_000, 1_000)))
        >>> rates.of_posts(np.array([500.0, 10_000.0, np.nan]), np.array([1.0, 2.0, 1.0])).tolist()
        [10.0, 200.0, nan]
        """
        if not self.post:
            return np.full(len(followers), np.nan)
        at, cost = np.log(np.array(self.post, dtype=np.float64)).T
        each = np.exp(np.interp(np.log(np.maximum(np.nan_to_num(followers), 1.0)), at, cost))
        return np.where(np.isfinite(followers), np.round(each * posts, 2), np.nan)


@dataclass(frozen=True, eq=False)
class Costs:
    """What activating each person costs.

    Attributes
    ----------
    amount : (n,) float64
        In `currency`, in the order of the network; NaN where nothing is known.
    basis : (n,) str
        "price" (their own), "rates" (the model's), "gift" (what an order is worth), or empty.
    currency : str or None
        None where nobody says.
    notes : tuple of Note
        What was assumed, and for how many.
    """

    amount: Floats
    basis: NDArray[np.object_]
    currency: str | None
    notes: tuple[Note, ...]


def read_rates(given: str | Path) -> Rates:
    """Prices that come with the program, by their name, or a TOML file of one's own.

    Raises
    ------
    UsageError
        There is no such file, or it can't be understood.
    """
    if str(given) in PUBLISHED:
        text = resources.files("influence_graph.planning.rates").joinpath(f"{given}.toml").read_text(encoding="utf-8")
    else:
        path = Path(given)
        if not path.is_file():
            raise UsageError("planning.no-such-rates", file=path, known=", ".join(PUBLISHED))
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as fault:
            raise UsageError("planning.rates-unreadable", file=path, reason=str(fault)) from fault
    try:
        return _understood(tomllib.loads(text), Path(given))
    except tomllib.TOMLDecodeError as fault:
        raise UsageError("planning.rates-unreadable", file=given, reason=str(fault)) from fault


def _understood(told: dict[str, Any], path: Path) -> Rates:
    if unknown := sorted(set(told) - _KEYS):
        raise UsageError("planning.rates-key", file=path, key=unknown[0], known=", ".join(sorted(_KEYS)))
    currency = told.get("currency")
    if not isinstance(currency, str) or not currency.strip():
        raise UsageError("planning.rates-currency", file=path)
    posts = told.get("post", [])
    try:
        post = tuple(sorted((float(entry["followers"]), float(entry["cost"])) for entry in posts))
        activation = {str(role): float(cost) for role, cost in told.get("activation", {}).items()}
    except (TypeError, ValueError, KeyError, AttributeError) as fault:
        raise UsageError("planning.rates-numbers", file=path) from fault
    numbers = [*(number for entry in post for number in entry), *activation.values()]
    if not numbers or not all(0 < number < np.inf for number in numbers):
        raise UsageError("planning.rates-numbers", file=path)
    if others := sorted(set(activation) - set(ROLES)):
        raise UsageError("planning.rates-role", file=path, role=others[0], known=", ".join(ROLES))
    year = told.get("year")
    return Rates(
        name=str(told.get("name", path.name)),
        source=str(told.get("source", path.name)),
        year=year if isinstance(year, int) else None,
        currency=currency.strip().upper(),
        post=post,
        activation=activation,
    )


def costs(prospects: Prospects, tables: Tables, *, rates: Rates | None = None, currency: str | None = None) -> Costs:
    """What activating each person costs, all of it in one currency.

    A creator's own price stands in the table of creators. Where it does not, the model of prices says what a person of
    their role, or with their followers and posts, costs; where no model was given, published prices are assumed if
    their currency is the one that is planned in. Somebody who is no listed creator costs a gift: what an order is
    worth. For everybody else the cost is unknown.

    Parameters
    ----------
    prospects : Prospects
    tables : Tables
        Its creators are those of the same map.
    rates : Rates, optional
    currency : str, optional
        What is planned in: prices in others are unknown then. The one in which prices are told where not given.

    Raises
    ------
    UsageError
        Prices in several currencies, or a model in another than the prices, and nobody said which to plan in.
    """
    people = prospects.people
    listed = tables.creators.drop_duplicates("creator_id", keep="last").set_index("creator_id").reindex(people.index)
    price = listed["cost"].to_numpy(dtype=np.float64)
    named = listed["currency"].str.strip().str.upper().to_numpy(dtype=object)
    priced = np.isfinite(price) & (price >= 0)
    unit = _one_currency(price, named, prospects, rates, currency)
    own = priced & (pd.isna(named) | (named == unit))
    amount, basis = np.where(own, price, np.nan), np.where(own, "price", "").astype(object)
    assumed, notes = rates is None, []
    if rates is None and unit in (None, read_rates(USUAL).currency):
        rates = read_rates(USUAL)
        unit = unit or (None if own.any() else rates.currency)
    if rates is not None:
        modelled = np.isnan(amount) & prospects.active
        role = np.where(people["is_creator"] | (people["role"] == "influencer"), people["role"], "advocate")
        by_role = pd.Series(role).map(rates.activation).to_numpy(dtype=np.float64)
        followers = np.where(people["is_creator"], people["followers"], np.nan).astype(np.float64)
        told = np.where(np.isfinite(by_role), by_role, rates.of_posts(followers, prospects.posts))
        modelled &= np.isfinite(told)
        amount[modelled], basis[modelled] = told[modelled], "rates"
        if n := int(modelled.sum()):
            message = "planning.rates-assumed" if assumed else "planning.rates-given"
            source = f"{rates.source}, {rates.year}" if rates.year else rates.source
            notes.append(Note(message, {"n": n, "name": rates.name, "source": source}))
    gift = np.isnan(amount) & prospects.active & ~people["is_creator"].to_numpy(dtype=bool)
    if prospects.value is not None and gift.any() and (unit is None or unit == _upper(prospects.currency)):
        each = round(float(np.median(prospects.value)), 2)
        if each > 0:
            amount[gift], basis[gift] = each, "gift"
            notes.append(Note("planning.gifts", {"n": int(gift.sum()), "each": each, "currency": unit or ""}))
    if n := int((np.isnan(amount) & prospects.active).sum()):
        notes.append(Note("planning.unpriced", {"n": n}))
    return Costs(amount, basis, unit, tuple(notes))


def _one_currency(
    price: Floats, named: NDArray[np.object_], prospects: Prospects, rates: Rates | None, asked: str | None
) -> str | None:
    """What is planned in: asked for, else that of the prices, else of the model, else of the orders."""
    found = pd.Series(named[np.isfinite(price)]).dropna()
    told = sorted(found.unique())
    if asked is not None:
        unit = asked.strip().upper()
        if told and unit not in told and not found.empty and rates is None:
            raise UsageError("planning.no-such-currency", currency=unit, known=", ".join(told))
        if rates is not None and rates.currency != unit:
            raise UsageError("planning.rates-other-currency", name=rates.name, currency=rates.currency, unit=unit)
        return unit
    if len(told) > 1:
        raise UsageError("planning.currencies", count=len(told), known=", ".join(told))
    if told and rates is not None and rates.currency != told[0]:
        raise UsageError("planning.rates-other-currency", name=rates.name, currency=rates.currency, unit=told[0])
    if told:
        return str(told[0])
    return rates.currency if rates is not None else _upper(prospects.currency)


def _upper(currency: str | None) -> str | None:
    return currency.strip().upper() if currency else None
