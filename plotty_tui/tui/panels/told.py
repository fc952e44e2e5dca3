"""What several panels say of the same facts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from plotty_tui.domain import orders
from plotty_tui.domain.layer_codes import wants_person
from plotty_tui.domain.plan import PlanLayer, needs_pen_change, pen_words
from plotty_tui.domain.values import rough
from plotty_tui.studio.watching import DeviceView, HandView

from ..bar import Span
from ..text import state_look, state_text, symbols


def device_state(view: DeviceView, hand: HandView | None) -> str:
    """The state word of a plotter: one that waits for a person says `hand`."""
    if not view.enabled:
        return "off"
    if hand is not None and hand.answerable:
        return "hand"
    if view.state == orders.WAITING:
        return "hand" if hand else "waiting"
    return view.state


def hand_of(hands: Sequence[HandView], device: str) -> HandView | None:
    """What this plotter wants of a person, if anything."""
    return next((hand for hand in hands if hand.device == device), None)


def left_seconds(view: DeviceView) -> float | None:
    """Seconds by the clock on the wall until the sheet is drawn."""
    return None if view.left_seconds is None else view.left_seconds / view.speed


def hand_seconds(view: DeviceView) -> float | None:
    """Seconds by the clock on the wall until this plotter wants a person."""
    if view.hand_seconds is None or view.state != orders.DRAWING:
        return None
    return view.hand_seconds / view.speed


def layer_now(view: DeviceView) -> PlanLayer | None:
    """The layer that is being drawn or comes next."""
    if view.plan is None or view.layer >= len(view.plan.layers):
        return None
    return view.plan.layers[view.layer]


def next_want(view: DeviceView) -> str:
    """What the plotter will want at its next stop: `K-05`, or `a new sheet`."""
    if view.comes_next:
        return view.comes_next
    layers = view.plan.layers if view.plan else []
    for before, after in zip(layers[view.layer :], layers[view.layer + 1 :], strict=False):
        if needs_pen_change(before, after):
            return pen_words(after)
        if wants_person(before, after):
            return "a look"
    return "a new sheet"


def soonest_hand(
    views: Sequence[DeviceView], hands: Sequence[HandView], short: bool = False
) -> str:
    """`6 min, left wants K-05`, short `6 min, left`; empty when nobody will be wanted."""
    waiting = {hand.device for hand in hands}
    coming = [
        (seconds, view)
        for view in views
        if view.name not in waiting and (seconds := hand_seconds(view)) is not None
    ]
    if not coming:
        return ""
    seconds, view = min(coming, key=lambda one: one[0])
    when = f"{rough(seconds)}, {view.name}"
    return when if short else f"{when} wants {next_want(view)}"


def waited(since: datetime | None, now: datetime | None = None) -> str:
    """How long ago, roughly: `40 s`, `6 min`."""
    if since is None:
        return ""
    passed = max(0.0, ((now or datetime.now(UTC)) - since).total_seconds())
    if passed < 10:
        return "now"
    if passed < 60:
        return f"{int(passed) // 10 * 10} s"
    return rough(passed // 60 * 60)


def state_style(state: str) -> str:
    """The style name of a state's colour."""
    return state_look(state).color


def state_mark(state: str) -> Span:
    """Sign and word of a state in its colour."""
    return state_text(state), state_style(state)


def dot() -> str:
    """What stands between two short facts of a line."""
    return " - " if symbols().ascii else " · "
