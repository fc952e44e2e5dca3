"""What the keys do about planning, on every screen that shows the queue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plotty_tui.domain.values import clock, metres, plural
from plotty_tui.studio.jobs import intake
from plotty_tui.studio.planning import plans

from .doing import Doings

if TYPE_CHECKING:
    from ..planning import Planning
    from .base import BaseScreen
    from .jobs import JobsScreen


class PlanningDoings(Doings):
    """Plan jobs in processes of their own, of which the screen feels nothing, and stop it."""

    screen: JobsScreen

    @property
    def _planning(self) -> Planning:
        return self.screen.app.planning  # type: ignore[attr-defined,no-any-return]

    def do_job_plan(self) -> None:
        self.begin(self._plan([row.id for row in self.screen.queue.chosen_jobs]))

    def do_job_plan_all(self) -> None:
        wanted = [row for row in self.screen.feed.shot.queue if row.preset is None]
        if not wanted:
            self.screen.tell("every job of the queue is planned", "hint")
            return
        self.begin(self._plan([row.id for row in wanted]))

    def do_job_plan_stop(self) -> None:
        self._planning.stop()

    async def _plan(self, ids: list[int]) -> None:
        if self._planning.is_under_way:
            self.screen.tell("planning is under way: X stops it", "hint")
            return
        listeners = self._listeners()

        def plan(store: Any) -> list[Any] | str:
            wanted = set(ids)
            found = [job for job in intake.open_jobs(store) if job.id in wanted]
            try:
                return plans.plan_jobs(store, found, listeners=listeners)
            except plans.Stopped as stopped:
                return str(stopped)

        try:
            found = await self.ask_studio(plan)
        finally:
            self._planning.end()
        # Somebody who waited may have gone to another screen.
        told = self.screen.app.shown_place  # type: ignore[attr-defined]
        if isinstance(found, str):
            told.tell(found, "hint")
        elif found is not None:
            _tell_planned(told, found)

    def _listeners(self) -> plans.Listeners:
        """Planning begins, watched by the header and the queue's title."""
        ending = self._planning.begin()
        return plans.Listeners(watch=self._planning.watch, ended=ending.is_set, apart=True)

    def do_job_estimate(self) -> None:
        self.begin(self._estimate(self.screen.queue.chosen_jobs[0]))

    async def _estimate(self, row: Any) -> None:
        apart = plans.Listeners(ended=self._planning.left.is_set, apart=True)
        found = await self.ask_studio(plans.estimate_job, row.name, listeners=apart)
        if found is not None:
            self.screen.tell(
                f"{found.name}, preset {found.preset}: {clock(found.seconds)}, "
                f"{metres(found.pen_down_mm)} of ink, {found.lifts} lifts, "
                f"{plural(found.pen_changes, 'pen change')}",
                "state-done",
            )


def _tell_planned(told: BaseScreen, found: list[Any]) -> None:
    refused = [one for one in found if one.error]
    if refused:
        first = f"{refused[0].name}: {refused[0].error}"
        more = f" (and {len(refused) - 1} more)" if len(refused) > 1 else ""
        told.tell(first + more, "state-fault")
    else:
        seconds = sum(one.plan.seconds for one in found if one.plan)
        told.tell(
            f"planned {plural(len(found), 'job')}: {clock(seconds)} at the machine",
            "state-done",
        )
