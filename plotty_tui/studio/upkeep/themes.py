"""Theme files: where they are, what they are called and what they say.

A theme is a TOML file named after it. This module reads only the text, so that a command can
list themes without loading the dashboard; colours are checked by `plotty_tui.tui.themes`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from plotty_tui.domain.errors import NotFound, Refused

from ..places import shipped

DEFAULT_THEME = "studio-dark"

_NAME = re.compile(r"^[a-z0-9][a-z0-9_-]{0,39}$")

COLORS = (
    "primary",
    "secondary",
    "accent",
    "warning",
    "error",
    "success",
    "foreground",
    "background",
    "surface",
    "panel",
    "boost",
)
STATES = ("drawing", "hand", "paused", "fault", "done", "idle")

_SWITCHES = ("dark", "ansi")
_NUMBERS = ("luminosity_spread", "text_alpha")
_TABLES = ("colors", "states", "variables")
_KEYS = ("note", *_SWITCHES, *_NUMBERS, *_TABLES)


@dataclass(frozen=True, slots=True)
class ThemeFile:
    """What a theme file says; colours are still words.

    `states` are the colours of the state words (see STATES), `variables` any other names that
    styles may use.
    """

    name: str
    path: Path
    note: str = ""
    dark: bool = True
    ansi: bool = False
    numbers: Mapping[str, float] = field(default_factory=dict)
    colors: Mapping[str, str] = field(default_factory=dict)
    states: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)


def built_in_folder() -> Path:
    """The folder of the themes that come with plotty."""
    return shipped("themes")


def theme_folders(user: Path | None = None) -> list[Path]:
    """Where themes are looked for; a later folder wins over an earlier one."""
    return [built_in_folder(), *([user] if user else [])]


def theme_files(folders: Iterable[Path]) -> dict[str, Path]:
    """The file of each theme, by name; folders that do not exist are empty."""
    found: dict[str, Path] = {}
    for folder in folders:
        for path in sorted(folder.glob("*.toml")) if folder.is_dir() else ():
            found[path.stem] = path
    return found


def theme_names(folders: Iterable[Path]) -> list[str]:
    """The names of the themes, the default first, then by name."""
    return sorted(theme_files(folders), key=lambda name: (name != DEFAULT_THEME, name))


def theme_file(name: str, folders: Iterable[Path]) -> Path:
    """The file of this theme; NotFound names the nearest."""
    files = theme_files(folders)
    if name not in files:
        raise NotFound.named("theme", name, files)
    return files[name]


def read_theme_file(path: Path) -> ThemeFile:
    """The theme as the file says it. Refused, with one sentence, for anything unreadable, a key
    that is not known or a value of the wrong kind."""
    if not _NAME.match(path.stem):
        raise Refused(
            f"theme file {path.name!r}: a theme's name has small letters, digits, - and _, "
            "like my-studio.toml"
        )
    said = _read_toml(path)
    for key in said:
        if key not in _KEYS:
            raise _refusal(path, key, said[key], f"keys are {', '.join(_KEYS)}")
    return ThemeFile(
        name=path.stem,
        path=path,
        note=_typed(path, said, "note", str, "", "a text in quotes"),
        dark=_typed(path, said, "dark", bool, True, "true or false"),
        ansi=_typed(path, said, "ansi", bool, False, "true or false"),
        numbers={key: _fraction(path, said, key) for key in _NUMBERS if key in said},
        colors=_words(path, said, "colors", COLORS),
        states=_words(path, said, "states", STATES),
        variables=_words(path, said, "variables", None),
    )


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Refused(f"theme file {path}: {error.strerror or error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Refused(f"theme file {path}: not TOML: {error}") from error


def _typed(path: Path, said: dict, key: str, kind: type, default: Any, wanted: str) -> Any:
    value = said.get(key, default)
    if not isinstance(value, kind):
        raise _refusal(path, key, value, f"it must be {wanted}")
    return value


def _fraction(path: Path, said: dict, key: str) -> float:
    value = said[key]
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise _refusal(path, key, value, "it must be a number from 0 to 1")
    return float(value)


def _words(
    path: Path, said: dict, table: str, allowed: tuple[str, ...] | None
) -> Mapping[str, str]:
    entries = _typed(path, said, table, dict, {}, f"a table: [{table}]")
    for key, value in entries.items():
        where = f"{table}.{key}"
        if allowed is not None and key not in allowed:
            raise _refusal(path, where, value, f"{table} are {', '.join(allowed)}")
        if not re.fullmatch(r"[a-z][a-z0-9_-]*", key):
            raise _refusal(path, where, value, "names have small letters, digits, - and _")
        if not isinstance(value, str):
            raise _refusal(path, where, value, "it must be a colour in quotes")
    if table == "colors" and "primary" not in entries:
        raise Refused(f"theme file {path}: colors.primary is missing: it is the one that must be")
    return entries


def _refusal(path: Path, key: str, value: object, wanted: str) -> Refused:
    return Refused(f"theme file {path}: {key} = {value!r}: {wanted}")
