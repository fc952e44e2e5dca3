"""Paper over a period: what each job took, what it cost, why sheets were wasted, which spares to
plan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from plotty_tui.domain import sheets as fates
from plotty_tui.store.database import Store
from plotty_tui.store.figures import material_figures
from plotty_tui.store.figures.sheet_figures import Wanted
from plotty_tui.store.inventory import materials
from plotty_tui.store.production import run_history


@dataclass(slots=True)
class PaperUse:
    """A job on a paper: sheets used and wasted as the ledger says, and the fates of its sheets.
    `job` is empty where sheets were told for a run as a whole."""

    job: str
    paper: str
    price: float | None
    used: int
    wasted: int
    good: int = 0
    second: int = 0
    spoiled: int = 0
    proof: int = 0

    @property
    def cost(self) -> float | None:
        return None if self.price is None else self.used * self.price

    @property
    def wasted_cost(self) -> float | None:
        return None if self.price is None else self.wasted * self.price

    @property
    def cost_per_good(self) -> float | None:
        return None if self.cost is None or not self.good else self.cost / self.good


@dataclass(frozen=True, slots=True)
class PaperLoss:
    """Sheets of a paper that were spoiled for one reason, with what was drawn on them."""

    paper: str
    reason: str
    sheets: int
    cost: float | None
    mm: float
    seconds: float

    @property
    def cause(self) -> str:
        """Whose cause the reason is."""
        return fates.REASONS.get(self.reason, "other")


@dataclass(frozen=True, slots=True)
class Spare:
    """What part of a paper's newest sheets was spoiled: spares to plan, in percent."""

    paper: str
    spoiled: int
    judged: int

    @property
    def percent(self) -> float | None:
        """None while there are too few."""
        return self.spoiled / self.judged * 100 if self.judged >= run_history.FEW else None

    def for_copies(self, copies: int) -> int | None:
        """So many spares for so many copies, as a new run proposes."""
        return None if self.percent is None else -(-copies * self.spoiled // self.judged)


def paper_use(store: Store, since: datetime, until: datetime) -> list[PaperUse]:
    """By job and paper, the most sheets first."""
    with store.read():
        found = {
            (row.paper, row.job): PaperUse(row.job, row.paper, row.price, row.used, row.wasted)
            for row in material_figures.paper_jobs(store, since, until)
        }
        for row in material_figures.paper_fates(store, Wanted(since, until)):
            one = found.get((row.paper, row.job))
            if one is not None:
                one.good, one.second = row.good, row.second
                one.spoiled, one.proof = row.spoiled, row.proof
        return list(found.values())


def by_paper(uses: list[PaperUse]) -> list[PaperUse]:
    """The same summed over jobs, the most sheets first."""
    found: dict[str, PaperUse] = {}
    for one in uses:
        whole = found.setdefault(one.paper, PaperUse("", one.paper, one.price, 0, 0))
        for name in ("used", "wasted", "good", "second", "spoiled", "proof"):
            setattr(whole, name, getattr(whole, name) + getattr(one, name))
    return sorted(found.values(), key=lambda one: (-one.used, one.paper))


def paper_losses(store: Store, since: datetime, until: datetime) -> list[PaperLoss]:
    """Why sheets were spoiled, by paper; the most first."""
    return [
        PaperLoss(
            row.paper, row.reason, row.sheets,
            None if row.price is None else row.price * row.sheets, row.mm, row.seconds,
        )
        for row in material_figures.paper_reasons(store, Wanted(since, until))
    ]  # fmt: skip


def spares(store: Store) -> list[Spare]:
    """Of every paper in the books."""
    return [
        Spare(row.name, *run_history.spoiled_share(store, row.name))
        for row in materials.paper_rows(store)
    ]


def counted_away(store: Store, since: datetime, until: datetime) -> dict[str, int]:
    """Paper -> sheets that a count of the shelf found missing."""
    return material_figures.counted_away(store, since, until)
