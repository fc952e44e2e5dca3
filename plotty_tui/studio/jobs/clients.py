"""Clients and their standards: preset, pens, paper, tier and gates of their work."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from plotty_tui.domain import jobs, tiers
from plotty_tui.domain.errors import PlottyError, Refused
from plotty_tui.domain.limits import QualityGates, with_gates
from plotty_tui.domain.names import plain_name
from plotty_tui.domain.notices import check_address
from plotty_tui.store.database import Row, Store
from plotty_tui.store.jobs import clients as books
from plotty_tui.store.presets import find_preset

from ..planning.pen_plans import AUTO, pen_words

CLEAR = "none"
GATES = ("min_success_rate", "max_replot_rate", "min_customer_satisfaction", "min_sheets")
STANDARDS = ("preset", "pens", "paper", "tier", "prefixes", "gates")


@dataclass(frozen=True, slots=True)
class ClientView:
    """A client: its `standards` hold what was said of preset, pens, paper, tier, prefixes and
    gates; `open` jobs are in the queue, `jobs` and `runs` are all in the books."""

    name: str
    email: str
    notes: str
    standards: Mapping[str, Any]
    open: int = 0
    jobs: int = 0
    runs: int = 0


def clients(store: Store) -> list[ClientView]:
    """All clients by name."""
    return [_view(row) for row in books.client_rows(store)]


def find_client(store: Store, name: str) -> ClientView:
    """A client by name; NotFound names the nearest."""
    found = books.find_client(store, name)
    return next(_view(row) for row in books.client_rows(store) if row.id == found.id)


def _view(row: Row) -> ClientView:
    return ClientView(
        row.name, row.email, row.notes, json.loads(row.standards), row.open, row.jobs, row.runs
    )


def client_of(store: Store, name: str) -> str | None:
    """The client of a job's name: that of the part before the colon, unless a client's record takes
    this part for its own."""
    head = jobs.client_of(name)
    return None if head is None else recorded_name(store, head)


def recorded_name(store: Store, word: str) -> str:
    """The name of the client whose record has this name, or takes it for its own as a prefix; else
    the word as it is."""
    wanted = word.casefold()
    for row in books.standards(store):
        taken = json.loads(row.standards).get("prefixes", [])
        if wanted == row.name.casefold() or wanted in [one.casefold() for one in taken]:
            return str(row.name)
    return word


def add_client(store: Store, name: str, typed: Mapping[str, str]) -> ClientView:
    """A new client as typed: email, notes, the standards' and gates' names. Refused for a value
    that is none."""
    plain = plain_name("client", " ".join(name.split()))
    if ":" in plain:
        raise Refused(f"client name {plain!r}: a colon parts the client from the design")
    values = _values(store, "", "", {}, typed)
    made = books.add_client(store, plain, **values)
    return find_client(store, made.name)


def edit_client(store: Store, name: str, typed: Mapping[str, str]) -> ClientView:
    """Change what is typed; `none` takes a value back, other values stay."""
    client = books.find_client(store, name)
    if not typed:
        raise Refused(f"nothing to change at {client.name}: plotty client edit --help")
    values = _values(store, client.email, client.notes, client.standards, typed)
    changed = books.change_client(store, client.id, client.revision, **values)
    return find_client(store, changed.name)


def remove_client(store: Store, name: str) -> str:
    """Forget a client that no job and no run is of; its name."""
    client = books.find_client(store, name)
    books.drop_client(store, client)
    return str(client.name)


def _values(
    store: Store, email: str, notes: str, standards: Mapping[str, Any], typed: Mapping[str, str]
) -> dict[str, Any]:
    """Columns of a client with what is typed."""
    made: dict[str, Any] = dict(standards)
    for key, text in typed.items():
        word = " ".join(text.split())
        if key in GATES:
            continue
        cleared = word.casefold() == CLEAR or not word
        if key == "email":
            email = "" if cleared else check_address(word, "--email")
        elif key == "notes":
            notes = "" if cleared else text.strip()
        elif cleared:
            made.pop(key, None)
        else:
            made[key] = _standard(store, key, word)
    if gates := {key: text for key, text in typed.items() if key in GATES}:
        made["gates"] = _gates(made.get("gates", {}), gates)
        if not made["gates"]:
            del made["gates"]
    return {"email": email, "notes": notes, "standards": made}


def _standard(store: Store, key: str, word: str) -> Any:
    from .intake import paper_dimensions

    if key == "preset":
        return find_preset(store, word).name
    if key == "paper":
        paper_dimensions(store, word)
        return word
    if key == "pens":
        return AUTO if word.casefold() == AUTO else ",".join(pen_words(word))
    if key == "tier":
        if word.casefold() not in tiers.TIERS:
            raise Refused(f"no tier {word!r}: {', '.join(tiers.TIERS)}")
        return word.casefold()
    return jobs.parse_tags(word)


def _gates(known: Mapping[str, Any], typed: Mapping[str, str]) -> dict[str, Any]:
    """Only what was ever set: the studio's own gates judge the rest."""
    kept = {key: value for key, value in known.items() if typed.get(key, "") != CLEAR}
    given = {key: text for key, text in typed.items() if text.casefold() != CLEAR}
    fresh = with_gates(QualityGates(), given).to_json()
    return {**kept, **{key: fresh[key] for key in given}}


