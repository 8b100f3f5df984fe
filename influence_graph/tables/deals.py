"""Who was paid for a share, as far as the table tells, in English and Vietnamese."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from influence_graph.tables.schema import Note
from influence_graph.tables.words import known_phrases, phrase

Deal = Literal["fee", "commission", "gift", "none"]

_YES = "yes, y, true, x, 1, 1 0, co"
_NO = "no, n, false, 0, 0 0, khong"
_FEE = """
    fee, fees, flat fee, fixed fee, paid, pay, payment, sponsored, sponsorship, sponsor, partnership, partner,
    gift and fee, gift fee, product and fee, product fee,
    ambassador, brand ambassador, brand deal, contract, booked, booking, ad, ads, advertisement, advertising, promoted,
    san pham phi, san pham va phi,
    tra phi, co tra phi, co phi, co tra tien, tra tien, tai tro, duoc tai tro, quang cao, hop dong, hop tac tra phi,
    dai su, dai su thuong hieu
"""
_COMMISSION = """
    commission, commissions, co hoa hong, affiliate, affiliation, revenue share, rev share, cps, cpa, performance,
    hoa hong, huong hoa hong, tiep thi lien ket
"""
_GIFT = """
    gift, gifts, gifted, gifting, product, products, free product, free products, barter, in kind, seeding, sample,
    samples, pr package, pr box,
    qua, qua tang, co qua tang, tang, tang qua, tang san pham, san pham, san pham mien phi, mien phi san pham,
    doi san pham, hang mau, gui mau
"""
_NONE = """
    none, unpaid, not paid, organic, earned, no deal, no sponsorship, no payment, no fee, not sponsored, not an ad,
    non sponsored, non paid, voluntary,
    khong tra phi, khong phi, khong tai tro, quang cao khong tra phi, khong hop tac, mien phi, tu nhien, tu nguyen
"""
_VOCABULARY: dict[str, Deal] = {
    **known_phrases("fee", _FEE),
    **known_phrases("commission", _COMMISSION),
    **known_phrases("gift", _GIFT),
    **known_phrases("none", _NONE),
}
_ALONE: dict[str, Deal] = {**known_phrases("fee", _YES), **known_phrases("none", _NO)}
_NAMED = 5
"""So many unknown words are named."""


def deal(word: str) -> Deal | None:
    """What was agreed on by this word, or None where nobody told us the word.

    Case, accents and punctuation do not matter; what follows a known phrase does not either. A column called "paid" or
    "sponsored" says yes or no, and nothing behind it.

    Examples
    --------
    >>> deal("Sponsored post"), deal("Quà tặng"), deal("affiliate"), deal("no"), deal("?")
    ('fee', 'gift', 'commission', 'none', None)
    """
    return phrase(word, _VOCABULARY, _ALONE)


@dataclass(frozen=True)
class Deals:
    """Whose shares were paid for: each (n,) bool, in the order of the shares.

    Attributes
    ----------
    paid
        Known to be paid: a fee or commission was agreed on, or it cost something.
    unpaid
        Known to be unpaid: no deal was made, or it cost nothing where none is told. A gift is neither.
    told
        Whether it is known what was agreed on: a word that nobody told us says nothing.
    commission, gift, none
        Whether that was agreed on.
    """

    paid: NDArray[np.bool_]
    unpaid: NDArray[np.bool_]
    told: NDArray[np.bool_]
    commission: NDArray[np.bool_]
    gift: NDArray[np.bool_]
    none: NDArray[np.bool_]

    @classmethod
    def of(cls, shares: pd.DataFrame) -> Deals:
        """What columns `deal` and `cost` tell. O(rows), and every different word is looked at once."""
        codes, words = pd.factorize(shares["deal"])
        meant = [*map(deal, words), None]  # the last one where no word stands
        fee, commission, gift, none = (np.array([kind == each for kind in meant])[codes] for each in get_args(Deal))
        cost = shares["cost"].to_numpy(dtype=np.float64)
        costed = ~np.isnan(cost)
        paid = (cost > 0) | fee | commission
        unpaid = (((codes < 0) & costed) | none) & ~paid
        return cls(paid, unpaid, costed | fee | commission | gift | none, commission, gift, none)


def unknown_deals(shares: pd.DataFrame) -> Iterator[Note]:
    """A note of the deals whose words nobody told us."""
    counts = shares["deal"].value_counts()
    unknown = counts[[deal(word) is None for word in counts.index]]
    if len(unknown):
        words = ", ".join(sorted(unknown.index)[:_NAMED])
        yield Note("resolve.unknown-deal", {"n": int(unknown.sum()), "deals": words})
