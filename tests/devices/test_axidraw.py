"""The AxiDraw driver with the real pyaxidraw, against the board simulator.

Most boards here run twenty times as fast as life; bounds that a person feels are in real time.
"""

from __future__ import annotations

import math
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

pytest.importorskip("pyaxidraw")

from shapely import MultiLineString, Point
from test_simulator import scribbles
from test_worker import WorkerProcess

from plotty_tui.devices import axidraw, wire
from plotty_tui.devices.axidraw import AxiDraw
from plotty_tui.devices.board import BoardServer, launch
from plotty_tui.devices.driver import Cancelled, Progress
from plotty_tui.domain.errors import DeviceFault
from plotty_tui.domain.presets import MotionSettings
from plotty_tui.domain.strokes import LayerStrokes, Strokes, encode_layers

SPEED = 20
MOTION = MotionSettings()
BLOT_MM = 0.1
LONG_LINE = Strokes([[(10.0, 10.0), (280.0, 10.0)]])


class Bench:
    """A board, a driver on it, and what was reported."""

    def __init__(self, speed: float = SPEED, **settings) -> None:
        self.board = BoardServer(speed=speed).start()
        self.driver = AxiDraw({"port": self.board.port, "speed": speed, **settings})
        self.facts = self.driver.open()
        self.reports: list[Progress] = []

    def draw(
        self,
        strokes: Strokes,
        at_report: Callable[[Progress], None] = lambda report: None,
        motion: MotionSettings = MOTION,
        first: int = 0,
    ) -> Progress:
        for report in self.driver.draw(strokes, motion, first, tag={"sheet": 7}):
            self.reports.append(report)
            at_report(report)
        return self.reports[-1]

    def lines(self) -> list[list[tuple[float, float]]]:
        return self.board.board.ink()

    def stands(self) -> bool:
        """Pen up, nothing moves."""
        return not any(self.board.board.status()) and not self.board.board.pen_touches()

    def close(self) -> None:
        self.driver.close()
        self.board.close()


@pytest.fixture
def benches() -> Iterator[Callable[..., Bench]]:
    made: list[Bench] = []

    def make(**settings) -> Bench:
        made.append(Bench(**settings))
        return made[-1]

    yield make
    for bench in made:
        try:
            bench.driver.close()
        except DeviceFault:
            pass
        finally:
            bench.board.close()


@pytest.fixture
def bench(benches) -> Bench:
    return benches()


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(wire, "PATIENCE_SECONDS", 0.3)
    monkeypatch.setattr(wire, "PROBE_SECONDS", 0.2)


def on_paper(lines) -> MultiLineString:
    lines = [line if len(line) > 1 else [line[0], line[0]] for line in lines]
    return MultiLineString(lines).segmentize(0.5)


def length(line) -> float:
    return sum(math.dist(a, b) for a, b in pairwise(line))


def assert_drawn(lines, strokes: Strokes, seam_mm: float = 0.05) -> None:
    """The lines, one after the other, are the strokes: each piece goes on where the one before
    ended, nothing is missing and nothing was drawn twice. What is shorter than a pen is wide, where
    a pause came just before an end or while the pen came down, is no line: it has to lie on the
    drawing."""
    plan = on_paper([*strokes])
    assert all(plan.distance(Point(line[0])) < seam_mm for line in lines)
    pieces = iter([line for line in lines if length(line) > BLOT_MM])
    for stroke in strokes:
        drawn = list(next(pieces))
        assert math.dist(drawn[0], stroke[0]) < seam_mm
        while math.dist(drawn[-1], stroke[-1]) > BLOT_MM or length(drawn) < length(stroke) - 0.2:
            piece = next(pieces)
            assert math.dist(drawn[-1], piece[0]) < BLOT_MM
            assert min(math.dist(line[-1], piece[0]) for line in lines) < seam_mm
            drawn += piece
        # the board moves in steps: a slanted line is a little longer in them
        assert length(drawn) == pytest.approx(length(stroke), rel=0.01, abs=0.1)
        assert on_paper([drawn]).hausdorff_distance(on_paper([stroke])) < 0.1
    assert next(pieces, None) is None


