"""What the screens of the dashboard have in common: header, hand bar, footer with the keys of the
moment, and the answers to what a key means."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.screen import Screen
from textual.widget import Widget

from plotty_tui.studio.actions import ACTIONS, BY_ID
from plotty_tui.studio.watching import DeviceView, HandView

from ..bar import Span
from ..feed import CLOCK, EVERYTHING, HANDS, Feed
from ..lines import LinePanel
from ..panels.bars import Footer, HandBar, Header, KeyHint, answer_words
from ..text import symbols
from .layout import LEAST, SMALL

if TYPE_CHECKING:
    from .doing import Doings
    from .studio import StudioScreen

NOTICE_SECONDS = 6.0

# What a key is called on screen.
KEY_SIGNS = {
    "slash": "/", "question_mark": "?", "minus": "-", "plus": "+", "ctrl+p": "^p",
    "ctrl+backslash": "^\\", "escape": "esc", "colon": ":",
    "left_square_bracket": "[", "right_square_bracket": "]",
}  # fmt: skip


def bindings_of(kind: str) -> list[BindingType]:
    """The keys of a screen, from the table of actions. Those of safety and of the palette are the
    program's own."""
    return [
        Binding(key, f"do('{action.id}')", action.title, show=False, id=action.id)
        for action in ACTIONS
        if not action.screens or kind in action.screens
        if action.group != "safety" and action.id != "find.palette"
        for key in [",".join(one for one in action.keys.split(",") if one != "ctrl+q")]
    ]


class BaseScreen(Screen[None]):
    """A screen of the dashboard, painted from the feed. `kind` is its name in the table of
    actions."""

    kind: ClassVar[str] = ""
    doings: Doings

    def __init__(self, store: Any, feed: Feed | None, read_only: bool) -> None:
        super().__init__()
        self.store = store
        self.read_only = read_only
        self.feed = feed if feed is not None else Feed(store, self.paint)
        self.header, self.footer = Header(id="header", can_focus=False), Footer(id="footer")
        self.hand_bar = HandBar(id="hand-bar")

    def paint(self, changed: frozenset[str]) -> None:
        """Show what has changed; panels send only what differs."""
        raise NotImplementedError

    def paint_bars(self, changed: frozenset[str], marks: Sequence[Span]) -> None:
        """Header and hand bar."""
        shot = self.feed.shot
        if changed & {HANDS, CLOCK}:
            self.hand_bar.show_hands(shot.hands, datetime.now(UTC))
        self.header.show_studio(shot, marks, BY_ID[f"screen.{self.kind}"].title)

    def paint_planning(self) -> None:
        """Show how far the planning under way is, in the header of every screen."""
        self.paint_bars(frozenset(), self.app.studio.marks())  # type: ignore[attr-defined]

    # What the keys mean

    def action_do(self, action: str) -> None:
        self.doings.do(action)

    @property
    def panels(self) -> list[Widget]:
        """What tab goes through."""
        return []

    def to_panel(self, step: int) -> None:
        """The focus goes to the next panel."""
        stops = self.panels
        if not stops:
            return
        at = stops.index(self.focused) if self.focused in stops else -1 if step > 0 else 0
        stops[(at + step) % len(stops)].focus()

    def step_back(self) -> None:
        """One step back."""

    def device_meant(self, states: Sequence[str]) -> DeviceView | None:
        """The plotter that a key means."""
        raise NotImplementedError

    def hand_meant(self) -> HandView | None:
        """The hand that a key means."""
        raise NotImplementedError

    def job_meant(self) -> str:
        """The name of the job that a key means; empty without one."""
        return ""

    # Keys and notices

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        self.hand_bar.show_hands(self.feed.shot.hands, datetime.now(UTC))
        self.paint_keys()

    def on_footer_chosen(self, message: Footer.Chosen) -> None:
        self.doings.do(message.action)

    def keys_wanted(self) -> Sequence[str]:
        """The actions of the footer, the most wanted first."""
        return ()

    def paint_keys(self) -> None:
        """The footer: keys of what has the focus, grey where they do nothing."""
        hints = []
        for name in self.keys_wanted():
            action = BY_ID[name]
            key = action.keys.split(",")[0]
            ready = not self.doings.why_not(name)
            hints.append(KeyHint(name, KEY_SIGNS.get(key, key), self.key_title(name), ready))
        self.footer.show_keys(hints)

    def key_title(self, action: str) -> str:
        """What a key of the footer does."""
        if action == "open" and self.answers_hand() and (hand := self.hand_meant()):
            return answer_words(hand)
        return BY_ID[action].title.lower()

    def answers_hand(self) -> bool:
        """Whether enter answers a hand just now."""
        return self.focused is self.hand_bar

    def tell(self, text: str, style: str = "hint", seconds: float = NOTICE_SECONDS) -> None:
        """One line of notice. Where a dialog covers it, or it is longer than the line, a toast."""
        if not self.app.screen_stack:
            return  # the dashboard is being left: nobody reads it
        severity = "error" if style == "state-fault" else "information"
        if self.app.screen is not self or (len(text) > self.size.width - 2 and seconds < 60):
            self.app.notify(text, severity=severity, markup=False, timeout=seconds)  # type: ignore[arg-type]
        else:
            self.footer.say(text, style, seconds)


