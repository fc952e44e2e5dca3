"""The wizard's third step: which pen draws which layer, how much of it, and the paper. Warnings
stand below the row they are about."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widget import Widget

from plotty_tui.domain.values import grams, metres
from plotty_tui.studio.forms import Field, measure, metres_as_mm, parse_form, whole
from plotty_tui.studio.opening import Store
from plotty_tui.studio.production.run_drafts import PenWish, RunDraft
from plotty_tui.studio.production.run_proposals import PaperLine, PenLine, RunProposal, RunWarning
from plotty_tui.tui.bar import Line, pen_dots
from plotty_tui.tui.lines import line_cells
from plotty_tui.tui.rows import RowList, Rows
from plotty_tui.tui.text import pad, plain, symbols

from .form import FormDialog
from .frame import LineScroll, wrap_text
from .wizard_choice import Choose
from .wizard_steps import Step

REASON = (Field("reason", "Why", required=True, help="the run keeps it with the warning"),)
NUMBER = 9
PEN_TITLES = ("drawn", "priming", "overhead", "left", "after")
PAPER_TITLES = ("sheets", "spare", "", "stock", "after")
NAME_LEAST = 22


class AcceptWarning(FormDialog):
    """A warning in full, and the reason for which it is accepted."""

    def __init__(self, warning: RunWarning) -> None:
        super().__init__("Accept this warning?", REASON, _reason)
        self._warning = warning

    def body(self) -> Iterable[Widget]:
        yield LineScroll([((self._warning.text, "state-hand"),), ""])
        yield from super().body()


def _reason(typed: dict[str, str]) -> str:
    return str(parse_form(REASON, typed)["reason"])


class MaterialRows(RowList):
    """Layers with their pens, papers, and what speaks against them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "edit", "Other figures", show=False),
        Binding("a", "accept", "Accept the warning", show=False),
    ]

    def action_edit(self) -> None:
        self._step.edit(self.cursor_key)

    def action_accept(self) -> None:
        self._step.accept(self.cursor_key)

    @property
    def _step(self) -> MaterialsStep:
        step = self.parent
        assert isinstance(step, MaterialsStep)
        return step

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in ("mark", "range", "mark_all"):
            return False
        return super().check_action(action, parameters)


