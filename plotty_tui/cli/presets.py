"""preset, template: create, list, show, edit, remove."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from plotty_tui.studio.opening import open_studio
from plotty_tui.studio.planning import presets, templates

from .output import emit_json, json_option, say, table, with_examples


def _settings(command: Any) -> Any:
    """A flag for each setting of a preset, and --set for any of them."""
    for name, words, help_ in reversed((
        ("speed_pendown", ("--speed", "--speed-pendown"), "Pen down, percent: 1-110."),
        ("speed_penup", ("--speed-penup",), "Pen up, percent: 1-200."),
        ("accel", ("--accel",), "Acceleration, percent: 1-110."),
        ("pen_pos_down", ("--pen-pos-down",), "Height of the pen when it draws: 0-100."),
        ("pen_pos_up", ("--pen-pos-up",), "Height of the pen when it travels: 0-100."),
        ("pipeline", ("--vpype",), "vpype commands instead of plotty's own order; none."),
        ("join_mm", ("--join",), "Ends up to so many mm apart are joined."),
        ("splice", ("--splice",), "Closed strokes drawn on the way: on or off."),
        ("starts", ("--starts",), "Closed strokes begin where the pen comes by: on or off."),
        ("kicks", ("--kicks",), "Steps of the search for each stroke; 0: none."),
        ("duplicates", ("--duplicates",), "Strokes drawn twice stay: on or off."),
    )):  # fmt: skip
        command = click.option(*words, name, default=None, help=help_)(command)
    return click.option(
        "--set", "more", multiple=True, metavar="SETTING=VALUE",
        help="Any setting by its name (plotty preset show NAME lists them).",
    )(command)  # fmt: skip


def _changes(given: dict[str, Any], more: tuple[str, ...]) -> dict[str, str]:
    changes = {key: text for key, text in given.items() if text is not None}
    for part in more:
        key, sign, text = part.partition("=")
        if not sign:
            raise click.UsageError(f"--set {part}: write SETTING=VALUE")
        changes[key.strip().replace("-", "_")] = text.strip()
    return changes


@with_examples(
    'plotty preset create mine --from fast --speed 30 --vpype "linemerge linesort"',
    "plotty preset create gentle --from hq --accel 40 --set pen_delay_down=50",
)
@click.command("create")
@click.argument("name")
@click.option("--from", "source", default="default", show_default=True, help="What it is like.")
@click.option("--note", default="", help="What it is for.")
@_settings
@json_option
def preset_create(
    name: str, source: str, note: str, more: tuple[str, ...], as_json: bool, **given: Any
) -> int:
    """A preset of your own, like another one."""
    made = presets.create_preset(open_studio(), name, source, _changes(given, more), note)
    return _show_preset(made, as_json)


@with_examples("plotty preset edit usual --speed 22 --join 0.2")
@click.command("edit")
@click.argument("name")
@click.option("--note", default=None, help="What it is for.")
@_settings
@json_option
def preset_edit(
    name: str, note: str | None, more: tuple[str, ...], as_json: bool, **given: Any
) -> int:
    """Change a preset of your own.

    Plans keep the settings they were made with until they are planned again; a plotter that has
    the preset takes the new ones with its next sheet.
    """
    changes = _changes(given, more)
    if not changes and note is None:
        raise click.UsageError(f"nothing to change at {name}: give --speed, --vpype, --set …")
    return _show_preset(presets.edit_preset(open_studio(), name, changes, note), as_json)


@with_examples("plotty preset show hq")
@click.command("show")
@click.argument("name")
@json_option
def preset_show(name: str, as_json: bool) -> int:
    """One preset with all its settings."""
    return _show_preset(presets.find_preset(open_studio(), name), as_json)


@with_examples("plotty preset remove usual")
@click.command("remove")
@click.argument("name")
@json_option
def preset_remove(name: str, as_json: bool) -> int:
    """Forget a preset of your own.

    Plans that were made with it stay as they are.
    """
    removed = presets.remove_preset(open_studio(), name)
    if as_json:
        emit_json({"name": removed})
    else:
        say(f"removed preset {removed}")
    return 0


@with_examples("plotty list presets")
@click.command("presets")
@click.option("--settings", is_flag=True, help="All settings of each.")
@json_option
def preset_list(settings: bool, as_json: bool) -> int:
    """Presets for planning and drawing."""
    found = presets.presets(open_studio())
    if as_json:
        emit_json([{**one.to_json(), "own": _is_own(one)} for one in found])
        return 0
    if settings:
        names = presets.setting_names()
        table(
            ["setting", *(one.name for one in found)],
            [[name, *(_value(presets.preset_settings(one)[name]) for one in found)]
             for name in names],
        )  # fmt: skip
        return 0
    table(
        ["preset", "pen down", "pen up", "order", "note"],
        [
            (one.name, f"{one.motion.speed_pendown:g} %", f"{one.motion.speed_penup:g} %",
             one.describe_order(), one.note)
            for one in found
        ],
    )  # fmt: skip
    return 0


def _is_own(preset: Any) -> bool:
    from plotty_tui.domain.presets import BUILT_IN

    return preset.name not in BUILT_IN


def _show_preset(preset: Any, as_json: bool) -> int:
    if as_json:
        emit_json({**preset.to_json(), "own": _is_own(preset)})
        return 0
    say(f"preset {preset.name}: {preset.note}")
    for name, value in presets.preset_settings(preset).items():
        say(f"  {name:16} {_value(value)}")
    if preset.pipeline:
        say("  the vpype pipeline orders the strokes; plotty's own settings for it rest")
    return 0


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"{value:g}" if isinstance(value, (int, float)) else value or "none"


# Templates ------------------------------------------------------------------------------------


def _parts(required: bool) -> Callable[[Any], Any]:
    usual = {"preset": "default", "pens": templates.AUTO} if required else {}

    def add(command: Any) -> Any:
        for option in reversed((
            click.option("--preset", default=usual.get("preset"), help="How to plan and draw."),
            click.option("--pen-mapping", default=usual.get("pens"),
                         help="Layer 1 to the first pen, and so on: 2,1,3; auto: by colour."),
            click.option("--quality-checks/--no-quality-checks", default=None,
                         help="A verdict is asked after each sheet."),
            click.option("--documentation", "documentation", flag_value=templates.FULL,
                         help="Everything is written down for the client."),
            click.option("--minimal-documentation", "documentation",
                         flag_value=templates.MINIMAL, help="Only what accounting needs."),
        )):  # fmt: skip
            command = option(command)
        return command

    return add


@with_examples(
    'plotty template create --name "client_standard" --preset hq --pen-mapping "2,1,3" '
    "--quality-checks --documentation",
    'plotty template create --name "workshop_fast" --preset fast --pen-mapping "auto" '
    "--minimal-documentation",
)
@click.command("create")
@click.option("--name", required=True, help="The template's name.")
@_parts(required=True)
@click.option("--replace", is_flag=True, help="Instead of the template of that name.")
@json_option
def template_create(
    name: str,
    preset: str,
    pen_mapping: str,
    quality_checks: bool | None,
    documentation: str | None,
    replace: bool,
    as_json: bool,
) -> int:
    """Keep preset, pens and paper work under a name."""
    wanted = templates.Template(
        name, preset, pen_mapping, bool(quality_checks), documentation or ""
    )
    return _show_template(templates.create_template(open_studio(), wanted, replace), as_json)


@with_examples("plotty template edit usual --preset hq --no-quality-checks")
@click.command("edit")
@click.argument("name")
@_parts(required=False)
@json_option
def template_edit(name: str, as_json: bool, **given: Any) -> int:
    """Change a template; jobs keep what it gave them."""
    changes = {key: value for key, value in given.items() if value is not None}
    return _show_template(templates.edit_template(open_studio(), name, **changes), as_json)


@with_examples("plotty template show usual")
@click.command("show")
@click.argument("name")
@json_option
def template_show(name: str, as_json: bool) -> int:
    """What a template gives a job."""
    return _show_template(templates.find_template(open_studio(), name), as_json)


@with_examples("plotty template remove usual")
@click.command("remove")
@click.argument("name")
@json_option
def template_remove(name: str, as_json: bool) -> int:
    """Forget a template; jobs keep what it gave them."""
    removed = templates.remove_template(open_studio(), name)
    if as_json:
        emit_json({"name": removed})
    else:
        say(f"removed template {removed}")
    return 0


@with_examples("plotty template list", "plotty list templates")
@click.command("list")
@json_option
def template_list(as_json: bool) -> int:
    """Templates: preset, pens, paper work."""
    found = templates.templates(open_studio())
    if as_json:
        emit_json([_template_json(one) for one in found])
        return 0
    if not found:
        say("no template: plotty template create --name NAME --preset hq")
    for one in found:
        say(f"{one.name:20} {one}")
    return 0


def _show_template(template: templates.Template, as_json: bool) -> int:
    if as_json:
        emit_json(_template_json(template))
    else:
        say(f"template {template.name}: {template}")
    return 0


def _template_json(template: templates.Template) -> dict[str, Any]:
    return {"name": template.name, **template.to_json()}
