"""Ten processes that add, order, hold and split one queue at once."""

from plotty_tui.store.jobs import queue, queue_order
from plotty_tui.store.tables import Batch, Change, Job

WHAT_EACH_DOES = """
import random
from plotty_tui.domain.errors import PlottyError
from plotty_tui.studio.jobs import holding, intake, queue_batches, undo
from plotty_tui.studio.jobs.queue_order import Place, move_to, reorder_by_pens

studio = Studio(Path(sys.argv[1])); me = int(sys.argv[2]); store = studio.store
rnd = random.Random(me)
print('ready', flush=True); sys.stdin.readline()

def any_job():
    found = intake.open_jobs(store)
    return [rnd.choice(found)]

def add():
    job = studio.job(f'{me}-{add.number}', planned=False)
    add.number += 1
    studio.plan(job, ((1 + rnd.randrange(4), 2, 9.0),))  # refused when somebody moved it since
add.number = 0

doings = [
    add, add,
    lambda: reorder_by_pens(store),
    lambda: move_to(store, any_job(), Place(end=rnd.choice(['first', 'last']))),
    lambda: holding.hold_jobs(store, any_job(), f'by {me}'),
    lambda: holding.release_jobs(store, any_job()),
    lambda: queue_batches.split_queue(store, 4, 'batch_{n}'),
    lambda: undo.undo_last(store),
]
for doing in (add, *rnd.choices(doings, k=9)):
    try:
        doing()
    except PlottyError as refused:
        print('refused', refused, file=sys.stderr)
print(add.number)
"""


def test_ten_at_once_lose_double_and_part_nothing(studio, start):
    for name in ("black", "red", "blue", "green"):
        studio.pen(name)
    processes = [start(WHAT_EACH_DOES, studio.folder, who) for who in range(10)]
    for process in processes:
        assert process.stdout.readline() == "ready\n", process.stderr.read()
    for process in processes:
        process.stdin.write("\n")
        process.stdin.flush()
    added = {}
    for who, process in enumerate(processes):
        out, problems = process.communicate(timeout=100)
        assert process.returncode == 0, problems
        assert "Traceback" not in problems
        added[who] = int(out)

    names = sorted(queue.job_names(studio.store))
    assert names == sorted(f"{who}-{k}" for who, count in added.items() for k in range(count))
    places = sorted(job.position for job in Job.select())
    assert places == list(range(1, len(names) + 1)), "no gap, no place twice"
    numbers = queue_order.numbers(studio.store)
    assert sorted(numbers.values()) == list(range(1, len(names) + 1))
    batches = [batch.id for batch in Batch.select()]
    assert len(batches) == len(set(batches))
    sizes = {}
    for job in Job.select().where(Job.batch.is_null(False)):
        sizes[job.batch_id] = sizes.get(job.batch_id, 0) + 1
    assert all(size <= 4 for size in sizes.values())
    assert Change.select().count() > 20
    assert studio.wrong() == []
