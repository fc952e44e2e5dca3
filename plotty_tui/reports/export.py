"""A report as a file; the ending of its name is the format."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from plotty_tui.domain.errors import Refused
from plotty_tui.domain.values import iso

from .document import Document, as_json

FORMATS = ("pdf", "html", "csv", "json", "md")


def check_format(path: Path) -> str:
    """The format that a file's name asks for; Refused for an ending that is none."""
    ending = path.suffix.casefold().lstrip(".")
    if ending not in FORMATS:
        raise Refused(
            f"--export {path}: the ending {path.suffix or '(none)'} is no report format; use "
            + ", ".join(f".{one}" for one in FORMATS)
        )
    return ending


def render(document: Document, ending: str) -> bytes:
    """The report in one of FORMATS."""
    if ending == "pdf":
        from .pdf import as_pdf

        return as_pdf(document)
    if ending == "html":
        from .html import as_html

        return as_html(document).encode()
    if ending == "json":
        text = json.dumps(as_json(document), ensure_ascii=False, indent=2, default=_value)
        return f"{text}\n".encode()
    from .tabular import as_csv, as_markdown

    return (as_csv(document) if ending == "csv" else as_markdown(document)).encode()


def _value(value: Any) -> Any:
    return iso(value) if hasattr(value, "hour") else str(value)
