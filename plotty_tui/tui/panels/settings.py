"""Lists and pages of settings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.cells import cell_len

from plotty_tui.studio.upkeep.setting_pages import (
    PRESET,
    SECTIONS,
    THEME,
    Page,
    setting_label,
    setting_unit,
)

from ..lines import Line
from ..rows import Cell, Column, ColumnRows, RowList
from ..text import pad, plain, symbols

COLUMNS = (
    Column("", 9, style="hint"),
    Column("", 1, style="accent"),
    Column("Setting", 16, flex=1),
    Column("Says", 20, flex=2, drop=1, style="hint"),
)


class SettingsList(RowList):
    """Everything that can be set, section by section."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, title="Settings")
        self._pages: Sequence[Page] = ()
        self._chosen_theme = ""

    def show_pages(self, pages: Sequence[Page], chosen_theme: str) -> None:
        """These pages there are now; the theme of this name is the one in use."""
        self._pages, self._chosen_theme = pages, chosen_theme
        self.set_rows(ColumnRows([page.key for page in pages], self._cells, COLUMNS, titles=False))

    def page(self, key: Any) -> Page | None:
        """The page of this key, or None."""
        return next((page for page in self._pages if page.key == key), None)

    def _cells(self, i: int) -> list[Cell]:
        page = self._pages[i]
        before = self._pages[i - 1] if i else None
        section = SECTIONS[page.kind]
        first = before is None or SECTIONS[before.kind] != section
        in_use = page.kind == THEME and page.name == self._chosen_theme
        return [section if first else "", symbols().mark if in_use else "", page.name, page.note]


def page_lines(page: Page) -> list[Line | str]:
    """What a page says: names, values, units."""
    presets = page.kind == PRESET
    names = [setting_label(name) if presets else name for name, _ in page.said]
    width = min(34, max((cell_len(name) for name in names), default=0)) + 2
    lines: list[Line | str] = [((page.note, "hint"),), ""]
    for name, (key, said) in zip(names, page.said, strict=True):
        unit = f" {setting_unit(key)}" if presets and setting_unit(key) and said else ""
        lines.append(((pad(name, width), "hint"), (plain(said) or "–", ""), (unit, "hint")))
    return lines
