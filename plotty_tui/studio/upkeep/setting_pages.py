"""The studio's settings as pages: what each says, the form that changes it, and how that is kept.
Presets, templates, limits, gates, notices, themes and keys each have their own use cases; here they
stand side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from plotty_tui.domain import values
from plotty_tui.domain.errors import Refused
from plotty_tui.domain.notices import SECURITIES
from plotty_tui.domain.presets import BUILT_IN
from plotty_tui.store.database import Store

from ..actions import ACTIONS, CHOSEN_KEYS
from ..forms import Field, FormError
from ..keys import keys_file
from ..planning import limits, presets, templates
from . import notices
from .themes import read_theme_file, theme_file, theme_folders, theme_names

PRESET, TEMPLATE, DAY, GATES, NOTICES, THEME, KEYS = (
    "preset", "template", "day", "gates", "notices", "theme", "keys",
)  # fmt: skip
SECTIONS = {
    DAY: "Limits", GATES: "Limits", NOTICES: "Notices", PRESET: "Presets", TEMPLATE: "Templates",
    THEME: "Themes", KEYS: "Keys",
}  # fmt: skip
ON_OFF = ("on", "off")


@dataclass(frozen=True, slots=True)
class Page:
    """One thing that can be set: its `said` values with their names, and the fields of the form
    that changes it (none: it cannot be changed here). `can_copy`: another one can be made like it;
    `can_remove`: it is one's own."""

    kind: str
    name: str
    note: str
    said: tuple[tuple[str, str], ...] = ()
    fields: tuple[Field, ...] = ()
    can_copy: bool = False
    can_remove: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """What names it among all pages."""
        return self.kind, self.name


def setting_pages(store: Store) -> list[Page]:
    """Every page, section by section."""
    return [
        _day_page(store),
        _gates_page(store),
        _notices_page(store),
        *map(_preset_page, presets.presets(store)),
        *(_template_page(store, one) for one in templates.templates(store)),
        *_theme_pages(store),
        _keys_page(store),
    ]


def save_page(store: Store, page: Page, typed: Mapping[str, str]) -> str:
    """Keep what was changed in a page's form; what is said then. FormError for a wrong field."""
    old = {field.key: field.value for field in page.fields}
    changed = {key: text.strip() for key, text in typed.items() if text.strip() != old.get(key, "")}
    if not changed:
        return "nothing was changed"
    _by_field(_SAVE[page.kind], store, page, changed)
    return f"{page.name} is changed"


def copy_page(store: Store, page: Page, typed: Mapping[str, str]) -> str:
    """Make a preset or a template like this page's, as the form of `copy_fields` says."""
    name = typed.get("name", "").strip()
    if not name:
        raise FormError("name", "Name is needed")
    old = {field.key: field.value for field in copy_fields(page)}
    changed = {
        key: text.strip()
        for key, text in typed.items()
        if key != "name" and text.strip() != old.get(key, "")
    }
    if page.kind == TEMPLATE:
        base = templates.find_template(store, page.name)
        templates.create_template(
            store, templates.Template(**{**_plain(base), "name": name, **_template(changed)})
        )
    else:
        note = changed.pop("note", "")
        presets.create_preset(store, name, page.name, changed, note)
    return f"{name} is made, like {page.name}"


def copy_fields(page: Page) -> tuple[Field, ...]:
    """The form for another one like this page's."""
    fields = page.fields or _preset_fields(dict(page.said))
    return (Field("name", "Name", required=True, group="new"), *fields)


def remove_page(store: Store, page: Page) -> str:
    """Forget an own preset or template; what is said then."""
    if page.kind == PRESET:
        return f"{presets.remove_preset(store, page.name)} is removed"
    return f"{templates.remove_template(store, page.name)} is removed"


def _by_field(
    save: Callable[[Store, Page, dict[str, str]], Any], store: Store, page: Page, changed: Any
) -> None:
    """Save all of it at once; where that is refused and one field alone is, say so at the field."""
    try:
        save(store, page, changed)
    except Refused as refusal:
        for key in changed:
            if len(changed) == 1 or str(refusal).startswith(key):
                raise FormError(key, str(refusal)) from refusal
        raise


# Limits, gates, notices


def _none(value: Any, words: Callable[[Any], str] = str) -> str:
    return "none" if value is None else words(value)


def _page(kind: str, name: str, note: str, fields: Sequence[Field]) -> Page:
    said = tuple((field.label, field.value or "–") for field in fields)
    return Page(kind, name, note, said, tuple(fields))


