from __future__ import annotations
from textual.screen import ModalScreen
class CompleteRun(ModalScreen):
    BINDINGS = [("escape", "dismiss")]
    def __init__(self, store, number):
        super().__init__()
