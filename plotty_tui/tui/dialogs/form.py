"""A form: fields, what is wrong with them, and saving beside the event loop."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget

from plotty_tui.domain.errors import PlottyError
from plotty_tui.studio.forms import Field, FormError
from plotty_tui.studio.opening import Store

from .confirm import Confirm
from .fields import FieldForm
from .frame import Dialog, off_loop

FORM_KEYS = (("ctrl+s", "save"), ("tab", "next field"), ("esc", "leave"))


class FormDialog(Dialog[Any]):
    """A form that is saved by `submit`; dismissed with what that returned, or with None.

    `submit` gets the texts as typed and runs in a thread. A FormError goes under its field, any
    other refusal above the keys; what was typed stays. With a store, the thread's connection is
    closed afterwards. `report` may be called from `submit` to say how far it is.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "Save", show=False, id="form.save"),
    ]

    def __init__(
        self,
        title: str,
        fields: Sequence[Field],
        submit: Callable[[dict[str, str]], Any],
        *,
        hint: str = "",
        store: Store | None = None,
    ) -> None:
        super().__init__(title)
        self._submit, self._hint, self._store = submit, hint, store
        self._form = FieldForm(fields)
        self._saving = False
        self._keys = list(FORM_KEYS)
        self._said = ((hint, "hint"),)

    def body(self) -> Iterable[Widget]:
        with VerticalScroll(classes="body", can_focus=False):
            yield self._form

    def on_mount(self) -> None:
        self._form.focus_first()

    @property
    def form(self) -> FieldForm:
        """The fields."""
        return self._form

    def report(self, text: str) -> None:
        """Say how far saving is; may be called from its thread."""
        self.app.call_from_thread(self.say, text)

    def action_save(self) -> None:
        if not self._saving and self._form.check():
            self._saving = True
            self.unsay()
            self.say("saving …")
            self._save(self._form.typed)

    @work
    async def _save(self, typed: dict[str, str]) -> None:
        try:
            result = await off_loop(self._store, lambda: self._submit(typed))
        except FormError as error:
            self.unsay()
            self._form.show_wrong(error.key, str(error))
        except PlottyError as refusal:
            self.fail(str(refusal))
        else:
            self.dismiss(result)
        finally:
            self._saving = False

    def action_leave(self) -> None:
        if self._saving:
            self.say("saving: a moment …")
        elif self._form.touched:
            self.app.push_screen(
                Confirm("Leave without saving?", "What you typed is lost."), self._left
            )
        else:
            self.dismiss(None)

    def _left(self, yes: bool | None) -> None:
        if yes:
            self.dismiss(None)

    def on_field_form_submitted(self, event: FieldForm.Submitted) -> None:
        self.action_save()

    def on_field_form_reached(self, event: FieldForm.Reached) -> None:
        if not self._saving:
            self.unsay()
            self.say(event.field.help or self._hint)

    def on_field_form_changed(self, event: FieldForm.Changed) -> None:
        if self.said.startswith("saving"):
            return
        field = next(one for one in self._form.fields if one.key == event.key)
        self.say(field.help or self._hint)
