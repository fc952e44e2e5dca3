from __future__ import annotations
from textual.screen import ModalScreen
class HandDialog(ModalScreen):
    BINDINGS = [("escape", "dismiss")]
    def __init__(self, hand, pens=()):
        super().__init__()
