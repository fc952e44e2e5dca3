"""What the keys of the Materials screen do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from plotty_tui.domain import pens
from plotty_tui.domain.pens import Weighing
from plotty_tui.domain.values import grams, metres, plural
from plotty_tui.studio import forms
from plotty_tui.studio.forms import Field, parse_form
from plotty_tui.studio.inventory import stock

from .doing import Doings
from .reasons import Reasons

if TYPE_CHECKING:
    from .materials import MaterialsScreen

WHY = Field("why", "Why", help="kept in the ledger")
WEIGH = (
    Field("grams", "Weight g", forms.measure, required=True, help="as the scale says, pen and all"),
    replace(WHY, help="needed when it is heavier than last time: refilled, another cap …"),
)
PRIME = (
    Field("mm", "Ink used", forms.length_mm, "30", "mm or m of line: 30, 0.5m", required=True),
    WHY,
)
RECEIVE = (
    Field("sheets", "Sheets", forms.whole, required=True, help="how many came in"),
    Field("note", "Note", help="supplier, delivery …"),
)
COUNT = (
    Field("sheets", "Sheets", forms.whole, required=True, help="how many are on the shelf"),
    replace(WHY, help="needed when there are more than the books say"),
)
DRY = (
    Field("end", "It is", choices=("dry", "empty"), help="it is not planned any more"),
    WHY,
)


class MaterialsReasons(Reasons):
    """`why_not` of each action on the Materials screen."""

    screen: MaterialsScreen

    def _why_no_pen(self) -> str:
        if self.screen.pen_meant:
            return ""
        if self.screen.tab == "pens":
            return "no pen is under the cursor: a adds one"
        return "that is for a pen: [ ] turns to the pens"

    def _why_no_paper(self) -> str:
        if self.screen.paper_meant:
            return ""
        if self.screen.tab == "paper":
            return "no paper is under the cursor: a adds one"
        return "that is for a paper: [ ] turns to the paper"

    def why_not_stock_add(self) -> str:
        return ""

    def why_not_stock_edit(self) -> str:
        return "" if self.screen.paper_meant else self._why_no_pen()

    def why_not_stock_receive(self) -> str:
        return self._why_no_paper()

    def why_not_stock_count(self) -> str:
        return self._why_no_paper()

    def why_not_stock_weigh(self) -> str:
        return self._why_no_pen()

    def why_not_stock_prime(self) -> str:
        return self._why_not_usable()

    def why_not_stock_load(self) -> str:
        why = self._why_not_usable()
        if not why and not self.screen.feed.shot.devices:
            return "no plotter is set up: 6 opens the Devices"
        return why

    def why_not_stock_dry(self) -> str:
        return self._why_not_usable()

    def why_not_stock_retire(self) -> str:
        return "" if self.screen.paper_meant else self._why_no_pen()

    def why_not_job_copy(self) -> str:
        return "" if self.screen.pen_meant or self.screen.paper_meant else "nothing to copy"

    def _why_not_usable(self) -> str:
        why = self._why_no_pen()
        row = self.pen_row()
        if not why and row is not None and row.state not in pens.USABLE:
            return f"{row.code} is {row.state}: e changes its state"
        return why

    def pen_row(self) -> Any:
        """The row of the pen under the cursor."""
        code = self.screen.pen_meant
        return next((row for row in self.screen.stock.pens if row.code == code), None)

    def paper_row(self) -> Any:
        """The row of the paper under the cursor."""
        name = self.screen.paper_meant
        return next((row for row in self.screen.stock.papers if row.name == name), None)


class MaterialsDoings(MaterialsReasons, Doings):
    """The actions of the Materials screen."""

    screen: MaterialsScreen

    def do_open(self) -> None:
        screen = self.screen
        if screen.answers_hand():
            self.do("hand.ready")
        elif screen.on_page:
            self.do("stock.edit")
        elif screen.chosen is not None:
            screen.open_page()

    # Forms

    def _ask(
        self,
        title: str,
        fields: Sequence[Field],
        save: Callable[[Any, dict[str, str]], str],
        hint: str = "",
    ) -> None:
        """A form; `save` gets the texts as typed and says what was done."""
        from ..dialogs import FormDialog

        store = self.store
        dialog = FormDialog(title, fields, lambda typed: save(store, typed), hint=hint, store=store)
        self.screen.app.push_screen(dialog, self._saved)

    def _saved(self, said: str | None) -> None:
        self.screen.feed.look_again()
        if said:
            self.screen.tell(said, "state-done")

    def do_stock_add(self) -> None:
        if self.screen.tab == "paper" or self.screen.paper_meant:
            fields = stock.paper_fields()

            def add_paper(store: Any, typed: dict[str, str]) -> str:
                row = stock.add_paper(store, parse_form(fields, typed))
                return f"{row.name} is in the books: {plural(row.stock, 'sheet')}"

            self._ask("New paper", fields, add_paper)
            return
        pen_fields = stock.pen_fields()

        def add_pen(store: Any, typed: dict[str, str]) -> str:
            row = stock.add_pen(store, parse_form(pen_fields, typed))
            life = "" if row.left_mm is None else f", {metres(row.left_mm)} in it"
            return f"{row.code} {row.name} is in the stock{life}"

        self._ask("New pen", pen_fields, add_pen)

    def do_stock_edit(self) -> None:
        hint = "an emptied field is as if it were never told"
        pen, paper = self.pen_row(), self.paper_row()
        fields = stock.pen_fields(pen) if pen is not None else stock.paper_fields(paper)

        def edit(store: Any, typed: dict[str, str]) -> str:
            changes = stock.typed_changes(fields, typed)
            if not changes:
                return ""
            if pen is not None:
                return f"{stock.edit_pen(store, pen.code, changes).code} is changed"
            return f"{stock.edit_paper(store, paper.name, changes).name} is changed"

        self._ask(f"Edit {pen.code if pen is not None else paper.name}", fields, edit, hint)

    def do_stock_weigh(self) -> None:
        row = self.pen_row()
        last = "not weighed yet" if row.weight_g is None else f"last time {row.weight_g:g} g"
        empty = "" if row.tare_g is None else f", empty {row.tare_g:g} g"

        def weigh(store: Any, typed: dict[str, str]) -> str:
            given = parse_form(WEIGH, typed)
            found, after = stock.weigh_pen(store, row.code, given["grams"], given["why"] or "")
            return f"{after.code} weighs {given['grams']:g} g: {weighing_words(found)}"

        self._ask(f"Weigh {row.code} {row.name}", WEIGH, weigh, last + empty)

    def do_stock_prime(self) -> None:
        code = self.screen.pen_meant

        def prime(store: Any, typed: dict[str, str]) -> str:
            given = parse_form(PRIME, typed)
            row = stock.prime_pen(store, code, given["mm"], given["why"] or "")
            return f"{row.code}: {metres(given['mm'])} of priming booked"

        self._ask(f"Prime {code}", PRIME, prime)

    def do_stock_load(self) -> None:
        code = self.screen.pen_meant
        names = tuple(view.name for view in self.screen.feed.shot.devices)
        fields = (Field("device", "In the holder of", choices=names, value=names[0]),)

        def load(store: Any, typed: dict[str, str]) -> str:
            row = stock.load_pen(store, code, typed["device"])
            return f"{row.code} is in {typed['device']}"

        self._ask(f"{code} is put in", fields, load)

    def do_stock_dry(self) -> None:
        row = self.pen_row()
        left = "" if row.left_mm is None else f"the {metres(row.left_mm)} still forecast go"

        def mark(store: Any, typed: dict[str, str]) -> str:
            empty = typed["end"] == "empty"
            done = stock.mark_dry(store, row.code, typed["why"].strip(), empty=empty)
            return f"{done.code} is {done.state}"

        self._ask(f"{row.code} {row.name} is dry", DRY, mark, left)

    def do_stock_receive(self) -> None:
        name = self.screen.paper_meant

        def receive(store: Any, typed: dict[str, str]) -> str:
            given = parse_form(RECEIVE, typed)
            row = stock.receive_paper(store, name, given["sheets"], given["note"] or "")
            return f"{row.name}: {plural(row.stock, 'sheet')} now"

        self._ask(f"{name} came in", RECEIVE, receive)

    def do_stock_count(self) -> None:
        row = self.paper_row()

        def count(store: Any, typed: dict[str, str]) -> str:
            given = parse_form(COUNT, typed)
            by, after = stock.count_paper(store, row.name, given["sheets"], given["why"] or "")
            return f"{after.name}: {plural(after.stock, 'sheet')}, {by:+d} against the books"

        books = f"the books say {plural(row.stock, 'sheet')}"
        self._ask(f"Count {row.name}", COUNT, count, books)

    def do_stock_retire(self) -> None:
        pen, paper = self.screen.pen_meant, self.screen.paper_meant
        name = pen or paper

        def retire(store: Any, typed: dict[str, str]) -> str:
            why = typed["why"].strip()
            if pen:
                stock.retire_pen(store, pen, why)
            else:
                stock.retire_paper(store, paper, why)
            return f"{name} is retired; the books keep it"

        left = "what is left is written off; it leaves the lists"
        self._ask(f"Retire {name}", (WHY,), retire, left)

    # Finding

    def do_find_filter(self) -> None:
        self.screen.open_filter()

    def do_find_next_tab(self) -> None:
        self.screen.turn(1)

    def do_find_last_tab(self) -> None:
        self.screen.turn(-1)

    def do_job_copy(self) -> None:
        name = self.screen.pen_meant or self.screen.paper_meant
        self.screen.app.copy_to_clipboard(name)
        self.screen.tell(f"copied: {name}", "hint")


def weighing_words(found: Weighing) -> str:
    """What a weighing means, in words."""
    if found.used_g:
        return f"{grams(round(found.used_g, 3))} used since the last time"
    if found.adjusted_g:
        return f"{grams(round(found.adjusted_g, 3))} more than the last time"
    return "from here on is reckoned"
