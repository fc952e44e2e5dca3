"""An imposed sheet: the pieces that lie on it, each with its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

# The layer that holds crop marks: what it draws is overhead.
CROP_MARKS = "crop marks"


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece on a sheet, in mm from the paper's upper left corner: `number` is that of its
    design, the sizes are those it takes on the sheet; a `turned` one lies a quarter clockwise."""

    number: int
    x: float
    y: float
    width: float
    height: float
    turned: bool = False

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Where a point of the design's page lies on the sheet."""
        if self.turned:
            x, y = self.width - y, x
        return self.x + x, self.y + y

    def moved(self, dx: float, dy: float) -> Piece:
        return replace(self, x=self.x + dx, y=self.y + dy)

    def numbered(self, number: int) -> Piece:
        return replace(self, number=number)

    def to_json(self) -> dict[str, Any]:
        """Its place as an item's layout keeps it."""
        return {
            "x_mm": round(self.x, 3), "y_mm": round(self.y, 3),
            "width_mm": round(self.width, 3), "height_mm": round(self.height, 3),
            "turned": self.turned,
        }  # fmt: skip

    @classmethod
    def from_json(cls, data: dict[str, Any], number: int) -> Piece:
        return cls(
            number, data["x_mm"], data["y_mm"], data["width_mm"], data["height_mm"], data["turned"]
        )


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet that is drawn in `copies`."""

    pieces: Sequence[Piece]
    copies: int
