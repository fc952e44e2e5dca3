"""Which preset and which pens a job is planned with, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from plotty_tui.domain import tiers
from plotty_tui.domain.errors import PlottyError
from plotty_tui.domain.pen_choice import PenChoice, StockPen, assign_pens
from plotty_tui.domain.presets import Preset
from plotty_tui.store.database import Store
from plotty_tui.store.inventory import materials
from plotty_tui.store.presets import find_preset
from plotty_tui.store.tables import Client, Job

from . import limits as limit_books
from .pen_plans import AUTO, map_pens, pen_words, read_pens
from .plan_selection import (
    find_client,
    job_class,
)
from .plan_wishes import BatchPlan, PlannedJob, Wanted, Wish
from .plans import DEFAULT_PRESET, inked, read_strokes
from .templates import Template, find_template


def equip_jobs(store: Store, wish: Wish, found: Sequence[Job], made: BatchPlan) -> list[Wanted]:
    """Each job with its preset, pens and tier; those that cannot be read are told in `made`."""
    stock = materials.stock_pens(store)
    template = find_template(store, wish.template) if wish.template else None
    if wish.preset:
        find_preset(store, wish.preset)
    if wish.pen_mapping and wish.pen_mapping.casefold() != AUTO:
        read_pens(pen_words(wish.pen_mapping), stock)
    standards = _standards(store, wish, made)
    thresholds = limit_books.thresholds(store)
    wanted = []
    for job in found:
        complexity, _ = tiers_of = job_class(job, thresholds)
        shown = PlannedJob(job.id, job.name, job.priority, job.copies, complexity)
        if wish.quality_tiers or wish.auto_preset:
            client = job.client.standards if job.client_id else {}
            shown.tier, shown.why = tiers.tier_of(
                *tiers_of, job.category, job.tags, str(client.get("tier", ""))
            )
        if standards.get("paper"):
            job.paper = standards["paper"]
        try:
            preset, why = _preset_of(store, wish, job, template, standards, shown)
            one = Wanted(job, preset, [], [], shown, template)
            shown.why = why or shown.why
            one.layers = inked(read_strokes(store.home.strokes_file(job.design.sha256), job.name))
            one.choices = _pens_of(wish, job, template, standards, one.layers, stock, made)
            one.settings = _settings_of(template, standards)
        except PlottyError as error:
            shown.error = str(error)
            made.jobs.append(shown)
            continue
        wanted.append(one)
    return wanted


def _standards(store: Store, wish: Wish, made: BatchPlan) -> dict[str, Any]:
    if not wish.standards:
        return {}
    client: Client = find_client(store, wish.choice.client)
    known = {key: client.standards[key] for key in ("preset", "pens", "paper", "gates", "tier")
             if client.standards.get(key)}  # fmt: skip
    if not known:
        made.notes.append(f"client {client.name} has no standards: planned as usual")
    else:
        said = ", ".join(f"{key} {_words(value)}" for key, value in known.items())
        made.notes.append(f"standards of {client.name}: {said}")
    return known


def _words(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {one}" for key, one in value.items())
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def _preset_of(
    store: Store,
    wish: Wish,
    job: Job,
    template: Template | None,
    standards: dict[str, Any],
    shown: PlannedJob,
) -> tuple[Preset, str]:
    """The preset of a job, and why it is this one: as told, by the template, the client's standard,
    the tier, the job itself, its plan, or the usual one."""
    told: tuple[tuple[str, str], ...] = (
        (wish.preset, "as told"),
        (template.preset if template else "", f"template {template.name}" if template else ""),
        (str(standards.get("preset", "")), "the client's standard"),
        (tiers.TIER_PRESETS[shown.tier] if wish.auto_preset else "",
         f"tier {shown.tier}: {shown.why}"),
        (str(job.settings.get("preset", "")), f"template {job.template}" if job.template else ""),
    )  # fmt: skip
    name, why = next((one for one in told if one[0]), ("", ""))
    if name:
        preset = find_preset(store, name)
    else:
        keep = job.plan_id is not None and not wish.choice.names and not wish.again
        preset = (
            Preset.from_json(job.plan.body["preset"])
            if keep
            else find_preset(store, DEFAULT_PRESET)
        )
    if wish.least_travel:
        order = preset.order
        preset = replace(
            preset,
            pipeline="",
            order=replace(order, sort=True, starts=True, kicks=max(order.kicks, TRAVEL_KICKS)),
        )
    return preset, why


# Steps of the search, for each stroke, when the least travel is wanted.
TRAVEL_KICKS = 50.0


def _pens_of(
    wish: Wish,
    job: Job,
    template: Template | None,
    standards: dict[str, Any],
    layers: list[Any],
    stock: Sequence[StockPen],
    made: BatchPlan,
) -> list[PenChoice]:
    chosen = assign_pens(layers, stock)
    mapping: Any = wish.pen_mapping or (template.pen_mapping if template else "")
    mapping = mapping or standards.get("pens") or job.settings.get("pen_mapping") or AUTO
    if isinstance(mapping, str) and mapping.strip().casefold() == AUTO:
        return chosen
    words = pen_words(mapping) if isinstance(mapping, str) else tuple(map(str, mapping))
    pens = read_pens(words, stock)
    if len(layers) > len(pens):
        made.notes.append(
            f"{job.name} has {len(layers)} layers, the mapping {len(pens)} pens: the others by "
            "colour"
        )
    return map_pens(layers, chosen, pens)


def _settings_of(template: Template | None, standards: dict[str, Any]) -> dict[str, Any]:
    """What a job keeps of this planning."""
    settings = template.job_settings() if template else {}
    if gates := standards.get("gates"):
        settings["gates"] = gates
    return settings
