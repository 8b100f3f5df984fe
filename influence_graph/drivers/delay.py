"""How long orders take to follow a share: an exponential or a heavier-tailed density, cut at the window."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
EPSILON = 2.0**-53


@dataclass(frozen=True)
class Delay:
    """A delay between share and order, in days on (0, window].

    Before the cut, the part of orders that takes longer than t is ``(1 + tail * rate * t) ** (-1 / tail)`` (Lomax
    1954, https://doi.org/10.1080/01621459.1954.10501239); with a tail of 0 that is ``exp(-rate * t)``. A tail is an
    exponential whose rate differs from order to order, Gamma distributed with squared coefficient of variation `tail`.

    Attributes
    ----------
    rate : float
        Orders per day and order still to come, right after the share.
    tail : float
        0 for the exponential, 1 and more where very late orders are common.
    window : float
        Days after which a share no longer works.

    Examples
    --------
    >>> Delay(0.5, 0.0, 30.0).below(2.0).round(3)
    np.float64(0.632)
    >>> round(Delay(0.5, 1.0, 30.0).median, 2)
    1.76
    """

    rate: float
    tail: float
    window: float

    @property
    def family(self) -> str:
        """What the delay is called: "exponential" or "heavy tail"."""
        return "heavy tail" if self.tail > 0.0 else "exponential"

    def shape(self, age: ArrayLike) -> Floats:
        """Density over its value at 0."""
        return np.asarray(np.exp(-(1.0 + self.tail) * self._total(age)))

    def density(self, age: ArrayLike) -> Floats:
        """Density at ages within the window, per day."""
        return np.asarray(self.rate * self.shape(age) / self._whole)

    def below(self, age: ArrayLike) -> Floats:
        """Part of the delays that are shorter than an age; 0 for negative ages, 1 beyond the window."""
        return np.asarray(-np.expm1(-self._total(np.clip(age, 0.0, self.window))) / self._whole)

    def quantile(self, part: ArrayLike) -> Floats:
        """The age below which a part of the delays lies, in days."""
        total = -np.log1p(-np.minimum(np.asarray(part, dtype=np.float64) * self._whole, 1.0 - EPSILON))
        age = (np.expm1(self.tail * total) / self.tail if self.tail > 0.0 else total) / self.rate
        return np.minimum(age, self.window)

    @property
    def median(self) -> float:
        """Half of the orders come within this many days."""
        return float(self.quantile(0.5))

    @property
    def mean(self) -> float:
        """Mean delay within the window, in days."""
        end = self._total(self.window)
        power = 1.0 - self.tail  # the integral of what takes longer, over the window
        lasting = (end if abs(power) < 1e-9 else -np.expm1(-power * end) / power) / self.rate
        return float((lasting - self.window * np.exp(-end)) / self._whole)

    @property
    def _whole(self) -> float:
        return float(-np.expm1(-self._total(self.window)))

    def _total(self, age: ArrayLike) -> Floats:
        """Minus the log of the part that takes longer, before the cut."""
        straight = self.rate * np.asarray(age, dtype=np.float64)
        return np.asarray(np.log1p(self.tail * straight) / self.tail if self.tail > 0.0 else straight)
