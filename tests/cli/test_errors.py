"""What cannot be done is said in one sentence on standard error, with the exit status of its kind,
and changes nothing."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest
from conftest import CARD
from studio_desk import PLOTTY, SOON, Desk, Said, layer_of_rows, rows, svg

from plotty_tui.studio.jobs import intake
from plotty_tui.studio.plots import plotting


def sentence(said: Said, status: int) -> str:
    """The one sentence of a refusal."""
    assert said.status == status, said
    assert said.out == ""
    assert said.err.startswith("plotty: ")
    assert said.err.count("\n") == 1, said.err
    assert "Traceback" not in said.err
    return said.err.removeprefix("plotty: ").strip()


# Wrong words: 2 ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (["plott"], "did you mean plot"),
        (["lst", "queue"], "did you mean list"),
        (["run", "complet", "1"], "did you mean complete"),
        (["xyzzy"], "see plotty --help"),
        (["add"], "Missing argument"),
        (["list", "queue", "--jsn"], "--jsn"),
        (["list", "queue", "--limit", "many"], "'many'"),
        (["list", "runs", "--since", "yesteryear"], "'yesteryear'"),
        (["add", "x.svg", "--due", "soon"], "YYYY-MM-DD"),
        (["add", "x.svg", "--copies", "two"], "'two'"),
        (["plot", CARD, "--copies", "0"], "1 or more"),
        (["demo", "--headless", "--speed", "0"], "0.1 to 1000"),
        (["pen", "add"], "--name is needed"),
        (["paper", "receive", "a4", "some"], "'some'"),
        (["monitor", "--plain", "--for", "a while"], "'a while'"),
        (["run", "complete", "1", "--weigh", "K-01"], "PEN=VALUE"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_words(words: list[str], part: str, prepared: Desk) -> None:
    assert part in sentence(prepared(*words), 2)


# Refused: 1 --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (["info", "job", "Acme: Crad"], "did you mean Acme: Card"),
        (["info", "job", "99"], "no job '99'"),
        (["info", "job", "Client: Logo*"], "name one"),
        (["remove", CARD, "nobody"], "no job 'nobody'"),
        (["add", "x.svg", "--priority", "urgentest"], "high, normal"),
        (["plan", "Acme: Crad"], "did you mean Acme: Card"),
        (["plan", CARD, "--preset", "fastest"], "did you mean fast"),
        (["estimate", CARD, "--preset", "defualt"], "did you mean default"),
        (["estimate", CARD, "--stage", "mid"], "pre (as drawn)"),
        (["estimate", "Backlog 4", "--stage", "post"], "has no plan"),
        (["export", "Backlog 4", "-o", "x.svg"], "has no plan"),
        (["export", CARD, "-o", "/nowhere/x.svg"], "/nowhere/x.svg"),
        (["preview", "Nothing"], "no job 'Nothing'"),
        (["plot", "Backlog 4"], "plotty plan"),
        (["plot", CARD, "--devices", "lefft"], "did you mean left"),
        (["pause", "lefft"], "no engine runs"),
        (["resume", "lefft"], "did you mean left"),
        (["cancel", "Acme: Crad"], "did you mean Acme: Card"),
        (["ready", "left"], "no engine runs"),
        (["run", "show", "RUN-099"], "RUN-099"),
        (["run", "show", "next"], "write RUN-042 or 42"),
        (["run", "list", "--status", "complete"], "did you mean completed"),
        (["run", "complete", "1", "--quality", "7"], "1 to 5"),
        (["run", "complete", "1", "--quality", "good"], "'good' is not a number"),
        (["run", "complete", "1", "--failed", "5"], "0 to 4"),
        (["run", "complete", "1", "--failed", "Acme: Crad=1"], "did you mean Acme: Card"),
        (["run", "complete", "1", "--failed", "1", "--reason", "sneeze"], "sneeze"),
        (["run", "complete", "1", "--sheet", "5=good"], "from 1 to 4"),
        (["run", "complete", "1", "--sheet", "1=lovely"], "no verdict 'lovely'"),
        (["run", "complete", "1", "--pen", "K-99=4"], "no pen in this run 'K-99'"),
        (["run", "complete", "1", "--weigh", "K-01=44:45"], "heavier than before"),
        (["run", "complete", "1", "--pen", "K-01=-4"], "below zero"),
        (["pen", "add", "--name", "x", "--color", "blurple"], "no colour 'blurple'"),
        (["pen", "add", "--name", "x", "--tip", "thin"], "'thin' is not a number"),
        (["pen", "add", "--name", "x", "--code", "K-01"], "K-01"),
        (["paper", "add", "--name", "nice paper"], "give --size"),
        (["paper", "receive", "a44", "10"], "a44"),
        (["paper", "receive", "letter", "--", "-5"], "-5"),
        (["device", "add", "left"], "left"),
        (["device", "add", "mid", "--model", "v33"], "did you mean v3"),
        (["device", "add", "mid", "--driver", "axidrow"], "no driver 'axidrow'"),
        (["device", "add", "mid", "--speed", "5000"], "0.1 to 1000"),
        (["theme", "use", "studio-drak"], "did you mean studio-dark"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_refused(words: list[str], part: str, prepared: Desk) -> None:
    jobs = prepared.jobs()

    assert part in sentence(prepared(*words), 1)

    assert prepared.jobs() == jobs


def test_nothing_to_plot(plotty: Desk) -> None:
    assert "the queue is empty" in sentence(plotty("plot-all"), 1)


def test_a_run_is_completed_once(prepared: Desk) -> None:
    prepared.good("run", "complete", "1", "--quality", "4")
    before = prepared.good("run", "show", "1", "--json").out

    assert "RUN-001 is completed already" in sentence(prepared("run", "complete", "1"), 1)

    assert prepared.good("run", "show", "1", "--json").out == before


def test_a_process_ends_as_told(prepared: Desk) -> None:
    for words, status in ((["info", "job", "Acme: Crad"], 1), (["plott"], 2)):
        assert sentence(prepared.apart(*words), status) == sentence(prepared(*words), status)


def test_a_job_of_an_open_run_stays(prepared: Desk) -> None:
    assert "RUN-001" in sentence(prepared("remove", CARD), 1)


def test_an_error_is_explained_with_debug(prepared: Desk) -> None:
    said = prepared.apart("--debug", "info", "job", "nobody")
    assert said.status == 1
    assert "Traceback" in said.err
    assert "no job 'nobody'" in said.err


# Files -------------------------------------------------------------------------------------------

BAD_FILES: dict[str, bytes] = {
    "empty": b"",
    "blank": b" \n\n",
    "cut": rows(5).encode()[:200],
    "picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    "page": b"<html><body>no drawing</body></html>",
    "words": "Zwölf Boxkämpfer\n".encode("latin-1"),
    "laughs": (
        b'<!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
        b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;">'
        b'<!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;"><!ENTITY f "&e;&e;&e;&e;&e;&e;&e;&e;">]>'
        b'<svg xmlns="http://www.w3.org/2000/svg" width="9mm" height="9mm"><text>&f;</text></svg>'
    ),
    "thief": (
        b'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
        b'<svg xmlns="http://www.w3.org/2000/svg" width="9mm" height="9mm"><g id="&a;"/></svg>'
    ),
    "nothing to draw": svg([]).encode(),
    "deep": f'<svg xmlns="http://www.w3.org/2000/svg">{"<g>" * 90_000}</svg>'.encode(),
}


@pytest.mark.parametrize("kind", BAD_FILES)
def test_a_bad_file_is_one_sentence_and_leaves_the_queue(
    kind: str, prepared: Desk, tmp_path: Path
) -> None:
    path = tmp_path / f"{kind}.svg"
    path.write_bytes(BAD_FILES[kind])
    before = prepared.queue()

    assert path.name in sentence(prepared("add", path, "--paper", "a4"), 1)

    assert prepared.queue() == before


def test_a_huge_file_is_not_even_read(prepared: Desk, tmp_path: Path) -> None:
    path = tmp_path / "huge.svg"
    with path.open("wb") as out:
        out.truncate(5_000_000_000)
    before = prepared.queue()

    assert "MB" in sentence(prepared("add", path), 1)

    assert prepared.queue() == before


def test_what_is_no_file(plotty: Desk, tmp_path: Path) -> None:
    fifo = tmp_path / "fifo.svg"
    os.mkfifo(fifo)
    for path in (tmp_path / "missing.svg", tmp_path, fifo, "/dev/zero", "bad\udcffname.svg"):
        run = plotty.apart if "\udcff" in str(path) else plotty
        sentence(run("add", path), 1)
    assert plotty.good("list", "queue", "--json").json["total"] == 0


def test_a_bad_file_leaves_the_good_ones_alone(plotty: Desk, tmp_path: Path, design: Path) -> None:
    (tmp_path / "broken.svg").write_text("<svg")
    said = plotty("add", tmp_path / "broken.svg", design)
    assert said.status == 0
    assert "broken.svg" in said.err
    assert "added 1, 0 already there, 1 failed" in said.out


def test_wishes_that_cannot_be_met_add_nothing(plotty: Desk, design: Path) -> None:
    assert "no paper 'a44'" in sentence(plotty("add", design, "--paper", "a44"), 1)
    assert "1 or more" in sentence(plotty("add", design, "--copies", 0), 1)
    assert plotty.good("list", "queue", "--json").json["total"] == 0


# A person is needed: 3 ---------------------------------------------------------------------------


def test_a_job_that_cannot_be_planned_needs_a_person(plotty: Desk, tmp_path: Path) -> None:
    for name, size in (("small", 100), ("large", 400)):
        layer = layer_of_rows(3, "#000000")
        big = [path.replace("L80", f"L{size - 5}") for path in layer[2]]
        text = svg([(layer[0], layer[1], big)], size, size)
        (tmp_path / f"{name}.svg").write_text(text)
        plotty.good("add", tmp_path / f"{name}.svg", "--paper", "a4")

    said = plotty("plan-all", "--preset", "fast")
    assert said.status == 3
    assert "planned 1 job" in said.out
    assert "1 refused" in said.out
    assert "larger" in said.err or "does not fit" in said.err

    assert plotty("plan", "large").status == 1
    assert [job["state"] for job in plotty.good("list", "queue", "--json").json["jobs"]] == [
        "planned",
        "refused",
    ]


def test_work_left_out_needs_a_person(prepared: Desk) -> None:
    said = prepared.apart("plot-all", "--no-wait", "--json")
    assert said.status == 3
    assert {one["name"] for one in said.json["left_out"]} == {f"Backlog {k}" for k in range(4, 12)}
    assert said.json["sheets"] == 3


# Interrupted: 130 --------------------------------------------------------------------------------


def test_ctrl_c_leaves_the_plot_going(prepared: Desk) -> None:
    prepared.set_speed(20)
    process = prepared.begin("plot-all", "--devices", "left")
    seen = prepared.until_drawing()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=SOON)

    assert process.returncode == 130, (out, err)
    assert err.splitlines()[-1] == "plotty: interrupted"
    assert "Traceback" not in err
    prepared.until(lambda: prepared.device().strokes_done > seen.strokes_done)


# A pipe that ends early --------------------------------------------------------------------------


def test_a_reader_that_leaves_is_no_error(prepared: Desk) -> None:
    for words in ("list jobs", "list jobs --json", "list queue", "preview 1", "--help"):
        done = subprocess.run(
            ["/bin/sh", "-c", f"{' '.join(PLOTTY)} {words} | head -1"],
            env=prepared.environment, capture_output=True, text=True, timeout=SOON, check=False,
        )  # fmt: skip
        assert (done.stdout.count("\n"), done.stderr) == (1, ""), words


def test_a_reader_that_has_left_is_no_error(prepared: Desk) -> None:
    for words in (["list", "jobs"], ["list", "queue", "--json"], ["run", "show", "1"], ["-h"]):
        mine, theirs = os.pipe()
        os.close(mine)
        done = subprocess.run(
            [*PLOTTY, *words],
            env=prepared.environment, stdout=theirs, stderr=subprocess.PIPE, text=True,
            timeout=SOON, check=False,
        )  # fmt: skip
        os.close(theirs)
        assert done.stderr == "", words


# One engine a studio -----------------------------------------------------------------------------


def test_a_second_engine_is_refused(prepared: Desk) -> None:
    prepared.good("engine", "start")
    status = prepared.good("engine", "status", "--json").json
    second = subprocess.run(
        [PLOTTY[0], "-m", "plotty_tui.engine"],
        env=prepared.environment, capture_output=True, text=True, timeout=SOON, check=False,
    )  # fmt: skip

    assert second.returncode == 1
    assert second.stderr.count("\n") == 1
    assert f"process {status['pid']}" in second.stderr
    assert "runs already" in prepared.good("engine", "start").out
    assert prepared.good("engine", "status", "--json").json["pid"] == status["pid"]


def test_the_engine_is_not_stopped_at_work_unless_forced(prepared: Desk) -> None:
    prepared.set_speed(5)
    plotting.start_plot(prepared.store, intake.open_jobs(prepared.store, [CARD]), ["left"])
    prepared.until_drawing()

    assert "left is at work" in sentence(prepared("engine", "stop"), 1)
    prepared.good("engine", "stop", "--force")

    assert prepared.device().state == "interrupted"
    assert prepared.good("engine", "status", "--json").json["running"] is False
