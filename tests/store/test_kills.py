"""kill -9 at every statement of what writes the books: all of it is there afterwards, or nothing.

One process makes the books as they are before; for each statement a copy of them is worked on by
a child that kills itself there, and the process looks at what is left.
"""

import json

import pytest

from plotty_tui.store.database import SCHEMA_VERSION

SWEEP = """
import gc, json, os, shutil, signal, traceback
from plotty_tui.store.tables import database
from plotty_tui.store.home import Home

place = Path(sys.argv[1])
{setting}

def statements(act, at=None):
    # Everything that reaches the database goes through these three.
    count = 0
    def counted(function):
        def call(*args, **values):
            nonlocal count
            count += 1
            if count == at:
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*args, **values)
        return call
    for name in ("execute_sql", "begin", "commit"):
        setattr(database, name, counted(getattr(database, name)))
    act()
    if at == count + 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return count

def in_child(work):
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            answer = work()
        except BaseException:
            answer = {{"error": traceback.format_exc()}}
        os.write(writing, json.dumps(answer).encode())
        os._exit(0)
    os.close(writing)
    with open(reading, "rb") as pipe:
        text = pipe.read()
    status = os.waitpid(child, 0)[1]
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return "killed"
    answer = json.loads(text)
    assert not (isinstance(answer, dict) and "error" in answer), answer["error"]
    return answer

def prepared():
    studio = Studio(place / "before")
    prepare(studio)
    studio.close()

def copied(name):
    (place / name).mkdir(mode=0o700)
    shutil.copyfile(Home.at(place / "before").database, Home.at(place / name).database)
    return place / name

def act_on(folder, at=None):
    studio = Studio(folder)
    answer = statements(lambda: act(studio), at)
    studio.close()
    return answer

known = {{}}

def looked_at(folder):
    studio = Studio(folder)
    sound = [row[0] for row in database.execute_sql("PRAGMA integrity_check")]
    whole = chr(10).join(database.connection().iterdump())
    if whole not in known:  # books that are the same to the last row go on in the same way
        found, problems = look(studio), studio.wrong()
        act(studio)  # and it goes on from here
        known[whole] = found, problems, look(studio)
    studio.close()
    found, problems, after = known[whole]
    return [found, problems + sound, after]

prepared()
before = looked_at(copied("whole"))  # all that is loaded late is loaded now, for every child
gc.freeze()
copied("counted")
number = in_child(lambda: act_on(place / "counted"))
found = []
for at in range(1, number + 2):
    folder = copied(f"killed-{{at}}")
    assert in_child(lambda: act_on(folder, at)) == "killed"
    found.append(looked_at(folder))
    shutil.rmtree(folder)
print(json.dumps({{"before": before[0], "done": before[2], "number": number, "found": found}}))
"""

SETTLE = """
def prepare(studio):
    studio.day()

def act(studio):
    from plotty_tui.domain.errors import Refused
    from plotty_tui.domain.runs import Verdict
    run = tables.Run.get()
    last = run.sheets[-1].id
    results = Results(
        verdicts={last: Verdict("spoiled", "smear")}, quality=4, notes="told",
        pens={2: 800.0}, weights={1: (45.2, 44.9)}, sheets_used=4,
    )
    try:
        runs.settle_run(studio.store, run.number, results)
    except Refused:
        assert run.state == "completed"

def look(studio):
    return [
        tables.Run.get().state, tables.Run.get().revision, tables.Run.get().notes,
        sorted(sheet.state for sheet in tables.Sheet.select()), sorted(studio.booked_keys()),
        studio.stock(), [studio.used_mm(pen) for pen in tables.Pen.select()],
        [pen.weight_g for pen in tables.Pen.select()], tables.Job.get().state,
    ]
"""

