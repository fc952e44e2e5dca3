"""Names from a file, made fit to be shown and stored."""

from __future__ import annotations

import re

# Control characters, line separators, direction overrides and lone surrogates: they move the
# cursor, reverse a line or cannot be encoded at all.
_UNSHOWABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)


def plain(text: str, longest: int = 80) -> str:
    """The text on one line, without characters that act on a terminal, cut to `longest`."""
    shown = _UNSHOWABLE.sub("\N{REPLACEMENT CHARACTER}", text)
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"
