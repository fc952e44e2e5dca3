"""Adding drawings: a file picker that shows what is in a file before it is taken in."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

from rich.cells import cell_len
from textual import work
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Input

from plotty_tui.domain import values
from plotty_tui.domain.errors import PlottyError
from plotty_tui.domain.raster import InkCells
from plotty_tui.studio import forms
from plotty_tui.studio.jobs import intake, looking
from plotty_tui.studio.jobs.intake import Added, Wish
from plotty_tui.studio.jobs.looking import Entry, FileLook, FileLooks
from plotty_tui.studio.opening import Store
from plotty_tui.tui.canvas import PlotCanvas
from plotty_tui.tui.lines import FILL, Line, LinePanel, line_cells
from plotty_tui.tui.rows import Column, ColumnRows, RowList
from plotty_tui.tui.text import cut, plain, symbols

from .fields import TextLine
from .form import FormDialog
from .frame import Dialog, LineScroll, off_loop
from .show import ShowLines, finding_lines, layer_line, size_words

FILE_COLUMNS = (
    Column("name", 12, flex=1),
    Column("size", 7, "right", style="hint"),
    Column("changed", 12, "right", drop=1, style="hint"),
)
PICK_KEYS = (
    ("enter", "open, add"),
    ("space", "mark"),
    ("/", "filter"),
    ("ctrl+l", "go to"),
    ("←", "up"),
    ("*", "all"),
    ("esc", "leave"),
)
# Holding an arrow key passes over files: one is looked at when the cursor rests on it.
REST_SECONDS = 0.08


class FileRows(RowList):
    """Folders and files; only files are marked."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("backspace,left,h", "screen.parent", "Parent folder", show=False),
        Binding("right,l", "screen.enter", "Open the folder", show=False),
        Binding("/", "screen.filter", "Filter", show=False),
    ]

    files: frozenset[Path] = frozenset()

    def action_mark(self) -> None:
        if self.cursor_key in self.files:
            super().action_mark()

    def action_mark_all(self) -> None:
        marks = self.marks
        self.set_marks(marks - self.files if self.files <= marks else marks | self.files)

    def action_range(self) -> None:
        """Ranges may hold folders; marks may not."""
        super().action_range()
        if not self.check_action("end_range", ()):
            self.set_marks(key for key in self.marks if isinstance(key, Path))


