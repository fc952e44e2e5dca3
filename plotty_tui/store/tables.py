"""The tables. Moments are aware UTC in Python and integer milliseconds in the file; lists and
objects are JSON text; units are in the names (mm, seconds, grams, sheets).

Rows that people edit carry `revision`: whoever saves says which revision he saw.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import peewee as pw

database = pw.SqliteDatabase(None, lock_type="immediate")


class Moment(pw.BigIntegerField):
    """An aware UTC datetime, stored as milliseconds since 1970."""

    def db_value(self, value: datetime | int | None) -> int | None:
        if value is None or isinstance(value, int):
            return value
        return round(value.timestamp() * 1000)

    def python_value(self, value: int | None) -> datetime | None:
        return moment(value)


def moment(value: int | None) -> datetime | None:
    """The aware UTC datetime of stored milliseconds."""
    return None if value is None else datetime.fromtimestamp(value / 1000, UTC)


class Json(pw.TextField):
    """A JSON value in a text column."""

    def db_value(self, value: Any) -> str | None:
        return None if value is None else json.dumps(value, ensure_ascii=False)

    def python_value(self, value: str | None) -> Any:
        return None if value is None else json.loads(value)


class Table(pw.Model):
    class Meta:
        database = database
        legacy_table_names = False


class Client(Table):
    name = pw.TextField(unique=True)
    email = pw.TextField(default="")
    notes = pw.TextField(default="")
    standards = Json(default=dict)
    revision = pw.IntegerField(default=1)


class Design(Table):
    """A file by its content; the bytes lie in `designs/<sha256>.svg`, the strokes beside them."""

    sha256 = pw.TextField(unique=True)
    filename = pw.TextField()
    size_bytes = pw.IntegerField()
    width_mm = pw.FloatField()
    height_mm = pw.FloatField()
    ink_mm = pw.FloatField()
    layers = Json(default=list)
    findings = Json(default=list)
    added_at = Moment()
    source = pw.TextField(default="")  # the path it was added from
    replaces = pw.ForeignKeyField("self", null=True, on_delete="RESTRICT")  # the revision before


class Batch(Table):
    """Jobs that are planned and drawn as one; ids are never used again."""

    name = pw.TextField()
    created_at = Moment()
    pen_order = Json(default=list)  # codes, where one was given
    archived_at = Moment(null=True)


class Preset(Table):
    """A preset of one's own: everything that a built-in one says, under another name."""

    name = pw.TextField(unique=True)
    body = Json()
    made_at = Moment()
    revision = pw.IntegerField(default=1)


class Template(Table):
    """Preset, pens and paper work under one name, for `add` and `plan-all`."""

    name = pw.TextField(unique=True)
    body = Json()
    made_at = Moment()
    revision = pw.IntegerField(default=1)


class Plan(Table):
    """A frozen plan; its strokes lie in `plans/<key>.strokes`. `key` is the hash of everything
    that decides the result, so the same plan is made and kept once."""

    key = pw.TextField(unique=True)
    design = pw.ForeignKeyField(Design, backref="plans", on_delete="RESTRICT")
    preset = pw.TextField()
    seconds = pw.FloatField()
    pen_down_mm = pw.FloatField()
    pen_up_mm = pw.FloatField()
    lifts = pw.IntegerField()
    pen_changes = pw.IntegerField()
    body = Json()
    made_at = Moment()


class PlanSet(Table):
    """Plans kept under a name without being any job's plan, to be compared."""

    name = pw.TextField(unique=True)
    made_at = Moment()
    options = Json(default=dict)
    figures = Json(default=dict)


class Job(Table):
    name = pw.TextField(index=True)
    design = pw.ForeignKeyField(Design, backref="jobs", on_delete="RESTRICT")
    client = pw.ForeignKeyField(Client, null=True, on_delete="RESTRICT")
    batch = pw.ForeignKeyField(Batch, null=True, on_delete="SET NULL")
    plan = pw.ForeignKeyField(Plan, null=True, on_delete="RESTRICT")
    category = pw.TextField(default="")
    tags = Json(default=list)
    priority = pw.IntegerField(default=2)
    position = pw.FloatField()
    paper = pw.TextField()
    copies = pw.IntegerField(default=1)
    due_at = Moment(null=True)
    state = pw.TextField(default="new")
    held = pw.TextField(default="")  # why it is held; empty: it is not
    refusal = pw.TextField(default="")  # why the planner refused it
    template = pw.TextField(default="")
    tier = pw.TextField(default="")  # draft, standard, fine
    group = pw.TextField(default="")  # jobs that stay together in the queue
    settings = Json(default=dict)  # preset, pens and documentation asked for this job
    added_at = Moment()
    done_at = Moment(null=True)
    archived_at = Moment(null=True)
    revision = pw.IntegerField(default=1)

    class Meta:
        indexes = ((("archived_at", "priority", "position"), False),)


