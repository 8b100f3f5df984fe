"""Questions to a store: finds, reads and runs the files of queries/, and files of the user's own."""

from influence_graph.queries.asking import ask, notices, run
from influence_graph.queries.files import find, folder, listed, read
from influence_graph.queries.query import Parameter, Query

__all__ = ["Parameter", "Query", "ask", "find", "folder", "listed", "notices", "read", "run"]
