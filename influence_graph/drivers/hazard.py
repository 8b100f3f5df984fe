"""The driver model: an additive hazard with an organic part, fitted by EM, its spread drawn by Gibbs sampling.

The hazard of person v to order in campaign c at time t is

    mu_c(t) * eta_{c,k(v)} * (1 + sum over followed u of (beta_u + beta'_u [u shares in c])) + sum over s of theta_u kappa(t - t_s)

``theta_u``: expected orders per exposed person and share; ``eta``: how much likelier the people of community k are to
order in campaign c, whoever shares: people of one taste follow the same creators and buy the same things. EM (Veen & Schoenberg 2008, doi:10.1198/016214508000000148)
shares every order out among its possible causes; credit is conserved. The families of theta, beta and mu have Gamma
priors whose parameters are learnt from the data (Clayton & Kaldor 1987, doi:10.2307/2532003).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from influence_graph.drivers.exposure import Exposure
from influence_graph.drivers.organic import Pieces, cut
from influence_graph.drivers.tastes import Tastes
from influence_graph.kernels import hazard as kernels
from influence_graph.kernels.pieces import draw_chain, draw_prior

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Progress = Callable[[int, int], None]
TOLERANCE = 1e-5
"""EM has converged when total credit moves by less than this part of all orders, and so does the delay."""

USUAL_RATE = 0.25
"""Orders follow a post within days rather than hours or months: worth one observation, no more."""
TASTE_SHAPE = 4.0
"""How alike communities are taken to be in a campaign before the data say: a standard deviation of one half."""
DELAY_EVERY = 5
"""Sweeps between draws of the delay, which costs a pass over all exposures."""


@dataclass(frozen=True)
class Parameters:
    """Parameters of the hazard: per author theta, beta, beta_joined; per piece mu; rate of the delay (1/day).

    `eta` holds a row for each campaign and a column for each community, 1 where nothing sets it apart.
    """

    theta: Floats
    beta: Floats
    beta_joined: Floats
    mu: Floats
    rate: float
    eta: Floats


@dataclass(frozen=True)
class Fit:
    """A fitted hazard.

    Attributes
    ----------
    parameters : Parameters
        The point.
    responsibility : (links,) float64
        Part of each event that each link caused; with `organic` it sums to 1 over an event.
    organic : (e,) float64
        Part of each event that no share caused.
    caused, exposed : (authors,) float64
        Orders caused; people times shares exposed, discounted for shares near the end.
    likelihood : float
        Log likelihood of the point process.
    iterations : int
        EM steps taken; `converged` says whether the tolerance was met.
    """

    parameters: Parameters
    responsibility: Floats
    organic: Floats
    caused: Floats
    exposed: Floats
    likelihood: float
    iterations: int
    converged: bool


@dataclass(frozen=True)
class Priors:
    """Learnt Gamma priors: log shape, log mean and slope on log followers of theta, beta, beta_joined and eta."""

    theta: Floats
    beta: Floats
    joined: Floats
    taste: Floats
    log_followers: Floats


class Hazard:
    """The model over one set of exposures: the sums that EM and Gibbs sampling share.

    Parameters
    ----------
    exposure : Exposure
        What buyers were exposed to.
    trust_codes : bool
        Whether a code or tracked click proves that the order was caused.
    whole : bool
        Whether orders without buyer take part. When rates are learnt they don't, where enough buyers are known: by
        time alone a post can't be told from the burst it rides on. The known part of each campaign's orders then
        scales every exposure.
    pieces : Pieces, optional
        The organic curve's pieces, cut anew where not given.
    """

    def __init__(
        self, exposure: Exposure, *, trust_codes: bool = False, whole: bool = True, pieces: Pieces | None = None
    ) -> None:
        self.exposure = exposure
        self.pieces: Pieces = cut(exposure) if pieces is None else pieces
        events, links = exposure.events, exposure.links
        self.authors = len(exposure.authors)
        self.link_event = links.event
        self.crowd = events.crowd
        self.weight = events.weight if whole else np.where(self.crowd, 0.0, events.weight)
        self.known = self._known_part()
        exposed = links.exposed
        settled = np.flatnonzero(exposed & (links.author == events.coded[self.link_event]))
        self.coded_link = np.full(events.weight.size, -1, np.int64)  # a code settles who caused an order, not whether
        self.coded_link[self.link_event[settled]] = settled
        self.certain = (self.coded_link >= 0) & trust_codes
        self.followers = exposure.follows.followers
        self.tastes = Tastes(exposure)
        share = exposure.shares
        joined = share.loc[share["campaign"] >= 0, ["author", "campaign"]].drop_duplicates()
        self.joined_author = joined["author"].to_numpy()
        self.joined_campaign = joined["campaign"].to_numpy()
        self.piece_of = np.full(self.weight.size, -1, np.int64)  # of events with one possible piece
        single = np.diff(self.pieces.event_ptr) == 1
        self.piece_of[single] = self.pieces.event_piece[self.pieces.event_ptr[:-1][single]]
        owner = np.repeat(np.arange(self.weight.size), np.diff(self.pieces.event_ptr))
        self.base_cell = self.pieces.campaign[self.pieces.event_piece] * self.tastes.kinds + self.tastes.kind[owner]
        self.base_crowd = self.crowd[owner]
        self.leaves = (self.piece_of >= 0) & ~self.crowd & (events.campaign >= 0)

    def _known_part(self) -> Floats:
        """(c + 1,) float64: part of each campaign's orders that takes part, of all orders for the campaign of none."""
        events, campaigns = self.exposure.events, len(self.exposure.campaigns)
        place = np.where(events.campaign < 0, campaigns, events.campaign)
        total = np.bincount(place, events.weight, minlength=campaigns + 1)
        known = np.bincount(place, self.weight, minlength=campaigns + 1)
        overall = float(known.sum() / max(total.sum(), 1e-12)) if total.sum() else 1.0
        part = np.divide(known, total, out=np.full(campaigns + 1, overall), where=total > 0)
        part[campaigns] = overall
        return part

    def reweigh(self, rate: float) -> tuple[Floats, Floats, Floats]:
        """Densities and mean ages of links, and exposure of authors, at a delay rate."""
        x = self.exposure
        density, age = kernels.weigh_links(x.links.exposure_ptr, x.links.age, x.links.weight, rate, x.window)
        return density, age, self._exposed(rate)

    def _exposed(self, rate: float) -> Floats:
        x, share = self.exposure, self.exposure.shares
        author = share["author"].to_numpy()
        time, end = share["time"].to_numpy(), share["end"].to_numpy()
        horizon = np.clip(end - time, 0.0, x.window)
        seen = np.expm1(-rate * horizon) / np.expm1(-rate * x.window)
        if x.follows.author.size:
            of_share, _ = kernels.late_exposure(
                author, time, end, x.follows.audience_ptr, x.follows.audience_since, rate, x.window
            )
            of_share = of_share + x.touched * seen
        elif x.touched.any():
            of_share = x.touched * seen
        else:
            of_share = share["audience"].to_numpy() * seen
        of_share = of_share * self.known[share["campaign"].to_numpy()]  # -1, of no campaign, is the last
        exposed = np.bincount(author, of_share, minlength=self.authors)
        if x.one_off and x.follows.author.size:
            exposed -= kernels.left_exposure(
                x.events.person, x.events.campaign, x.events.time, x.follows.ptr, x.follows.author, x.follows.since,
                x.share_key, time, end, self.authors, len(x.campaigns), rate, x.window,
            )  # fmt: skip
        return np.maximum(exposed, 1e-12)

    def joined_audience(self, eta: Floats) -> Floats:
        """Followers of each author in each joined campaign, weighted by what their communities buy there."""
        return np.asarray((self.tastes.followers[self.joined_author] * eta[self.joined_campaign]).sum(axis=1))

    def fan_people(self, beta: Floats, beta_joined: Floats) -> Floats:
        """(c + 1, k) float64: people at risk in each community, a fan of strength beta counting 1 + beta."""
        by = self.tastes
        people = np.tile(by.people + beta @ by.followers, (len(self.exposure.campaigns) + 1, 1))
        np.add.at(people, self.joined_campaign, beta_joined[self.joined_author, None] * by.followers[self.joined_author])
        return people

    def fan_scale(self, beta: Floats, beta_joined: Floats, eta: Floats) -> Floats:
        """(c + 1,) float64: people at risk of buying by themselves, each counting as their kind buys."""
        return np.asarray((eta * self.fan_people(beta, beta_joined)).sum(axis=1))

    def strength(self, beta: Floats, beta_joined: Floats) -> Floats:
        """(e,) float64: 1 + fan effect of each event's buyer."""
        link = self.exposure.links
        fan = link.fan * (beta[link.author] + link.joined * beta_joined[link.author])
        return 1.0 + np.bincount(self.link_event, fan, minlength=self.weight.size)

    def piece_exposure(self, beta: Floats, beta_joined: Floats, eta: Floats) -> Floats:
        """Person-days at risk in each piece, fans counted by their strength, one-off buyers until they bought."""
        x, p = self.exposure, self.pieces
        at_risk = (self.fan_scale(beta, beta_joined, eta) * self.known)[p.campaign] * p.length
        if not x.one_off:
            return at_risk
        gone = self.leaves
        piece = self.piece_of[gone]
        left = (self.strength(beta, beta_joined) * self.tastes.tilt(eta) * self.weight)[gone]
        rest = p.begin[piece] + p.length[piece] - x.events.time[gone]
        by_piece = np.bincount(piece, left, minlength=p.length.size)
        earlier = np.cumsum(by_piece) - by_piece
        earlier -= earlier[p.first[:-1]][p.campaign]
        at_risk -= earlier * p.length + np.bincount(piece, left * np.maximum(rest, 0.0), minlength=p.length.size)
        return np.maximum(at_risk, 1e-9)

    def volume(self, mu: Floats) -> tuple[Floats, Floats]:
        """Organic orders expected of one ordinary person: in each campaign, and (one-off) still to come at each event."""
        x, p = self.exposure, self.pieces
        volume = np.bincount(p.campaign, mu * p.length, minlength=len(x.campaigns) + 1) * self.known
        after = np.zeros(self.weight.size)
        if x.one_off:
            within = np.cumsum(mu * p.length)
            total = within[p.first[1:][p.campaign] - 1]
            piece = self.piece_of[self.leaves]
            rest = p.begin[piece] + p.length[piece] - x.events.time[self.leaves]
            after[self.leaves] = (total[piece] - within[piece] + mu[piece] * rest) * self.weight[self.leaves]
        return volume, after

    def fan_exposure(self, mu: Floats, eta: Floats) -> tuple[Floats, Floats]:
        """Expected organic orders of each author's followers, were they like anybody: in all, and in joined campaigns."""
        x, by = self.exposure, self.tastes
        volume, after = self.volume(mu)
        in_joined = self.joined_audience(eta)
        fans = by.followers @ (volume @ eta)
        joined = np.bincount(self.joined_author, volume[self.joined_campaign] * in_joined, minlength=self.authors)
        if x.one_off:
            lost = (after * by.tilt(eta))[self.link_event] * x.links.fan
            fans = fans - np.bincount(x.links.author, lost, minlength=self.authors)
            joined -= np.bincount(x.links.author, lost * x.links.joined, minlength=self.authors)
        return np.maximum(fans, 1e-9), np.maximum(joined, 1e-9)

    def taste_exposure(self, mu: Floats, beta: Floats, beta_joined: Floats) -> Floats:
        """Expected organic orders of each campaign and community, were all communities alike; flat as `Tastes.cell`."""
        x, by = self.exposure, self.tastes
        volume, after = self.volume(mu)
        expected = (volume[:, None] * self.fan_people(beta, beta_joined)).ravel()
        if x.one_off:
            expected -= np.bincount(by.cell, after * self.strength(beta, beta_joined), minlength=expected.size)
        return np.maximum(expected, 1e-9)

    def compensator(self, parameters: Parameters, exposed: Floats) -> float:
        """Expected number of orders under the parameters."""
        organic = parameters.mu @ self.piece_exposure(parameters.beta, parameters.beta_joined, parameters.eta)
        return float(organic + parameters.theta @ exposed)

    def kernel_arguments(self, density: Floats, parameters: Parameters) -> tuple[object, ...]:
        """What both kernels read."""
        x, p = self.exposure, parameters
        scale = np.where(self.crowd, self.fan_scale(p.beta, p.beta_joined, p.eta)[x.events.campaign], 0.0)
        tilt = np.where(self.base_crowd, 1.0, p.eta.ravel()[self.base_cell])
        return (
            self.certain, self.pieces.event_ptr, self.pieces.event_piece, tilt, self.base_cell, scale, x.links.ptr, x.links.author,
            x.links.fan, x.links.joined, density, self.coded_link, p.mu, p.theta, p.beta, p.beta_joined,
        )  # fmt: skip


