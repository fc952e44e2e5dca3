"""What a draft of a run comes to: designs, pens, papers, warnings, times and cost."""

from __future__ import annotations

from dataclasses import dataclass, field

from plotty_tui.domain.learned import Band

from ..planning.edition_prices import EditionPrices


@dataclass(frozen=True, slots=True)
class RunWarning:
    """Something that speaks against the run, with its numbers. `code` names it in
    `RunDraft.accepted` (`pen_short:K-05`, `paper_short:a4`, `tip:K-05`, `color:K-05`,
    `too_large:left`, `one_pen:K-05`); `accepted` is the reason it was accepted with, or empty."""

    code: str
    text: str
    accepted: str = ""


@dataclass(slots=True)
class DesignLine:
    """A design of the run with its totals. `sheets` papers hold `quantity` pieces."""

    job: int
    name: str
    quantity: int
    per_sheet: int
    sheets: int
    seconds: float
    pen_down_mm: float
    pen_changes: int
    paper: str
    preset: str
    bed: str = ""
    problem: str = ""


@dataclass(slots=True)
class PenLine:
    """A layer and its pen: what the run takes of it, what is left of it now (None: life not
    known), what other runs hold (with their names), what is left after. `choices` are the pens
    that could draw it, the best first: (code, sentence)."""

    label: str
    color: str
    pen: str
    name: str
    drawn_mm: float
    priming_mm: float
    overhead_mm: float
    mass_g: float | None
    left_mm: float | None = None
    held_mm: float = 0.0
    holders: list[str] = field(default_factory=list)
    after_mm: float | None = None
    choices: list[tuple[str, str]] = field(default_factory=list)

    @property
    def total_mm(self) -> float:
        return self.drawn_mm + self.priming_mm + self.overhead_mm


@dataclass(slots=True)
class PaperLine:
    """A paper of the run: sheets and spares, stock now, what others hold, stock after. `counted`
    is no when the books do not count this paper."""

    name: str
    sheets: int
    spare: int
    stock: int = 0
    held: int = 0
    after: int | None = None
    counted: bool = True
    why_spare: str = ""


@dataclass(slots=True)
class RunProposal:
    """What a draft comes to. `missing` says what must still be filled in (sentences): a run can be
    made when it is empty and every warning is accepted. `cost` is None when nothing has a price;
    `not_counted` names what has none."""

    designs: list[DesignLine] = field(default_factory=list)
    pens: list[PenLine] = field(default_factory=list)
    papers: list[PaperLine] = field(default_factory=list)
    warnings: list[RunWarning] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    sheets: int = 0
    pieces: int = 0
    machine_seconds: float = 0.0
    human_seconds: float = 0.0
    pen_down_mm: float = 0.0
    pen_changes: int = 0
    cost: float | None = None
    currency: str = ""
    not_counted: list[str] = field(default_factory=list)
    band: Band | None = None  # the machine's time as it is likely by what was drawn before
    pen_by_pen: bool = False
    prices: EditionPrices = field(default_factory=EditionPrices)  # of both ways

    @property
    def open_warnings(self) -> list[RunWarning]:
        """Warnings that nobody has accepted."""
        return [one for one in self.warnings if not one.accepted]
