"""Themes of the dashboard: files made into Textual themes, and colours that stay visible.

Textual accepts a wrong colour and fails when it paints with it, so every colour is parsed here,
when the file is read. Names of plotty's own that styles use:

$state-drawing  $state-hand  $state-paused  $state-fault  $state-done  $state-idle
$ink-to-come  $pen-place            strokes not drawn yet, the pen's place on the canvas
$bar-done  $bar-rest                progress bars
$row-cursor  $row-cursor-text  $row-cursor-style  $row-cursor-blurred  $row-mark
$hint                               text of second rank
pen-ink                             optional: one colour for all pens (the theme without colours)
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from textual.color import Color, ColorParseError
from textual.theme import Theme

from plotty_tui.domain.errors import Refused
from plotty_tui.studio.upkeep.themes import (
    STATES,
    ThemeFile,
    read_theme_file,
    theme_file,
    theme_files,
    theme_folders,
)

TEXT_STYLES = ("none", "bold", "dim", "italic", "underline", "reverse", "strike", "not")

BLACK, WHITE = Color(0, 0, 0), Color(255, 255, 255)


def load_theme(name: str, user_folder: Path | None = None) -> Theme:
    """The theme of this name. NotFound names the nearest; Refused says what is wrong in it."""
    return build_theme(read_theme_file(theme_file(name, theme_folders(user_folder))))


def load_themes(user_folder: Path | None = None) -> tuple[list[Theme], list[str]]:
    """All themes that can be used, and a sentence for each file that cannot."""
    themes, faults = [], []
    for path in theme_files(theme_folders(user_folder)).values():
        try:
            themes.append(build_theme(read_theme_file(path)))
        except Refused as refusal:
            faults.append(str(refusal))
    return themes, faults


def build_theme(file: ThemeFile) -> Theme:
    """The Textual theme of a theme file. Refused names the file, the key and the value of the
    first colour that is none."""
    for key, value in file.colors.items():
        _check_color(file, f"colors.{key}", value)
    for key, value in file.states.items():
        _check_color(file, f"states.{key}", value)
    for key, value in file.variables.items():
        check = _check_text_style if key.endswith("-style") else _check_color
        check(file, f"variables.{key}", value)
    states = {f"state-{state}": value for state, value in file.states.items()}
    theme = Theme(
        name=file.name,
        dark=file.dark,
        ansi=file.ansi,
        variables={**states, **file.variables},
        **file.colors,  # type: ignore[arg-type]
        **file.numbers,  # type: ignore[arg-type]
    )
    theme.variables = {**_ansi_grounds(theme), **variable_defaults(theme), **theme.variables}
    return theme


def _ansi_grounds(theme: Theme) -> dict[str, str]:
    """Two names Textual's own styles use and makes only for themes without `ansi`."""
    if not theme.ansi:
        return {}
    ground, text = ("ansi_black", "ansi_white") if theme.dark else ("ansi_white", "ansi_black")
    return {"ansi-background": ground, "ansi-foreground": text}


def variable_defaults(theme: Theme) -> dict[str, str]:
    """A value for every name of plotty's own, made from a theme's general colours, so that
    Textual's themes and short user themes work. For `App.get_theme_variable_defaults`."""
    if theme.ansi:
        return dict(_ANSI_DEFAULTS)
    background = _parsed(theme.background, "#121212" if theme.dark else "#efefef")
    text = _parsed(theme.foreground, "#e0e0e0" if theme.dark else "#1f1f1f")
    accent = _parsed(theme.accent or theme.primary, theme.primary)
    colors = {
        "state-drawing": accent,
        "state-hand": _parsed(theme.warning, "#d08700"),
        "state-paused": _parsed(theme.secondary, "#9f7fc0"),
        "state-fault": _parsed(theme.error, "#d04a4a"),
        "state-done": _parsed(theme.success, "#4a9f5a"),
        "state-idle": text.blend(background, 0.4),
        "hint": text.blend(background, 0.4),
        "row-mark": accent,
        "bar-done": accent,
    }
    readable = {name: visible(color, background).hex for name, color in colors.items()}
    return readable | {
        "ink-to-come": text.blend(background, 0.72).hex,
        "bar-rest": text.blend(background, 0.75).hex,
        "pen-place": text.hex,
        "row-cursor": background.blend(accent, 0.3).hex,
        "row-cursor-text": text.hex,
        "row-cursor-style": "none",
        "row-cursor-blurred": background.blend(text, 0.1).hex,
    }


