"""Backups of the whole studio: what comes back is what was kept, and a damaged one is refused."""

import hashlib
import json
import os
import random
import shutil
import sqlite3
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from plotty_tui.domain.errors import Refused
from plotty_tui.store import events, restoring
from plotty_tui.store.database import Store, open_store
from plotty_tui.store.home import Home, write_file
from plotty_tui.store.tables import Job
from plotty_tui.studio.jobs import intake
from plotty_tui.studio.upkeep import backups
from plotty_tui.studio.upkeep.restoring import restore_backup

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="50mm" height="50mm" viewBox="0 0 50 50">'
    '<path d="M5 {y} L45 {y}" fill="none" stroke="#000"/></svg>'
)
FLIPS = 100


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small studio with three jobs, closed."""
    folder = tmp_path_factory.mktemp("made")
    store = open_store(Home.at(folder / "home"))
    for y in (10, 20, 30):
        (folder / f"{y}.svg").write_text(SVG.format(y=y))
        intake.add_designs(store, [str(folder / f"{y}.svg")], intake.Wish(name=f"Line {y}"))
    events.put_setting(store, "notify", {"studio_email": "here@example.org"})
    write_file_in_config(store)
    store.close()
    return folder / "home"


def write_file_in_config(store: Store) -> None:
    store.home.config.mkdir(exist_ok=True)
    write_file(store.home.config / "keys.toml", b"[keys]\n")


@pytest.fixture
def store(made: Path, tmp_path: Path) -> Iterator[Store]:
    shutil.copytree(made, tmp_path / "home")
    opened = open_store(Home.at(tmp_path / "home"))
    yield opened
    opened.close()


def names() -> list[str]:
    return [job.name for job in Job.select().order_by(Job.id)]


def test_what_was_kept_comes_back(store: Store) -> None:
    kept, _ = backups.create_backup(store)
    assert backups.verify_backup(kept.file).counts == {"jobs": 3, "designs": 3, "runs": 0}
    with store.write():
        Job.delete().where(Job.name == "Line 10").execute()
        Job.update(name="Changed").where(Job.name == "Line 20").execute()
    lost = next((store.home.data / "designs").iterdir())
    lost.unlink()

    done = restore_backup(kept.file, home=store.home)

    assert names() == ["Line 10", "Line 20", "Line 30"]
    assert lost.is_file()
    assert backups.verify_backup(done.kept).counts["jobs"] == 2, "the studio as it was"
    assert sqlite3.connect(store.home.database).execute("PRAGMA journal_mode").fetchone() == (
        "wal",
    )


def test_flipped_and_cut_backups_are_refused_and_change_nothing(
    store: Store, tmp_path: Path
) -> None:
    kept, _ = backups.create_backup(store)
    whole, chance = kept.file.read_bytes(), random.Random(7)
    broken = tmp_path / "broken.plotty"
    before = names()
    for number in range(FLIPS):
        data = bytearray(whole)
        at = chance.randrange(len(data))
        data[at] ^= 1 << chance.randrange(8)
        cut = chance.randrange(len(whole))
        broken.write_bytes(bytes(data) if number % 2 else whole[:cut])
        with pytest.raises(Refused):
            backups.verify_backup(broken)
    for data in (whole[:-1], whole + b"x", b"", b"PK\x05\x06" + b"\0" * 100):
        broken.write_bytes(data)
        with pytest.raises(Refused):
            restore_backup(broken, home=store.home)
    assert names() == before
    assert not list(store.home.data.glob(".restoring*"))


def sealed_again(source: Path, target: Path, change: dict[str, object] | None = None,
                 parts: dict[str, bytes] | None = None) -> None:  # fmt: skip
    """The backup written anew with all its sums right: what somebody who means harm would do."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        said = json.loads(old.read(backups.MANIFEST))
        for part in said["parts"]:
            new.writestr(part["path"], old.read(part["path"]))
        for name, data in (parts or {}).items():
            new.writestr(name, data)
            said["parts"].append(
                {"path": name, "sha256": hashlib.sha256(data).hexdigest(),
                 "size": len(data)}
            )  # fmt: skip
        said |= change or {}
        said["sha256"] = backups._sum_of(said)
        new.writestr(backups.MANIFEST, json.dumps(said))
        new.comment = backups.SEAL + b"0" * 64
    backups._seal(target)