def start(model: Hazard, *, driven: float, rate: float) -> Parameters:
    """A starting point that gives shares a part `driven` of all orders."""
    n = float(model.weight.sum())
    _, _, exposed = model.reweigh(rate)
    eta = model.tastes.alike()
    at_risk = model.piece_exposure(np.zeros(model.authors), np.zeros(model.authors), eta)
    theta = np.full(model.authors, driven * n / max(exposed.sum(), 1e-9) if model.authors else 0.0)
    single = model.piece_of[model.piece_of >= 0]
    here = np.bincount(single, model.weight[model.piece_of >= 0], minlength=at_risk.size) + 0.5
    fan = np.full(model.authors, 0.02)
    return Parameters(theta, fan, fan.copy(), (1.0 - driven) * here / at_risk, rate, eta)


def maximise(
    model: Hazard,
    begin: Parameters,
    *,
    priors: Priors | None = None,
    most: int = 400,
    fixed: str = "",
    progress: Progress | None = None,
) -> Fit:
    """EM from a starting point.

    Parameters
    ----------
    model : Hazard
    begin : Parameters
    priors : Priors, optional
        Learnt priors; where not given each family has shape 1 and its own mean.
    most : int
        Steps at most.
    fixed : str
        "shares" holds theta at nothing, "common" gives every author the same theta; else each has their own.

    Returns
    -------
    Fit
        Cost O(steps * (links + pieces)).
    """
    now = replace(begin, theta=np.zeros(model.authors)) if fixed == "shares" else begin
    x, a, k = model.exposure, model.authors, model.pieces.length.size
    responsibility, organic = np.zeros(x.links.author.size), np.zeros(model.weight.size)
    caused, fans, joined_fans, by_piece, by_cell = np.zeros(a), np.zeros(a), np.zeros(a), np.zeros(k), np.zeros(now.eta.size)
    density, age, exposed = model.reweigh(now.rate)
    n = max(float(model.weight.sum()), 1.0)
    crowd_campaign = np.where(x.events.campaign < 0, len(x.campaigns), x.events.campaign)[model.crowd]
    before, converged, likelihood, step = -1.0, False, -np.inf, 0
    for step in range(1, most + 1):
        likelihood = kernels.expect(
            model.weight, *model.kernel_arguments(density, now), responsibility, organic, caused, fans, joined_fans, by_piece, by_cell
        ) - model.compensator(now, exposed)
        if model.weight[model.crowd].any():
            by_campaign = np.bincount(crowd_campaign, (organic * model.weight)[model.crowd], minlength=len(x.campaigns) + 1)
            _share_crowd(model, now, by_campaign, fans, joined_fans, by_cell)
        total = float(caused.sum())
        moved = abs(total - before) / n
        before = total
        rate = now.rate
        if fixed != "shares" and total > 5.0 and (step <= 10 or step % 5 == 0):
            rate = _delay(model, now.theta, responsibility, age, now.rate)
        settled = abs(rate - now.rate) < 1e-4 * now.rate
        now = _step(model, now, exposed, caused, fans, joined_fans, by_piece, by_cell, fixed, priors)
        if progress:
            progress(step, most)
        if moved < TOLERANCE and settled and step > 10:
            converged = True
            break
        if rate != now.rate:
            now = replace(now, rate=rate)
            density, age, exposed = model.reweigh(rate)
    return Fit(now, responsibility, organic, caused.copy(), exposed, float(likelihood), step, converged)


