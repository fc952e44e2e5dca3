"""Intake: SVG files become designs and jobs."""

from __future__ import annotations

import glob
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from plotty_tui.domain import jobs, papers
from plotty_tui.domain.design import LOST, Finding, ReadDesign
from plotty_tui.domain.errors import PlottyError, Refused
from plotty_tui.domain.strokes import encode_layers
from plotty_tui.store import events
from plotty_tui.store.database import Row, Store
from plotty_tui.store.home import write_files
from plotty_tui.store.inventory import materials
from plotty_tui.store.jobs import queue
from plotty_tui.store.jobs.undo import undoable
from plotty_tui.store.tables import Job

from ..opening import actor
from ..planning.templates import find_template
from . import clients

# Designs are committed in small groups: an fsync each would be most of the time, and a long
# command must still show what it has done.
GROUP = 25
GROUP_SECONDS = 0.4


@dataclass(slots=True)
class Wish:
    """What is wanted of every file of one `add`."""

    name: str = ""
    paper: str = ""
    priority: int = jobs.NORMAL
    tags: Sequence[str] = ()
    category: str = ""
    client: str = ""
    copies: int = 1
    due_at: datetime | None = None
    again: bool = False
    template: str = ""


@dataclass(slots=True)
class Added:
    """What became of one file: a job with its `place` in the queue, an older job that has it
    already, or an error. `revision` counts the versions of a file that was changed; `replaces` says
    which job has the one before."""

    path: str
    job_id: int | None = None
    name: str = ""
    paper: str = ""
    priority: int = jobs.NORMAL
    layers: list[dict[str, Any]] = field(default_factory=list)
    width_mm: float = 0.0
    height_mm: float = 0.0
    ink_mm: float = 0.0
    findings: list[Finding] = field(default_factory=list)
    client: str = ""
    tags: Sequence[str] = ()
    place: int = 0
    already: str = ""
    same_as: str = ""
    revision: int = 1
    replaces: str = ""
    error: str = ""

    @property
    def lost(self) -> list[Finding]:
        """What of it will not be drawn."""
        return [one for one in self.findings if one.kind == LOST]


def expand_files(words: Iterable[str]) -> list[str]:
    """The files, with patterns expanded that a shell left in place; each once, in order."""
    found: list[str] = []
    for word in words:
        if _is_pattern(word):
            found += sorted(glob.glob(word, recursive=True)) or [word]  # noqa: PTH207
        else:
            found.append(word)
    return list(dict.fromkeys(found))


def _is_pattern(word: str) -> bool:
    """Whether a word is to be expanded: it names no file as it stands."""
    return any(sign in word for sign in "*?[") and not Path(word).exists()


def add_designs(
    store: Store,
    files: Sequence[str],
    wish: Wish,
    on_added: Callable[[Added], None] | None = None,
) -> list[Added]:
    """Take files in. Each becomes a job, or an error that leaves the queue as it was; `on_added`
    is told of each once it is in the books. Raises Refused for a wish that cannot be met."""
    if wish.copies < 1:
        raise Refused(f"{wish.copies} copies: give 1 or more")
    if wish.paper:
        paper_dimensions(store, wish.paper)
    given = _given_by(store, wish)
    from plotty_tui.planning.reading import DesignReader

    names = _Names(store, wish, files)
    results: list[Added] = []
    group: list[tuple[str, ReadDesign, bytes]] = []
    begun = time.monotonic()

    def settle() -> None:
        nonlocal begun
        for added in _keep_group(store, group, wish, names, given):
            results.append(added)
            if on_added:
                on_added(added)
        group.clear()
        begun = time.monotonic()

    with DesignReader() as reader:
        for path in files:
            try:
                if _is_pattern(path):
                    raise Refused(f"no file fits {path}")
                data = reader.load(path)
                design = reader.read_bytes(Path(path).name, data)
            except PlottyError as error:
                results.append(Added(path, error=str(error)))
                if on_added:
                    on_added(results[-1])
                continue
            group.append((path, design, data))
            if len(group) >= GROUP or time.monotonic() - begun > GROUP_SECONDS:
                settle()
        if group:
            settle()
    return results


