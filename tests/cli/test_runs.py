"""Runs on the command line: made in one line or from a file, edited, started, corrected, drawn
again, rated; what speaks against one is told with its numbers."""

from __future__ import annotations

import json
from pathlib import Path

from conftest import CARD
from studio_desk import Desk
from test_help import run_made, run_told
from test_output import DETAIL

from plotty_tui.studio.inventory import stock

NEW = ["run", "new", "--device", "left"]


def told(desk: Desk, *words: object) -> object:
    """What a command that must succeed prints as JSON."""
    said = desk.here(*words, "--json")
    assert said.status == 0, said
    return json.loads(said.out)


def test_a_run_is_made_in_one_line_and_waits_to_be_started(prepared: Desk) -> None:
    run = told(
        prepared, *NEW, "--design", "Poster=3", "--name", "Edition", "--client", "Acme",
        "--notes", "n", "--time", "1h", "--spare", "2", "--yes",
    )  # fmt: skip

    assert set(run) >= DETAIL
    assert (run["state"], run["title"], run["client"]) == ("pending", "Edition", "Acme")
    assert (run["est_seconds"], run["devices"], run["notes"]) == (3600, ["left"], "n")
    assert [line["layer"] for line in run["materials"]] == ["red", "black"]
    shown = prepared.here("run", "list", "--status", "pending")
    assert "Poster ×3" in shown.out
    edited = told(prepared, "run", "edit", "2", "--copies", "5", "--notes", "more")
    assert (edited["items"][0]["copies"], edited["notes"]) == (5, "more")
    cancelled = told(prepared, "run", "cancel", "2", "--reason", "the client waits")
    assert (cancelled["state"], cancelled["reason"]) == ("cancelled", "the client waits")
    assert prepared.here("run", "start", "2").status == 1


def test_without_yes_nothing_is_made_and_what_it_would_take_is_shown(prepared: Desk) -> None:
    said = prepared.here(*NEW, "--design", "Poster=3")

    assert said.status == 3
    assert "Poster: 3 copies on 3 sheets of a4" in said.out
    assert "nothing was made: --yes makes it" in said.err
    shown = json.loads(prepared.here(*NEW, "--design", "Poster=3", "--json").out)
    assert {"sheets", "pieces", "est_seconds", "learned", "human_seconds", "pen_down_m",
            "pen_changes", "cost", "not_counted", "missing", "warnings", "designs", "pens",
            "papers", "pen_by_pen", "ways"} == set(shown) - {"currency"}  # fmt: skip
    assert len(told(prepared, "run", "list")) == 1


def test_a_draft_is_left_and_gone_on_with(prepared: Desk) -> None:
    kept = told(prepared, *NEW, "--design", "Poster=3", "--draft")
    assert kept["draft"] == "D-1"
    (listed,) = told(prepared, "run", "new", "--drafts")
    assert (listed["draft"], listed["text"]) == ("D-1", "Poster ×3")
    run = told(prepared, "run", "new", "--resume", "D-1", "--device", "right", "--yes")
    assert (run["devices"], run["items"][0]["copies"]) == (["right"], 3)
    assert told(prepared, "run", "new", "--drafts") == []
    said = prepared.here("run", "new", "--resume", "D-1")
    assert (said.status, said.err) == (1, "plotty: no draft 'D-1': there is no draft yet\n")


def test_a_run_comes_from_a_file(prepared: Desk, tmp_path: Path) -> None:
    file = tmp_path / "run.json"
    file.write_text(json.dumps({
        "device": "left", "designs": [{"job": "Poster", "quantity": 2}],
        "pens": [{"layer": "black", "pen": "K-03", "drawn_m": 1.5, "priming_m": 0.2}],
        "est_seconds": "20m", "notes": "from a file", "pen_by_pen": True,
    }))  # fmt: skip
    run = told(prepared, "run", "new", "--from", file, "--yes")

    assert (run["est_seconds"], run["notes"]) == (1200, "from a file")
    assert run["pen_by_pen"]
    black = next(line for line in run["materials"] if line["layer"] == "black")
    assert (black["pen"], black["drawn_m"], black["priming_m"]) == ("K-03", 1.5, 0.2)
    for text, sentence in (
        ("{", "is not JSON"),
        ('{"designz": []}', "no key of a run 'designz': did you mean designs?"),
        ('{"designs": [{"job": "Postr"}]}', "no job 'Postr': did you mean Poster?"),
        ('{"designs": 3}', "designs is 3: a list is wanted"),
        ('{"pen_by_pen": 1}', "pen_by_pen is 1: true or false is wanted"),
        ('{"pens": [{"pen": "K-03"}]}', "names no layer"),
    ):
        file.write_text(text)
        said = prepared.here("run", "new", "--from", file, "--yes")
        assert said.status == 1
        assert sentence in said.err


