"""`python -m plotty_tui.cli`: the same as `plotty`."""

from .main import run

run()
