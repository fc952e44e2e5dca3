"""Colours as people call them."""

from __future__ import annotations

import re
from functools import lru_cache

from .errors import Refused
from .pen_choice import color_distance

NAMES = {
    "black": "#000000", "white": "#ffffff", "red": "#d81e2c", "green": "#1a8f4a",
    "blue": "#1f4fbf", "yellow": "#e8b800", "orange": "#e8731a", "purple": "#6f2da8",
    "brown": "#7a4a21", "pink": "#e85a9b", "magenta": "#c2187a", "cyan": "#0fa3b1",
    "teal": "#0f7a7a", "turquoise": "#17a398", "grey": "#707070", "silver": "#b0b0b0",
    "gold": "#b8860b", "sepia": "#704214", "navy": "#16245c", "indigo": "#2b2f77",
    "coral": "#e4572e", "carmine": "#c01f3a", "olive": "#6b7a1f", "lilac": "#b48fd6",
}  # fmt: skip
_ALSO = {"gray": "grey", "violet": "purple"}


def parse_color(text: str) -> str:
    """`#rrggbb` of a colour's name or its hexadecimal form."""
    word = text.strip().casefold()
    word = _ALSO.get(word, word)
    if word in NAMES:
        return NAMES[word]
    short = re.fullmatch(r"#?([0-9a-f])([0-9a-f])([0-9a-f])", word)
    if short:
        return "#" + "".join(digit * 2 for digit in short.groups())
    if re.fullmatch(r"#?[0-9a-f]{6}", word):
        return "#" + word.lstrip("#")
    raise Refused(f"no colour {text!r}: {', '.join(list(NAMES)[:8])}, … or #rrggbb")


@lru_cache(maxsize=256)
def color_name(color: str) -> str:
    """The name of the nearest colour that has one: `indigo` for `#27306b`."""
    return min(NAMES, key=lambda name: color_distance(NAMES[name], color))