def test_a_warning_has_its_numbers_and_is_accepted_with_a_reason(prepared: Desk) -> None:
    thin = {"name": "thin", "color": "#000000", "life_mm": 100.0, "tip_mm": 0.3}
    stock.add_pen(prepared.store, {**thin, "code": "K-99"})
    words = [*NEW, "--design", "Poster=3", "--pen", "black=K-99", "--pen", "red=K-01"]
    said = prepared.here(*words, "--yes")

    assert said.status == 1
    assert "K-99 runs dry on sheet 1 of 3: pen K-99 has 0.10 m left; this run needs" in said.err
    assert "layer red is red (#d81e2c), K-01 draws black (#000000)" in said.err
    assert "(--accept color:K-01=REASON accepts it)" in said.err
    run = told(prepared, *words, "--accept", "color:K-01=a proof", "--accept", "a new one comes",
               "--yes")  # fmt: skip
    reasons = {one["code"]: one["reason"] for one in run["accepted"]}
    assert reasons == {"pen_short:K-99": "a new one comes", "color:K-01": "a proof"}
    assert "Accepted (a proof): layer red is red" in prepared.here("run", "show", "2").out
    held = prepared.here(*NEW, "--design", "Client: Logo 01=900", "--pen", "#000000=K-99", "--yes")
    assert ", of which RUN-002 holds" in held.err


NOT_MADE = [
    (["--design", "Poster=0"], 2, "quantity 0: give 1 to 100000"),
    (["--design", "Poster=x"], 2, "no quantity 'x'"),
    (["--design", "Postr=1"], 1, "no job 'Postr': did you mean Poster?"),
    (["--design", "Backlog 4=1", "--yes"], 1, "Backlog 4 has no plan yet"),
    (["--yes"], 1, "no design is chosen: a run needs one"),
    (["--design", "Poster=1", "--device", "lft", "--yes"], 1, "did you mean left?"),
    (["--design", "Poster=1", "--pen", "black", "--yes"], 2, "write LAYER=VALUE"),
    (["--design", "Poster=1", "--pen", "black=K-77", "--yes"], 1, "no pen 'K-77'"),
    (["--design", "Poster=1", "--paper", "a5", "--yes"], 1, "plan it for that paper first"),
    (["--design", "Poster=1", "--start", "--draft"], 2, "--start and --draft do not go"),
    (["--design", "Poster=1", "--metres", "black=far", "--yes"], 2, "no length 'far'"),
    (["--design", "Poster=1", "--grams", "black=much", "--yes"], 2, "'much' is not a number"),
]


def test_what_cannot_be_made_is_one_sentence(prepared: Desk) -> None:
    for words, status, sentence in NOT_MADE:
        said = prepared.here(*NEW, *words)
        assert (said.status, said.out) == (status, ""), words
        assert sentence in said.err
        assert said.err.count("\n") == 1


def test_a_told_run_is_corrected_drawn_again_rated_and_archived(prepared: Desk) -> None:
    run_told(prepared)
    fixed = told(prepared, "run", "correct", "1", "--sheet", "2=spoiled:smear", "--quality", "3",
                 "--client-rating", "4.5", "--reason", "by daylight")  # fmt: skip
    assert [one["field"] for one in fixed["corrections"]] == [
        f"{CARD} copy 2/4", "quality", "client rating",
    ]  # fmt: skip
    again = told(prepared, "run", "replot", "1", "--sheet", "2", "--notes", "new pen")
    assert (again["replot_of"], again["notes"]) == ("RUN-001", "new pen")
    assert [(one["copy"], one["attempt"]) for one in again["sheets"]] == [(2, 2)]
    rated = told(prepared, "rate", "1", "5", "--client-rating", "5")
    assert rated == {"run": "RUN-001", "quality": 5, "client_rating": 5.0, "sheet_quality": None,
                     "rated_sheets": 0}  # fmt: skip
    shown = prepared.here("run", "show", "1").out
    assert "Drawn again in RUN-002" in shown
    assert "quality: 3 -> 5 (rated again)" in shown
    assert told(prepared, "run", "archive", "1")["archived_at"]
    assert [one["number"] for one in told(prepared, "run", "list")] == [2]
    assert prepared.here("run", "correct", "1", "--quality", "2").err == (
        "plotty: a correction needs a reason: why was it told otherwise before?\n"
    )


def test_a_started_run_is_drawn_as_those_of_plot_all(prepared: Desk) -> None:
    run_made(prepared)
    started = told(prepared, "run", "start", "2")
    assert started["state"] == "in_progress"
    rows = prepared.until(
        lambda: [row for row in told(prepared, "run", "list", "--status", "awaiting")
                 if row["number"] == 2],
        between=prepared.put_in,
    )  # fmt: skip
    assert rows[0]["drawn"] == 2
    done = prepared.here("run", "complete", "2", "--failed", "1", "--reason", "smear")
    assert done.status == 0
    assert "Poster: 1/2 successful (1 failed)" in done.out
    assert "plotty run replot RUN-002 draws them again" in done.err
