"""Forms: fields, how each is parsed, and what is said when it cannot be. The dashboard draws
them, the command line has one option a field."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from plotty_tui.domain import jobs, papers, values
from plotty_tui.domain.colors import parse_color
from plotty_tui.domain.errors import PlottyError, Refused
from plotty_tui.domain.models import MODELS
from plotty_tui.domain.pens import STATES, parse_care, parse_state
from plotty_tui.domain.presets import BUILT_IN

TEXT, CHOICE = "text", "choice"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form. `parse` takes the text as typed and gives the value or raises with one
    sentence; an empty text gives None unless the field is required. Of `choices` it is one; what is
    `known` is offered while it is typed, and others are taken too."""

    key: str
    label: str
    parse: Callable[[str], Any] = str
    value: str = ""
    help: str = ""
    required: bool = False
    choices: tuple[str, ...] = ()
    group: str = ""
    known: tuple[str, ...] = ()


class FormError(Refused):
    """The first wrong field and what is wrong with it."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key


def parse_form(fields: Sequence[Field], typed: Mapping[str, str]) -> dict[str, Any]:
    """Field key -> value; FormError for the first field that is wrong."""
    found: dict[str, Any] = {}
    for field in fields:
        text = typed.get(field.key, field.value).strip()
        if not text:
            if field.required:
                raise FormError(field.key, f"{field.label} is needed")
            found[field.key] = None
            continue
        try:
            found[field.key] = field.parse(text)
        except PlottyError as error:
            raise FormError(field.key, str(error)) from error
        except ValueError:
            raise FormError(field.key, f"{field.label}: {text!r} is not a number") from None
    return found


def whole(text: str) -> int:
    """A whole number, zero or more."""
    number = int(text)
    if number < 0:
        raise Refused(f"{number} is below zero")
    return number


def measure(text: str) -> float:
    """A number, zero or more; a decimal comma is understood."""
    number = float(text.replace(",", "."))
    if not 0 <= number < 1e9:
        raise Refused(f"{text} is not a number from zero on")
    return number


def yes_or_no(text: str) -> bool:
    """Yes or no."""
    word = text.casefold()
    if word not in ("yes", "no", "y", "n"):
        raise Refused(f"{text!r}: say yes or no")
    return word.startswith("y")


def metres_as_mm(text: str) -> float:
    """mm of a length whose bare numbers are metres (ink is told in metres)."""
    length = values.parse_length(text.replace(",", "."), bare="m")
    if length < 0:
        raise Refused(f"{text} is below zero")
    return length


def stars(text: str) -> int:
    """1 to 5, also as that many stars."""
    number = text.count("★") or int(text)
    if not 1 <= number <= 5:
        raise Refused(f"quality {text}: give 1 to 5 stars")
    return number


def rating(text: str) -> float:
    """A client's rating, 1 to 5."""
    number = measure(text)
    if not 1 <= number <= 5:
        raise Refused(f"rating {text}: give 1 to 5")
    return number


def paper_word(text: str) -> str:
    """A paper's size, as typed, when it is one."""
    papers.paper_size(text)
    return text.strip()


def percent_of_travel(text: str) -> float:
    """A pen height: 0 (lowest) to 100."""
    height = measure(text)
    if height > 100:
        raise Refused(f"pen height {text}: give 0 (lowest) to 100 (highest)")
    return height


def cap_percent(text: str) -> float:
    """A pen-down speed: 1 to 110 percent."""
    speed = measure(text.removesuffix("%"))
    if not 1 <= speed <= 110:
        raise Refused(f"speed {text}: give 1 to 110 percent")
    return speed


def signed_mm(text: str) -> float:
    """mm beside the usual place, in either direction; at most 50."""
    length = values.parse_length(text.replace(",", "."))
    if abs(length) > 50:
        raise Refused(f"an offset of {text}: give at most 50 mm")
    return length


def day(text: str) -> datetime:
    """The start of a local day that is not to come."""
    found = values.parse_day(text)
    if found is None or found > datetime.now().astimezone():
        raise Refused(f"{text} is not a day that has been: write YYYY-MM-DD")
    return found


ADD = (
    Field("name", "Name", help="empty: the file's name; `Client: Design` names the client"),
    Field("paper", "Paper", help="a4, a3, letter, 210x297 or a paper in stock"),
    Field("copies", "Copies", whole, "1", required=True),
    Field("priority", "Priority", jobs.parse_priority, "normal", choices=tuple(jobs.PRIORITIES)),
    Field("tags", "Tags", jobs.parse_tags, help="comma separated"),
)

