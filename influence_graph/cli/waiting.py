"""Long work in a thread of its own, so that whoever waits still hears Ctrl-C.

Python tells Ctrl-C to the main thread alone, and only between two steps of its own: a compiled loop or a long query on
that thread would have to end first.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextvars import copy_context
from typing import Any, TypeVar

T = TypeVar("T")
LISTENING = 0.1
"""Seconds between looks at the keyboard: some systems tell Ctrl-C to nobody who waits."""


def patiently(work: Callable[[], T]) -> T:
    """Do work in a thread and wait for it; what it answers or raises is passed on.

    Ctrl-C ends the waiting at once. The work is then given up where it is: it must not be in the middle of changing
    anything that lasts, and the program ends.
    """
    if threading.current_thread() is not threading.main_thread():
        return work()  # somebody waits already
    told: dict[str, Any] = {}

    def run() -> None:
        try:
            told["answer"] = work()
        except BaseException as error:  # noqa: BLE001  raised again where it is waited for
            told["error"] = error

    here = copy_context()  # with the language that is spoken
    worker = threading.Thread(target=here.run, args=(run,), daemon=True)
    worker.start()
    while worker.is_alive():
        worker.join(LISTENING)
    if "error" in told:
        raise told.pop("error")
    answer: T = told["answer"]
    return answer
