"""sheet list|good|second|spoiled, and rate."""

from __future__ import annotations

from typing import Any

import click

from plotty_tui.domain import runs, sheets, values
from plotty_tui.domain.errors import WrongUsage
from plotty_tui.studio.opening import open_studio
from plotty_tui.studio.production import run_moves
from plotty_tui.studio.production.run_detail import RunDetail, run_detail

from .output import emit_json, json_option, say, table, with_examples
from .views import sheet_json


@with_examples("plotty sheet list RUN-001", "plotty sheet list 1 --json")
@click.command("list")
@click.argument("number", metavar="RUN")
@json_option
def sheet_list(number: str, as_json: bool) -> int:
    """The sheets of a run with their fates."""
    run = run_detail(open_studio(), runs.parse_run(number))
    return _show(run, range(1, len(run.sheets) + 1), as_json)


def _show(run: RunDetail, numbers: Any, as_json: bool) -> int:
    chosen = [(number, run.sheets[number - 1]) for number in numbers]
    if as_json:
        emit_json([sheet_json(number, sheet) for number, sheet in chosen])
        return 0
    table(
        ["sheet", "design", "copy", "attempt", "plotter", "state", "why", "metres", "time"],
        [
            (number, sheet.name, sheet.copy, sheet.attempt, _place(sheet), _state(sheet),
             _why(sheet), values.metres(sheet.ink_mm), values.clock(sheet.seconds))
            for number, sheet in chosen
        ],
        [0, 2, 3, 7, 8],
    )  # fmt: skip
    return 0


def _place(sheet: Any) -> str:
    return sheet.device or (f"beside {sheet.aside}" if sheet.aside else "")


def _state(sheet: Any) -> str:
    if not sheet.pieces:
        return str(sheet.state)
    failed = [str(piece.position) for piece in sheet.pieces if piece.state == sheets.SPOILED]
    if not failed or sheet.state == sheets.SPOILED:
        return str(sheet.state)
    return f"{sheet.state}, failed at {', '.join(failed)}"


def _why(sheet: Any) -> str:
    found = [sheet.reason, *(piece.reason for piece in sheet.pieces)]
    return ", ".join(dict.fromkeys(one for one in found if one))


def _judge(number: str, wanted: tuple[int, ...], fate: str, as_json: bool, **why: Any) -> int:
    if not wanted:
        raise WrongUsage("name the sheets by the numbers that plotty sheet list shows")
    run = run_moves.judge_sheets(
        open_studio(), runs.parse_run(number), list(dict.fromkeys(wanted)), fate, **why
    )
    if as_json:
        return _show(run, dict.fromkeys(wanted), True)
    which = values.plural(len(set(wanted)), "sheet")
    if places := why.get("pieces"):
        which = f"{values.plural(len(places), 'piece')} of {which}"
    say(f"{run.name}  {which} {fate}")
    return 0


_piece_option = click.option(
    "--position", "pieces", multiple=True, type=int, help="Only these pieces of the sheet."
)


@with_examples("plotty sheet good RUN-001 1 2")
@click.command("good")
@click.argument("number", metavar="RUN")
@click.argument("wanted", metavar="SHEET...", nargs=-1, type=int)
@_piece_option
@json_option
def sheet_good(number: str, wanted: tuple[int, ...], pieces: tuple[int, ...], as_json: bool) -> int:
    """Drawn sheets are good."""
    return _judge(number, wanted, sheets.GOOD, as_json, pieces=pieces)


@with_examples("plotty sheet second RUN-001 3 --notes 'a faint line'")
@click.command("second")
@click.argument("number", metavar="RUN")
@click.argument("wanted", metavar="SHEET...", nargs=-1, type=int)
@click.option("--reason", default="", help="pen_dry, smear, paper_slip, other …")
@click.option("--notes", default="")
@json_option
def sheet_second(
    number: str, wanted: tuple[int, ...], reason: str, notes: str, as_json: bool
) -> int:
    """Drawn sheets are of second choice."""
    if reason:
        sheets.check_reason(reason, notes)
    return _judge(number, wanted, sheets.SECOND, as_json, reason=reason, notes=notes)


@with_examples(
    "plotty sheet spoiled RUN-001 4 --reason smear",
    "plotty sheet spoiled 1 2 3 --reason other --notes 'the cat' --json",
)
@click.command("spoiled")
@click.argument("number", metavar="RUN")
@click.argument("wanted", metavar="SHEET...", nargs=-1, type=int)
@click.option("--reason", default="", help="pen_dry, smear, paper_slip, other … (needed)")
@click.option("--notes", default="", help="What happened.")
@_piece_option
@json_option
def sheet_spoiled(
    number: str, wanted: tuple[int, ...], reason: str, notes: str, pieces: tuple[int, ...],
    as_json: bool,
) -> int:  # fmt: skip
    """Drawn sheets are spoiled, for a reason."""
    if not reason:
        raise WrongUsage(f"--reason is needed: {', '.join(sheets.REASONS)}")
    return _judge(
        number, wanted, sheets.SPOILED, as_json, reason=reason, notes=notes, pieces=pieces
    )


@with_examples("plotty rate RUN-001 4", "plotty rate 1 --client-rating 4.5 --json")
@click.command("rate")
@click.argument("number", metavar="RUN")
@click.argument("stars", required=False, type=int)
@click.option("--client-rating", type=float, help="What the client says, 1 to 5.")
@click.option("--sheet", "wanted", multiple=True, type=int, help="Only these sheets.")
@json_option
def rate(
    number: str, stars: int | None, client_rating: float | None, wanted: tuple[int, ...],
    as_json: bool,
) -> int:  # fmt: skip
    """Rate a run whose results are told, 1 to 5 stars."""
    run = run_moves.rate_run(
        open_studio(), runs.parse_run(number), stars, client_rating, list(wanted)
    )
    if as_json:
        emit_json(
            {"run": run.name, "quality": run.quality, "client_rating": run.client_rating,
             "sheet_quality": run.sheet_quality, "rated_sheets": run.rated_sheets}
        )  # fmt: skip
        return 0
    words = [] if run.quality is None else [f"{runs.stars(run.quality)} ({run.quality}/5)"]
    if run.client_rating is not None:
        words.append(f"client {run.client_rating:g}/5")
    if run.rated_sheets:
        words.append(f"sheets {run.sheet_quality:.1f}/5 (n={run.rated_sheets})")
    say(f"{run.name}  {', '.join(words)}")
    return 0
