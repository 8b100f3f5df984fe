"""What is written: safe in spreadsheets, plain in JSON, whole or not at all."""

from __future__ import annotations

import io
import json
import os
import signal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from influence_graph.errors import ExitCode, InfluenceGraphError, UsageError
from influence_graph.folder import as_csv, as_json, check_out, whole
from influence_graph.language import speaking


def people(**columns: list[object]) -> pd.DataFrame:
    return pd.DataFrame(columns)


@pytest.mark.parametrize(
    "name", ['=HYPERLINK("http://x","y")', "+1+1", "-2+3", "@SUM(1)", "\t=1", " =1", "\r\n=1", "@linh", "-"]
)
def test_no_name_becomes_a_formula(name: str) -> None:
    cell = pd.read_csv(io.StringIO(as_csv(people(name=[name]))))["name"][0]
    assert cell.startswith("'")
    assert not {"\n", "\r", "\t"} & set(cell)


@pytest.mark.parametrize("person", ["@linh.official", "-7", "+84", "007", "1e5", "c-1"])
def test_bare_ids_stay_as_they_are(person: str) -> None:
    text = as_csv(people(person_id=[person], driven=[-1.5]))
    assert pd.read_csv(io.StringIO(text), dtype={"person_id": str}).iloc[0].tolist() == [person, -1.5]


@pytest.mark.parametrize("person", ["=1+1", "@SUM(A1)", "-1+cmd|' /C calc'!A0"])
def test_ids_that_compute_do_not(person: str) -> None:
    assert pd.read_csv(io.StringIO(as_csv(people(person_id=[person]))))["person_id"][0] == f"'{person}"


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Zl", "Zp"))), min_size=1))
def test_any_text_comes_back(names: list[str]) -> None:
    text = as_csv(people(name=list(names), driven=[1.0] * len(names)))
    back = pd.read_csv(io.StringIO(text), keep_default_na=False)
    assert [str(cell).removeprefix("'") for cell in back["name"].astype(str)] == [n.removeprefix("'") for n in names]
    assert text.count("\n") == len(names) + 1


def test_unknown_is_empty_and_never_0() -> None:
    told = people(
        driven=[np.nan, 0.0], beats=pd.array([None, True], dtype="boolean"), core=pd.array([None, 3], dtype="Int64")
    )
    assert as_csv(told) == "driven,beats,core\n,,\n0,True,3\n"


def test_numbers_are_written_without_decoration() -> None:
    assert as_csv(people(followers=[1234567.0, 12345678901.0, 1 / 3])) == (
        "followers\n1234567\n12345678901\n0.333333333333\n"
    )


def test_json_is_plain() -> None:
    data = {
        "n": np.int64(3),
        "share": np.float64("nan"),
        "at": pd.Timestamp("2026-01-02", tz="UTC"),
        "gone": pd.NaT,
        "na": pd.NA,
        "name": "Đặng </script> 😀",
        "list": np.array([1.5, np.inf]),
        "path": Path("a"),
        "ids": {"b", "a"},
    }
    assert json.loads(as_json(data)) == {
        "n": 3,
        "share": None,
        "at": "2026-01-02T00:00:00+00:00",
        "gone": None,
        "na": None,
        "name": "Đặng </script> 😀",
        "list": [1.5, None],
        "path": "a",
        "ids": ["a", "b"],
    }
    assert "Đặng" in as_json(data)


