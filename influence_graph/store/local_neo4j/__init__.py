"""A real Neo4j with Neo4j Browser on this machine: nothing to install, for its user alone.

`up` fetches the server once (extra ``[server]``), starts it, and returns where it is; `down` stops it. It runs on after
the program that started it ended. Data, logs and the generated password live in one folder, its home.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path

from influence_graph.errors import StoreError
from influence_graph.store import Progress
from influence_graph.store.local_neo4j import jars, java
from influence_graph.store.local_neo4j.home import HOST, USER, Home, Record

__all__ = ["Status", "down", "password", "status", "up"]

_STARTING_SECONDS = 900
"""Longer than any start: even one that recovers from a power cut."""
_STARTS = 3
"""Tries, each on other ports, when another program takes the ports between choosing and starting."""


@dataclass(frozen=True)
class Status:
    """Where the server of a home is.

    Attributes
    ----------
    uri, browser : str or None
        Addresses of its Bolt port, for programs, and of Neo4j Browser. None where no server was started yet.
    user : str
        Whom to log in as; `password` tells with what.
    version : str
        Of Neo4j.
    running : bool
        Whether it answers.
    home : Path
        Its folder.
    """

    uri: str | None
    browser: str | None
    user: str
    version: str
    running: bool
    home: Path


def up(home: Path | None = None, *, progress: Progress | None = None) -> Status:
    """Start the server, if it does not run, and wait until it answers.

    Parameters
    ----------
    home : Path, optional
        Its folder; by default in the user's data folder.
    progress : callable, optional
        Told the bytes fetched at the first start, and that the server starts.

    Returns
    -------
    Status

    Raises
    ------
    StoreError
        The extra is missing, there is no network at the first start, no space, the home is another's, or the server
        ended by itself: then with what its log says.
    """
    at = Home(home)
    try:
        at.make()
        with at.alone():
            record = at.record()
            if record is None or java.running(at, record.pid) is None:
                java.check_installed()
                fetched = jars.fetch(progress=progress)
                if progress is not None:
                    progress("store.stage-start", 0, 0)
                _start(at, fetched)
            else:
                _wait(at, record)
    except OSError as error:
        raise jars.unwritable(error, at.path) from error
    return status(at.path)


def down(home: Path | None = None) -> Status:
    """Stop the server, if it runs.

    Parameters
    ----------
    home : Path, optional
        Its folder; by default in the user's data folder.
    """
    at = Home(home)
    if at.record() is not None:
        with at.alone():
            _stop(at)
    return status(at.path)


def status(home: Path | None = None) -> Status:
    """Where the server is and whether it answers.

    Parameters
    ----------
    home : Path, optional
        Its folder; by default in the user's data folder.
    """
    at = Home(home)
    record = at.record()
    if record is None:
        return Status(None, None, USER, jars.VERSION, False, at.path)
    process = java.running(at, record.pid)
    return Status(
        uri=f"neo4j://{HOST}:{record.bolt}",
        browser=f"http://{HOST}:{record.http}/browser/",
        user=USER,
        version=record.version,
        running=process is not None and java.is_ready(process, record.http),
        home=at.path,
    )


def password(home: Path | None = None) -> str | None:
    """The password that was generated at the first start; None before.

    Parameters
    ----------
    home : Path, optional
        The server's folder; by default in the user's data folder.
    """
    return Home(home).password()


def _start(at: Home, fetched: Path) -> None:
    at.set_password()
    wished = at.record()
    for left in reversed(range(_STARTS)):
        bolt, http = java.free_ports(wished)
        record = Record(bolt, http, java.launch(at, fetched, bolt, http))
        try:
            at.write(record)
            _wait(at, record)
        except StoreError as ended:
            _stop(at)
            if ended.message != "store.local-port" or not left:
                raise
        except BaseException:  # Ctrl-C, most likely: nothing half-started is left behind
            _stop(at)
            raise
        else:
            return


def _wait(at: Home, record: Record) -> None:
    """Until the server answers or ended."""
    until = time.monotonic() + _STARTING_SECONDS
    while process := java.running(at, record.pid):
        if java.is_ready(process, record.http):
            return
        if time.monotonic() > until:
            raise StoreError("store.local-slow", log=str(at.logs / "neo4j.log"))
        time.sleep(0.1)
    raise java.obituary(at)


def _stop(at: Home) -> None:
    record = at.record()
    if record is not None:
        process = java.running(at, record.pid)
        if process is not None:
            java.stop(process)
        at.write(replace(record, pid=None))
