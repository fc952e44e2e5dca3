"""Where a studio keeps its things.

`PLOTTY_HOME` puts everything in one folder (a test, a demo, a second studio); otherwise the data
folder is the platform's own and the configuration beside the user's other configurations.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from plotty_tui.domain.errors import Refused, StoreFull


@dataclass(frozen=True, slots=True)
class Home:
    """The folders and files of one studio."""

    data: Path
    config: Path

    @classmethod
    def find(cls) -> Home:
        """From the environment, or the platform's folders."""
        chosen = os.environ.get("PLOTTY_HOME")
        if chosen:
            return cls.at(Path(chosen))
        from platformdirs import user_config_path, user_data_path

        return cls(user_data_path("plotty"), user_config_path("plotty"))

    @classmethod
    def at(cls, folder: Path) -> Home:
        """Everything below one folder."""
        folder = folder.expanduser().absolute()
        return cls(folder, folder / "config")

    @property
    def database(self) -> Path:
        return self.data / "plotty.db"

    @property
    def engine_lock(self) -> Path:
        return self.data / "engine.lock"

    @property
    def reserve(self) -> Path:
        """Room that the engine gives away when the disk is full, to finish what it draws."""
        return self.data / "reserve"

    @property
    def engine_log(self) -> Path:
        return self.data / "logs" / "engine.log"

    @property
    def outbox(self) -> Path:
        """Files that notices take along, kept until they are sent."""
        return self.data / "outbox"

    @property
    def reports(self) -> Path:
        """Reports that were made without naming a file."""
        return self.data / "reports"

    @property
    def user_themes(self) -> Path:
        return self.config / "themes"

    def design_file(self, sha256: str) -> Path:
        """The design's bytes as they were added."""
        return self.data / "designs" / f"{sha256}.svg"

    def strokes_file(self, sha256: str) -> Path:
        """The strokes that were read from a design."""
        return self.data / "strokes" / f"{sha256}.strokes"

    def plan_file(self, key: str) -> Path:
        """The strokes of a plan, in drawing order and sheet coordinates."""
        return self.data / "plans" / f"{key}.strokes"

    def ink_file(self, device: str) -> Path:
        """What a simulated plotter drew."""
        import hashlib

        safe = "".join(c if c.isalnum() or c in "-_" else "_" for c in device)
        digest = hashlib.sha256(device.encode()).hexdigest()[:6]
        return self.data / "simulators" / f"{safe}-{digest}.ink"

    def prepare(self) -> None:
        """Make the folders, readable by this user alone; refuse a folder of somebody else."""
        try:
            for name in ("", "designs", "strokes", "plans", "logs", "simulators"):
                (self.data / name).mkdir(mode=0o700, parents=True, exist_ok=True)
            status = self.data.lstat()
        except OSError as error:
            raise _unusable(self.data, error) from error
        if stat.S_ISLNK(status.st_mode):
            status = self.data.stat()
        if hasattr(os, "getuid") and status.st_uid != os.getuid():
            raise Refused(
                f"the data folder {self.data} belongs to another user: "
                "set PLOTTY_HOME to a folder of your own"
            )
        if status.st_mode & 0o077:
            self.data.chmod(0o700)


def engine_runs(home: Home) -> bool:
    """Whether an engine holds this studio's lock."""
    import fcntl

    try:
        handle = os.open(home.engine_lock, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(handle)
    return False


def write_file(path: Path, data: bytes) -> None:
    """Write whole or not at all: temporary name, fsync, rename, fsync of the folder."""
    _write({path: data})


def write_files(files: dict[Path, bytes]) -> None:
    """Several files, each whole or not at all, with one fsync a folder; existing ones stay."""
    _write({path: data for path, data in files.items() if not path.exists()})


def _write(files: dict[Path, bytes]) -> None:
    temporaries = {path: path.with_name(f".{path.name}.{os.getpid()}.tmp") for path in files}
    path = Path()
    try:
        for path, data in files.items():
            with temporaries[path].open("wb") as out:
                out.write(data)
                out.flush()
                os.fsync(out.fileno())
        for path, temporary in temporaries.items():
            temporary.replace(path)
        for folder in {path.parent for path in files}:
            sync_folder(folder)
    except OSError as error:
        for temporary in temporaries.values():
            temporary.unlink(missing_ok=True)
        raise _unusable(path, error) from error


def sync_folder(folder: Path) -> None:
    """Make a rename in this folder survive a power cut (where the system can)."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _unusable(path: Path, error: OSError) -> Refused:
    if error.errno in (28, 122):  # ENOSPC, EDQUOT
        return StoreFull(f"the disk is full: {path} was not written, nothing was changed")
    return Refused(f"cannot write {path}: {error.strerror or error}")
