"""Every figure of a studio with a history, counted again from the raw rows in another way."""

from __future__ import annotations

import json
import math
import statistics
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import FIRST_DAY, Books, grouped, local, told_by

from plotty_tui.cli.groups_figures import analyze_group, benchmark_group, kpi_group, report_group

MADE = ("drawn", "good", "second", "proof")
JUDGED = ("good", "second", "spoiled")
KINDS = {"lost their power": "motor power", "USB connection": "connection"}


def near(value: Any) -> Any:
    return None if value is None else pytest.approx(value, rel=1e-9, abs=1e-9)


def of_late(moment_ms: int) -> bool:
    """In the last 30 days."""
    return local(moment_ms) >= datetime.now().astimezone() - timedelta(days=30)


def ended(books: Books) -> list[Any]:
    return [one for one in books.sheet if one.ended_at is not None and one.state != "cancelled"]


def judged(sheets: list[Any]) -> list[Any]:
    return [one for one in sheets if one.state in JUDGED]


def percent(part: float, whole: float) -> float | None:
    return part / whole * 100 if whole else None


def success(sheets: list[Any]) -> float | None:
    return percent(sum(one.state == "good" for one in sheets), len(judged(sheets)))


def estimate(books: Books, sheet: Any) -> float:
    item = books.of(sheet, "item")
    seconds: float = (
        item.sheet_seconds if item.sheet_seconds is not None else (books.of(item, "plan").seconds)
    )
    return seconds


def made_seconds(sheets: list[Any]) -> float:
    return math.fsum(one.seconds for one in sheets if one.state in MADE)


def stars(books: Books, sheets: list[Any]) -> list[float]:
    found = [
        one.quality if one.quality is not None else books.of(one, "run").quality for one in sheets
    ]
    return [one for one in found if one is not None]


def category(books: Books, sheet: Any) -> str:
    job = books.of(books.of(sheet, "item"), "job")
    return (job.category if job else "") or "none"


def client_of(books: Books, sheet: Any) -> Any:
    """The job's client, else the run's."""
    job = books.of(books.of(sheet, "item"), "job")
    return (books.of(job, "client") if job else None) or books.of(books.of(sheet, "run"), "client")


def pens_of(books: Books, sheet: Any) -> set[int]:
    return {
        part.pen_id
        for part in books.sheet_layer
        if part.sheet_id == sheet.id and part.pen_id is not None and not part.skipped
    }


def test_the_history_has_what_the_figures_are_about(books: Books) -> None:
    assert len(ended(books)) > 10
    assert any(one.state == "spoiled" for one in books.sheet)
    assert any(one.attempt > 1 for one in books.sheet)
    assert any(one.kind == "interrupted" for one in books.event)
    assert {run.state for run in books.run} == {"completed"}
    assert {run.batch_id for run in books.run if run.replot_of_id is None} != {None}


GIVEN = {
    "analyze batch": ["--name", "RUN-001"],
    "analyze improvements": ["--since", "last_7_days"],
    "report client": ["--name", "Acme"],
    "report run": ["RUN-001"],
}
NAMED = ("analyze batch", "report client", "report run")
FIGURES = [
    f"{group.name} {name}"
    for group in (report_group, kpi_group, analyze_group, benchmark_group)
    for name in group.table  # type: ignore[attr-defined]
    if name != "dossier"  # files, no figures
]


@pytest.mark.parametrize("words", FIGURES)
def test_every_document_has_its_keys(books: Books, words: str) -> None:
    document = books.told(*words.split(), *GIVEN.get(words, []))
    assert {"title", "period", "made_at", "currency", "parts"} <= set(document)
    assert datetime.fromisoformat(document["made_at"]).tzinfo is not None
    assert document["parts"]
    for part in document["parts"]:
        assert {"part", "title"} < set(part)


