"""The mix: nothing is lost and nothing is counted twice, in any scope."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from influence_graph.people import mix
from influence_graph.tables.schema import DTYPES, SCHEMA, Tables

PARTS = ["influencer", "ugc", "advocate", "unassigned"]


def table(name: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Rows as a table of the schema, everything else missing."""
    frame = pd.DataFrame(rows).reindex(columns=list(SCHEMA[name].names))
    return frame.astype({column.name: DTYPES[column.kind] for column in SCHEMA[name].columns})


def people_of(rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    columns = ["person_id", "influencer", "ugc", "advocate", "audience", "community"]
    return pd.DataFrame(rows, columns=columns).astype({"audience": "float64", "community": "Int64"})


def credit_of(rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    columns = ["conversion_id", "campaign_id", "converted_at", "person_id", "credit", "value_credit"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.assign(
        converted_at=pd.to_datetime(frame["converted_at"], utc=True),
        value_credit=frame["value_credit"].astype("float64"),
    )


def rows_of(found: pd.DataFrame, scope: str, measure: str) -> dict[str, list[float]]:
    there = found[(found["scope"] == scope) & (found["measure"] == measure)]
    return {key: amounts for key, *amounts in there[["key", *PARTS]].itertuples(index=False)}


@pytest.fixture
def found() -> pd.DataFrame:
    """Ann is all influencer, Bob half UGC and half advocate, Cuc has no role."""
    people = people_of(
        [
            ("ann", 1.0, 0.0, 0.0, 1_000, 0),
            ("bob", 0.0, 0.5, 0.5, 100, None),
            ("cuc", np.nan, np.nan, np.nan, np.nan, 0),
        ]
    )
    tables = Tables(
        shares=table(
            "shares",
            [
                {"share_id": "1", "person_id": "ann", "shared_at": "2024-01-31T23:00", "campaign_id": "c1"},
                {"share_id": "2", "person_id": "ann", "shared_at": "2024-01-01", "campaign_id": "c1"},
                {"share_id": "3", "person_id": "bob", "shared_at": "2024-02-01"},
            ],
        ),
        conversions=table(
            "conversions",
            [
                {"conversion_id": "1", "person_id": "bob", "converted_at": "2024-01-05", "campaign_id": "c1"},
                {"conversion_id": "2", "person_id": "cuc", "converted_at": "2024-02-05", "campaign_id": "c1"},
            ],
        ),
    )
    credit = credit_of(
        [
            ("1", "c1", "2024-01-05", "ann", 0.75, 30.0),
            ("2", "c1", "2024-02-05", "bob", 0.5, None),
            ("3", None, "2024-02-05", "stranger", 0.25, 10.0),
        ]
    )
    return mix(people, credit, tables)


def test_people(found: pd.DataFrame) -> None:
    assert rows_of(found, "all", "people") == {"": [1, 0.5, 0.5, 1]}
    assert rows_of(found, "campaign", "people") == {"": [0, 0.5, 0.5, 0], "c1": [1, 0.5, 0.5, 1]}
    assert rows_of(found, "community", "people") == {"": [0, 0.5, 0.5, 0], "0": [1, 0, 0, 1]}
    assert rows_of(found, "month", "people") == {"2024-01": [1, 0.5, 0.5, 0], "2024-02": [0, 0.5, 0.5, 1]}


def test_driven_conversions_and_their_value(found: pd.DataFrame) -> None:
    assert rows_of(found, "all", "driven") == {"": [0.75, 0.25, 0.25, 0.25]}
    assert rows_of(found, "campaign", "driven") == {"": [0, 0, 0, 0.25], "c1": [0.75, 0.25, 0.25, 0]}
    assert rows_of(found, "community", "driven") == {"": [0, 0.25, 0.25, 0.25], "0": [0.75, 0, 0, 0]}
    assert rows_of(found, "month", "value") == {"2024-01": [30, 0, 0, 0], "2024-02": [0, 0, 0, 10]}


def test_reach_is_of_those_who_shared(found: pd.DataFrame) -> None:
    assert rows_of(found, "all", "reach") == {"": [1_000, 50, 50, 0]}
    assert rows_of(found, "campaign", "reach") == {"": [0, 50, 50, 0], "c1": [1_000, 0, 0, 0]}
    assert rows_of(found, "month", "reach") == {"2024-01": [1_000, 0, 0, 0], "2024-02": [0, 50, 50, 0]}


def test_the_order_of_rows_is_that_of_the_story(found: pd.DataFrame) -> None:
    assert list(found) == ["scope", "key", "measure", *PARTS]
    assert found["scope"].unique().tolist() == ["all", "campaign", "community", "month"]
    assert found["measure"].head(4).tolist() == ["people", "driven", "value", "reach"]


def test_nobody_and_nothing() -> None:
    assert mix(people_of([]), credit_of([]), Tables()).empty


ids = st.sampled_from(["a", "b", "c", "d", "e"])
memberships = st.one_of(
    st.none(), st.tuples(*[st.floats(0.01, 1)] * 3).map(lambda weights: [w / sum(weights) for w in weights])
)
persons = st.dictionaries(
    ids, st.tuples(memberships, st.sampled_from([None, 0.0, 10.0, 1e6]), st.sampled_from([None, 0, 1])), max_size=5
)
campaigns = st.sampled_from([None, "c1", "c2"])
days = st.sampled_from(["2024-01-31", "2024-02-01", "2024-12-31"])
credited_orders = st.lists(
    st.tuples(campaigns, days, ids, st.floats(0, 1), st.one_of(st.none(), st.floats(0, 100))), max_size=12
)


@settings(deadline=None, max_examples=50)
@given(who=persons, credit=credited_orders, posts=st.lists(st.tuples(ids, days, campaigns), max_size=8))
def test_every_total_is_conserved(who: Any, credit: Any, posts: Any) -> None:
    people = people_of([(p, *(m or [np.nan] * 3), reach, group) for p, (m, reach, group) in who.items()])
    credited = credit_of([(str(i), *row) for i, row in enumerate(credit)])
    shared = [
        {"share_id": str(i), "person_id": p, "shared_at": at, "campaign_id": c} for i, (p, at, c) in enumerate(posts)
    ]
    found = mix(people, credited, Tables(shares=table("shares", shared)))
    assert (found[PARTS] >= 0).all(axis=None)
    totals = found.assign(total=found[PARTS].sum(axis=1)).groupby(["scope", "measure"])["total"].sum()
    for scope in ("all", "campaign", "community", "month"):
        assert totals.get((scope, "driven"), 0.0) == pytest.approx(credited["credit"].sum())
        assert totals.get((scope, "value"), 0.0) == pytest.approx(credited["value_credit"].sum())
    for scope in ("all", "community"):
        assert totals.get((scope, "people"), 0.0) == pytest.approx(len(people))
        assert totals.get((scope, "reach"), 0.0) == pytest.approx(people["audience"].sum())
    known = [(p, at, c) for p, at, c in posts if p in who]
    months = {(p, at[:7]) for p, at, _ in known}
    assert totals.get(("month", "people"), 0.0) == pytest.approx(len(months))
    assert totals.get(("campaign", "reach"), 0.0) == pytest.approx(
        sum(who[p][1] or 0 for p, _ in {(p, c) for p, _, c in known})
    )