class FollowingScreen(BaseScreen):
    """A screen beside the Studio, painted from the Studio's feed while it is shown: all of it when
    it comes up, then what changed. Subclasses give the middle (`body`) and paint it
    (`paint_body`); what they show beyond the snapshot they read when `feed.versions` of its topics
    are others than before."""

    def __init__(self, studio: StudioScreen) -> None:
        super().__init__(studio.store, studio.feed, studio.read_only)
        self.studio = studio
        self.too_small = LinePanel(id="too-small", can_focus=False)

    def compose(self) -> ComposeResult:
        yield self.header
        yield self.hand_bar
        with Container(id="middle"):
            yield from self.body()
        yield self.too_small
        yield self.footer

    def body(self) -> ComposeResult:
        """What stands between hand bar and footer."""
        raise NotImplementedError

    def paint_body(self, changed: frozenset[str]) -> None:
        """Show what of these parts has changed; panels send only what differs."""
        raise NotImplementedError

    def fit_body(self, width: int, height: int) -> None:
        """The terminal has this size now, and is not too small."""

    # Painting

    def on_mount(self) -> None:
        self.set_class(symbols().ascii, "-ascii")
        self._fit()

    def on_screen_resume(self) -> None:
        self.paint(EVERYTHING)
        if self.is_mounted:
            self.paint_planning()

    def paint(self, changed: frozenset[str]) -> None:
        """Show what has changed; panels send only what differs."""
        if not self.is_mounted:
            return
        self.paint_bars(changed, self.studio.marks())
        self.paint_body(changed)

    def on_resize(self, event: events.Resize) -> None:
        self._fit()
        self.paint_bars(frozenset(), self.studio.marks())

    def _fit(self) -> None:
        width, height = self.size
        if not width:
            return
        small = width < LEAST[0] or height < LEAST[1]
        stacked = width < SMALL[0] or height < SMALL[1]
        self.update_classes({"-too-small": small, "-stacked": stacked})
        if small:
            self.too_small.show(too_small_lines(width, height))
        else:
            self.fit_body(width, height)

    # What all screens share with the Studio

    @property
    def muted(self) -> bool:
        """Whether hands ring no bell."""
        return self.studio.muted

    @muted.setter
    def muted(self, muted: bool) -> None:
        self.studio.muted = muted

    @property
    def rate(self) -> float:
        """Paintings a second."""
        return self.studio.rate

    @rate.setter
    def rate(self, rate: float) -> None:
        self.studio.rate = rate

    def device_meant(self, states: Sequence[str]) -> DeviceView | None:
        fitting = [view for view in self.feed.shot.devices if view.state in states and view.enabled]
        return fitting[0] if len(fitting) == 1 else None

    def hand_meant(self) -> HandView | None:
        hands = self.feed.shot.hands
        return hands[0] if hands else None


def too_small_lines(width: int, height: int) -> list[str]:
    """What a terminal is told in which nothing can be shown."""
    least = f"{LEAST[0]}x{LEAST[1]}"
    return [f"This terminal is {width}x{height}:", f"plotty needs {least}."]
