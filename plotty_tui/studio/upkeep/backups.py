"""Backups of the whole studio: the books, designs, plans, reports and configuration in one file.

The file is an ordinary zip. `manifest.json` in it names every part with its SHA-256, and its own;
the zip's comment holds the SHA-256 of the whole file before it, so that no flipped bit and no cut
goes unseen.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from plotty_tui import __version__
from plotty_tui.domain import values
from plotty_tui.domain.errors import Refused, StoreFull
from plotty_tui.store.database import SCHEMA_VERSION, Store, copy_books
from plotty_tui.store.home import Home, sync_folder

BEFORE_RESTORE = "before-restore"
FORMAT, VERSION = "plotty backup", 1
MANIFEST = "manifest.json"
BOOKS = "plotty.db"
ENDING = ".plotty"
KEEP = 10
SEAL = b"sha256:"
SEAL_BYTES = len(SEAL) + 64
# Folders of a studio that a backup holds.
FOLDERS = ("designs", "strokes", "plans", "outbox", "reports", "config")
MOST_MANIFEST = 64_000_000
DEEPEST = 6


@dataclass(frozen=True, slots=True)
class Part:
    """A file of a backup."""

    path: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup's manifest says."""

    file: Path
    made_at: datetime
    plotty: str
    books: int
    counts: dict[str, int]
    parts: list[Part]

    @property
    def size(self) -> int:
        """Bytes of all parts."""
        return sum(part.size for part in self.parts)


def backup_folder(store: Store) -> Path:
    """Where backups lie that were given no name."""
    return store.home.data / "backups"


def backups(store: Store) -> list[Path]:
    """The backups in the studio's folder, newest first."""
    found = backup_folder(store).glob(f"*{ENDING}")
    return sorted(found, key=lambda path: path.stat().st_mtime, reverse=True)


def newest_backup(store: Store) -> Path | None:
    """The newest backup in the studio's folder that was not made by a restoring."""
    own = (path for path in backups(store) if not path.name.startswith(BEFORE_RESTORE))
    return next(own, None)


def create_backup(
    store: Store, output: Path | None = None, keep: int = KEEP, word: str = "studio"
) -> tuple[Backup, list[Path]]:
    """Write a backup and read it back: what it holds, and the older ones that were dropped. Without
    `output` it goes to the studio's folder, where the newest `keep` of its kind stay. Refused when
    the disk has no room; nothing is left of it then."""
    folder = backup_folder(store) if output is None else output.absolute().parent
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = f"{word}-{store.clock.now().astimezone():%Y%m%d-%H%M%S}{ENDING}"
        target = _free(folder / name) if output is None else output.absolute()
        if output is not None and target.exists():
            raise Refused(f"{output} is there already: give another name, it stays as it is")
        with tempfile.TemporaryDirectory(prefix=".making-", dir=folder) as making:
            made = Path(making) / "backup"
            _write(store, made, Path(making))
            _check_file(made)
            with made.open("rb") as file:
                os.fsync(file.fileno())
            made.replace(target)
        sync_folder(folder)
    except OSError as error:
        if error.errno in (28, 122):
            raise StoreFull(f"the disk is full: no backup was written to {folder}") from error
        raise Refused(f"{folder} cannot be written: {error.strerror or error}") from None
    dropped = _rotate(folder, word, keep, target) if output is None else []
    return read_backup(target), dropped


def _free(path: Path) -> Path:
    number = 1
    found = path
    while found.exists():
        number += 1
        found = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return found


def _rotate(folder: Path, word: str, keep: int, newest: Path) -> list[Path]:
    old = sorted(folder.glob(f"{word}-*{ENDING}"), key=lambda path: path.stat().st_mtime)
    drop = [path for path in old if path != newest][: max(0, len(old) - max(1, keep))]
    for path in drop:
        path.unlink(missing_ok=True)
    return drop


def _write(store: Store, target: Path, making: Path) -> None:
    copy = Home.at(making / "copy")
    copy.data.mkdir(mode=0o700)
    copy_books(copy)
    parts: list[Part] = []
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as out:
        for name, path in [(BOOKS, copy.database), *_files(store.home)]:
            parts.append(_add(out, name, path))
        out.writestr(MANIFEST, _manifest(store, parts))
        out.comment = SEAL + b"0" * 64
    target.chmod(0o600)
    _seal(target)


def _files(home: Home) -> Iterator[tuple[str, Path]]:
    for folder in FOLDERS:
        root = home.config if folder == "config" else home.data / folder
        for path in sorted(root.rglob("*")) if root.is_dir() else ():
            inside = path.relative_to(root).as_posix()
            hidden = any(part.startswith(".") for part in inside.split("/"))
            if path.is_file() and not path.is_symlink() and not hidden:
                yield f"{folder}/{inside}", path


def _add(out: zipfile.ZipFile, name: str, path: Path) -> Part:
    seen, size = hashlib.sha256(), 0
    with path.open("rb") as source, out.open(zipfile.ZipInfo(name), "w", force_zip64=True) as into:
        while block := source.read(1 << 20):
            seen.update(block)
            size += len(block)
            into.write(block)
    return Part(name, seen.hexdigest(), size)


def _manifest(store: Store, parts: list[Part]) -> str:
    counts = {
        "jobs": "SELECT count(*) AS n FROM job",
        "designs": "SELECT count(*) AS n FROM design",
        "runs": "SELECT count(*) AS n FROM run",
    }
    said = {
        "format": FORMAT,
        "version": VERSION,
        "made_at": values.iso(store.clock.now()),
        "plotty": __version__,
        "books": SCHEMA_VERSION,
        "counts": {name: store.rows(sql)[0].n for name, sql in counts.items()},
        "parts": [{"path": p.path, "sha256": p.sha256, "size": p.size} for p in parts],
    }
    return json.dumps({**said, "sha256": _sum_of(said)}, ensure_ascii=False, indent=1)


