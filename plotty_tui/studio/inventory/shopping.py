"""The shopping list: what runs out when, with the queue as it stands, and what to buy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from plotty_tui.domain import pens
from plotty_tui.domain.forecast import LearnedLife
from plotty_tui.domain.runs import run_name
from plotty_tui.domain.shopping import PAPER, PEN, Article, Horizon, Outlook, outlook
from plotty_tui.domain.values import metres, plural
from plotty_tui.store.database import Row, Store
from plotty_tui.store.figures import work_ahead
from plotty_tui.store.inventory import ledger_rows, low_stock, materials
from plotty_tui.store.machines import devices

from .stock import learned_lives


@dataclass(slots=True)
class Shopping:
    """Articles with the ones to buy first. `unplanned` jobs are not reckoned with: nobody knows
    what they take. `cost` is what has a price; `not_priced` names what has none."""

    articles: list[Outlook]
    unplanned: int

    @property
    def to_buy(self) -> list[Outlook]:
        return [one for one in self.articles if one.buy]

    @property
    def cost(self) -> float:
        return sum(one.cost or 0.0 for one in self.to_buy)

    @property
    def not_priced(self) -> list[str]:
        return [one.article.name for one in self.to_buy if one.cost is None]


def shopping_list(store: Store) -> Shopping:
    """Every pen and paper against the work ahead: open runs, then the planned jobs in queue order.
    Pens of the same ink and tip stand in for each other."""
    with store.read():
        work = work_ahead.work_ahead(store)
        pen_pace, paper_pace = ledger_rows.pace_per_day(store)
        plotters = sum(1 for row in devices.device_rows(store) if row.enabled)
        today = store.clock.now().astimezone().date()
        horizon = Horizon(today, low_stock.stock_settings(store), plotters)
        found = []
        for article in _pen_articles(materials.pen_rows(store), learned_lives(store)):
            pace = sum(pen_pace.get(one, 0.0) for one in article.ids)
            one = outlook(article, work, pace, horizon)
            if article.codes or one.buy:  # a spent pen that nobody wants is no article
                found.append(one)
        for article in _paper_articles(materials.paper_rows(store)):
            found.append(outlook(article, work, paper_pace.get(article.ids[0]), horizon))
        return Shopping(sorted(found, key=_urgency), work_ahead.unplanned_jobs(store))


def _urgency(one: Outlook) -> tuple[bool, bool, float, str]:
    seconds = one.end.seconds if one.end and one.end.seconds is not None else float("inf")
    return (not one.buy, one.article.subject == PAPER, seconds, one.article.name)


def _pen_articles(rows: list[Row], learned: dict[str, LearnedLife]) -> list[Article]:
    groups: dict[tuple[str, float | None], list[Row]] = {}
    for row in rows:
        groups.setdefault((row.color.casefold(), row.tip_mm), []).append(row)
    return [_pen_article(group, learned) for group in groups.values()]


def _pen_article(group: list[Row], learned: dict[str, LearnedLife]) -> Article:
    usable = [row for row in group if row.state in pens.USABLE]
    known = [row.left_mm for row in usable if row.left_mm is not None]
    first = (usable or group)[0]
    type_ = ledger_rows.type_of(first).casefold()
    each = learned[type_].mm if type_ in learned else first.life_mm
    return Article(
        PEN,
        first.name,
        tuple(row.code for row in usable),
        tuple(row.id for row in group),
        None if len(known) < len(usable) else sum(max(0.0, left) for left in known),
        each,
        next((row.price for row in (*usable, *group) if row.price is not None), None),
        first.kind,
        first.color,
    )


def _paper_articles(rows: list[Row]) -> list[Article]:
    return [
        Article(
            PAPER, row.name, (), (row.id,), row.stock, 1, row.price,
            reorder_point=row.reorder_point,
        )
        for row in rows
    ]  # fmt: skip


def article_name(one: Outlook) -> str:
    """`pen K-01/K-10`, `paper a4`; a pen of which none is left goes by its name."""
    article = one.article
    if article.subject == PAPER:
        return f"paper {article.name}"
    return f"pen {'/'.join(article.codes) or article.name}"


def words_of(one: Outlook) -> str:
    """`pen K-01: 12.0 m left, the work ahead wants 30.0 m`."""
    return f"{article_name(one)}: {left_words(one) if one.end else 'not known'}"


def left_words(one: Outlook) -> str:
    """What there is of a known article and what the work ahead wants: `12.0 m left, the work ahead
    wants 30.0 m`."""
    end = one.end
    assert end is not None, "what is left is known"
    if one.article.subject == PEN:
        left, wanted = metres(end.left), metres(end.wanted)
    else:
        left, wanted = plural(round(end.left), "sheet"), f"{end.wanted:.0f}"
    return f"{left} left" + (f", the work ahead wants {wanted}" if end.wanted else "")


def ends_words(one: Outlook) -> str:
    """Where and when it ends: `RUN-004 Card, sheet 17 of 30` or `about 12 Dec`; empty: not in
    sight."""
    words = ""
    if one.end is not None and one.end.sheet is not None:
        run = f"{run_name(one.end.run)} " if one.end.run is not None else ""
        words = f"{run}{one.end.name}, sheet {one.end.sheet} of {one.end.copies}"
    if one.day is not None:
        year = "" if one.day.year == date.today().year else f" {one.day.year}"
        words += f"{', ' if words else ''}about {one.day.day} {one.day:%b}{year}"
    return words
