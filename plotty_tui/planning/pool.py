"""Planning many designs at once, one process per core."""

from __future__ import annotations

import atexit
import gc
import multiprocessing
import os
import queue
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from typing import Any

from plotty_tui.domain.errors import PlottyError
from plotty_tui.domain.pen_choice import PenChoice, StockPen
from plotty_tui.domain.presets import Preset
from plotty_tui.domain.strokes import LayerStrokes

from .planner import PlannedDesign, plan_design
from .steps import Watch

# Jobs that make at most so much of jobs times strokes are planned before processes would have
# started.
SMALL = 1000
# How far planning steps back for the dashboard and the plotters.
NICE = 5
# Seconds between two words of one plan, and between two looks whether planning is to end.
PACE_S = 0.1


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """What `plan_design` takes."""

    drawing: Sequence[LayerStrokes]
    design_sha256: str
    preset: Preset
    paper_name: str
    paper_size: tuple[float, float]
    page_size: tuple[float, float]
    pens: Sequence[StockPen] = ()
    choices: Sequence[PenChoice] | None = None
    sequence: Sequence[int] = ()
    turned: Sequence[tuple[float, float]] = ()


@dataclass(frozen=True, slots=True)
class PlanFailure:
    """A plan that could not be made, and the sentence why."""

    why: str


Outcome = PlannedDesign | PlanFailure


class PlanningStopped(PlottyError):
    """Planning was ended before all was planned: `ended` said so."""


