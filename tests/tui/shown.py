"""The dashboard on a studio that the tests of a file share, and what is on its screen."""

from __future__ import annotations

import asyncio
import contextlib
import time

import pytest
from small_studio import engine_runs, open_small
from textual._context import active_app

from plotty_tui.tui.app import PlottyApp

DEADLINE = 30.0  # long: a slow machine is no fault
LONGEST_REST = 0.05


@contextlib.contextmanager
def shared_studio(home):
    """Two plotters, three planned jobs of two pens; an engine seems to run."""
    with pytest.MonkeyPatch.context() as patch, contextlib.ExitStack() as stack:
        patch.setenv("PLOTTY_HOME", str(home))
        patch.delenv("SSH_CONNECTION", raising=False)
        for module in ("plots.plotting", "production.run_moves"):
            patch.setattr(f"plotty_tui.studio.{module}.ensure_engine", lambda *a, **more: False)
        store = open_small(home, plotters=("left", "right"))
        stack.callback(store.close)
        stack.enter_context(engine_runs(store))
        yield store


@contextlib.asynccontextmanager
async def dashboard(store, key, size):
    """The dashboard after this key."""
    app = PlottyApp(store)
    async with app.run_test(size=size) as pilot:
        app.studio.rate = 20
        await pilot.press(key)
        yield app, pilot


async def settle(min_sleep=0.0, max_sleep=2.0):
    """Until every message is handled and everything is painted. Textual's pilot waits for a quiet
    processor instead, in steps of 20 ms: longer than needed, and not long enough on a slow one."""
    loop = asyncio.get_running_loop()
    end = loop.time() + max_sleep
    while loop.time() < end:
        await asyncio.sleep(0)
        if loop._ready:
            continue
        app = active_app.get()
        if not app.screen_stack:
            return
        # What timers would do up to 1/60 s later.
        app._check_resize()
        app.screen._on_timer_update()
        if not loop._ready:
            return


def screen_text(app):
    """What is on screen, line by line. Put together anew when something was painted since."""
    seen = (app.screen, app.size, getattr(app, "painted", None))
    if seen[2] is None or getattr(app, "seen", (None, ""))[0] != seen:
        strips = app.screen._compositor.render_strips()
        text = "\n".join(strip.text for strip in strips[: app.size.height])
        app.seen = (seen, text)
    return app.seen[1]


def count_painting(app):
    """In place of the hook that Textual calls after each painting."""
    app.painted = getattr(app, "painted", 0) + 1


async def until(pilot, what, seconds=DEADLINE):
    """Let the dashboard go on until this is so. Its paint clock is not waited for."""
    deadline, rest = time.monotonic() + seconds, 0.002
    await _go_on(pilot.app)
    while not what():
        assert time.monotonic() < deadline, f"it did not happen in time:\n{screen_text(pilot.app)}"
        await asyncio.sleep(rest)
        rest = min(rest * 1.5, LONGEST_REST)
        await _go_on(pilot.app)


async def shows(pilot, app, *said, seconds=DEADLINE):
    """Until all of this is on screen."""
    await until(pilot, lambda: all(one in screen_text(app) for one in said), seconds)


async def _go_on(app):
    studio = getattr(app, "studio", None)
    if studio is not None and studio.is_mounted and app.is_running:
        studio._beat()
    await settle()
