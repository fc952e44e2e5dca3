"""The studio's settings that planning obeys: limits of a day, quality gates, complexity classes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time

from plotty_tui.domain.errors import Refused
from plotty_tui.domain.limits import Production, QualityGates, with_gates, with_production
from plotty_tui.domain.tiers import MEASURES, Thresholds
from plotty_tui.domain.working_hours import parse_hours
from plotty_tui.store import events
from plotty_tui.store.database import Store
from plotty_tui.store.plots.opening_hours import QUIET_HOURS, WORKING_HOURS

PRODUCTION = "production"
QUALITY_GATES = "quality_gates"
COMPLEXITY = "complexity"


def production_limits(store: Store) -> Production:
    """What a day may take."""
    return Production.from_json(events.get_setting(store, PRODUCTION, {}))


def set_production(store: Store, typed: Mapping[str, str]) -> tuple[Production, Production]:
    """Set limits as typed: the old and the new ones."""
    with store.write():
        old = production_limits(store)
        new = with_production(old, typed)
        events.put_setting(store, PRODUCTION, new.to_json())
    return old, new


def working_hours(store: Store) -> tuple[str, str]:
    """When work begins and ends, `09:00` and `18:00`; empty: not said, the day has 24 hours."""
    kept = events.get_setting(store, WORKING_HOURS, {})
    return str(kept.get("from", "")), str(kept.get("to", ""))


def set_working_hours(store: Store, text: str) -> None:
    """Set them as typed, `9:00-18:00`; `none` takes them back."""
    if text.casefold() == "none":
        events.put_setting(store, WORKING_HOURS, {})
        return
    begin, _, end = (part.strip() for part in text.partition("-"))
    found = [_time_of_day(word, text) for word in (begin, end)]
    if found[0] >= found[1]:
        raise Refused(f"--hours {text}: work has to begin before it ends")
    words = {
        key: f"{at.hour:02}:{at.minute:02}" for key, at in zip(("from", "to"), found, strict=True)
    }
    events.put_setting(store, WORKING_HOURS, words)


def quiet_hours(store: Store) -> tuple[str, str]:
    """Between which times no sheet is begun, `22:00` and `07:00`; empty: there are none."""
    kept = events.get_setting(store, QUIET_HOURS, {})
    return str(kept.get("from", "")), str(kept.get("to", ""))


def set_quiet_hours(store: Store, text: str) -> None:
    """Set them as typed, `22:00-7:00`; `none` takes them back."""
    events.put_setting(store, QUIET_HOURS, parse_hours("--quiet-hours", text))


def _time_of_day(word: str, text: str) -> time:
    try:
        hour, _, minute = word.partition(":")
        return time(int(hour), int(minute or 0))
    except ValueError:
        raise Refused(f"--hours {text}: write 9:00-18:00") from None


def quality_gates(store: Store) -> QualityGates:
    """What holds work when it is broken."""
    return QualityGates.from_json(events.get_setting(store, QUALITY_GATES, {}))


def set_quality_gates(store: Store, typed: Mapping[str, str]) -> tuple[QualityGates, QualityGates]:
    """Set gates as typed: the old and the new ones."""
    with store.write():
        old = quality_gates(store)
        new = with_gates(old, typed)
        events.put_setting(store, QUALITY_GATES, new.to_json())
    return old, new


def thresholds(store: Store) -> Thresholds:
    """Where the classes of complexity begin and end."""
    return Thresholds.from_json(events.get_setting(store, COMPLEXITY, {}))


def set_thresholds(store: Store, low: str, high: str) -> tuple[Thresholds, Thresholds]:
    """Set thresholds as typed, `paths=300,metres=10`: the old and the new ones."""
    with store.write():
        old = thresholds(store)
        new = Thresholds(
            {**old.low, **_measures("--low", low)}, {**old.high, **_measures("--high", high)}
        )
        crossed = [key for key in MEASURES if new.low[key] > new.high[key]]
        if crossed:
            key = crossed[0]
            raise Refused(
                f"{key}: low up to {new.low[key]:g} lies above high from {new.high[key]:g}: "
                "low has to be the smaller"
            )
        events.put_setting(store, COMPLEXITY, new.to_json())
    return old, new


def _measures(flag: str, text: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for part in filter(None, (one.strip() for one in text.split(","))):
        key, _, number = part.partition("=")
        if key not in MEASURES:
            raise Refused(f"{flag} {part}: write {'=N,'.join(MEASURES)}=N, or some of them")
        try:
            found[key] = float(number)
        except ValueError:
            raise Refused(f"{flag} {part}: {number or 'nothing'} is no number") from None
        if found[key] < 0:
            raise Refused(f"{flag} {part}: give a number from 0 on")
    return found
