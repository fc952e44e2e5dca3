"""Settings by name, checks of devices, books and settings, the first setup, the schedule."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

from conftest import CARD
from studio_desk import Desk, rows

from plotty_tui.studio.jobs import intake
from plotty_tui.studio.plots import plotting


def good(desk: Desk, *words: str) -> str:
    said = desk.here(*words)
    assert said.status == 0, said
    return said.out


def refused(desk: Desk, *words: str) -> str:
    said = desk.here(*words)
    assert said.status == 1, said
    return said.err


# Settings -----------------------------------------------------------------------------------------


def test_every_setting_has_a_name_and_is_set_as_typed(prepared: Desk) -> None:
    shown = json.loads(good(prepared, "config", "show", "--json"))
    assert len(shown) > 30
    assert shown["production.max_daily_time"] is None

    assert "(was none)" in good(prepared, "config", "set", "production.max-daily-time", "6h")
    assert good(prepared, "config", "get", "production.max_daily_time").strip() == "6h"
    assert "max daily time" in good(prepared, "config", "production"), "the same setting"
    good(prepared, "config", "set", "production.max_daily_time", "none")
    assert json.loads(good(prepared, "config", "show", "--json")) == shown


def test_wrong_names_and_values_name_the_nearest(prepared: Desk) -> None:
    assert "production.max_daily_time" in refused(prepared, "config", "get", "max_daily_time")
    assert "stock.low_percent" in refused(prepared, "config", "get", "stok.low_percent")
    assert "did you mean 98" in refused(
        prepared, "config", "set", "quality_gates.min_success_rate", "0.98"
    )
    assert "--channel" in refused(prepared, "config", "set", "notify.channels", "x")
    assert "number" in refused(prepared, "config", "set", "prices.machine_hour", "dear")


def test_settings_that_became_wrong_are_found(prepared: Desk) -> None:
    assert "in order" in good(prepared, "config", "validate")
    keys = prepared.home / "config" / "keys.toml"
    keys.parent.mkdir(exist_ok=True)
    keys.write_text('[keys]\n"job.hodl" = "b"\n')
    from plotty_tui.store import events

    events.put_setting(prepared.store, "notify", {"hooks": [["/no/such/hook"]]})
    events.put_setting(prepared.store, "quality_gates", {"min_success_rate": 300})

    said = prepared.here("config", "validate")

    assert said.status == 1
    assert {line.split()[0] for line in said.out.splitlines()} == {
        "quality-gates", "notify", "keys",
    }  # fmt: skip
    assert prepared.here("check", "config").status == 1


# Checks -------------------------------------------------------------------------------------------


def test_a_plotter_that_lies_interrupted_is_not_ready(prepared: Desk) -> None:
    assert "right settings" in good(prepared, "check", "device", "--detailed")
    prepared.set_speed(5)
    plotting.start_plot(prepared.store, intake.open_jobs(prepared.store, [CARD]), ["left"])
    prepared.until_drawing()
    said = prepared.here("check", "device", "left", "--detailed")
    assert said.status == 0 and "drawing" in said.out
    before = prepared.device().strokes_done
    prepared.kill_engine()

    said = prepared.here("check", "device", "left")

    assert said.status == 1
    assert "no engine drives it" in said.out
    assert before <= prepared.device().strokes_done, "looking moves nothing"
    assert "lft" in refused(prepared, "check", "device", "lft")


def test_damage_to_the_books_and_their_files_is_found(prepared: Desk) -> None:
    assert "books in order" in good(prepared, "check", "database")
    designs = sorted((prepared.home / "designs").iterdir())
    designs[0].write_bytes(designs[0].read_bytes() + b" ")
    designs[1].unlink()
    plan = next(iter(sorted((prepared.home / "plans").iterdir())))
    plan.write_bytes(plan.read_bytes()[:-9])
    with prepared.store.write():
        from plotty_tui.store.tables import database

        database.execute_sql("UPDATE pen SET used_mm = used_mm + 5 WHERE code = 'K-01'")

    said = prepared.here("check", "database")

    assert said.status == 1
    assert "1 design without a file" in said.out
    assert "1 design changed on the disk" in said.out
    assert "K-01 is kept at" in said.out
    assert "1 plan changed" in said.out
    assert prepared.here("check", "database", "--quick").out != said.out


def test_books_that_are_no_database_are_a_finding(plotty: Desk) -> None:
    good(plotty, "list", "queue")
    for ending in ("-wal", "-shm"):
        (plotty.home / f"plotty.db{ending}").unlink(missing_ok=True)
    (plotty.home / "plotty.db").write_bytes(b"no database" * 1000)

    said = plotty.apart("check", "database")

    assert said.status == 1
    assert "backup restore" in said.out
    assert "Traceback" not in said.err


# Setup --------------------------------------------------------------------------------------------


def test_a_new_studio_is_set_up_without_questions(plotty: Desk) -> None:
    assert "--yes" in refused(plotty, "setup")

    assert "simulated plotter sim" in good(plotty, "setup", "--yes")
    assert "simulated plotter" not in good(plotty, "setup", "--yes"), "what is there stays"
    assert [one["name"] for one in json.loads(good(plotty, "list", "devices", "--json"))] == ["sim"]


# The schedule -------------------------------------------------------------------------------------


def test_a_schedule_is_loaded_whole_or_not_at_all(prepared: Desk, tmp_path: Path) -> None:
    path = tmp_path / "day.json"
    path.write_text('["Poster", {"job": "Backlog 5", "copies": 3}]')
    good(prepared, "schedule", "load", "--file", str(path))
    path.write_text('["Backlog 4", "Postr", {"job": "Backlog 6", "device": "lft"}]')

    said = refused(prepared, "load", "schedule", "--file", str(path))

    assert "did you mean Poster" in said
    assert "did you mean left" in said
    kept = json.loads(good(prepared, "schedule", "show", "--json"))
    assert [one["job"] for one in kept["entries"]] == ["Poster", "Backlog 5"]
    for text in ("{", "[" * 100_000, '{"a": 1}', "\x00"):
        path.write_text(text)
        assert refused(prepared, "load", "schedule", "--file", str(path))
    assert "cannot be read" in refused(prepared, "load", "schedule", "--file", str(tmp_path / "no"))


def test_a_saved_schedule_says_the_same(prepared: Desk, tmp_path: Path) -> None:
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    entry = {"job": "Poster", "device": "left", "not_before": "2030-01-01 09:00", "copies": 2}
    first.write_text(json.dumps({"entries": [entry, "Backlog 4"]}))
    good(prepared, "load", "schedule", "--file", str(first))
    shown = json.loads(good(prepared, "schedule", "show", "--json"))["entries"]
    good(prepared, "schedule", "save", "--file", str(second))
    assert "cleared: 2 jobs" in good(prepared, "schedule", "clear")
    assert json.loads(good(prepared, "schedule", "show", "--json"))["entries"] == []

    good(prepared, "load", "schedule", "--file", str(second))

    assert json.loads(good(prepared, "schedule", "show", "--json"))["entries"] == shown


def test_the_engine_keeps_to_the_schedules_plotter_and_time(prepared: Desk, tmp_path: Path) -> None:
    path = tmp_path / "day.json"
    soon = datetime.now().astimezone() + timedelta(seconds=2)
    path.write_text(
        json.dumps([{"job": "Poster", "device": "right"},
                    {"job": "Client: Logo 01", "not_before": soon.isoformat(timespec="seconds")}])
    )  # fmt: skip
    good(prepared, "load", "schedule", "--file", str(path))
    good(prepared, "plan-all", "--optimize-for-today")
    wanted = intake.open_jobs(prepared.store, ["Poster", "Client: Logo 01"])
    plotting.start_plot(prepared.store, wanted, ["left", "right"])

    def done() -> bool:
        return all(
            job["state"] == "done" or not job["name"].startswith(("Poster", "Client: Logo 01"))
            for job in prepared.jobs()
        )

    prepared.until(done, between=prepared.put_in)
    drawn = {
        row.name: row
        for row in prepared.store.rows(
            "SELECT i.name, d.name AS device, s.started_at AS at FROM sheet s JOIN item i "
            "ON i.id = s.item_id JOIN device d ON d.id = s.device_id"
        )
    }
    assert drawn["Poster"].device == "right"
    assert drawn["Client: Logo 01"].at / 1000 >= int(soon.timestamp())


# Diagnosis ----------------------------------------------------------------------------------------


def test_each_conflict_has_a_cure_that_cures_it(prepared: Desk, tmp_path: Path) -> None:
    source = tmp_path / "piece.svg"
    source.write_text(rows(3, seed=6))
    good(prepared, "preset", "create", "mine", "--from", "fast")
    good(prepared, "add", str(source), "--name", "Piece", "--paper", "a4")
    good(prepared, "plan", "Piece", "--preset", "mine")
    assert prepared.here("diagnose", "batch-planning").status == 0

    source.write_text(rows(4, seed=6))
    good(prepared, "preset", "edit", "mine", "--speed", "20")
    said = prepared.here("diagnose", "batch-planning", "--json")

    assert said.status == 3
    found = {one["kind"]: one for one in json.loads(said.out)}
    assert set(found) == {"changed file", "stale plan"}
    assert found["stale plan"]["cure"] == "plotty plan Piece --preset mine"
    good(prepared, *found["stale plan"]["cure"].split()[1:])
    kinds = {one["kind"] for one in prepared.here("diagnose", "batch-planning", "--json").json}
    assert kinds == {"changed file"}
