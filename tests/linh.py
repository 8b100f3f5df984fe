"""Linh, who buys, then advises, then lives of it."""

from __future__ import annotations

from given import table

from influence_graph.tables.schema import Tables


def of_linh() -> Tables:
    """Linh buys in January, recommends from February on, makes videos for the brand from April, and grows."""
    months = range(2, 8)
    posts = [(f"r{m}", f"2024-{m:02}-10", "review", "none") for m in months]
    posts += [(f"v{m}{i}", f"2024-{m:02}-{i + 1:02}", "video", "fee") for m in range(4, 8) for i in range(8)]
    ids, at, kind, deal = zip(*posts, strict=True)
    return Tables(
        shares=table("shares", share_id=ids, person_id=["linh"] * len(ids), shared_at=at, kind=kind, deal=deal),
        conversions=table("conversions", conversion_id=["o"], person_id=["linh"], converted_at=["2024-01-05"]),
        followers=table(
            "followers", creator_id=["linh"] * 2, at=["2024-01-01", "2024-07-01"], followers=[900.0, 300_000.0]
        ),
        creators=table("creators", creator_id=["linh"], followers=[300_000.0], declared_role=["UGC Creator"]),
    )
