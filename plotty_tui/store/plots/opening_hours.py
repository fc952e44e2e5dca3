"""The hours in which sheets may be begun, as the studio set them."""

from __future__ import annotations

from datetime import datetime

from plotty_tui.domain.working_hours import WorkingHours

from ..database import Store
from ..events import get_setting

WORKING_HOURS = "working_hours"
QUIET_HOURS = "quiet_hours"


def working_hours(store: Store) -> WorkingHours:
    """Hours of work and quiet hours; all day where nothing was set."""
    return WorkingHours.from_json(
        get_setting(store, WORKING_HOURS, {}), get_setting(store, QUIET_HOURS, {})
    )


def closed_until(store: Store) -> datetime | None:
    """When sheets may be begun again (the end of time where no hour is open); None while they
    may."""
    hours, now = working_hours(store), store.clock.now()
    if not hours.is_set:
        return None
    opens = hours.opens(now)
    return (
        datetime.max.replace(tzinfo=now.tzinfo) if opens is None else opens if opens > now else None
    )


def closed_words(store: Store) -> str:
    """Why no sheet is begun now, with the cure; empty while sheets may be."""
    until = closed_until(store)
    if until is None:
        return ""
    hours, now = working_hours(store), store.clock.now()
    asleep = WorkingHours(hours.begin, hours.end).opens(now) == now
    cure = f"plotty config production --{'quiet-' if asleep else ''}hours none"
    if until.year == datetime.max.year:
        return f"begins no sheet: no hour is open ({hours.words()}): {cure}"
    when = until.astimezone().strftime("%a %H:%M")
    return f"begins no sheet before {when} ({hours.words()}): {cure}"
