"""Compiled loops over compressed rows: arrays in, arrays out, no names, no tables.

Numba compiles them when they are first called, and keeps what it compiled. Who waits for that is told once, by the
logger of this room.
"""

from __future__ import annotations

import logging

from numba.core import caching, event

from influence_graph.kernels.keeping import Keeper
from influence_graph.language import say


class _Compiling(event.Listener):
    """Hears of every function that is compiled, not of those that were kept."""

    def __init__(self) -> None:
        self.told = False

    def on_start(self, begun: event.Event) -> None:
        """Tell of the first that is ours."""
        function = begun.data["dispatcher"].py_func
        if not self.told and (function.__module__ or "").startswith(__name__):
            self.told = True
            keeper = Keeper.from_function(function, function.__code__.co_filename)
            lasting = keeper is None or keeper.lasting
            logging.getLogger(__name__).warning(say("kernels.compiling" if lasting else "kernels.not-kept"))

    def on_end(self, ended: event.Event) -> None:
        """Needs no telling."""


event.register("numba:compile", _Compiling())  # type: ignore[no-untyped-call]
caching.CacheImpl._locator_classes.insert(0, Keeper)
