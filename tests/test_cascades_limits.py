"""Limits of a choice: kept, reached, and refused in a sentence where they leave no plan."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small import crowd

from influence_graph.cascades import Conversions, Limits, maximise
from influence_graph.errors import UsageError


@given(
    st.integers(0, 50),
    st.sampled_from([0.0, 0.2, 0.5, 1.0]),
    st.sampled_from([0.0, 0.3]),
    st.sampled_from([{"people": 7}, {"budget": 30.0}, {"budget": 30.0, "people": 5}]),
)
@settings(max_examples=20, deadline=None)
def test_limits_are_kept(seed: int, advocates: float, ugc: float, limit: dict[str, Any]) -> None:
    network = crowd(seed)
    rng = np.random.default_rng(seed)
    roles = rng.choice(["influencer", "ugc", "advocate"], 60)
    costs = np.where(rng.random(60) < 0.1, np.nan, rng.uniform(1, 10, 60))
    known = np.flatnonzero(np.isfinite(costs) & (network.nodes["platform"] == "tiktok").to_numpy() & (costs < 8))
    quotas = {"advocate": advocates, "ugc": min(ugc, 1 - advocates)}
    include, exclude = [str(known[0])], [str(place) for place in known[1:9]]
    limits = Limits(
        **limit, costs=costs, roles=roles, quotas=quotas, include=include, exclude=exclude, platform="tiktok"
    )
    choice = maximise(network, limits, probability=0.05, certificate=0.3, precision=0.1, rng=seed)
    places = network.index_of(choice.people["person_id"])
    assert choice.people["person_id"].iloc[0] == include[0]
    assert not set(exclude) & set(choice.people["person_id"])
    assert len(set(places)) == len(places)
    assert set(network.nodes["platform"].iloc[places]) == {"tiktok"}
    if "budget" in limit:
        assert np.nansum(costs[places]) <= limit["budget"]
    assert len(places) <= limit.get("people", 60)
    for role, part in quotas.items():
        assert len(places) == 1 or (roles[places] == role).sum() >= part * len(places) - 1e-9


def test_a_target_is_reached_and_no_person_is_too_many() -> None:
    network = crowd(2)
    costs = np.random.default_rng(2).uniform(1, 10, 60)
    choice = maximise(network, Limits(target=25.0, costs=costs), probability=0.1, rng=1)
    assert choice.expected >= 25
    assert choice.people["total"].iloc[-2] < 25
    # nothing that costs as much brings more than `high`: half the money can't do
    half = maximise(network, Limits(budget=choice.cost / 2, costs=costs), probability=0.1, rng=1)
    assert half.expected < 25
    assert choice.cost <= choice.alternatives["cost"].min()
    few = maximise(network, Limits(target=25.0), probability=0.1, rng=1)
    assert len(few.people) <= len(choice.people)
    with pytest.raises(UsageError, match="No choice within the limits brings 61"):
        maximise(network, Limits(target=61.0), probability=0.1)


ROLES = np.array(["advocate"] + ["influencer"] * 59)


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ({}, "Nothing limits the plan"),
        ({"people": 0}, "people is 0"),
        ({"budget": 10.0}, "A budget needs costs"),
        ({"budget": 0.5, "costs": np.ones(60)}, "pays for nobody: the cheapest person costs 1"),
        ({"budget": 5.0, "costs": np.ones(6)}, "costs has 6 values for 60 people"),
        ({"budget": 5.0, "costs": -np.ones(60)}, "60 values of costs are negative"),
        ({"budget": 5.0, "costs": np.full(60, np.nan)}, "pays for nobody"),
        ({"budget": 5.0, "costs": np.full(60, np.nan), "include": ["1"]}, "nobody knows what that costs"),
        ({"budget": 5.0, "costs": np.full(60, 4.0), "include": ["1", "2"]}, "have to be included cost 8"),
        ({"people": 2, "include": ["1"], "exclude": ["1"]}, "'1' is both to be included and to be left out"),
        ({"people": 2, "include": ["x"]}, "'x' is not in the network"),
        ({"people": 2, "exclude": [str(i) for i in range(60)]}, "leave nobody to choose"),
        ({"people": 2, "platform": "orkut"}, "Platforms there are: tiktok, zalo"),
        ({"people": 2, "quotas": {"advocate": 0.2}}, "without anybody's role"),
        ({"people": 2, "quotas": {"a": 0.8, "b": 0.3}, "roles": ROLES}, "Quotas of a 0.8, b 0.3 can't be held"),
        ({"people": 2, "quotas": {"ugc": 0.3}, "roles": ROLES}, "Roles there are: advocate, influencer"),
    ],
)
def test_limits_that_leave_no_plan_get_a_sentence(limits: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError) as told:
        maximise(crowd(), Limits(**limits), probability=0.1)
    assert said in str(told.value)


def test_a_world_where_nobody_orders_gets_a_sentence() -> None:
    with pytest.raises(UsageError, match="Nobody can move anybody to order here"):
        maximise(crowd(), Limits(people=3), probability=0.1, conversions=Conversions(np.zeros(60)))
    with pytest.raises(UsageError, match="Each lies between 0 and 1"):
        maximise(crowd(), Limits(people=3), probability=0.1, certificate=1.0)
