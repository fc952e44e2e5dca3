"""Where the time of a batch went, and what would have saved it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .adjustments import UNCHANGED, rule_of
from .sheets import REASONS
from .values import plural, rough


@dataclass(frozen=True, slots=True)
class Loss:
    """Time (and sheets) that made nothing: how often, and how long in seconds."""

    what: str
    number: int
    seconds: float
    sheets: int = 0


@dataclass(frozen=True, slots=True)
class Saving:
    """Something to do: a sentence, the command that does it, seconds and sheets that it would have
    saved."""

    text: str
    command: str
    seconds: float = 0.0
    sheets: int = 0

    def __str__(self) -> str:
        saved = [rough(self.seconds)] if self.seconds > 0 else []
        saved += [plural(self.sheets, "sheet")] if self.sheets else []
        return f"{self.text}: {' and '.join(saved)} saved: {self.command}"


def ranked(savings: Iterable[Saving], least_seconds: float = 60.0) -> list[Saving]:
    """The greatest first; what saves less than a minute and no sheet is left out."""
    worth = [one for one in savings if one.seconds >= least_seconds or one.sheets]
    return sorted(worth, key=lambda one: (-one.seconds, -one.sheets))


def avoidable_changes(put_in: Mapping[str, int], pens: Mapping[str, int]) -> int:
    """Pen changes beyond one for each pen on each plotter: with the sheets ordered by pen there
    would have been so many fewer."""
    return sum(max(0, number - pens.get(device, 0)) for device, number in put_in.items())


def idle_share(seconds: Mapping[str, float], plotters: int) -> float:
    """Seconds by which the busiest plotter outlasted the mean of all `plotters`: had they shared
    evenly, the batch would have been done so much earlier."""
    if not seconds or plotters < 1:
        return 0.0
    return max(seconds.values()) - sum(seconds.values()) / max(plotters, len(seconds))


def cure_of(reason: str) -> tuple[str, str]:
    """What a person has to see to after sheets were spoiled for this reason (may be empty), and the
    command that helps: one that draws them again, with other settings where these are the cause."""
    known = reason if reason in REASONS else ""
    rule = rule_of(known)
    if rule is not UNCHANGED:
        return rule.see_to, "plotty recovery quality --replot-failed --adjust-parameters"
    if REASONS.get(known) == "computer":
        return "", "plotty analyze errors --by-device --by-time-of-day"
    return "", "plotty recovery quality --replot-failed"
