"""Everybody's roles: how far, how sure, since when, and whether that is what they are called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd

from influence_graph import network as networks
from influence_graph.errors import TablesError
from influence_graph.measures import audience, exclusive_reach, two_hop_reach
from influence_graph.network import Network
from influence_graph.people.anchors import ROLES, RoleAnchors
from influence_graph.people.declared import declared
from influence_graph.people.evidence import by_signs
from influence_graph.people.history import Record
from influence_graph.people.intervals import intervals
from influence_graph.people.paths import moves, paths
from influence_graph.people.sentences import tell
from influence_graph.tables.resolve import resolve_accounts
from influence_graph.tables.schema import Note, Tables

Progress = Callable[[str, int, int], None]
_HELD = tuple(f"{role}{end}" for role in ROLES for end in ("", "_low", "_high"))
PEOPLE = (
    "person_id", "name", "platform", "is_creator", "declared_role", "followers", *_HELD, "blocks", "strength",
    *(f"evidence_{role}" for role in ROLES),
)  # fmt: skip
"""The columns of `Roles.people`, before one of evidence for each sign."""


@dataclass(frozen=True)
class Roles:
    """Everybody's roles.

    Attributes
    ----------
    people : DataFrame
        One row for each person with a share, an order or a row of the creators table, the strongest first: the columns
        of `PEOPLE` (memberships with their 90 % intervals over campaigns; blocks: campaigns, or months, they shared
        in), then ``evidence_<sign>``. NaN where unknown.
    signs : DataFrame
        Indexed by person_id: every sign in its own units, see `RoleAnchors`.
    paths, moves : DataFrame
        What those who ever shared had become by each month's end, and how many people moved from what to what, as
        `influence_graph.people.paths` says.
    declared : DataFrame
        Declared roles beside what was seen.
    notes : tuple of Note
        The same in sentences.
    config : RoleAnchors
        What was taken as evidence.
    network : Network
    accounts : mapping of str to str
        The id that stands for each account that was joined to another.
    counted : bool
        Whether reshares received are those that platforms count on posts, since no share names what it passes on.
    """

    people: pd.DataFrame
    signs: pd.DataFrame
    paths: pd.DataFrame
    moves: pd.DataFrame
    declared: pd.DataFrame
    notes: tuple[Note, ...]
    config: RoleAnchors
    network: Network
    accounts: Mapping[str, str]
    counted: bool = False


class Mapped(Protocol):
    """A finished map, as far as roles read it."""

    @property
    def tables(self) -> Tables:
        """The input, accounts joined."""

    @property
    def network(self) -> Network:
        """Who could influence whom."""

    @property
    def measures(self) -> pd.DataFrame:
        """Where everybody stands in it."""

    @property
    def accounts(self) -> Mapping[str, str]:
        """The id that stands for each account that was joined to another."""


def roles(source: Tables | Mapped, *, config: RoleAnchors | None = None, progress: Progress | None = None) -> Roles:
    """How far everybody is an influencer, a UGC creator and an advocate, how sure that is, and how it came about.

    No order is credited to anybody here: what people drove is no evidence of their role.

    Parameters
    ----------
    source : Tables or MapResult
        Tables as read; or a finished map, whose network and measures are taken.
    config : RoleAnchors, optional
        What counts as evidence, for instance from a file: `influence_graph.people.read_anchors`.
    progress : callable, optional
        Called with the stage's message id, steps done and their number.

    Returns
    -------
    Roles
        The same for the same tables, whatever the order of rows. O(20 + months) passes over the rows of sharers.

    Raises
    ------
    TablesError
        Nobody shared, ordered or is listed.
    """
    config = config or RoleAnchors()
    step = progress or (lambda *_: None)
    step("people.stage", 0, 4)
    accounts: Mapping[str, str]
    if isinstance(source, Tables):
        tables, accounts = resolve_accounts(source)
        if not len(tables.creators) and not len(tables.shares) and not len(tables.conversions):
            raise TablesError("people.nobody")
        network = networks.build(tables)
        measures = _reach(network)
    else:
        tables, accounts, network, measures = source.tables, source.accounts, source.network, source.measures
    step("people.stage", 1, 4)
    record = Record.of(tables, network, measures, config)
    told = record.signs()
    spread = intervals(record)
    step("people.stage", 2, 4)
    path = paths(record)
    step("people.stage", 3, 4)
    people = _people(by_signs(told, config).join(spread), network)
    called, flow = declared(people), moves(path)
    step("people.stage", 4, 4)
    notes = tuple(tell(people, flow, called, tables))
    counted = bool(tables.shares["parent_share_id"].isna().all() and tables.shares["reshares"].notna().any())
    return Roles(people, told, path, flow, called, notes, config, network, accounts, counted)


def _reach(network: Network) -> pd.DataFrame:
    """The measures of everybody that speak for a role."""
    return pd.DataFrame(
        {
            "audience": audience(network),
            "exclusive_reach": exclusive_reach(network),
            "two_hop_reach": np.rint(two_hop_reach(network).values),
        },
        index=network.nodes.index,
    )


def _people(held: pd.DataFrame, network: Network) -> pd.DataFrame:
    """Everybody with what the creators table says of them, the strongest first."""
    nodes = network.nodes.reindex(held.index)
    known = pd.DataFrame({name: nodes[name] for name in ("name", "platform", "followers")})
    known["declared_role"] = nodes.get("declared_role")
    known["is_creator"] = nodes["is_creator"].eq(True).fillna(False).astype(bool)
    told = held.join(known).rename_axis("person_id").reset_index()
    rest = [name for name in held if name not in PEOPLE]
    told = told.sort_values("strength", ascending=False, kind="stable", ignore_index=True)  # by id before
    return told[[*PEOPLE, *rest]]
