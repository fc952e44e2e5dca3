"""Where the planner's compiled code is kept, and whether it is there.

The kernels of this package are Python that numba compiles. That takes some twenty seconds, once per
machine and version; afterwards they are loaded from a folder of the user's cache. A plan never
waits for it: until the folder says that it is complete, plans are made with vpype's commands, and
the first of them starts the compiling in a process of its own.
"""

from __future__ import annotations

import gc
import hashlib
import os
import platform
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache, cached_property, update_wrapper
from pathlib import Path
from typing import Any, TypeVar

COMPILING = "compiling the planner once, about 20 s: until then plans are made with vpype's sort"

# A compiling process that has not finished after so long has died: another may begin.
STALE_SECONDS = 600.0
# Folders of other versions are kept as long as somebody may still run them.
OLD_SECONDS = 60 * 86400.0

Kernel = TypeVar("Kernel", bound=Callable[..., Any])


def kernel(function: Kernel) -> Kernel:
    """Compile `function` with numba at its first call, and keep the code in `folder()`."""
    if ready():
        return _Kept(function)  # type: ignore[return-value]
    return _compiled(function)


class _Kept:
    """A kernel whose code is kept: numba is told of it when it is called from Python, which few of
    the kernels are, or when another kernel has to be compiled after all."""

    def __init__(self, function: Callable[..., Any]) -> None:
        update_wrapper(self, function)
        self.py_func = function

    def __call__(self, *args: Any) -> Any:
        return self._loaded(*args)

    @cached_property
    def _loaded(self) -> Any:
        return _compiled(self.py_func)

    @property
    def _numba_type_(self) -> Any:
        """What numba asks when it compiles a call of this."""
        return self._loaded._numba_type_


def _compiled(function: Callable[..., Any]) -> Any:
    numba = _numba()
    config: Any = numba.core.config
    # numba looks at this where it decorates; a folder that the user chose for numba stays theirs.
    before = config.CACHE_DIR
    config.CACHE_DIR = before or str(folder())
    try:
        made = numba.njit(function, cache=True, error_model="numpy")
        if not before:
            with suppress(ImportError, AttributeError, TypeError):
                made._cache = _quick_cache(function)
        return made
    finally:
        config.CACHE_DIR = before


def _quick_cache(function: Callable[..., Any]) -> Any:
    """numba's cache, without loading all that numba can compile before code is taken from it: a
    fifth of the planner's start. It lies in `folder()` itself, whose name tells the sources apart:
    numba by itself goes by where they lie and how old they are, and would compile once more for
    another copy of this very version."""
    from numba.core.caching import FunctionCache, IndexDataCacheFile  # type: ignore
    from numba.core.runtime import rtsys  # type: ignore

    class Quick(FunctionCache):  # type: ignore[misc]
        def __init__(self, function: Callable[..., Any], where: Path) -> None:
            super().__init__(function)
            self._cache_path = str(where)
            self._cache_file = IndexDataCacheFile(str(where), self._impl.filename_base, where.name)

        def load_overload(self, sig: Any, target_context: Any) -> Any:
            rtsys.initialize(target_context)
            with self._guard_against_spurious_io_errors():
                return self._load_overload(sig, target_context)

    return Quick(function, folder())


# Modules that numba looks for and can do without: what it would do with them, no kernel asks for,
# and they take a third of the planner's start.
UNUSED = ("scipy", "scipy.linalg", "yaml")


@cache
def _numba() -> Any:
    """numba, loaded without what it does not need here and without a search for garbage, of which
    there is none."""
    hidden = [name for name in UNUSED if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]
    searching = gc.isenabled()
    gc.disable()
    try:
        import numba  # type: ignore
        import numba.np.arraymath  # type: ignore
    finally:
        for name in hidden:
            del sys.modules[name]
        if searching:
            gc.enable()
    _leave_out()
    return numba