PEN = (
    Field("name", "Name", required=True, help="what is written on it: Pigma Micron black"),
    Field("color", "Colour", parse_color, "black", required=True, help="black, red, #1f4fbf …"),
    Field("tip_mm", "Tip mm", measure, help="0.3"),
    Field("slot", "Slot", whole, help="its number for --pen-order"),
    Field("code", "Sticker", help="empty: the next K-…"),
    Field("life_mm", "Life", metres_as_mm, help="metres it draws when new: 600"),
    Field("price", "Price", measure),
    Field("kind", "Kind", help="fineliner, gel, fountain, brush …"),
    Field("brand", "Brand"),
    Field("tare_g", "Empty weight g", measure),
    Field("weight_g", "Weight g", measure),
    Field("net_g", "Ink when new g", measure),
    Field("speed_cap", "Speed at most", cap_percent, help="percent, as in presets: 1-110"),
    Field("height", "Pen-down height", percent_of_travel, help="percent: 0 lowest, 100 highest"),
    Field("offset_x_mm", "Tip off by x mm", signed_mm, help="where its tip sits beside others'"),
    Field("offset_y_mm", "Tip off by y mm", signed_mm, help="the same along y"),
    Field("care", "Care", parse_care, help="shake 20m, wipe 5m, cap 10min, prime 30mm"),
    Field("notes", "Notes"),
    Field("state", "State", parse_state, choices=STATES, help=", ".join(STATES)),
    Field("opened_at", "Opened", day, help="YYYY-MM-DD"),
    Field("last_used_at", "Last used", day, help="YYYY-MM-DD"),
)

PAPER = (
    Field("name", "Name", required=True, help="a4, or Bristol A4 250 g"),
    Field("size", "Size", paper_word, help="a4, 210x297; empty: as the name says"),
    Field("sheets", "Sheets in stock", whole, "0"),
    Field("gsm", "g/m²", measure),
    Field("price", "Price per sheet", measure),
    Field("reorder_point", "Reorder at", whole),
    Field("notes", "Notes"),
)
PAPER_EDIT = tuple(one for one in PAPER if one.key != "sheets")

DEVICE = (
    Field("name", "Name", required=True, help="left, right, big …"),
    Field("driver", "Driver", value="simulator", choices=("simulator", "axidraw")),
    Field("model", "Model", value="v3", choices=tuple(MODELS)),
    Field("speed", "Simulator speed", measure, help="times the real one; empty: as a real one"),
    Field("pace", "Simulator pace", measure, help="times the planned time that it takes; empty: 1"),
    Field("port", "Port", help="/dev/ttyACM0; empty: by nickname, or the only board there is"),
    Field("nickname", "Nickname", help="the name stored in the board: plotty device scan"),
    Field("penlift", "Pen lift", whole, help="3 for the brushless servo"),
    Field("time_slice", "Time slice s", measure, help="0.0125 pauses sooner; empty: 0.025"),
    Field("faults", "Faults", help="of a simulator: pen_dry=40m,usb_lost=11:00,stall@stroke=120"),
)

# What `device edit` takes for "as if it were never set".
CLEAR = "none"


def preset_word(text: str) -> str:
    """A preset's name: a built-in one, or one's own as it is typed."""
    word = text.strip()
    return word.casefold() if word.casefold() in BUILT_IN else word


def length_mm(text: str) -> float:
    """mm of `30`, `30mm`, `3cm`."""
    return metres_as_mm(f"{text}mm" if text.replace(".", "").isdigit() else text)


def parse_changes(fields: Sequence[Field], typed: Mapping[str, str]) -> dict[str, Any]:
    """The values of the fields that were given; `none` stays as it is, and takes a value back."""
    given = {key: text for key, text in typed.items() if text.strip().casefold() != CLEAR}
    found = parse_form([field for field in fields if field.key in given], given)
    return {key: found.get(key, CLEAR) for key in typed}


DEVICE_EDIT = (
    Field("model", "Model", choices=tuple(MODELS), help="v3, v3/a3, se/a2 …"),
    Field("preset", "Preset", preset_word, help="its motion wins over the plan's"),
    Field("speed", "Simulator speed", measure, help="times the real one"),
    Field("pace", "Simulator pace", measure, help="times the planned time that it takes"),
    Field("faults", "Faults", help="simulated: pen_dry=40m,usb_lost=11:00,stall@stroke=120"),
    Field("prime_mm", "Priming", length_mm, help="mm drawn in the margin after a pen change"),
    Field("pen_pos_up", "Pen height up", percent_of_travel, help="0-100"),
    Field("pen_pos_down", "Pen height down", percent_of_travel, help="0-100"),
    Field("pen_rate_raise", "Pen rate raising", measure, help="1-200"),
    Field("pen_rate_lower", "Pen rate lowering", measure, help="1-200"),
    Field("pen_delay_up", "Delay after raising ms", measure),
    Field("pen_delay_down", "Delay after lowering ms", measure),
    Field("port", "Port", help="/dev/ttyACM0"),
    Field("nickname", "Nickname", help="the name stored in the board"),
    Field("penlift", "Pen lift", whole, help="3 for the brushless servo"),
    Field("time_slice", "Time slice s", measure, help="0.0125 pauses sooner"),
    Field("service", "Service limits", help="'500m, 20000 lifts, 40h' from service to service"),
)
