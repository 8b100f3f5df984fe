"""Whether some of a person's posts drive more than their others, by anything that posts are labelled with.

A post is compared with other posts of the same person only, so that persuasive people who like an hour, or who post
often, make neither look good. By chance, each person's labels could as well be dealt out anew among their posts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc  # scipy.stats takes half a second to load

from influence_graph.drivers.drive import Workings
from influence_graph.drivers.sums import summed
from influence_graph.kernels import labels as kernels

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Apart:
    """How far posts of each label drive more than the same people's posts of all labels.

    Attributes
    ----------
    surplus : (labels,) float64
        Conversions above what each person's posts of this label would have of all that the person drove; sums to 0.
    spread : (labels, labels) float64
        Covariance of `surplus` where labels are dealt out anew among each person's posts.
    gain : (labels, labels) float64
        Expected change of the surplus with the labels' log effects.
    posts : (labels,) int64
        Posts of each label, by people with two posts or more.
    about : (labels,) float64
        Log effects that all of this is beyond; 0 where labels are taken to be alike.
    """

    surplus: Floats
    spread: Floats
    gain: Floats
    posts: Ints
    about: Floats

    @property
    def told(self) -> Floats:
        """(labels,) float64: what ``gain @ effect`` should be of the log effects that brought all this about."""
        return np.asarray(self.surplus + self.gain @ self.about)

    @property
    def chance(self) -> float:
        """How often labels that do not matter would look as different as these, in [0, 1].

        A Wald test with the permutation's own mean and covariance (Strasser & Weber 1999, https://epub.wu.ac.at/102/).
        """
        value, direction = np.linalg.eigh(self.spread)
        live = value > 1e-9 * max(float(value.max(initial=0.0)), 1e-300)
        if not live.any() or value.max() <= 0:
            return 1.0
        along = direction[:, live].T @ self.surplus
        return float(chdtrc(int(live.sum()), (along**2 / value[live]).sum()))


@dataclass(frozen=True)
class Posts:
    """Posts with what they are credited with.

    Attributes
    ----------
    author : (shares,) int64
        Of `people`.
    seen : (shares,) float64
        People exposed.
    credit, event, share : (x,)
        Conversions that each exposure of a buyer drove, its order and its post.
    weight : (e,) float64
        Conversions in each order.
    """

    author: Ints
    people: int
    seen: Floats
    credit: Floats
    event: Ints
    share: Ints
    weight: Floats

    @classmethod
    def of(cls, workings: Workings) -> Posts:
        """Those of a fitted driver model, O(exposures of buyers)."""
        exposure, (credit, event) = workings.exposure, workings.by_exposure
        author = exposure.shares["author"].to_numpy(dtype=np.int64)
        seen = workings.by_post["exposed"]
        return cls(author, len(exposure.authors), seen, credit, event, exposure.links.share, exposure.events.weight)

    def only(self, events: NDArray[np.bool_]) -> Posts:
        """The same with some of the orders."""
        kept, place = events[self.event], np.cumsum(events) - 1
        event, weight = place[self.event[kept]], self.weight[events]
        return replace(self, credit=self.credit[kept], event=event, share=self.share[kept], weight=weight)


def apart(posts: Posts, label: Ints, labels: int, *, about: Floats | None = None) -> Apart:
    """Compare each person's posts with their others by label.

    Parameters
    ----------
    posts : Posts
    label : (shares,) int64
        Below `labels`.
    labels : int
    about : (labels,) float64, optional
        Log effects under which orders are shared out among their causes and posts compared; none where not given.

    Returns
    -------
    Apart
        O(exposures of buyers + shares + authors * labels ** 2).
    """
    event, share, weight = posts.event, posts.share, posts.weight
    author, size, people = posts.author, label.size, posts.people
    effect = np.zeros(labels) if about is None else about
    factor, of_cause = np.exp(effect), label[share]
    moved = posts.credit * factor[of_cause]
    whole_order = weight + summed(moved - posts.credit, event, weight.size)
    credit = moved * (weight / np.maximum(whole_order, 1e-300))[event]
    part = np.zeros((people, labels))
    surplus, varied = kernels.beyond_usual(author, label, summed(credit, share, size), posts.seen, factor, part)

    number = np.bincount(author, minlength=people)
    several = number > 1
    scale = np.divide(varied, number * (number - 1.0), out=np.zeros(people), where=several)
    held = summed(np.ones(size), author * labels + label, people * labels).reshape(people, labels)
    spread = np.diag(np.einsum("u,us->s", scale * number, held)) - np.einsum("us,ut->st", scale[:, None] * held, held)

    by_label, usual = np.zeros((weight.size, labels)), np.zeros((weight.size, labels))
    told = credit / np.sqrt(np.maximum(weight[event], 1e-300))  # products over an order are then its common hazard
    kernels.by_order(event, author[share], of_cause, told, part, by_label, usual)
    gain = np.einsum("es,et->st", by_label - usual, by_label)
    known = held[several].sum(axis=0).astype(np.int64)
    return Apart(surplus, np.asarray(spread), np.asarray(gain), known, effect)
