"""A studio's limits of a day, and the gates of its quality."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from . import values
from .errors import Refused


@dataclass(frozen=True, slots=True)
class Production:
    """What a day may take; None: no limit. Below `quality_threshold` percent of success plotty
    warns."""

    max_daily_seconds: float | None = None
    max_pen_changes: int | None = None
    paper_budget_sheets: int | None = None
    quality_threshold: float | None = None

    def to_json(self) -> dict[str, float | None]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Production:
        return cls(**{one.name: data.get(one.name) for one in fields(cls)})

    @property
    def is_set(self) -> bool:
        """Whether there is any limit to plan by."""
        limits = (self.max_daily_seconds, self.max_pen_changes, self.paper_budget_sheets)
        return any(one is not None for one in limits)


@dataclass(frozen=True, slots=True)
class QualityGates:
    """A gate that is broken holds work. Percent and stars; judged from `min_sheets` sheets on."""

    min_success_rate: float | None = None
    max_replot_rate: float | None = None
    min_customer_satisfaction: float | None = None
    min_sheets: int = 20

    def to_json(self) -> dict[str, float | None]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> QualityGates:
        known = {one.name: data[one.name] for one in fields(cls) if one.name in data}
        return cls(**known)

    @property
    def is_set(self) -> bool:
        """Whether there is any gate."""
        return any(
            one is not None
            for one in (
                self.min_success_rate, self.max_replot_rate, self.min_customer_satisfaction
            )
        )  # fmt: skip


def with_production(limits: Production, typed: Mapping[str, str]) -> Production:
    """The limits with some set as typed; `none` takes one back."""
    found: dict[str, Any] = {}
    for key, text in typed.items():
        if text.casefold() == "none":
            found[key] = None
        elif key == "max_daily_seconds":
            found[key] = _duration(text)
        elif key == "max_pen_changes":
            found[key] = _count("--max-pen-changes", text, 100_000)
        elif key == "paper_budget_sheets":
            found[key] = _count("--paper-budget", text.removesuffix("sheets").strip(), 1_000_000)
        else:
            found[key] = parse_percent("--quality-threshold", text)
    return replace(limits, **found)


def with_gates(gates: QualityGates, typed: Mapping[str, str]) -> QualityGates:
    """The gates with some set as typed; `none` takes one back."""
    found: dict[str, Any] = {}
    for key, text in typed.items():
        flag = "--" + key.replace("_", "-")
        if text.casefold() == "none" and key != "min_sheets":
            found[key] = None
        elif key == "min_sheets":
            found[key] = max(1, _count(flag, text, 100_000))
        elif key == "min_customer_satisfaction":
            found[key] = _stars(flag, text)
        else:
            found[key] = parse_percent(flag, text)
    return replace(gates, **found)


def parse_percent(flag: str, text: str) -> float:
    """0 to 100 of `98` or `98%`. Refused for a ratio like 0.98, with a hint."""
    word = text.strip().removesuffix("%").strip()
    number = _number(flag, word, "a percentage from 0 to 100")
    if 0 < number < 1 and "." in word and not text.strip().endswith("%"):
        raise Refused(f"{flag} {text}: percent go from 0 to 100; did you mean {number * 100:g}?")
    if not 0 <= number <= 100:
        raise Refused(f"{flag} {text}: give a percentage from 0 to 100")
    return number


def _duration(text: str) -> float:
    seconds = values.parse_duration(text)
    if not 60 <= seconds <= 86_400:
        raise Refused(f"--max-daily-time {text}: a day's drawing is between 1m and 24h")
    return seconds


def _count(flag: str, text: str, most: int) -> int:
    if flag == "--paper-budget" and not text.isdecimal():
        raise Refused(f"{flag} {text}: give the sheets of a day, a whole number")
    if not text.isdecimal() or int(text) > most:
        raise Refused(f"{flag} {text}: give a whole number from 0 to {most}")
    return int(text)


def _stars(flag: str, text: str) -> float:
    number = _number(flag, text, "stars from 1 to 5")
    if not 1 <= number <= 5:
        raise Refused(f"{flag} {text}: give stars from 1 to 5")
    return number


def _number(flag: str, text: str, wanted: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        raise Refused(f"{flag} {text}: give {wanted}") from None
