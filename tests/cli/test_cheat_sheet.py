"""Every command line of the batch-production cheat sheet, run in an order that makes sense, and the
effect of every flag looked at in the books.

Loops are shown as the single command they run; words in capitals are what a script fills in.
"""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import CARD, FAST
from studio_desk import Desk, Said, layer_of_rows, rows, svg

from plotty_tui.domain import jobs
from plotty_tui.planning import pool
from plotty_tui.store.tables import Job, Run
from plotty_tui.studio.jobs import intake
from plotty_tui.studio.planning import plans

LINES = {
    # Intake
    1: 'plotty add "$file" --name "Client: $basename" --paper a4',
    2: 'plotty add "$file" --name "Client: $basename" --paper a4 --priority normal '
       '--tags "client,approved,$(date +%Y-%m)"',
    3: 'plotty add logos/*.svg --name "Client: Logo" --category "logo"',
    4: 'plotty add cards/*.svg --name "Client: Business Card" --category "card"',
    5: 'plotty add letterhead/*.svg --name "Client: Letterhead" --category "letterhead"',
    6: "plotty add urgent/*.svg --priority high",
    7: "plotty add normal/*.svg --priority normal",
    8: "plotty add backlog/*.svg --priority low",
    9: "plotty add design.svg --template workshop_fast",
    10: 'plotty add FILE --name "CLIENT: DESIGN" --paper a4 --priority normal '
        '--tags "client,CLIENT,TYPE"',
    # Planning
    11: "plotty plan-all --preset fast --optimize-pens --global-pen-order",
    12: "plotty plan-all --priority-order --optimize-pens",
    13: "plotty plan-all --max-time-per-job 30m --preset fast",
    14: "plotty plan-all --pen-order 2,1,3,4 --minimize-distance",
    15: "plotty plan-all --quality-tiers --auto-preset-selection",
    16: "plotty plan-all --max-pen-changes 50 --max-total-time 4h",
    17: 'plotty plan "Client: Logo*" --preset hq',
    18: 'plotty plan "Client: Business Card*" --preset fast',
    19: 'plotty plan --added-after "2025-11-01" --added-before "2025-11-07"',
    20: "plotty plan-all --complexity-low --preset fast",
    21: "plotty plan-all --complexity-high --preset hq",
    22: "plotty plan-all --preset fast --dry-run --save-as fast_plan",
    23: "plotty plan-all --preset hq --dry-run --save-as hq_plan",
    24: "plotty compare fast_plan hq_plan --show-time-estimates",
    25: "plotty plan-all --optimize-for-today --resource-constraints",
    26: "plotty plan-all --template client_standard",
    27: "plotty plan-all --respect-constraints --optimize-within-limits",
    28: "plotty plan-all --pen-mapping MAPPING --preset PRESET --client-standards CLIENT",
    29: "plotty plan NAMES --optimize-batch --pen-order ORDER",
    # Plotting
    30: "plotty plot-all",
    31: "plotty plot-all --preset safe --monitor --auto-retry",
    32: "plotty plot-all --notify-on-complete --notify-on-error",
    33: "plotty plot-all --max-total-time 6h --auto-pause",
    34: "plotty plot-all --pen-usage-tracking --paper-usage-tracking",
    35: "plotty plot-all --quality-checks --auto-replot-failed",
    36: "plotty plot-all --max-job-time 20m",
    37: "plotty plot-all --priority-order --skip-low-priority",
    38: "plotty plot-all --auto-recovery --max-retries 2",
    39: "plotty plot-all --devices axidraw_v3_1,axidraw_v3_2 --load-balance",
    40: "plotty plot-all --device-1-preset fast --device-2-preset hq",
    41: "plotty plot-all --monitor --notify-on-complete --auto-recovery",
    42: "plotty plot-all --enforce-quality-gates --auto-hold-on-failure",
    43: "plotty plot-all --monitor --quality-checks --notify-client EMAIL --document-for-client",
    44: "plotty plot-all --monitor --batch-id N",
    45: "plotty monitor --all-devices --consolidated-status",
    # Queue
    46: "plotty list queue --watch --refresh 30s",
    47: "plotty list queue --detailed --show-estimates --show-pen-changes",
    48: 'plotty queue group --by-client "Acme Corp"',
    49: "plotty queue reorder --by-pen-efficiency",
    50: 'plotty queue split --batch-size 10 --name-suffix "batch_{n}"',
    51: "plotty queue cleanup --completed --older-than 1d --archive",
    52: "plotty queue optimize --global-pen-order --minimize-total-time",
    53: 'plotty queue backup --file "queue_backup_$(date +%Y%m%d).json"',
    54: 'plotty queue restore --file "queue_backup_20251107.json"',
    # Reports and analysis
    55: "plotty report production --date today --include-time-analysis --include-resource-usage "
        '--export "production_report_$(date +%Y%m%d).pdf"',
    56: 'plotty report client --name "Acme Corp" --date-range "2025-11-01:2025-11-07" '
        "--include-cost-analysis --include-quality-metrics",
    57: "plotty report daily --auto-generate --email-studio",
    58: "plotty analyze planning --show-bottlenecks --suggest-improvements",
    59: "plotty analyze queue --efficiency --bottlenecks --optimization-suggestions",
    60: 'plotty analyze batch --name "November Production" --show-efficiency-trends '
        "--identify-improvements",
    61: "plotty analyze pens --usage-patterns --wear-analysis --replacement-schedule",
    62: "plotty analyze paper --consumption-by-job --cost-analysis --waste-reduction",
    63: "plotty analyze devices --uptime --error-rates --maintenance-schedule",
    64: "plotty analyze quality --trends --by-pen --by-paper --by-complexity",
    65: "plotty analyze errors --by-job-type --by-device --by-time-of-day",
    66: "plotty analyze satisfaction --by-client --by-job-type --correlate-quality",
    67: "plotty analyze efficiency --by-job-type --by-time-of-day",
    68: 'plotty analyze improvements --since "2025-10-01" --by-metric',
    69: "plotty analyze capacity --current --projected --growth-scenarios",
    70: "plotty kpi dashboard --daily --show-trends",
    71: "plotty kpi resources --utilization --cost-per-unit --waste-analysis",
    72: "plotty benchmark production --period last_30_days --industry-comparison",
    # Checks, schedule, templates, settings
    73: "plotty check ready --detailed",
    74: 'plotty load schedule --file "today/production_schedule.json"',
    75: 'plotty template create --name "client_standard" --preset hq --pen-mapping "2,1,3" '
        "--quality-checks --documentation",
    76: 'plotty template create --name "workshop_fast" --preset fast --pen-mapping "auto" '
        "--minimal-documentation",
    77: "plotty config production --max-daily-time 6h --max-pen-changes 80 --paper-budget 100 "
        "--quality-threshold 95",
    78: "plotty config quality-gates --min-success-rate 98 --max-replot-rate 2 "
        "--min-customer-satisfaction 4.5",
    # Trouble
    79: "plotty diagnose batch-planning --show-conflicts --suggest-fixes",
    80: "plotty diagnose queue-optimization --identify-bottlenecks",
    81: "plotty diagnose resource-conflicts --suggest-alternatives",
    82: "plotty recovery batch --batch-id 3 --resume-from-failure",
    83: "plotty recovery partial-batch --complete-remaining --preserve-completed",
    84: "plotty recovery quality --replot-failed --adjust-parameters",
}  # fmt: skip


