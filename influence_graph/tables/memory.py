"""Memory that is free again goes back to the system."""

from __future__ import annotations

import sys


def give_back() -> None:
    """Ask the C library to return what was freed, where it can: glibc keeps it otherwise, thread by thread.

    A million people's tables leave a gigabyte behind that the next stage would come on top of. Takes milliseconds;
    elsewhere than on Linux with glibc nothing happens.
    """
    if sys.platform != "linux":
        return
    import ctypes

    try:
        ctypes.CDLL("libc.so.6").malloc_trim(0)
    except (OSError, AttributeError):  # another C library
        return
