"""What the keys do that are about jobs, on every screen that shows the queue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from plotty_tui.domain import jobs
from plotty_tui.domain.values import plural, rough
from plotty_tui.studio.forms import Field, parse_form
from plotty_tui.studio.jobs import holding, intake, undo
from plotty_tui.studio.jobs.reasons import Why, why_job
from plotty_tui.studio.plots import plotting

from ..lines import Line
from .planning_doing import PlanningDoings
from .reasons import Reasons

if TYPE_CHECKING:
    from .jobs import JobsScreen

HOLD = (
    Field("reason", "Why", help="it stands beside the job; may stay empty"),
)  # fmt: skip
UNDO_HINT = "u takes it back"


class JobReasons(Reasons):
    """`why_not` of each action about jobs."""

    screen: JobsScreen

    def why_not_needed(self, needs: str) -> str:
        if needs == "job" and not self.screen.queue.chosen_jobs:
            return "no job is under the cursor: a adds SVG files"
        return ""

    def why_not_job_plan_all(self) -> str:
        return "" if self.screen.feed.shot.queue else "the queue is empty: a adds SVG files"

    def why_not_job_plan_stop(self) -> str:
        planning = self.screen.app.planning  # type: ignore[attr-defined]
        return "" if planning.is_under_way else "nothing is being planned"

    def why_not_job_start_all(self) -> str:
        return self.why_not_job_plan_all()

    def why_not_device_cancel(self) -> str:
        return "" if self.job_to_cancel() is not None else super().why_not_device_cancel()

    def job_to_cancel(self) -> Any:
        """The job under the queue's cursor, when the queue has the focus and it is under way."""
        if self.screen.focused is not self.screen.queue:
            return None
        row = self.screen.queue.job(self.screen.queue.cursor_key)
        return row if row is not None and row.state == jobs.ACTIVE else None


