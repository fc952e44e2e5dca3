"""What the keys of the Devices screen do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from plotty_tui.domain import orders
from plotty_tui.domain.values import metres
from plotty_tui.studio import forms
from plotty_tui.studio.forms import Field
from plotty_tui.studio.machines import plotters
from plotty_tui.studio.machines.setup_devices import FoundBoard
from plotty_tui.studio.watching import DeviceView

from ..panels.told import hand_of
from .doing import Doings
from .reasons import Reasons

if TYPE_CHECKING:
    from .devices import DevicesScreen

AT_WORK = (orders.DRAWING, orders.WAITING, orders.PAUSED)
NICKNAME_HELP = "3 to 16 letters; the plotter is found by it whatever its port"
SERVICE = (
    Field("text", "What was done", required=True, help="belts tightened, rails oiled …"),
)  # fmt: skip


class DevicesReasons(Reasons):
    """`why_not` of each action on the Devices screen."""

    screen: DevicesScreen

    def why_not_needed(self, needs: str) -> str:
        if needs == "device" and self.screen.chosen is None:
            return "no plotter is set up: a adds one"
        return ""

    def _why_not_free(self, kind: str) -> str:
        """Why a plotter cannot be asked for this now: such orders are for one that is free."""
        view = self.screen.chosen
        if view is None:
            return self.why_not_needed("device")
        if not view.enabled:
            return f"{view.name} is switched off: o switches it on"
        if view.state in AT_WORK:
            return f"{view.name} is {view.state}: finish that, or x gives it up"
        if view.state == orders.INTERRUPTED and kind not in orders.ALSO_INTERRUPTED:
            return f"{view.name} holds an interrupted sheet: w shows the choices"
        return ""

    def why_not_device_test(self) -> str:
        return self._why_not_free(orders.TEST)

    def why_not_device_home(self) -> str:
        why = self._why_not_free(orders.HOME)
        detail = self.screen.detail
        if not why and detail is not None and not detail.position_known:
            return f"{detail.view.name} does not know where it is: push it home by hand, then 0"
        return why

    def why_not_device_home_here(self) -> str:
        view = self.screen.chosen
        hand = hand_of(self.screen.feed.shot.hands, view.name) if view else None
        if hand is not None and hand.kind == orders.HAND_HOME:
            return ""
        return self._why_not_free(orders.HOME_HERE)

    def why_not_device_nickname(self) -> str:
        return self._why_not_free(orders.NICKNAME)

    def why_not_device_jog(self) -> str:
        return self._why_not_free(orders.JOG)

    def why_not_device_pen_up(self) -> str:
        return self._why_not_free(orders.PEN_UP)

    def why_not_device_pen_down(self) -> str:
        return self._why_not_free(orders.PEN_DOWN)

    def why_not_device_heights(self) -> str:
        return self._why_not_free(orders.PEN_DOWN)

    def why_not_device_remove(self) -> str:
        view = self.screen.chosen
        if view is None:
            return self.why_not_needed("device")
        if view.state in AT_WORK:
            return f"{view.name} is {view.state}: finish that, or x gives it up"
        return f"{view.name} holds {view.job}: x gives it up" if view.job else ""

    def why_not_device_pause(self) -> str:
        return self.why_not_needed("device") or super().why_not_device_pause()

    def why_not_device_resume(self) -> str:
        return self.why_not_needed("device") or super().why_not_device_resume()

    def why_not_device_cancel(self) -> str:
        return self.why_not_needed("device") or super().why_not_device_cancel()

    def why_not_job_copy(self) -> str:
        view = self.screen.chosen
        if view is None or view.job:
            return self.why_not_needed("device")
        return f"{view.name} holds no sheet"


class DevicesDoings(DevicesReasons, Doings):
    """The actions of the Devices screen."""

    screen: DevicesScreen

    @property
    def _view(self) -> DeviceView:
        view = self.screen.chosen
        assert view is not None  # the reasons have asked
        return view

    def switch_word(self) -> str:
        """What the key does that switches the plotter on or off."""
        view = self.screen.chosen
        return "switch off" if view is None or view.enabled else "switch on"

    def do_open(self) -> None:
        self.do("hand.ready" if self.screen.answers_hand() else "device.edit")

    # Forms

    def do_device_add(self) -> None:
        self._set_up(forms.DEVICE)

    def _set_up(self, fields: Sequence[Field]) -> None:
        def added(name: str | None) -> None:
            if name:
                self.screen.choose(name)
                self._saved(f"{name} is set up")

        self._ask("Set up a plotter", fields, plotters.add_typed, added)

    def do_device_scan(self) -> None:
        from ..dialogs import BoardsDialog

        def chosen(board: FoundBoard | None) -> None:
            if board is not None and board.device:
                self.screen.choose(board.device)
                self._saved(f"{board.port} is {board.device}")
            elif board is not None:
                self._set_up(plotters.fields_for(board))

        self.screen.app.push_screen(BoardsDialog(self.store), chosen)

    def do_device_edit(self) -> None:
        detail = self.screen.detail
        if detail is None:
            return
        name, fields = self._view.name, plotters.edit_fields(detail)

        def save(store: Any, typed: dict[str, str]) -> str | None:
            return plotters.edit_typed(store, name, fields, typed)

        hint = "an emptied field is as if it were never set"
        self._ask(f"Edit {name}", fields, save, self._saved, hint)

    def do_device_nickname(self) -> None:
        view = self._view
        settings = self.screen.detail.settings if self.screen.detail else {}
        known = str(settings.get("nickname") or view.name)
        field = Field("nickname", "Nickname", value=known, help=NICKNAME_HELP, required=True)

        def save(store: Any, typed: dict[str, str]) -> str:
            nickname = forms.parse_form([field], typed)["nickname"]
            return plotters.write_nickname(store, view.name, nickname)

        self._ask(f"Nickname in the board of {view.name}", [field], save, self._saved)

    def do_device_service(self) -> None:
        name = self._view.name

        def save(store: Any, typed: dict[str, str]) -> str:
            text = forms.parse_form(SERVICE, typed)["text"]
            return plotters.log_service(store, name, text)

        self._ask(f"Service of {name}", SERVICE, save, self._saved)

    def _ask(
        self,
        title: str,
        fields: Any,
        save: Callable[[Any, dict[str, str]], Any],
        then: Callable[[Any], None],
        hint: str = "",
    ) -> None:
        from ..dialogs import FormDialog

        store = self.store
        dialog = FormDialog(title, fields, lambda typed: save(store, typed), hint=hint, store=store)
        self.screen.app.push_screen(dialog, then)

    def _saved(self, said: str | None) -> None:
        self.screen.feed.look_again()
        if said:
            self.screen.tell(said, "state-done")

    def do_device_switch(self) -> None:
        view = self._view
        self.order(plotters.switch_plotter, view.name, not view.enabled)

    def do_device_remove(self) -> None:
        view = self._view
        drawn = f"The {metres(view.drawn_mm)} that it has drawn stay in the books."
        stays = drawn if view.drawn_mm else "It has drawn nothing."
        self._confirm(
            f"Remove {view.name}?",
            stays,
            lambda yes: self.order(plotters.remove_plotter, view.name) if yes else None,
        )

    # Orders to a free plotter

    def do_device_test(self) -> None:
        self.order(plotters.draw_test, self._view.name)

    def do_device_home(self) -> None:
        self.order(plotters.home, self._view.name)

    def do_device_home_here(self) -> None:
        self.order(plotters.home_here, self._view.name)

    def do_device_pen_up(self) -> None:
        self.order(plotters.move_pen, self._view.name, False)

    def do_device_pen_down(self) -> None:
        self.order(plotters.move_pen, self._view.name, True)

    def do_device_jog(self) -> None:
        from ..dialogs import JogDialog

        self.screen.app.push_screen(JogDialog(self.store, self._view.name), self._saved)

    def do_device_heights(self) -> None:
        from ..dialogs import HeightsDialog

        detail = self.screen.detail
        if detail is not None:
            motion = detail.motion
            dialog = HeightsDialog(
                self.store, self._view.name, motion.pen_pos_down, motion.pen_pos_up
            )
            self.screen.app.push_screen(dialog, self._saved)
