"""The answer above all: one sentence with its uncertainty, and the few numbers behind it."""

from __future__ import annotations

from collections.abc import Iterator

from influence_graph.language import say
from influence_graph.views.page import amount, known, share, span
from influence_graph.views.report.blocks import Sentence
from influence_graph.views.report.sentences import first_finding, plain, sentence
from influence_graph.views.result import Mapped, true


def headline(result: Mapped) -> Sentence:
    """The first finding."""
    first = first_finding(result)
    return sentence(first) if first else plain(say("reports.no-answer"))


def tiles(result: Mapped) -> Iterator[dict[str, str]]:
    """Numbers to take in at a glance, each with its interval or what it is out of."""
    total, people = result.drivers.total, result.people
    compared = people["lift"].notna() & people["beats_followers"].notna()
    if known(total.get("conversions")) and total["conversions"]:
        yield {
            "label": say("reports.tile-conversions"),
            "value": amount(total["conversions"]),
            "aside": say("reports.tile-conversions-aside", read=amount(result.run.get("conversions_read"))),
        }
        driven = span(total.get("driven_low"), total.get("driven_high"))
        low, high = total.get("organic_share_low"), total.get("organic_share_high")
        organic = f"{share(low)}–{share(high)}" if known(low) and known(high) else ""
        # without evidence of any the middle of the interval is no answer
        told = bool(total.get("driven_low")) or not driven
        yield {
            "label": say("reports.tile-driven"),
            "value": amount(total.get("driven")) if told else _together(driven),
            "aside": _interval(driven) if told else say("reports.tile-no-evidence"),
        }
        yield {
            "label": say("reports.tile-organic"),
            "value": share(total.get("organic_share")) if told else _together(organic),
            "aside": _interval(organic) if told else say("reports.tile-interval"),
        }
    if compared.any():
        beats = int(true(people.loc[compared, "beats_followers"]).sum())
        yield {
            "label": say("reports.tile-beats"),
            "value": amount(beats),
            "aside": say("reports.tile-beats-aside", n=int(compared.sum())),
        }
    yield {
        "label": say("reports.tile-creators"),
        "value": amount(int(true(people["is_creator"]).sum())),
        "aside": say("reports.tile-creators-aside", people=amount(result.network.n_people)),
    }


def _interval(text: str) -> str:
    return say("reports.interval", span=_together(text)) if text else ""


def _together(text: str) -> str:
    return text.replace("–", "\u2060–\u2060")  # no line ends inside an interval
