"""The one table of actions: keys, palette, help and footer are made from it, and each command's
help names its key from here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Action:
    """Something a person can do. `id` is stable (keymaps name it), `keys` Textual's key names,
    `command` the words of the command line that do the same, `needs` what must be under the
    cursor: job, run, device, hand, or nothing."""

    id: str
    keys: str
    title: str
    help: str
    group: str
    command: str = ""
    needs: str = ""
    footer: bool = False


ACTIONS: tuple[Action, ...] = (
    Action("open", "enter", "Open", "Open it; answer a hand", "do", "info job"),
    Action("job.add", "a", "Add", "Add SVG files to the queue", "do", "add", footer=True),
    Action("job.plan", "l", "Plan", "Plan the job or the marked ones", "do", "plan", "job", True),
    Action("job.plan_all", "L", "Plan all", "Plan every job that has no plan", "do", "plan-all"),
    Action("job.start", "s", "Start", "Plot the job or the marked ones", "do", "plot", "job", True),
    Action("job.start_all", "S", "Start all", "Plot everything that is planned", "do", "plot-all"),
    Action("job.preview", "o", "Look", "All about the job, its drawing", "do", "preview", "job"),
    Action("job.estimate", "e", "Estimate", "What the job takes", "do", "estimate", "job"),
    Action("job.up", "K", "Up", "Move the job up", "do", "", "job"),
    Action("job.down", "J", "Down", "Move the job down", "do", "", "job"),
    Action("job.priority", "i", "Priority", "High, normal, low in turn", "do", "", "job"),
    Action("job.remove", "d", "Remove", "Take the job out of the queue", "do", "remove", "job"),
    Action(
        "device.pause", "p", "Pause", "Pause the plotter, or go on", "do", "pause", "device", True
    ),
    Action("device.resume", "r", "Resume", "Go on at the stroke", "do", "resume", "device"),
    Action(
        "device.cancel", "x", "Cancel", "Give up the sheet, or the job under the cursor", "do",
        "cancel", "device", True,
    ),
    Action("hand.ready", "H", "It is in", "The pen or the paper is in: go on", "do", "ready",
           "hand"),
    Action("hand.show", "w", "Hand", "What is wanted; another pen", "do", "", "hand"),
    Action(
        "run.complete", "c", "Complete", "Tell a run's results", "runs", "run complete", "run", True
    ),
    Action(
        "safety.stop", "f8,ctrl+backslash", "STOP", "Lift all pens and stop, at once", "safety",
        "estop",
    ),
    Action("view.zoom", "z", "Zoom", "The drawing at full size", "view", "monitor", "device", True),
    Action("view.theme", "t", "Theme", "The next theme", "view", "theme use"),
    Action("view.slower", "minus", "Slower", "Paint less often", "view"),
    Action("view.faster", "plus", "Faster", "Paint more often", "view"),
    Action("view.mute", "m", "Mute", "No bell when a hand is wanted", "view"),
    Action("find.next_panel", "tab", "Next panel", "To the next panel", "find"),
    Action("find.last_panel", "shift+tab", "Panel before", "To the panel before", "find"),
    Action("find.filter", "slash", "Filter", "Words, field:value, ! inverts", "find", footer=True),
    Action("find.keys", "question_mark", "Keys", "What the keys do", "find", footer=True),
    Action("find.palette", "ctrl+p", "Palette", "Find anything", "find", footer=True),
    Action("app.back", "escape", "Back", "One step back: zoom, filter; never quits", "find"),
    Action("app.quit", "q,ctrl+q", "Leave", "Leave; plots go on", "view", footer=True),
)  # fmt: skip

BY_ID = {action.id: action for action in ACTIONS}


def key_of(command: str) -> str:
    """The key that does what this command does, for its help; empty when there is none."""
    for action in ACTIONS:
        if action.command == command:
            return action.keys.split(",")[0]
    return ""