def _share_crowd(
    model: Hazard, now: Parameters, by_campaign: Floats, fans: Floats, joined_fans: Floats, by_cell: Floats
) -> None:
    """Organic orders without buyer are their campaign's people's: fans and communities get their expected part."""
    per_person = by_campaign / model.fan_scale(now.beta, now.beta_joined, now.eta)
    in_joined = model.joined_audience(now.eta)
    joined = now.beta_joined[model.joined_author] * in_joined * per_person[model.joined_campaign]
    fans += now.beta * (model.tastes.followers @ (per_person @ now.eta))
    joined_fans += np.bincount(model.joined_author, joined, minlength=model.authors)
    by_cell += (per_person[:, None] * now.eta * model.fan_people(now.beta, now.beta_joined)).ravel()


def _step(
    model: Hazard, now: Parameters, exposed: Floats, caused: Floats, fans: Floats, joined_fans: Floats, by_piece: Floats, by_cell: Floats,
    fixed: str, priors: Priors | None,
) -> Parameters:
    """The M step: closed forms, each family shrunk to its prior."""
    mu = by_piece / model.piece_exposure(now.beta, now.beta_joined, now.eta)
    fan_exposure, joined_exposure = model.fan_exposure(mu, now.eta)
    shape = np.exp(priors.taste[0]) if priors else TASTE_SHAPE
    eta = model.tastes.settle((shape + by_cell) / (shape + model.taste_exposure(mu, now.beta, now.beta_joined)))
    theta = now.theta
    if fixed == "common":
        theta = np.full(model.authors, caused.sum() / max(exposed.sum(), 1e-9))
    elif fixed != "shares":
        theta = _shrunk(caused, exposed, now.theta, priors and priors.theta, priors and priors.log_followers)
    return Parameters(
        theta,
        _shrunk(fans, fan_exposure, now.beta, priors and priors.beta, None),
        _shrunk(joined_fans, joined_exposure, now.beta_joined, priors and priors.joined, None),
        mu,
        now.rate,
        eta,
    )


