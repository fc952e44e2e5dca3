"""Drawings of every kind, made by chance from a seed: for the benchmarks and the planner's tests.

    for name, strokes in corpus():        # 100 to 100,000 strokes
        ...

All lie on a sheet of 200 x 280 mm; the same seed gives the same drawing.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator

from plotty_tui.domain.strokes import Point, Strokes

WIDTH, HEIGHT = 200.0, 280.0

Lines = list[list[Point]]


def engraving(count: int, seed: int = 1) -> Lines:
    """Wavy horizontal lines broken where the picture is light, in the order of the picture."""
    rnd = random.Random(seed)
    rows = max(round(math.sqrt(count * 1.2)), 2)
    pitch, lines = HEIGHT / rows, []
    phases = [rnd.uniform(0, math.tau) for _ in range(4)]
    for row in range(rows):
        line: list[Point] = []
        for k in range(400):
            x, y = k * WIDTH / 400, row * pitch
            tone = math.sin(x / 23 + phases[0]) + math.sin(y / 31 + phases[1])
            tone += math.sin((x + y) / 17 + phases[2]) + rnd.uniform(-1.1, 1.1)
            if tone > -0.4:
                line.append((x, y + 0.4 * pitch * math.sin(x / 3 + phases[3])))
                continue
            if len(line) > 1:
                lines.append(line)
            line = []
        if len(line) > 1:
            lines.append(line)
    return lines


def stipple(count: int, seed: int = 2) -> Lines:
    """Short ticks, denser in the middle, in no order."""
    rnd = random.Random(seed)
    lines = []
    while len(lines) < count:
        x, y = rnd.gauss(WIDTH / 2, WIDTH / 5), rnd.gauss(HEIGHT / 2, HEIGHT / 5)
        if 1 < x < WIDTH - 1 and 1 < y < HEIGHT - 1:
            lines.append([(x, y), (x + 0.1, y)])
    return lines


def contours(count: int, seed: int = 3) -> Lines:
    """A map: closed height lines round peaks, roads across them, all cut into pieces by a grid of
    tiles as map exports do."""
    rnd = random.Random(seed)
    lines: Lines = []
    while len(lines) < count * 0.9:
        x, y = rnd.uniform(15, WIDTH - 15), rnd.uniform(15, HEIGHT - 15)
        bumps = [(rnd.uniform(0, 0.2), rnd.uniform(0, math.tau)) for _ in range(4)]
        for ring in range(rnd.randint(2, 7)):
            around = []
            for k in range(73):
                turn = math.tau * (k % 72) / 72
                far = 1 + sum(a * math.sin((i + 1) * turn + b) for i, (a, b) in enumerate(bumps))
                around.append(
                    (x + 2 * ring * far * math.cos(turn), y + 2 * ring * far * math.sin(turn))
                )
            lines.extend(_cut(around, rnd.choice((1, 1, 2, 3))))
    while len(lines) < count:
        x, y, turn = rnd.uniform(0, WIDTH), rnd.uniform(0, HEIGHT), rnd.uniform(0, math.tau)
        road = [(x, y)]
        for _ in range(30):
            turn += rnd.uniform(-0.3, 0.3)
            x = min(max(x + 2 * math.cos(turn), 0), WIDTH)
            y = min(max(y + 2 * math.sin(turn), 0), HEIGHT)
            road.append((x, y))
        lines.extend(_cut(road, 3))
    rnd.shuffle(lines)
    return lines[:count]


def _cut(line: list[Point], pieces: int) -> Lines:
    size = max(len(line) // pieces, 2)
    return [line[k : k + size + 1] for k in range(0, len(line) - 1, size)]


def maze(count: int, seed: int = 4) -> Lines:
    """The walls of a maze, each a stroke of one or more cells, as a generator prints them."""
    rnd = random.Random(seed)
    side = max(round(math.sqrt(count)), 4)
    step = min(WIDTH, HEIGHT) / side
    lines: Lines = []
    for row in range(side):
        for column in range(side):
            x, y = column * step, row * step
            if rnd.random() < 0.5:
                lines.append([(x, y), (x + step, y)])
            else:
                lines.append([(x, y), (x, y + step)])
    return lines


def outlines(count: int, seed: int = 5) -> Lines:
    """Text as outlines: lines of closed letters, some with a counter inside."""
    rnd = random.Random(seed)
    lines: Lines = []
    size = math.sqrt(WIDTH * HEIGHT / count) * 1.05
    x = y = size
    while len(lines) < count:
        lines.append(_blob(rnd, x, y, size * 0.36))
        if rnd.random() < 0.35:
            lines.append(_blob(rnd, x, y, size * 0.15))
        x += size * (1 if rnd.random() < 0.84 else 1.7)
        if x > WIDTH - size:
            x, y = size, y + size * 1.25
            if y > HEIGHT:
                x = y = size * 1.3
    return lines[:count]


def _blob(rnd: random.Random, x: float, y: float, radius: float) -> list[Point]:
    corners = rnd.randint(5, 24)
    shape = [
        (x + r * math.cos(math.tau * k / corners), y + r * math.sin(math.tau * k / corners))
        for k in range(corners)
        for r in (radius * rnd.uniform(0.75, 1.0),)
    ]
    return [*shape, shape[0]]


def hatch(count: int, seed: int = 6) -> Lines:
    """Parallel hatching in overlapping squares of several directions, always from the same side."""
    rnd = random.Random(seed)
    lines: Lines = []
    while len(lines) < count:
        x, y = rnd.uniform(20, WIDTH - 20), rnd.uniform(20, HEIGHT - 20)
        turn, half = rnd.choice((0.0, math.pi / 4, math.pi / 2)), rnd.uniform(4, 15)
        c, s = math.cos(turn), math.sin(turn)
        for k in range(rnd.randint(10, 40)):
            off = half * (2 * k / 40 - 1)
            lines.append(
                [
                    (x + c * end - s * off, y + s * end + c * off)
                    for end in (-half * rnd.uniform(0.8, 1), half * rnd.uniform(0.8, 1))
                ]
            )
    return lines[:count]


def spirals(count: int, seed: int = 7) -> Lines:
    """Circle packings and spirals that touch one another."""
    rnd = random.Random(seed)
    side = max(round(math.sqrt(count / 1.4)), 2)
    step = WIDTH / side
    lines: Lines = []
    for k in range(count):
        x, y = (k % side + 0.5) * step, (k // side % int(side * 1.4) + 0.5) * step
        if rnd.random() < 0.8:
            radius = step * rnd.choice((0.5, 0.5, 0.3))
            ring = [
                (x + radius * math.cos(math.tau * i / 24), y + radius * math.sin(math.tau * i / 24))
                for i in range(24)
            ]
            lines.append([*ring, ring[0]])
        else:
            lines.append(
                [
                    (x + step * i / 130 * math.cos(i / 5), y + step * i / 130 * math.sin(i / 5))
                    for i in range(60)
                ]
            )
    rnd.shuffle(lines)
    return lines


def grid(count: int, seed: int = 8) -> Lines:
    """Edges of a regular grid, a part of them missing, in no order and direction."""
    rnd = random.Random(seed)
    side = max(round(math.sqrt(count / 1.7)), 3)
    step = WIDTH / side
    lines: Lines = []
    for column in range(side):
        for row in range(side):
            for dx, dy in ((1, 0), (0, 1)):
                if rnd.random() < 0.85:
                    ends = [(column * step, row * step), ((column + dx) * step, (row + dy) * step)]
                    lines.append(ends if rnd.random() < 0.5 else ends[::-1])
    rnd.shuffle(lines)
    return lines


def flow(count: int, seed: int = 9) -> Lines:
    """Short curved strokes along a field, in no order: generative work."""
    rnd = random.Random(seed)
    a, b = rnd.uniform(20, 50), rnd.uniform(20, 50)
    lines: Lines = []
    for _ in range(count):
        x, y = rnd.uniform(0, WIDTH), rnd.uniform(0, HEIGHT)
        line = [(x, y)]
        for _ in range(rnd.randint(2, 8)):
            turn = math.tau * (math.sin(x / a) + math.cos(y / b)) / 2
            x, y = x + 0.5 * math.cos(turn), y + 0.5 * math.sin(turn)
            line.append((x, y))
        lines.append(line)
    return lines


KINDS: dict[str, Callable[[int, int], Lines]] = {
    one.__name__: one
    for one in (engraving, stipple, contours, maze, outlines, hatch, spirals, grid, flow)
}

SIZES = (100, 1_000, 5_000, 20_000)
LARGE = 100_000
LARGE_KINDS = ("flow", "grid", "maze", "stipple")


def corpus(
    sizes: tuple[int, ...] = SIZES, large: bool = True, seed: int = 0
) -> Iterator[tuple[str, Strokes]]:
    """(name, strokes) of every kind in every size, and of some kinds in the largest; another
    `seed` makes others."""
    for size in sizes:
        for number, (name, make) in enumerate(KINDS.items()):
            yield f"{name}-{size}", Strokes(make(size, 10 * size + number + 1_000_003 * seed))
    for name in LARGE_KINDS if large else ():
        yield f"{name}-{LARGE}", Strokes(KINDS[name](LARGE, LARGE + 1_000_003 * seed))
