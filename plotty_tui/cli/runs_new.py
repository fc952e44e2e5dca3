"""run new: the wizard as one command line."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from plotty_tui.domain import values
from plotty_tui.domain.errors import Refused, WrongUsage
from plotty_tui.studio.opening import open_studio
from plotty_tui.studio.planning.estimates import band_json
from plotty_tui.studio.production import run_drafts, run_wizard
from plotty_tui.studio.production.run_drafts import PenWish, RunDraft
from plotty_tui.studio.production.run_proposals import RunProposal

from .output import can_ask, emit_json, json_option, say, table, tell, with_examples
from .views import detail_json

NEEDS_A_PERSON = 3


@with_examples(
    "plotty run new --device left --design Poster=3 --yes",
    "plotty run new --device left --design Poster=2 --pen black=K-03 --notes proof --draft",
    "plotty run new --device left,right --preset fast --design 'Client: Logo*=5' --client Acme"
    " --spare 1 --yes --json",
    "plotty run new --drafts",
)
@click.command("new")
@click.option("--device", "devices", multiple=True, help="Plotters, comma separated.")
@click.option("--preset", default="", help="Empty: as the designs are planned.")
@click.option("--design", "designs", multiple=True, help="JOB, JOB=QTY, or JOB=QTY/PER_SHEET.")
@click.option("--bed", is_flag=True, help="All designs share their sheets.")
@click.option("--pen", "pens", multiple=True, help="LAYER=PEN.")
@click.option("--metres", multiple=True, help="LAYER=METRES, when you know better than the plan.")
@click.option("--grams", multiple=True, help="LAYER=GRAMS of ink expected.")
@click.option("--paper", default="", help="Another paper of the same size.")
@click.option("--spare", type=click.IntRange(0, 100_000), help="Spare sheets.")
@click.option(
    "--pen-by-pen", is_flag=True, help="Each pen over all sheets, not each sheet at once."
)
@click.option("--time", "seconds", default="", help="Expected machine time, when not as planned.")
@click.option("--notes", default="")
@click.option("--client", default="")
@click.option("--name", default="")
@click.option("--accept", "accepted", multiple=True, help="CODE=REASON, or REASON for all.")
@click.option("--from", "file", type=click.Path(path_type=Path), help="A JSON file (- for input).")
@click.option("--resume", default="", help="Go on with a draft.")
@click.option("--yes", is_flag=True, help="Make it without asking.")
@click.option("--start", is_flag=True, help="And start it.")
@click.option("--draft", "keep", is_flag=True, help="Only keep it as a draft.")
@click.option("--drafts", "list_drafts", is_flag=True, help="List the drafts.")
@click.option("--forget", default="", help="Forget a draft.")
@json_option
def run_new(**given: Any) -> int:
    """Make a production run."""
    store = open_studio()
    if given["list_drafts"]:
        return _say_drafts(store, given["as_json"])
    if given["forget"]:
        run_drafts.remove_draft(store, given["forget"])
        say(f"draft {given['forget']} is forgotten")
        return 0
    if given["start"] and given["keep"]:
        raise WrongUsage("--start and --draft do not go together: a draft is not started")
    draft = _draft(store, given)
    if given["keep"]:
        return _keep(store, draft, given["as_json"])
    proposal = run_wizard.propose(store, draft)
    if not given["yes"] and not (can_ask() and _ask(draft, proposal)):
        return _only_shown(proposal, given["as_json"])
    _check(draft, proposal)
    for line in proposal.designs:
        if line.problem:
            tell(f"{line.name}: {line.problem}")
    for warning in proposal.warnings:
        if warning.accepted:
            tell(f"accepted ({warning.accepted}): {warning.text}")
    return _make(store, draft, given["start"], given["as_json"])


def _check(draft: RunDraft, proposal: RunProposal) -> None:
    """Refuse what is missing or not accepted, and say how a warning is accepted."""
    against = list(proposal.missing)
    for warning in proposal.open_warnings:
        if warning.code not in draft.accepted:
            against.append(f"{warning.text} (--accept {warning.code}=REASON accepts it)")
    if against:
        raise Refused("; ".join(against))


def _make(store: Any, draft: RunDraft, start: bool, as_json: bool) -> int:
    run = run_wizard.create_run(store, draft, start=start)
    if as_json:
        emit_json(detail_json(run))
        return 0
    word = "started" if start else f"pending: plotty run start {run.name}"
    sheets = values.plural(len(run.sheets), "sheet")
    say(f"{run.name}  {sheets}  {values.clock(run.estimated_seconds)}  {word}")
    return 0


def _draft(store: Any, given: dict[str, Any]) -> RunDraft:
    """The draft of a file or an earlier one, with what the options say."""
    draft = RunDraft()
    if given["file"] is not None:
        draft = run_drafts.draft_from_document(store, _read(given["file"]))
    if given["resume"]:
        draft = run_drafts.load_draft(store, given["resume"])
    for key in ("preset", "paper", "notes", "client", "name"):
        setattr(draft, key, given[key] or getattr(draft, key))
    names = [one.strip() for word in given["devices"] for one in word.split(",")]
    draft.devices = [name for name in names if name] or draft.devices
    draft.pen_by_pen = given["pen_by_pen"] or draft.pen_by_pen
    draft.spare = given["spare"] if given["spare"] is not None else draft.spare
    if given["seconds"]:
        draft.seconds = values.parse_duration(given["seconds"])
    for word in given["designs"]:
        run_drafts.add_design(store, draft, word)
    if given["bed"]:
        for line in draft.designs:
            line.bed = "1"
    _add_pens(draft, given)
    for word in given["accepted"]:
        code, equals, reason = word.partition("=")
        key = code.strip() if equals else "all"
        draft.accepted[key] = reason.strip() if equals else word.strip()
    return draft


def _add_pens(draft: RunDraft, given: dict[str, Any]) -> None:
    ways: tuple[tuple[str, str, str, Callable[[str], Any]], ...] = (
        ("pens", "pen", "K-01", str.strip),
        ("metres", "drawn_mm", "12.5", lambda text: values.parse_length(text, bare="m")),
        ("grams", "mass_g", "1.2", _number),
    )
    for option, name, example, read in ways:
        for word in given[option]:
            label, equals, text = word.rpartition("=")
            if not equals or not label.strip():
                raise WrongUsage(f"{word!r}: write LAYER=VALUE, like black={example}")
            wish = draft.pens.setdefault(label.strip(), PenWish())
            setattr(wish, name, read(text))


def _number(text: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        raise WrongUsage(f"{text!r} is not a number") from None


def _read(file: Path) -> Any:
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"{file} cannot be read: {error}") from None
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise Refused(f"{file} is not JSON: {error}") from None


def _keep(store: Any, draft: RunDraft, as_json: bool) -> int:
    key = run_drafts.save_draft(store, draft).key
    if as_json:
        emit_json({"draft": key, **draft.to_json()})
    else:
        say(f"draft {key} is kept: plotty run new --resume {key} --yes")
    return 0


def _ask(draft: RunDraft, proposal: RunProposal) -> bool:
    """Show what it comes to, ask for the reasons of warnings, and whether to make it."""
    for line in proposal_lines(proposal):
        say(line)
    if proposal.missing:
        return False
    for warning in proposal.open_warnings:
        text = f"{warning.text}\naccept it, because (empty: no)"
        reason = click.prompt(text, default="", show_default=False)
        if not reason.strip():
            return False
        draft.accepted[warning.code] = reason.strip()
    return click.confirm("Make this run?", default=False)


def _only_shown(proposal: RunProposal, as_json: bool) -> int:
    if as_json:
        emit_json(proposal_json(proposal))
    elif not can_ask():
        for line in proposal_lines(proposal):
            say(line)
    tell("nothing was made: --yes makes it, --draft keeps it")
    return NEEDS_A_PERSON


def _say_drafts(store: Any, as_json: bool) -> int:
    kept = run_drafts.draft_list(store)
    if as_json:
        emit_json(
            [
                {"draft": one.key, "text": one.text, "step": one.step, "actor": one.actor,
                 "saved_at": one.saved_at}
                for one in kept
            ]
        )  # fmt: skip
    elif not kept:
        say("no drafts: plotty run new --draft keeps one")
    else:
        table(
            ["draft", "run", "step", "by", "saved"],
            [
                (one.key, one.text, one.step, one.actor, values.local_time(one.saved_at))
                for one in kept
            ],
        )
    return 0


def proposal_lines(found: RunProposal) -> list[str]:
    """What a run would take, for a person."""
    lines = [
        f"{one.name}: {values.plural(one.quantity, 'copy', 'copies')} on "
        f"{values.plural(one.sheets, 'sheet')} of {one.paper}, {values.clock(one.seconds)}, "
        f"{values.metres(one.pen_down_mm)}" + (f" ({one.problem})" if one.problem else "")
        for one in found.designs
    ]
    for pen in found.pens:
        line = f"layer {pen.label}: {pen.pen or 'no pen of the stock'} {pen.name}".rstrip()
        line += f", {values.metres(pen.drawn_mm)}"
        if pen.priming_mm or pen.overhead_mm:
            line += f" and {values.metres(pen.priming_mm + pen.overhead_mm)} priming and tests"
        if pen.after_mm is not None:
            line += f", {values.metres(pen.after_mm)} left after"
        lines.append(line)
    for paper in found.papers:
        spare = f" and {paper.spare} spare" if paper.spare else ""
        after = f", {paper.after} left after" if paper.after is not None else ", not counted"
        lines.append(f"paper {paper.name}: {paper.sheets}{spare}{after}")
    likely = f" (likely {found.band.words()})" if found.band else ""
    lines.append(
        f"machine {values.clock(found.machine_seconds)}{likely}, by hand "
        f"{values.clock(found.human_seconds)}, "
        f"{values.plural(found.pen_changes, 'pen change')}"
    )
    for way in (found.pen_by_pen, not found.pen_by_pen):
        word = "" if way == found.pen_by_pen else "or "
        word += "pen by pen" if way else "sheet by sheet"
        lines.append(f"{word}: {found.prices.words(way)}")
    if found.cost is not None:
        lines.append(f"cost {found.cost:.2f} {found.currency}".rstrip())
    if found.not_counted:
        lines.append(f"not counted: {', '.join(found.not_counted)}")
    lines += [f"missing: {one}" for one in found.missing]
    for warning in found.warnings:
        accepted = f" (accepted: {warning.accepted})" if warning.accepted else ""
        lines.append(f"warning {warning.code}: {warning.text}{accepted}")
    return lines


def proposal_json(found: RunProposal) -> dict[str, Any]:
    """What a run would take."""
    return {
        "sheets": found.sheets,
        "pieces": found.pieces,
        "est_seconds": round(found.machine_seconds, 1),
        "learned": band_json(found.band),
        "human_seconds": round(found.human_seconds, 1),
        "pen_down_m": round(found.pen_down_mm / 1000, 4),
        "pen_changes": found.pen_changes,
        "pen_by_pen": found.pen_by_pen,
        "ways": found.prices.to_json(),
        "cost": found.cost,
        "currency": found.currency or None,
        "not_counted": found.not_counted,
        "missing": found.missing,
        "warnings": [
            {"code": one.code, "text": one.text, "accepted": one.accepted or None}
            for one in found.warnings
        ],
        "designs": [
            {"job": one.job, "name": one.name, "quantity": one.quantity, "sheets": one.sheets,
             "per_sheet": one.per_sheet, "est_seconds": round(one.seconds, 1),
             "pen_down_m": round(one.pen_down_mm / 1000, 4), "paper": one.paper,
             "preset": one.preset, "problem": one.problem or None}
            for one in found.designs
        ],
        "pens": [
            {"layer": one.label, "color": one.color, "pen": one.pen or None,
             "drawn_m": round(one.drawn_mm / 1000, 4), "priming_m": round(one.priming_mm / 1000, 4),
             "overhead_m": round(one.overhead_mm / 1000, 4), "mass_g": one.mass_g,
             "left_m": _metres(one.left_mm), "held_m": _metres(one.held_mm),
             "after_m": _metres(one.after_mm)}
            for one in found.pens
        ],
        "papers": [
            {"name": one.name, "sheets": one.sheets, "spare": one.spare, "stock": one.stock,
             "held": one.held, "after": one.after, "why_spare": one.why_spare}
            for one in found.papers
        ],
    }  # fmt: skip


def _metres(mm: float | None) -> float | None:
    return None if mm is None else round(mm / 1000, 4)
