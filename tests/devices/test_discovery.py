"""Boards are found by their names, whatever port they are plugged into."""

from __future__ import annotations

from pathlib import Path

import pytest

from plotty_tui.devices import discovery
from plotty_tui.devices.board import BoardServer
from plotty_tui.devices.port import BoardPort
from plotty_tui.domain.errors import DeviceFault, Refused
from plotty_tui.studio.machines import setup_devices
from plotty_tui.studio.machines.setup_devices import add_plotter
from plotty_tui.studio.opening import open_studio


@pytest.fixture
def two(monkeypatch):
    """Two boards on ports that the system does not list by their USB numbers."""
    with BoardServer(speed=0, name="left") as one, BoardServer(speed=0) as other:
        monkeypatch.setattr(discovery, "_usb_ports", list)
        monkeypatch.setenv("PLOTTY_PORTS", f"{one.port}:{other.port}:")
        yield one, other


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("PLOTTY_HOME", str(tmp_path))
    store = open_studio()
    yield store
    store.close()


def test_further_ports_are_looked_at_and_each_board_says_whose_it_is(two, store):
    left, other = two
    add_plotter(store, "big", "axidraw", settings={"nickname": "LEFT"})
    found = setup_devices.scan_boards(store)
    assert [(one.port, one.nickname, one.device) for one in found] == [
        (left.port, "left", "big"),
        (other.port, "", ""),
    ]


def test_a_written_name_is_found_whatever_the_port(two, monkeypatch):
    left, other = two
    port = BoardPort(other.port)
    port.open()
    port.command("ST,right")
    port.close()
    assert discovery.port_of("", "Right") == other.port
    with pytest.raises(DeviceFault, match="no board called 'middle'"):
        discovery.port_of("", "middle")
    # Plugged in elsewhere, it has another path and the same name.
    elsewhere = Path(other.port).rename(Path(other.port).with_name("elsewhere"))
    monkeypatch.setenv("PLOTTY_PORTS", f"{left.port}:{elsewhere}")
    assert discovery.port_of("", "right") == str(elsewhere)
    elsewhere.rename(other.port)


def test_without_pyserial_the_named_ports_are_looked_at_all_the_same(two, monkeypatch):
    def missing():
        raise DeviceFault(discovery.NO_PYSERIAL, "missing_library")

    monkeypatch.setattr(discovery, "_usb_ports", missing)
    assert [board.nickname for board in discovery.find_boards()] == ["left", ""]
    monkeypatch.delenv("PLOTTY_PORTS")
    with pytest.raises(DeviceFault, match="pip install pyserial"):
        discovery.find_boards()


def test_two_plotters_are_not_one_board(store):
    from plotty_tui.studio.machines import plotters

    add_plotter(store, "left", "axidraw", settings={"nickname": "one"})
    add_plotter(store, "right", "axidraw", settings={"port": "/dev/ttyACM1"})
    with pytest.raises(Refused, match="nickname one is that of left already"):
        plotters.edit_plotter(store, "right", {"nickname": "one", "port": "none"})
    with pytest.raises(Refused, match="give one of them"):
        plotters.edit_plotter(store, "right", {"nickname": "two"})
    with pytest.raises(Refused, match="nickname 'é': 3 to 16 letters"):
        plotters.write_nickname(store, "right", "é")