@pytest.mark.parametrize("words", [one for one in FIGURES if one not in NAMED])
def test_an_empty_studio_has_no_data_and_no_zeros_for_rates(words: str, tmp_path: Path) -> None:
    document = told_by(tmp_path, *words.split(), *GIVEN.get(words, []))
    for part in document["parts"]:
        for figure in part.get("figures", {}).values():
            if figure["kind"] in ("percent", "change", "rating"):
                assert figure["value"] is None, figure


# Quality, efficiency -----------------------------------------------------------------------------


def keys_of(books: Books, sheet: Any, word: str) -> list[str]:
    """The groups that a sheet belongs to."""
    if word == "pen":
        pens = [books.by_id["pen"][one] for one in pens_of(books, sheet)]
        return [f"{one.code} {one.name}" for one in pens]
    if word == "paper":
        return [books.of(sheet, "item").paper]
    if word == "device":
        return [books.of(sheet, "device").name]
    if word == "client":
        client = client_of(books, sheet)
        return [client.name if client else "none"]
    if word == "complexity":
        return [complexity(books, sheet)]
    return [category(books, sheet)]


def complexity(books: Books, sheet: Any) -> str:
    plan = books.of(books.of(sheet, "item"), "plan")
    paths = sum(layer["strokes"] for layer in json.loads(books.of(plan, "design").layers))
    layers = len(json.loads(plan.body)["layers"])
    metres = plan.pen_down_mm / 1000
    if paths > 5000 or metres > 60 or plan.lifts > 3000 or layers > 4:
        return "high"
    return (
        "low" if paths <= 300 and metres <= 10 and plan.lifts <= 300 and layers <= 2 else "medium"
    )


@pytest.mark.parametrize("word", ["pen", "paper", "complexity", "device", "client", "job type"])
def test_quality_by_every_key(books: Books, word: str) -> None:
    groups = grouped(
        [(key, one) for one in ended(books) for key in keys_of(books, one, word)],
        lambda pair: pair[0],
    )
    rows = books.table(f"By {word}", "analyze", "quality", f"--by-{word.replace(' ', '-')}")
    assert {row["name"] for row in rows} == set(groups)
    for row in rows:
        sheets = [one for _, one in groups[row["name"]]]
        rated = stars(books, sheets)
        assert row["good"] == sum(one.state == "good" for one in sheets)
        assert row["attempted"] == len(judged(sheets))
        assert row["success_percent"] == near(success(sheets))
        assert row["rated"] == len(rated)
        assert row["rating"] == near(sum(rated) / len(rated))
        few = len(judged(sheets)) < 20
        assert row["remark"] == (f"not enough sheets ({len(judged(sheets))} of 20)" if few else "")


def test_the_change_of_quality_is_between_two_halves(books: Books) -> None:
    first, last = FIRST_DAY, date.today() + timedelta(days=1)
    middle = datetime.combine(first, datetime.min.time()) + (last - first) / 2
    for row in books.table("By paper", "analyze", "quality", "--by-paper"):
        mine = [one for one in ended(books) if books.of(one, "item").paper == row["name"]]
        halves = grouped(mine, lambda one: local(one.ended_at) >= middle.astimezone())
        before, after = success(halves.get(False, [])), success(halves.get(True, []))
        both = before is not None and after is not None
        assert row["change_points"] == (near(after - before) if both else None)  # type: ignore[operator]


def test_success_and_rating_by_week(books: Books) -> None:
    weeks = grouped(
        ended(books),
        lambda one: local(one.ended_at).date() - timedelta(days=local(one.ended_at).weekday()),
    )
    told = {one["title"]: one for one in books.told("analyze", "quality", "--trends")["parts"]}
    part = told["Success by week"]
    for point, week in zip(told["Rating by week"]["points"], sorted(weeks), strict=True):
        rated = stars(books, weeks[week])
        assert point["value"] == near(sum(rated) / len(rated))
    assert [point["label"] for point in part["points"]] == [str(one)[5:] for one in sorted(weeks)]
    for point, week in zip(part["points"], sorted(weeks), strict=True):
        assert point["value"] == near(success(weeks[week]))


