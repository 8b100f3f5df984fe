"""What a header says, whatever its case, spaces, punctuation, brackets and diacritics."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

_BRACKETS = re.compile(r"[(\[{（].*?[)\]}）]")
_COUNTING = re.compile(r"^(?:n|num|no|number of|total|số|so|lượt|luot)[\s_.]+(?=\w)|^#\s*", re.IGNORECASE)
_ZONE = re.compile(r"\b(?:utc|gmt)\s*(?P<offset>[+-]\d{1,2}(?::?\d{2})?)?", re.IGNORECASE)
_VIETNAMESE = re.compile("[ăđơưĂĐƠƯ\u1ea0-\u1ef9₫]")
_HANDLE = re.compile(r"@?[\w.\-]{2,60}", re.ASCII)
_PLAIN = re.compile(r"[+-]?\d+(?:\.\d+)?")


@lru_cache(maxsize=4096)
def fold(header: str) -> str:
    r"""The letters and digits of a header, lower-case, without diacritics.

    >>> fold(" Mã đơn_hàng \n")
    'madonhang'
    """
    plain = unicodedata.normalize("NFKD", header.casefold().replace("đ", "d"))
    return "".join(character for character in plain if character.isalnum())


@lru_cache(maxsize=4096)
def readings(header: str) -> tuple[str, ...]:
    """Ways to read a header, closest first: as it is, without brackets, without a leading counting word.

    >>> readings("n_likes (VND)")
    ('nlikesvnd', 'nlikes', 'likes')
    """
    bare = _BRACKETS.sub(" ", header)
    shown = (header, bare, _COUNTING.sub("", unicodedata.normalize("NFC", bare.strip())))
    return tuple(dict.fromkeys(filter(None, map(fold, shown))))


def is_vietnamese(text: str) -> bool:
    """Whether a text carries letters, or the money sign, that only Vietnamese has."""
    return bool(_VIETNAMESE.search(unicodedata.normalize("NFC", text)))


def zone_named(header: str) -> str | None:
    """The offset a header names: ``Created time (UTC+7)`` is ``+7``, ``Time (UTC)`` is ``UTC``."""
    found = _ZONE.search(header)
    return None if found is None else found["offset"] or "UTC"


def unique_names(headers: Sequence[str]) -> list[str]:
    r"""Headers that can be told apart: a second ``Likes`` is ``Likes (2)``; an empty one stays empty.

    >>> unique_names(["Likes", " Likes\n", ""])
    ['Likes', 'Likes (2)', '']
    """
    used: set[str] = set()
    names = []
    for header in headers:
        name = " ".join(header.split())
        unique, again = name, 2
        while unique and unique in used:
            unique, again = f"{name} ({again})", again + 1
        used.add(unique)
        names.append(unique)
    return names


def looks_local(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether times in this sheet are probably local ones: Vietnamese headers, or money in đồng."""
    dong = any("₫" in cell or cell.strip().upper() in {"VND", "VNĐ"} for row in rows for cell in row)
    return dong or any(map(is_vietnamese, headers))


def platform_named(headers: Sequence[str]) -> str | None:
    """The one platform that headers speak of (``Instagram name``), if it is one.

    >>> platform_named(["TikToker name", "Followers"])
    'tiktok'
    """
    folded = [fold(header) for header in headers]
    named = {
        platform
        for platform in ("instagram", "tiktok", "youtube", "facebook", "threads", "zalo")
        if any(platform in header for header in folded)
    }
    return named.pop() if len(named) == 1 else None


def numeric_share(cells: Sequence[str]) -> float:
    """The share of the filled cells that are plain numbers, in [0, 1]; 0 without a filled cell."""
    filled = [cell for cell in map(str.strip, cells) if cell]
    return sum(map(bool, map(_PLAIN.fullmatch, filled))) / len(filled) if filled else 0.0


def handle_share(cells: Sequence[str]) -> float:
    """How much a column looks like handles, in [0, 1]: one word of plain letters, hardly ever repeated.

    A column of running numbers scores half: it may well be an id, but a handle beside it is the better one.
    """
    filled = [cell for cell in map(str.strip, cells) if cell]
    if not filled:
        return 0.0
    likeness = sum(map(bool, map(_HANDLE.fullmatch, filled))) / len(filled)
    lower_case = sum(cell == cell.lower() for cell in filled) / len(filled)
    numbers = 0.5 if numeric_share(filled) > 0.9 else 1.0
    return likeness * (0.5 + 0.5 * lower_case) * len(set(filled)) / len(filled) * numbers
