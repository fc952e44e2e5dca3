"""Setting a studio up: what is missing, and what would be a good answer to each question."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from plotty_tui.domain import values
from plotty_tui.domain.errors import PlottyError, Refused, WrongUsage
from plotty_tui.domain.models import MODELS
from plotty_tui.store.database import Store
from plotty_tui.store.inventory import materials
from plotty_tui.store.machines import devices
from plotty_tui.store.tables import Device

from ..inventory import stock
from ..machines.setup_devices import FoundBoard, add_plotter, add_simulator, scan_boards
from ..planning import limits
from . import named_settings

NONE = "none"


@dataclass(frozen=True, slots=True)
class Question:
    """One step: what is asked, the answer that is taken when nobody says otherwise, and what is
    done with an answer (a sentence comes back; empty: nothing was done). Refused for a bad
    answer."""

    text: str
    answer: str
    take: Callable[[str], str]


def questions(store: Store) -> list[Question]:
    """What a new studio is asked; what is set up already is not asked again."""
    return [*_plotters(store), *_paper(store), *_pens(store), *_studio(store)]


def _plotters(store: Store) -> list[Question]:
    boards, note = _boards(store)
    asked = [
        Question(
            f"model of the board {board.nickname} on {board.port}, or {NONE} ({', '.join(MODELS)})",
            "v3",
            lambda text, board=board: _add_board(store, board, text),  # type: ignore[misc]
        )
        for board in boards
        if not board.device
    ]
    if asked or Device.select().where(Device.archived_at.is_null()).exists():
        return asked
    text = f"no plotter is plugged in{note}: name of a simulated one, or {NONE}"
    return [Question(text, "sim", lambda text: _add_simulated(store, text))]


def _boards(store: Store) -> tuple[list[FoundBoard], str]:
    try:
        return scan_boards(store), ""
    except PlottyError as error:
        return [], f" ({error})"


def _add_board(store: Store, board: FoundBoard, text: str) -> str:
    if text.casefold() == NONE:
        return ""
    taken = {row.name.casefold() for row in devices.device_rows(store)}
    name = board.nickname or "axidraw"
    number = 1
    while name.casefold() in taken:
        number += 1
        name = f"{board.nickname or 'axidraw'}-{number}"
    place = {"nickname": board.nickname} if board.nickname else {"port": board.port}
    device = add_plotter(store, name, "axidraw", text, None, place)
    return f"plotter {device.name} ({device.model})"


def _add_simulated(store: Store, text: str) -> str:
    if text.casefold() == NONE:
        return ""
    return f"simulated plotter {add_simulator(store, text).name}"


def _paper(store: Store) -> list[Question]:
    if materials.paper_rows(store):
        return []

    def take(text: str) -> str:
        if not text.isdecimal():
            raise WrongUsage(f"{text!r}: give a number of sheets, 0 for none")
        if not int(text):
            return ""
        stock.add_paper(store, {"name": "a4", "sheets": int(text)})
        return f"paper a4, {values.plural(int(text), 'sheet')}"

    return [Question("sheets of a4 at hand (other papers: plotty paper add)", "0", take)]


def _pens(store: Store) -> list[Question]:
    if materials.stock_pens(store):
        return []

    def take(text: str) -> str:
        if text.casefold() == NONE:
            return ""
        pen = stock.add_pen(store, {"name": text, "color": "#000000"})
        return f"pen {pen.code} {pen.name}, black"

    return [Question(f"name of a black pen, or {NONE} (others: plotty pen add)", NONE, take)]


def _studio(store: Store) -> list[Question]:
    asked = []
    if limits.working_hours(store) == ("", ""):
        asked.append(_setting(store, "working.hours", "when people are there, 9:00-18:00"))
    for name, text in (("studio.name", "the studio's name on reports"),
                       ("notify.studio_email", "address for notices and reports")):  # fmt: skip
        if named_settings.find_setting(store, name).text == NONE:
            asked.append(_setting(store, name, text))
    return asked


def _setting(store: Store, name: str, text: str) -> Question:
    def take(answer: str) -> str:
        if answer.casefold() == NONE:
            return ""
        _, new = named_settings.change_setting(store, name, answer)
        return f"{new.name} {new.text}"

    return Question(f"{text}, or {NONE}", NONE, take)


def answer(question: Question, text: str) -> str:
    """Take an answer. Refused, with the question, for one that will not do."""
    try:
        return question.take(text.strip() or question.answer)
    except PlottyError as error:
        raise Refused(f"{question.text.partition(',')[0]}: {error}") from None
