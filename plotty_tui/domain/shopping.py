"""What to buy: each article against the work ahead, its limit and its price."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from .forecast import Demand, StockEnd, end_day, stock_end
from .stock import StockSettings, paper_is_low

PEN, PAPER = "pen", "paper"


@dataclass(frozen=True, slots=True)
class Article:
    """What is bought as one: pens of the same ink and tip (`ids` of all, also of the spent ones),
    or a paper. `left` is in mm or sheets, `each` what one bought piece brings (mm; a paper: 1);
    None when nobody knows."""

    subject: str
    name: str
    codes: tuple[str, ...]
    ids: tuple[int, ...]
    left: float | None
    each: float | None
    price: float | None = None
    kind: str = ""
    color: str = ""
    reorder_point: int | None = None


@dataclass(frozen=True, slots=True)
class Outlook:
    """How an article fares: `end` is None when what is left is not known; `day` is when it ends;
    `buy` pieces bring it through the work and back above its limit."""

    article: Article
    end: StockEnd | None
    day: date | None
    low: bool
    buy: int

    @property
    def cost(self) -> float | None:
        """What that costs; None without a price."""
        return None if self.article.price is None else self.buy * self.article.price


@dataclass(frozen=True, slots=True)
class Horizon:
    """What the day is reckoned from."""

    today: date
    settings: StockSettings
    plotters: int


def outlook(
    article: Article, work: Sequence[Demand], pace_per_day: float | None, horizon: Horizon
) -> Outlook:
    """One article against the work ahead, in its order."""
    mine = [_of_article(demand, article) for demand in work]
    if article.left is None:
        wanted = any(demand.pens or demand.papers for demand in mine)
        return Outlook(article, None, None, False, 0 if not wanted or article.codes else 1)
    subject = "pens" if article.subject == PEN else "papers"
    end = stock_end(article.left, mine, subject, 0)
    seconds = sum(demand.copies * demand.seconds for demand in work)
    day = end_day(
        end, seconds, pace_per_day, horizon.today, horizon.settings.hours_per_day, horizon.plotters
    )
    after = end.left - end.wanted
    low = _is_low(article, after, horizon.settings)
    return Outlook(article, end, day, low, _to_buy(article, after, low, horizon.settings))


def _of_article(demand: Demand, article: Article) -> Demand:
    """The demand with this article under the id 0: pens that stand in for each other are one."""
    of = demand.pens if article.subject == PEN else demand.papers
    each = sum(of.get(one, 0) for one in article.ids)
    pens, papers = ({0: each}, {}) if article.subject == PEN else ({}, {0: round(each)})
    if not each:
        pens, papers = {}, {}
    return Demand(demand.name, demand.copies, pens, papers, demand.seconds, demand.run)


def _is_low(article: Article, after: float, settings: StockSettings) -> bool:
    if article.subject == PAPER:
        return paper_is_low(after, article.reorder_point)
    return settings.is_low(article.kind, article.each, after) or after < 0


def _to_buy(article: Article, after: float, low: bool, settings: StockSettings) -> int:
    if not low:
        return 0
    if article.subject == PAPER:
        return math.ceil((article.reorder_point or 0) + 1 - after)
    limit = settings.low_limit_mm(article.kind, article.each) or 0.0
    return max(1, math.ceil((limit - after) / article.each)) if article.each else 1
