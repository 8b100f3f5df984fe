"""What posts of each label drive beyond their people's usual, and what is usual of the causes of each order."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@njit(cache=True, nogil=True)
def beyond_usual(
    author: Ints, label: Ints, driven: Floats, seen: Floats, factor: Floats, part: Floats
) -> tuple[Floats, Floats]:
    """Compare posts with all posts of the same people, of whom each label works `factor` times as well.

    Adds to ``part[people, labels]``, zeros at first, the part of everybody's exposures that each label has. Returns
    what each label drove beyond (labels,), and everybody's squares of that, summed (people,).
    """
    people, labels = part.shape
    whole, whole_seen, varied, surplus = np.zeros(people), np.zeros(people), np.zeros(people), np.zeros(labels)
    for post in range(author.size):
        whole[author[post]] += driven[post]
        whole_seen[author[post]] += seen[post] * factor[label[post]]
    for post in range(author.size):
        who, what = author[post], label[post]
        beyond = 0.0
        if whole_seen[who] > 0.0:
            moved = seen[post] * factor[what]
            beyond = driven[post] - whole[who] * moved / whole_seen[who]
            part[who, what] += moved / whole_seen[who]
        varied[who] += beyond * beyond
        surplus[what] += beyond
    return surplus, varied


@njit(cache=True, nogil=True)
def by_order(event: Ints, author: Ints, label: Ints, credit: Floats, part: Floats, told: Floats, usual: Floats) -> None:
    """Add each cause's credit to its order and label, in `told`, and to all labels as its author has them, in `usual`.

    Both (orders, labels), zeros at first; causes stand in order.
    """
    for cause in range(event.size):
        order, who = event[cause], author[cause]
        told[order, label[cause]] += credit[cause]
        for each in range(part.shape[1]):
            usual[order, each] += credit[cause] * part[who, each]
