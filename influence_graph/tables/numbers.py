"""Numbers as people and platforms write them: ``1.2M``, ``12,5K``, ``3 tr``, ``199.000₫``, ``1 234,50 €``, ``45%``.

What ``1.234`` means no single value tells: a column decides from all of its values.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable

THOUSAND, MILLION, BILLION = 1e3, 1e6, 1e9
_UNITS = {
    **dict.fromkeys(("k", "n", "nghin", "ngan", "thousand"), THOUSAND),
    **dict.fromkeys(("m", "tr", "trieu", "mn", "mio", "mil", "million"), MILLION),
    **dict.fromkeys(("b", "bn", "ty", "ti", "billion"), BILLION),
}
_MONEY = re.compile(r"\b[a-z]{1,2}\$|[₫$€£¥₱฿₩₹]|\b(?:vnd|usd|eur|gbp|idr|rp|thb|php|myr|rm|sgd|dong|d)\b|(?<=\d)d$")
_NUMBER = re.compile(
    r"(?P<sign>[+-]?)(?P<digits>[\d.,' ]*\d[\d.,' ]*)(?P<unit>[a-z]*)(?P<rest>\d{0,3})(?P<percent>%?)", re.ASCII
)
_GROUPED = re.compile(r"\d{1,3}(?:(?P<mark>[.,' ])\d{3})(?:(?P=mark)\d{3})*", re.ASCII)
MISSING = frozenset(
    {
        "",
        "-",
        "--",
        "—",
        "–",
        "/",
        "n/a",
        "n/a'",
        "na",
        "#n/a",
        "null",
        "none",
        "nan",
        "nil",
        "(not set)",
        "<na>",
        "nat",
        "\\n",
        "?",
    }
)
"""Words for "there is nothing here", in lower case."""


def _plain(text: str) -> str:
    """Lower case, narrow digits, one kind of space, no diacritics, no money signs."""
    shown = unicodedata.normalize("NFKD", text.casefold().replace("đ", "d").replace("−", "-").replace("’", "'"))
    bare = "".join(c for c in shown if not unicodedata.combining(c))
    return " ".join(_MONEY.sub(" ", " ".join(bare.split())).split())


def decimal_mark(texts: Iterable[str]) -> str | None:
    """Which of ``.`` and ``,`` is the decimal mark, where some value of the column gives it away.

    >>> decimal_mark(["1.234", "12,5"])
    ','
    """
    votes = {".": 0, ",": 0}
    for text in texts:
        found = _NUMBER.fullmatch(_plain(text).strip("() "))
        if found is None:
            continue
        digits = found["digits"].strip()
        marks = [character for character in digits if character in ".,"]
        if len(set(marks)) == 2:
            votes[marks[-1]] += 1
        elif len(marks) > 1:
            votes["," if marks[0] == "." else "."] += 1
        elif marks:
            whole, _, fraction = digits.partition(marks[0])
            if len(fraction) != 3 or whole in {"", "0"} or len(whole) > 3:
                votes[marks[0]] += 1
    if votes["."] == votes[","]:
        return None
    return max(votes, key=lambda mark: votes[mark])


def is_ambiguous(text: str) -> bool:
    """Whether a value alone does not tell thousands from decimals: one mark, three digits behind it.

    >>> is_ambiguous("1.234"), is_ambiguous("0.234"), is_ambiguous("1.234.567")
    (True, False, False)
    """
    found = _NUMBER.fullmatch(_plain(text).strip("() "))
    if found is None or (found["unit"] in _UNITS and found["unit"] != ""):
        return False
    return bool(re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", found["digits"].strip()))


def read_number(text: str, *, decimal: str | None = None) -> float | None:
    """One number, or None where there is none to be read.

    Parameters
    ----------
    text : str
        As it was written. Percentages become fractions, ``tr`` and ``tỷ`` are Vietnamese millions and billions.
    decimal : {".", ","}, optional
        The column's decimal mark. Without it a mark before exactly three digits groups thousands.

    Returns
    -------
    float or None
        NaN for words that mean "missing".

    Examples
    --------
    >>> [read_number(text) for text in ("1.2M", "12,5K", "3 tr", "1tr2", "199.000₫", "1 234,50 €", "45%", "$1,299.00")]
    [1200000.0, 12500.0, 3000000.0, 1200000.0, 199000.0, 1234.5, 0.45, 1299.0]
    """
    if text.strip().casefold() in MISSING:
        return math.nan
    plain = _plain(text)
    negative = plain.startswith("(") and plain.endswith(")")
    found = _NUMBER.fullmatch(plain.strip("() "))
    if found is None or (found["unit"] and found["unit"] not in _UNITS):
        return None
    unit = _UNITS.get(found["unit"], 1.0)
    value = _digits(found["digits"].strip(), decimal, scaled=unit > 1)
    if value is None or (found["rest"] and unit < MILLION):
        return None
    value = value * unit
    if found["rest"]:
        # 1tr2 is how 1.2 million is written (and said) in Vietnamese.
        value += int(found["rest"]) * unit / 10 ** len(found["rest"])
    if found["percent"]:
        value /= 100
    return -value if negative or found["sign"] == "-" else value


def _digits(digits: str, decimal: str | None, *, scaled: bool) -> float | None:
    marks = {character for character in digits if character in ".,"}
    if len(marks) == 2:
        mark = max(marks, key=digits.rfind)
    elif marks and digits.count(next(iter(marks))) == 1:
        (mark,) = marks
        fraction = digits.partition(mark)[2]
        undecided = len(fraction) == 3 and bool(re.match(r"[1-9]\d{0,2}[.,]", digits)) and not scaled
        if undecided and decimal != mark:
            mark = ""
    else:
        mark = ""
    whole, _, fraction = digits.rpartition(mark) if mark else (digits, "", "")
    if not (whole == "" or whole.isdigit() or _GROUPED.fullmatch(whole)) or not (fraction == "" or fraction.isdigit()):
        return None
    return float(f"{re.sub('[^0-9]', '', whole) or '0'}.{fraction or '0'}")
