from __future__ import annotations
from textual.screen import ModalScreen
class ShowLines(ModalScreen):
    BINDINGS = [("escape", "dismiss")]
    def __init__(self, title, lines):
        super().__init__()
class JobDetail(ModalScreen):
    BINDINGS = [("escape", "dismiss")]
    def __init__(self, store, job_id):
        super().__init__()
class RunDetailScreen(ModalScreen):
    BINDINGS = [("escape", "dismiss")]
    def __init__(self, store, number):
        super().__init__()
