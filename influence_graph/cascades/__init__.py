"""What if these people share, and whom to activate: cascades simulated, people chosen, probabilities learnt."""

from __future__ import annotations

from influence_graph.cascades.model import Conversions, Delay
from influence_graph.cascades.simulate import Amount, Spread, spread

__all__ = ["Amount", "Conversions", "Delay", "Spread", "spread"]
