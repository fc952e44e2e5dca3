"""The one table of actions: keys, palette, help and footer are made from it, and each command's
help names its key from here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

# Screens with keys of their own. The action `screen.NAME` opens one; `tui/app.py` says which class
# it is.
STUDIO, QUEUE, DEVICES, SETTINGS, LOG = "studio", "queue", "devices", "settings", "log"
RUNS, MATERIALS, FIGURES = "runs", "materials", "figures"


@dataclass(frozen=True, slots=True)
class Action:
    """Something a person can do. `id` is stable (keymaps name it), `keys` Textual's key names,
    `command` the words of the command line that do the same, `needs` what must be under the
    cursor: job, run, device, hand, or nothing. `screens` are those that have it; empty: all."""

    id: str
    keys: str
    title: str
    help: str
    group: str
    command: str = ""
    needs: str = ""
    screens: tuple[str, ...] = ()


def _on(screens: str | tuple[str, ...], *actions: tuple[str, ...]) -> tuple[Action, ...]:
    """Actions of one screen, or of several: id, keys, title, help, group, command, needs."""
    where = (screens,) if isinstance(screens, str) else screens
    return tuple(replace(Action(*words), screens=where) for words in actions)  # type: ignore[arg-type]


ACTIONS: tuple[Action, ...] = (
    Action("open", "enter", "Open", "Open it; answer a hand", "do", "info job"),
    *_on(
        (STUDIO, QUEUE),
        ("job.add", "a", "Add", "Add SVG files to the queue", "do", "add"),
        ("job.plan", "l", "Plan", "Plan the job or the marked ones", "do", "plan", "job"),
        ("job.plan_all", "P", "Plan all", "Plan every job that has no plan", "do", "plan-all"),
        ("job.plan_stop", "X", "Stop planning", "End the planning under way", "do"),
        ("job.start", "s", "Start", "Plot the job or the marked ones", "do", "plot", "job"),
        ("job.start_all", "S", "Start all", "Plot everything that is planned", "do", "plot-all"),
        ("job.preview", "o", "Order", "Play the drawing stroke by stroke", "do", "preview", "job"),
        ("job.estimate", "e", "Estimate", "What the job takes", "do", "estimate", "job"),
        ("job.why", "W", "Why", "Why the job is not being drawn", "do", "why", "job"),
        ("job.up", "K", "Up", "Move the job or the marked ones up", "do", "queue move", "job"),
        ("job.down", "J", "Down", "Move the job or the marked ones down", "do", "", "job"),
        ("job.priority", "i", "Priority", "High, normal, low in turn", "do", "", "job"),
        ("job.hold", "h", "Hold", "Hold the job with a reason, or release it", "do", "queue hold",
         "job"),
        ("job.remove", "d", "Remove", "Take the job out of the queue", "do", "remove", "job"),
        ("job.undo", "u", "Undo", "Take back the last change of the queue", "do", "undo"),
    ),
    *_on(
        QUEUE,
        ("job.group", "c", "Group", "Bring this client's jobs together, or part them", "do",
         "queue group", "job"),
        ("job.reorder", "R", "Reorder", "Fewest pen changes, plans as they are", "do",
         "queue reorder"),
        ("job.optimize", "O", "Optimise", "Best order of jobs and of the pens in them", "do",
         "queue optimize"),
        ("job.split", "B", "Batches", "Put the queue into batches", "do", "queue split"),
        ("job.cleanup", "C", "Clean up", "Take jobs that are over out of the lists", "do",
         "queue cleanup"),
        ("job.backup", "b", "Back up", "The queue in one file, to be brought back", "do",
         "queue backup"),
        ("job.diagnose", "D", "Diagnose", "Conflicts of plans, each with its cure", "do",
         "diagnose batch-planning"),
    ),
    *_on(
        DEVICES,
        ("device.add", "a", "Add", "Set up a plotter", "plotter", "device add"),
        ("device.scan", "b", "Boards", "Look for boards; set one up", "plotter", "device scan"),
        ("device.edit", "e", "Edit", "Change the plotter's settings", "plotter", "device edit",
         "device"),
        ("device.nickname", "n", "Nickname", "Write a nickname into its board", "plotter",
         "device nickname", "device"),
        ("device.switch", "o", "On/off", "Switch the plotter on or off", "plotter", "", "device"),
        ("device.test", "T", "Test", "Draw the test pattern", "plotter", "device test", "device"),
        ("device.home", "h", "Home", "Pen up and home", "plotter", "device home", "device"),
        (
            "device.home_here", "0", "Is home", "The carriage was pushed home by hand", "plotter",
            "device home-here", "device",
        ),
        ("device.jog", "J", "Jog", "Move the carriage by arrows", "plotter", "device jog",
         "device"),
        ("device.pen_up", "u", "Pen up", "Raise the pen", "plotter", "device pen-up", "device"),
        ("device.pen_down", "U", "Pen down", "Lower the pen: it touches", "plotter",
         "device pen-down", "device"),
        ("device.heights", "i", "Heights", "Find the pen's heights by trying", "plotter", "",
         "device"),
        ("device.service", "s", "Service", "Write down what was done: the limits count anew",
         "plotter", "device service", "device"),
        ("device.remove", "d", "Remove", "Take the plotter out of the studio", "plotter",
         "device remove", "device"),
    ),
    Action("job.copy", "y", "Copy name", "The job's name to the clipboard", "do", "", "job"),
    Action(
        "device.pause", "p", "Pause", "Pause the plotter, or go on", "do", "pause", "device"
    ),
    *_on(
        (STUDIO, QUEUE, DEVICES),
        ("device.resume", "r", "Resume", "Go on at the stroke", "do", "resume", "device"),
        ("device.cancel", "x", "Cancel", "Give up the sheet, or the job under the cursor", "do",
         "cancel", "device"),
    ),
    Action("hand.ready", "H", "It is in", "The pen or the paper is in: go on", "do", "ready",
           "hand"),
    Action("hand.show", "w", "Hand", "What is wanted; another pen, the choices", "do",
           "recovery list", "hand"),
    *_on(
        (STUDIO, RUNS),
        ("run.new", "n", "New run", "Four steps: basics, designs, materials, review", "runs",
         "run new"),
        ("run.complete", "c", "Complete", "Tell a run's results", "runs", "run complete", "run"),
    ),
    *_on(
        RUNS,
        ("run.start", "s", "Start", "Start a pending run", "runs", "run start", "run"),
        ("run.failed", "f", "Failed", "Mark it as failed: reason, what it used", "runs",
         "run fail", "run"),
        ("run.cancel", "x", "Cancel", "Cancel a pending run: stock stays", "runs", "run cancel",
         "run"),
        ("run.edit", "e", "Edit", "Change a run before its results are told", "runs", "run edit",
         "run"),
        ("run.correct", "E", "Correct", "Correct told results; the old ones are kept", "runs",
         "run correct", "run"),
        ("run.replot", "r", "Replot", "Draw again what failed", "runs", "run replot", "run"),
        ("run.recover", "R", "Recover", "What was broken off, and the ways on with their price",
         "runs", "recovery batch"),
        ("run.link", "o", "Linked run", "The original, or a replot of it", "runs", "", "run"),
        ("run.report", "P", "Report", "All about the run as a PDF in the studio's reports", "runs",
         "report run", "run"),
        ("run.archive", "d", "Archive", "Take a closed run out of the list", "runs",
         "run archive", "run"),
        ("run.figures", "i", "Statistics", "Success, variance, most plotted, busiest, replots",
         "runs", "run stats"),
    ),
    *_on(
        MATERIALS,
        ("stock.add", "a", "Add", "A new pen or paper", "stock", "pen add"),
        ("stock.edit", "e", "Edit", "Change the pen or the paper", "stock", "pen edit", "stock"),
        ("stock.receive", "r", "Receive", "Sheets of a paper came in", "stock", "paper receive",
         "stock"),
        ("stock.count", "c", "Count", "Say how many sheets there really are", "stock",
         "paper count", "stock"),
        ("stock.weigh", "W", "Weigh", "Say what the pen weighs", "stock", "pen weigh", "stock"),
        ("stock.prime", "P", "Prime", "Ink was used to get the pen going", "stock", "pen prime",
         "stock"),
        ("stock.load", "l", "Load", "Say that the pen is in a plotter's holder", "stock",
         "pen load", "stock"),
        ("stock.dry", "D", "Dry", "The pen is dry: it is not planned any more", "stock",
         "pen mark-dry", "stock"),
        ("stock.retire", "d", "Retire", "Take it out of the lists; the books keep it", "stock",
         "pen retire", "stock"),
    ),
    *_on(
        SETTINGS,
        ("settings.edit", "e", "Edit", "Change what is under the cursor", "settings", "",
         "setting"),
        ("settings.use", "s", "Use theme", "Keep the theme that is previewed", "settings",
         "theme use", "setting"),
        ("settings.copy", "a", "New like it", "A preset or template of your own, like this one",
         "settings", "preset create", "setting"),
        ("settings.remove", "d", "Remove", "Forget a preset or template of your own", "settings",
         "preset remove", "setting"),
    ),
    *_on(
        FIGURES,
        ("figures.period", "D", "Period", "Figures of any day or period", "figures",
         "kpi dashboard"),
        ("figures.report", "e", "Report", "The period as a PDF in the studio's reports",
         "figures", "report production"),
    ),
    *_on(
        (RUNS, MATERIALS, FIGURES),
        ("find.next_tab", "right_square_bracket", "Next tab", "Status, page, period", "find"),
        ("find.last_tab", "left_square_bracket", "Tab before", "Status, page, period", "find"),
    ),
    Action(
        "safety.stop", "f8,ctrl+backslash", "STOP", "Lift all pens and stop, at once", "safety",
        "estop",
    ),
    Action("screen.studio", "1", "Studio", "Everything at a glance", "find"),
    Action("screen.queue", "2", "Queue", "All jobs: filter, order, plan, plot", "find",
           "list queue"),
    Action("screen.runs", "3", "Runs", "Production runs: list, page, statistics", "find",
           "run list"),
    Action("screen.materials", "4", "Materials", "Pens, paper, ledger, shopping list", "find",
           "pen list"),
    Action("screen.figures", "5", "Figures", "Key figures, charts, load, pens, plotters", "find",
           "kpi dashboard"),
    Action("screen.devices", "6", "Devices", "A page for each plotter", "find", "device show"),
    Action("screen.settings", "7", "Settings", "Presets, templates, limits, notices, themes, keys",
           "find", "config production"),
    Action("screen.log", "L", "Log", "All that happened, as it happens", "find", "engine logs"),
    *_on(
        STUDIO,
        ("view.zoom", "z", "Zoom", "The drawing at full size", "view", "monitor", "device"),
    ),
    Action("view.theme", "t", "Theme", "The next theme", "view", "theme use"),
    Action("view.slower", "minus", "Slower", "Paint less often", "view"),
    Action("view.faster", "plus", "Faster", "Paint more often", "view"),
    Action("view.mute", "m", "Mute", "No bell when a hand is wanted", "view"),
    Action("find.next_panel", "tab", "Next panel", "To the next panel", "find"),
    Action("find.last_panel", "shift+tab", "Panel before", "To the panel before", "find"),
    *_on(
        (STUDIO, QUEUE, LOG, RUNS, MATERIALS),
        ("find.filter", "slash", "Filter", "Words, field:value, ! inverts", "find"),
    ),
    *_on(
        (QUEUE, LOG),
        ("find.next", "n", "Next found", "The next line that fits the last filter", "find"),
        ("find.before", "N", "Found before", "The line before that fits the last filter", "find"),
    ),
    Action("find.keys", "question_mark", "Keys", "What the keys do", "find"),
    Action("find.command", "colon", "Command", "The command line's own words, completed", "find"),
    Action("find.palette", "ctrl+p", "Palette", "Find anything", "find"),
    Action("app.back", "escape", "Back", "One step back: zoom, filter; never quits", "find"),
    Action("app.quit", "q,ctrl+q", "Leave", "Leave; plots go on", "view"),
)  # fmt: skip

# The same by their ids, with the keys that people have chosen.
BY_ID = {action.id: action for action in ACTIONS}
CHOSEN_KEYS: dict[str, str] = {}


def use_keys(chosen: Mapping[str, str]) -> None:
    """These keys, by the ids of their actions, are shown from now on; the others are as above."""
    CHOSEN_KEYS.clear()
    CHOSEN_KEYS.update(chosen)
    for action in ACTIONS:
        BY_ID[action.id] = replace(action, keys=chosen.get(action.id, action.keys))


def actions_of(screen: str) -> tuple[Action, ...]:
    """The actions that this screen has."""
    return tuple(
        action for action in BY_ID.values() if not action.screens or screen in action.screens
    )


def key_of(command: str) -> str:
    """The key that does what this command does, for its help; empty when there is none."""
    for action in ACTIONS:
        if action.command == command:
            return action.keys.split(",")[0]
    return ""
