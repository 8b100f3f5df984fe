"""The graph that is exported, as two tables: of a finished map, or of the folder that `map` wrote."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from influence_graph.errors import UsageError
from influence_graph.folder import pseudonymous
from influence_graph.map import MapResult
from influence_graph.network import Network
from influence_graph.tables.privacy import pseudonyms
from influence_graph.views.drawing import draw
from influence_graph.views.result import Influenced

MARKS = ("run.json", "people.parquet", "influences.parquet")
"""What a folder must hold to be exported."""


@dataclass(frozen=True)
class Graph:
    """People and who influences whom.

    Attributes
    ----------
    nodes : DataFrame
        id (unique), the other columns of people.csv, and x and y in pixels where a part was drawn.
    edges : DataFrame
        source, target (ids; source influences target), probability, credit, and where follows were asked for: follows
        (whether target follows source) and since (UTC, NaT where unknown).
    about : dict
        What made it: version, seed, at.
    """

    nodes: pd.DataFrame
    edges: pd.DataFrame
    about: dict[str, Any]


@dataclass(frozen=True)
class _Kept:
    """What a folder keeps of a map."""

    people: pd.DataFrame
    influences: pd.DataFrame
    network: Network


def of_map(result: MapResult, *, names: Literal["creators", "all"], people: int | None, follows: bool) -> Graph:
    """The graph of a finished map."""
    graph = _graph(result, people, result.run)
    if follows:
        graph = replace(graph, edges=_with_follows(graph, result.network))
        others = result.network.nodes[~result.network.nodes.index.isin(graph.nodes["id"])]
        if people is None and len(others):  # who did nothing but follow
            known = others.reindex(columns=["is_creator", "name", "platform", "followers"])
            met = known.assign(id=others.index.astype(str)).astype({"platform": "str", "name": "str"})
            graph = replace(graph, nodes=pd.concat([graph.nodes, met], ignore_index=True))
    return graph if names == "all" else _secret(graph)


def of_folder(folder: Path, *, names: Literal["creators", "all"], people: int | None, follows: bool) -> Graph:
    """The graph of a map that was written down.

    Raises
    ------
    UsageError
        There is no map in it, or not what is asked for.
    """
    missing = [mark for mark in MARKS if not (folder / mark).is_file()]
    if missing:
        raise UsageError("exchange.no-map", path=folder, files=", ".join(missing))
    if follows:
        raise UsageError("exchange.no-follows", path=folder)
    run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    if names == "all" and run["parameters"].get("names") != "all":
        raise UsageError("exchange.names-not-kept", path=folder)
    told, edges = (_read(folder / f"{name}.parquet") for name in ("people", "influences"))
    kept = _Kept(told, edges, Network.from_edges(edges["source"], edges["target"], nodes=list(told["person_id"])))
    return _graph(kept, people, run)


def is_map(folder: Path) -> bool:
    """Whether `map` wrote this folder, in whichever version."""
    return all((folder / mark).is_file() for mark in MARKS if mark != "influences.parquet")


def _graph(source: Influenced, people: int | None, run: Any) -> Graph:
    nodes = source.people.rename(columns={"person_id": "id"})
    edges = source.influences[["source", "target", "probability", "credit"]]
    edges = edges.astype({"source": "str", "target": "str", "probability": "float64", "credit": "float64"})
    if people is not None:
        drawn = draw(source, people=people, names="all").people
        nodes = drawn[["id", "x", "y"]].astype({"id": "str"}).merge(nodes, on="id", how="left")
        edges = edges[edges["source"].isin(nodes["id"]) & edges["target"].isin(nodes["id"])]
        nodes = nodes[[*nodes.columns.difference(["x", "y"], sort=False), "x", "y"]]
    about = {key: run[key] for key in ("version", "seed", "at") if key in run}
    return Graph(nodes.reset_index(drop=True), edges.reset_index(drop=True), about)


def _with_follows(graph: Graph, network: Network) -> pd.DataFrame:
    """Connections of influence, and those along which a follow stands: every one of both."""
    ids = network.nodes.index.to_numpy()
    followed = pd.DataFrame({"source": ids[network.sources], "target": ids[network.indices], "follows": True})
    since = network.edges.get("since")
    days = pd.Series(float("nan") if since is None else since, index=followed.index)
    followed["since"] = pd.to_datetime(days, unit="D", utc=True)
    if len(graph.nodes) and "x" in graph.nodes:
        followed = followed[followed["source"].isin(graph.nodes["id"]) & followed["target"].isin(graph.nodes["id"])]
    both = graph.edges.merge(followed.astype({"source": "str", "target": "str"}), on=["source", "target"], how="outer")
    return both.assign(follows=both["follows"].eq(True).fillna(False).astype(bool))


def _secret(graph: Graph) -> Graph:
    """The same with everybody but creators under a pseudonym, the one they have in people.csv."""
    told = pseudonymous(graph.nodes.rename(columns={"id": "person_id"})).rename(columns={"person_id": "id"})
    called = dict(zip(graph.nodes["id"], told["id"], strict=True))
    met = pd.Index(graph.edges["source"]).union(pd.Index(graph.edges["target"])).difference(graph.nodes["id"])
    called |= dict(zip(met, pseudonyms(met), strict=True))
    edges = graph.edges.assign(source=graph.edges["source"].map(called), target=graph.edges["target"].map(called))
    return replace(graph, nodes=told, edges=edges)


def _read(path: Path) -> pd.DataFrame:
    import duckdb

    with duckdb.connect() as memory:
        return memory.execute("SELECT * FROM read_parquet($path)", {"path": str(path)}).df()
