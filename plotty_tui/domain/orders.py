"""Orders: what a person wants of the engine, as rows that it takes, carries out and answers."""

from __future__ import annotations

PAUSE, RESUME, CANCEL, ESTOP = "pause", "resume", "cancel", "estop"
READY = "ready"  # the pen or the paper is in: answers the open hand of a device
WAKE = "wake"  # look at the queue again (a run was started)
STOP_ENGINE = "stop_engine"

KINDS = (PAUSE, RESUME, CANCEL, ESTOP, READY, WAKE, STOP_ENGINE)

# Hands: what a device may want of a person.
HAND_PAPER = "paper"  # a sheet, and often a pen with it
HAND_PEN = "pen"
HAND_INTERRUPTED = "interrupted"  # a sheet was cut off: resume it or give it up
HAND_FAULT = "fault"

# Device states, as the engine keeps them.
OFF, IDLE, DRAWING, WAITING, PAUSED, FAULT, INTERRUPTED = (
    "off",
    "idle",
    "drawing",
    "waiting",
    "paused",
    "fault",
    "interrupted",
)
