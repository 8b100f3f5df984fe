"""What the map found, as ranked sentences a strategist reads aloud.

A finding is a message id with its numbers, so that it can be read by a program, worded in any language, and traced
to the columns it rests on. Only creators are ever named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from influence_graph.findings.finding import Finding, known
from influence_graph.findings.scopes import campaigns, communities
from influence_graph.findings.timing import delay, rhythm, wear

if TYPE_CHECKING:
    import pandas as pd

    from influence_graph.backtesting import Claim
    from influence_graph.drivers import Drivers
    from influence_graph.tables import Direction, Tables

__all__ = ["Finding", "credited", "find"]

NAMED = 3
STABLE = 0.3
"""How many creators a sentence names: more are read in the table."""
LARGEST = 10
"""How many of the largest accounts are looked at."""
_DOUBTS = MappingProxyType(
    {
        "fan effect": "findings.fan-effect",
        "together": "findings.together",
        "too few exposures": "findings.few-exposures",
    }
)
_BLIND = MappingProxyType({"no buyers known": "findings.no-buyers"})
"""The verdict under which nobody is credited: said all the same."""
_ROLES = ("influencer", "ugc", "advocate", "unassigned")
_MISSING = MappingProxyType(
    {
        "creators": "findings.missing-creators",
        "shares": "findings.missing-shares",
        "follows": "findings.missing-follows",
        "campaigns": "findings.missing-campaigns",
        "touches": "findings.missing-touches",
        "aliases": "findings.missing-aliases",
        "followers": "findings.missing-followers",
    }
)


def find(
    drivers: Drivers,
    people: pd.DataFrame,
    mix: pd.DataFrame,
    tables: Tables,
    *,
    direction: Direction | None = None,
    stability: float | None = None,
    verdict: Sequence[Claim] = (),
) -> list[Finding]:
    """What the strategist should know, most important first.

    Parameters
    ----------
    drivers : Drivers
        The fitted model; its `total` and `campaigns` are read.
    people : DataFrame
        One row a person, the columns of `people.csv`.
    mix : DataFrame
        The role mix, the columns of `mix.csv`.
    tables : Tables
        What was read, for what is missing from it.
    direction : Direction, optional
        The direction test on follows.
    stability : float, optional
        Mean adjusted Rand index of the communities over seeds: unstable ones are not spoken of.
    verdict : sequence of Claim
        What held-out orders say of the map, where that was asked.

    Returns
    -------
    list of Finding
        Never empty. Unknown numbers are left unsaid, never said as 0. Cost O(people).
    """
    found: list[Finding] = []
    people = _told_apart(people)
    if direction is not None and direction.swapped:
        numbers = {"share": float(direction.followed_first), "pairs": int(direction.pairs), "z": float(direction.z)}
        found.append(Finding("findings.swapped", numbers, "follows", "answer"))
    found += _answer(drivers.total, people, tables)
    found += _verdict(verdict, drivers.total)
    split = credited(drivers.total)  # where the total may be 0, how it splits is noise, and is not said
    if split:
        found += _beyond_followers(people)
        found += delay(drivers.total)
    found += _roles(mix, "people", "findings.roles-people")
    if split:
        found += _roles(mix, "driven", "findings.roles-driven")
        found += campaigns(drivers.campaigns, tables)
        if stability is None or stability >= STABLE:  # groups that another seed would draw otherwise are none
            found += communities(people)
        found += _ripple(people)
        found += _unidentified(people, _DOUBTS)
        found += _groups(drivers.groups, people)
    found += _unidentified(people, _BLIND)
    found += wear(drivers.total, credited=split)
    found += rhythm(drivers.total)
    found += _limits(drivers.total, people, tables)
    found += _data(tables)
    return found


def credited(total: Mapping[str, Any]) -> bool:
    """Whether the interval of all driven conversions leaves 0 out (a count below one half rounds to 0)."""
    return known(total.get("driven_low")) and float(total["driven_low"]) >= 0.5


def _answer(total: Mapping[str, Any], people: pd.DataFrame, tables: Tables) -> Iterator[Finding]:
    conversions = total.get("conversions")
    if not known(conversions) or not conversions:
        if len(tables.conversions):
            yield Finding(
                "findings.none-counts", {"n": tables.conversions["conversion_id"].nunique()}, "conversions: status"
            )
            return
        reach = people[_true(people["is_creator"]) & people["audience"].gt(0)].nlargest(NAMED, "audience")
        if len(reach):
            numbers = {"best": _named(reach, "audience"), "creators": int(_true(people["is_creator"]).sum())}
            yield Finding("findings.no-conversions", numbers, "people.csv: audience, pagerank")
        else:
            yield Finding("findings.nobody", {}, "people.csv")
        return
    keys = ("conversions", "driven", "driven_low", "driven_high", "organic_share")
    numbers = {key: float(total[key]) for key in keys if known(total.get(key))}
    if len(numbers) < len(keys):
        message = "findings.no-exposure" if len(tables.shares) else "findings.organic-only"
        yield Finding(message, {"n": float(conversions)}, "campaigns.csv: organic")
    elif credited(total):
        yield Finding("findings.total", numbers, "campaigns.csv: driven, organic")
    else:
        yield Finding("findings.total-none", numbers, "campaigns.csv: driven, organic")


def _verdict(claims: Sequence[Claim], total: Mapping[str, Any]) -> Iterator[Finding]:
    """No evidence that shares drive anything belongs to the answer, beside its total; the rest supports it."""
    file = "backtest.json: verdict"
    for claim in (claim for claim in claims if claim.asked):
        empty = claim is claims[0] and claim.answer == "no evidence"
        yield Finding(claim.id, claim.numbers, file, "answer" if empty else "checks")
        if empty and credited(total):
            yield Finding("findings.total-unproven", claim.numbers | {"driven": float(total["driven"])}, file, "answer")


def _beyond_followers(people: pd.DataFrame) -> Iterator[Finding]:
    scope = people[people["lift"].notna() & people["beats_followers"].notna()]
    if scope.empty:
        yield Finding("findings.no-lift", {}, "people.csv: lift", "limits")
        return
    beaters = scope[_true(scope["beats_followers"])]
    if len(beaters):
        # The surest first: a wide interval around a large lift is no recommendation.
        best = beaters[_true(beaters["is_creator"])].nlargest(NAMED, "lift_low")
        numbers = {"n": len(beaters), "scope": len(scope), "best": _named(best, "lift", "lift_low", "lift_high")}
        yield Finding("findings.beaters", numbers, "people.csv: beats_followers, lift, q_value", "people")
        yield from _unseen(beaters)
        if reaching := int(beaters["lift_low"].le(1).sum()):
            yield Finding("findings.beaters-reach", {"n": reaching}, "people.csv: beats_followers, lift_low", "people")
    else:
        yield Finding("findings.beaters-none", {"n": len(scope)}, "people.csv: beats_followers, q_value", "people")
    large = scope[_true(scope["is_creator"])].nlargest(LARGEST, "followers")
    short = large[~_true(large["beats_followers"]) & large["expected"].notna()]
    if len(short) and len(large) > 1:
        # Those who surely fall short are named before those who merely may.
        surely = short.sort_values("lift_high", key=lambda high: high.ge(1), kind="stable")
        numbers = {
            "n": len(short),
            "scope": len(large),
            "sure": int(short["lift_high"].lt(1).sum()),
            "best": _named(surely.head(NAMED), "followers", "driven", "expected"),
        }
        yield Finding("findings.largest", numbers, "people.csv: followers, driven, expected, lift", "people")
    judged = scope[scope["persuasive"].notna()]
    persuasive = _true(judged["persuasive"])
    if len(judged) > 1 and not persuasive.any():
        yield Finding("findings.alike", {"n": len(judged)}, "people.csv: persuasion, persuasive", "people")
    elif persuasive.any() and len(beaters):
        both = int(_true(beaters["persuasive"]).sum())
        numbers = {"n": len(beaters), "persuasive": both, "activity": len(beaters) - both}
        message = "findings.persuasion" if both else "findings.activity"
        yield Finding(message, numbers, "people.csv: activity, persuasion, persuasive", "people")


def _unseen(beaters: pd.DataFrame) -> Iterator[Finding]:
    """What it would take to explain those who beat their follower count away."""
    known = beaters[_true(beaters["is_creator"]) & beaters["e_value_low"].notna()]
    if len(known):
        least = known.nsmallest(1, "e_value_low")
        (told,) = _named(least, "e_value_low")
        middle = float(known["e_value_low"].median())
        numbers = {"n": len(known), "middle": middle, "least": told["e_value_low"]}
        numbers |= {"person_id": told["person_id"], "name": told["name"]}
        yield Finding("findings.unseen", numbers, "people.csv: e_value, e_value_low", "people")


def _roles(mix: pd.DataFrame, measure: str, message: str) -> Iterator[Finding]:
    whole = mix[mix["scope"].eq("all") & mix["measure"].eq(measure)]
    amounts = {role: float(whole[role].sum()) for role in _ROLES}
    total = sum(amounts.values())
    roled = total - amounts.pop("unassigned")
    if roled > 0.5:
        # Most buyers show no role at all: the mix is that of those who do.
        shares = {role: amount / roled for role, amount in amounts.items()}
        numbers = {"all": total, "assigned": roled / total, **shares}
        yield Finding(message, numbers, f"mix.csv: all, {measure}", "people")


def _ripple(people: pd.DataFrame) -> Iterator[Finding]:
    far = people[_true(people["is_creator"]) & people["ripple"].ge(1)]
    if len(far):
        numbers = {"n": len(far), "best": _named(far.nlargest(NAMED, "ripple"), "ripple")}
        yield Finding("findings.ripple", numbers, "people.csv: ripple", "people")


def _unidentified(people: pd.DataFrame, doubts: Mapping[str, str]) -> Iterator[Finding]:
    """How many creators share one of these verdicts; it may go on to name others."""
    told = people.loc[people["is_creator"], "identifiable"].dropna().astype(str)
    told = told[told.ne("")]
    for verdict, message in doubts.items():
        which = told.str.startswith(verdict)
        if which.any():
            yield Finding(message, {"n": int(which.sum()), "scope": len(told)}, "people.csv: identifiable", "limits")


def _groups(groups: pd.DataFrame | None, people: pd.DataFrame) -> Iterator[Finding]:
    """What the strongest group of creators who can't be told apart drove together."""
    if groups is not None and len(groups):
        strongest = groups.nlargest(1, "driven")
        first = groups[groups["group"].isin(strongest["group"])]
        members = people[people["person_id"].isin(first["person_id"]) & _true(people["is_creator"])]
        if len(members) > 1:
            columns = ["driven", "driven_low", "driven_high"]
            numbers = dict(zip(columns, strongest[columns].to_numpy(dtype=float)[0].tolist(), strict=True))
            names = ", ".join(row["name"] for row in _named(members.head(NAMED)))
            names += f" (+{len(members) - NAMED})" if len(members) > NAMED else ""
            basis = "people.csv: identifiable, driven_low, driven_high"
            yield Finding("findings.group", {"n": len(members), "names": names, **numbers}, basis, "limits")