class Sheet:
    """The cheat sheet in a studio: called with a line's number it runs it as printed."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        self.desk = desk
        self.folder = folder

    def words(self, number: int, *more: str, **holes: str) -> list[str]:
        """The words of a line, as a shell hands them on."""
        now = datetime.now()
        line = re.sub(r"\$\(date \+([^)]*)\)", lambda found: now.strftime(found[1]), LINES[number])
        words: list[str] = []
        for word in shlex.split(line)[1:]:
            for hole, value in holes.items():
                word = word.replace(f"${hole}", value).replace(hole, value)  # noqa: PLW2901
            files = sorted(self.folder.glob(word)) if word.endswith("/*.svg") else []
            words += [str(file.relative_to(self.folder)) for file in files] or [word]
        return [*words, *more]

    def __call__(self, number: int, *more: str, status: int = 0, **holes: str) -> Said:
        said = self.desk.here(*self.words(number, *more, **holes), cwd=self.folder)
        assert said.status == status, (LINES[number], said)
        assert "Traceback" not in said.err
        return said

    def plotty(self, *words: str, status: int = 0) -> Said:
        """Another command, to prepare or to look."""
        said = self.desk.here(*words, cwd=self.folder)
        assert said.status == status, (words, said)
        return said

    def jobs(self) -> dict[str, dict[str, Any]]:
        """The jobs by name, as the books have them."""
        return {job["name"]: job for job in self.desk.jobs()}

    def plan(self, name: str) -> dict[str, Any]:
        """A job's plan."""
        rows = self.desk.store.rows(
            "SELECT p.body FROM job j JOIN plan p ON p.id = j.plan_id WHERE j.name = ?", name
        )
        return json.loads(rows[0].body) if rows else {}

    def order(self) -> list[str]:
        """The names of the queue in their order."""
        found = self.plotty("list", "queue", "--json", "--all").json["jobs"]
        return [job["name"] for job in found]

    def run(self, number: int) -> Any:
        """A run's row."""
        return self.desk.store.rows("SELECT * FROM run WHERE number = ?", number)[0]


@pytest.fixture
def sheet(prepared: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sheet]:
    """A studio with history, stock and two plotters, and the folders of the cheat sheet."""
    # These drawings are planned in a moment: no processes for them.
    monkeypatch.setattr(pool, "_is_small", lambda requests: True)
    folder = tmp_path / "client_project"
    seed = 20
    for name, count in (("designs/approved", 2), ("logos", 2), ("cards", 2), ("letterhead", 1),
                        ("urgent", 1), ("normal", 1), ("backlog", 1)):  # fmt: skip
        (folder / name).mkdir(parents=True)
        for number in range(count):
            seed += 1
            drawing = svg([layer_of_rows(2, "#d81e2c", "red", seed % 9),
                           layer_of_rows(1, "#000000", "black", seed % 7)])  # fmt: skip
            (folder / name / f"{Path(name).name}-{number + 1}.svg").write_text(
                drawing.replace("10.4", f"10.{seed}")
            )
    (folder / "design.svg").write_text(rows(3, seed=9))
    yield Sheet(prepared, folder)


def test_no_line_is_left_out() -> None:
    text = Path(__file__).read_text()
    tried = {int(number) for number in re.findall(r"\bsheet(?:\.words)?\((\d+)", text)}

    assert len(LINES) == 84
    assert tried | set(ANALYSES) == set(LINES), sorted(set(LINES) - tried - set(ANALYSES))


