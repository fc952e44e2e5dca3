"""The control channel of a board in a process of its own: JSON lines over a Unix socket.

    {"do": "lose_reply", "with": {"match": "SM"}}   a method of BoardServer and its arguments
    {"ok": true, "answer": null}                    or {"ok": false, "text": reason}

Besides the faults there are `state`, `record` (everything noted), `ink` and `wait_idle`.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from .faults import GARBAGE
from .server import BoardServer

FAULTS = (
    "unplug",
    "plug_in",
    "hang",
    "wake",
    "lose_reply",
    "garble_reply",
    "delay_reply",
    "press_button",
    "drop_voltage",
    "restore_voltage",
    "power_cycle",
    "after",
    "clear_faults",
)
QUESTIONS = ("state", "ink", "record", "wait_idle")
READY = b"ready\n"


class ControlChannel:
    """Listens on the socket `path` for a board's server."""

    def __init__(self, server: BoardServer, path: str | os.PathLike[str]) -> None:
        self._server = server
        self._path = Path(path)
        self._path.unlink(missing_ok=True)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.bind(os.fspath(path))
        self._socket.listen()
        threading.Thread(target=self._accept, daemon=True, name="board control").start()

    def close(self) -> None:
        self._socket.close()
        self._path.unlink(missing_ok=True)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rw", encoding="utf-8") as lines:
            for line in lines:
                lines.write(json.dumps(self._carry_out(line)) + "\n")
                lines.flush()

    def _carry_out(self, line: str) -> dict[str, Any]:
        try:
            order = json.loads(line)
            return {"ok": True, "answer": self._call(order["do"], order.get("with", {}))}
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            return {"ok": False, "text": f"{type(error).__name__}: {error}"}

    def _call(self, do: str, arguments: dict[str, Any]) -> Any:
        server = self._server
        if do == "ink":
            return server.board.ink()
        if do == "record":
            with server.board.changed:
                server.board.advance()
                return server.board.record.to_json()
        known = (*FAULTS, *QUESTIONS)
        if do not in known or arguments.get("do", "hang") not in FAULTS:
            raise ValueError(f"no such order; there are {', '.join(known)}")
        if "data" in arguments:
            arguments["data"] = arguments["data"].encode("latin-1")
        return getattr(server, do)(**arguments)


class RemoteBoard:
    """A board in another process, by its control socket: the faults and questions of BoardServer.

    `port` is the path that a host opens, if it is known.
    """

    def __init__(
        self,
        control: str | os.PathLike[str],
        port: str | os.PathLike[str] = "",
        process: subprocess.Popen[bytes] | None = None,
    ) -> None:
        self.port = str(port)
        self.process = process
        self._lock = threading.Lock()
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.connect(os.fspath(control))
        self._lines = self._socket.makefile("rw", encoding="utf-8")

    def order(self, do: str, /, **arguments: Any) -> Any:
        """The answer. Raises ValueError with the board's reason."""
        with self._lock:
            self._lines.write(json.dumps({"do": do, "with": arguments}) + "\n")
            self._lines.flush()
            answer = json.loads(self._lines.readline())
        if not answer["ok"]:
            raise ValueError(answer["text"])
        return answer["answer"]

    def unplug(self) -> None:
        self.order("unplug")

    def plug_in(self) -> None:
        self.order("plug_in")

    def hang(self) -> None:
        self.order("hang")

    def wake(self) -> None:
        self.order("wake")

    def lose_reply(self, match: str = "", count: int = 1) -> None:
        self.order("lose_reply", match=match, count=count)

    def garble_reply(self, match: str = "", count: int = 1, data: bytes = GARBAGE) -> None:
        self.order("garble_reply", match=match, count=count, data=data.decode("latin-1"))

    def delay_reply(self, seconds: float, match: str = "", count: int = 1) -> None:
        self.order("delay_reply", seconds=seconds, match=match, count=count)

    def press_button(self) -> None:
        self.order("press_button")

    def drop_voltage(self) -> None:
        self.order("drop_voltage")

    def restore_voltage(self) -> None:
        self.order("restore_voltage")

    def power_cycle(self, off_seconds: float = 0.2) -> None:
        self.order("power_cycle", off_seconds=off_seconds)

    def after(self, commands: int, do: str, match: str = "", **arguments: Any) -> None:
        self.order("after", commands=commands, do=do, match=match, **arguments)

    def clear_faults(self) -> None:
        self.order("clear_faults")

    def wait_idle(self) -> None:
        self.order("wait_idle")

    def state(self) -> dict[str, Any]:
        return self.order("state")

    def record(self) -> dict[str, Any]:
        """Lines, commands, gaps and the largest change of speed, as in record.Record."""
        return self.order("record")

    def ink(self) -> list[list[tuple[float, float]]]:
        """What is on the paper, in mm."""
        return [[(x, y) for x, y in line] for line in self.order("ink")]

    def close(self) -> None:
        """Hang up, and end the process if `launch` started it."""
        self._lines.close()
        self._socket.close()
        if self.process:
            self.process.terminate()
            self.process.wait(10)
            if self.process.stdout:
                self.process.stdout.close()

    def __enter__(self) -> RemoteBoard:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def launch(
    link: str | os.PathLike[str],
    *,
    speed: float = 1.0,
    ink: str | os.PathLike[str] | None = None,
    control: str | os.PathLike[str] | None = None,
    name: str = "",
    latency_ms: float = 0.0,
) -> RemoteBoard:
    """Start a board in a process (and a session) of its own, and wait until it can be opened.
    The control socket is beside the link unless `control` says where (at most 107 bytes)."""
    control = control or f"{os.fspath(link)}.ctl"
    words = ["--link", link, "--control", control, "--speed", speed, "--latency-ms", latency_ms]
    words += ["--name", name] if name else []
    words += ["--ink", ink] if ink else []
    process = subprocess.Popen(
        [sys.executable, "-m", __package__, *map(str, words)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdout
    if process.stdout.readline() != READY:
        raise RuntimeError(f"the board did not start; it ended with code {process.wait()}")
    return RemoteBoard(control, link, process)
