"""What shops and affiliate platforms call the state of an order, in English and Vietnamese.

Vocabularies: the public seller and affiliate documentation of TikTok Shop, Shopee and Lazada (read 2025), and what
Vietnamese shop software prints. An order counts until it is cancelled, sent back or fully refunded: one on its way,
or one somebody merely asked to cancel, counts.
"""

from __future__ import annotations

from typing import Literal

from influence_graph.tables.words import known_phrases, phrase

Standing = Literal["paid", "cancelled", "refunded"]

_CANCELLED = """
    cancelled, canceled, cancel, cancellation, void, voided, failed, failure, payment failed, expired, rejected, reject,
    declined, denied, invalid, ineligible, fraud, delivery failed, failed delivery, lost, lost by 3pl, damaged,
    damaged by 3pl, undelivered, not paid, abandoned,
    huy, da huy, bi huy, don huy, don da huy, huy don, that bai, giao that bai, giao hang that bai, thanh toan that bai,
    giao khong thanh cong, giao hang khong thanh cong, khong thanh cong, khong hop le, tu choi, bi tu choi, het han,
    da het han, that lac, that lac hang
"""
_REFUNDED = """
    refunded, refund, fully refunded, full refund, returned, return, return refund, return and refund,
    returned and refunded, refund completed, return completed, return delivered, returned to seller, chargeback,
    charged back, shipped back, shipped back success, shipped back failed,
    hoan, hoan tien, da hoan tien, hoan tien toan bo, hoan tien toan phan, tra hang, da tra hang, hang tra lai,
    tra hang hoan tien, tra hang va hoan tien, da tra hang hoan tien, hoan hang, da hoan hang, don hoan, da hoan,
    chuyen hoan, da chuyen hoan, hoan ve
"""
_PAID = """
    paid, unpaid, completed, complete, success, successful, succeeded, confirmed, approved, valid, active, open, new,
    created, ordered, placed, pending, processing, processed, in progress, on hold, frozen, settled, to settle,
    fulfilled, unfulfilled, partially fulfilled, shipped, shipping, shipped out, to ship, to be shipped,
    ready to ship, retry ship, ready to ship pending, packed, repacked, topack, toship, to pack, in transit, delivered,
    delivery, to confirm receive, to receive, invoice pending, awaiting shipment, awaiting collection,
    awaiting payment, partially shipping, partially shipped, transit, closed, finished, done, ok, authorized, captured,
    partially paid, partially refunded, partial refund, partially returned, partial return, not refunded,
    in cancel, cancel requested, cancellation requested, cancel pending, to return, return requested, refund requested,
    refund pending, return pending, refund rejected, return rejected, refund cancelled, return cancelled,
    return refund requested, return refund rejected, return refund cancelled,
    da thanh toan, chua thanh toan, cho thanh toan, thanh toan thanh cong, hoan thanh, da hoan thanh, hoan tat,
    da hoan tat, thanh cong, giao thanh cong, giao hang thanh cong, da giao, da giao hang, dang giao, dang giao hang,
    cho giao hang, cho lay hang, cho xac nhan, da xac nhan, cho xu ly, dang xu ly, da xu ly, dang van chuyen,
    van chuyen, cho van chuyen, cho gui hang, da gui hang, da nhan hang, da nhan, moi, don moi, dat hang, da dat hang,
    tam giu, da doi soat, cho doi soat, da quyet toan, cho quyet toan, hop le, da duyet, cho duyet,
    hoan tien mot phan, da hoan tien mot phan, tra hang mot phan, yeu cau huy, yeu cau tra hang, yeu cau hoan tien,
    yeu cau tra hang hoan tien, cho hoan tien, tu choi hoan tien, tu choi tra hang, cho huy, dang yeu cau huy
"""


_VOCABULARY: dict[str, Standing] = {
    **known_phrases("paid", _PAID),
    **known_phrases("cancelled", _CANCELLED),
    **known_phrases("refunded", _REFUNDED),
}


def standing(status: str) -> Standing | None:
    """How an order of this status stands, or None where nobody told us the word.

    Case, accents and punctuation do not matter; what follows a known phrase does not either, so that
    "Cancelled by buyer" is cancelled. The longest known phrase decides.

    Examples
    --------
    >>> standing("IN_TRANSIT"), standing("Đã hủy bởi người mua"), standing("Trả hàng/Hoàn tiền"), standing("?")
    ('paid', 'cancelled', 'refunded', None)
    >>> standing("Refund requested"), standing("Refunded")
    ('paid', 'refunded')
    """
    return phrase(status, _VOCABULARY)
