"""serve: the dashboard in a browser."""

from __future__ import annotations

import importlib.util
import ipaddress
import shlex
import sys
from typing import Any
from urllib.parse import urlsplit

import click

from plotty_tui.domain.errors import Refused
from plotty_tui.studio.opening import open_studio

from .output import say, tell, with_examples

MISSING = "serving needs textual-serve: pip install 'plotty[serve]'"


@with_examples("plotty serve", "plotty serve --port 8080 --control")
@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Whom it listens to.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--control", is_flag=True, help="Not only look: everything that the dashboard does.")
@click.option(
    "--url", default="", help="How browsers reach it, when another server stands between."
)
def serve(host: str, port: int, control: bool, url: str) -> int:
    """The dashboard in a browser.

    Only this computer reaches it, and it only watches, unless --host and --control say otherwise.
    There is no password: what may reach it is a matter of your network. Ctrl-C ends it.
    """
    if importlib.util.find_spec("textual_serve") is None:
        raise Refused(MISSING)
    open_studio().close()
    if not _is_loopback(host):
        what = "control the plotters" if control else "see the studio"
        tell(f"anybody who reaches {host}:{port} can {what}: there is no password")
    words = [sys.executable, "-m", "plotty_tui.tui.web", *(["--control"] if control else [])]
    server = _server(shlex.join(words), host, port, url)
    say(f"{server.public_url}  {'everything' if control else 'read-only'}; ctrl-C ends it")
    server.serve()
    return 0


def _is_loopback(host: str) -> bool:
    if host.casefold() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _server(command: str, host: str, port: int, url: str) -> Any:
    from aiohttp import web
    from textual_serve.server import Server

    shown = f"[{host}]" if ":" in host else host
    public = url or f"http://{shown}:{port}"

    @web.middleware
    async def own_pages_only(request: Any, handler: Any) -> Any:
        """Pages of other sites must not reach the plotters through the browser that shows them."""
        origin = request.headers.get("Origin")
        wanted = {urlsplit(public).netloc, f"localhost:{port}", f"127.0.0.1:{port}"}
        named = urlsplit(origin).netloc if origin else request.host
        if (_is_loopback(host) or origin or url) and named not in wanted:
            raise web.HTTPForbidden(text="this page is not served to other sites")
        return await handler(request)

    class StudioServer(Server):
        async def _make_app(self) -> Any:
            app = await super()._make_app()
            app.middlewares.append(own_pages_only)
            return app

    return StudioServer(command, host=host, port=port, title="plotty", public_url=public)
