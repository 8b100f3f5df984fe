"""One HTML file that needs nothing else: templates, inlined assets, and a policy that forbids every request."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from influence_graph.language import current, number, say

if TYPE_CHECKING:
    from jinja2 import Environment

_HERE = Path(__file__).parent
UNKNOWN = "–"
"""What a page shows where a number is unknown."""


def render(template: str, *, scripts: Mapping[str, str] | None = None, **context: Any) -> str:
    """Fill a template.

    Parameters
    ----------
    template : str
        A file of `templates`.
    scripts : mapping of str to str, optional
        Name and JavaScript of what the page runs: the policy allows these by their hash and nothing else, so that a
        name that smuggled a script in could still not run it.
    **context
        What the template refers to; everything is escaped.

    Returns
    -------
    str
        A whole HTML document in the language in force.
    """
    from markupsafe import Markup

    scripts = scripts or {}
    hashes = " ".join(f"'sha256-{_sha256(text)}'" for text in scripts.values())
    policy = Markup(  # noqa: S704  # no name of the user's in it
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
        f"script-src {hashes or chr(39) + 'none' + chr(39)}"
    )
    runs = {name: Markup(f"<script>{text}</script>") for name, text in scripts.items()}  # noqa: S704  # our own files
    return _environment().get_template(template).render(policy=policy, runs=runs, lang=current(), **context)


@cache
def asset(name: str) -> str:
    """The text of a file of `assets`."""
    return (_HERE / "assets" / name).read_text(encoding="utf-8")


def payload(data: Any) -> str:
    """JSON that may stand inside a script element: no ``<`` can close it or open a comment."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def amount(value: Any) -> str:
    """A count or estimate for reading: one decimal under 10 where it has one, a dash where unknown.

    Examples
    --------
    >>> amount(1234.5), amount(3.25), amount(3.0), amount(float("nan"))
    ('1,234', '3.2', '3', '–')
    """
    if not known(value):
        return UNKNOWN
    whole = abs(value) >= 10 or float(value).is_integer()
    return number(float(value), ",.0f" if whole else ".1f")


def share(value: Any) -> str:
    """A fraction in 0..1 as a percentage, a dash where unknown."""
    return number(float(value), ".0%") if known(value) else UNKNOWN


def times(value: Any) -> str:
    """A ratio for reading, a dash where unknown."""
    return f"{number(float(value), ',.1f')}×" if known(value) else UNKNOWN


def span(low: Any, high: Any) -> str:
    """An interval for reading, empty where unknown."""
    return f"{amount(low)}–{amount(high)}" if known(low) and known(high) else ""


def known(value: Any) -> bool:
    """Whether there is a number at all."""
    return value is not None and str(value) != "<NA>" and value == value  # NA has no truth value


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        say=say,
        amount=amount,
        share=share,
        span=span,
        times=times,
        style=lambda name: Markup(asset(name)),  # noqa: S704  # our own files
    )
    environment.filters["as_is"] = Markup  # for payloads, which are escaped on their own
    environment.filters["sortable"] = lambda value: f"{float(value):.10g}" if known(value) else ""
    return environment


def _sha256(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
