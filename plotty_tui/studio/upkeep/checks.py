"""May production begin? One line a check, each with its cure. Nothing moves, no port is taken."""

from __future__ import annotations

import json
import shutil
import sqlite3
from dataclasses import dataclass

from plotty_tui.devices import vendor
from plotty_tui.domain import orders, values
from plotty_tui.domain.care import ServiceLimits
from plotty_tui.domain.pens import USABLE
from plotty_tui.domain.shopping import PAPER, PEN
from plotty_tui.store.database import Row, Store
from plotty_tui.store.inventory import materials
from plotty_tui.store.jobs import queue
from plotty_tui.store.machines import devices
from plotty_tui.store.machines.service import service_due
from plotty_tui.store.production import runs as run_books

from ..engine_process import engine_status
from ..inventory import shopping

OK, WARN, FAIL = "ok", "warn", "fail"
ROOM_MB = 50
BUY = "plotty shopping-list"
PYAXIDRAW_CURE = "pip install axiapi/ from the vendor's zip: docs/devices.md"
# SQLite before this may damage a WAL database in a rare race of two writers (fixed upstream).
FIXED_SQLITE = (3, 51, 3)


@dataclass(frozen=True, slots=True)
class Check:
    """One check: `ok`, `warn` or `fail`, what was found, and the cure."""

    name: str
    level: str
    text: str
    cure: str = ""


def check_ready(store: Store) -> list[Check]:
    """Whether production may begin: not when one check fails."""
    return [
        *_check_devices(store),
        *_check_engine(store),
        *_check_queue(store),
        *_check_materials(store),
        *_check_books(store),
        *_check_disk(store),
    ]


def is_ready(checks: list[Check]) -> bool:
    """No check fails (warnings do not count)."""
    return not any(check.level == FAIL for check in checks)


def _check_devices(store: Store) -> list[Check]:
    rows = [row for row in devices.device_rows(store) if row.enabled]
    if not rows:
        cure = "plotty device add NAME --model v3"
        return [Check("devices", FAIL, "no plotter is set up", cure)]
    checks = []
    for row in rows:
        if row.state in (orders.INTERRUPTED, orders.FAULT):
            cure = f"plotty resume {row.name}, or plotty cancel {row.name}"
            checks.append(Check(f"device {row.name}", FAIL, f"{row.state}: {row.message}", cure))
        elif row.state == orders.WAITING:
            text = f"waits for a person: {row.message}"
            checks.append(Check(f"device {row.name}", WARN, text, f"plotty ready {row.name}"))
        elif due := service_due(devices.find_device(row.name)):
            blocks = ServiceLimits.of_settings(json.loads(row.settings)).blocks
            level = FAIL if blocks else WARN
            cure = f"plotty device service {row.name} --log 'what was done'"
            checks.append(Check(f"device {row.name}", level, due, cure))
        elif row.driver == "axidraw" and not vendor.is_installed():
            text = "pyaxidraw, which drives it, is not installed"
            checks.append(Check(f"device {row.name}", FAIL, text, PYAXIDRAW_CURE))
        else:
            state = "at rest" if row.state in (orders.OFF, orders.IDLE) else row.state
            checks.append(Check(f"device {row.name}", OK, f"{row.model} ({row.driver}), {state}"))
    return checks


def _check_engine(store: Store) -> list[Check]:
    status = engine_status(store)
    if status.stale:
        text = f"the engine (process {status.pid}) has given no sign lately"
        return [Check("engine", FAIL, text, "plotty engine stop --force; plotty engine start")]
    text = f"process {status.pid} drives" if status.running else "at rest; starts when needed"
    return [Check("engine", OK, text)]


def _check_queue(store: Store) -> list[Check]:
    counts = queue.count_jobs(store)
    planned = counts.get("planned", 0)
    if not counts["all"]:
        return [Check("queue", WARN, "the queue is empty", "plotty add FILE.svg")]
    text = f"{values.plural(counts['all'], 'job')}, {planned} planned"
    if counts["refused"]:
        cure = "plotty list queue shows why"
        return [Check("queue", WARN, f"{text}, {counts['refused']} refused by the planner", cure)]
    if not planned and not counts.get("active"):
        return [Check("queue", WARN, text, "plotty plan-all")]
    return [Check("queue", OK, text)]


def _check_materials(store: Store) -> list[Check]:
    pens = [row for row in materials.pen_rows(store) if row.state in USABLE]
    papers = materials.paper_rows(store)
    checks = []
    if pens:
        checks.append(_check_pens(pens))
    else:
        cure = "plotty pen add --name NAME --color black"
        checks.append(Check("pens", WARN, "no pen in stock: ink is drawn but not booked", cure))
    ahead = shopping.shopping_list(store).articles
    low = {one.article.name: one for one in ahead if one.low and one.article.subject == PAPER}
    for one in ahead:
        if one.low and one.article.subject == PEN:
            text = f"low: {shopping.left_words(one)}"
            checks.append(Check(shopping.article_name(one), WARN, text, BUY))
    for row in papers:
        text = values.plural(row.stock, "sheet") + " in stock"
        if row.name in low:
            text = f"low: {shopping.left_words(low[row.name])}"
        cure = f"plotty paper receive {row.name!r} N" if row.name in low else ""
        checks.append(Check(f"paper {row.name}", WARN if cure else OK, text, cure))
    if not papers:
        cure = "plotty paper receive a4 100"
        checks.append(Check("paper", WARN, "no paper in the books: sheets are not counted", cure))
    return checks


def _check_pens(pens: list[Row]) -> Check:
    text = values.plural(len(pens), "pen")
    beyond = [row.code for row in pens if row.left_mm is not None and row.left_mm <= 0]
    if beyond:
        return Check(
            "pens", WARN, f"{text}, {', '.join(beyond)} beyond its life", "plotty pen list"
        )
    return Check("pens", OK, text)


def _check_books(store: Store) -> list[Check]:
    wrong = run_books.check_books(store)
    if wrong:
        return [Check("books", FAIL, "; ".join(wrong[:3]), "restore a backup, or correct the run")]
    version = tuple(int(part) for part in sqlite3.sqlite_version.split("."))
    text = f"balanced; SQLite {sqlite3.sqlite_version}"
    if version < FIXED_SQLITE:
        text += " (older than 3.51.3: keep backups)"
    return [Check("books", OK, text)]


def _check_disk(store: Store) -> list[Check]:
    free = shutil.disk_usage(store.home.data).free / 1e6
    text = f"{free / 1000:.1f} GB free at {store.home.data}"
    return [
        Check("disk", OK if free > ROOM_MB else FAIL, text, "" if free > ROOM_MB else "make room")
    ]
