"""Several pieces on one sheet: where they lie, and the sheet as one drawing.

Pieces lie in rows (or columns) from edge to edge, so that they can be cut apart with straight cuts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from plotty_tui.domain.imposition import CROP_MARKS, Piece, Sheet
from plotty_tui.domain.strokes import LayerStrokes, Point, Strokes

from .export import write_svg

Size = tuple[float, float]

# Crop marks: so long at most, so far from the piece.
MARK_MM, MARK_GAP_MM = 4.0, 0.5
_SLACK = 1e-6
# More pieces than these are not put on sheets one by one.
FILLED_ONE_BY_ONE = 200
# Designs whose two ways to lie are all tried together; more are tried one way.
TRIED_BOTH_WAYS = 6


@dataclass(frozen=True, slots=True)
class Room:
    """A paper with its margin and the gap between pieces, in mm; `rotate`: pieces may be turned;
    at most `most` lie on a sheet."""

    paper: Size
    margin: float = 10.0
    gap: float = 5.0
    rotate: bool = True
    most: int = 1000

    @property
    def inner(self) -> Size:
        """What is left inside of the margin."""
        return self.paper[0] - 2 * self.margin, self.paper[1] - 2 * self.margin


def capacity(size: Size, room: Room) -> int:
    """How many pieces of this size fit one sheet; 0 when not one does."""
    return len(fill(size, room))


def fill(size: Size, room: Room, most: int | None = None) -> list[Piece]:
    """As many pieces of one size as fit (or `most`), by the best mixture of rows of upright and of
    turned ones, or of columns; they are called number 0."""
    best: list[Piece] = []
    for columns in (False, True):
        for found in _mixtures(size, room, columns):
            if len(found) > len(best):
                best = found
    return centred(best[: min(room.most, room.most if most is None else most)], room)


def _mixtures(size: Size, room: Room, columns: bool) -> Iterator[list[Piece]]:
    """Rows of pieces one way, then rows of them the other way; all splits, the fewest turned
    first."""
    width, height = _swap(room.inner, columns)
    one, other = _swap(size, columns), _swap((size[1], size[0]), columns)
    turned_first = (False, True) if room.rotate else (False,)
    for turned in turned_first:
        first, then = (other, one) if turned else (one, other)
        for rows in range(_fit(height, first[1], room.gap), -1, -1):
            top = rows * (first[1] + room.gap)
            pieces = _grid(first, width, top - room.gap, 0.0, room.gap, turned)
            if room.rotate:
                pieces += _grid(then, width, height - top, top, room.gap, not turned)
            yield [_swapped(piece, columns) for piece in pieces]
            if not room.rotate:
                return


def _fit(length: float, size: float, gap: float) -> int:
    return max(0, int((length + gap + _SLACK) / (size + gap)))


def _grid(
    size: Size, width: float, height: float, top: float, gap: float, turned: bool
) -> list[Piece]:
    across, down = _fit(width, size[0], gap), _fit(height, size[1], gap)
    return [
        Piece(0, column * (size[0] + gap), top + row * (size[1] + gap), *size, turned)
        for row in range(down)
        for column in range(across)
    ]


def _swap(size: Size, wanted: bool) -> Size:
    return (size[1], size[0]) if wanted else size


def _swapped(piece: Piece, wanted: bool) -> Piece:
    if not wanted:
        return piece
    return Piece(piece.number, piece.y, piece.x, piece.height, piece.width, piece.turned)


def centred(pieces: Sequence[Piece], room: Room) -> list[Piece]:
    """The pieces as a block in the middle of the paper, in the order in which one reads."""
    if not pieces:
        return []
    right = max(piece.x + piece.width for piece in pieces)
    bottom = max(piece.y + piece.height for piece in pieces)
    dx, dy = (room.paper[0] - right) / 2, (room.paper[1] - bottom) / 2
    read = sorted(pieces, key=lambda piece: (round(piece.y, 3), round(piece.x, 3)))
    return [piece.moved(dx, dy) for piece in read]


# Several designs ---------------------------------------------------------------------------------


def impose(sizes: Sequence[Size], quantities: Sequence[int], room: Room) -> list[Sheet]:
    """So many pieces of each size on as few sheets as rows allow; equal sheets are one with
    `copies`. Each size must fit by itself (`capacity`)."""
    if len(sizes) == 1:
        return _one_design(sizes[0], quantities[0], room)
    separate = [
        Sheet([piece.numbered(number) for piece in sheet.pieces], sheet.copies)
        for number, (size, wanted) in enumerate(zip(sizes, quantities, strict=True))
        for sheet in _one_design(size, wanted, room)
    ]
    filled = _first_fit(sizes, quantities, room) if sum(quantities) <= FILLED_ONE_BY_ONE else None
    best = min(filter(None, (separate, filled)), key=_number_of)
    for number in range(_least(sizes, quantities, room), _number_of(best) + 1):
        found = _evenly(sizes, quantities, room, number)
        if found is not None:
            return found
    return best


def _number_of(sheets: Sequence[Sheet]) -> int:
    return sum(sheet.copies for sheet in sheets)


def _first_fit(sizes: Sequence[Size], quantities: Sequence[int], room: Room) -> list[Sheet]:
    """The largest pieces first, each on the first sheet that still has room for it."""
    counts: list[list[int]] = []
    for number in sorted(range(len(sizes)), key=lambda one: -sizes[one][0] * sizes[one][1]):
        full = 0  # on the sheets before this one no more of this size fits
        for _ in range(quantities[number]):
            while full < len(counts):
                counts[full][number] += 1
                if pack(sizes, counts[full], room) is not None:
                    break
                counts[full][number] -= 1
                full += 1
            else:
                counts.append([int(one == number) for one in range(len(sizes))])
    mixtures: dict[tuple[int, ...], int] = {}
    for sheet in counts:
        mixtures[tuple(sheet)] = mixtures.get(tuple(sheet), 0) + 1
    return [Sheet(pack(sizes, mixture, room) or [], copies) for mixture, copies in mixtures.items()]


def _one_design(size: Size, wanted: int, room: Room) -> list[Sheet]:
    full = fill(size, room)
    whole, rest = divmod(wanted, len(full))
    sheets = [Sheet(full, whole)] if whole else []
    return sheets + ([Sheet(fill(size, room, rest), 1)] if rest else [])


def _least(sizes: Sequence[Size], quantities: Sequence[int], room: Room) -> int:
    """Fewer sheets than this have not the area."""
    gap = room.gap
    area = sum((w + gap) * (h + gap) * n for (w, h), n in zip(sizes, quantities, strict=True))
    inner = room.inner
    by_area = int(area / ((inner[0] + gap) * (inner[1] + gap)))
    return max(1, by_area, -(-sum(quantities) // room.most))


def _evenly(
    sizes: Sequence[Size], quantities: Sequence[int], room: Room, number: int
) -> list[Sheet] | None:
    """The pieces spread evenly over so many sheets; None when one of the mixtures does not fit."""
    mixtures: dict[tuple[int, ...], int] = {}
    for sheet in range(number):
        mixture = tuple(wanted // number + (sheet < wanted % number) for wanted in quantities)
        mixtures[mixture] = mixtures.get(mixture, 0) + 1
    found = []
    for mixture, copies in mixtures.items():
        pieces = pack(sizes, mixture, room)
        if pieces is None:
            return None
        if pieces:
            found.append(Sheet(pieces, copies))
    return found


def pack(sizes: Sequence[Size], counts: Sequence[int], room: Room) -> list[Piece] | None:
    """All these pieces on one sheet, in rows or in columns; None when they do not fit."""
    wanted = [number for number, count in enumerate(counts) for _ in range(count)]
    if len(wanted) > room.most:
        return None
    ways: Mapping[int, tuple[bool, ...]] = {
        number: (False, True) if room.rotate and len(sizes) <= TRIED_BOTH_WAYS else (False,)
        for number in range(len(sizes))
    }
    for turned in product(*(ways[number] for number in range(len(sizes)))):
        for columns in (False, True):
            pieces = _shelves(sizes, wanted, turned, room, columns)
            if pieces is not None:
                return centred([_swapped(piece, columns) for piece in pieces], room)
    return None


def _shelves(
    sizes: Sequence[Size], wanted: Sequence[int], turned: Sequence[bool], room: Room, columns: bool
) -> list[Piece] | None:
    """The highest first, each in the first row that has room for it."""
    width, height = _swap(room.inner, columns)
    laid = {number: _swap(_swap(sizes[number], turned[number]), columns) for number in set(wanted)}
    rows: list[tuple[float, float, float]] = []  # top, height, how far it is filled
    pieces: list[Piece] = []
    bottom = 0.0
    for number in sorted(wanted, key=lambda one: (-laid[one][1], -laid[one][0], one)):
        w, h = laid[number]
        for k, (top, tall, filled) in enumerate(rows):
            if h <= tall + _SLACK and filled + w <= width + _SLACK:
                pieces.append(Piece(number, filled, top, w, h, turned[number]))
                rows[k] = (top, tall, filled + w + room.gap)
                break
        else:
            if bottom + h > height + _SLACK or w > width + _SLACK:
                return None
            pieces.append(Piece(number, 0.0, bottom, w, h, turned[number]))
            rows.append((bottom, h, w + room.gap))
            bottom += h + room.gap
    return pieces


# The sheet as a drawing --------------------------------------------------------------------------


def draw_sheet(
    pieces: Sequence[Piece], drawings: Sequence[Sequence[LayerStrokes]], marks: Sequence[Strokes]
) -> list[LayerStrokes]:
    """The layers of the sheet: those of the same name and colour are one, and the colours of a
    sheet stay together, so that each pen is put in once. `drawings` are those of the designs;
    `marks` are drawn last, with the ink of which there is most."""
    layers: dict[tuple[str, str], LayerStrokes] = {}
    for piece in pieces:
        for layer in drawings[piece.number]:
            key = (layer.name, layer.color)
            mine = layers.setdefault(key, LayerStrokes(layer.name, layer.color, Strokes()))
            for line in layer.strokes:
                mine.strokes.append([piece.place(x, y) for x, y in line])
    order = list(dict.fromkeys(layer.color for layer in layers.values()))
    found = sorted(layers.values(), key=lambda layer: order.index(layer.color))
    for strokes in marks:
        if len(strokes) and found:
            most = max(found, key=lambda layer: layer.strokes.length_mm())
            at = max(k for k, layer in enumerate(found) if layer.color == most.color)
            found.insert(at + 1, LayerStrokes(CROP_MARKS, most.color, strokes))
    return found


def sheet_svg(layers: Sequence[LayerStrokes], paper: Size, title: str) -> str:
    """The sheet as SVG, sizes in mm."""
    return write_svg([(layer.name, layer) for layer in layers], paper, title)


def crop_marks(pieces: Sequence[Piece], room: Room) -> Strokes:
    """Short strokes at the corners of the pieces, where to cut; none reaches into a piece or over
    the paper's edge, and cuts that pieces share are marked once."""
    marks: dict[tuple[float, ...], tuple[Point, Point]] = {}
    for piece in pieces:
        left, top = piece.x, piece.y
        right, bottom = left + piece.width, top + piece.height
        for x, out_x in ((left, -1), (right, 1)):
            for y, out_y in ((top, -1), (bottom, 1)):
                for dx, dy in ((out_x, 0), (0, out_y)):
                    mark = _mark((x, y), (dx, dy), pieces, room)
                    if mark is not None:
                        key = tuple(round(value, 3) for point in sorted(mark) for value in point)
                        marks[key] = mark
    return Strokes([list(mark) for mark in marks.values()])


