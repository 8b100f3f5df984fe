"""Phones and e-mails leave as keyed hashes, before anything is stored or shown.

The same address hashes to the same text in every table, so tables that meet on it still join. The key stays on this
machine (HMAC-SHA256, RFC 2104): without it nobody can hash a list of phone numbers and look people up.
"""

from __future__ import annotations

import hmac
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import pandas as pd

from influence_graph.tables.distinct import distinct
from influence_graph.tables.key import local_key
from influence_graph.tables.schema import SCHEMA, Note, Tables

_EMAIL = re.compile(r"(?<![\w@.+-])[^\s@<>()\[\],;:\"/]+@[^\s@<>()\[\],;:\"/]+\.[^\W\d_]{2,}")
_INTERNATIONAL = re.compile(r"(?<![\w+])(?:\+|00(?=84))[1-9](?:[\s.()-]{0,2}\d){8,14}(?!\w)")
_MOBILE = re.compile(r"(?<![\w.+-])(?:0|84)[35789](?:[\s.-]?\d){8}(?![\w-]|\.\d)")  # Vietnamese
_PHONE_NAME = re.compile(r"(^|_)(phone|telephone|mobile|tel|sdt|dien_thoai|zalo|whatsapp)(_|$)")
_EMAIL_NAME = re.compile(r"(^|_)e?_?mail(_|$)")
_PEOPLE = frozenset({"person_id", "follower_id", "followed_id", "alias"})
_MARKS = ("@", "+", "0084")
"""Without one of them, only a whole column or prose makes a text an address."""
_AT_ONCE = 10_000
_ENOUGH = 3
"""A whole column of Vietnamese mobile numbers leaves no doubt from this many distinct ones on."""


def normal_email(text: str) -> str | None:
    """An e-mail address as every table would write it, or None where `text` is none."""
    bare = text.strip().casefold()
    return bare if _EMAIL.fullmatch(bare) else None


def normal_phone(text: str) -> str | None:
    """A phone number in international form (E.164), or None where `text` can't be one.

    Numbers without a country are Vietnamese, also where a spreadsheet dropped the leading zero.

    Examples
    --------
    >>> normal_phone("0912 345 678"), normal_phone("(+84) 912.345.678"), normal_phone("912345678")
    ('+84912345678', '+84912345678', '+84912345678')
    >>> normal_phone("iPhone 12") is None
    True
    """
    bare = re.sub(r"[\s().-]", "", re.sub(r"\.0$", "", text.strip()))
    bare = re.sub(r"^00", "+", bare)
    if not re.fullmatch(r"\+?\d{8,15}", bare):
        return None
    if re.fullmatch(r"\+?840?[2-9]\d{8,9}", bare):
        return re.sub(r"^\+?840?", "+84", bare)
    if re.fullmatch(r"0?[35789]\d{8}|0[2-9]\d{8,9}", bare):
        return "+84" + bare.removeprefix("0")
    return bare


def pseudonyms(person_ids: Iterable[str], *, key: bytes | None = None) -> list[str]:
    """What pages, queries and exports call people who are not creators: stable on this machine, telling nothing.

    Parameters
    ----------
    person_ids : iterable of str
    key : bytes, optional
        By default that of this machine (`local_key`).

    Returns
    -------
    list of str
        ``person-`` and 16 hexadecimal digits each, in the order given. O(people).
    """
    secret = local_key() if key is None else key
    return [
        f"person-{hmac.digest(secret, f'person {person}'.encode('utf-8', 'surrogatepass'), 'sha256').hex()[:16]}"
        for person in person_ids
    ]


def pseudonym(person_id: str, *, key: bytes | None = None) -> str:
    """The pseudonym of one person, see `pseudonyms`."""
    return pseudonyms([person_id], key=key)[0]


def protect(tables: Tables, *, key: bytes | None = None) -> Tables:
    """Hash every phone and e-mail, in ids, aliases and texts alike.

    Hashed are: aliases of the kinds phone and e-mail, unknown columns headed as such, whatever reads as an e-mail or
    as an international phone number, and Vietnamese mobile numbers where prose or a whole column of them leaves no
    doubt. Ordinary numeric ids stay, and so does what is hashed already: protecting twice changes nothing.

    Parameters
    ----------
    tables : Tables
        As read; not changed.
    key : bytes, optional
        By default that of this machine (`local_key`), fetched only when there is something to hash.

    Returns
    -------
    Tables
        Hashes read ``phone:`` or ``email:`` and 32 hexadecimal digits. A note says how many addresses were hashed.

    Raises
    ------
    TablesError
        When there is something to hash and no key.

    Notes
    -----
    O(rows), and O(distinct texts) for the patterns.
    """
    return protected(tables, key=key)[0]


