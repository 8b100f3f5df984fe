"""What a Neo4j server refuses, or why there is none, in one clear sentence: what happened, where, what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator

from influence_graph.errors import StoreError
from influence_graph.store.address import Address

_POSITION = re.compile(r"\(line (?P<line>\d+), column (?P<column>\d+)\b[^)]*\)")

_CODES = (
    (r"Security\.AuthenticationRateLimit", "store.too-many-passwords"),
    (r"Security\.CredentialsExpired", "store.password-expired"),
    (r"Security\.Forbidden|Security\.AuthorizationFailed", "store.forbidden"),
    (r"Security\.(Unauthorized|Token|Authorization|AuthProvider)", "store.wrong-password"),
    (r"Database\.(Home)?DatabaseNotFound|Database\.Illegal", "store.no-database"),
    (r"DatabaseUnavailable|Database\.Unable|Cluster\.|NoThreads|MaximumTransactionLimit", "store.database-away"),
    (r"ReadOnly", "store.read-only"),
    (r"Schema\.ConstraintV", "store.constraint"),
    (r"Transaction\.(DeadlockDetected|Lock|Outdated|.*Acquisition)", "store.busy"),
    (r"Transaction\.TransactionTimedOut|ExecutionTimeout", "store.timed-out"),
    (r"Transaction\.(Terminated|TransactionTerminated|Interrupted)", "store.stopped"),
    (r"Memory|StackOverFlow", "store.server-memory"),
    (r"Statement\.AccessMode", "store.statement-writes"),
    (r"ClientError\.(Statement|Procedure|Schema|Transaction)\.", "store.statement-refused"),
)
"""Neo4j's codes, of servers of every age, and what we say of them."""

_ALWAYS = (
    (r"no space left|disk full|not enough space|disk quota", "store.server-full"),
    (r"only be executed in a user database", "store.system-database"),
)
"""What is said under codes of all kinds."""

_SAYINGS = (
    *_ALWAYS,
    (r"looks like HTTP|check for incorrect port|incomplete handshake", "store.no-bolt"),
    (r"CERTIFICATE_VERIFY|certificate verify|self.signed", "store.certificate"),
    (r"\bSSL\w*Error|BoltSecurityError|encrypted connection", "store.encryption"),
    (r"not support communication|Notification filtering|fewer protocol|handshake manifest", "store.no-protocol"),
    (r"resolve address|name or service|getaddrinfo|nodename|servname|idna|label", "store.no-host"),
    (r"no write service|ReadOnly|NotALeader", "store.read-only"),
    (r"unable to (obtain|acquire) a connection|acquir\w+ .*timed out", "store.database-away"),
)
"""What the driver says where there is no code."""


def refusal(error: BaseException, address: Address, *, connected: bool) -> StoreError:
    """The sentence for an error of the driver.

    Parameters
    ----------
    error : BaseException
        As the driver raised it.
    address : Address
        Of the server.
    connected : bool
        Whether the server answered before.
    """
    at, code, said = address.shown, str(getattr(error, "code", None) or ""), _said(error)
    for pattern, message in _ALWAYS if code else _SAYINGS:
        if re.search(pattern, said, re.IGNORECASE):
            return StoreError(message, at=at)
    if not code:
        return StoreError("store.connection-lost" if connected else "store.unreachable", at=at)
    for pattern, message in _CODES:
        if re.search(pattern, code):
            return _worded(message, error, address)
    return StoreError("store.server-failed", at=at, said=_sentence(error))


def _worded(message: str, error: BaseException, address: Address) -> StoreError:
    if message == "store.wrong-password" and address.password is None:
        message = "store.no-password"
    numbers = {"at": address.shown, "user": address.user, "said": _sentence(error)}
    if message == "store.no-database":
        numbers["database"] = address.database
        if address.database is None:
            message = "store.no-home-database"
    if message == "store.statement-refused" and (position := _position(error)):
        return StoreError("store.statement-refused-at", **numbers, line=position[0], column=position[1])
    return StoreError(message, **numbers)


def _position(error: BaseException) -> tuple[int, int] | None:
    """Line and column in the statement, counted from 1: servers tell them as numbers, in words, or not at all."""
    told = (getattr(error, "diagnostic_record", None) or {}).get("_position")
    if told and "line" in told and "column" in told:
        return int(told["line"]), int(told["column"])
    worded = _POSITION.search(str(getattr(error, "message", "")))
    return (int(worded["line"]), int(worded["column"])) if worded else None


def _sentence(error: BaseException) -> str:
    """What the server said, on one line, without the picture of the place below it."""
    message = str(getattr(error, "message", None) or error)
    place = _POSITION.search(message)
    return " ".join((message[: place.start()] if place else message).split()).rstrip(".")


def _said(error: BaseException) -> str:
    return "\n".join(f"{type(one).__name__}: {one}" for one in _chain(error))


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An error and everything that caused it: what happened on the network stands at the bottom."""
    yield error
    for cause in (*getattr(error, "exceptions", ()), error.__cause__):
        if isinstance(cause, BaseException):
            yield from _chain(cause)
