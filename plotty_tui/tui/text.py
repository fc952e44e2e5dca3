"""Text as the terminal may have it, and the signs and words of states.

Names come from files, mail and other people. `plain` makes any text harmless: what would move
the cursor, turn the writing direction or take no cell is shown as a sign instead. Widths are
cells, not characters.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from rich.cells import cell_len, get_character_cell_size

UNKNOWN_SIGN = "\N{REPLACEMENT CHARACTER}"
LINE_SIGN = "␤"

# Marks on one letter beyond these climb into the lines above and below.
MOST_MARKS = 3

_LINE_ENDS = frozenset("\n\x85\u2028\u2029")
# Joiners that writing needs; between pictures they make widths that terminals disagree on.
_JOINERS = frozenset("\u200c\u200d")
# Choose between text and picture form of a sign, and so between one cell and two.
_FORMS = frozenset("\ufe0e\ufe0f")


@dataclass(frozen=True, slots=True)
class Symbols:
    """The signs plotty draws with. Every sign is one cell wide."""

    ascii: bool
    ellipsis: str
    mark: str
    cursor: str
    pen: str  # a dot in the pen's colour
    pen_place: str  # where the pen is on the canvas
    travel: str  # the pen's way through the air
    bar_done: str
    bar_half: str
    bar_rest: str
    eighths: str  # from empty to full
    spark: str  # from low to high
    braille: bool


UNICODE_SYMBOLS = Symbols(
    ascii=False,
    ellipsis="…",
    mark="✓",
    cursor="▌",
    pen="●",
    pen_place="◆",
    travel="·",
    bar_done="━",
    bar_half="╸",
    bar_rest="─",
    eighths=" ▏▎▍▌▋▊▉█",
    spark="▁▂▃▄▅▆▇█",
    braille=True,
)
ASCII_SYMBOLS = Symbols(
    ascii=True,
    ellipsis="~",
    mark="*",
    cursor=">",
    pen="o",
    pen_place="@",
    travel=".",
    bar_done="=",
    bar_half=">",
    bar_rest="-",
    eighths="   ...:##",
    spark="_.-:=+*#",
    braille=False,
)

_in_use = [UNICODE_SYMBOLS]


def symbols() -> Symbols:
    """The signs in use."""
    return _in_use[0]


def use_symbols(chosen: Symbols) -> None:
    """Draw with these signs from now on; widgets take them at their next painting."""
    _in_use[0] = chosen
    plain.cache_clear()


def choose_symbols(
    setting: bool | None = None, environ: Mapping[str, str] | None = None
) -> Symbols:
    """The signs this terminal can show: as set; else ASCII if PLOTTY_ASCII says so (anything but
    0), on the Linux console and dumb terminals, and where the locale is not UTF-8."""
    if setting is not None:
        return ASCII_SYMBOLS if setting else UNICODE_SYMBOLS
    env = os.environ if environ is None else environ
    asked = env.get("PLOTTY_ASCII")
    if asked:
        return UNICODE_SYMBOLS if asked == "0" else ASCII_SYMBOLS
    if env.get("TERM") in ("linux", "dumb"):
        return ASCII_SYMBOLS
    locale = env.get("LC_ALL") or env.get("LC_CTYPE") or env.get("LANG") or "UTF-8"
    return UNICODE_SYMBOLS if "UTF" in locale.upper() or locale == "C" else ASCII_SYMBOLS


@dataclass(frozen=True, slots=True)
class StateLook:
    """How a state is shown: always word + symbol + colour (a theme variable)."""

    word: str
    symbol: str
    ascii: str
    color: str


# One table for jobs, sheets, runs and devices: the same word looks the same everywhere.
STATES: dict[str, StateLook] = {
    "new": StateLook("new", "○", "o", "state-idle"),
    "queued": StateLook("queued", "○", "o", "state-idle"),
    "pending": StateLook("pending", "○", "o", "state-idle"),
    "planning": StateLook("planning", "◌", "~", "state-idle"),
    "planned": StateLook("planned", "◎", "O", "foreground"),
    "loaded": StateLook("loaded", "◉", "0", "foreground"),
    "active": StateLook("active", "▶", ">", "state-drawing"),
    "in_progress": StateLook("in progress", "▶", ">", "state-drawing"),
    "drawing": StateLook("drawing", "▶", ">", "state-drawing"),
    "stopping": StateLook("stopping", "■", "#", "state-paused"),
    "paused": StateLook("paused", "‖", "=", "state-paused"),
    "held": StateLook("held", "◇", "%", "state-paused"),
    "waiting": StateLook("waiting", "◆", "!", "state-hand"),
    "hand": StateLook("needs a hand", "◆", "!", "state-hand"),
    "awaiting_results": StateLook("awaiting results", "◆", "!", "state-hand"),
    "interrupted": StateLook("interrupted", "↯", "!", "state-hand"),
    "fault": StateLook("fault", "×", "x", "state-fault"),
    "failed": StateLook("failed", "×", "x", "state-fault"),
    "spoiled": StateLook("spoiled", "×", "x", "state-fault"),
    "missing": StateLook("missing", "?", "?", "state-fault"),
    "stopped": StateLook("stopped", "■", "#", "state-fault"),
    "drawn": StateLook("drawn", "✓", "+", "state-done"),
    "good": StateLook("good", "✓", "+", "state-done"),
    "second": StateLook("second", "✓", "+", "state-paused"),
    "proof": StateLook("proof", "✓", "+", "state-idle"),
    "done": StateLook("done", "✓", "+", "state-done"),
    "completed": StateLook("completed", "✓", "+", "state-done"),
    "cancelled": StateLook("cancelled", "−", "-", "state-idle"),
    "idle": StateLook("idle", "·", ".", "state-idle"),
    "off": StateLook("off", "·", ".", "state-idle"),
}


def state_look(state: str) -> StateLook:
    """How to show this state; one that is not in the table is shown by its own word."""
    return STATES.get(state) or StateLook(plain(state.replace("_", " ")), "·", ".", "state-idle")


def state_symbol(state: str) -> str:
    """The sign of a state, of the signs in use."""
    look = state_look(state)
    return look.ascii if symbols().ascii else look.symbol


def state_text(state: str) -> str:
    """Sign and word: `▶ drawing`."""
    return f"{state_symbol(state)} {state_look(state).word}"


def state_span(state: str, width: int | None = None) -> tuple[str, str]:
    """Sign and word as a span in the state's colour, padded or cut to a width."""
    text = state_text(state)
    return (text if width is None else pad(text, width)), state_look(state).color


