"""Faults on demand, seen from the host's end of the cable."""

from __future__ import annotations

import os
import time

import pytest
from cable import wait_for

from plotty_tui.devices.board import BoardServer
from plotty_tui.devices.board.faults import GARBAGE

OK = "OK\r\n"


def test_unplugged_port_fails_and_is_gone(server, connect):
    host = connect(server.port)
    host.ask("QB", "0\r\n" + OK)
    server.unplug()
    with pytest.raises(OSError):
        host.receive(1)
    assert not os.path.lexists(server.port)
    assert not server.state()["plugged"]


def test_board_keeps_all_while_it_is_unplugged(server, connect):
    host = connect(server.port)
    host.ask("SN,77", OK)
    host.ask("SP,0,300", OK)
    host.ask("SM,500,800,800", OK)
    server.unplug()
    server.unplug()
    server.wait_idle()
    server.plug_in()
    again = connect(server.port)
    again.ask("QN", "0000000077\r\n" + OK)
    again.ask("QS", "800,800\n\r" + OK)
    assert server.state()["pen_down"]
    assert server.board.ink() == [[(0, 0), (10, 0)]]


def test_hanging_board_reads_nothing_until_it_wakes(server, connect):
    host = connect(server.port)
    host.ask("SM,500,800,800", OK)
    server.hang()
    host.send("QM")
    assert host.silent()
    server.wait_idle()
    assert server.board.counters() == (800, 800)
    server.wake()
    assert host.receive(12) == b"QM,0,0,0,0\n\r"


def test_lost_reply_is_a_command_carried_out(server, connect):
    host = connect(server.port)
    server.lose_reply("SM", 2)
    host.send("SM,100,80,80", "SM,100,80,80", "QB", "SM,100,80,80")
    assert host.receive(11) == f"0\r\n{OK}{OK}".encode()
    server.wait_idle()
    assert server.board.counters() == (240, 240)


def test_garbled_reply(server, connect):
    host = connect(server.port)
    server.garble_reply("QB")
    server.garble_reply("QC", data=b"03")
    host.send("QB")
    assert host.receive(len(GARBAGE)) == GARBAGE
    host.send("QC", "QB")
    assert host.receive(9) == f"030\r\n{OK}".encode()


def test_late_reply(server, connect):
    host = connect(server.port)
    server.delay_reply(0.2, "QB")
    before = time.monotonic()
    host.ask("QB", "0\r\n" + OK)
    assert time.monotonic() - before >= 0.2


def test_every_answer_takes_its_latency(connect):
    with BoardServer(speed=0, latency_ms=20) as server:
        host = connect(server.port)
        before = time.monotonic()
        for _ in range(5):
            host.ask("QB", "0\r\n" + OK)
        assert time.monotonic() - before >= 0.1


def test_button(server, connect):
    server.press_button()
    connect(server.port).ask("QB", "1\r\n" + OK)


def test_voltage_drop_and_return(server, connect):
    host = connect(server.port)
    server.drop_voltage()
    host.ask("QC", "0394,0007\r\n" + OK)
    host.ask("SM,500,800,800", OK)
    server.wait_idle()
    assert server.board.counters() == (800, 800)
    assert server.board.position_mm() == (0, 0)
    server.restore_voltage()
    host.ask("QC", "0394,0300\r\n" + OK)


@pytest.mark.parametrize("off_seconds", [0, 0.05])
def test_power_cycle_forgets_all_but_the_name(server, connect, off_seconds):
    host = connect(server.port)
    for command in ("ST,left", "SN,9", "EM,1,1", "SP,0,200", "SM,1000,800,800"):
        host.ask(command, OK)
    server.board.clock.advance(0.7)
    server.power_cycle(off_seconds)
    with pytest.raises(OSError):
        host.receive(1)
    wait_for(lambda: server.state()["plugged"])
    again = connect(server.port)
    again.ask("QN", "0000000000\r\n" + OK)
    again.ask("QE", "0,0\n\r" + OK)
    again.ask("QS", "0,0\n\r" + OK)
    again.ask("QT", "left\r\n" + OK)
    # In the world nothing has moved: half the line is drawn, and the tip is still on it.
    state = server.state()
    assert state["x"] == pytest.approx(5, abs=0.1)
    assert state["pen_down"]


def test_reboot_command_answers_nothing(server, connect):
    host = connect(server.port)
    host.ask("SN,9", OK)
    host.send("RB")
    with pytest.raises(OSError):
        host.receive(1)


def test_fault_at_a_command(server, connect):
    host = connect(server.port)
    server.after(3, "press_button", "QC")
    for pressed in (0, 0, 0, 1, 0):
        host.ask("QB", f"{pressed}\r\n{OK}")
        host.ask("QC", "0394,0300\r\n" + OK)
    server.after(2, "unplug", "SM")
    host.ask("SM,100,80,80", OK)
    host.send("SM,100,80,80")
    with pytest.raises(OSError):
        host.receive(3)
    wait_for(lambda: server.board.record.heard[-1].answered is not None)
    server.wait_idle()
    assert server.board.counters() == (160, 160)


def test_power_cut_at_a_command_takes_the_command_with_it(server, connect):
    host = connect(server.port)
    server.after(1, "power_cycle", "SM", off_seconds=0)
    host.send("SM,100,80,80")
    with pytest.raises(OSError):
        host.receive(1)
    wait_for(lambda: server.state()["plugged"])
    connect(server.port).ask("QS", "0,0\n\r" + OK)


def test_faults_can_be_taken_back(server, connect):
    server.lose_reply()
    server.hang()
    server.after(1, "unplug")
    server.clear_faults()
    connect(server.port).ask("QB", "0\r\n" + OK)


def test_a_full_buffer_does_not_block_the_board(server, connect):
    host = connect(server.port)
    for _ in range(40):
        host.send(*["QM"] * 100)
    second = connect(server.port)
    wait_for(lambda: server.state()["commands"] == 4000)
    assert second.receive(12) == b"QM,0,0,0,0\n\r"


def test_closing_lets_go_of_a_command_that_waits(connect):
    server = BoardServer(speed=1).start()
    host = connect(server.port)
    host.send(*["SM,60000,0,0"] * 3)
    assert host.receive(8) == b"OK\r\nOK\r\n"
    before = time.monotonic()
    server.close()
    assert time.monotonic() - before < 2
    assert not os.path.lexists(server.port)