def _shrunk(count: Floats, exposure: Floats, rate: Floats, prior: Floats | None, size: Floats | None) -> Floats:
    """Posterior mean rates under the learnt prior, else under one of shape 1 about the family's own mean."""
    if prior is None:
        return np.asarray((1.0 + count) / (1.0 / max(float(rate.mean()) if rate.size else 0.0, 1e-12) + exposure))
    shape = np.exp(prior[0])
    mean = np.exp(prior[1] + prior[2] * (size if size is not None else 0.0))
    return np.asarray((shape + count) / (shape / mean + exposure))


def _delay(model: Hazard, theta: Floats, responsibility: Floats, age: Floats, rate: float) -> float:
    """The delay rate that fits the credited ages, truncated at the window; one-dimensional, no closed form."""
    credited = responsibility * model.weight[model.link_event]
    loss = _delay_loss(model, theta, float(credited.sum()), float(credited @ age))
    found = minimize_scalar(loss, bounds=(np.log(0.02), np.log(24.0)), method="bounded", options={"xatol": 1e-5})
    return float(np.exp(found.x))


def _draw_delay(model: Hazard, theta: Floats, number: float, aged: float, rate: float, rng: np.random.Generator) -> float:
    """One random-walk Metropolis step on the log delay rate."""
    loss = _delay_loss(model, theta, number, aged)
    proposal = np.log(rate) + rng.standard_normal() * 2.0 / np.sqrt(4.0 + number)
    accepted = np.log(0.02) < proposal < np.log(24.0) and np.log(rng.random()) < loss(np.log(rate)) - loss(proposal)
    return float(np.exp(proposal)) if accepted else rate


