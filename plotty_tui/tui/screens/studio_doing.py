"""What the keys of the Studio screen do."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from plotty_tui.domain import jobs
from plotty_tui.domain.values import clock, metres, plural
from plotty_tui.studio import intake, plans, plotting
from plotty_tui.studio.watching import DeviceView

from ..panels.device import DevicePanel
from ..panels.runs import open_first
from .doing import Doings
from .reasons import StudioReasons

if TYPE_CHECKING:
    from .studio import StudioScreen


class StudioDoings(StudioReasons, Doings):
    """The actions of the Studio screen."""

    screen: StudioScreen

    def __init__(self, screen: StudioScreen) -> None:
        super().__init__(screen)
        self._planning = False

    def do_open(self) -> None:
        focused = self.screen.focused
        if focused is self.screen.hand_bar or (
            isinstance(focused, DevicePanel) and focused.hand is not None
        ):
            self.do("hand.ready")
        elif isinstance(focused, DevicePanel):
            self._open_job_of(focused.view)
        elif focused is self.screen.runs_panel:
            self._open_run(self.screen.runs_panel.chosen_run)
        else:
            self.do("job.preview")

    def _open_job_of(self, view: DeviceView) -> None:
        found = [row for row in self.screen.feed.shot.queue if row.name == view.job]
        if found:
            self.open_job(found[0].id)
        else:
            self.screen.tell(f"{view.name} holds no sheet", "hint")

    def _open_run(self, row: Any) -> None:
        if row is not None:
            self.open_run(row.number)

    # Jobs

    def do_job_add(self) -> None:
        from ..dialogs import AddFiles

        self.screen.app.push_screen(AddFiles(self.store), self._added)

    def _added(self, result: Any) -> None:
        self._after_dialog(result)
        if isinstance(result, str) and result:
            self.screen.tell(result, "state-done")

    def do_job_preview(self) -> None:
        self.open_job(self.screen.queue.chosen_jobs[0].id)

    def do_job_plan(self) -> None:
        self.begin(self._plan([row.id for row in self.screen.queue.chosen_jobs]))

    def do_job_plan_all(self) -> None:
        wanted = [row for row in self.screen.feed.shot.queue if row.preset is None]
        if not wanted:
            self.screen.tell("every job of the queue is planned", "hint")
            return
        self.begin(self._plan([row.id for row in wanted]))

    async def _plan(self, ids: list[int]) -> None:
        if self._planning:
            self.screen.tell("planning is under way: wait for it", "hint")
            return
        self._planning = True
        loop, done = asyncio.get_running_loop(), [0]

        def told(planned: Any) -> None:
            done[0] += 1
            loop.call_soon_threadsafe(self._planned, planned, done[0], len(ids))

        def plan(store: Any) -> list[Any]:
            return plans.plan_jobs(store, _jobs_of(store, ids), on_planned=told)

        self.screen.tell(f"planning {plural(len(ids), 'job')} …", "hint", seconds=600)
        try:
            found = await self.ask_studio(plan)
        finally:
            self._planning = False
        if found is None:
            return
        refused = [one for one in found if one.error]
        if refused:
            first = f"{refused[0].name}: {refused[0].error}"
            more = f" (and {len(refused) - 1} more)" if len(refused) > 1 else ""
            self.screen.tell(first + more, "state-fault")
        else:
            seconds = sum(one.plan.seconds for one in found if one.plan)
            self.screen.tell(
                f"planned {plural(len(found), 'job')}: {clock(seconds)} at the machine",
                "state-done",
            )

    def _planned(self, planned: Any, number: int, total: int) -> None:
        if total > 1 and number < total:
            self.screen.tell(f"planned {number} of {total}: {planned.name}", "hint", seconds=600)

    def do_job_start(self) -> None:
        self.begin(self._start([row.id for row in self.screen.queue.chosen_jobs]))

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
        self.screen.tell("; ".join([text, *started.notes]), "state-done")
        self.screen.queue.set_marks(())

    def do_job_estimate(self) -> None:
        self.begin(self._estimate(self.screen.queue.chosen_jobs[0]))

    async def _estimate(self, row: Any) -> None:
        found = await self.ask_studio(plans.estimate_job, row.name)
        if found is not None:
            self.screen.tell(
                f"{found.name}, preset {found.preset}: {clock(found.seconds)}, "
                f"{metres(found.pen_down_mm)} of ink, {found.lifts} lifts, "
                f"{plural(found.pen_changes, 'pen change')}",
                "state-done",
            )

    def do_job_up(self) -> None:
        self._move(-1)

    def do_job_down(self) -> None:
        self._move(1)

    def _move(self, by: int) -> None:
        row = self.screen.queue.job(self.screen.queue.cursor_key)

        async def move() -> None:
            moved = await self.ask_studio(intake.move, row.id, by)
            if moved is False:
                word = jobs.PRIORITY_WORDS[row.priority]
                end = "first" if by < 0 else "last"
                self.screen.tell(f"{row.name} is the {end} of {word} priority: i", "hint")

        if row is not None:
            self.begin(move())

    def do_job_priority(self) -> None:
        async def change() -> None:
            for row in self.screen.queue.chosen_jobs:
                fresh = row.priority - 1 or jobs.LOW
                if await self.ask_studio(intake.set_priority, row.id, fresh) is None:
                    self.screen.tell(f"{row.name}: {jobs.PRIORITY_WORDS[fresh]} priority", "hint")

        self.begin(change())

    def do_job_remove(self) -> None:
        chosen = self.screen.queue.chosen_jobs
        ink = sum(row.ink_mm for row in chosen)
        what = chosen[0].name if len(chosen) == 1 else f"{len(chosen)} jobs"

        def remove(yes: bool | None) -> None:
            if yes:
                self.begin(self._remove([row.name for row in chosen]))

        self._confirm(
            f"Remove {what}?",
            f"{plural(len(chosen), 'job')} with {metres(ink)} of ink leave the queue; what was "
            "drawn stays in the books.",
            remove,
        )

    async def _remove(self, names_of: list[str]) -> None:
        gone = await self.ask_studio(intake.remove_jobs, names_of)
        if gone:
            names = gone[0][0] if len(gone) == 1 else plural(len(gone), "job")
            archived = " (what was drawn stays in the books)" if gone[0][1] == "archived" else ""
            self.screen.queue.set_marks(())
            self.screen.tell(f"removed {names}{archived}", "state-done")

    # What is under way

    def do_device_cancel(self) -> None:
        row = self.job_to_cancel()
        if row is not None:
            self._cancel_job(row)
        else:
            super().do_device_cancel()

    def _cancel_job(self, row: Any) -> None:
        from plotty_tui.studio.watching import job_devices

        on = job_devices(row)
        effect = "Its copies that are not drawn yet leave the run."
        if on:
            effect += f" The sheet on {' and '.join(on)} is given up."
        self._confirm(
            f"Cancel {row.name}?",
            effect,
            lambda yes: self.order(plotting.cancel, row.name) if yes else None,
        )

    # Runs

    def do_run_complete(self) -> None:
        from ..dialogs import CompleteRun

        chosen = self.screen.runs_panel.chosen_run
        if chosen is None or not chosen.awaiting:
            chosen = open_first(self.screen.feed.shot.runs)[0]
        number = chosen.number

        def completed(result: Any) -> None:
            self._after_dialog(result)
            if result is not None:
                good = sum(item.good for item in result.items)
                self.screen.tell(f"{result.name} is settled: {good} good", "state-done")

        self.screen.app.push_screen(CompleteRun(self.store, number), completed)

    # View

    def do_view_zoom(self) -> None:
        self.screen.zoom()

    def do_find_filter(self) -> None:
        self.screen.open_filter()


def _jobs_of(store: Any, ids: Sequence[int]) -> list[Any]:
    """The open jobs of these numbers, in queue order. Not by words: a job may be called `7`."""
    wanted = set(ids)
    return [job for job in intake.open_jobs(store) if job.id in wanted]
