"""A figure of the report in its two widths, with its legend."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from influence_graph.language import say
from influence_graph.views.figures.drawing import source_words, verdict_words
from influence_graph.views.figures.inline import inline
from influence_graph.views.report.blocks import Drawing, Key
from influence_graph.views.result import Mapped

Figure = Callable[..., Any]


def draw(
    figure: Figure,
    result: Mapped,
    *,
    name: str,
    caption: str,
    legend: tuple[Key, ...] = (),
    narrow: Mapping[str, Any],
    beside: bool = False,
    **wide: Any,
) -> Drawing | None:
    """A figure for screens and for phones, None where there is nothing to draw."""
    from altair.utils.schemapi import debug_mode

    with debug_mode(False):  # tests hold that charts are valid; looking again at every part takes a sixth of the time
        large, small = figure(result, key=False, **wide), figure(result, key=False, **narrow)
    if large is None or small is None:
        return None
    return Drawing(inline(large, key=f"{name}-wide"), inline(small, key=f"{name}-narrow"), caption, legend, beside)


def verdict_keys(*, shapes: bool) -> tuple[Key, ...]:
    """What the colours of creators mean."""
    signs = "▲●▼" if shapes else "●●●"
    words = verdict_words().items()
    return tuple(Key(word, f"--{verdict}", sign) for (verdict, word), sign in zip(words, signs, strict=True))


def role_keys(*, unassigned: bool) -> tuple[Key, ...]:
    """What the colours of roles mean."""
    keys = [
        Key(say("views.influencer"), "--influencer"),
        Key(say("views.ugc"), "--ugc"),
        Key(say("views.advocate"), "--advocate"),
    ]
    return (*keys, Key(say("views.unassigned"), "--unassigned")) if unassigned else tuple(keys)


def source_keys(*, ripple: bool) -> tuple[Key, ...]:
    """What the colours of sources mean."""
    words = source_words().items()
    return tuple(Key(word, f"--{source}", "■") for source, word in words if ripple or source != "ripple")