# Intake, templates --------------------------------------------------------------------------------


def test_intake_and_templates(sheet: Sheet) -> None:
    sheet(75)
    sheet(76)
    held = {one["name"]: one for one in sheet.plotty("template", "list", "--json").json}
    assert held["client_standard"] == {
        "name": "client_standard", "preset": "hq", "pen_mapping": "2,1,3", "quality_checks": True,
        "documentation": "full",
    }  # fmt: skip
    assert held["workshop_fast"]["documentation"] == "minimal"
    assert (held["workshop_fast"]["preset"], held["workshop_fast"]["pen_mapping"]) == (
        "fast", "auto"
    )  # fmt: skip
    assert "client_standard" in sheet(75, status=1).err, "the same name again"

    said = sheet(1, file="designs/approved/approved-1.svg", basename="approved-1")
    assert re.match(r"job \d+  Client: approved-1  a4  2 layers", said.out)
    month = f"{datetime.now():%Y-%m}"
    sheet(2, file="designs/approved/approved-2.svg", basename="approved-2")
    tagged = sheet.jobs()["Client: approved-2"]
    assert json.loads(tagged["tags"]) == ["client", "approved", month]
    assert tagged["priority"] == 2
    assert tagged["client_id"] is not None

    assert "added 2" in sheet(3).out
    assert "added 2" in sheet(4).out
    sheet(5)
    found = sheet.jobs()
    categories = {
        "Client: Business Card 01": "card", "Client: Business Card 02": "card",
        "Client: Letterhead": "letterhead",
    }  # fmt: skip
    assert {name: found[name]["category"] for name in categories} == categories
    assert [
        job["category"] for name, job in found.items() if name.startswith("Client: Logo")
    ].count("logo") == 2

    sheet(6)
    sheet(7)
    sheet(8)
    found = sheet.jobs()
    assert {name: found[name]["priority"] for name in ("urgent-1", "normal-1", "backlog-1")} == {
        "urgent-1": 1, "normal-1": 2, "backlog-1": 3,
    }  # fmt: skip
    assert sheet.order()[0] == "urgent-1"
    assert sheet.order()[-1] == "backlog-1"

    sheet(9)
    settings = json.loads(sheet.jobs()["design"]["settings"])
    assert sheet.jobs()["design"]["template"] == "workshop_fast"
    assert (settings["preset"], settings["documentation"]) == ("fast", "minimal")

    odd = sheet.folder / "odd $(date) name.svg"
    odd.write_text(rows(5, seed=3))
    said = sheet(10, "--json", FILE=odd.name, CLIENT="Acme Corp", DESIGN="Seal", TYPE="seal")
    assert json.loads(said.out)[0]["id"] == sheet.jobs()["Acme Corp: Seal"]["id"]


# Planning -----------------------------------------------------------------------------------------


def add_work(sheet: Sheet) -> None:
    """What the cheat sheet's own lines add."""
    sheet.plotty(
        "add", *map(str, sorted(sheet.folder.glob("logos/*.svg"))), "--name", "Acme Corp: L"
    )
    sheet.plotty("add", "cards/cards-1.svg", "cards/cards-2.svg", "--name", "Client: Business Card")
    sheet.plotty("add", "urgent/urgent-1.svg", "--priority", "high")
    sheet.plotty("add", "backlog/backlog-1.svg", "--priority", "low")


def test_planning(sheet: Sheet) -> None:
    add_work(sheet)
    said = sheet(11, "--json").json
    assert said["pen_changes"] <= said["pen_changes_before"]
    assert {job["preset"] for job in said["jobs"]} == {"fast"}
    orders = {tuple(dict.fromkeys(layer["pen"] for layer in job["layers"])) for job in said["jobs"]}
    several = {pens for pens in orders if len(pens) > 1}
    assert len(several) == 1, "one pen order over all jobs"
    assert all(job["plan_id"] for job in sheet.jobs().values() if job["state"] != "done")

    sheet(12)
    found = sheet.jobs()
    priorities = [found[name]["priority"] for name in sheet.order()]
    assert priorities == sorted(priorities)

    seconds = max(job["est_seconds"] for job in said["jobs"])
    shorter = sheet.plotty(
        *(word.replace("30m", f"{seconds - 1:.0f}s") for word in sheet.words(13)),
        "--json",
        "--again",
    ).json
    assert any(job["left_out"] and "over" in job["left_out"] for job in shorter["jobs"])
    assert not any(job["left_out"] for job in sheet(13, "--json").json["jobs"])

    said = sheet(14, "--json").json
    with_both = [job for job in said["jobs"] if len(job["layers"]) == 2]
    assert {tuple(layer["pen"] for layer in job["layers"]) for job in with_both} == {
        ("K-02", "K-01")
    }
    assert any(note.startswith("travel ") for note in said["notes"])

    tiers = {job["name"]: job for job in sheet(15, "--json").json["jobs"]}
    assert {job["tier"] for job in tiers.values()} <= {"draft", "standard", "fine"}
    assert all(job["why"] for job in tiers.values())
    assert sheet.jobs()["urgent-1"]["tier"] == tiers["urgent-1"]["tier"]

    said = sheet(16, "--json").json
    assert {limit["name"]: limit["limit"] for limit in said["limits"]} == {
        "time": 4 * 3600.0, "swaps": 50,
    }  # fmt: skip

    said = sheet(17, "--json").json
    assert {job["name"] for job in said["jobs"]} == {"Client: Logo 01", "Client: Logo 02"}
    assert sheet.plan("Client: Logo 01")["preset"]["name"] == "hq"
    said = sheet(18, "--json").json
    assert {job["preset"] for job in said["jobs"]} == {"fast"}
    assert len(said["jobs"]) == 2

    old = round(datetime(2025, 11, 3, 12).timestamp() * 1000)
    with sheet.desk.store.write():
        Job.update(added_at=old).where(Job.name == "Poster").execute()
        Job.update(added_at=round(datetime(2025, 11, 7, 1).timestamp() * 1000)).where(
            Job.name == "Backlog 4"
        ).execute()
    said = sheet(19)
    assert "added" in said.err and "2025-11-07" in said.err
    assert [job["name"] for job in sheet(19, "--json").json["jobs"]] == ["Poster"]

    sheet.plotty(
        "config", "complexity", "--low", "paths=4,lifts=50", "--high", "paths=100,lifts=100"
    )
    low = sheet(20, "--json").json["jobs"]
    assert low and {job["complexity"] for job in low} == {"low"}
    high = sheet(21, "--json").json["jobs"]
    assert {job["complexity"] for job in high} == {"high"} or not high