def _mark(
    corner: Point, way: tuple[int, int], pieces: Sequence[Piece], room: Room
) -> tuple[Point, Point] | None:
    longest = MARK_GAP_MM + MARK_MM
    reach = min(
        longest,
        *(room.paper[k] - corner[k] if way[k] > 0 else corner[k] for k in (0, 1) if way[k]),
    )
    for piece in pieces:
        reach = min(reach, _until(corner, way, piece))
    reach -= MARK_GAP_MM if reach < longest else 0.0
    if reach - MARK_GAP_MM < 0.5:
        return None
    return tuple(  # type: ignore[return-value]
        (corner[0] + way[0] * far, corner[1] + way[1] * far) for far in (MARK_GAP_MM, reach)
    )


def _until(corner: Point, way: tuple[int, int], piece: Piece) -> float:
    """How far one can go from a corner before this piece begins; inf when it is not in the way."""
    along = 0 if way[0] else 1
    low = (piece.x, piece.y)
    high = (piece.x + piece.width, piece.y + piece.height)
    side = 1 - along
    if not low[side] - _SLACK <= corner[side] <= high[side] + _SLACK:
        return float("inf")
    edge = low[along] if way[along] > 0 else high[along]
    far = (edge - corner[along]) * way[along]
    inside = low[along] - _SLACK < corner[along] < high[along] + _SLACK
    if (
        inside
        and (corner[along] - low[along] if way[along] < 0 else high[along] - corner[along]) > _SLACK
    ):
        return 0.0
    return far if far > -_SLACK else float("inf")
