"""Roles over the months: who moves from what to what, and the sum of all paths."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from given import table
from hypothesis import given
from hypothesis import strategies as st
from linh import of_linh

from influence_graph import RoleAnchors, roles
from influence_graph.language import LANGUAGES, speaking
from influence_graph.map import map_tables
from influence_graph.people.declared import named_role
from influence_graph.people.history import Record
from influence_graph.people.paths import NEW, STATES, course, moves
from influence_graph.people.sentences import tell_moves
from influence_graph.tables.schema import Tables
from influence_graph.views.report.course import course as block_of_course


def test_a_path_from_buyer_to_influencer() -> None:
    found = roles(of_linh())
    path = found.paths.set_index("month")
    assert path.index.tolist() == [f"2024-{month:02}" for month in range(1, 8)]
    assert path.loc["2024-01", list(STATES)].tolist() == [1, 0, 0, 0]
    assert path.loc["2024-03", "advocate"] > 0.6
    assert path.loc["2024-06", "ugc"] > path.loc["2024-03", "ugc"] + 0.2
    assert path.loc["2024-06", "influencer"] == 0  # 900 followers then
    assert path.loc["2024-07", "influencer"] > 0.3
    assert path[list(STATES)].sum(axis=1).to_numpy() == pytest.approx(1)
    flow = found.moves.set_index(["month", "source", "target"])["people"]
    assert flow["2024-01", NEW, "buyer"] == pytest.approx(1)
    assert flow["2024-02", "buyer", "advocate"] + flow.get(("2024-02", "buyer", "ugc"), 0) == pytest.approx(1)
    assert flow["2024-07", "advocate", "influencer"] > 0.1
    assert found.people.loc[0, "influencer"] == pytest.approx(path.loc["2024-07", "influencer"])


def test_who_goes_on_as_ever_is_not_told_to_have_changed() -> None:
    """Ten people post the same every month: evidence adds up, and that is said; of buyers who recommend it is not."""
    months = range(1, 9)
    posts = [
        (f"{who}-{m}-{i}", who, f"2024-{m:02}-{i + 3:02}") for who in "abcdefghij" for m in months for i in range(3)
    ]
    ids, who, at = zip(*posts, strict=True)
    shares = table("shares", share_id=ids, person_id=who, shared_at=at, kind=["video"] * len(ids))
    creators = table("creators", creator_id=list("abcdefghij"), followers=[50_000.0] * 10)
    steady = {note.id for note in roles(Tables(shares=shares, creators=creators)).notes}
    assert steady >= {"people.moved", "people.evidence-adds-up"}
    bought = pd.DataFrame({"month": "2024-02", "source": "buyer", "target": "advocate", "people": [3.0]})
    assert [note.id for note in tell_moves(bought)] == ["people.moved"]


def test_the_course_of_roles_is_the_sum_of_paths_and_stands_in_the_report() -> None:
    found = roles(of_linh())
    result = map_tables(of_linh(), backtest=False)
    assert result.course is not None
    months = result.course.months.set_index("month")
    assert months[list(STATES)].to_numpy() == pytest.approx(found.paths.set_index("month")[list(STATES)].to_numpy())
    assert (months["people"] == 1).all()
    pd.testing.assert_frame_equal(result.course.moves, found.moves)
    for language in LANGUAGES:
        with speaking(language):
            block = block_of_course(result, "creators")
            assert block is not None
            stacks, ways = (part for part in block.parts if part.kind == "table")
            assert [row.cells[2].parts[0].percent for row in stacks.rows] == pytest.approx(
                (100 * months["buyer"]).tolist()
            )
            total = found.moves.groupby(["source", "target"])["people"].sum()
            first = {(NEW, state): cell.value for state, cell in zip(STATES, ways.rows[0].cells[1:], strict=True)}
            assert first[NEW, "buyer"] == pytest.approx(total[NEW, "buyer"])
    assert block_of_course(replace(result, course=None), "creators") is None
    shares = of_linh().shares
    assert course(Record.of(replace(of_linh(), shares=shares.head(0), conversions=of_linh().conversions.head(0)),
                            result.network, result.measures, RoleAnchors())) is None  # fmt: skip


def test_a_finished_map_has_the_roles_of_its_tables_and_leaves_unasked_what_was_not_asked() -> None:
    result = map_tables(of_linh(), backtest=False, answers=False)
    found, expected = roles(result), roles(of_linh())
    for name in ("people", "signs", "paths", "moves"):
        pd.testing.assert_frame_equal(getattr(found, name), getattr(expected, name))
    assert [result.groups, result.timing, result.ecosystem, result.talents, result.growth, result.match] == [None] * 6


def test_moves_go_from_what_is_lost_to_what_is_gained() -> None:
    path = pd.DataFrame(
        [("a", "2024-01", 0, 0.9, 0.1, 0), ("a", "2024-02", 0, 0.4, 0.2, 0.4), ("b", "2024-02", 1, 0, 0, 0)],
        columns=["person_id", "month", *STATES],
    )
    told = {(m, s, t): n for m, s, t, n in moves(path).itertuples(index=False)}
    assert told == {
        ("2024-01", NEW, "advocate"): pytest.approx(0.9),
        ("2024-01", NEW, "ugc"): pytest.approx(0.1),
        ("2024-02", "advocate", "influencer"): pytest.approx(0.4),
        ("2024-02", "advocate", "ugc"): pytest.approx(0.1),
        ("2024-02", NEW, "buyer"): pytest.approx(1.0),
    }


parts = st.tuples(*[st.floats(0.01, 1)] * 4).map(lambda weights: [w / sum(weights) for w in weights])


@given(states=st.lists(parts, min_size=1, max_size=5))
def test_moves_add_up_to_what_changed(states: list[list[float]]) -> None:
    rows = [("a", f"2024-{i + 1:02}", *state) for i, state in enumerate(states)]
    told = moves(pd.DataFrame(rows, columns=["person_id", "month", *STATES]))
    for place, state in enumerate(STATES):
        into = told.loc[told["target"].eq(state), "people"].sum()
        out = told.loc[told["source"].eq(state), "people"].sum()
        assert into - out == pytest.approx(states[-1][place], abs=1e-6)


def test_declared_roles_stand_beside_what_was_seen() -> None:
    found = roles(of_linh())
    (row,) = found.declared.to_dict("records")
    assert row["declared_role"] == "UGC Creator"
    assert row["named"] == "ugc"
    assert (row["people"], row["seen"], row["otherwise"]) == (1, 1, 0)
    assert row["ugc"] == pytest.approx(found.people.loc[0, "ugc"])
    assert [named_role(word) for word in ("KOC", "Brand Ambassador", "mega-influencer", "creator", None)] == [
        "advocate", "advocate", "influencer", None, None,
    ]  # fmt: skip
    bare = table("creators", creator_id=["big"], followers=[2e6], declared_role=["advocate"])
    assert roles(Tables(creators=bare)).declared["otherwise"].tolist() == [1]
