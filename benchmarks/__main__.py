"""``python -m benchmarks NAME [options]``; without a name, all of them."""

import sys
from importlib import import_module

NAMES = (
    "truth", "placebo", "backtest", "experiments", "groups", "match", "authenticity", "growth", "programme", "speed",
    "answers", "needs", "plans", "cascades", "real-cascades", "networkx", "building", "graph", "pages",
)  # fmt: skip

if __name__ == "__main__":
    asked = [sys.argv[1]] if len(sys.argv) > 1 else NAMES
    for name in asked:
        if name not in NAMES:
            sys.exit(f"no benchmark {name!r}; there are {', '.join(NAMES)}")
        import_module(f"benchmarks.{name.replace('-', '_')}").main(sys.argv[2:])
