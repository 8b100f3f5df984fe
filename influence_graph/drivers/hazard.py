"""The driver model: an additive hazard with an organic part, and the sums that its fits share.

The hazard of person v, of community k, to order in campaign c at time t is

    mu_c(t) * eta_{c,k} * (1 + sum over followed u of (beta_u + beta'_u [u shares in c]))
        + sum over exposures s of v before t of theta_{u_s} * kappa(t - t_s)

- ``theta_u``: expected orders per exposed person and share; ``kappa``: the delay, exponential, cut at the window.
- ``mu``: the organic rate; ``eta``: how much likelier a community is to order in a campaign, whoever shares: people of
  one taste follow the same creators and buy the same things; ``beta``: fans buy more, posts or not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from influence_graph.drivers.arrivals import Gone
from influence_graph.drivers.causes import Causes, habits
from influence_graph.drivers.delay import Delay
from influence_graph.drivers.exposure import Exposure
from influence_graph.drivers.fans import Fans
from influence_graph.drivers.organic import Pieces, cut
from influence_graph.drivers.sums import dotted, summed
from influence_graph.drivers.tastes import Tastes
from influence_graph.drivers.viewers import Viewers
from influence_graph.kernels import exposure as kernels

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Parameters:
    """Parameters of the hazard: per author theta, beta, beta_joined; per piece mu; rate of the delay (1/day), its tail.

    `wear` is the power by which an author's later shares of a campaign work less than their first; `eta` holds a
    row for each campaign and a column for each community, 1 where nothing sets it apart.
    """

    theta: Floats
    beta: Floats
    beta_joined: Floats
    mu: Floats
    rate: float
    eta: Floats
    tail: float = 0.0
    wear: float = 0.0


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
        self.exposure, self.trust_codes, self.whole = exposure, trust_codes, whole
        self.pieces: Pieces = cut(exposure) if pieces is None else pieces
        events, links = exposure.events, exposure.links
        self.authors = len(exposure.authors)
        self.link_event = links.event
        self.crowd = events.crowd
        self.weight = events.weight if whole else np.where(self.crowd, 0.0, events.weight)
        self.known = self._known_part()
        self.causes = Causes(links, self.link_event, events.coded, exposure.window)
        self.certain = (self.causes.coded >= 0) & trust_codes
        self.followers = exposure.follows.followers
        self.tastes = Tastes(exposure)
        share = exposure.shares
        self.share_author, self.share_campaign = share["author"].to_numpy(), share["campaign"].to_numpy()
        self.share_time, self.share_end = share["time"].to_numpy(), share["end"].to_numpy()
        self.share_audience = share["audience"].to_numpy()
        self.share_known = self.known[self.share_campaign]  # -1, of no campaign, is the last
        self.viewers = Viewers(share, exposure.follows, exposure.window)
        self.beside = exposure.touched + exposure.surplus
        self.turn = exposure.turn.astype(np.float64)
        self.fans = Fans(exposure, self.tastes, self.pieces)
        self._at_risk: tuple[Floats, Floats, Floats, Floats] | None = None
        self.piece_of = self.pieces.of_event
        owner = self.base_event = np.repeat(np.arange(self.weight.size), np.diff(self.pieces.event_ptr))
        cell = self.pieces.campaign[self.pieces.event_piece] * self.tastes.kinds + self.tastes.kind[owner]
        self.base_cell = np.where(self.crowd[owner], -1, cell)
        self.leaves = (self.piece_of >= 0) & ~self.crowd & (events.campaign >= 0)
        gone = np.flatnonzero(self.leaves & exposure.one_off & (self.weight > 0))
        self.gone = Gone(exposure, self.tastes, self.fans.arrivals, gone, self.weight)

    def _known_part(self) -> Floats:
        """(c + 1,) float64: part of each campaign's orders that takes part, of all orders for the campaign of none."""
        events, campaigns = self.exposure.events, len(self.exposure.campaigns)
        place = np.where(events.campaign < 0, campaigns, events.campaign)
        total = summed(events.weight, place, campaigns + 1)
        known = summed(self.weight, place, campaigns + 1)
        overall = float(known.sum() / max(total.sum(), 1e-12)) if total.sum() else 1.0
        part = np.where(total > 0, known / np.maximum(total, 1e-300), overall)
        part[campaigns] = overall
        return np.asarray(part, dtype=np.float64)

    def reweigh(self, rate: float, tail: float = 0.0, wear: float = 0.0) -> tuple[Floats, Floats]:
        """Densities of links, and exposure of authors, at a delay rate and tail, later shares worn out or not."""
        return self.causes.densities(self.weigh(wear), rate, tail), self.exposed(rate, tail, wear)

    def exposed(self, rate: float, tail: float, wear: float = 0.0) -> Floats:
        """(authors,) float64: people times shares that each author exposed."""
        seen = self.seen(rate, tail)
        exposed = summed(seen * self.worn(wear) if wear else seen, self.share_author, self.authors)
        return np.maximum(exposed, 1e-12)

    def weigh(self, wear: float) -> Floats:
        """(x,) float64: how much each exposure weighs, of a share that is worn out or not."""
        links = self.exposure.links
        return np.asarray(links.weight * self.worn(wear)[links.share] if wear else links.weight)

    def worn(self, wear: float) -> Floats:
        """(shares,) float64: how well each share works, its author's first in the campaign and window as 1."""
        return np.asarray(self.turn**-wear)

    def seen(self, rate: float, tail: float) -> Floats:
        """(shares,) float64: people exposed to each share, as far as its delay is lived through at risk."""
        x, time, end = self.exposure, self.share_time, self.share_end
        followed = x.follows.author.size > 0
        seen = self.viewers.seen(rate, tail) if followed else np.zeros(time.size)
        if self.beside.any() or not followed:
            others = self.beside if followed or self.beside.any() else self.share_audience
            seen += others * Delay(rate, tail, x.window).below(end - time)
        seen *= self.share_known
        if x.one_off and followed:
            seen -= kernels.left_exposure(
                x.events.person, x.events.campaign, x.events.time, x.follows.ptr, x.follows.author, x.follows.since,
                x.author_ptr, x.share_key, time, end, len(x.campaigns), rate, x.window, tail,
            )  # fmt: skip
        return seen

    def fan_people(self, beta: Floats, beta_joined: Floats) -> tuple[Floats, Floats]:
        """People at risk in each community, a fan of strength beta counting 1 + beta.

        Those from the first on, (c + 1, k) float64, and those who come at each moment, (c + 1, m, k).
        """
        kept = self._at_risk  # each sweep asks for those of one draw several times
        if kept is None or kept[0] is not beta or kept[1] is not beta_joined:
            known = beta, beta_joined
            kept = self._at_risk = *known, self.fans.at_risk(*known), self.fans.arriving(*known)
        return kept[2], kept[3]

    def usual_people(self, parameters: Parameters) -> tuple[Floats, Floats]:
        """People at risk on average over a campaign's organic orders, (c + 1, k); and for what part each moment's stay.

        That part is (c + 1, m) float64: of the organic orders of a campaign, those still to come.
        """
        people, arriving = self.fan_people(parameters.beta, parameters.beta_joined)
        to_come = self.fans.arrivals.to_come(parameters.mu)
        volume = self.campaign_sums(parameters.mu * self.pieces.length)[:, None]
        overall = to_come.sum(axis=0) / max(float(volume.sum()), 1e-300)
        stays = np.where(volume > 0, to_come / np.maximum(volume, 1e-300), overall)
        return people + np.einsum("cmk,cm->ck", arriving, stays), stays

    def crowd_scale(self, beta: Floats, beta_joined: Floats, eta: Floats) -> Floats:
        """(e,) float64: people at risk of buying by themselves at each event, each counting as their kind buys."""
        people, arriving = self.fan_people(beta, beta_joined)
        events, scale = self.exposure.events, (eta * people).sum(axis=1)
        came = np.zeros((scale.size, self.fans.arrivals.moments.size + 1))
        np.cumsum(np.einsum("ck,cmk->cm", eta, arriving), axis=1, out=came[:, 1:])
        return np.asarray(scale[events.campaign] + came[events.campaign, self.fans.arrivals.by(events.time)])

    def strength(self, beta: Floats, beta_joined: Floats) -> Floats:
        """(e,) float64: 1 + fan effect of each event's buyer."""
        return self.causes.strength(habits(beta, beta_joined))

    def piece_exposure(self, beta: Floats, beta_joined: Floats, eta: Floats) -> Floats:
        """Person-days at risk in each piece, fans counted by their strength, one-off buyers until they bought."""
        x, p = self.exposure, self.pieces
        people, arriving = self.fan_people(beta, beta_joined)
        at_risk = ((eta * people).sum(axis=1) * self.known)[p.campaign] * p.length
        came = np.einsum("ck,cmk->cm", eta, arriving) * self.known[:, None]
        if x.one_off:
            came -= np.einsum("ck,cmk->cm", eta, self.gone.people(beta, beta_joined))
            gone = self.leaves
            piece = self.piece_of[gone]
            left = (self.strength(beta, beta_joined) * self.tastes.tilt(eta) * self.weight)[gone]
            rest = p.begin[piece] + p.length[piece] - x.events.time[gone]
            by_piece = summed(left, piece, p.length.size)
            earlier = np.cumsum(by_piece) - by_piece
            earlier -= earlier[p.first[:-1]][p.campaign]
            at_risk -= earlier * p.length + summed(left * np.maximum(rest, 0.0), piece, p.length.size)
        # a campaign none of whose orders take part puts nobody at risk
        return np.asarray(np.maximum(at_risk + self.fans.arrivals.days(came), 1e-9))

    def volume(self, mu: Floats) -> tuple[Floats, Floats]:
        """Organic orders expected of one person: in each campaign, and (one-off) still to come at each event."""
        x, p = self.exposure, self.pieces
        volume = summed(mu * p.length, p.campaign, len(x.campaigns) + 1) * self.known
        after = np.zeros(self.weight.size)
        if x.one_off:
            within = np.cumsum(mu * p.length)
            total = within[p.first[1:][p.campaign] - 1]
            piece = self.piece_of[self.leaves]
            rest = p.begin[piece] + p.length[piece] - x.events.time[self.leaves]
            after[self.leaves] = (total[piece] - within[piece] + mu[piece] * rest) * self.weight[self.leaves]
        return volume, after

    def fan_exposure(self, mu: Floats, eta: Floats) -> tuple[Floats, Floats]:
        """Organic orders expected of each author's followers, were they like anybody: in all and joined campaigns."""
        volume, after = self.volume(mu)
        to_come = self.fans.arrivals.to_come(mu)[:, :, None] * eta[:, None]
        fans, joined = self.fans.orders(volume[:, None] * eta, to_come * self.known[:, None, None])
        if self.exposure.one_off:
            for lost, lost_joined in (
                self.causes.by_fans(after * self.tastes.tilt(eta), self.authors),
                self.gone.orders(to_come),
            ):
                fans, joined = fans - lost, joined - lost_joined
        return np.maximum(fans, 1e-9), np.maximum(joined, 1e-9)

    def taste_exposure(self, mu: Floats, beta: Floats, beta_joined: Floats) -> Floats:
        """Expected organic orders of each campaign and community, were all communities alike; flat as `Tastes.cell`."""
        x, by = self.exposure, self.tastes
        volume, after = self.volume(mu)
        people, arriving = self.fan_people(beta, beta_joined)
        came = arriving * self.known[:, None, None]
        expected = (volume[:, None] * people).ravel()
        if x.one_off:
            expected -= summed(after * self.strength(beta, beta_joined), by.cell, expected.size)
            came -= self.gone.people(beta, beta_joined)
        expected += np.einsum("cm,cmk->ck", self.fans.arrivals.to_come(mu), came).ravel()
        return np.maximum(expected, 1e-9)

    def crowd_orders(self, organic: Floats) -> Floats:
        """(c + 1,) float64: organic orders without buyer in each campaign."""
        campaign = self.exposure.events.campaign[self.crowd]
        by = np.where(campaign < 0, len(self.exposure.campaigns), campaign)
        orders = (organic * self.weight)[self.crowd]
        return summed(orders, by, len(self.exposure.campaigns) + 1)

    def campaign_sums(self, by_piece: Floats) -> Floats:
        """(c + 1,) float64: what belongs to pieces, summed by campaign."""
        return summed(by_piece, self.pieces.campaign, len(self.exposure.campaigns) + 1)

    def compensator(self, parameters: Parameters, exposed: Floats) -> float:
        """Expected number of orders under the parameters."""
        at_risk = self.piece_exposure(parameters.beta, parameters.beta_joined, parameters.eta)
        return dotted(parameters.mu, at_risk) + dotted(parameters.theta, exposed)

    def organic_hazard(self, parameters: Parameters) -> Floats:
        """(e,) float64: the hazard of each event that no share brings about."""
        p = parameters
        tilt = np.where(self.base_cell < 0, 1.0, p.eta.ravel()[self.base_cell])
        base = summed(p.mu[self.pieces.event_piece] * tilt, self.base_event, self.weight.size)
        return np.where(self.certain, 0.0, base * self.scale(p))

    def driven_hazard(self, theta: Floats, density: Floats) -> Floats:
        """(e,) float64: the hazard of each event that shares bring about."""
        return self.causes.driven(theta, density)

    def scale(self, parameters: Parameters) -> Floats:
        """(e,) float64: the strength of each event's buyer; for those without, how many people are at risk."""
        p = parameters
        strength = self.strength(p.beta, p.beta_joined)
        if not self.crowd.any():
            return strength
        return np.where(self.crowd, self.crowd_scale(p.beta, p.beta_joined, p.eta), strength)

    def kernel_arguments(self, density: Floats, parameters: Parameters) -> tuple[Any, ...]:
        """What both kernels read."""
        p, by = parameters, self.causes
        return (
            self.scale(p), self.certain, self.pieces.event_ptr, self.pieces.event_piece, self.base_cell, by.ptr,
            by.author, density, p.mu, p.eta.ravel(), p.theta, by.coded,
        )  # fmt: skip
