"""The hazard of the driver model in plain Python: slow, and without a line of the code that it checks."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from math import exp, inf

from scipy.integrate import quad
from tiny import FOLLOWS, ORDERS, SHARES

from influence_graph.drivers.hazard import Hazard, Parameters

WINDOW = 30.0
FIRST = 1.0  # the day of the first share, when time begins
CODES = {"A5": "a", "B5": "b", "C5": "c"}


class Slow:
    """The formula of the methods page: lambda = mu g eta + sum over exposures of theta kappa."""

    def __init__(
        self, model: Hazard, point: Parameters, *, orders: list = ORDERS, follows: list = FOLLOWS, one_off: bool = True
    ) -> None:
        x = model.exposure
        self.shares, self.follows, self.orders, self.one_off = SHARES, follows, orders, one_off
        self.theta, self.beta, self.joined = (
            dict(zip(x.authors, values, strict=True)) for values in (point.theta, point.beta, point.beta_joined)
        )
        self.rate, self.tail, self.end = point.rate, point.tail, max(day for _, day, *_ in orders)
        self.row = {"spring": 0, "summer": 1, None: 2}
        self.eta = point.eta
        self.people = sorted({person for pair in self.follows for person in pair[:2]} | {"c"})
        self.kind = dict(zip(self.people, x.communities, strict=True))
        self.pieces = [
            (["spring", "summer", None][c], low + FIRST, low + length + FIRST, rate)
            for c, low, length, rate in zip(
                model.pieces.campaign, model.pieces.begin, model.pieces.length, point.mu, strict=True
            )
        ]
        placed = [campaign for *_, campaign, _ in orders if campaign]
        self.part = {campaign: placed.count(campaign) / len(placed) for campaign in ("spring", "summer")}

    def kappa(self, age: float) -> float:
        if not 0 < age < WINDOW:
            return 0.0
        if self.tail:
            late = (1 + self.tail * self.rate * WINDOW) ** (-1 / self.tail)
            return self.rate * (1 + self.tail * self.rate * age) ** (-1 / self.tail - 1) / (1 - late)
        return self.rate * exp(-self.rate * age) / (1 - exp(-self.rate * WINDOW))

    def mu(self, campaign: str | None, day: float) -> float:
        """The organic rate of a campaign; of no campaign, the sum over those that run."""
        if campaign is None:
            return sum(self.mu(c, day) for c in ("spring", "summer"))
        mine = [piece for piece in self.pieces if piece[0] == campaign]
        inside = [rate for _, low, high, rate in mine if low <= day < high]
        return inside[0] if inside else mine[-1][3] if day == mine[-1][2] else 0.0

    def fan(self, person: str, campaign: str | None, day: float) -> float:
        """g: 1, and more for each author the person follows by then."""
        total = 1.0
        for follower, author, since in self.follows:
            if follower == person and author in self.theta and (since or 0.0) <= day:
                joins = any(u == author and c == campaign and c for u, _, c in self.shares)
                total += self.beta[author] + joins * self.joined[author]
        return total

    def usual_fan(self, person: str, campaign: str | None, day: float) -> float:
        """g on average over the stretch of days without an end of any piece: nobody knows who buys without a name."""
        ends = sorted({end for _, low, high, _ in self.pieces for end in (low, high)})
        low = max(end for end in ends if end <= day)
        high = min((end for end in ends if end > day), default=low)
        parts = sorted({low, high, *(since for *_, since in self.follows if since and low < since < high)})
        if low == high:
            return self.fan(person, campaign, day)
        lived = sum((b - a) * self.fan(person, campaign, a) for a, b in pairwise(parts))
        return lived / (high - low)

    def fits(self, share: str | None, order: str | None) -> float:
        """What a share counts for an order: all in its own campaign; of none, the campaign's part of orders."""
        if order is None or share == order:
            return 1.0
        return self.part[order] if share is None else 0.0

    def organic(self, person: str | None, day: float, campaign: str | None) -> float:
        row = self.row[campaign]
        if person is None:
            return self.mu(campaign, day) * sum(
                self.usual_fan(v, campaign, day) * self.eta[row, self.kind[v]] for v in self.people
            )
        tilted = {c: self.mu(c, day) * self.eta[self.row[c], self.kind[person]] for c in ("spring", "summer")}
        base = sum(tilted.values()) if campaign is None else tilted[campaign]
        return base * self.fan(person, campaign, day)

    def driven(self, person: str | None, day: float, campaign: str | None) -> dict[str, float]:
        """The hazard that comes from each author's shares."""
        by: dict[str, float] = defaultdict(float)
        for author, shared, of in self.shares:
            follows = sum(
                u == author and (person is None or (v == person and (since or 0.0) <= day))
                for v, u, since in self.follows
            )
            by[author] += follows * self.fits(of, campaign) * self.theta[author] * self.kappa(day - shared)
        return by

    def parts(self, order: tuple, *, trust: bool = False) -> tuple[float, dict[str, float], float]:
        """Organic part, parts of authors, and hazard of an order."""
        person, day, campaign, code = order
        by, organic = self.driven(person, day, campaign), self.organic(person, day, campaign)
        total = sum(by.values())
        coded = CODES.get(code)
        if coded and by[coded]:
            by = {coded: total}
            organic = 0.0 if trust else organic
        hazard = organic + total
        return organic / hazard, {u: part / hazard for u, part in by.items() if part}, hazard

    def left(self, person: str, campaign: str | None) -> float:
        """When somebody who bought has left the market: never, where people buy again."""
        bought = [day for v, day, c, _ in self.orders if v == person and c == campaign and c]
        return min(bought, default=inf) if self.one_off else inf

    def exposed(self, author: str) -> float:
        """E: each follower's part of the delay that they lived through, exposed and still in the market."""
        total = 0.0
        for u, shared, campaign in self.shares:
            over = 34.0 if campaign == "spring" else self.end
            for follower, followed, since in self.follows:
                if u == followed == author:
                    begin = max(shared, since or 0.0)
                    stop = min(shared + WINDOW, over, self.left(follower, campaign))
                    if begin < stop:
                        total += quad(self.kappa, begin - shared, min(stop - shared, WINDOW - 1e-12))[0]
        return total

    def person_days(self, piece: tuple) -> float:
        """People at risk in a piece of the organic curve times days, fans from their follow on, kinds by rates."""
        campaign, low, high, _ = piece
        days = [low, high, *(since for *_, since in self.follows if since and low < since < high)]
        total = 0.0
        for begin, end in pairwise(sorted(days)):
            for v in self.people:
                lived = max(0.0, min(end, self.left(v, campaign)) - begin)
                total += lived * self.fan(v, campaign, begin) * self.eta[self.row[campaign], self.kind[v]]
        return total