class _Names:
    """Names for the jobs of one `add`: the file's own, the one given, or the one given with
    numbers that go on where the queue's end; never one that an open job has."""

    def __init__(self, store: Store, wish: Wish, files: Sequence[str]) -> None:
        self._given = wish.name.strip()
        self._many = len(files) > 1
        self._taken = {name.casefold() for name in queue.job_names(store)}
        self._number = 0

    def next(self, path: str) -> str:
        """The name for this file."""
        if self._given and self._many:
            while True:
                self._number += 1
                name = f"{self._given} {self._number:02}"
                if name.casefold() not in self._taken:
                    break
        else:
            base = self._given or _name_of_file(path)
            name, number = base, 1
            while name.casefold() in self._taken:
                number += 1
                name = f"{base} {number}"
        self._taken.add(name.casefold())
        return name

    def wanted(self, path: str) -> str:
        """The name that this file would have alone; empty when several share one name, which then
        says nothing about which of them it is."""
        if self._given and self._many:
            return ""
        return self._given or _name_of_file(path)

    def is_mine(self, name: str, path: str) -> bool:
        """Whether a job of this name would have come from the same words."""
        base = self._given or _name_of_file(path)
        rest = name.casefold().removeprefix(base.casefold())
        return rest != name.casefold() and (not rest.strip() or rest.strip().isdigit())


def _name_of_file(path: str) -> str:
    """The file's name without its ending; bytes that are no text, which the books cannot hold,
    become question marks."""
    return Path(path).stem.encode("utf-8", "replace").decode()


def _given_by(store: Store, wish: Wish) -> dict[str, Any]:
    """What the template gives every job: its name, and the values that the job remembers."""
    if not wish.template:
        return {}
    template = find_template(store, wish.template)
    return {"template": template.name, "settings": template.job_settings()}


def _keep_group(
    store: Store,
    group: list[tuple[str, ReadDesign, bytes]],
    wish: Wish,
    names: _Names,
    given: dict[str, Any],
) -> list[Added]:
    # The files first: a row never names a file that a power cut took.
    keep_files(store, [(design, data) for _, design, data in group])
    with store.write():
        return [_keep_one(store, path, design, wish, names, given) for path, design, _ in group]


def keep_files(store: Store, found: Sequence[tuple[ReadDesign, bytes]]) -> None:
    """Keep designs' bytes and strokes in the studio's folders, under the names of their content."""
    files: dict[Path, bytes] = {}
    for design, data in found:
        files[store.home.design_file(design.sha256)] = data
        files[store.home.strokes_file(design.sha256)] = encode_layers(design.drawing)
    write_files(files)


def _keep_one(
    store: Store, path: str, read: ReadDesign, wish: Wish, names: _Names, given: dict[str, Any]
) -> Added:
    source = str(Path(path).resolve()).encode("utf-8", "replace").decode()
    before = queue.earlier_revision(store, read.sha256, source, names.wanted(path))
    design, _ = queue.keep_design(store, read, source, before.id if before else None)
    paper = wish.paper or _paper_for(read)
    added = Added(
        path,
        paper=paper,
        priority=wish.priority,
        layers=design.layers,
        width_mm=read.width_mm,
        height_mm=read.height_mm,
        ink_mm=read.length_mm,
        findings=[*read.findings, *_fit_finding(store, read, paper)],
    )
    same = queue.same_design(store, read.sha256)
    mine = [name for name in same if names.is_mine(name, path)]
    if mine and not wish.again:
        added.already = added.name = mine[0]
        return added
    added.same_as = same[0] if same else ""
    added.name = names.next(path)
    if wish.client:
        added.client = clients.recorded_name(store, wish.client)
    else:
        added.client = clients.client_of(store, added.name) or ""
    added.tags = list(wish.tags)
    if design.replaces_id is not None:
        added.revision = len(queue.revisions(store, design.id))
        added.replaces = (before.job or "") if before else ""
    job = queue.add_job(
        store, design, added.name, paper, client=added.client, priority=wish.priority,
        tags=added.tags, category=wish.category, copies=wish.copies, due_at=wish.due_at, **given,
    )  # fmt: skip
    added.job_id = job.id
    added.place = queue.place_at_end(store, wish.priority)
    events.note(store, "job", f"{added.name} added", job=job)
    return added


