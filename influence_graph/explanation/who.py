"""Who is meant: somebody by their id, an account of theirs, their name, or the pseudonym under which they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Protocol

import pandas as pd

from influence_graph.errors import UsageError
from influence_graph.network import Network
from influence_graph.tables.privacy import pseudonyms

NEAR = 3
_PSEUDONYM = "person-"


class Known(Protocol):
    """Who there is: what it takes to find somebody, in a finished map or elsewhere."""

    @property
    def people(self) -> pd.DataFrame:
        """person_id, name, is_creator."""

    @property
    def network(self) -> Network:
        """Everybody, by id."""

    @property
    def accounts(self) -> Mapping[str, str]:
        """The id that stands for each account that was joined to another."""


def find_person(result: Known, asked: str) -> str:
    """The id of the person who is meant.

    Parameters
    ----------
    result : MapResult or Roles
    asked : str
        An id, an account that was joined to somebody, a name, or a pseudonym; names in any case.

    Returns
    -------
    str
        A person_id of the network.

    Raises
    ------
    UsageError
        Nobody is called so: creators of similar names are suggested, and nobody else, for only creators are named.
        Or several are: their ids are told.
    """
    nodes, people = result.network.nodes, result.people
    wanted = asked.strip()
    known = result.accounts.get(wanted, wanted)
    if known in nodes.index:
        return known
    if wanted.startswith(_PSEUDONYM):
        others = nodes.index[~nodes["is_creator"].to_numpy(dtype=bool)]
        found = dict(zip(pseudonyms(others), others, strict=True)).get(wanted)
        if found is not None:
            return str(found)
    creators = people[people["is_creator"]]
    called = pd.concat([creators["name"].str.strip().str.casefold(), creators["person_id"].str.casefold()])
    same = creators.loc[called.index[called.eq(wanted.casefold()).fillna(False)].unique(), "person_id"]
    if len(same) > 1:
        raise UsageError("explanation.several", person=asked, n=len(same), ids=", ".join(sorted(same)))
    if len(same):
        return str(same.iat[0])
    spelled = {text.casefold(): text for text in [*creators["person_id"], *creators["name"].dropna()]}
    near = get_close_matches(wanted.casefold(), list(spelled), n=NEAR, cutoff=0.6)
    if near:
        raise UsageError("explanation.unknown-near", person=asked, near=", ".join(spelled[text] for text in near))
    raise UsageError("explanation.unknown", person=asked)
