"""The strokes that a draw command means, as they lie on the device."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from plotty_tui.domain.errors import DeviceFault
from plotty_tui.domain.papers import Turn
from plotty_tui.domain.strokes import Strokes, decode_layers

Command = dict[str, Any]


def load_strokes(command: Command) -> Strokes:
    """The strokes of a draw command in device coordinates. Raises DeviceFault, code `file`."""
    if "lines" in command:
        return _turn_as_told(
            Strokes([(float(x), float(y)) for x, y in line] for line in command["lines"]), command
        )
    path, layer = Path(command["file"]), int(command.get("layer", 0))
    try:
        layers = decode_layers(path.read_bytes())
    except (OSError, ValueError, KeyError) as error:
        reason = getattr(error, "strerror", None) or error
        raise DeviceFault(f"the strokes in {path} cannot be read: {reason}", "file") from error
    if not 0 <= layer < len(layers):
        raise DeviceFault(f"no layer {layer} in {path}: it has {len(layers)}", "file")
    return _turn_as_told(layers[layer].strokes, command)


def _turn_as_told(strokes: Strokes, command: Command) -> Strokes:
    turn = command.get("turn")
    if not turn or not (turn["quarter"] or turn.get("dx") or turn.get("dy")):
        return strokes
    lies = Turn(**turn)
    return Strokes([lies.apply(x, y) for x, y in line] for line in strokes)
