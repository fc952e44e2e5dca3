"""The file of a queue's backup: what stands in it, checked to the letter before anything of it is
used. It holds jobs, plans and drawings; no addresses, no hooks, no settings of the studio."""

from __future__ import annotations

import base64
import hashlib
import json
import math
import re
import zlib
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from .errors import Refused
from .jobs import PRIORITY_WORDS, STATES

FORMAT, VERSION = "plotty-queue", 2
READABLE = (1, VERSION)  # the first had no sheets of several pieces
MOST_BYTES = 2_000_000_000
MOST_JOBS = 100_000
MOST_SIGNS = 2_000
MOST_SVG_BYTES = 256_000_000
MOST_PIECES = 1_000

# What a job remembers of templates and standards; anything else is not a job's to bring.
SETTINGS = ("preset", "pen_mapping", "quality_checks", "documentation", "gates")

Check = Callable[[Any], bool]


def _text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= MOST_SIGNS and "\0" not in value


def _name(value: Any) -> bool:
    return _text(value) and bool(value.strip())


def _number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9


def _hash(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[0-9a-f]{64}", value) is not None


def _moment(value: Any) -> bool:
    try:
        return datetime.fromisoformat(value).tzinfo is not None
    except (TypeError, ValueError):
        return False


def _or_none(check: Check) -> Check:
    return lambda value: value is None or check(value)


def _list_of(check: Check) -> Check:
    return lambda value: isinstance(value, list) and all(map(check, value))


def _gates(value: Any) -> bool:
    return isinstance(value, dict) and all(
        _text(key) and (one is None or _number(one)) for key, one in value.items()
    )


_SETTINGS: Mapping[str, Check] = {
    "preset": _text,
    "pen_mapping": _text,
    "quality_checks": lambda value: isinstance(value, bool),
    "documentation": _text,
    "gates": _gates,
}


def _settings(value: Any) -> bool:
    return isinstance(value, dict) and all(
        key in _SETTINGS and _SETTINGS[key](one) for key, one in value.items()
    )


# A piece of an imposed sheet: `job` is the number of its job among those of the file, from 0.
PIECE: Mapping[str, Check] = {
    "name": _name,
    "job": _or_none(_count),
    "design": _hash,
    "x_mm": _number,
    "y_mm": _number,
    "width_mm": lambda value: _number(value) and value > 0,
    "height_mm": lambda value: _number(value) and value > 0,
    "turned": lambda value: isinstance(value, bool),
}


def _layout(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) <= MOST_PIECES
        and all(
            isinstance(piece, dict)
            and piece.keys() == PIECE.keys()
            and all(check(piece[key]) for key, check in PIECE.items())
            for piece in value
        )
    )


JOB: Mapping[str, Check] = {
    "name": _name,
    "design": _hash,
    "paper": _name,
    "client": _or_none(_name),
    "category": _text,
    "tags": _list_of(_name),
    "priority": lambda value: _count(value) and value in PRIORITY_WORDS,
    "copies": lambda value: _count(value) and value >= 1,
    "due_at": _or_none(_moment),
    "state": lambda value: value in STATES,
    "held": _text,
    "template": _text,
    "tier": _text,
    "group": _text,
    "batch": _or_none(_name),
    "settings": _settings,
    "layout": _layout,
    "overhead_mm": lambda value: _number(value) and value >= 0,
    "plan": _or_none(_hash),
    "added_at": _moment,
}
PLAN: Mapping[str, Check] = {
    "design": _hash,
    "preset": _name,
    "est_seconds": _number,
    "pen_down_mm": _number,
    "pen_changes": _count,
    "lifts": _count,
    "pens": _list_of(_text),
}
DESIGN: Mapping[str, Check] = {
    "filename": _name,
    "size_bytes": _count,
    "width_mm": _number,
    "height_mm": _number,
    "svg": _or_none(lambda value: isinstance(value, str)),
}
WHOLE = ("format", "version", "made_at", "plotty", "jobs", "plans", "designs", "sha256")