def previewed_seconds(strokes: Strokes, motion: MotionSettings) -> float:
    """Machine time of the drawing in the library's own preview."""
    from pyaxidraw import axidraw as vendors

    paths = "".join(
        '<path fill="none" stroke="black" d="M ' + " L ".join(f"{x} {y}" for x, y in line) + '"/>'
        for line in strokes
    )
    sheet = 'width="300mm" height="200mm" viewBox="0 0 300 200"'
    ad = vendors.AxiDraw(default_logging=False, user_message_fun=lambda text: None)
    ad.plot_setup(f'<svg xmlns="http://www.w3.org/2000/svg" {sheet}>{paths}</svg>')
    ad.options.preview, ad.options.reordering = True, 4
    ad.options.speed_pendown, ad.options.speed_penup = motion.speed_pendown, motion.speed_penup
    ad.plot_run()
    return ad.time_estimate


# Drawing


def test_strokes_are_drawn_once_and_in_place(bench):
    strokes = scribbles(12)
    strokes.append([(100.0, 100.0)])
    strokes.append([(0.0, 0.0), (300.0, 217.9), (300.2, 217.9), (300.0, 0.0)])
    last = bench.draw(strokes)
    dots = [line for line in bench.lines() if length(line) < 0.01]
    assert [math.dist(dot[0], (100, 100)) < 0.02 for dot in dots] == [True]
    lines = [line for line in bench.lines() if line not in dots]
    drawn = Strokes(
        [(min(x, 300.0), y) for x, y in line] for line in strokes if line != [(100.0, 100.0)]
    )
    assert_drawn(lines, drawn)
    assert on_paper(lines).hausdorff_distance(on_paper(drawn)) < 0.1
    assert last.ended and last.stroke == len(strokes) - 1 and not last.pen_down
    assert last.ink_mm == pytest.approx(drawn.length_mm(), rel=0.001)
    assert bench.stands()


def test_reports_keep_the_journal_rule(bench):
    """Ready before the pen comes down, then begun, then ended; ink and time only grow."""
    touched: dict[int, int] = {}

    def note(report: Progress) -> None:
        if report.ready:
            assert not report.begun and not report.pen_down
            touched[report.stroke] = len(bench.lines())
        if report.ended:
            assert report.begun
            assert len(bench.lines()) == touched[report.stroke] + 1

    bench.draw(scribbles(5), note)
    assert [r.stroke for r in bench.reports if r.ended] == [0, 1, 2, 3, 4]
    for before, after in pairwise(bench.reports):
        assert after.ink_mm >= before.ink_mm - 1e-9
        assert after.seconds >= before.seconds - 1e-9


@pytest.mark.parametrize("motion", [MOTION, MotionSettings(speed_pendown=60, speed_penup=120)])
def test_the_machine_takes_the_time_of_the_librarys_preview(bench, motion):
    strokes = scribbles(15)
    seconds = bench.draw(strokes, motion=motion).seconds + bench.driver.home(motion)
    assert seconds == pytest.approx(previewed_seconds(strokes, motion), rel=0.01)


