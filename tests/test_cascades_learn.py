"""Probabilities learnt from cascades: against plain Python, planted ones, and cascades held out."""

from __future__ import annotations

from functools import cache
from heapq import heappop, heappush
from math import log
from typing import Any

import numpy as np
import pandas as pd
import pytest
from cascades_seen import EDGES, NETWORK, Seen, firsts, frame, order_of_edges, rows
from given import table
from hypothesis import given, settings
from hypothesis import strategies as st

from influence_graph.cascades import Cascades, Limits, learn, maximise, reliability, spread
from influence_graph.cascades.learn import shared_out
from influence_graph.cascades.observed import contacts
from influence_graph.errors import UsageError
from influence_graph.network import Network, build
from influence_graph.tables.schema import Tables
from influence_graph.world import make


@given(rows, st.sampled_from([2.0, np.inf]))
@settings(max_examples=60, deadline=None)
def test_contacts_and_chances_are_those_of_plain_python(seen: Seen, window: float) -> None:
    found = contacts(NETWORK, Cascades.from_frame(NETWORK, frame(seen)), window_days=window)
    told = firsts(seen)
    edges = order_of_edges()
    tried = dict.fromkeys(edges, 0)
    met = dict.fromkeys(edges, 0)
    known = dict.fromkeys(edges, 0)
    for first in told.values():
        for u, v in edges:
            if u in first and (v not in first or first[u][0] < first[v][0]):
                tried[u, v] += 1
                if v in first and first[v][0] - first[u][0] <= window:
                    met[u, v] += 1
                    known[u, v] += first[v][1] == u
    assert found.tried.tolist() == list(tried.values())
    assert np.bincount(found.edge, minlength=len(edges)).tolist() == list(met.values())
    assert np.bincount(found.edge[found.sure == 1], minlength=len(edges)).tolist() == list(known.values())
    assert (np.diff(found.later) >= 0).all()


@given(rows)
@settings(max_examples=60, deadline=None)
def test_counts_are_those_of_plain_python(seen: Seen) -> None:
    without = frame(seen).drop(columns="parent")
    cascades = Cascades.from_frame(NETWORK, without)
    told = firsts(seen).values()
    for place, (u, v) in enumerate(order_of_edges()):
        acted = sum(u in first for first in told)
        followed = [first for first in told if u in first and v in first and first[u][0] < first[v][0]]
        either = sum(u in first or v in first for first in told)
        others = [sum(w in first and first[w][0] < first[v][0] for w, x in EDGES if x == v) for first in followed]
        counted = {
            "bernoulli": len(followed) / max(acted, 1),
            "jaccard": len(followed) / max(either, 1),
            "partial credit": sum(1 / n for n in others) / max(acted, 1),
            "weighted cascade": 1 / sum(x == v for _, x in EDGES),
        }
        for method, truth in counted.items():
            assert learn(NETWORK, cascades, method=method)[place] == pytest.approx(truth), method  # type: ignore[arg-type]


@given(rows, st.integers(0, 9))
@settings(max_examples=30, deadline=None)
def test_held_out_likelihood_is_that_of_plain_python(seen: Seen, seed: int) -> None:
    chance = np.random.default_rng(seed).uniform(0.05, 0.9, NETWORK.n_edges)
    by_edge = dict(zip(order_of_edges(), chance, strict=True))
    total = 0.0
    for first in firsts(seen).values():
        for v in "abcd":
            until = first[v][0] if v in first else np.inf
            missed = 1.0
            for (u, w), p in by_edge.items():
                if w == v and u in first and first[u][0] < until:
                    missed *= 1 - p
            total += log(1 - missed if v in first and missed < 1 else missed)
    held = reliability(NETWORK, chance, Cascades.from_frame(NETWORK, frame(seen).drop(columns="parent")))
    assert held.log_likelihood == pytest.approx(total)


