"""Proof that a plan draws the same ink as the design.

First segment by segment: what the ordered strokes share with the drawing, as often as it is there,
in either direction, is the same ink and needs no tolerance. What is left on both sides (thinned
curves, moved seams, the short lines that join two strokes) has to lie where the other side
has ink, and there has to be as much of it in every small square of the sheet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from plotty_tui.domain.presets import HIDDEN_REACH, MOST_JOIN_MM, OrderSettings
from plotty_tui.domain.strokes import Strokes

if TYPE_CHECKING:
    import numpy as np

    Segments = np.ndarray  # complex128, n x 2, mm

from .ordering import Step

# Ink may come to lie so far beyond half of a declared tip.
TIP_MM = 0.03
ROUNDING_MM = 0.002  # float32 on a large sheet, and a conversion to px and back
FLOAT_MM = 1e-4  # what float32 loses of a place on the largest sheet
ON_INK_MM = 0.006  # a second pass lies as near to the first as a touch is a touch
SAMPLE_MM = 0.05
# A segment that is cut where a loop hangs on it is sampled in other places: so much of it may seem
# to be missing, whatever the join radius.
CUT_MM = 0.1
MOST_SAMPLES = 2_000_000
AT_ONCE = 20_000  # segments that are sampled together
# Odd numbers of 64 bits that spread their factors well (Steele, Lea and Flood, 2014).
MIX, MIX2 = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9
# Squares in which ink is weighed, and the share by which a square may differ: a stroke drawn once
# instead of twice is half, thinned curves lose far less than a tenth.
SQUARE_MM = 5.0
SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a pipeline may do to the ink.

    moved_mm   how far from its place a point may come to lie
    joint_mm   the longest line that may be added between two strokes, or to close one
    split      strokes may be taken apart, so that there are more joints than strokes
    """

    moved_mm: float
    joint_mm: float
    split: bool = False


def allowance(steps: Sequence[Step]) -> Allowance:
    """The sum of what each command may do: half its gap is the farthest a joining line is from
    old ink, half a seam's gap the way of its ends."""
    moved = ROUNDING_MM
    joint = 0.0
    for step in steps:
        if step.name == "linesimplify":
            moved += step.tolerance or 0.0
        elif step.name in ("linemerge", "reloop"):
            moved += (step.tolerance or 0.0) / 2
            joint += step.tolerance or 0.0
    return Allowance(moved, joint, any(step.name == "splitall" for step in steps))


def joining_allowance(order: OrderSettings, tip_mm: float | None = None) -> Allowance:
    """What plotty's own order may do: lines of up to the join radius, two for a loop that is drawn
    on the way (there and back), the turned seam of a loop, and rounded corners. Ink may lie
    `TIP_MM` beyond half of a declared tip, and no farther."""
    radius = order.join_radius_mm(tip_mm)
    moved = radius / 2 + 2 * ROUNDING_MM
    if tip_mm and order.join_tip:
        moved = min(tip_mm, MOST_JOIN_MM) / 2 + TIP_MM
    moved = max(moved, order.smooth_mm + 2 * ROUNDING_MM if order.smooth_mm else 0.0)
    longest = HIDDEN_REACH if tip_mm and order.join_tip else 2
    return Allowance(moved, max(longest * radius, CUT_MM))


def find_dropped_ink(before: Strokes, after: Strokes) -> str | None:
    """None when `after` draws all that `before` draws at least once, and nothing else; else what
    differs, as the end of a sentence."""
    import numpy as np

    lines, dots = _segments(before)
    new_lines, new_dots = _segments(after)
    if not np.array_equal(np.unique(dots), np.unique(new_dots)):
        return "a dot is missing"
    if not np.array_equal(_each_once(_keys(lines)), _each_once(_keys(new_lines))):
        return "a stroke that is no duplicate is missing"
    return None


def find_ink_difference(
    before: Strokes, after: Strokes, allowed: Allowance, passes: Strokes | None = None
) -> str | None:
    """None when both draw the same ink, in place and in multiplicity; else what differs, as the
    end of a sentence. `passes` is what `after` says that it draws once more: it has to lie on the
    ink of `before`."""
    import numpy as np

    lines, dots = _segments(before)
    new_lines, new_dots = _segments(after)
    if passes is not None and len(passes):
        again, _ = _segments(passes)
        if _strays(again[~np.isin(_keys(again), _keys(lines))], lines, ON_INK_MM):
            return "a second pass leaves the ink that is there"
        lines = np.concatenate((lines, again))
    if not np.array_equal(np.sort(dots), np.sort(new_dots)):
        return f"{len(dots)} dots became {len(new_dots)}, or moved"
    gone, added = _unmatched(lines, new_lines)
    if _strays(gone, new_lines, allowed.moved_mm):
        return f"ink is missing by more than {allowed.moved_mm:.3f} mm"
    if _strays(added, lines, allowed.moved_mm):
        return f"ink was added by more than {allowed.moved_mm:.3f} mm"
    pieces = len(lines) if allowed.split else len(before) + (len(passes) if passes else 0)
    seams = max(_closed(after) - _closed(before), 0)
    return _weigh(gone, added, allowed, max(pieces - len(after), 0), seams)


