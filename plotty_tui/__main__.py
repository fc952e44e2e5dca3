"""`python -m plotty_tui`: the same as `plotty`."""

from plotty_tui.cli.main import run

run()
