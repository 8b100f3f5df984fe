"""Where evidence for a role begins and where it is full: the settings of roles, and the TOML file that holds them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from influence_graph.errors import UsageError

Anchors = tuple[float, float]
SIGNS = {
    "influencer": ("followers", "exclusive_reach", "two_hop_reach"),
    "ugc": ("posts", "engagement", "reshares"),
    "advocate": ("months", "campaigns", "unpaid", "praise", "purchases", "referrals"),
}
"""What speaks for each role, unless a file says otherwise."""
ROLES = tuple(SIGNS)
_SCALED = tuple(sign for signs in SIGNS.values() for sign in signs)
_NUMBERS = ("positive", "tier_members", "exposures_assumed", "alpha")


@dataclass(frozen=True)
class RoleAnchors:
    """Between which values each sign rises from 0 to 1, on a log scale, and which signs speak for which role.

    At or under the lower anchor there is no evidence; where a single occurrence already says something, the lower
    anchor is a half.

    Attributes
    ----------
    followers, exclusive_reach, two_hop_reach : people
    posts : original posts
    engagement : times the median engagement per post of the tier
    reshares : reshares received per exposure
    months, campaigns : in which the person recommended without being known to be paid
    unpaid : shares
    praise : positive ratings, less the others
    purchases : own orders before sharing
    referrals : people sent without being paid for it
    positive : float
        A rating counts as positive from this part of its scale on; the scale is the smallest of 1, 5, 10 and 100
        that holds all ratings.
    tier_members : int
        A tier, one power of ten of followers, is compared within when so many of its members' engagement is known.
    exposures_assumed : float
        So many exposures without a reshare are added to those of everybody, lest one reshare by a small audience
        look like a wave.
    alpha : float
        Memberships go with the evidence to this power: the larger, the closer to a single role.
    influencer, ugc, advocate : tuple of str
        The signs whose mean is the evidence for each role; no sign speaks for two.
    """

    followers: Anchors = (1_000, 1_000_000)
    exclusive_reach: Anchors = (100, 100_000)
    two_hop_reach: Anchors = (10_000, 10_000_000)
    posts: Anchors = (0.5, 100)
    engagement: Anchors = (0.5, 5)
    reshares: Anchors = (1e-4, 1e-2)
    months: Anchors = (1, 12)
    campaigns: Anchors = (1, 10)
    unpaid: Anchors = (0.5, 12)
    praise: Anchors = (0.5, 10)
    purchases: Anchors = (0.5, 5)
    referrals: Anchors = (0.5, 20)
    positive: float = 0.8
    tier_members: int = 5
    exposures_assumed: float = 1_000.0
    alpha: float = 2.0
    influencer: tuple[str, ...] = SIGNS["influencer"]
    ugc: tuple[str, ...] = SIGNS["ugc"]
    advocate: tuple[str, ...] = SIGNS["advocate"]

    def __post_init__(self) -> None:
        for name in _SCALED:
            lower, upper = getattr(self, name)
            if not 0 < lower < upper:
                raise UsageError("people.anchor-pair", name=name, lower=lower, upper=upper)
        if self.alpha <= 0:
            raise UsageError("people.alpha", alpha=self.alpha)
        spoken = [sign for signs in self.evidence.values() for sign in signs]
        for role, signs in self.evidence.items():
            if not signs:
                raise UsageError("people.no-signs", role=role, signs=", ".join(_SCALED))
            for sign in signs:
                if sign not in _SCALED:
                    raise UsageError("people.unknown-sign", sign=sign, role=role, signs=", ".join(_SCALED))
                if spoken.count(sign) > 1:
                    raise UsageError("people.sign-twice", sign=sign)

    @property
    def evidence(self) -> dict[str, tuple[str, ...]]:
        """The signs of each role."""
        return {role: getattr(self, role) for role in ROLES}


def read_anchors(path: Path) -> RoleAnchors:
    """Read settings of roles from a TOML file; what it does not name stays as it is.

    Parameters
    ----------
    path : Path
        Top level: `alpha`, `positive`, `tier_members`, `exposures_assumed`. ``[anchors]``: a pair of numbers for a
        sign. ``[evidence]``: a list of signs for a role.

    Raises
    ------
    UsageError
        The file can't be read, names what does not exist, or holds something else than numbers and signs.
    """
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        reason = getattr(fault, "strerror", None) or str(fault)
        raise UsageError("people.file-unreadable", file=str(path), reason=reason) from None
    anchors, evidence = (_section(told, name, path) for name in ("anchors", "evidence"))
    given: dict[str, Any] = {}
    for names, entries, where in ((_NUMBERS, told, ""), (_SCALED, anchors, "anchors."), (ROLES, evidence, "evidence.")):
        for name, value in entries.items():
            if name not in names:
                raise UsageError(
                    "people.file-unknown", file=path.name, name=where + name, names=", ".join(where + n for n in names)
                )
            given[name] = _value(name, value, f"{where}{name}", path)
    return RoleAnchors(**given)


def _section(told: dict[str, Any], name: str, path: Path) -> dict[str, Any]:
    section = told.pop(name, {})
    if not isinstance(section, dict):
        raise UsageError("people.file-value", file=path.name, name=name, value=str(section))
    return section


def _value(name: str, value: Any, called: str, path: Path) -> Any:
    """A value of the file in the type that its setting has."""
    if name in ROLES:
        fits = isinstance(value, list) and all(isinstance(sign, str) for sign in value)
    elif name in _SCALED:
        fits = isinstance(value, list) and len(value) == 2 and all(map(_is_number, value))
    else:
        fits = _is_number(value)
    if not fits:
        raise UsageError("people.file-value", file=path.name, name=called, value=str(value))
    return tuple(value) if isinstance(value, list) else value


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < float("inf")
