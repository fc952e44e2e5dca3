"""pen add|list|show|edit|weigh|load|prime|mark-dry|retire."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import click

from plotty_tui.domain import values
from plotty_tui.domain.runs import run_name
from plotty_tui.domain.values import iso
from plotty_tui.studio import forms
from plotty_tui.studio.inventory import stock
from plotty_tui.studio.opening import open_studio

from .ledger import ledger_line
from .output import emit_json, json_option, say, table, with_examples
from .views import ledger_json, moment, pen_json


def option_of(key: str) -> str:
    """The option of a field: `life_mm` is --life."""
    return key.removesuffix("_mm").removesuffix("_at").replace("_", "-")


def form_options(fields: Sequence[forms.Field], defaults: bool = True) -> Callable[[Any], Any]:
    """One option a field of a form; its help names the default, if it has one."""

    def add(command: Any) -> Any:
        for field in reversed(fields):
            name = "--" + option_of(field.key)
            text = field.help or field.label
            if field.value and defaults:
                text += f"  [{field.value}]"
            command = click.option(name, field.key, default=None, help=text)(command)
        return command

    return add


def typed(fields: Sequence[forms.Field], given: dict[str, Any]) -> dict[str, Any]:
    """The values of a form from its options. WrongUsage when one is needed and missing."""
    for field in fields:
        if field.required and not field.value and not given.get(field.key):
            raise click.UsageError(
                f"--{option_of(field.key)} is needed: {field.help or field.label}"
            )
    return forms.parse_form(fields, {k: v for k, v in given.items() if v is not None})


@with_examples(
    'plotty pen add --name "Pigma Micron 05 black" --color black --tip 0.45 --life 900m --slot 1',
    "plotty pen add --name red --color '#c62828'",
)
@click.command("add")
@form_options(forms.PEN)
@json_option
def pen_add(as_json: bool, **given: Any) -> int:
    """A new pen."""
    row = stock.add_pen(open_studio(), typed(forms.PEN, given))
    if as_json:
        emit_json(pen_json(row))
    else:
        say(f"pen {row.code}  {row.name}  {row.color}")
    return 0


@with_examples("plotty pen list", "plotty list pens --json", "plotty pen list --all")
@click.command("list")
@click.option("--all", "retired", is_flag=True, help="The retired ones too.")
@json_option
def pen_list(retired: bool, as_json: bool) -> int:
    """Pens with their metres."""
    rows = stock.list_pens(open_studio(), retired)
    if as_json:
        emit_json([pen_json(row) for row in rows])
        return 0
    if not rows:
        say("no pens: plotty pen add --name NAME --color black")
        return 0
    table(
        ["pen", "slot", "name", "colour", "tip", "state", "used", "left", "held", "in", ""],
        [
            (row.code, row.slot or "", row.name, row.color, row.tip_mm or "", row.state,
             values.metres(row.used_mm), values.metres(row.left_mm),
             values.metres(row.reserved_mm) if row.reserved_mm else "", row.device or "",
             _remarks(row))
            for row in rows
        ],
        [1, 4, 6, 7, 8],
    )  # fmt: skip
    return 0


def _remarks(row: Any) -> str:
    words = ["low"] if row.low else []
    words += ["beyond its life"] if row.outlived else []
    words += [f"wants: {row.care_due}"] if row.care_due else []
    return ", ".join(words)


@with_examples("plotty pen show K-01", "plotty pen show K-01 --json")
@click.command("show")
@click.argument("pen")
@json_option
def pen_show(pen: str, as_json: bool) -> int:
    """All about one pen.

    By sticker, slot or name: what it has drawn, who holds the rest, its weighings, its ledger.
    """
    detail = stock.pen_detail(open_studio(), pen)
    if as_json:
        emit_json(_detail_json(detail))
        return 0
    row = detail.row
    say(f"pen {row.code}  {row.name}  {row.color}  {row.state}")
    for label, text in _facts(detail):
        if text:
            say(f"  {label:10} {text}")
    for line in detail.ledger:
        say(f"  {ledger_line(line)}")
    return 0


def _facts(detail: stock.PenDetail) -> list[tuple[str, str]]:
    row = detail.row
    learned = detail.learned
    life = values.metres(row.life_mm)
    if learned is not None:
        life += f"; pens of its type draw {values.metres(learned.mm)} (of {learned.pens})"
    offset = f"{row.offset_x_mm:g}, {row.offset_y_mm:g} mm"
    return [
        ("type", row.type),
        ("slot", f"{row.slot or ''}"),
        ("holder", row.device or ""),
        ("life", life),
        ("used", values.metres(row.used_mm) + (" (beyond its life)" if row.outlived else "")),
        ("left", values.metres(row.left_mm)),
        ("held by", ", ".join(
            f"{run_name(one.run)} {values.metres(one.amount)}" for one in row.holders
        )),
        ("weight", f"{row.weight_g:g} g" if row.weight_g is not None else ""),
        ("empty", f"{row.tare_g:g} g" if row.tare_g is not None else ""),
        ("ink", f"{row.net_g:g} g when new" if row.net_g is not None else ""),
        ("price", f"{row.price:.2f}" if row.price is not None else ""),
        ("speed", f"at most {row.speed_cap:g} %" if row.speed_cap is not None else ""),
        ("height", f"{row.height:g} %" if row.height is not None else ""),
        ("tip off by", offset if row.offset_x_mm or row.offset_y_mm else ""),
        ("care", row.care_text + (f" (due: {row.care_due})" if row.care_due else "")),
        ("notes", row.notes),
        *(("mg per m", _calibrated(one)) for one in detail.calibrations),
    ]  # fmt: skip


def _calibrated(one: Any) -> str:
    where = f" on {one.paper}" if one.paper else ""
    if one.mg_per_m is None:
        return f"not known{where}: {one.why}"
    return f"{one.mg_per_m:.2f}{where} ({one.grams:g} g over {values.metres(one.mm)})"


def _detail_json(detail: stock.PenDetail) -> dict[str, Any]:
    row, learned = detail.row, detail.learned
    return {
        **pen_json(row),
        "type": row.type,
        "tare_g": row.tare_g,
        "net_g": row.net_g,
        "speed_cap_percent": row.speed_cap,
        "height_percent": row.height,
        "offset_mm": [row.offset_x_mm, row.offset_y_mm],
        "care": row.care_text,
        "notes": row.notes,
        "opened_at": iso(moment(row.opened_at)),
        "last_used_at": iso(moment(row.last_used_at)),
        "held_by": [
            {"run": run_name(one.run), "m": round(one.amount / 1000, 4)} for one in row.holders
        ],
        "learned": None if learned is None else {
            "life_m": round(learned.mm / 1000, 4), "pens": learned.pens,
            "outlived": list(learned.outlived),
        },
        "calibrations": [
            {"paper": one.paper or None,
             "mg_per_m": None if one.mg_per_m is None else round(one.mg_per_m, 3),
             "mass_g": round(one.grams, 4), "m": round(one.mm / 1000, 4), "why": one.why or None}
            for one in detail.calibrations
        ],
        "ledger": [ledger_json(line) for line in detail.ledger],
    }  # fmt: skip


@with_examples(
    "plotty pen edit K-01 --speed-cap 40 --height 35",
    "plotty pen edit K-02 --slot none --care 'shake 20m, cap 10min'",
)
@click.command("edit")
@click.argument("pen")
@form_options(forms.PEN, defaults=False)
@json_option
def pen_edit(pen: str, as_json: bool, **given: Any) -> int:
    """Change what is known of a pen.

    `none` takes a value back. Speed, height and offset are used from the next layer on.
    """
    said = {key: text for key, text in given.items() if text is not None}
    row = stock.edit_pen(open_studio(), pen, forms.parse_changes(forms.PEN, said))
    return _say_pen(row, as_json, "changed")


@with_examples("plotty pen weigh K-01 11.8", "plotty pen weigh K-02 14.2 --why refilled")
@click.command("weigh")
@click.argument("pen")
@click.argument("grams", type=float)
@click.option("--why", default="", help="Needed when it weighs more than the last time.")
@json_option
def pen_weigh(pen: str, grams: float, why: str, as_json: bool) -> int:
    """Say what a pen weighs, itself included.

    Less than the last time is usage, more an adjustment; less than its empty weight is refused.
    """
    found, row = stock.weigh_pen(open_studio(), pen, grams, why)
    if as_json:
        emit_json({**pen_json(row), "used_g": found.used_g, "adjusted_g": found.adjusted_g})
        return 0
    if found.adjusted_g:
        told = f"{found.adjusted_g:.4g} g more than the last time: adjusted"
    else:
        told = f"{found.used_g:.4g} g used" if found.used_g else "nothing used since the last time"
    say(f"pen {row.code}  {grams:g} g  {told}")
    return 0


@with_examples("plotty pen load K-01 left")
@click.command("load")
@click.argument("pen")
@click.argument("device")
@json_option
def pen_load(pen: str, device: str, as_json: bool) -> int:
    """Say that a pen is in a plotter's holder."""
    row = stock.load_pen(open_studio(), pen, device)
    return _say_pen(row, as_json, f"is in {row.device}")


