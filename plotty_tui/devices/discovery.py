"""Which boards hang on this computer. Ports are listed by pyserial, which comes with pyaxidraw."""

from __future__ import annotations

import importlib.util
import os
from dataclasses import dataclass

from plotty_tui.domain.errors import DeviceFault

from .port import BoardPort, PortFault

# USB vendor and product of an EiBotBoard
USB_ID = (0x04D8, 0xFD92)
MORE_PORTS = "PLOTTY_PORTS"
NO_PYSERIAL = "pyserial is not installed, and lists the ports: pip install pyserial"


@dataclass(frozen=True, slots=True)
class Board:
    """A board that was found. `nickname` and `firmware` are what it says of itself, empty when it
    could not be asked; `note` says why."""

    port: str
    nickname: str = ""
    firmware: str = ""
    note: str = ""


def find_boards() -> list[Board]:
    """Every board on USB and on the ports of `PLOTTY_PORTS`, asked for its nickname; one that is
    in use is named and left alone. Raises DeviceFault `missing_library` without pyserial."""
    return [ask_board(path, serial) for path, serial in _ports()]


def ask_board(path: str, known_as: str = "") -> Board:
    """What the board at `path` says of itself; `known_as` is what the system calls it."""
    port = BoardPort(path)
    try:
        port.open()
        return Board(path, port.query("QT") or known_as, port.firmware)
    except PortFault as fault:
        return Board(path, known_as, note=str(fault))
    finally:
        port.close()


def port_of(port: str, nickname: str) -> str:
    """The path of the port that a device's settings mean: a path, a board's nickname, or the only
    board there is. Raises DeviceFault `no_connection`."""
    if port:
        return port
    found = _ports()
    if nickname:
        wanted = nickname.casefold()
        for path, serial in found:
            if serial.casefold() == wanted or ask_board(path).nickname.casefold() == wanted:
                return path
        text = f"no board called {nickname!r} is plugged in: plotty device scan lists them"
        raise DeviceFault(text, "no_connection")
    if not found:
        raise DeviceFault(
            "no plotter is plugged in, or it has no power: plotty device scan", "no_connection"
        )
    if len(found) > 1:
        ports = ", ".join(path for path, _ in found)
        text = f"several boards are plugged in ({ports}): set the port or nickname of the device"
        raise DeviceFault(text, "no_connection")
    return found[0][0]


def _ports() -> list[tuple[str, str]]:
    """(path, serial number) of what may be a board. `PLOTTY_PORTS` names further ports, with
    colons between: those of a network or an adapter, which are not known by their USB numbers."""
    more = [(path, "") for path in os.environ.get(MORE_PORTS, "").split(":") if path]
    try:
        usb = _usb_ports()
    except DeviceFault:
        if not more:
            raise
        usb = []
    return usb + [one for one in more if one[0] not in dict(usb)]


def _usb_ports() -> list[tuple[str, str]]:
    """(path, serial number) of each board; a board with a nickname has it as its serial number."""
    if importlib.util.find_spec("serial") is None:
        raise DeviceFault(NO_PYSERIAL, "missing_library")
    from serial.tools import list_ports

    return sorted(
        (one.device, one.serial_number or "")
        for one in list_ports.comports()
        if (one.vid, one.pid) == USB_ID
    )
