"""Where everybody stands between influencer, UGC creator and advocate."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from influence_graph.language import say
from influence_graph.views.figures.drawing import (
    INK,
    PAPER,
    ROLES,
    RULE,
    SIZE,
    VERDICTS,
    Chart,
    labels,
    legend,
    place,
    shortened,
    styled,
    verdict_words,
)
from influence_graph.views.page import amount, share
from influence_graph.views.result import Mapped, Names, called, true, verdicts

MOST, OTHERS = 600, 200
"""Creators and other people drawn at most, those who drove most."""
_TALL = float(np.sqrt(3) / 2)
_CORNERS = {"influencer": (0.5, _TALL), "ugc": (1.0, 0.0), "advocate": (0.0, 0.0)}
_LARGEST, _SMALLEST, _EVEN = 900.0, 14.0, 40.0
"""Areas of marks in square pixels."""


def role_mix(
    result: Mapped, *, width: int = 520, most: int = MOST, names: Names = "creators", key: bool = True
) -> Chart | None:
    """Everybody's mix of roles in a triangle, those who drove more drawn larger.

    Parameters
    ----------
    result : MapResult
        A finished map.
    width : int
        Pixels; a triangle's height follows.
    most : int
        Creators drawn at most; of other people a third of that.
    names : {"creators", "all"}
        Who is named under the pointer.
    key : bool
        Say what the colours mean.

    Returns
    -------
    altair.LayerChart or None
        None where nobody shows a role. Who stands in a corner is that role alone, who stands in the middle is all
        three at once. Areas are conversions driven, all alike where none are known.
    """
    import altair as alt

    points = _points(placed(result.people, most=most), names)
    if points.empty:
        return None
    alt.data_transformers.disable_max_rows()
    scale = width / 1.16
    points = _with_labels(points, scale)
    x = alt.X("x:Q", scale=alt.Scale(domain=[-0.08, 1.08]), axis=None)
    y = alt.Y("y:Q", scale=alt.Scale(domain=[-0.09, _TALL + 0.09]), axis=None)
    size = alt.Size("area:Q", scale=None, legend=None)
    tones = alt.Scale(domain=list(VERDICTS), range=list(VERDICTS.values()))
    dots = (
        alt.Chart(points)
        .mark_point(filled=True, shape="circle", stroke=PAPER, strokeWidth=0.7)
        .encode(
            x=x,
            y=y,
            size=size,
            color=alt.Color("verdict:N", scale=tones, legend=legend(verdict_words(), shown=key)),
            opacity=alt.condition(alt.datum.creator, alt.value(0.72), alt.value(0.3)),
            description=alt.Description("told:N"),
            tooltip=[alt.Tooltip("told:N", title=say("views.roles"))],
        )
    )
    layers = [*_frame(x, y), dots, *_corners(x, y), *labels(points, x=x, y=y)]
    return styled(
        alt.layer(*layers).properties(width=width, height=round(scale * (_TALL + 0.18))),
        title=say("reports.roles-title"),
        description=_description(points),
    )


def placed(people: pd.DataFrame, *, most: int = MOST) -> pd.DataFrame:
    """Who is drawn: the creators who show a role, and the others among them who drove most."""
    roled = people[people[list(ROLES)].notna().all(axis=1) & people[list(ROLES)].sum(axis=1).gt(0)]
    falling = roled.sort_values("driven", ascending=False, kind="stable")
    creator = true(falling["is_creator"])
    return pd.concat([falling[creator].head(most), falling[~creator].head(most * OTHERS // MOST)])


def _points(rows: pd.DataFrame, names: Names) -> pd.DataFrame:
    creator = true(rows["is_creator"])
    whole = rows[list(ROLES)].sum(axis=1)
    part = {role: rows[role] / whole for role in ROLES}
    driven = rows["driven"].fillna(0.0).clip(lower=0.0)
    top = float(driven.max()) if len(rows) else 0.0
    shown = called(rows).where(creator | (names == "all"), say("reports.somebody"))
    area = (driven / top * _LARGEST).clip(lower=_SMALLEST) if top > 0 else pd.Series(_EVEN, index=rows.index)
    told = [
        say("reports.role-point", name=name, influencer=share(i), ugc=share(u), advocate=share(a), driven=amount(d))
        for name, i, u, a, d in zip(shown, *part.values(), rows["driven"], strict=True)
    ]
    return pd.DataFrame(
        {
            "name": shown,
            "creator": creator,
            "x": sum(part[role] * _CORNERS[role][0] for role in ROLES),
            "y": sum(part[role] * _CORNERS[role][1] for role in ROLES),
            "area": area,
            "driven": driven,
            "verdict": verdicts(rows).where(lambda verdict: verdict.isin(list(VERDICTS)), "even"),
            "told": told,
        }
    ).reset_index(drop=True)


def _with_labels(points: pd.DataFrame, scale: float) -> pd.DataFrame:
    """Names for the creators who drove most."""
    names = points["name"].map(shortened)
    order = points.index[points["creator"] & points["driven"].gt(0)]
    x, y = (points["x"].to_numpy() + 0.08) * scale, (_TALL + 0.09 - points["y"].to_numpy()) * scale
    room = np.round(np.sqrt(points["area"].to_numpy() / np.pi) + 5.0)
    first = list(order[: 12 if scale > 400 else 5])
    sides = place(x, y, list(names), first, width=1.16 * scale, most=6, room=room, covers=4)
    return points.assign(label=names, side=[sides.get(row, "") for row in range(len(points))], room=room)


def _frame(x: Any, y: Any) -> list[Chart]:
    """The triangle, and the lines on which a role makes up a quarter, a half and three quarters."""
    import altair as alt

    ends = []
    for role in _CORNERS:
        one, other = (each for each in _CORNERS if each != role)
        for part in (0.0, 0.25, 0.5, 0.75):
            line = [_mix({role: part, one: 1 - part}), _mix({role: part, other: 1 - part})]
            ends += [(f"{role} {part}", *end, part) for end in line]
    lines = pd.DataFrame(ends, columns=["line", "x", "y", "part"])
    return [
        alt.Chart(lines)
        .mark_line(color=RULE)
        .encode(
            x=x,
            y=y,
            detail=alt.Detail("line:N"),
            strokeWidth=alt.condition("datum.part == 0", alt.value(1.6), alt.value(0.8)),
        )
    ]


def _mix(parts: dict[str, float]) -> tuple[float, float]:
    """Where a mix of roles stands."""
    return (
        sum(part * _CORNERS[role][0] for role, part in parts.items()),
        sum(part * _CORNERS[role][1] for role, part in parts.items()),
    )


def _corners(x: Any, y: Any) -> list[Chart]:
    """The name of each role at its corner, with its colour."""
    import altair as alt

    names = {
        "influencer": say("views.influencer"),
        "ugc": say("views.ugc"),
        "advocate": say("views.advocate"),
    }
    layers: list[Chart] = []
    offsets: dict[str, dict[str, Any]] = {
        "influencer": {"align": "center", "dy": -22},
        "ugc": {"align": "right", "dx": 30, "dy": 24},
        "advocate": {"align": "left", "dx": -30, "dy": 24},
    }
    for role, offset in offsets.items():
        at = pd.DataFrame([{"x": _CORNERS[role][0], "y": _CORNERS[role][1]}])
        base = alt.Chart(at).encode(x=x, y=y)
        layers += [
            base.mark_point(filled=True, shape="circle", size=110, color=ROLES[role], opacity=1),
            base.mark_text(text=names[role], fontSize=SIZE, fontWeight=600, color=INK, **offset),
        ]
    return layers


def _description(points: pd.DataFrame) -> str:
    away = {role: (points["x"] - x) ** 2 + (points["y"] - y) ** 2 for role, (x, y) in _CORNERS.items()}
    nearest = pd.DataFrame(away)
    role = nearest[points["creator"]].idxmin(axis=1) if points["creator"].any() else pd.Series(dtype="str")
    numbers = {each: int(role.eq(each).sum()) for each in ROLES}
    return say("reports.roles-description", creators=int(points["creator"].sum()), **numbers)
