"""A server that speaks just enough Bolt to say what a Community server never says."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

HELLO, RUN = 0x01, 0x10
SUCCESS, IGNORED, FAILURE = b"\xb1\x70", b"\xb0\x7e", b"\xb1\x7f"
RESET, GOODBYE = 0x0F, 0x02


def packed(told: Mapping[str, str | list[str]]) -> bytes:
    """A map of short texts, and of empty lists, as Bolt sends it."""
    data = bytes([0xA0 + len(told)])
    for name, value in told.items():
        data += text(name) + (text(value) if isinstance(value, str) else b"\x90")
    return data


def text(value: str) -> bytes:
    data = value.encode()
    return b"\xd1" + struct.pack(">H", len(data)) + data


class Scripted:
    """Answers every statement but the first look with one failure.

    Parameters
    ----------
    agent : str
        What the server says it is.
    code, message : str
        Of the failure; without a code, statements answer nothing at all.
    """

    def __init__(self, agent: str, code: str, message: str) -> None:
        self.agent, self.code, self.message = agent, code, message
        self.asked: list[bytes] = []

    def serve(self, listening: socket.socket) -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:  # closed: the test is over
                return
            with connection, connection.makefile("rwb") as stream:
                stream.read(20)
                stream.write(bytes([0, 0, 4, 5]))  # Bolt 5.4, of the versions offered
                stream.flush()
                failed = False
                while message := self._message(stream):
                    tag = message[1]
                    failed = failed and tag != RESET
                    if tag == GOODBYE:
                        break
                    answer = IGNORED if failed else self._answer(tag, message)
                    failed = failed or answer.startswith(FAILURE)
                    stream.write(struct.pack(">H", len(answer)) + answer + b"\0\0")
                    stream.flush()

    @staticmethod
    def _message(stream: object) -> bytes:
        data = b""
        while size := int.from_bytes(stream.read(2)):  # type: ignore[attr-defined]
            data += stream.read(size)  # type: ignore[attr-defined]
        return data

    def _answer(self, tag: int, message: bytes) -> bytes:
        if tag == HELLO:
            return SUCCESS + packed({"server": self.agent, "connection_id": "bolt-1"})
        if tag == RUN:
            self.asked.append(message)
            if self.code and b"RETURN 1" not in message:
                return FAILURE + packed({"code": self.code, "message": self.message})
            return SUCCESS + packed({"fields": []})
        return SUCCESS + packed({})


@contextmanager
def scripted(*, agent: str = "Neo4j/5.26.30", code: str = "", message: str = "") -> Iterator[str]:
    """The URI of such a server, for the block."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=Scripted(agent, code, message).serve, args=[listening], daemon=True).start()
        yield f"bolt://127.0.0.1:{listening.getsockname()[1]}"
