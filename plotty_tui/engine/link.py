"""The pipe to a device's worker process: JSON lines both ways, and a watchdog."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import sys
from collections.abc import AsyncIterator
from typing import Any

from plotty_tui.domain.errors import DeviceFault

log = logging.getLogger("plotty.engine")

# A worker beats every second; one that is silent for this long hangs.
SILENCE_SECONDS = 5.0
GOODBYE_SECONDS = 3.0
LINE_LIMIT = 1 << 20


class WorkerLink:
    """A worker process and the talk with it. Messages arrive in `messages`; whoever drives the
    device reads them, orders may be sent at any moment."""

    def __init__(self, name: str, process: asyncio.subprocess.Process) -> None:
        self.name = name
        self._process = process
        self.messages: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._reader = asyncio.create_task(self._read(), name=f"worker of {name}")

    @classmethod
    async def start(cls, name: str) -> WorkerLink:
        """A fresh worker process in a session of its own: a ctrl-C in some terminal is not for
        it."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "plotty_tui.devices.worker",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=None,
            start_new_session=True,
            limit=LINE_LIMIT,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        return cls(name, process)

    @property
    def pid(self) -> int:
        return self._process.pid

    async def _read(self) -> None:
        assert self._process.stdout is not None
        while True:
            try:
                line = await asyncio.wait_for(self._process.stdout.readline(), SILENCE_SECONDS)
            except TimeoutError:
                self._lost("hung", f"{self.name} was silent for {SILENCE_SECONDS:g} s")
                self._kill()
                return
            except ValueError:
                self._lost("garbled", f"{self.name} sent a line without an end")
                self._kill()
                return
            if not line:
                code = await self._process.wait()
                self._lost("worker_lost", f"the process that drives {self.name} ended ({code})")
                return
            self._take(line)

    def _take(self, line: bytes) -> None:
        try:
            message = json.loads(line)
        except ValueError:
            log.warning("%s: not a message: %r", self.name, line[:200])
            return
        if message.get("say") != "beat":
            self.messages.put_nowait(message)
        elif message.get("busy_s", 0.0) > SILENCE_SECONDS:
            # The process lives, but the driver's call does not return.
            self._lost("hung", f"{self.name} has not answered for {message['busy_s']:.0f} s")
            self._kill()

    def _lost(self, code: str, text: str) -> None:
        self.messages.put_nowait({"say": "fault", "code": code, "text": text, "lost": True})

    def send(self, do: str, **what: Any) -> None:
        """Give the worker an order. A dead worker is found out by the reader, not here."""
        if self._process.stdin is None or self._process.stdin.is_closing():
            return
        with contextlib.suppress(OSError, RuntimeError):
            self._process.stdin.write(json.dumps({"do": do, **what}).encode() + b"\n")

    async def until(self, *words: str) -> dict[str, Any]:
        """The next message that says one of these words. Raises DeviceFault for a fault, or when
        the worker refuses or is stopped instead."""
        async for message in self.each():
            if message["say"] in words:
                return message
            if message["say"] in ("refused", "stopped"):
                raise DeviceFault(message.get("text", "stopped by a person"), "stopped")
        raise AssertionError("messages never end without a fault")

    async def each(self) -> AsyncIterator[dict[str, Any]]:
        """Messages as they come. Raises DeviceFault for a fault."""
        while True:
            message = await self.messages.get()
            if message["say"] == "fault":
                raise DeviceFault(message["text"], message.get("code", "fault"))
            yield message

    def _kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    async def close(self) -> None:
        """Pen up, close, end; killed when it does not."""
        self.send("close")
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            await asyncio.wait_for(self._process.wait(), GOODBYE_SECONDS)
        except TimeoutError:
            self._kill()
            await self._process.wait()
        self._reader.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._reader
