"""The one table of actions: keys, palette, help and footer are made from it, and each command's
help names its key from here."""

from __future__ import annotations

from dataclasses import dataclass, replace

# Screens with keys of their own.
STUDIO, DEVICES = "studio", "devices"


@dataclass(frozen=True, slots=True)
class Action:
    """Something a person can do. `id` is stable (keymaps name it), `keys` Textual's key names,
    `command` the words of the command line that do the same, `needs` what must be under the
    cursor: job, run, device, hand, or nothing. `screen` is the only screen that has it; empty: all
    have."""

    id: str
    keys: str
    title: str
    help: str
    group: str
    command: str = ""
    needs: str = ""
    screen: str = ""


def _on(screen: str, *actions: tuple[str, ...]) -> tuple[Action, ...]:
    """Actions of one screen: id, keys, title, help, group, command, needs."""
    return tuple(replace(Action(*words), screen=screen) for words in actions)


ACTIONS: tuple[Action, ...] = (
    Action("open", "enter", "Open", "Open it; answer a hand", "do", "info job"),
    *_on(
        STUDIO,
        ("job.add", "a", "Add", "Add SVG files to the queue", "do", "add"),
        ("job.plan", "l", "Plan", "Plan the job or the marked ones", "do", "plan", "job"),
        ("job.plan_all", "L", "Plan all", "Plan every job that has no plan", "do", "plan-all"),
        ("job.start", "s", "Start", "Plot the job or the marked ones", "do", "plot", "job"),
        ("job.start_all", "S", "Start all", "Plot everything that is planned", "do", "plot-all"),
        ("job.preview", "o", "Look", "All about the job, its drawing", "do", "preview", "job"),
        ("job.estimate", "e", "Estimate", "What the job takes", "do", "estimate", "job"),
        ("job.up", "K", "Up", "Move the job up", "do", "", "job"),
        ("job.down", "J", "Down", "Move the job down", "do", "", "job"),
        ("job.priority", "i", "Priority", "High, normal, low in turn", "do", "", "job"),
        ("job.remove", "d", "Remove", "Take the job out of the queue", "do", "remove", "job"),
    ),
    *_on(
        DEVICES,
        ("device.add", "a", "Add", "Set up a plotter", "plotter", "device add"),
        ("device.edit", "e", "Edit", "Change the plotter's settings", "plotter", "device edit",
         "device"),
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
    Action("device.resume", "r", "Resume", "Go on at the stroke", "do", "resume", "device"),
    Action(
        "device.cancel", "x", "Cancel", "Give up the sheet, or the job under the cursor", "do",
        "cancel", "device",
    ),
    Action("hand.ready", "H", "It is in", "The pen or the paper is in: go on", "do", "ready",
           "hand"),
    Action("hand.show", "w", "Hand", "What is wanted; another pen, the choices", "do",
           "recovery list", "hand"),
    *_on(
        STUDIO,
        ("run.complete", "c", "Complete", "Tell a run's results", "runs", "run complete", "run"),
    ),
    Action(
        "safety.stop", "f8,ctrl+backslash", "STOP", "Lift all pens and stop, at once", "safety",
        "estop",
    ),
    Action("screen.studio", "1", "Studio", "Everything at a glance", "find"),
    Action("screen.devices", "6", "Devices", "A page for each plotter", "find", "device show"),
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
        STUDIO,
        ("find.filter", "slash", "Filter", "Words, field:value, ! inverts", "find"),
    ),
    Action("find.keys", "question_mark", "Keys", "What the keys do", "find"),
    Action("find.palette", "ctrl+p", "Palette", "Find anything", "find"),
    Action("app.back", "escape", "Back", "One step back: zoom, filter; never quits", "find"),
    Action("app.quit", "q,ctrl+q", "Leave", "Leave; plots go on", "view"),
)  # fmt: skip

BY_ID = {action.id: action for action in ACTIONS}


def actions_of(screen: str) -> tuple[Action, ...]:
    """The actions that this screen has."""
    return tuple(action for action in ACTIONS if action.screen in ("", screen))


def key_of(command: str) -> str:
    """The key that does what this command does, for its help; empty when there is none."""
    for action in ACTIONS:
        if action.command == command:
            return action.keys.split(",")[0]
    return ""
