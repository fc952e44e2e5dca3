"""Several pieces on one sheet: jobs of the queue become imposed sheets, which are jobs too."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from plotty_tui.domain import jobs
from plotty_tui.domain.errors import Refused
from plotty_tui.domain.imposition import Piece, Sheet
from plotty_tui.domain.papers import turned_sheets
from plotty_tui.domain.plan import Plan
from plotty_tui.domain.presets import Preset
from plotty_tui.domain.strokes import LayerStrokes, encode_layers
from plotty_tui.domain.values import plural
from plotty_tui.store import events
from plotty_tui.store.database import Store
from plotty_tui.store.home import write_file, write_files
from plotty_tui.store.inventory import materials
from plotty_tui.store.jobs import imposed, queue
from plotty_tui.store.machines import devices
from plotty_tui.store.tables import Item, Job
from plotty_tui.store.tables import Plan as PlanRow

from ..planning.plans import read_strokes
from .intake import paper_dimensions

if TYPE_CHECKING:
    from plotty_tui.planning.imposition import Room

MOST_PIECES = 1000


@dataclass(frozen=True, slots=True)
class Imposing:
    """How pieces are put on sheets: a paper, its margin, the gap between pieces, in mm; whether
    they may be turned; crop marks; at most so many on a sheet."""

    paper: str
    margin_mm: float = 10.0
    gap_mm: float = 5.0
    rotate: bool = True
    crop_marks: bool = False
    per_sheet: int | None = None
    name: str = ""


@dataclass(slots=True)
class Imposed:
    """An imposed job: `copies` equal sheets with these pieces each; `pieces` counts them by the
    name of their job. `marks_mm` is what the crop marks of a sheet take."""

    job_id: int
    name: str
    paper: str
    copies: int
    pieces: dict[str, int] = field(default_factory=dict)
    layout: list[dict[str, Any]] = field(default_factory=list)
    ink_mm: float = 0.0
    marks_mm: float = 0.0


def parse_wanted(store: Store, words: Sequence[str]) -> list[tuple[Job, int]]:
    """Jobs with how many of each, from `JOB=QTY` words; without a number as many as the job still
    wants. Each job once. NotFound and Refused name the word."""
    found: dict[int, tuple[Job, int]] = {}
    for word in words:
        name, equals, number = word.rpartition("=")
        if not equals or not number.strip().isdecimal():
            name, number = word, ""
        for job in queue.find_jobs(store, [name]):
            if not number and job.held.startswith(jobs.on_sheet_words("")):
                raise Refused(
                    f"{job.name} is {job.held} already: remove that, or say how many more "
                    f"({job.name}=4)"
                )
            wanted = int(number) if number else imposed.copies_left(store, job)
            if not 1 <= wanted <= 100_000:
                raise Refused(f"{wanted} of {job.name}: give 1 to 100000")
            found[job.id] = (job, wanted)
    return list(found.values())


def impose_jobs(store: Store, wanted: Sequence[tuple[Job, int]], how: Imposing) -> list[Imposed]:
    """Put so many pieces of each job on sheets of a paper and add these sheets to the queue, one
    job for each kind of sheet. A job of which all copies are on them is held meanwhile. Refused
    when a piece does not fit, is an imposed sheet itself, or is being drawn; nothing is added
    then."""
    from plotty_tui.planning import imposition
    from plotty_tui.planning.reading import DesignReader

    if not wanted:
        raise Refused("name at least one job: plotty impose JOB=QTY --paper a4")
    room = room_of(store, how)
    sizes = [size_of(job, how, room) for job, _ in wanted]
    sheets = imposition.impose(sizes, [number for _, number in wanted], room)
    drawings = [
        read_strokes(store.home.strokes_file(job.design.sha256), job.name) for job, _ in wanted
    ]
    made = []
    with DesignReader() as reader:
        files = {}
        for sheet in sheets:
            layers, marks_mm = _draw(sheet, drawings, room, how.crop_marks)
            title = ", ".join(job.name for job, _ in wanted)
            data = imposition.sheet_svg(layers, room.paper, title).encode()
            read = reader.read_bytes(f"sheet-{hashlib.sha256(data).hexdigest()[:8]}.svg", data)
            files[store.home.design_file(read.sha256)] = data
            files[store.home.strokes_file(read.sha256)] = encode_layers(read.drawing)
            made.append((sheet, read, marks_mm))
        write_files(files)
    with store.write():
        fresh = [(Job.get_by_id(job.id), number) for job, number in wanted]
        _check_free(fresh)
        results = [_keep(store, how, fresh, *one) for one in made]
        for job, number in fresh:
            if job.state != jobs.DONE and number >= imposed.copies_left(store, job):
                queue.change_job(store, job.id, held=jobs.on_sheet_words(results[0].name))
    return results


def room_of(store: Store, how: Imposing) -> Room:
    """The paper with its margin and gap. Refused when nothing is left of it."""
    from plotty_tui.planning.imposition import Room

    size = paper_dimensions(store, how.paper)
    if how.margin_mm < 0 or how.gap_mm < 0:
        raise Refused(f"margin {how.margin_mm:g} mm, gap {how.gap_mm:g} mm: give 0 or more")
    if how.per_sheet is not None and how.per_sheet < 1:
        raise Refused(f"{how.per_sheet} a sheet: give 1 or more")
    if min(size) - 2 * how.margin_mm <= 0:
        raise Refused(
            f"a margin of {how.margin_mm:g} mm leaves nothing of {how.paper} "
            f"({size[0]:g} x {size[1]:g} mm)"
        )
    return Room(size, how.margin_mm, how.gap_mm, how.rotate, how.per_sheet or MOST_PIECES)


def size_of(job: Job, how: Imposing, room: Room) -> tuple[float, float]:
    """The size of a piece, in mm. Refused when not one of it fits."""
    from plotty_tui.planning.imposition import capacity

    size = (job.design.width_mm, job.design.height_mm)
    if job.settings.get(imposed.LAYOUT):
        raise Refused(f"{job.name} is an imposed sheet already: impose its jobs anew")
    if not capacity(size, room):
        turn = "" if how.rotate else ", not turned"
        raise Refused(
            f"{job.name} is {size[0]:g} x {size[1]:g} mm: it does not fit {how.paper} with a "
            f"margin of {how.margin_mm:g} mm{turn}"
        )
    return size


def _draw(
    sheet: Sheet, drawings: Sequence[Sequence[LayerStrokes]], room: Room, marked: bool
) -> tuple[list[LayerStrokes], float]:
    from plotty_tui.planning import imposition

    marks = [imposition.crop_marks(sheet.pieces, room)] if marked else []
    layers = imposition.draw_sheet(sheet.pieces, drawings, marks)
    return layers, sum(one.length_mm() for one in marks)


def _check_free(wanted: Sequence[tuple[Job, int]]) -> None:
    for job, _ in wanted:
        if job.state == jobs.ACTIVE:
            raise Refused(f"{job.name} is being drawn: impose it when that is done")


def _keep(
    store: Store, how: Imposing, wanted: Sequence[tuple[Job, int]], sheet: Sheet, read: Any,
    marks_mm: float,
) -> Imposed:  # fmt: skip
    design, _ = queue.keep_design(store, read)
    sources = [job for job, _ in wanted]
    pieces: dict[str, int] = {}
    for piece in sheet.pieces:
        name = sources[piece.number].name
        pieces[name] = pieces.get(name, 0) + 1
    layout = [
        {"name": sources[piece.number].name, "job": sources[piece.number].id,
         "design": sources[piece.number].design_id, **piece.to_json()}
        for piece in sheet.pieces
    ]  # fmt: skip
    present = [source for source in sources if source.name in pieces]
    clients = {source.client.name if source.client else "" for source in present}
    due = [source.due_at for source in present if source.due_at]
    name = _free_name(store, how.name or _name_of(present, len(sheet.pieces)))
    job = queue.add_job(
        store,
        design,
        name,
        how.paper,
        client=clients.pop() if len(clients) == 1 else None,
        priority=min(source.priority for source in present),
        tags=list(dict.fromkeys(tag for source in present for tag in source.tags)),
        category=present[0].category,
        copies=sheet.copies,
        due_at=min(due) if due else None,
        settings={imposed.LAYOUT: layout, imposed.OVERHEAD: round(marks_mm, 3)},
    )
    count = plural(len(sheet.pieces), "piece")
    events.note(store, "job", f"{name} imposed: {count} on {how.paper}", job=job)
    return Imposed(job.id, name, how.paper, sheet.copies, pieces, layout, read.length_mm, marks_mm)


def _name_of(sources: Sequence[Job], pieces: int) -> str:
    more = f" and {len(sources) - 1} more" if len(sources) > 1 else ""
    return f"{sources[0].name}{more}, {pieces} up"


def _free_name(store: Store, base: str) -> str:
    taken = {name.casefold() for name in queue.job_names(store)}
    name, number = base, 1
    while name.casefold() in taken:
        number += 1
        name = f"{base} {number}"
    return name


# Some positions once more ------------------------------------------------------------------------


def impose_again(
    store: Store, item: Item, positions: Sequence[int]
) -> tuple[PlanRow, list[dict[str, Any]]]:
    """A sheet with only these positions (from 1) of an imposed item, planned as the item was: the
    plan's row and the layout. The pieces lie where they lay."""
    from plotty_tui.planning import imposition
    from plotty_tui.planning.planner import plan_design
    from plotty_tui.planning.reading import DesignReader

    layout = [item.layout[place - 1] for place in positions]
    ids = list(dict.fromkeys(piece["design"] for piece in layout))
    designs = imposed.designs(store, ids)
    pieces = [Piece.from_json(piece, ids.index(piece["design"])) for piece in layout]
    drawings = [
        read_strokes(store.home.strokes_file(designs[one].sha256), item.name) for one in ids
    ]
    before = Plan.from_json(item.plan.body)
    size = (before.sheet_width, before.sheet_height)
    layers = imposition.draw_sheet(pieces, drawings, [])
    data = imposition.sheet_svg(layers, size, item.name).encode()
    with DesignReader() as reader:
        read = reader.read_bytes(f"sheet-{hashlib.sha256(data).hexdigest()[:8]}.svg", data)
    preset: Preset = before.preset
    planned = plan_design(
        read.drawing, read.sha256, preset, item.paper, size, (read.width_mm, read.height_mm),
        materials.stock_pens(store), turned=turned_sheets(size, devices.travels(store)),
    )  # fmt: skip
    plan, strokes = planned.plan, planned.layers
    write_files({
        store.home.design_file(read.sha256): data,
        store.home.strokes_file(read.sha256): encode_layers(read.drawing),
    })  # fmt: skip
    write_file(store.home.plan_file(plan.settings_hash), encode_layers(strokes))
    with store.write():
        design, _ = queue.keep_design(store, read)
        return queue.keep_plan(store, design.id, plan, plan.settings_hash), layout


