"""How strong an unseen common cause of posting and buying must be to explain a creator's effect away: the E-value."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from influence_graph.drivers.credit import strength
from influence_graph.drivers.em import Fit
from influence_graph.drivers.exposure import Exposure
from influence_graph.drivers.sums import summed

Floats = NDArray[np.float64]
E_VALUES = ("e_value", "e_value_low")


def e_value(ratio: ArrayLike) -> Floats:
    """How strong an unseen cause must be to explain a rate ratio away.

    ``E = RR + sqrt(RR (RR - 1))``: something unseen must make people this many times likelier to buy, *and* be this
    many times likelier at times of exposure, to produce a ratio of RR where there is no effect. Weaker in one of the
    two, it must be stronger in the other.

    Parameters
    ----------
    ratio : (n,) float64
        Rate of orders under exposure against the rate without it. Below 1 there is nothing to explain; NaN is unknown.

    Returns
    -------
    (n,) float64, at least 1
        NaN where unknown.

    References
    ----------
    T. J. VanderWeele and P. Ding, Sensitivity analysis in observational research: introducing the E-value, 2017,
    https://doi.org/10.7326/M16-2607.

    Examples
    --------
    >>> e_value([3.9, 1.8, 1.0, 0.7]).round(2).tolist()
    [7.26, 3.0, 1.0, 1.0]
    """
    above = np.maximum(ratio, 1.0)
    return np.asarray(above + np.sqrt(above * (above - 1.0)))


def rate_ratio(own: ArrayLike, rest: ArrayLike) -> Floats:
    """Rate of orders with the effect against the rate without: ``(own + rest) / rest``.

    Where nothing is left without the effect, the ratio is infinite; of nothing at all it is unknown.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.divide(np.add(own, rest), np.maximum(rest, 0.0)))


def just_after(exposure: Exposure, fit: Fit) -> tuple[Floats, Floats, tuple[float, float]]:
    """Orders of people exposed to each author just after the posts, parted into the author's and the rest.

    Every order of a known buyer counts for an author by how strongly their posts worked at its moment, the delay's
    density summed over the buyer's exposures. So what is compared is the time in which posts work, however long the
    window is.

    Returns
    -------
    own, rest : (authors,) float64
        Weighted orders that the author's shares caused, and those that came by themselves or from others.
    total : pair of float
        Likewise of all authors together, the rest being organic. Cost O(exposures).
    """
    links, events = exposure.links, exposure.events
    link = np.repeat(np.arange(links.author.size), np.diff(links.exposure_ptr))
    weight = summed(strength(exposure, fit), link, links.author.size)
    weight *= np.where(events.crowd, 0.0, events.weight)[links.event]
    authors = len(exposure.authors)
    own = summed(fit.responsibility * weight, links.author, authors)
    whole = summed(weight, links.author, authors)
    driven = 1.0 - fit.organic
    at_event = driven[links.event]
    total = float((weight * at_event).sum()), float((weight * (1.0 - at_event)).sum())
    return own, whole - own, total