@given(rows, st.permutations("abcd"), st.integers(0, 50))
@settings(max_examples=25, deadline=None)
def test_names_order_and_clock_change_nothing(seen: Seen, names: list[str], shift: int) -> None:
    renamed = dict(zip("abcdx", [*names, "x"], strict=True)) | {None: None}
    moved = [(c + 7, renamed[p], t + shift, renamed[parent]) for c, p, t, parent in seen]
    # of several shares at the same time any may be the first
    kept = {(c, p, t): row for row in seen for c, p, t in [row[:3]]}
    seen, moved = list(kept.values()), [row for row, old in zip(moved, seen, strict=True) if kept[old[:3]] is old]
    other = Network.from_edges(*zip(*((renamed[u], renamed[v]) for u, v in EDGES), strict=True))
    one = learn(NETWORK, Cascades.from_frame(NETWORK, frame(seen)))
    two = learn(other, Cascades.from_frame(other, frame(moved[::-1] + moved)))
    by_name = dict(zip(order_of_edges(), one, strict=True))
    ids = other.nodes.index
    for u, v, p in zip(other.sources, other.indices, two, strict=True):
        back = {new: old for old, new in renamed.items()}
        assert p == pytest.approx(by_name[back[ids[u]], back[ids[v]]], rel=1e-3)


def test_a_share_is_handed_to_who_may_have_caused_it() -> None:
    """Saito's E step: of two with 0.5 and 0.2 the first caused it with 0.5 / 0.6; a known parent did for sure."""
    seen = frame([(1, "a", 0, None), (1, "b", 1, None), (1, "c", 2, None), (2, "a", 0, None), (2, "c", 1, "a")])
    found = contacts(NETWORK, Cascades.from_frame(NETWORK, seen))
    chance = np.array([{("a", "c"): 0.5, ("b", "c"): 0.2}.get(edge, 0.1) for edge in order_of_edges()])
    credit = dict(zip(zip(found.later, found.edge, strict=True), shared_out(found, chance), strict=True))
    place = {edge: at for at, edge in enumerate(order_of_edges())}
    assert credit[2, place["a", "c"]] == pytest.approx(0.5 / 0.6)
    assert credit[2, place["b", "c"]] == pytest.approx(0.2 / 0.6)
    assert credit[4, place["a", "c"]] == 1


@cache
def planted(seed: int, people: int = 250, edges: int = 2000, cascades: int = 900) -> tuple[Network, Any, pd.DataFrame]:
    """A network, the probability of each edge, and cascades that ran on it: persuasive sources, receptive targets."""
    rng = np.random.default_rng(seed)
    network = Network.from_edges(*rng.integers(0, people, (2, edges)), nodes=[str(i) for i in range(people)])
    persuasion, receptiveness = np.exp(rng.normal(0, 1, people)), np.exp(rng.normal(0, 0.7, people))
    chance = 0.08 * persuasion[network.sources] * receptiveness[network.indices] * rng.gamma(2, 0.5, network.n_edges)
    chance = np.minimum(chance, 0.9)
    seen = []
    for cascade in range(cascades):
        waiting: list[tuple[float, int, int]] = [(0.0, int(rng.integers(people)), -1)]
        shared: set[int] = set()
        while waiting:
            time, u, parent = heappop(waiting)
            if u in shared:
                continue
            shared.add(u)
            seen.append((cascade, str(u), time, str(parent) if parent >= 0 else None))
            for e in range(network.indptr[u], network.indptr[u + 1]):
                if rng.random() < chance[e]:
                    heappush(waiting, (time + rng.exponential(), int(network.indices[e]), u))
    return network, chance, frame(seen)


@pytest.mark.parametrize("parents", [True, False])
@pytest.mark.parametrize("seed", range(3))
def test_planted_probabilities_are_found_and_calibrated(seed: int, parents: bool) -> None:
    network, chance, seen = planted(seed)
    if not parents:
        seen = seen.drop(columns="parent")
    before, after = (
        Cascades.from_frame(network, seen[part]) for part in (seen["cascade"] < 600, seen["cascade"] >= 600)
    )
    held = {}
    for method in ("em", "bernoulli", "jaccard", "partial credit", "weighted cascade", "uniform"):
        held[method] = reliability(network, learn(network, before, method=method), after)  # type: ignore[arg-type]
    best = reliability(network, chance, after).log_likelihood
    told = {method: one.log_likelihood for method, one in held.items()}
    assert max(told, key=lambda name: told[name]) == "em"
    # of what a constant leaves to be learnt, most is learnt
    assert told["em"] - told["uniform"] > 0.75 * (best - told["uniform"])
    learnt = learn(network, before)
    assert np.corrcoef(learnt, chance)[0, 1] > 0.85
    table = held["em"].table
    noise = np.sqrt(table["predicted"] * (1 - table["predicted"]) / table["trials"])
    assert (np.abs(table["observed"] - table["predicted"]) < 0.12 * table["predicted"] + 4 * noise).all()
    raw = held["bernoulli"].table
    off = (table["observed"] - table["predicted"]).abs().mean(), (raw["observed"] - raw["predicted"]).abs().mean()
    assert parents or off[0] < off[1]