def test_files_arrive_together(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "map"
    with whole(out) as draft:
        (draft / "a").write_text("1")
        assert [file.name for file in out.iterdir()] == [draft.name]
    assert [file.name for file in out.iterdir()] == ["a"]


@pytest.mark.parametrize("stop", [KeyboardInterrupt, OSError(28, "No space left on device"), ValueError])
def test_a_failure_leaves_the_folder_as_it_was(tmp_path: Path, stop: BaseException | type[BaseException]) -> None:
    (tmp_path / "a").write_text("before")
    with pytest.raises((KeyboardInterrupt, InfluenceGraphError, ValueError)), whole(tmp_path) as draft:
        (draft / "a").write_text("half")
        raise stop
    assert {file.name: file.read_text() for file in tmp_path.iterdir()} == {"a": "before"}


def test_what_cannot_be_moved_leaves_the_folder_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table that is open in another program can't be replaced on Windows: neither are those before and after it."""
    for name in ("a", "c", "plan"):
        (tmp_path / name).write_text("before")
    move = Path.replace

    def refused(file: Path, target: Path) -> Path:
        if file == tmp_path / "c":
            raise PermissionError(13, "Permission denied")
        return move(file, target)

    monkeypatch.setattr(Path, "replace", refused)
    with pytest.raises(InfluenceGraphError, match="can't be written to"), whole(tmp_path, parts=["plan"]) as draft:
        for name in "abc":
            (draft / name).write_text("new")
    assert {file.name: file.read_text() for file in tmp_path.iterdir()} == dict.fromkeys(("a", "c", "plan"), "before")


@pytest.mark.parametrize("folder", ["b", "plan"])
def test_no_file_takes_the_place_of_a_folder(folder: str, tmp_path: Path) -> None:
    (tmp_path / "a").write_text("before")
    (tmp_path / folder).mkdir()
    with pytest.raises(InfluenceGraphError, match=rf"directory: {folder}"), whole(tmp_path, parts=["plan"]) as draft:
        for name in "ab":
            (draft / name).write_text("new")
    assert (tmp_path / "a").read_text() == "before"
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted(["a", folder])


def test_a_folder_made_for_nothing_goes_again(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), whole(tmp_path / "deep" / "map"):
        raise KeyboardInterrupt
    assert not list(tmp_path.iterdir())


def test_ctrl_c_while_moving_is_heard_afterwards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    move = Path.replace

    def interrupted(file: Path, target: Path) -> Path:
        os.kill(os.getpid(), signal.SIGINT)
        return move(file, target)

    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt), whole(tmp_path) as draft:
        for name in "abc":
            (draft / name).write_text("new")
    assert {file.name: file.read_text() for file in tmp_path.iterdir()} == dict.fromkeys("abc", "new")


@pytest.mark.parametrize(
    ("number", "said"),
    [(28, "disk is full"), (13, "can't be written to"), (30, "can't be written to"), (5, "can't be written (Input")],
)
def test_what_the_disk_says_is_one_sentence(tmp_path: Path, number: int, said: str) -> None:
    with pytest.raises(InfluenceGraphError) as told, whole(tmp_path):
        raise OSError(number, os.strerror(number))
    assert told.value.exit_code == ExitCode.OURS
    assert said in str(told.value)
    assert str(tmp_path) in str(told.value)
    assert "--out" in str(told.value)
    with speaking("vi"):
        assert "--out" in str(told.value)
        assert said not in str(told.value)


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "map").write_text("mine")
    for out in (tmp_path / "map", tmp_path / "map" / "deeper"):
        with pytest.raises(UsageError, match="is a file"):
            check_out(out)
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    with pytest.raises(UsageError, match="is a file"):
        check_out(tmp_path / "dangling")
    check_out(tmp_path / "new" / "map")
    assert (tmp_path / "map").read_text() == "mine"


def test_ctrl_c_as_soon_as_the_draft_is_there_leaves_no_draft(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make, made = Path.mkdir, []

    def interrupted(place: Path, mode: int = 0o777, parents: bool = False, exist_ok: bool = False) -> None:
        make(place, mode, parents=parents, exist_ok=exist_ok)
        if place.parent == tmp_path:
            made.append(place)
            raise KeyboardInterrupt

    monkeypatch.setattr(Path, "mkdir", interrupted)
    with pytest.raises(KeyboardInterrupt), whole(tmp_path):
        pass
    assert len(made) == 1
    assert not [*tmp_path.iterdir()]
