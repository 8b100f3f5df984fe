"""Parts shared out to threads: every row once, and the same draws however many parts there are threads for."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny import seen

from influence_graph.drivers import parts
from influence_graph.drivers.bystanders import watch_bystanders
from influence_graph.drivers.em import settle, start
from influence_graph.drivers.exposure import expose
from influence_graph.drivers.gibbs import sample
from influence_graph.drivers.hazard import Hazard
from influence_graph.drivers.lift import interval, lift
from influence_graph.drivers.parts import MOST, cut_parts, in_parts, run_tasks
from influence_graph.world import make


@given(st.lists(st.integers(0, 400_000), max_size=12))
def test_every_row_is_in_one_part_and_no_part_is_much_longer(lengths: list[int]) -> None:
    ptr = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])
    found = cut_parts(ptr)
    assert [row for first, last in found for row in range(first, last)] == list(range(len(lengths)))
    assert len(found) <= MOST
    longest = max((ptr[last] - ptr[first] for first, last in found), default=0)
    assert longest <= ptr[-1] / len(found) + max(lengths, default=0) + ptr.size


def test_what_parts_find_stands_in_their_order() -> None:
    assert in_parts(lambda number, first, last: (number, first, last), [(0, 3), (3, 4)]) == [(0, 0, 3), (1, 3, 4)]
    tasks = [lambda: 3, lambda: 1, lambda: 2]
    assert run_tasks(tasks, many=True) == run_tasks(tasks, many=False) == [3, 1, 2]


def test_fits_are_the_same_in_parts_and_draws_the_same_on_any_number_of_threads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tables = make("influence", people=400, creators=12, campaigns=2, seed=3).tables
    whole = Hazard(seen(tables)[1], whole=False)
    monkeypatch.setattr(parts, "LEAST", 5)
    model = Hazard(whole.exposure, whole=False)
    assert len(whole.causes.parts) == 1
    assert len(model.causes.parts) == len(model.causes.link_parts) == MOST
    assert len(model.fans.parts) > 1
    begun = start(whole)
    one, other = settle(whole, begun), settle(model, begun)
    assert other.caused == pytest.approx(one.caused)
    assert other.responsibility == pytest.approx(one.responsibility)
    assert other.likelihood == pytest.approx(one.likelihood)
    drawn = []
    for threads in (1, 3):
        with ThreadPoolExecutor(threads) as pool, monkeypatch.context() as patch:
            patch.setattr(parts, "_pool", lambda _, pool=pool: pool)
            patch.setattr("influence_graph.drivers.gibbs.MANY", 0)
            rng, size = np.random.default_rng(5), np.zeros(model.authors)
            drawn.append(sample(model, begun, log_followers=size, rng=rng, burn=10, keep=20))
    assert np.array_equal(drawn[0].theta, drawn[1].theta)
    assert np.array_equal(drawn[0].caused, drawn[1].caused)
    assert drawn[0].caused.sum() > 0


def test_exposures_posts_and_intervals_are_the_same_in_any_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    tables = make("influence", people=400, creators=12, campaigns=2, seed=3).tables
    draws, known = np.random.default_rng(1).gamma(1.0, size=(50, 30)), np.arange(1.0, 31.0)
    found = []
    for least in (parts.LEAST, 5):
        monkeypatch.setattr(parts, "LEAST", least)
        network, _ = seen(tables)
        x = expose(tables, network, communities=np.arange(network.n_people) % 3)
        model = Hazard(x)
        told = watch_bystanders(model, settle(model, start(model)))
        assert told is not None
        found.append((x.links, told, lift(draws, known, known[::-1], known), interval(draws)))
    (links, told, lifted, ends), (other, retold, again, edges) = found
    assert links.exposed.any()
    for name in ("ptr", "author", "joined", "exposure_ptr", "share", "age", "weight"):
        assert np.array_equal(getattr(links, name), getattr(other, name))
    assert (retold.times, retold.slope, retold.error) == pytest.approx((told.times, told.slope, told.error))
    assert again.equals(lifted)
    assert np.array_equal(ends, edges)
    assert np.array_equal(ends, np.quantile(draws, (0.05, 0.95), axis=0))
