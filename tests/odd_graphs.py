"""Graphs of every odd shape, and what NetworkX and the backend answer on them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import strategies as st

from influence_graph.backend.declined import Declined

ODD = [0, "0", (1, 2), frozenset("ab"), 2.5, "mai", "Linh 🌸", b"x", True + 1, ("a", (None,))]
"""Names of any hashable kind."""
name = st.sampled_from(ODD)
weight = st.sampled_from([0.5, 1, 3, 2.25])


@st.composite
def graphs(draw: st.DrawFn, kinds: tuple[Any, ...] = (nx.Graph, nx.DiGraph, nx.MultiGraph, nx.MultiDiGraph)) -> Any:
    """Loops, parallel edges, lone nodes and weights that some edges lack."""
    graph = draw(st.sampled_from(kinds))()
    graph.add_nodes_from(draw(st.lists(name, max_size=3)))
    loops = draw(st.booleans())
    for u, v, w in draw(st.lists(st.tuples(name, name, st.none() | weight), max_size=25)):
        if loops or u != v:
            graph.add_edge(u, v, **({} if w is None else {"weight": w}))
    return graph


ASKED = None
"""Whoever NetworkX would ask."""


def outcome(function: Callable[..., Any], graph: Any, arguments: dict[str, Any], backend: str | None) -> Any:
    """What a call gives, or how it fails."""
    try:
        with np.errstate(all="ignore"):
            given = function(graph, **arguments, backend=backend)
            return list(given) if isinstance(given, Iterator) else given
    except NotImplementedError:  # it has to run here
        raise
    except ArithmeticError as error:
        return type(error)  # its words are Python's
    except Exception as error:  # noqa: BLE001 whatever NetworkX raises
        return type(error), str(error)


def assert_same(ours: Any, theirs: Any) -> None:
    """Equal in value, type and order, up to the last digits of a sum."""
    assert type(ours) is type(theirs), (ours, theirs)
    if isinstance(theirs, dict):
        assert list(ours) == list(theirs)
        for key in theirs:
            assert_same(ours[key], theirs[key])
    elif isinstance(theirs, list | tuple):
        assert len(ours) == len(theirs)
        for one, other in zip(ours, theirs, strict=True):
            assert_same(one, other)
    elif isinstance(theirs, float):
        assert ours == pytest.approx(theirs, rel=1e-9, abs=1e-12, nan_ok=True)
    else:
        assert ours == theirs


@contextmanager
def declined(reason: str) -> Iterator[None]:
    """What does not run here, for this reason: NetworkX puts the reason behind words of its own, or hands it on."""
    with pytest.raises(NotImplementedError) as told:
        yield
    why = told.value.__cause__ or told.value
    assert isinstance(why, Declined), why
    assert reason in str(why)
