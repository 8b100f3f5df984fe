"""The hazard against its formula, spelled out person by person and share by share in plain Python."""

from __future__ import annotations

from dataclasses import replace
from math import exp, log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from slow import Slow
from tiny import FOLLOWS, ORDERS, programme, seen

from influence_graph.drivers import arrivals
from influence_graph.drivers.contacts import Follows
from influence_graph.drivers.em import Fit, maximise, settle, start
from influence_graph.drivers.exposure import Exposure
from influence_graph.drivers.hazard import Hazard, Parameters
from influence_graph.kernels.exposure import delay_integral

AGAIN = ("p", 31.0, "summer", None)
STANDING = [(follower, author, None) for follower, author, _ in FOLLOWS]
LATER = [(*pair, 2.0 + 3.0 * place) for place, (*pair, _) in enumerate(FOLLOWS)]
"""Everybody comes to follow one after the other, from before the first order to after the last."""


AGAIN_SEEN = seen(programme(orders=[*ORDERS, AGAIN], follows=STANDING), communities=np.arange(9) % 3)[1]


def drawn(model: Hazard, seed: int) -> Parameters:
    """Any parameters at all."""
    rng, x = np.random.default_rng(seed), model.exposure
    eta = rng.uniform(0.5, 2.0, (len(x.campaigns) + 1, model.tastes.kinds))
    eta[-1] = 1.0
    theta, beta, joined = rng.uniform(0.01, 0.5, (3, model.authors))
    tail = (0.0, 0.7, 1.0, 2.5)[seed % 4]
    return Parameters(
        theta, beta, joined, rng.uniform(0.001, 0.1, model.pieces.length.size), rng.uniform(0.05, 1.0), eta, tail
    )


def credited(model: Hazard, fit: Fit, order: int) -> dict[str, float]:
    """Parts of an order by author."""
    x = model.exposure
    number = list(x.orders["conversion_id"]).index(f"o{order:02}")
    event = x.events.of_order[number]
    links = range(x.links.ptr[event], x.links.ptr[event + 1])
    return {x.authors[x.links.author[i]]: fit.responsibility[i] for i in links if fit.responsibility[i] > 0}


def organic_part(model: Hazard, fit: Fit, order: int) -> float:
    number = list(model.exposure.orders["conversion_id"]).index(f"o{order:02}")
    return float(fit.organic[model.exposure.events.of_order[number]])


def tiny_model(*, orders: list = ORDERS, kinds: bool = True, follows: list = FOLLOWS, **options: bool) -> Hazard:
    communities = np.arange(9) % 3 if kinds else None
    tables = programme(orders=orders, follows=follows)
    _, exposure = seen(tables, communities=communities)
    return Hazard(exposure, **options)


# ----------------------------------------------------------------------------------------------------------- the E step


