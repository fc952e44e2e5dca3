"""CSS as drawing programs write it: classes, ids, element names and their chains.

The cascade is presentation attribute < style sheet (by specificity, then order) < style attribute,
with `!important` on top. Rules that depend on more than the tree (`:hover`, `@media`, attribute
selectors) are left out and counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from plotty_tui.domain.errors import BadDesign

from .limits import ReadLimits

_COMPOUND = re.compile(r"(\*|[\w-]+)?((?:[.#][\w-]+)*)$")
_PART = re.compile(r"([.#])([\w-]+)")
_AT_RULE = re.compile(r"\s*@")
_BRACE = re.compile(r"[{}]")
Declarations = dict[str, str]


@dataclass(frozen=True, slots=True)
class _Compound:
    """`path.fine#a`: what one element must be."""

    tag: str
    ids: tuple[str, ...]
    classes: tuple[str, ...]

    def fits(self, element: Any) -> bool:
        if not isinstance(element.tag, str):
            return False
        if self.tag and element.tag.rpartition("}")[2] != self.tag:
            return False
        if any(element.get("id") != one for one in self.ids):
            return False
        if not self.classes:
            return True
        own = (element.get("class") or "").split()
        return all(one in own for one in self.classes)


@dataclass(frozen=True, slots=True)
class _Rule:
    """The compounds from left to right, each with its combinator to the left (` ` or `>`)."""

    chain: tuple[tuple[str, _Compound], ...]
    order: tuple[int, int, int, int]
    plain: Declarations
    important: Declarations

    def fits(self, element: Any) -> bool:
        combinator, last = self.chain[-1]
        if not last.fits(element):
            return False
        above = element.getparent()
        for further, compound in reversed(self.chain[:-1]):
            while above is not None and not compound.fits(above):
                if combinator == ">":
                    return False
                above = above.getparent()
            if above is None:
                return False
            above, combinator = above.getparent(), further
        return True


def declarations(text: str) -> tuple[Declarations, Declarations]:
    """`fill:none; stroke:red !important` as (ordinary, important) properties."""
    ordinary: Declarations = {}
    important: Declarations = {}
    for part in text.split(";"):
        name, colon, value = part.partition(":")
        if not colon:
            continue
        name, value = name.strip().lower(), value.strip()
        if value.lower().endswith("!important"):
            important[name] = value[:-10].strip()
        elif value:
            ordinary[name] = value
    return ordinary, important


class StyleSheet:
    """All style sheets of a drawing. `ignored` counts rules that were not understood, `imports`
    those that bring in other files."""

    def __init__(self) -> None:
        self._by_key: dict[str, list[_Rule]] = {}
        self._count = 0
        self.ignored = 0
        self.imports = 0

    def __bool__(self) -> bool:
        return bool(self._by_key)

    def add(self, text: str) -> None:
        """Take in the text of one <style> element, without comments and fonts."""
        for selectors, body in _blocks(text):
            if selectors.startswith("@"):
                self.imports += selectors.lower().startswith("@import")
                self.ignored += not selectors.lower().startswith(("@import", "@charset", "@name"))
                continue
            ordinary, important = declarations(body)
            for selector in selectors.split(","):
                self._add_rule(selector.strip(), ordinary, important)

    def _add_rule(self, selector: str, ordinary: Declarations, important: Declarations) -> None:
        chain = _chain(selector)
        if chain is None:
            self.ignored += 1
            return
        self._count += 1
        ids = sum(len(compound.ids) for _, compound in chain)
        classes = sum(len(compound.classes) for _, compound in chain)
        tags = sum(bool(compound.tag) for _, compound in chain)
        rule = _Rule(chain, (ids, classes, tags, self._count), ordinary, important)
        last = chain[-1][1]
        # Filed under the rarest thing the element must have, so that few rules are tried.
        if last.ids:
            key = "#" + last.ids[0]
        elif last.classes:
            key = "." + last.classes[0]
        else:
            key = last.tag or "*"
        self._by_key.setdefault(key, []).append(rule)

    def style_of(self, element: Any, tag: str) -> tuple[Declarations, Declarations]:
        """(ordinary, important) properties that the sheets give an element."""
        keys = ["*", tag]
        if element.get("id"):
            keys.append("#" + element.get("id"))
        keys += ["." + one for one in set((element.get("class") or "").split())]
        rules = [rule for key in keys for rule in self._by_key.get(key, ()) if rule.fits(element)]
        rules.sort(key=lambda rule: rule.order)
        ordinary: Declarations = {}
        important: Declarations = {}
        for rule in rules:
            ordinary.update(rule.plain)
            important.update(rule.important)
        return ordinary, important


def _chain(selector: str) -> tuple[tuple[str, _Compound], ...] | None:
    """The compounds of `g.pen > path`; None for what is not understood."""
    chain = []
    combinator = " "
    for word in selector.replace(">", " > ").split():
        if word == ">":
            combinator = ">"
            continue
        match = _COMPOUND.match(word)
        if match is None:
            return None
        parts = _PART.findall(match[2])
        tag = "" if match[1] in {None, "*"} else match[1]
        ids = tuple(name for mark, name in parts if mark == "#")
        classes = tuple(name for mark, name in parts if mark == ".")
        chain.append((combinator, _Compound(tag, ids, classes)))
        combinator = " "
    return tuple(chain) or None


def _blocks(text: str) -> Iterator[tuple[str, str]]:
    """(selectors, body) of each rule in one pass; a rule inside of an @-rule is part of its
    body. A broken sheet ends where it breaks."""
    at = 0
    while (brace := text.find("{", at)) >= 0:
        if _AT_RULE.match(text, at) and 0 <= (stop := text.find(";", at)) < brace:
            yield text[at:stop].strip(), ""
            at = stop + 1
            continue
        end = _closing_brace(text, brace)
        yield text[at:brace].strip(), text[brace + 1 : end]
        at = end + 1
    for rule in text[at:].split(";"):
        if _AT_RULE.match(rule):
            yield rule.strip(), ""


def _closing_brace(text: str, opening: int) -> int:
    depth = 0
    for brace in _BRACE.finditer(text, opening):
        depth += 1 if brace[0] == "{" else -1
        if not depth:
            return brace.start()
    return len(text)


def without(text: str, opening: str, closing: str) -> str:
    """The text without the spans from `opening` to `closing`, in one pass (a regular expression
    takes quadratic time on a sheet that only opens comments)."""
    parts = []
    at = 0
    while True:
        start = text.find(opening, at)
        if start < 0:
            parts.append(text[at:])
            return "".join(parts)
        parts.append(text[at:start])
        end = text.find(closing, start + len(opening))
        if end < 0:
            return "".join(parts)
        at = end + len(closing)


def read_sheets(name: str, root: Any, svg_tag: str, limits: ReadLimits) -> StyleSheet:
    """The style sheets inside of a drawing. Raises BadDesign when they are too long."""
    return sheet_of(name, ["".join(one.itertext()) for one in root.iter(svg_tag)], limits)


def sheet_of(name: str, sheets: Sequence[str], limits: ReadLimits) -> StyleSheet:
    """The texts of <style> elements as one sheet. Raises BadDesign when they are too long."""
    sheet = StyleSheet()
    texts = []
    for one in sheets:
        text = without(one, "/*", "*/").replace("<!--", "")
        texts.append(without(text.replace("-->", ""), "@font-face", "}"))
    size = sum(len(text) for text in texts)
    if size > limits.sheet_bytes:
        most = f"{limits.sheet_bytes // 1000} kB"
        raise BadDesign(
            f"{name} has style sheets of {size // 1000} kB: at most {most} are read, "
            "so export it with presentation attributes"
        )
    for text in texts:
        sheet.add(text)
    return sheet
