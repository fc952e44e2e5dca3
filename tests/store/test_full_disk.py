"""A disk that fills up under the studio: nothing is lost, the sentence is true, and the work goes
on once there is room. A small file system where one can be mounted, else a limit on file sizes."""

import json
import os
import subprocess

import pytest

FILL = """
import json, resource
from contextlib import suppress
from plotty_tui.domain.errors import StoreFull
from plotty_tui.store import events
from plotty_tui.store.jobs import queue
from plotty_tui.store.home import write_file

folder, limit = Path(sys.argv[1]), int(sys.argv[2])
ballast = folder.parent / "ballast"
studio = Studio(folder)
run = studio.day()
studio.store.rows("PRAGMA wal_checkpoint(TRUNCATE)")
def file_room(limit):
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
def tighten():
    if limit:
        file_room(limit)
        return
    with ballast.open("wb", buffering=0) as out, suppress(OSError):
        while out.write(b"x" * 4096): pass
def room():
    file_room(resource.RLIM_INFINITY) if limit else ballast.unlink()

tighten()
kept, sentences = 0, set()
for number in range(400):
    try:
        with studio.store.write():
            events.note(studio.store, "fill", f"{number} " + "x" * 4000)
        kept += 1
    except StoreFull as full:
        sentences.add(str(full))
        if number - kept > 4:
            break
before = studio.dump()
for attempt in (
    lambda: studio.settle(run, failed={1: 1}),
    lambda: studio.job("no room", copies=9),
    *([] if limit else [lambda: write_file(folder / "designs" / "a.svg", b"x" * 8_000_000)]),
):
    try:
        attempt()
        sentences.add("there was room")
    except StoreFull as full:
        sentences.add(str(full))
same = studio.dump() == before
seen = tables.Event.select().where(tables.Event.kind == "fill").count()
left = [path.name for path in (folder / "designs").iterdir()]
room()
studio.settle(run, failed={1: 1})
studio.job("room again")
wrong = studio.wrong()
studio.close()
studio = Studio(folder)
after = tables.Event.select().where(tables.Event.kind == "fill").count()
print(json.dumps({
    "kept": kept, "seen": seen, "after": after, "same": same, "left": left, "wrong": wrong,
    "sentences": sorted(sentences), "state": tables.Run.get().state,
    "check": studio.store.row("PRAGMA integrity_check").integrity_check,
    "jobs": queue.job_names(studio.store),
}))
studio.close()
"""


@pytest.fixture
def small_disk(tmp_path):
    """(folder, limit): a folder on a disk of 3 MB and no limit, or any folder and a limit on the
    size of files."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = os.name == "posix" and os.geteuid() == 0 and _mount(place)
    yield place / "studio", 0 if mounted else 600_000
    if mounted:
        subprocess.run(["umount", "-l", place], check=True)


def _mount(place):
    try:
        asked = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=3m", "plotty-test", place],
            capture_output=True,
            check=False,
        )
    except OSError:
        return False
    return asked.returncode == 0


def check(told):
    assert told["kept"] == told["seen"] == told["after"]
    assert told["same"]
    assert told["left"] == []
    assert told["sentences"]
    for sentence in told["sentences"]:
        assert "disk" in sentence
        assert "full" in sentence
        assert "nothing was changed" in sentence
    assert told["wrong"] == []
    assert told["check"] == "ok"
    assert told["state"] == "completed"
    assert told["jobs"] == ["Logo", "room again"]


def test_a_full_disk_loses_nothing_and_says_so(small_disk, in_python):
    check(json.loads(in_python(FILL, *small_disk)))


def test_files_that_may_not_grow_are_a_full_disk(tmp_path, in_python):
    check(json.loads(in_python(FILL, tmp_path / "studio", 600_000)))


def test_a_studio_on_a_full_disk_does_not_open_and_says_why(small_disk, in_python):
    folder, limit = small_disk
    said = in_python(
        """
        import resource
        from plotty_tui.domain.errors import StoreFull
        folder, limit = Path(sys.argv[1]), int(sys.argv[2])
        if limit:
            resource.setrlimit(resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
        else:
            try: (folder.parent / "ballast").write_bytes(b"x" * 2_990_000)
            except OSError: pass
        try:
            Studio(folder)
            print("opened")
        except StoreFull as full:
            print(full)
        if limit:
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
        else:
            (folder.parent / "ballast").unlink()
        print(Studio(folder).job().name)
        """,
        folder,
        limit,
    )

    sentence, after = said.splitlines()
    assert "disk" in sentence
    assert "full" in sentence
    assert after == "Logo"