Told = Callable[[int, str, float], None]
"""A plan's number, the step under way (a key of `domain.plan.DOING`) and how much of the plan is
done, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Ears:
    """Who is told, in the calling thread, and who says that planning is to end.

    on_done  of each outcome as it comes
    on_part  of each plan under way, at most some ten times a second; quick ones are not told of
    ended    is looked at ten times a second: when it is true, planning ends at once
    """

    on_done: Callable[[int, Outcome], None] = lambda number, outcome: None
    on_part: Told = lambda number, step, part: None
    ended: Callable[[], bool] = lambda: False


def plan_many(
    requests: Sequence[PlanRequest],
    workers: int | None = None,
    ears: Ears | None = None,
    apart: bool = False,
) -> list[Outcome]:
    """The outcomes in the order of the requests.

    `workers` processes (None: one per core, or none for a small job; 0 and 1: all in this
    process). They run at low priority and take the largest drawings first. With `apart` this
    process plans nothing, so that what else it does goes on smoothly. A plan that fails becomes a
    PlanFailure and leaves the others alone. After KeyboardInterrupt, PlanningStopped, or anything
    that the `ears` raise, no process is left behind.
    """
    ears = ears or Ears()
    apart = apart or (not _is_small(requests) if workers is None else workers > 1)
    workers = workers or os.cpu_count() or 1
    outcomes: dict[int, Outcome] = {}
    if apart:
        _in_children(requests, min(workers, max(len(requests), 1)), outcomes, ears)
    else:
        for number, request in enumerate(requests):
            outcomes[number] = _plan(request, _watch(number, ears.on_part, ears.ended))
            ears.on_done(number, outcomes[number])
    return [outcomes[number] for number in range(len(requests))]


def _watch(number: int, tell: Told, ended: Callable[[], bool]) -> Watch:
    """What a plan tells while it is made; not more often than anybody reads."""
    last, told = time.monotonic(), ""

    def watch(step: str, part: float) -> bool:
        nonlocal last, told
        if ended():
            raise PlanningStopped("planning was stopped")
        now = time.monotonic()
        if now - last >= PACE_S or (told and step != told):
            last, told = now, step
            tell(number, step, part)
        return True

    return watch


def _is_small(requests: Sequence[PlanRequest]) -> bool:
    return len(requests) * sum(map(_strokes, requests)) <= SMALL


def _strokes(request: PlanRequest) -> int:
    return sum(len(layer.strokes) for layer in request.drawing)


def _in_children(
    requests: Sequence[PlanRequest], workers: int, outcomes: dict[int, Outcome], ears: Ears
) -> None:
    context = multiprocessing.get_context("spawn")
    _begin_tracker()
    # The children hold the reading end: when the writing end closes, because planning was
    # cancelled or this process died, they end at once in the middle of their work.
    listen, hold = context.Pipe(duplex=False)
    # What they tell is short enough to be written at once: no two of them mix.
    heard, tell = context.Pipe(duplex=False)
    pool = ProcessPoolExecutor(workers, context, initializer=_begin_child, initargs=(listen, tell))
    news: queue.SimpleQueue[tuple[int, Any]] = queue.SimpleQueue()
    threading.Thread(target=_hear, args=(heard, news), daemon=True).start()
    try:
        # A large drawing begun last would be waited for by one core alone.
        for number in sorted(range(len(requests)), key=lambda k: -_strokes(requests[k])):
            future = pool.submit(_plan_and_tell, number, requests[number])
            future.add_done_callback(partial(_put, news, number))
        while len(outcomes) < len(requests):
            number, what = _next(news, ears.ended)
            if isinstance(what, Future):
                outcomes[number] = _outcome(what)
                ears.on_done(number, outcomes[number])
            elif number not in outcomes:
                ears.on_part(number, *what)
    finally:
        hold.close()
        pool.shutdown(wait=True, cancel_futures=True)
        listen.close()
        tell.close()  # the last of the writing ends: `_hear` ends


def _put(news: queue.SimpleQueue[tuple[int, Any]], number: int, done: Future[Outcome]) -> None:
    news.put((number, done))


def _next(news: queue.SimpleQueue[tuple[int, Any]], ended: Callable[[], bool]) -> tuple[int, Any]:
    """The next of the news, as soon as there is one."""
    while True:
        if ended():
            raise PlanningStopped("planning was stopped")
        try:
            return news.get(timeout=PACE_S)
        except queue.Empty:
            continue


def _hear(heard: Connection, news: queue.SimpleQueue[tuple[int, Any]]) -> None:
    """Pass on what the children tell until all of them are gone."""
    with heard:
        try:
            while True:
                number, step, part = heard.recv()
                news.put((number, (step, part)))
        except (EOFError, OSError):
            return


def _begin_tracker() -> None:
    """multiprocessing hands its tracker this process's standard error; a dashboard has put
    something in its place that is no file."""
    shown, sys.stderr = sys.stderr, sys.__stderr__
    try:
        resource_tracker.ensure_running()
    finally:
        sys.stderr = shown


_telling: list[Connection] = []  # where a child tells how far it is


def _begin_child(listen: Connection, tell: Connection) -> None:
    import signal

    _telling.append(tell)
    atexit.register(gc.freeze)  # or the end of each child looks for garbage once more

    # Ctrl-C reaches the whole terminal; the parent alone decides, and the pipe tells.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(NICE)
    threading.Thread(target=_end_with_parent, args=(listen,), daemon=True).start()


def _end_with_parent(listen: Connection) -> None:
    try:
        listen.recv_bytes()
    except (EOFError, OSError):
        os._exit(1)


def _outcome(future: Future[Outcome]) -> Outcome:
    try:
        return future.result()
    except Exception as error:  # the process itself died, or its result could not be sent
        return PlanFailure(f"planning broke off: {_sentence(error)}")


def _plan_and_tell(number: int, request: PlanRequest) -> Outcome:
    """A plan made by a child."""

    def tell(number: int, step: str, part: float) -> None:
        for listener in _telling:
            listener.send((number, step, part))

    return _plan(request, _watch(number, tell, lambda: False))


def _plan(request: PlanRequest, watch: Watch) -> Outcome:
    try:
        return plan_design(
            request.drawing,
            request.design_sha256,
            request.preset,
            request.paper_name,
            request.paper_size,
            request.page_size,
            request.pens,
            watch,
            choices=request.choices,
            sequence=request.sequence,
            turned=request.turned,
        )
    except PlanningStopped:
        raise
    except PlottyError as error:
        return PlanFailure(str(error))
    except Exception as error:  # a fault of ours in one plan must not lose the others
        return PlanFailure(f"planning failed: {type(error).__name__}: {_sentence(error)}")


def _sentence(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
