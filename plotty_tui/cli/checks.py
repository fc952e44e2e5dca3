"""check ready|device|database|config."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from plotty_tui.domain import values
from plotty_tui.studio.opening import open_studio
from plotty_tui.studio.upkeep import checks

from .output import emit_json, json_option, say, with_examples

_detailed = click.option("--detailed", is_flag=True, help="Also what is in order.")


@with_examples("plotty check ready", "plotty check ready --detailed")
@click.command("ready")
@_detailed
@json_option
def check_ready(detailed: bool, as_json: bool) -> int:
    """One line a check, each with its cure.

    Nothing moves. Exit 1 when not ready, 0 when there are only warnings.
    """
    return _tell(checks.check_ready(open_studio()), detailed, as_json, "ready", "not ready")


@with_examples("plotty check device", "plotty check device left --detailed")
@click.command("device")
@click.argument("names", nargs=-1, metavar="[DEVICE...]")
@_detailed
@json_option
def check_device(names: tuple[str, ...], detailed: bool, as_json: bool) -> int:
    """Whether plotters can be driven; nothing moves, no port in use is opened."""
    from plotty_tui.studio.upkeep.device_checks import check_devices

    return _tell(
        check_devices(open_studio(), names),
        detailed,
        as_json,
        "plotters are ready",
        "plotters are not ready",
    )


@with_examples("plotty check database", "plotty check database --quick")
@click.command("database")
@click.option("--quick", is_flag=True, help="Without the sums of designs and plans.")
@_detailed
@json_option
def check_database(quick: bool, detailed: bool, as_json: bool) -> int:
    """Whether the books are whole, balanced, and have their files."""
    from plotty_tui.studio.upkeep.book_checks import check_books_in_full

    found = _opened(lambda: check_books_in_full(open_studio(), quick))
    return _tell(found, detailed, as_json, "books in order", "books not in order")


def _opened(look: Callable[[], list[checks.Check]]) -> list[checks.Check]:
    """What was found; that the books cannot even be opened is a finding too."""
    from plotty_tui.domain.errors import Refused, StoreFull

    try:
        return look()
    except StoreFull:
        raise
    except Refused as refusal:
        cure = "plotty backup restore FILE"
        return [checks.Check("database", checks.FAIL, str(refusal), cure)]


@with_examples("plotty check config", "plotty check config --json")
@click.command("config")
@_detailed
@json_option
def check_config(detailed: bool, as_json: bool) -> int:
    """Whether every setting is what it may be."""
    from plotty_tui.studio.upkeep.named_settings import settings_problems

    wrong = settings_problems(open_studio())
    found = [checks.Check(name, checks.FAIL, why, cure) for name, why, cure in wrong]
    return _tell(
        found or [checks.Check("settings", checks.OK, "all in order")],
        detailed, as_json, "settings in order", "settings not in order",
    )  # fmt: skip


def _tell(
    found: list[checks.Check], detailed: bool, as_json: bool, word: str, bad_word: str
) -> int:
    good = checks.is_ready(found)
    if as_json:
        emit_json({"ready": good, "checks": [_json(check) for check in found]})
        return 0 if good else 1
    for check in found:
        if detailed or check.level != checks.OK:
            cure = f"  ->  {check.cure}" if check.cure else ""
            say(f"{check.level:5} {check.name:16} {check.text}{cure}")
    warnings = sum(1 for check in found if check.level == checks.WARN)
    counted = f", {values.plural(warnings, 'warning')}" if warnings else ""
    say((word if good else bad_word) + counted)
    return 0 if good else 1


def _json(check: checks.Check) -> dict[str, Any]:
    return {
        "name": check.name,
        "level": check.level,
        "text": check.text,
        "cure": check.cure or None,
    }