def test_progress_comes_often_and_is_true(benches):
    """In real time: 10-20 reports a second, right to a fraction of a millimetre of ink."""
    bench = benches(speed=1)
    off, moments = [], []

    def compare(report: Progress) -> None:
        moments.append(time.monotonic())
        truth = bench.board.board.position_mm()
        if time.monotonic() - moments[-1] < 0.001 and not (report.ready or report.ended):
            off.append(math.dist(truth, (report.x, report.y)))

    bench.draw(scribbles(1, vertices=8), compare, MotionSettings(speed_pendown=8))
    assert 10 <= len(moments) / (moments[-1] - moments[0]) <= 25
    assert sorted(off)[len(off) // 2] < 0.15
    # the connection is made with an empty queue; after it the board is never left waiting
    speeds = [gap.seconds for gap in bench.board.board.record.gaps if gap.speed_mm_s]
    assert max(speeds, default=0.0) < 0.05


def test_other_speeds_and_heights_are_taken_over(bench):
    bench.draw(scribbles(1))
    bench.draw(scribbles(1), motion=MotionSettings(pen_pos_down=20, pen_pos_up=70))
    heights = [one.text for one in bench.board.board.record.heard if one.text.startswith("SC,5")]
    assert heights[0] != heights[-1]
    assert_drawn(bench.lines(), Strokes([*scribbles(1), *scribbles(1)]))


def test_the_brushless_pen_has_a_pin_of_its_own(benches):
    bench = benches(penlift=3)
    bench.draw(scribbles(1))
    lifts = [one.text for one in bench.board.board.record.heard if one.text.startswith("SP,")]
    assert lifts and all(lift.endswith(",2") for lift in lifts)


def test_a_shorter_slice_makes_shorter_moves(benches):
    bench = benches(time_slice=0.0125)
    bench.draw(LONG_LINE)
    moves = [one.text for one in bench.board.board.record.heard if one.text.startswith("SM,")]
    assert max(int(move.split(",")[1]) for move in moves) == 250


def test_strokes_outside_of_the_travel_are_refused(bench):
    with pytest.raises(DeviceFault, match="outside of the travel") as fault:
        bench.driver.draw(Strokes([[(10, 10), (301, 10)]]), MOTION)
    assert fault.value.code == "travel"
    assert bench.lines() == []


def test_home_jog_and_the_pen_by_hand(bench):
    driver, board = bench.driver, bench.board.board
    driver.jog(30, 20)
    assert board.position_mm() == (pytest.approx(30, abs=0.02), pytest.approx(20, abs=0.02))
    driver.pen_down()
    assert board.pen_touches()
    driver.jog(10, 0)
    driver.pen_up()
    assert not board.pen_touches()
    assert length(bench.lines()[-1]) == pytest.approx(10, abs=0.05)
    with pytest.raises(DeviceFault, match="leaves the travel"):
        driver.jog(-100, 0)
    seconds = driver.home(MOTION)
    assert 0.3 < seconds < 2
    assert board.position_mm() == (pytest.approx(0, abs=0.02), pytest.approx(0, abs=0.02))


# Pause, cancel, stop


def test_pauses_at_random_places_leave_no_trace(bench):
    dice = random.Random(5)
    strokes = Strokes([*scribbles(6), [(10, 10), (190, 140)], [(10, 140), (190, 20), (20, 20)]])
    pauses = 0
    wait = threading.Event()

    def disturb() -> None:
        for _ in range(20):
            if wait.wait(dice.uniform(0.05, 2.0) / SPEED):
                return
            bench.driver.pause()

    def resume(report: Progress) -> None:
        nonlocal pauses
        if report.paused:
            pauses += 1
            assert bench.stands()
            bench.driver.resume()

    disturber = threading.Thread(target=disturb)
    disturber.start()
    bench.draw(strokes, resume)
    wait.set()
    disturber.join()
    assert pauses > 5
    assert_drawn(bench.lines(), strokes)


def test_a_paused_plotter_stands_within_half_a_second(benches):
    """In real time, on a long line, where the library alone takes up to 630 ms. Two of three: a
    busy machine may miss one."""
    bench = benches(speed=1)
    stood: list[float] = []

    def pause_after(seconds: float) -> None:
        time.sleep(seconds)
        asked = time.monotonic()
        bench.driver.pause()
        while not bench.stands():
            time.sleep(0.002)
        stood.append(time.monotonic() - asked)

    reports = bench.driver.draw(LONG_LINE, MOTION)
    for seconds in (0.7, 0.9, 1.3):
        watch = threading.Thread(target=pause_after, args=(seconds,))
        watch.start()
        paused = next(report for report in reports if report.paused)
        watch.join()
        truth = bench.board.board.position_mm()
        assert (paused.x, paused.y) == (pytest.approx(truth[0]), pytest.approx(truth[1]))
        bench.driver.resume()
    bench.driver.stop()
    with pytest.raises(Cancelled):
        list(reports)
    assert sorted(stood)[1] < 0.5


def test_resume_draws_the_rest_and_only_that(bench):
    """Where a stroke crosses itself, the rest is that of the right branch."""
    star = [(150 + 80 * math.cos(k * 2.513), 100 + 80 * math.sin(k * 2.513)) for k in range(6)]
    strokes = Strokes([star])
    paused_at = []

    def pause_often(report: Progress) -> None:
        if report.paused:
            paused_at.append(report.ink_mm)
            bench.driver.resume()
        elif report.pen_down and len(paused_at) < 4:
            bench.driver.pause()

    bench.draw(strokes, pause_often)
    assert len(paused_at) == 4
    assert_drawn(bench.lines(), strokes)


def test_cancel_parks(bench):
    def cancel(report: Progress) -> None:
        if report.pen_down and report.ink_mm > 20:
            bench.driver.cancel()

    with pytest.raises(Cancelled):
        bench.draw(LONG_LINE, cancel)
    assert bench.stands()
    assert bench.board.board.position_mm() == (pytest.approx(0, abs=0.02),) * 2
    last = bench.reports[-1]
    assert (last.x, last.y) == (pytest.approx(0, abs=0.02),) * 2
    assert not last.pen_down


def test_stop_is_at_once(benches):
    """In real time: the carriage stands within 150 ms, the pen follows. Two of three."""
    bench = benches(speed=1)
    took = []

    def stop() -> None:
        asked = time.monotonic()
        bench.driver.stop()
        took.append(time.monotonic() - asked)

    stopping: list[threading.Thread] = []

    def stop_in_the_stroke(report: Progress) -> None:
        if report.ink_mm > 5 and not stopping:
            stopping.append(threading.Thread(target=stop))
            stopping[0].start()

    for _ in range(3):
        stopping.clear()
        with pytest.raises(Cancelled):
            bench.draw(LONG_LINE, stop_in_the_stroke)
        stopping[0].join()
        assert bench.stands()
        truth = bench.board.board.position_mm()
        assert truth[0] > 10
        assert (bench.reports[-1].x, bench.reports[-1].y) == pytest.approx(truth)
    assert sorted(took)[1] < 0.15
    bench.driver.pen_up()
    bench.driver.home(MOTION)
    assert bench.board.board.position_mm() == (pytest.approx(0, abs=0.02),) * 2


def test_a_drawing_that_is_given_up_leaves_the_pen_up(bench):
    reports = bench.driver.draw(LONG_LINE, MOTION)
    for report in reports:
        if report.pen_down:
            break
    reports.close()
    bench.driver.pen_up()
    assert bench.stands()


# Faults


def test_the_boards_button_is_a_pause(bench):
    pauses = 0

    def resume(report: Progress) -> None:
        nonlocal pauses
        if report.paused:
            pauses += 1
            bench.driver.resume()
        elif report.pen_down and report.ink_mm > 40 and not pauses:
            bench.board.press_button()

    bench.draw(LONG_LINE, resume)
    assert pauses == 1
    assert_drawn(bench.lines(), LONG_LINE)


def test_a_press_while_it_stands_pauses_nothing_later(bench):
    pauses = 0

    def resume(report: Progress) -> None:
        nonlocal pauses
        if report.paused:
            pauses += 1
            bench.board.press_button()
            bench.driver.resume()
        elif report.pen_down and report.ink_mm > 40 and not pauses:
            bench.driver.pause()

    bench.draw(LONG_LINE, resume)
    assert pauses == 1
    assert_drawn(bench.lines(), LONG_LINE)


def test_lost_power_is_noticed_and_the_place_is_not_trusted_after(bench, monkeypatch):
    monkeypatch.setattr(axidraw, "VOLTAGE_EVERY_SECONDS", 0.05)
    monkeypatch.setattr(axidraw, "VOLTAGE_AGAIN_SECONDS", 0.01)

    def drop(report: Progress) -> None:
        if report.ink_mm > 20:
            bench.board.drop_voltage()

    with pytest.raises(DeviceFault, match="no power") as fault:
        bench.draw(LONG_LINE, drop)
    assert fault.value.code == "brown_out"
    assert not bench.board.board.status()[0]
    bench.driver.close()
    bench.board.restore_voltage()
    assert not bench.driver.open().position_known
    bench.driver.home_here()
    bench.driver.close()
    assert bench.driver.open().position_known


def test_a_stroke_without_power_is_not_said_to_be_drawn(bench):
    """However short it is against the looks at the voltage."""
    short = Strokes([[(20.0 + 2 * k, 20.0), (20.0 + 2 * k, 23.0)] for k in range(40)])

    def drop(report: Progress) -> None:
        if report.ready and report.stroke == 5:
            bench.board.drop_voltage()

    with pytest.raises(DeviceFault, match="no power"):
        bench.draw(short, drop)
    assert [report.stroke for report in bench.reports if report.ended] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("fault", "code"), [("unplug", "usb_lost"), ("hang", "hung"), ("power_cycle", "usb_lost")]
)
def test_a_lost_board_is_a_fault_with_its_word(bench, impatient, fault, code):
    began = []

    def fail(report: Progress) -> None:
        if report.ink_mm > 20 and not began:
            began.append(time.monotonic())
            getattr(bench.board, fault)()

    with pytest.raises(DeviceFault) as raised:
        bench.draw(LONG_LINE, fail)
    assert raised.value.code == code
    assert time.monotonic() - began[0] < 2
    with pytest.raises(DeviceFault):
        bench.driver.pen_up()


