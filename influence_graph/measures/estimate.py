"""What a measure returns when it may have had to estimate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Estimate:
    """A value for each person, and how far it may be off.

    Attributes
    ----------
    values : (n,) float64
    standard_error : (n,) float64
        In the unit of the values; 0 where they are exact.
    pivots : int
        How many people were sampled; 0 where nothing was.
    """

    values: NDArray[np.float64]
    standard_error: NDArray[np.float64]
    pivots: int = 0

    @property
    def is_exact(self) -> bool:
        """Whether nothing was estimated."""
        return not self.standard_error.any()
