"""What the product claims, measured: each module makes one table in `results/`, by one command."""