@pytest.mark.parametrize("fault", ["lose_reply", "garble_reply"])
@pytest.mark.parametrize(("word", "number"), [("SM", 40), ("QB", 10), ("SP", 3)])
def test_a_reply_that_goes_astray_is_made_good(bench, impatient, fault, word, number):
    strokes = scribbles(3)
    bench.board.after(number, fault, match=word)
    bench.draw(strokes)
    assert_drawn(bench.lines(), strokes)


def test_what_the_library_raises_is_a_fault(bench, monkeypatch):
    from plotty_tui.devices.vendor import Library

    def fail(self, line) -> None:
        raise SystemExit("mentions\n  an internal")

    monkeypatch.setattr(Library, "draw_path", fail)
    with pytest.raises(DeviceFault, match="pyaxidraw failed: SystemExit: mentions an internal"):
        bench.draw(LONG_LINE)


def test_the_library_says_nothing_on_the_terminal(bench, capfd):
    bench.driver.pause()
    paused = []

    def pause(report: Progress) -> None:
        if report.paused:
            paused.append(report)
            bench.driver.resume()
        elif report.pen_down and not paused:
            bench.driver.pause()

    bench.draw(LONG_LINE, pause)
    bench.board.unplug()
    with pytest.raises(DeviceFault):
        bench.draw(LONG_LINE)
    assert capfd.readouterr() == ("", "")


