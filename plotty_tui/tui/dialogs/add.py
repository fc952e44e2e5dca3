from __future__ import annotations
from textual.screen import ModalScreen
class AddFiles(ModalScreen):
    BINDINGS = [("escape", "dismiss")]
    def __init__(self, store, start=None):
        super().__init__()
