"""Completion of names on the command line, for bash, zsh and fish."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import click
from click.shell_completion import (
    BashComplete,
    CompletionItem,
    add_completion_class,
    get_completion_class,
    split_arg_string,
)

from plotty_tui.domain.errors import PlottyError, Refused

VARIABLE = "_PLOTTY_COMPLETE"
SHELLS = ("bash", "zsh", "fish")
AUTO = "auto"

# What an option or an argument names.
_FLAGS = {
    "--pen": "pen", "--paper": "paper", "--client": "client", "--by-client": "client",
    "--client-standards": "client", "--device": "device", "--devices": "device",
    "--on": "device", "--template": "template", "--preset": "preset", "--batch-id": "batch",
}  # fmt: skip
_METAVARS = ("job", "pen", "paper", "client", "device", "run", "plans")
# Groups whose bare NAME is one of theirs.
_GROUPS = ("preset", "template", "client", "paper", "pen", "device")

Complete = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


def complete_names(command: click.Command, group: str) -> None:
    """Let the options and arguments of a command complete the names that they mean."""
    for param in command.params:
        kinds = _kinds(param, group)
        if kinds:
            param._custom_shell_complete = _completer(kinds)


def _kinds(param: click.Parameter, group: str) -> tuple[str, ...]:
    if isinstance(param, click.Option):
        if re.fullmatch(r"--device-\d+-preset", param.opts[0]):
            return ("preset",)
        if group == "preset" and "--from" in param.opts:
            return ("preset",)
        return tuple(_FLAGS[flag] for flag in param.opts if flag in _FLAGS)[:1]
    words = re.findall(r"[a-z]+", (param.metavar or param.name or "").casefold())
    found = tuple(word for word in words if word in _METAVARS)
    if not found and param.name == "name" and group in _GROUPS:
        return (group,)
    return found


def _completer(kinds: tuple[str, ...]) -> Complete:
    def complete(
        ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        from plotty_tui.studio.known_names import known_names

        head, comma, last = incomplete.rpartition(",")
        begin = last if param.name == "devices" else incomplete
        before = head + comma if param.name == "devices" else ""
        try:
            names = [name for kind in kinds for name in known_names(kind, begin)]
        except PlottyError:
            return []
        return [CompletionItem(before + name) for name in names]

    return complete


class Bash(BashComplete):
    """Names with blanks and colons: the line is read as it stands, and what is inserted is written
    as bash wants it there."""

    source_template = """\
%(complete_func)s() {
    local IFS=$'\\n' line
    COMPREPLY=()
    while read -r line; do
        case "${line%%%%,*}" in
            dir) compopt -o dirnames ;;
            file) compopt -o default ;;
            "") ;;
            *) COMPREPLY+=("${line#*,}") ;;
        esac
    done < <(COMP_LINE="${COMP_LINE:0:$COMP_POINT}" %(complete_var)s=bash_complete "$1")
    compopt -o nosort 2> /dev/null
}
complete -o default -F %(complete_func)s %(prog_name)s
"""

    def get_completion_args(self) -> tuple[list[str], str]:
        line = os.environ["COMP_LINE"]
        words = split_arg_string(line)
        fresh = not line or (line[-1].isspace() and _quote_of(line) == "")
        incomplete = "" if fresh or not words else words.pop()
        return words[1:], incomplete

    def format_completion(self, item: CompletionItem) -> str:
        line = os.environ["COMP_LINE"]
        value = item.value
        if not _quote_of(line):
            # bash takes a colon for the end of a word, unless it is quoted.
            typed = re.split(r"(?<!\\)\s", line)[-1]
            done = split_arg_string(typed[: typed.rfind(":") + 1])
            if done and value.casefold().startswith(done[0].casefold()):
                value = value[len(done[0]) :]
            value = re.sub(r"([^\w@%+=:,./-])", r"\\\1", value)
        return f"{item.type},{value}"

    @staticmethod
    def _check_version() -> None:
        """Any bash from 4.4 on; asking for its version takes longer than completing."""


def _quote_of(line: str) -> str:
    """The quote that is open at the end of a line; empty when none is."""
    open_quote, escaped = "", False
    for sign in line:
        if escaped:
            escaped = False
        elif sign == "\\" and open_quote != "'":
            escaped = True
        elif open_quote:
            open_quote = "" if sign == open_quote else open_quote
        elif sign in "'\"":
            open_quote = sign
    return open_quote


add_completion_class(Bash)


def script_of(shell: str, command: click.Command) -> str:
    """The completion script of a shell."""
    made = get_completion_class(shell)
    assert made is not None
    return made(command, {}, "plotty", VARIABLE).source()


def install(ctx: click.Context, shell: str) -> str:
    """Write the script where the shell finds it, and the line that loads it; what was done, as a
    sentence. Refused for a shell that is none of the three."""
    chosen = Path(os.environ.get("SHELL", "")).name if shell == AUTO else shell
    if chosen not in SHELLS:
        raise Refused(
            f"completion for {chosen or 'no shell'}: --install-completion {'|'.join(SHELLS)}"
        )
    script = script_of(chosen, ctx.find_root().command)
    home = Path.home()
    if chosen == "fish":
        config = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config")
        path = config / "fish" / "completions" / "plotty.fish"
    else:
        data = Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share")
        path = data / "plotty-completion" / f"plotty.{chosen}"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(script)
        added = "" if chosen == "fish" else _load_line(home, chosen, path)
    except OSError as error:
        raise Refused(f"{path} cannot be written: {error.strerror or error}") from None
    return f"{path}{added}; open a new {chosen}"


def _load_line(home: Path, shell: str, path: Path) -> str:
    """Have the shell load the script when it starts; said when that was added."""
    folder = Path(os.environ.get("ZDOTDIR") or home) if shell == "zsh" else home
    startup = folder / (".zshrc" if shell == "zsh" else ".bashrc")
    first = "(( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }; "
    line = f"{first if shell == 'zsh' else ''}source '{path}'"
    kept = startup.read_text() if startup.exists() else ""
    if line in kept:
        return ""
    with startup.open("a") as out:
        out.write(f"{'' if kept.endswith(chr(10)) or not kept else chr(10)}{line}\n")
    return f", loaded by {startup}"
