"""The jars of the server on this machine: locked, fetched once, found again, and refused when they are not the ones."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from hashlib import sha256
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from influence_graph.errors import ExitCode, StoreError
from influence_graph.language import LANGUAGES, speaking
from influence_graph.store.local_neo4j import jars

LINE = re.compile(r"[\w.-]+:[\w.-]+:[\w.-]+(:[\w-]+)? [0-9a-f]{64} [1-9][0-9]*")
CONTENTS = {
    "org.first:one:1.0": b"one" * 40_000,
    "org.first:two:1.0": b"two",
    "org.second:three:2.0:linux-x86_64": b"three" * 9_000,
}


class Repository(ThreadingHTTPServer):
    """A Maven repository with three jars, that remembers what it was asked for."""

    def __init__(self, folder: Path) -> None:
        self.asked: list[str] = []
        self.folder = folder
        super().__init__(("127.0.0.1", 0), partial(Answer, directory=str(folder)))

    @property
    def url(self) -> str:
        return f"http://somebody:secret@127.0.0.1:{self.server_port}"

    @property
    def jars_asked(self) -> set[str]:
        return {path.rpartition("/")[2] for path in self.asked if path.endswith(".jar")}

    def path(self, coordinates: str) -> Path:
        group, artifact, version, *classifier = coordinates.split(":")
        name = "-".join([artifact, version, *classifier])
        return self.folder / group.replace(".", "/") / artifact / version / f"{name}.jar"


class Answer(SimpleHTTPRequestHandler):
    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        super().do_GET()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Repository]:
    with Repository(tmp_path / "maven") as served:
        lines = []
        for coordinates, content in CONTENTS.items():
            served.path(coordinates).parent.mkdir(parents=True)
            served.path(coordinates).write_bytes(content)
            lines.append(f"{coordinates} {sha256(content).hexdigest()} {len(content)}\n")
        monkeypatch.setattr(jars, "_lock", lambda: "".join(lines))
        monkeypatch.setenv(jars.FOLDER, str(tmp_path / "kept jars"))
        monkeypatch.setenv(jars.REPOSITORY, served.url + "/")
        thread = threading.Thread(target=served.serve_forever, args=(0.02,))
        thread.start()
        yield served
        served.shutdown()
        thread.join()


def refused(message: str, act: Callable[[], object] = jars.fetch) -> str:
    """What fetching says, in English; it never repeats a password."""
    with pytest.raises(StoreError) as caught:
        act()
    assert caught.value.message == message
    assert caught.value.exit_code == ExitCode.STORE
    told = []
    for language in LANGUAGES:
        with speaking(language):
            told.append(str(caught.value))
    chain: BaseException | None = caught.value
    while chain is not None:
        assert "secret" not in repr(chain) + str(chain)
        chain = chain.__cause__ or (None if chain.__suppress_context__ else chain.__context__)
    return told[0]


def closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_every_line_of_the_lock_is_a_jar_with_its_sum_and_size() -> None:
    lines = jars._lock().splitlines()
    assert lines == sorted(lines)
    assert not [line for line in lines if not LINE.fullmatch(line)]
    assert len({jar.name for jar in jars.jars()}) == len(lines)  # all lie in one folder
    locked = {(jar.group, jar.artifact): jar.version for jar in jars.jars()}
    assert locked["org.neo4j", "neo4j"] == jars.VERSION
    assert ("org.neo4j.client", "neo4j-browser") in locked


def test_the_size_that_is_told_is_the_size() -> None:
    from influence_graph.language import say

    told = f"({sum(jar.size for jar in jars.jars()) / 1e6:.0f} MB)"
    assert told in say("store.stage-download")
    assert told in say("cli.help-neo4j")


def test_all_is_fetched_once(repository: Repository) -> None:
    steps: list[tuple[str, int, int]] = []
    folder = jars.fetch(progress=lambda *step: steps.append(step))
    assert sorted(files(folder).values()) == sorted(CONTENTS.values())
    assert "three-2.0-linux-x86_64.jar" in files(folder)
    total = sum(map(len, CONTENTS.values()))
    assert steps[-1] == ("store.stage-download", total, total)
    assert [done for _, done, _ in steps] == sorted(done for _, done, _ in steps)
    repository.asked.clear()
    assert jars.fetch() == folder
    assert not repository.asked


def test_a_damaged_jar_is_found_and_fetched_again(repository: Repository) -> None:
    folder = jars.fetch()
    whole = files(folder)
    (folder / "one-1.0.jar").write_bytes(b"One" + CONTENTS["org.first:one:1.0"][3:])  # the same size
    (folder / "two-1.0.jar").write_bytes(b"")
    repository.asked.clear()
    steps: list[tuple[str, int, int]] = []
    jars.fetch(progress=lambda *step: steps.append(step))
    assert {stage for stage, _, _ in steps} == {"store.stage-download-rest"}
    assert files(folder) == whole
    assert repository.jars_asked == {"one-1.0.jar", "two-1.0.jar"}


def test_another_lock_has_another_folder(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, lock = jars.fetch(), jars._lock()
    monkeypatch.setattr(jars, "_lock", lambda: lock.splitlines(keepends=True)[0])
    assert jars.folder() != folder
    assert len(files(jars.fetch())) == 1


@pytest.mark.parametrize("scheme", ["http://", ""])
def test_without_network_nothing_is_fetched(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    monkeypatch.setenv(jars.REPOSITORY, f"{scheme}somebody:secret@127.0.0.1:{closed_port()}")
    assert "127.0.0.1" in refused("store.local-offline")
    assert files(jars.folder()) == {}


def test_a_damaged_jar_without_network(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = jars.fetch()
    (folder / "one-1.0.jar").write_bytes(b"")
    monkeypatch.setenv(jars.REPOSITORY, f"http://127.0.0.1:{closed_port()}")
    told = refused("store.local-offline-rest")
    assert str(folder) in told
    assert f"(1 of {len(CONTENTS)})" in told
    whole = {name: content for name, content in CONTENTS.items() if name != "org.first:one:1.0"}
    assert sorted(filter(None, files(folder).values())) == sorted(whole.values())


def test_what_is_not_the_jar_is_never_kept(repository: Repository) -> None:
    repository.path("org.first:one:1.0").write_bytes(b"<html>Log in to the hotel's network</html>")
    assert "one-1.0.jar" in refused("store.local-jar-damaged")
    assert "one-1.0.jar" not in files(jars.folder())


def test_a_repository_without_the_jar(repository: Repository) -> None:
    repository.path("org.first:one:1.0").unlink()
    assert "one-1.0.jar" in refused("store.local-jar-refused")


@contextmanager
def small_files(most: int) -> Iterator[None]:
    """The system refuses to make any file longer: what a full disk is, to whoever writes."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_no_space(repository: Repository) -> None:
    def act() -> None:
        with small_files(50_000):
            jars.fetch()

    assert str(jars.folder()) in refused("store.local-disk", act)
    assert "one-1.0.jar" not in files(jars.folder())


def test_a_folder_that_can_not_be_made(repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv(jars.FOLDER, str(tmp_path / "file"))
    assert str(tmp_path / "file") in refused("store.local-folder")


def test_ctrl_c_leaves_whole_jars_alone(repository: Repository) -> None:
    def pressed(_stage: str, done: int, _total: int) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        jars.fetch(progress=pressed)
    kept = files(jars.folder())
    assert all(content in CONTENTS.values() for content in kept.values())


def test_mirrors_of_jgos_own_settings_come_first(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = tmp_path / "jgo.conf"
    settings.write_text(f"[repositories]\nours = {repository.url}\n")
    monkeypatch.setenv("JGO_CONFIG_FILE", str(settings))
    monkeypatch.delenv(jars.REPOSITORY)
    jars.fetch()
    assert repository.jars_asked == set(files(jars.folder()))
