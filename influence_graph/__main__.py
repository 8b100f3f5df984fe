"""What `influence-graph` and `python -m influence_graph` start."""

from __future__ import annotations

import signal  # and nothing else, so that Ctrl-C is heard from the first moment


def main() -> None:
    """Run the command that was typed. Ctrl-C that comes before there are words to answer it is answered by them."""
    heard: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _frame: heard.append(number))
    try:
        from influence_graph import cli

        cli.main(heard=heard)
    finally:
        signal.signal(signal.SIGINT, before)


if __name__ == "__main__":
    main()
