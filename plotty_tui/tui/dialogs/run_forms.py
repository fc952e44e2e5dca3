"""Forms about one run: it has failed, it is changed, its results are corrected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from plotty_tui.studio.forms import Field, FormError, parse_form
from plotty_tui.studio.opening import Store
from plotty_tui.studio.production import run_moves
from plotty_tui.studio.production.run_detail import RunDetail

from .fields import FieldForm
from .form import FormDialog
from .material_ways import KEY, show_way, told, with_ways

WHY = Field("why", "Why", required=True, help="kept with the old and the new values", group="Why")
ACCEPTED = Field(
    "accepted", "Accept a shortage", group="If it is short",
    help="the reason for which too little ink or paper is accepted; empty: it is refused",
)  # fmt: skip


class MaterialForm(FormDialog):
    """A form whose material is told by metres, by grams or by weighing."""

    DEFAULT_CSS = """
    MaterialForm > #box { max-width: 90; }
    """

    def __init__(self, store: Store, title: str, fields: Sequence[Field], hint: str = "") -> None:
        super().__init__(title, with_ways(fields), self.save, hint=hint, store=store)

    def save(self, typed: Mapping[str, str]) -> RunDetail:
        """Save what was typed; the run as it is then. In a thread."""
        raise NotImplementedError

    def on_mount(self) -> None:
        super().on_mount()
        show_way(self.form)

    def on_field_form_changed(self, event: FieldForm.Changed) -> None:
        super().on_field_form_changed(event)
        if event.key == KEY:
            show_way(self.form)


class FailRun(MaterialForm):
    """A run has failed: why, and what it used."""

    def __init__(self, store: Store, detail: RunDetail) -> None:
        self._number = detail.number
        hint = "what it used is booked as waste; sheets that were not begun are cancelled"
        super().__init__(store, f"{detail.name} · it has failed", run_moves.fail_form(detail), hint)

    def save(self, typed: Mapping[str, str]) -> RunDetail:
        assert self._store is not None
        return run_moves.fail_run(self._store, self._number, told(typed))


class EditRun(MaterialForm):
    """A run is changed before its results are told."""

    def __init__(self, store: Store, detail: RunDetail) -> None:
        self._number, self._revision = detail.number, detail.revision
        fields = [*run_moves.edit_form(detail), ACCEPTED]
        super().__init__(store, f"{detail.name} · edit", fields)

    def save(self, typed: Mapping[str, str]) -> RunDetail:
        assert self._store is not None
        given = told(typed)
        why = given.pop(ACCEPTED.key, "").strip()
        return run_moves.edit_run(self._store, self._number, given, self._revision, why)


class CorrectRun(MaterialForm):
    """Results that were told are corrected; the old ones are kept."""

    def __init__(self, store: Store, detail: RunDetail) -> None:
        self._number = detail.number
        hint = "the old values are kept beside the new ones, with who and why"
        fields = [*run_moves.correct_form(detail), WHY]
        super().__init__(store, f"{detail.name} · correct the results", fields, hint)

    def save(self, typed: Mapping[str, str]) -> RunDetail:
        assert self._store is not None
        given = told(typed)
        why = given.pop(WHY.key).strip()
        if not why:
            raise FormError(WHY.key, "say why it is corrected")
        parse_form(self.form.fields, typed)
        return run_moves.correct_run(self._store, self._number, given, why)
