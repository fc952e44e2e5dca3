"""Plotters in the books: service, removal, which sheet they take, and books of before."""

import sqlite3

import pytest

from plotty_tui.domain.care import Odometer, ServiceLimits, parse_limits
from plotty_tui.domain.errors import Conflict, Refused
from plotty_tui.domain.places import GoOn, begun_again
from plotty_tui.store import database as books
from plotty_tui.store.home import Home
from plotty_tui.store.inventory import holders
from plotty_tui.store.machines import devices, service
from plotty_tui.store.plots import claims, sheet_ends
from plotty_tui.store.tables import TABLES, Device, database
from plotty_tui.studio.opening import open_studio


def test_limits_are_read_as_they_are_written():
    assert parse_limits("500m, 20000 lifts,40h") == ServiceLimits(500, 20000, 40)
    assert parse_limits("1.5 km", blocks=True) == ServiceLimits(1500, blocks=True)
    assert parse_limits("none") == ServiceLimits()
    for wrong in ("500", "0m", "5 days", "m"):
        with pytest.raises(Refused, match="no service limit"):
            parse_limits(wrong)
    limits = parse_limits("500m, 40h")
    assert limits.reached(Odometer(499_000, 9, 3600)) == ""
    assert limits.reached(Odometer(512_000, 9, 41 * 3600)) == "512 m of 500 m, 41.0 h of 40 h"


def test_back_means_at_least_that_much_ink_and_never_before_the_layer():
    lengths = [40.0, 10.0, 30.0, 20.0]
    stroke = {back: GoOn(back_mm=back).stroke(lengths, 3) for back in (0, 1, 30, 31, 41, 999)}
    assert stroke == {0: 3, 1: 2, 30: 2, 31: 1, 41: 0, 999: 0}
    assert GoOn(redo_layer=True).stroke(lengths, 3) == 0
    assert begun_again(lengths, 1, 3, 45.0)
    assert not begun_again(lengths, 1, 3, 40.0)


def test_books_of_the_first_version_are_brought_up_with_what_they_hold(studio):
    device = studio.device()
    studio.job(planned=False)
    devices.note_position(studio.store, device.id, True)
    studio.close()
    path = Home.at(studio.folder).database
    other = sqlite3.connect(path, isolation_level=None)
    later = other.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql LIKE '%skipped%'"
    ).fetchall()
    for name, _ in later:  # of the third version
        other.execute(f'DROP INDEX "{name}"')
    for table, column in (("device", "position_known"), ("device", "archived_at"),
                          ("sheet_layer", "skipped")):  # fmt: skip
        other.execute(f'ALTER TABLE "{table}" DROP COLUMN "{column}"')
    other.execute('DROP TABLE "service"')
    other.execute("DELETE FROM schema_migration WHERE name LIKE '0002%'")
    other.execute("PRAGMA user_version=1")
    other.close()

    from playhouse.schema_diff import diff_models

    studio.store = open_studio(studio.folder)
    for _, sql in later:
        database.execute_sql(sql)
    assert not diff_models(database, TABLES)
    assert studio.store.row("PRAGMA user_version").user_version == books.SCHEMA_VERSION
    kept = Device.get_by_id(device.id)
    assert (kept.name, kept.position_known, kept.archived_at) == (device.name, True, None)
    service.log_service(studio.store, kept, "belts")
    assert [row.text for row in service.service_rows(studio.store, device.id)] == ["belts"]


def test_two_who_edit_a_plotter_are_told(studio):
    device = studio.device()
    devices.edit_device(studio.store, device.id, 1, preset="safe")
    with pytest.raises(Conflict, match="was changed by somebody else meanwhile"):
        devices.edit_device(studio.store, device.id, 1, preset="hq")
    assert Device.get_by_id(device.id).preset == "safe"


def test_a_plotter_takes_the_sheet_whose_pen_it_holds_within_one_run_and_priority(studio):
    black, red = studio.pen("black"), studio.pen("red", color="#ff0000")
    jobs = [
        studio.job(name, layers=((pen.id, 4, 100.0),), priority=priority)
        for name, pen, priority in (
            ("urgent", black, 1), ("first", black, 2), ("second", red, 2), ("later", red, 3),
        )
    ]  # fmt: skip
    studio.run(*jobs)
    left = studio.device()
    holders.load_pen(studio.store, left.id, red.id)
    taken = []
    for _ in jobs:
        claim = claims.claim_sheet(studio.store, left.id)
        taken.append(claim.job)
        sheet_ends.give_up_sheet(studio.store, claim.sheet, "operator_stop")
    assert taken == ["urgent", "second", "first", "later"]


def test_a_plotter_in_want_of_service_or_switched_off_takes_nothing(studio):
    studio.run(studio.job())
    left = studio.device()
    with studio.store.write():
        devices.add_to_odometer(left.id, 600_000.0, 10, 60.0)
    limits = {"service": ServiceLimits(500, blocks=True).to_json()}
    devices.edit_device(studio.store, left.id, 1, settings=limits)
    assert claims.claim_sheet(studio.store, left.id) is None
    assert "left is due for service (600 m of 500 m)" in service.service_block(studio.again(left))
    service.log_service(studio.store, left, "belts")
    devices.edit_device(studio.store, left.id, 2, enabled=False)
    assert claims.claim_sheet(studio.store, left.id) is None
    devices.edit_device(studio.store, left.id, 3, enabled=True)
    assert claims.claim_sheet(studio.store, left.id) is not None
