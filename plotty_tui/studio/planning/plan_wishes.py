"""What is wanted of one planning over many jobs, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from plotty_tui.domain.pen_choice import PenChoice
from plotty_tui.domain.plan import Plan
from plotty_tui.domain.presets import Preset
from plotty_tui.store.tables import Job

from .pen_plans import PenWish
from .plan_selection import (
    Choice,
)
from .templates import Template


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted of one planning; see the flags of `plan` and `plan-all`."""

    choice: Choice = field(default_factory=Choice)
    pens: PenWish = field(default_factory=PenWish)
    preset: str = ""
    again: bool = False
    template: str = ""
    pen_mapping: str = ""
    standards: bool = False  # the client's own preset, pens, paper and gates
    quality_tiers: bool = False
    auto_preset: bool = False
    least_travel: bool = False
    by_priority: bool = False
    job_seconds: float | None = None
    total_seconds: float | None = None
    changes: int | None = None
    today: bool = False
    stock: bool = False
    production: bool = False
    fill: bool = False
    dry_run: bool = False
    save_as: str = ""
    replace_set: bool = False
    batch: bool = False
    batch_name: str = ""

    @property
    def over_all(self) -> bool:
        """Whether jobs that have a plan are concerned too: order and limits go over all."""
        return self.pens.asked or any(
            (self.again, self.choice.names, self.template, self.pen_mapping, self.standards,
             self.quality_tiers, self.auto_preset, self.least_travel, self.dry_run, self.save_as,
             self.job_seconds is not None, self.total_seconds is not None, self.choice.complexity,
             self.choice.after, self.choice.before, self.changes is not None, self.today,
             self.stock, self.production, self.fill, self.batch, self.by_priority)
        )  # fmt: skip


@dataclass(slots=True)
class PlannedJob:
    """One job of a planning: its plan (`kept`: it was there already) or the reason why it has none
    or is left `out`."""

    job_id: int
    name: str
    priority: int
    copies: int
    complexity: str
    tier: str = ""
    why: str = ""  # of its preset
    plan: Plan | None = None
    kept: bool = False
    error: str = ""
    out: str = ""


@dataclass(frozen=True, slots=True)
class Use:
    """How much of a limit is used."""

    name: str
    used: float
    limit: float


@dataclass(slots=True)
class BatchPlan:
    """What became of a planning. `before` and `after` are pen changes over all jobs that are in,
    in their order; no order goes below `bound`."""

    jobs: list[PlannedJob] = field(default_factory=list)
    before: int = 0
    after: int = 0
    bound: int = 0
    ordered: bool = False
    notes: list[str] = field(default_factory=list)
    uses: list[Use] = field(default_factory=list)
    batch_id: int | None = None
    batch_name: str = ""
    saved_as: str = ""

    @property
    def planned(self) -> list[PlannedJob]:
        """The jobs that are in, in their order."""
        return [one for one in self.jobs if one.plan is not None and not one.out]

    @property
    def seconds(self) -> float:
        """Machine time of the jobs that are in, all copies."""
        return sum(one.plan.seconds * one.copies for one in self.planned if one.plan)


@dataclass(slots=True)
class Wanted:
    """A job on its way to its plan."""

    job: Job
    preset: Preset
    choices: list[PenChoice]
    layers: list[Any]
    shown: PlannedJob
    template: Template | None = None
    settings: dict[str, Any] = field(default_factory=dict)
