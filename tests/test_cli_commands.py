"""Each command as a user runs it: a real process, its output, its files and its exit code."""

from __future__ import annotations

import io
import json
import shlex
import shutil
import signal
import subprocess
from pathlib import Path
from time import perf_counter

import duckdb
import numpy as np
import pandas as pd
import pytest
from program import PROGRAM, fine, run
from rich.cells import cell_len

from influence_graph.errors import ExitCode
from influence_graph.world import make

Mapped = tuple[Path, subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small programme's tables."""
    folder = tmp_path_factory.mktemp("exports") / "tables"
    make("demo", people=800, creators=20, campaigns=3, seed=3).write(folder)
    return folder


@pytest.fixture(scope="module")
def mapped(exports: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapped:
    """Its map, and what the command printed."""
    out = tmp_path_factory.mktemp("mapped") / "map"
    return out, fine("map", exports, "--out", out)


def test_check_says_what_is_understood(exports: Path) -> None:
    done = fine("check", exports)
    assert max(map(len, done.stdout.splitlines())) <= 80
    for file in exports.iterdir():
        assert file.name in done.stdout
    assert "touches" in done.stdout  # missing, and what it would add
    told = json.loads(fine("check", exports, "--json").stdout)
    assert {file["file"]: file["table"] for file in told["files"]} == {f.name: f.stem for f in exports.iterdir()}
    assert told["mappable"] is True
    rows = pd.read_csv(io.StringIO(fine("check", exports, "--csv").stdout)).set_index("table")["rows"]
    assert rows["conversions"] == len(pd.read_csv(exports / "conversions.csv"))


def test_check_of_vietnamese_speakers(exports: Path) -> None:
    done = fine("check", exports, "--lang", "vi")
    assert "Những gì đã hiểu" in done.stdout
    assert "Đọc các bảng" in done.stderr
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_check_proposes_a_config_that_reads_the_same(exports: Path, tmp_path: Path) -> None:
    config = tmp_path / "tables.toml"
    assert fine("check", exports, "--toml", "--out", config).stdout == ""
    assert config.read_text(encoding="utf-8") == fine("check", exports, "--toml").stdout
    with_it = fine("check", exports, "--config", config, "--csv").stdout
    assert with_it == fine("check", exports, "--csv").stdout


@pytest.mark.parametrize("text", ["creator_id,name,followers\nc1,Mai,900\n", "one,two\n1,2\n", ""])
def test_check_exits_4_when_there_is_nothing_to_map(text: str, tmp_path: Path) -> None:
    (tmp_path / "some.csv").write_text(text)
    done = run("check", tmp_path, "--quiet")
    assert done.returncode == ExitCode.TABLES
    assert "some.csv" in done.stdout
    assert len(done.stderr.splitlines()) == 1
    mapped = run("map", tmp_path, "--quiet", "--out", tmp_path / "map")
    assert (mapped.returncode, mapped.stdout) == (ExitCode.TABLES, "")
    assert len(mapped.stderr.splitlines()) == 1
    assert not (tmp_path / "map").exists()


def test_refused_rows_and_files_left_out_are_listed_and_strict_stops_at_rows(tmp_path: Path) -> None:
    (given := tmp_path / "given").mkdir()
    (given / "songs.csv").write_text("title,length\nx,3\n")
    bad = given / "conversions.csv"
    bad.write_text("conversion_id,converted_at\no1,2026-03-01T10:00:00Z\no2,yesterday\no3,2026-03-02T10:00:00Z\n")
    listed = fine("check", bad)
    assert "3 · conversions.csv" in listed.stdout
    mapped = " ".join(fine("map", given, "--out", tmp_path / "map").stdout.split())
    assert "1 file was left out, not understood: songs.csv." in mapped
    assert "1 row or cell could not be read" in mapped
    faults = pd.read_csv(tmp_path / "map" / "faults.csv")
    assert faults[["file", "line", "value"]].to_numpy().tolist() == [["conversions.csv", 3, "yesterday"]]
    told = json.loads((tmp_path / "map" / "run.json").read_text(encoding="utf-8"))
    assert (told["conversions_read"], told["conversions_kept"]) == (3, 2)
    strict = run("map", bad, "--strict", "--quiet", "--out", tmp_path / "strict")
    assert strict.returncode == ExitCode.TABLES
    assert "yesterday" in strict.stderr
    assert not (tmp_path / "strict").exists()


def test_a_store_keeps_tables_and_results(exports: Path, mapped: Mapped, tmp_path: Path) -> None:
    store = tmp_path / "brand.duckdb"
    first = json.loads(fine("load", exports, "--to", store, "--json").stdout)
    orders = len(pd.read_csv(exports / "conversions.csv"))
    assert {"table": "conversions", "added": orders, "updated": 0, "unchanged": 0, "stored": orders} in first["tables"]
    again = pd.read_csv(io.StringIO(fine("load", exports, "--to", store, "--csv").stdout)).set_index("table")
    assert again.loc["conversions"].to_dict() == {"added": 0, "updated": 0, "unchanged": orders, "stored": orders}
    assert "brand.duckdb" in fine("load", exports, "--to", store).stdout
    fine("map", store, "--out", tmp_path / "map")
    straight = pd.read_csv(mapped[0] / "people.csv")
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "map" / "people.csv"), straight)
    with duckdb.connect(str(store), read_only=True) as kept:
        (driven,) = kept.execute("SELECT sum(driven) FROM result_people").fetchone() or ()
    assert driven == pytest.approx(straight["driven"].sum())


