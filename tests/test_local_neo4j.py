"""The server on this machine, as far as it can be known without starting one; `test_cli_neo4j` starts one."""

from __future__ import annotations

import json
import os
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PureWindowsPath
from time import sleep

import psutil
import pytest
import yaml
from server import Graph

from influence_graph.errors import ExitCode, StoreError
from influence_graph.language import LANGUAGES, speaking
from influence_graph.store import local_neo4j
from influence_graph.store.local_neo4j import jars, java
from influence_graph.store.local_neo4j.home import FORMAT, Home, Record

GIGABYTE = 1024**3


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """The home of a server that ran once and was stopped."""
    made = Home(tmp_path / "máy chủ")
    made.make()
    made.write(Record(17687, 17474))
    return made


@contextmanager
def listening(host: str = "127.0.0.1") -> Iterator[int]:
    with socket.create_server((host, 0)) as server:
        yield server.getsockname()[1]


def refused(message: str, home: Path) -> str:
    with pytest.raises(StoreError) as caught:
        local_neo4j.up(home)
    assert caught.value.message == message
    assert caught.value.exit_code == ExitCode.STORE
    for language in LANGUAGES:
        with speaking(language):
            assert str(caught.value)
    return str(caught.value)


def test_before_the_first_start(tmp_path: Path) -> None:
    status = local_neo4j.status(tmp_path / "home")
    assert (status.uri, status.browser, status.running) == (None, None, False)
    assert local_neo4j.password(tmp_path / "home") is None
    assert local_neo4j.down(tmp_path / "home") == status
    assert not (tmp_path / "home").exists()


