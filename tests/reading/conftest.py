"""One reader for all tests of a process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from read_drawings import HEAD, Read

from plotty_tui.domain.design import ReadDesign
from plotty_tui.planning.reading import DesignReader


@pytest.fixture(scope="session")
def reader() -> Iterator[DesignReader]:
    with DesignReader() as one:
        yield one


@pytest.fixture
def read(reader: DesignReader) -> Read:
    """Reads the inside of a drawing of 100 x 100 mm whose unit is the mm, or a whole file."""

    def read_text(text: str | bytes, name: str = "x.svg") -> ReadDesign:
        if isinstance(text, bytes):
            return reader.read_bytes(name, text)
        whole = text if text.startswith(("<svg xmlns", "<?xml", "<!")) else f"{HEAD}{text}</svg>"
        return reader.read_bytes(name, whole.encode())

    return read_text
