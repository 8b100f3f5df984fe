"""What can go wrong with a store: real files, real processes, one clear sentence each."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from given import table
from pandas.testing import assert_frame_equal

from influence_graph.errors import ExitCode, StoreError
from influence_graph.language import LANGUAGES, speaking
from influence_graph.store.duckdb import DuckDBStore
from influence_graph.tables.schema import SCHEMA, Tables

HERE = Path(__file__).parent


def tables(rows: int) -> Tables:
    ids = [f"s{n}" for n in range(rows)]
    return Tables(
        creators=table("creators", creator_id=["c"], followers=[rows]),
        shares=table("shares", share_id=ids, person_id=["c"] * rows, shared_at=["2025-01-01"] * rows, extra=ids),
    )


def child(code: str, *arguments: object) -> subprocess.Popen[str]:
    """A process that runs `code` with this folder's modules and its arguments in `argv`."""
    head = f"import sys, os, signal; sys.path.insert(0, {str(HERE)!r}); argv = sys.argv[1:]\n"
    command = [sys.executable, "-c", head + textwrap.dedent(code), *map(str, arguments)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True)


def refused(path: Path, message: str, *, write: bool = False) -> str:
    """The sentence with which the store at `path` is refused, in each language one line that names the file."""
    with pytest.raises(StoreError) as raised:
        DuckDBStore(path).write(tables(1)) if write else DuckDBStore(path).read()
    assert raised.value.message == message
    assert raised.value.exit_code == ExitCode.STORE
    for language in LANGUAGES:
        with speaking(language):
            assert str(path) in str(raised.value)
            assert "\n" not in str(raised.value)
    return str(raised.value)


def same(one: Tables, other: Tables) -> bool:
    for name in SCHEMA:
        try:
            assert_frame_equal(one[name], other[name])
        except AssertionError:
            return False
    return True


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="kills a process")
@pytest.mark.parametrize("first", [True, False], ids=["the first load", "a later load"])
@pytest.mark.parametrize("when", [1, 6, len(SCHEMA)])
def test_killed_in_the_middle_the_state_before_or_after_is_there(tmp_path: Path, when: int, first: bool) -> None:
    path = tmp_path / "brand.duckdb"
    before, after = Tables() if first else tables(3), tables(5000)
    if not first:
        DuckDBStore(path).write(before)
    code = """
        from test_store_refusals import tables, DuckDBStore
        def kill(stage, done, total):
            if done == int(argv[1]):
                os.kill(os.getpid(), signal.SIGKILL)
        DuckDBStore(argv[0]).write(tables(5000), progress=kill)
    """
    process = child(code, path, when)
    assert process.wait(60) == -signal.SIGKILL
    found = DuckDBStore(path).read()
    assert same(found, before)
    DuckDBStore(path).write(after)
    assert same(DuckDBStore(path).read(), after)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="kills a process")
def test_killed_at_any_moment_the_state_before_or_after_is_there(tmp_path: Path) -> None:
    """The clock chooses the moment: during the transaction, the commit, the checkpoint or the closing."""
    code = """
        import threading, time
        from test_store_refusals import tables, DuckDBStore
        given = tables(20000)
        def kill(stage, done, total):
            if done == total:
                threading.Timer(float(argv[1]), os.kill, (os.getpid(), signal.SIGKILL)).start()
        DuckDBStore(argv[0]).write(given, progress=kill)
        time.sleep(60)
    """
    for attempt, delay in enumerate((0.002, 0.01, 0.03, 0.1)):
        path = tmp_path / f"{attempt}.duckdb"
        DuckDBStore(path).write(tables(3))
        process = child(code, path, delay)
        assert process.wait(60) == -signal.SIGKILL
        found = DuckDBStore(path).read()
        assert same(found, tables(3)) or same(found, tables(20000))


def test_a_store_another_process_holds_names_that_process(tmp_path: Path) -> None:
    path = tmp_path / "brand.duckdb"
    DuckDBStore(path).write(tables(1))
    holder = child("import duckdb; c = duckdb.connect(argv[0]); print('open', flush=True); sys.stdin.read()", path)
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        for write in (True, False):
            said = refused(path, "store.locked-by", write=write)
            assert str(holder.pid) in said
            assert "python" in said
    finally:
        holder.kill()
        holder.wait()
    assert len(DuckDBStore(path).read().shares) == 1


def test_readers_share_and_a_connection_of_this_session_is_told(tmp_path: Path) -> None:
    path = tmp_path / "brand.duckdb"
    DuckDBStore(path).write(tables(2))
    with duckdb.connect(path, read_only=True):
        refused(path, "store.open-here", write=True)
    reader = child("import duckdb; c = duckdb.connect(argv[0], read_only=True); print(1, flush=True); input()", path)
    try:
        assert reader.stdout is not None
        assert reader.stdout.readline() == "1\n"
        assert len(DuckDBStore(path).read().shares) == 2
    finally:
        reader.kill()
        reader.wait()


def test_after_every_call_the_file_is_free(tmp_path: Path) -> None:
    path = tmp_path / "brand.duckdb"
    kept = DuckDBStore(path)
    kept.write(tables(2))
    kept.read()
    kept.write_results({}, {})
    kept.read_results()
    other = child("import duckdb; duckdb.connect(argv[0]).execute('CREATE TABLE free (n INT)')", path)
    assert other.wait(60) == 0, other.communicate()[1]


