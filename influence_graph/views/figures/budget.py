"""Orders against budget: influencers, UGC creators and advocates alone, and the best mix of them."""

from __future__ import annotations

import pandas as pd

from influence_graph.language import say
from influence_graph.planning import BEST, MIXES
from influence_graph.views.amounts import money
from influence_graph.views.figures.drawing import INK, ROLES, Chart, axis, legend, powers, steps, styled
from influence_graph.views.page import amount
from influence_graph.views.result import Mapped

COLOURS = ROLES | {BEST: INK}


def orders_against_budget(result: Mapped, *, width: int = 880, height: int = 340, key: bool = True) -> Chart | None:
    """Expected orders beyond what comes anyway against the budget, for each mix of people.

    Parameters
    ----------
    result : MapResult
        A finished map.
    width, height : int
        Pixels of the plotting area.
    key : bool
        Say what the colours mean.

    Returns
    -------
    altair.LayerChart or None
        None where no budget was given. The band is the 90 % interval of the best mix.
    """
    import altair as alt

    if result.outlook is None:
        return None
    told, words = result.outlook.curve, mix_words()
    points = told.points[told.points["conversions"].gt(0)]
    points = points.assign(
        told=[
            say("reports.budget-point", mix=words[mix], budget=money(budget, told.currency), orders=amount(orders))
            for mix, budget, orders in points[["mix", "budget", "conversions"]].itertuples(index=False)
        ]
    )
    alt.data_transformers.disable_max_rows()
    budgets = told.points["budget"]
    wide = [float(budgets.min()) * 0.95, float(budgets.max()) * 1.05]
    high = float(points["conversions_high"].max()) * 1.05 if len(points) else 1.0
    title = say("reports.budget-axis", currency=told.currency) if told.currency else say("reports.budget")
    scale = alt.Scale(type="log", domain=wide, nice=False)
    x = alt.X("budget:Q", scale=scale, title=title, axis=axis(powers(*wide)))
    upward = alt.Scale(domain=[0, high], nice=False)
    y = alt.Y("conversions:Q", scale=upward, title=say("reports.orders-axis"), axis=axis(steps(high, most=5)))
    tones = alt.Scale(domain=list(words), range=[COLOURS[mix] for mix in words])
    colour = alt.Color("mix:N", scale=tones, legend=legend(words, shown=key))
    best: pd.DataFrame = points[points["mix"].eq(BEST)]
    band = alt.Chart(best).mark_area(opacity=0.14)
    band = band.encode(x=x, y=alt.Y("conversions_low:Q", scale=upward), y2=alt.Y2("conversions_high:Q"), color=colour)
    lines = alt.Chart(points).mark_line(strokeWidth=2.5).encode(x=x, y=y, color=colour)
    dots = (
        alt.Chart(points)
        .mark_circle(size=36, opacity=1)
        .encode(x=x, y=y, color=colour, description=alt.Description("told:N"))
    )
    return styled(
        alt.layer(band, lines, dots).properties(width=width, height=height),
        title=say("reports.plan-figure"),
        description=say("reports.plan-description", budget=money(budgets.max(), told.currency)),
    )


def mix_words() -> dict[str, str]:
    """What the colours of mixes mean."""
    words = (say("views.influencer"), say("views.ugc"), say("views.advocate"), say("reports.best-mix"))
    return dict(zip(MIXES, words, strict=True))
