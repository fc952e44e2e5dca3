"""A board simulator in a process of its own, until SIGTERM or SIGINT."""

from __future__ import annotations

import argparse
import signal
import sys

from .remote import READY, ControlChannel
from .server import BoardServer


def main() -> int:
    """Serve the port and the control socket; the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m plotty_tui.devices.board",
        description="An EiBotBoard (firmware 2.8.1) on a pseudo-terminal.",
    )
    parser.add_argument("--link", required=True, help="path for a host to open")
    parser.add_argument("--control", help="path of the control socket: faults and questions")
    parser.add_argument("--speed", type=float, default=1.0, help="factor of the clock; 0: instant")
    parser.add_argument("--ink", help="file to write the ink to, as JSON lines")
    parser.add_argument("--name", default="", help="the nickname stored in the board")
    parser.add_argument("--latency-ms", type=float, default=0.0, help="what every answer takes")
    words = parser.parse_args()

    # Blocked before there are threads, so that they come to this one.
    endings = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, endings)
    server = BoardServer(
        speed=words.speed,
        name=words.name,
        link=words.link,
        ink=words.ink,
        latency_ms=words.latency_ms,
    )
    with server:
        control = ControlChannel(server, words.control) if words.control else None
        sys.stdout.buffer.write(READY)
        sys.stdout.flush()
        signal.sigwait(endings)
        if control:
            control.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