def test_the_default_home_is_the_users(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    if sys.platform == "linux":
        assert local_neo4j.status().home.is_relative_to(tmp_path)
    assert local_neo4j.status().home.parent.name == "influence-graph"


def test_the_process_of_another_program_is_not_the_server(home: Home) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    for pid in (gone.pid, os.getpid()):  # nobody's, and one that the system gave to somebody else
        home.write(Record(17687, 17474, pid))
        assert not local_neo4j.status(home.path).running
        assert not local_neo4j.down(home.path).running
        record = home.record()
        assert record
        assert record.pid is None
    assert psutil.Process().is_running()


def test_the_server_of_another_home_is_not_the_server(home: Home, tmp_path: Path) -> None:
    other = [f"--home-dir={tmp_path / 'other'}", f"--config-dir={tmp_path / 'other' / 'conf'}"]
    with subprocess.Popen([sys.executable, "-c", "input()", *other], stdin=subprocess.PIPE) as process:
        assert java.running(home, process.pid) is None
        process.communicate()


def test_ports_stay_the_same_while_they_are_free() -> None:
    with listening() as bolt, listening() as http:
        pass
    assert java.free_ports(Record(bolt, http)) == (bolt, http)
    with listening() as taken:
        for wished in (Record(taken, http), Record(bolt, taken)):
            found = java.free_ports(wished)
            assert taken not in found
            assert not any(map(java.answers, found))


def test_a_port_that_is_taken_on_all_addresses_is_taken() -> None:
    with listening() as free:
        pass
    with listening("0.0.0.0") as taken:
        assert java.free_ports(Record(taken, free))[0] != taken


def test_the_server_is_reached_from_this_machine_alone_and_tells_nobody() -> None:
    told = java.settings(7700, 7500, 8 * GIGABYTE)
    addresses = {name: value for name, value in told.items() if name.endswith("_address")}
    assert {value.partition(":")[0] for value in addresses.values()} == {"127.0.0.1"}
    assert addresses["server.bolt.listen_address"] == "127.0.0.1:7700"
    assert addresses["server.http.listen_address"] == "127.0.0.1:7500"
    assert told["dbms.security.auth_enabled"] == "true"
    off = ("server.https.enabled", "dbms.usage_report.enabled", "client.allow_telemetry")
    assert {told[name] for name in off} == {"false"}


@pytest.mark.parametrize(("memory", "heap", "cache"), [(2, 512, 256), (8, 1024, 512), (512, 4096, 2048)])
def test_memory_fits_the_machine(memory: int, heap: int, cache: int) -> None:
    words = java.command("java", "jars", Path("home"), memory * GIGABYTE)
    assert f"-Xmx{heap}m" in words
    assert java.settings(1, 2, memory * GIGABYTE)["server.memory.pagecache.size"] == f"{cache}m"


def test_the_command_on_windows() -> None:
    user = PureWindowsPath(r"C:\Users\Đỗ Mai\AppData\Local")
    words = java.command(user / "java.exe", str(user / "jars" / "*"), user / "home", GIGABYTE)  # type: ignore[arg-type]
    assert words[0] == r"C:\Users\Đỗ Mai\AppData\Local\java.exe"
    assert words[words.index("-cp") + 1] == r"C:\Users\Đỗ Mai\AppData\Local\jars\*"
    assert words[-2:] == [
        r"--home-dir=C:\Users\Đỗ Mai\AppData\Local\home",
        r"--config-dir=C:\Users\Đỗ Mai\AppData\Local\home\conf",
    ]
    assert len(subprocess.list2cmdline(words)) < 8191  # the shortest limit that Windows has


def test_the_server_outlives_the_command() -> None:
    assert java.detached("linux") == java.detached("darwin") == {"start_new_session": True}
    flags = java.detached("win32")["creationflags"]
    for name in ("CREATE_NO_WINDOW", "CREATE_NEW_PROCESS_GROUP"):
        assert flags & getattr(subprocess, name, flags)


def test_the_server_sees_no_secret_and_nobody_elses_options() -> None:
    given = {"PATH": "/bin", "NEO4J_PASSWORD": "secret", "JAVA_TOOL_OPTIONS": "-Xmx1k", "CLASSPATH": "x"}
    assert java.environment(given, "win32") == {"PATH": "/bin"}
    assert java.environment(given, "linux") == {"PATH": "/bin", "LC_ALL": "C.UTF-8"}


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes: the folder's rights hold")
def test_the_password_is_for_its_user_alone(home: Home) -> None:
    home.set_password()
    assert stat.S_IMODE(home.password_file.stat().st_mode) == 0o600
    assert stat.S_IMODE((home.path / "data/dbms/auth.ini").stat().st_mode) == 0o600
    assert stat.S_IMODE(home.path.stat().st_mode) == 0o700


def test_the_password_is_generated_once(home: Home, tmp_path: Path) -> None:
    home.set_password()
    password = home.password()
    assert password
    assert len(password) == 20
    assert password not in (home.path / "data/dbms/auth.ini").read_text()
    home.set_password()
    assert home.password() == password
    other = Home(tmp_path / "other")
    other.make()
    other.set_password()
    assert other.password() != password


def test_a_server_with_data_keeps_its_password(home: Home) -> None:
    (home.path / "data" / "databases").mkdir(parents=True)
    home.set_password()
    assert home.password() is None


@pytest.mark.parametrize("change", [{"version": "5.27.0"}, {"version": "2026.10.1"}, {"format": FORMAT + 1}])
def test_the_home_of_a_later_version_is_refused(home: Home, change: dict[str, object]) -> None:
    record = home.path / "server.json"
    record.write_text(json.dumps(json.loads(record.read_text()) | change))
    assert str(home.path) in refused("store.local-newer", home.path)


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").touch()
    assert str(tmp_path) in refused("store.local-foreign", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.docx"]


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    refused("store.local-folder", tmp_path / "file")
    refused("store.local-folder", tmp_path / "file" / "below")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 1}', '{"format": 1, "version": "x"}'])
def test_a_damaged_record_is_told(home: Home, text: str) -> None:
    (home.path / "server.json").write_text(text)
    with home.alone():
        pass
    assert "server.json" in refused("store.local-record", home.path)
    (home.path / "server.json").unlink()  # as the sentence says
    home.make()
    assert home.record() is None


def test_without_the_extra(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jgo", None)
    monkeypatch.setattr(sys, "meta_path", [])
    assert "pip install 'influence-graph[server]'" in refused("store.local-extra", home.path)


def test_who_starts_or_stops_is_alone(home: Home) -> None:
    order = []

    def second() -> None:
        with Home(home.path).alone():
            order.append("second")

    with home.alone():
        other = threading.Thread(target=second)
        other.start()
        other.join(0.3)
        order.append("first")
    other.join()
    assert order == ["first", "second"]


@pytest.fixture
def broken(home: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, server_installed: None) -> Home:
    """A server whose Java ends as soon as it starts, saying what the test writes into the file `says`."""
    monkeypatch.setattr(jars, "fetch", lambda progress: tmp_path)
    script = "import sys; print(open(sys.argv[1]).read())"
    says = str(tmp_path / "says")
    monkeypatch.setattr(java, "command", lambda *_: [sys.executable, "-c", script, says, *java._marks(home.path)])
    return home


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("Unrecognized VM option 'Nonsense'\nError: Could not create the Java Virtual Machine.", "store.local-crashed"),
        ("There is insufficient memory for the Java Runtime Environment to continue.", "store.local-memory"),
        ("Caused by: java.io.IOException: No space left on device", "store.local-disk"),
        # What Neo4j has to say where it finds no room for its log of transactions.
        (
            "\tat org.neo4j.kernel.impl.transaction.log.files.LogFileChannelNativeAccessor.handleOutOfDiskSpaceError\n"
            "Caused by: java.lang.IllegalArgumentException: Database name 'system' is invalid",
            "store.local-disk",
        ),
        ("Caused by: java.net.BindException: Address already in use", "store.local-port"),
        ("Lock file has been locked by another process: store_lock", "store.local-locked"),
        ("", "store.local-crashed"),
    ],
)
def test_a_server_that_ends_by_itself(broken: Home, tmp_path: Path, said: str, message: str) -> None:
    (tmp_path / "says").write_text(said)
    told = refused(message, broken.path)
    assert message != "store.local-crashed" or said.partition("\n")[0] in told
    assert str(broken.path) in told
    assert not local_neo4j.status(broken.path).running


