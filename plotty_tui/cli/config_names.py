"""config show|get|set|validate."""

from __future__ import annotations

from typing import Any

import click

from plotty_tui.studio.opening import open_studio
from plotty_tui.studio.upkeep import named_settings

from .output import emit_json, json_option, say, table, with_examples


@with_examples("plotty config show", "plotty config show notify --json")
@click.command("show")
@click.argument("words", nargs=-1, metavar="[PART OF A NAME...]")
@json_option
def config_show(words: tuple[str, ...], as_json: bool) -> int:
    """Every setting by its name."""
    found = named_settings.named_settings(open_studio())
    shown = [
        one for one in found
        if not words or any(word.replace("-", "_") in one.name for word in words)
    ]  # fmt: skip
    if not shown:
        named_settings.find_setting(open_studio(), words[0])
    if as_json:
        emit_json({one.name: one.value for one in shown})
        return 0
    table(["setting", "value", ""], [(one.name, one.text, one.about) for one in shown])
    return 0


@with_examples("plotty config get production.max_daily_time")
@click.command("get")
@click.argument("name")
@json_option
def config_get(name: str, as_json: bool) -> int:
    """The value of one setting."""
    found = named_settings.find_setting(open_studio(), name)
    if as_json:
        emit_json({"name": found.name, "value": found.value})
    else:
        say(found.text)
    return 0


@with_examples(
    "plotty config set production.max_daily_time 6h",
    'plotty config set studio.name "Studio Halm"',
    "plotty config set quality_gates.min_success_rate none",
)
@click.command("set")
@click.argument("name")
@click.argument("value")
@json_option
def config_set(name: str, value: str, as_json: bool) -> int:
    """Set one setting as typed; `none` takes it back."""
    old, new = named_settings.change_setting(open_studio(), name, value)
    if as_json:
        emit_json({"name": new.name, "value": new.value, "was": old.value})
    else:
        say(f"{new.name}  {new.text}" + (f"  (was {old.text})" if old.text != new.text else ""))
    return 0


@with_examples("plotty config validate")
@click.command("validate")
@json_option
def config_validate(as_json: bool) -> int:
    """Whether every setting is what it may be.

    Exit 1 when something is wrong, with its cure.
    """
    found = named_settings.settings_problems(open_studio())
    if as_json:
        emit_json(_problems_json(found))
    else:
        for name, why, cure in found:
            say(f"{name:14} {why}  ->  {cure}")
        if not found:
            say("every setting is in order")
    return 1 if found else 0


def _problems_json(found: list[tuple[str, str, str]]) -> list[dict[str, Any]]:
    return [{"setting": name, "text": why, "cure": cure} for name, why, cure in found]