_ANSI_DEFAULTS: Mapping[str, str] = {
    "state-drawing": "ansi_cyan",
    "state-hand": "ansi_yellow",
    "state-paused": "ansi_magenta",
    "state-fault": "ansi_red",
    "state-done": "ansi_green",
    "state-idle": "ansi_bright_black",
    "hint": "ansi_bright_black",
    "row-mark": "ansi_cyan",
    "bar-done": "ansi_cyan",
    "bar-rest": "ansi_bright_black",
    "ink-to-come": "ansi_bright_black",
    "pen-place": "ansi_default",
    "row-cursor": "ansi_default",
    "row-cursor-text": "ansi_default",
    "row-cursor-style": "reverse",
    "row-cursor-blurred": "ansi_default",
}

OWN_VARIABLES = tuple(_ANSI_DEFAULTS)
assert {f"state-{state}" for state in STATES} <= set(OWN_VARIABLES)


def contrast(one: Color, other: Color) -> float:
    """The contrast of two colours after WCAG, from 1 (same) to 21 (black on white)."""
    bright, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@lru_cache(maxsize=512)
def visible(color: Color, background: Color, ratio: float = 3.0) -> Color:
    """The colour, moved towards white or black only as far as it needs to stand out from the
    background by this contrast. A background that is not known (the terminal's own) is taken
    to be black or white: the colour then stands out from both as well as it can."""
    if background.ansi is not None:
        return _between(color)
    if contrast(color, background) >= ratio:
        return color
    end = max((WHITE, BLACK), key=lambda one: contrast(one, background))
    for step in range(1, 20):
        moved = color.blend(end, step / 20)
        if contrast(moved, background) >= ratio:
            return moved
    return end


def visible_ink(color: str, background: Color) -> Color:
    """The colour a pen's ink has on screen: its own where that can be seen. Black on a dark
    ground becomes a light grey, far from the dim grey of strokes to come; a colour keeps its
    hue. A word that is no colour is drawn as black ink is."""
    ink = _parsed(color, "#000000").rgb
    neutral = max(ink) - min(ink) < 24
    own = Color(*ink)
    if neutral and background.ansi is None and contrast(own, background) < 3.0:
        return visible(own, background, 9.0)
    return visible(own, background, 3.5)


def _between(color: Color) -> Color:
    """A colour that can be seen on black and on white."""
    if contrast(color, BLACK) < 3.0:
        return visible(color, BLACK, 3.5)
    if contrast(color, WHITE) < 3.0:
        return visible(color, WHITE, 3.0)
    return color


def _luminance(color: Color) -> float:
    def linear(part: int) -> float:
        share = part / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = color.rgb
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)


def _parsed(value: str | None, otherwise: str) -> Color:
    try:
        return Color.parse(value or otherwise)
    except ColorParseError:
        return Color.parse(otherwise)


def _check_color(file: ThemeFile, key: str, value: str) -> None:
    try:
        Color.parse(value)
    except ColorParseError:
        raise Refused(
            f"theme file {file.path}: {key} = {value!r}: not a colour; use #rrggbb, a name like "
            "teal, or ansi_red for the terminal's own"
        ) from None


def _check_text_style(file: ThemeFile, key: str, value: str) -> None:
    words = value.split()
    if not words or any(word not in TEXT_STYLES for word in words):
        raise Refused(
            f"theme file {file.path}: {key} = {value!r}: text styles are {', '.join(TEXT_STYLES)}"
        )