def _paper_for(read: ReadDesign) -> str:
    """The paper that the page is, or the smallest common one that it fits on."""
    page = sorted((read.width_mm, read.height_mm))
    name = papers.describe_size(*page)
    if name in papers.SIZES:
        return name
    for candidate in ("a6", "a5", "a4", "a3", "a2", "a1", "a0"):
        size = papers.SIZES[candidate]
        if page[0] <= size[0] + papers.SLACK_MM and page[1] <= size[1] + papers.SLACK_MM:
            return candidate
    return f"{page[0]:.0f}x{page[1]:.0f}"


def _fit_finding(store: Store, read: ReadDesign, paper: str) -> list[Finding]:
    size = paper_dimensions(store, paper)
    boxes = [box for layer in read.drawing if (box := layer.strokes.bounds())]
    ink = (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )
    page = (read.width_mm, read.height_mm)
    if papers.place_on_sheet(page, ink, size):
        return []
    text = f"it does not fit {paper} ({size[0]:g} x {size[1]:g} mm): plan it on larger paper"
    return [Finding(LOST, "too large", 1, text)]


def paper_dimensions(store: Store, name: str) -> tuple[float, float]:
    """(width, height) in mm of a paper in the books or a known size. Refused for neither."""
    for row in materials.paper_rows(store):
        if row.name.casefold() == name.casefold():
            return row.width_mm, row.height_mm
    return papers.paper_size(name)


def remove_jobs(store: Store, words: Sequence[str]) -> list[tuple[str, str]]:
    """Take jobs out of the queue: (name, `deleted` or `archived`) each. All or none: Refused when
    one of them is in an open run, or a word may mean two of them. `undo` brings them back."""
    return remove_these(store, queue.find_jobs(store, words, sure=True))


def remove_these(store: Store, found: Sequence[Job]) -> list[tuple[str, str]]:
    """`remove_jobs` of jobs that are at hand."""
    if not found:
        return []
    text = f"{found[0].name} removed" if len(found) == 1 else f"{len(found)} jobs removed"
    with undoable(store, [job.id for job in found], text, actor()):
        return [(job.name, queue.remove_job(store, job)) for job in found]


def one_job(store: Store, word: str) -> Job:
    """The one job that a word names. Refused when it names several."""
    found = queue.find_jobs(store, [word])
    if len(found) > 1:
        names = ", ".join(job.name for job in found[:5])
        raise Refused(f"{word!r} is {len(found)} jobs ({names}): name one")
    return found[0]


def job_info(store: Store, word: str) -> Row:
    """All about one job: its row, its design's findings, its plan and its sheets so far."""
    job = one_job(store, word)
    row = queue.job_rows(store, "j.id = ?", [job.id])[0]
    row["findings"] = job.design.findings
    row["size_bytes"] = job.design.size_bytes
    row["source"] = job.design.source
    row["revisions"] = queue.revisions(store, job.design_id)
    row["newer"] = queue.newer_revision(store, job.design_id)
    row["template"] = job.template
    return row


def open_jobs(store: Store, words: Sequence[str] = ()) -> list[Job]:
    """The jobs these words name, or every open one, in queue order."""
    if words:
        return queue.find_jobs(store, words)
    return list(
        Job.select()
        .where(Job.archived_at.is_null(), Job.state != jobs.DONE)
        .order_by(Job.priority, Job.position, Job.id)
    )