@pytest.mark.parametrize(
    ("word", "key"),
    [
        ("job type", category),
        ("time of day", lambda books, one: f"{local(one.ended_at):%H}"),
        ("device", lambda books, one: books.of(one, "device").name),
    ],
)
def test_efficiency_by_every_key(books: Books, word: str, key: Any) -> None:
    groups = grouped(ended(books), lambda one: key(books, one))
    rows = books.table(f"By {word}", "analyze", "efficiency", f"--by-{word.replace(' ', '-')}")
    assert {row["name"] for row in rows} == set(groups)
    for row in rows:
        sheets = groups[row["name"]]
        occupied = sum(one.seconds + one.human_seconds for one in sheets)
        assert row["good_seconds"] == near(made_seconds(sheets))
        assert row["occupied"] == near(occupied)
        assert row["efficiency"] == near(made_seconds(sheets) / occupied * 100)
        assert row["per_hour"] == near(len(sheets) / (occupied / 3600))


# Faults, plotters --------------------------------------------------------------------------------


def faults(books: Books) -> list[Any]:
    return [one for one in books.event if one.kind == "interrupted"]


def kind_of(event: Any) -> str:
    return next(kind for words, kind in KINDS.items() if words in event.text)


def stood_still(books: Books, event: Any) -> float:
    """Seconds from a fault to the end of the stretch in fault that follows it."""
    after = [
        one for one in books.spell
        if one.device_id == event.device_id and one.state in ("fault", "interrupted")
        and one.until is not None and one.until > event.at
    ]  # fmt: skip
    spell = min(after, key=lambda one: one.since)
    return (spell.until - max(spell.since, event.at)) / 1000


def test_faults_by_kind_and_key(books: Books) -> None:
    document = books.told("analyze", "errors")
    told = {part["title"]: part.get("rows", []) for part in document["parts"]}
    counts = Counter(map(kind_of, faults(books)))
    assert {row["kind"]: row["number"] for row in told["What it was"]} == counts
    for row in told["What it was"]:
        mine = [one for one in faults(books) if kind_of(one) == row["kind"]]
        assert row["seconds"] == near(sum(stood_still(books, one) for one in mine))
    keys = {
        "By job type": lambda one: category(books, books.of(one, "sheet")),
        "By plotter": lambda one: books.of(one, "device").name,
        "By hour": lambda one: f"{local(one.at):%H}",
    }
    of_sheets = {
        "By job type": lambda one: category(books, one),
        "By plotter": lambda one: books.of(one, "device").name,
        "By hour": lambda one: f"{local(one.ended_at):%H}",
    }
    for title, key in keys.items():
        number = Counter(map(key, faults(books)))
        sheets = grouped(ended(books), of_sheets[title])
        rows = told[title]
        names = [next(iter(row.values())) for row in rows]
        assert set(names) == {*number, *sheets}
        for name, row in zip(names, rows, strict=True):
            hours = sum(one.seconds for one in sheets.get(name, [])) / 3600
            assert row["faults"] == number[name]
            assert row["hours"] == near(hours)
            assert row["per_hour"] == (near(number[name] / hours) if hours else None)


def test_plotters_time_and_fault_rates(books: Books) -> None:
    begin = datetime.combine(FIRST_DAY, datetime.min.time()).timestamp()
    for row in books.table("Uptime", "analyze", "devices", "--uptime"):
        mine = [one for one in books.spell if books.of(one, "device").name == row["plotter"]]
        spent: Counter[str] = Counter()
        for one in mine:
            if one.until is not None:
                spent[one.state] += (one.until - max(one.since, begin * 1000)) / 1000
        assert row["drawing"] == near(spent["drawing"])
        assert row["waiting"] == near(spent["waiting"] + spent["paused"])
        assert row["fault"] == near(spent["fault"] + spent["interrupted"])
        whole = sum(seconds for state, seconds in spent.items() if state != "off")
        known = row["drawing"] + row["waiting"] + row["fault"] + row["idle"]
        assert row["uptime_percent"] == near((known - row["fault"]) / known * 100)
        assert known <= whole + 1e-6
    for row in books.table("Error rates", "analyze", "devices", "--error-rates"):
        sheets = [one for one in ended(books) if books.of(one, "device").name == row["plotter"]]
        ids = {one.id for one in sheets}
        lifts = sum(
            max(0, part.last_stroke - part.first_stroke + 1)
            for part in books.sheet_layer
            if part.sheet_id in ids and not part.skipped
        )
        number = sum(books.of(one, "device").name == row["plotter"] for one in faults(books))
        assert (row["faults"], row["lifts"]) == (number, lifts)
        assert row["per_1000_lifts"] == near(number / lifts * 1000)
        assert row["hours"] == near(sum(one.seconds for one in sheets) / 3600)


