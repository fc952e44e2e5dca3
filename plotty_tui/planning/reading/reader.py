"""The reader as its callers see it: files in, designs out, a child process in between."""

from __future__ import annotations

import contextlib
import dataclasses
import errno
import hashlib
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from plotty_tui.domain.design import DesignLayer, Finding, ReadDesign
from plotty_tui.domain.errors import BadDesign
from plotty_tui.domain.strokes import decode_layers

from .limits import MB, ReadLimits, is_large
from .names import plain
from .wire import Header, receive, send

_CHILD = "plotty_tui.planning.reading.child"
_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def read_design(path: str | os.PathLike[str], limits: ReadLimits | None = None) -> ReadDesign:
    """Read one file. For several, keep a `DesignReader`: its child process starts once."""
    with DesignReader(limits) as reader:
        return reader.read(path)


class DesignReader:
    """Reads SVG files, one after the other, in one child process.

    The child starts with the first file and starts anew after a crash or a time-out. A reader may
    be shared by threads: they take turns. Leaving the `with` ends the child.

    A caller that keeps the file as well as the design reads it once and uses both halves:

        data = reader.load(path)
        design = reader.read_bytes(path.name, data)
    """

    def __init__(self, limits: ReadLimits | None = None) -> None:
        self.limits = limits or ReadLimits()
        self._child: subprocess.Popen[bytes] | None = None
        self._quick: bool | None = None  # whether the child reads large drawings; not yet known
        self._turn = threading.Lock()

    def __enter__(self) -> DesignReader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def read(self, path: str | os.PathLike[str]) -> ReadDesign:
        """The design in a file. Raises BadDesign."""
        return self.read_bytes(Path(path).name or os.fspath(path), self.load(path))

    def load(self, path: str | os.PathLike[str]) -> bytes:
        """The bytes of a regular file within the size limit, never waiting for a pipe or a
        device. Raises BadDesign."""
        name = plain(Path(path).name or os.fspath(path))
        try:
            # Opening a device can act on it, so it is looked at first; the second look, at what
            # was opened, is the one that counts.
            _check_kind(name, os.stat(path).st_mode)  # noqa: PTH116
            flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY
            with os.fdopen(os.open(path, flags), "rb") as file:
                _check_kind(name, os.fstat(file.fileno()).st_mode)
                data = file.read(self.limits.file_bytes + 1)
        except (OSError, ValueError) as error:
            raise BadDesign(_why_not_opened(name, error)) from None
        self._check_size(name, data)
        return data

    def read_bytes(self, filename: str, data: bytes) -> ReadDesign:
        """The design in the bytes of a file; `filename` is how messages call it. Raises
        BadDesign."""
        name = plain(filename)
        self._check_size(name, data)
        with self._turn:
            header, body = self._exchange(name, data)
        if "refused" in header:
            raise BadDesign(header["refused"])
        drawing = decode_layers(body)
        layers = [
            DesignLayer(layer.name, layer.color, len(layer.strokes), length)
            for layer, length in zip(drawing, header["lengths_mm"], strict=True)
        ]
        findings = [
            Finding(kind, what, count, text, tuple(where))
            for kind, what, count, text, where in header["findings"]
        ]
        return ReadDesign(
            filename=plain(filename, 255),
            sha256=hashlib.sha256(data).hexdigest(),
            size_bytes=len(data),
            width_mm=header["width_mm"],
            height_mm=header["height_mm"],
            layers=layers,
            findings=findings,
            drawing=drawing,
        )

    def start(self) -> None:
        """Start the child now, while the caller does something else; reading does it otherwise."""
        with self._turn:
            self._running()

    def close(self) -> None:
        """End the child."""
        with self._turn:
            self._end()

    def _check_size(self, name: str, data: bytes) -> None:
        if not data:
            raise BadDesign(f"{name} is empty: an SVG drawing is needed")
        if len(data) > self.limits.file_bytes:
            raise BadDesign(
                f"{name} is too large: at most {self.limits.file_bytes / MB:g} MB are read"
            )

    def _exchange(self, name: str, data: bytes) -> tuple[Header, bytes]:
        """Hand the bytes to the child and wait for its answer, no longer than the limit."""
        child = self._running_for(is_large(data))
        late = threading.Event()

        def stop() -> None:
            late.set()
            child.kill()

        clock = threading.Timer(self.limits.seconds, stop)
        clock.daemon = True
        clock.start()
        answer: tuple[Header, bytes] | None = None
        try:
            assert child.stdin is not None and child.stdout is not None
            send(child.stdin, {"name": name}, data)
            answer = receive(child.stdout)
        except (OSError, ValueError, KeyError):
            pass  # the child is gone or talks nonsense: both are handled as no answer
        finally:
            clock.cancel()
            if answer is None or answer[0].get("last"):
                # Also when the caller was interrupted: a late answer must not meet the next file.
                self._end(at_once=True)
        if answer is not None:
            return answer
        if late.is_set():
            raise BadDesign(
                f"{name} takes longer than {self.limits.seconds:g} s to read: simplify or split it"
            )
        raise BadDesign(
            f"{name} broke its reading process, which may use {self.limits.memory_bytes // MB} MB: "
            "simplify or split it"
        )

    def _running_for(self, large: bool) -> subprocess.Popen[bytes]:
        """The child; one that began with a small drawing has no numpy for a large one, and can
        load nothing any more."""
        if large and self._quick is False:
            self._end()
        child = self._running()
        if self._quick is None:
            self._quick = large
        return child

    def _running(self) -> subprocess.Popen[bytes]:
        if self._child is not None and self._child.poll() is None:
            return self._child
        self._end(at_once=True)
        self._child = subprocess.Popen(
            [sys.executable, "-P", "-m", _CHILD],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_child_environment(),
            start_new_session=True,
        )
        assert self._child.stdin is not None
        # If it died at once, the exchange that follows finds that out.
        with contextlib.suppress(OSError):
            send(self._child.stdin, {"limits": dataclasses.asdict(self.limits)})
        return self._child

    def _end(self, at_once: bool = False) -> None:
        child, self._child = self._child, None
        self._quick = None
        if child is None:
            return
        if at_once:
            child.kill()
        for pipe in (child.stdin, child.stdout):
            # What was still to be sent has nobody left to read it.
            with contextlib.suppress(OSError):
                if pipe is not None:
                    pipe.close()
        try:
            child.wait(timeout=1)  # it ends when its input does
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _child_environment() -> dict[str, str]:
    """The child's environment: it must find this very package, and nothing in the folder that
    the person happens to be in (hence -P)."""
    environment = dict(os.environ)
    # Threads of numpy's would take address space, which is limited.
    environment["OPENBLAS_NUM_THREADS"] = environment["OMP_NUM_THREADS"] = "1"
    root = Path(__file__).resolve().parents[3]
    if root.name not in {"site-packages", "dist-packages"}:
        given = environment.get("PYTHONPATH")
        environment["PYTHONPATH"] = f"{root}{os.pathsep}{given}" if given else str(root)
    return environment


def _check_kind(name: str, mode: int) -> None:
    if not stat.S_ISREG(mode):
        kind = _KINDS.get(stat.S_IFMT(mode), "not a regular file")
        raise BadDesign(f"{name} is {kind}: name an SVG file")


def _why_not_opened(name: str, error: Exception) -> str:
    number = getattr(error, "errno", None)
    if number in {errno.ENOENT, errno.ENOTDIR}:
        return f"{name} does not exist: name an SVG file"
    if number in {errno.EACCES, errno.EPERM}:
        return f"{name} may not be read by this user: allow it or name another SVG file"
    reason: Any = os.strerror(number) if number else "not a file name"
    return f"{name} cannot be opened ({reason}): name an SVG file"
