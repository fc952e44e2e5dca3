"""`python -m plotty_tui.engine`: the engine's process. Started by whoever needs it first."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import sys

from plotty_tui.domain.errors import PlottyError
from plotty_tui.engine.engine import IDLE_SECONDS, Engine
from plotty_tui.engine.lease import Lease
from plotty_tui.store.database import open_store
from plotty_tui.store.home import Home


def main() -> int:
    """Drive this studio's plotters. 0 ended in order, 1 refused (another engine drives it)."""
    parser = argparse.ArgumentParser(prog="plotty engine")
    parser.add_argument("--keep", action="store_true", help="stay when nobody needs it (a service)")
    parser.add_argument("--tied", action="store_true", help="end with the process that started it")
    given = parser.parse_args()
    keep, parent = given.keep, os.getppid() if given.tied else None
    logging.basicConfig(
        level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(levelname)s %(message)s"
    )
    idle = float(os.environ.get("PLOTTY_ENGINE_IDLE", IDLE_SECONDS))
    home = Home.find()
    home.prepare()
    lease = Lease(home.engine_lock)
    try:
        lease.take()
        store = open_store(home)
    except PlottyError as error:
        print(f"plotty engine: {error}", file=sys.stderr)
        return 1
    logging.info("engine %s drives %s", os.getpid(), home.data)
    try:
        asyncio.run(Engine(store, None if keep else idle, parent).run())
    finally:
        lease.give_back()
    logging.info("engine %s ended", os.getpid())
    return 0


if __name__ == "__main__":
    sys.exit(main())
