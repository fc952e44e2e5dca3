"""A board in a process of its own outlives its host, and is steered by its control socket."""

from __future__ import annotations

import subprocess
import sys

import pytest

from plotty_tui.devices.board import RemoteBoard, launch, read_ink

OK = "OK\r\n"
SPEED = 20
HOST = """
import os, sys, time
port = os.open(sys.argv[1], os.O_RDWR | os.O_NOCTTY)
for command in (b"SN,5", b"SP,0,300", b"SM,2000,4000,4000", b"SM,2000,0,8000"):
    os.write(port, command + b"\\r")
    assert os.read(port, 4) == b"OK\\r\\n"
print("sent", flush=True)
time.sleep(60)
"""


def test_board_finishes_what_is_queued_when_its_host_is_killed(folder, connect):
    with launch(folder / "tty0", speed=SPEED, ink=folder / "ink", name="left") as board:
        host = subprocess.Popen([sys.executable, "-c", HOST, board.port], stdout=subprocess.PIPE)
        assert host.stdout
        with host.stdout:
            assert host.stdout.readline() == b"sent\n"
            host.kill()
            host.wait()
        board.wait_idle()
        again = connect(board.port)
        again.ask("QS", "4000,12000\n\r" + OK)
        again.ask("QN", "0000000005\r\n" + OK)
        again.ask("QP", "0\n\r" + OK)
        again.ask("QT", "left\r\n" + OK)
        assert board.ink() == [[(0, 0), (50, 0), (100, -50)]]
        state = board.state()
        assert state["pen_down"] and state["idle"]
    (line,) = read_ink(folder / "ink")
    assert next(point[:2] for point in line) == (0, 0)
    assert line[-1][:2] == (100, -50)


def test_faults_by_the_control_socket(folder, connect):
    with launch(folder / "tty0", speed=0) as board:
        host = connect(board.port)
        board.press_button()
        host.ask("QB", "1\r\n" + OK)
        board.lose_reply("QB")
        board.garble_reply("QC", data=b"\xff?")
        host.send("QB", "QC")
        assert host.receive(2) == b"\xff?"
        board.delay_reply(0.05, "QB")
        host.ask("QB", "0\r\n" + OK)
        board.drop_voltage()
        host.ask("QC", "0394,0007\r\n" + OK)
        board.restore_voltage()
        board.hang()
        board.wake()
        board.after(1, "press_button", "QN")
        host.ask("QN", "0000000000\r\n" + OK)
        host.ask("QB", "1\r\n" + OK)
        board.lose_reply()
        board.clear_faults()
        host.ask("QB", "0\r\n" + OK)
        assert [entry["text"] for entry in board.record()["heard"]][:2] == ["QB", "QB"]
        board.power_cycle(0)
        connect(board.port).ask("QN", "0000000000\r\n" + OK)
        board.unplug()
        assert not board.state()["plugged"]
        board.plug_in()
        connect(board.port).ask("QB", "0\r\n" + OK)


def test_wrong_orders_are_answered_with_a_reason(folder):
    with launch(folder / "tty0", speed=0) as board:
        for do, arguments in (("close", {}), ("after", {"commands": 1, "do": "close"})):
            with pytest.raises(ValueError, match="no such order"):
                board.order(do, **arguments)
        with pytest.raises(ValueError, match="TypeError"):
            board.order("hang", hard=True)
        second = RemoteBoard(folder / "tty0.ctl")
        assert second.state()["commands"] == 0
        second.close()


def test_ended_process_leaves_no_port(folder):
    board = launch(folder / "tty0", speed=0)
    assert board.process
    board.close()
    assert board.process.returncode == 0
    assert not (folder / "tty0").is_symlink()


def test_bad_speed_is_refused(folder):
    with pytest.raises(RuntimeError, match="did not start"):
        launch(folder / "tty0", speed=-1)
