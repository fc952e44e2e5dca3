"""The dashboard: `run_dashboard` opens it, `run_monitor` opens the screen that only watches."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar

from textual.app import App
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen
from textual.theme import Theme

from plotty_tui.domain.errors import PlottyError, Refused
from plotty_tui.studio.actions import use_keys
from plotty_tui.studio.keys import read_keys
from plotty_tui.studio.opening import open_studio
from plotty_tui.studio.upkeep import settings
from plotty_tui.studio.upkeep.themes import DEFAULT_THEME, theme_folders, theme_names

from .planning import Planning
from .rows import list_bindings
from .screens.base import BaseScreen, FollowingScreen
from .screens.studio import StudioScreen
from .terminal import catch_signals, watch_terminal
from .text import choose_symbols, plain, use_symbols
from .themes import load_theme, variable_defaults

# The screens beside the Studio: name -> module and class, imported when it is first wanted. Key and
# title are those of the action `screen.NAME`.
SCREENS = {
    "queue": ".screens.queue:QueueScreen",
    "runs": ".screens.runs:RunsScreen",
    "materials": ".screens.materials:MaterialsScreen",
    "figures": ".screens.figures:FiguresScreen",
    "devices": ".screens.devices:DevicesScreen",
    "settings": ".screens.settings:SettingsScreen",
    "log": ".screens.log:LogScreen",
}


def _palette() -> Any:
    from .palette import StudioProvider

    return StudioProvider


class PlottyApp(App[None]):
    """The studio's dashboard over an open studio. `read_only` only watches."""

    TITLE = "plotty"
    CSS_PATH = Path("styles/studio.tcss")
    COMMANDS: ClassVar[set[Callable[[], Any]]] = {_palette}  # type: ignore[assignment]
    COMMAND_PALETTE_DISPLAY = "^p"
    ENABLE_COMMAND_PALETTE = True

    BINDINGS: ClassVar[list[BindingType]] = [
        # Not printable and with priority: they work in every dialog, and while typing.
        Binding(
            "f8,ctrl+backslash", "stop_all", "STOP", show=False, priority=True, id="safety.stop"
        ),
        Binding("ctrl+q", "leave", "Leave", show=False, priority=True, id="app.leave"),
    ]

    def __init__(self, store: Any, read_only: bool = False, seconds: float | None = None) -> None:
        self._themes: dict[str, Theme] = {}
        super().__init__()
        self.store = store
        self.studio = StudioScreen(store, read_only)
        self.planning = Planning()
        self.turn = asyncio.Lock()  # who changes the queue by a key waits for the keys before
        self._seconds = seconds
        self._places: dict[str, FollowingScreen] = {}
        self._watch: threading.Event | None = None
        # Keys of one's own, in the table before the first footer is painted.
        self._keys = read_keys(store, {one.id or "": one.key for one in list_bindings()})
        use_keys(self._keys.keys)
        use_symbols(choose_symbols())
        self._use_theme_at_start()

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return variable_defaults(self.current_theme)

    def get_theme(self, theme_name: str) -> Theme | None:
        # Asked for with every line painted; Textual copies the table of all themes each time.
        return self._themes.get(theme_name) or super().get_theme(theme_name)

    def get_default_screen(self) -> StudioScreen:
        return self.studio

    def on_mount(self) -> None:
        self.set_keymap(self._keys.keys)
        for problem in self._keys.problems:
            self.notify(problem, severity="warning", markup=False, timeout=15)
        if not self.is_headless:
            catch_signals(self.leave)
            self._watch = watch_terminal(self.leave)
        if self._seconds is not None:
            self.set_timer(self._seconds, self.action_leave)

    def on_unmount(self) -> None:
        self.planning.leave()
        if self._watch is not None:
            self._watch.set()

    def leave(self, status: int = 0) -> None:
        """Leave; plots go on."""
        self.exit(return_code=status)

    def action_leave(self) -> None:
        self.leave(0)

    def action_stop_all(self) -> None:
        self.studio.doings.do("safety.stop")

    # Screens

    def show_screen(self, name: str) -> BaseScreen:
        """Show this screen (see SCREENS, and `studio`) in place of the one that is shown. Returns
        it. Not while a dialog is open: what is typed there would be lost."""
        wanted = self.place(name)
        if wanted is self.screen or isinstance(self.screen, ModalScreen):
            return wanted
        if wanted is self.studio:
            self.pop_screen()
        elif self.screen is self.studio:
            self.push_screen(wanted)
        else:
            self.switch_screen(wanted)
        return wanted

    def place(self, name: str) -> BaseScreen:
        """The screen of this name, made if nobody has wanted it yet."""
        if name == self.studio.kind:
            return self.studio
        if name not in self._places:
            module, _, made = SCREENS[name].partition(":")
            screen = getattr(import_module(module, __package__), made)(self.studio)
            self._places[name] = screen
            self.install_screen(screen, name)
        return self._places[name]

    @property
    def shown_place(self) -> BaseScreen:
        """The screen that is shown, maybe below dialogs."""
        for screen in reversed(self.screen_stack):
            if isinstance(screen, BaseScreen):
                return screen
        return self.studio

    def call_out(self, text: str) -> None:
        """A notice of the desktop (OSC 9), where the terminal has such a thing."""
        if self._driver is not None and not self.is_headless:
            self._driver.write(f"\x1b]9;{plain('plotty: ' + text, 200)}\x07")

    # Themes

    def _use_theme_at_start(self) -> None:
        try:
            self._take_theme(settings.chosen_theme(self.store))
        except PlottyError:
            self._take_theme(DEFAULT_THEME)

    def theme_choice(self) -> list[str]:
        """The names of the themes there are."""
        return theme_names(theme_folders(self.store.home.user_themes))

    def use_chosen_theme(self) -> None:
        """Somebody may have chosen another theme."""
        name = settings.chosen_theme(self.store)
        if name != self.theme:
            self._try_theme(name)

    def preview_theme(self, name: str) -> None:
        """Show this theme without choosing it."""
        self._try_theme(name)

    def choose_theme(self, name: str) -> None:
        """Use this theme from now on."""
        if self._try_theme(name):
            self.studio.tell(f"theme {name}")
            if not self.studio.read_only:
                self.studio.doings.begin(self._keep_theme(name))

    def next_theme(self) -> None:
        """The theme after this one."""
        names = self.theme_choice()
        at = names.index(self.theme) if self.theme in names else -1
        self.choose_theme(names[(at + 1) % len(names)])

    async def _keep_theme(self, name: str) -> None:
        await self.studio.doings.ask_studio(settings.use_theme, name)

    def _try_theme(self, name: str) -> bool:
        try:
            self._take_theme(name)
        except PlottyError as error:
            self.studio.tell(str(error), "state-fault")
            return False
        return True

    def _take_theme(self, name: str) -> None:
        if name not in self._themes:
            theme = self._themes[name] = load_theme(name, self.store.home.user_themes)
            self.register_theme(theme)
        self.theme = name


def run_dashboard() -> int:
    """The dashboard of the studio that the environment names, until it is left; its exit status.
    Refused without a terminal."""
    return _run(read_only=False)


def run_monitor(seconds: float | None = None) -> int:
    """The wall screen: the same picture, read-only; it leaves by itself after so many seconds."""
    return _run(read_only=True, seconds=seconds)


def _run(read_only: bool, seconds: float | None = None) -> int:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise Refused(
            "the dashboard needs a terminal: plotty list queue, plotty monitor --plain and "
            "--json do without"
        )
    store = open_studio()
    app = PlottyApp(store, read_only, seconds)
    app.run()
    store.close()
    return app.return_code or 0
