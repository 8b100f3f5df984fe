"""Reading an experiment: what those who were activated by the draw added to what would have come anyway."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from influence_graph import network as networks
from influence_graph.errors import TablesError
from influence_graph.experiment.audience import Audience, observe
from influence_graph.experiment.blocks import Blocks
from influence_graph.experiment.designs import Design
from influence_graph.experiment.model import credited
from influence_graph.experiment.outcomes import Periods, collect, outcomes
from influence_graph.experiment.randomisation import Comparison, compare, list_draws
from influence_graph.experiment.ranges import Range
from influence_graph.network import Network
from influence_graph.tables.resolve import resolve
from influence_graph.tables.schema import Tables

Floats = NDArray[np.float64]
Progress = Callable[[str, int, int], None]
CONFIDENCE = 0.9
EVERY, DRAWS, CELLS = 20_000, 9_999, 20_000_000
"""Up to how many assignments all are gone through; how many are drawn otherwise; creators drawn at most in all."""
SLACK = pd.Timedelta(days=1)
"""Tables that end this much before the window still hold all of it: not every hour has an order."""
TOOK_UP = 0.2
"""From this difference in posting on, the effect on those who posted for it is told."""


@dataclass(frozen=True, eq=False)
class Reading:
    """What an experiment says.

    Attributes
    ----------
    design : Design
        As it was drawn.
    creators : DataFrame
        The design's, with orders (in the window), posts (in the window, missing where no shares are known), driven (the
        model's credit for them in the window, NaN where it was not asked) and counted (whether their block could be
        read).
    effect : Range
        Orders that each activation added, 90 %.
    total : Range
        The same over all activated creators that were counted.
    lift : Range
        The same as a part of what would have come without.
    p_value : float
        Of no effect at all, two-sided.
    draws : int
        Assignments compared with.
    exact : bool
        Whether these are all that the design allows.
    posted, posted_alone : float
        Part of the activated, and of those left alone, who shared anything in the window; NaN unknown.
    on_posters : Range or None
        Orders added by each activation that was taken up, where some were not.
    model : Range or None
        The driver model's word for `total`.
    days_seen : float
        Days of the window that the tables cover.
    moved : int
        Creators whose audience has another size than at the design; -1 where sizes agree and people do not.
    gone : tuple of str
        Creators who have no followers in these tables any more.
    past_orders : float
        Orders by followers of the list in the periods that the design looked back at, as these tables have them.
    """

    design: Design
    creators: pd.DataFrame
    effect: Range
    total: Range
    lift: Range
    p_value: float
    draws: int
    exact: bool
    posted: float
    posted_alone: float
    on_posters: Range | None
    model: Range | None
    days_seen: float
    moved: int
    gone: tuple[str, ...]
    past_orders: float

    @property
    def counted(self) -> pd.DataFrame:
        """The creators whose blocks could be read."""
        return self.creators[self.creators["counted"]]

    def record(self) -> dict[str, Any]:
        """All of it as plain data."""
        plain = ("p_value", "draws", "exact", "posted", "posted_alone", "days_seen", "moved", "gone", "past_orders")
        ranges = {name: getattr(self, name) for name in ("effect", "total", "lift", "on_posters", "model")}
        return {
            "start": self.design.start.isoformat(),
            "end": self.design.end.isoformat(),
            **{name: None if of is None else vars(of) for name, of in ranges.items()},
            **{name: getattr(self, name) for name in plain},
            "creators": self.creators.to_dict("records"),
        }


def read(design: Design, tables: Tables, *, model: bool = True, progress: Progress | None = None) -> Reading:
    """Read an experiment from the tables as they are after it.

    Outcomes are counted anew for the window: by who followed whom when it began, divided as in the design. The
    activated are compared with those left alone within blocks, given what was expected of each; every other draw that
    the design might have made says how far chance alone goes. The answer is about being activated, whether or not
    somebody then posted (intention to treat): who complies is no matter of chance.

    Parameters
    ----------
    design : Design
        As it was drawn.
    tables : Tables
        As read, with the orders since.
    model : bool, default True
        Ask the driver model too, where there are shares.
    progress : callable, optional
        Called with the stage's message id, steps done and their number.

    Raises
    ------
    TablesError
        The window has not begun in these tables, or no block of the design is left whole in them.

    Notes
    -----
    Effects that leak to creators left alone through common followers are part of the hypotheses tested: J. Bowers,
    M. M. Fredrickson & C. Panagopoulos, Reasoning about interference between units, 2013,
    https://doi.org/10.1093/pan/mps038
    """
    tell = progress or (lambda *_: None)
    tell("experiment.stage-read", 0, 0)
    tables = resolve(tables)
    until = _latest(tables)
    if until is None:
        raise TablesError("experiment.nothing-happened", start=design.start.date())
    if until < design.start:
        raise TablesError("experiment.not-begun", start=design.start.date(), until=until.date())
    network = networks.build(tables)
    creators = pd.Index(design.creators["creator_id"], dtype="str")
    audience = observe(network, creators, before=design.start)
    counted = _whole(design, audience)
    if not counted.any():
        raise TablesError("experiment.nobody-left", n=len(creators))
    window = Periods(design.start, float(design.days), 1)
    bought = collect(tables, network)
    orders = outcomes(audience, bought, window)[:, 0]
    activated = design.creators["activate"].to_numpy(dtype=bool)
    spread = audience.spread(activated)
    blocks = _kept(design, counted)
    compared = _compare(blocks, orders[counted], spread[counted], design, counted)
    tell("experiment.stage-read", 1, 1)
    credit = None
    if model and len(tables.shares):
        tell("experiment.stage-model", 0, 0)
        credit = credited(tables, network, creators, window, seed=design.seed)
        tell("experiment.stage-model", 1, 1)
    contrast, number = np.zeros(len(creators)), int(activated[counted].sum())
    contrast[counted] = blocks.contrast(activated[counted])
    most = max(float(orders[counted].sum()), float(design.creators["expected"][counted].sum())) / number
    ends = compared.interval(CONFIDENCE, within=most)
    effect = Range(float(compared.estimate), *map(float, ends))
    posts = _posts(tables, creators, design)
    seen = (until - design.start) / pd.Timedelta(days=1)
    return Reading(
        design=design,
        creators=design.creators.assign(
            orders=orders, posts=posts, driven=np.nan if credit is None else credit.driven, counted=counted
        ),
        effect=effect,
        total=effect.times(number),
        lift=_lift(effect, orders[counted], spread[counted], activated[counted]),
        p_value=float(compared.p_value()),
        draws=len(compared.values) + (not compared.every),
        exact=compared.every,
        posted=_posted(posts[counted & activated]),
        posted_alone=_posted(posts[counted & ~activated]),
        on_posters=_on_posters(effect, contrast, posts),
        model=None if credit is None else credit.total(contrast * number),
        days_seen=float(design.days) if until >= design.end - SLACK else seen,
        moved=_moved(design, audience, network),
        gone=tuple(creators[audience.size == 0]),
        past_orders=float(outcomes(audience, bought, design.past).sum()),
    )


def _latest(tables: Tables) -> pd.Timestamp | None:
    """The last thing that happened in the tables."""
    times = (tables.conversions["converted_at"], tables.shares["shared_at"], tables.touches["touched_at"])
    last = [moment for moment in (column.max() for column in times) if not pd.isna(moment)]
    return max(last, default=None)


def _whole(design: Design, audience: Audience) -> NDArray[np.bool_]:
    """(n,) bool: creators of blocks whose every creator is still there; the others' blocks say nothing fair."""
    there = pd.Series(audience.size > 0)
    return there.groupby(design.creators["block"].to_numpy()).transform("all").to_numpy(dtype=bool)


