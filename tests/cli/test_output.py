"""What commands print: one JSON document with stable keys when asked, plain lines on a pipe, and
names that do no harm."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from conftest import CARD
from studio_desk import Desk, Terminal, svg
from test_help import SUMMARIES, at_work, help_of

JOB = {
    "id", "name", "client", "priority", "priority_number", "state", "held", "refusal", "paper",
    "copies", "tags", "category", "group", "batch_id", "batch",
    "devices", "layers", "colors", "ink_m", "preset", "est_seconds",
    "pen_down_m", "pen_changes", "lifts", "added_at", "due_at", "done_at",
}  # fmt: skip
RUN = {
    "number", "name", "state", "awaiting_results", "client", "devices", "started_at", "ended_at",
    "est_seconds", "seconds", "time_variance_percent", "quality", "notes",
}  # fmt: skip
DETAIL = RUN | {
    "preset", "human_seconds", "est_ink_m", "ink_m", "ink_variance_percent", "success_percent",
    "items", "pen_by_pen", "pens", "papers", "sheets", "title", "reason", "materials", "accepted",
    "corrections", "causes", "replot_of", "replots", "to_replot", "cost", "est_cost",
    "cost_variance", "not_counted", "currency", "elapsed_seconds", "client_rating", "orders",
    "devices_as_set", "likely",
}  # fmt: skip
PEN = {
    "code", "slot", "name", "color", "tip_mm", "kind", "brand", "state", "device", "used_m",
    "left_m", "life_m", "mass_g", "price", "reserved_m", "low", "outlived", "care_due",
}  # fmt: skip
PAPER = {
    "name", "width_mm", "height_mm", "gsm", "price", "stock", "reorder_point", "reserved", "low",
}  # fmt: skip
LEDGER = {
    "at", "kind", "pen", "paper", "m", "mass_g", "sheets", "run", "design", "copy", "attempt",
    "reason", "note", "actor",
}  # fmt: skip
DEVICE = {
    "name", "driver", "model", "enabled", "state", "message", "since", "travel_mm", "pen", "job",
    "run", "copy", "copies", "sheet_state", "layer", "stroke", "percent", "left_seconds",
    "hand_seconds", "position_mm", "pen_down", "odometer_m", "lifts",
}  # fmt: skip
PLOTTER = {
    "preset", "settings", "motion", "position_known", "odometer", "since_service",
    "service_limits", "service_due", "service_log",
}  # fmt: skip
SHEET = {
    "number", "design", "copy", "attempt", "state", "device", "aside", "layer", "stroke", "ink_m",
    "seconds", "human_seconds", "quality", "reason", "notes", "started_at", "ended_at", "pieces",
}  # fmt: skip
STATS = {
    "since", "until", "runs", "runs_completed", "runs_failed", "sheets", "good", "second",
    "spoiled", "proofs", "copies", "first_pass", "success_percent", "first_pass_percent",
    "replot_percent", "ink_variance_percent", "ink_variance_runs", "time_variance_percent",
    "time_variance_runs", "quality", "rated", "client_rating", "designs", "devices", "pens",
    "spans", "replots", "reasons", "proposals",
}  # fmt: skip
ORDERED = {"jobs", "pen_changes_before", "pen_changes", "pen_changes_bound", "moved", "kept"}
BATCH = {
    "id", "name", "created_at", "jobs", "open_jobs", "unplanned_jobs", "est_seconds",
    "pen_changes",
}  # fmt: skip
CLIENT = {
    "name", "email", "notes", "preset", "pens", "paper", "tier", "prefixes", "gates", "open_jobs",
    "jobs", "runs",
}  # fmt: skip
STARTED = {
    "run", "number", "sheets", "devices", "est_seconds", "planned_ends", "bound_seconds",
    "left_out", "skipped", "batch", "presets", "pen_by_pen", "ways",
}  # fmt: skip
FOLLOWED = STARTED | {
    "done", "spoiled", "left", "interrupted", "stopped", "held", "attempts", "replots", "gates",
    "broken_gates", "dossier", "notices_kept", "usage",
}  # fmt: skip

# Words -> the keys that scripts rely on: of the document, or of each entry of its list, or of the
# entries under one key.
DOCUMENTS: list[tuple[list[str], str | None, set[str]]] = [
    (["list", "queue", "--json"], None, {"total", "shown", "jobs"}),
    (["list", "queue", "--json"], "jobs", JOB),
    (["list", "jobs", "--json"], "jobs", JOB),
    (["info", "job", CARD, "--json"], None,
     JOB | {"file", "sha256", "width_mm", "height_mm", "findings", "sheets", "plan"}),
    (["info", "system", "--json"], None,
     {"plotty", "python", "sqlite", "system", "data", "config", "database", "engine_log"}),
    (["add", "design.svg", "--json"], None,
     {"file", "id", "name", "paper", "priority", "layers", "width_mm", "height_mm", "ink_m",
      "findings", "already", "error", "client", "tags", "number", "revision", "replaces"}),
    (["remove", "Backlog*", "--json"], None, {"name", "how"}),
    (["plan", "Client: Logo*", "--preset", "none", "--json"], "jobs",
     {"id", "name", "error", "preset", "est_seconds", "pen_down_m", "pen_up_m", "lifts",
      "pen_changes", "layers"}),
    (["plan-all", "--preset", "none", "--json"], None, {"jobs"}),
    (["estimate", CARD, "--json"], None,
     {"name", "preset", "est_seconds", "pen_down_m", "pen_up_m", "lifts", "pen_changes",
      "learned"}),
    (["export", CARD, "-o", "x.svg", "--json"], None, {"name", "file", "layers"}),
    (["queue", "hold", "Poster", "--json"], None, {"name", "held"}),
    (["queue", "move", "Poster", "--first", "--json"], "moved", {"id", "name", "before", "after"}),
    (["queue", "group", "--by-client", "Client", "--json"], None, {"group", "jobs", "moved"}),
    (["queue", "reorder", "--by-pen-efficiency", "--json"], None, ORDERED),
    (["queue", "optimize", "--json"], None,
     ORDERED | {"plans_turned", "before", "after", "notes"}),
    (["queue", "split", "--batch-size", "4", "--json"], None, BATCH),
    (["queue", "cleanup", "--completed", "--json"], None, {"archived", "deleted", "stay"}),
    (["queue", "backup", "--file", "q.json", "--json"], None,
     {"file", "jobs", "imposed", "plans", "designs", "size_bytes"}),
    (["list", "queue", "--show-pen-changes", "--json"], "jobs",
     JOB | {"machine_seconds", "human_seconds", "swaps", "swaps_to_next"}),
    (["list", "queue", "--show-estimates", "--json"], "sums",
     {"ink_m", "machine_seconds", "likely", "human_seconds", "swaps", "swaps_between",
      "unplanned"}),
    (["client", "add", "Nord", "--preset", "hq", "--json"], None, CLIENT),
    (["client", "edit", "Acme", "--tier", "fine", "--json"], None, CLIENT),
    (["client", "show", "Acme", "--json"], None, CLIENT),
    (["list", "clients", "--json"], None, CLIENT),
    (["why", "Poster", "--json"], None, {"id", "name", "drawing", "reasons"}),
    (["why", "Poster", "--json"], "reasons", {"text", "cure"}),
    (["plot", "Poster", "--no-wait", "--json"], None, STARTED),
    (["plot", "Poster", "--json"], None, FOLLOWED),
    (["plot-all", "--json"], None, FOLLOWED),
    (["report", "dossier", "1", "--json"], None, {"client", "folder", "files"}),
    (["monitor", "--consolidated-status", "--json"], "totals",
     {"devices", "states", "sheets_left", "machine_seconds_left", "ends_at", "next_hands"}),
    (["monitor", "--json"], None, {"devices", "hands", "queue", "today"}),
    (["monitor", "--json"], "devices", DEVICE),
    (["monitor", "--json"], "today",
     {"good", "spoiled", "drawn", "ink_m", "machine_seconds", "success_percent"}),
    (["list", "devices", "--json"], None, DEVICE),
    (["device", "add", "mid", "--json"], None, DEVICE),
    (["device", "show", "left", "--json"], None, DEVICE | PLOTTER),
    (["device", "edit", "left", "--preset", "safe", "--json"], None, DEVICE | PLOTTER),
    (["device", "service", "left", "--log", "belts", "--json"], "service_log",
     {"at", "text", "actor", "drawn_m", "lifts", "seconds"}),
    (["list", "runs", "--json"], None, RUN | {"items", "copies", "sheets", "open", "drawn", "good",
                                              "spoiled"}),
    (["run", "show", "1", "--json"], None, DETAIL),
    (["run", "show", "1", "--json"], "sheets",
     {"number", "design", "copy", "attempt", "state", "device", "layer", "stroke", "ink_m",
      "seconds", "reason"}),
    (["run", "show", "1", "--json"], "items",
     {"name", "copies", "attempted", "drawn", "good", "second", "spoiled", "cancelled"}),
    (["run", "show", "1", "--json"], "pens",
     {"code", "name", "est_m", "used_m", "wasted_m", "mass_g"}),
    (["run", "complete", "1", "--json"], None, DETAIL),
    (["run", "fail", "1", "--reason", "smear", "--json"], None, DETAIL),
    (["run", "stats", "--json"], None, STATS),
    (["sheet", "list", "1", "--json"], None, SHEET),
    (["sheet", "good", "1", "2", "--json"], None, SHEET),
    (["sheet", "second", "1", "2", "--json"], None, SHEET),
    (["sheet", "spoiled", "1", "2", "--reason", "smear", "--json"], None, SHEET),
    (["list", "pens", "--json"], None, PEN),
    (["pen", "add", "--name", "x", "--json"], None, PEN),
    (["list", "papers", "--json"], None, PAPER),
    (["paper", "add", "--name", "a3", "--json"], None, PAPER),
    (["paper", "receive", "letter", "5", "--json"], None, PAPER),
    (["pen", "show", "K-01", "--json"], None,
     PEN | {"type", "tare_g", "net_g", "speed_cap_percent", "height_percent", "offset_mm", "care",
            "notes", "opened_at", "last_used_at", "held_by", "learned", "calibrations", "ledger"}),
    (["pen", "show", "K-01", "--json"], "ledger", LEDGER),
    (["pen", "edit", "K-01", "--height", "40", "--json"], None, PEN),
    (["pen", "weigh", "K-01", "12", "--json"], None, PEN | {"used_g", "adjusted_g"}),
    (["pen", "load", "K-01", "left", "--json"], None, PEN),
    (["pen", "prime", "K-01", "30mm", "--json"], None, PEN),
    (["pen", "mark-dry", "K-01", "--json"], None, PEN),
    (["pen", "retire", "K-01", "--json"], None, PEN),
    (["paper", "show", "letter", "--json"], None, PAPER | {"notes", "held_by", "ledger"}),
    (["paper", "edit", "letter", "--price", "0.1", "--json"], None, PAPER),
    (["paper", "count", "letter", "9", "--why", "found", "--json"], None, PAPER | {"difference"}),
    (["paper", "retire", "letter", "--json"], None, {"name", "retired"}),
    (["ledger", "list", "--json"], None, LEDGER),
    (["shopping-list", "--all", "--json"], None,
     {"currency", "cost", "not_priced", "unplanned_jobs", "articles"}),
    (["shopping-list", "--all", "--json"], "articles",
     {"what", "name", "pens", "ends_on", "ends_day", "low", "buy", "price", "cost"}),
    (["list", "costs", "--json"], None,
     {"name", "sheets", "currency", "good", "cost", "cost_per_good_sheet", "loss", "lines",
      "not_counted"}),
    (["config", "prices", "--currency", "EUR", "--json"], None,
     {"currency", "machine_hour", "operator_minute", "consumables_sheet", "nib_metre"}),
    (["config", "stock", "--json"], None,
     {"scale_step_g", "low_percent", "low_m", "hours_per_day"}),
    (["impose", f"{CARD}=4", "--paper", "a4", "--json"], None,
     {"id", "name", "paper", "sheets", "pieces", "ink_m", "crop_marks_m", "layout"}),
    (["engine", "status", "--json"], None,
     {"running", "pid", "host", "started_at", "beat_at", "stale"}),
    (["check", "device", "--json"], None, {"ready", "checks"}),
    (["check", "database", "--json"], "checks", {"name", "level", "text", "cure"}),
    (["check", "config", "--json"], None, {"ready", "checks"}),
    (["schedule", "show", "--json"], None, {"loaded_at", "source", "entries"}),
    (["config", "get", "production.max_daily_time", "--json"], None, {"name", "value"}),
    (["backup", "create", "--json"], None,
     {"file", "made_at", "plotty", "books", "size_bytes", "parts", "jobs", "designs", "runs",
      "dropped"}),
    (["diagnose", "queue-optimization", "--json"], None,
     {"pen_changes", "pen_changes_best", "machine_seconds", "bottlenecks"}),
    (["recovery", "quality", "--json"], None, {"est_seconds", "pen_down_m", "runs", "sheets"}),
    (["check", "ready", "--json"], None, {"ready", "checks"}),
    (["check", "ready", "--json"], "checks", {"name", "level", "text", "cure"}),
    (["config", "notify", "--json"], None,
     {"smtp_host", "smtp_port", "smtp_security", "sender", "studio_email", "channels", "hooks"}),
    (["outbox", "send", "--json"], None, {"sent", "kept"}),
    (["theme", "list", "--json"], None, {"name", "chosen"}),
    (["list", "presets", "--json"], None, {"name", "note", "pipeline", "motion", "order", "own"}),
    (["preset", "show", "hq", "--json"], None, {"name", "note", "pipeline", "motion", "order"}),
    (["preset", "create", "mine", "--json"], None, {"name", "note", "pipeline", "motion", "own"}),
    (["template", "create", "--name", "mine", "--json"], None,
     {"name", "preset", "pen_mapping", "quality_checks", "documentation"}),
    (["config", "production", "--json"], None,
     {"max_daily_seconds", "max_pen_changes", "paper_budget_sheets", "quality_threshold", "hours",
      "quiet_hours"}),
    (["config", "quality-gates", "--json"], None,
     {"min_success_rate", "max_replot_rate", "min_customer_satisfaction", "min_sheets"}),
    (["config", "complexity", "--json"], None, {"low", "high"}),
    (["config", "benchmark", "--json"], None, {"file", "name", "figures"}),
    (["plan-all", "--optimize-pens", "--preset", "none", "--json"], None,
     {"jobs", "dry_run", "est_seconds", "pen_changes_before", "pen_changes", "pen_changes_bound",
      "limits", "notes", "batch_id", "batch_name", "plan_set"}),
]  # fmt: skip


def moments(value: Any) -> list[str]:
    """All values of keys that end in `_at` or are `since`, anywhere in a document."""
    if isinstance(value, list):
        return [one for part in value for one in moments(part)]
    if not isinstance(value, dict):
        return []
    mine = [v for k, v in value.items() if (k.endswith("_at") or k == "since") and v is not None]
    return mine + [one for part in value.values() for one in moments(part)]


@pytest.mark.parametrize(
    ("words", "part", "keys"), DOCUMENTS, ids=lambda value: value if isinstance(value, str) else ""
)
def test_json(
    words: list[str], part: str | None, keys: set[str], prepared: Desk, design: Path
) -> None:
    run = prepared.helped if words[0].startswith("plot") else prepared
    said = run(*words, cwd=design.parent)
    assert said.status in (0, 3), said
    document = json.loads(said.out)

    entries = document if part is None else document[part]
    entries = entries if isinstance(entries, list) else [entries]
    assert entries
    for entry in entries:
        assert keys <= set(entry)
    for moment in moments(document):
        assert datetime.fromisoformat(moment).tzinfo is not None
    assert "Traceback" not in said.err


def test_every_json_option_is_tried() -> None:
    tried = {" ".join(word for word in words) for words, _, _ in DOCUMENTS}
    tried |= {"next", "recovery list"}  # below
    # Of what nobody has made yet: test_batch_planning.py
    tried |= {"preset edit", "preset remove", "template edit", "template show", "template remove"}
    tried |= {"list templates", "list plans", "compare"}
    tried |= {"queue release", "undo"}  # of what was held: test_arranging.py
    # Of clients, batches and backups that nobody has made yet: test_queue.py
    tried |= {"queue restore", "client remove", "client import", "list batches"}
    tried |= {"outbox list"}  # empty unless something cannot be sent: test_sending.py
    # Of runs in other states: test_runs.py
    tried |= {f"run {move}" for move in ("new", "start", "cancel", "edit", "correct", "replot")}
    tried |= {"run archive", "rate"}
    # Of schedules, backups, conflicts and batches that nobody has made yet: test_cheat_sheet.py,
    # test_settings_and_checks.py, tests/store/test_backups.py
    tried |= {"load schedule", "schedule load", "backup list", "backup verify", "backup restore"}
    tried |= {"config show", "config set", "config validate", "diagnose batch-planning"}
    tried |= {"diagnose resource-conflicts", "recovery batch", "recovery partial-batch"}
    tried |= {"device scan"}  # what it lists is on the desk, not in the studio
    # Of a studio with a history: tests/figures
    tried |= {words for words in SUMMARIES if words.startswith(("report ", "kpi ", "analyze "))}
    tried |= {"benchmark production"}
    groups = {words.rpartition(" ")[0] for words in SUMMARIES}
    for words in set(SUMMARIES) - groups:
        if "--json" in help_of(words):
            ways = {words, " ".join(reversed(words.split())), _listed(words)}
            assert any(one.startswith(way) for one in tried for way in ways), words


def _listed(words: str) -> str:
    """`list pens` of `pen list`: the same command."""
    name, _, rest = words.partition(" ")
    return f"list {name}s" if rest == "list" else f"{rest.removesuffix('s')} {name}"


def test_next_tells_who_is_wanted_and_when(prepared: Desk) -> None:
    assert prepared.good("next", "--json").json == []
    prepared.good("plot", "Poster", "--devices", "left", "--no-wait")
    prepared.until(lambda: prepared.device().state == "waiting")

    (hand,) = prepared.good("next", "--json").json
    assert set(hand) == {"device", "text", "waiting", "seconds", "at", "learned"}
    assert hand["device"] == "left"
    assert hand["waiting"] is True
    assert "Poster" in hand["text"]
    (asked,) = prepared.good("monitor", "--json").json["hands"]
    assert {"device", "kind", "text", "pen", "paper", "since"} <= set(asked)
    assert asked["text"] == hand["text"]


def test_what_was_cut_off_is_told_with_its_choices(prepared: Desk) -> None:
    assert prepared.good("recovery", "list", "--json").json == []
    at_work(prepared)
    prepared.good("estop")
    prepared.until(lambda: prepared.device().state == "interrupted")

    said = prepared("recovery", "list", "--json")
    assert said.status == 3, "a person has to decide"
    (sheet,) = said.json
    assert {"device", "job", "run", "copy", "layer", "stroke", "strokes", "reason"} <= set(sheet)
    assert {"position_known", "options"} <= set(sheet)
    assert sheet["job"] == CARD
    keys = {"key", "text", "est_seconds", "pen_down_m", "sheets", "command"}
    assert all(set(option) == keys for option in sheet["options"])
    commands = {one["key"]: one["command"] for one in sheet["options"]}
    assert commands["continue"] == "plotty resume left"
    assert commands["give_up"] == "plotty cancel left"
    plain = prepared("recovery", "list")
    assert plain.status == 3
    assert "go on at the place" in plain.out


# Plain output ------------------------------------------------------------------------------------

PLAIN = [
    ["list", "queue"], ["list", "queue", "--detailed"], ["list", "jobs"], ["list", "runs"],
    ["list", "pens"], ["list", "papers"], ["list", "devices"], ["list", "presets"],
    ["list", "themes"], ["info", "job", CARD], ["info", "system"], ["run", "show", "1"],
    ["run", "complete", "1"], ["monitor"], ["next"], ["engine", "status"], ["engine", "logs"],
    ["check", "ready", "--detailed"], ["estimate", CARD], ["preview", CARD],
    ["plan", "Client: Logo*", "--preset", "none"], ["plan-all", "--preset", "none"],
    ["plot", "Poster"],
]  # fmt: skip


@pytest.mark.parametrize("words", PLAIN, ids=" ".join)
def test_a_pipe_gets_plain_lines(words: list[str], prepared: Desk) -> None:
    prepared.environment["FORCE_COLOR"] = "1"
    # Pipes are alike for all commands: real ones for a table, for lines and for what goes on.
    apart = words in (["list", "queue"], ["next"], ["plot", "Poster"])
    said = prepared.finish(prepared.begin(*words)) if apart else prepared(*words)
    assert said.status in (0, 3), said
    assert "\x1b" not in said.out + said.err
    assert "\r" not in said.out + said.err
    assert said.out or words == ["engine", "logs"]


def test_a_terminal_gets_a_table_and_no_colour_when_unwanted(prepared: Desk) -> None:
    prepared.environment["NO_COLOR"] = "1"
    terminal = Terminal(prepared, "list", "queue", size=(40, 140))
    assert terminal.wait() == 0
    terminal.close()
    assert CARD not in terminal.seen, "a job that is done is no longer in the queue"
    assert "Poster" in terminal.seen
    assert "──" in terminal.seen
    assert not re.search(r"\x1b\[[0-9;]*3[0-9]", terminal.seen)


# Names that could do harm ------------------------------------------------------------------------

MARKUP = "proof [/b]"
EVIL = "red \x1b[31m\x1b]0;owned\x07 \u202egnp.exe\nsecond line"


def test_markup_in_a_name_is_shown_as_it_is(plotty: Desk, design: Path) -> None:
    plotty.good("add", design, "--name", MARKUP)
    plotty.good("plan", MARKUP, "--preset", "none")

    assert plotty.good("list", "queue", "--json").json["jobs"][0]["name"] == MARKUP
    for words in (["list", "queue"], ["list", "jobs", "--detailed"], ["info", "job", MARKUP]):
        assert MARKUP in plotty.good(*words).out
        terminal = Terminal(plotty, *words, size=(40, 140))
        assert terminal.wait() == 0
        terminal.close()
        assert MARKUP in terminal.seen, words


def test_control_characters_do_not_reach_the_terminal(plotty: Desk, tmp_path: Path) -> None:
    path = tmp_path / "a\x1b[31m\nb.svg"
    path.write_text(svg([("la\u202eyer", "#000000", ["M10 10 L20 20"])]))
    broken = tmp_path / "broken\x1b]0;owned\x07.svg"
    broken.write_text("no")

    plotty.good("add", path, "--name", EVIL, "--tags", "\x1b[5m")
    said = [
        plotty("add", broken),
        plotty("info", "job", "\x1b[2J\nnobody"),
        plotty("add", path),
        plotty.good("list", "queue", "--detailed"),
        plotty.good("info", "job", "1"),
        plotty.good("plan", "1", "--preset", "none"),
        plotty.good("estimate", "1"),
    ]
    for one in said:
        assert not set("\x1b\x07\u202e\r") & set(one.out + one.err)
        assert "second line" not in (one.out + one.err).splitlines()
    assert plotty.good("list", "queue", "--json").json["jobs"][0]["layers"] == ["la\ufffdyer"]
