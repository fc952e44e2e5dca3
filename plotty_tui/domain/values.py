"""Values as people type and read them: durations, lengths, money, ink."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from .errors import WrongUsage

_DURATION_PART = re.compile(r"(\d+(?:\.\d+)?)\s*(d|h|m(?!s)|s)", re.I)
_SECONDS = {"d": 86400.0, "h": 3600.0, "m": 60.0, "s": 1.0}
_LENGTH = re.compile(r"^\s*(-?\d+(?:\.\d+)?)\s*(mm|cm|m|in|km)?\s*$", re.I)
_MM = {"mm": 1.0, "cm": 10.0, "m": 1000.0, "in": 25.4, "km": 1e6}


def parse_duration(text: str) -> float:
    """Seconds of `90s`, `30m`, `4h`, `1d`, `1h30m`, `1:30:00`, `4:10` or a bare number."""
    plain = text.strip()
    if re.fullmatch(r"\d+(:\d{1,2}){1,2}", plain):
        seconds = 0.0
        for part in plain.split(":"):
            seconds = seconds * 60 + int(part)
        return seconds
    if re.fullmatch(r"\d+(\.\d+)?", plain):
        return float(plain)
    parts = _DURATION_PART.findall(plain)
    if not parts or _DURATION_PART.sub("", plain).strip():
        raise WrongUsage(f"no duration {text!r}: write 90s, 30m, 4h, 1d or 1h30m")
    return sum(float(number) * _SECONDS[unit.lower()] for number, unit in parts)


def parse_day(text: str) -> datetime | None:
    """The start of a local day, `YYYY-MM-DD`; None for an empty text."""
    if not text:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").astimezone()
    except ValueError:
        raise WrongUsage(f"no day {text!r}: write YYYY-MM-DD") from None


def parse_moment(text: str, now: datetime | None = None) -> datetime:
    """The moment of `2026-11-21 14:30`, `14:30` (today, local) or an ISO time with its offset."""
    today = (now or datetime.now().astimezone()).astimezone()
    plain = text.strip().replace("T", " ")
    for form in ("%H:%M", "%H:%M:%S"):
        try:
            found = datetime.strptime(plain, form)
        except ValueError:
            continue
        return datetime.combine(today.date(), found.time()).astimezone()
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        raise WrongUsage(f"no moment {text!r}: write 14:30 or 2026-11-21 14:30") from None
    return found if found.tzinfo else found.astimezone()


def typed_moment(moment: datetime | None) -> str:
    """A moment as a form shows it, `2026-11-21 14:30:05` in local time; empty for None."""
    return "" if moment is None else moment.astimezone().strftime("%Y-%m-%d %H:%M:%S")


def parse_length(text: str, bare: str = "mm") -> float:
    """mm of `10mm`, `1.2m`, `3in`; a bare number is in `bare` units."""
    match = _LENGTH.match(text)
    if not match:
        raise WrongUsage(f"no length {text!r}: write 10mm, 1.2m or 3in")
    return float(match[1]) * _MM[(match[2] or bare).lower()]


def clock(seconds: float | None) -> str:
    """`4:12`, `1:02:30`, `0:07`; a dash for None."""
    if seconds is None:
        return "–"
    whole = max(0, round(seconds))
    hours, rest = divmod(whole, 3600)
    minutes, secs = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{secs:02}" if hours else f"{minutes}:{secs:02}"


def rough(seconds: float | None) -> str:
    """`40 s`, `6 min`, `3 h 10`; a dash for None."""
    if seconds is None:
        return "–"
    whole = max(0, round(seconds))
    if whole < 90:
        return f"{whole} s"
    minutes = round(whole / 60)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60:02}"


def metres(mm: float | None) -> str:
    """`41.2 m`, `0.35 m`; a dash for None."""
    if mm is None:
        return "–"
    value = mm / 1000
    return f"{value:.2f} m" if abs(value) < 10 else f"{value:.1f} m"


def grams(value: float | None) -> str:
    """`185 g`, `7.5 g`; a dash for None."""
    return "–" if value is None else f"{value:g} g"


def percent(value: float | None, sign: bool = False) -> str:
    """`3.8 %`, with `sign` `+3.8 %`; a dash for None; never `-0.0 %`."""
    if value is None:
        return "–"
    rounded = round(value, 1) + 0.0
    if rounded == 0:
        return "0.0 %"
    return f"{rounded:+.1f} %" if sign else f"{rounded:.1f} %"


def plural(count: int, one: str, many: str | None = None) -> str:
    """`1 sheet`, `2 sheets`."""
    return f"{count} {one if count == 1 else (many or one + 's')}"


def iso(moment: datetime | None) -> str | None:
    """ISO 8601 with the local offset, to the second; None stays None."""
    if moment is None:
        return None
    return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone().isoformat(timespec="seconds")


def local_time(moment: datetime | None) -> str:
    """`21 Nov 14:32` in local time; a dash for None."""
    if moment is None:
        return "–"
    return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone().strftime("%d %b %H:%M")