def _sum_of(said: dict[str, Any]) -> str:
    plain = {key: value for key, value in said.items() if key != "sha256"}
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _seal(path: Path) -> None:
    """Write the sum of everything before it into the end of the zip's comment."""
    with path.open("r+b") as file:
        digest = _sum_before(file, path.stat().st_size - 64)
        file.seek(-64, os.SEEK_END)
        file.write(digest.encode())


def _sum_before(file: Any, end: int) -> str:
    seen = hashlib.sha256()
    file.seek(0)
    while end > 0 and (block := file.read(min(1 << 20, end))):
        seen.update(block)
        end -= len(block)
    return seen.hexdigest()


# Reading -----------------------------------------------------------------------------------------


def verify_backup(path: Path) -> Backup:
    """What a backup holds, when every byte of it is as it was written. Refused otherwise."""
    _check_file(path)
    found = read_backup(path)
    with _opened(path) as zipped:
        for part in found.parts:
            _copy_part(zipped, part, None, path)
    return found


def read_backup(path: Path) -> Backup:
    """What a backup's manifest says; its parts are not read. Refused when it is no backup, or one
    of a newer plotty."""
    with _opened(path) as zipped:
        try:
            info = zipped.getinfo(MANIFEST)
            if info.file_size > MOST_MANIFEST:
                raise Refused(f"{path}: its manifest is too large")
            said = json.loads(zipped.read(info))
            return _backup_of(path, said)
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
            raise Refused(f"{path} is no backup: its manifest cannot be read ({error})") from None
        except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError) as error:
            raise _damaged(path, str(error)) from None


def _backup_of(path: Path, said: dict[str, Any]) -> Backup:
    if said["format"] != FORMAT:
        raise Refused(f"{path} is no backup of plotty")
    if said["version"] > VERSION or said["books"] > SCHEMA_VERSION:
        raise Refused(
            f"{path} was written by a newer plotty ({said['plotty']}, books {said['books']}; this "
            f"program knows {SCHEMA_VERSION}): use that one"
        )
    if said["sha256"] != _sum_of(said):
        raise _damaged(path, "the manifest is not as it was written")
    parts = [Part(str(p["path"]), str(p["sha256"]), int(p["size"])) for p in said["parts"]]
    for part in parts:
        _check_name(part.path, path)
    if len({part.path for part in parts}) != len(parts) or BOOKS not in {p.path for p in parts}:
        raise Refused(f"{path} is no backup: it has no books, or a part twice")
    made_at = datetime.fromisoformat(said["made_at"])
    counts = {str(key): int(count) for key, count in said["counts"].items()}
    return Backup(path, made_at, str(said["plotty"]), int(said["books"]), counts, parts)


def _check_name(name: str, path: Path) -> None:
    """Refuse a part that would not lie in a studio's own folders."""
    inside = PurePosixPath(name)
    plain = not inside.is_absolute() and "\\" not in name and "\0" not in name
    steps = name.split("/")
    good = plain and all(step and not step.startswith(".") for step in steps)
    if not good or len(steps) > DEEPEST or not (name == BOOKS or steps[0] in FOLDERS):
        raise Refused(f"{path} is refused: its part {name!r} does not belong to a studio")


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        zipped = zipfile.ZipFile(path)
    except FileNotFoundError:
        raise Refused(f"there is no backup {path}: plotty backup list") from None
    except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError):
        raise _damaged(path, "it is no zip") from None
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror or error}") from None
    with zipped:
        yield zipped


def _check_file(path: Path) -> None:
    """Refuse a file that is not, byte for byte, as it was written."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            if size < SEAL_BYTES:
                raise _damaged(path, "it is cut short")
            file.seek(-SEAL_BYTES, os.SEEK_END)
            seal = file.read()
            if not seal.startswith(SEAL) or _sum_before(file, size - 64) != seal[-64:].decode(
                "ascii", "replace"
            ):
                raise _damaged(path, "it is not as it was written")
    except FileNotFoundError:
        raise Refused(f"there is no backup {path}: plotty backup list") from None
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror or error}") from None


def _copy_part(zipped: zipfile.ZipFile, part: Part, target: Path | None, path: Path) -> None:
    """Read a part, at most as long as it says it is, and write it to `target`."""
    seen, size = hashlib.sha256(), 0
    out = None
    try:
        if target is not None:
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            out = os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
        with zipped.open(part.path) as source:
            while block := source.read(min(1 << 20, part.size - size + 1)):
                size += len(block)
                if size > part.size:
                    raise _damaged(path, f"{part.path} is longer than it says")
                seen.update(block)
                if out is not None:
                    out.write(block)
    except (KeyError, zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        raise _damaged(path, f"{part.path}: {error}") from None
    finally:
        if out is not None:
            out.close()
    if size != part.size or seen.hexdigest() != part.sha256:
        raise _damaged(path, f"{part.path} is not as it was written")


def _damaged(path: Path, why: str) -> Refused:
    return Refused(f"{path} is damaged: {why}; nothing was changed, take another backup")


def unpack(path: Path, folder: Path) -> Backup:
    """Write the parts of a backup into an empty folder, each checked. Refused for a damaged one."""
    _check_file(path)
    found = read_backup(path)
    free = shutil.disk_usage(folder).free
    if found.size > free - 20_000_000:
        raise StoreFull(
            f"{path} holds {found.size / 1e6:.0f} MB and {folder} has {free / 1e6:.0f} MB free: "
            "make room, nothing was changed"
        )
    with _opened(path) as zipped:
        for part in found.parts:
            _copy_part(zipped, part, folder / part.path, path)
    return found
