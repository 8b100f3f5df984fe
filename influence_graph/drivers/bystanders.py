"""Whether people who do not follow whoever posts buy more as well: the model's own negative control.

Creators post when something stirs their community: a launch, a feast, news. The model lets communities differ in what
they buy in a campaign, but not from week to week, so such a week looks like influence. It is told by *bystanders*:
people of a community who do not follow the creator just then posting to it. What they buy by themselves must not rise
with posts to their community; as far as it may, credit of posts may be the community's own (Lipsitch, Tchetgen Tchetgen
& Cohen 2010, https://doi.org/10.1097/EDE.0b013e3181d61eeb).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from influence_graph.drivers.delay import Delay
from influence_graph.drivers.em import Fit
from influence_graph.drivers.hazard import Hazard, Parameters
from influence_graph.drivers.links import campaign_parts
from influence_graph.drivers.parts import cut_parts, in_parts
from influence_graph.drivers.sums import summed
from influence_graph.kernels.fans import spread_posts

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
STEP, OF_DELAY = 0.25, 0.1
"""How finely posts to a community are followed over time: by so many days, and by this part of 1 / rate if shorter."""
CELLS = 2e7
"""Campaigns times steps times communities that are held at most; steps are longer where there would be more."""
WEEK = 7.0
"""Days over which orders of one community and campaign are taken to move together."""
FRESH = 0.99
"""Part of the delays within which a post counts as fresh."""
LIKELY = 1.2816
"""Standard errors by which bystanders must buy more. A false alarm comes in one of ten programmes. It moves lower
limits alone; but where they fall below the method's own error, shares are no longer evident, and the map's backtest
claims nothing."""
SURE = 1.645
"""Standard errors to the end of a 90 % interval."""
LEAST_BUYERS = 100.0
"""Organic orders of communities told apart, below which bystanders tell nothing."""


@dataclass(frozen=True)
class Stir:
    """How much more bystanders buy while somebody posts to their community.

    Attributes
    ----------
    times : float
        Fresh posts to their community, by people they do not follow, around what they buy by themselves, over as many
        as the model expects: 1 is nothing beside follows.
    slope, error : float
        Of the organic rate on posts to a community (posts times the part of it that follows their authors, per day);
        the standard error counts weeks of a community and campaign as one.
    explained : (authors,) float64
        Orders of each author's credit that the communities' own stir may explain, at the upper 90 % end of the slope;
        nothing where bystanders hardly buy more. Of orders that say nothing of it (without buyer) as large a part as of
        the author's others.
    """

    times: float
    slope: float
    error: float
    explained: Floats

    def record(self) -> dict[str, float]:
        """What is told of it: times, slope and error, and how many orders driven it may explain."""
        numbers = {"times": self.times, "slope": self.slope, "error": self.error}
        return numbers | {"explained": float(self.explained.sum())}


def watch_bystanders(model: Hazard, fit: Fit) -> Stir | None:
    """Compare what bystanders buy while somebody posts to their community with what the model expects of them.

    At each order's time and campaign the model says how its buyer is spread over communities. Under it, organic orders
    fall as often in communities that are being posted to as their size and taste say.

    Parameters
    ----------
    model : Hazard
        By the clock under which it was fitted.
    fit : Fit
        Of this model: orders count by their organic part.

    Returns
    -------
    Stir or None
        None where communities are not told apart, nobody's follows are known, or orders are few. Cost O(shares *
        communities * window + links).
    """
    x, point, kinds = model.exposure, fit.parameters, model.tastes.kinds
    campaign = np.where(x.events.campaign < 0, len(x.campaigns), x.events.campaign)
    posted_in = np.isin(
        x.events.campaign, model.share_campaign
    )  # shares of no campaign, and orders of none, go with all
    judged = (x.events.person >= 0) & (posted_in | (x.events.campaign < 0) | (model.share_campaign < 0).any())
    if kinds == 1 or not x.follows.author.size or (x.events.weight * fit.organic)[judged].sum() < LEAST_BUYERS:
        return None
    kind = model.tastes.kind
    people = np.maximum(np.bincount(x.communities, minlength=kinds), 1).astype(np.float64)
    part = model.tastes.followers / people
    weight = np.where(judged, x.events.weight * fit.organic, 0.0)
    mix = summed(weight, campaign * kinds + kind, (len(x.campaigns) + 1) * kinds).reshape(-1, kinds)
    mix /= np.maximum(mix.sum(axis=1, keepdims=True), 1e-300)
    usual_people, stays = model.usual_people(point)
    more = usual_people - model.tastes.people  # all of them in the network
    orders = model.campaign_sums(point.mu * model.pieces.length)
    following = model.fans.usual(orders @ stays / max(float(orders.sum()), 1e-300)) / people
    delay, step = Delay(point.rate, point.tail, x.window), _step(model, point.rate)
    posted, unseen = _over_time(model, point, part, following, 1.0 + more / people, delay, step)
    # What comes at the very time of a post, as in dates without hours, came before it: a step holds its end.
    cell = np.clip(np.ceil(x.events.time / step).astype(np.int64) - 1, 0, posted.shape[1] - 1)
    place = campaign * posted.shape[1] + cell
    stirred = posted.reshape(-1, kinds)[place, kind]
    fresh = np.where(x.links.age < delay.quantile(FRESH), model.weigh(point.wear), 0.0)
    density = model.causes.densities(fresh, point.rate, point.tail)
    seen = model.causes.link
    owner = model.link_event[seen]
    followed = part[x.links.author[seen], kind[owner]] * x.links.fan[seen]
    known = summed(density * followed, owner, kind.size)
    usual = (mix[campaign] * unseen.reshape(-1, kinds)[place]).sum(axis=1)
    beside = stirred - known  # may be below 0 within a step; cut there it would be too high on average
    score = weight * (beside - usual)
    week = (x.events.time / WEEK).astype(np.int64)
    _, cluster = np.unique((campaign * (week.max(initial=0) + 1) + week) * kinds + kind, return_inverse=True)
    information = float((weight * (beside - usual) ** 2).sum())
    if information <= 0.0:
        return None
    slope = float(score.sum()) / information
    error = float(np.sqrt((summed(score, cluster, cluster.max() + 1) ** 2).sum())) / information
    driven, high = 1.0 - fit.organic, slope + SURE * error if slope > LIKELY * error else 0.0
    own = np.minimum(driven, fit.organic * high * stirred) / np.maximum(driven, 1e-12)  # of each order's credit
    times = float((weight * beside).sum() / max((weight * usual).sum(), 1e-300))
    return Stir(times, slope, error, _explained(model, fit, np.where(judged, own, np.nan)))


def _explained(model: Hazard, fit: Fit, part: Floats) -> Floats:
    """(authors,) float64: credit times the part of each order's, NaN where it says nothing: then as of the others.

    What a code proves is no stir.
    """
    author, told = model.exposure.links.author, np.isfinite(part)[model.link_event]
    credit = np.where(model.certain, 0.0, model.exposure.events.weight)[model.link_event] * fit.responsibility
    explained = summed(np.where(told, credit * part[model.link_event], 0.0), author, model.authors)
    judged = summed(np.where(told, credit, 0.0), author, model.authors)
    usual = explained.sum() / max(float(judged.sum()), 1e-300)
    of_all = np.divide(explained, judged, out=np.full(model.authors, usual), where=judged > 1e-9)
    return np.asarray(of_all * summed(credit, author, model.authors))


def _step(model: Hazard, rate: float) -> float:
    """Days in which posts are followed over time, short beside the delay."""
    places = (len(model.exposure.campaigns) + 1) * model.tastes.kinds
    return max(min(STEP, OF_DELAY / rate), float(model.exposure.ends.max()) * places / CELLS)


def _over_time(
    model: Hazard, point: Parameters, part: Floats, following: Floats, keen: Floats, delay: Delay, step: float
) -> Floats:
    """(2, campaigns + 1, steps, communities) float64: posts to each community, and those that a buyer by themselves is
    expected not to follow; per day, each post weighing as its delay runs, times the part that follows.

    As in the model, a post of no campaign serves each by its part of the orders, and orders of none may follow any.
    """
    x, kinds, campaigns = model.exposure, model.tastes.kinds, len(model.exposure.campaigns) + 1
    steps = int(x.ends.max() / step) + 2
    author = model.share_author
    place = np.where(model.share_campaign < 0, campaigns - 1, model.share_campaign)
    strength = point.beta[author] + np.where(model.share_campaign < 0, 0.0, point.beta_joined[author])
    total, ahead = np.zeros((2, campaigns, steps, kinds)), int(delay.quantile(FRESH) / step) + 2
    known = (
        place, model.share_time, author, model.worn(point.wear), strength, part, following, keen, step, ahead,
        delay.rate, delay.window, delay.tail, *total,
    )  # fmt: skip
    first = np.clip((model.share_time / step).astype(np.int64), 0, steps - 1)
    begun = np.cumsum(np.bincount(first, minlength=steps))
    live = begun - np.concatenate([np.zeros(min(ahead, steps), np.int64), begun[:-ahead]])
    in_parts(lambda _, first, last: spread_posts(first, last, *known), cut_parts(np.append(0, np.cumsum(live))))
    every = total.sum(axis=1)
    for campaign, served in enumerate(campaign_parts(x.orders, len(x.campaigns))[: len(x.campaigns)]):
        total[:, campaign] += served * total[:, -1]
    total[:, -1] = every
    return total
