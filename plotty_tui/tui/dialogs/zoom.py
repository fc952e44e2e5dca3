from __future__ import annotations
from textual.screen import ModalScreen
class Zoom(ModalScreen):
    BINDINGS = [("escape", "dismiss")]
    def __init__(self, store, device_name):
        super().__init__()
    def show_view(self, view):
        pass