def test_the_next_service_is_the_limit_that_is_reached_first(books: Books) -> None:
    rows = {row["plotter"]: row for row in books.table("Maintenance", "analyze", "devices")}
    for device in books.device:
        row = rows[device.name]
        limits = json.loads(device.settings).get("service")
        if not limits:
            assert row["next_service"] == "no limits"
            continue
        parts = [
            part for part in books.sheet_layer
            if books.of(books.of(part, "sheet"), "device").id == device.id
        ]  # fmt: skip
        late = [part for part in parts if of_late(part.drawn_at)]
        metres, hours = (sum(part.ink_mm for part in parts) / 1000,
                         sum(part.seconds for part in parts) / 3600)  # fmt: skip
        # Nothing was serviced; on at the pace of the last 30 days.
        days = min((60 - metres) / (sum(part.ink_mm for part in late) / 1000 / 30),
                   (40 - hours) / (sum(part.seconds for part in late) / 3600 / 30))  # fmt: skip
        assert row["next_service"] == str(date.today() + timedelta(days=int(days)))
        assert row["limit"] == "60 m"
        assert row["used_percent"] == near(device.drawn_mm / 1000 / 60 * 100)


# Clients -----------------------------------------------------------------------------------------


def test_satisfaction_and_its_relation_to_our_own_rating(books: Books) -> None:
    rated = [run for run in books.run if run.client_rating is not None]

    def first_job(run: Any) -> Any:
        items = [one for one in books.item if one.run_id == run.id]
        return books.of(min(items, key=lambda one: one.position), "job")

    def client(run: Any) -> str:
        found = books.of(run, "client") or books.of(first_job(run), "client")
        return found.name if found else "none"

    document = books.told("analyze", "satisfaction")
    by_client, by_type, related = document["parts"]
    for part, key in ((by_client, client), (by_type, lambda run: first_job(run).category)):
        groups = grouped(rated, key)
        assert {row["name"] for row in part["rows"]} == set(groups)
        for row in part["rows"]:
            given = [run.client_rating for run in groups[row["name"]]]
            assert row["rating"] == near(sum(given) / len(given))
            assert (row["n"], row["lowest"]) == (len(given), min(given))
    pairs = [(run.client_rating, run.quality) for run in rated if run.quality is not None]
    assert len(pairs) >= 8
    told = related["figures"]["correlation"]
    assert (told["value"], told["n"]) == (near(statistics.correlation(*zip(*pairs))), len(pairs))  # noqa: B905


# Pens and paper ----------------------------------------------------------------------------------


def outflow(books: Books) -> list[Any]:
    return [
        one for one in books.ledger
        if one.pen_id is not None and one.kind in ("use", "waste", "prime", "correct")
    ]  # fmt: skip