class PlanSetEntry(Table):
    """One job's plan in a kept set."""

    plan_set = pw.ForeignKeyField(PlanSet, backref="entries", on_delete="CASCADE")
    position = pw.IntegerField()
    job = pw.ForeignKeyField(Job, null=True, on_delete="SET NULL")
    name = pw.TextField()
    copies = pw.IntegerField(default=1)
    plan = pw.ForeignKeyField(Plan, on_delete="RESTRICT")


class Pen(Table):
    """One physical pen. Its metres are in the ledger."""

    code = pw.TextField(unique=True)
    name = pw.TextField()
    kind = pw.TextField(default="")
    color = pw.TextField(default="#000000")
    tip_mm = pw.FloatField(null=True)
    brand = pw.TextField(default="")
    slot = pw.IntegerField(null=True)
    life_mm = pw.FloatField(null=True)
    price = pw.FloatField(null=True)
    tare_g = pw.FloatField(null=True)
    weight_g = pw.FloatField(null=True)  # last weighed, tare included
    state = pw.TextField(default="sealed")  # sealed, in_use, dry, empty, retired
    opened_at = Moment(null=True)
    last_used_at = Moment(null=True)
    care = Json(default=dict)
    net_g = pw.FloatField(null=True)  # ink in it when new
    speed_cap = pw.FloatField(null=True)  # percent, as in presets
    height = pw.FloatField(null=True)  # pen-down position, percent
    offset_x_mm = pw.FloatField(default=0)
    offset_y_mm = pw.FloatField(default=0)
    notes = pw.TextField(default="")
    # Balances of the ledger, kept by triggers; nobody writes them.
    received_mm = pw.FloatField(default=0)
    used_mm = pw.FloatField(default=0)
    written_off_mm = pw.FloatField(default=0)
    added_at = Moment()
    revision = pw.IntegerField(default=1)


class Paper(Table):
    name = pw.TextField(unique=True)
    width_mm = pw.FloatField()
    height_mm = pw.FloatField()
    gsm = pw.FloatField(null=True)
    price = pw.FloatField(null=True)
    reorder_point = pw.IntegerField(null=True)
    retired_at = Moment(null=True)
    notes = pw.TextField(default="")
    stock = pw.IntegerField(default=0)  # of the ledger, kept by triggers
    revision = pw.IntegerField(default=1)


class Device(Table):
    """A plotter. `state` and what follows it are kept by the engine."""

    name = pw.TextField(unique=True)
    driver = pw.TextField()
    model = pw.TextField()
    travel_x_mm = pw.FloatField()
    travel_y_mm = pw.FloatField()
    settings = Json(default=dict)
    preset = pw.TextField(default="")
    enabled = pw.BooleanField(default=True)
    loaded_pen = pw.ForeignKeyField(Pen, null=True, on_delete="SET NULL")
    loaded_color = pw.TextField(default="")  # what is in the holder when it is no pen of ours
    state = pw.TextField(default="off")
    state_since = Moment(null=True)
    message = pw.TextField(default="")
    drawn_mm = pw.FloatField(default=0)
    lifts = pw.IntegerField(default=0)
    drawn_seconds = pw.FloatField(default=0)
    position_known = pw.BooleanField(default=True)  # no after a reset, until homed by hand
    archived_at = Moment(null=True)
    revision = pw.IntegerField(default=1)


