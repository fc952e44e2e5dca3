"""Words looked for in texts of the books, capitals or not, in any script: SQLite's own `lower`
knows only A to Z."""

from __future__ import annotations

import json

from .tables import database


def says(text: str) -> str:
    """A test in SQL that this text holds a word; its value is the word, casefolded."""
    return f"says({text}, ?)"


def one_says(names: str) -> str:
    """A test in SQL that one of a JSON list of names holds a word; its value is the word,
    casefolded."""
    return f"one_says({names}, ?)"


@database.func("says", num_params=2, deterministic=True)
def _says(text: str | None, folded: str) -> bool:
    return text is not None and folded in text.casefold()


@database.func("one_says", num_params=2, deterministic=True)
def _one_says(names: str, folded: str) -> bool:
    return any(folded in name.casefold() for name in json.loads(names))
