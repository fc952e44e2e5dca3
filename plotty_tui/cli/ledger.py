"""ledger list, shopping-list, list costs."""

from __future__ import annotations

from typing import Any

import click

from plotty_tui.domain import runs, values
from plotty_tui.domain.periods import period_of
from plotty_tui.studio.inventory import stock
from plotty_tui.studio.opening import open_studio

from .output import emit_json, json_option, say, table, with_examples
from .views import ledger_json, moment


def ledger_line(row: Any) -> str:
    """A ledger row in one line."""
    about = " ".join(filter(None, (_run(row), row.design or "", _copy(row))))
    words = ", ".join(filter(None, (row.reason, row.note)))
    when = values.local_time(moment(row.at))
    return f"{when}  {row.kind:8} {_amount(row):>12}  {about}  {words}".rstrip()


def _run(row: Any) -> str:
    return "" if row.run is None else runs.run_name(row.run)


def _copy(row: Any) -> str:
    again = f" attempt {row.attempt}" if row.attempt and row.attempt > 1 else ""
    return "" if row.copy is None else f"copy {row.copy}{again}"


def _amount(row: Any) -> str:
    if row.mm:
        return f"{row.mm / 1000:+.3f} m"
    if row.mass_g:
        return f"{row.mass_g:+.4g} g"
    return f"{row.sheets:+d}" if row.sheets else "0"


@with_examples(
    "plotty ledger list",
    "plotty ledger list --pen K-01 --kind use --since last_30_days",
    "plotty ledger list --paper letter --text delivery --json",
)
@click.command("list")
@click.option("--pen", default="", help="Of this pen: sticker, slot or name.")
@click.option("--paper", default="", help="Of this paper.")
@click.option("--kind", default="", help="receive, reserve, release, use, prime, waste, adjust …")
@click.option("--run", default="", help="Of this run: RUN-042.")
@click.option("--since", default="", help="From this day on: YYYY-MM-DD, today, last_30_days …")
@click.option("--until", default="", help="Up to this day, itself included.")
@click.option("--text", default="", help="Words in reason, note, actor, pen, paper or design.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1), help="At most.")
@json_option
def ledger_list(limit: int, as_json: bool, **given: str) -> int:
    """What came in and went out, newest first."""
    since, until = period_of(given["since"], given["until"])
    rows = stock.list_ledger(
        open_studio(), given["pen"], given["paper"], given["kind"],
        runs.parse_run(given["run"]) if given["run"] else None,
        since, until, given["text"], limit,
    )  # fmt: skip
    if as_json:
        emit_json([ledger_json(row) for row in rows])
        return 0
    if not rows:
        say("nothing in the ledger that fits")
        return 0
    table(
        ["when", "kind", "of", "amount", "run", "design", "copy", "why", "who"],
        [
            (values.local_time(moment(row.at)), row.kind, row.pen or row.paper, _amount(row),
             _run(row), row.design or "", _copy(row),
             ", ".join(filter(None, (row.reason, row.note))), row.actor)
            for row in rows
        ],
        [3],
    )  # fmt: skip
    return 0


@with_examples("plotty shopping-list", "plotty shopping-list --all --json")
@click.command("shopping-list")
@click.option("--all", "everything", is_flag=True, help="Also what lasts.")
@json_option
def shopping_list(everything: bool, as_json: bool) -> int:
    """What runs out when, and what to buy.

    With the queue as it stands: open runs first, then the planned jobs in their order.
    """
    from plotty_tui.studio.inventory import prices, shopping

    store = open_studio()
    found = shopping.shopping_list(store)
    shown = found.articles if everything else found.to_buy
    if as_json:
        emit_json(_shopping_json(found, shown, prices.prices(store).currency))
        return 0
    if shown:
        money = prices.prices(store).money
        table(
            ["what", "left", "wanted", "runs out", "buy", "costs"],
            [
                (*_article(one), shopping.ends_words(one), one.buy or "",
                 money(one.cost) if one.buy else "")
                for one in shown
            ],
            [1, 2, 4, 5],
        )  # fmt: skip
        if found.to_buy:
            say(f"together {money(found.cost)}")
    else:
        say("nothing to buy: all that is planned can be drawn")
    if found.not_priced:
        say(f"not counted, without a price: {', '.join(found.not_priced)}")
    if found.unplanned:
        say(f"not reckoned with: {values.plural(found.unplanned, 'job')} without a plan")
    return 0


def _article(one: Any) -> tuple[str, str, str]:
    article, end = one.article, one.end
    if article.subject == "paper":
        return f"paper {article.name}", f"{end.left:.0f}", f"{end.wanted:.0f}"
    name = f"{article.name} ({', '.join(article.codes) or 'none left'})"
    if end is None:
        return name, "not known", ""
    return name, values.metres(end.left), values.metres(end.wanted)


def _shopping_json(found: Any, shown: list[Any], currency: str) -> dict[str, Any]:
    return {
        "currency": currency or None,
        "cost": round(found.cost, 2),
        "not_priced": found.not_priced,
        "unplanned_jobs": found.unplanned,
        "articles": [_article_json(one) for one in shown],
    }


def _article_json(one: Any) -> dict[str, Any]:
    article, end = one.article, one.end
    pen = article.subject == "pen"
    scale = 1000 if pen else 1
    return {
        "what": article.subject,
        "name": article.name,
        "pens": list(article.codes),
        "left_m" if pen else "left": None if end is None else round(end.left / scale, 4),
        "wanted_m" if pen else "wanted": None if end is None else round(end.wanted / scale, 4),
        "ends_on": None if end is None or end.sheet is None else {
            "run": None if end.run is None else runs.run_name(end.run),
            "job": end.name, "sheet": end.sheet, "copies": end.copies,
        },
        "ends_day": None if one.day is None else one.day.isoformat(),
        "low": one.low,
        "buy": one.buy,
        "price": article.price,
        "cost": None if one.cost is None or not one.buy else round(one.cost, 2),
    }  # fmt: skip


@with_examples("plotty list costs", "plotty list costs --by design --since this_month")
@click.command("costs")
@click.option("--by", default="run", show_default=True, help="run, client or design.")
@click.option("--since", default="", help="Runs begun from this day on.")
@click.option("--until", default="", help="Up to this day, itself included.")
@json_option
def cost_list(by: str, since: str, until: str, as_json: bool) -> int:
    """What work cost, and a good sheet of it."""
    from plotty_tui.studio.inventory import prices

    from .views import cost_json

    store = open_studio()
    found = prices.costs(store, by, *period_of(since, until))
    told = prices.prices(store)
    if as_json:
        emit_json([
            {"name": one.name, "sheets": one.sheets, **cost_json(one.cost, told.currency)}
            for one in found
        ])  # fmt: skip
        return 0
    if not found:
        say("nothing was drawn yet that could cost")
        return 0
    table(
        [by, "sheets", "good", "total", "a good sheet", "not counted"],
        [
            (one.name, one.sheets, one.cost.good, told.money(one.cost.total),
             "loss" if one.cost.loss is not None else told.money(one.cost.per_good_sheet),
             ", ".join(one.cost.not_counted))
            for one in found
        ],
        [1, 2, 3, 4],
    )  # fmt: skip
    return 0
