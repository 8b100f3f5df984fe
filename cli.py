"""The door for `python cli.py ...` from a checkout: the same commands as the installed `influence-graph`."""

from influence_graph.cli import main

main()