def _delay_loss(model: Hazard, theta: Floats, number: float, aged: float) -> Callable[[float], float]:
    """Minus the log posterior of the log delay rate, given how many orders were caused and their summed ages."""
    x, share = model.exposure, model.exposure.shares
    horizon = (share["end"] - share["time"]).to_numpy()
    cut_off = (horizon < x.window) & (horizon > 0)
    expected = (theta[share["author"]] * share["audience"].to_numpy())[cut_off]
    ages = horizon[cut_off]

    def loss(log_rate: float) -> float:
        r = np.exp(log_rate)
        whole = -np.expm1(-r * x.window)
        seen = -np.expm1(-r * ages) / whole
        belief = 0.5 * (log_rate - np.log(USUAL_RATE)) ** 2
        return float(belief - number * (log_rate - np.log(whole)) + r * aged + expected @ seen)

    return loss


def settle(model: Hazard, point: Parameters, *, fixed: str = "") -> Fit:
    """Share the orders out at given parameters, without moving them; "shares" leaves everything organic."""
    if fixed == "shares":
        point = replace(point, theta=np.zeros(model.authors))
    a, k = model.authors, model.pieces.length.size
    density, _, exposed = model.reweigh(point.rate)
    responsibility, organic = np.zeros(model.exposure.links.author.size), np.zeros(model.weight.size)
    caused = np.zeros(a)
    likelihood = kernels.expect(
        model.weight, *model.kernel_arguments(density, point), responsibility, organic, caused, np.zeros(a), np.zeros(a), np.zeros(k),
        np.zeros(point.eta.size),
    ) - model.compensator(point, exposed)
    return Fit(point, responsibility, organic, caused, exposed, float(likelihood), 0, True)


