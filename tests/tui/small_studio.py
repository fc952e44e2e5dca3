"""A small studio as rows: plotters, jobs with plans, a run, progress, hands. No engine draws in
it; tests play the engine by writing what it would write."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import shutil
import tempfile
import threading
from pathlib import Path

from plotty_tui.domain import orders
from plotty_tui.domain.design import DesignLayer, ReadDesign
from plotty_tui.domain.pen_choice import PenChoice
from plotty_tui.domain.plan import Plan, PlanLayer
from plotty_tui.domain.presets import BUILT_IN
from plotty_tui.domain.strokes import LayerStrokes, Strokes, encode_layers
from plotty_tui.store.inventory import holders, materials
from plotty_tui.store.jobs import queue
from plotty_tui.store.machines import devices
from plotty_tui.store.plots import claims, drawing, sheet_ends
from plotty_tui.store.production import runs
from plotty_tui.store.tables import Device, Job, Sheet
from plotty_tui.studio.machines.setup_devices import add_simulator
from plotty_tui.studio.opening import open_studio

BLACK, RED = "#111111", "#c62828"


def open_small(folder, jobs=("Acme: Logo", "Acme: Card", "Studio: Hatch"), plotters=("left",)):
    """A studio with these jobs, planned, and these plotters: a copy of one made before."""
    made = _make_small(tuple(jobs), tuple(plotters))
    shutil.copytree(made.name, folder, dirs_exist_ok=True)
    return open_studio(Path(folder))


@functools.cache
def _make_small(jobs, plotters):
    folder = tempfile.TemporaryDirectory(prefix="small-studio-")
    store = open_studio(Path(folder.name))
    for name in plotters:
        add_simulator(store, name, speed=1.0)
    for name, color in (("Micron black", BLACK), ("Stabilo red", RED)):
        materials.add_pen(store, "test", name=name, color=color)
    for name in jobs:
        add_job(store, name)
    store.close()
    return folder


def lines_of(seed, count=40):
    """Some horizontal strokes across an A4 page."""
    return [[(20, 20 + y * 6), (190, 20 + y * 6 + seed % 5)] for y in range(count)]


def add_job(store, name, copies=1, planned=True, paper="a4", priority=2):
    """A job with two layers, black and red; with a plan when wanted."""
    number = store.row("SELECT count(*) AS n FROM design").n
    sha = hashlib.sha256(f"{name} {number}".encode()).hexdigest()
    layers = [
        LayerStrokes("1 black", BLACK, Strokes(lines_of(number))),
        LayerStrokes("2 red", RED, Strokes(lines_of(number + 1))),
    ]
    read = ReadDesign(
        f"{number}.svg", sha, 1000, 210, 297,
        [DesignLayer(one.name, one.color, len(one.strokes), 6800.0) for one in layers],
    )  # fmt: skip
    data = encode_layers(layers)
    store.home.design_file(sha).write_bytes(b"<svg/>")
    store.home.strokes_file(sha).write_bytes(data)
    with store.write():
        design, _ = queue.keep_design(store, read)
        job = queue.add_job(store, design, name, paper, copies=copies, priority=priority)
    if planned:
        plan = plan_of(sha, layers)
        store.home.plan_file(plan.settings_hash).write_bytes(data)
        queue.set_plan(store, job.id, plan, plan.settings_hash, job.revision)
    return job.id


def plan_of(sha, layers):
    """A plan that draws the layers as they are, each with a pen of the stock."""
    parts = [
        PlanLayer(
            i, one.name, one.color, PenChoice(i + 1, f"K-0{i + 1}", "colour"),
            len(one.strokes), 6800.0, 500.0, len(one.strokes), 300.0,
        )
        for i, one in enumerate(layers)
    ]  # fmt: skip
    key = hashlib.sha256(b"plan" + sha.encode()).hexdigest()
    return Plan(
        sha, BUILT_IN["fast"], "a4", 210, 297, 600.0, 13600.0, 1000.0, 80, 1, key, parts,
    )  # fmt: skip


def start_run(store, device="left", jobs=None):
    """A run of these jobs (all of them) is open, and the device has its first sheet in its
    hands, drawing; the sheet's number."""
    wanted = list(Job.select().order_by(Job.priority, Job.position))
    wanted = [job for job in wanted if jobs is None or job.name in jobs]
    names = [row.name for row in devices.enabled_devices()]
    runs.open_run(store, [(job, job.copies) for job in wanted], names)
    return load_sheet(store, device)


