"""Rooms import in one direction, and starting the program loads nothing heavy."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import influence_graph
from influence_graph.language import say, speaking

PACKAGE = Path(influence_graph.__file__).parent
ROW = (
    "language errors tables store network measures drivers placebos backtesting experiment people cascades planning"
    " programme findings views map needs comparison explanation folder exchange cli"
).split()
"""Each room imports only rooms to its left."""
BESIDE = {
    "kernels": {"language"},
    "world": {"errors", "language", "tables"},
    "queries": {"errors", "language", "store"},
    "backend": {"kernels", "network"},
    "__main__": {"cli"},
}
GUESTS = {"kernels": ROW[ROW.index("tables") : ROW.index("findings")], "world": ["cli"], "queries": ["cli"]}
"""Who may import the rooms that stand beside the row."""
ONE_IMPORTER = {"neo4j": "store/neo4j.py", "click": "cli/", "rich_click": "cli/"}
HEAVY = {"altair", "duckdb", "graspologic_native", "jinja2", "neo4j", "networkx", "numba", "numpy", "pandas", "pyvis"}

FILES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def modules(path: Path) -> Iterator[str]:
    """Every module a file imports, wherever in the file, by its full name."""
    package = ["influence_graph", *path.relative_to(PACKAGE).parent.parts]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, *filter(None, [node.module])])
            yield from (f"{base}.{name.name}" for name in node.names)


def allowed(importer: str) -> set[str]:
    if importer in BESIDE:
        return BESIDE[importer]
    left = set(ROW[: ROW.index(importer)])
    return left | {guest for guest, hosts in GUESTS.items() if importer in hosts}


def test_every_room_has_its_place() -> None:
    assert {room(path) for path in FILES} <= {*ROW, *BESIDE}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_imports_point_left(path: Path) -> None:
    ours = {name.split(".")[1] for name in modules(path) if name.startswith("influence_graph.")}
    ours -= {room(path), *influence_graph.__all__}
    assert ours <= allowed(room(path))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_some_libraries_have_one_importer(path: Path) -> None:
    libraries = {name.split(".")[0] for name in modules(path)}
    where = path.relative_to(PACKAGE).as_posix()
    assert not {name for name, home in ONE_IMPORTER.items() if name in libraries and not where.startswith(home)}


@pytest.mark.parametrize(
    "start", ["import influence_graph", "from influence_graph.cli import answer; answer(['--help'])"]
)
def test_starting_loads_nothing_heavy(start: str) -> None:
    code = f"import sys; {start}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert not HEAVY & set(loaded.splitlines()[-1].split())


def test_compiling_is_told_once_in_words_and_kept(tmp_path: Path) -> None:
    code = (
        "import influence_graph as ig; from influence_graph.language import speaking\n"
        "with speaking('vi'): ig.Network.from_edges(['mai'], ['linh']).reversed()"
    )
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path), "PYTHONUTF8": "1"}
    with speaking("vi"):
        expected = [f"{say('kernels.compiling')}\n", ""]
    for told in expected:
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True, env=environment
        )
        assert done.stderr == told


def test_public_names_load_from_where_they_are_said_to() -> None:
    tree = ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8"))
    told = {
        name.name: node.module.removeprefix("influence_graph.")
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("influence_graph.")
        for name in node.names
    }
    assert told == influence_graph._ROOM
    assert sorted([*told, "__version__"]) == sorted(influence_graph.__all__)
    for name in influence_graph.__all__:
        assert getattr(influence_graph, name)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        influence_graph.nonsense  # noqa: B018
