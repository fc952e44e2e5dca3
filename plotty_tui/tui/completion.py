"""What may follow on the command line: names of commands, flags, jobs, plotters and so on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MOST = 200


@dataclass(frozen=True, slots=True)
class Candidate:
    """A word that may stand here, as it is typed, and what it means."""

    word: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class Completion:
    """The words that may stand at `start` of the line, in place of what is typed from there."""

    start: int
    candidates: tuple[Candidate, ...] = ()

    def common(self) -> str:
        """What all candidates begin with."""
        words = [one.word for one in self.candidates]
        if not words:
            return ""
        shortest, longest = min(words), max(words)
        same = next(
            (i for i, sign in enumerate(shortest) if sign != longest[i : i + 1]), len(shortest)
        )
        return shortest[:same]


def complete(text: str, words: Mapping[str, Any], names: Mapping[str, Sequence[str]]) -> Completion:
    """What may follow `text` (up to the cursor). `words` is the tree of `cli.words`, `names` the
    names there are, by the metavar of the argument that takes them (JOB, DEVICE …)."""
    parts, start = _split(text)
    typed = text[start:]
    here = _walk(parts, words)
    command = here.command
    if here.option:
        option = command["options"][here.option]
        found = _named(option["choices"] or names.get(here.option, ()))
    elif typed.startswith("-"):
        found = [Candidate(name, one["help"]) for name, one in command["options"].items()]
    elif "commands" in command:
        found = [Candidate(name, one["help"]) for name, one in command["commands"].items()]
    else:
        wanted = command["arguments"]
        kind = wanted[min(here.arguments, len(wanted) - 1)] if wanted else ""
        found = _named(names.get(f"{here.group} {kind}", names.get(kind, ())))
    folded = typed.lstrip("'\"").casefold()
    fitting = [one for one in found if one.word.lstrip("'\"").casefold().startswith(folded)]
    return Completion(start, tuple(fitting[:MOST]))


@dataclass(slots=True)
class _Place:
    """Where finished words lead: the command, its group, how many arguments it has got, and the
    option that waits for its value."""

    command: Mapping[str, Any]
    group: str = ""
    arguments: int = 0
    option: str = ""


def _named(names: Sequence[str]) -> list[Candidate]:
    return [Candidate(_quoted(name)) for name in names]


def _walk(parts: Sequence[str], words: Mapping[str, Any]) -> _Place:
    place = _Place(words)
    for part in parts:
        if place.option:
            place.option = ""
        elif part.startswith("-"):
            known = place.command["options"].get(part)
            place.option = part if known is not None and known["takes"] else ""
        elif part in place.command.get("commands", {}):
            place.group = place.group or part
            place.command = place.command["commands"][part]
        else:
            place.arguments += 1
    return place


def _split(text: str) -> tuple[list[str], int]:
    """The words before the one that is being typed, without their quotes, and where that one
    begins. `plotty` in front is no word of its own."""
    parts: list[str] = []
    word, quote, start, inside = "", "", 0, False
    for i, sign in enumerate(text):
        if quote:
            if sign == quote:
                quote = ""
            else:
                word += sign
        elif sign in "'\"":
            quote, inside = sign, True
        elif sign.isspace():
            if inside:
                parts.append(word)
            word, inside, start = "", False, i + 1
            continue
        else:
            word += sign
            inside = True
    if parts[:1] == ["plotty"]:
        parts = parts[1:]
    return parts, start


def _quoted(name: str) -> str:
    if name and all(sign.isalnum() or sign in "-_./+@%" for sign in name):
        return name
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$") + '"'