@lru_cache(maxsize=8192)
def plain(text: str, width: int | None = None) -> str:
    """The text, safe to draw: one line, nothing invisible, nothing that steers the terminal;
    with a width, cut with an ellipsis to at most that many cells."""
    if not (text.isascii() and text.isprintable()):
        text = _without_surprises(text)
    return text if width is None else cut(text, width)


def cut(text: str, width: int) -> str:
    """The text if it fits into so many cells, else its beginning and an ellipsis."""
    if width <= 0:
        return ""
    if cell_len(text) <= width:
        return text
    return _beginning(text, width - 1) + symbols().ellipsis


def pad(text: str, width: int, align: str = "left") -> str:
    """The text in exactly so many cells: cut, or filled with spaces; align left, right or
    center."""
    text = cut(text, width)
    room = max(0, width - cell_len(text))
    if align == "right":
        return " " * room + text
    if align == "center":
        return " " * (room // 2) + text + " " * (room - room // 2)
    return text + " " * room


def cell_fit(text: str, width: int, align: str = "left") -> str:
    """Any text, made plain, in exactly so many cells."""
    return pad(plain(text), width, align)


def single_cells(text: str) -> bool:
    """Whether every character is one cell wide, so that characters can be counted as cells."""
    return text.isascii() or all(get_character_cell_size(one) == 1 for one in text)


def _beginning(text: str, width: int) -> str:
    """As many whole characters, with their marks, as fit into so many cells."""
    if text.isascii():
        return text[:width]
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if cell_len(text[:middle]) <= width:
            low = middle
        else:
            high = middle - 1
    return text[:low]


def _without_surprises(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for sign in text:
        kind = unicodedata.category(sign)
        if kind in ("Mn", "Me"):
            if sign in _FORMS:
                continue
            if not kept:
                kept.append("◌")
            marks += 1
            if marks <= MOST_MARKS:
                kept.append(sign)
            continue
        if sign in _JOINERS:
            if kept and unicodedata.category(kept[-1])[0] in "LM":
                kept.append(sign)
            continue
        marks = 0
        kept.append(_shown_as(sign, kind))
    return "".join(kept)


def _shown_as(sign: str, kind: str) -> str:
    """The sign itself, or what is shown in place of one that cannot be drawn."""
    if sign in _LINE_ENDS:
        return LINE_SIGN
    code = ord(sign)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    if kind == "Zs":
        return sign if sign == "\u3000" else " "
    if kind in ("Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"):
        return UNKNOWN_SIGN
    return sign if get_character_cell_size(sign) else UNKNOWN_SIGN