def test_what_was_seen_once_is_shrunk_and_what_was_seen_often_is_not() -> None:
    often = [(c, who, t, None) for c in range(400) for who, t in (("a", 0), ("b", 1))[: 1 + (c % 4 == 0)]]
    once = [(1000, "d", 0, None), (1000, "b", 1, None)]
    learnt = dict(zip(order_of_edges(), learn(NETWORK, Cascades.from_frame(NETWORK, frame(often + once))), strict=True))
    assert learnt["a", "b"] == pytest.approx(0.25, abs=0.02)
    assert learnt["d", "b"] < 0.9
    assert learnt["a", "c"] < 0.02


def test_plans_from_what_was_learnt_are_nearly_as_good_as_from_the_truth() -> None:
    kept = []
    for seed in range(3):
        network, chance, seen = planted(seed)
        learnt = learn(network, Cascades.from_frame(network, seen.drop(columns="parent")))
        reached = []
        for probability in (learnt, chance):
            choice = maximise(network, Limits(people=10), probability=probability, rng=seed)
            found = spread(network, choice.people["person_id"], probability=chance, simulations=2000, rng=99)
            reached.append(found.mean)
        kept.append(reached[0] / reached[1])
    assert min(kept) > 0.9


def test_nobody_passes_on_what_nobody_was_seen_to() -> None:
    alone = frame([(c, "a", 0, None) for c in range(50)])
    cascades = Cascades.from_frame(NETWORK, alone)
    for method in ("em", "bernoulli", "jaccard", "partial credit", "uniform"):
        assert learn(NETWORK, cascades, method=method).max() < 0.01  # type: ignore[arg-type]


def test_cascades_of_a_programme_are_chains_then_contents_then_campaigns() -> None:
    shares = table(
        "shares",
        share_id=["s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s1"],
        person_id=list("abcaddbba"),
        shared_at=[f"2026-{month:02d}-01" for month in (1, 2, 3, 4, 5, 6, 7, 8, 1)],
        parent_share_id=[None, "s1", "s2", *[None] * 6],
        content_id=[None, None, None, "video", "video", *[None] * 4],
        campaign_id=["c1", None, "c1", None, None, "c1", "c1", None, "c1"],
    )
    cascades = Cascades.from_tables(NETWORK, Tables(shares=shares))
    ids = NETWORK.nodes.index
    told = {
        frozenset(ids[person] for person in cascades.person[begin:end])
        for begin, end in zip(cascades.pointers[:-1], cascades.pointers[1:], strict=True)
    }
    assert told == {frozenset("abc"), frozenset("ad"), frozenset("db")}
    parents = {ids[v]: ids[u] for v, u in zip(cascades.person, cascades.parent, strict=True) if u >= 0}
    assert parents == {"b": "a", "c": "b"}


def test_reshares_of_a_world_are_learnt() -> None:
    world = make("chain", people=2000, creators=40, campaigns=4, seed=1)
    network = build(world.tables)
    cascades = Cascades.from_tables(network, world.tables)
    assert (cascades.parent >= 0).sum() > 20
    learnt = learn(network, cascades)
    assert 0 < learnt.mean() < learnt.max() <= 1


def test_what_makes_no_sense_gets_a_sentence() -> None:
    cascades = Cascades.from_frame(NETWORK, frame([(1, "a", 0, None)]))
    with pytest.raises(UsageError, match="No method 'guess'"):
        learn(NETWORK, cascades, method="guess")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="No share names a cascade"):
        Cascades.from_frame(NETWORK, frame([(1, "x", 0, None)]))
    with pytest.raises(UsageError, match="has no edges"):
        learn(Network.from_edges([], [], nodes=["a"]), cascades)