# The file of a client's project -------------------------------------------------------------------


@dataclass(slots=True)
class Project:
    """A client's file: what its record takes from it, its designs as (file, wish of it), and the
    keys that say nothing to plotty."""

    client: str
    typed: dict[str, str] = field(default_factory=dict)
    designs: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)


# Key of the file -> what it is in the client's record.
_RECORD = {"notify_email": "email", "quality_preset": "preset", "pen_mapping": "pens",
           "paper": "paper", "tier": "tier"}  # fmt: skip
_DESIGN = ("file", "name", "paper", "priority", "type", "copies", "tags", "due")


def read_project(path: Path, client: str = "") -> Project:
    """The `config.json` of a client's folder: notify_email, quality_preset, pen_mapping, paper,
    tier and designs (file, name, paper, priority, type). The client is named by the folder,
    unless one is given. Refused for a file that is none of this."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror or error}") from None
    except (ValueError, RecursionError) as error:
        raise Refused(f"{path} is no JSON: {str(error)[:80]}") from None
    if not isinstance(found, dict):
        raise Refused(f"{path} is no client's file: it has to be an object with keys")
    project = Project(client or str(found.get("name") or path.absolute().parent.name))
    for key, value in found.items():
        if key in _RECORD and isinstance(value, (str, list)):
            project.typed[_RECORD[key]] = value if isinstance(value, str) else _comma(value)
        elif key == "designs" and isinstance(value, list):
            project.designs = [_design(one, path, number) for number, one in enumerate(value, 1)]
        elif key != "name":
            project.strange.append(key)
    return project


def _comma(value: Sequence[Any]) -> str:
    return ",".join(map(str, value))


def _design(one: Any, path: Path, number: int) -> tuple[str, dict[str, str]]:
    if not isinstance(one, dict) or not isinstance(one.get("file"), str):
        raise Refused(f"{path}: design {number} names no file")
    strange = [key for key in one if key not in _DESIGN]
    if strange:
        raise Refused(f"{path}: design {number} has {strange[0]!r}: {', '.join(_DESIGN)}")
    told = {key: _comma(value) if isinstance(value, list) else str(value)
            for key, value in one.items() if key != "file"}  # fmt: skip
    beside = path.parent / one["file"]
    return (one["file"] if Path(one["file"]).exists() else str(beside)), told


def keep_project(store: Store, project: Project) -> tuple[ClientView, bool]:
    """The client's record as its file has it, and whether it is a new one."""
    known = {one.name.casefold() for one in clients(store)}
    if " ".join(project.client.split()).casefold() not in known:
        return add_client(store, project.client, project.typed), True
    if project.typed:
        return edit_client(store, project.client, project.typed), False
    return find_client(store, project.client), False


def add_project_designs(store: Store, project: Project, again: bool = False) -> list[Any]:
    """The designs of a client's file as jobs `Client: Design`, tagged `client`, with the client's
    name and their type; what `add_designs` says of each."""
    from plotty_tui.domain import values

    from .intake import Added, Wish, add_designs

    added = []
    for file, told in project.designs:
        kind = told.get("type", "general")
        try:
            wish = Wish(
                name=f"{project.client}: {told.get('name') or Path(file).stem}",
                paper=told.get("paper", ""),
                priority=jobs.parse_priority(told.get("priority", "normal")),
                tags=jobs.parse_tags(f"client,{project.client},{kind},{told.get('tags', '')}"),
                category=kind,
                client=project.client,
                copies=int(told.get("copies", "1")),
                due_at=values.parse_day(told.get("due", "")),
                again=again,
            )
            added += add_designs(store, [file], wish)
        except (PlottyError, ValueError) as error:
            added.append(Added(file, error=f"{file}: {error}"))
    return added
