"""`neo4j up`, `status`, `open` and `down` as a user runs them, with a server of their own."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import signal
import subprocess
import time
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
from program import PROGRAM, fine, run

from influence_graph.cli.neo4j import has_display
from influence_graph.cli.progress import BYTES
from influence_graph.errors import ExitCode, StoreError
from influence_graph.language import LANGUAGES
from influence_graph.store import local_neo4j
from influence_graph.store.local_neo4j import jars, java
from influence_graph.store.local_neo4j.home import Home

KEYS = ["uri", "browser", "user", "version", "running", "home"]
SCREENS = ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY")
CLOSED = "http://somebody:secret@127.0.0.1:9"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory, require: Callable[[str, object, str], None]) -> Iterator[Path]:
    """The data folder of a user; its name, and that of the jars' folder, has spaces and letters beyond ASCII."""
    try:
        java.check_installed()
        jars.fetch()
    except StoreError as error:
        if error.message not in ("store.local-extra", "store.local-offline"):
            raise
        require("neo4j", False, str(error))
    folder = tmp_path_factory.mktemp("dữ liệu của Mai")
    (folder / "jars").symlink_to(jars.folder().parent)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(jars.FOLDER, str(folder / "jars"))
        yield folder
        local_neo4j.down(folder / "influence-graph" / "neo4j")


@pytest.fixture(scope="module")
def home(data: Path) -> Home:
    return Home(data / "influence-graph" / "neo4j")


@pytest.fixture(scope="module")
def ups(data: Path) -> list[str]:
    """What two commands printed that were run at the same moment: the first start ever."""
    mine = os.environ | {"XDG_DATA_HOME": str(data), "LC_ALL": "C"}
    both = [
        subprocess.Popen([*PROGRAM, "neo4j", "up"], env=mine, stdout=subprocess.PIPE, encoding="utf-8")
        for _ in range(2)
    ]
    told = [up.communicate()[0] for up in both]
    assert [up.returncode for up in both] == [ExitCode.FINE] * 2
    return told


@pytest.fixture
def served(ups: list[str], home: Home) -> local_neo4j.Status:
    status = local_neo4j.status(home.path)
    assert status.running
    return status


def servers(home: Home) -> list[psutil.Process]:
    return [process for process in psutil.process_iter() if java.running(home, process.pid)]


def answer(url: str, *credentials: str) -> tuple[int, str]:
    """The code and text that the server answers over HTTP."""
    asked = urllib.request.Request(url)
    if credentials:
        asked.add_header("Authorization", "Basic " + b64encode(":".join(credentials).encode()).decode())
        asked.add_header("Content-Type", "application/json")
        asked.data = b'{"statements": [{"statement": "RETURN 42"}]}'
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(asked) as told:
            return told.status, told.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


def test_two_starts_at_once_end_in_one_server(ups: list[str], served: local_neo4j.Status, home: Home) -> None:
    assert len(servers(home)) == 1
    for told in ups:
        assert served.browser
        assert served.browser in told
        assert f"influence-graph load FOLDER --to {served.uri}" in told
        assert "User: neo4j" in told
    assert any(str(home.password()) in told for told in ups)


def test_neo4j_browser_is_served_and_the_password_opens_the_database(served: local_neo4j.Status, home: Home) -> None:
    assert served.browser
    code, page = answer(served.browser)
    assert code == 200
    assert "<title>Neo4j Browser</title>" in page
    root = served.browser.removesuffix("browser/")
    told = json.loads(answer(root)[1])
    assert (told["neo4j_version"], told["neo4j_edition"]) == (served.version, "community")
    assert told["bolt_routing"] == served.uri
    statements = root + "db/neo4j/tx/commit"
    assert json.loads(answer(statements, "neo4j", str(home.password()))[1])["results"][0]["data"][0]["row"] == [42]
    assert answer(statements, "neo4j", "neo4j")[0] == 401
    assert answer(statements, "neo4j", "")[0] == 401


def test_it_listens_on_loopback_alone_and_calls_nobody(served: local_neo4j.Status, home: Home) -> None:
    (process,) = servers(home)
    sockets = process.net_connections("inet")
    heard = {socket.laddr.port for socket in sockets if socket.status == psutil.CONN_LISTEN}
    assert heard == {urlsplit(served.uri).port, urlsplit(served.browser).port}
    ends = [end for socket in sockets for end in (socket.laddr, socket.raddr) if end]
    assert {end.ip.removeprefix("::ffff:") for end in ends} == {"127.0.0.1"}


def test_the_pages_may_load_nothing_from_elsewhere(served: local_neo4j.Status) -> None:
    assert served.browser
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(served.browser) as told:
        policy = str(told.headers["Content-Security-Policy"])
    assert "default-src 'self'" in policy
    assert "https:" not in policy
    assert all(host.startswith(("127.0.0.1", "localhost")) for host in re.findall(r"http://(\S+)", policy))


