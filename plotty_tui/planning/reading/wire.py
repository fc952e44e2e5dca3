"""Messages between the reader and its child process: a line of JSON, then as many bytes as the
line says. No pickle: the child has read hostile files, so nothing it says may be code."""

from __future__ import annotations

import json
from typing import IO, Any

# A header holds findings and names; more than this is not one.
_LONGEST_HEADER = 10_000_000

Header = dict[str, Any]


def send(pipe: IO[bytes], header: Header, body: bytes = b"") -> None:
    """Write one message."""
    line = json.dumps({**header, "size": len(body)}, separators=(",", ":"))
    pipe.write(line.encode("ascii") + b"\n")
    pipe.write(body)
    pipe.flush()


def receive(pipe: IO[bytes]) -> tuple[Header, bytes] | None:
    """The next message, None when the other side is gone. Raises ValueError for nonsense."""
    line = pipe.readline(_LONGEST_HEADER)
    if not line.endswith(b"\n"):
        return None
    header = json.loads(line)
    body = pipe.read(header["size"])
    return (header, body) if len(body) == header["size"] else None
