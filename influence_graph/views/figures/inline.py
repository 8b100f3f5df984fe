"""Charts as SVG: inline in a page, or as files with a picture in dots beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from influence_graph.views.figures import FIGURES
from influence_graph.views.figures.drawing import VARIABLES
from influence_graph.views.result import Mapped

if TYPE_CHECKING:
    from markupsafe import Markup

_SHARPNESS = 2.0
"""Dots a pixel of the saved pictures."""
_LONG = re.compile(r"(\d\.\d\d)\d+")
"""A hundredth of a pixel is enough."""


def load() -> None:
    """Load what draws charts, which takes a second: a thread may do so beside other work."""
    import altair as alt
    import pandas as pd
    import vl_convert

    vl_convert.vegalite_to_svg(alt.Chart(pd.DataFrame()).mark_point().to_dict(validate=False))


def inline(chart: Any, *, key: str) -> Markup:
    """A chart as an SVG element that follows the page's palette and tells a screen reader what it shows.

    Parameters
    ----------
    chart : altair chart
        With a title, which the page words itself and the element carries as its name, and a description.
    key : str
        Makes element ids unique within the page.

    Returns
    -------
    Markup
        Marks carry what they tell in ``data-told``.
    """
    import vl_convert
    from markupsafe import Markup, escape

    described = chart.to_dict(validate=False)
    title, description = described.pop("title"), described.pop("description")
    text = re.sub(r"<[^>]*>", lambda tag: _for_page(tag[0], key), vl_convert.vegalite_to_svg(described))
    head, _, rest = text.partition(">")
    head = re.sub(r' (width|height)="[^"]*"', "", head)
    named = f'<title id="{key}-title">{escape(title)}</title><desc id="{key}-desc">{escape(description)}</desc>'
    return Markup(f'{head} role="img" aria-labelledby="{key}-title {key}-desc">{named}{rest}')  # noqa: S704  # Vega escapes


def _for_page(tag: str, key: str) -> str:
    """One tag, made for a page: what marks tell as data, colours as variables, ids of its own, and no more digits."""
    tag = re.sub(r' (role|aria-roledescription|aria-hidden|pointer-events|class|version)="[^"]*"', "", tag)
    tag = tag.replace(' aria-label="', ' data-told="')
    tag = re.sub(r'( id="|url\(#|href="#)', rf"\g<1>{key}-", tag)
    tag = re.sub(r' (d|transform|x2|y2)="[^"]*"', lambda each: _LONG.sub(r"\1", each[0]), tag)
    return re.sub(r'"(#[0-9a-f]{6})"', _variable, tag)


def _variable(colour: re.Match[str]) -> str:
    return f'"var({VARIABLES[colour[1]]})"' if colour[1] in VARIABLES else colour[0]


def pictures(result: Mapped) -> Iterator[tuple[str, bytes]]:
    """Every figure there is to draw, as files.

    Parameters
    ----------
    result : MapResult
        A finished map.

    Yields
    ------
    name : str
        ``driven-against-followers.svg`` and so on: each figure as SVG, and as PNG of twice the size.
    content : bytes
        The SVG carries its title and its description.
    """
    import vl_convert
    from markupsafe import escape

    for figure in FIGURES:
        chart = figure(result)
        if chart is None:
            continue
        described, name = chart.to_dict(validate=False), figure.__name__.replace("_", "-")
        text = vl_convert.vegalite_to_svg(described)
        named = f"<title>{escape(described['title'])}</title><desc>{escape(described['description'])}</desc>"
        head, _, rest = text.partition(">")
        yield f"{name}.svg", f'{head} role="img">{named}{rest}'.encode()
        yield f"{name}.png", vl_convert.vegalite_to_png(described, scale=_SHARPNESS)
