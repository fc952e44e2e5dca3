"""Templates: preset, pens and paper work under one name, for `add` and `plan-all`."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from plotty_tui.domain.errors import Refused
from plotty_tui.domain.names import plain_name
from plotty_tui.domain.presets import Preset
from plotty_tui.store import presets as books
from plotty_tui.store.database import Store

from .pen_plans import AUTO, pen_words

FULL, MINIMAL = "full", "minimal"


@dataclass(frozen=True, slots=True)
class Template:
    """What a template gives a job: a preset, the pens of its layers (`auto`: by colour and tip), a
    verdict asked after each sheet, and how much is written down (full, minimal, or as usual)."""

    name: str
    preset: str = "default"
    pen_mapping: str = AUTO
    quality_checks: bool = False
    documentation: str = ""

    def to_json(self) -> dict[str, Any]:
        return {key: value for key, value in asdict(self).items() if key != "name"}

    def job_settings(self) -> dict[str, Any]:
        """What a job remembers of it."""
        return self.to_json()

    def __str__(self) -> str:
        words = [f"preset {self.preset}", f"pens {self.pen_mapping}"]
        words += ["quality checks"] * self.quality_checks
        words += [f"{self.documentation} documentation"] * bool(self.documentation)
        return ", ".join(words)


def templates(store: Store) -> list[Template]:
    """All templates by name."""
    return [_of(row.name, row.body) for row in books.template_rows(store)]


def find_template(store: Store, name: str) -> Template:
    """A template by name; NotFound names the nearest."""
    row = books.find_template(store, name)
    return _of(row.name, row.body)


def _of(name: str, body: dict[str, Any]) -> Template:
    known = {one.name for one in fields(Template)} - {"name"}
    return Template(name, **{key: value for key, value in body.items() if key in known})


def create_template(store: Store, template: Template, replace_old: bool = False) -> Template:
    """Keep a new template; Refused when the name is taken, unless it is to be replaced."""
    made = _checked(store, replace(template, name=plain_name("template", template.name)))
    known = {row.name.casefold(): row for row in books.template_rows(store)}
    old = known.get(made.name.casefold())
    if old is not None and not replace_old:
        raise Refused(
            f"there is a template {old.name} already: --replace makes it anew, "
            f"plotty template edit {old.name!r} changes it"
        )
    if old is not None:
        made = replace(made, name=old.name)
    books.keep_template(store, made.name, made.to_json(), old.revision if old else None)
    return made


def edit_template(store: Store, name: str, **changes: Any) -> Template:
    """Change a template; jobs that have it already keep the values it gave them."""
    row = books.find_template(store, name)
    if not changes:
        raise Refused(f"nothing to change at {row.name}: plotty template edit --help")
    made = _checked(store, replace(_of(row.name, row.body), **changes))
    books.keep_template(store, made.name, made.to_json(), row.revision)
    return made


def remove_template(store: Store, name: str) -> str:
    """Forget a template; its name."""
    row = books.find_template(store, name)
    books.drop_template(store, row.name)
    return row.name


def _checked(store: Store, template: Template) -> Template:
    preset: Preset = books.find_preset(store, template.preset)
    mapping = template.pen_mapping.strip() or AUTO
    if mapping.casefold() == AUTO:
        mapping = AUTO
    else:
        pen_words(mapping)  # whether these pens are there is asked when it is planned
    return replace(template, preset=preset.name, pen_mapping=mapping)
