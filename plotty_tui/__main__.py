"""`python -m plotty_tui`: the same as `plotty`."""

from .cli.main import run

run()
