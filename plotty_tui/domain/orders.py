"""Orders: what a person wants of the engine, as rows that it takes, carries out and answers."""

from __future__ import annotations

PAUSE, RESUME, CANCEL, ESTOP = "pause", "resume", "cancel", "estop"
READY = "ready"  # the pen or the paper is in: answers the open hand of a device
SKIP_LAYER = "skip_layer"  # leave the layer at hand out, go on with the next
STOP_ENGINE = "stop_engine"

# Orders to a plotter that holds no sheet; the first three also to one whose sheet is interrupted.
PEN_UP, HOME, HOME_HERE = "pen_up", "home", "home_here"
PEN_DOWN, JOG, TEST, NICKNAME = "pen_down", "jog", "test", "nickname"
ALSO_INTERRUPTED = (PEN_UP, HOME, HOME_HERE)
WHEN_FREE = (*ALSO_INTERRUPTED, PEN_DOWN, JOG, TEST, NICKNAME)

KINDS = (PAUSE, RESUME, CANCEL, ESTOP, READY, SKIP_LAYER, *WHEN_FREE, STOP_ENGINE)

# Hands: what a device may want of a person.
HAND_PAPER = "paper"  # a sheet, and often a pen with it
HAND_PEN = "pen"
HAND_STOP = "stop"  # a layer's name asks for a person first
HAND_HOME = "home"  # the carriage has to be pushed to its home corner
HAND_INTERRUPTED = "interrupted"  # a sheet was cut off: resume it or give it up
HAND_FAULT = "fault"
HAND_VERDICT = "verdict"  # a drawn sheet is to be judged: good, second or spoiled

# Hands that `ready` answers; the others want `resume` or `cancel`.
ANSWERED_BY_READY = (HAND_PAPER, HAND_PEN, HAND_STOP, HAND_HOME)

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
