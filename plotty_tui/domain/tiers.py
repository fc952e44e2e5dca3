"""How complex a job is, and how well it wants to be drawn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

LOW, MEDIUM, HIGH = "low", "medium", "high"
CLASSES = (LOW, MEDIUM, HIGH)

DRAFT, STANDARD, FINE = "draft", "standard", "fine"
TIERS = (DRAFT, STANDARD, FINE)

# What a class is judged by.
MEASURES = ("paths", "metres", "lifts", "layers")


@dataclass(frozen=True, slots=True)
class Figures:
    """What a job is made of; lifts without a plan: as many as paths."""

    paths: int
    metres: float
    lifts: int
    layers: int


@dataclass(frozen=True, slots=True)
class Thresholds:
    """A job is low when it has at most the `low` of everything, high when it has more than the
    `high` of anything."""

    low: Mapping[str, float]
    high: Mapping[str, float]

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Thresholds:
        """From a stored setting; what it leaves out is as usual."""
        usual = USUAL.to_json()
        return cls(*({**usual[key], **data.get(key, {})} for key in ("low", "high")))

    def to_json(self) -> dict[str, dict[str, float]]:
        return {"low": dict(self.low), "high": dict(self.high)}


USUAL = Thresholds(
    {"paths": 300, "metres": 10, "lifts": 300, "layers": 2},
    {"paths": 5000, "metres": 60, "lifts": 3000, "layers": 4},
)


def complexity_of(figures: Figures, thresholds: Thresholds) -> tuple[str, str]:
    """The class, and what decided it: `120 paths, 8.2 m, 90 lifts, 1 layer`."""
    values = {key: getattr(figures, key) for key in MEASURES}
    above = [key for key in MEASURES if values[key] > thresholds.high[key]]
    if above:
        return HIGH, ", ".join(_words(key, values[key]) for key in above)
    if all(values[key] <= thresholds.low[key] for key in MEASURES):
        return LOW, ", ".join(_words(key, values[key]) for key in MEASURES)
    over = [key for key in MEASURES if values[key] > thresholds.low[key]]
    return MEDIUM, ", ".join(_words(key, values[key]) for key in over)


def _words(key: str, value: float) -> str:
    if key == "metres":
        return f"{value:.1f} m"
    return f"{value:g} {key[:-1] if value == 1 else key}"


# The words of category and tags that say how well a job wants to be drawn.
TIER_WORDS: dict[str, str] = {
    **dict.fromkeys(("draft", "test", "proof", "sketch", "sample"), DRAFT),
    **dict.fromkeys(("fine", "art", "edition", "print", "portrait", "exhibition"), FINE),
}
TIER_PRESETS = {DRAFT: "fast", STANDARD: "default", FINE: "hq"}
_OF_CLASS = {LOW: DRAFT, MEDIUM: STANDARD, HIGH: FINE}


def tier_of(
    complexity: str, because: str, category: str, tags: Iterable[str], standard: str
) -> tuple[str, str]:
    """The tier of a job, and why: by the client's `standard` tier, else by a word of its category
    or tags, else by its complexity."""
    if standard in TIERS:
        return standard, "the client's standard"
    for kind, word in (("category", category), *(("tag", tag) for tag in tags)):
        if word.casefold() in TIER_WORDS:
            return TIER_WORDS[word.casefold()], f"{kind} {word}"
    return _OF_CLASS[complexity], f"{complexity} complexity: {because}"
