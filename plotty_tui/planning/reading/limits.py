"""What a drawing may ask of the reader."""

from __future__ import annotations

from dataclasses import dataclass

MB = 1_000_000


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
