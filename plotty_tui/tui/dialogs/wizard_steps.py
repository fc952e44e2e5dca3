"""The steps of the wizard: what they share, and the first one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.message import Message
from textual.widgets import Static

from plotty_tui.domain.errors import PlottyError
from plotty_tui.domain.values import clock, parse_duration
from plotty_tui.studio import watching
from plotty_tui.studio.forms import Field
from plotty_tui.studio.jobs import clients
from plotty_tui.studio.opening import Store
from plotty_tui.studio.planning import presets
from plotty_tui.studio.production.run_drafts import RunDraft
from plotty_tui.studio.production.run_proposals import RunProposal
from plotty_tui.tui.rows import Cell, Column, ColumnRows, RowList
from plotty_tui.tui.text import plain, state_span

from .fields import FieldForm

AS_PLANNED = "as planned"
BASICS = (
    Field("name", "Name", help="what the run is called; empty: after its designs"),
    Field("preset", "Preset", help="the speed of all its designs; as planned: each as it is"),
    Field("client", "Client", help="for whom it is: right takes the one that is offered"),
    Field("seconds", "Estimate", parse_duration, help="1:30:00, 90m; empty: as the plans say"),
    Field("notes", "Notes", help="anything one should know"),
)
PLOTTER_COLUMNS = (
    Column("plotter", 10, flex=1),
    Column("model", 8, flex=1, style="hint"),
    Column("state", 14),
    Column("pen in it", 14, flex=2, drop=1, style="hint"),
)
MOST_PLOTTERS = 6


class Step(Vertical):
    """One step. It writes what is filled in into the draft at once and tells that it did."""

    keys: Sequence[tuple[str, str]] = (("ctrl+n", "next step"), ("tab", "next field"))

    class Changed(Message):
        """The draft is another now."""

    class Done(Message):
        """Nothing is left to do here: enter on the last field."""

    class Said(Message):
        """A word about what has the focus."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class KeysChanged(Message):
        """The keys of the moment are others."""

    def __init__(self, store: Store, draft: RunDraft) -> None:
        super().__init__()
        self.store, self.draft = store, draft

    def begin(self) -> None:
        """The step is shown: the focus goes to where one begins."""

    def show(self, proposal: RunProposal) -> None:
        """This is what the draft comes to."""

    def leave(self) -> bool:
        """Escape was pressed: whether something inside the step took it."""
        return False


class BasicsStep(Step):
    """Which plotters, preset, client, estimate, notes."""

    keys = (
        ("ctrl+n", "next step"), ("space", "choose a plotter"), ("tab", "next field"),
        ("f1-f4", "any step"),
    )  # fmt: skip

    DEFAULT_CSS = """
    BasicsStep {
        & > VerticalScroll { scrollbar-size-vertical: 1; }
        & .title { color: $accent; text-style: bold; height: 1; }
        & RowList { margin-bottom: 1; }
        & .why { color: $error; height: auto; }
    }
    """

    def compose(self) -> ComposeResult:
        self._plotters = [one for one in watching.device_views(self.store) if one.enabled]
        choices = {"preset": (AS_PLANNED, *(one.name for one in presets.presets(self.store)))}
        known = {"client": tuple(one.name for one in clients.clients(self.store))}
        values = {
            "name": self.draft.name, "client": self.draft.client, "notes": self.draft.notes,
            "preset": self.draft.preset or AS_PLANNED,
            "seconds": clock(self.draft.seconds) if self.draft.seconds else "",
        }  # fmt: skip
        fields = [
            replace(
                one, value=values[one.key], choices=choices.get(one.key, ()),
                known=known.get(one.key, ()),
            )
            for one in BASICS
        ]  # fmt: skip
        names = [one.name for one in self._plotters]
        self._rows = RowList(
            ColumnRows(names, self._cells, PLOTTER_COLUMNS),
            empty="no plotter is set up: 6 opens the Devices, a adds one",
        )
        self._rows.set_marks(set(self.draft.devices) & set(names))
        self._rows.styles.height = min(MOST_PLOTTERS, len(names)) + 1
        self._form = FieldForm(fields)
        self._why = Static("", markup=False, classes="why")
        with VerticalScroll(can_focus=False):
            yield Static("Plotters (needed)", classes="title", markup=False)
            yield self._rows
            yield self._why
            yield self._form

    def _cells(self, i: int) -> list[Cell]:
        view = self._plotters[i]
        return [plain(view.name), view.model, state_span(view.state), plain(view.pen)]

    def begin(self) -> None:
        self._rows.focus()

    def show(self, proposal: RunProposal) -> None:
        wrong = [
            one.text for one in proposal.warnings
            if one.code.startswith("too_large") and not one.accepted
        ]  # fmt: skip
        self._why.update("\n".join(f"! {plain(text)}" for text in wrong))
        self._why.display = bool(wrong)

    def on_row_list_marked(self, event: RowList.Marked) -> None:
        event.stop()
        names = [view.name for view in self._plotters if view.name in event.keys]
        if names != self.draft.devices:
            self.draft.devices = names
            self.post_message(self.Changed())

    def on_row_list_selected(self, event: RowList.Selected) -> None:
        event.stop()
        if not self._rows.marks:
            self._rows.set_marks({event.key})
        self._form.focus_first()

    def on_field_form_changed(self, event: FieldForm.Changed) -> None:
        event.stop()
        typed = self._form.typed
        text = typed[event.key].strip()
        if event.key == "seconds":
            try:
                self.draft.seconds = parse_duration(text) if text else None
            except PlottyError:
                return  # said under the field when it is left
        elif event.key == "preset":
            self.draft.preset = "" if text == AS_PLANNED else text
        else:
            setattr(self.draft, event.key, text)
        self.post_message(self.Changed())

    def on_field_form_reached(self, event: FieldForm.Reached) -> None:
        event.stop()
        self.post_message(self.Said(event.field.help))

    def on_field_form_submitted(self, event: FieldForm.Submitted) -> None:
        event.stop()
        if self._form.check():
            self.post_message(self.Done())
