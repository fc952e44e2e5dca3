"""Presets and templates of one's own: settings under a name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from plotty_tui.domain.errors import Conflict, NotFound, Refused
from plotty_tui.domain.presets import BUILT_IN, MotionSettings, Preset

from .database import Store
from .events import note
from .tables import Device, Template
from .tables import Preset as PresetRow


def own_presets(store: Store) -> list[Preset]:
    """The studio's own presets by name."""
    with store.read():
        return [_of(row) for row in PresetRow.select().order_by(PresetRow.name)]


def find_preset(store: Store, name: str) -> Preset:
    """A preset by name, one's own or a built-in one; NotFound names the nearest."""
    wanted = name.strip().casefold()
    known = {one.name.casefold(): one for one in (*BUILT_IN.values(), *own_presets(store))}
    if wanted not in known:
        raise NotFound.named("preset", name, [one.name for one in known.values()])
    return known[wanted]


def _of(row: PresetRow) -> Preset:
    return Preset.from_json({**row.body, "name": row.name})


def preset_motion(name: str) -> MotionSettings | None:
    """How a preset moves; None for no name, or one that is gone. Call it where the books are
    open."""
    if name in BUILT_IN:
        return BUILT_IN[name].motion
    row = PresetRow.get_or_none(PresetRow.name == name) if name else None
    return None if row is None else _of(row).motion


def keep_preset(store: Store, preset: Preset, revision: int | None = None) -> None:
    """Store a preset: a new one, or with the `revision` that was seen a changed one. Plotters that
    have it take it up before their next sheet. Refused when the name is taken, Conflict when
    somebody else changed it."""
    with store.write():
        _keep(store, PresetRow, "preset", preset.name, preset.to_json(), revision, BUILT_IN)
        Device.update(revision=Device.revision + 1).where(Device.preset == preset.name).execute()


def preset_revision(store: Store, name: str) -> int:
    """The revision of an own preset."""
    with store.read():
        return PresetRow.get(PresetRow.name == name).revision


def drop_preset(store: Store, name: str) -> None:
    """Forget an own preset; plans made with it keep its settings. Refused for a built-in one, or
    while a plotter or a template has it."""
    with store.write():
        preset = find_preset(store, name)
        if preset.name in BUILT_IN:
            raise Refused(f"preset {preset.name} is built in: it stays")
        users = [device.name for device in Device.select().where(Device.preset == preset.name)]
        users += [
            f"template {row.name}"
            for row in Template.select()
            if row.body.get("preset") == preset.name
        ]
        if users:
            raise Refused(f"preset {preset.name} is used by {', '.join(users)}: change that first")
        PresetRow.delete().where(PresetRow.name == preset.name).execute()
        note(store, "settings", f"preset {preset.name} removed")


def template_rows(store: Store) -> list[Template]:
    """Templates by name."""
    with store.read():
        return list(Template.select().order_by(Template.name))


def find_template(store: Store, name: str) -> Template:
    """A template by name; NotFound names the nearest."""
    rows = template_rows(store)
    for row in rows:
        if row.name.casefold() == name.strip().casefold():
            return row
    raise NotFound.named("template", name, [row.name for row in rows])


def keep_template(
    store: Store, name: str, body: dict[str, Any], revision: int | None = None
) -> None:
    """Store a template: a new one, or with the `revision` that was seen a changed one. Refused
    when the name is taken, Conflict when somebody else changed it."""
    with store.write():
        _keep(store, Template, "template", name, body, revision)


def drop_template(store: Store, name: str) -> None:
    """Forget a template; jobs keep the values it gave them."""
    with store.write():
        row = find_template(store, name)
        Template.delete().where(Template.id == row.id).execute()
        note(store, "settings", f"template {row.name} removed")


def _keep(
    store: Store,
    table: Any,
    kind: str,
    name: str,
    body: dict[str, Any],
    revision: int | None,
    reserved: Iterable[str] = (),
) -> None:
    if revision is not None:
        changed = (
            table.update(body=body, revision=table.revision + 1)
            .where(table.name == name, table.revision == revision)
            .execute()
        )
        if not changed:
            raise Conflict(f"{kind} {name} was changed by somebody else meanwhile: look again")
        note(store, "settings", f"{kind} {name} changed")
        return
    taken = [*reserved, *(row.name for row in table.select(table.name))]
    if name.casefold() in (one.casefold() for one in taken):
        raise Refused(f"there is a {kind} {name} already: plotty {kind} edit {name!r}")
    table.create(name=name, body=body, made_at=store.clock.now())
    note(store, "settings", f"{kind} {name} made")
