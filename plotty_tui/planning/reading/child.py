"""The reading process: `python -m plotty_tui.planning.reading.child`.

Reads drawings that come in on standard input and answers on standard output until the input ends.
Before it reads the first drawing it gives up what it does not need: memory beyond a limit, core
dumps, files larger than nothing, and, since all libraries are loaded by then, opening any file or
connection at all.
"""

from __future__ import annotations

import contextlib
import dataclasses
import resource
import signal
import sys
from typing import IO

from plotty_tui.domain.errors import BadDesign
from plotty_tui.domain.strokes import encode_layers

from .limits import MB, ReadLimits, is_large
from .wire import Header, receive, send


def main() -> None:
    """Answer until the reader goes away."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    first = receive(source)
    if first is None:
        return
    limits = ReadLimits(**first[0]["limits"])
    _load_libraries()
    request = receive(source)
    if request is not None and is_large(request[1]):
        _load_numpy()
    _confine(limits)
    # Python code needs little of the C stack; the nesting of elements is limited by itself.
    sys.setrecursionlimit(20_000)
    while request is not None:
        _allow_seconds(limits)
        if not _answer(sink, request, limits):
            return
        request = receive(source)


def _answer(sink: IO[bytes], request: tuple[Header, bytes], limits: ReadLimits) -> bool:
    """Read one drawing and say what it is. False: this process is no longer fit to go on."""
    from .drawing import read_drawing

    header, data = request
    name = header["name"]
    try:
        drawing = read_drawing(name, data, limits)
        body = encode_layers(drawing.layers)
        answer = {
            "width_mm": drawing.width_mm,
            "height_mm": drawing.height_mm,
            "lengths_mm": drawing.lengths_mm,
            "findings": [dataclasses.astuple(finding) for finding in drawing.findings],
        }
    except BadDesign as error:
        send(sink, {"refused": str(error)})
        return True
    except MemoryError:
        most = f"{limits.memory_bytes // MB} MB"
        said = f"{name} needs more than {most} of memory: simplify or split it"
        send(sink, {"refused": said, "last": True})
        return False
    except Exception as error:
        # Whatever a broken drawing provokes is said as a sentence; the type helps a report.
        kind = type(error).__name__
        said = f"{name} cannot be read ({kind}): export it again as plain SVG"
        send(sink, {"refused": said, "last": True})
        return False
    send(sink, answer, body)
    return True


def _load_libraries() -> None:
    """Load everything now: later no file can be opened, not even a module's."""
    import encodings.idna
    import encodings.latin_1
    import encodings.utf_16  # noqa: F401

    from lxml import etree
    from svgelements import Color, Matrix

    from . import drawing

    etree.fromstring(b"<svg/>", etree.XMLParser(resolve_entities=False))
    Color("red")
    Matrix("rotate(1)")
    _ = drawing


def _load_numpy() -> None:
    """For a drawing that is large enough to be worth the time numpy takes to load. Two small ones
    are read, plain and not, so that nothing is left to load."""
    from .quick import read_quickly

    for inside in ('<circle r="1"/><path d="M0 0C1 0 1 1 2 2"/>', '<use href="#a"/><rect id="a"/>'):
        drawing = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{inside}</svg>'
        read_quickly("", drawing.encode(), ReadLimits())


def _confine(limits: ReadLimits) -> None:
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_AS, limits.memory_bytes)
    # The three standard streams are open, and no number is left for another.
    _limit(resource.RLIMIT_NOFILE, 3)


def _allow_seconds(limits: ReadLimits) -> None:
    """Stop by itself should the reader be gone and nobody be left to end this process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime + limits.seconds) + 5
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def _limit(what: int, most: int) -> None:
    # Not every system knows every limit; the parent's clock holds in any case.
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    main()
