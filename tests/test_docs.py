"""What the docs show is what happens."""

from __future__ import annotations

import re
import runpy
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from influence_graph.cli import answer
from influence_graph.errors import ExitCode

CHECKOUT = Path(__file__).parents[1]
PAGES = [CHECKOUT / "README.md", *sorted((CHECKOUT / "docs").rglob("*.md"))]
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def name(page: Path) -> str:
    return page.relative_to(CHECKOUT).as_posix()


def anchor(heading: str) -> str:
    """The name that a heading gets on the page: lower case, words joined by hyphens."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder as the docs assume it: the user's tables in `exports`, nothing else."""
    (conversions,) = (CHECKOUT / "data").rglob("conversions.*")
    shutil.copytree(conversions.parent, tmp_path / "exports", ignore=shutil.ignore_patterns("*.md", "truth.csv"))
    return tmp_path


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "sh")], ids=name)
def test_commands_shown_run(
    page: Path, desk: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In this program, which takes half the time of programs of their own; the sample world is a smaller one."""
    monkeypatch.chdir(desk)
    if "neo4j" in "".join(blocks(page, "sh")):  # the tests' server is the one on this machine
        monkeypatch.setenv("XDG_DATA_HOME", str(request.getfixturevalue("graph").place))
        monkeypatch.setenv("BROWSER", "true")
    for line in "".join(blocks(page, "sh")).splitlines():
        program, *words = shlex.split(line, comments=True) or ["#"]
        if program == "influence-graph":
            smaller = ["--people", "2000"] if words == ["demo"] else []
            assert answer([*words, *smaller]) == ExitCode.FINE, line
        elif program == "make":
            subprocess.run(["make", "--dry-run", "--directory", str(CHECKOUT), *words], capture_output=True, check=True)
        else:
            assert line in {"#", "pipx install .", "pipx install '.[server]'"}, f"nobody checks {line!r}"


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "python")], ids=name)
def test_python_shown_runs(page: Path, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(desk)
    for block in blocks(page, "python"):
        exec(compile(block, str(page), "exec"), {})


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if not target.startswith("https://"):
            path, _, part = target.partition("#")
            there = (page.parent / path) if path else page
            assert there.exists(), target
            headings = re.findall(r"^#+ (.*)$", there.read_text(encoding="utf-8"), re.MULTILINE) if part else []
            assert not part or part in map(anchor, headings), target


def test_the_commands_page_is_current() -> None:
    written = (CHECKOUT / "docs" / "cli.md").read_text(encoding="utf-8")
    assert written == runpy.run_path(str(CHECKOUT / "docs" / "commands.py"))["page"](), "run `make docs`"


def test_every_decision_is_listed() -> None:
    folder = CHECKOUT / "docs" / "decisions"
    listed = set(LINK.findall((folder / "README.md").read_text(encoding="utf-8")))
    assert listed == {page.name for page in folder.glob("*.md")} - {"README.md"}


def test_architecture_names_every_room() -> None:
    text = (CHECKOUT / "docs" / "architecture.md").read_text(encoding="utf-8")
    package = CHECKOUT / "influence_graph"
    files = (path.relative_to(package) for path in package.rglob("*.py"))
    rooms = {file.parts[0].removesuffix(".py") for file in files} - {"__init__", "__main__"}
    assert set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)) == rooms


def test_the_first_map_tells_columns_that_there_are() -> None:
    from influence_graph.map import PEOPLE

    text = (CHECKOUT / "docs" / "first-map.md").read_text(encoding="utf-8")
    row = text.partition("## 3.")[2].partition("## 4.")[0]
    cells = [line.split("|")[1] for line in row.splitlines() if line.startswith("| `")]
    told = re.findall(r"`(\w+)`", " ".join(cells))
    assert told
    assert set(told) <= set(PEOPLE)
