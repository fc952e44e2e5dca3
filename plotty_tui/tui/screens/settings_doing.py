"""What the keys of the Settings screen do."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from plotty_tui.studio.upkeep import setting_pages
from plotty_tui.studio.upkeep.setting_pages import KEYS, PRESET, TEMPLATE, THEME, Page

from .doing import Doings
from .reasons import Reasons

if TYPE_CHECKING:
    from .settings import SettingsScreen


class SettingsReasons(Reasons):
    """`why_not` of each action on the Settings screen."""

    screen: SettingsScreen

    def why_not_needed(self, needs: str) -> str:
        return "nothing is under the cursor" if needs == "setting" and not self._page else ""

    @property
    def _page(self) -> Page | None:
        return self.screen.chosen

    def why_not_settings_edit(self) -> str:
        page = self._page
        if page is None or page.fields:
            return self.why_not_needed("setting")
        if page.kind == PRESET:
            return f"{page.name} is built in: a makes one of your own like it"
        if page.kind == THEME:
            return "a theme is a file: its page names it"
        return "keys are changed in the file that the page names"

    def why_not_settings_copy(self) -> str:
        page = self._page
        if page is None or page.can_copy:
            return self.why_not_needed("setting")
        return "only presets and templates can be made anew"

    def why_not_settings_remove(self) -> str:
        page = self._page
        if page is None or page.can_remove:
            return self.why_not_needed("setting")
        if page.kind in (PRESET, TEMPLATE):
            return f"{page.name} is built in: it stays"
        return "only presets and templates of your own can be removed"

    def why_not_settings_use(self) -> str:
        page = self._page
        if page is None or page.kind == THEME:
            return self.why_not_needed("setting")
        return f"{page.name} is no theme"


class SettingsDoings(SettingsReasons, Doings):
    """The actions of the Settings screen."""

    screen: SettingsScreen

    def open_word(self) -> str:
        """What enter does."""
        page = self._page
        if page is None or page.kind == KEYS:
            return "open"
        if page.kind == THEME:
            return "use"
        return "edit" if page.fields else "new like it"

    def do_open(self) -> None:
        page = self._page
        if self.screen.answers_hand():
            self.do("hand.ready")
        elif page is not None and page.kind == THEME:
            self.do("settings.use")
        elif page is not None and page.can_copy and not page.fields:
            self.do("settings.copy")
        else:
            self.do("settings.edit")

    def do_settings_use(self) -> None:
        page = self._chosen
        self.screen.app.choose_theme(page.name)  # type: ignore[attr-defined]

    @property
    def _chosen(self) -> Page:
        page = self._page
        assert page is not None  # the reasons have asked
        return page

    def do_settings_edit(self) -> None:
        page = self._chosen
        self._ask(page.name, page.fields, page, setting_pages.save_page)

    def do_settings_copy(self) -> None:
        page = self._chosen
        fields = setting_pages.copy_fields(page)
        self._ask(f"New, like {page.name}", fields, page, setting_pages.copy_page)

    def _ask(self, title: str, fields: Any, page: Page, save: Callable[..., str]) -> None:
        from ..dialogs import FormDialog

        def submit(typed: dict[str, str]) -> str:
            return save(self.store, page, typed)

        def saved(said: str | None) -> None:
            self._after_dialog(said)
            if said:
                self.screen.tell(said, "state-done")

        self.screen.app.push_screen(FormDialog(title, fields, submit, store=self.store), saved)

    def do_settings_remove(self) -> None:
        page = self._chosen

        def remove(yes: bool | None) -> None:
            if yes:
                self.order(setting_pages.remove_page, page)

        self._confirm(
            f"Remove {page.name}?",
            "What was planned or added with it keeps what it said.",
            remove,
        )
