"""Rules of credit against slow definitions, closed-form truths and published arithmetic."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random

import journeys as slow
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from journeys import Journey, laid_out, small
from scipy.sparse import csr_array

from influence_graph.drivers.rules import SPLITS, Journeys, from_paths, markov, removal_effect
from influence_graph.drivers.rules.returns import expected_returns, expected_visits

PATH_RULES = [name for name in SPLITS if name != "time_decay"]
"""Rules that need an order of touches, but no days."""
FEW = settings(max_examples=40)


def credit(rule: str, told: Journeys) -> np.ndarray:
    return removal_effect(told) if rule == "markov" else told.hand_out(SPLITS[rule](told))


def with_touch(told: list[Journey]) -> int:
    return sum(journey.orders for journey in told if journey.seen)


# ---------------------------------------------------------------------------------------------------------- definitions


@pytest.mark.parametrize("rule", slow.SPLITS)
@given(told=small())
def test_a_split_is_what_its_definition_says(rule: str, told: list[Journey]) -> None:
    expected = np.zeros(4)
    for journey in told:
        for creator, part in slow.SPLITS[rule](journey).items() if journey.seen else ():
            expected[creator] += journey.orders * part
    np.testing.assert_allclose(credit(rule, laid_out(told)), expected, atol=1e-12)


@given(small())
def test_the_closed_form_is_the_shapley_value(told: list[Journey]) -> None:
    np.testing.assert_allclose(credit("shapley", laid_out(told)), slow.shapley(told), atol=1e-12)


@given(small())
@FEW
def test_removal_effects_are_those_of_the_chain_without_each(told: list[Journey]) -> None:
    np.testing.assert_allclose(credit("markov", laid_out(told)), slow.removal(told), atol=1e-9)


@given(small())
@FEW
def test_the_way_for_many_creators_gives_the_same(told: list[Journey]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(markov, "DENSE", 0)
        sparse = credit("markov", laid_out(told))
    np.testing.assert_allclose(sparse, credit("markov", laid_out(told)), rtol=2e-3, atol=1e-9)


@st.composite
def chains(draw: st.DrawFn) -> np.ndarray:
    """Walks that go round in circles, in parts that do not reach each other, or end at once."""
    n = draw(st.integers(1, 7))
    often = draw(st.lists(st.integers(0, 3), min_size=n * n, max_size=n * n))
    counts = np.array(often, dtype=float).reshape(n, n) * ~np.eye(n, dtype=bool)
    ends = np.array(draw(st.lists(st.integers(1, 4), min_size=n, max_size=n)), dtype=float)
    return counts / (counts.sum(axis=1) + ends)[:, None]


@given(chains(), st.sampled_from([1e-3, 1e-9]))
@FEW
def test_returns_are_the_diagonal_of_the_inverse(steps: np.ndarray, error: float) -> None:
    inverse, rows = np.linalg.inv(np.eye(len(steps)) - steps), csr_array(steps)
    begins = np.arange(1.0, len(steps) + 1.0)
    np.testing.assert_allclose(expected_returns(rows, error=error), np.diag(inverse), rtol=3 * error)
    np.testing.assert_allclose(expected_visits(rows, begins), begins @ inverse, rtol=1e-9)


def test_returns_among_many_are_within_their_error_or_not_told() -> None:
    """Two markets of unlike habits; their creators meet the same few hubs, and pairs who answer each other."""
    rng, n = np.random.default_rng(3), 600
    hub = (0.02 / rng.random(n)).clip(max=1.0)
    counts = rng.poisson(np.outer(hub, hub) * 3.0 / hub.mean()).astype(float)
    counts[: n // 2, n // 2 :] = counts[n // 2 :, : n // 2] = 0.0
    counts[10, 11] = counts[11, 10] = 40.0
    np.fill_diagonal(counts, 0.0)
    steps = counts / (counts.sum(axis=1) + rng.integers(1, 9, n))[:, None]
    exact = np.diag(np.linalg.inv(np.eye(n) - steps))
    assert exact.max() > 1.2
    for error in (1e-3, 1e-5):
        np.testing.assert_allclose(expected_returns(csr_array(steps), error=error), exact, rtol=error)
    assert expected_returns(csr_array(steps), budget=n) is None
    assert expected_visits(csr_array(steps), np.ones(n), most=3) is None


# --------------------------------------------------------------------------------------------------- closed-form truths


@pytest.mark.parametrize("rule", [*SPLITS, "markov"])
class TestTruths:
    """What holds of every rule that splits orders."""

    @FEW
    @given(told=small())
    def test_what_is_handed_out_are_the_orders_with_a_touch(self, rule: str, told: list[Journey]) -> None:
        given = laid_out(told)
        assert given.with_touch == with_touch(told)
        found = credit(rule, given)
        assert found.sum() == pytest.approx(with_touch(told))
        assert (found >= -1e-12).all()
        nobody = set(range(4)) - set().union(*(journey.creators for journey in told))
        assert not found[list(nobody)].any()

    @FEW
    @given(told=small(1))
    def test_a_single_creator_has_everything(self, rule: str, told: list[Journey]) -> None:
        assert credit(rule, laid_out(told, 1)) == pytest.approx([with_touch(told)])

    @FEW
    @given(told=small())
    def test_creators_who_mirror_each_other_are_equal(self, rule: str, told: list[Journey]) -> None:
        """With every journey comes the same one with 0 and 1 in each other's place."""
        swap = {0: 1, 1: 0}
        mirrored = [replace(j, seen=tuple((swap.get(u, u), age) for u, age in j.seen)) for j in told]
        found = credit(rule, laid_out(told + mirrored))
        assert found[0] == pytest.approx(found[1])

    @FEW
    @given(told=small(), random=st.randoms(use_true_random=False))
    def test_names_and_the_order_of_rows_change_nothing(self, rule: str, told: list[Journey], random: Random) -> None:
        number = list(range(4))
        random.shuffle(number)
        other = [
            replace(j, seen=tuple((number[u], age) for u, age in random.sample(j.seen, len(j.seen)))) for j in told
        ]
        random.shuffle(other)
        np.testing.assert_allclose(credit(rule, laid_out(other))[number], credit(rule, laid_out(told)), atol=1e-9)

    @FEW
    @given(told=small())
    def test_journeys_told_twice_are_journeys_counted_twice(self, rule: str, told: list[Journey]) -> None:
        doubled = [replace(j, orders=2 * j.orders, lost=2 * j.lost) for j in told]
        np.testing.assert_allclose(credit(rule, laid_out(told * 2)), credit(rule, laid_out(doubled)), atol=1e-9)