@with_examples("plotty pen prime K-01 30mm")
@click.command("prime")
@click.argument("pen")
@click.argument("length", metavar="MM")
@click.option("--why", default="", help="What for.")
@json_option
def pen_prime(pen: str, length: str, why: str, as_json: bool) -> int:
    """Book ink that was drawn by hand to get a pen going."""
    row = stock.prime_pen(open_studio(), pen, values.parse_length(length), why)
    return _say_pen(row, as_json, f"primed, {values.metres(row.used_mm)} used")


@with_examples("plotty pen mark-dry K-01", "plotty pen mark-dry K-02 --empty --why 'tank is empty'")
@click.command("mark-dry")
@click.argument("pen")
@click.option("--empty", is_flag=True, help="Empty, not dried up.")
@click.option("--why", default="", help="What was seen.")
@json_option
def pen_mark_dry(pen: str, empty: bool, why: str, as_json: bool) -> int:
    """Say that a pen is dry: it is not planned any more.

    What it has drawn teaches how long such pens live.
    """
    row = stock.mark_dry(open_studio(), pen, why, empty)
    return _say_pen(row, as_json, f"is {row.state} after {values.metres(row.used_mm)}")


@with_examples("plotty pen retire K-02")
@click.command("retire")
@click.argument("pen")
@click.option("--why", default="", help="What became of it.")
@json_option
def pen_retire(pen: str, why: str, as_json: bool) -> int:
    """Take a pen out of the lists; the books keep it."""
    return _say_pen(stock.retire_pen(open_studio(), pen, why), as_json, "is retired")


def _say_pen(row: Any, as_json: bool, what: str) -> int:
    if as_json:
        emit_json(pen_json(row))
    else:
        say(f"pen {row.code}  {row.name}  {what}")
    return 0