def _points(strokes: Strokes) -> Any:
    import numpy as np

    flat = np.frombuffer(strokes.points, dtype=np.float32).astype(np.float64)
    return flat.view(np.complex128)


def _segments(strokes: Strokes) -> tuple[Segments, Any]:
    """All segments with a length, and the places of the strokes that have none."""
    import numpy as np

    points = _points(strokes)
    starts = np.frombuffer(strokes.starts, dtype=np.uint32).astype(np.int64)
    pairs = np.column_stack((points[:-1], points[1:]))
    inside = np.ones(max(len(points) - 1, 0), dtype=bool)
    inside[starts[1:-1] - 1] = False
    drawn = inside & (pairs[:, 0] != pairs[:, 1])
    owner = np.repeat(np.arange(len(strokes)), np.diff(starts))
    inked = np.zeros(len(strokes), dtype=bool)
    inked[owner[:-1][drawn]] = True
    return pairs[drawn], points[starts[:-1][~inked]]


def _keys(segments: Segments) -> Any:
    """A number for each segment, the same whichever way round it is drawn."""
    import numpy as np

    # Places came from float32 pairs: one number each (adding 0 makes -0 the same place as 0).
    ends = (segments + 0.0).astype(np.complex64).view(np.uint64)
    # Both ends mixed into one number; that two of a million differ and meet is one in ten million.
    low, high = ends.min(axis=1), ends.max(axis=1)
    mixed = (low * np.uint64(MIX)) ^ (low >> np.uint64(29))
    return mixed ^ ((high + np.uint64(1)) * np.uint64(MIX2))


def _unmatched(one: Segments, other: Segments) -> tuple[Segments, Segments]:
    """The segments of each side that the other has not, counted with multiplicity and without
    regard to direction."""
    import numpy as np

    keys = np.concatenate((_keys(one), _keys(other)))
    _, number = np.unique(keys, return_inverse=True)
    sides = number[: len(one)], number[len(one) :]
    size = int(number.max(initial=-1)) + 1
    shared = np.minimum(*(np.bincount(side, minlength=size) for side in sides))
    left = []
    for side, segments in zip(sides, (one, other), strict=True):
        order = np.argsort(side, kind="stable")
        ranked = side[order]
        # the how-manieth of its kind each segment is
        rank = np.arange(len(ranked)) - np.searchsorted(ranked, ranked)
        left.append(segments[order[rank >= shared[ranked]]])
    return left[0], left[1]


def _samples(segments: Segments, pitch: float) -> tuple[Any, Any]:
    """Points along the segments, both ends of each among them, at most `pitch` apart; and the
    number of the segment that each is on."""
    import numpy as np

    lengths = np.abs(segments[:, 1] - segments[:, 0])
    counts = np.ceil(lengths / pitch).astype(np.int64) + 1
    number = np.repeat(np.arange(len(segments)), counts)
    first = np.cumsum(counts) - counts
    part = (np.arange(len(number)) - first[number]) / np.maximum(counts - 1, 1)[number]
    return segments[number, 0] + part * (segments[number, 1] - segments[number, 0]), number


def _strays(segments: Segments, others: Segments, moved_mm: float) -> bool:
    """Whether a point on `segments` lies farther than `moved_mm` from the ink of `others`. A point
    within `moved_mm` of a line is within hypot(moved_mm, pitch / 2) of a sample on it: the lines
    of the samples in the squares around it are measured."""
    import numpy as np

    if not len(segments) or not len(others):
        return len(segments) > 0
    total = np.abs(others[:, 1] - others[:, 0]).sum()
    pitch = max(SAMPLE_MM, moved_mm, float(total) / MOST_SAMPLES)
    square = float(np.hypot(moved_mm, pitch / 2)) + ROUNDING_MM
    own = float(np.abs(segments[:, 1] - segments[:, 0]).sum())
    asked, _ = _samples(segments, max(SAMPLE_MM, own / MOST_SAMPLES))
    corner = complex(asked.real.min(), asked.imag.min())
    tall = int((asked.imag.max() - corner.imag) / square) + 4
    cells = _cells(asked, corner, square, tall)
    order = np.argsort(cells, kind="stable")  # what is near on paper is then near in memory
    asked, cells = asked[order], cells[order]
    owner, places = _near_samples(others, pitch, _each_once(cells), corner, square, tall)
    left = np.arange(len(asked))
    for column, rows in ((0, 0), (0, 1), (tall, 1), (-tall, 1)):
        low = np.searchsorted(places, cells[left] + (column - rows))
        high = np.searchsorted(places, cells[left] + (column + rows), "right")
        strays = np.ones(len(left), dtype=bool)
        going = np.flatnonzero(low < high)
        while len(going):  # each with its next sample, until one of its lines is near enough
            lines = others[owner[low[going]]]
            far = _distances(asked[left[going]], lines) > moved_mm + FLOAT_MM
            strays[going[~far]] = False
            low[going] += 1
            going = going[far & (low[going] < high[going])]
        left = left[strays]
    return len(left) > 0