class Run(Table):
    number = pw.IntegerField(unique=True)
    name = pw.TextField(default="")
    state = pw.TextField(default="pending", index=True)
    batch = pw.ForeignKeyField(Batch, null=True, on_delete="SET NULL")
    client = pw.ForeignKeyField(Client, null=True, on_delete="RESTRICT")
    replot_of = pw.ForeignKeyField("self", null=True, on_delete="RESTRICT")
    devices = Json(default=list)  # names; empty: any that is enabled
    preset = pw.TextField(default="")
    settings = Json(default=dict)
    estimated_seconds = pw.FloatField()
    estimated_mm = pw.FloatField()
    seconds = pw.FloatField(null=True)  # as settled
    quality = pw.IntegerField(null=True)
    notes = pw.TextField(default="")
    reason = pw.TextField(default="")
    accepted = Json(default=list)  # warnings accepted with a reason
    human_seconds = pw.FloatField(null=True)  # as settled; else the sum of the sheets
    ink_mm = pw.FloatField(null=True)  # as settled: what the ledger says it took
    client_rating = pw.FloatField(null=True)
    rated_at = Moment(null=True)
    archived_at = Moment(null=True)
    created_at = Moment()
    started_at = Moment(null=True)
    ended_at = Moment(null=True)
    settled_at = Moment(null=True)
    revision = pw.IntegerField(default=1)


class Item(Table):
    """One line of a run: a job's plan in some copies."""

    run = pw.ForeignKeyField(Run, backref="items", on_delete="RESTRICT")
    position = pw.IntegerField()
    job = pw.ForeignKeyField(Job, backref="items", null=True, on_delete="SET NULL")
    plan = pw.ForeignKeyField(Plan, on_delete="RESTRICT")
    name = pw.TextField()
    paper = pw.TextField()
    stock = pw.ForeignKeyField(Paper, null=True, on_delete="RESTRICT")
    copies = pw.IntegerField()  # sheets; each holds the pieces of `layout`
    priority = pw.IntegerField(default=2)
    layout = Json(default=list)  # n-up: the pieces of a sheet with their places; else empty
    sheet_mm = pw.FloatField(null=True)  # estimate of one sheet when the run was made
    sheet_seconds = pw.FloatField(null=True)


class RunMaterial(Table):
    """What a run means to take: a pen for a layer with its metres, or a paper with its sheets."""

    run = pw.ForeignKeyField(Run, backref="materials", on_delete="RESTRICT")
    position = pw.IntegerField()
    label = pw.TextField(default="")  # the layer or colour it is for
    color = pw.TextField(default="")
    pen = pw.ForeignKeyField(Pen, null=True, on_delete="RESTRICT")
    paper = pw.ForeignKeyField(Paper, null=True, on_delete="RESTRICT")
    drawn_mm = pw.FloatField(default=0)
    priming_mm = pw.FloatField(default=0)
    overhead_mm = pw.FloatField(default=0)
    mass_g = pw.FloatField(null=True)
    sheets = pw.IntegerField(default=0)
    spare = pw.IntegerField(default=0)
    used_mm = pw.FloatField(null=True)  # as settled; of rows on one pen, the first has it all


class Sheet(Table):
    """One paper, one clamping. `layer` and `stroke` say what is to be drawn next: they are the
    place at which an interrupted sheet goes on."""

    run = pw.ForeignKeyField(Run, backref="sheets", on_delete="RESTRICT")
    item = pw.ForeignKeyField(Item, backref="sheets", on_delete="RESTRICT")
    copy = pw.IntegerField()
    attempt = pw.IntegerField(default=1)
    state = pw.TextField(default="planned", index=True)
    waiting_for = pw.TextField(default="")
    device = pw.ForeignKeyField(Device, backref="sheets", null=True, on_delete="RESTRICT")
    layer = pw.IntegerField(default=0)
    stroke = pw.IntegerField(default=0)
    ink_mm = pw.FloatField(default=0)
    seconds = pw.FloatField(default=0)
    human_seconds = pw.FloatField(default=0)
    strokes_again = pw.IntegerField(default=0)
    started_at = Moment(null=True)
    ended_at = Moment(null=True)
    reason = pw.TextField(default="")
    notes = pw.TextField(default="")
    quality = pw.IntegerField(null=True)
    replaces = pw.ForeignKeyField("self", null=True, on_delete="RESTRICT")  # the spoiled sheet
    settings = Json(default=dict)  # changed for this sheet alone
    # The plotter it was taken off, begun, until it is put on there again for its next pen.
    aside = pw.ForeignKeyField(Device, backref="set_aside", null=True, on_delete="RESTRICT")
    aside_at = Moment(null=True)

    class Meta:
        indexes = (
            (("item", "copy", "attempt"), True),
            (("run", "state"), False),
            (("device", "state"), False),
            (("ended_at",), False),
            # All that figures over 100,000 sheets ask: they read the index alone.
            (("item", "device", "state", "attempt", "ink_mm", "seconds"), False),
        )


