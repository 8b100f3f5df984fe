"""`python -m influence_graph`: the same commands as `influence-graph`."""

from influence_graph.cli import main

main()
