"""Elements as expat tells of them: names, attributes, and where the values of a shape are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from .quick_shapes import NotSure
from .shapes import GEOMETRY


def local_name(expat_name: str) -> str:
    """`uri local` as lxml writes it."""
    space, _, local = expat_name.rpartition(" ")
    return f"{{{space}}}{local}" if space else local


def attributes_of(given: list[str]) -> dict[str, str]:
    return dict(zip(map(local_name, given[::2]), given[1::2], strict=True))


class Node:
    """As much of an element as styles look at."""

    __slots__ = ("above", "attrib", "tag")

    def __init__(self, tag: str, attrib: dict[str, str], above: Node | None) -> None:
        self.tag, self.attrib, self.above = tag, attrib, above

    def get(self, key: str, default: Any = None) -> Any:
        return self.attrib.get(key, default)

    def getparent(self) -> Node | None:
        return self.above

    def iter(self, *_: str) -> Any:
        raise NotSure  # gradients are looked for in the whole tree


@dataclass(slots=True)
class Layout:
    """Where the values of one list of attribute names are."""

    number: int
    names: tuple[str, ...]
    geometry: Callable[[list[str]], Any]
    rest: Callable[[list[str]], Any]
    id_at: int
    transform_at: int


@dataclass(slots=True)
class Form:
    """All shapes of one tag."""

    tag: str
    take: Callable[[Any], None]
    layouts: dict[tuple[str, ...], Layout] = field(default_factory=dict)


def layout_of(number: int, tag: str, names: tuple[str, ...], sheet: bool) -> Layout:
    where = {name: k for k, name in enumerate(names)}
    shape = GEOMETRY[tag]
    geometry = _getter([where.get(name, -1) for name in shape])
    apart = {*shape, "transform"} | (set() if sheet else {"id"})
    rest = [k for k, name in enumerate(names) if name not in apart]
    return Layout(
        number,
        names,
        geometry,
        itemgetter(*rest) if rest else lambda values: None,
        where.get("id", -1),
        where.get("transform", -1),
    )


def _getter(where: list[int]) -> Callable[[list[str]], Any]:
    """The values at these places, None for those that are not given (-1)."""
    if min(where) >= 0:
        return itemgetter(*where)
    if len(where) == 1:
        return lambda values: None
    return lambda values: tuple(values[k] if k >= 0 else None for k in where)


def tag_end(data: bytes, at: int) -> int:
    """The `>` of the tag that begins at a byte."""
    quote = 0
    for k in range(at, len(data)):
        byte = data[k]
        if quote:
            quote = 0 if byte == quote else quote
        elif byte in b"\"'":
            quote = byte
        elif byte == 62:
            return k
    return len(data)
