"""Several real processes on one studio at once."""

import os
import subprocess
import sys

import pytest

from plotty_tui.store.home import Home
from plotty_tui.store.jobs import queue
from plotty_tui.store.tables import Job

WAIT = "print('ready', flush=True); sys.stdin.readline()\n"


def together(processes):
    """All of them begin in the same moment; what each said at its end."""
    for process in processes:
        assert process.stdout.readline() == "ready\n", process.stderr.read()
    for process in processes:
        process.stdin.write("\n")
        process.stdin.flush()
    said = []
    for process in processes:
        out, problems = process.communicate(timeout=100)
        assert process.returncode == 0, problems
        said.append(out.split())
    return said


def test_two_commands_that_add_at_once_lose_and_double_nothing(studio, tmp_path):
    for number in range(6):
        (tmp_path / f"d{number}.svg").write_text(
            '<svg xmlns="http://www.w3.org/2000/svg" width="50mm" height="50mm" '
            f'viewBox="0 0 50 50"><path d="M1 1L{number + 5} 40" stroke="#000"/></svg>'
        )
    shared = ["d0.svg", "d1.svg"]
    environment = {**os.environ, "PLOTTY_HOME": str(studio.folder)}
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "plotty_tui", "add", *files],
            cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        for files in ([*shared, "d2.svg", "d3.svg"], [*shared, "d4.svg", "d5.svg"])
    ]  # fmt: skip
    for process in running:
        problems = process.communicate(timeout=60)[1]
        assert process.returncode == 0, problems

    names = queue.job_names(studio.store)
    assert {f"d{number}" for number in range(6)} <= set(names)
    assert len(names) == len(set(names))
    positions = [job.position for job in Job.select()]
    assert len(set(positions)) == len(positions)
    home = Home.at(studio.folder)
    for job in Job.select():
        assert home.design_file(job.design.sha256).exists()
        assert home.strokes_file(job.design.sha256).exists()


def test_ten_processes_that_add_at_once_lose_and_double_nothing(studio, start):
    script = WAIT + (
        "studio = Studio(Path(sys.argv[1]))\n"
        "for number in range(8):\n"
        "    studio.job(f'{sys.argv[2]}-{number}', planned=number % 2, client='Acme')\n"
    )
    together([start(script, studio.folder, who) for who in range(10)])

    names = queue.job_names(studio.store)
    assert sorted(names) == sorted(f"{who}-{number}" for who in range(10) for number in range(8))
    assert sorted(job.position for job in Job.select()) == list(range(1, 81))
    assert studio.store.row("SELECT count(*) AS n FROM client").n == 1
    for who in range(10):
        mine = [name for name in names if name.startswith(f"{who}-")]
        assert mine == sorted(mine)


def test_ten_processes_that_open_a_new_studio_make_it_once(tmp_path, start, new_studio):
    script = WAIT + "Studio(Path(sys.argv[1])).job(sys.argv[2]); print('done')"
    folder = tmp_path / "fresh"
    together([start(script, folder, who) for who in range(10)])

    new_studio("other").close()
    from plotty_tui.studio.opening import open_studio

    store = open_studio(folder)
    assert sorted(queue.job_names(store)) == [str(who) for who in range(10)]
    store.close()