@given(small(), st.integers(0, 3))
def test_seeing_somebody_again_changes_no_shapley_value(told: list[Journey], age: int) -> None:
    again = [replace(j, seen=(*j.seen, *((u, age + 6) for u in j.creators))) for j in told]
    np.testing.assert_allclose(credit("shapley", laid_out(again)), credit("shapley", laid_out(told)), atol=1e-12)


def test_an_order_of_the_crowd_goes_by_audience_or_to_nobody() -> None:
    told = laid_out([Journey(((0, 7), (1, 14))), Journey(((2, 1),))])
    told = replace(told, crowd=np.array([True, False]), weight=np.array([100.0, 300.0, 1.0]))  # oldest first
    assert credit("linear", told).tolist() == [0.75, 0.25, 1.0, 0.0]
    assert credit("time_decay", told) == pytest.approx(
        [6 / 7, 1 / 7, 1.0, 0.0]
    )  # a week earlier counts half: 300 against 50
    for rule in ("first_touch", "last_touch", "position_based", "shapley", "markov"):
        assert credit(rule, told).tolist() == [0.0, 0.0, 1.0, 0.0], rule


def test_time_decays_by_half_a_week_as_the_shares_are_days_not_steps() -> None:
    told = laid_out([Journey(((0, 8), (1, 1)))])
    assert credit("time_decay", told)[:2] == pytest.approx([1 / 3, 2 / 3])
    assert told.hand_out(SPLITS["time_decay"](told, half_life_days=3.5))[:2] == pytest.approx([1 / 5, 4 / 5])
    with pytest.raises(ValueError, match="days"):
        SPLITS["time_decay"](from_paths([["a"]], [1])[0])


# ------------------------------------------------------------------------------------------------- published arithmetic


def test_the_example_of_the_methods_page() -> None:
    """By hand: a walk converts with 4/5 (3/4) + 1/5 = 0.8; without GA 0.2, without Mail 0.4; effects 3/4 and 1/2."""
    told, names = from_paths([["GA"], ["Mail"], ["GA", "Mail"], ["GA"]], [2, 1, 1, 0], [0, 0, 0, 1])
    assert names == ["GA", "Mail"]
    assert removal_effect(told) == pytest.approx([2.4, 1.6])


@pytest.fixture
def paths(shared_data: Path) -> pd.DataFrame:
    """Ten thousand paths over twelve channels, the usual input of attribution packages."""
    table = pd.read_csv(shared_data / "attribution_journeys" / "pathdata_channelattribution.csv")
    return table.assign(path=table["path"].str.split(" > "))


@pytest.mark.parametrize("lost", [True, False])
@pytest.mark.parametrize("rule", [*PATH_RULES, "markov"])
def test_public_paths_are_handed_out_whole_and_alike_each_time(paths: pd.DataFrame, rule: str, lost: bool) -> None:
    def found(rows: pd.DataFrame) -> pd.Series:
        told, names = from_paths(rows["path"].tolist(), rows["total_conversions"], rows["total_null"] if lost else None)
        return pd.Series(credit(rule, told), index=names).sort_index()

    usual = found(paths)
    assert len(usual) == 12
    assert usual.sum() == pytest.approx(19_785)
    pd.testing.assert_series_equal(found(paths), usual, check_exact=True)
    pd.testing.assert_series_equal(found(paths.sample(frac=1, random_state=1)), usual, rtol=1e-9)


def test_public_paths_by_counting(paths: pd.DataFrame) -> None:
    told, names = from_paths(paths["path"].tolist(), paths["total_conversions"], paths["total_null"])
    for rule, place in (("first_touch", 0), ("last_touch", -1)):
        counted = paths.groupby(paths["path"].str[place])["total_conversions"].sum().reindex(names, fill_value=0)
        np.testing.assert_allclose(credit(rule, told), counted)
    several = [Journey(tuple((names.index(u), len(p) - i) for i, u in enumerate(p)), int(n), int(x)) for p, n, x in
               zip(paths["path"], paths["total_conversions"], paths["total_null"], strict=True)]  # fmt: skip
    np.testing.assert_allclose(credit("markov", told), slow.removal(several, len(names)), rtol=1e-9)
