"""Dialogs: what the dashboard asks, and what it shows in full. Each is loaded when it is first
wanted, so that opening the dashboard does not wait for any of them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .add import AddFiles
    from .boards import BoardsDialog
    from .command import CommandDialog
    from .complete import CompleteRun
    from .confirm import Confirm
    from .form import FormDialog
    from .hand import HandDialog
    from .heights import HeightsDialog
    from .jog import JogDialog
    from .keys import KeysHelp
    from .order import OrderPreview
    from .recovery import RecoveryDialog
    from .run_forms import CorrectRun, EditRun, FailRun
    from .run_pick import PickDraft, PickRun
    from .run_replot import ReplotRun
    from .show import JobDetail, ShowLines
    from .wizard import RunWizard

__all__ = [
    "AddFiles",
    "BoardsDialog",
    "CommandDialog",
    "CompleteRun",
    "Confirm",
    "CorrectRun",
    "EditRun",
    "FailRun",
    "FormDialog",
    "HandDialog",
    "HeightsDialog",
    "JobDetail",
    "JogDialog",
    "KeysHelp",
    "OrderPreview",
    "PickDraft",
    "PickRun",
    "RecoveryDialog",
    "ReplotRun",
    "RunWizard",
    "ShowLines",
]

_PLACES = {
    "AddFiles": "add",
    "BoardsDialog": "boards",
    "CommandDialog": "command",
    "CompleteRun": "complete",
    "Confirm": "confirm",
    "CorrectRun": "run_forms",
    "EditRun": "run_forms",
    "FailRun": "run_forms",
    "FormDialog": "form",
    "HandDialog": "hand",
    "HeightsDialog": "heights",
    "JobDetail": "show",
    "JogDialog": "jog",
    "KeysHelp": "keys",
    "OrderPreview": "order",
    "PickDraft": "run_pick",
    "PickRun": "run_pick",
    "RecoveryDialog": "recovery",
    "ReplotRun": "run_replot",
    "RunWizard": "wizard",
    "ShowLines": "show",
}


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_PLACES[name]}", __name__), name)