def test_pens_as_the_ledger_says(books: Books) -> None:
    by_pen = grouped(outflow(books), lambda one: books.of(one, "pen").code)
    told = {part["title"]: part for part in books.told("analyze", "pens")["parts"]}
    whole = -sum(one.mm for one in outflow(books)) / 1000
    assert told["By pen"]["totals"]["ink_m"] == near(whole)
    for row in told["By pen"]["rows"]:
        mine = by_pen[row["pen"]]
        days = grouped(mine, lambda one: local(one.at).date())
        used = [day for day, ones in days.items() if abs(sum(one.mm for one in ones)) > 0.001]
        metres = -sum(one.mm for one in mine) / 1000
        assert row["ink_m"] == near(metres)
        assert row["days"] == len(used)
        assert row["m_per_day"] == near(metres / len(used))
        assert row["share_percent"] == near(metres / whole * 100)
        assert row["sheets"] == len({one.sheet_id for one in mine} - {None})
    by_day = {point["label"]: point["value"] for point in told["Ink by day"]["points"]}
    for day, ones in grouped(outflow(books), lambda one: local(one.at).date()).items():
        assert by_day[f"{day.day} {day:%b}"] == near(-sum(one.mm for one in ones) / 1000)
    jobs = grouped(
        outflow(books),
        lambda one: (books.of(one, "pen").code,
                     books.of(books.of(one, "sheet"), "item").name if one.sheet_id else ""),
    )  # fmt: skip
    for row in told["By job"]["rows"]:
        mine = jobs[row["pen"], row["job"]]
        assert row["ink_m"] == near(-sum(one.mm for one in mine) / 1000)


def ahead(books: Books) -> list[tuple[int, dict[int, float], float]]:
    """Of the planned jobs that still want copies (those of proofs do): copies, mm by pen,
    seconds."""
    found = []
    for job in books.job:
        if job.state != "planned" or job.archived_at is not None:
            continue
        plan = books.of(job, "plan")
        pens: dict[int, float] = {}
        for layer in json.loads(plan.body)["layers"]:
            pen = layer["pen"]["pen_id"]
            pens[pen] = pens.get(pen, 0.0) + layer["pen_down_mm"]
        items = {one.id for one in books.item if one.job_id == job.id}
        fine = [one for one in books.sheet
                if one.item_id in items and one.state in ("drawn", "good", "second")]  # fmt: skip
        found.append((job.copies - len(fine), pens, plan.seconds))
    return found


def test_wear_and_what_is_left(books: Books) -> None:
    told = {part["title"]: part for part in books.told("analyze", "pens")["parts"]}
    pens = {one.code: one for one in books.pen}
    for row in told["Wear"]["rows"]:
        pen = pens[row["pen"]]
        drawn = [one for one in outflow(books) if one.pen_id == pen.id]
        mm = -sum(one.mm for one in drawn)
        assert row["drawn_m"] == near(mm / 1000)
        assert row["used_percent"] == near(mm / pen.life_mm * 100)
        spoiled = [
            one for one in ended(books)
            if one.state == "spoiled" and one.reason in ("pen_dry", "ink_skip", "ink_blot")
            and pen.id in pens_of(books, one)
        ]  # fmt: skip
        assert row["faults"] == len(spoiled)
        assert row["faults_per_km"] == (near(len(spoiled) / (mm / 1e6)) if mm else None)
    for row in told["Replacement"]["rows"]:
        pen = pens[row["pen"]]
        stock = sum(
            one.mm for one in books.ledger
            if one.pen_id == pen.id and one.kind not in ("reserve", "release")
        )  # fmt: skip
        assert row["left_m"] == near(stock / 1000)
        wanted = sum(copies * layers.get(pen.id, 0.0) for copies, layers, _ in ahead(books))
        assert row["wanted_m"] == near(wanted / 1000)
        drawn = -sum(one.mm for one in outflow(books) if one.pen_id == pen.id and of_late(one.at))
        # The work ahead at 6 hours a day on two plotters, then the pace of the last 30 days.
        work = sum(copies * seconds for copies, _, seconds in ahead(books)) / (6 * 3600 * 2)
        days = work + (stock - wanted) / (drawn / 30) if drawn else None
        soon = days is not None and days < 3650
        ends = str(date.today() + timedelta(days=int(days))) if soon else ""  # type: ignore[arg-type]
        assert row["replace_on"] == ends


