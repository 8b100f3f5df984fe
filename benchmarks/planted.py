"""What benchmarks of planted worlds have in common: every kind over seeds, told as it goes, one page at the end."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from typing import Any

import pandas as pd

RESULTS = Path(__file__).parent / "results"


def measure_kinds(
    name: str,
    arguments: list[str],
    *,
    kinds: Iterable[str],
    first_seed: int,
    measure: Callable[[str, int], dict[str, Any]],
    lines: Callable[[pd.DataFrame], Iterable[str]],
) -> None:
    """Measure every kind on `--seeds` seeds from the first on, as few sweeps as on the largest data; write the page."""
    parser = argparse.ArgumentParser(prog=f"python -m benchmarks {name}")
    parser.add_argument("--seeds", type=int, default=20)
    asked = parser.parse_args(arguments)
    import_module("influence_graph.drivers.drive").COST_OF_SWEEPS = 0.0
    found = []
    for kind in kinds:
        for seed in range(first_seed, first_seed + asked.seeds):
            found.append(measure(kind, seed))
            print(*found[-1].values(), flush=True)
    text = "\n".join(lines(pd.DataFrame(found))) + "\n"
    (RESULTS / f"{name}.md").write_text(text, encoding="utf-8", newline="\n")