class MaterialsStep(Step):
    """Pens by layer, paper with spares, warnings."""

    keys = (
        ("ctrl+n", "next step"), ("enter", "choose"), ("a", "accept a warning"),
        ("e", "its figures"), ("ctrl+o", "back"),
    )  # fmt: skip

    DEFAULT_CSS = """
    MaterialsStep MaterialRows { height: 1fr; }
    """

    def __init__(self, store: Store, draft: RunDraft) -> None:
        super().__init__(store, draft)
        self._found = RunProposal()

    def compose(self) -> ComposeResult:
        self._rows = MaterialRows(empty="no designs yet: F2 chooses them")
        yield self._rows

    def begin(self) -> None:
        self._rows.focus()
        if self._rows.cursor == 0:
            self._rows.move_to(1)  # the first row is a title

    def show(self, proposal: RunProposal) -> None:
        self._found = proposal
        wrong = proposal.missing[0] if self.draft.designs and proposal.missing else ""
        self._rows.set_empty(wrong or "no designs yet: F2 chooses them")
        self._arrange()

    def on_resize(self) -> None:
        self._arrange()

    def _arrange(self) -> None:
        width = self._rows.row_width or 70
        told = material_rows(self._found, width - 1)
        keys = [key for key, _ in told]
        lines = [line for _, line in told]
        self._rows.set_rows(Rows(keys, lambda i: lines[i]))

    # Keys

    def on_row_list_selected(self, event: RowList.Selected) -> None:
        event.stop()
        kind, name = _kind(event.key)
        if kind == "pen":
            self._choose_pen(self._pen(name))
        elif kind == "paper":
            self.edit(event.key)
        elif kind == "warn":
            self.accept(event.key)

    def on_row_list_highlighted(self, event: RowList.Highlighted) -> None:
        event.stop()
        kind, name = _kind(event.key)
        said = ""
        if kind == "pen" and (line := self._pen(name)) is not None and line.holders:
            said = f"{metres(line.held_mm)} of it are held by {', '.join(line.holders)}"
        elif kind == "paper" and (paper := self._paper(name)) is not None:
            said = paper.why_spare
        elif kind == "warn":
            said = "enter accepts it with a reason, or takes the acceptance back"
        self.post_message(self.Said(said))

    def _choose_pen(self, line: PenLine | None) -> None:
        if line is None:
            return

        def chosen(code: str | None) -> None:
            if code is not None:
                wish = self.draft.pens.setdefault(line.label, PenWish())
                wish.pen = code
                self.post_message(self.Changed())

        title = f"The pen for {plain(line.label)}"
        self.app.push_screen(Choose(title, line.choices, line.pen), chosen)

    def edit(self, key: Any) -> None:
        """Other figures for the pen or the paper of a row."""
        kind, name = _kind(key)
        if kind == "pen" and (line := self._pen(name)) is not None:
            self._edit_pen(line)
        elif kind == "paper" and (paper := self._paper(name)) is not None:
            self._edit_paper(paper)

    def _edit_pen(self, line: PenLine) -> None:
        fields = pen_fields(line)
        untouched = {one.key: one.value for one in fields}

        def take(typed: dict[str, str]) -> dict[str, Any]:
            given = parse_form(fields, typed)
            return {
                key: given[key] for key, text in typed.items() if text.strip() != untouched[key]
            }

        def taken(given: dict[str, Any] | None) -> None:
            if given:
                wish = self.draft.pens.setdefault(line.label, PenWish())
                for key, value in given.items():
                    setattr(wish, key, value)
                self.post_message(self.Changed())

        title = f"{plain(line.label)} · {line.pen or 'any pen of this colour'}"
        self.app.push_screen(FormDialog(title, fields, take), taken)

    def _edit_paper(self, line: PaperLine) -> None:
        fields = (
            Field("paper", "Paper", value=self.draft.paper or line.name,
                  help="another paper for all designs of the run"),
            Field("spare", "Spare sheets", whole, str(line.spare), line.why_spare),
        )  # fmt: skip

        def taken(given: dict[str, Any] | None) -> None:
            if given is None:
                return
            if given["paper"] != line.name:
                self.draft.paper = given["paper"] or ""
            if given["spare"] != line.spare:
                self.draft.spare = given["spare"]
            self.post_message(self.Changed())

        form = FormDialog(plain(line.name), fields, lambda typed: parse_form(fields, typed))
        self.app.push_screen(form, taken)

    def accept(self, key: Any) -> None:
        """Accept the warning of this row, else the first that nobody has accepted, with a reason;
        one that is accepted is not any more."""
        warning = self._warning_at(key) or next(iter(self._found.open_warnings), None)
        if warning is None:
            self.post_message(self.Said("no warning is left to accept"))
            return
        if warning.accepted:
            self.draft.accepted.pop(warning.code, None)
            self.post_message(self.Changed())
            return

        def told(reason: str | None) -> None:
            if reason:
                self.draft.accepted[warning.code] = reason
                self.post_message(self.Changed())

        self.app.push_screen(AcceptWarning(warning), told)

    def _warning_at(self, key: Any) -> RunWarning | None:
        kind, name = _kind(key)
        if kind == "warn":
            return next((one for one in self._found.warnings if one.code == name), None)
        if kind == "pen" and (line := self._pen(name)) is not None:
            name = line.pen
        about = [one for one in self._found.warnings if one.code.partition(":")[2] == name]
        return next((one for one in about if not one.accepted), about[0] if about else None)

    def _pen(self, label: str) -> PenLine | None:
        return next((one for one in self._found.pens if one.label == label), None)

    def _paper(self, name: str) -> PaperLine | None:
        return next((one for one in self._found.papers if one.name == name), None)


def pen_fields(line: PenLine) -> tuple[Field, ...]:
    """The figures of a layer's pen, filled with what is reckoned; an emptied one is reckoned
    again."""
    group = "In all sheets of the run"
    return (
        Field("drawn_mm", "Drawn m", metres_as_mm, f"{line.drawn_mm / 1000:.2f}",
              "metres of line; empty: as the plans say", group=group),
        Field("priming_mm", "Priming m", metres_as_mm, f"{line.priming_mm / 1000:.2f}",
              "after each pen change", group=group),
        Field("overhead_mm", "Overhead m", metres_as_mm, f"{line.overhead_mm / 1000:.2f}",
              "registration, crop marks, test strokes", group=group),
        Field("mass_g", "Grams", measure, "" if line.mass_g is None else f"{line.mass_g:g}",
              "where the pen is weighed", group=group),
    )  # fmt: skip


