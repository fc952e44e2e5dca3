"""`python -m plotty_tui.cli.words`: all words of the command line as one JSON document. The
dashboard's `:` line reads it once, in a process of its own, to complete what is typed."""

from __future__ import annotations

import json
import sys
from typing import Any

import click

from .lazy import LazyGroup
from .main import plotty


def words_of(command: click.Command) -> dict[str, Any]:
    """A command as plain values: `help`, `commands` by name, `options` by their longest name
    (`takes`: what follows, empty for a flag; `choices`), `arguments` as their metavars."""
    context = click.Context(command)
    known: dict[str, Any] = {"help": command.get_short_help_str(80)}
    if isinstance(command, LazyGroup):
        known["commands"] = {
            name: words_of(one)
            for name in command.list_commands(context)
            if (one := command.get_command(context, name)) is not None
        }
    options: dict[str, Any] = {}
    arguments = []
    for param in command.get_params(context):
        if isinstance(param, click.Option) and not param.hidden:
            for names in (param.opts, param.secondary_opts):
                if names:
                    options[max(names, key=len)] = _option(param, context)
        elif isinstance(param, click.Argument):
            arguments.append(param.make_metavar(context).strip("[]").removesuffix("..."))
    return {**known, "options": options, "arguments": arguments}


def _option(param: click.Option, context: click.Context) -> dict[str, Any]:
    takes = "" if param.is_flag or param.count else param.make_metavar(context)
    choices = list(param.type.choices) if isinstance(param.type, click.Choice) else []
    return {"help": param.help or "", "takes": takes, "choices": choices}


if __name__ == "__main__":
    json.dump(words_of(plotty), sys.stdout, ensure_ascii=False)