def test_the_password_is_nowhere_else(served: local_neo4j.Status, home: Home) -> None:
    password = str(home.password()).encode()
    holding = {path for path in home.path.rglob("*") if path.is_file() and password in path.read_bytes()}
    assert holding == {home.password_file}
    (process,) = servers(home)
    assert password.decode() not in " ".join([*process.cmdline(), *process.environ().values()])


def test_a_second_up_finds_it_running_and_keeps_the_password(served: local_neo4j.Status, home: Home) -> None:
    (before,) = servers(home)
    done = fine("neo4j", "up", "--home", home.path)
    assert servers(home) == [before]
    assert str(home.password()) not in done.stdout + done.stderr
    assert str(home.password_file) in done.stdout
    assert "NEO4J_PASSWORD" in done.stdout  # only the default home is found by its address


def test_status_in_every_form(served: local_neo4j.Status, home: Home, data: Path) -> None:
    told = json.loads(fine("neo4j", "status", "--json", XDG_DATA_HOME=str(data)).stdout)
    assert list(told) == KEYS
    expected = [served.uri, served.browser, "neo4j", jars.VERSION, True, str(home.path)]
    assert list(told.values()) == expected
    rows = list(csv.reader(io.StringIO(fine("neo4j", "status", "--csv", "--home", home.path).stdout)))
    assert rows == [KEYS, list(map(str, expected))]
    for language in LANGUAGES:
        text = fine("neo4j", "status", "--lang", language, XDG_DATA_HOME=str(data)).stdout
        assert served.uri
        assert served.uri in text
    assert "Mật khẩu" in text


def test_open_opens_the_browser(served: local_neo4j.Status, home: Home, tmp_path: Path) -> None:
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > "{tmp_path}/opened"\n')
    browser.chmod(0o755)
    fine("neo4j", "open", "--home", home.path, BROWSER=str(browser))
    opened = (tmp_path / "opened").read_text().strip()
    assert opened.partition("?")[0] == served.browser
    assert opened.endswith(f"=neo4j://neo4j@127.0.0.1:{urlsplit(served.uri).port}")


def test_open_without_a_screen_tells_the_address(served: local_neo4j.Status, home: Home) -> None:
    done = fine("neo4j", "open", "--home", home.path, **dict.fromkeys(SCREENS, ""))
    assert served.browser
    assert served.browser in done.stdout


def test_a_screen_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    assert has_display({}, "win32")
    assert has_display({}, "darwin")
    assert not has_display({"TERM": "xterm"}, "linux")
    assert all(has_display({name: ":0"}, "linux") for name in SCREENS)


def test_down_stops_it_cleanly_however_often(served: local_neo4j.Status, home: Home) -> None:
    for language in LANGUAGES:
        assert str(home.path) in fine("neo4j", "down", "--home", home.path, "--lang", language).stdout
        assert not servers(home)
    assert (home.logs / "neo4j.log").read_text().rstrip().endswith("Stopped.")
    told = json.loads(fine("neo4j", "status", "--home", home.path, "--json").stdout)
    assert (told["running"], told["uri"]) == (False, served.uri)
    assert "neo4j up" in fine("neo4j", "status", "--home", home.path).stdout
    done = run("neo4j", "open", "--home", home.path)
    assert done.returncode == ExitCode.STORE
    assert "neo4j up" in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C can't be sent to one process there")
def test_ctrl_c_leaves_nothing_half_started(data: Path, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    up = subprocess.Popen([*PROGRAM, "neo4j", "up", "--home", home.path], stderr=subprocess.PIPE, encoding="utf-8")
    until = time.monotonic() + 60
    while not servers(home) and time.monotonic() < until:
        time.sleep(0.05)
    assert servers(home)
    up.send_signal(signal.SIGINT)
    said = up.communicate()[1]
    assert up.returncode == ExitCode.INTERRUPTED
    assert "Traceback" not in said
    assert not servers(home)


@pytest.mark.usefixtures("server_installed")
def test_without_network_the_first_start_is_refused_in_one_line(tmp_path: Path) -> None:
    elsewhere = {jars.FOLDER: str(tmp_path / "jars"), jars.REPOSITORY: CLOSED}
    done = run("neo4j", "up", "--home", tmp_path / "home", "--debug", "--quiet", **elsewhere)
    assert done.returncode == ExitCode.STORE
    assert "127.0.0.1" in done.stderr.splitlines()[-1]
    assert "secret" not in done.stderr + done.stdout
    done = run("neo4j", "up", "--home", tmp_path / "home", "--quiet", **elsewhere)
    assert len(done.stderr.splitlines()) == 1
    assert not local_neo4j.password(tmp_path / "home")


def test_the_download_is_counted_in_bytes() -> None:
    assert "store.stage-download" in BYTES