@pytest.mark.parametrize(
    ("source", "code"),
    [("nowhere.duckdb", ExitCode.STORE), ("text.duckdb", ExitCode.STORE), ("bolt://localhost", ExitCode.STORE)],
)
def test_a_store_that_can_not_be_read(source: str, code: int, tmp_path: Path) -> None:
    (tmp_path / "text.duckdb").write_text("not a database, but long enough to be taken for one")
    done = run("map", source, "--quiet", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (code, "")
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "map").exists()


def test_the_screen_fits_and_says_the_main_things(mapped: Mapped) -> None:
    out, done = mapped
    assert max(map(cell_len, done.stdout.splitlines())) <= 80
    assert "Role mix" in done.stdout
    assert str(out / "report.html") in done.stdout.replace("\n", "")
    people = pd.read_csv(out / "people.csv")
    for title, which in (("beats their follower count", True), ("not proven to beat", False)):
        assert (title in done.stdout) == bool(people["beats_followers"].eq(which).any())
    assert done.stderr.splitlines()[:2] == ["Reading the tables", "Starting"]
    assert "\x1b" not in done.stdout + done.stderr


def test_json_and_csv_are_nothing_else(exports: Path, mapped: Mapped, tmp_path: Path) -> None:
    out = tmp_path / "map"
    figures = tmp_path / "figures"
    told = json.loads(fine("map", exports, "--out", out, "--figures", figures, "--json").stdout)
    assert told["out"] == str(out)
    assert all(Path(file).exists() for file in told["files"])
    assert len(told["files"]) == len(list(out.iterdir())) + 6
    assert {file.suffix for file in figures.iterdir()} == {".svg", ".png"}
    assert told["run"]["conversions_kept"] == json.loads((out / "run.json").read_text())["conversions_kept"]
    rows = pd.read_csv(io.StringIO(fine("map", exports, "--out", out, "--csv", "--quiet").stdout))
    assert set(rows["list"]) <= {"beats", "largest", "widest"}
    people = pd.read_csv(mapped[0] / "people.csv").set_index("person_id")["driven"]
    np.testing.assert_allclose(people[rows["person_id"]], rows["driven"])


def test_again_in_another_process_gives_the_same_bytes(exports: Path, mapped: Mapped, tmp_path: Path) -> None:
    fine("map", exports, "--out", tmp_path, "--quiet", PYTHONHASHSEED="7")
    for file in mapped[0].iterdir():
        one, two = file.read_bytes(), (tmp_path / file.name).read_bytes()
        if file.name == "run.json":
            one, two = ({**json.loads(text), "seconds": 0, "at": 0} for text in (one, two))
        assert one == two, file.name


def test_quiet_is_quiet_and_vietnamese_is_vietnamese(exports: Path, tmp_path: Path) -> None:
    done = fine("map", exports, "--out", tmp_path, "--quiet", "--lang", "vi")
    assert done.stderr == ""
    assert "Cơ cấu vai trò" in done.stdout
    assert max(map(cell_len, done.stdout.splitlines())) <= 80
    findings = json.loads((tmp_path / "findings.json").read_text(encoding="utf-8"))
    assert any(letter in findings[0]["text"] for letter in "ạảấầẩếềểốồổộớờởợưừứăđ")
    assert '<html lang="vi"' in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_several_files_are_a_source(exports: Path, tmp_path: Path) -> None:
    files = [exports / name for name in ("shares.csv", "conversions.csv", "creators.csv")]
    fine("map", *files, "--out", tmp_path, "--quiet")
    told = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    assert {source["file"] for source in told["inputs"]} == {file.name for file in files}


def test_options_reach_the_run(exports: Path, tmp_path: Path) -> None:
    words = "--window 14 --market 50000 --trust-codes --wear-out --seed 9 --names all --quiet".split()
    words += ["--timezone", "Asia/Ho_Chi_Minh"]
    fine("map", exports, "--out", tmp_path, *words)
    told = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    assert told["seed"] == 9
    how = {"window_days": 14, "market": 50000, "trust_codes": True, "wear_out": True, "backtest": True}
    assert told["parameters"] == {**how, "names": "all"}
    assert "wear_out" in told["totals"]


def test_out_that_is_a_file_is_said_before_the_work(exports: Path, tmp_path: Path) -> None:
    (tmp_path / "map").write_text("mine")
    done = run("map", exports, "--out", tmp_path / "map")
    assert (done.returncode, done.stdout, (tmp_path / "map").read_text()) == (ExitCode.USAGE, "", "mine")
    assert len(done.stderr.splitlines()) == 1