class Piece(Table):
    """One position of a sheet that holds several pieces, with its own fate."""

    sheet = pw.ForeignKeyField(Sheet, backref="pieces", on_delete="RESTRICT")
    position = pw.IntegerField()
    name = pw.TextField()
    design = pw.ForeignKeyField(Design, null=True, on_delete="RESTRICT")
    job = pw.ForeignKeyField(Job, null=True, on_delete="SET NULL")
    state = pw.TextField(default="planned")
    reason = pw.TextField(default="")
    notes = pw.TextField(default="")

    class Meta:
        indexes = ((("sheet", "position"), True),)


class SheetLayer(Table):
    """What one layer of one sheet took; a layer that was interrupted has several parts. A part
    that was left out on purpose is `skipped`."""

    sheet = pw.ForeignKeyField(Sheet, backref="parts", on_delete="RESTRICT")
    layer = pw.IntegerField()
    part = pw.IntegerField(default=0)
    name = pw.TextField()
    pen = pw.ForeignKeyField(Pen, null=True, on_delete="RESTRICT")
    first_stroke = pw.IntegerField()
    last_stroke = pw.IntegerField()
    ink_mm = pw.FloatField()
    seconds = pw.FloatField()
    drawn_at = Moment()
    skipped = pw.BooleanField(default=False)

    class Meta:
        indexes = (
            (("sheet", "layer", "part"), True),
            # What each pen drew on which sheet is read from the index alone.
            (("pen", "sheet", "ink_mm", "skipped"), False),
        )


class Ledger(Table):
    """Append-only. Stock is the sum; `key` keeps a replayed booking from counting twice."""

    at = Moment(index=True)
    kind = pw.TextField()
    pen = pw.ForeignKeyField(Pen, backref="ledger", null=True, on_delete="RESTRICT")
    paper = pw.ForeignKeyField(Paper, backref="ledger", null=True, on_delete="RESTRICT")
    mm = pw.FloatField(default=0)
    mass_g = pw.FloatField(default=0)
    sheets = pw.IntegerField(default=0)
    run = pw.ForeignKeyField(Run, backref="ledger", null=True, on_delete="RESTRICT")
    sheet = pw.ForeignKeyField(Sheet, null=True, on_delete="RESTRICT")
    reason = pw.TextField(default="")
    note = pw.TextField(default="")
    actor = pw.TextField(default="")
    key = pw.TextField(unique=True)

    class Meta:
        # Sums by pen are read from the index alone.
        indexes = ((("pen", "kind", "mm"), False),)


class Correction(Table):
    """A result that was corrected after the run was closed: the old value stays."""

    run = pw.ForeignKeyField(Run, backref="corrections", on_delete="RESTRICT")
    at = Moment()
    actor = pw.TextField(default="")
    field = pw.TextField()
    old = pw.TextField(default="")
    new = pw.TextField(default="")
    reason = pw.TextField()


class Draft(Table):
    """A form that was left half way: a run of the wizard, a completion."""

    key = pw.TextField(unique=True)
    body = Json()
    actor = pw.TextField(default="")
    saved_at = Moment()


class Change(Table):
    """What undo takes back: columns of rows before and after one command."""

    at = Moment()
    actor = pw.TextField(default="")
    text = pw.TextField()
    rows = Json()
    undone_at = Moment(null=True)


class Spell(Table):
    """A stretch of time that a plotter spent in one state, with the sheet that lay on it when it
    began."""

    device = pw.ForeignKeyField(Device, backref="spells", on_delete="CASCADE")
    state = pw.TextField()
    since = Moment()
    until = Moment(null=True)
    sheet = pw.ForeignKeyField(Sheet, null=True, on_delete="SET NULL")

    class Meta:
        indexes = ((("device", "since"), False),)


class Notice(Table):
    """A message that must go out: kept until it is sent. `key` keeps it from going twice."""

    key = pw.TextField(unique=True)
    channel = pw.TextField()
    recipient = pw.TextField(default="")
    subject = pw.TextField()
    body = pw.TextField(default="")
    payload = Json(default=dict)
    attachments = Json(default=list)  # paths
    created_at = Moment()
    next_at = Moment(index=True)
    attempts = pw.IntegerField(default=0)
    error = pw.TextField(default="")
    sent_at = Moment(null=True)