def test_plan_sets_limits_and_standards(sheet: Sheet) -> None:
    add_work(sheet)
    before = sheet.jobs()
    assert "nothing changed" in sheet(22).out
    sheet(23)
    assert {name: job["plan_id"] for name, job in sheet.jobs().items()} == {
        name: job["plan_id"] for name, job in before.items()
    }
    assert re.search(r"fast_plan saves .+ \(\d+ %\)", sheet(24).out)

    assert "no limits are set" in sheet(27, status=1).err
    sheet(77)
    assert sheet.plotty("config", "production", "--json").json == {
        "max_daily_seconds": 21600.0, "max_pen_changes": 80, "paper_budget_sheets": 100,
        "quality_threshold": 95.0,
    } | {
        key: one
        for key, one in sheet.plotty("config", "production", "--json").json.items()
        if "hours" in key
    }  # fmt: skip
    sheet(78)
    gates = sheet.plotty("config", "quality-gates", "--json").json
    assert (gates["min_success_rate"], gates["max_replot_rate"]) == (98.0, 2.0)
    assert gates["min_customer_satisfaction"] == 4.5
    limits = {one["name"]: one for one in sheet(27, "--json").json["limits"]}
    assert {name: one["limit"] for name, one in limits.items()} == {
        "time": 6 * 3600.0, "swaps": 80, "paper": 100,
    }  # fmt: skip
    assert limits["paper"]["used"] == len([1 for job in sheet.jobs().values() if job["state"] == (
        "planned")])  # fmt: skip

    schedule = sheet.folder / "today" / "production_schedule.json"
    schedule.parent.mkdir()
    schedule.write_text(
        json.dumps(
            ["Poster", {"job": "Backlog 5", "copies": 3, "device": "right"}, "Client: Logo*"]
        )
    )
    sheet(74)
    sheet.plotty("config", "production", "--hours", "none")
    said = sheet(25, "--json").json
    drawn = [job["name"] for job in said["jobs"] if not job["left_out"]]
    assert drawn[:4] == ["Poster", "Backlog 5", "Client: Logo 01", "Client: Logo 02"]
    assert said["plan_set"] == f"today {datetime.now():%Y-%m-%d}"
    backlog = sheet.jobs()["Backlog 5"]
    assert backlog["copies"] == 3
    assert json.loads(backlog["settings"])["device"] == "right"

    sheet(75)
    said = sheet(26, "--json").json
    assert {job["preset"] for job in said["jobs"]} == {"hq"}
    both = next(job for job in said["jobs"] if job["name"] == "Acme Corp: L 01")
    assert [layer["pen"] for layer in both["layers"]] == ["K-02", "K-01"]
    assert sheet.jobs()["Poster"]["template"] == "client_standard"

    said = sheet(28, "--json", MAPPING="1,2", PRESET="hq", CLIENT="Acme Corp").json
    assert {job["name"] for job in said["jobs"]} == {"Acme Corp: L 01", "Acme Corp: L 02"}
    assert [layer["pen"] for layer in said["jobs"][0]["layers"]] == ["K-01", "K-02"]

    words = sheet.words(29, ORDER="2,1")
    at = words.index("NAMES")
    said = sheet.plotty(*words[:at], "Poster", "Acme Corp: L 01", *words[at + 1 :])
    batch = int(said.out.strip().splitlines()[-1].split()[0])
    assert sheet.jobs()["Poster"]["batch_id"] == batch
    assert sheet.jobs()["Acme Corp: L 01"]["batch_id"] == batch
    assert sheet(29, NAMES="Poster", ORDER="2,1").out


# The queue ----------------------------------------------------------------------------------------


