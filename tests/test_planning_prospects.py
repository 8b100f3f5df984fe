"""What a plan knows of a programme: posts, persuasion, roles and doubts are those of the tables and the map."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from planned import programme, written
from tiny import few_sweeps

from influence_graph.errors import TablesError
from influence_graph.map import map_tables
from influence_graph.planning import costs, forecast, plan, prospects
from influence_graph.world import make


def test_posts_costs_values_and_roles_are_those_of_the_tables() -> None:
    result, known = programme()
    at = dict(zip(known.network.nodes.index, range(known.network.n_people), strict=True))
    posts = {name: known.posts[at[name]] for name in ("ann", "bob", "cuc", "dao", "p1")}
    assert posts == {"ann": 1.5, "bob": 1.0, "cuc": 1.25, "dao": 1.0, "p1": 1.0}  # three posts in two campaigns
    assert known.active[[at[name] for name in ("ann", "bob", "cuc", "dao", "p0")]].tolist() == [True] * 4 + [False]
    assert known.currency == "USD"
    assert known.value is not None
    mean = (5 * 20 + 40 + 30 + 10) / 8
    assert known.value[at["p1"]] == known.value[at["cuc"]] == pytest.approx(mean)  # never bought
    assert 20 <= known.value[at["p18"]] <= 30  # one order of 30, drawn to the mean
    told = costs(known, result.tables)
    assert told.currency == "USD"
    assert [told.amount[at[name]] for name in ("ann", "bob")] == [100.0, 60.0]
    assert told.amount[at["cuc"]] == pytest.approx(1.25 * 10 * 2**1, abs=0.01)  # 10 at 1,000, tenfold at tenfold
    assert told.basis[[at[name] for name in ("ann", "cuc", "dao", "p1")]].tolist() == ["price", "rates", "gift", ""]
    assert np.isnan(told.amount[at["p1"]])
    assert [note.id for note in told.notes] == ["planning.rates-assumed", "planning.gifts"]


def test_inflated_numbers_count_for_less_unless_asked() -> None:
    world = make("inflated", people=1_500, creators=40, campaigns=3, seed=1)
    with few_sweeps():
        result = map_tables(world.tables, backtest=False)
    weighed, whole = prospects(result), prospects(result, full_audience=True)
    assert (whole.standing == 1.0).all() and weighed.standing.min() < 0.95
    assert "planning.down-weighted" in [note.id for note in weighed.notes]
    assert "planning.down-weighted" not in [note.id for note in whole.notes]
    told = plan(weighed, costs(weighed, result.tables), people=3)
    assert told.people["weight"].tolist() == [
        weighed.standing[place] for place in weighed.network.index_of(told.people["person_id"])
    ]


def test_a_share_that_is_passed_on_is_learnt_and_nothing_else_is() -> None:
    known = programme()[1]
    network, chance = known.network, known.passing.probability
    place = dict(zip(network.nodes.index, range(network.n_people), strict=True))
    edges = {(u, v): p for u, v, p in zip(network.sources, network.indices, chance, strict=True)}
    assert known.passing.passed[place["ann"]] == known.passing.passed.sum() == 1.0
    assert edges[place["ann"], place["dao"]] == max(edges.values()) < 1.0
    assert edges[place["ann"], place["p1"]] < edges[place["ann"], place["dao"]]
    assert known.passing.delay.days == pytest.approx(1.0)  # from day two to day three
    over_posts = 1 - (1 - edges[place["ann"], place["dao"]]) ** 1.5
    at = [*zip(network.sources, network.indices, strict=True)].index((place["ann"], place["dao"]))
    assert known.probability[at] == pytest.approx(over_posts)


def test_rows_and_their_order_change_nothing() -> None:
    given_ = written()
    shuffled = replace(
        given_,
        **{
            name: given_[name].sample(frac=1, random_state=1, ignore_index=True)
            for name in ("creators", "follows", "shares", "conversions")
        },
    )
    with few_sweeps():
        again = prospects(map_tables(shuffled, backtest=False))
    known = programme()[1]
    for name in ("posts", "theta", "value", "probability"):
        np.testing.assert_allclose(getattr(again, name), getattr(known, name), rtol=1e-9, err_msg=name)
    one, two = (forecast(each, ["ann"], draws=20, seed=4) for each in (known, again))
    assert one.conversions == two.conversions


def test_where_nothing_was_learnt_nothing_is_planned() -> None:
    bare = replace(written(), follows=written().follows.iloc[:0])
    with few_sweeps(), pytest.raises(TablesError, match="Nothing can be planned"):
        prospects(map_tables(bare, backtest=False))
