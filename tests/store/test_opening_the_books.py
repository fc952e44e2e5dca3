import ast
import os
import sqlite3
from pathlib import Path

import peewee
import pytest

import plotty_tui
from plotty_tui.domain.errors import Conflict, Refused, StoreFull
from plotty_tui.store import database as books
from plotty_tui.store import events
from plotty_tui.store.home import Home, write_file, write_files
from plotty_tui.store.machines import devices
from plotty_tui.store.tables import TABLES, TOPICS, Job, database
from plotty_tui.studio.opening import open_studio


def test_books_made_from_nothing_are_exactly_the_tables(studio):
    from playhouse.schema_diff import diff_models

    difference = diff_models(database, TABLES)
    assert not difference, difference
    assert studio.store.row("PRAGMA user_version").user_version == books.SCHEMA_VERSION
    assert studio.store.row("PRAGMA application_id").application_id == books.APPLICATION_ID


def test_the_books_are_kept_as_the_rules_say(studio):
    def pragma(name):
        return next(iter(studio.store.row(f"PRAGMA {name}").__dict__.values()))

    assert pragma("journal_mode") == "wal"
    assert pragma("synchronous") == 2
    assert pragma("foreign_keys") == 1
    assert pragma("busy_timeout") == 10_000


def test_what_counts_is_written_in_full_also_after_progress(studio):
    device = studio.device()

    def sync():
        return studio.store.row("PRAGMA synchronous").synchronous

    with studio.store.write(durable=False):
        assert sync() == 1
    assert sync() == 2
    with pytest.raises(RuntimeError), studio.store.write(durable=False):
        raise RuntimeError
    assert sync() == 2
    devices.save_progress(studio.store, device.id, False, stroke=3)
    assert sync() == 2


def test_opening_again_changes_nothing(studio):
    studio.job()
    before = studio.dump()
    studio.close()
    studio.store = open_studio(studio.folder)

    assert studio.dump() == before
    assert studio.store.row("SELECT count(*) AS n FROM schema_migration").n == books.SCHEMA_VERSION


@pytest.mark.parametrize("journal", ["wal", "delete"])
def test_books_of_a_newer_program_are_left_alone(studio, journal):
    studio.job()
    studio.close()
    path = Home.at(studio.folder).database
    other = sqlite3.connect(path)
    other.execute("PRAGMA user_version=99")
    other.execute(f"PRAGMA journal_mode={journal}")
    other.close()
    before = path.read_bytes()

    with pytest.raises(Refused) as refused:
        open_studio(studio.folder)
    assert f"books 99, this program knows {books.SCHEMA_VERSION}" in str(refused.value)
    assert "nothing was changed" in str(refused.value)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "content", [b"not a database at all" * 100, b"SQLite format 3\0" + b"\xff" * 4096, b"\0" * 4096]
)
def test_a_file_of_garbage_is_one_sentence_and_stays_as_it_is(tmp_path, content):
    home = Home.at(tmp_path / "studio")
    home.prepare()
    home.database.write_bytes(content)

    with pytest.raises(Refused, match="is damaged: restore a backup, nothing was changed") as one:
        open_studio(home.data)
    assert str(home.database) in str(one.value)
    assert home.database.read_bytes() == content
    database.close()


def test_a_studio_is_its_owners_alone(tmp_path):
    folder = tmp_path / "studio"
    folder.mkdir(mode=0o755)
    mask = os.umask(0)
    try:
        store = open_studio(folder)
        with store.write():
            events.note(store, "test", "written")
        modes = {
            str(path.relative_to(folder)): path.stat().st_mode & 0o777
            for path in (folder, *folder.rglob("*"))
            if path.is_dir() or path.name.startswith("plotty.db")
        }
        store.close()
    finally:
        os.umask(mask)

    assert modes.pop("plotty.db") == modes.pop("plotty.db-wal") == 0o600
    assert modes.pop("plotty.db-shm") == 0o600
    assert set(modes.values()) == {0o700}


def test_a_folder_of_somebody_else_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "getuid", lambda: 12345)

    with pytest.raises(Refused, match="belongs to another user: set PLOTTY_HOME"):
        open_studio(tmp_path / "studio")


def test_a_place_where_no_folder_can_be_is_a_sentence(tmp_path):
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(Refused, match=r"cannot write .*studio: Not a directory"):
        open_studio(tmp_path / "file" / "studio")


@pytest.mark.parametrize("topic", TOPICS)
def test_every_change_of_a_table_moves_its_topic_and_no_other(studio, topic):
    for table in TOPICS[topic]:
        before = studio.store.topics()
        with studio.store.write():
            database.execute_sql("PRAGMA defer_foreign_keys=1")
            row = _smallest(table)
            columns = ", ".join(f'"{name}"' for name in row)
            marks = ", ".join("?" * len(row))
            name = table._meta.table_name
            key = table._meta.primary_key.column_name
            database.execute_sql(
                f'INSERT INTO "{name}" ({columns}) VALUES ({marks})', tuple(row.values())
            )
            database.execute_sql(f'UPDATE "{name}" SET "{key}" = "{key}"')
            database.execute_sql(f'DELETE FROM "{name}"')
        after = studio.store.topics()

        moved = {one: after[one] - before[one] for one in after if after[one] != before[one]}
        assert moved == {topic: 3}, table


def _smallest(table):
    values = {}
    for field in table._meta.sorted_fields:
        if isinstance(field, peewee.AutoField) or field.null:
            continue
        number = isinstance(field, peewee.IntegerField | peewee.FloatField | peewee.ForeignKeyField)
        values[field.column_name] = 1 if number else "1"
    return values