def test_paper_by_job_its_cost_and_why_it_was_wasted(books: Books) -> None:
    told = {part["title"]: part for part in books.told("analyze", "paper")["parts"]}
    booked = [
        one for one in books.ledger
        if one.paper_id is not None and one.run_id is not None
        and one.kind in ("use", "waste", "adjust", "correct")
    ]  # fmt: skip
    by_job = grouped(booked, lambda one: books.of(books.of(one, "sheet"), "item").name)
    sheets = grouped(ended(books), lambda one: books.of(one, "item").name)
    assert {row["job"] for row in told["By job"]["rows"]} == set(by_job)
    for row in told["By job"]["rows"]:
        mine = by_job[row["job"]]
        fates = Counter(one.state for one in sheets[row["job"]])
        assert row["used"] == -sum(one.sheets for one in mine)
        assert row["wasted"] == -sum(one.sheets for one in mine if one.kind == "waste")
        for fate in ("good", "second", "spoiled", "proof"):
            assert row[fate] == fates[fate]
    for row in told["Cost of paper"]["rows"]:
        mine = [one for one in booked if books.of(one, "paper").name == row["paper"]]
        good = [
            one for one in ended(books)
            if one.state == "good" and books.of(one, "item").paper == row["paper"]
        ]  # fmt: skip
        cost = -sum(one.sheets for one in mine) * books.of(mine[0], "paper").price
        assert row["cost"] == near(cost)
        assert row["cost_per_good"] == (near(cost / len(good)) if good else None)
    spoiled = grouped(
        [one for one in ended(books) if one.state == "spoiled"],
        lambda one: (books.of(one, "item").paper, one.reason.replace("_", " ")),
    )
    rows = told["Why sheets were spoiled"]["rows"]
    assert {(row["paper"], row["reason"]): row["sheets"] for row in rows} == {
        key: len(ones) for key, ones in spoiled.items()
    }
    for row in rows:
        mine = spoiled[row["paper"], row["reason"]]
        assert row["seconds"] == near(sum(one.seconds for one in mine))
    for row in told["Spares to plan"]["rows"]:
        mine = [one for one in judged(ended(books)) if books.of(one, "item").paper == row["paper"]]
        bad = sum(one.state == "spoiled" for one in mine)
        assert (row["spoiled"], row["judged"]) == (bad, len(mine))
        if len(mine) >= 10:
            assert row["spare_percent"] == near(bad / len(mine) * 100)
            assert row["for_copies"] == math.ceil(30 * bad / len(mine))


# A batch -----------------------------------------------------------------------------------------


def test_a_batch_day_by_day_and_where_it_lost(books: Books) -> None:
    batches = grouped(ended(books), lambda one: books.of(one, "run").batch_id)
    batches.pop(None, None)
    longest = max(batches, key=lambda one: made_seconds(batches[one]))
    batch, mine = books.by_id["batch"][longest], batches[longest]
    told = {
        part["title"]: part
        for part in books.told("analyze", "batch", "--name", batch.name.lower())["parts"]
    }
    days = grouped(mine, lambda one: str(local(one.ended_at).date()))
    rows = told["By day"]["rows"]
    assert [row["day"] for row in rows] == sorted(days)
    for row in rows:
        sheets = days[row["day"]]
        finished = [one for one in sheets if one.state in MADE]
        est = sum(estimate(books, one) for one in finished)
        occupied = sum(one.seconds + one.human_seconds for one in sheets)
        assert row["sheets"] == len(sheets)
        assert row["sheets_per_hour"] == near(len(sheets) / occupied * 3600)
        assert row["success_percent"] == near(success(sheets))
        assert row["time_percent"] == near((made_seconds(sheets) - est) / est * 100)
    lost = {row["what"]: row for row in told["Where it lost"]["rows"]}
    ids = {one.id for one in mine}
    for kind, what in (("pen", "waits for a pen"), ("paper", "waits for paper")):
        hands = [
            one for one in books.hand
            if one.kind == kind and one.sheet_id in ids and one.answered_at is not None
        ]  # fmt: skip
        assert lost[what]["number"] == len(hands)
        seconds = sum(one.answered_at - one.since for one in hands) / 1000
        assert lost[what]["seconds"] == near(seconds)
    late = made_seconds(mine) - sum(estimate(books, one) for one in mine if one.state in MADE)
    assert late > 1
    assert lost["longer than planned"]["seconds"] == near(late)