def _limits(total: Mapping[str, Any], people: pd.DataFrame, tables: Tables) -> Iterator[Finding]:
    claims = people[people["is_creator"] & people["claimed"].notna() & people["driven"].notna()]
    if claims["claimed"].sum() >= 1 and known(total.get("driven")):
        numbers = {"n": float(claims["claimed"].sum()), "driven": float(claims["driven"].sum()), "people": len(claims)}
        claimed = "findings.claims" if credited(total) else "findings.claims-unproven"  # where all may be nothing
        yield Finding(claimed, numbers, "people.csv: claimed, driven", "limits")
    orders = tables.conversions.drop_duplicates("conversion_id")
    if nameless := int(orders["person_id"].isna().sum()):
        numbers = {"n": nameless, "orders": len(orders), "share": nameless / len(orders)}
        yield Finding("findings.anonymous", numbers, "conversions: person_id", "limits")
    if total.get("converged") is False:
        yield Finding("findings.not-converged", {"n": int(total.get("iterations", 0))}, "run.json", "limits")


def _data(tables: Tables) -> Iterator[Finding]:
    for name, message in _MISSING.items():
        if tables[name].empty:
            yield Finding(message, {}, name, "data")
    if len(tables.conversions) and tables.conversions["value"].isna().all():
        yield Finding("findings.missing-values", {}, "conversions: value", "data")
    read = int(tables.sources["read"].sum()) if len(tables.sources) else 0
    refused = int(tables.sources["refused"].sum()) if len(tables.sources) else 0
    if refused:
        numbers = {"n": refused, "read": read}
        yield Finding("findings.refused", numbers, "faults.csv", "data")


def _told_apart(people: pd.DataFrame) -> pd.DataFrame:
    """Creators of one name with their id behind it: a sentence has no row beside it that tells who is meant."""
    named = people["name"].where(_true(people["is_creator"]) & people["name"].astype(str).ne(""))
    alike = named.notna() & named.duplicated(keep=False)
    called = people["name"] + " (" + people["person_id"].astype(str) + ")"
    return people.assign(name=people["name"].where(~alike, called))


def _named(rows: pd.DataFrame, *columns: str) -> list[dict[str, Any]]:
    """Creators as plain records: who, and the numbers that a sentence gives of them."""
    ids = rows["person_id"].astype(str)
    names = rows["name"].where(rows["name"].notna() & rows["name"].astype(str).ne(""), ids)
    return [
        {"person_id": person, "name": str(name), **{c: float(v) for c, v in zip(columns, values, strict=True)}}
        for person, name, values in zip(ids, names, rows[list(columns)].to_numpy(), strict=True)
    ]


def _true(column: pd.Series) -> pd.Series:
    """Where a column that may hold unknowns says yes."""
    return column.astype("boolean").fillna(False).astype(bool)