FINISH = """
def prepare(studio):
    black = studio.pen()
    left = studio.device()
    studio.paper(sheets=5)
    studio.run(studio.job(layers=((black.id, 4, 1000.0), (black.id, 2, 250.0))))
    claim = studio.load(left)
    studio.begin(left, claim)
    studio.progress(left, claim, 3, 700.0)

def act(studio):
    drawing.finish_layer(studio.store, 1, 0, 4, 1000.0, 10.0)

def look(studio):
    sheet, device = tables.Sheet.get(), tables.Device.get()
    return [
        sheet.layer, sheet.ink_mm, sheet.seconds, device.drawn_mm, device.lifts,
        tables.Progress.select().count(), sorted(studio.booked_keys()), tables.Pen.get().state,
    ]
"""

OPEN = """
def prepare(studio):
    studio.paper(sheets=5)
    studio.job("first", copies=2)
    studio.job("second")

def act(studio):
    from plotty_tui.domain.errors import Refused
    found = list(tables.Job.select().order_by(tables.Job.id))
    try:
        runs.open_run(studio.store, [(job, job.copies) for job in found], ["left"], "the batch")
    except Refused:
        assert found[0].state == "active"

def look(studio):
    return [
        [(run.number, run.state) for run in tables.Run.select()],
        [item.name for item in tables.Item.select()], tables.Sheet.select().count(),
        [job.state for job in tables.Job.select()], tables.Batch.select().count(),
        [(row.name, row.last) for row in tables.Sequence.select()],
    ]
"""

GIVE_UP = FINISH.replace(
    "drawing.finish_layer(studio.store, 1, 0, 4, 1000.0, 10.0)",
    """
    if tables.Sheet.get().state != "spoiled":
        sheet_ends.give_up_sheet(studio.store, 1, "smear")
""",
).replace("sheet.layer, ", "sheet.layer, sheet.state, sheet.stroke, ")


@pytest.mark.parametrize(
    "setting",
    [SETTLE, FINISH, OPEN, GIVE_UP],
    ids=["settle_run", "finish_layer", "open_run", "give_up_sheet"],
)
def test_a_kill_at_any_statement_leaves_all_of_it_or_nothing(in_python, memory, setting):
    told = json.loads(in_python(SWEEP.format(setting=setting), memory))
    before, done = told["before"], told["done"]

    assert told["number"] > 10
    assert before != done
    states = []
    for found, problems, after in told["found"]:
        assert found in (before, done)
        assert problems == ["ok"]
        assert after == done
        states.append(found == done)
    # Nothing of it up to the commit, all of it from then on.
    assert states == sorted(states)
    assert states.count(True) >= 1


def test_a_kill_at_any_statement_of_the_first_opening_leaves_books_that_open(in_python, memory):
    script = SWEEP.format(
        setting="""
def prepare(studio): pass
def act(studio): pass
def look(studio): return [len(studio.dump()), studio.store.topics()]
"""
    ).split("prepared()\nbefore")[0]
    found = in_python(
        script
        + """
from plotty_tui.studio.opening import open_studio

def opened(folder, at=None):
    return statements(lambda: open_studio(folder), at)

def fine(folder):
    from playhouse.schema_diff import diff_models
    studio = Studio(folder)
    assert not diff_models(database, tables.TABLES)
    studio.job()
    answer = [look(studio), studio.store.row("PRAGMA user_version").user_version]
    studio.close()
    return answer

fine(place / "whole")  # all that is loaded late is loaded now, for every child
gc.freeze()
number = in_child(lambda: opened(place / "counted"))
found = []
for at in [*range(1, 12), *range(12, number - 8, 17), *range(number - 8, number + 2)]:
    assert in_child(lambda: opened(place / f"killed-{at}", at)) == "killed"
    found.append(fine(place / f"killed-{at}"))
    shutil.rmtree(place / f"killed-{at}")
print(json.dumps([number, found]))
""",
        memory,
    )
    number, states = json.loads(found)

    assert number > 60
    assert all(one == states[0] for one in states)
    assert states[0][1] == SCHEMA_VERSION
