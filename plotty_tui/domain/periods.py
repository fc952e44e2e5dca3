"""Days and periods as people write them. A period is two moments: its begin, and the first moment
after it; None where it is open."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from .errors import WrongUsage

Period = tuple[datetime | None, datetime | None]
_LAST = re.compile(r"last_(\d{1,4})_days")


def day_start(day: date) -> datetime:
    """The first moment of a local day (also where the clock is put forward or back)."""
    return datetime.combine(day, time()).astimezone()


def parse_period(text: str, today: date | None = None) -> Period:
    """`2026-11-07`, `today`, `yesterday`, `last_30_days` (today included), `this_month`,
    `last_month`, or `A:B` with both days included."""
    first, last = _days(text.strip(), today or datetime.now().astimezone().date())
    return day_start(first), day_start(last + timedelta(days=1))


def period_of(since: str, until: str, today: date | None = None) -> Period:
    """The period of `--since` and `--until`: from the first day of the one to the last day of the
    other; an empty text leaves that end open."""
    begin = parse_period(since, today)[0] if since else None
    end = parse_period(until, today)[1] if until else None
    if begin and end and begin >= end:
        raise WrongUsage(f"--until {until} is before --since {since}: swap them")
    return begin, end


def _days(text: str, today: date) -> tuple[date, date]:
    if ":" in text:
        first, _, last = text.partition(":")
        begin, end = _days(first.strip(), today)[0], _days(last.strip(), today)[1]
        if begin > end:
            raise WrongUsage(f"the period {text!r} ends before it begins: swap its days")
        return begin, end
    if match := _LAST.fullmatch(text):
        number = int(match[1])
        if number:
            return today - timedelta(days=number - 1), today
    month = today.replace(day=1)
    named = {
        "today": (today, today),
        "yesterday": (today - timedelta(days=1),) * 2,
        "this_month": (month, today),
        "last_month": ((month - timedelta(days=1)).replace(day=1), month - timedelta(days=1)),
    }
    if text in named:
        return named[text][0], named[text][1]
    try:
        return (date.fromisoformat(text),) * 2
    except ValueError:
        raise WrongUsage(
            f"no day or period {text!r}: write YYYY-MM-DD, today, yesterday, last_30_days, "
            "this_month or A:B"
        ) from None