class AddFiles(Dialog[list[Added]]):
    """Pick SVG files, say what is wanted of them, add them. Dismissed with what became of each
    file, or None."""

    DEFAULT_CSS = """
    AddFiles {
        & > #box { max-width: 120; }
        & #where { height: 1; margin-bottom: 1; }
        & #typed { display: none; margin-bottom: 1; }
        & #typed.-shown { display: block; }
        & #sides { height: 40; }
        & FileRows { width: 8fr; height: 100%; margin-right: 2; scrollbar-size-vertical: 1; }
        & #look { width: 5fr; height: 100%; }
        & PlotCanvas { height: 1fr; }
        & #about { height: auto; max-height: 60%; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "add", "Add", show=False, id="add.add"),
        Binding("ctrl+l", "go_to", "Type a path", show=False, id="add.path"),
    ]
    CHROME = 8

    def __init__(self, store: Store, start: Path | None = None) -> None:
        super().__init__("Add drawings")
        self._store = store
        self._folder = (start or Path.cwd()).absolute()
        self._entries: list[Entry] = []
        self._typing = ""
        self._filter = ""
        self._looks = FileLooks()
        self._looked: Path | None = None
        self._keys = list(PICK_KEYS)

    def body(self) -> Iterable[Widget]:
        yield LinePanel([""], id="where", can_focus=False)
        yield TextLine(id="typed")
        with Horizontal(id="sides", classes="body"):
            yield FileRows(empty="no SVG files here")
            with Vertical(id="look"):
                yield PlotCanvas()
                about = LineScroll(id="about")
                about.can_focus = False
                yield about

    def on_mount(self) -> None:
        self._rows.focus()
        self._open(self._folder)

    def on_unmount(self) -> None:
        asyncio.get_running_loop().run_in_executor(None, self._looks.close)

    @property
    def _rows(self) -> FileRows:
        return self.query_one(FileRows)

    # Folders

    @work(exclusive=True, group="folder")
    async def _open(self, folder: Path, at: Path | None = None) -> None:
        """Show a folder, the cursor on `at`. One that cannot be read is refused in its place."""
        try:
            entries = await off_loop(None, lambda: looking.list_folder(folder))
        except PlottyError as error:
            self.fail(str(error))
            return
        self._folder, self._entries, self._filter = folder, entries, ""
        self.unsay()
        self._show_entries()
        if at is not None:
            self._rows.move_to_key(at)
        else:
            self._rows.move_to(0)

    def _show_entries(self) -> None:
        words = self._filter.casefold().split()
        found = [one for one in self._entries if all(w in one.path.name.casefold() for w in words)]
        keys = [one.path for one in found]
        rows = self._rows
        rows.files = frozenset(one.path for one in found if not one.folder)
        rows.set_rows(ColumnRows(keys, lambda i: _entry_cells(found[i]), FILE_COLUMNS))
        self._tell_where()

    def _tell_where(self) -> None:
        marked = len(self._rows.marks)
        files = sum(1 for one in self._entries if not one.folder)
        shown = len(self._rows.files)
        count = f"{shown} of {files}" if self._filter else values.plural(files, "file")
        counts: Line = ((f"   {count}", "hint"),)
        if marked:
            counts += ((f"   {marked} marked", "row-mark"),)
        where = self.query_one("#where", LinePanel)
        room = (where.line_width or 60) - line_cells(counts)
        where.show([((cut_front(str(self._folder), room), "bold"), FILL, *counts)])

    def action_parent(self) -> None:
        if self._folder.parent != self._folder:
            self._open(self._folder.parent, self._folder)

    def action_enter(self) -> None:
        entry = self._entry_at_cursor()
        if entry is not None and entry.folder:
            self._open(entry.path)

    def _entry_at_cursor(self) -> Entry | None:
        key = self._rows.cursor_key
        return next((one for one in self._entries if one.path == key), None)

    # Typing: a filter or a path

    def action_filter(self) -> None:
        self._type("filter", self._filter, "words of the name")

    def action_go_to(self) -> None:
        self._type("path", f"{plain(str(self._folder))}/", "a folder or an SVG file")

    def _type(self, what: str, text: str, placeholder: str) -> None:
        self._typing = what
        typed = self.query_one("#typed", TextLine)
        typed.placeholder = placeholder
        typed.value = text
        typed.cursor_position = len(text)
        typed.add_class("-shown")
        typed.focus()
        enter = "back to the list" if what == "filter" else "go there"
        self.tell_keys([("enter", enter), ("esc", "leave it")])

    def _end_typing(self) -> None:
        self._typing = ""
        self.query_one("#typed").remove_class("-shown")
        self._rows.focus()
        self.tell_keys(PICK_KEYS)

    def on_input_changed(self, event: Input.Changed) -> None:
        if self._typing == "filter":
            self._filter = event.value
            self._show_entries()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        if self._typing == "path":
            self._go_to(event.value)
        self._end_typing()

    def _go_to(self, text: str) -> None:
        path = Path(text).expanduser()
        path = path if path.is_absolute() else self._folder / path
        if plain(str(path)) == plain(str(self._folder)):
            return
        if path.suffix.lower() in looking.ENDINGS:
            self._open(path.parent, path)
        else:
            self._open(path)

    # Looking

    def on_row_list_highlighted(self, event: RowList.Highlighted) -> None:
        self._look_again()

    def on_plot_canvas_size_changed(self, event: PlotCanvas.SizeChanged) -> None:
        event.stop()
        if self._looked is not None:
            self._look(self._looked)

    def on_row_list_marked(self, event: RowList.Marked) -> None:
        self._tell_where()

    def _look_again(self) -> None:
        entry = self._entry_at_cursor()
        self._looked = entry.path if entry and not entry.folder else None
        self.query_one(PlotCanvas).clear()
        if self._looked is not None:
            # The words stay until others take their place: the canvas below keeps its size.
            self._look(self._looked)
        else:
            self.query_one("#about", LineScroll).tell([])

    @work(exclusive=True, group="look")
    async def _look(self, path: Path) -> None:
        await asyncio.sleep(REST_SECONDS)
        canvas = self.query_one_optional(PlotCanvas)
        about = self.query_one_optional("#about", LineScroll)
        if canvas is None or about is None:
            return  # the dialog was closed meanwhile
        dots = canvas.dots

        def look() -> tuple[FileLook, InkCells] | None:
            if self._looked != path:
                return None
            seen = self._looks.look(path, *dots)
            return seen, InkCells(seen.raster, seen.raster.strokes)

        try:
            found = await off_loop(None, look)
        except PlottyError as error:
            if self.is_mounted and self._looked == path:
                about.tell([((str(error), "state-fault"),)])
            return
        if found is not None and self.is_mounted and self._looked == path:
            about.tell(_look_lines(found[0]))
            # The text takes room of the canvas: then it asks again for its new size.
            canvas.show(found[1])

    # Adding

    def on_row_list_selected(self, event: RowList.Selected) -> None:
        entry = self._entry_at_cursor()
        if entry is not None and entry.folder:
            self._open(entry.path)
        else:
            self.action_add()

    def action_add(self) -> None:
        """Ask what is wanted of the marked files, or of the one under the cursor."""
        entry = self._entry_at_cursor()
        chosen = sorted(self._rows.marks, key=lambda path: str(path).casefold())
        if not chosen and entry is not None and not entry.folder:
            chosen = [entry.path]
        if not chosen:
            self.say("Mark files with space, or put the cursor on one.")
            return
        title = f"Add {chosen[0].name}" if len(chosen) == 1 else f"Add {len(chosen)} drawings"

        def submit(typed: dict[str, str]) -> list[Added]:
            return self._add(chosen, typed, form)

        form = FormDialog(title, forms.ADD, submit, store=self._store)
        self.app.push_screen(form, self._added)

    def _add(self, files: list[Path], typed: dict[str, str], form: FormDialog) -> list[Added]:
        given = forms.parse_form(forms.ADD, typed)
        wish = Wish(
            name=given["name"] or "",
            paper=given["paper"] or "",
            copies=given["copies"],
            priority=given["priority"],
            tags=given["tags"] or (),
        )
        if wish.paper:
            try:
                intake.paper_dimensions(self._store, wish.paper)
            except PlottyError as error:
                raise forms.FormError("paper", str(error)) from error
        told = [0]

        def on_added(added: Added) -> None:
            told[0] += 1
            form.report(f"adding: {told[0]} of {len(files)}")

        return intake.add_designs(self._store, [str(one) for one in files], wish, on_added)

    def _added(self, results: list[Added] | None) -> None:
        if results is None:
            return
        new = sum(1 for one in results if one.job_id is not None)
        title = f"{values.plural(new, 'drawing')} added" if new else "Nothing was added"

        def close(_: None) -> None:
            # Without handing its awaitable on: a screen cannot wait for its own end.
            self.dismiss(results)

        self.app.push_screen(ShowLines(title, added_lines(results)), close)

    def action_leave(self) -> None:
        if self._typing:
            if self._typing == "filter":
                self._filter = ""
                self._show_entries()
            self._end_typing()
        elif self._filter:
            self._filter = ""
            self._show_entries()
        else:
            self.dismiss(None)


def cut_front(path: str, width: int) -> str:
    """The path if it fits into so many cells, else an ellipsis and its last parts."""
    path = plain(path)
    if cell_len(path) <= width:
        return path
    end = path
    while cell_len(end) > width - 2 and "/" in end[1:]:
        end = end[end.index("/", 1) :]
    return cut(f"{symbols().ellipsis}{end}", width)


def _entry_cells(entry: Entry) -> list[Any]:
    name = plain(entry.path.name)
    if entry.folder:
        return [(f"{name}/", "accent"), "", ""]
    changed = datetime.fromtimestamp(entry.changed).astimezone()
    return [name, size_words(entry.size_bytes), values.local_time(changed)]


def _look_lines(look: FileLook) -> list[Line | str]:
    lines: list[Line | str] = [
        ((f"{look.width:g} × {look.height:g} mm", "bold"),),
        *(layer_line(one.name, one.color, one.length_mm) for one in look.layers),
    ]
    return [*lines, *finding_lines(look.findings)]


def added_lines(results: Iterable[Added]) -> list[Line | str]:
    """What became of each file, with what of it will not be drawn."""
    lines: list[Line | str] = []
    for one in results:
        if one.error:
            lines.append(((f"× {plain(one.error)}", "state-fault"),))
        elif one.already:
            lines.append(((f"= {plain(one.already)} is in the queue already", "hint"),))
        else:
            lines.append(_added_line(one))
            if one.same_as:
                lines.append(((f"    the same drawing as {plain(one.same_as)}", "hint"),))
            lines += [((f"    ! {plain(found.text)}", "state-hand"),) for found in one.findings]
    return lines


def _added_line(added: Added) -> Line:
    layers = values.plural(len(added.layers), "layer")
    about = f"  {added.paper}, {layers}, {values.metres(added.ink_mm)}"
    return ((f"{symbols().mark} ", "state-done"), (added.name, "bold"), (about, "hint"))
