"""The flags of plot-all, monitor and ready as they are typed."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from studio_desk import Desk

from plotty_tui.store import run_orders
from plotty_tui.store.tables import Job, Run
from plotty_tui.studio.jobs import intake


@pytest.mark.parametrize(
    ("words", "status", "sentence"),
    [
        (["--device-0-preset", "fast"], 2, "plotters are numbered from 1"),
        (["--device-3-preset=fast", "--devices", "left,right"], 1, "there is no plotter 3"),
        (["--device-1-preset"], 2, "name a preset"),
        (["--auto-pause"], 2, "add --max-total-time"),
        (["--max-total-time", "soon"], 2, "no duration 'soon'"),
        (["--notify-client", ""], 1, "--notify-client: an empty value is no mail address"),
        (["--batch-id", "7"], 1, "no batch '7'"),
        (["--max-retries", "-1", "--auto-retry"], 2, "-1"),
        (["--enforce-quality-gates"], 1, "no gates are set"),
        (["--pen-usage-tracking", "--paper-usage-tracking"], 1, "a4 of .* no paper of the stock"),
        (["--rehearse", "--max-total-time", "1h"], 2, "leave --max-total-time out"),
    ],
)
def test_refused_before_the_first_stroke(
    prepared: Desk, words: list[str], status: int, sentence: str
) -> None:
    runs = Run.select().count() if prepared.store else 0
    said = prepared.here("plot-all", *words)

    assert said.status == status, said
    assert re.search(sentence, said.err), said.err
    assert Run.select().count() == runs


def test_what_was_told_is_kept_with_the_run(prepared: Desk) -> None:
    intake.remove_jobs(prepared.store, ["Backlog*"])
    Job.update(priority=3).where(Job.name == "Poster").execute()
    said = prepared.here(
        "plot-all", "--devices", "left,right", "--device-1-preset", "fast",
        "--device-2-preset=hq", "--auto-recovery", "--max-retries", "2", "--max-total-time", "6h",
        "--auto-pause", "--quality-checks", "--auto-replot-failed", "--priority-order",
        "--skip-low-priority", "--notify-on-complete", "--no-wait", "--json",
    )  # fmt: skip

    assert said.status == 0, said
    assert said.json["presets"] == {"left": "fast", "right": "hq"}
    assert said.json["skipped"] == [{"name": "Poster", "reason": "low priority"}]
    assert "only the terminal's bell rings" in said.err
    told = Run.get(Run.number == said.json["number"]).settings["orders"]
    assert {key: told[key] for key in ("recover", "max_retries", "max_seconds", "max_replots")} == {
        "recover": True, "max_retries": 2, "max_seconds": 21600.0, "max_replots": 2,
    }  # fmt: skip
    assert told["unattended"]


def test_a_batch_alone_is_drawn_and_named(prepared: Desk) -> None:
    made = prepared.here("plan", "Client: Logo*", "--optimize-batch", "--json")
    number = made.json["batch_id"]
    said = prepared.here("plot-all", "--batch-id", str(number), "--no-wait", "--json")

    assert said.status == 0, said
    run = Run.get(Run.number == said.json["number"])
    assert (run.batch_id, said.json["sheets"]) == (number, 2)
    assert {item.name for item in run.items} == {"Client: Logo 01", "Client: Logo 02"}


def test_pen_by_pen_is_told_priced_kept_and_taken_back(prepared: Desk) -> None:
    job = next(
        one for one in intake.open_jobs(prepared.store)
        if one.plan_id and len({layer["color"] for layer in one.plan.body["layers"]}) == 2
    )  # fmt: skip
    words = ["plot", job.name, "--copies", "3", "--devices", "left", "--no-wait"]
    told = prepared.here(*words, "--pen-by-pen", "--json")

    assert told.status == 0, told
    assert told.json["pen_by_pen"]
    ways = told.json["ways"]
    assert [ways[way]["sheets_put_on"] for way in ("sheet_by_sheet", "pen_by_pen")] == [3, 5]
    saved = ways["sheet_by_sheet"]["pen_changes"] - ways["pen_by_pen"]["pen_changes"]
    assert saved == 4
    name = told.json["run"]
    papers = [
        hand["sheet"]
        for hand in prepared.here("next", "--list", "--json").json["hands"]
        if hand["kind"] == "paper"
    ]
    # A pass to the last copy, which stays on, and back.
    assert [one.rpartition(" ")[2] for one in papers][-4:] == ["2", "3", "2", "1"]
    assert prepared.here("run", "show", name, "--json").json["pen_by_pen"]
    assert "pen by pen" in prepared.here("run", "show", name).out
    assert prepared.here("run", "edit", name, "--sheet-by-sheet").status == 0
    assert not prepared.here("run", "show", name, "--json").json["pen_by_pen"]


def test_unattended_it_speaks_plainly_and_asks_nobody(prepared: Desk) -> None:
    job = intake.open_jobs(prepared.store, ["Client: Logo 01"])[0]
    said = prepared.helped(
        "plot", job.name, "--devices", "left", "--monitor", "--document-for-client",
        "--notify-client", "jane@example.org",
    )  # fmt: skip

    assert said.status == 3, said  # the mail stays in the outbox: no server is set
    assert "kept in the outbox: Your sheets are ready" in said.err
    assert "\x1b" not in said.out + said.err
    (folder,) = [
        Path(line.removeprefix("dossier: ")) for line in said.out.splitlines()
        if line.startswith("dossier: ")
    ]  # fmt: skip
    assert folder.parent.name == "Client"
    names = {path.suffix for path in folder.iterdir()}
    assert names == {".pdf", ".json", ""}
    parts = json.loads(next(folder.glob("*.json")).read_text())["parts"]
    (work,) = next(part for part in parts if part["title"] == "Work")["rows"]
    assert (work["design"], work["edition"]) == (job.name, "1 of 1")
    (letter,) = run_orders.unsent_of(prepared.store, 2)
    assert letter.subject == "Your sheets are ready (RUN-002)"


def test_a_verdict_is_typed(prepared: Desk) -> None:
    process = prepared.begin("plot", "Client: Logo 02", "--devices", "left", "--quality-checks")
    prepared.until(
        lambda: (
            prepared.device().state == "waiting" and "good, second" in prepared.device().message
        ),
        between=prepared.put_in,
    )
    for words, sentence in (
        (["--verdict", "fine"], "no verdict 'fine'"),
        (["--verdict", "spoiled"], "--reason is needed"),
        ([], "--verdict good, second or spoiled"),
    ):
        assert sentence in prepared.here("ready", "left", *words).err
    said = prepared.here("ready", "--verdict", "spoiled", "--reason", "smear")
    assert said.out == "Client: Logo 02 copy 1 is spoiled\n"
    assert "done 0, spoiled 1, left 0" in prepared.finish(process).out


def test_monitor_tells_all_plotters_as_one(prepared: Desk) -> None:
    prepared.here("device", "edit", "right", "--disable")
    one = prepared.here("monitor", "--json").json
    whole = prepared.here("monitor", "--all-devices", "--consolidated-status", "--json").json

    assert [device["name"] for device in one["devices"]] == ["left"]
    assert [device["name"] for device in whole["devices"]] == ["left", "right"]
    assert whole["totals"]["devices"] == 2
    assert whole["totals"]["sheets_left"] == 0
    last = prepared.here("monitor", "--all-devices", "--consolidated-status").out.splitlines()[-1]
    assert last.startswith("2 plotters: ")
    assert "nothing left to draw; nobody is needed" in last


def test_a_template_gives_what_no_flag_gives(prepared: Desk) -> None:
    prepared.here(
        "template", "create", "--name", "proofs", "--preset", "safe", "--quality-checks",
        "--documentation",
    )  # fmt: skip
    said = prepared.here(
        "plot", "Poster", "--template", "proofs", "--device-1-preset", "fast", "--devices", "left",
        "--no-wait", "--json",
    )  # fmt: skip

    assert said.status == 0, said
    assert said.json["presets"] == {"left": "fast"}
    run = Run.get(Run.number == said.json["number"])
    told = run.settings["orders"]
    assert (told["quality_checks"], told["document"], run.preset) == (True, True, "safe")


def test_with_tracking_it_tells_what_each_job_took(prepared: Desk) -> None:
    prepared.here("paper", "receive", "a4", "10")
    prepared.here("plan", "Poster")
    said = prepared.helped(
        "plot", "Poster", "--devices", "left", "--pen-usage-tracking", "--paper-usage-tracking"
    )

    assert said.status == 0, said
    (line,) = [one for one in said.out.splitlines() if one.startswith("Poster: 1 sheet of a4, ")]
    assert re.search(r"K-01 [\d.]+ m+, K-02 [\d.]+ m+$", line), line
