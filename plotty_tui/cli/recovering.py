"""recovery batch|partial-batch|quality."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from plotty_tui.domain import runs, values
from plotty_tui.domain.errors import WrongUsage
from plotty_tui.studio.opening import open_studio

from .output import can_ask, emit_json, json_option, say, tell, with_examples

_yes = click.option("--yes", is_flag=True, help="Do it without asking.")


@with_examples("plotty recovery batch --batch-id last", "plotty recovery batch --batch-id 1 --json")
@click.command("batch")
@click.option("--batch-id", required=True, metavar="ID|NAME|last", help="Which batch.")
@click.option("--resume-from-failure", is_flag=True, help="Do it: go on where it broke.")
@json_option
def recovery_batch(batch_id: str, resume_from_failure: bool, as_json: bool) -> int:
    """A batch goes on where it broke.

    Says what is done, where it stopped, and what going on takes; with --resume-from-failure it
    does so: the interrupted sheet at its place, then what is left. Nothing is drawn twice.
    """
    from plotty_tui.studio.plots import batch_recovery

    state = batch_recovery.batch_state(open_studio(), batch_id)
    return _batch(state, resume_from_failure, "--resume-from-failure", as_json)


@with_examples("plotty recovery partial-batch --batch-id last")
@click.command("partial-batch")
@click.option("--batch-id", default="", metavar="ID|NAME|last", help="When several broke off.")
@click.option("--complete-remaining", is_flag=True, help="Do it: draw what has no good sheet yet.")
@click.option(
    "--preserve-completed/--no-preserve-completed", default=True,
    help="Good sheets are never touched; they cannot be given up here.",
)  # fmt: skip
@json_option
def recovery_partial_batch(
    batch_id: str, complete_remaining: bool, preserve_completed: bool, as_json: bool
) -> int:
    """Finish what is left of a batch that broke off.

    Without --batch-id the one that broke off; of several they are listed, exit 2.
    """
    from plotty_tui.studio.plots import batch_recovery

    if not preserve_completed:
        raise WrongUsage("good sheets stay good: spoil one by plotty sheet spoiled, then replot it")
    store = open_studio()
    state = (
        batch_recovery.batch_state(store, batch_id)
        if batch_id
        else batch_recovery.the_broken_off(store)
    )
    return _batch(state, complete_remaining, "--complete-remaining", as_json)


def _batch(state: Any, doing: bool, flag: str, as_json: bool) -> int:
    from plotty_tui.studio.plots import batch_recovery

    if not as_json:
        _tell_batch(state)
    done = None
    if doing and state.steps:
        done = batch_recovery.finish_batch(open_studio(), state)
    if as_json:
        emit_json(_batch_json(state, done))
    elif done:
        for line in done.done:
            say(line)
        for line in done.waits:
            tell(f"waits for a person: {line}")
    elif state.steps:
        say(f"nothing was done: {flag} does it")
    return 3 if done and done.waits else 0


def _tell_batch(state: Any) -> None:
    say(f"batch {state.id} ({state.name}): good {state.good}, left {state.left}")
    for step in state.steps:
        prices = [values.rough(step.seconds)] * bool(step.seconds)
        prices += [values.plural(step.sheets, "new sheet")] * bool(step.sheets)
        say(f"  {step.text}  {', '.join(prices)}")
        say(f"    {step.waits or step.command}")
    if state.steps:
        say(f"in all {values.rough(state.seconds)} at the machine")
    elif state.left == 0:
        say("every copy of it is good: nothing to do")


def _batch_json(state: Any, done: Any) -> dict[str, Any]:
    return {
        "batch_id": state.id,
        "batch_name": state.name,
        "copies": state.copies,
        "good": state.good,
        "left": state.left,
        "est_seconds": round(state.seconds, 1),
        "steps": [
            {"kind": step.kind, "text": step.text, "sheets": step.sheets,
             "est_seconds": round(step.seconds, 1), "command": step.command,
             "waits": step.waits or None}
            for step in state.steps
        ],
        "done": done.done if done else [],
        "waits": done.waits if done else [],
    }  # fmt: skip


@with_examples(
    "plotty recovery quality", "plotty recovery quality --replot-failed --adjust-parameters --yes"
)
@click.command("quality")
@click.argument("numbers", nargs=-1, metavar="[RUN...]")
@click.option("--replot-failed", is_flag=True, help="Do it: the spoiled sheets, on new ones.")
@click.option("--adjust-parameters", is_flag=True, help="Change what the reason asks for.")
@_yes
@json_option
def recovery_quality(
    numbers: Sequence[str], replot_failed: bool, adjust_parameters: bool, yes: bool, as_json: bool
) -> int:
    """Draw spoiled sheets again, changed for what went wrong.

    Each with its reason and the settings as they were and would be: slower, another height, another
    pen. They hold for the new sheets alone, no preset is changed. Asks first; without a terminal
    --yes does it, else exit 3.
    """
    from plotty_tui.studio.plots import quality_recovery as quality

    store = open_studio()
    wanted = [runs.parse_run(one) for one in numbers]
    proposal = quality.quality_proposal(store, wanted, adjust_parameters or not replot_failed)
    if not as_json:
        _tell_quality(proposal)
    doing = replot_failed and bool(proposal.ready)
    if doing and not yes:
        doing = can_ask() and not as_json and click.confirm("draw them again?", default=False)
    made = quality.replot_adjusted(store, proposal) if doing else []
    if as_json:
        emit_json(_quality_json(proposal, [runs.run_name(run.number) for run in made]))
    elif made:
        for run in made:
            say(f"{runs.run_name(run.number)}  replot, started: {run.notes}")
    elif proposal.ready:
        say(f"nothing was done: {'--yes' if replot_failed else '--replot-failed'} does it")
    blocked = len(proposal.sheets) > len(proposal.ready)
    return 3 if replot_failed and (blocked or (proposal.ready and not made)) else 0


def _tell_quality(proposal: Any) -> None:
    if not proposal.sheets:
        say("no spoiled sheet waits to be drawn again")
        return
    for one in proposal.sheets:
        line = one.line
        say(f"{runs.run_name(one.run)} sheet {line.sheet}  {line.design} copy {line.copy}: "
            f"{line.reason or 'no reason told'}")  # fmt: skip
        for change in one.changes:
            say(f"  {change.setting} {change.old} -> {change.new}")
        if not one.changes and not one.blocked:
            say("  as the first time: nothing in the settings was the cause")
        for note in filter(None, (one.see_to, one.blocked)):
            say(f"  {note}")
    say(f"{values.plural(len(proposal.ready), 'new sheet')}, {values.rough(proposal.seconds)} at "
        f"the machine, {values.metres(proposal.pen_down_mm)}")  # fmt: skip


def _quality_json(proposal: Any, made: list[str]) -> dict[str, Any]:
    return {
        "est_seconds": round(proposal.seconds, 1),
        "pen_down_m": round(proposal.pen_down_mm / 1000, 4),
        "runs": made,
        "sheets": [
            {
                "run": runs.run_name(one.run),
                "sheet": one.line.sheet,
                "design": one.line.design,
                "copy": one.line.copy,
                "attempt": one.line.attempt,
                "reason": one.line.reason or None,
                "changes": [
                    {"setting": c.setting, "old": c.old, "new": c.new} for c in one.changes
                ],
                "see_to": one.see_to or None,
                "blocked": one.blocked or None,
            }
            for one in proposal.sheets
        ],
    }