# Key figures, reports, comparisons ---------------------------------------------------------------


def key_figures(books: Books, sheets: list[Any]) -> dict[str, float | None]:
    first = [one for one in judged(sheets) if one.attempt == 1]
    finished = [one for one in sheets if one.state in MADE]
    est = sum(estimate(books, one) for one in finished)
    good = sum(one.state == "good" for one in sheets)
    return {
        "good": good,
        "success": success(sheets),
        "first_pass": percent(sum(one.state == "good" for one in first), len(first)),
        "replots": percent(len(judged(sheets)) - len(first), len(first)),
        "spoiled": sum(one.state == "spoiled" for one in sheets),
        "ink_m": sum(one.ink_mm for one in sheets) / 1000,
        "machine_seconds": sum(one.seconds for one in sheets),
        "operator_seconds": sum(one.human_seconds for one in sheets),
        "time_variance": percent(made_seconds(sheets) - est, est),
    }


def all_of_it(books: Books) -> dict[str, float | None]:
    found = key_figures(books, ended(books))
    jobs = [one for one in books.job if one.due_at is not None and one.done_at is not None]
    rated = [run.quality for run in books.run if run.quality is not None]
    good = sum(one.state == "good" for one in books.sheet)
    return found | {
        "pens_put_in": sum(
            one.kind == "pen" and one.answered_at is not None for one in books.hand
        ),
        "quality": sum(rated) / len(rated),
        "on_time": percent(sum(one.done_at <= one.due_at for one in jobs), len(jobs)),
        "cost_good": cost(books) / good,
    }  # fmt: skip


def cost(books: Books) -> float:
    """Ink and paper by the ledger, machine hours at 6.00, operator minutes at 0.60."""
    money = 0.0
    for one in books.ledger:
        if one.kind in ("receive", "reserve", "release", "retire") or one.run_id is None:
            continue
        pen, paper = books.of(one, "pen"), books.of(one, "paper")
        if pen is not None and pen.price is not None:
            money -= one.mm / pen.life_mm * pen.price
        if paper is not None:
            money -= one.sheets * paper.price
    for run in books.run:
        mine = [one for one in books.sheet if one.run_id == run.id]
        machine = run.seconds if run.seconds is not None else sum(one.seconds for one in mine)
        human = run.human_seconds
        human = human if human is not None else sum(one.human_seconds for one in mine)
        money += machine / 3600 * 6.0 + human / 60 * 0.6
    return money


def test_the_key_figures_of_the_period(books: Books) -> None:
    figures = books.part("The studio", "kpi", "dashboard")["figures"]
    for key, value in all_of_it(books).items():
        assert figures[key]["value"] == near(value), key


def test_the_report_says_the_same(books: Books) -> None:
    told = {part["title"]: part for part in books.told("report", "production")["parts"]}
    figures, counted = told["Summary"]["figures"], all_of_it(books)
    for key, of in (("good", "good"), ("success", "success"), ("first_pass", "first_pass"),
                    ("replots", "replots"), ("ink", "ink_m"), ("machine", "machine_seconds"),
                    ("human", "operator_seconds"), ("variance", "time_variance"),
                    ("quality", "quality"), ("on_time", "on_time"),
                    ("cost_good", "cost_good")):  # fmt: skip
        assert figures[key]["value"] == near(counted[of]), key
    jobs = grouped(ended(books), lambda one: books.of(one, "item").name)
    assert {row["job"] for row in told["Jobs"]["rows"]} == set(jobs)
    for row in told["Jobs"]["rows"]:
        assert row["seconds"] == near(sum(one.seconds for one in jobs[row["job"]]))
        assert row["success_percent"] == near(success(jobs[row["job"]]))
    days = grouped(ended(books), lambda one: local(one.ended_at).date())
    chart = told["Good sheets by day"]["points"]
    for point in chart:
        day = next((one for one in days if f"{one.day} {one:%b}" == point["label"]), None)
        assert point["value"] == sum(one.state == "good" for one in days.get(day, []))


