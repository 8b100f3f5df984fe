"""Experiments, the one way to causal truth: who is activated is drawn at random, and the draw alone tells."""

from influence_graph.experiment.designing import design
from influence_graph.experiment.designs import Design, open_design
from influence_graph.experiment.ranges import Range
from influence_graph.experiment.readings import Reading, read

__all__ = ["Design", "Range", "Reading", "design", "open_design", "read"]
