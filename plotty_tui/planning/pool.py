"""Planning many designs at once, one process per core."""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection

from plotty_tui.domain.errors import PlottyError
from plotty_tui.domain.pen_choice import PenChoice, StockPen
from plotty_tui.domain.presets import Preset
from plotty_tui.domain.strokes import LayerStrokes

from .planner import PlannedDesign, plan_design

# A single job of at most so many strokes is planned before a process would have started.
SMALL_STROKES = 1000
# How far planning steps back for the dashboard and the plotters.
NICE = 5


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


def plan_many(
    requests: Sequence[PlanRequest],
    workers: int | None = None,
    on_done: Callable[[int, Outcome], None] | None = None,
) -> list[Outcome]:
    """The outcomes in the order of the requests; `on_done(number, outcome)` is told of each as it
    comes, in this process.

    `workers` processes (None: one per core, or none for a small job; 0 and 1: all in this
    process). They run at low priority and take the largest drawings first. A plan that fails
    becomes a PlanFailure and leaves the others alone. After KeyboardInterrupt, or anything that
    `on_done` raises, no process is left behind.
    """
    told = on_done or (lambda number, outcome: None)
    apart = workers is None or workers > 1
    if workers is None:
        apart, workers = not _is_small(requests), os.cpu_count() or 1
    outcomes: dict[int, Outcome] = {}
    if apart:
        _in_children(requests, min(workers, max(len(requests), 1)), outcomes, told)
    else:
        for number, request in enumerate(requests):
            outcomes[number] = _plan(request)
            told(number, outcomes[number])
    return [outcomes[number] for number in range(len(requests))]


def _is_small(requests: Sequence[PlanRequest]) -> bool:
    return len(requests) <= 1 and sum(map(_strokes, requests)) <= SMALL_STROKES


def _strokes(request: PlanRequest) -> int:
    return sum(len(layer.strokes) for layer in request.drawing)


def _in_children(
    requests: Sequence[PlanRequest],
    workers: int,
    outcomes: dict[int, Outcome],
    told: Callable[[int, Outcome], None],
) -> None:
    context = multiprocessing.get_context("spawn")
    _begin_tracker()
    # The children hold the reading end: when the writing end closes, because planning was
    # cancelled or this process died, they end at once in the middle of their work.
    listen, hold = context.Pipe(duplex=False)
    pool = ProcessPoolExecutor(workers, context, initializer=_begin_child, initargs=(listen,))
    try:
        # A large drawing begun last would be waited for by one core alone.
        largest = sorted(range(len(requests)), key=lambda k: -_strokes(requests[k]))
        futures = {pool.submit(_plan, requests[k]): k for k in largest}
        for future in as_completed(futures):
            number = futures.pop(future)
            outcomes[number] = _outcome(future)
            told(number, outcomes[number])
    finally:
        hold.close()
        pool.shutdown(wait=True, cancel_futures=True)
        listen.close()


def _begin_tracker() -> None:
    """multiprocessing hands its tracker this process's standard error; a dashboard has put
    something in its place that is no file."""
    shown, sys.stderr = sys.stderr, sys.__stderr__
    try:
        resource_tracker.ensure_running()
    finally:
        sys.stderr = shown


def _begin_child(listen: Connection) -> None:
    import signal

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


def _plan(request: PlanRequest) -> Outcome:
    try:
        return plan_design(
            request.drawing,
            request.design_sha256,
            request.preset,
            request.paper_name,
            request.paper_size,
            request.page_size,
            request.pens,
            choices=request.choices,
            sequence=request.sequence,
            turned=request.turned,
        )
    except PlottyError as error:
        return PlanFailure(str(error))
    except Exception as error:  # a fault of ours in one plan must not lose the others
        return PlanFailure(f"planning failed: {type(error).__name__}: {_sentence(error)}")


def _sentence(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
