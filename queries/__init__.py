"""The questions, one a file; `influence_graph.queries` reads them."""