def _day_page(store: Store) -> Page:
    day = limits.production_limits(store)
    fields = (
        Field("max_daily_seconds", "Drawing in a day", value=_none(day.max_daily_seconds, _hours),
              help="6h, 90m; none takes it back"),
        Field("max_pen_changes", "Pen changes in a day", value=_none(day.max_pen_changes),
              help="a whole number, or none"),
        Field("paper_budget_sheets", "Sheets in a day", value=_none(day.paper_budget_sheets),
              help="a whole number, or none"),
        Field("quality_threshold", "Warn below", value=_none(day.quality_threshold, _percent),
              help="percent of good sheets, or none"),
    )  # fmt: skip
    return _page(DAY, "Limits of a day", "what a day may take", fields)


def _gates_page(store: Store) -> Page:
    gates = limits.quality_gates(store)
    fields = (
        Field("min_success_rate", "Least success", value=_none(gates.min_success_rate, _percent),
              help="percent of attempted sheets that are good, or none"),
        Field("max_replot_rate", "Most replots", value=_none(gates.max_replot_rate, _percent),
              help="percent of copies that are drawn again, or none"),
        Field("min_customer_satisfaction", "Least satisfaction",
              value=_none(gates.min_customer_satisfaction, lambda stars: f"{stars:g}"),
              help="stars of clients, 1 to 5, or none"),
        Field("min_sheets", "Judged from", value=str(gates.min_sheets), help="sheets"),
    )  # fmt: skip
    return _page(GATES, "Quality gates", "a broken gate holds work", fields)


def _notices_page(store: Store) -> Page:
    told = notices.notify_settings(store)
    fields = (
        Field("studio_email", "The studio's mail", value=told.studio_email,
              help="its own notices and reports go there"),
        Field("smtp_host", "Mail server", value=told.smtp_host, help="empty: no mail is sent"),
        Field("smtp_port", "Port", value=str(told.smtp_port)),
        Field("smtp_security", "Security", value=told.smtp_security, choices=SECURITIES),
        Field("smtp_user", "User", value=told.smtp_user),
        Field("password_file", "Password file", value=told.password_file,
              help="a file that holds the password alone"),
        Field("sender", "From", value=told.sender, help="the address that mail comes from"),
    )  # fmt: skip
    page = _page(NOTICES, "Notices", "who is told, and how", fields)
    channels = notices.channel_words(told)
    said = [("Goes to", one) for one in channels] or [("Goes to", "nobody: only the bell rings")]
    more = ("Channels, hooks", "plotty config notify")
    return Page(page.kind, page.name, page.note, (*said, *page.said, more), page.fields)


def _save_notices(store: Store, page: Page, changed: dict[str, str]) -> None:
    values_of: dict[str, Any] = dict(changed)
    if "smtp_port" in changed:
        if not changed["smtp_port"].isdecimal():
            raise FormError("smtp_port", f"Port {changed['smtp_port']}: give a whole number")
        values_of["smtp_port"] = int(changed["smtp_port"])
    notices.change_settings(store, **values_of)


def _hours(seconds: float) -> str:
    hours, rest = divmod(round(seconds / 60), 60)
    return f"{hours}h{rest}m" if hours and rest else f"{hours}h" if hours else f"{rest}m"


def _percent(part: float) -> str:
    return f"{part:g} %"


# Presets and templates

_LABELS = {
    "pipeline": "vpype pipeline",
    "speed_pendown": "Speed, pen down",
    "speed_penup": "Speed, pen up",
    "accel": "Acceleration",
    "pen_pos_down": "Pen height down",
    "pen_pos_up": "Pen height up",
    "pen_rate_lower": "Lowering rate",
    "pen_rate_raise": "Raising rate",
    "pen_delay_down": "Delay after down",
    "pen_delay_up": "Delay after up",
    "sort": "Sort strokes",
    "join_mm": "Join ends up to",
    "join_tip": "Join ends, in tip widths",
    "covered": "Go back over own lines",
    "splice": "Splice closed strokes",
    "starts": "Choose starts",
    "kicks": "Search steps",
    "search_s": "Search at most",
    "duplicates": "Keep duplicates",
    "smooth_mm": "Smooth within",
}
_UNITS = {
    "speed_pendown": "%", "speed_penup": "%", "accel": "%", "pen_pos_down": "% of travel",
    "pen_pos_up": "% of travel", "pen_rate_lower": "% a second", "pen_rate_raise": "% a second",
    "pen_delay_down": "ms", "pen_delay_up": "ms", "join_mm": "mm", "kicks": "a stroke",
    "search_s": "s", "smooth_mm": "mm",
}  # fmt: skip