def test_a_reader_that_leaves_is_no_error(exports: Path, tmp_path: Path) -> None:
    command = shlex.join([*PROGRAM, "check", str(exports), "--json", "--quiet"])
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command} | head -c 1"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "{", "")


@pytest.mark.parametrize("stage", ["", "Reading the tables", "Measuring positions", "Crediting", "Writing the report"])
def test_ctrl_c_leaves_nothing_half_written(stage: str, exports: Path, mapped: Mapped, tmp_path: Path) -> None:
    """Interrupted at any stage, the folder is whole: as it was, or as it will be."""
    out = tmp_path / "map"
    shutil.copytree(mapped[0], out)
    (out / "people.csv").write_text("before")
    command = [*PROGRAM, "map", str(exports), "--out", str(out)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        said = next(line for line in process.stderr if stage in line)
        pressed = perf_counter()
        process.send_signal(signal.SIGINT)
        _, rest = process.communicate(timeout=120)
        took = perf_counter() - pressed
    assert process.returncode == ExitCode.INTERRUPTED, said + rest
    assert took < 5, "a second on a machine of one's own"
    assert rest.splitlines()[-1] == "Interrupted: no file was left half written."
    assert "Traceback" not in rest
    assert {file.name for file in out.iterdir()} == {file.name for file in mapped[0].iterdir()}
    assert (out / "people.csv").read_text() == "before"


def test_a_full_disk_is_one_sentence(exports: Path, tmp_path: Path) -> None:
    """A limit on the size of files is the nearest to a full disk that a test can make."""
    command = shlex.join([*PROGRAM, "map", str(exports), "--out", str(tmp_path / "map"), "--quiet"])
    done = subprocess.run(["bash", "-c", f"ulimit -f 4; {command}"], capture_output=True, text=True, check=False)
    assert done.returncode == ExitCode.OURS, done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert str(tmp_path / "map") in done.stderr
    assert not (tmp_path / "map").exists()


def test_demo_makes_maps_and_compares(tmp_path: Path) -> None:
    done = fine("demo", "--people", "1500", cwd=tmp_path)
    assert {path.name for path in (tmp_path / "demo").iterdir()} == {"tables", "map", "truth.csv"}
    assert "Planted and found" in done.stdout
    assert max(map(cell_len, done.stdout.splitlines())) <= 80
    before = {path: path.read_bytes() for path in (tmp_path / "demo" / "tables").iterdir()}
    again = fine("demo", "--people", "1500", "--json", "--quiet", cwd=tmp_path)
    assert {path: path.read_bytes() for path in (tmp_path / "demo" / "tables").iterdir()} == before
    planted = json.loads(again.stdout)["planted"]
    assert 0 < planted["driven_share"] < 1
    truth = pd.read_csv(tmp_path / "demo" / "truth.csv")
    assert truth["driven"].sum() / len(pd.read_csv(tmp_path / "demo" / "tables" / "conversions.csv")) == pytest.approx(
        planted["driven_share"]
    )


def test_a_demo_too_small_to_find_anything_in_is_refused(tmp_path: Path) -> None:
    done = run("demo", "--people", "10", cwd=tmp_path)
    assert done.returncode == ExitCode.USAGE
    assert "200 or more" in done.stderr
    assert not any(tmp_path.iterdir())


def test_a_map_points_to_what_it_could_not_read(exports: Path, mapped: Mapped, tmp_path: Path) -> None:
    shutil.copytree(exports, tmp_path / "tables")
    with (tmp_path / "tables" / "shares.csv").open("a", encoding="utf-8") as file:
        file.write("broken,c0001,yesterday\n")
    done = fine("map", tmp_path / "tables", "--out", tmp_path / "map")
    assert "1 row or cell could not be read" in " ".join(done.stdout.split())
    assert "could not be read" not in mapped[1].stdout


def test_demo_never_writes_over_the_users_tables(tmp_path: Path) -> None:
    mine = tmp_path / "demo" / "tables" / "conversions.csv"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine")
    done = run("demo", cwd=tmp_path)
    assert (done.returncode, done.stdout, mine.read_text()) == (ExitCode.USAGE, "", "mine")
    assert len(done.stderr.splitlines()) == 1


def test_csv_is_not_given_a_workbooks_name(tmp_path: Path) -> None:
    done = run("drivers", tmp_path, "--csv", "--out", tmp_path / "drivers.xlsx")
    assert done.returncode == 2 and "end the name in .csv" in done.stderr


def test_check_lists_what_it_does_not_use(tmp_path: Path) -> None:
    (tmp_path / "kol.csv").write_text("KOL,Followers,Giá booking,Ghi chú\nan,1200,500,hay\n", "utf-8")
    assert "not used, kept as they are: Ghi chú" in " ".join(run("check", tmp_path).stdout.split())