def _each_once(numbers: Any) -> Any:
    """The numbers sorted, each once. np.unique looks them up in a table, which takes ten times as
    long for millions."""
    import numpy as np

    ordered = np.sort(numbers)
    return ordered[np.diff(ordered, prepend=ordered[:1] - 1) > 0]


def _cells(places: Any, corner: complex, square: float, tall: int) -> Any:
    """The number of the square of each place, column by column."""
    import numpy as np

    column = np.floor((places.real - corner.real) / square).astype(np.int64)
    return column * tall + np.floor((places.imag - corner.imag) / square).astype(np.int64)


def _near_samples(
    lines: Segments, pitch: float, cells: Any, corner: complex, square: float, tall: int
) -> tuple[Any, Any]:
    """(number of its line, its square) of each sample on `lines` in these squares or next to them,
    sorted by squares."""
    import numpy as np

    around = [column + row for column in (-tall, 0, tall) for row in (-1, 0, 1)]
    wanted = _each_once((cells[:, None] + np.array(around)).ravel())
    owners, squares = [], []
    for first in range(0, len(lines), AT_ONCE):  # all samples together would take much memory
        known, owner = _samples(lines[first : first + AT_ONCE], pitch)
        places = _cells(known, corner, square, tall)
        inside = wanted[np.minimum(np.searchsorted(wanted, places), len(wanted) - 1)] == places
        owners.append(owner[inside] + first)
        squares.append(places[inside])
    owner, places = np.concatenate(owners), np.concatenate(squares)
    order = np.argsort(places, kind="stable")
    return owner[order], places[order]


def _distances(places: Any, lines: Segments) -> Any:
    """mm from places to lines, one to one."""
    import numpy as np

    way, off = lines[..., 1] - lines[..., 0], places - lines[..., 0]
    part = np.clip((off * way.conj()).real / (np.abs(way) ** 2), 0.0, 1.0)
    return np.abs(off - part * way)


def _closed(strokes: Strokes) -> int:
    """How many strokes end where they began."""
    import numpy as np

    points = _points(strokes)
    starts = np.frombuffer(strokes.starts, dtype=np.uint32).astype(np.int64)
    return int((points[starts[1:] - 1] == points[starts[:-1]]).sum())


def _weigh(
    gone: Segments, added: Segments, allowed: Allowance, joints: int, seams: int
) -> str | None:
    """Compare mm of ink square by square; each sample's share goes to the four squares around it,
    so that a small shift changes little. `joints` strokes may have been joined to others and
    `seams` closed; what is shorter than `play` is not told apart from that."""
    import numpy as np

    corner = min((side.real.min() for side in (gone, added) if len(side)), default=0.0)
    top = min((side.imag.min() for side in (gone, added) if len(side)), default=0.0)
    right = max((side.real.max() for side in (gone, added) if len(side)), default=0.0)
    columns = int((right - corner) / SQUARE_MM) + 2
    old = _deposit(gone, corner, top, columns)
    new = _deposit(added, corner, top, columns)
    size = max(len(old), len(new))
    old, new = (np.pad(side, (0, size - len(side))) for side in (old, new))
    play = allowed.joint_mm * (1 + seams) + 2 * allowed.moved_mm
    less = old - new - SHARE * old
    if less.max(initial=0.0) > play:
        return f"{less.max():.1f} mm of ink are missing in one place"
    if less.sum() > play:
        return f"{less.sum():.1f} mm of ink are missing"
    # Joints may crowd in one square, but they cannot be longer than what was joined.
    more = new.sum() - old.sum() - SHARE * old.sum() - allowed.joint_mm * joints
    return f"{more:.1f} mm of ink were added" if more > play else None


def _deposit(segments: Segments, left: float, top: float, columns: int) -> Any:
    """mm of ink per square, row by row."""
    import numpy as np

    if not len(segments):
        return np.zeros(0)
    lengths = np.abs(segments[:, 1] - segments[:, 0])
    pitch = max(SQUARE_MM / 10, float(lengths.sum()) / MOST_SAMPLES)
    points, number = _samples(segments, pitch)
    share = (lengths / np.bincount(number, minlength=len(segments)))[number]
    # Rounding may put a sample a hair outside of its segment.
    x = np.maximum(points.real - left, 0.0) / SQUARE_MM
    y = np.maximum(points.imag - top, 0.0) / SQUARE_MM
    column, row = np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)
    dx, dy = x - column, y - row
    squares = np.zeros((int(row.max()) + 2) * columns)
    for ox, oy in ((0, 0), (1, 0), (0, 1), (1, 1)):
        weight = share * (dx if ox else 1 - dx) * (dy if oy else 1 - dy)
        cells = (row + oy) * columns + column + ox
        squares += np.bincount(cells, weights=weight, minlength=len(squares))
    return squares
