"""What work costs: ink, paper, consumables, nib wear, machine hours, operator minutes.

Everything that was used counts, spoiled sheets, proofs and priming too. What has no price is named,
never guessed.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

from .values import clock, metres, plural


@dataclass(frozen=True, slots=True)
class Prices:
    """What things cost in one currency; None: not told. Pens and paper carry their own."""

    currency: str = ""
    machine_hour: float | None = None
    operator_minute: float | None = None
    consumables_sheet: float | None = None
    nib_metre: float | None = None

    def to_json(self) -> dict[str, Any]:
        return {one.name: getattr(self, one.name) for one in fields(self)}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Prices:
        known = {one.name for one in fields(cls)}
        return cls(**{key: value for key, value in data.items() if key in known})

    def money(self, amount: float | None) -> str:
        """`3.20 EUR`; a dash for None."""
        if amount is None:
            return "–"
        return f"{amount + 0.0:.2f} {self.currency}".rstrip()


@dataclass(frozen=True, slots=True)
class InkUse:
    """mm of one pen; `code` is empty for ink that no pen of the stock gave."""

    code: str
    mm: float
    price: float | None = None
    life_mm: float | None = None


@dataclass(frozen=True, slots=True)
class PaperUse:
    """Sheets of one paper."""

    name: str
    sheets: float
    price: float | None = None


@dataclass(slots=True)
class Work:
    """What a run, a client or a design used in all, and how many good sheets came of it (of pieces
    on shared sheets: pieces). `unjudged` are drawn and wait for a verdict; sheets on paper that is
    not in the books are in `uncounted_paper`."""

    inks: list[InkUse] = field(default_factory=list)
    papers: list[PaperUse] = field(default_factory=list)
    machine_seconds: float = 0.0
    human_seconds: float = 0.0
    sheets: int = 0
    good: int = 0
    uncounted_paper: tuple[str, ...] = ()
    unjudged: int = 0


@dataclass(frozen=True, slots=True)
class CostLine:
    """One line of a cost: what, how much of it, and its money (None: not counted)."""

    what: str
    amount: str
    money: float | None


@dataclass(frozen=True, slots=True)
class Cost:
    """The lines of a cost. Without a good sheet there is no cost of one: all of it is a loss, once
    no sheet waits for its verdict (`open`)."""

    lines: tuple[CostLine, ...]
    good: int
    not_counted: tuple[str, ...] = ()
    open: bool = False

    @property
    def total(self) -> float | None:
        """All that could be counted; None when nothing could."""
        known = [line.money for line in self.lines if line.money is not None]
        return sum(known) if known else None

    @property
    def per_good_sheet(self) -> float | None:
        """None without a good sheet, or without any price."""
        return None if self.total is None or not self.good else self.total / self.good

    @property
    def loss(self) -> float | None:
        """The whole cost, when nothing good came of it."""
        return None if self.good or self.open else self.total


def cost_of(work: Work, prices: Prices) -> Cost:
    """The cost of what was used, line by line; what has no price is named in `not_counted`."""
    lines = [*_ink_lines(work), *_paper_lines(work)]
    missing = [line.what for line in lines if line.money is None]
    drawn_mm = sum(ink.mm for ink in work.inks)
    rates = (
        ("consumables", plural(work.sheets, "sheet"), work.sheets, prices.consumables_sheet),
        ("nib wear", metres(drawn_mm), drawn_mm / 1000, prices.nib_metre),
        ("machine time", clock(work.machine_seconds), work.machine_seconds / 3600,
         prices.machine_hour),
        ("operator time", clock(work.human_seconds), work.human_seconds / 60,
         prices.operator_minute),
    )  # fmt: skip
    for what, amount, number, price in rates:
        if price is None:
            missing.append(what)
        elif number:
            lines.append(CostLine(what, amount, number * price))
    counted = tuple(line for line in lines if line.money is not None)
    return Cost(counted, work.good, tuple(dict.fromkeys(missing)), work.unjudged > 0)


def _ink_lines(work: Work) -> list[CostLine]:
    lines = []
    for ink in work.inks:
        if abs(ink.mm) < 0.5:
            continue
        what = f"ink {ink.code}" if ink.code else "ink of pens that are not in stock"
        known = ink.price is not None and ink.life_mm
        money = ink.mm / ink.life_mm * ink.price if known else None  # type: ignore[operator]
        lines.append(CostLine(what, metres(ink.mm), money))
    return lines


def _paper_lines(work: Work) -> list[CostLine]:
    lines = [
        CostLine(
            f"paper {paper.name}",
            plural(round(paper.sheets), "sheet"),
            None if paper.price is None else paper.sheets * paper.price,
        )
        for paper in work.papers
        if paper.sheets
    ]
    return lines + [CostLine(f"paper {name}", "", None) for name in work.uncounted_paper]
