"""The board simulator: an EiBotBoard with firmware 2.8.1 on a pseudo-terminal.

For tests, and for trying the `axidraw` driver without a plotter. `BoardServer` runs a board in this
process, `python -m plotty_tui.devices.board` in one of its own (`launch` starts it), where it
outlives whoever talks to it, as a real one would. What its pen drew is the truth.

    with BoardServer(speed=20) as server:
        server.after(100, "unplug", match="SM")
        ...                       # a host opens server.port
        server.wait_idle()
        server.board.ink()        # polylines in mm
"""

from __future__ import annotations

from .board import Board
from .clock import HeldClock, InstantClock, WallClock
from .record import read_ink
from .remote import RemoteBoard, launch
from .server import BoardServer

__all__ = [
    "Board",
    "BoardServer",
    "HeldClock",
    "InstantClock",
    "RemoteBoard",
    "WallClock",
    "launch",
    "read_ink",
]
