"""What a worker says when its driver fails."""

from __future__ import annotations

import logging
from typing import Any

from plotty_tui.domain.errors import DeviceFault, NotFound, PlottyError

log = logging.getLogger("plotty.worker")


def log_failure(what: str, error: Exception) -> None:
    """A fault of the plotter is a line; what nobody foresaw comes with its traceback."""
    known = isinstance(error, PlottyError)
    log.warning("%s failed: %s", what, error, exc_info=None if known else error)


def fault_answer(error: Exception, do: str) -> dict[str, Any]:
    """The worker's answer when a command failed: code and sentence."""
    return {"say": "fault", "of": do, "code": _fault_code(error), "text": _sentence(error, do)}


def _fault_code(error: Exception) -> str:
    if isinstance(error, DeviceFault):
        return error.code
    return "unknown" if isinstance(error, NotFound) else "fault"


def _sentence(error: Exception, do: str) -> str:
    if isinstance(error, PlottyError):
        return str(error)
    detail = " ".join(str(error).split())
    return f"{do} failed in the driver: {type(error).__name__}" + (f": {detail}" if detail else "")
