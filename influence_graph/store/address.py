"""Where a Neo4j server is and who we are to it. A password never shows: not in a repr, not in a message."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import unquote

from influence_graph.errors import StoreError

SCHEMES = ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc")
PORT = 7687
"""Where a server listens when its address tells no port."""

_HOST = re.compile(r"(?P<host>\[[0-9A-Fa-f:.%]+\]|[^\s/:?#@\[\]]+)(:(?P<port>[0-9]+))?/?(?P<routing>\?\S*)?")
_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


@dataclass(frozen=True)
class Address:
    """A database of a server, and the credentials for it.

    Attributes
    ----------
    uri : str
        Scheme, host, port and routing context, without credentials.
    user, password : str or None
        No password: the server asks for none, or refuses us.
    database : str or None
        None is the user's home database.
    """

    uri: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    database: str | None = None

    @property
    def shown(self) -> str:
        """The URI as messages name it."""
        return self.uri.partition("?")[0]


class _Parts(NamedTuple):
    scheme: str
    host: str
    port: int
    routing: str
    user: str | None
    password: str | None

    @property
    def uri(self) -> str:
        return f"{self.scheme}://{self.host}:{self.port}{self.routing}"

    @property
    def place(self) -> tuple[str, int]:
        host = self.host.casefold()
        return ("localhost" if host in _LOOPBACK else host), self.port


def address(
    source: str, *, user: str | None = None, password: str | None = None, database: str | None = None
) -> Address:
    """The server behind a URI, with what is needed to enter it.

    Parameters
    ----------
    source : str
        ``neo4j://host:port`` and its kin; credentials inside are honoured. ``neo4j://`` alone is the server of
        NEO4J_URI, else the one that `influence-graph neo4j up` runs on this machine.
    user, password, database : str, optional
        Told here they win over the URI, the URI over NEO4J_USERNAME, NEO4J_PASSWORD and NEO4J_DATABASE, these over
        what is known of the server on this machine.

    Raises
    ------
    StoreError
        `source` is no address, or names no server.

    Notes
    -----
    Where NEO4J_URI names a server, the other variables are for that one alone: no server is sent another's password.
    """
    told = _read(source)
    named = _read(os.environ.get("NEO4J_URI") or "neo4j://", refused="store.bad-environment")
    if told is None or named is None or told.place == named.place:
        environment = {name: os.environ.get(f"NEO4J_{name}") or None for name in ("USERNAME", "PASSWORD", "DATABASE")}
    else:
        environment = {}
    there = told or named
    given = user or (there.user if there else None) or environment.get("USERNAME")
    secret = password or (there.password if there else None) or environment.get("PASSWORD")
    if there is None or (secret is None and there.place[0] == "localhost"):
        there, given, secret = _here(there, given, secret)
    return Address(there.uri, given or "neo4j", secret, database or environment.get("DATABASE"))


def _read(uri: str, *, refused: str = "store.bad-address") -> _Parts | None:
    """The parts of a URI; None where it names no host. Nothing of a bad one is repeated: it may hold a password."""
    scheme, _, rest = uri.strip().partition("://")
    scheme = scheme.casefold()
    entrance, _, place = rest.rpartition("@")
    if scheme not in SCHEMES:
        raise StoreError(refused, scheme="neo4j")
    if not rest.strip("/") and scheme == "neo4j":
        return None
    found = _HOST.fullmatch(place)
    port = int(found["port"] or PORT) if found else 0
    if found is None or not 0 < port < 65536:
        raise StoreError(refused, scheme=scheme)
    user, _, password = entrance.partition(":")
    return _Parts(scheme, found["host"], port, found["routing"] or "", unquote(user) or None, unquote(password) or None)


def _here(there: _Parts | None, user: str | None, secret: str | None) -> tuple[_Parts, str | None, str | None]:
    """The server on this machine, where it is the one that is meant, with the password that was kept for it."""
    from influence_graph.store import local_neo4j

    status = local_neo4j.status()
    local = _read(status.uri) if status.uri and status.running else None
    if local is None:
        if there is None:
            raise StoreError("store.no-server")
        return there, user, secret
    if there is not None and there.place != local.place:
        return there, user, secret
    if secret is None and user in (None, status.user):
        user, secret = status.user, local_neo4j.password()
    return there or local, user, secret
