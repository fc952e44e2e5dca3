"""Why drawings are cut off, in a few kinds."""

from __future__ import annotations

# A word of the engine's sentence -> the kind of fault; the first that fits.
_KINDS = (
    ("power", "motor power"),
    ("voltage", "motor power"),
    ("usb", "connection"),
    ("connection", "connection"),
    ("unplugged", "connection"),
    ("port", "connection"),
    ("answer", "board"),
    ("hang", "board"),
    ("stall", "board"),
    ("board", "board"),
    ("button", "button"),
    ("emergency", "emergency stop"),
    ("stopped", "emergency stop"),
    ("engine", "computer"),
    ("worker", "computer"),
    ("process", "computer"),
    ("disk", "computer"),
)


# Faults that pass by themselves: a run that was told so goes on at the place.
PASSING = frozenset({"connection", "board", "computer"})


def fault_kind(text: str) -> str:
    """The kind of fault of a sentence like `Logo copy 2 interrupted: the USB cable …`; `other`
    where none fits."""
    why = text.rpartition("interrupted:")[2].casefold()
    return next((kind for word, kind in _KINDS if word in why), "other")