# Rows --------------------------------------------------------------------------------------------


def material_rows(found: RunProposal, width: int) -> list[tuple[Hashable, Line]]:
    """Each row with its key: ("pen", label), ("paper", name), ("warn", code, part) …"""
    if not found.designs:
        return []
    told: list[tuple[Hashable, Line]] = []
    left = list(found.warnings)
    titles = _numbers(PEN_TITLES, width)
    told.append((("title", "pens"), _row((("Pens", "accent bold"),), titles, width, "hint")))
    for pen in found.pens:
        told.append((("pen", pen.label), _pen_row(pen, width)))
        told += _warnings(left, pen.pen, width)
    told += [(("gap", ""), ()), (("title", "papers"), _paper_titles(width))]
    for paper in found.papers:
        told.append((("paper", paper.name), _paper_row(paper, width)))
        told += _warnings(left, paper.name, width)
    if left:
        told += [(("gap", "other"), ()), (("title", "other"), (("Also", "accent bold"),))]
        told += _warnings(left, None, width)
    return told


def _numbers(texts: Sequence[str], width: int) -> list[str]:
    """As many numbers of a row as there is room for beside its name: the last ones stay."""
    room = max(2, (width - NAME_LEAST) // (NUMBER + 1))
    return list(texts) if room >= len(texts) else [texts[0], *texts[len(texts) - room + 1 :]]


def _row(name: Line, numbers: Sequence[str], width: int, style: str = "") -> Line:
    tail = "".join(f" {pad(text, NUMBER, 'right')}" for text in numbers)
    room = width - len(tail)
    used = line_cells(name)
    if used > room:
        text, look = name[-1]
        name = (*name[:-1], (pad(text, max(1, room - line_cells(name[:-1]))), look))
        used = line_cells(name)
    return (*name, (" " * max(0, room - used), ""), (tail, style))


def _pen_row(pen: PenLine, width: int) -> Line:
    code = f" {pen.pen} {plain(pen.name)}" if pen.pen else " any pen of this colour"
    name: Line = (("  ", ""), *pen_dots([pen.color]), (f" {plain(pen.label)}", "bold"), (code, ""))
    numbers = _numbers(
        (metres(pen.drawn_mm), metres(pen.priming_mm), metres(pen.overhead_mm),
         metres(pen.left_mm), metres(pen.after_mm)), width,
    )  # fmt: skip
    if pen.mass_g is not None:
        name = (*name, (f" {grams(pen.mass_g)}", "hint"))
    short = pen.after_mm is not None and pen.after_mm < 0
    return _row(name, numbers, width, "state-fault" if short else "")


def _paper_titles(width: int) -> Line:
    return _row((("Paper", "accent bold"),), _numbers(PAPER_TITLES, width), width, "hint")


def _paper_row(paper: PaperLine, width: int) -> Line:
    if not paper.counted:
        stock = ("not", "counted")
    else:
        stock = (str(paper.stock), "–" if paper.after is None else str(paper.after))
    numbers = _numbers((str(paper.sheets), str(paper.spare), "", *stock), width)
    held = f"  {paper.held} held by other runs" if paper.held else ""
    name: Line = (("  ", ""), (plain(paper.name), "bold"), (held, "hint"))
    short = paper.counted and paper.after is not None and paper.after < 0
    return _row(name, numbers, width, "state-fault" if short else "")


def _warnings(left: list[RunWarning], about: str | None, width: int) -> list[tuple[Hashable, Line]]:
    """The rows of the warnings about this pen or paper (None: of all), which are taken out of
    those that are left."""
    told: list[tuple[Hashable, Line]] = []
    mine = [one for one in left if about is None or one.code.partition(":")[2] == about]
    for one in mine:
        left.remove(one)
        sign = symbols().mark if one.accepted else "!"
        text = f"    {sign} {one.text}"
        if one.accepted:
            text += f" (accepted: {one.accepted})"
        style = "hint" if one.accepted else "state-hand"
        for number, part in enumerate(wrap_text(text, width)):
            told.append((("warn", one.code, number), ((part, style),)))
    return told


def _kind(key: Any) -> tuple[str, str]:
    return (key[0], key[1]) if key else ("", "")
