"""The report: the answer first, then who, then what the data could not say, then how it was found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pandas as pd

from influence_graph.findings import Finding, credited
from influence_graph.language import number, say
from influence_graph.views import figures, page, rows
from influence_graph.views.page import amount, known, share, span
from influence_graph.views.result import Mapped, true, verdicts

NOTES = 40
"""Notes and refused rows that are listed: `run.json` and `faults.csv` hold them all."""


def report(result: Mapped) -> str:
    """The whole report as one HTML file that loads nothing from anywhere.

    Parameters
    ----------
    result : MapResult
        A finished map. Creators are named, nobody else.

    Returns
    -------
    str
        HTML in the language in force. Numbers are those of the given frames; unknown ones are shown as a dash.
    """
    people = result.people
    return page.render(
        "report.html.j2",
        scripts={"report": page.asset("report.js")},
        headline=_headline(result.findings),
        findings=_linked(found for found in result.findings if found.about in ("answer", "people"))[1:],
        limits=_linked(found for found in result.findings if found.about == "limits"),
        data=_linked(found for found in result.findings if found.about == "data"),
        tiles=list(_tiles(result)),
        figure=_figure(people),
        drivers=rows.drivers(people),
        mix=list(rows.mix(result)),
        campaigns=list(rows.campaigns(result)),
        method=_method(result),
        health=_health(result),
    )


def _headline(findings: Sequence[Finding]) -> dict[str, str]:
    first = next((found for found in findings if found.about in ("answer", "people")), None)
    return _sentences(first.text if first else say("views.no-answer"))


def _sentences(text: str) -> dict[str, str]:
    """The statement, and behind it what it rests on and what to do."""
    first, *rest = re.split(r"(?<=[.!?])\s", text, maxsplit=1)
    return {"first": first, "rest": "".join(rest)}


def _linked(findings: Iterable[Finding]) -> list[dict[str, str]]:
    """Findings, each with the part of the page that holds its rows."""
    places = {
        "people.csv": ("creators", say("views.see-creators")),
        "mix.csv": ("mix", say("views.see-mix")),
        "campaigns.csv": ("campaigns", say("views.see-campaigns")),
    }
    told = []
    for found in findings:
        place, see = places.get(found.basis.partition(":")[0], ("health", say("views.see-health")))
        told.append({**_sentences(found.text), "href": place, "see": see})
    return told


def _tiles(result: Mapped) -> Iterator[dict[str, str]]:
    total, people = result.drivers.total, result.people
    compared = people["lift"].notna() & people["beats_followers"].notna()
    if known(total.get("conversions")) and total["conversions"]:
        yield {
            "label": say("views.tile-conversions"),
            "value": amount(total["conversions"]),
            "aside": say("views.tile-conversions-aside", read=amount(result.run.get("conversions_read"))),
        }
        yield {
            "label": say("views.tile-driven"),
            "value": amount(total.get("driven")),
            "aside": _interval(span(total.get("driven_low"), total.get("driven_high"))),
        }
        low, high = total.get("organic_share_low"), total.get("organic_share_high")
        yield {
            "label": say("views.tile-organic"),
            "value": share(total.get("organic_share")),
            "aside": _interval(f"{share(low)}–{share(high)}" if known(low) and known(high) else ""),
        }
    if compared.any():
        beats = int(true(people.loc[compared, "beats_followers"]).sum())
        yield {
            "label": say("views.tile-beats"),
            "value": amount(beats),
            "aside": say("views.tile-beats-aside", n=int(compared.sum())),
        }
    yield {
        "label": say("views.tile-creators"),
        "value": amount(int(true(people["is_creator"]).sum())),
        "aside": say("views.tile-creators-aside", people=amount(result.network.n_people)),
    }


def _interval(text: str) -> str:
    return say("views.interval", span=text) if text else ""


def _figure(people: pd.DataFrame) -> dict[str, Any] | None:
    wide = figures.driven_against_followers(people)
    narrow = figures.driven_against_followers(people, width=300, height=380)
    if wide is None or narrow is None:
        return None
    title = say("views.figure-title")
    creators, shown = int(true(people["is_creator"]).sum()), len(figures.drawn(people))
    thinned = shown == figures.MOST_POINTS < creators
    verdict = verdicts(people)
    description = say(
        "views.figure-description",
        beats=int(verdict.eq("beats").sum()),
        short=int(verdict.eq("short").sum()),
        creators=creators,
    )
    return {
        "title": title,
        "thinned": say("views.figure-thinned", drawn=shown, creators=creators) if thinned else "",
        "wide": figures.svg(wide, title=title, description=description, key="wide"),
        "narrow": figures.svg(narrow, title=title, description=description, key="narrow"),
    }


def _method(result: Mapped) -> list[str]:
    window = result.run.get("parameters", {}).get("window_days", 30)
    mean, median = (result.drivers.total.get(key) for key in ("delay_days", "delay_median_days"))
    told = [say("views.method-credit", window=amount(window))]
    if mean is not None and median is not None:
        days = {"delay": number(float(mean), ",.1f"), "median": number(float(median), ",.1f")}
        told.append(say("views.method-delay", **days))
    told += [say("views.method-fans"), say("views.method-lift"), say("views.method-roles"), say("views.method-limits")]
    if result.drivers.total.get("conversions") and not credited(result.drivers.total):
        told.insert(0, say("views.method-no-evidence"))
    return told


def _health(result: Mapped) -> dict[str, Any]:
    run = result.run
    said = [say(str(note["id"]), **note["numbers"]) for key in ("skipped", "notes") for note in run.get(key, ())]
    found = {finding.text for finding in result.findings}  # what was said above is not said again
    reasons = result.faults["reason"].astype(str).value_counts() if len(result.faults) else pd.Series(dtype="int64")
    return {
        "inputs": list(run.get("inputs", ())),
        "notes": [note for note in dict.fromkeys(said) if note not in found][:NOTES],
        "reasons": [(str(reason), amount(int(n))) for reason, n in reasons.head(NOTES).items()],
        "refused": amount(len(result.faults)),
        "version": str(run.get("version", page.UNKNOWN)),
        "at": str(run.get("at", page.UNKNOWN))[:10],
        "seed": str(run.get("seed", page.UNKNOWN)),
    }