def setting_label(key: str) -> str:
    """What a preset's setting is called."""
    return _LABELS.get(key, key.replace("_", " "))


def setting_unit(key: str) -> str:
    """The unit of a preset's setting; empty without one."""
    return _UNITS.get(key, "")


def _setting_text(value: Any) -> str:
    if isinstance(value, bool):
        return ON_OFF[not value]
    return f"{value:g}" if isinstance(value, float | int) else str(value)


def _preset_page(preset: Any) -> Page:
    own = preset.name not in BUILT_IN
    said = {key: _setting_text(one) for key, one in presets.preset_settings(preset).items()}
    fields = _preset_fields({"note": preset.note, **said}) if own else ()
    note = preset.note if own else f"built in: {preset.note}"
    return Page(PRESET, preset.name, note, tuple(said.items()), fields, True, own)


def _preset_fields(said: Mapping[str, str]) -> tuple[Field, ...]:
    fields = [Field("note", "Note", value=said.get("note", ""))]
    for key in presets.setting_names():
        text = said.get(key, "")
        low, high = presets.RANGES.get(key, (0.0, 0.0))
        unit = setting_unit(key)
        reach = f"{low:g} to {high:g} {unit}".strip() if high else ""
        choices = ON_OFF if text in ON_OFF else ()
        fields.append(Field(key, setting_label(key), value=text, help=reach, choices=choices))
    return tuple(fields)


def _save_preset(store: Store, page: Page, changed: dict[str, str]) -> None:
    note = changed.pop("note", None)
    if "pipeline" in changed and not changed["pipeline"]:
        changed["pipeline"] = "none"
    presets.edit_preset(store, page.name, changed, note)


def _template_page(store: Store, template: templates.Template) -> Page:
    fields = (
        Field("preset", "Preset", value=template.preset,
              choices=tuple(one.name for one in presets.presets(store))),
        Field("pen_mapping", "Pens", value=template.pen_mapping,
              help="auto: by colour and tip; or slots or stickers, 2,1,3"),
        Field("quality_checks", "Verdict asked after each sheet",
              value=ON_OFF[not template.quality_checks], choices=ON_OFF),
        Field("documentation", "Written down", value=template.documentation or "usual",
              choices=("usual", templates.MINIMAL, templates.FULL)),
    )  # fmt: skip
    page = _page(TEMPLATE, template.name, str(template), fields)
    return Page(page.kind, page.name, page.note, page.said, page.fields, True, True)


def _template(changed: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {key: text for key, text in changed.items() if key != "note"}
    if "quality_checks" in found:
        found["quality_checks"] = found["quality_checks"] == "on"
    if found.get("documentation") == "usual":
        found["documentation"] = ""
    return found


def _plain(template: templates.Template) -> dict[str, Any]:
    return {"name": template.name, **template.to_json()}


# Themes and keys


def _theme_pages(store: Store) -> list[Page]:
    folders = theme_folders(store.home.user_themes)
    pages = []
    for name in theme_names(folders):
        path = theme_file(name, folders)
        try:
            note = read_theme_file(path).note
        except Refused as refusal:
            note = str(refusal)
        pages.append(Page(THEME, name, note, (("File", str(path)),)))
    return pages


def _keys_page(store: Store) -> Page:
    """Every action's id with its keys, those of one's own first."""
    mine = [(name, f"{keys}   (of your own)") for name, keys in CHOSEN_KEYS.items()]
    others = [(action.id, action.keys) for action in ACTIONS if action.id not in CHOSEN_KEYS]
    note = f"{values.plural(len(mine), 'key')} of your own" if mine else "as they come"
    return Page(KEYS, "Keys", note, (("File", str(keys_file(store))), *mine, *others))


_SAVE: dict[str, Callable[[Store, Page, dict[str, str]], Any]] = {
    DAY: lambda store, page, changed: limits.set_production(store, changed),
    GATES: lambda store, page, changed: limits.set_quality_gates(store, changed),
    NOTICES: _save_notices,
    PRESET: _save_preset,
    TEMPLATE: lambda store, page, changed: templates.edit_template(
        store, page.name, **_template(changed)
    ),
}
