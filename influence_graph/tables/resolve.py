"""Who is who: a person's accounts and codes become one person, in every table."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

import pandas as pd

from influence_graph.tables.deals import unknown_deals
from influence_graph.tables.direction import Direction, direction
from influence_graph.tables.distinct import alike
from influence_graph.tables.headers import fold
from influence_graph.tables.joined import joined_creators, joined_follows, joined_history
from influence_graph.tables.orders import net, orders
from influence_graph.tables.privacy import protected
from influence_graph.tables.schema import SCHEMA, Note, Tables

__all__ = ["Direction", "direction", "orders", "resolve", "resolve_accounts"]

_CODES = frozenset(
    """code coupon couponcode voucher vouchercode promocode discountcode referralcode ma magiamgia makhuyenmai
    magioithieu utm utmsource utmmedium utmcampaign utmcontent utmterm subid""".split()
)
"""Kinds of alias that name a creator in an order, folded; all other kinds name a person's account."""
_HANDLES = frozenset("handle username nickname tendangnhap".split())
_BETWEEN = re.compile(r"[,;|]")
"""What stands between the codes of an order that carries several."""
_NAMED = 5
"""So many ambiguous aliases are named."""
_PEOPLE = {
    "creators": ("creator_id",),
    "aliases": ("person_id",),
    "follows": ("follower_id", "followed_id"),
    "followers": ("creator_id",),
    "shares": ("person_id",),
    "conversions": ("person_id", "claimed_by"),
    "touches": ("person_id", "creator_id"),
}


def resolve(tables: Tables, *, key: bytes | None = None) -> Tables:
    """Join each person's accounts and codes, so that every table names people alike.

    An alias stands for its person wherever an id of a person does; handles meet whatever their case and with or
    without the leading @. Orders without `claimed_by` get the creator whose code, utm or sub_id they carry. A creator
    with several accounts becomes one row, followers and costs of the accounts added. Who follows themselves then no
    longer does. Phones and e-mails are hashed (`privacy.protect`).

    Parameters
    ----------
    tables : Tables
        As read; not changed.
    key : bytes, optional
        Of the hashes; by default that of this machine.

    Returns
    -------
    Tables
        The same tables by canonical ids, with notes: what was joined, which aliases name two people and so none,
        and what `orders` noticed. Resolving twice changes no table.

    Notes
    -----
    O(rows + aliases).
    """
    return resolve_accounts(tables, key=key)[0]


def resolve_accounts(tables: Tables, *, key: bytes | None = None) -> tuple[Tables, dict[str, str]]:
    """The tables as `resolve` gives them, and whom each account that is not its person's own id stands for."""
    hashed, texts = protected(tables, key=key)
    people = {name: hashed[name] for name in _PEOPLE}
    ids = set().union(*(texts.get((name, column), ()) for name, columns in _PEOPLE.items() for column in columns))
    del texts
    accounts: dict[str, str] = {}
    # Joining people may leave an alias with one person that named two before: repeat until nothing joins.
    while (found := _canonical(people, ids))[0]:
        accounts = {account: found[0].get(person, person) for account, person in accounts.items()} | found[0]
        people = {name: _renamed(people[name], columns, found[0]) for name, columns in _PEOPLE.items()}
        ids = {found[0].get(person, person) for person in ids}
    codes, of_several = _codes(people["aliases"], people["creators"]["creator_id"])
    people["conversions"], of_nobody = _claimed(people["conversions"], codes, of_several)
    follows = people["follows"]
    apart = ~alike(follows["follower_id"], follows["followed_id"])
    if not apart.all():
        people["follows"] = follows[apart].reset_index(drop=True)
    if accounts:
        people["creators"] = joined_creators(people["creators"])
        people["follows"] = joined_follows(people["follows"])
        people["followers"] = joined_history(people["followers"], hashed.followers["creator_id"])
        people["touches"] = people["touches"].drop_duplicates(list(SCHEMA["touches"].key), ignore_index=True)
    noticed = (
        Note("resolve.accounts-joined", {"n": len(accounts)}),
        Note("resolve.ambiguous-aliases", {"n": len(found[1])}),
        Note("resolve.ambiguous-codes", {"n": len(of_several), "codes": ", ".join(of_several[:_NAMED])}),
        of_nobody,
        Note("resolve.self-follows", {"n": int((~apart).sum())}),
        *net(people["conversions"]).notes,
        *unknown_deals(people["shares"]),
    )
    new = [note for note in noticed if note.numbers["n"] and note not in hashed.notes]
    return replace(hashed, **people, notes=(*hashed.notes, *new)), accounts


def _handle(text: str) -> str:
    return text.strip().removeprefix("@").casefold()


