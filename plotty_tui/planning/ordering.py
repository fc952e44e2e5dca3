"""The order of the strokes of a layer, by vpype's commands.

A preset's pipeline is vpype's own language. plotty runs its commands one by one on the layer
instead of handing the text to `vpype_cli.execute`, for four reasons: no plug-in is loaded, no
logging set up and no random state left behind; only the commands below can run; an error is one
sentence; and the strokes that a command would lose can be kept out of its way.
"""

from __future__ import annotations

import shlex
from array import array
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from plotty_tui.domain.errors import Refused
from plotty_tui.domain.presets import Preset
from plotty_tui.domain.strokes import Strokes

PX_PER_MM = 96 / 25.4  # vpype counts in CSS pixels

# Commands that only change the order and direction of whole strokes.
SORTING = frozenset({"linesort", "lineshuffle", "reverse"})
# And those that join, split or thin them. All leave the same ink on the paper; commands that add
# ink, drop or move it (multipass, filter, crop, snap, ...), read or write files, run blocks or
# scripts or come from a plug-in are refused: what is drawn is what was approved.
ALLOWED = SORTING | {"linemerge", "linesimplify", "reloop", "splitall"}

# vpype's two-opt looks at every pair of strokes on each pass: 9 s for 10,000 dots, 29 s for
# 20,000, 127 s for 40,000. Beyond this many strokes the greedy sort has to do.
TWO_OPT_STROKES = 10_000

# A stroke may lose this share of its length by being thinned or closed. One that loses more was
# folded back on itself (hatching to and fro), or no longer than the tolerance, and is kept as it
# was.
MOST_LOSS = 0.02

Line = Any  # a numpy array of complex px, as vpype has it


@dataclass(frozen=True, slots=True)
class Step:
    """One command of a pipeline. `tolerance` in mm, None for commands without one; `run` takes
    and gives a list of lines in px."""

    name: str
    tolerance: float | None
    run: Callable[[list[Line]], list[Line]]
    quick: Step | None = None  # the same without its quadratic part


def order_layer(strokes: Strokes, preset: Preset) -> Strokes:
    """The strokes in the order and direction that the preset's pipeline gives.

    Dots (strokes without length) are kept, as many as there were. The same strokes and preset
    give the same order each time. Raises Refused for a pipeline that cannot be run.
    """
    steps = read_pipeline(preset.pipeline)
    if not steps or not len(strokes):
        return strokes
    lines, dots = _to_lines(strokes)
    with _undisturbed():
        for step in steps:
            lines, dots = _run_step(step, lines, dots)
    return _to_strokes(lines + dots)


def standing_in(preset: Preset) -> Preset:
    """The preset with vpype's nearest commands in place of plotty's own order."""
    merge = f"linemerge --tolerance {preset.order.join_mm:g}mm "
    return replace(preset, pipeline=f"{merge if preset.order.join_mm else ''}linesort")


def read_pipeline(pipeline: str) -> list[Step]:
    """The commands of a pipeline, ready to run; raises Refused with one sentence."""
    words = _split_words(pipeline)
    if not words:
        return []
    import click

    with _undisturbed():
        from vpype_cli import cli

        steps = []
        while words:
            name, *words = words
            if name not in ALLOWED:
                raise Refused(
                    f"pipeline command {name!r} cannot be used: use {', '.join(sorted(ALLOWED))}"
                )
            try:
                step, words = _read_command(cli.commands[name], words)
            except click.ClickException as error:
                raise Refused(_sentence(name, error.format_message())) from None
            steps.append(step)
    return steps


def _split_words(pipeline: str) -> list[str]:
    try:
        words = shlex.split(pipeline)
    except ValueError as error:
        raise Refused(f"pipeline {pipeline!r} cannot be read: {error}") from None
    for word in words:
        # vpype evaluates %...% as a program and {...} as a property.
        if set("%{}") & set(word):
            raise Refused(f"pipeline word {word!r}: plain values only, no expressions")
        if word == "--help":
            raise Refused("pipeline option '--help' cannot be used")
    return words


def _sentence(name: str, message: str) -> str:
    return f"pipeline command {name}: {' '.join(message.split()).rstrip('.')}"


def _read_command(command: Any, words: list[str]) -> tuple[Step, list[str]]:
    """One command with its options, and the words after it, as click reads a chain."""
    context = command.make_context(
        command.name, list(words), allow_extra_args=True, allow_interspersed_args=False
    )
    params = context.params
    step = Step(command.name, _tolerance_mm(params), _runner(command, context, params))
    if params.get("two_opt"):
        quick = _runner(command, context, {**params, "two_opt": False})
        step = replace(step, quick=Step(step.name, step.tolerance, quick))
    _check_values(step, params)
    return step, context.args


