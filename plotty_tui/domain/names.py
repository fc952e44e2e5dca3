"""Names that people give to things that commands ask for again."""

from __future__ import annotations

from .errors import Refused

MOST_SIGNS = 60


def plain_name(kind: str, text: str) -> str:
    """A name without blanks round it; Refused for one that a command line could not name."""
    name = text.strip()
    if not name:
        raise Refused(f"a {kind} needs a name")
    if len(name) > MOST_SIGNS:
        raise Refused(f"{kind} name {name[:20]!r}… has {len(name)} signs: {MOST_SIGNS} at most")
    bad = [sign for sign in name if sign == "," or not sign.isprintable()]
    if bad or name.startswith("-"):
        raise Refused(f"{kind} name {name!r}: no commas, control signs, or a dash in front")
    return name
