"""A number with how far it may be off."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

from influence_graph.language import number, say


@dataclass(frozen=True)
class Range:
    """An estimate with its interval.

    Attributes
    ----------
    value, low, high : float
        NaN where there is none; infinite where no end is in sight.
    """

    value: float
    low: float
    high: float

    def times(self, factor: float) -> Range:
        """The same of so many, above 0."""
        return Range(self.value * factor, self.low * factor, self.high * factor)

    def holds(self, value: float) -> bool:
        """Whether a value lies within."""
        return self.low <= value <= self.high

    def meets(self, other: Range) -> bool:
        """Whether the two have a value in common."""
        return self.low <= other.high and other.low <= self.high

    def worded(self, spec: str | None = None) -> str:
        """The estimate and its interval as the reader's language writes them.

        Examples
        --------
        >>> Range(12.0, 5.0, 19.0).worded(), Range(0.5, float("-inf"), 2.0).worded(".0%")
        ('12.0 (5.0 to 19.0)', '50% (200% or less)')
        """
        largest = max((abs(end) for end in (self.value, self.low, self.high) if isfinite(end)), default=0.0)
        spec = spec or (",.1f" if largest < 100 else ",.0f")
        value, low, high = (number(end, spec) for end in (self.value, self.low, self.high))
        if isfinite(self.low) and isfinite(self.high):
            ends = say("experiment.from-to", low=low, high=high)
        elif isfinite(self.low):
            ends = say("experiment.or-more", low=low)
        elif isfinite(self.high):
            ends = say("experiment.or-less", high=high)
        else:
            ends = say("experiment.no-limits")
        return f"{value} ({ends})" if isfinite(self.value) else ends