def test_queue(sheet: Sheet) -> None:
    add_work(sheet)
    sheet.plotty("plan-all", "--preset", "fast")

    said = sheet(46)
    assert "Acme Corp: L 01" in said.out, "on a pipe one print"
    said = sheet(47)
    head = said.out.splitlines()[0]
    assert "swaps" in head or "changes" in head
    assert "Acme Corp: L 01" in said.out

    sheet.plotty("queue", "move", "Acme Corp: L 02", "--before", "Client: Logo 02")
    assert "Acme Corp" in sheet(48).out
    order = sheet.order()
    assert order.index("Acme Corp: L 01") == order.index("Acme Corp: L 02") + 1
    assert {sheet.jobs()[f"Acme Corp: L 0{k}"]["group"] for k in (1, 2)} == {"Acme Corp"}

    said = sheet(49, "--json").json
    assert said["pen_changes"] <= said["pen_changes_before"]
    assert [sheet.jobs()[name]["priority"] for name in sheet.order()] == sorted(
        sheet.jobs()[name]["priority"] for name in sheet.order()
    )

    sheet(50)
    names = [one["name"] for one in sheet.plotty("list", "batches", "--json").json]
    assert names[:2] == ["batch_1", "batch_2"]
    members = [job["batch_id"] for job in sheet.jobs().values() if job["batch_id"]]
    assert members.count(min(members)) == 10

    said = sheet(52, "--json").json
    assert said["pen_changes"] <= said["pen_changes_before"]

    with sheet.desk.store.write():
        long_ago = round((datetime.now() - timedelta(days=2)).timestamp() * 1000)
        Job.update(state="done", done_at=long_ago).where(Job.name == "Backlog 4").execute()
    said = sheet(51)
    assert "1" in said.out and "archived" in said.out
    assert sheet.jobs()["Backlog 4"]["archived_at"] is not None
    assert sheet.jobs()["Backlog 5"]["archived_at"] is None

    said = sheet(53)
    kept = sheet.folder / f"queue_backup_{datetime.now():%Y%m%d}.json"
    assert kept.is_file()
    sheet.plotty("remove", "Backlog 5")
    assert "Backlog 5" not in sheet.order()
    kept.rename(sheet.folder / "queue_backup_20251107.json")
    sheet(54)
    assert sheet.order().count("Backlog 5") == 1
    again = sheet(54, "--json").json
    assert sheet.order().count("Backlog 5") == 1, again


# Reports and analyses -----------------------------------------------------------------------------


def settle_history(sheet: Sheet) -> None:
    """RUN-001's results are told: one card is spoiled."""
    sheet.plotty("sheet", "spoiled", "RUN-001", "2", "--reason", "smear")
    sheet.plotty("run", "complete", "RUN-001", "--quality", "4")
    sheet.plotty("config", "prices", "--currency", "EUR", "--machine-hour", "12")


def titles(said: Said) -> set[str]:
    """The headings of a printed or JSON document."""
    return {part["title"] for part in json.loads(said.out)["parts"]}


def test_reports(sheet: Sheet) -> None:
    settle_history(sheet)
    sheet(55)
    pdf = sheet.folder / f"production_report_{datetime.now():%Y%m%d}.pdf"
    assert pdf.read_bytes().startswith(b"%PDF")
    words = sheet.words(55)[:-2]
    full = titles(sheet.plotty(*words, "--json"))
    for flag in ("--include-time-analysis", "--include-resource-usage"):
        less = titles(sheet.plotty(*(word for word in words if word != flag), "--json"))
        assert less < full, f"{flag} is a section"

    sheet.plotty("add", "design.svg", "--name", "Acme Corp: Seal")
    assert "Acme Corp" in sheet(56).out, "no work is said, and is no error"
    today = f"{datetime.now():%Y-%m-%d}"
    words = [
        word.replace("Acme Corp", "Acme").replace("2025-11-01:2025-11-07", f"{today}:{today}")
        for word in sheet.words(56)
    ]
    said = sheet.plotty(*words, "--json")
    assert {"Quality", "Why sheets were spoiled"} <= titles(said)
    assert any("ost" in title for title in titles(said))

    said = sheet(57, status=3)
    reports = list((sheet.desk.home / "reports").iterdir())
    assert len(reports) == 1, "made without a question, and kept though no mail can go out"
    sheet.plotty("report", "daily", "--auto-generate")


ANALYSES = {
    58: {"show-bottlenecks", "suggest-improvements"},
    59: {"efficiency", "bottlenecks", "optimization-suggestions"},
    60: {"show-efficiency-trends", "identify-improvements"},
    61: {"usage-patterns", "wear-analysis", "replacement-schedule"},
    62: {"consumption-by-job", "cost-analysis", "waste-reduction"},
    63: {"uptime", "error-rates", "maintenance-schedule"},
    64: {"trends", "by-pen", "by-paper", "by-complexity"},
    65: {"by-job-type", "by-device", "by-time-of-day"},
    66: {"by-client", "by-job-type", "correlate-quality"},
    67: {"by-job-type", "by-time-of-day"},
    69: {"current", "projected", "growth-scenarios"},
    71: {"utilization", "cost-per-unit", "waste-analysis"},
}


def test_analyses_have_a_part_for_each_flag(sheet: Sheet) -> None:
    settle_history(sheet)
    with sheet.desk.store.write():
        Run.update(name="November Production").where(Run.number == 1).execute()
    sheet.plotty("rate", "RUN-001", "4", "--client-rating", "5")
    for number, flags in ANALYSES.items():
        words = sheet.words(number)
        whole = sheet.plotty(*words)
        assert whole.out.strip(), LINES[number]
        for flag in flags:
            alone = [word for word in words if not word.startswith("--") or word == f"--{flag}"]
            if number == 60:
                alone = [*words[:4], f"--{flag}"]
            without = [word for word in words if word != f"--{flag}"]
            others = {sheet.plotty(*alone).out, sheet.plotty(*without).out}
            assert others != {whole.out}, f"{LINES[number]}: --{flag}"