class Progress(Table):
    """The newest progress of a device; an older one is overwritten."""

    device = pw.ForeignKeyField(Device, primary_key=True, on_delete="CASCADE")
    sheet = pw.ForeignKeyField(Sheet, null=True, on_delete="CASCADE")
    layer = pw.IntegerField(default=0)
    stroke = pw.IntegerField(default=0)  # the next one to be drawn: all before it are complete
    ink_mm = pw.FloatField(default=0)  # since this part of the layer was begun
    seconds = pw.FloatField(default=0)
    left_seconds = pw.FloatField(default=0)
    hand_seconds = pw.FloatField(null=True)  # machine time until a person is wanted
    comes_next = pw.TextField(default="")  # the sheet that is to be put on then, pen by pen
    x_mm = pw.FloatField(default=0)
    y_mm = pw.FloatField(default=0)
    pen_down = pw.BooleanField(default=False)
    at = Moment()


class Hand(Table):
    """A device wants a person; the row stays, answered."""

    device = pw.ForeignKeyField(Device, backref="hands", on_delete="CASCADE")
    sheet = pw.ForeignKeyField(Sheet, null=True, on_delete="CASCADE")
    kind = pw.TextField()
    text = pw.TextField()
    pen = pw.ForeignKeyField(Pen, null=True, on_delete="SET NULL")
    color = pw.TextField(default="")
    paper = pw.TextField(default="")
    off = pw.TextField(default="")  # the begun sheet that is to be taken off and kept
    back = pw.TextField(default="")  # the begun sheet that is to be put on, not a fresh paper
    since = Moment()
    answered_at = Moment(null=True)
    answer = pw.TextField(default="")

    class Meta:
        indexes = ((("answered_at", "since"), False),)


class Service(Table):
    """An entry of a plotter's service log, with its odometer at that moment."""

    device = pw.ForeignKeyField(Device, backref="services", on_delete="CASCADE")
    at = Moment()
    text = pw.TextField()
    actor = pw.TextField(default="")
    drawn_mm = pw.FloatField()
    lifts = pw.IntegerField()
    drawn_seconds = pw.FloatField()


class Order(Table):
    kind = pw.TextField()
    device = pw.ForeignKeyField(Device, null=True, on_delete="CASCADE")
    args = Json(default=dict)
    actor = pw.TextField(default="")
    given_at = Moment()
    taken_at = Moment(null=True)
    done_at = Moment(null=True, index=True)
    result = pw.TextField(default="")
    refused = pw.BooleanField(default=False)


class Event(Table):
    at = Moment(index=True)
    kind = pw.TextField()
    device = pw.ForeignKeyField(Device, null=True, on_delete="SET NULL")
    job = pw.ForeignKeyField(Job, null=True, on_delete="SET NULL")
    run = pw.ForeignKeyField(Run, null=True, on_delete="SET NULL")
    sheet = pw.ForeignKeyField(Sheet, null=True, on_delete="SET NULL")
    text = pw.TextField()


class Setting(Table):
    key = pw.TextField(primary_key=True)
    value = Json()


class Sequence(Table):
    """Numbers that are never used twice, whatever is archived."""

    name = pw.TextField(primary_key=True)
    last = pw.IntegerField(default=0)


class EngineLease(Table):
    """Who drives the plotters of this folder (one row). The lock file decides; this tells."""

    id = pw.IntegerField(primary_key=True)
    pid = pw.IntegerField()
    host = pw.TextField()
    version = pw.TextField()
    started_at = Moment()
    beat_at = Moment()
    state = pw.TextField(default="running")


class Topic(Table):
    """A counter per kind of data, moved by triggers: readers reload only what changed."""

    name = pw.TextField(primary_key=True)
    version = pw.IntegerField(default=0)


TABLES: list[type[Table]] = [
    Client, Design, Batch, Preset, Template, Plan, PlanSet, Job, PlanSetEntry, Pen, Paper, Device,
    Run, Item, RunMaterial, Sheet, Piece, SheetLayer, Ledger, Correction, Draft, Change, Spell,
    Notice, Progress, Hand, Service, Order, Event, Setting, Sequence, EngineLease, Topic,
]  # fmt: skip

# Topic -> the tables whose rows belong to it.
TOPICS: dict[str, tuple[type[Table], ...]] = {
    "queue": (Job, Plan, Client, Batch, PlanSet),
    "runs": (Run, Item, RunMaterial, Sheet, Piece, Correction, Draft),
    "materials": (Pen, Paper, Ledger),
    "devices": (Device, Hand, Service),
    "progress": (Progress,),
    "events": (Event,),
    "settings": (Setting, Preset, Template),
    "notices": (Notice,),
}
