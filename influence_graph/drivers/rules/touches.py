"""Rules that split each order between the shares before it: first and last touch, linear, time decay and the like.

Each gives the part that every touch has in its journey; `Journeys.hand_out` adds them up. The parts of an order that
has any add up to 1: none of these rules knows that an order may have come by itself.

Shares of the very same moment are alike: where one of them is first or last, all are, and they divide it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from influence_graph.drivers.rules.journeys import Journeys

Floats = NDArray[np.float64]
HALF_LIFE_DAYS = 7.0
ENDS, BETWEEN = 0.4, 0.2


def first_touch(journeys: Journeys) -> Floats:
    """All to the first share that the buyer saw: who began it.

    Orders of the crowd have no first share and are handed to nobody.

    Parameters
    ----------
    journeys : Journeys

    Returns
    -------
    (touches,) float64
        Part of each touch in its order. O(touches).

    References
    ----------
    Berman (2018), Beyond the last touch: attribution in online advertising, https://doi.org/10.1287/mksc.2018.1104
    """
    begun = journeys.age == _of_journey(journeys, journeys.ptr[:-1])
    return journeys.evenly((begun & journeys.single).astype(np.float64))


def last_touch(journeys: Journeys) -> Floats:
    """All to the last share before the order: who closed it. What most platforms and spreadsheets do.

    Orders of the crowd have no last share and are handed to nobody.

    Parameters
    ----------
    journeys : Journeys

    Returns
    -------
    (touches,) float64
        Part of each touch in its order. O(touches).

    References
    ----------
    Berman (2018), https://doi.org/10.1287/mksc.2018.1104
    """
    closed = journeys.age == _of_journey(journeys, journeys.ptr[1:] - 1)
    return journeys.evenly((closed & journeys.single).astype(np.float64))


def linear(journeys: Journeys) -> Floats:
    """The same to every share before the order: who posts often gets much.

    An order of the crowd is split by audience, every person who may have seen a share counting alike.

    Parameters
    ----------
    journeys : Journeys

    Returns
    -------
    (touches,) float64
        Part of each touch in its order. O(touches).

    References
    ----------
    Shao & Li (2011), Data-driven multi-touch attribution models, https://doi.org/10.1145/2020408.2020453
    """
    return journeys.evenly(journeys.weight)


def time_decay(journeys: Journeys, *, half_life_days: float = HALF_LIFE_DAYS) -> Floats:
    """The more to a share the later it came, ``2 ** (-age / half_life_days)``: half as much for a week earlier.

    An order of the crowd is split by audience as well.

    Parameters
    ----------
    journeys : Journeys
        With ages in days.
    half_life_days : float, default 7

    Returns
    -------
    (touches,) float64
        Part of each touch in its order. O(touches).

    Raises
    ------
    ValueError
        Ready-made paths tell no days.

    References
    ----------
    Shao & Li (2011), https://doi.org/10.1145/2020408.2020453
    """
    if not journeys.in_days:
        raise ValueError("time decay needs journeys with ages in days")
    newest = _of_journey(journeys, journeys.ptr[1:] - 1)  # an old journey fades as a whole: only differences count
    return journeys.evenly(journeys.weight * np.exp2((newest - journeys.age) / half_life_days))


def position_based(journeys: Journeys) -> Floats:
    """Two fifths to the first share, two fifths to the last, one fifth to those between.

    Where none lies between, first and last have a half each; one share alone has all. Orders of the crowd are handed
    to nobody.

    Parameters
    ----------
    journeys : Journeys

    Returns
    -------
    (touches,) float64
        Part of each touch in its order. O(touches).

    References
    ----------
    Berman (2018), https://doi.org/10.1287/mksc.2018.1104
    """
    first, last = first_touch(journeys), last_touch(journeys)
    between = journeys.evenly(((first == 0) & (last == 0) & journeys.single).astype(np.float64))
    return journeys.evenly(ENDS * (first + last) + BETWEEN * between)


def shapley(journeys: Journeys) -> Floats:
    """The same to every creator before the order, however often they posted.

    It is the Shapley value of the game in which a coalition of creators wins the orders whose journey holds nobody
    else: each such order is divided equally between its creators, so that no coalition has to be listed. Orders of the
    crowd are handed to nobody, since nobody knows whose posts belong together.

    Parameters
    ----------
    journeys : Journeys

    Returns
    -------
    (touches,) float64
        Part of each touch in its order, the touches of one creator sharing theirs. O(touches log touches).

    References
    ----------
    Shapley (1953), A value for n-person games, https://doi.org/10.1515/9781400881970-018. Singal et al. (2019),
    Shapley meets uniform, https://doi.org/10.1145/3308558.3313731
    """
    pair = journeys.of_touch * journeys.authors + journeys.author
    _, which, repeated = np.unique(pair, return_inverse=True, return_counts=True)
    return journeys.evenly(journeys.single / repeated[which])


def _of_journey(journeys: Journeys, place: NDArray[np.int64]) -> Floats:
    """Age of the touch at each journey's place, for every touch of the journey."""
    return np.asarray(journeys.age[place[journeys.of_touch]])