def test_key_figures(sheet: Sheet) -> None:
    settle_history(sheet)
    said = sheet(70)
    assert said.out.strip()
    assert sheet.plotty("kpi", "dashboard", "--daily").out != said.out, "--show-trends"
    assert f"{datetime.now():%B %Y}" in said.out.splitlines()[0], "--daily"

    day = f"{datetime.now():%Y-%m-%d}"
    assert sheet(68).out.strip()
    words = [day if word == "2025-10-01" else word for word in sheet.words(68)]
    assert sheet.plotty(*words).out != sheet(68).out, "--since"

    said = sheet(72)
    assert "no reference" in (said.out + said.err)
    last_week = [word.replace("30", "7") for word in sheet.words(72)]
    assert sheet.plotty(*last_week).out != said.out, "--period"


# Plotting -----------------------------------------------------------------------------------------


PIECES = 24


class Shop(Sheet):
    """A studio at work: somebody stands by the plotters, and the engine stays."""

    def __init__(self, sheet: Sheet) -> None:
        super().__init__(sheet.desk, sheet.folder)
        self.desk.environment["PLOTTY_ENGINE_IDLE"] = "60"
        self.verdicts = self.folder / "verdicts"
        self.helper = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("standing_by.py")),
             str(self.desk.home), str(self.verdicts)],
            env=self.desk.environment, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self.helper.stdout is not None
        assert self.helper.stdout.readline() == "there\n"
        self.made = 0
        self.spare: list[str] = []

    def add(self, *options: str, name: str = "", lines: int = 2, color: str = "#000000") -> str:
        """A small job that is planned; its name."""
        if not name and lines == 2 and color == "#000000":
            return self._next_piece(*options)
        file = self._file(f"piece-{self.made}", lines, color)
        name = name or f"Piece {self.made}"
        self.plotty("add", f"{file}.svg", "--name", name, "--paper", "a4", *options)
        self.plotty("plan", name, "--preset", "fast")
        return name

    def _next_piece(self, *options: str) -> str:
        """A job of those that were added at once and are let go one by one."""
        if not self.spare:
            self.spare = [self._file(f"Spare {k}", 2, "#000000") for k in range(PIECES)]
            wish = intake.Wish(name="Spare", paper="a4")
            files = [str(self.folder / f"{name}.svg") for name in self.spare]
            added = intake.add_designs(self.desk.store, files, wish)
            self.spare = [one.name for one in added]
            wanted = intake.open_jobs(self.desk.store, self.spare)
            assert all(one.plan for one in plans.plan_jobs(self.desk.store, wanted, "fast"))
            with self.desk.store.write():
                Job.update(archived_at=1).where(Job.name.in_(self.spare)).execute()
        name = self.spare.pop(0)
        given = dict(zip(options[::2], options[1::2], strict=True))
        with self.desk.store.write():
            Job.update(
                archived_at=None,
                copies=int(given.get("--copies", 1)),
                priority=jobs.parse_priority(given.get("--priority", "normal")),
                revision=Job.revision + 1,
            ).where(Job.name == name).execute()
        return name

    def _file(self, name: str, lines: int, color: str) -> str:
        self.made += 1
        drawing = rows(lines, color, seed=self.made % 9).replace("10.4", f"10.{self.made}5")
        (self.folder / f"{name}.svg").write_text(drawing)
        return name

    def states(self) -> dict[str, str]:
        return {name: job["state"] for name, job in self.jobs().items()}

    def last_run(self) -> Any:
        return self.desk.store.rows("SELECT * FROM run ORDER BY number DESC LIMIT 1")[0]

    def orders(self) -> dict[str, Any]:
        """What the last run was told, which the engine heeds."""
        return json.loads(self.last_run().settings)["orders"]

    def sheets(self, where: str = "run_id = (SELECT max(id) FROM run)") -> list[Any]:
        return self.desk.store.rows(
            "SELECT s.*, d.name AS device FROM sheet s LEFT JOIN device d ON d.id = s.device_id "
            f"WHERE {where} ORDER BY s.id"
        )

    def notices(self) -> list[str]:
        return [row.key for row in self.desk.store.rows("SELECT key FROM notice ORDER BY id")]

    def until_replotted(self) -> None:
        """Wait until every sheet that replaces another is drawn."""
        again = "replaces_id IS NOT NULL"
        self.desk.until(lambda: {row.state for row in self.sheets(again)} == {"drawn"})

    def close(self) -> None:
        self.helper.kill()
        self.helper.wait()
        assert self.helper.stdout is not None
        self.helper.stdout.close()


@pytest.fixture
def shop(sheet: Sheet) -> Iterator[Shop]:
    for name in ("axidraw_v3_1", "axidraw_v3_2"):
        sheet.plotty("device", "add", name, "--speed", f"{FAST:g}")
    sheet.plotty("remove", "Backlog*")
    for name in ("left", "right"):
        sheet.plotty("device", "edit", name, "--disable")
    shop = Shop(sheet)
    yield shop
    shop.close()


