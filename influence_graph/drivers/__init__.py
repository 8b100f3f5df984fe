"""Who drives conversions: exposures, the hazard model with its organic part, lift, ripple, and what can't be told."""

from __future__ import annotations

from influence_graph.drivers.drive import Drivers, drive

__all__ = ["Drivers", "drive"]
