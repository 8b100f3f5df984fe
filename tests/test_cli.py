"""The command line as a user meets it: help, languages, and what it says when something is wrong."""

from __future__ import annotations

import io
import os
import signal
from pathlib import Path

import pytest
from program import fine, run
from rich.cells import cell_len

from influence_graph.cli import answer
from influence_graph.cli.commands import group
from influence_graph.cli.output import draw, line, table
from influence_graph.errors import ExitCode

COMMANDS = (
    "demo", "check", "load", "map", "drivers", "compare", "placebo", "backtest", "roles", "groups", "talents", "timing",
    "growth", "match", "authenticity", "ecosystem", "spread", "plan", "queries", "query", "export",
)  # fmt: skip
GROUPS = {"experiment": ("design", "read"), "neo4j": ("up", "status", "open", "down")}
ALL = [(name,) for name in COMMANDS] + [(name, inner) for name, each in GROUPS.items() for inner in each]
"""Every command that does something."""


@pytest.mark.parametrize("command", [(), *((name,) for name in GROUPS), *ALL])
def test_help_speaks_both_languages_and_fits(command: tuple[str, ...]) -> None:
    english, vietnamese = fine(*command, "--help").stdout, fine(*command, "--help", "--lang", "vi").stdout
    assert "Options" in english
    assert "Tùy chọn" in vietnamese
    assert not {"Options", "Usage:", "Show", "[required]", "[default"} & set(vietnamese.replace(":", " ").split())
    assert max(map(cell_len, (english + vietnamese).splitlines())) <= 80


def test_help_follows_the_system_language() -> None:
    assert "Cách dùng" in fine("--help", LANG="vi_VN.UTF-8").stdout
    assert "Cách dùng" in fine("--help", LC_ALL="vi_VN.UTF-8", LANG="en_US.UTF-8").stdout
    assert "Usage" in fine("--help", "--lang=en", LANG="vi_VN.UTF-8").stdout
    assert "Usage" in fine("--help", LANG="fr_FR.UTF-8").stdout


def test_help_lists_the_commands_that_exist_and_no_others() -> None:
    assert set(group.list_commands(None)) == {*COMMANDS, *GROUPS}
    for name, inner in GROUPS.items():
        assert group.get_command(None, name).list_commands(None) == list(inner)
    for words in [(), *((name,) for name in GROUPS)]:
        assert fine(*words, "--help").stdout == fine(*words).stdout
    for words in ALL:
        options = {word for word in fine(*words, "--help").stdout.split() if word.startswith("--")}
        assert {"--json", "--csv", "--out", "--lang", "--quiet", "--debug"} <= options


def test_help_is_quick() -> None:
    took = []
    for _ in range(3):
        before = os.times()
        fine("--help")
        after = os.times()  # processor time: a busy machine proves nothing
        took.append(after.children_user + after.children_system - before.children_user - before.children_system)
    assert min(took) < 0.4


def test_version() -> None:
    assert fine("--version").stdout.startswith("influence-graph ")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("mapp", "mapp"),
        ("map x --windw 3", "did you mean --window"),
        ("map x --window 0", "--window 0: give a number above 0"),
        ("map x --window nan", "--window nan: give a number above 0"),
        ("plan x --budget 10,000", "--budget 10,000: give a number above 0, without thousands separators"),
        ("map x --market -5", "--market -5"),
        ("map x --seed 1.5", "--seed 1.5: give a whole number"),
        ("map x --seed -1", "--seed -1"),
        ("map x --names some", "choose one of creators, all"),
        ("map x --lang fr", "choose one of en, vi"),
        ("map x --window", "--window"),
        ("map x --json=3", "--json"),
        ("map", "needs SOURCE"),
        ("load x", "needs --to"),
        ("demo a b", "does not know what to do with b"),
    ],
)
def test_wrong_words_are_one_sentence(words: str, told: str) -> None:
    for language in ("en", "vi"):
        done = run(*words.split(), LANG=language)
        assert (done.returncode, done.stdout) == (ExitCode.USAGE, "")
        assert len(done.stderr.splitlines()) == 1
        if language == "en":
            assert told in done.stderr
            english = done.stderr
        else:
            assert done.stderr != english


@pytest.mark.parametrize("command", ["map", "check", "load --to x.duckdb"])
def test_a_source_that_is_not_there(command: str, tmp_path: Path) -> None:
    name, *words = command.split()
    done = run(name, "nowhere", "--quiet", *words, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (ExitCode.USAGE, "")
    assert "nowhere" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not list(tmp_path.iterdir())


def test_what_breaks_unexpectedly_is_a_sentence_and_a_traceback_only_when_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(words: object) -> int:
        raise KeyError("shares")

    monkeypatch.setattr("influence_graph.cli.commands.run", broken)
    assert answer(["map", "x"]) == ExitCode.OURS
    told = capsys.readouterr().err
    assert "KeyError" in told
    assert "--debug" in told
    assert len(told.splitlines()) == 1
    assert answer(["map", "x", "--debug"]) == ExitCode.OURS
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize(("error", "code"), [(KeyboardInterrupt, 130), (MemoryError, 1), (BrokenPipeError, 0)])
def test_what_can_always_happen(
    error: type[BaseException], code: int, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def broken(words: object) -> int:
        raise error

    monkeypatch.setattr("influence_graph.cli.commands.run", broken)
    monkeypatch.setattr("os.dup2", lambda *_: None)
    before = signal.getsignal(signal.SIGINT)
    assert answer(["map", "x"]) == code
    assert len(capfd.readouterr().err.splitlines()) == (code != 0)
    assert signal.getsignal(signal.SIGINT) is before


def test_user_text_can_not_command_the_terminal() -> None:
    assert line("\x1b[2JMai\nLinh\u202e") == " [2JMai Linh "


def test_a_wide_table_breaks_headings_and_words_before_it_cuts_a_name() -> None:
    numbers = ["5,0 (2,8–7,2)", "1.627", "2,1%", "205.440 USD"]
    headings = ["Nhóm", "Trên 1.000 lượt", "Số người theo dõi", "Tỷ lệ tương tác", "Phí/chuyển đổi"]
    out = io.StringIO()
    draw([table("Theo hình thức trả phí", *headings, rows=[["bài không trả phí", *numbers]])], out)
    told = out.getvalue()
    assert all(cell in told for cell in ["bài không trả phí", *numbers]), "headings give way"
    assert max(map(len, told.splitlines())) <= 80
    wider = [["bài không trả phí của người chưa rõ số người theo dõi", *numbers]]
    for whole in (True, False):
        out = io.StringIO()
        draw([table("Theo quy mô", *headings, rows=wider, whole=whole)], out)
        cut = "…" in out.getvalue()
        assert cut is not whole, "our words run on, names end in an ellipsis"
    out = io.StringIO()
    draw([table("Ngắn", "Nhóm", "Số người theo dõi", rows=[["a", "1"]])], out)
    assert "Số người theo dõi" in out.getvalue(), "where there is room nothing is broken"
