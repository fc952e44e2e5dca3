"""What a drawing may ask of the reader."""

from __future__ import annotations

from dataclasses import dataclass

MB = 1_000_000
# From here on numpy saves more time than it takes to load.
LARGE_BYTES = 300_000
LARGE_PACKED_BYTES = 40_000


def is_large(data: bytes) -> bool:
    """Whether a file, gzip or plain, is read with numpy."""
    packed = data.startswith(b"\x1f\x8b")
    return len(data) >= (LARGE_PACKED_BYTES if packed else LARGE_BYTES)


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """The bounds of one read. The defaults let a drawing of 200,000 lines through.

    file_bytes      size of the file, and of what a compressed file unpacks to
    sheet_bytes     CSS in <style> elements, embedded fonts not counted
    depth           nesting of elements, also through <use>
    added_elements  elements that <use> may add to those written in the file
    points          points of all strokes after flattening
    page_mm         longest side of the page
    reach_mm        farthest coordinate from the page's corner
    seconds         wall clock for one file
    memory_bytes    address space of the reading process
    """

    file_bytes: int = 50 * MB
    sheet_bytes: int = 200_000
    depth: int = 256
    added_elements: int = 100_000
    points: int = 5_000_000
    page_mm: float = 5000.0
    reach_mm: float = 100_000.0
    seconds: float = 60.0
    memory_bytes: int = 2_000 * MB
