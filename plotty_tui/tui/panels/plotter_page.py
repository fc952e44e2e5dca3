"""The page of one plotter in words: what it does, how it is set, its odometer, its books."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from plotty_tui.domain import orders
from plotty_tui.domain.models import MODELS
from plotty_tui.domain.values import clock, local_time, metres
from plotty_tui.studio.machines.plotters import PlotterDetail
from plotty_tui.studio.watching import DeviceView, HandView

from ..bar import Line, Span, progress_bar
from ..text import pad, plain, symbols
from .bars import KeyHint
from .told import device_state, dot, left_seconds, state_mark

LABEL = 10
BAR = 10
# Settings that have a line of their own, or belong to one.
TOLD = frozenset(("service", "speed", "port", "nickname", "pen_pos_up", "pen_pos_down"))
WORDS = {"prime_mm": "priming mm", "penlift": "pen lift", "time_slice": "time slice s"}


def page_title(view: DeviceView) -> str:
    """`left · AxiDraw V3 · simulated`."""
    model = MODELS.get(view.model)
    kind = "simulated" if view.driver == "simulator" else view.driver
    return dot().join((plain(view.name), model.title if model else plain(view.model), kind))


def facts_lines(
    view: DeviceView, detail: PlotterDetail, hand: HandView | None, width: int
) -> list[Line]:
    """What it does and how it is set."""
    lines: list[Line] = [
        (*_label("state"), state_mark(device_state(view, hand)), *_since(view)),
        *_job_lines(view, width),
        *_said("", _message(view, hand), width, "state-hand" if hand else "hint"),
        (*_label("pen"), *_pen(view)),
        (*_label("heights"), *_heights(detail)),
        *_said("preset", detail.preset or "as planned", width),
        *_said("travel", f"{view.travel[0]:g} {_times()} {view.travel[1]:g} mm", width),
        *_said("port", _port(view, detail), width),
    ]
    if not detail.position_known:
        lost = "lost: push the carriage to its home corner, then 0"
        lines += _said("position", lost, width, "state-hand")
    own = [
        f"{WORDS.get(key, key.replace('_', ' '))} {value}"
        for key, value in sorted(detail.settings.items())
        if key not in TOLD
    ]
    return lines + (_said("also set", ", ".join(own), width) if own else [])


def odometer_lines(detail: PlotterDetail, width: int) -> list[Line]:
    """What it has drawn in all and since its last service, and how near its limits are."""
    whole, since, limits = detail.odometer, detail.since_service, detail.limits
    rows = (
        ("metres", whole.drawn_mm / 1000, since.drawn_mm / 1000, limits.metres, ".1f"),
        ("lifts", whole.lifts, since.lifts, limits.lifts, ",.0f"),
        ("hours", whole.seconds / 3600, since.seconds / 3600, limits.hours, ".1f"),
    )
    first = local_time(detail.log[0].at) if detail.log else "it was set up"
    lines: list[Line] = [
        (("Odometer", "accent bold"), (f"  in all, and since {first}", "hint")),
    ]
    room = width >= LABEL + 38
    for name, total, now, limit, form in rows:
        spans: list[Span] = [
            *_label(name), (f"{total:>9{form}}", "bold"), (f"{now:>9{form}}", ""),
        ]  # fmt: skip
        if limit:
            late = now >= limit
            spans.append((f" of {limit:g}  ", "state-fault" if late else "hint"))
            if room:
                done = "state-fault" if late else "bar-done"
                spans += progress_bar(now / limit, BAR, done)
        lines.append(tuple(spans))
    if detail.due:
        lines += _said("service", detail.due, width, "state-fault bold")
    elif detail.limits.metres or detail.limits.lifts or detail.limits.hours:
        then = "no new sheet when one is reached" if limits.blocks else "a warning when reached"
        lines += _said("limits", then, width, "hint")
    else:
        lines += _said("limits", "none: e sets them", width, "hint")
    return lines


def books_lines(detail: PlotterDetail, width: int) -> list[Line]:
    """Its service log and its last faults."""
    lines: list[Line] = [(("Service log", "accent bold"),)]
    if not detail.log:
        lines.append((("nothing yet: s writes an entry", "hint"),))
    for row in detail.log:
        by = f"{metres(row.drawn_mm)}, {row.actor or 'nobody'}"
        lines += _entry(local_time(row.at), f"{row.text} ({by})", width)
    lines += [(), (("Last faults", "accent bold"),)]
    if not detail.faults:
        lines.append((("none", "hint"),))
    for row in detail.faults:
        lines += _entry(local_time(row.at), row.text, width)
    return lines


def keys_lines(hints: Sequence[KeyHint], width: int) -> list[Line]:
    """The keys of this page in as many lines as they need; grey where they do nothing now."""
    lines: list[Line] = []
    spans: list[Span] = []
    at = 0
    for hint in hints:
        size = cell_len(hint.key) + 1 + cell_len(hint.title)
        if spans and at + 2 + size > width:
            lines.append(tuple(spans))
            spans, at = [], 0
        if spans:
            spans.append(("  ", ""))
            at += 2
        spans.append((hint.key, "accent bold" if hint.ready else "state-idle dim"))
        spans.append((f" {hint.title}", "" if hint.ready else "state-idle dim"))
        at += size
    return [*lines, tuple(spans)]


def _label(name: str) -> Line:
    return ((pad(name, LABEL), "hint"),)


def _said(name: str, text: str, width: int, style: str = "") -> list[Line]:
    """A fact, wrapped beside its label; nothing when there is nothing to say."""
    from ..dialogs.frame import wrap_text

    if not text:
        return []
    parts = wrap_text(text, max(12, width - LABEL)) if width else [plain(text)]
    first, *rest = (part.strip() for part in parts)
    return [(*_label(name), (first, style)), *((*_label(""), (part, style)) for part in rest)]


def _entry(when: str, text: str, width: int) -> list[Line]:
    from ..dialogs.frame import wrap_text

    indent = len(when) + 2
    parts = wrap_text(text, max(12, width - indent)) if width else [plain(text)]
    first, *rest = (part.strip() for part in parts)
    return [
        ((f"{when}  ", "hint"), (first, "")),
        *(((" " * indent, ""), (part, "")) for part in rest),
    ]


def _message(view: DeviceView, hand: HandView | None) -> str:
    if hand is not None and hand.kind == orders.HAND_INTERRUPTED:
        return f"{view.message}: enter shows the choices"
    return hand.text if hand else view.message


def _since(view: DeviceView) -> Line:
    if view.since is None or not view.enabled:
        return ()
    return ((f"  since {local_time(view.since)}", "hint"),)


def _job_lines(view: DeviceView, width: int) -> list[Line]:
    if not view.job:
        return []
    sheet = f"sheet {view.copy} of {view.copies}"
    share = f"{min(99, int(view.fraction * 100)) if view.fraction < 1 else 100} %"
    bar = progress_bar(view.fraction, max(4, min(24, width - LABEL - 28)))
    left = clock(left_seconds(view))
    return [
        *_said("sheet", view.job, width, "bold"),
        (*_label(""), *bar, (f" {share}  ", ""), (left, "bold"), (f"  {sheet}", "hint")),
    ]


def _pen(view: DeviceView) -> Line:
    if not (view.pen or view.pen_color):
        return (("none known", "hint"),)
    pen = view.pen or "a pen that is not in the stock"
    return ((symbols().pen, view.pen_color), (f" {pen}", ""))


def _heights(detail: PlotterDetail) -> Line:
    settings, motion = detail.settings, detail.motion
    spans: list[Span] = []
    for key, word, height in (
        ("pen_pos_up", "up", motion.pen_pos_up), ("pen_pos_down", "down", motion.pen_pos_down),
    ):  # fmt: skip
        own = key in settings
        spans += [(f"{word} ", "hint"), (f"{height:g}", "bold" if own else ""), ("   ", "")]
    tried = "pen_pos_up" in settings or "pen_pos_down" in settings
    return (*spans, ("its own" if tried else "as usual", "hint"))


def _port(view: DeviceView, detail: PlotterDetail) -> str:
    if view.driver == "simulator":
        speed = "as fast as a real one" if view.speed == 1 else f"{view.speed:g} times as fast"
        return f"none: simulated, {speed}"
    if port := detail.settings.get("port"):
        return str(port)
    if nickname := detail.settings.get("nickname"):
        return f"wherever {nickname} is plugged in"
    return "the only board there is"


def _times() -> str:
    return "x" if symbols().ascii else "×"