def protected(tables: Tables, *, key: bytes | None = None) -> tuple[Tables, dict[tuple[str, str], set[str]]]:
    """The tables as `protect` gives them, and the different texts that each column of each table then holds."""
    seal = _Seal(key)
    frames = {name: _headed_numbers_as_text(tables[name]) for name in (*SCHEMA, "faults")}
    texts = {
        (name, str(column)): distinct(frame[column])
        for name, frame in frames.items()
        for column in frame.columns[[not pd.api.types.is_numeric_dtype(d) and d.kind != "M" for d in frame.dtypes]]
    }
    # One decision an id for all tables, or two columns that meet on it would stop joining.
    known = _aliased(tables.aliases)
    for (name, column), values in texts.items():
        known.update(_headed(column, values))
        if column in _PEOPLE or column not in SCHEMA.get(name, SCHEMA["creators"]).names:
            known.update(_a_column_of_mobiles(values))
    for (name, column), values in texts.items():
        prose = name == "faults" or column not in _ids(name)
        doubtful = values if prose else _doubtful(values, known)
        changed = {text: now for text in doubtful if (now := seal.text(text, known, prose=prose)) != text}
        if changed:
            hashed = frames[name][column].map(changed)
            frames[name] = frames[name].assign(**{column: hashed.where(hashed.notna(), frames[name][column])})
            frames[name] = frames[name].astype({column: "str"})
            texts[name, column] = {changed.get(text, text) for text in values}
    if not seal.sealed:
        return tables, texts
    kinds = _hash_kinds(frames["aliases"]["kind"])
    frames["aliases"], texts["aliases", "kind"] = frames["aliases"].assign(kind=kinds), distinct(kinds)
    told = Note("resolve.addresses-hashed", {"n": len(seal.sealed)})
    return replace(tables, **frames, notes=(*tables.notes, told)), texts


@dataclass
class _Seal:
    """Turns addresses into their hashes, and remembers which."""

    given: bytes | None

    def __post_init__(self) -> None:
        self.sealed: dict[tuple[str, str], str] = {}

    @cached_property
    def key(self) -> bytes:
        return local_key() if self.given is None else self.given

    def address(self, kind: str, normal: str) -> str:
        if (kind, normal) not in self.sealed:
            digest = hmac.digest(self.key, f"{kind} {normal}".encode("utf-8", "surrogatepass"), "sha256").hex()
            self.sealed[kind, normal] = f"{kind}:{digest[:32]}"
        return self.sealed[kind, normal]

    def text(self, text: str, known: Mapping[str, tuple[str, str]], *, prose: bool) -> str:
        if text in known:
            return self.address(*known[text])
        if "@" in text:
            text = _EMAIL.sub(lambda found: self.address("email", found[0].casefold()), text)
        if "+" in text or "0084" in text:
            text = _INTERNATIONAL.sub(self._phone, text)
        if prose and " " in text and any(map(str.isalpha, text)):
            text = _MOBILE.sub(self._phone, text)
        return text

    def _phone(self, found: re.Match[str]) -> str:
        normal = normal_phone(found[0])
        return self.address("phone", normal) if normal else found[0]


def _doubtful(values: Collection[str], known: Mapping[str, tuple[str, str]]) -> set[str]:
    """The texts, none of them prose, that may hold an address: what else is not worth a look at each."""
    told, found = [*values], known.keys() & values
    for begin in range(0, len(told), _AT_ONCE):
        piece = told[begin : begin + _AT_ONCE]
        whole = "\n".join(piece)
        for mark in _MARKS:
            if mark in whole:
                found.update([text for text in piece if mark in text])
    return found


def _ids(name: str) -> frozenset[str]:
    return frozenset(column.name for column in SCHEMA[name].columns if column.kind == "id")


def _plain(name: str) -> str:
    """A header or kind without case, accents and punctuation: "Số điện thoại" is so_dien_thoai."""
    bare = unicodedata.normalize("NFD", name.casefold().replace("đ", "d"))
    return re.sub(r"[\W_]+", "_", "".join(c for c in bare if not unicodedata.combining(c)))


def _read_as(kind: str, values: Iterable[str]) -> dict[str, tuple[str, str]]:
    normal = normal_phone if kind == "phone" else normal_email
    return {text: (kind, form) for text in values if (form := normal(text)) is not None}


def _named_kind(name: str) -> str | None:
    plain = _plain(name)
    return "phone" if _PHONE_NAME.search(plain) else "email" if _EMAIL_NAME.search(plain) else None


def _headed(column: str, values: Iterable[str]) -> dict[str, tuple[str, str]]:
    kind = _named_kind(column)
    return _read_as(kind, values) if kind else {}


def _aliased(aliases: pd.DataFrame) -> dict[str, tuple[str, str]]:
    known: dict[str, tuple[str, str]] = {}
    for kind, rows in aliases.groupby("kind"):
        if named := _named_kind(str(kind)):
            known.update(_read_as(named, rows["alias"]))
    return known


def _hash_kinds(kinds: pd.Series) -> pd.Series:
    """What was a phone is now the hash of one, and says so."""
    named = {kind: _named_kind(kind) for kind in kinds.dropna().unique()}
    return kinds.replace({kind: f"{to}_hash" for kind, to in named.items() if to})


def _a_column_of_mobiles(values: Iterable[str]) -> dict[str, tuple[str, str]]:
    others = []
    for text in values:
        if "@" not in text and "+" not in text and ":" not in text:
            if not _MOBILE.fullmatch(text):
                return {}  # most columns: at their first text
            others.append(text)
    if len(others) < _ENOUGH:
        return {}
    return _read_as("phone", others)


def _headed_numbers_as_text(frame: pd.DataFrame) -> pd.DataFrame:
    """A column of phones that a file stores as numbers: the text of their digits."""
    digits = {
        column: frame[column].map("{:.0f}".format, na_action="ignore").astype("str")
        for column in frame.columns
        if pd.api.types.is_numeric_dtype(frame[column].dtype) and _named_kind(str(column)) == "phone"
    }
    return frame.assign(**digits)
