"""What everybody usually does: how often they post, whom that reaches, how persuasive people of their size are."""

from __future__ import annotations

import numpy as np
import pandas as pd

from influence_graph.cascades import Delay
from influence_graph.cascades.model import Floats
from influence_graph.drivers.audience import declared_followers
from influence_graph.drivers.delay import Delay as OrderDelay
from influence_graph.drivers.exposure import Exposure
from influence_graph.drivers.gibbs import Draws
from influence_graph.network import Network


def usual_persuasion(network: Network, exposure: Exposure, draws: Draws) -> Floats:
    """(n,) float64: persuasion that the prior expects of people of each size: it runs with the log of followers.

    Nobody is taken to be smaller or larger than the smallest and the largest who have shared.
    """
    observed = np.diff(network.indptr).astype(np.float64)
    declared = declared_followers(network, network.nodes.index.to_series())
    size = np.log(np.maximum(np.where(np.isfinite(declared) & (declared > 0), declared, observed), 1.0))
    seen = size[network.index_of(exposure.authors)]
    slope, level = np.polyfit(seen, np.log(draws.expected), 1) if np.ptp(seen) > 1e-9 else (0.0, 0.0)
    level = level if np.ptp(seen) > 1e-9 else float(np.log(draws.expected).mean())
    return np.exp(level + slope * np.clip(size, seen.min(), seen.max()))


def usual_posts(exposure: Exposure, network: Network, people: pd.DataFrame) -> Floats:
    """(n,) float64: shares of each in a campaign, on average over those with any; of a creator who never shared, as
    many as half of all creators make; of anybody else one.
    """
    shares = exposure.shares
    window = np.floor(shares["time"].to_numpy() / exposure.window).astype(np.int64)
    which = np.where(shares["campaign"] < 0, -1 - window, shares["campaign"])
    each = pd.DataFrame({"author": shares["author"], "which": which}).groupby(["author", "which"]).size()
    usual = each.groupby("author").mean()
    posts = np.ones(network.n_people)
    place = network.index_of(exposure.authors[usual.index])
    posts[place] = usual.to_numpy()
    creators = people["is_creator"].to_numpy(dtype=bool)
    silent = creators & (people["shares"].to_numpy() == 0)
    sharing = creators & ~silent
    posts[silent] = np.median(posts[sharing]) if sharing.any() else 1.0
    return posts


def first_posts(posts: Floats, wear: float) -> Floats:
    """(n,) float64: how many first posts so many posts are worth, where the n-th works ``n ** -wear`` as well."""
    if not wear:
        return posts
    turn = np.arange(1, int(np.ceil(posts.max(initial=1.0))) + 1)
    worth = np.concatenate([[0.0], np.cumsum(turn**-wear)])
    return np.asarray(np.interp(posts, np.arange(len(worth)), worth))


def contact(exposure: Exposure, network: Network) -> Floats:
    """(n,) float64: where touches alone tell who sees what, the part of a person's contacts that one share reaches."""
    touched = pd.Series(exposure.touched).groupby(exposure.shares["author"]).mean()
    part = np.ones(network.n_people)
    place = network.index_of(exposure.authors[touched.index])
    part[place] = np.minimum(touched.to_numpy() / np.maximum(np.diff(network.indptr)[place], 1), 1.0)
    return part


def standing(network: Network, exposure: Exposure, draws: Draws, weight: pd.Series[float]) -> Floats:
    """(n,) float64, in (0, 1]: the part of what is expected of each that doubts about their numbers leave standing.

    What somebody's own orders have taught needs no doubt: only the part that rests on what is usual at their size is
    multiplied by their `weight`.
    """
    part, learnt = np.ones(network.n_people), np.zeros(network.n_people)
    place = network.index_of(weight.index)
    part[place[place >= 0]] = weight.to_numpy()[place >= 0]
    usual = draws.shape / np.maximum(draws.expected, 1e-300)  # exposures that the prior is worth
    learnt[network.index_of(exposure.authors)] = draws.exposed / (draws.exposed + usual)
    return np.asarray(1.0 - (1.0 - part) * (1.0 - learnt))


def exponential(told: OrderDelay) -> Delay:
    """The exponential delay of the same window and median: of a heavier tail, the simulation knows none."""
    if told.tail <= 0.0:
        return Delay(1.0 / told.rate, told.window)
    from scipy.optimize import brentq

    median, window = told.median, told.window
    if median >= 0.49 * window:  # as good as even over the window
        return Delay(100.0 * window, window)
    rate = brentq(lambda rate: OrderDelay(rate, 0.0, window).median - median, 1e-3 / window, 50.0 / median)
    return Delay(1.0 / rate, window)
