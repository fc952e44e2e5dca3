from __future__ import annotations
from textual.screen import ModalScreen
class KeysHelp(ModalScreen):
    BINDINGS = [("escape", "dismiss")]
    def __init__(self, actions):
        super().__init__()
