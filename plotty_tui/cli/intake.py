"""add, remove, info job."""

from __future__ import annotations

from typing import Any

import click

from plotty_tui.domain import jobs, values
from plotty_tui.domain.layer_codes import read_codes
from plotty_tui.studio.jobs import intake
from plotty_tui.studio.opening import open_studio
from plotty_tui.studio.planning.templates import find_template

from .output import can_ask, emit_json, json_option, say, tell, with_examples
from .views import job_json, moment


def _priority(ctx: click.Context, param: click.Parameter, value: str) -> int:
    return jobs.parse_priority(value)


@with_examples(
    "plotty add design.svg --paper a4",
    'plotty add logos/*.svg --name "Client: Logo" --category logo',
    'plotty add card.svg --name "Acme: Card" --copies 20 --priority high --tags "client,approved"',
)
@click.command()
@click.argument("files", nargs=-1, required=True)
@click.option("--name", default="", help="Job name; several files are numbered under it.")
@click.option("--paper", default="", help="a4, a3, letter, 210x297, or a paper in stock.")
@click.option("--priority", default="normal", callback=_priority, help="high, normal, low (1-3).")
@click.option("--tags", default="", help="Comma list.")
@click.option("--category", default="", help="logo, card, letterhead, or any word.")
@click.option("--client", default="", help="Instead of the name's part before the colon.")
@click.option("--copies", default=1, show_default=True, type=int, help="How many are wanted.")
@click.option("--due", default="", help="Wanted by this day (YYYY-MM-DD).")
@click.option("--template", default="", help="Preset, pens and paper work of this template.")
@click.option("--again", is_flag=True, help="Also add what the queue has already.")
@json_option
def add(files: tuple[str, ...], as_json: bool, **given: Any) -> int:
    """Put SVG files in the queue.

    Each file is read once by a guarded reader and kept by its content: what is drawn later is
    what was added now. What a plotter cannot draw is named. Exit status 1 when nothing was added.
    """
    wish = intake.Wish(
        name=given["name"],
        paper=given["paper"],
        priority=given["priority"],
        tags=jobs.parse_tags(given["tags"]),
        category=given["category"],
        client=given["client"],
        copies=given["copies"],
        due_at=values.parse_day(given["due"]),
        again=given["again"],
        template=given["template"],
    )
    store = open_studio()
    if wish.template and not as_json:
        found = find_template(store, wish.template)
        tell(f"template {found.name}: {found}")
    expanded = intake.expand_files(files)
    placed = len(expanded) > 1

    def show(one: intake.Added) -> None:
        _say_added(one, placed)

    results = intake.add_designs(store, expanded, wish, None if as_json else show)
    added = [one for one in results if one.job_id is not None]
    already = [one for one in results if one.already]
    failed = [one for one in results if one.error]
    if as_json:
        emit_json([_added_json(one) for one in results])
    elif len(results) > 1:
        say(f"added {len(added)}, {len(already)} already there, {len(failed)} failed")
    if added and not as_json:
        _suggest_imposing(added, wish.copies)
    if already and not added:
        tell(f"plotty: nothing added: {_already_words(already)}; --again adds the same once more")
    return 0 if added else 1


def _already_words(already: list[intake.Added]) -> str:
    if len(already) == 1:
        return f"{already[0].path} is in the queue already, as {already[0].already}"
    return f"{len(already)} files are in the queue already"


def _suggest_imposing(added: list[intake.Added], copies: int) -> None:
    from plotty_tui.studio.jobs import imposing

    pieces = [
        {"name": one.name, "paper": one.paper, "width_mm": one.width_mm,
         "height_mm": one.height_mm, "copies": copies}
        for one in added
    ]  # fmt: skip
    if words := imposing.suggestion(open_studio(), pieces):
        tell(f"  note: {words}")


def _say_added(one: intake.Added, placed: bool) -> None:
    if one.error:
        tell(f"plotty: {one.error}")
        return
    if one.already:
        say(f"already there  {one.already}")
        return
    layers = values.plural(len(one.layers), "layer")
    words = [f"job {one.job_id}", one.name, one.paper, layers, values.metres(one.ink_mm)]
    words += [f"client {one.client}"] * bool(one.client)
    words += [f"tags {', '.join(one.tags)}"] * bool(one.tags)
    words += [f"{jobs.PRIORITY_WORDS[one.priority]}, number {one.place} in the queue"] * placed
    say("  ".join(words))
    for finding in one.findings:
        tell(f"  {finding.kind}: {finding.text}")
    if one.same_as:
        tell(f"  note: the same drawing as {one.same_as}")
    if one.revision > 1:
        older = f"; {one.replaces} draws the one before" if one.replaces else ""
        tell(f"  note: the file was changed: revision {one.revision} of its design{older}")


def _added_json(one: intake.Added) -> dict[str, Any]:
    return {
        "file": one.path,
        "id": one.job_id,
        "name": one.name or None,
        "paper": one.paper or None,
        "priority": jobs.PRIORITY_WORDS.get(one.priority),
        "client": one.client or None,
        "tags": list(one.tags),
        "number": one.place or None,
        "revision": one.revision,
        "replaces": one.replaces or None,
        "layers": [layer["name"] for layer in one.layers],
        "width_mm": one.width_mm,
        "height_mm": one.height_mm,
        "ink_m": round(one.ink_mm / 1000, 4),
        "findings": [
            {"kind": f.kind, "what": f.what, "count": f.count, "text": f.text} for f in one.findings
        ],
        "already": one.already or None,
        "error": one.error or None,
    }


