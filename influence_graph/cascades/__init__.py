"""What if these people share, and whom to activate: cascades simulated, people chosen."""

from __future__ import annotations

from influence_graph.cascades.choice import Choice
from influence_graph.cascades.limits import Limits
from influence_graph.cascades.maximise import maximise
from influence_graph.cascades.model import Conversions, Delay
from influence_graph.cascades.outcome import Amount, Spread
from influence_graph.cascades.simulate import spread

__all__ = ["Amount", "Choice", "Conversions", "Delay", "Limits", "Spread", "maximise", "spread"]
