"""What the map calls the communities that the driver model tells apart."""

from __future__ import annotations

import pandas as pd

from influence_graph.drivers.drive import Workings
from influence_graph.programme.mapped import Mapped


def community_names(result: Mapped, workings: Workings) -> list[str]:
    """What the map calls the communities that the model tells apart; the first are all others, under an empty name."""
    kind = pd.Series(workings.exposure.communities, index=result.network.nodes.index)
    told = result.people.set_index("person_id")["community"].dropna()
    name = told.groupby(kind.reindex(told.index)).agg(lambda numbers: f"{numbers.mode().iat[0]:.0f}")
    return [name.get(place, "") if place else "" for place in range(int(kind.max() if len(kind) else 0) + 1)]