def write_queue(
    made_at: str,
    plotty: str,
    jobs: list[dict[str, Any]],
    plans: dict[str, dict[str, Any]],
    designs: dict[str, dict[str, Any]],
) -> bytes:
    """The file: one job, plan or design a line, and the sum of all of it at the end."""
    head = {"format": FORMAT, "version": VERSION, "made_at": made_at, "plotty": plotty}
    whole = {**head, "jobs": jobs, "plans": plans, "designs": designs}
    lines = [f"{_json(key)}: {_json(value)},\n" for key, value in head.items()]
    lines.append('"jobs": [\n' + ",\n".join(map(_json, jobs)) + "\n],\n")
    for key, table in (("plans", plans), ("designs", designs)):
        rows = ",\n".join(f"{_json(name)}: {_json(one)}" for name, one in table.items())
        lines.append(f"{_json(key)}: {{\n{rows}\n}},\n")
    return ("{\n" + "".join(lines) + f'"sha256": "{sum_of(whole)}"\n}}\n').encode()


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def sum_of(document: Mapping[str, Any]) -> str:
    """SHA-256 of everything but the sum itself."""
    rest = {key: value for key, value in document.items() if key != "sha256"}
    text = json.dumps(rest, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def read_queue(data: bytes, name: str) -> dict[str, Any]:
    """The document of a backup, every value of it checked. Refused for one that is damaged, of
    another kind, of a newer plotty, or that holds what a backup does not."""
    if len(data) > MOST_BYTES:
        raise Refused(f"{name} is larger than any backup of a queue")
    try:
        found = json.loads(data, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Refused(f"{name} is not a backup of a queue: {_short(error)}") from None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise Refused(f"{name} is not a backup of a queue: plotty queue backup writes one")
    version = found.get("version")
    if version not in READABLE or isinstance(version, bool):
        raise Refused(
            f"{name} is of version {str(version)[:20]}, this plotty reads up to {VERSION}: use the "
            "plotty that wrote it"
        )
    _only(found, WHOLE, name)
    if found["sha256"] != sum_of(found):
        raise Refused(
            f"{name} is damaged: its contents do not fit its own sum; nothing was changed"
        )
    _check_whole(found, name)
    return found


def _no_constant(word: str) -> Any:
    raise ValueError(f"{word} is no number")


def _short(error: BaseException) -> str:
    return "nested too deeply" if isinstance(error, RecursionError) else str(error)[:80]


def _only(found: Mapping[str, Any], keys: Any, where: str) -> None:
    strange = [key for key in found if key not in keys]
    if strange:
        raise Refused(f"{where} holds {strange[0][:40]!r}, which a queue does not bring")
    missing = [key for key in keys if key not in found]
    if missing:
        raise Refused(f"{where} has no {missing[0]!r}")


def _check_whole(found: dict[str, Any], name: str) -> None:
    jobs, plans, designs = found["jobs"], found["plans"], found["designs"]
    if not (_moment(found["made_at"]) and _text(found["plotty"])):
        raise Refused(f"{name} does not say when it was made")
    if not (isinstance(jobs, list) and isinstance(plans, dict) and isinstance(designs, dict)):
        raise Refused(f"{name} is not a backup of a queue: jobs, plans or designs are missing")
    if len(jobs) > MOST_JOBS:
        raise Refused(f"{name} has {len(jobs):,} jobs: {MOST_JOBS:,} at most")
    for number, job in enumerate(jobs, 1):
        if found["version"] == 1 and isinstance(job, dict):
            job |= {"layout": [], "overhead_mm": 0.0}
        _check(job, JOB, f"job {number} of {name}")
        if job["design"] not in designs:
            raise Refused(f"job {number} of {name} is of a design that is not in it")
    for number, job in enumerate(jobs, 1):
        _check_pieces(job, jobs, designs, f"job {number} of {name}")
    for table, schema, what in ((plans, PLAN, "plan"), (designs, DESIGN, "design")):
        for key, one in table.items():
            if not _hash(key):
                raise Refused(f"{name} has a {what} without a hash: {str(key)[:40]!r}")
            _check(one, schema, f"{what} {key[:8]} of {name}")


def _check_pieces(
    job: dict[str, Any], jobs: list[dict[str, Any]], designs: dict[str, Any], where: str
) -> None:
    """The pieces of a sheet are of designs and jobs of the file, none a sheet itself."""
    for piece in job["layout"]:
        source = piece["job"]
        if piece["design"] not in designs:
            raise Refused(f"{where} has a piece of a design that is not in it")
        if source is None:
            continue
        if source >= len(jobs) or jobs[source]["layout"]:
            raise Refused(f"{where} has a piece of job {source + 1}, which it cannot be of")
        if jobs[source]["design"] != piece["design"]:
            raise Refused(f"{where} has a piece that is not the drawing of its job")


def _check(one: Any, schema: Mapping[str, Check], where: str) -> None:
    if not isinstance(one, dict):
        raise Refused(f"{where} is not what it should be")
    _only(one, schema, where)
    for key, check in schema.items():
        if not check(one[key]):
            raise Refused(f"{where}: {key} is {str(one[key])[:40]!r}, which it cannot be")


def pack_svg(data: bytes) -> str:
    """A drawing as text."""
    return base64.b64encode(zlib.compress(data, 6)).decode()


def unpack_svg(text: str, sha256: str) -> bytes:
    """The drawing; Refused when it is not the one that its hash names."""
    try:
        opened = zlib.decompressobj()
        data = opened.decompress(base64.b64decode(text, validate=True), MOST_SVG_BYTES)
    except (ValueError, zlib.error):
        raise Refused("its drawing in the backup cannot be read") from None
    if opened.unconsumed_tail or hashlib.sha256(data).hexdigest() != sha256:
        raise Refused("its drawing in the backup is not the one its hash names")
    return data
