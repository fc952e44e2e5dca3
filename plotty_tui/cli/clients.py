"""client: add, list, show, edit, remove, import."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from plotty_tui.domain import values
from plotty_tui.studio.jobs import clients
from plotty_tui.studio.opening import open_studio

from .output import emit_json, json_option, say, table, tell, with_examples


def _standards(command: Any) -> Any:
    """A flag for each thing that is known of a client."""
    for words, name, help_ in reversed((
        ("--email", "email", "Where word goes when work is ready."),
        ("--preset", "preset", "How its work is planned and drawn."),
        ("--pens", "pens", "Layer 1 to the first pen, and so on: 2,1,3; auto: by colour."),
        ("--paper", "paper", "a4, a3, letter, or a paper in stock."),
        ("--tier", "tier", "draft, standard, fine."),
        ("--prefixes", "prefixes", "Other names before the colon that are this client's."),
        ("--min-success-rate", "min_success_rate", "Gate of its work: percent, 0-100."),
        ("--max-replot-rate", "max_replot_rate", "Gate of its work: percent, 0-100."),
        ("--min-customer-satisfaction", "min_customer_satisfaction", "Gate: stars, 1-5."),
        ("--min-sheets", "min_sheets", "Gates judge from so many sheets on."),
        ("--notes", "notes", "Anything else."),
    )):  # fmt: skip
        command = click.option(words, name, default=None, help=help_)(command)
    return command


def _typed(given: Mapping[str, str | None]) -> dict[str, str]:
    return {key: text for key, text in given.items() if text is not None}


@with_examples(
    'plotty client add "Acme Corp" --email art@acme.example --preset hq --pens 2,1,3',
    'plotty client add "Gallery Nord" --paper a3 --min-success-rate 99 --prefixes "Nord,GN"',
)
@click.command("add")
@click.argument("name")
@_standards
@json_option
def client_add(name: str, as_json: bool, **given: str | None) -> int:
    """A new client, with its standards.

    Jobs called `Name: Design` are this client's, and so are those whose name begins with one of its
    prefixes.
    """
    return _show(clients.add_client(open_studio(), name, _typed(given)), as_json)


@with_examples(
    "plotty client edit acme --preset safe --tier fine", "plotty client edit acme --pens none"
)
@click.command("edit")
@click.argument("name")
@_standards
@json_option
def client_edit(name: str, as_json: bool, **given: str | None) -> int:
    """Change what is known of a client.

    `none` takes a value back. Jobs that are planned already keep the plans they have.
    """
    return _show(clients.edit_client(open_studio(), name, _typed(given)), as_json)


@with_examples("plotty client show acme")
@click.command("show")
@click.argument("name")
@json_option
def client_show(name: str, as_json: bool) -> int:
    """One client with its standards."""
    return _show(clients.find_client(open_studio(), name), as_json)


@with_examples("plotty client remove nobody")
@click.command("remove")
@click.argument("name")
@json_option
def client_remove(name: str, as_json: bool) -> int:
    """Forget a client that no job and no run is of."""
    removed = clients.remove_client(open_studio(), name)
    if as_json:
        emit_json({"name": removed})
    else:
        say(f"removed client {removed}")
    return 0


@with_examples("plotty client list", "plotty list clients --json")
@click.command("clients")
@json_option
def client_list(as_json: bool) -> int:
    """Clients with their standards."""
    found = clients.clients(open_studio())
    if as_json:
        emit_json([_client_json(one) for one in found])
        return 0
    if not found:
        say("no client: plotty client add NAME, or add a job called 'Client: Design'")
        return 0
    table(
        ["client", "in the queue", "jobs", "runs", "e-mail", "standards"],
        [(one.name, one.open, one.jobs, one.runs, one.email, standard_words(one.standards))
         for one in found],
        [1, 2, 3],
    )  # fmt: skip
    return 0


@with_examples("plotty client import clients/acme/config.json")
@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--name", default="", help="The client, instead of the folder's name.")
@click.option("--designs/--no-designs", default=True, help="Also add its designs to the queue.")
@json_option
def client_import(file: Path, name: str, designs: bool, as_json: bool) -> int:
    """A client and its designs from the config.json of its folder.

    Takes notify_email, quality_preset, pen_mapping, paper and tier into its record, and adds each
    of designs (file, name, paper, priority, type) as a job. A file is looked for here, then beside
    the config. Asked twice, it adds nothing twice.
    """
    store = open_studio()
    project = clients.read_project(file, name)
    client, new = clients.keep_project(store, project)
    project.client = client.name
    added = clients.add_project_designs(store, project) if designs else []
    for key in project.strange:
        tell(f"note: {file} also says {key!r}, which plotty has no use for")
    for one in added:
        if one.error:
            tell(f"plotty: {one.error}")
    jobs = [one for one in added if one.job_id is not None]
    already = [one for one in added if one.already]
    failed = len(added) - len(jobs) - len(already)
    if as_json:
        emit_json(
            {
                "client": _client_json(client),
                "new": new,
                "added": [{"id": one.job_id, "name": one.name} for one in jobs],
                "already": [one.name for one in already],
                "failed": [one.path for one in added if one.error],
            }
        )
    else:
        say(f"client {client.name} {'added' if new else 'known'}: {_all_words(client)}")
        for one in jobs:
            say(f"job {one.job_id}  {one.name}")
        if added:
            say(f"added {len(jobs)}, {len(already)} already there, {failed} failed")
    return 1 if failed and not (jobs or already) else 0


def _show(client: clients.ClientView, as_json: bool) -> int:
    if as_json:
        emit_json(_client_json(client))
        return 0
    say(f"client {client.name}: {_all_words(client)}")
    count = values.plural(client.open, "job")
    say(f"  {count} in the queue; {client.jobs} jobs and {client.runs} runs in the books")
    if client.notes:
        say(f"  {client.notes}")
    return 0


def _all_words(client: clients.ClientView) -> str:
    said = [client.email] * bool(client.email)
    said += [standard_words(client.standards)] * bool(client.standards)
    return ", ".join(said) or "no standards yet"


def standard_words(standards: Mapping[str, Any]) -> str:
    """`preset hq, pens 2,1,3, min success rate 99`."""
    words = []
    for key in clients.STANDARDS:
        value = standards.get(key)
        if isinstance(value, dict):
            words += [f"{gate.replace('_', ' ')} {one:g}" for gate, one in value.items()]
        elif isinstance(value, list):
            words.append(f"{key} {','.join(value)}")
        elif value:
            words.append(f"{key} {value}")
    return ", ".join(words)


def _client_json(client: clients.ClientView) -> dict[str, Any]:
    return {
        "name": client.name,
        "email": client.email or None,
        "notes": client.notes,
        **{key: client.standards.get(key) for key in clients.STANDARDS},
        "open_jobs": client.open,
        "jobs": client.jobs,
        "runs": client.runs,
    }
