"""Plotter models: how far they reach, and the number by which pyaxidraw knows them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Model:
    """`number` is the vendor's `model` option; travel in mm."""

    number: int
    title: str
    travel_x_mm: float
    travel_y_mm: float


MODELS: dict[str, Model] = {
    "v2": Model(1, "AxiDraw V2", 300.0, 217.9),
    "v3": Model(1, "AxiDraw V3", 300.0, 217.9),
    "se/a4": Model(1, "AxiDraw SE/A4", 300.0, 217.9),
    "v3/a3": Model(2, "AxiDraw V3/A3", 430.0, 296.9),
    "se/a3": Model(2, "AxiDraw SE/A3", 430.0, 296.9),
    "v3xlx": Model(3, "AxiDraw V3 XLX", 594.9, 217.9),
    "minikit": Model(4, "AxiDraw MiniKit", 160.0, 101.6),
    "se/a1": Model(5, "AxiDraw SE/A1", 864.1, 594.1),
    "se/a2": Model(6, "AxiDraw SE/A2", 594.1, 432.1),
    "v3/b6": Model(7, "AxiDraw V3/B6", 190.0, 140.0),
}
