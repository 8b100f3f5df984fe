"""The jars of Neo4j and Neo4j Browser: which they are, fetched once, checked at every start.

`jars.lock` names each with its sum and size, so that nothing has to be resolved and nothing else can be run. Neo4j is
under the GPL: it is fetched by the user's own command, never part of this package.
"""

from __future__ import annotations

import errno
import hashlib
import logging
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from influence_graph.errors import StoreError
from influence_graph.store import Progress

if TYPE_CHECKING:
    from jgo.maven import Artifact, MavenContext

VERSION = "5.26.30"
"""Of Neo4j, as in the lock."""
FOLDER = "INFLUENCE_GRAPH_JARS"
"""Environment variable: where jars are kept, if not in the user's cache folder."""
REPOSITORY = "INFLUENCE_GRAPH_MAVEN"
"""Environment variable: URL of the Maven repository to fetch from, a company's mirror for example."""

_AT_ONCE = 6
_ATTEMPTS = 3
_PATIENCE_SECONDS = 30
_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_RIGHTS = {errno.EACCES, errno.EPERM, errno.EROFS}


@dataclass(frozen=True)
class Jar:
    """One line of the lock."""

    group: str
    artifact: str
    version: str
    classifier: str
    sha256: str
    size: int

    @cached_property
    def name(self) -> str:
        """Of its file."""
        return "-".join(filter(None, (self.artifact, self.version, self.classifier))) + ".jar"

    def is_whole(self, path: Path) -> bool:
        """Whether the file is there, byte for byte."""
        try:
            if path.stat().st_size != self.size:
                return False
            with path.open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest() == self.sha256
        except FileNotFoundError:
            return False


def parse(line: str) -> Jar:
    """A jar from its line ``group:artifact:version[:classifier] sha256 bytes``."""
    coordinates, sha256, size = line.split()
    group, artifact, version, classifier = [*coordinates.split(":"), ""][:4]
    return Jar(group, artifact, version, classifier, sha256, int(size))


def _lock() -> str:
    return (files("influence_graph.store.local_neo4j") / "jars.lock").read_text("ascii")


def jars() -> tuple[Jar, ...]:
    """All that the server is made of."""
    return tuple(map(parse, _lock().splitlines()))


def browser() -> Jar:
    """The one that holds Neo4j Browser's pages."""
    return next(jar for jar in jars() if jar.artifact == "neo4j-browser")


def folder() -> Path:
    """Where the jars of this very lock are kept; those of another lock have a folder of their own."""
    if told := os.environ.get(FOLDER):
        kept = Path(told).expanduser()
    else:
        from platformdirs import user_cache_path

        kept = user_cache_path("influence-graph", appauthor=False)
    return kept / f"neo4j-{VERSION}-{hashlib.sha256(_lock().encode()).hexdigest()[:8]}"


def fetch(*, progress: Progress | None = None) -> Path:
    """Make sure that every jar is there and whole; fetch those that are not.

    Parameters
    ----------
    progress : callable, optional
        Told the bytes fetched and their number, where anything is fetched.

    Returns
    -------
    Path
        The folder that holds them all, and nothing else that Java would take for one.

    Raises
    ------
    StoreError
        There is no network, no space, no right to write, or what comes is not what it should be.

    Notes
    -----
    Reads the whole 155 MB, in some 0.2 s: a jar that was damaged is found before Java stumbles on it.
    """
    kept = folder()
    try:
        with ThreadPoolExecutor() as pool:
            whole = pool.map(lambda jar: jar.is_whole(kept / jar.name), jars())
        wanted = [jar for jar, there in zip(jars(), whole, strict=True) if not there]
        if wanted:
            kept.mkdir(parents=True, exist_ok=True)
            with TemporaryDirectory(dir=kept, prefix=".", ignore_cleanup_errors=True) as drafts:
                _Fetching(wanted, kept, Path(drafts)).run(progress or (lambda *_: None))
    except OSError as error:
        raise unwritable(error, kept) from None
    return kept