def load_sheet(store, device="left"):
    """The device takes its next sheet and draws it."""
    row = Device.get(Device.name == device)
    claim = claims.claim_sheet(store, row.id)
    drawing.move_sheet(store, claim.sheet, "loaded")
    holders.load_pen(store, row.id, 1 if device == "left" else 2)
    drawing.begin_layer(store, claim.sheet)
    devices.set_device_state(store, row.id, orders.DRAWING)
    draw_to(store, device, 0)
    return claim.sheet


def draw_to(store, device, stroke, layer=0):
    """The device has drawn so far. Its pen is over the middle of that stroke."""
    row = Device.get(Device.name == device)
    sheet = Sheet.get(Sheet.device == row, Sheet.state == "drawing")
    left = 600.0 - stroke * 7.5 - layer * 300
    devices.save_progress(
        store, row.id, False, sheet=sheet.id, layer=layer, stroke=stroke, ink_mm=stroke * 170.0,
        seconds=stroke * 7.5, left_seconds=left, hand_seconds=max(0.0, left - 300),
        x_mm=20.0 + stroke * 6, y_mm=100.0, pen_down=True,
    )  # fmt: skip


def want_pen(store, device="left", pen=2):
    """The device wants this pen."""
    row = Device.get(Device.name == device)
    sheet = Sheet.get_or_none(Sheet.device == row, Sheet.state == "drawing")
    if sheet is not None:
        drawing.move_sheet(store, sheet.id, "waiting", waiting_for="pen")
    devices.set_device_state(store, row.id, orders.WAITING)
    return devices.raise_hand(
        store, row.id, orders.HAND_PEN, f"put pen K-02 in {device}", pen=pen, color=RED,
        sheet=sheet,
    )  # fmt: skip


def draw_all(store):
    """Every sheet of every open run is drawn."""
    for sheet in list(Sheet.select().where(Sheet.state.in_(["planned", "drawing"]))):
        if sheet.device_id is None:
            Sheet.update(device=1).where(Sheet.id == sheet.id).execute()
        if sheet.state == "planned":
            drawing.move_sheet(store, sheet.id, "loaded")
            drawing.begin_layer(store, sheet.id)
        for layer in (0, 1):
            drawing.finish_layer(store, sheet.id, layer, 40, 6800.0, 300.0)
        sheet_ends.finish_sheet(store, sheet.id)
    for row in devices.enabled_devices():
        devices.set_device_state(store, row.id, orders.IDLE)


def elsewhere(store, call, *args, **more):
    """What another program does: in a thread with its own connection. Returns its result."""
    found = []

    def work():
        try:
            found.append(call(store, *args, **more))
        finally:
            store.close()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    return found[0]


@contextlib.contextmanager
def answering(store, result="done", refused=False):
    """An engine that answers every order at once, and keeps what was ordered."""
    given, over = [], threading.Event()

    def engine():
        while not over.wait(0.01):
            for order in devices.take_orders(store):
                name = order.device.name if order.device else None
                given.append((order.kind, name, dict(order.args)))
                devices.answer_order(store, order.id, result, refused=refused)
        store.close()

    thread = threading.Thread(target=engine)
    thread.start()
    try:
        yield given
    finally:
        over.set()
        thread.join()


@contextlib.contextmanager
def engine_runs(store):
    """As if an engine ran: its lock is held."""
    import fcntl

    store.home.engine_lock.touch()
    with store.home.engine_lock.open("r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
