"""Every setting of the studio by its name, `production.max_daily_time`: read, set as typed, and
held against what it may be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plotty_tui.domain.errors import NotFound, PlottyError, Refused
from plotty_tui.domain.limits import Production, QualityGates, with_gates, with_production
from plotty_tui.domain.notices import check_settings
from plotty_tui.domain.tiers import MEASURES
from plotty_tui.store import events
from plotty_tui.store.database import Store
from plotty_tui.store.machines import devices

from ..figures.benchmark import REFERENCE, reference_file
from ..figures.reporting import studio_name
from ..inventory import prices
from ..keys import read_keys
from ..planning import limits, presets, templates
from . import notices, settings
from .themes import theme_file, theme_folders

STUDIO_NAME = "studio_name"
NONE = "none"


@dataclass(frozen=True, slots=True)
class Named:
    """A setting: its value as JSON has it (None: not set) and as a person types it. `change` is the
    command that changes what `config set` cannot."""

    name: str
    value: Any
    text: str
    about: str
    change: str = ""


_Values = dict[str, tuple[Any, str]]


@dataclass(frozen=True, slots=True)
class _Group:
    """Settings that are kept together. `names`: the name here -> (the key there, what it is)."""

    prefix: str
    names: Mapping[str, tuple[str, str]]
    read: Callable[[Store], _Values]
    write: Callable[[Store, str, str], Any]
    change: Mapping[str, str]


def named_settings(store: Store) -> list[Named]:
    """Every setting with its value."""
    found = []
    for group in _GROUPS:
        held = group.read(store)
        for name, (key, about) in group.names.items():
            value, text = held[key]
            change = group.change.get(name, "")
            found.append(Named(_full(group, name), value, text, about, change))
    return found


def find_setting(store: Store, name: str) -> Named:
    """The setting of this name; NotFound names the nearest."""
    wanted = _plain(name)
    known = named_settings(store)
    for one in known:
        if _plain(one.name) == wanted:
            return one
    near = [one.name for one in known if _plain(one.name.rpartition(".")[2]) == wanted]
    if near:
        raise NotFound(f"no setting {name!r}: did you mean {' or '.join(near)}?")
    raise NotFound.named("setting", name, [one.name for one in known])


def change_setting(store: Store, name: str, text: str) -> tuple[Named, Named]:
    """Set one as typed (`none` takes it back): as it was, and as it is. Refused for what it cannot
    be, and for what another command changes."""
    old = find_setting(store, name)
    if old.change:
        raise Refused(f"{old.name} is changed by {old.change}")
    group, short = _place(old.name)
    key, _ = group.names[short]
    try:
        group.write(store, key, text.strip())
    except PlottyError as error:
        if str(error).startswith("--"):
            raise Refused(f"{old.name} {str(error).partition(' ')[2]}") from None
        raise
    return old, find_setting(store, old.name)


def settings_problems(store: Store) -> list[tuple[str, str, str]]:
    """What is wrong with the settings: (setting, what, the cure). Empty when all is well."""
    found = []
    for name, check, cure in (
        ("production", _check_production, "plotty config production"),
        ("quality-gates", _check_gates, "plotty config quality-gates"),
        ("hours", limits.working_hours, "plotty config production --hours 9:00-18:00"),
        ("quiet_hours", limits.quiet_hours, "plotty config production --quiet-hours 22:00-7:00"),
        ("complexity", limits.thresholds, "plotty config complexity"),
        ("notify", _check_notify, "plotty config notify"),
        ("prices", prices.prices, "plotty config prices"),
        ("stock", prices.stock_settings, "plotty config stock"),
        ("theme", _check_theme, "plotty theme use studio-dark"),
        ("presets", _check_presets, "plotty preset list"),
        ("templates", _check_templates, "plotty template edit"),
    ):
        try:
            answer = check(store)
            wrong = answer if isinstance(answer, list) else []
        except (PlottyError, TypeError, ValueError, KeyError, AttributeError) as error:
            wrong = [str(error) or repr(error)]
        found += [(name, why, cure) for why in wrong]
    found += [("keys", why, str(store.home.config / "keys.toml"))
              for why in read_keys(store, {}).problems]  # fmt: skip
    return found


def _check_production(store: Store) -> list[str]:
    day = limits.production_limits(store)
    with_production(Production(), {key: text for key, (_, text) in _production(store).items()})
    if day.quality_threshold is not None and not day.is_set:
        return ["a quality threshold alone limits nothing"]
    return []


def _check_gates(store: Store) -> list[str]:
    typed = {key: text for key, (_, text) in _gates(store).items()}
    with_gates(QualityGates(), typed)
    return []


def _check_notify(store: Store) -> list[str]:
    import shutil

    told = notices.notify_settings(store)
    wrong = []
    check_settings(told)
    if told.password_file and not Path(told.password_file).expanduser().is_file():
        wrong.append(f"the password file {told.password_file} is not there")
    for hook in told.hooks:
        if not shutil.which(hook[0]):
            wrong.append(f"the hook {hook[0]} is no command of this computer")
    return wrong


def _check_theme(store: Store) -> list[str]:
    theme_file(settings.chosen_theme(store), theme_folders(store.home.user_themes))
    return []


def _check_presets(store: Store) -> list[str]:
    known = {one.name for one in presets.presets(store)}
    return [
        f"plotter {row.name} has the preset {row.preset}, which is not there"
        for row in devices.device_rows(store)
        if row.preset and row.preset not in known
    ]


def _check_templates(store: Store) -> list[str]:
    known = {one.name for one in presets.presets(store)}
    return [
        f"template {one.name} has the preset {one.preset}, which is not there"
        for one in templates.templates(store)
        if one.preset and one.preset not in known
    ]


# The groups --------------------------------------------------------------------------------------


def _none_or(value: Any, words: Callable[[Any], str] = str) -> tuple[Any, str]:
    return value, NONE if value in (None, "") else words(value)


def _production(store: Store) -> _Values:
    day = limits.production_limits(store)
    return {
        "max_daily_seconds": _none_or(day.max_daily_seconds, _duration),
        "max_pen_changes": _none_or(day.max_pen_changes),
        "paper_budget_sheets": _none_or(day.paper_budget_sheets),
        "quality_threshold": _none_or(day.quality_threshold, _number_text),
    }


def _duration(seconds: float) -> str:
    hours, minutes = divmod(round(seconds / 60), 60)
    return (f"{hours}h" * bool(hours) + f"{minutes}m" * bool(minutes)) or "0m"


def _number_text(number: float) -> str:
    return f"{number:g}"


def _hours(store: Store) -> _Values:
    both = {"hours": limits.working_hours(store), "quiet_hours": limits.quiet_hours(store)}
    return {key: _none_or("-".join(times) if times[1] else None) for key, times in both.items()}


def _set_hours(store: Store, key: str, text: str) -> None:
    if key == "hours":
        limits.set_working_hours(store, text)
    else:
        limits.set_quiet_hours(store, text)


def _gates(store: Store) -> _Values:
    held = limits.quality_gates(store).to_json()
    return {key: _none_or(value, _number_text) for key, value in held.items()}


def _complexity(store: Store) -> _Values:
    found = limits.thresholds(store)
    return {
        f"{end}.{key}": (number, f"{number:g}")
        for end, numbers in (("low", found.low), ("high", found.high))
        for key, number in numbers.items()
    }


def _set_complexity(store: Store, key: str, text: str) -> None:
    end, _, measure = key.partition(".")
    said = {"low": "", "high": "", end: f"{measure}={text}"}
    limits.set_thresholds(store, said["low"], said["high"])


def _notify(store: Store) -> _Values:
    told = notices.notify_settings(store)
    held: _Values = {
        key: _none_or(one)
        for key, one in told.to_json().items()
        if key not in ("channels", "hooks")
    }
    words = notices.channel_words(told)
    return {**held, "channels": _none_or(words or None, ", ".join)}


def _set_notify(store: Store, key: str, text: str) -> None:
    none = text.casefold() == NONE and key != "smtp_security"
    value: Any = "" if none else text
    if key == "smtp_port":
        if not text.isdecimal():
            raise Refused(f"notify.smtp_port {text}: give a whole number from 1 to 65535")
        value = int(text)
    notices.change_settings(store, **{key: value})


def _prices(store: Store) -> _Values:
    held = prices.prices(store).to_json()
    return {
        key: _none_or(one, _number_text if isinstance(one, float | int) else str)
        for key, one in held.items()
    }


def _set_price(store: Store, key: str, text: str) -> None:
    none = text.casefold() == NONE
    if key == "currency":
        prices.set_prices(store, currency="" if none else text)
    else:
        prices.set_prices(store, **{key: None if none else _number(f"prices.{key}", text)})


def _stock(store: Store) -> _Values:
    held = prices.stock_settings(store)
    low = {kind: mm / 1000 for kind, mm in held.low_mm.items()}
    said = ", ".join(f"{kind}={metres:g}m" for kind, metres in low.items())
    return {
        **{key: (getattr(held, key), f"{getattr(held, key):g}")
           for key in ("scale_step_g", "low_percent", "hours_per_day")},
        "low_mm": (low or None, said or NONE),
    }  # fmt: skip


def _set_stock(store: Store, key: str, text: str) -> None:
    prices.set_stock(store, **{key: _number(f"stock.{key}", text)})


def _number(name: str, text: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        raise Refused(f"{name} {text!r}: give a number") from None


def _studio(store: Store) -> _Values:
    name = studio_name(store)
    theme = settings.chosen_theme(store)
    held = reference_file(store)
    return {
        STUDIO_NAME: _none_or(name),
        settings.THEME: (theme, theme),
        REFERENCE: _none_or(held or None),
    }


def _set_studio(store: Store, key: str, text: str) -> None:
    if key == settings.THEME:
        settings.use_theme(store, text)
    else:
        events.put_setting(store, STUDIO_NAME, "" if text.casefold() == NONE else text)


def _alike(*pairs: tuple[str, str]) -> dict[str, tuple[str, str]]:
    return {key: (key, about) for key, about in pairs}


_GROUPS: tuple[_Group, ...] = (
    _Group(
        "studio",
        {"name": (STUDIO_NAME, "as reports call it"),
         "theme": (settings.THEME, "of the dashboard"),
         "reference": (REFERENCE, "figures that the studio is compared with")},
        _studio, _set_studio, {"reference": "plotty config benchmark --reference FILE"},
    ),
    _Group(
        "production",
        {"max_daily_time": ("max_daily_seconds", "drawing in a day"),
         "max_pen_changes": ("max_pen_changes", "pen changes in a day"),
         "paper_budget": ("paper_budget_sheets", "sheets in a day"),
         "quality_threshold": ("quality_threshold", "percent of good sheets; below it warns")},
        _production,
        lambda store, key, text: limits.set_production(store, {key: text}), {},
    ),
    _Group(
        "working",
        {"hours": ("hours", "when people are there: 9:00-18:00"),
         "quiet_hours": ("quiet_hours", "when no sheet is begun: 22:00-7:00")},
        _hours, _set_hours, {},
    ),
    _Group(
        "quality_gates",
        _alike(("min_success_rate", "percent, good of attempted sheets"),
               ("max_replot_rate", "percent, extra attempts of copies"),
               ("min_customer_satisfaction", "stars, 1 to 5"),
               ("min_sheets", "a gate judges from so many sheets on")),
        _gates, lambda store, key, text: limits.set_quality_gates(store, {key: text}), {},
    ),
    _Group(
        "complexity",
        {f"{end}.{key}": (f"{end}.{key}", words)
         for end, words in (("low", "a job is low with at most this"),
                            ("high", "a job is high with more than this"))
         for key in MEASURES},
        _complexity, _set_complexity, {},
    ),
    _Group(
        "notify",
        _alike(("studio_email", "where notices and reports go"), ("smtp_host", "mail server"),
               ("smtp_port", "its port"), ("smtp_security", "starttls, ssl or none"),
               ("smtp_user", "who sends"), ("password_file", "holds the password alone"),
               ("sender", "the From address"), ("channels", "what tells the studio")),
        _notify, _set_notify, {"channels": "plotty config notify --channel URL, --hook COMMAND"},
    ),
    _Group(
        "prices",
        _alike(("currency", "kept with every price"), ("machine_hour", "an hour of a plotter"),
               ("operator_minute", "a minute of a person"),
               ("consumables_sheet", "tape, wipes and the like, a sheet"),
               ("nib_metre", "wear of nibs, a metre")),
        _prices, _set_price, {},
    ),
    _Group(
        "stock",
        {"scale_step_g": ("scale_step_g", "the scale's step"),
         "low_percent": ("low_percent", "a pen is low below this part of its life"),
         "hours_per_day": ("hours_per_day", "what the plotters draw a day"),
         "low_m": ("low_mm", "metres below which pens of a kind are low")},
        _stock, _set_stock, {"low_m": "plotty config stock --low-kind KIND=LENGTH"},
    ),
)  # fmt: skip


def _full(group: _Group, name: str) -> str:
    return f"{group.prefix}.{name}"


def _place(name: str) -> tuple[_Group, str]:
    prefix, _, short = name.partition(".")
    return next(group for group in _GROUPS if group.prefix == prefix), short


def _plain(name: str) -> str:
    return name.strip().casefold().replace("-", "_")
