"""Pieces of work that do not wait for one another, on all processors: told step by step, given up at once."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import suppress
from contextvars import ContextVar, copy_context
from os import cpu_count
from queue import Empty, SimpleQueue
from threading import Event, Lock
from typing import Any, TypeVar, cast

T = TypeVar("T")
One = TypeVar("One")
Other = TypeVar("Other")
AT_ONCE = 4
"""Pieces at the same time, at most: each keeps its exposures in memory."""
TURNS = 1e-4
"""Seconds after which who computes lets another thread go on: compiled loops end often, and each would wait longer."""
LISTENING = 0.5
"""Seconds between looks at the keyboard: some systems tell Ctrl-C to nobody who waits."""


class Pace:
    """What a piece of work reports to; `within` is what the work that it is a piece of reports to, where it is."""

    def __init__(self, within: Pace | None = None) -> None:
        self._within = within
        self._steps: SimpleQueue[bool] = SimpleQueue()
        self._given_up = Event()

    def step(self) -> None:
        """One step is done."""
        self.check()
        self._steps.put(True)

    def check(self, *_: int) -> None:
        """Raise when nobody waits for the work any more, or for the one that it is a piece of."""
        if self._given_up.is_set():
            raise CancelledError
        if self._within is not None:
            self._within.check()

    def along(self, steps: int) -> Callable[[int, int], None]:
        """What a loop reports to, told rounds done and to do, that is worth so many steps."""

        def tell(done: int, of: int) -> None:
            self.check()
            for _ in range(done * steps // of - (done - 1) * steps // of):
                self.step()

        return tell

    def follow(self, pieces: int, tick: Callable[[], None]) -> None:
        """Tell every step until so many pieces have ended."""
        while pieces:
            with suppress(Empty):
                if self._steps.get(timeout=LISTENING):
                    tick()
                else:
                    pieces -= 1

    def end(self, piece: Future[Any]) -> None:
        """One piece has ended; if not well, the others need not go on."""
        if piece.cancelled() or piece.exception():
            self.give_up()
        self._steps.put(False)

    def give_up(self) -> None:
        """Let everything under way end at its next check."""
        self._given_up.set()


_WITHIN: ContextVar[Pace | None] = ContextVar("within", default=None)
"""What the work at hand reports to, where it is a piece of another."""


def once(make: Callable[[], T]) -> Callable[[], T]:
    """What several pieces need: the first that asks makes it, others wait for it."""
    lock, made = Lock(), list[T]()

    def get() -> T:
        with lock:
            if not made:
                made.append(make())
            return made[0]

    return get


def side_by_side(works: Sequence[Callable[[Pace], T]], tick: Callable[[], None]) -> list[T]:
    """Do pieces of work at the same time.

    Parameters
    ----------
    works : sequence of callable
        Each takes the `Pace` it reports to, shares nothing that it changes, and draws from a generator of its own.
    tick : callable
        Called after every step, always from here.

    Returns
    -------
    list
        Their answers, in order. An error in one gives up the rest. Ctrl-C waits for none of them: they end by
        themselves at their next check, and tell nobody.
    """
    within = _WITHIN.get()
    pace, patient = Pace(within), True
    pool, usual = ThreadPoolExecutor(min(AT_ONCE, cpu_count() or 1)), sys.getswitchinterval()
    if within is None:
        sys.setswitchinterval(TURNS)
    try:
        pieces = [pool.submit(copy_context().run, _do, work, pace) for work in works]  # with the language
        for piece in pieces:
            piece.add_done_callback(pace.end)
        pace.follow(len(pieces), tick)
        for error in (piece.exception() for piece in pieces):
            if error and not isinstance(error, CancelledError):  # what made the others give up
                raise error
        return [piece.result() for piece in pieces]
    except KeyboardInterrupt:
        patient = False
        raise
    finally:
        if within is None:
            sys.setswitchinterval(usual)
        pace.give_up()
        pool.shutdown(wait=patient, cancel_futures=True)


def _do(work: Callable[[Pace], T], pace: Pace) -> T:
    _WITHIN.set(pace)
    return work(pace)


def both(one: Callable[[Pace], One], other: Callable[[Pace], Other]) -> tuple[One, Other]:
    """What two pieces of work answer that have nothing to do with each other, done at the same time."""
    return cast("tuple[One, Other]", tuple(side_by_side((one, other), lambda: None)))