# Taking over from a process that was killed


def test_facts_tell_whether_the_place_is_known(bench):
    assert not bench.facts.position_known
    bench.draw(LONG_LINE)
    bench.driver.close()
    facts = bench.driver.open()
    assert facts.position_known
    assert (facts.driver, facts.firmware, facts.travel_x_mm) == ("axidraw", "2.8.1", 300.0)
    bench.driver.close()
    bench.board.power_cycle(0)
    assert not bench.driver.open().position_known


def test_a_new_worker_goes_on_at_the_stroke_of_a_killed_one(tmp_path):
    strokes = scribbles(6)
    (tmp_path / "strokes").write_bytes(encode_layers([LayerStrokes("all", "#000000", strokes)]))
    link = tmp_path / "board"
    with launch(link, speed=SPEED, control=tmp_path / "ctl") as board:
        settings = {"port": str(link), "speed": SPEED}
        first = WorkerProcess(tmp_path)
        first.tell("open", driver="axidraw", settings=settings)
        assert first.expect("facts")["position_known"] is False
        begun = _draw_until(first, tmp_path, 0, stop_in=3)
        first.process.send_signal(signal.SIGKILL)
        first.process.wait()
        second = WorkerProcess(tmp_path)
        second.tell("open", driver="axidraw", settings=settings)
        assert second.expect("facts")["position_known"] is True
        assert board.state()["pen_down"] is False
        _draw_until(second, tmp_path, begun, stop_in=None)
        second.tell("close")
        second.expect("closed")
        lines = board.ink()
    again = next(
        k for k in range(begun + 1, len(lines)) if math.dist(lines[k][0], strokes[begun][0]) < 0.05
    )
    assert_drawn(lines[again:], Strokes(list(strokes)[begun:]))
    assert_drawn(lines[:begun], Strokes(list(strokes)[:begun]))
    cut_off = [p for line in lines[begun:again] for p in line]
    assert on_paper([cut_off]).difference(on_paper([strokes[begun]]).buffer(0.1)).is_empty


def _draw_until(worker: WorkerProcess, folder: Path, first: int, stop_in: int | None) -> int:
    """Let a worker draw, acknowledging; until it is within stroke `stop_in`, or done."""
    worker.tell("draw", id=1, file=str(folder / "strokes"), first=first, tag={"sheet": 3})
    while True:
        line = worker.next()
        assert line["say"] in ("progress", "done"), line
        if line["say"] == "done":
            return line["stroke"]
        if line["ended"]:
            worker.tell("ack", id=1, stroke=line["stroke"])
        elif line["stroke"] == stop_in and line["pen_down"]:
            return line["stroke"]