# The suggestion ----------------------------------------------------------------------------------


def suggestion(store: Store, added: Sequence[Mapping[str, Any]]) -> str:
    """Whether several of what was just added would fit one sheet, as a sentence with the command;
    empty when not. Each of `added` has name, paper, width_mm, height_mm, copies."""
    from plotty_tui.planning.imposition import Room, capacity

    if sum(one["copies"] for one in added) < 2:
        return ""
    sizes = {(one["width_mm"], one["height_mm"]) for one in added}
    for paper in _papers_for(store, added[0]["paper"]):
        room = Room(paper_dimensions(store, paper), most=MOST_PIECES)
        if min(room.inner) <= 0:
            continue
        fit = min(capacity(size, room) for size in sizes)
        if fit >= 2:
            words = " ".join(f'"{one["name"]}={one["copies"]}"' for one in added[:3])
            more = " …" if len(added) > 3 else ""
            command = f"plotty impose {words}{more} --paper {paper}"
            return f"{fit} of them fit one sheet of {paper}: {command}"
    return ""


def _papers_for(store: Store, own: str) -> list[str]:
    """The paper of the jobs, then the larger ones that are in stock, the smallest first."""
    size = paper_dimensions(store, own)
    larger = [
        (row.width_mm * row.height_mm, row.name)
        for row in materials.paper_rows(store)
        if row.width_mm * row.height_mm > size[0] * size[1] and row.stock > 0
    ]
    return [own, *(name for _, name in sorted(larger))]