@dataclass(frozen=True)
class Draws:
    """Draws from the posterior.

    Attributes
    ----------
    theta, caused : (draws, authors) float64
        Persuasion; orders caused.
    mean : Parameters
        Posterior means.
    exposed : (authors,) float64
        People times shares exposed.
    bound : (authors,) float64
        Orders of fans beyond what anybody buys, whether by habit or because of shares.
    priors : Priors
        Posterior means of the learnt priors.
    """

    theta: Floats
    caused: Floats
    mean: Parameters
    exposed: Floats
    bound: Floats
    priors: Priors


def sample(
    model: Hazard,
    begin: Parameters,
    *,
    log_followers: Floats,
    rng: np.random.Generator,
    burn: int = 300,
    keep: int = 1000,
    progress: Progress | None = None,
) -> Draws:
    """Gibbs sampling: multinomial parents, conjugate Gamma rates, learnt priors.

    Parameters
    ----------
    model : Hazard
    begin : Parameters
        Where to start; the delay stays as given.
    log_followers : (authors,) float64
        Centred log of declared followers, 0 where unknown: the prior mean of theta may run with it.
    rng : numpy.random.Generator
    burn, keep : int
        Sweeps dropped and kept. Cost O(sweeps * links).
    """
    x, a, k = model.exposure, model.authors, model.pieces.length.size
    density, age, exposed = model.reweigh(begin.rate)
    weight = np.rint(model.weight).astype(np.int64)
    caused, fans, joined_fans, by_piece, crowd = np.zeros(a), np.zeros(a), np.zeros(a), np.zeros(k), np.zeros(k)
    now = begin
    zeros = np.zeros(a)
    lively, by_cell = model.tastes.lively, np.zeros(now.eta.size)
    mu, bridge, log_smooth = np.maximum(now.mu, 1e-12 + 1e-3 * now.mu.mean()) if k else now.mu, np.ones(k), 0.0
    n = max(float(weight.sum()), 1.0)
    family = {
        "theta": (np.array([0.0, np.log(max(now.theta.mean() if a else 1.0, 1e-12)), 0.0]), _belief(0.1 * n / exposed.sum() if a else 1.0)),
        "beta": (np.array([0.0, np.log(0.02), 0.0]), _belief(0.03)),
        "joined": (np.array([0.0, np.log(0.02), 0.0]), _belief(0.03)),
        "taste": (np.array([1.0, 0.0, 0.0]), np.array([1.0, 1.5, 0.0, 1e-9, 0.0, 1.0])),
    }
    kept_theta, kept_caused = np.empty((keep, a)), np.empty((keep, a))
    means = [np.zeros(a), np.zeros(a), np.zeros(a), np.zeros(k), np.zeros(1), np.zeros_like(now.eta), np.zeros(a), *(np.zeros(3) for _ in range(4))]
    for sweep in range(burn + keep):
        aged = kernels.draw_parents(
            rng, weight, *model.kernel_arguments(density, now), caused, fans, joined_fans, by_piece, crowd, age, by_cell
        )
        if crowd.any():
            by_campaign = np.bincount(model.pieces.campaign, crowd, minlength=len(x.campaigns) + 1)
            _share_crowd(model, now, by_campaign, fans, joined_fans, by_cell)
        theta = _draw_family(rng, caused, exposed, log_followers, *family["theta"], sloped=True)
        at_risk = model.piece_exposure(now.beta, now.beta_joined, now.eta)
        log_smooth = draw_chain(rng, by_piece, at_risk, model.pieces.campaign, mu, bridge, log_smooth)
        fan_exposure, joined_exposure = model.fan_exposure(mu, now.eta)
        beta = _draw_family(rng, fans, fan_exposure, zeros, *family["beta"], sloped=False)
        beta_joined = _draw_family(rng, joined_fans, joined_exposure, zeros, *family["joined"], sloped=False)
        eta = now.eta
        if lively.any():
            expected = model.taste_exposure(mu, beta, beta_joined)[lively]
            flat = eta.ravel().copy()
            flat[lively] = _draw_family(rng, by_cell[lively], expected, expected * 0.0, *family["taste"], sloped=False)
            eta = flat.reshape(eta.shape)
        rate = _draw_delay(model, theta, float(caused.sum()), aged, now.rate, rng) if sweep % DELAY_EVERY == 0 else now.rate
        if rate != now.rate:
            density, age, exposed = model.reweigh(rate)
        now = Parameters(theta, beta, beta_joined, mu.copy(), rate, eta)
        if sweep >= burn:
            kept_theta[sweep - burn], kept_caused[sweep - burn] = theta, caused
            learnt = (family[name][0] for name in ("theta", "beta", "joined", "taste"))
            for mean, drawn in zip(means, (theta, beta, beta_joined, mu, rate, eta, caused + fans + joined_fans, *learnt), strict=True):
                mean += drawn / keep
        if progress:
            progress(sweep + 1, burn + keep)
    return Draws(
        kept_theta, kept_caused, Parameters(*means[:4], float(means[4][0]), means[5]), exposed, means[6], Priors(*means[7:], log_followers)
    )


def _belief(middle: float) -> Floats:
    """Hyperpriors: shape about 1, mean within a few powers of e of `middle`, slope about 0."""
    return np.array([0.0, 1.0, np.log(max(middle, 1e-300)), 3.0, 0.0, 1.0])


def _draw_family(
    rng: np.random.Generator, count: Floats, exposure: Floats, size: Floats, prior: Floats, belief: Floats, *, sloped: bool
) -> Floats:
    if not count.size:
        return count.copy()
    draw_prior(rng, count, exposure, size, prior, belief, 6, sloped)
    shape = np.exp(prior[0])
    inverse = shape / np.exp(prior[1] + prior[2] * size)
    return np.asarray(rng.gamma(shape + count) / (inverse + exposure))
