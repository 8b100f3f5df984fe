"""What groups are called: names of our own are worded, names of the user's are theirs."""

from __future__ import annotations

from types import MappingProxyType

from influence_graph.language import say
from influence_graph.programme.groups.membership import OTHERS, WITHIN

_OURS = MappingProxyType(
    {
        ("role", "influencer"): "groups.influencer",
        ("role", "ugc"): "groups.ugc",
        ("role", "advocate"): "groups.advocate",
        ("role", "unassigned"): "groups.unassigned",
        ("deal", "paid"): "groups.paid",
        ("deal", "unpaid"): "groups.unpaid",
        ("deal", "gift"): "groups.gift",
        ("tier", ""): "groups.unknown-tier",
        ("platform_tier", ""): "groups.unknown-platform",
        ("platform", ""): "groups.unknown-platform",
        ("kind", ""): "groups.unknown-kind",
        ("deal", ""): "groups.unknown-deal",
        ("campaign", ""): "groups.no-campaign",
        **{(by, OTHERS): "groups.all-others" for by in ("platform", "kind", "campaign")},
    }
)
HEADINGS = MappingProxyType(
    {
        "tier": "groups.by-tier",
        "role": "groups.by-role",
        "platform": "groups.by-platform",
        "platform_tier": "groups.by-platform-tier",
        "kind": "groups.by-kind",
        "deal": "groups.by-deal",
        "campaign": "groups.by-campaign",
    }
)
"""The message that words each grouping."""


def group_name(by: str, key: str) -> str:
    """What a group is called, in the language in force."""
    if by == "platform_tier" and WITHIN in key:
        platform, _, tier = key.rpartition(WITHIN)
        return WITHIN.join((group_name("platform", platform), group_name("tier", tier)))
    message = _OURS.get((by, key))
    return say(message) if message else key


class GroupName(str):
    """A group's key that is worded where it stands in a sentence, and stays as it is in data."""

    by: str

    def __new__(cls, by: str, key: str) -> GroupName:
        """The key of a group of a grouping."""
        name = super().__new__(cls, key)
        name.by = by
        return name

    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]  # copies need both
        return self.by, str(self)

    def __format__(self, spec: str) -> str:
        """The name in the language in force."""
        return format(group_name(self.by, str(self)), spec)