def test_a_reader_notices_what_others_write_and_not_itself(studio, in_python):
    seen = studio.store.version()
    studio.job()
    assert studio.store.version() == seen
    in_python("Studio(Path(sys.argv[1])).job('other'); print('done')", studio.folder)
    assert studio.store.version() != seen
    assert studio.store.topics()["queue"] > 0


def test_a_use_case_that_fails_leaves_nothing(studio):
    before = studio.dump()

    with pytest.raises(RuntimeError), studio.store.write():
        studio.job("outer")
        with pytest.raises(ValueError, match="inner"), studio.store.write():
            studio.job("inner")
            raise ValueError("inner")
        assert Job.select().count() == 1
        raise RuntimeError
    assert studio.dump() == before


def test_several_reads_see_one_moment(studio, in_python):
    with studio.store.read():
        before = Job.select().count()
        in_python("Studio(Path(sys.argv[1])).job('other')", studio.folder)
        assert Job.select().count() == before
    assert Job.select().count() == before + 1


def test_books_that_stay_locked_are_a_sentence(studio):
    other = sqlite3.connect(Home.at(studio.folder).database)
    other.execute("BEGIN IMMEDIATE")
    database.execute_sql("PRAGMA busy_timeout=50")
    try:
        with pytest.raises(Conflict, match="the books stayed locked for 10 s: try again"):
            studio.job()
    finally:
        other.rollback()
        other.close()
    assert studio.job().id


def test_a_full_disk_is_named_though_another_error_hides_it(studio):
    used = studio.store.row("PRAGMA page_count").page_count
    database.execute_sql(f"PRAGMA max_page_count={used}")
    before = studio.dump()

    with pytest.raises(StoreFull, match="the disk is full: nothing was changed"):
        for number in range(2000):
            with studio.store.write():
                events.note(studio.store, "test", f"{number} " + "x" * 2000)
            before["Event"].append(())
    assert len(studio.dump()["Event"]) == len(before["Event"])
    database.execute_sql(f"PRAGMA max_page_count={used * 100}")
    assert studio.job().id


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (sqlite3.OperationalError("database or disk is full"), StoreFull, "the disk is full"),
        (peewee.OperationalError("disk I/O error"), StoreFull, "disk full or failing"),
        (peewee.OperationalError("database is locked"), Conflict, "stayed locked"),
        (sqlite3.DatabaseError("database disk image is malformed"), Refused, "is damaged"),
        (sqlite3.DatabaseError("file is not a database"), Refused, "is damaged"),
        (
            peewee.OperationalError("attempt to write a readonly database"),
            Refused,
            "cannot be opened for writing",
        ),
        (peewee.OperationalError("unable to open database file"), Refused, "permissions"),
    ],
)
def test_what_the_database_says_is_told_as_one_sentence(error, kind, words):
    with pytest.raises(kind, match=words) as told, books.explained():
        raise error
    assert "\n" not in str(told.value)


def test_an_error_of_the_program_is_not_hidden():
    error = sqlite3.OperationalError("no such table: job")

    with pytest.raises(sqlite3.OperationalError), books.explained():
        raise error


def test_a_file_is_whole_or_not_there(tmp_path, monkeypatch):
    def full(self, target):
        raise OSError(28, "No space left on device")

    write_file(tmp_path / "old", b"old")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", full)
        for write in (
            lambda: write_file(tmp_path / "old", b"new"),
            lambda: write_files({tmp_path / "a": b"a", tmp_path / "b": b"b"}),
        ):
            with pytest.raises(StoreFull, match="the disk is full"):
                write()
    assert [path.name for path in tmp_path.iterdir()] == ["old"]
    assert (tmp_path / "old").read_bytes() == b"old"
    write_files({tmp_path / "old": b"new", tmp_path / "a": b"a"})
    assert (tmp_path / "old").read_bytes() == b"old"


def test_a_hostile_plotter_name_stays_in_its_folder(tmp_path):
    home = Home.at(tmp_path)
    files = {home.ink_file(name) for name in ("../../x", "a/b", "a_b", "ä", "..", "")}

    assert len(files) == 6
    assert {file.parent for file in files} == {home.data / "simulators"}


def test_the_environment_names_the_studio(monkeypatch, tmp_path):
    monkeypatch.setenv("PLOTTY_HOME", str(tmp_path / "mine"))

    assert Home.find() == Home.at(tmp_path / "mine")
    assert Home.find().config == tmp_path / "mine" / "config"


READERS = {"open", "read_bytes", "read_text", "write_bytes", "write_text", "copy", "copy2",
           "copyfile", "copytree", "move", "rename", "replace", "unlink", "link_to",
           "hardlink_to", "mmap", "sendfile", "sha256"}  # fmt: skip


def test_no_module_touches_the_database_file_by_hand():
    """Closing it anywhere in the process drops SQLite's locks: only the store names the file, to
    connect, to look whether it is there, and to say its name."""
    package = Path(plotty_tui.__file__).parent
    touched = []
    for path in package.rglob("*.py"):
        name = path.relative_to(package).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _called(node) in READERS and _is_database(node):
                touched.append(f"{name}:{node.lineno} {ast.unparse(node)}")
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "sqlite3.connect":
                touched.append(f"{name}:{node.lineno} connects by itself")
    assert touched == []


def _called(call):
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _is_database(call):
    parts = [call.func.value] if isinstance(call.func, ast.Attribute) else []
    return any(
        (isinstance(node, ast.Attribute) and node.attr == "database")
        or (isinstance(node, ast.Constant) and "plotty.db" in str(node.value))
        for part in (*parts, *call.args)
        for node in ast.walk(part)
    )