class JobDoings(JobReasons, PlanningDoings):
    """The actions about jobs: of those that are marked, else of the one under the cursor."""

    screen: JobsScreen

    @property
    def _chosen(self) -> list[Any]:
        return self.screen.queue.chosen_jobs

    @property
    def _chosen_ids(self) -> list[int]:
        return [row.id for row in self._chosen]

    def do_job_add(self) -> None:
        from ..dialogs import AddFiles

        self.screen.app.push_screen(AddFiles(self.store), self._added)

    def _added(self, result: Any) -> None:
        self._after_dialog(result)
        if isinstance(result, str) and result:
            self.screen.tell(result, "state-done")

    def do_job_preview(self) -> None:
        from ..dialogs import OrderPreview

        self.screen.app.push_screen(OrderPreview(self.store, self._chosen_ids[0]))

    def do_find_filter(self) -> None:
        self.screen.open_filter()

    # Plotting

    def do_job_start(self) -> None:
        self.begin(self._start(self._chosen_ids))

    def do_job_start_all(self) -> None:
        self.begin(self._start([]))

    async def _start(self, ids: list[int]) -> None:
        def start(store: Any) -> Any:
            wanted = _jobs_of(store, ids) if ids else intake.open_jobs(store)
            return plotting.start_plot(store, wanted)

        started = await self.ask_studio(start)
        if started is None:
            return
        where = " and ".join(started.devices)
        text = f"{started.name}: {plural(started.sheets, 'sheet')} on {where}"
        if started.left_out:
            name, why = started.left_out[0]
            more = f" and {len(started.left_out) - 1} more" if len(started.left_out) > 1 else ""
            text += f"; left out: {name}{more} ({why})"
        if started.prices is not None and started.prices.saved_seconds > 0:
            saved = rough(started.prices.saved_seconds)
            text += f"; pen by pen saves {saved} by hand: e in the Runs"
        self.screen.tell("; ".join([text, *started.notes]), "state-done")
        self.screen.queue.set_marks(())

    def do_job_why(self) -> None:
        self.begin(self._why(self._chosen_ids[0]))

    async def _why(self, job_id: int) -> None:
        found = await self.ask_studio(why_job, job_id)
        if found is None:
            return
        if len(found.reasons) < 2:
            self.screen.tell(f"{found.name}: {why_words(found)}", "hint")
            return
        from ..dialogs import ShowLines

        self.screen.app.push_screen(ShowLines(f"Why {found.name} waits", why_lines(found)))

    def do_device_cancel(self) -> None:
        row = self.job_to_cancel()
        if row is not None:
            self._cancel_job(row)
        else:
            super().do_device_cancel()

    def _cancel_job(self, row: Any) -> None:
        from plotty_tui.studio.jobs.queue_lists import job_devices

        on = job_devices(row)
        effect = "Its copies that are not drawn yet leave the run."
        if on:
            effect += f" The sheet on {' and '.join(on)} is given up."
        self._confirm(
            f"Cancel {row.name}?",
            effect,
            lambda yes: self.order(plotting.cancel, plotting.job_word(row.id)) if yes else None,
        )

    # Arranging; all of it can be undone

    def do_job_up(self) -> None:
        self.begin(self._move(self._chosen, -1))

    def do_job_down(self) -> None:
        self.begin(self._move(self._chosen, 1))

    async def _move(self, rows: Sequence[Any], by: int) -> None:
        ids = [row.id for row in rows]

        def move(store: Any) -> list[str]:
            return holding.move_jobs(store, _jobs_of(store, ids), by)

        moved = await self.ask_in_turn(move)
        if moved == []:
            word = jobs.PRIORITY_WORDS[rows[0].priority]
            end = "first" if by < 0 else "last"
            text = f"{rows[0].name} is the {end} of {word} priority: i changes that"
            self.screen.tell(text, "hint")

    def do_job_priority(self) -> None:
        rows = self._chosen
        fresh = rows[0].priority - 1 or jobs.LOW
        self.begin(self._set_priority([row.id for row in rows], fresh))

    async def _set_priority(self, ids: Sequence[int], priority: int) -> None:
        def change(store: Any) -> list[str]:
            return holding.set_priority(store, _jobs_of(store, ids), priority)

        changed = await self.ask_in_turn(change)
        if changed:
            word = jobs.PRIORITY_WORDS[priority]
            self.screen.tell(f"{_these(changed)}: {word} priority; {UNDO_HINT}", "hint")

    def do_job_hold(self) -> None:
        rows = self._chosen
        ids = [row.id for row in rows]
        if all(row.held for row in rows):
            self.begin(self._release(ids))
            return
        from ..dialogs import FormDialog

        def save(typed: dict[str, str]) -> list[str]:
            reason = parse_form(HOLD, typed)["reason"] or ""
            return holding.hold_jobs(self.store, _jobs_of(self.store, ids), reason)

        def held(names: list[str] | None) -> None:
            self._after_dialog(names)
            if names:
                self.screen.tell(f"{_these(names)} held; {UNDO_HINT}", "hint")

        title = f"Hold {_these([row.name for row in rows])}"
        self.screen.app.push_screen(FormDialog(title, HOLD, save, store=self.store), held)

    async def _release(self, ids: Sequence[int]) -> None:
        def release(store: Any) -> list[str]:
            return holding.release_jobs(store, _jobs_of(store, ids))

        names = await self.ask_in_turn(release)
        if names:
            self.screen.tell(f"{_these(names)} released; {UNDO_HINT}", "hint")

    def do_job_remove(self) -> None:
        self.begin(self._remove(self._chosen_ids))

    async def _remove(self, ids: Sequence[int]) -> None:
        def remove(store: Any) -> list[tuple[str, str]]:
            return intake.remove_these(store, _jobs_of(store, ids))

        gone = await self.ask_in_turn(remove)
        if gone:
            archived = ", what was drawn stays in the books" if gone[0][1] == "archived" else ""
            self.screen.queue.set_marks(())
            names = [name for name, _ in gone]
            self.screen.tell(f"removed {_these(names)}{archived}; {UNDO_HINT}", "state-done")

    def do_job_undo(self) -> None:
        self.begin(self._undo())

    async def _undo(self) -> None:
        done = await self.ask_in_turn(undo.undo_last)
        if done is not None:
            self.screen.tell(f"taken back: {done.text}", "state-done")


def why_words(why: Why) -> str:
    """Why a job is not being drawn, in one line."""
    if why.drawing:
        return f"it is being drawn on {' and '.join(why.drawing)}"
    if not why.reasons:
        return "nothing keeps it: the next free plotter takes it"
    return "; ".join(one.text for one in why.reasons)


def why_lines(why: Why) -> list[Line | str]:
    """Every reason, with its cure below it."""
    if why.drawing or not why.reasons:
        return [why_words(why)]
    lines: list[Line | str] = []
    for one in why.reasons:
        lines.append(one.text)
        if one.cure:
            lines.append(((f"  {one.cure}", "hint"),))
    return lines


def _these(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else plural(len(names), "job")


def _jobs_of(store: Any, ids: Sequence[int]) -> list[Any]:
    """The open jobs of these numbers, in queue order. Not by words: a job may be called `7`."""
    wanted = set(ids)
    return [job for job in intake.open_jobs(store) if job.id in wanted]
