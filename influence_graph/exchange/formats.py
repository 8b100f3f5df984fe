"""Each form that the graph is written in. What is unknown is left out, or empty, or null: never zero, never a word."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from influence_graph.exchange.graph import Graph
from influence_graph.folder import as_csv, as_json, as_parquet

if TYPE_CHECKING:
    import networkx as nx

_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def write_graphml(graph: Graph, path: Path) -> list[Path]:
    """GraphML: an attribute a column, typed; times as ISO 8601 text."""
    import networkx as nx

    nx.write_graphml(_networkx(graph, xml=True), path, encoding="utf-8", infer_numeric_types=True)
    return [path]


def write_gexf(graph: Graph, path: Path) -> list[Path]:
    """GEXF, which Gephi opens in colours: roles blended, size by what was driven, weight by credit."""
    import networkx as nx

    from influence_graph.views.drawing import FOLLOWER, blend, radii

    told = _networkx(graph, xml=True)
    nodes = graph.nodes
    driven = nodes["driven"].to_numpy(dtype=float) if "driven" in nodes else np.zeros(len(nodes))
    size = np.where(driven > 0, radii(driven), FOLLOWER)
    for node, wide in zip(nodes.to_dict("records"), size.tolist(), strict=True):
        data = told.nodes[_text(node["id"])]
        red, green, blue = blend(node)
        data["label"] = data.get("name", _text(node["id"]))
        data["viz"] = {"color": {"r": red, "g": green, "b": blue, "a": 1.0}, "size": round(wide, 1)}
        if "x" in nodes:  # Gephi's second axis points up, a page's down
            data["viz"]["position"] = {"x": float(data["x"]), "y": -float(data["y"]), "z": 0.0}
    if "follows" not in graph.edges:
        for *_, data in told.edges(data=True):
            data["weight"] = data["credit"]
    nx.write_gexf(told, path, encoding="utf-8", version="1.2draft")
    return [path]


def write_json(graph: Graph, path: Path) -> list[Path]:
    """Node-link JSON, as D3 and `networkx.node_link_graph` read it; unknown is null."""
    import networkx as nx

    data = nx.node_link_data(_networkx(graph, xml=False), edges="edges")
    path.write_text(as_json(data, indent=None), encoding="utf-8", newline="\n")
    return [path]


def write_csv(graph: Graph, path: Path) -> list[Path]:
    """Two tables that spreadsheets show and Gephi imports."""
    files = _two(path)
    for file, frame in zip(files, (graph.nodes, graph.edges), strict=True):
        file.write_text(as_csv(frame), encoding="utf-8-sig", newline="\n")
    return files


def write_parquet(graph: Graph, path: Path) -> list[Path]:
    """Two tables with their types: text as it came, times as times, unknown as null."""
    files = _two(path)
    for file, frame in zip(files, (graph.nodes, graph.edges), strict=True):
        as_parquet(frame, file)
    return files


def _two(path: Path) -> list[Path]:
    return [path.with_name(f"{path.stem}-{part}{path.suffix}") for part in ("nodes", "edges")]


def _networkx(graph: Graph, *, xml: bool) -> nx.DiGraph[str]:
    """The graph in NetworkX, in plain values. For XML without what is unknown and without what no XML can hold."""
    import networkx as nx

    told: nx.DiGraph[str] = nx.DiGraph(**graph.about)
    for row in _plain(graph.nodes, xml):
        told.add_node(row.pop("id"), **row)
    for row in _plain(graph.edges, xml):
        told.add_edge(row.pop("source"), row.pop("target"), **row)
    return told


def _plain(frame: pd.DataFrame, xml: bool) -> list[dict[str, Any]]:
    """Rows of plain Python values."""
    columns = {str(name): _values(frame[name], xml) for name in frame}
    rows = [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
    return [{k: v for k, v in row.items() if v is not None} for row in rows] if xml else rows


def _values(column: pd.Series[Any], xml: bool) -> list[Any]:
    known = column.notna().tolist()
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        values: list[Any] = [value.isoformat() if there else None for value, there in zip(column, known, strict=True)]
    else:
        values = [value if there else None for value, there in zip(column.tolist(), known, strict=True)]
    return [_text(value) if xml and isinstance(value, str) else value for value in values]


def _text(value: str) -> str:
    """Without the characters that are in no XML file."""
    return _NOT_XML.sub("\ufffd", value)
