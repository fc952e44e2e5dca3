"""What the keys of the Queue screen do beside those about jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plotty_tui.domain import jobs
from plotty_tui.domain.values import parse_duration, plural, rough
from plotty_tui.studio import commands
from plotty_tui.studio.forms import Field, parse_form, whole, yes_or_no
from plotty_tui.studio.jobs import queue_batches, queue_cleanup, queue_order

from .finding import Finding
from .jobs_doing import UNDO_HINT, JobDoings

if TYPE_CHECKING:
    from .queue import QueueScreen

OWN, ALIKE = "as each job needs", "one order for all jobs"
SWAPS, TIME = "pen changes", "time in all"
OPTIMIZE = (
    Field("pens", "Pens", value=OWN, choices=(OWN, ALIKE), help="in which order they come"),
    Field("least", "Least", value=SWAPS, choices=(SWAPS, TIME),
          help="time counts changes of paper too"),
)  # fmt: skip
SPLIT = (
    Field("size", "Jobs in a batch", whole, "10", required=True),
    Field("names", "Names", value="batch_{n}", required=True, help="{n} is counted up"),
    Field("again", "Jobs in batches", yes_or_no, "no", choices=("no", "yes"),
          help="yes: they are split anew too"),
)  # fmt: skip
CLEANUP = (
    Field("which", "Which", value=queue_cleanup.COMPLETED, choices=queue_cleanup.STATES,
          required=True),
    Field("older", "Older than", parse_duration, "1d", required=True, help="1d, 12h, 0s"),
    Field("archive", "Archive", yes_or_no, "yes", choices=("yes", "no"),
          help="no: what was never drawn is forgotten"),
)  # fmt: skip


class QueueDoings(Finding, JobDoings):
    """The actions of the Queue screen."""

    sought = "job"

    screen: QueueScreen

    def do_open(self) -> None:
        self.do("hand.ready" if self.screen.answers_hand() else "job.preview")

    # Arranging the whole queue; u takes each back

    def why_not_job_group(self) -> str:
        row = self._chosen[0] if self._chosen else None
        if row is None or self._client_of(row):
            return ""
        return f"{row.name} is of no client: its name would say so, Client: {row.name}"

    def why_not_job_reorder(self) -> str:
        return self.why_not_job_plan_all()

    def why_not_job_optimize(self) -> str:
        return self.why_not_job_plan_all()

    def why_not_job_split(self) -> str:
        return self.why_not_job_plan_all()

    def _client_of(self, row: Any) -> str:
        return row.client or jobs.client_of(row.name) or ""

    def do_job_group(self) -> None:
        row = self._chosen[0]
        self.begin(self._group(self._client_of(row), bool(row.group)))

    async def _group(self, client: str, dissolve: bool) -> None:
        done = await self.ask_in_turn(queue_order.group_client, client, dissolve)
        if done is not None:
            said = "need not stay together any more" if dissolve else "are together"
            self.screen.tell(f"the jobs of {done[0]} {said}; {UNDO_HINT}", "state-done")

    def do_job_reorder(self) -> None:
        self.begin(self._reorder())

    async def _reorder(self) -> None:
        self.screen.tell("looking for the best order …", "hint", seconds=600)
        made = await self.ask_in_turn(queue_order.reorder_by_pens)
        if made is None:
            return
        if made.after < made.before:
            text = f"pen changes {made.before} → {made.after}; {UNDO_HINT}"
            self.screen.tell(text, "state-done")
        else:
            self.screen.tell(f"no better order: {plural(made.after, 'pen change')}", "hint")

    def do_job_optimize(self) -> None:
        def save(typed: dict[str, str]) -> Any:
            from plotty_tui.studio.jobs.queue_optimize import optimize_queue

            return optimize_queue(self.store, typed["pens"] == ALIKE, typed["least"] == TIME)

        def done(made: Any) -> None:
            self._after_dialog(made)
            if made is None:
                return
            saved = made.was.seconds - made.now.seconds
            time = f", {rough(saved)} less in all" if saved >= 1 else ""
            text = f"pen changes {made.before} → {made.after}{time}"
            self.screen.tell(f"{text}; {UNDO_HINT}" if made.moved else text, "state-done")

        self._ask("Optimise the queue", OPTIMIZE, save, done)

    def do_job_split(self) -> None:
        def save(typed: dict[str, str]) -> Any:
            wanted = parse_form(SPLIT, typed)
            return queue_batches.split_queue(
                self.store, wanted["size"], wanted["names"], bool(wanted["again"])
            )

        def done(made: Any) -> None:
            self._after_dialog(made)
            if made:
                words = queue_batches.batch_words(made[:4]) + (" …" if len(made) > 4 else "")
                self.screen.tell(f"batches {words}; {UNDO_HINT}", "state-done")

        self._ask("Put the queue into batches", SPLIT, save, done)

    def do_job_cleanup(self) -> None:
        def save(typed: dict[str, str]) -> Any:
            wanted = parse_form(CLEANUP, typed)
            archive = wanted["archive"] is not False
            return queue_cleanup.clean_up(self.store, [wanted["which"]], wanted["older"], archive)

        def done(made: Any) -> None:
            self._after_dialog(made)
            if made is None:
                return
            count = len(made.archived) + len(made.deleted)
            stay = f"; {len(made.stay)} stay: {made.stay[0][1]}" if made.stay else ""
            hint = f"; {UNDO_HINT}" if count else ""
            self.screen.tell(f"cleaned up {plural(count, 'job')}{stay}{hint}", "state-done")

        self._ask("Clean the queue up", CLEANUP, save, done)

    def _ask(self, title: str, fields: tuple[Field, ...], save: Any, done: Any) -> None:
        from ..dialogs import FormDialog

        self.screen.app.push_screen(FormDialog(title, fields, save, store=self.store), done)

    # Finding

    def found_in(self) -> Any:
        return self.screen.queue

    # Commands of the `:` line

    def do_job_backup(self) -> None:
        self.offer_command(commands.today_line(commands.QUEUE_BACKUP))

    def do_job_diagnose(self) -> None:
        self.offer_command(commands.DIAGNOSE, at_once=True)
