"""Keys of one's own: `keys.toml` in the studio's configuration folder.

    [keys]
    "job.hold" = "0"
    "device.pause" = "p,f5"

Each line names an action by its id and the keys that do it from now on, in place of those it has.
What is wrong with a line is told, and the line is left out: the dashboard opens all the same.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from plotty_tui.store.database import Store

from .actions import ACTIONS, Action

FILE = "keys.toml"
# They work in every dialog and while somebody types: no file takes that away.
FIXED = frozenset(("safety.stop",))


@dataclass(slots=True)
class Keymap:
    """Action id -> its keys (a comma list of Textual's names), and what was wrong with the file."""

    keys: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def keys_file(store: Store) -> Path:
    """Where keys of one's own are written."""
    return store.home.config / FILE


def read_keys(store: Store, list_keys: Mapping[str, str]) -> Keymap:
    """The keys of one's own. `list_keys` are those that every list has, by their ids: they can be
    changed too."""
    path = keys_file(store)
    keymap = Keymap()
    try:
        told = tomllib.loads(path.read_text("utf-8")).get("keys", {})
    except FileNotFoundError:
        return keymap
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        keymap.problems.append(f"{path}: {error}")
        return keymap
    if not isinstance(told, dict):
        keymap.problems.append(f"{path}: [keys] has to be a table of id = keys")
        return keymap
    known = {action.id for action in ACTIONS} | set(list_keys)
    for name, keys in told.items():
        why = _wrong(name, keys, known)
        if why:
            keymap.problems.append(f"{path.name}: {why}")
        else:
            keymap.keys[name] = ",".join(part.strip() for part in keys.split(","))
    keymap.problems += [f"{path.name}: {clash}" for clash in _clashes(keymap.keys, list_keys)]
    return keymap


def _wrong(name: str, keys: object, known: Collection[str]) -> str:
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        return f"no action {name!r}" + (f": did you mean {near[0]}?" if near else "")
    if name in FIXED:
        return f"{name} keeps its keys: they work at any time"
    if not isinstance(keys, str) or not all(part.strip() for part in keys.split(",")):
        return f"{name}: give its keys as text, like 'b' or 'b,f5'"
    return ""


def _clashes(chosen: Mapping[str, str], list_keys: Mapping[str, str]) -> list[str]:
    """Two actions with one key on one screen, where the file has put one of them there."""
    found = []
    lists = [Action(name, keys, name, "", "list") for name, keys in list_keys.items()]
    table = [*ACTIONS, *lists]
    for name, keys in chosen.items():
        mine = next(action for action in table if action.id == name)
        for other in table:
            if other.id == name or not _together(mine, other):
                continue
            theirs = chosen.get(other.id, other.keys)
            both = set(keys.split(",")) & set(theirs.split(","))
            if both and (other.id not in chosen or other.id > name):
                found.append(f"{sorted(both)[0]} is both {name} and {other.id}: {name} has it")
    return found


def _together(one: Action, other: Action) -> bool:
    """Whether some screen has both."""
    return not one.screens or not other.screens or bool(set(one.screens) & set(other.screens))
