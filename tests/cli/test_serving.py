"""The dashboard in a browser: only this computer, only looking, unless told otherwise."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import sys
from unittest.mock import patch

import aiohttp
from studio_desk import Desk

SOON = 20.0


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


async def look(port: int) -> tuple[dict[str, int], str]:
    """Exit codes of asking in different ways, and what the page's terminal shows."""
    here, codes = f"http://127.0.0.1:{port}", {}
    async with aiohttp.ClientSession() as session:
        for _ in range(400):
            try:
                async with session.get(here) as answer:
                    codes["own"] = answer.status
                    break
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.05)
        for name, headers in (("origin", {"Origin": "http://evil.example"}),
                              ("rebound", {"Host": f"evil.example:{port}"})):  # fmt: skip
            async with session.get(here, headers=headers) as answer:
                codes[name] = answer.status
        shown = b""
        async with session.ws_connect(f"{here}/ws?width=100&height=30", origin=here) as page:
            await page.send_str(json.dumps(["resize", {"width": 100, "height": 30}]))
            while b"only watching" not in shown:
                message = await asyncio.wait_for(page.receive(), SOON)
                if message.type == aiohttp.WSMsgType.BINARY:
                    shown += message.data
                assert message.type != aiohttp.WSMsgType.CLOSED, shown
    return codes, shown.decode(errors="replace")


def test_a_browser_only_watches_and_other_sites_are_refused(prepared: Desk) -> None:
    port = free_port()
    process = prepared.begin("serve", "--port", str(port))
    try:
        codes, shown = asyncio.run(look(port))
    finally:
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=SOON)

    assert codes == {"own": 200, "origin": 403, "rebound": 403}
    assert "plotty" in shown
    assert f"http://127.0.0.1:{port}  read-only" in out, err


def test_without_the_library_it_says_how_to_get_it(plotty: Desk) -> None:
    with patch.dict(sys.modules, {"textual_serve": None}):
        said = plotty.here("serve")

    assert said.status == 1
    assert "pip install 'plotty[serve]'" in said.err
