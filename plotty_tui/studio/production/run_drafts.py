"""A run that is being thought of: what the wizard has asked so far, kept under a key so that it can
be left and gone on with, also after the connection was lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import Any

from plotty_tui.domain import values
from plotty_tui.domain.errors import NotFound, Refused, WrongUsage
from plotty_tui.store.database import Store
from plotty_tui.store.jobs import queue
from plotty_tui.store.production import run_drafts as books

from ..opening import actor

# The wizard's steps, in their order.
STEPS = ("basics", "designs", "materials", "review")
MOST_COPIES = 100_000


@dataclass(slots=True)
class Wanted:
    """One line of designs: `quantity` pieces of a job (by its id), `per_sheet` of them on a sheet.
    Lines with the same `bed` share their sheets: several designs on one paper."""

    job: int
    quantity: int = 1
    per_sheet: int = 1
    bed: str = ""


@dataclass(slots=True)
class PenWish:
    """The pen of a layer, and estimates that a person knows better than the plan (None: as the
    plan says). `pen` is a pen's sticker; empty: as planned."""

    pen: str = ""
    drawn_mm: float | None = None
    priming_mm: float | None = None
    overhead_mm: float | None = None
    mass_g: float | None = None


@dataclass(slots=True)
class RunDraft:
    """All that the four steps ask. `pens` is by the layer's label, `accepted` by the warning's
    code with the reason, `spare` None: as many as the studio's own history says, `seconds` None:
    as the plans say."""

    key: str = ""
    step: str = STEPS[0]
    name: str = ""
    devices: list[str] = field(default_factory=list)
    preset: str = ""
    client: str = ""
    notes: str = ""
    seconds: float | None = None
    designs: list[Wanted] = field(default_factory=list)
    pens: dict[str, PenWish] = field(default_factory=dict)
    paper: str = ""
    spare: int | None = None
    pen_by_pen: bool = False
    accepted: dict[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> RunDraft:
        known = {one.name for one in fields(cls)}
        plain = {key: value for key, value in body.items() if key in known}
        plain["designs"] = [Wanted(**one) for one in plain.get("designs", ())]
        plain["pens"] = {key: PenWish(**one) for key, one in plain.get("pens", {}).items()}
        return cls(**plain)


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """A draft of a list: its key, a line about it, the step at which it was left, who and when."""

    key: str
    text: str
    step: str
    actor: str
    saved_at: datetime


def save_draft(store: Store, draft: RunDraft) -> RunDraft:
    """Keep the draft (under a new key when it has none); the draft with its key."""
    draft.key = books.keep(store, draft.key, draft.to_json(), actor())
    return draft


def load_draft(store: Store, key: str) -> RunDraft:
    """A kept draft. NotFound names the others."""
    body = books.body_of(store, key)
    if body is None:
        raise NotFound.named("draft", key, [one.key for one in draft_list(store)])
    return RunDraft.from_json({**body, "key": key})


def draft_list(store: Store) -> list[KeptDraft]:
    """The kept drafts of runs, the newest first."""
    return [
        KeptDraft(row.key, _about(store, RunDraft.from_json(row.body)),
                  row.body.get("step", STEPS[0]), row.actor, row.saved_at)
        for row in books.kept(store)
    ]  # fmt: skip


def remove_draft(store: Store, key: str) -> None:
    """Forget a draft. NotFound names the others."""
    if not books.forget(store, key):
        raise NotFound.named("draft", key, [one.key for one in draft_list(store)])


def _about(store: Store, draft: RunDraft) -> str:
    if draft.name:
        return draft.name
    names = queue.names_of_jobs(store, [line.job for line in draft.designs])
    parts = [f"{names[line.job]} ×{line.quantity}" for line in draft.designs if line.job in names]
    return ", ".join(parts) or "no designs yet"


# From words and files ----------------------------------------------------------------------------


def parse_quantity(text: str) -> int:
    """A number of copies, 1 or more."""
    try:
        number = int(text)
    except ValueError:
        raise WrongUsage(f"no quantity {text!r}: give a whole number from 1 on") from None
    if not 1 <= number <= MOST_COPIES:
        raise WrongUsage(f"quantity {text}: give 1 to {MOST_COPIES}")
    return number


def add_design(store: Store, draft: RunDraft, word: str, default: int | None = None) -> None:
    """Add `JOB`, `JOB=QTY` or `JOB=QTY/PER_SHEET` to a draft; a pattern adds each job it matches.
    Without a quantity a job comes in its own copies (or `default`)."""
    name, per_sheet = word, 1
    quantity = default
    head, equals, tail = word.rpartition("=")
    if equals:
        count, slash, each = tail.partition("/")
        name, quantity = head, parse_quantity(count)
        per_sheet = parse_quantity(each) if slash else 1
    for job in queue.find_jobs(store, [name]):
        known = next((line for line in draft.designs if line.job == job.id), None)
        line = known or Wanted(job.id)
        line.quantity, line.per_sheet = quantity or job.copies, per_sheet
        if known is None:
            draft.designs.append(line)


def draft_from_document(store: Store, document: Any) -> RunDraft:
    """A draft from a JSON document::

        {"device": "left" | ["left", "right"], "preset": "fast", "client": "Acme", "notes": "…",
         "name": "…", "est_seconds": 5400, "paper": "a4", "spare": 2,
         "pen_by_pen": true,
         "designs": [{"job": "Acme: Card", "quantity": 12, "per_sheet": 4, "bed": "1"}],
         "pens": [{"layer": "black", "pen": "K-05", "drawn_m": 40.5, "priming_m": 0.2,
                   "overhead_m": 0.1, "mass_g": 1.2}],
         "accept": {"pen_short:K-05": "a new one comes tomorrow"}}

    Refused for a key that is none of these, naming the nearest."""
    known = (
        "device", "devices", "preset", "client", "notes", "name", "est_seconds", "paper", "spare",
        "pen_by_pen", "designs", "pens", "accept",
    )  # fmt: skip
    _check_keys("run", document, known)
    draft = RunDraft()
    for key in ("name", "preset", "client", "notes", "paper"):
        setattr(draft, key, _typed(document, key, str, ""))
    devices = document.get("devices", document.get("device", []))
    draft.devices = [devices] if isinstance(devices, str) else list(devices)
    seconds = document.get("est_seconds")
    draft.seconds = values.parse_duration(seconds) if isinstance(seconds, str) else seconds
    draft.spare = _typed(document, "spare", int, None)
    draft.pen_by_pen = _truth(document, "pen_by_pen")
    for line in _typed(document, "designs", list, []):
        _check_keys("design", line, ("job", "quantity", "per_sheet", "bed"))
        job = queue.find_jobs(store, [str(line.get("job", ""))])[0]
        draft.designs.append(
            Wanted(
                job.id, parse_quantity(str(line.get("quantity", job.copies))),
                parse_quantity(str(line.get("per_sheet", 1))), str(line.get("bed", "")),
            )
        )  # fmt: skip
    for pen in _typed(document, "pens", list, []):
        _check_keys("pen", pen, ("layer", "pen", "drawn_m", "priming_m", "overhead_m", "mass_g"))
        if "layer" not in pen:
            raise Refused("a pen of the document names no layer: {'layer': 'black', 'pen': 'K-05'}")
        lengths = [_mm(pen.get(key)) for key in ("drawn_m", "priming_m", "overhead_m")]
        drawn, priming, overhead = lengths
        draft.pens[str(pen["layer"])] = PenWish(
            str(pen.get("pen", "")), drawn, priming, overhead, pen.get("mass_g")
        )
    draft.accepted = dict(_typed(document, "accept", dict, {}))
    return draft


def _mm(metres: float | None) -> float | None:
    return None if metres is None else float(metres) * 1000


def _typed(document: Mapping[str, Any], key: str, kind: type, default: Any) -> Any:
    value = document.get(key, default)
    if value is not default and (not isinstance(value, kind) or isinstance(value, bool)):
        raise Refused(f"{key} is {value!r}: a {_KINDS[kind]} is wanted")
    return value


def _truth(document: Mapping[str, Any], key: str) -> bool:
    value = document.get(key, False)
    if not isinstance(value, bool):
        raise Refused(f"{key} is {value!r}: true or false is wanted")
    return value


_KINDS: dict[type, str] = {str: "text", int: "whole number", list: "list", dict: "table"}


def _check_keys(what: str, document: Any, known: Sequence[str]) -> None:
    if not isinstance(document, Mapping):
        raise Refused(f"a {what} of the document is {document!r}: a table of keys is wanted")
    for key in document:
        if key not in known:
            raise NotFound.named(f"key of a {what}", key, known)