def _leave_out() -> None:
    """numba looks through all that is installed for what extends it, and has each call of its code
    generator told to listeners, before and after. No kernel uses an extension, nobody listens, and
    loading the kernels makes thousands of calls."""
    with suppress(ImportError, AttributeError):
        from numba.core import entrypoints  # type: ignore

        entrypoints._already_initialized = True
    with suppress(ImportError, AttributeError):
        from llvmlite.binding import ffi  # type: ignore

        for callbacks in list(ffi.lib._lock._cblist):
            ffi.unregister_lock_callback(*callbacks)


def available() -> bool:
    """Whether numba is installed at all."""
    from importlib.util import find_spec

    return find_spec("numba") is not None


def ready() -> bool:
    """Whether the kernels are compiled: a plan that uses them starts at once."""
    return available() and (folder() / "ready").exists()


def start_compiling() -> bool:
    """Compile in a process of its own, unless that is done or under way; whether it is under way.

    The process outlives this one, runs at low priority and says nothing.
    """
    if not available() or ready():
        return False
    if not _claim(folder()):
        return True
    try:
        subprocess.Popen(
            [sys.executable, "-m", "plotty_tui.planning.order.warm"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env={**os.environ, "PLOTTY_KERNELS": str(folder().parent)},
        )
    except OSError:
        return False
    return True


def _claim(where: Path) -> bool:
    """Whether nobody else is compiling into this folder."""
    claim = where / "compiling"
    with suppress(OSError):
        if time.time() - claim.stat().st_mtime > STALE_SECONDS:
            claim.unlink(missing_ok=True)
    try:
        claim.touch(exist_ok=False)
    except OSError:
        return False
    return True


def note_ready() -> None:
    """Say that all kernels are compiled; what older versions left behind is removed."""
    (folder() / "ready").touch()
    (folder() / "compiling").unlink(missing_ok=True)
    for other in folder().parent.glob("kernels-*"):
        mark = other / "ready"
        old = mark.exists() and time.time() - mark.stat().st_mtime > OLD_SECONDS
        if old and other != folder():
            shutil.rmtree(other, ignore_errors=True)


def folder() -> Path:
    """The folder of the compiled code of exactly this version on this machine.

    It lies in PLOTTY_KERNELS if that is set, else in the user's cache folder; where that cannot be
    written, in the system's temporary one.
    """
    return _folder_in(os.environ.get("PLOTTY_KERNELS", ""))


@cache
def _folder_in(chosen: str) -> Path:
    from platformdirs import user_cache_path

    name = f"kernels-{_version()}"
    user = str(os.getuid()) if hasattr(os, "getuid") else ""
    usual = (user_cache_path("plotty"), Path(tempfile.gettempdir()) / f"plotty{user}")
    for parent in (Path(chosen),) if chosen else usual:
        try:
            (parent / name).mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(parent / name, os.W_OK) and _is_own(parent) and _is_own(parent / name):
            return parent / name
    return Path(tempfile.mkdtemp(prefix="plotty-kernels-"))


def _is_own(folder: Path) -> bool:
    """Whether nobody else could have put code there: it would be run."""
    if not hasattr(os, "getuid"):
        return True
    known = folder.lstat()
    return stat.S_ISDIR(known.st_mode) and known.st_uid == os.getuid() and not known.st_mode & 0o002


def _version() -> str:
    """Twelve digits that change with whatever changes the compiled code: the kernels themselves
    (numba alone does not notice a change in a kernel that another file calls), numba, Python and
    the processor."""
    from importlib.util import find_spec

    here = Path(__file__).parent
    digest = hashlib.sha256()
    for source in sorted([*here.glob("*.py"), here.parent / "motion_kernels.py"]):
        digest.update(source.read_bytes())
    if (numba := find_spec("numba")) and numba.origin:
        digest.update((Path(numba.origin).parent / "_version.py").read_bytes())
    digest.update(f"{sys.version} {platform.machine()} {_processor()}".encode())
    return digest.hexdigest()[:12]


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(errors="replace").splitlines()
    except OSError:
        return platform.processor()
    return "".join(dict.fromkeys(line for line in lines if line[:5] in ("model", "flags")))
