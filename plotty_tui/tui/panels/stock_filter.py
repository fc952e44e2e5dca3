"""What is typed as a filter of the Materials screen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from plotty_tui.domain import ledger
from plotty_tui.domain.colors import color_name
from plotty_tui.domain.errors import NotFound
from plotty_tui.domain.runs import parse_run
from plotty_tui.domain.shopping import Outlook

from .queue_filter import split_words
from .run_filter import day_of


@dataclass(frozen=True, slots=True)
class StockFilter:
    """A filter as it was typed: its words, and what it asks of the ledger."""

    text: str
    words: tuple[str, ...] = ()
    ledger: Mapping[str, Any] = field(default_factory=dict)

    def lets(self, row: Any) -> bool:
        """Whether a pen or a paper passes: every word is in what the list says of it, `!` before
        one inverts it."""
        return self._all_in(_said(row))

    def lets_article(self, one: Outlook) -> bool:
        """Whether an article of the shopping list passes."""
        buy = "buy" if one.buy else ""
        return self._all_in(f"{one.article.name} {' '.join(one.article.codes)} {buy}".casefold())

    def _all_in(self, text: str) -> bool:
        return all(
            (word.removeprefix("!") in text) != word.startswith("!")
            for word in self.words
            if word != "!"
        )


def _said(row: Any) -> str:
    more = [f"{name}:{value}" for name in ("state", "kind", "brand", "device")
            if (value := row.__dict__.get(name))]  # fmt: skip
    tip = row.__dict__.get("tip_mm")
    color = row.__dict__.get("color")
    parts = [
        row.name, row.__dict__.get("code") or "", "low" if row.low else "",
        f"{tip:g}" if tip else "", f"{color} {color_name(color)}" if color else "", *more,
    ]  # fmt: skip
    return " ".join(parts).casefold()


def parse_stock_filter(text: str, now: datetime | None = None) -> StockFilter:
    """A filter from what has been typed so far; what is only half typed filters nothing yet."""
    words: list[str] = []
    wanted: dict[str, Any] = {}
    for word in split_words(text):
        name, colon, value = word.casefold().partition(":")
        if colon and name in ("pen", "paper", "kind", "run", "since", "until"):
            wanted |= _asked(name, value, now or datetime.now().astimezone())
        elif word:
            words.append(word.casefold())
    if words:
        wanted["text"] = " ".join(word for word in words if not word.startswith("!"))
    return StockFilter(text.strip(), tuple(words), wanted)


def _asked(name: str, value: str, now: datetime) -> dict[str, Any]:
    if not value:
        return {}
    if name == "kind":
        found = [kind for kind in ledger.KINDS if kind.startswith(value)]
        return {"kind": found[0]} if found else {}
    if name == "run":
        try:
            return {"run": parse_run(value)}
        except NotFound:
            return {}
    return day_of(name, value, now) if name in ("since", "until") else {name: value}
