"""n and N: on to the next row that fits what was looked for, in any list with a filter."""

from __future__ import annotations

from typing import Any


class Finding:
    """For the doings of a screen: `found_in` is its list, `sought` what a row of it is called."""

    screen: Any
    sought = "row"

    def found_in(self) -> Any:
        """The list that is looked through."""
        raise NotImplementedError

    def why_not_find_next(self) -> str:
        return "" if self.found_in().last_filter else "nothing was looked for yet: / does"

    def why_not_find_before(self) -> str:
        return self.why_not_find_next()

    def do_find_next(self) -> None:
        self._find(1)

    def do_find_before(self) -> None:
        self._find(-1)

    def _find(self, step: int) -> None:
        looked = self.found_in()
        if looked.find(step):
            self.screen.tell(f"/{looked.last_filter}", "hint", seconds=2.0)
        else:
            self.screen.tell(f"no {self.sought} fits {looked.last_filter!r}", "hint")