@pytest.mark.parametrize(
    "name", ["../evil", "/etc/evil", "designs/../../evil", "a/b", "designs\\evil", ".hidden",
             "designs/.x", "config/" + "a/" * 8 + "b"],
)  # fmt: skip
def test_parts_that_would_lie_elsewhere_are_refused(
    store: Store, tmp_path: Path, name: str
) -> None:
    kept, _ = backups.create_backup(store)
    evil = tmp_path / "evil.plotty"
    sealed_again(kept.file, evil, parts={name: b"x"})

    with pytest.raises(Refused, match="does not belong to a studio"):
        restore_backup(evil, home=store.home)


def test_a_backup_of_a_newer_plotty_is_refused(store: Store, tmp_path: Path) -> None:
    kept, _ = backups.create_backup(store)
    newer = tmp_path / "newer.plotty"
    sealed_again(kept.file, newer, {"books": 99, "plotty": "9.0"})

    with pytest.raises(Refused, match=r"newer plotty \(9\.0, books 99"):
        restore_backup(newer, home=store.home)


def test_hooks_and_addresses_stay_as_they_are(store: Store) -> None:
    kept, _ = backups.create_backup(store)
    mine = {"studio_email": "new@example.org", "hooks": [["/bin/true"]]}
    events.put_setting(store, "notify", mine)

    restore_backup(kept.file, home=store.home)
    assert events.get_setting(store, "notify") == mine

    restore_backup(kept.file, True, store.home)
    assert events.get_setting(store, "notify") == {"studio_email": "here@example.org"}


def test_what_was_being_drawn_is_held(store: Store) -> None:
    with store.write():
        Job.update(state="active").where(Job.name == "Line 20").execute()
    kept, _ = backups.create_backup(store)

    done = restore_backup(kept.file, home=store.home)

    assert done.held == ["Line 20"]
    assert "restored from a backup" in Job.get(Job.name == "Line 20").held


def test_nothing_is_restored_while_an_engine_runs(store: Store) -> None:
    kept, _ = backups.create_backup(store)
    with store.write():
        Job.delete().where(Job.name == "Line 10").execute()

    with restoring.no_engine(store.home), pytest.raises(Refused, match="an engine runs"):
        restore_backup(kept.file, home=store.home)

    assert names() == ["Line 20", "Line 30"]


@pytest.mark.parametrize("from_byte", [0, 4096])
def test_damaged_books_are_set_aside(store: Store, from_byte: int) -> None:
    kept, _ = backups.create_backup(store)
    home = store.home
    store.close()
    for path in home.data.glob("plotty.db-*"):
        path.unlink()
    books = home.data / "plotty.db"
    data = books.read_bytes()
    books.write_bytes(data[:from_byte] + b"\xff" * (len(data) - from_byte))

    done = restore_backup(kept.file, home=home)

    assert names() == ["Line 10", "Line 20", "Line 30"]
    assert (done.kept / "plotty.db").is_file()


def test_whoever_has_the_studio_open_sees_what_was_restored(store: Store) -> None:
    kept, _ = backups.create_backup(store)
    with store.write():
        Job.delete().where(Job.name == "Line 10").execute()
    other = sqlite3.connect(store.home.database)
    assert other.execute("SELECT count(*) FROM job").fetchone() == (2,)

    restore_backup(kept.file, home=store.home)

    assert other.execute("SELECT count(*) FROM job").fetchone() == (3,)
    other.close()
    with store.write():
        Job.update(name="Later").where(Job.name == "Line 30").execute()
    assert names() == ["Line 10", "Line 20", "Later"]


def test_the_oldest_backups_go(store: Store) -> None:
    for number in range(5):
        kept, _ = backups.create_backup(store, keep=3)
        os.utime(kept.file, (number, number))
    assert len(backups.backups(store)) == 3
    elsewhere = store.home.data / "mine.plotty"
    backups.create_backup(store, elsewhere, keep=1)
    assert len(backups.backups(store)) == 3, "a file of one's own drops none"
    with pytest.raises(Refused, match="there already"):
        backups.create_backup(store, elsewhere)
