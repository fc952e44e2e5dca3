"""The port of a board, and its schedule, against the board simulator: no pyaxidraw needed."""

from __future__ import annotations

import math
import threading
import time
from itertools import pairwise

import pytest

from plotty_tui.devices import discovery, vendor, wire
from plotty_tui.devices.axidraw import AxiDraw
from plotty_tui.devices.board import BoardServer
from plotty_tui.devices.port import BoardPort, Halted, Pace, PortFault
from plotty_tui.devices.registry import make_driver
from plotty_tui.devices.schedule import Schedule, rest_of
from plotty_tui.devices.vendor import read_setup
from plotty_tui.domain.errors import DeviceFault, NotFound, Refused

RAISE = "SP,1,130,1"
# 1016 steps of both motors: 12.7 mm along x
HALF_INCH = "SM,250,1016,1016"


@pytest.fixture
def board():
    with BoardServer(name="left") as server:
        yield server


@pytest.fixture
def opened(board):
    link = BoardPort(board.port)
    link.open()
    link.zero()
    yield link
    link.close()


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(wire, "PATIENCE_SECONDS", 0.2)
    monkeypatch.setattr(wire, "PROBE_SECONDS", 0.2)


def heard(board: BoardServer, word: str) -> list[str]:
    return [one.text for one in board.board.record.heard if one.text.startswith(word)]


# The schedule


def test_a_place_lies_between_the_ends_of_its_move():
    schedule = Schedule()
    schedule.lift(10.0, 0.1, down=True)
    schedule.move(10.05, 1.0, 20.0, 0.0)
    schedule.move(10.06, 1.0, 0.0, 10.0)
    schedule.lift(10.07, 0.2, down=False)
    assert schedule.at(10.05).pen_down is False
    at = schedule.at(10.6)
    assert (at.x, at.y, at.ink_mm, at.pen_down, at.touches) == (
        pytest.approx(10.0),
        0.0,
        pytest.approx(10.0),
        True,
        1,
    )
    at = schedule.at(11.6)
    assert (at.x, at.y, at.ink_mm) == (20.0, pytest.approx(5.0), pytest.approx(25.0))
    assert schedule.ink_end == pytest.approx(12.1)
    assert schedule.end == pytest.approx(12.3)
    assert schedule.at(12.2).pen_down is False
    at = schedule.at(99.0)
    assert (at.x, at.y, at.ink_mm, at.seconds) == (20.0, 10.0, 30.0, pytest.approx(2.3))


def test_a_command_that_comes_late_begins_when_it_was_sent():
    schedule = Schedule()
    schedule.move(0.0, 1.0, 1.0, 0.0)
    schedule.move(5.0, 1.0, 1.0, 0.0)
    assert schedule.at(4.0).x == 1.0
    assert schedule.at(5.5).x == pytest.approx(1.5)
    assert schedule.at(9.0).seconds == pytest.approx(2.0)


def test_a_stop_breaks_travel_off_and_lets_the_pen_go_on():
    schedule = Schedule()
    schedule.lift(0.0, 0.1, down=True)
    schedule.move(0.0, 1.0, 10.0, 0.0)
    schedule.lift(0.0, 0.2, down=False)
    schedule.move(0.0, 1.0, 0.0, 50.0)
    schedule.cut(0.6)
    assert schedule.end == pytest.approx(0.8)
    at = schedule.at(2.0)
    assert (at.x, at.y, at.ink_mm) == (pytest.approx(5.0), 0.0, pytest.approx(5.0))
    assert at.pen_down is False
    assert at.seconds == pytest.approx(0.1 + 0.5 + 0.2)


# What is left of a stroke

ZIGZAG = [(0.0, 0.0), (10.0, 0.0), (10.0, 1.0), (0.0, 1.0), (0.0, 0.0), (10.0, 0.0)]


@pytest.mark.parametrize(
    ("place", "ink_mm", "begins", "left_mm"),
    [
        ((4.01, 0.01), 4.2, (4.01, 0.0), 5.99 + 22),
        ((4.01, 0.01), 25.9, (4.01, 0.0), 5.99),  # the same place, on the second way along
        ((0.0, 0.0), 0.0, (0.0, 0.0), 32.0),
    ],
)
def test_the_rest_of_a_stroke_begins_where_the_pen_stood(place, ink_mm, begins, left_mm):
    rest = rest_of(ZIGZAG, place, ink_mm)
    assert math.dist(rest[0], begins) < 0.005
    assert sum(math.dist(a, b) for a, b in pairwise(rest)) == pytest.approx(left_mm, abs=0.01)


