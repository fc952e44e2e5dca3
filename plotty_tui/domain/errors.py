"""Every error that plotty raises on purpose.

PlottyError
├── Refused            what was asked cannot be done; the sentence says why and what would do
│   ├── NotFound       no such job, pen, paper, device, run ...; names the nearest
│   ├── BadDesign      a file that is not a drawing plotty can read
│   ├── StoreFull      the disk is full
│   └── Conflict       somebody else changed or did it first
│       └── Locked     the books stayed locked
├── WrongUsage         the words of a command do not fit together
└── DeviceFault        a plotter failed while it was driven

Each message is one sentence for a person: what was refused, the offending value, and the
nearest thing that would be accepted.
"""

from __future__ import annotations

from collections.abc import Iterable


class PlottyError(Exception):
    """Base of all errors with a sentence for a person."""


class Refused(PlottyError):
    """The request is understood and cannot be done."""


class NotFound(Refused):
    """A name that names nothing."""

    @classmethod
    def named(cls, kind: str, name: object, known: Iterable[str] = ()) -> NotFound:
        """`no pen 'K-5': did you mean K-05?`"""
        import difflib

        names = list(known)
        folded = {one.casefold(): one for one in names}
        near = [folded[hit] for hit in difflib.get_close_matches(str(name).casefold(), folded, n=3)]
        if near:
            hint = f": did you mean {' or '.join(near)}?"
        elif names:
            shown = ", ".join(names[:6]) + (", …" if len(names) > 6 else "")
            hint = f": there is {shown}"
        else:
            hint = f": there is no {kind} yet"
        return cls(f"no {kind} {str(name)!r}{hint}")


class BadDesign(Refused):
    """A file that cannot be taken in."""


class StoreFull(Refused):
    """The disk under the data folder is full."""


class Conflict(Refused):
    """Somebody else was first."""


class Locked(Conflict):
    """The books stayed locked by others for longer than anybody waits."""


class WrongUsage(PlottyError):
    """Arguments that do not fit together."""


class DeviceFault(PlottyError):
    """A plotter failed; `code` is one of the fault words of the device page."""

    def __init__(self, message: str, code: str = "fault") -> None:
        super().__init__(message)
        self.code = code
