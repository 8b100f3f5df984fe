"""The exported graph comes back whole from every form: values, types, unknowns, names of every kind."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import duckdb
import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import influence_graph as ig
from influence_graph.errors import UsageError
from influence_graph.exchange import FORMS, Graph
from influence_graph.exchange.graph import of_folder, of_map
from influence_graph.folder import write
from influence_graph.map import PEOPLE, MapResult
from influence_graph.tables.privacy import pseudonym
from influence_graph.views.drawing import blend
from influence_graph.world import make

VIZ = "{http://www.gexf.net/1.2draft/viz}"
DRAFT = "{http://www.gexf.net/1.2draft}"


@pytest.fixture(scope="module")
def result() -> MapResult:
    """A small programme, mapped."""
    return ig.map_tables(make("demo", people=800, creators=20, campaigns=3, seed=3).tables, seed=3)


def small() -> Graph:
    """Every type there is, every kind of unknown, names that break things."""
    nodes = pd.DataFrame(
        {
            "id": pd.Series(["mai", "007", "người-3", "đ & <b>"], dtype="str"),
            "name": pd.Series(["Mai 🌸 Phạm", None, '"><script>alert(1)</script>', "=1+1"], dtype="str"),
            "is_creator": np.array([True, False, False, True]),
            "beats_followers": pd.array([True, None, False, None], dtype="boolean"),
            "followers": np.array([1e6, np.nan, 0.1 + 0.2, 0.0]),
            "driven": np.array([40.0, 0.0, np.nan, 10.0]),
            "core": pd.array([3, None, 0, 2], dtype="Int64"),
            "influencer": [1.0, np.nan, 0.0, 0.5],
            "ugc": [0.0, np.nan, 0.0, 0.5],
            "advocate": [0.0, np.nan, 1.0, 0.0],
        }
    )
    edges = pd.DataFrame(
        {
            "source": pd.Series(["mai", "mai", "đ & <b>"], dtype="str"),
            "target": pd.Series(["007", "người-3", "mai"], dtype="str"),
            "probability": [0.25, np.nan, 1e-12],
            "credit": [1.5, 0.0, 2.0],
            "follows": np.array([True, False, True]),
            "since": pd.to_datetime(["2026-02-28T23:59:59.123456Z", None, "1999-12-31T00:00:00Z"], format="ISO8601"),
        }
    )
    return Graph(nodes, edges, {"version": "1.0", "seed": 3, "at": "2026-07-01T10:00:00+00:00"})


def rows(frame: pd.DataFrame, key: str | list[str]) -> dict[Any, dict[str, Any]]:
    """Plain Python values by key, times as ISO 8601, without what is unknown: written without the code under test."""
    told: dict[Any, dict[str, Any]] = {}
    for _, row in frame.iterrows():
        values = {}
        for name, value in row.items():
            if value is None or value is pd.NaT or value is pd.NA or value != value:
                continue
            value = value.isoformat() if isinstance(value, pd.Timestamp) else value
            values[name] = value.item() if isinstance(value, np.generic) else value
        keys = [values.pop(name) for name in ([key] if isinstance(key, str) else key)]
        told[keys[0] if isinstance(key, str) else tuple(keys)] = values
    return told


def same(graph: Any, wanted: Graph, *, without: tuple[str, ...] = ()) -> None:
    """A NetworkX graph holds exactly what was exported, in the same types; `without` is what the form adds."""
    known = {node: {k: v for k, v in data.items() if v is not None} for node, data in graph.nodes(data=True)}
    edges = {(u, v): {k: x for k, x in data.items() if x is not None} for u, v, data in graph.edges(data=True)}
    for found, held in ((known, rows(wanted.nodes, "id")), (edges, rows(wanted.edges, ["source", "target"]))):
        assert found.keys() == held.keys()
        for key, values in held.items():
            there = {name: value for name, value in found[key].items() if name not in without}
            assert there == values
            assert {k: type(v) for k, v in there.items()} == {k: type(v) for k, v in values.items()}


def read(form: str, folder: Path) -> Any:
    if form == "graphml":
        return nx.read_graphml(folder / "g.graphml")
    if form == "gexf":
        return nx.read_gexf(folder / "g.gexf")
    data = json.loads((folder / "g.json").read_text(encoding="utf-8"))
    return nx.node_link_graph(data, edges="edges")


@pytest.mark.parametrize("form", ["graphml", "gexf", "json"])
def test_networkx_reads_back_all_that_was_written(form: str, tmp_path: Path) -> None:
    FORMS[form](small(), tmp_path / f"g.{form}")
    graph = read(form, tmp_path)
    assert graph.is_directed()
    same(graph, small(), without=("viz", "label", "id"))


def test_json_says_what_is_unknown_and_what_made_it(tmp_path: Path) -> None:
    FORMS["json"](small(), tmp_path / "g.json")
    graph = read("json", tmp_path)
    assert graph.graph == small().about
    assert graph.nodes["007"]["name"] is None
    assert graph.nodes["007"].keys() == graph.nodes["mai"].keys()


def test_parquet_keeps_types_and_times(tmp_path: Path) -> None:
    nodes, edges = FORMS["parquet"](small(), tmp_path / "g.parquet")
    assert (nodes.name, edges.name) == ("g-nodes.parquet", "g-edges.parquet")
    back = duckdb.sql(f"FROM '{nodes}'").df()
    assert rows(back.astype({"core": "Int64", "beats_followers": "boolean"}), "id") == rows(small().nodes, "id")
    told = duckdb.sql(f"SELECT source, target, epoch_us(since) AS us, follows FROM '{edges}'").fetchall()
    since = small().edges["since"]
    assert [us for *_, us, _ in told] == [None if pd.isna(t) else t.value // 1_000 for t in since]
    graph = nx.from_pandas_edgelist(duckdb.sql(f"FROM '{edges}'").df(), edge_attr=True, create_using=nx.DiGraph)
    assert graph.edges["mai", "007"]["credit"] == 1.5


def test_csv_comes_back_as_tables_and_runs_no_formula(tmp_path: Path) -> None:
    nodes, edges = FORMS["csv"](small(), tmp_path / "g.csv")
    assert nodes.read_bytes().startswith(b"\xef\xbb\xbf")
    back = pd.read_csv(nodes, dtype={"id": "str", "core": "Int64"})
    assert back["name"].tolist()[3] == "'=1+1"
    back["name"] = back["name"].str.removeprefix("'")
    told = small().nodes
    told["followers"] = told["followers"].map("{:.12g}".format).astype(float)  # what a spreadsheet gets
    assert rows(back, "id") == rows(told, "id")
    ties = pd.read_csv(edges, dtype={"source": "str", "target": "str"}, parse_dates=["since"])
    assert rows(ties, ["source", "target"]) == rows(small().edges, ["source", "target"])


def test_gephi_finds_roles_as_colours_and_driven_as_sizes(tmp_path: Path) -> None:
    FORMS["gexf"](small(), tmp_path / "g.gexf")
    root = ET.parse(tmp_path / "g.gexf").getroot()
    assert root.tag == f"{DRAFT}gexf"
    nodes = {node.get("id"): node for node in root.iter(f"{DRAFT}node")}

    def colour(node: str) -> tuple[int, ...]:
        found = nodes[node].find(f"{VIZ}color")
        assert found is not None
        return tuple(int(found.get(part) or -1) for part in "rgb")

    def size(node: str) -> float:
        found = nodes[node].find(f"{VIZ}size")
        assert found is not None
        return float(found.get("value") or -1)

    assert colour("mai") == (0, 114, 178)
    assert colour("người-3") == (0, 158, 115)
    assert colour("007") == blend({})
    assert size("mai") / size("đ & <b>") == pytest.approx(2, rel=0.01)  # a quarter driven: half as wide
    assert size("007") < size("đ & <b>")
    assert nodes["mai"].get("label") == "Mai 🌸 Phạm"


def test_weights_in_gephi_are_credit(tmp_path: Path) -> None:
    told = replace(small(), edges=small().edges.drop(columns=["follows", "since"]))
    FORMS["gexf"](told, tmp_path / "g.gexf")
    graph = nx.read_gexf(tmp_path / "g.gexf")
    assert {(u, v): data["weight"] for u, v, data in graph.edges(data=True)}["mai", "007"] == 1.5


@given(st.lists(st.text(), min_size=1, max_size=5))
def test_any_name_can_be_written_and_read(tmp_path_factory: pytest.TempPathFactory, names: list[str]) -> None:
    folder = tmp_path_factory.mktemp("names")
    nodes = pd.DataFrame({"id": [f"c{i}" for i in range(len(names))], "name": pd.Series(names, dtype="object")})
    edges = pd.DataFrame({"source": ["c0"], "target": ["c0"], "probability": [0.5], "credit": [1.0]})
    for form in ("graphml", "gexf", "json"):
        FORMS[form](Graph(nodes, edges, {}), folder / f"g.{form}")
        back = read(form, folder)
        for i, name in enumerate(names):
            there = back.nodes[f"c{i}"].get("name", "")
            if name.isprintable():  # XML has no room for most control characters, and unifies line ends
                assert there == name


def test_a_map_and_its_folder_give_the_same_graph(result: MapResult, tmp_path: Path) -> None:
    write(result, tmp_path / "map")
    whole, kept = (
        of_map(result, names="creators", people=None, follows=False),
        of_folder(tmp_path / "map", names="creators", people=None, follows=False),
    )
    assert rows(kept.nodes.convert_dtypes(), "id") == rows(whole.nodes.convert_dtypes(), "id")
    assert rows(kept.edges, ["source", "target"]) == rows(whole.edges, ["source", "target"])
    assert kept.about == whole.about
    assert list(whole.nodes.columns) == ["id", *PEOPLE[1:]]
    part = of_folder(tmp_path / "map", names="creators", people=60, follows=False)
    assert len(part.nodes) == 60
    assert part.nodes[["x", "y"]].notna().all(axis=None)
    assert set(part.edges["source"]) | set(part.edges["target"]) <= set(part.nodes["id"])


def test_nothing_is_lost_on_the_way(result: MapResult) -> None:
    graph = of_map(result, names="all", people=None, follows=True)
    network = result.network.to_networkx()
    followed = graph.edges[graph.edges["follows"]]
    assert set(zip(followed["source"], followed["target"], strict=True)) == set(network.edges)
    credited = graph.edges[graph.edges["credit"].notna()]
    assert credited["credit"].sum() == pytest.approx(result.influences["credit"].sum())
    assert set(graph.nodes["id"]) == set(network) | set(result.people["person_id"])
    dated = {(u, v): day for u, v, day in network.edges(data="since") if day is not None}
    days = (followed["since"] - pd.Timestamp("1970-01-01", tz="UTC")) / pd.Timedelta(days=1)
    for source, target, day in zip(followed["source"], followed["target"], days, strict=True):
        assert dated.get((source, target)) == (None if day != day else pytest.approx(day, abs=1e-6))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("follows", [False, True])
def test_only_creators_are_named_unless_asked(result: MapResult, form: str, follows: bool, tmp_path: Path) -> None:
    done = ig.export(result, tmp_path / f"g.{form}", follows=follows)
    others = result.people.loc[~result.people["is_creator"], "person_id"]
    if form == "parquet":
        text = StringIO()
        for file in done.files:
            duckdb.sql(f"FROM '{file}'").df().to_csv(text)
        told = text.getvalue()
    else:
        told = "".join(file.read_text(encoding="utf-8") for file in done.files)
    assert not [person for person in others if f"{person}" in told]
    assert pseudonym(others.iloc[0]) in told
    assert result.people.loc[result.people["is_creator"], "person_id"].iloc[0] in told


def test_the_ending_says_the_form(result: MapResult, tmp_path: Path) -> None:
    done = ig.export(result, tmp_path / "new" / "g.graphml")
    assert done.files == (tmp_path / "new" / "g.graphml",)
    assert len(nx.read_graphml(done.files[0])) == done.people == len(result.people)
    with pytest.raises(UsageError, match="graphml, gexf"):
        ig.export(result, tmp_path / "g.docx")
    with pytest.raises(UsageError, match="folder"):
        ig.export(result, tmp_path / "new", form="gexf")


def test_what_a_folder_does_not_hold_is_said(result: MapResult, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"people\.parquet"):
        ig.export(tmp_path, tmp_path / "g.gexf")
    write(result, tmp_path / "map")
    with pytest.raises(UsageError, match="follows"):
        ig.export(tmp_path / "map", tmp_path / "g.gexf", follows=True)
    with pytest.raises(UsageError, match="--names all"):
        ig.export(tmp_path / "map", tmp_path / "g.gexf", names="all")
    write(result, tmp_path / "named", names="all")
    named = ig.export(tmp_path / "named", tmp_path / "g.json", names="all")
    assert len(read("json", tmp_path)) == named.people
    assert not list(tmp_path.glob(".writing*"))


def test_exporting_changes_nothing(result: MapResult, tmp_path: Path) -> None:
    kept = result.people.copy(deep=True), result.influences.copy(deep=True)
    ig.export(result, tmp_path / "g.gexf", people=50, follows=True)
    pd.testing.assert_frame_equal(result.people, kept[0])
    pd.testing.assert_frame_equal(result.influences, kept[1])