def _kept(design: Design, counted: NDArray[np.bool_]) -> Blocks:
    _, block = np.unique(design.blocks.block[counted], return_inverse=True)
    return Blocks(block.astype(np.int64), design.blocks.activates_one)


def _compare(blocks: Blocks, orders: Floats, spread: Floats, design: Design, counted: NDArray[np.bool_]) -> Comparison:
    rng = np.random.default_rng([design.seed, 2])
    few = blocks.assignments <= EVERY
    most = EVERY if few else max(999, min(DRAWS, CELLS // len(blocks.sizes)))
    frame = design.creators[counted]
    expected = frame["expected"].to_numpy(dtype=np.float64)
    real = blocks.drawn(frame["activate"].to_numpy(dtype=bool))
    return compare(blocks, orders, spread, expected, real, list_draws(blocks, rng, most=most))


def _lift(effect: Range, orders: Floats, spread: Floats, activated: NDArray[np.bool_]) -> Range:
    """The effect as a part of what the activated would have had without it."""
    had, part = float(orders[activated].mean()), float(spread[activated].mean())

    def lift(added: float) -> float:
        without = had - added * part
        return max(added / without, -1.0) if without > 0 else float("inf")

    return Range(lift(effect.value), lift(effect.low) if np.isfinite(effect.low) else -np.inf, lift(effect.high))


def _posts(tables: Tables, creators: pd.Index[str], design: Design) -> pd.Series[Any]:
    """How often each creator shared in the window; missing where nobody is known to have."""
    at = tables.shares["shared_at"]
    inside = tables.shares[(at >= design.start) & (at < design.end)]
    if inside.empty:
        return pd.Series(pd.NA, index=range(len(creators)), dtype="Int64")
    number = inside["person_id"].value_counts().reindex(creators).fillna(0)
    return pd.Series(number.to_numpy(), dtype="Int64")


def _posted(posts: pd.Series[Any]) -> float:
    return float("nan") if posts.isna().any() else float((posts > 0).mean())


def _on_posters(effect: Range, contrast: Floats, posts: pd.Series[Any]) -> Range | None:
    """The effect for each activation that was taken up: by how much more of the activated than of the others posted.

    Notes
    -----
    J. D. Angrist, G. W. Imbens & D. B. Rubin, Identification of causal effects using instrumental variables, 1996,
    https://doi.org/10.1080/01621459.1996.10476902
    """
    if posts.isna().any():
        return None
    taken_up = float(contrast @ (posts > 0).to_numpy(dtype=np.float64))
    return effect.times(1.0 / taken_up) if TOOK_UP <= taken_up < 1.0 - 1e-9 else None


def _moved(design: Design, audience: Audience, network: Network) -> int:
    changed = int((audience.size != design.creators["followers"]).sum())
    return changed or (0 if audience.digest(network) == design.digest else -1)
