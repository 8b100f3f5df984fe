"""What can be planted: a recipe's fields, and the recipe of each kind of world."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Recipe:
    """What is planted.

    Attributes
    ----------
    driven, organic : float
        Expected numbers of conversions caused by shares, and of all others.
    theta_spread : float
        Standard deviation of log persuasion among creators; 0 makes all alike.
    theta_slope : float
        Power of audience in persuasion: negative makes small accounts the more persuasive.
    burst : float
        Share of organic conversions in the first days of each campaign, which creators' posts crowd as well.
    fans, joined_fans : float
        Expected extra organic rate for each creator followed: always, and in campaigns the creator joins.
    taste : float
        How many times likelier people buy, follow and share within their own taste.
    join : float
        Chance that a creator joins a campaign.
    shares : float
        Expected shares of a joining creator in a campaign.
    delay_days : float
        Mean delay between share and conversion, of an exponential cut at 30 days.
    delay_tail : float
        How much heavier than exponential the delay's tail is: the part of orders that takes longer than t days is
        (1 + delay_tail * t / delay_days) ** (-1 / delay_tail) before the cut.
    wear : float
        Power by which a creator's later posts in a campaign and window work less than the first: n ** -wear.
    evening : float
        How many times more persuasive a post is that is made between 18 and 24 o'clock.
    rhythm : float
        Share of posts and of organic orders at their hour of the evening, posts a little before; all others come at
        any hour.
    waits : float
        Share of driven buyers who wait for the next evening before they order.
    typed_codes : float
        Chance that an organic buyer with a recent code-giver types the code.
    driven_codes : float
        Chance that a driven buyer uses the code.
    follows_after, unknown, anonymous, lost_campaigns, missing_follows : float
        Shares of: buyers who follow a sharer after buying (undated), organic buyers known from nowhere else,
        orders without buyer, orders without campaign, follows that the export lacks.
    reshare : float
        Chance that an exposed person reshares, which exposes their own followers.
    hidden : float
        Strength of a cause of buying that also makes followers of the campaign's sharers buy as they post.
    misstated : float
        Standard deviation of the log error in declared followers.
    fakes : float
        Share of creators who bought followers.
    inflated, viral : float
        Shares of creators who bought followers on some day, and who went viral and kept whom they won; either gives
        creators a history of follower counts.
    advocates : float
        Share of ordinary people who recommend to their friends now and then, unpaid.
    advocate_theta : float
        How many times more persuasive ordinary people are than creators of the same audience.
    returns, loyal : float
        Chance that a customer orders again by themselves; how many times likelier that is where an ordinary person's
        recommendation brought them.
    refunds, fickle : float
        Chance that an order is refunded; how many times likelier that is where a creator brought it.
    matched : float
        How many times more persuasive video makers are among people of even tastes than among those of odd ones, and
        creators of other posts the other way round.
    """

    driven: float = 6000.0
    organic: float = 4500.0
    theta_spread: float = 0.8
    theta_slope: float = 0.0
    burst: float = 0.0
    fans: float = 0.0
    joined_fans: float = 0.0
    taste: float = 1.0
    join: float = 0.4
    shares: float = 2.0
    delay_days: float = 4.0
    delay_tail: float = 0.0
    wear: float = 0.0
    evening: float = 1.0
    rhythm: float = 0.0
    waits: float = 0.0
    typed_codes: float = 0.0
    driven_codes: float = 0.0
    follows_after: float = 0.0
    unknown: float = 0.0
    anonymous: float = 0.0
    lost_campaigns: float = 0.0
    missing_follows: float = 0.0
    reshare: float = 0.0
    hidden: float = 0.0
    misstated: float = 0.1
    fakes: float = 0.0
    inflated: float = 0.0
    viral: float = 0.0
    advocates: float = 0.0
    advocate_theta: float = 1.0
    returns: float = 0.0
    loyal: float = 1.0
    refunds: float = 0.0
    fickle: float = 1.0
    matched: float = 1.0


KINDS: Mapping[str, Recipe] = MappingProxyType(
    {
        "influence": Recipe(),
        "organic": Recipe(organic=7000, driven=4000, burst=0.4, fans=0.08),
        "bursts": Recipe(burst=0.6),
        "inverse": Recipe(theta_slope=-0.5, theta_spread=0.4),
        "proportional": Recipe(theta_spread=0.0),
        "null": Recipe(driven=0, organic=8000),
        "homophily": Recipe(driven=0, organic=8000, taste=4.0),
        "fans": Recipe(driven=0, organic=8000, joined_fans=0.3),
        "frequent": Recipe(join=1.0, shares=13.0, delay_days=3.0, driven=6000, organic=3500, fans=0.1),
        "codes": Recipe(driven=0, organic=8000, typed_codes=0.3),
        "follows-after": Recipe(driven=0, organic=8000, follows_after=0.1),
        "unknown": Recipe(unknown=0.5),
        "anonymous": Recipe(anonymous=0.5),
        "lost-campaigns": Recipe(lost_campaigns=0.3),
        "chain": Recipe(driven=3000, reshare=0.002, advocates=0.05),
        "hidden": Recipe(driven=0, organic=6000, hidden=2000.0),
        "misstated": Recipe(misstated=0.7, fakes=0.2),
        "missing-follows": Recipe(missing_follows=0.3),
        "demo": Recipe(
            driven=3500, organic=5500, burst=0.35, fans=0.06, theta_slope=-0.25, theta_spread=0.7, driven_codes=0.45,
            typed_codes=0.15, reshare=0.0006, advocates=0.04, fakes=0.06, misstated=0.15, anonymous=0.04,
        ),
        "heavy-tail": Recipe(delay_days=1.0, delay_tail=2.0),
        "rhythm": Recipe(driven=0, organic=8000, rhythm=0.7),
        "busy-evenings": Recipe(rhythm=0.7, waits=0.7),
        "wear-out": Recipe(shares=5.0, wear=0.7),
        "inflated": Recipe(inflated=0.15, viral=0.15),
        "returning": Recipe(
            driven=4000, organic=4000, advocates=0.08, advocate_theta=60.0, returns=0.2, loyal=4.0, refunds=0.06,
            fickle=2.5,
        ),
        "returning-alike": Recipe(
            driven=4000, organic=4000, advocates=0.08, advocate_theta=60.0, returns=0.25, refunds=0.08,
        ),
        "good-hours": Recipe(evening=2.5),
        "matched": Recipe(taste=8.0, matched=4.0),
    }
)  # fmt: skip
