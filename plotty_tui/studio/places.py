"""Where the things are that travel with the program: themes and sample designs. In a checkout
they lie at the top of the tree, in an installed plotty inside the package."""

from __future__ import annotations

from pathlib import Path

import plotty_tui

_PACKAGE = Path(plotty_tui.__file__).parent


def shipped(name: str) -> Path:
    """The folder `themes` or `sample_designs` of this plotty."""
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


def sample_folder() -> Path:
    """The sample designs."""
    return shipped("sample_designs")
