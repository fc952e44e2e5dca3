"""The first books: all tables, and the counters that tell readers what changed.

A frozen copy of the tables as of 0.1; later migrations change it, the models move on.
"""
# ruff: noqa

from peewee import *

TOPICS = {
    "queue": ["job", "plan", "client", "batch"],
    "runs": ["run", "item", "sheet"],
    "materials": ["pen", "paper", "ledger"],
    "devices": ["device", "hand"],
    "progress": ["progress"],
    "events": ["event"],
    "settings": ["setting"],
}


def up(migrator, db):
    class Batch(Model):
        name = TextField()
        created_at = BigIntegerField()

        class Meta:
            database = db
            table_name = "batch"

    db.create_tables([Batch])

    class Client(Model):
        name = TextField(unique=True)
        email = TextField(default="")
        notes = TextField(default="")
        standards = TextField()
        revision = IntegerField(default=1)

        class Meta:
            database = db
            table_name = "client"

    db.create_tables([Client])

    class Design(Model):
        sha256 = TextField(unique=True)
        filename = TextField()
        size_bytes = IntegerField()
        width_mm = FloatField()
        height_mm = FloatField()
        ink_mm = FloatField()
        layers = TextField()
        findings = TextField()
        added_at = BigIntegerField()

        class Meta:
            database = db
            table_name = "design"

    db.create_tables([Design])

    class Pen(Model):
        code = TextField(unique=True)
        name = TextField()
        kind = TextField(default="")
        color = TextField(default="#000000")
        tip_mm = FloatField(null=True)
        brand = TextField(default="")
        slot = IntegerField(null=True)
        life_mm = FloatField(null=True)
        price = FloatField(null=True)
        tare_g = FloatField(null=True)
        weight_g = FloatField(null=True)
        state = TextField(default="sealed")
        opened_at = BigIntegerField(null=True)
        last_used_at = BigIntegerField(null=True)
        care = TextField()
        added_at = BigIntegerField()
        revision = IntegerField(default=1)

        class Meta:
            database = db
            table_name = "pen"

    db.create_tables([Pen])

    class Device(Model):
        name = TextField(unique=True)
        driver = TextField()
        model = TextField()
        travel_x_mm = FloatField()
        travel_y_mm = FloatField()
        settings = TextField()
        preset = TextField(default="")
        enabled = BooleanField(default=True)
        loaded_pen = ForeignKeyField(Pen, null=True, on_delete="SET NULL")
        loaded_color = TextField(default="")
        state = TextField(default="off")
        state_since = BigIntegerField(null=True)
        message = TextField(default="")
        drawn_mm = FloatField(default=0)
        lifts = IntegerField(default=0)
        drawn_seconds = FloatField(default=0)
        revision = IntegerField(default=1)

        class Meta:
            database = db
            table_name = "device"

    db.create_tables([Device])

    class EngineLease(Model):
        id = IntegerField(primary_key=True)
        pid = IntegerField()
        host = TextField()
        version = TextField()
        started_at = BigIntegerField()
        beat_at = BigIntegerField()
        state = TextField(default="running")

        class Meta:
            database = db
            table_name = "engine_lease"

    db.create_tables([EngineLease])

    class Plan(Model):
        key = TextField(unique=True)
        design = ForeignKeyField(Design, on_delete="RESTRICT")
        preset = TextField()
        seconds = FloatField()
        pen_down_mm = FloatField()
        pen_up_mm = FloatField()
        lifts = IntegerField()
        pen_changes = IntegerField()
        body = TextField()
        made_at = BigIntegerField()

        class Meta:
            database = db
            table_name = "plan"

    db.create_tables([Plan])

    class Job(Model):
        name = TextField(index=True)
        design = ForeignKeyField(Design, on_delete="RESTRICT")
        client = ForeignKeyField(Client, null=True, on_delete="RESTRICT")
        batch = ForeignKeyField(Batch, null=True, on_delete="SET NULL")
        plan = ForeignKeyField(Plan, null=True, on_delete="RESTRICT")
        category = TextField(default="")
        tags = TextField()
        priority = IntegerField(default=2)
        position = FloatField()
        paper = TextField()
        copies = IntegerField(default=1)
        due_at = BigIntegerField(null=True)
        state = TextField(default="new")
        held = TextField(default="")
        refusal = TextField(default="")
        added_at = BigIntegerField()
        done_at = BigIntegerField(null=True)
        archived_at = BigIntegerField(null=True)
        revision = IntegerField(default=1)

        class Meta:
            database = db
            table_name = "job"
            indexes = ((("archived_at", "priority", "position"), False),)

    db.create_tables([Job])

    class Run(Model):
        number = IntegerField(unique=True)
        state = TextField(index=True, default="pending")
        batch = ForeignKeyField(Batch, null=True, on_delete="SET NULL")
        client = ForeignKeyField(Client, null=True, on_delete="RESTRICT")
        replot_of = ForeignKeyField("self", null=True, on_delete="RESTRICT")
        devices = TextField()
        preset = TextField(default="")
        settings = TextField()
        estimated_seconds = FloatField()
        estimated_mm = FloatField()
        seconds = FloatField(null=True)
        quality = IntegerField(null=True)
        notes = TextField(default="")
        reason = TextField(default="")
        created_at = BigIntegerField()
        started_at = BigIntegerField(null=True)
        ended_at = BigIntegerField(null=True)
        settled_at = BigIntegerField(null=True)
        revision = IntegerField(default=1)

        class Meta:
            database = db
            table_name = "run"

    db.create_tables([Run])

    class Paper(Model):
        name = TextField(unique=True)
        width_mm = FloatField()
        height_mm = FloatField()
        gsm = FloatField(null=True)
        price = FloatField(null=True)
        reorder_point = IntegerField(null=True)
        retired_at = BigIntegerField(null=True)
        revision = IntegerField(default=1)

        class Meta:
            database = db
            table_name = "paper"

    db.create_tables([Paper])

    class Item(Model):
        run = ForeignKeyField(Run, on_delete="RESTRICT")
        position = IntegerField()
        job = ForeignKeyField(Job, null=True, on_delete="SET NULL")
        plan = ForeignKeyField(Plan, on_delete="RESTRICT")
        name = TextField()
        paper = TextField()
        stock = ForeignKeyField(Paper, null=True, on_delete="RESTRICT")
        copies = IntegerField()
        priority = IntegerField(default=2)

        class Meta:
            database = db
            table_name = "item"

    db.create_tables([Item])

    class Sheet(Model):
        run = ForeignKeyField(Run, on_delete="RESTRICT")
        item = ForeignKeyField(Item, on_delete="RESTRICT")
        copy = IntegerField()
        attempt = IntegerField(default=1)
        state = TextField(index=True, default="planned")
        waiting_for = TextField(default="")
        device = ForeignKeyField(Device, null=True, on_delete="RESTRICT")
        layer = IntegerField(default=0)
        stroke = IntegerField(default=0)
        ink_mm = FloatField(default=0)
        seconds = FloatField(default=0)
        human_seconds = FloatField(default=0)
        strokes_again = IntegerField(default=0)
        started_at = BigIntegerField(null=True)
        ended_at = BigIntegerField(null=True)
        reason = TextField(default="")
        notes = TextField(default="")
        quality = IntegerField(null=True)

        class Meta:
            database = db
            table_name = "sheet"
            indexes = ((("item", "copy", "attempt"), True),)

    db.create_tables([Sheet])

    class Event(Model):
        at = BigIntegerField(index=True)
        kind = TextField()
        device = ForeignKeyField(Device, null=True, on_delete="SET NULL")
        job = ForeignKeyField(Job, null=True, on_delete="SET NULL")
        run = ForeignKeyField(Run, null=True, on_delete="SET NULL")
        sheet = ForeignKeyField(Sheet, null=True, on_delete="SET NULL")
        text = TextField()

        class Meta:
            database = db
            table_name = "event"

    db.create_tables([Event])

    class Hand(Model):
        device = ForeignKeyField(Device, on_delete="CASCADE")
        sheet = ForeignKeyField(Sheet, null=True, on_delete="CASCADE")
        kind = TextField()
        text = TextField()
        pen = ForeignKeyField(Pen, null=True, on_delete="SET NULL")
        color = TextField(default="")
        paper = TextField(default="")
        since = BigIntegerField()
        answered_at = BigIntegerField(null=True)
        answer = TextField(default="")

        class Meta:
            database = db
            table_name = "hand"
            indexes = ((("answered_at", "since"), False),)

    db.create_tables([Hand])

    class Ledger(Model):
        at = BigIntegerField(index=True)
        kind = TextField()
        pen = ForeignKeyField(Pen, null=True, on_delete="RESTRICT")
        paper = ForeignKeyField(Paper, null=True, on_delete="RESTRICT")
        mm = FloatField(default=0)
        mass_g = FloatField(default=0)
        sheets = IntegerField(default=0)
        run = ForeignKeyField(Run, null=True, on_delete="RESTRICT")
        sheet = ForeignKeyField(Sheet, null=True, on_delete="RESTRICT")
        reason = TextField(default="")
        note = TextField(default="")
        actor = TextField(default="")
        key = TextField(unique=True)

        class Meta:
            database = db
            table_name = "ledger"

    db.create_tables([Ledger])

    class Order(Model):
        kind = TextField()
        device = ForeignKeyField(Device, null=True, on_delete="CASCADE")
        args = TextField()
        actor = TextField(default="")
        given_at = BigIntegerField()
        taken_at = BigIntegerField(null=True)
        done_at = BigIntegerField(index=True, null=True)
        result = TextField(default="")
        refused = BooleanField(default=False)

        class Meta:
            database = db
            table_name = "order"

    db.create_tables([Order])

    class Progress(Model):
        device = ForeignKeyField(Device, primary_key=True, on_delete="CASCADE")
        sheet = ForeignKeyField(Sheet, null=True, on_delete="CASCADE")
        layer = IntegerField(default=0)
        stroke = IntegerField(default=0)
        ink_mm = FloatField(default=0)
        seconds = FloatField(default=0)
        left_seconds = FloatField(default=0)
        hand_seconds = FloatField(null=True)
        x_mm = FloatField(default=0)
        y_mm = FloatField(default=0)
        pen_down = BooleanField(default=False)
        at = BigIntegerField()

        class Meta:
            database = db
            table_name = "progress"

    db.create_tables([Progress])

    class Sequence(Model):
        name = TextField(primary_key=True)
        last = IntegerField(default=0)

        class Meta:
            database = db
            table_name = "sequence"

    db.create_tables([Sequence])

    class Setting(Model):
        key = TextField(primary_key=True)
        value = TextField()

        class Meta:
            database = db
            table_name = "setting"

    db.create_tables([Setting])

    class SheetLayer(Model):
        sheet = ForeignKeyField(Sheet, on_delete="RESTRICT")
        layer = IntegerField()
        part = IntegerField(default=0)
        name = TextField()
        pen = ForeignKeyField(Pen, null=True, on_delete="RESTRICT")
        first_stroke = IntegerField()
        last_stroke = IntegerField()
        ink_mm = FloatField()
        seconds = FloatField()
        drawn_at = BigIntegerField()

        class Meta:
            database = db
            table_name = "sheet_layer"
            indexes = ((("sheet", "layer", "part"), True),)

    db.create_tables([SheetLayer])

    class Topic(Model):
        name = TextField(primary_key=True)
        version = IntegerField(default=0)

        class Meta:
            database = db
            table_name = "topic"

    db.create_tables([Topic])

    add_topics(db)


def add_topics(db):
    """A counter a topic, moved by whatever changes a row of its tables."""
    for topic, tables in TOPICS.items():
        db.execute_sql("INSERT INTO topic (name, version) VALUES (?, 0)", (topic,))
        for table in tables:
            for change in ("INSERT", "UPDATE", "DELETE"):
                db.execute_sql(
                    f"CREATE TRIGGER topic_{topic}_{table}_{change.lower()} AFTER {change} "
                    f'ON "{table}" BEGIN UPDATE topic SET version = version + 1 '
                    f"WHERE name = '{topic}'; END"
                )