def test_a_clients_report_counts_its_own_sheets(books: Books) -> None:
    for client in books.client:
        mine = [one for one in ended(books) if client_of(books, one) == client]
        if not mine:
            continue
        figures = books.part("Summary", "report", "client", "--name", client.name)["figures"]
        counted = key_figures(books, mine)
        assert figures["good"]["value"] == counted["good"]
        assert figures["machine"]["value"] == near(counted["machine_seconds"])
        assert figures["variance"]["value"] == near(counted["time_variance"])


def test_resources_and_waste(books: Books) -> None:
    told = {part["title"]: part for part in books.told("kpi", "resources")["parts"]}
    spoiled = [one for one in ended(books) if one.state == "spoiled"]
    waste = told["Waste"]["figures"]
    assert waste["spoiled"]["value"] == len(spoiled)
    assert waste["time"]["value"] == near(sum(one.seconds for one in spoiled))
    assert waste["ink"]["value"] == near(sum(one.ink_mm for one in spoiled) / 1000)
    assert told["Cost"]["totals"]["money"] == near(cost(books))


def test_before_and_after_a_day(books: Books) -> None:
    days = sorted({local(one.ended_at).date() for one in ended(books)})
    begin = days[-1]
    told = books.part("By metric", "analyze", "improvements", "--since", str(begin))
    rows = {row["metric"]: row for row in told["rows"]}
    split = datetime.combine(begin, datetime.min.time()).timestamp() * 1000
    after = key_figures(books, [one for one in ended(books) if one.ended_at >= split])
    assert rows["Good sheets"]["after"] == after["good"]
    assert rows["Success"]["after"] == near(after["success"])
    row = rows["Success"]
    if row["before"] is not None:
        assert row["change_points"] == near(row["after"] - row["before"])
    assert row["change_percent"] is None, "percents change by points"


def test_the_best_stretch_is_looked_for_everywhere(books: Books) -> None:
    words = ("benchmark", "production", "--period", "today", "--industry-comparison")
    told = {part["title"]: part for part in books.told(*words)["parts"]}
    rows = {row["metric"]: row for row in told["By metric"]["rows"]}
    days = grouped(ended(books), lambda one: str(local(one.ended_at).date()))
    good = {day: key_figures(books, sheets)["good"] for day, sheets in days.items()}
    assert rows["Good sheets"]["best"] == max(good.values())  # type: ignore[type-var]
    assert good[rows["Good sheets"]["best_from"]] == max(good.values())  # type: ignore[type-var]
    judged_days = {
        day: success(sheets) for day, sheets in days.items() if len(judged(sheets)) >= 20
    }
    best = max(judged_days.values()) if judged_days else None  # type: ignore[type-var]
    assert rows["Success"]["best"] == (near(best) if best is not None else None)
    assert any("no reference" in line for line in told["To read it"]["lines"])


def test_a_reference_of_ones_own_stands_beside_the_figures(tmp_path: Path) -> None:
    home, file = tmp_path / "home", tmp_path / "shops.json"
    file.write_text('{"name": "Shops 2025", "figures": {"success": 96.5, "cost_good": 2}}')
    assert told_by(home, "config", "benchmark", "--reference", str(file))["name"] == "Shops 2025"
    words = ("benchmark", "production", "--industry-comparison")
    told = {part["title"]: part for part in told_by(home, *words)["parts"]}
    rows = {row["metric"]: row for row in told["By metric"]["rows"]}
    assert rows["Success"]["reference"] == 96.5
    assert rows["Good sheets"]["reference"] is None
    assert "reference: Shops 2025" in told["To read it"]["lines"]
    assert told_by(home, "config", "benchmark", "--reference", "none")["file"] is None
