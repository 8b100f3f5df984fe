"""What if these people share, and whom to activate: cascades simulated, people chosen, probabilities learnt."""

from __future__ import annotations

from influence_graph.cascades.appeal import Appeal, appeal
from influence_graph.cascades.choice import Choice
from influence_graph.cascades.learn import learn
from influence_graph.cascades.limits import Limits
from influence_graph.cascades.maximise import maximise, several
from influence_graph.cascades.model import Conversions, Delay
from influence_graph.cascades.observed import Cascades
from influence_graph.cascades.outcome import Amount, Spread
from influence_graph.cascades.reliability import Reliability, reliability
from influence_graph.cascades.simulate import spread

__all__ = [
    "Amount",
    "Appeal",
    "Cascades",
    "Choice",
    "Conversions",
    "Delay",
    "Limits",
    "Reliability",
    "Spread",
    "appeal",
    "learn",
    "maximise",
    "reliability",
    "several",
    "spread",
]