@pytest.mark.parametrize("content", [b"", b"hi", b"order_id,value\n1,2\n" * 500, b"SQLite format 3\0" * 99])
@pytest.mark.parametrize("write", [True, False])
def test_a_file_that_is_no_database(tmp_path: Path, content: bytes, write: bool) -> None:
    path = tmp_path / "brand.duckdb"
    path.write_bytes(content)
    refused(path, "store.not-a-database", write=write)
    assert path.read_bytes() == content


def test_a_folder_named_like_a_store(tmp_path: Path) -> None:
    (tmp_path / "brand.duckdb").mkdir()
    refused(tmp_path / "brand.duckdb", "store.not-a-database", write=True)


@pytest.mark.parametrize("write", [True, False])
def test_a_database_of_something_else_is_left_alone(tmp_path: Path, write: bool) -> None:
    path = tmp_path / "other.duckdb"
    with duckdb.connect(path) as connection:
        connection.execute("CREATE TABLE creators (mine INT)")
    refused(path, "store.foreign", write=write)
    with duckdb.connect(path) as connection:
        assert connection.execute("SELECT table_name FROM duckdb_tables()").fetchall() == [("creators",)]


@pytest.mark.parametrize("write", [True, False])
def test_a_later_format_is_refused(tmp_path: Path, write: bool) -> None:
    path = tmp_path / "brand.duckdb"
    DuckDBStore(path).write(tables(1))
    with duckdb.connect(path) as connection:
        connection.execute("UPDATE store_meta SET value = '99' WHERE name = 'format'")
    assert "99" in refused(path, "store.newer", write=write)


def test_a_damaged_and_a_cut_file(tmp_path: Path) -> None:
    path = tmp_path / "brand.duckdb"
    DuckDBStore(path).write(tables(20_000))
    whole = path.read_bytes()
    path.write_bytes(whole[:6000])
    refused(path, "store.damaged")
    path.write_bytes(whole[:4200] + b"x" * 200 + whole[4400:])
    refused(path, "store.damaged")


def test_no_store_and_no_folder(tmp_path: Path) -> None:
    assert "load" in refused(tmp_path / "none.duckdb", "store.missing")
    (tmp_path / "file").write_text("")
    refused(tmp_path / "file" / "brand.duckdb", "store.no-folder", write=True)
    DuckDBStore(tmp_path / "new" / "folder" / "brand.duckdb").write(tables(1))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of eight megabytes, where this user may make one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    made = sys.platform == "linux" and os.geteuid() == 0
    if not made or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", disk], check=False).returncode:
        pytest.skip("needs the right to make a small disk; the limit on a file's size is tested in its place")
    yield disk
    subprocess.run(["umount", "-l", disk], check=True)


def test_a_full_disk_leaves_the_state_before(small_disk: Path) -> None:
    path = small_disk / "brand.duckdb"
    DuckDBStore(path).write(tables(3))
    (small_disk / "ballast").write_bytes(b"x" * 5_000_000)
    big = tables(60_000)
    with pytest.raises(StoreError) as raised:
        DuckDBStore(path).write(big)
    assert raised.value.message == "store.full"
    assert same(DuckDBStore(path).read(), tables(3))
    (small_disk / "ballast").unlink()
    DuckDBStore(path).write(tables(4))
    assert same(DuckDBStore(path).read(), tables(4))


@pytest.mark.skipif(sys.platform == "win32", reason="limits a process's files")
def test_a_limit_on_the_file_s_size_is_a_full_disk(tmp_path: Path) -> None:
    path = tmp_path / "brand.duckdb"
    DuckDBStore(path).write(tables(3))
    code = """
        import resource
        from test_store_refusals import tables, DuckDBStore, StoreError
        big = tables(60000)
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(argv[1]),) * 2)
        try:
            DuckDBStore(argv[0]).write(big)
        except StoreError as error:
            print(error.message)
    """
    told, errors = child(code, path, path.stat().st_size + 100_000).communicate(timeout=60)
    assert told.strip() == "store.full", errors
    assert same(DuckDBStore(path).read(), tables(3))


@pytest.mark.skipif(sys.platform == "win32", reason="rights of Unix")
def test_a_file_this_user_may_not_write_can_still_be_read(tmp_path: Path) -> None:
    path = tmp_path / "brand.duckdb"
    DuckDBStore(path).write(tables(3))
    path.chmod(0o444)
    for folder in (tmp_path, *tmp_path.parents[:3]):  # parallel runs add a level
        folder.chmod(0o755)
    assert len(DuckDBStore(path).read().shares) == 3  # and all that reading imports is there when rights are gone
    told = os.pipe()
    given = tables(4)
    if (process := os.fork()) == 0:  # another user, where this one is root and may do everything
        message = "nothing"
        try:
            if os.geteuid() == 0:
                os.setuid(65534)
            message = f"read {len(DuckDBStore(path).read().shares)} rows"
            DuckDBStore(path).write(given)
        except StoreError as error:
            message += f", then {error.message}"
        finally:
            os.write(told[1], message.encode())
            os._exit(0)
    os.waitpid(process, 0)
    assert os.read(told[0], 1000).decode() == "read 3 rows, then store.not-writable"
    for end in told:
        os.close(end)
