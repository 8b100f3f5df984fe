"""A server's home: its data, configuration, logs and password, and what is on record about it."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import sqlite3
import string
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from influence_graph.errors import StoreError
from influence_graph.store.local_neo4j.jars import VERSION, unwritable

FORMAT = 1
"""Version of the record below. A home of a later one is refused, never guessed at."""
USER = "neo4j"
HOST = "127.0.0.1"

_LETTERS = string.ascii_letters + string.digits
_PASSWORD_LENGTH = 20
_HASH_ROUNDS = 1024


@dataclass(frozen=True)
class Record:
    """What is remembered of a server between commands.

    Attributes
    ----------
    bolt, http : int
        Its ports; kept for later starts, so that its address stays the same.
    pid : int or None
        Of its process, if it was not stopped; whether that still is the server's is another question.
    version : str
        Of the Neo4j that last wrote the data.
    """

    bolt: int
    http: int
    pid: int | None = None
    version: str = VERSION


class Home:
    """A folder that holds one server.

    Parameters
    ----------
    path : Path, optional
        By default in the user's data folder.
    """

    def __init__(self, path: Path | None = None) -> None:
        if path is None:
            from platformdirs import user_data_path

            path = user_data_path("influence-graph", appauthor=False) / "neo4j"
        self.path = path.expanduser().resolve()
        self.logs = self.path / "logs"
        self.conf = self.path / "conf"
        self.password_file = self.path / "password"
        self._record = self.path / "server.json"
        self._lock = self.path / "lock"

    def record(self) -> Record | None:
        """What is on record; None where no server was started yet.

        Raises
        ------
        StoreError
            The folder is something else, was made by a later version, or can't be read.
        """
        try:
            told = json.loads(self._record.read_text("utf-8"))
            if told["format"] > FORMAT or _numbers(told["version"]) > _numbers(VERSION):
                raise StoreError("store.local-newer", path=str(self.path), version=told["version"], known=VERSION)
            return Record(**{name: told[name] for name in ("bolt", "http", "pid", "version")})
        except FileNotFoundError:
            pass
        except OSError as error:
            raise unwritable(error, self.path) from error
        except (ValueError, KeyError, TypeError) as error:
            raise StoreError("store.local-record", path=str(self._record)) from error
        return None

    def write(self, record: Record) -> None:
        """Put on record; whole, or not at all."""
        draft = self._record.with_suffix(".draft")
        draft.write_text(json.dumps({"format": FORMAT, **asdict(record)}, indent=2) + "\n", encoding="utf-8")
        draft.replace(self._record)

    def make(self) -> None:
        """Make the folder, for its user alone; one that holds anything else is refused."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        ours = self._lock.exists() or self.record() is not None
        if not ours and any(not entry.name.startswith(".") for entry in self.path.iterdir()):
            raise StoreError("store.local-foreign", path=str(self.path))

    def password(self) -> str | None:
        """The password as it was generated; None where there is none."""
        try:
            return self.password_file.read_text("ascii").strip() or None
        except FileNotFoundError:
            return None
        except OSError as error:
            raise unwritable(error, self.password_file) from error

    def set_password(self) -> None:
        """Generate the password of a server that was never started.

        Neo4j takes it from a file of its own at its first start, so that there is no moment at which the well-known
        one opens the server, and no command line that shows it to others.
        """
        if (self.path / "data" / "databases").exists():
            return  # it has a password already
        password = self.password()
        if password is None:
            password = "".join(secrets.choice(_LETTERS) for _ in range(_PASSWORD_LENGTH))
            _write_secret(self.password_file, password + "\n")
        auth = self.path / "data" / "dbms" / "auth.ini"
        auth.parent.mkdir(parents=True, exist_ok=True)
        _write_secret(auth, f"{USER}:{_hashed(password, secrets.token_bytes(32))}:\n")

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else starts or stops this server while the block runs; whoever does is waited for.

        A transaction of SQLite is the one lock that the standard library has for every system, and that ends with
        the process that holds it, however that ends.
        """
        held = sqlite3.connect(self._lock, timeout=0, isolation_level=None)
        try:
            while not _begun(held, self.path):
                time.sleep(0.1)
            yield
        finally:
            held.close()


def _begun(held: sqlite3.Connection, path: Path) -> bool:
    try:
        held.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
            return False
        raise StoreError("store.local-folder", path=str(path), reason=str(error)) from error
    return True


def _write_secret(path: Path, text: str) -> None:
    """A file for its user alone from its first byte on; on Windows, for whoever may read the folder."""
    draft = path.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(text)
    draft.replace(path)


def _hashed(password: str, salt: bytes) -> str:
    """As Neo4j's `set-initial-password` writes it."""
    digest = hashlib.sha256(salt + password.encode("ascii")).digest()
    for _ in range(_HASH_ROUNDS - 1):
        digest = hashlib.sha256(digest).digest()
    return f"SHA-256,{digest.hex()},{salt.hex()},{_HASH_ROUNDS}"


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))