def test_plotting(shop: Shop) -> None:
    sheet = shop
    open_before = [name for name, state in shop.states().items() if state == "planned"]
    sheet(30)
    assert {shop.states()[name] for name in open_before} == {"done"}
    booked = shop.desk.store.rows(
        "SELECT count(*) AS n FROM ledger WHERE run_id = (SELECT max(id) FROM run) AND kind = 'use'"
    )
    assert booked[0].n >= len(open_before)

    fast = shop.plan(shop.add())["seconds"]
    sheet(31)
    assert shop.orders()["presets"] == {"": "safe"}
    assert shop.orders()["retry"] is True
    assert shop.sheets()[-1].seconds > fast * 1.3, "safe is slower than the plan's preset"

    shop.add()
    said = sheet(32)
    assert "bell" in said.out + said.err
    shop.plotty("config", "notify", "--hook", "/bin/true")
    shop.add()
    before = len(shop.notices())
    sheet(32)
    assert set(shop.orders()["notify"]) == {"complete", "error"}
    assert len(shop.notices()) == before + 1, "one notice, of the completion"

    shop.add()
    sheet(33)
    assert (shop.orders()["max_seconds"], shop.orders()["pause_at_limit"]) == (21600.0, True)

    no_pen = shop.add(color="#00ff00")
    assert no_pen in sheet(34, status=1).err
    shop.plotty("remove", no_pen)
    shop.add()
    assert "a4" in sheet(34, status=1).err
    shop.plotty("paper", "receive", "a4", "60")
    sheet(34)
    stock = shop.plotty("paper", "show", "a4", "--json").json["stock"]
    assert stock == 60 - len(shop.sheets())

    shop.add("--copies", "2")
    shop.verdicts.write_text("spoiled:smear good good")
    sheet(35)
    drawn = shop.sheets("item_id IN (SELECT id FROM item WHERE run_id >= (SELECT max(coalesce("
                        "replot_of_id, id)) FROM run))")  # fmt: skip
    spoiled = [row for row in drawn if row.state == "spoiled"]
    assert [row.reason for row in spoiled] == ["smear"]
    assert [row.replaces_id for row in drawn if row.attempt == 2] == [spoiled[0].id]
    assert shop.orders()["quality_checks"] is True

    short, long = shop.add(), shop.add(lines=40)
    words = [word.replace("20m", "20s") for word in sheet.words(36)]
    said = shop.plotty(*words)
    assert long in said.err
    assert (shop.states()[short], shop.states()[long]) == ("done", "planned")
    sheet(36)
    assert shop.states()[long] == "done"

    low, high = shop.add("--priority", "low"), shop.add("--priority", "high")
    normal = shop.add()
    sheet(37)
    assert shop.states()[low] == "planned"
    assert shop.orders()["strict_order"] is True
    began = {
        row.name: row.at
        for row in shop.desk.store.rows(
            "SELECT i.name, s.started_at AS at FROM sheet s JOIN item i ON i.id = s.item_id"
        )
    }
    assert began[high] <= began[normal]

    sheet(38)
    assert (shop.orders()["recover"], shop.orders()["max_retries"]) == (True, 2)

    for _ in range(6):
        shop.add()
    sheet(39)
    assert {row.device for row in shop.sheets()} == {"axidraw_v3_1", "axidraw_v3_2"}
    assert json.loads(shop.last_run().settings)["shares"]

    shop.add()
    sheet(40)
    assert shop.orders()["presets"] == {"axidraw_v3_1": "fast", "axidraw_v3_2": "hq"}

    shop.add()
    said = sheet(41)
    assert "\x1b" not in said.out
    assert shop.orders()["unattended"] is True


def test_gates_clients_and_batches(shop: Shop) -> None:
    sheet = shop
    sheet.plotty("plot-all")
    sheet.plotty("config", "quality-gates", "--min-success-rate", "98", "--min-sheets", "1")
    first, second = shop.add("--copies", "2"), shop.add("--priority", "low", "--copies", "2")
    shop.verdicts.write_text("spoiled:smear")
    shop.plotty("plot-all", "--quality-checks", "--enforce-quality-gates",
                "--auto-hold-on-failure", status=3)  # fmt: skip
    assert any(shop.jobs()[name]["held"] for name in (first, second))
    sheet.plotty("config", "quality-gates", "--min-sheets", "50")
    for name in (first, second):
        if shop.jobs()[name]["held"]:
            shop.plotty("queue", "release", name)
    shop.desk.until(lambda: not shop.sheets("s.state IN ('planned', 'loaded', 'drawing')"))
    shop.add()
    said = sheet(42)
    assert "not enough sheets" in said.out + said.err
    assert (shop.orders()["gates"], shop.orders()["hold"]) == (True, True)

    card = shop.add(name="Acme Corp: Seal")
    words = [word for word in sheet.words(43) if word != "EMAIL"]
    at = words.index("--notify-client") + 1
    said = shop.plotty(*words[:at], "", *words[at:], status=1)
    assert "--notify-client" in said.err
    assert shop.states()[card] == "planned", "refused before the first stroke"
    said = shop.desk.here(*sheet.words(43, EMAIL="acme@example.org"), cwd=shop.folder)
    assert said.status in (0, 3), said
    mailed = shop.desk.store.rows("SELECT recipient FROM notice WHERE recipient LIKE 'acme@%'")
    assert len(mailed) == 1
    assert list(shop.desk.home.rglob("*dossier.pdf"))
    assert list(shop.desk.home.rglob("*dossier.json"))

    mine, other = shop.add(), shop.add()
    batch = shop.plotty("plan", mine, "--optimize-batch", "--json").json["batch_id"]
    sheet(44, N=str(batch))
    assert (shop.states()[mine], shop.states()[other]) == ("done", "planned")
    said = shop.plotty("plot-all", "--monitor", "--batch-id", "99", status=1)
    assert "99" in said.err

    said = sheet(45)
    assert "axidraw_v3_1" in said.out and "left" in said.out, "the one that is off too"
    assert sheet.plotty("monitor").out != said.out


