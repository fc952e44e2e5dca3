"""The worker process, spoken to as the engine speaks to it."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from itertools import pairwise
from pathlib import Path

import pytest
from test_simulator import assert_ink_is, scribbles

from plotty_tui.devices.driver import Facts, Progress
from plotty_tui.devices.ink import read_ink
from plotty_tui.devices.outlet import Outlet
from plotty_tui.devices.worker import Worker
from plotty_tui.domain.errors import DeviceFault
from plotty_tui.domain.motion import estimate_strokes
from plotty_tui.domain.papers import Turn
from plotty_tui.domain.presets import MotionSettings
from plotty_tui.domain.strokes import LayerStrokes, Strokes, encode_layers

ROOT = Path(__file__).parents[2]
TIMEOUT = 20
FAST = 1000


class WorkerProcess:
    """A worker, its lines read by a thread of their own."""

    def __init__(self, folder: Path) -> None:
        self.ink = folder / "ink.jsonl"
        self.file = folder / "strokes"
        self.errors = (folder / "stderr").open("w+")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "plotty_tui.devices.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            cwd=ROOT,
        )
        self.lines: queue.Queue = queue.Queue()
        self.seen: list[dict] = []
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for line in self.process.stdout:
            self.lines.put(json.loads(line))
        self.lines.put(None)

    def tell(self, do: str, **more) -> None:
        self.process.stdin.write(json.dumps({"do": do, **more}).encode() + b"\n")
        self.process.stdin.flush()

    def next(self) -> dict:
        """The next line, beats left out."""
        while True:
            line = self.lines.get(timeout=TIMEOUT)
            if line is None:
                pytest.fail(f"the worker ended; it had said {self.seen[-5:]}")
            self.seen.append(line)
            if line["say"] != "beat":
                return line

    def expect(self, say: str, **fields) -> dict:
        """The next line like this; lines before it are kept in `seen`."""
        while True:
            line = self.next()
            if line["say"] == say and all(line.get(key) == fields[key] for key in fields):
                return line
            if line["say"] in ("fault", "refused") and line["say"] != say:
                pytest.fail(f"waiting for {say}: {line}")

    def open(self, speed: float = FAST, **settings) -> dict:
        settings = {"model": "v3", "speed": speed, "ink": str(self.ink), **settings}
        self.tell("open", driver="simulator", settings=settings)
        return self.expect("facts")

    def draw(self, strokes: Strokes, number: int = 1, **more) -> None:
        self.file.write_bytes(encode_layers([LayerStrokes("ink", "#000000", strokes)]))
        command = {"id": number, "file": str(self.file), "layer": 0, "first": 0} | more
        command.setdefault("motion", MotionSettings().to_json())
        command.setdefault("window", 10**6)
        self.tell("draw", **command)

    def ended(self, number: int = 1) -> list[int]:
        return [
            line["stroke"]
            for line in self.seen
            if line["say"] == "progress" and line["id"] == number and line["ended"]
        ]

    def wait(self) -> int:
        return self.process.wait(TIMEOUT)

    def stderr(self) -> str:
        self.errors.seek(0)
        return self.errors.read()

    def end(self) -> None:
        self.process.kill()
        self.process.wait(TIMEOUT)
        for file in (self.process.stdin, self.process.stdout, self.errors):
            with contextlib.suppress(BrokenPipeError):
                file.close()


@pytest.fixture
def worker(tmp_path):
    process = WorkerProcess(tmp_path)
    yield process
    process.end()


def test_draws_in_the_estimated_time(worker):
    strokes = scribbles(40)
    facts = worker.open(name="left")
    assert facts["model"] == "AxiDraw V3" and facts["name"] == "left"
    worker.draw(strokes, tag={"run": 3, "sheet": 1})
    done = worker.expect("done", id=1)
    times = estimate_strokes(strokes, MotionSettings())
    assert done["seconds"] == pytest.approx(times.total_s, abs=1e-6)
    assert done["ink_mm"] == pytest.approx(times.pen_down_mm, abs=1e-6)
    assert done["stroke"] == 39 and not done["pen_down"]
    assert worker.ended()[-1] == 39 and worker.ended() == sorted(set(worker.ended()))
    records = read_ink(worker.ink)
    assert_ink_is(records, strokes)
    assert all(record["tag"] == {"run": 3, "sheet": 1} for record in records)
    worker.tell("close")
    worker.expect("closed")
    assert worker.wait() == 0
    assert worker.stderr() == ""


def test_the_sheet_is_turned_for_the_device(worker):
    strokes, turn = scribbles(5), Turn(True, 210.0)
    worker.open()
    worker.draw(strokes, turn={"quarter": True, "sheet_width": 210.0}, first=2)
    worker.expect("done")
    on_device = Strokes([turn.apply(*p) for p in line] for line in strokes)
    assert_ink_is(read_ink(worker.ink), on_device, first=2)


def test_the_journal_window_holds_the_pen(worker):
    strokes = scribbles(6)
    worker.open()
    worker.draw(strokes, window=1)
    for number in range(6):
        ended = worker.expect("progress", ended=True)
        assert ended["stroke"] == number
        if number < 5:
            # It travels on and stands ready; the pen stays up however long the journal takes.
            worker.expect("progress", ready=True, stroke=number + 1)
            worker.tell("pen_up")  # answered only after whatever the control thread did before
            worker.expect("refused")
            assert {r["stroke"] for r in read_ink(worker.ink)} == set(range(number + 1))
            worker.tell("ack", id=99, stroke=number)  # an earlier drawing's: means nothing
        worker.tell("ack", id=1, stroke=number)
    worker.expect("done")
    assert worker.ended() == list(range(6))
    assert_ink_is(read_ink(worker.ink), strokes)


def test_a_wider_window_lets_more_strokes_go(worker):
    worker.open()
    worker.draw(scribbles(9), window=3, first=2)
    worker.expect("progress", ready=True, stroke=5)
    worker.tell("pen_up")
    worker.expect("refused")
    assert {r["stroke"] for r in read_ink(worker.ink)} == {2, 3, 4}
    worker.tell("ack", stroke=4)
    worker.expect("progress", ready=True, stroke=8)
    worker.tell("ack", stroke=7)
    assert worker.expect("done")["stroke"] == 8


def test_pause_and_resume(worker):
    strokes = scribbles(12)
    worker.open(speed=60)
    worker.draw(strokes)
    for _ in range(5):
        worker.tell("pause")
        paused = worker.expect("paused", id=1)
        assert not paused["pen_down"] and paused["paused"]
        worker.tell("resume")
        worker.expect("resumed", id=1)
    worker.expect("done")
    assert_ink_is(read_ink(worker.ink), strokes)


def test_a_resume_right_after_a_pause_is_answered_in_order(worker):
    worker.open(speed=60)
    worker.draw(scribbles(3))
    worker.tell("pause")
    worker.tell("resume")
    worker.expect("paused")
    worker.expect("resumed")
    worker.expect("done")


def test_pause_and_cancel_while_the_journal_is_awaited(worker):
    worker.open()
    worker.draw(scribbles(3), window=1)
    worker.expect("progress", ready=True, stroke=1)
    worker.tell("pause")
    worker.expect("paused")
    worker.tell("resume")
    worker.expect("resumed")
    worker.expect("progress", ready=True, stroke=1)
    worker.tell("cancel")
    cancelled = worker.expect("cancelled")
    assert (cancelled["x"], cancelled["y"]) == pytest.approx((0, 0), abs=1e-9)
    assert {r["stroke"] for r in read_ink(worker.ink)} == {0}


def test_cancel_parks_and_the_worker_goes_on(worker):
    worker.open(speed=20)
    worker.draw(Strokes([[(10, 10), (200, 10), (10, 20), (200, 20)]]))
    worker.expect("progress", pen_down=True)
    worker.tell("cancel")
    cancelled = worker.expect("cancelled", id=1)
    assert (cancelled["x"], cancelled["y"]) == pytest.approx((0, 0), abs=1e-9)
    assert not cancelled["pen_down"]
    worker.draw(scribbles(1), number=2)
    worker.expect("done", id=2)


def test_stop_stays(worker):
    worker.open(speed=20)
    worker.draw(Strokes([[(10, 10), (200, 10), (10, 20), (200, 20)]]))
    worker.expect("progress", pen_down=True)
    worker.tell("stop")
    stopped = worker.expect("stopped", id=1)
    assert not stopped["pen_down"] and stopped["x"] > 5
    worker.tell("home", motion={})
    assert worker.expect("ok", of="home")["seconds"] > 0
    worker.tell("stop")
    worker.expect("stopped")


def test_an_order_right_behind_the_draw_is_not_lost(worker):
    worker.open()
    worker.draw(scribbles(4))
    worker.tell("stop")
    assert worker.expect("stopped", id=1)["ink_mm"] == 0 or read_ink(worker.ink)


@pytest.mark.parametrize("speed", [1, 20])
def test_when_the_engine_dies_the_pen_goes_up(worker, speed):
    worker.open(speed=speed)
    worker.draw(Strokes([[(0, 0), (250, 0), (0, 0), (250, 0), (0, 0), (250, 0)]]))
    place = worker.expect("progress", pen_down=True)
    worker.process.stdin.close()
    assert worker.wait() == 0
    text = worker.ink.read_text()
    assert text.endswith("]]}\n")  # the pen was raised and the record closed
    (record,) = read_ink(worker.ink)
    drawn = sum(abs(b[0] - a[0]) for a, b in pairwise(record["line"]))
    assert place["ink_mm"] - 0.1 <= drawn < 1249


def test_a_killed_worker_leaves_what_it_drew(worker):
    worker.open(speed=1)
    worker.draw(Strokes([[(0, 0), (250, 0)]]))
    place = worker.expect("progress", pen_down=True)
    worker.process.kill()
    worker.wait()
    (record,) = read_ink(worker.ink)
    assert record["line"][-1][0] >= place["x"] - 0.1


def test_sigterm_ends_it_and_sigint_does_not(worker):
    worker.open(speed=1)
    worker.draw(Strokes([[(0, 0), (250, 0)]]))
    worker.process.send_signal(signal.SIGINT)
    worker.expect("progress", pen_down=True)
    worker.process.send_signal(signal.SIGTERM)
    worker.expect("stopped")
    worker.expect("closed")
    assert worker.wait() == 0


def test_when_nobody_reads_any_more_it_ends():
    source, sink = os.pipe()
    os.close(source)
    process = subprocess.Popen(
        [sys.executable, "-m", "plotty_tui.devices.worker"],
        stdin=subprocess.PIPE,
        stdout=sink,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
    )
    os.close(sink)
    try:
        assert process.wait(TIMEOUT) == 0
    finally:
        process.kill()
        process.stdin.close()


def test_faults_are_sentences(worker):
    worker.tell("home")
    fault = worker.expect("fault", of="home")
    assert fault["text"] == "no device is open in this worker"
    worker.tell("open", driver="simulater", settings={})
    fault = worker.expect("fault", of="open", code="unknown")
    assert fault["text"] == "no driver 'simulater': did you mean simulator?"
    worker.open()
    worker.draw(Strokes([[(0, 0), (301, 5)]]), number=4)
    fault = worker.expect("fault", of="draw", id=4, code="travel")
    assert "outside of the travel of 300 x 217.9 mm" in fault["text"]
    assert "\n" not in fault["text"]
    assert read_ink(worker.ink) == []
    worker.tell("draw", id=5, file="/nowhere/strokes", layer=0)
    assert "No such file" in worker.expect("fault", id=5, code="file")["text"]
    worker.draw(scribbles(1), number=6, layer=3)
    assert "no layer 3" in worker.expect("fault", id=6, code="file")["text"]
    worker.draw(scribbles(1), number=7)
    worker.expect("done", id=7)
    assert "home failed: no device is open in this worker" in worker.stderr()


def test_what_is_not_possible_is_refused(worker):
    worker.open(speed=5)
    worker.tell("pause")
    assert worker.expect("refused", of="pause")["text"] == "nothing is being drawn"
    worker.tell("hom")
    assert "did you mean home" in worker.expect("refused", of="hom")["text"]
    worker.process.stdin.write(b'{"do": "draw"}\nnonsense\n[1]\n')
    worker.process.stdin.flush()
    for _ in range(3):
        worker.expect("refused")
    worker.draw(scribbles(5), number=3)
    worker.tell("jog", dx=1, dy=1)
    assert worker.expect("refused")["text"] == "jog has to wait: drawing 3 is at hand"
    worker.tell("resume")
    assert worker.expect("refused", of="resume")["text"] == "it is not paused"
    worker.tell("stop")
    worker.expect("stopped", id=3)


def test_lines_are_few_however_fast_the_machine(worker):
    strokes = Strokes([[(i % 100, i // 100), (i % 100 + 0.5, i // 100)] for i in range(3000)])
    worker.open(speed=1e6)
    began = time.monotonic()
    worker.draw(strokes)
    worker.expect("done")
    took = time.monotonic() - began
    progress = [line for line in worker.seen if line["say"] == "progress"]
    assert len(progress) <= 50 * took + 10
    assert worker.ended()[-1] == 2999


def test_progress_between_strokes_is_frequent(worker):
    worker.open(speed=1)
    worker.draw(Strokes([[(0, 0), (50, 0)]]))
    done = worker.expect("done")
    reports = [line for line in worker.seen if line["say"] == "progress"]
    assert 8 * done["seconds"] <= len(reports) <= 25 * done["seconds"] + 4


def test_it_beats(worker):
    worker.open()
    beats = []
    while len(beats) < 2:
        line = worker.lines.get(timeout=TIMEOUT)
        if line["say"] == "beat":
            beats.append(line["busy_s"])
    assert max(beats) < 1


class Unlucky:
    """A driver whose library raises what it likes."""

    def __init__(self, settings) -> None:
        self.calls: list[str] = []

    def open(self) -> Facts:
        return Facts("unlucky", "AxiDraw V3", 300, 217.9)

    def draw(self, strokes, motion, first=0, *, tag=None):
        yield Progress(0, True, False, 3.0, 1.0, 5.0, 5.0, True)
        raise RuntimeError("lost\nin two lines")

    def pen_up(self) -> None:
        self.calls.append("pen_up")

    def stop(self) -> None:
        raise OSError("no port")

    def close(self) -> None:
        raise DeviceFault("the port is gone", "usb")


def test_any_exception_of_a_driver_is_one_sentence(tmp_path, monkeypatch):
    driver = Unlucky({})
    monkeypatch.setattr("plotty_tui.devices.worker.make_driver", lambda name, settings: driver)
    said: list[dict] = []
    codes: list[int] = []
    outlet = Outlet(-1)
    worker = Worker(outlet)
    (tmp_path / "strokes").write_bytes(encode_layers([LayerStrokes("a", "#000", scribbles(2))]))
    source, sink = os.pipe()
    commands = [
        {"do": "open", "driver": "unlucky"},
        {"do": "draw", "id": 8, "file": str(tmp_path / "strokes"), "layer": 0},
    ]
    os.write(sink, "".join(json.dumps(command) + "\n" for command in commands).encode())
    threads = [
        threading.Thread(target=worker.listen, args=(source,), daemon=True),
        threading.Thread(target=lambda: codes.append(worker.run()), daemon=True),
    ]
    faulted = threading.Event()
    monkeypatch.setattr(
        outlet, "say", lambda m: (said.append(m), m["say"] == "fault" and faulted.set())
    )
    for thread in threads:
        thread.start()
    assert faulted.wait(TIMEOUT)
    os.close(sink)  # the engine is gone
    for thread in threads:
        thread.join(TIMEOUT)
    os.close(source)
    assert driver.calls == ["pen_up"]
    assert said[1] == {
        "say": "fault",
        "of": "draw",
        "code": "fault",
        "id": 8,
        "text": "draw failed in the driver: RuntimeError: lost in two lines",
    }
    assert [line["say"] for line in said[2:]] == ["fault", "fault"]
    assert said[2]["text"] == "stop failed in the driver: OSError: no port"
    assert (said[3]["of"], said[3]["code"], said[3]["text"]) == ("close", "usb", "the port is gone")
    assert codes == [1]


def test_the_outlet_keeps_the_order_of_ends_and_answers():
    source, sink = os.pipe()
    outlet = Outlet(sink)
    for stroke in range(5):
        for ended in (False, True):
            outlet.progress(1, Progress(stroke, True, ended, 0, 0, 0, 0, False))
    outlet.progress(1, Progress(5, False, False, 0, 0, 0, 0, False))
    outlet.say({"say": "paused"})
    outlet.progress(1, Progress(5, False, False, 1, 0, 0, 0, False))
    thread = threading.Thread(target=outlet.run)
    thread.start()
    outlet.finish()
    thread.join(TIMEOUT)
    os.close(sink)
    with os.fdopen(source) as file:
        lines = [json.loads(line) for line in file]
    assert [(line["say"], line.get("stroke"), line.get("ended")) for line in lines] == [
        ("progress", 4, True),
        ("progress", 5, False),
        ("paused", None, None),
        ("progress", 5, False),
    ]
