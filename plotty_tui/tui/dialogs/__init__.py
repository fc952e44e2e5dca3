"""Dialogs: what the dashboard asks, and what it shows in full. Each is loaded when it is first
wanted, so that opening the dashboard does not wait for any of them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .add import AddFiles
    from .complete import CompleteRun
    from .confirm import Confirm
    from .form import FormDialog
    from .hand import HandDialog
    from .heights import HeightsDialog
    from .jog import JogDialog
    from .keys import KeysHelp
    from .recovery import RecoveryDialog
    from .show import JobDetail, RunDetailScreen, ShowLines

__all__ = [
    "AddFiles",
    "CompleteRun",
    "Confirm",
    "FormDialog",
    "HandDialog",
    "HeightsDialog",
    "JobDetail",
    "JogDialog",
    "KeysHelp",
    "RecoveryDialog",
    "RunDetailScreen",
    "ShowLines",
]

_PLACES = {
    "AddFiles": "add",
    "CompleteRun": "complete",
    "Confirm": "confirm",
    "FormDialog": "form",
    "HandDialog": "hand",
    "HeightsDialog": "heights",
    "JobDetail": "show",
    "JogDialog": "jog",
    "KeysHelp": "keys",
    "RecoveryDialog": "recovery",
    "RunDetailScreen": "show",
    "ShowLines": "show",
}


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_PLACES[name]}", __name__), name)
