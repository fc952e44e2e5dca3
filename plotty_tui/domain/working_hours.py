"""When plotters may begin a sheet: the hours of work, less the quiet hours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from .errors import Refused
from .periods import day_start

Span = tuple[datetime, datetime]
# Looking further ahead than this for an open hour finds none.
MOST_DAYS = 8
MOST_AHEAD = 1000


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """`begin` and `end` of work as local times of day (None: the day's own), and quiet hours, which
    may go over midnight, in which no sheet is begun."""

    begin: time | None = None
    end: time | None = None
    quiet_begin: time | None = None
    quiet_end: time | None = None

    @classmethod
    def from_json(cls, work: Mapping[str, Any], quiet: Mapping[str, Any]) -> WorkingHours:
        """Of the settings as they are kept, `{"from": "09:00", "to": "18:00"}` each."""
        times = [
            time.fromisoformat(kept[key]) if kept.get(key) else None
            for kept in (work, quiet)
            for key in ("from", "to")
        ]
        return cls(*times)

    @property
    def is_set(self) -> bool:
        """Whether any hour is closed."""
        return self.has_work or self.is_quiet

    @property
    def has_work(self) -> bool:
        """Whether there are hours of work."""
        return self.begin is not None or self.end is not None

    @property
    def is_quiet(self) -> bool:
        """Whether there are quiet hours."""
        return self.quiet_begin is not None and self.quiet_end is not None

    def spans(self, day: date) -> list[Span]:
        """The open spans of a local day, in their order."""
        midnight, next_midnight = day_start(day), day_start(day + timedelta(days=1))
        begin = _at(day, self.begin) if self.begin else midnight
        end = _at(day, self.end) if self.end else next_midnight
        found = [(begin, end)]
        for quiet in self._quiet(day):
            found = [part for span in found for part in _without(span, quiet)]
        return found

    def _quiet(self, day: date) -> list[Span]:
        if self.quiet_begin is None or self.quiet_end is None:
            return []
        begin, end = _at(day, self.quiet_begin), _at(day, self.quiet_end)
        if begin < end:
            return [(begin, end)]
        return [(day_start(day), end), (begin, day_start(day + timedelta(days=1)))]

    def opens(self, now: datetime) -> datetime | None:
        """The next moment, from `now` on, at which a sheet may be begun: `now` itself where it is
        open; None when there is none."""
        today = now.astimezone().date()
        for number in range(MOST_DAYS):
            for begin, end in self.spans(today + timedelta(days=number)):
                if now < end:
                    return max(now, begin)
        return None

    def open_seconds(self, since: datetime, until: datetime) -> float:
        """How much of a stretch of time is open."""
        day, last = since.astimezone().date(), until.astimezone().date()
        total = 0.0
        while day <= last:
            for begin, end in self.spans(day):
                total += max(0.0, (min(end, until) - max(begin, since)).total_seconds())
            day += timedelta(days=1)
        return total

    def after(self, now: datetime, seconds: float) -> datetime | None:
        """The moment at which so many open seconds from `now` are over; None when that is years
        away."""
        day = now.astimezone().date()
        for number in range(MOST_AHEAD):
            for opens, end in self.spans(day + timedelta(days=number)):
                begin = max(opens, now)
                open_for = (end - begin).total_seconds()
                if open_for >= seconds:
                    return begin + timedelta(seconds=seconds)
                seconds -= max(0.0, open_for)
        return None

    def words(self) -> str:
        """`work 09:00-18:00, quiet 22:00-07:00`; empty when every hour is open."""
        parts = []
        if self.begin or self.end:
            parts.append(f"work {_word(self.begin, '00:00')}-{_word(self.end, '24:00')}")
        if self.is_quiet:
            parts.append(f"quiet {_word(self.quiet_begin, '')}-{_word(self.quiet_end, '')}")
        return ", ".join(parts)


def parse_hours(flag: str, text: str) -> dict[str, str]:
    """Hours as typed, `9:00-18:00`, as they are kept; `none` is no hours at all."""
    if text.casefold() == "none":
        return {}
    begin, _, end = (part.strip() for part in text.partition("-"))
    found = [_time_of_day(flag, word, text) for word in (begin, end)]
    if found[0] == found[1]:
        raise Refused(f"{flag} {text}: begin and end are the same")
    return {"from": f"{found[0]:%H:%M}", "to": f"{found[1]:%H:%M}"}


def _time_of_day(flag: str, word: str, text: str) -> time:
    try:
        hour, _, minute = word.partition(":")
        return time(int(hour), int(minute or 0))
    except ValueError:
        raise Refused(f"{flag} {text}: write 22:00-7:00") from None


def _at(day: date, moment: time) -> datetime:
    return datetime.combine(day, moment).astimezone()


def _without(span: Span, hole: Span) -> list[Span]:
    """What is left of a span without a hole."""
    parts = [(span[0], min(span[1], hole[0])), (max(span[0], hole[1]), span[1])]
    return [part for part in parts if part[0] < part[1]]


def _word(moment: time | None, otherwise: str) -> str:
    return f"{moment:%H:%M}" if moment else otherwise
