"""config prices, config stock."""

from __future__ import annotations

from typing import Any

import click

from plotty_tui.domain.errors import WrongUsage
from plotty_tui.studio import forms
from plotty_tui.studio.inventory import prices
from plotty_tui.studio.opening import open_studio

from .output import emit_json, json_option, say, with_examples


def _amount(text: str) -> float | None:
    """A number of money or `none`; a currency behind it is left out."""
    if text.strip().casefold() == forms.CLEAR:
        return None
    digits = text.strip().rstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ€$£ ")
    try:
        return float(digits.replace(",", "."))
    except ValueError:
        raise WrongUsage(f"no price {text!r}: write a number like 12 or 0.5, or none") from None


@with_examples(
    "plotty config prices",
    "plotty config prices --currency EUR --machine-hour 12 --operator-minute 0.5",
    "plotty config prices --currency EUR --consumables-sheet 0.02 --nib-metre none",
)
@click.command("prices")
@click.option("--currency", help="EUR, USD … : kept with every price.")
@click.option("--machine-hour", help="An hour of a plotter.")
@click.option("--operator-minute", help="A minute of a person.")
@click.option("--consumables-sheet", help="Tape, wipes and the like, a sheet.")
@click.option("--nib-metre", help="Wear of nibs, a metre drawn.")
@json_option
def config_prices(currency: str | None, as_json: bool, **given: str | None) -> int:
    """What machine, people and consumables cost.

    Pens and paper have prices of their own (pen edit, paper edit). What has no price is named in
    every cost, never guessed. `none` takes a price back.
    """
    store = open_studio()
    said: dict[str, Any] = {key: _amount(text) for key, text in given.items() if text is not None}
    if currency is not None:
        said["currency"] = "" if currency == forms.CLEAR else currency.strip()
    old, new = prices.set_prices(store, **said) if said else (prices.prices(store),) * 2
    if as_json:
        emit_json(new.to_json())
        return 0
    say(f"{'currency':18} {new.currency or '–'}{_was(old.currency, new.currency)}")
    for name in ("machine_hour", "operator_minute", "consumables_sheet", "nib_metre"):
        before, value = getattr(old, name), getattr(new, name)
        said_value = "not counted" if value is None else new.money(value)
        say(f"{name.replace('_', ' '):18} {said_value}{_was(before, value)}")
    return 0


def _was(old: Any, new: Any) -> str:
    return "" if old == new else f"  (was {'–' if old in (None, '') else old})"


@with_examples(
    "plotty config stock",
    "plotty config stock --scale-step 0.01 --hours-per-day 5",
    "plotty config stock --low-percent 15 --low-kind gel=40m --low-kind '*=20m'",
)
@click.command("stock")
@click.option("--scale-step", help="The scale's step in grams.")
@click.option("--low-percent", help="A pen is low below this part of its life.")
@click.option(
    "--low-kind",
    multiple=True,
    metavar="KIND=LENGTH",
    help="Metres below which pens of a kind are low (* any other; none takes it back).",
)
@click.option("--hours-per-day", help="What the plotters draw a day: for the day something ends.")
@json_option
def config_stock(low_kind: tuple[str, ...], as_json: bool, **given: str | None) -> int:
    """When stock is low, and what the scale can tell."""
    store = open_studio()
    names = {"scale_step": "scale_step_g", "low_percent": "low_percent",
             "hours_per_day": "hours_per_day"}  # fmt: skip
    said: dict[str, Any] = {
        names[key]: forms.measure(text.strip().rstrip("%gh ")) if _is_number(text) else _no(text)
        for key, text in given.items()
        if text is not None
    }
    now = prices.stock_settings(store)
    if low_kind:
        said["low_mm"] = _limits(dict(now.low_mm), low_kind)
    if said:
        now = prices.set_stock(store, **said)[1]
    if as_json:
        emit_json({
            "scale_step_g": now.scale_step_g, "low_percent": now.low_percent,
            "low_m": {kind: mm / 1000 for kind, mm in now.low_mm.items()},
            "hours_per_day": now.hours_per_day,
        })  # fmt: skip
        return 0
    say(f"scale step     {now.scale_step_g:g} g")
    say(f"low below      {now.low_percent:g} % of a pen's life")
    for kind, mm in now.low_mm.items():
        say(f"  {'any other kind' if kind == '*' else kind}: {mm / 1000:g} m")
    say(f"hours per day  {now.hours_per_day:g}")
    return 0


def _is_number(text: str) -> bool:
    return text.strip().rstrip("%gh ").replace(",", ".").replace(".", "", 1).isdigit()


def _no(text: str) -> float:
    raise WrongUsage(f"no number {text!r}: write it like 0.1 or 15")


def _limits(known: dict[str, float], words: tuple[str, ...]) -> dict[str, float]:
    for word in words:
        kind, equals, length = word.partition("=")
        if not equals or not kind.strip():
            raise WrongUsage(f"no limit {word!r}: write KIND=LENGTH, like gel=40m")
        if length.strip().casefold() == forms.CLEAR:
            known.pop(kind.strip().casefold(), None)
        else:
            known[kind.strip().casefold()] = forms.metres_as_mm(length)
    return known
