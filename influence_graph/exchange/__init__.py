"""The graph for other programs: Gephi, Cytoscape, yEd, NetworkX, spreadsheets, databases."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from influence_graph.errors import UsageError
from influence_graph.exchange.formats import write_csv, write_gexf, write_graphml, write_json, write_parquet
from influence_graph.exchange.graph import Graph, of_folder, of_map
from influence_graph.folder import check_out, whole
from influence_graph.map import MapResult

__all__ = ["FORMS", "Exported", "Graph", "export"]

Form = Literal["graphml", "gexf", "json", "csv", "parquet"]
FORMS: Mapping[str, Callable[[Graph, Path], list[Path]]] = MappingProxyType(
    {
        "graphml": write_graphml,
        "gexf": write_gexf,
        "json": write_json,
        "csv": write_csv,
        "parquet": write_parquet,
    }
)
"""What writes each form: given the graph and the path asked for, it returns the files it made."""


@dataclass(frozen=True)
class Exported:
    """What was written: `files`, and how many `people` and `connections` they hold."""

    files: tuple[Path, ...]
    people: int
    connections: int


def export(
    source: MapResult | Path | str,
    out: Path | str,
    *,
    form: Form | None = None,
    names: Literal["creators", "all"] = "creators",
    people: int | None = None,
    follows: bool = False,
) -> Exported:
    """Write who influences whom as a file that other programs open.

    People carry the columns of people.csv, connections the probability and credit of the influence; source influences
    target. A folder that `map` wrote gives the same graph as the map itself.

    Parameters
    ----------
    source : MapResult or path
        A finished map, or the folder of one.
    out : path
        The file. CSV and Parquet make two, ``-nodes`` and ``-edges`` added to its name.
    form : {"graphml", "gexf", "json", "csv", "parquet"}, optional
        By default what the ending of `out` says. GEXF carries roles as colours and what was driven as sizes.
    names : {"creators", "all"}
        Who is named; others get stable pseudonyms. A folder names whom it was mapped with.
    people : int, optional
        Only so many people, those that the influence map would draw, with their places in it.
    follows : bool, default False
        Who follows whom as well, with the date where it is known: of a map only, its folder does not hold them.

    Returns
    -------
    Exported
        Whole files or none. O(people + connections).

    Raises
    ------
    UsageError
        No such form; follows or names that a folder does not hold; a folder that holds no map.
    InfluenceGraphError
        It can't be written: no space, no permission.
    """
    out = Path(out)
    chosen = form or out.suffix.removeprefix(".").casefold()
    if chosen not in FORMS:
        raise UsageError("exchange.no-such-form", form=chosen, forms=", ".join(FORMS))
    if out.is_dir():
        raise UsageError("exchange.out-is-a-folder", path=out)
    if not out.suffix:
        out = out.with_suffix(f".{chosen}")
    check_out(out.parent)
    if isinstance(source, MapResult):
        graph = of_map(source, names=names, people=people, follows=follows)
    else:
        graph = of_folder(Path(source), names=names, people=people, follows=follows)
    with whole(out.parent) as draft:
        made = FORMS[chosen](graph, draft / out.name)
    return Exported(tuple(out.parent / file.name for file in made), len(graph.nodes), len(graph.edges))
