"""Guarded reading of SVG files: whatever comes in, out comes a `ReadDesign` or one `BadDesign`.

    with DesignReader() as reader:
        for path in paths:
            design = reader.read(path)

    design = read_design("fox.svg")          # one file

The work is done in a child process with limits on time, memory and files, so that a hostile
drawing can neither hang the caller nor open anything. Importing this package is cheap: lxml and
svgelements are loaded by the child alone.
"""

from __future__ import annotations

from .limits import ReadLimits
from .reader import DesignReader, read_design

__all__ = ["DesignReader", "ReadLimits", "read_design"]