@pytest.mark.parametrize("trust", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_every_order_is_shared_out_by_the_formula(seed: int, trust: bool) -> None:
    model = tiny_model(trust_codes=trust)
    point = drawn(model, seed)
    fit, slow = settle(model, point), Slow(model, point)
    for number, order in enumerate(ORDERS):
        if order[0] == "x":  # known from this order alone: organic, and no event of the model
            place = list(model.exposure.orders["conversion_id"]).index(f"o{number:02}")
            assert model.exposure.events.of_order[place] == -1
            continue
        organic, by, _ = slow.parts(order, trust=trust)
        assert organic_part(model, fit, number) == pytest.approx(organic)
        assert credited(model, fit, number) == pytest.approx(by)


def test_the_hand_made_programme_holds_what_it_promises() -> None:
    """So that the comparison above can't pass for want of cases."""
    model = tiny_model()
    slow = Slow(model, drawn(model, 0))
    authors = [set(slow.parts(order)[1]) for order in ORDERS if order[0] != "x"]
    assert set() in authors  # a share that has left the window
    assert max(map(len, authors)) == 3
    assert slow.parts(ORDERS[2])[1].keys() == {"c"}  # r follows b only afterwards
    assert slow.driven("t", 23.0, "summer").keys() >= {"b", "c"}
    assert slow.parts(ORDERS[4])[1].keys() == {"b"}
    assert slow.parts(ORDERS[12])[1].keys() == {"a"}  # the code of c, of whom nothing was seen, settles nothing
    assert model.exposure.one_off
    assert model.tastes.kinds == 4


@pytest.mark.parametrize("follows", [STANDING, FOLLOWS, LATER], ids=["standing", "dated", "mostly dated"])
def test_the_likelihood_is_that_of_the_process(follows: list) -> None:
    model = tiny_model(follows=follows)
    point = drawn(model, 3)
    fit, slow = settle(model, point), Slow(model, point, follows=follows)
    hazards = [slow.parts(order)[2] for order in ORDERS if order[0] != "x"]
    expected = sum(slow.theta[u] * slow.exposed(u) for u in slow.theta)
    expected += sum(piece[3] * slow.person_days(piece) for piece in slow.pieces)
    assert fit.likelihood == pytest.approx(sum(map(log, hazards)) - expected, rel=1e-6)


# -------------------------------------------------------------------------------------------- who could have been moved


@pytest.mark.parametrize("again", [False, True], ids=["one-off", "bought again"])
@pytest.mark.parametrize(("rate", "tail"), [(0.05, 0.0), (0.4, 0.0), (3.0, 0.0), (0.4, 0.5), (2.0, 3.0)])
def test_exposure_is_the_sum_over_shares_and_followers(rate: float, tail: float, again: bool) -> None:
    orders = [*ORDERS, AGAIN] if again else ORDERS
    model = tiny_model(orders=orders)
    assert model.exposure.one_off is not again
    slow = Slow(model, replace(drawn(model, 0), rate=rate, tail=tail), orders=orders, one_off=not again)
    _, exposed = model.reweigh(rate, tail)
    assert dict(zip(model.exposure.authors, exposed, strict=True)) == pytest.approx(
        {u: slow.exposed(u) for u in "abc"}, rel=1e-6
    )


@pytest.mark.parametrize("again", [False, True], ids=["one-off", "bought again"])
@pytest.mark.parametrize("follows", [STANDING, FOLLOWS, LATER], ids=["standing", "dated", "mostly dated"])
def test_people_are_at_risk_as_fans_from_their_follow_on_and_until_they_buy(follows: list, again: bool) -> None:
    """Who followed as fans can be credited from the follow on only, so they are counted from then on only."""
    orders = [*ORDERS, AGAIN] if again else ORDERS
    model = tiny_model(orders=orders, follows=follows)
    point = drawn(model, 1)
    slow = Slow(model, point, orders=orders, follows=follows, one_off=not again)
    found = model.piece_exposure(point.beta, point.beta_joined, point.eta)
    assert found == pytest.approx([slow.person_days(piece) for piece in slow.pieces])


def test_who_bought_before_they_came_to_follow_is_no_fan_at_risk() -> None:
    """So that the comparison above can't pass for want of cases: one in each campaign, one before a code's author."""
    gone = tiny_model(follows=LATER).gone
    assert len(set(zip(gone.author.tolist(), (gone.cell // (gone.shape[1] * gone.shape[2])).tolist(), strict=True))) > 2
    assert set(gone.joined.tolist()) == {False, True}


def since_when(exposure: Exposure, days: list[float | None]) -> Exposure:
    """The same follows, dated otherwise."""
    follows = exposure.follows
    since = np.array([-np.inf if day is None else day for day in days])
    people, authors = follows.ptr.size - 1, follows.audience_ptr.size - 1
    dated = Follows.of(follows.follower, follows.author, since, people=people, authors=authors)
    return replace(exposure, follows=dated)


@settings(max_examples=60)
@given(
    days=st.lists(st.none() | st.floats(-9.0, 60.0), min_size=len(FOLLOWS), max_size=len(FOLLOWS)),
    moments=st.sampled_from([2, 3, 32]),
    seed=st.integers(0, 3),
)
def test_whenever_they_came_and_however_coarsely_told_all_sums_expect_the_same(
    days: list[float | None], moments: int, seed: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(arrivals, "MOMENTS", moments)
        model = Hazard(since_when(AGAIN_SEEN, days))
    now = drawn(model, seed)
    at_risk = model.piece_exposure(now.beta, now.beta_joined, now.eta)
    nothing = np.zeros(model.authors)
    alone = now.mu @ model.piece_exposure(nothing, nothing, now.eta)
    fans, joined = model.fan_exposure(now.mu, now.eta)
    assert now.mu @ at_risk == pytest.approx(alone + now.beta @ fans + now.beta_joined @ joined)
    assert now.mu @ at_risk == pytest.approx(now.eta.ravel() @ model.taste_exposure(now.mu, now.beta, now.beta_joined))
    people, _ = model.usual_people(now)
    volume = model.campaign_sums(now.mu * model.pieces.length)
    assert now.mu @ at_risk == pytest.approx(volume @ (now.eta * people).sum(axis=1))
    late, early = (Hazard(since_when(AGAIN_SEEN, [day] * len(FOLLOWS))) for day in (60.0, None))
    known = now.beta, now.beta_joined, now.eta
    assert (late.piece_exposure(*known) - 1e-9 <= at_risk).all()
    assert (at_risk <= early.piece_exposure(*known) + 1e-9).all()


def test_dates_of_before_change_nothing_to_the_last_digit() -> None:
    days = [-1.0 - place for place in range(len(FOLLOWS))]
    models = [Hazard(since_when(AGAIN_SEEN, dates)) for dates in ([None] * len(FOLLOWS), days, [0.0] * len(FOLLOWS))]
    point = drawn(models[0], 2)
    fits = [settle(model, point) for model in models]
    for fit in fits:
        assert (fit.responsibility == fits[0].responsibility).all()
        assert fit.likelihood == fits[0].likelihood


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("again", [False, True], ids=["one-off", "bought again"])
@pytest.mark.parametrize("follows", [STANDING, LATER], ids=["standing", "mostly dated"])
def test_the_m_step_divides_by_what_the_likelihood_grows_with(seed: int, follows: list, again: bool) -> None:
    """The expected number of orders is linear in each parameter: its slope is the parameter's exposure."""
    model = tiny_model(orders=[*ORDERS, AGAIN] if again else ORDERS, follows=follows)
    point = drawn(model, seed)
    _, exposed = model.reweigh(point.rate, point.tail)
    base = model.compensator(point, exposed)

    def slope(name: str, place: tuple[int, ...]) -> float:
        moved = getattr(point, name).copy()
        moved[place] += 1.0
        return model.compensator(replace(point, **{name: moved}), exposed) - base

    fans, joined = model.fan_exposure(point.mu, point.eta)
    cells = model.taste_exposure(point.mu, point.beta, point.beta_joined).reshape(point.eta.shape)
    days = model.piece_exposure(point.beta, point.beta_joined, point.eta)
    for author in range(model.authors):
        assert slope("theta", (author,)) == pytest.approx(exposed[author])
        assert slope("beta", (author,)) == pytest.approx(fans[author])
        assert slope("beta_joined", (author,)) == pytest.approx(joined[author])
    assert [slope("mu", (piece,)) for piece in range(days.size)] == pytest.approx(list(days))
    for cell in np.ndindex(2, model.tastes.kinds):  # the last campaign, of none, stays at 1
        if model.tastes.people[cell[1]]:
            assert slope("eta", cell) == pytest.approx(cells[cell])


@pytest.mark.parametrize("tail", [0.0, 0.3, 1.0, 3.0])
@pytest.mark.parametrize(("rate", "window"), [(0.02, 30.0), (0.25, 30.0), (2.0, 7.0)])
def test_the_integral_of_the_delay(rate: float, window: float, tail: float) -> None:
    def later(age: float) -> float:
        return (1 + tail * rate * age) ** (-1 / tail) if tail else exp(-rate * age)

    def density(age: float) -> float:
        return rate * later(age) ** (1 + tail) / (1 - later(window))

    for age in (0.1, 1.0, 5.0, window):
        assert delay_integral(age, rate, window, tail) == pytest.approx(quad(density, 0, age)[0], rel=1e-7)
    assert delay_integral(window, rate, window, tail) == pytest.approx(1.0)
    assert delay_integral(2 * window, rate, window, tail) == delay_integral(window, rate, window, tail)
    assert delay_integral(0.0, rate, window, tail) == delay_integral(-3.0, rate, window, tail) == 0.0


# -------------------------------------------------------------------------------------------------------------- the fit


def test_the_fit_conserves_and_its_persuasion_is_orders_over_exposure() -> None:
    model = tiny_model()
    fit = maximise(model, start(model))
    assert fit.converged
    by_event = np.bincount(model.link_event, fit.responsibility, minlength=model.weight.size)
    assert by_event + fit.organic == pytest.approx(np.ones(model.weight.size))
    assert fit.caused.sum() + fit.organic @ model.weight == pytest.approx(model.weight.sum())
    assert fit.parameters.theta == pytest.approx(np.full(3, fit.caused.sum() / fit.exposed.sum()), rel=1e-3)


def test_orders_without_buyer_teach_nothing_where_buyers_are_known() -> None:
    """The model that learns weighs them nothing, and expects of every share only the known part of orders."""
    cut, whole = tiny_model(whole=False), tiny_model()
    assert (cut.weight[cut.crowd] == 0).all()
    assert cut.weight.sum() + whole.weight[whole.crowd].sum() == whole.weight.sum()
    assert list(cut.known) == pytest.approx(known_parts())
    assert list(whole.known) == [1.0, 1.0, 1.0]


def known_parts() -> list[float]:
    """Orders with a buyer over all that are events: by campaign, and over all."""
    told = [(person, campaign) for person, _, campaign, _ in ORDERS if person != "x"]
    parts = []
    for campaign in ("spring", "summer"):
        mine = [person is not None for person, c in told if c == campaign]
        parts.append(sum(mine) / len(mine))
    return [*parts, sum(person is not None for person, _ in told) / len(told)]