def unwritable(error: OSError, path: Path) -> StoreError:
    """The sentence for a folder that can't be written."""
    if error.errno in _DISK:
        return StoreError("store.local-disk", path=str(path))
    return StoreError("store.local-folder", path=str(path), reason=error.strerror or str(error))


class _Stopped(Exception):
    """Raised inside a download that nobody waits for any more."""


class _Fetching:
    """Downloads some at a time, each into a draft first: what has its final name is whole."""

    def __init__(self, wanted: Iterable[Jar], kept: Path, drafts: Path) -> None:
        from jgo.maven import MavenContext, PythonResolver

        logging.getLogger("jgo").addHandler(logging.NullHandler())  # what it would warn of is told as an error
        self.wanted = list(wanted)
        self.rest = len(self.wanted) < len(jars())
        self.kept = kept
        self.bytes = dict.fromkeys((jar.name for jar in self.wanted), 0)
        self.stop = threading.Event()
        self.context: MavenContext = MavenContext(
            PythonResolver(progress_callback=self._watch),
            repo_cache=drafts,
            remote_repos=_repositories(),
            timeout=_PATIENCE_SECONDS,
        )

    def run(self, progress: Progress) -> None:
        total = sum(jar.size for jar in self.wanted)
        stage = "store.stage-download-rest" if self.rest else "store.stage-download"
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            tasks: set[Future[None]] = {pool.submit(self._fetch, jar) for jar in self.wanted}
            try:
                while tasks:
                    done, tasks = wait(tasks, timeout=0.1, return_when=FIRST_EXCEPTION)
                    for task in done:
                        task.result()
                    progress(stage, sum(self.bytes.values()), total)
            except BaseException:
                self.stop.set()
                pool.shutdown(wait=False, cancel_futures=True)
                raise

    def _fetch(self, jar: Jar) -> None:
        project = self.context.project(jar.group, jar.artifact)
        artifact = project.at_version(jar.version).artifact(jar.classifier)
        draft = self._download(jar, artifact)
        draft.replace(self.kept / jar.name)
        self.bytes[jar.name] = jar.size

    def _download(self, jar: Jar, artifact: Artifact) -> Path:
        # The errors caught here may name the repository by its URL, with a password in it: none is chained.
        refused = self._offline()
        for _ in range(_ATTEMPTS):
            try:
                draft = artifact.resolve()
                if jar.is_whole(draft):
                    return draft
                draft.unlink()
                refused = StoreError("store.local-jar-damaged", jar=jar.name, where=self._where)
            except RuntimeError:  # jgo's word for any answer but the file
                raise StoreError("store.local-jar-refused", jar=jar.name, where=self._where) from None
            except OSError as error:  # those of the network, too, whose number is none of the disk's
                if error.errno in _DISK | _RIGHTS:
                    raise unwritable(error, self.kept) from None
                if artifact.cached_path is not None:
                    artifact.cached_path.unlink(missing_ok=True)
                refused = self._offline()
        raise refused

    def _offline(self) -> StoreError:
        if self.rest:
            path, n = str(self.kept), len(self.wanted)
            return StoreError("store.local-offline-rest", where=self._where, path=path, n=n, all=len(jars()))
        return StoreError("store.local-offline", where=self._where)

    @contextmanager
    def _watch(self, name: str, _size: int) -> Iterator[Callable[[int], None]]:
        """What jgo tells of a download while it runs."""
        self.bytes[name] = 0

        def add(count: int) -> None:
            if self.stop.is_set():
                raise _Stopped
            self.bytes[name] += count

        yield add

    @property
    def _where(self) -> str:
        return ", ".join(urlsplit(url).hostname or url.rpartition("@")[2] for url in self.context.remote_repos.values())


def _repositories() -> dict[str, str]:
    """Where to fetch from, first to last: the variable alone, or what jgo's own settings name and Maven Central."""
    if told := os.environ.get(REPOSITORY):
        return {"told": told.rstrip("/")}
    from jgo.config import GlobalSettings
    from jgo.constants import MAVEN_CENTRAL_URL

    named: dict[str, str] = GlobalSettings.load().repositories
    return {**named, "central": named.get("central", MAVEN_CENTRAL_URL)}
