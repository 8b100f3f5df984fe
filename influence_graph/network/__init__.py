"""Who influences whom: a frozen graph of people.

An edge ``source -> target`` says that source influences target. It exists where the target follows the source: what
the source shares, the target sees. This is the direction everywhere in this package.
"""

from influence_graph.network.from_tables import build
from influence_graph.network.graph import Network

__all__ = ["Network", "build"]
