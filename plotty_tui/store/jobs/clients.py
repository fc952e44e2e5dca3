"""Clients: who work is for, and their standards."""

from __future__ import annotations

from typing import Any

from plotty_tui.domain.errors import Conflict, NotFound, Refused

from ..database import Row, Store
from ..events import note
from ..tables import Client, Job, Run

_CLIENTS = """
    SELECT c.id, c.name, c.email, c.notes, c.standards, c.revision,
      (SELECT count(*) FROM job j WHERE j.client_id = c.id AND j.archived_at IS NULL
         AND j.state != 'done') AS open,
      (SELECT count(*) FROM job j WHERE j.client_id = c.id) AS jobs,
      (SELECT count(*) FROM run r WHERE r.client_id = c.id) AS runs
    FROM client c ORDER BY c.name COLLATE NOCASE
"""


def client_rows(store: Store) -> list[Row]:
    """Clients by name: id, name, email, notes, standards (JSON text), revision, and how many open
    jobs, jobs and runs there are of each."""
    return store.rows(_CLIENTS)


def standards(store: Store) -> list[Row]:
    """Name and standards (JSON text) of every client."""
    return store.rows("SELECT name, standards FROM client ORDER BY id")


def find_client(store: Store, name: str) -> Client:
    """A client by name; NotFound names the nearest."""
    wanted = " ".join(name.split()).casefold()
    known = list(Client.select())
    for client in known:
        if client.name.casefold() == wanted:
            return client
    raise NotFound.named("client", name, [client.name for client in known])


def add_client(store: Store, name: str, **values: Any) -> Client:
    """A new client. Refused when the name is taken."""
    with store.write():
        for known in Client.select():
            if known.name.casefold() == name.casefold():
                raise Refused(f"there is a client {known.name} already: plotty client edit")
        client = Client.create(name=name, **values)
        note(store, "client", f"client {name} added")
        return client


def change_client(store: Store, client_id: int, revision: int, **values: Any) -> Client:
    """Change what is known of a client. Conflict when somebody else did since it was read."""
    with store.write():
        changed = (
            Client.update(revision=Client.revision + 1, **values)
            .where(Client.id == client_id, Client.revision == revision)
            .execute()
        )
        if not changed:
            raise Conflict("this client was changed by somebody else meanwhile: look again")
        client = Client.get_by_id(client_id)
        note(store, "client", f"client {client.name} changed")
        return client


def drop_client(store: Store, client: Client) -> None:
    """Forget a client. Refused when jobs or runs in the books are of it."""
    with store.write():
        jobs = Job.select().where(Job.client == client.id).count()
        runs = Run.select().where(Run.client == client.id).count()
        if jobs or runs:
            raise Refused(
                f"{client.name} has {jobs} jobs and {runs} runs in the books: it stays, plotty "
                "client edit changes it"
            )
        Client.delete().where(Client.id == client.id).execute()
        note(store, "client", f"client {client.name} removed")
