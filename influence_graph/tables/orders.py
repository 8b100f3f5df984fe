"""Which orders count, and for how much: lines merged, cancelled and refunded ones out."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from influence_graph.tables.schema import DTYPES, Note
from influence_graph.tables.statuses import standing

_TOLD = {
    "conversion_id": "id",
    "person_id": "id",
    "converted_at": "time",
    "campaign_id": "id",
    "value": "number",
    "currency": "text",
    "code": "id",
    "claimed_by": "id",
    "commission": "number",
    "count": "number",
}
_ALL_OF_IT = 1e-9
"""An order is fully refunded when no more than this part of its value is left: sums of money are floats."""
_NAMED = 5
"""So many unknown statuses are named."""


@dataclass(frozen=True)
class Netting:
    """The orders that count, and what was noticed on the way.

    Attributes
    ----------
    orders : DataFrame
        See `orders`.
    notes : tuple of Note
        How many orders do not count; statuses nobody told us; refunds of orders that are not here.
    """

    orders: pd.DataFrame
    notes: tuple[Note, ...]


def orders(conversions: pd.DataFrame) -> pd.DataFrame:
    """One row for each order that counts, of the lines and refunds of the table of conversions.

    Parameters
    ----------
    conversions : DataFrame
        As in `Tables`: rows of one conversion_id are an order's lines, rows with `refund_of` take value back.

    Returns
    -------
    DataFrame
        conversion_id, person_id, converted_at (the earliest line's), campaign_id, value (the order's currency, net of
        refunds, NaN unknown), currency, code, claimed_by, commission, count (orders in an aggregate row, else 1);
        ordered by time. Cancelled and fully refunded orders are out, and so are refund rows themselves.

    See Also
    --------
    net : the same with the notes.
    """
    return net(conversions).orders


def net(conversions: pd.DataFrame) -> Netting:
    """Merge the lines of each order, take refunds off, drop what was cancelled or sent back.

    A line leaves by its `status`; one whose status nobody told us stays, with a note. A refund row takes its absolute
    value off the order it names; one without a value takes its item, else the whole order. What a line's status tells
    as refunded is not taken off again by a refund row. A negative row among an order's lines is a refund of it, one
    that stands alone a refund of an order that is not here. Where lines disagree about person, campaign or code, the
    earliest is believed.

    Notes
    -----
    O(n log n). The order of rows changes nothing, nor does splitting an order into lines.
    """
    rows = conversions.reset_index(drop=True)
    is_refund, of = _refunded_order(rows)
    lines, refunds = rows[~is_refund], rows[is_refund].assign(refund_of=of[is_refund])
    refunds = refunds[refunds["refund_of"].isin(lines["conversion_id"])]
    stands = _standings(lines["status"])
    gone = stands.fillna("paid").mask(_taken_back_unpriced(lines, refunds), "cancelled")

    value = _sum_by_order(lines[gone != "cancelled"], "value")
    told = _sum_by_order(lines[gone == "refunded"], "value").reindex(value.index).fillna(0.0)
    taken = _sum_by_order(refunds.assign(value=refunds["value"].abs()), "value", by="refund_of")
    taken = told.clip(lower=taken.reindex(value.index).fillna(0.0))
    left = value - taken

    kept = _merged(_in_one_order(lines[gone == "paid"])).assign(value=lambda merged: left.reindex(merged.index))
    # An order of no value counts (a gift, a sign-up); one whose value was given back does not.
    given_back = (taken.reindex(kept.index) > 0) & (kept["value"] <= _ALL_OF_IT * value.reindex(kept.index).abs())
    kept = kept[~given_back & (kept["count"] > 0)].reset_index()
    kept = kept.sort_values(["converted_at", "conversion_id"], ignore_index=True)
    kept = kept[list(_TOLD)].astype({name: DTYPES[kind] for name, kind in _TOLD.items()})

    unknown = lines["status"][stands.isna() & lines["status"].notna()]
    statuses = ", ".join(sorted(unknown.unique())[:_NAMED])
    noticed = (
        Note("resolve.unknown-status", {"n": len(unknown), "statuses": statuses}),
        Note("resolve.stray-refunds", {"n": int(is_refund.sum()) - len(refunds)}),
        Note("resolve.orders-out", {"n": lines["conversion_id"].nunique() - len(kept), "kept": len(kept)}),
    )
    return Netting(kept, tuple(note for note in noticed if note.numbers["n"]))


def _refunded_order(rows: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Which rows take value back, and from which order."""
    named = rows["refund_of"].notna()
    negative = ~named & (rows["value"] < 0)
    return named | negative, rows["refund_of"].where(named, rows["conversion_id"])


def _standings(statuses: pd.Series) -> pd.Series:
    """`standing` of each status, NaN where it is unknown; no status is a paid one."""
    words = {status: standing(status) for status in statuses.dropna().unique()}
    return statuses.map(words).astype("object").where(statuses.notna(), "paid")


def _taken_back_unpriced(lines: pd.DataFrame, refunds: pd.DataFrame) -> pd.Series:
    """Lines that a refund row without a value names: by its item where the order has it, else all of the order's."""
    unpriced = refunds[refunds["value"].isna()]
    pairs = pd.MultiIndex.from_frame(lines[["conversion_id", "item_id"]])
    wanted = pd.MultiIndex.from_frame(unpriced[["refund_of", "item_id"]])
    by_item = unpriced["item_id"].notna().to_numpy() & wanted.isin(pairs)
    whole = lines["conversion_id"].isin(unpriced["refund_of"][~by_item])
    return whole | pairs.isin(wanted[by_item])


def _sum_by_order(rows: pd.DataFrame, column: str, *, by: str = "conversion_id") -> pd.Series:
    """Sums that are NaN only where nothing is known, and the same to the last bit whatever the order of rows."""
    repeated = rows[by].duplicated(keep=False)
    rows = pd.concat([rows[~repeated], rows[repeated].sort_values([by, column])])
    total: pd.Series = rows.groupby(by, sort=False)[column].sum(min_count=1)
    return total


def _in_one_order(lines: pd.DataFrame) -> pd.DataFrame:
    """Lines of one order by time, then by whatever tells them apart: only orders of several lines need it."""
    several = lines["conversion_id"].duplicated(keep=False)
    by = ["conversion_id", "converted_at", "item_id", *(name for name in _TOLD if name != "conversion_id")]
    return pd.concat([lines[~several], lines[several].sort_values(list(dict.fromkeys(by)))])


def _merged(lines: pd.DataFrame) -> pd.DataFrame:
    """One row an order: the first line that knows, commissions added, the orders counted once."""
    by_order = lines.assign(count=lines["count"].fillna(1.0)).groupby("conversion_id", sort=False)
    merged: pd.DataFrame = by_order[[name for name in _TOLD if name != "conversion_id"]].first()
    return merged.assign(
        converted_at=by_order["converted_at"].min(),
        commission=by_order["commission"].sum(min_count=1),
        count=by_order["count"].max(),
    )
