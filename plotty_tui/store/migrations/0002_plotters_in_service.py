"""Plotters have a service log, are archived rather than forgotten, and may have lost their position;
layers of a sheet may be left out on purpose."""
# ruff: noqa

from peewee import *


def up(migrator, db):
    # Plain statements: the triggers of the tables stay as they are.
    db.execute_sql('ALTER TABLE "device" ADD COLUMN "position_known" INTEGER NOT NULL DEFAULT 1')
    db.execute_sql('ALTER TABLE "device" ADD COLUMN "archived_at" BIGINT')
    db.execute_sql('ALTER TABLE "sheet_layer" ADD COLUMN "skipped" INTEGER NOT NULL DEFAULT 0')

    class Device(Model):
        class Meta:
            database = db
            table_name = "device"

    class Service(Model):
        device = ForeignKeyField(Device, on_delete="CASCADE")
        at = BigIntegerField()
        text = TextField()
        actor = TextField(default="")
        drawn_mm = FloatField()
        lifts = IntegerField()
        drawn_seconds = FloatField()

        class Meta:
            database = db
            table_name = "service"

    db.create_tables([Service])
    for change in ("INSERT", "UPDATE", "DELETE"):
        db.execute_sql(
            f"CREATE TRIGGER topic_devices_service_{change.lower()} AFTER {change} "
            f'ON "service" BEGIN UPDATE topic SET version = version + 1 '
            f"WHERE name = 'devices'; END"
        )