def test_ports_taken_in_the_last_moment_are_given_up(
    broken: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "says").write_text("java.net.BindException: Address already in use")
    tried = []
    monkeypatch.setattr(java, "free_ports", lambda _: tried.append(1) or (1, 2))
    refused("store.local-port", broken.path)
    assert len(tried) > 1


def test_a_server_that_was_killed_starts_again_with_what_it_held(graph: Graph) -> None:
    before = graph.uri
    graph.run("CREATE (:Person {id: 'mai'})-[:FOLLOWS]->(:Person {id: 'linh'})")
    graph.kill()
    assert not local_neo4j.status(graph.home).running
    graph.up()
    assert graph.uri == before
    assert graph.run("MATCH (a)-[:FOLLOWS]->(b) RETURN a.id, b.id") == [("mai", "linh")]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps a process whose first thread ended")
def test_a_process_ends_with_its_last_thread() -> None:
    script = """
import ctypes, socket, threading, time
listening = socket.create_server(("127.0.0.1", 0))
print(listening.getsockname()[1], flush=True)
threading.Thread(target=time.sleep, args=(600,)).start()
ctypes.CDLL(None).pthread_exit(None)
"""
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        port = int(process.stdout.readline())
        seen = psutil.Process(process.pid)
        while seen.status() != psutil.STATUS_ZOMBIE:
            sleep(0.01)
        assert not java.has_ended(seen, 0.1)
        assert java.answers(port)
        process.kill()
        assert java.has_ended(seen, 10)
        assert not java.answers(port)


def test_the_server_for_people_with_docker() -> None:
    text = (Path(__file__).parents[1] / "compose.yaml").read_text(encoding="utf-8")
    told = yaml.safe_load(text)
    (server,) = told["services"].values()
    version, _, edition = server["image"].removeprefix("neo4j:").partition("-")
    assert jars.VERSION.startswith(version + ".")
    assert edition == "community"
    assert {port.rpartition(":")[0] for port in server["ports"]} == {"127.0.0.1:7474", "127.0.0.1:7687"}
    assert server["environment"]["NEO4J_AUTH"].startswith("neo4j/${NEO4J_PASSWORD:?")  # none: it does not start
    assert [volume.partition(":")[0] for volume in server["volumes"]] == list(told["volumes"])
    assert server["healthcheck"]["test"]
    settings = {name.removeprefix("NEO4J_").replace("_", ".").replace("..", "_") for name in server["environment"]}
    assert settings - {"AUTH", "server.memory.heap.max_size"} <= java.settings(1, 2, 3).keys()