def test_of_two_that_complete_a_run_at_once_one_wins(studio, start):
    run = studio.day()
    script = (
        "from plotty_tui.domain.errors import Refused\n"
        "studio = Studio(Path(sys.argv[1]))\n" + WAIT + "try:\n"
        "    runs.settle_run(studio.store, 1, Results(\n"
        "        failed={1: int(sys.argv[2])}, pens={1: 2900.0}, weights={1: (45.2, 44.9)},\n"
        "        sheets_used=4), sys.argv[2])\n"
        "    print('won', sys.argv[2])\n"
        "except Refused as refused:\n"
        "    assert 'is completed already' in str(refused)\n"
        "    print('refused')\n"
    )
    said = together([start(script, studio.folder, failed) for failed in (1, 2, 3)])

    winners = [int(one[1]) for one in said if one[0] == "won"]
    assert len(winners) == 1
    assert said.count(["refused"]) == 2
    states = [sheet.state for sheet in studio.again(run).sheets]
    assert (states.count("spoiled"), states.count("good")) == (winners[0], 3 - winners[0])
    settled = [key for key in studio.booked_keys() if key.startswith(("settle:", "weigh:"))]
    assert sorted(settled) == ["settle:1:paper:1", "settle:1:pen:1", "weigh:1:pen:1"]
    assert len([key for key in studio.booked_keys() if key.startswith("waste:")]) == 3 * winners[0]
    assert studio.stock() == 6
    assert studio.wrong() == []


def test_of_two_that_open_a_run_of_one_job_at_once_one_wins(studio, start):
    studio.job(copies=3)
    script = (
        "from plotty_tui.domain.errors import Refused\n"
        "studio = Studio(Path(sys.argv[1])); job = tables.Job.get()\n" + WAIT + "try:\n"
        "    print(studio.run(job).number)\n"
        "except Refused as refused:\n"
        "    assert 'being drawn already' in str(refused)\n"
    )
    said = together([start(script, studio.folder) for _ in range(3)])

    assert sorted(said) == [[], [], ["1"]]
    assert studio.store.row("SELECT count(*) AS n FROM sheet").n == 3


def test_plotters_that_claim_at_once_never_hold_one_sheet(studio, start):
    studio.job(copies=24)
    names = ("left", "right", "third", "fourth")
    plotters = [studio.device(name) for name in names]
    studio.run(Job.get())
    script = (
        "studio = Studio(Path(sys.argv[1])); me = tables.Device.get_by_id(int(sys.argv[2]))\n"
        + WAIT
        + "while (claim := claims.claim_sheet(studio.store, me.id)) is not None:\n"
        "    drawing.move_sheet(studio.store, claim.sheet, 'loaded')\n"
        "    studio.begin(me, claim); studio.finish(claim)\n"
        "    sheet_ends.finish_sheet(studio.store, claim.sheet)\n"
        "    print(claim.sheet)\n"
    )
    said = together([start(script, studio.folder, one.id) for one in plotters])

    drawn = [int(sheet) for one in said for sheet in one]
    assert sorted(drawn) == list(range(1, 25))
    assert studio.store.row("SELECT count(*) AS n FROM sheet_layer").n == 24
    studio.settle(studio.again(type(studio.sheet(1).run).get()))


@pytest.mark.parametrize("replays", [2, 4])
def test_a_layer_that_is_told_by_several_processes_books_once(studio, start, replays):
    black, left = studio.pen(), studio.device()
    studio.run(studio.job(layers=((black.id, 4, 1000.0),)))
    claim = studio.load(left)
    studio.begin(left, claim)
    script = (
        "studio = Studio(Path(sys.argv[1]))\n"
        + WAIT
        + "drawing.finish_layer(studio.store, int(sys.argv[2]), 0, 4, 1000.0, 10.0)\n"
    )
    together([start(script, studio.folder, claim.sheet) for _ in range(replays)])

    assert studio.used_mm(black) == 1000
    assert studio.again(left).drawn_mm == 1000
    assert studio.wrong() == []


def test_editors_at_once_lose_no_change(studio, start):
    studio.job(planned=False)
    script = (
        "from plotty_tui.domain.errors import Conflict\n"
        "studio = Studio(Path(sys.argv[1]))\n" + WAIT + "for number in range(20):\n"
        "    queue.change_job(studio.store, 1, **{sys.argv[2]: str(number)})\n"
    )
    columns = ("category", "held", "paper")
    together([start("from plotty_tui.store.jobs import queue\n" + script, studio.folder, column)
              for column in columns])  # fmt: skip

    job = Job.get()
    assert [getattr(job, column) for column in columns] == ["19", "19", "19"]
    assert job.revision == 61
