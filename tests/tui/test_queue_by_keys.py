"""The Queue screen arranges the whole queue: grouped, ordered, split, cleaned up, and undone."""

from shown import screen_text, until
from small_studio import add_job
from test_places import names, place, studio

from plotty_tui.store.tables import Job
from plotty_tui.studio.jobs import intake, queue_order
from plotty_tui.tui.dialogs import FormDialog
from plotty_tui.tui.screens.queue_doing import TIME

assert studio  # the fixture of the neighbour


async def fill_in(app, pilot, **typed):
    """Type into the form that is open, and save it."""
    await until(pilot, lambda: isinstance(app.screen, FormDialog))
    for key, text in typed.items():
        app.screen.form._controls[key].value = text
    await pilot.press("ctrl+s")
    await until(pilot, lambda: not isinstance(app.screen, FormDialog))


async def test_a_clients_jobs_are_brought_together_and_parted(studio):
    move = queue_order.Place(to=1)
    queue_order.move_to(studio, intake.open_jobs(studio, ["Studio: Hatch"]), move)
    queue_order.move_to(studio, intake.open_jobs(studio, ["Acme: Card"]), move)
    async with place(studio, "2") as (app, pilot):
        assert names(studio) == ["Acme: Card", "Studio: Hatch", "Acme: Logo"]
        await pilot.press("c")
        await until(pilot, lambda: "the jobs of Acme are together" in screen_text(app))
        assert names(studio) == ["Acme: Card", "Acme: Logo", "Studio: Hatch"]
        await until(pilot, lambda: app.screen.queue.chosen_jobs[0].group == "Acme")
        await pilot.press("c")
        await until(pilot, lambda: "need not stay together" in screen_text(app))
        assert {job.group for job in Job.select()} == {""}
        await pilot.press("u", "u")
        await until(pilot, lambda: names(studio)[1] == "Studio: Hatch")


async def test_the_queue_is_ordered_for_pens_and_for_time(studio):
    add_job(studio, "Large", paper="a3")
    add_job(studio, "Late")
    async with place(studio, "2") as (app, pilot):
        await pilot.press("R")
        await until(pilot, lambda: "no better order: 9 pen changes" in screen_text(app))
        await pilot.press("O")
        await fill_in(app, pilot, least=TIME)
        await until(pilot, lambda: "pen changes 9 → 9, 30 s less in all" in screen_text(app))
        assert names(studio)[-1] == "Large"
        await pilot.press("u")
        await until(pilot, lambda: names(studio)[-1] == "Late")


async def test_the_queue_is_split_and_cleaned_up(studio):
    async with place(studio, "2") as (app, pilot):
        await pilot.press("B")
        await fill_in(app, pilot, size="2")
        await until(
            pilot, lambda: "batches 1 batch_1, 2 batch_2; u takes it back" in screen_text(app)
        )
        assert [job.batch_id for job in Job.select().order_by(Job.position)] == [1, 1, 2]
        await pilot.press("u")
        await until(pilot, lambda: "taken back: queue split into 2 batches" in screen_text(app))
        await pilot.press("C")
        await fill_in(app, pilot, which="unplanned", older="0s")
        await until(pilot, lambda: "cleaned up 0 jobs" in screen_text(app))


async def test_a_job_of_nobody_is_in_no_group(studio):
    Job.update(name="Plain", client=None).where(Job.name == "Acme: Logo").execute()
    async with place(studio, "2") as (app, pilot):
        await until(pilot, lambda: app.screen.queue.chosen_jobs[0].name == "Plain")
        await pilot.press("c")
        await until(pilot, lambda: "Plain is of no client" in screen_text(app))