def _canonical(tables: Mapping[str, pd.DataFrame], ids: set[str]) -> tuple[dict[str, str], list[str]]:
    """Whom each of the ids that is not its person's own stands for, and the aliases that name several people."""
    aliases = tables["aliases"]
    accounts = aliases[~_is_kind(aliases, _CODES)]
    is_handle = _is_kind(accounts, _HANDLES) | accounts["alias"].str.startswith("@")
    handles, two = _unambiguous(accounts["alias"][is_handle].map(_handle), accounts["person_id"][is_handle])
    others, three = _unambiguous(accounts["alias"][~is_handle], accounts["person_id"][~is_handle])
    creators = set(tables["creators"]["creator_id"])
    spelled = _spelled({_handle(person) for person in ids if person.startswith("@")}, ids, creators)
    stands_for = {}
    for person in ids if others or handles or spelled else ():
        handle = _handle(person)
        to = others.get(person) or handles.get(handle) or spelled.get(handle)
        if to is not None and to != person:
            stands_for[person] = to
    canonical = {person: _last(person, stands_for) for person in stands_for}
    return {person: last for person, last in canonical.items() if last != person}, [*two, *three]


def _is_kind(aliases: pd.DataFrame, kinds: frozenset[str]) -> pd.Series:
    """Which aliases are of these kinds, however those are written: "Mã giảm giá", "Sub-ID 2"."""
    return aliases["kind"].map(lambda kind: fold(kind).rstrip("0123456789")).isin(kinds)


def _unambiguous(aliases: pd.Series, people: pd.Series) -> tuple[dict[str, str], list[str]]:
    """Whom each alias names where that is one person only, and the aliases that name several."""
    pairs = pd.DataFrame({"alias": aliases, "person": people}).drop_duplicates()
    several = pairs["alias"].duplicated(keep=False)
    alone = pairs[~several]
    return dict(zip(alone["alias"], alone["person"], strict=True)), sorted(set(pairs["alias"][several]))


def _spelled(handles: set[str], ids: Iterable[str], creators: set[str]) -> dict[str, str]:
    """The one spelling of each handle that somewhere carries an @: the creators table's, else the plainest."""
    spellings: dict[str, set[str]] = {}
    for person in ids if handles else ():
        if (handle := _handle(person)) in handles:
            spellings.setdefault(handle, set()).add(person)
    chosen = {}
    for handle, ways in spellings.items():
        listed = ways & creators
        # Two creators whose ids differ by case alone may be two people: they stay apart.
        if len({person.removeprefix("@") for person in listed}) <= 1:
            chosen[handle] = min(listed or {handle}, key=lambda person: (person.startswith("@"), person))
    return chosen


def _last(person: str, stands_for: Mapping[str, str]) -> str:
    """The end of a chain of aliases; of a circle, its smallest member."""
    path: list[str] = []
    while person in stands_for and person not in path:
        path.append(person)
        person = stands_for[person]
    return min(path[path.index(person) :]) if person in path else person


def _renamed(frame: pd.DataFrame, columns: Iterable[str], canonical: Mapping[str, str]) -> pd.DataFrame:
    if not canonical:
        return frame
    named = {}
    for column in columns:
        ids = frame[column]
        to = ids.map(canonical)
        named[column] = ids.where(to.isna(), to).astype("str")
    return frame.assign(**named)


def _codes(aliases: pd.DataFrame, creators: pd.Series) -> tuple[dict[str, str], list[str]]:
    """Whose each code is, case apart: buyers type codes as they like. And the codes of several creators.

    A code that nobody is listed with is that of the creator whose id it is. One of digits alone may be any number.
    """
    rows = aliases[_is_kind(aliases, _CODES)]
    listed, several = _unambiguous(_typed(rows["alias"]), rows["person_id"])
    worded = creators[~creators.str.fullmatch(r"\W*\d+\W*")]
    own, _ = _unambiguous(_typed(worded).str.removeprefix("@"), worded)
    return {**{code: person for code, person in own.items() if code not in several}, **listed}, several


def _typed(codes: pd.Series) -> pd.Series:
    """Codes as they are compared, however they were typed."""
    return codes.str.strip().str.casefold()


def _claimed(
    conversions: pd.DataFrame, codes: Mapping[str, str], of_several: Collection[str]
) -> tuple[pd.DataFrame, Note]:
    """Orders claimed for those whose code they carry, alone or beside a shop's; and how many carry codes of nobody."""
    typed = _typed(conversions["code"])
    whose, of_nobody = {}, set()
    for text in typed.dropna().unique():
        parts = {text, *map(str.strip, _BETWEEN.split(text))}
        owners = {codes[part] for part in parts if part in codes}
        if len(owners) == 1:
            whose[text] = owners.pop()
        elif not owners and parts.isdisjoint(of_several):
            of_nobody.add(text)
    claimed = conversions["claimed_by"]
    claimed = claimed.where(claimed.notna(), typed.map(whose)).astype("str")
    unclaimed = conversions[claimed.isna() & typed.isin(of_nobody)]
    named = ", ".join(unclaimed["code"].value_counts().index[:_NAMED])
    note = Note("resolve.codes-of-nobody", {"n": unclaimed["conversion_id"].nunique(), "codes": named})
    return conversions.assign(claimed_by=claimed), note
