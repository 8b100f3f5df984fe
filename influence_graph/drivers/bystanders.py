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
from influence_graph.drivers.hazard import Hazard
from influence_graph.drivers.sums import summed
from influence_graph.kernels.fans import spread_posts

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
STEP = 0.25
"""Days: how finely posts to a community are followed over time."""
WEEK = 7.0
"""Days over which orders of one community and campaign are taken to move together."""
LIKELY = 1.2816
"""Standard errors by which bystanders must buy more: a false alarm comes in one of ten programmes, and widens limits
alone."""
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
        What they buy by themselves, over what the model expects of them, each order counting by the posts to its
        buyer's community then: 1 is nothing beside follows.
    slope, error : float
        Of the organic rate on posts to a community (posts times the part of it that follows their authors, per day);
        the standard error counts weeks of a community and campaign as one.
    explained : (authors,) float64
        Orders of each author's credit that the communities' own stir may explain, at the upper 90 % end of the slope;
        nothing where bystanders hardly buy more.
    """

    times: float
    slope: float
    error: float
    explained: Floats

    def record(self) -> dict[str, float]:
        """What is told of it: times, and how many orders driven it may explain."""
        return {"times": self.times, "explained": float(self.explained.sum())}


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
    posted_in = np.where(model.share_campaign < 0, len(x.campaigns), model.share_campaign)
    judged = (x.events.person >= 0) & np.isin(campaign, posted_in)
    if kinds == 1 or not x.follows.author.size or (x.events.weight * fit.organic)[judged].sum() < LEAST_BUYERS:
        return None
    kind = model.tastes.kind
    people = np.maximum(np.bincount(x.communities, minlength=kinds), 1).astype(np.float64)
    part = model.tastes.followers / people
    weight = np.where(judged, x.events.weight * fit.organic, 0.0)
    mix = summed(weight, campaign * kinds + kind, (len(x.campaigns) + 1) * kinds).reshape(-1, kinds)
    mix /= np.maximum(mix.sum(axis=1, keepdims=True), 1e-300)
    keen = np.maximum(model.fan_people(point.beta, point.beta_joined) / np.maximum(model.tastes.people, 1.0), 1.0)
    posted, unseen = _over_time(model, fit, part, model.tastes.fans / people, keen)
    place = campaign * posted.shape[1] + np.minimum((x.events.time / STEP).astype(np.int64), posted.shape[1] - 1)
    stirred = posted.reshape(-1, kinds)[place, kind]
    density, _ = model.reweigh(point.rate, point.tail, point.wear)
    seen = model.causes.link
    density, _ = model.reweigh(point.rate, point.tail, point.wear)
    owner = model.link_event[seen]
    followed = part[x.links.author[seen], kind[owner]] * x.links.fan[seen]
    known = summed(density * followed, owner, kind.size)
    usual = (mix[campaign] * unseen.reshape(-1, kinds)[place]).sum(axis=1)
    beside = np.maximum(stirred - known, 0.0)
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
    own = np.where(judged, own * x.events.weight, 0.0)[model.link_event] * fit.responsibility
    explained = summed(own, x.links.author, model.authors)
    times = float((weight * beside).sum() / max((weight * usual).sum(), 1e-300))
    return Stir(times, slope, error, explained)


def _over_time(model: Hazard, fit: Fit, part: Floats, following: Floats, keen: Floats) -> tuple[Floats, Floats]:
    """(campaigns + 1, steps, communities) float64, twice: posts to each community, and those that a buyer by
    themselves is expected not to follow; per day, each post weighing as its delay runs, times the part that follows.
    """
    x, point = model.exposure, fit.parameters
    kinds, campaigns = model.tastes.kinds, len(x.campaigns) + 1
    delay = Delay(point.rate, point.tail, x.window)
    steps = int(x.ends.max() / STEP) + 2
    author = model.share_author
    place = np.where(model.share_campaign < 0, campaigns - 1, model.share_campaign)
    strength = point.beta[author] + np.where(model.share_campaign < 0, 0.0, point.beta_joined[author])
    reach = part[author]
    follows = np.minimum(following[author] * (1.0 + strength[:, None] / keen[place]), 1.0)
    weights = np.column_stack([reach, reach * (1.0 - follows)])
    total, ahead = np.zeros((campaigns, steps, 2 * kinds)), int(delay.quantile(0.99) / STEP) + 2
    spread_posts(place, model.share_time, weights, STEP, ahead, point.rate, x.window, point.tail, total)
    return total[:, :, :kinds].copy(), total[:, :, kinds:].copy()
