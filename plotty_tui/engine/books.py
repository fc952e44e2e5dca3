"""How the engine's tasks reach the books: through its one database thread."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any, Protocol


class Books(Protocol):
    """Calls a store function in the database thread."""

    def __call__(self, function: Any, *args: Any, **values: Any) -> Awaitable[Any]: ...


class SayState(Protocol):
    """Writes down what a device does."""

    def __call__(self, state: str, message: str = "") -> Awaitable[None]: ...