def _tolerance_mm(params: dict[str, Any]) -> float | None:
    """The command's `--tolerance` in mm; raises click.BadParameter for nonsense."""
    if "tolerance" not in params:
        return None
    import click
    import vpype

    text = str(params["tolerance"])
    try:
        tolerance = float(vpype.convert_length(text)) / PX_PER_MM
    except ValueError:
        raise click.BadParameter(f"tolerance {text!r} is not a length like 0.1mm") from None
    if not 0 <= tolerance <= 10:
        raise click.BadParameter(f"tolerance {text} is not from 0 to 10 mm")
    return tolerance


def _check_values(step: Step, params: dict[str, Any]) -> None:
    """vpype reads numbers when it runs; a bad one is told here, before any work."""
    import click

    if str(params.get("layer")) != "all":
        raise click.BadParameter("no --layer: pipelines run layer by layer")
    passes = str(params.get("passes", 1))
    if not passes.isascii() or not passes.isdigit() or int(passes) < 1:
        raise click.BadParameter(f"passes {passes!r} is not a number from 1")


def _runner(
    command: Any, context: Any, params: dict[str, Any]
) -> Callable[[list[Line]], list[Line]]:
    def run(lines: list[Line]) -> list[Line]:
        import vpype
        from vpype_cli import State

        state = State(vpype.Document())
        state.document.add(vpype.LineCollection(lines), 1)
        with context:
            processor = context.invoke(command.callback, **params)
        processor(state)
        return list(state.document.layers[1])

    return run


def _run_step(step: Step, lines: list[Line], dots: list[Line]) -> tuple[list[Line], list[Line]]:
    """The lines and dots after a command. Dots take part in sorting, as lines of two equal
    points; other commands would drop them or melt them into their neighbours."""
    if step.name in SORTING:
        everything = lines + dots
        if step.quick and len(everything) > TWO_OPT_STROKES:
            step = step.quick
        return step.run(everything), []
    lines, found = _without_dots(lines)
    dots = dots + found
    if not lines:
        return lines, dots
    if step.name in ("linesimplify", "reloop"):
        return _unless_lost(step, lines), dots
    return step.run(lines), dots


def _without_dots(lines: list[Line]) -> tuple[list[Line], list[Line]]:
    kept: list[Line] = []
    dots: list[Line] = []
    for line in lines:
        (dots if len(line) == 2 and line[0] == line[1] else kept).append(line)
    return kept, dots


def _unless_lost(step: Step, lines: list[Line]) -> list[Line]:
    """Each line as the command leaves it, or as it was where that takes ink away."""
    import numpy as np

    changed = step.run(lines)
    if len(changed) != len(lines):
        return lines
    pairs = zip(lines, changed, strict=True)
    return [
        new if _length(np, new) >= (1 - MOST_LOSS) * _length(np, old) else old for old, new in pairs
    ]


def _length(np: Any, line: Line) -> float:
    return float(np.abs(np.diff(line)).sum())


def _to_lines(strokes: Strokes) -> tuple[list[Line], list[Line]]:
    """(lines, dots) in px; a dot is a line of two equal points."""
    import numpy as np

    flat = np.frombuffer(strokes.points, dtype=np.float32).astype(np.float64) * PX_PER_MM
    points = flat.view(np.complex128)
    lines, dots = [], []
    for line in np.split(points, np.frombuffer(strokes.starts, dtype=np.uint32)[1:-1]):
        if (line == line[0]).all():
            dots.append(np.repeat(line[:1], 2))
        else:
            lines.append(line)
    return lines, dots


def _to_strokes(lines: list[Line]) -> Strokes:
    import numpy as np

    counts = np.fromiter((len(line) for line in lines), dtype=np.int64, count=len(lines))
    starts = array("I", [0])
    starts.frombytes(np.cumsum(counts).astype(np.uint32).tobytes())
    points = array("f")
    flat = np.concatenate(lines).view(np.float64) / PX_PER_MM
    points.frombytes(flat.astype(np.float32).tobytes())
    return Strokes.of_arrays(points, starts)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """vpype draws from the global random numbers (seeded here, so that a plan can be repeated)
    and its log lines give the root logger a handler; both are put back afterwards."""
    import logging
    import random

    import numpy as np

    root = logging.getLogger()
    handlers, disabled = list(root.handlers), logging.root.manager.disable
    ours, theirs = random.getstate(), np.random.get_state()
    random.seed(0)
    np.random.seed(0)
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(disabled)
        random.setstate(ours)
        np.random.set_state(theirs)
        root.handlers[:] = handlers