def test_nothing_is_left_of_a_stroke_that_was_drawn():
    assert rest_of(ZIGZAG, (10.0, 0.0), 32.0) == []
    assert rest_of([(3.0, 3.0)], (3.0, 3.0), 0.0) == []


# Against the board


def test_the_place_by_the_schedule_is_that_of_the_carriage(board, opened):
    """At 10 mm/s, where a busy machine's late answer is no great way."""
    opened.command("SP,0,146,1")
    opened.command("SM,400,160,160")
    opened.command("SM,400,160,-160")
    off = []
    while opened.seconds_left() > 0:
        before, truth, place = time.monotonic(), board.board.position_mm(), opened.place()
        if time.monotonic() - before < 0.001:
            off.append(math.dist(truth, (place.x, place.y)))
        time.sleep(0.005)
    opened.wait()
    assert sorted(off)[len(off) // 2] < 0.15
    assert opened.locate() == (pytest.approx(2.0), pytest.approx(2.0))
    assert opened.place().ink_mm == pytest.approx(4.0)
    assert board.board.position_mm() == (pytest.approx(2.0), pytest.approx(2.0))


def test_it_says_who_it_is(board, opened):
    assert opened.firmware == "2.8.1"
    assert opened.query("QT") == "left"
    assert opened.query("XX") == ""
    assert opened.motors_on()
    assert opened.voltage_ok()
    board.drop_voltage()
    assert not opened.voltage_ok()


def test_a_port_belongs_to_one(board, opened):
    with pytest.raises(PortFault, match="in use") as fault:
        BoardPort(board.port).open()
    assert fault.value.code == "no_connection"
    opened.close()
    other = BoardPort(board.port)
    other.open()
    other.close()


def test_no_port_is_said_in_a_sentence(tmp_path):
    with pytest.raises(PortFault, match="plugged in and switched on"):
        BoardPort(str(tmp_path / "ttyACM9")).open()


def test_a_board_that_is_silent_at_the_start(board, impatient):
    board.hang()
    with pytest.raises(PortFault, match="switched on") as fault:
        BoardPort(board.port).open()
    assert fault.value.code == "no_connection"


def test_a_hung_board_is_noticed_and_nothing_is_sent_after(board, opened, impatient):
    board.hang()
    began = time.monotonic()
    with pytest.raises(PortFault) as fault:
        opened.write(b"QB\r")
    assert fault.value.code == "hung"
    assert time.monotonic() - began < 2
    began = time.monotonic()
    with pytest.raises(PortFault):
        opened.write(f"{HALF_INCH}\r".encode())
    assert time.monotonic() - began < 0.1
    assert not heard(board, "SM")


@pytest.mark.parametrize("fault", ["lose_reply", "garble_reply"])
def test_a_move_whose_reply_is_lost_is_made_once(board, opened, impatient, fault):
    getattr(board, fault)("SM")
    opened.write(f"{HALF_INCH}\r".encode())
    assert opened.readline() == b"OK\r\n"
    opened.wait()
    assert opened.locate() == (pytest.approx(12.7), pytest.approx(0.0))
    assert len(heard(board, "SM")) == 1


def test_a_lost_answer_is_asked_for_again(board, opened, impatient):
    board.lose_reply("QB")
    opened.write(b"QB\r")
    assert (opened.readline(), opened.readline(), opened.readline()) == (b"0\r\n", b"OK\r\n", b"")


def test_a_late_answer_is_waited_for(board, opened):
    board.delay_reply(0.3, "QB")
    assert opened.query("QB") == "0"


def test_garbage_for_ever_is_a_fault(board, opened, impatient):
    board.garble_reply("", 50)
    with pytest.raises(PortFault) as fault:
        opened.query("QB")
    assert fault.value.code == "garbled"


def test_an_unplugged_board_is_noticed_at_once(board, opened):
    board.unplug()
    began = time.monotonic()
    with pytest.raises(PortFault, match="USB connection") as fault:
        opened.query("QB")
    assert fault.value.code == "usb_lost"
    assert time.monotonic() - began < 0.5


def test_a_halt_stops_the_carriage_and_raises_the_pen(board, opened):
    opened.command("SP,0,50,1")
    opened.command("SM,2000,8128,8128")
    while opened.place().x < 10:
        time.sleep(0.005)
    began = time.monotonic()
    opened.halt(RAISE)
    assert time.monotonic() - began < 0.15
    stood = board.board.position_mm()
    with pytest.raises(Halted):
        opened.write(f"{HALF_INCH}\r".encode())
    opened.wait()
    assert not board.board.pen_touches()
    assert board.board.position_mm() == stood
    place = opened.place()
    assert (place.x, place.y) == (pytest.approx(stood[0]), pytest.approx(stood[1]))
    assert 10 <= place.x < 50
    opened.release()
    opened.write(f"{HALF_INCH}\r".encode())
    opened.wait()
    assert opened.locate()[0] == pytest.approx(stood[0] + 12.7)


def test_a_halt_waits_for_a_pen_that_is_about_to_come_down(board, opened):
    """The pen comes down in spite of the stop: where its stroke begins, not short of it."""
    opened.command("SM,40,160,160")
    opened.command("SP,0,146,1")
    opened.halt(RAISE)
    opened.wait()
    assert opened.locate()[0] == pytest.approx(2.0)
    assert not board.board.pen_touches()
    assert all(line == [line[0]] for line in board.board.ink())


def test_motors_that_are_on_are_not_enabled_again(board, opened):
    """That would set the board's counters to zero."""
    opened.command(HALF_INCH)
    opened.write(b"EM,1,1\r")
    assert opened.readline() == b"OK\r\n"
    opened.wait()
    assert opened.locate()[0] == pytest.approx(12.7)
    assert len(heard(board, "EM")) == 1


@pytest.mark.parametrize("question", ["QB", "QG"])
def test_a_press_of_the_button_is_told_once_whoever_asked(board, opened, question):
    assert not opened.poll_button()
    board.press_button()
    opened.write(f"{question}\r".encode())  # as the library asks
    assert opened.take_button() and not opened.take_button()
    assert not opened.poll_button()
    board.press_button()
    opened.forget_button()
    assert not opened.poll_button(), "pressed before: of no account any more"


def test_answers_do_not_get_mixed_up_between_threads(board, opened):
    wrong: list[object] = []

    def feed() -> None:
        for _ in range(60):
            opened.write(b"SM,5,10,10\r")
            if opened.readline() != b"OK\r\n" or opened.readline() != b"":
                wrong.append("SM")

    feeder = threading.Thread(target=feed)
    feeder.start()
    while feeder.is_alive():
        if opened.query("QC") != "0394,0300" or opened.query("QN") != "0000000000":
            wrong.append("query")
    feeder.join()
    opened.wait()
    assert not wrong
    assert opened.locate()[0] == pytest.approx(60 * 10 / 80)


def test_a_faster_board_keeps_the_schedule():
    with BoardServer(speed=50) as board:
        link = BoardPort(board.port, Pace(50))
        link.open()
        link.zero()
        began = time.monotonic()
        for _ in range(8):
            link.command(HALF_INCH)
        link.wait()
        assert time.monotonic() - began < 1
        assert link.place().seconds == pytest.approx(2.0)
        link.close()


# Boards on this computer


def test_a_board_is_asked_for_its_nickname(board, opened):
    found = discovery.ask_board(board.port, "known")
    assert (found.nickname, found.firmware) == ("known", "")
    assert "in use" in found.note
    opened.close()
    assert discovery.ask_board(board.port) == discovery.Board(board.port, "left", "2.8.1")


def test_a_nickname_finds_its_port(board, monkeypatch):
    monkeypatch.setattr(discovery, "_usb_ports", lambda: [("/dev/no", "right"), (board.port, "")])
    assert discovery.port_of("", "Left") == board.port
    assert discovery.port_of("", "right") == "/dev/no"
    assert discovery.port_of("/dev/x", "") == "/dev/x"
    with pytest.raises(DeviceFault, match="several boards"):
        discovery.port_of("", "")
    with pytest.raises(DeviceFault, match="no board called 'big'"):
        discovery.port_of("", "big")
    monkeypatch.setattr(discovery, "_usb_ports", lambda: [])
    with pytest.raises(DeviceFault, match="no plotter is plugged in"):
        discovery.port_of("", "")


# Settings


def test_a_missing_library_is_said_with_its_cure(monkeypatch):
    monkeypatch.setattr(vendor, "is_installed", lambda: False)
    with pytest.raises(DeviceFault, match=r"pyaxidraw is not installed: .* pip install") as fault:
        make_driver("axidraw", {"port": "/dev/ttyACM0"}).open()
    assert fault.value.code == "missing_library"


def test_settings_are_read():
    setup = read_setup({"model": "v3/a3", "penlift": 3, "time_slice": 0.0125})
    assert (setup.model.number, setup.servo_pin, setup.time_slice_s) == (2, 2, 0.0125)
    assert read_setup({}).time_slice_s is None


@pytest.mark.parametrize(
    ("settings", "error"),
    [
        ({"model": "v9"}, NotFound),
        ({"penlift": 4}, Refused),
        ({"time_slice": 1}, Refused),
        ({"time_slice": "soon"}, Refused),
        ({"speed": 0}, Refused),
    ],
)
def test_nonsense_is_refused(settings, error):
    with pytest.raises(error):
        AxiDraw(settings)