# Trouble ------------------------------------------------------------------------------------------


def test_trouble(shop: Shop) -> None:
    sheet = shop
    assert "ready" in sheet(73).out
    assert len(sheet(73).out.splitlines()) > len(sheet.plotty("check", "ready").out.splitlines())
    for name in ("axidraw_v3_1", "axidraw_v3_2"):
        sheet.plotty("device", "edit", name, "--disable")
    sheet(73, status=1)
    sheet.plotty("device", "edit", "axidraw_v3_1", "--enable")

    sheet.plotty("plan-all")
    sheet(79)
    sheet.plotty("pen", "mark-dry", "K-01")
    sheet.plotty("pen", "mark-dry", "K-02")
    said = sheet(79, status=3)
    assert "K-01 is dry" in said.out and "[" in said.out and "-> " in said.out
    flags = ("--show-conflicts", "--suggest-fixes")
    for flag in flags:
        assert sheet.plotty("diagnose", "batch-planning", flag, status=3).out != said.out

    said = sheet(80)
    assert "2 swaps as the queue stands, 1 at best" in said.out
    assert said.out != sheet.plotty("diagnose", "queue-optimization").out
    sheet.plotty("queue", "optimize")
    assert "1 swap as the queue stands, 1 at best" in sheet(80).out

    sheet.plotty("paper", "receive", "a4", "1")
    said = sheet(81, status=3)
    assert re.search(r"paper a4: \d+ sheets wanted, 1 there", said.out)
    assert "plotty paper receive a4" in said.out
    sheet.plotty("paper", "receive", "a4", "40")

    sheet.plotty("sheet", "spoiled", "RUN-001", "1", "--reason", "smear")
    sheet.plotty("sheet", "spoiled", "RUN-001", "2", "--reason", "pen_dry")
    preset = sheet.plotty("preset", "show", "fast", "--json").json
    said = sheet(84, status=3)
    assert "speed_pendown 35 -> 28" in said.out and "pen K-01 -> K-03" in said.out
    assert "left" in sheet(84, "--yes", status=1).err, "it is switched off"
    sheet.plotty("device", "edit", "left", "--enable")
    sheet(84, "--yes")
    again = shop.sheets("replaces_id IS NOT NULL")
    shop.until_replotted()
    again = shop.sheets("replaces_id IS NOT NULL")
    slower, other = sorted(again, key=lambda row: row.copy)
    assert json.loads(slower.settings) == {"motion": {"speed_pendown": 28.0, "pen_pos_up": 65.0}}
    assert json.loads(other.settings) == {}
    assert slower.seconds > other.seconds * 1.1
    drew = shop.desk.store.rows(
        "SELECT p.code FROM sheet_layer l JOIN pen p ON p.id = l.pen_id WHERE l.sheet_id = ?",
        other.id,
    )
    assert [row.code for row in drew] == ["K-03"]
    assert sheet.plotty("preset", "show", "fast", "--json").json == preset


def test_recovery_of_batches(shop: Shop) -> None:
    sheet = shop
    assert "no batch" in sheet(83, status=1).err
    sheet.plotty("plot-all")
    names = [shop.add(lines=30) for _ in range(4)]
    for _ in range(2):
        sheet.plotty("plan", CARD, "--optimize-batch")
    sheet.plotty("plan", *names, "--optimize-batch")
    sheet.plotty("device", "edit", "axidraw_v3_1", "--speed", "20")
    sheet.plotty("plot-all", "--batch-id", "3", "--devices", "axidraw_v3_1", "--no-wait")
    shop.desk.until_drawing("axidraw_v3_1", strokes=3)
    sheet.plotty("engine", "stop", "--force")
    cut = shop.sheets("s.state = 'interrupted'")
    assert len(cut) == 1

    said = sheet.plotty("recovery", "batch", "--batch-id", "3")
    assert "goes on at stroke" in said.out and "good 0, left 4" in said.out
    assert shop.sheets("s.state = 'interrupted'"), "saying is not doing"
    sheet.plotty("device", "edit", "axidraw_v3_1", "--speed", f"{FAST:g}")
    sheet(82)
    shop.desk.until(lambda: {shop.states()[name] for name in names} <= {"done", "active"} and not
                    shop.sheets("s.state IN ('planned','loaded','drawing','waiting')"))  # fmt: skip
    again = shop.sheets(f"s.id = {cut[0].id}")[0]
    assert again.state == "drawn"
    assert again.strokes_again <= 1, "nothing is drawn twice"

    first = shop.sheets()[0].run_id
    number = shop.desk.store.rows("SELECT number FROM run WHERE id = ?", first)[0].number
    sheet.plotty("sheet", "spoiled", str(number), "2", "--reason", "smear")
    good = {row.id: row.seconds for row in shop.sheets() if row.state != "spoiled"}
    said = sheet(83)
    assert "good 3, left 1" in said.out
    shop.until_replotted()
    after = {row.id: row.seconds for row in shop.sheets(f"run_id = {first}") if row.id in good}
    assert after == good, "good sheets are left alone"
