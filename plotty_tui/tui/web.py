"""The dashboard as a web server runs it: no terminal of its own, the browser is its screen."""

from __future__ import annotations

import sys

from plotty_tui.studio.opening import open_studio

from .app import PlottyApp

CONTROL = "--control"


def main() -> None:
    """Run it until the page is closed; read-only unless `--control` is given."""
    store = open_studio()
    PlottyApp(store, CONTROL not in sys.argv[1:]).run()
    store.close()


if __name__ == "__main__":
    main()
