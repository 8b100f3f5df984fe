"""Ctrl-C, heard wherever it is pressed.

Python raises it between two steps of whatever the main thread does. While an extension module is being loaded there it
may end in a crash, so it waits until that is done; where compiled code calls back it may be swallowed, so it is told
again until it is answered.
"""

from __future__ import annotations

import _thread
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.machinery import ExtensionFileLoader
from types import FrameType

AGAIN = 0.05
"""Seconds until a key that nobody answered is told again."""

_LOADING = (ExtensionFileLoader.create_module.__code__, ExtensionFileLoader.exec_module.__code__)


class Interrupt:
    """What hears Ctrl-C: the handler of its signal, which raises KeyboardInterrupt.

    It raises once. Again it does so only where no exception is under way, for then the first was swallowed: whoever
    puts things in order is not disturbed, however often the key is pressed.

    Attributes
    ----------
    pressed : bool
        Whether the key was pressed: compiled libraries report it as an error of their own.
    """

    def __init__(self) -> None:
        self.pressed = False
        self._raised = self._answered = False
        self._bell = _thread.allocate_lock()  # nothing of `threading`: its own locks may be held where the key is heard

    def __call__(self, _number: int, frame: FrameType | None) -> None:
        """Hear the signal, at `frame`."""
        if self._answered:
            return
        if not self.pressed:
            self.pressed = True
            _thread.start_new_thread(self._ring, ())
        if _loads(frame) or (self._raised and sys.exc_info()[1] is not None):
            return
        self._raised = True
        raise KeyboardInterrupt

    def answer(self) -> None:
        """Hear nothing any more."""
        with self._bell:
            self._answered = True

    def _ring(self) -> None:
        while True:
            time.sleep(AGAIN)
            with self._bell:
                if self._answered:
                    return
                _thread.interrupt_main()


def _loads(frame: FrameType | None) -> bool:
    """Whether an extension module is being loaded, here or further out."""
    while frame is not None:
        if frame.f_code in _LOADING:
            return True
        frame = frame.f_back
    return False


@contextmanager
def listening() -> Iterator[Interrupt]:
    """Ctrl-C is heard while the block runs, if this is the main thread: else whoever runs us listens."""
    interrupt = Interrupt()
    try:
        before = signal.signal(signal.SIGINT, interrupt)
    except ValueError:
        yield interrupt
        return
    unraisable = sys.unraisablehook
    # Where it is swallowed Python would show a traceback.
    sys.unraisablehook = lambda told: None if told.exc_type is KeyboardInterrupt else unraisable(told)
    try:
        yield interrupt
    finally:
        interrupt.answer()
        sys.unraisablehook = unraisable
        signal.signal(signal.SIGINT, before)
