"""Restoring a backup: unpacked into a folder of its own, checked like the studio at hand, and only
then put in its place; what was there is kept as a backup."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from plotty_tui.domain import values
from plotty_tui.domain.errors import Refused
from plotty_tui.store import events, health, restoring
from plotty_tui.store.database import Store, open_store
from plotty_tui.store.home import Home, write_files
from plotty_tui.store.notices import SETTING as NOTIFY
from plotty_tui.store.production.runs import check_books

from .backups import BEFORE_RESTORE, BOOKS, FOLDERS, Backup, create_backup, unpack


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restoring did: the backup, where the studio as it was is kept, the jobs that are
    held, and whether notices go out as before (False: as the backup says)."""

    backup: Backup
    kept: Path
    held: list[str]
    own_notices: bool


def restore_backup(path: Path, with_notices: bool = False, home: Home | None = None) -> Restored:
    """Put the studio of a backup in the place of this one. Hooks, channels and mail settings of the
    backup are not taken over unless `with_notices`. Books that are damaged are set aside as they
    are. Refused, and nothing is changed, for a damaged backup, books in it that are not whole, and
    while an engine runs."""
    home = home or Home.find()
    home.prepare()
    path = path.expanduser().absolute()
    with (
        restoring.no_engine(home),
        tempfile.TemporaryDirectory(prefix=".restoring-", dir=home.data) as folder,
    ):
        fresh = Home.at(Path(folder))
        backup = unpack(path, fresh.data)
        store = _open(home)
        notify = events.get_setting(store, NOTIFY, {}) if store and not with_notices else None
        if store is None and not with_notices:
            notify = {}
        try:
            held = _prepare(fresh, backup, notify)
        finally:
            store = _open(home)
        kept = _keep_old(store, home)
        _take_files(fresh, home)
        open_store(home)
        restoring.put_in_place(home, fresh.data / BOOKS)
    return Restored(backup, kept, held, not with_notices)


def _open(home: Home) -> Store | None:
    """The studio at hand; None when its books are damaged. Refused for those of a newer plotty."""
    try:
        store = open_store(home)
        return None if health.integrity_problems(store, quick=True) else store
    except Refused as refusal:
        if "damaged" not in str(refusal):
            raise
        return None


def _keep_old(store: Store | None, home: Home) -> Path:
    """Where the studio as it was is kept: a backup, or its damaged books as they are."""
    if store is not None:
        return create_backup(store, word=BEFORE_RESTORE)[0].file
    return restoring.set_aside(home)


def _prepare(fresh: Home, backup: Backup, notify: dict[str, object] | None) -> list[str]:
    """Check the unpacked books, bring them up to this program's version, and make them harmless."""
    unpacked = open_store(fresh)
    try:
        wrong = health.integrity_problems(unpacked) or check_books(unpacked)
        if wrong:
            raise Refused(f"{backup.file} holds books that are not whole: {'; '.join(wrong[:3])}")
        lost = [one for one in health.design_sums(unpacked) if not fresh.design_file(one).is_file()]
        if lost:
            raise Refused(f"{backup.file} lacks {values.plural(len(lost), 'design')}")
        why = (
            f"restored from a backup of {backup.made_at.astimezone():%Y-%m-%d %H:%M}: see what was "
            "drawn since, then plotty queue release"
        )
        return restoring.calm_restored(unpacked, notify, why)
    finally:
        unpacked.close()


def _take_files(fresh: Home, home: Home) -> None:
    """Designs, plans and reports of the backup join those that are there; configuration replaces
    its own. Files that are named by their content are only added."""
    for folder in FOLDERS:
        root = fresh.config if folder == "config" else fresh.data / folder
        into = home.config if folder == "config" else home.data / folder
        for path in sorted(root.rglob("*")) if root.is_dir() else ():
            if not path.is_file():
                continue
            target = into / path.relative_to(root)
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if folder == "config":
                shutil.copyfile(path, target)
            elif not target.exists() or target.read_bytes() != path.read_bytes():
                target.unlink(missing_ok=True)
                write_files({target: path.read_bytes()})