@with_examples('plotty remove "Client: Logo 01"', 'plotty remove "Backlog*" --yes')
@click.command()
@click.argument("names", nargs=-1, required=True, metavar="JOB...")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def remove(names: tuple[str, ...], yes: bool, as_json: bool) -> int:
    """Take jobs out of the queue.

    By name, id (id:5 where 5 is a name too) or quoted pattern. What was drawn stays in the books:
    such a job is archived.
    """
    store = open_studio()
    found = intake.open_jobs(store, names)
    if len(found) > 1 and not yes and can_ask():
        click.confirm(f"remove {len(found)} jobs?", abort=True)
    removed = intake.remove_jobs(store, names)
    if as_json:
        emit_json([{"name": name, "how": how} for name, how in removed])
    else:
        for name, how in removed:
            say(f"{how}  {name}")
    return 0


@with_examples('plotty info job "Acme: Card"', "plotty info job 12 --json")
@click.command("job")
@click.argument("name", metavar="JOB")
@json_option
def info_job(name: str, as_json: bool) -> int:
    """All about one job.

    Its design, preflight report, plan with pens and times, and copies so far.
    """
    row = intake.job_info(open_studio(), name)
    document = {
        **job_json(row),
        "file": row.filename,
        "sha256": row.sha256,
        "width_mm": row.width_mm,
        "height_mm": row.height_mm,
        "findings": row.findings,
        "source": row.source or None,
        "template": row.template or None,
        "revision": len(row.revisions),
        "revisions": [
            {
                "sha256": one.sha256,
                "file": one.filename,
                "source": one.source or None,
                "added_at": values.iso(moment(one.added_at)),
            }
            for one in row.revisions
        ],
        "newer_sha256": row.newer.sha256 if row.newer else None,
        "sheets": [
            {"state": state, "device": device, "number": number}
            for state, _, device, number in row.sheets
        ],
        "plan": _plan(row),
        "layer_codes": _codes(row),
    }
    if as_json:
        emit_json(document)
        return 0
    _print_job(document)
    return 0


def _plan(row: Any) -> Any:
    import json

    return json.loads(row.plan) if row.plan else None


def _codes(row: Any) -> list[dict[str, Any]]:
    """What the names of the planned layers order."""
    from dataclasses import asdict

    layers = (_plan(row) or {"layers": []})["layers"]
    return [
        {"index": layer["index"], **asdict(codes)}
        for layer in layers
        if str(codes := read_codes(layer["name"]))
    ]


def _revision_words(job: dict[str, Any]) -> str:
    """`2, after 3f2a91c0 of 21 Nov; a newer one was added`."""
    words = str(job["revision"])
    if job["revision"] > 1:
        before = job["revisions"][1]
        words += f", after {before['sha256'][:8]} of {before['added_at'][:10]}"
    return words + ("; a newer one was added since" if job["newer_sha256"] else "")


def _print_job(job: dict[str, Any]) -> None:
    say(f"job {job['id']}  {job['name']}")
    say(f"  state     {job['state']}  {job['held'] or job['refusal']}".rstrip())
    say(f"  design    {job['file']}  {job['width_mm']:g} x {job['height_mm']:g} mm")
    say(f"  paper     {job['paper']}, {values.plural(job['copies'], 'copy', 'copies')}")
    if job["revision"] > 1 or job["newer_sha256"]:
        say(f"  revision  {_revision_words(job)}")
    say(f"  priority  {job['priority']}")
    if job["client"]:
        say(f"  client    {job['client']}")
    if job["batch"] or job["group"]:
        say(f"  together  {', '.join(filter(None, (job['batch'], job['group'])))}")
    if job["template"]:
        say(f"  template  {job['template']}")
    if job["tags"]:
        say(f"  tags      {', '.join(job['tags'])}")
    for finding in job["findings"]:
        say(f"  {finding['kind']:9} {finding['text']}")
    plan = job["plan"]
    if plan is None:
        say(f"  ink       {job['ink_m']:.2f} m, not planned")
        return
    say(
        f"  plan      {job['preset']}: {values.clock(plan['seconds'])}, "
        f"{values.metres(plan['pen_down_mm'])} drawn, {values.metres(plan['pen_up_mm'])} travel, "
        f"{values.plural(plan['lifts'], 'lift')}, "
        f"{values.plural(plan['pen_changes'], 'pen change')}"
    )
    for layer in plan["layers"]:
        pen = layer["pen"] or {"code": "", "why": ""}
        say(
            f"  layer {layer['index'] + 1}   {layer['name']}: {pen['code'] or 'no pen'} "
            f"({pen['why']}), {values.metres(layer['pen_down_mm'])}, "
            f"{values.clock(layer['seconds'])}"
        )
        if orders := str(read_codes(layer["name"])):
            say(f"            its name orders: {orders}")
    for sheet in job["sheets"]:
        where = f" on {sheet['device']}" if sheet["device"] else ""
        say(f"  sheets    {sheet['number']} {sheet['state']}{where}")
