"""What the backend leaves to NetworkX."""

from __future__ import annotations


class Declined(NotImplementedError):
    """The graph or the arguments do not run here, for the reason given.

    `NotImplementedError` is how NetworkX hears that from a backend: it goes on with the next one, in the end with its
    own code, unless this backend was asked for by name.
    """
