"""backup create|list|verify|restore."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from plotty_tui.domain import values
from plotty_tui.domain.errors import Refused
from plotty_tui.studio.opening import open_studio
from plotty_tui.studio.upkeep import backups

from .output import can_ask, emit_json, json_option, say, table, tell, with_examples

_path = click.Path(path_type=Path)


@with_examples("plotty backup create", "plotty backup create --output studio.plotty")
@click.command("create")
@click.option("--output", type=_path, default=None, help="This file, instead of the studio's own.")
@click.option(
    "--keep", type=click.IntRange(1, 1000), default=backups.KEEP, show_default=True,
    help="So many stay in the studio's folder.",
)  # fmt: skip
@json_option
def backup_create(output: Path | None, keep: int, as_json: bool) -> int:
    """Keep the whole studio in one file, and read it back."""
    made, dropped = backups.create_backup(open_studio(), output, keep)
    if as_json:
        emit_json({**_json(made), "dropped": [str(path) for path in dropped]})
        return 0
    say(f"{made.file}  {_words(made)}")
    if dropped:
        tell(f"dropped {values.plural(len(dropped), 'older backup')} (--keep {keep})")
    return 0


@with_examples("plotty backup list")
@click.command("list")
@json_option
def backup_list(as_json: bool) -> int:
    """The backups in the studio's folder, newest first."""
    store = open_studio()
    found = []
    for path in backups.backups(store):
        try:
            found.append(backups.read_backup(path))
        except Refused as refusal:
            tell(f"plotty: {refusal}")
    if as_json:
        emit_json([_json(one) for one in found])
    elif not found:
        say("no backup yet: plotty backup create")
    else:
        table(
            ["file", "made", "holds"],
            [(one.file.name, values.local_time(one.made_at), _words(one)) for one in found],
        )
        tell(f"in {backups.backup_folder(store)}")
    return 0


@with_examples("plotty backup verify")
@click.command("verify")
@click.argument("file", type=_path, required=False)
@json_option
def backup_verify(file: Path | None, as_json: bool) -> int:
    """Whether every byte of a backup is as it was written.

    Without a file: the newest one.
    """
    found = backups.verify_backup(_chosen(file))
    if as_json:
        emit_json({**_json(found), "whole": True})
    else:
        say(f"{found.file}  whole: {_words(found)}")
    return 0


@with_examples("plotty backup restore --yes")
@click.command("restore")
@click.argument("file", type=_path, required=False)
@click.option("--with-notices", is_flag=True, help="Its hooks, channels and mail settings too.")
@click.option("--yes", is_flag=True, help="Do it without asking.")
@json_option
def backup_restore(file: Path | None, with_notices: bool, yes: bool, as_json: bool) -> int:
    """Put the studio of a backup in the place of this one.

    It is unpacked and checked first; the studio as it is becomes a backup too. Jobs that were being
    drawn are held, so that nothing is drawn twice. Without a file: the newest backup. Hooks,
    channels and mail settings stay as they are here.
    """
    from plotty_tui.studio.upkeep.restoring import restore_backup

    path = _chosen(file)
    wanted = backups.verify_backup(path)
    if not yes:
        question = f"replace this studio by that of {values.local_time(wanted.made_at)}"
        if not can_ask():
            raise Refused(f"{question}? Say --yes: there is nobody to ask")
        click.confirm(f"{question} ({_words(wanted)})?", abort=True)
    done = restore_backup(path, with_notices)
    if as_json:
        emit_json({**_json(done.backup), "kept": str(done.kept), "held": done.held})
    else:
        say(f"restored {_words(done.backup)} of {values.local_time(done.backup.made_at)}")
        say(f"the studio as it was: {done.kept}")
        for name in done.held:
            tell(f"held: {name}: see what was drawn since, then plotty queue release {name!r}")
        if done.own_notices:
            tell("hooks, channels and mail stay as they were here (--with-notices takes them over)")
    return 3 if done.held else 0


def _chosen(file: Path | None) -> Path:
    if file is not None:
        return file
    newest = backups.newest_backup(open_studio())
    if newest is None:
        raise Refused("no backup yet: plotty backup create")
    return newest


def _words(one: backups.Backup) -> str:
    said = ", ".join(f"{count} {what}" for what, count in one.counts.items())
    return f"{said}, {one.size / 1e6:.1f} MB"


def _json(one: backups.Backup) -> dict[str, Any]:
    return {
        "file": str(one.file),
        "made_at": values.iso(one.made_at),
        "plotty": one.plotty,
        "books": one.books,
        "size_bytes": one.size,
        "parts": len(one.parts),
        **one.counts,
    }
