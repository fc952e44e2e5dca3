"""One plotter: what it draws, live, and what it wants."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from textwrap import wrap

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.geometry import Region
from textual.widget import Widget

from plotty_tui.domain import orders
from plotty_tui.domain.colors import color_name
from plotty_tui.domain.models import MODELS
from plotty_tui.domain.papers import turn_for_device
from plotty_tui.domain.plan import PlanLayer, pen_words
from plotty_tui.domain.values import clock, metres
from plotty_tui.studio.watching import DeviceView, HandView

from ..bar import Line, progress_bar
from ..canvas import PlotCanvas
from ..lines import FILL, LinePanel
from ..text import plain, state_symbol, symbols
from .told import (
    device_state,
    dot,
    hand_seconds,
    layer_now,
    left_seconds,
    next_want,
    state_mark,
    state_style,
    waited,
)

# How much of a plotter is shown: its drawing, two lines, or one.
FULL, TWO_LINES, ONE_LINE = "full", "two-lines", "one-line"
LOOKS = (FULL, TWO_LINES, ONE_LINE)

# A panel lower than this has its words beside the drawing, and no room for a second line below.
TALL = 16

AskRaster = Callable[["DevicePanel", str, int, int], None]


@dataclass(frozen=True, slots=True)
class NextJob:
    """What a plotter that has nothing to do would draw next: a job of the queue, and its plan."""

    name: str
    plan_key: str


class DevicePanel(Widget, can_focus=True):
    """A plotter as a panel with its live drawing, or as one or two lines where room is short.

    `show_view` as often as you like; `ask_raster(panel, plan_key, wide, high)` is called when a
    drawing is wanted, and its answer is given to `show_drawing`.
    """

    def __init__(self, view: DeviceView, ask_raster: AskRaster) -> None:
        super().__init__()
        self.view = view
        self.hand: HandView | None = None
        self.ahead: NextJob | None = None
        self._ask_raster = ask_raster
        self._look = FULL
        self._drawn: tuple[str, int, int] | None = None  # what the canvas shows
        self._asked: tuple[str, int, int] | None = None
        self._title: tuple[str, str] | None = None
        self.info = LinePanel(classes="device-info", can_focus=False)
        self.ask = LinePanel(classes="device-ask", can_focus=False)
        self.canvas = PlotCanvas(classes="device-canvas")
        self.foot = LinePanel(classes="device-foot", can_focus=False)

    def compose(self) -> ComposeResult:
        with Container(classes="device-body"):
            with Container(classes="device-words"):
                yield self.info
                yield self.ask
            yield self.canvas
        yield self.foot

    @property
    def device(self) -> str:
        """The plotter's name."""
        return self.view.name

    def use_look(self, look: str) -> None:
        """Show this much of the plotter: FULL, TWO_LINES or ONE_LINE."""
        if look == self._look and self.has_class(f"-{look}"):
            return
        self._look = look
        self.update_classes({f"-{one}": one == look for one in LOOKS})
        self._paint()

    def show_view(
        self, view: DeviceView, hand: HandView | None, ahead: NextJob | None = None
    ) -> None:
        """The plotter is like this now, and wants this of a person; `ahead` is what it would draw
        next, where it has nothing to do."""
        self.view, self.hand, self.ahead = view, hand, ahead
        self._paint()

    @property
    def plan_key(self) -> str:
        """The plan whose drawing is shown: of its sheet, else of what comes next."""
        return self.view.plan_key or (self.ahead.plan_key if self.ahead else "")

    def show_drawing(self, plan_key: str, drawing: object) -> None:
        """The dots that were asked for have come."""
        wide, high = self.canvas.dots
        if plan_key == self.plan_key and self.canvas.show(drawing):  # type: ignore[arg-type]
            self._drawn = (plan_key, wide, high)
            self._mark()

    def wants(self, plan_key: str, wide: int, high: int) -> bool:
        """Whether this drawing is still wanted: not once the size or the plan is another."""
        return self._asked == (plan_key, wide, high)

    def on_mount(self) -> None:
        self.use_look(self._look)

    def on_plot_canvas_size_changed(self, message: PlotCanvas.SizeChanged) -> None:
        message.stop()
        # What was painted for the old size, before the canvas heard of the new one, goes.
        self.canvas.refresh()
        self._drawn = self._asked = None
        self._paint()

    def on_focus(self) -> None:
        self._paint()

    def on_blur(self) -> None:
        self._paint()

    # Painting

    @property
    def state(self) -> str:
        """The state word that is shown."""
        return device_state(self.view, self.hand)

    def _paint(self) -> None:
        if not self.is_mounted:
            return
        self.set_class(self.state in ("hand", "interrupted", "fault"), "-hand")
        self.set_class(not self.plan_key, "-bare")
        if self._look == ONE_LINE:
            self.info.show([self._line()])
        elif self._look == TWO_LINES:
            self.info.show([self._line(), self._second_line()])
        else:
            self._paint_title()
            self.info.show(self._info_lines())
            self._paint_ask()
            self.foot.show(self._foot_lines())
            self._paint_canvas()

    def _paint_title(self) -> None:
        view = self.view
        model = MODELS.get(view.model)
        title = plain(view.name)
        if self.size.width >= 40:
            title += dot() + (model.title if model else plain(view.model))
            title += " (simulated)" if view.driver == "simulator" and self.size.width >= 56 else ""
        told = (title, self.state)
        if told == self._title:
            return
        self._title = told
        text, style = state_mark(self.state)
        color = self.app.theme_variables.get(style, "")
        # The title is set beside the reactive, which would paint the whole panel.
        self._border_title = Content.assemble(title, "  ", (text, color))
        left, top = self.content_offset
        self.refresh(Region(-left, -top, self.outer_size.width, 1))

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._title = None
        if self.is_mounted:
            self._paint_title()

    @property
    def tall(self) -> bool:
        """Whether the drawing stands below the words."""
        return self.outer_size.height >= TALL

    def on_resize(self) -> None:
        self.set_class(not self.tall, "-side")
        self.call_after_refresh(self._paint)

    def _info_lines(self) -> list[Line]:
        view = self.view
        if not view.job:
            return self._idle_lines()
        copy = f"sheet {view.copy} of {view.copies}"
        if self.tall:
            return [((view.job, "bold"), FILL, (f" {copy}", "hint")), self._layer_line()]
        lines: list[Line] = [((text, "bold"),) for text in self._wrapped(view.job)]
        lines.append(((copy, "hint"),))
        layer = layer_now(view)
        if layer is None or self.hand is not None:
            return lines
        number, pen = self._layer_words(layer)
        lines += [((number, "hint"),), *self._pen_lines((), layer.color, pen)]
        seconds = hand_seconds(view)
        if seconds is not None:
            lines += [(), (("next hand ", "hint"), (clock(seconds), ""))]
            lines.append(((next_want(view), "hint"),))
        return lines

    def _pen_lines(self, start: Line, color: str, pen: str) -> list[Line]:
        """A pen behind some words; beside the drawing its name goes on below where it is long."""
        swatch = (symbols().pen, color)
        whole: Line = (*start, swatch, (f" {plain(pen)}", "bold" if start else ""))
        room = self.info.size.width or 40
        if self._look != FULL or sum(cell_len(text) for text, _ in whole) <= room:
            return [whole]
        code, _, name = plain(pen).partition(" ")
        words = wrap(name, max(12, room - 2))
        return [(*start, swatch, (f" {code}", "bold")), *(((f"  {text}", ""),) for text in words)]

    def _layer_words(self, layer: PlanLayer) -> tuple[str, str]:
        """`layer 2 of 3`, and the pen by its full name when it is the one in the holder."""
        layers = len(self.view.plan.layers) if self.view.plan else 0
        pen = pen_words(layer)
        if not (layer.pen and layer.pen.code) and layer.name.casefold() != layer.color:
            pen = layer.name
        elif self.view.pen.startswith(f"{pen} "):
            pen = self.view.pen
        return f"layer {self.view.layer + 1} of {layers}", pen

    def _layer_line(self) -> Line:
        layer = layer_now(self.view)
        if layer is None:
            return ((self.view.message, "hint"),)
        number, pen = self._layer_words(layer)
        return ((f"{number}  ", "hint"), (symbols().pen, layer.color), (f" {pen}", ""))

    def _idle_lines(self) -> list[Line]:
        """What an idle plotter has to say: why, its pen, what it has drawn so far."""
        view = self.view
        words = self._wrapped(view.message or self._idle_words())
        lines: list[Line] = [((text, ""),) for text in words]
        if self.ahead is not None:
            lines.append((("next ", "hint"), (self.ahead.name, "bold")))
        if view.pen or view.pen_color:
            pen = view.pen or "a pen that is not in the stock"
            lines.append((("holds ", "hint"), (symbols().pen, view.pen_color), (f" {pen}", "")))
        if view.drawn_mm and not self.tall:
            lines += [
                (("drawn so far ", "hint"), (metres(view.drawn_mm), "")),
                ((f"with {view.lifts:,} lifts", "hint"),),
            ]
        elif view.drawn_mm:
            drawn = f"{metres(view.drawn_mm)}{dot()}{view.lifts:,} lifts"
            lines.append((("drawn so far ", "hint"), (drawn, "")))
        return lines

    def _idle_words(self) -> str:
        if not self.view.enabled:
            return "switched off"
        if self.view.state == orders.OFF:
            return "off: the engine starts with the next plot"
        return "idle: s starts a plot" if self.ahead else "idle: nothing to draw"

    def _paint_ask(self) -> None:
        lines = self._ask_lines()
        self.ask.display = bool(lines)
        if lines:
            self.ask.show(lines)

    def _ask_lines(self) -> list[Line]:
        """What a person should do, and the keys for it."""
        hand = self.hand
        if hand is None:
            message = self.view.message if self.view.job else ""
            told: list[Line] = [
                ((text, state_style(self.state)),) for text in self._wrapped(message)
            ]
            if self.state == orders.INTERRUPTED:
                told.append((("r", "accent bold"), (" goes on at the stroke", "")))
            return told
        key, answer = ("enter", " it is in") if hand.answerable else ("r", " go on")
        yes: Line = ((key, "accent bold"), (answer, ""))
        no: Line = (("x", "accent bold"), (" give up", ""))
        if hand.kind == orders.HAND_VERDICT:
            yes, no = (("H", "accent bold"), (" judge it", "")), ()
        since: Line = ((f"waits {waited(hand.since)}", "hint"),)
        wanted = self._wanted_lines(hand)
        if not self.tall:
            return [*wanted, yes, no, since]
        room = (self.info.size.width or 0) >= 38
        return [*wanted, (*yes, ("   ", ""), *no, FILL, *(since if room else ()))]

    def _wanted_lines(self, hand: HandView) -> list[Line]:
        lines: list[Line] = []
        if hand.off:
            lines.append(
                (("take off ", "state-hand"), (plain(hand.off), "bold"), (", keep it", ""))
            )
        if hand.back:
            lines.append((("put back ", "state-hand"), (plain(hand.back), "bold")))
            lines.append((("same corner, same way round", "hint"),))
        if hand.answerable and hand.paper:
            lines.append((("lay on ", "state-hand"), (f"a sheet of {hand.paper}", "bold")))
        if hand.answerable and (hand.pen or hand.color):
            pen = hand.pen or f"a {color_name(hand.color)} pen"
            start: Line = (("put in ", "state-hand"),)
            lines += self._pen_lines(start, hand.color or "#000000", pen)
        if not lines and self._look != FULL:
            return [((hand.text, "state-hand"),)]
        return lines or [((text, "bold state-hand"),) for text in self._wrapped(hand.text)]

    def _wrapped(self, text: str) -> list[str]:
        """The sentence in at most three lines."""
        width = max(12, self.info.size.width or 40)
        found = wrap(plain(text), width)
        return found if len(found) <= 3 else [*found[:2], " ".join(found[2:])]

    def _foot_lines(self) -> list[Line]:
        view = self.view
        if not view.job:
            return []
        left = clock(left_seconds(view))
        share = f" {_percent(view.fraction)}  "
        width = max(4, (self.foot.size.width or 30) - len(share) - len(left))
        bar: Line = (*progress_bar(view.fraction, width), (share, ""), (left, "bold"))
        if not self.tall:
            return [bar]
        seconds = hand_seconds(view)
        if seconds is None:
            return [bar, ()]
        wants: Line = (("next hand in ", "hint"), (clock(seconds), ""))
        return [bar, (*wants, (f"{dot()}{next_want(view)}", "hint"))]

    def _paint_canvas(self) -> None:
        wide, high = self.canvas.dots
        key = self.plan_key
        if not key:
            self.canvas.clear()
            self._drawn = self._asked = None
            return
        wanted = (key, wide, high)
        if self._drawn == wanted:
            self._mark()
        elif self._asked != wanted and wide >= 4 and high >= 4:
            self._asked = wanted
            self._ask_raster(self, *wanted)

    def _mark(self) -> None:
        self.canvas.mark(self.view.strokes_done, self._pen_dot())

    def _pen_dot(self) -> tuple[float, float] | None:
        """Where the pen is over the sheet, in dots; None when that is not known."""
        view, plan = self.view, self.view.plan
        if plan is None or view.hand_seconds is None:
            return None
        sheet = (plan.sheet_width, plan.sheet_height)
        turn = turn_for_device(sheet, view.travel)
        if turn is None:
            return None
        x, y = turn.undo(view.x_mm, view.y_mm)
        wide, high = self.canvas.dots
        scale = min(wide / sheet[0], high / sheet[1])
        return (
            x * scale + (wide - sheet[0] * scale) / 2,
            y * scale + (high - sheet[1] * scale) / 2,
        )

    # Where room is short

    def _line(self) -> Line:
        view, state = self.view, self.state
        cursor = symbols().cursor if self.has_focus else " "
        start: Line = (
            (cursor, "accent"),
            (state_symbol(state), state_style(state)),
            (f" {view.name}  ", "bold"),
        )
        if self.hand is not None:
            wanted = self._wanted_lines(self.hand)[:2]
            told = (*wanted[0], ("  ", ""), *wanted[1]) if len(wanted) == 2 else wanted[0]
            return (*start, *told, FILL, (" enter", "accent"))
        if not view.job:
            return (*start, (view.message or self._idle_words(), "hint"))
        copy = f" {view.copy}/{view.copies} " if view.copies > 1 else " "
        end: Line = ((f"{_percent(view.fraction)} ", ""), (clock(left_seconds(view)), "bold"))
        why: Line = ((f"{view.message} ", "state-paused"),) if view.message else ()
        if self._look == ONE_LINE or self.size.width < 70:
            return (*start, *why, (view.job, ""), (copy, "hint"), FILL, *end)
        bar = progress_bar(view.fraction, min(30, self.size.width // 4))
        return (*start, *why, (view.job, ""), (copy, "hint"), FILL, *bar, (" ", ""), *end)

    def _second_line(self) -> Line:
        view = self.view
        if self.hand is not None and view.job:
            return (("   ", ""), (view.job, "hint"), FILL, (waited(self.hand.since), "hint"))
        if not view.job:
            words = [f"next {self.ahead.name}"] if self.ahead else []
            words += [f"holds {view.pen}"] if view.pen else []
            return (("   ", ""), (dot().join(words), "hint"))
        seconds = hand_seconds(view)
        wants = f"{next_want(view)} in {clock(seconds)}" if seconds is not None else ""
        return (("   ", ""), *self._layer_line(), FILL, (wants, "hint"))


def _percent(share: float) -> str:
    """`67 %`; 100 only when all is done."""
    whole = min(99, int(share * 100)) if share < 1 else 100
    return f"{whole} %"
