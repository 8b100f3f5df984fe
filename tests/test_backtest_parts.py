"""What is held out and how it is judged: nothing leaks, likelihoods add up, persuasion that follows a score fits."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from tiny import SHARES, programme, seen

from influence_graph.backtesting.cascades import rates
from influence_graph.backtesting.controls import needs_direction, one_way
from influence_graph.backtesting.held_out import Held, begin, judge
from influence_graph.backtesting.parts import Part, campaign_folds, campaign_units, of_campaigns, time_fold, time_parts
from influence_graph.backtesting.training import follow
from influence_graph.drivers.contacts import list_touches
from influence_graph.drivers.em import Fit, maximise, settle, start
from influence_graph.drivers.exposure import Exposure, expose
from influence_graph.network import Network, build
from influence_graph.placebos.arrangements import Shuffle
from influence_graph.tables.resolve import resolve
from influence_graph.tables.schema import Tables
from influence_graph.world import make


@cache
def world(campaigns: int = 6, kind: str = "influence", **changes: float) -> tuple[Tables, Network, Exposure]:
    tables = resolve(make(kind, people=1500, creators=30, campaigns=campaigns, seed=4, **changes).tables)
    network = build(tables)
    return tables, network, expose(tables, network, communities=np.arange(network.n_people) % 3)


def fitted(exposure: Exposure) -> tuple[Held, Fit]:
    model = Held(Part(exposure, ""))
    return model, maximise(model, start(model), most=40)


def ids(part: Part) -> tuple[set[str], set[str]]:
    return set(part.exposure.orders["conversion_id"]), set(part.exposure.shares["share_id"])


def test_every_campaign_is_held_out_once_and_no_share_or_order_is_on_both_sides() -> None:
    exposure = world()[2]
    folds = campaign_folds(exposure, campaign_units(exposure))
    held = [part for fold in folds for part in fold.held]
    assert sorted(part.name for part in held) == sorted(exposure.campaigns)
    assert sum(part.orders for part in held) == len(exposure.orders)
    for fold in folds:
        for part in fold.held:
            for ours, theirs in zip(ids(part), ids(fold.taught), strict=True):
                assert ours
                assert not ours & theirs


def test_likelihoods_of_campaigns_add_up_to_that_of_all() -> None:
    exposure = world()[2]
    model, fit = fitted(exposure)
    likelihood, caused, exposed = 0.0, 0.0, 0.0
    for campaign in range(len(exposure.campaigns)):
        part = Held(of_campaigns(exposure, np.array([campaign])))
        mine = model.pieces.campaign == campaign
        assert np.array_equal(part.pieces.begin, model.pieces.begin[mine])
        point = replace(fit.parameters, mu=fit.parameters.mu[mine], eta=fit.parameters.eta[[campaign, -1]])
        found = settle(part, point)
        likelihood, caused, exposed = likelihood + found.likelihood, caused + found.caused, exposed + found.exposed
    whole = settle(model, fit.parameters)
    assert likelihood == pytest.approx(whole.likelihood, rel=1e-9)
    assert caused == pytest.approx(whole.caused, rel=1e-9)
    assert exposed == pytest.approx(whole.exposed, rel=1e-6, abs=1e-9)


def test_a_share_of_no_campaign_serves_each_by_its_part_of_the_orders() -> None:
    _, exposure = seen(programme())
    parts = [Held(of_campaigns(exposure, np.array([campaign]))) for campaign in (0, 1)]
    assert [part.part.name for part in parts] == ["spring", "summer"]
    placed = exposure.orders.loc[exposure.orders["campaign"] >= 0, "campaign"].value_counts(normalize=True)
    for campaign, part in enumerate(parts):
        assert part.part.homeless == pytest.approx(placed[campaign])
        assert part.known[-1] == pytest.approx(placed[campaign] * part.known[:-1].mean())


def test_stretches_of_time_share_out_the_last_third_and_what_people_were_exposed_to() -> None:
    exposure = world(2)[2]
    fold = time_fold(exposure)
    assert fold is not None
    taught, held = fold.taught, tuple(fold.held)
    orders = [set(part.exposure.orders["conversion_id"]) for part in (taught, *held)]
    assert sum(map(len, orders)) == len(set.union(*orders)) == len(exposure.orders)
    first = held[0].exposure.orders["time"].min()
    assert taught.exposure.orders["time"].max() < first
    assert taught.exposure.shares["time"].max() < first
    assert max(part.orders for part in held) - min(part.orders for part in held) <= 2
    _, whole = Held(Part(exposure, "")).reweigh(0.3)
    by_part = sum(Held(part).reweigh(0.3)[1] for part in (taught, *held))
    assert by_part == pytest.approx(whole, rel=1e-6, abs=1e-6)


def test_whoever_shares_later_has_not_joined_yet() -> None:
    exposure = world(2)[2]
    fold = time_fold(exposure)
    assert fold is not None
    past = fold.taught.exposure
    pairs = set(zip(past.shares["author"], past.shares["campaign"], strict=True))
    author, campaign = past.links.author, past.events.campaign[past.links.event]
    joined = np.array([pair in pairs for pair in zip(author, campaign, strict=True)])
    assert np.array_equal(past.links.joined > 0, joined)
    assert (exposure.links.joined > 0).sum() > joined.sum()


def test_past_and_future_are_described_apart() -> None:
    past, future = time_parts(world(2)[2])
    for ours, theirs in zip(ids(past), ids(future), strict=True):
        assert ours
        assert theirs
        assert not ours & theirs


def test_small_campaigns_are_held_out_together_in_the_order_in_which_they_sold() -> None:
    exposure = world(30)[2]
    units = campaign_units(exposure)
    orders = exposure.orders.groupby("campaign")["count"].sum()
    first = exposure.orders.groupby("campaign")["time"].min()
    assert 4 <= len(units) <= 24 < len(exposure.campaigns)
    assert sorted(np.concatenate(units)) == sorted(orders.index)
    assert all(orders[unit].sum() >= 10 for unit in units)
    begun = [first[unit].min() for unit in units]
    assert begun == sorted(begun)


def test_the_refit_is_the_best_there_is_for_a_given_persuasion() -> None:
    """Every coordinate is a maximum of likelihood times priors, written down anew."""
    exposure = world()[2]
    part = of_campaigns(exposure, np.array([1]))
    _, fit = fitted(of_campaigns(exposure, np.array([0, 2, 3])).exposure)
    held = Held(part)
    habit = 0.05
    found = judge(held, begin(held, fit.parameters), fit.parameters.theta, habit=habit)

    def objective(point: object) -> float:
        fans, eta = point.beta_joined[np.unique(held.fans.joiner)], point.eta.ravel()[held.tastes.lively]  # type: ignore[attr-defined]
        prior = np.sum(np.log(fans) - fans / habit) + 4.0 * np.sum(np.log(eta) - eta)
        return settle(held, point).likelihood + float(prior)  # type: ignore[arg-type]

    assert objective(found.point) == pytest.approx(found.value, abs=1e-6)
    assert np.array_equal(found.point.theta, fit.parameters.theta)
    for name, place in (("mu", 0), ("mu", 3), ("beta_joined", int(held.fans.joiner[0])), ("eta", (0, 1))):
        for factor in (0.9, 1.1):
            moved = getattr(found.point, name).copy()
            moved[place] *= factor
            assert objective(replace(found.point, **{name: moved})) < found.value + 0.02, (name, factor)


def test_persuasion_without_a_score_is_the_likeliest_one_for_all() -> None:
    model, fit = fitted(world()[2])
    common = follow(model, fit.parameters, np.zeros((model.authors, 0)))
    assert np.ptp(common) == 0

    def loss(log_theta: float) -> float:
        return -settle(model, replace(fit.parameters, theta=np.full(model.authors, np.exp(log_theta)))).likelihood

    best = minimize_scalar(loss, bounds=(-12, 0), method="bounded", options={"xatol": 1e-6})
    assert common[0] == pytest.approx(np.exp(best.x), rel=1e-3)


def test_persuasion_that_follows_a_score_finds_its_power() -> None:
    """Theta is the inverse root of the audience in this world."""
    exposure = world(kind="inverse", theta_spread=0.0, driven=4000.0, organic=500.0)[2]
    model, fit = fitted(exposure)
    size = np.log(np.maximum(exposure.follows.followers, 1.0))
    theta = follow(model, fit.parameters, (size - size.mean())[:, None])
    slope = np.polyfit(size, np.log(theta), 1)[0]
    assert slope == pytest.approx(-0.5, abs=0.15)
    assert settle(model, replace(fit.parameters, theta=theta)).likelihood > fit.likelihood


def test_cascades_share_out_what_one_theta_is_credited_with() -> None:
    exposure = world()[2]
    model, fit = fitted(exposure)
    rate, size, who = rates(model, fit.parameters, fit.parameters.theta)
    whole = settle(model, fit.parameters)
    assert np.bincount(who, rate * size, minlength=model.authors) == pytest.approx(whole.caused, abs=1e-6)
    assert np.bincount(who, size, minlength=model.authors) == pytest.approx(whole.exposed, rel=1e-6, abs=1e-6)
    assert len(rate) == len(exposure.shares.drop_duplicates(["author", "campaign"]))
    alone = world(1)[2]
    model, fit = fitted(alone)
    assert len(rates(model, fit.parameters, fit.parameters.theta)[0]) == len(alone.shares)


# ------------------------------------------------------------------------------------------------------------ controls


def test_the_same_organic_curve_fits_exchanged_moments() -> None:
    tables, network, exposure = world()
    touches = list_touches(tables, exposure.shares, network, exposure.orders, exposure.begin)
    mixed = Shuffle.of(exposure, touches, network).draw(np.random.default_rng(1))
    for campaign in range(len(exposure.campaigns)):
        parts = [of_campaigns(of, np.array([campaign])) for of in (exposure, mixed)]
        times = [np.sort(part.exposure.shares["time"]) for part in parts]
        assert np.array_equal(*times)
        pieces = [Held(part).pieces for part in parts]
        assert np.array_equal(pieces[0].begin, pieces[1].begin)


def test_follows_that_are_returned_have_no_direction() -> None:
    network = Network.from_edges(
        ["ann", "bob", "ann", "cuc"], ["bob", "ann", "cuc", "dan"], since=[1.0, 2.0, 3.0, np.nan]
    )
    there, back = (one_way(network, swapped=swapped) for swapped in (False, True))

    def pairs(of: Network) -> dict[tuple[str, str], float]:
        names = of.nodes.index
        ends = zip(names[of.sources], names[of.indices], strict=True)
        return dict(zip(ends, of.edges["since"].tolist(), strict=True))

    assert pairs(there) == {("ann", "cuc"): 3.0, ("cuc", "dan"): pytest.approx(np.nan, nan_ok=True)}
    assert pairs(back) == {("cuc", "ann"): 3.0, ("dan", "cuc"): pytest.approx(np.nan, nan_ok=True)}
    assert list(there.nodes.index) == list(network.nodes.index)


def test_direction_matters_where_buyers_share_too() -> None:
    network, exposure = seen(programme())
    assert not needs_direction(exposure, network), "p, q, r, s and t never share"
    sharing = [*SHARES, *((name, 2.0, "spring") for name in "pqrst")]
    network, exposure = seen(programme(shares=sharing))
    assert needs_direction(exposure, network)
