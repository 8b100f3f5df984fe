"""The key of this machine that hashes are made with: without it nobody can hash a list of phones and look people up."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from influence_graph.errors import TablesError

_KEY_BYTES = 32


def local_key(path: Path | None = None) -> bytes:
    """The key of this machine, made on first use and readable by its user alone.

    Parameters
    ----------
    path : Path, optional
        Where the key lives; by default `privacy.key` in the user's configuration folder.

    Returns
    -------
    bytes
        32 random bytes, the same on every call.

    Raises
    ------
    TablesError
        When the key can't be made or read: nothing may then be stored unhashed.
    """
    if path is None:
        from platformdirs import user_config_path

        path = user_config_path("influence-graph", appauthor=False) / "privacy.key"
    try:
        if not path.exists():
            _make_key(path)
        key = bytes.fromhex(path.read_text("ascii").strip())
    except OSError as error:
        raise TablesError("resolve.key-unreachable", path=str(path), why=error.strerror or str(error)) from error
    except ValueError:
        key = b""
    if len(key) != _KEY_BYTES:
        raise TablesError("resolve.key-damaged", path=str(path))
    return key


def _make_key(path: Path) -> None:
    """Complete before it is visible, and never over another: two commands may start at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, made = tempfile.mkstemp(dir=path.parent, prefix=path.name)  # mkstemp gives 0600
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(os.urandom(_KEY_BYTES).hex() + "\n")
        os.link(made, path)
    except FileExistsError:
        pass  # the other command was first: its key is the key
    finally:
        Path(made).unlink()
