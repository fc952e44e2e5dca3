"""What a run was told when it was started, carried out in the books: the notices of its course.

Each is posted in the transaction of what it tells.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from plotty_tui.domain import notices, orders, runs, sheets, values
from plotty_tui.domain.plot_orders import EACH, ORDERS, PlotOrders, orders_of

from .database import Row, Store
from .events import get_setting, note
from .notices import notify_settings, post, post_to_studio
from .tables import Hand, Run, Sheet

# Settings of a run beside its orders.
STOPPED = "stopped"  # why no sheet of it is taken any more, and after how many seconds
DOSSIER = "dossier"  # WANTED, FAILED, or the folders that were made
BREACHES = "breaches"  # gate -> the sentence with which it broke
WANTED, FAILED = "wanted", "failed"

_UNJUDGED = """
    SELECT s.id, s.copy, s.item_id, i.name, i.copies, r.number AS run, v.name AS device
    FROM sheet s JOIN item i ON i.id = s.item_id JOIN run r ON r.id = s.run_id
    LEFT JOIN job j ON j.id = i.job_id LEFT JOIN device v ON v.id = s.device_id
    WHERE s.state = 'drawn' AND r.state = 'in_progress'
      AND (coalesce(json_extract(r.settings, '$.orders.quality_checks'), 0)
        OR coalesce(json_extract(j.settings, '$.quality_checks'), 0)) AND {which}
    ORDER BY s.ended_at, s.id
"""


def unjudged_on(store: Store, device_id: int) -> Row | None:
    """The sheet drawn on this plotter whose verdict is asked and not given, or None."""
    return store.row(_UNJUDGED.format(which="s.device_id = ?"), device_id)


def unjudged_of(store: Store, run_id: int) -> list[Row]:
    """The drawn sheets of a run that still wait for the verdict that is asked after each."""
    return store.rows(_UNJUDGED.format(which="s.run_id = ?"), run_id)


def is_unjudged(store: Store, sheet_id: int) -> bool:
    """Whether this sheet still waits for its verdict."""
    return store.row(_UNJUDGED.format(which="s.id = ?"), sheet_id) is not None


def keep_in_run(run_id: int, **settings: Any) -> None:
    """Write settings of a run beside the others. Call it in a transaction."""
    run = Run.get_by_id(run_id)
    Run.update(settings={**run.settings, **settings}).where(Run.id == run_id).execute()


# How it is drawn: what a replot keeps of what its first run was told.
_WAY = ("presets", "motions", "quality_checks", "pen_by_pen")


def for_replot(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of a run for the one that draws again what failed in it: it is drawn in the same
    way, and has a course of its own."""
    course = (STOPPED, DOSSIER, BREACHES, "shares", ORDERS)
    kept = {key: value for key, value in settings.items() if key not in course}
    told = {key: value for key, value in settings.get(ORDERS, {}).items() if key in _WAY}
    return {**kept, ORDERS: told} if told else kept


# Notices ----------------------------------------------------------------------------------------


def tell_fault(store: Store, run: Run, key: str, text: str) -> None:
    """The notice of a fault, where the run was told to give one. Call it in a transaction."""
    if notices.ERROR in orders_of(run.settings).notify:
        _to_studio(store, run, key, text, notices.ERROR)


def tell_device_fault(store: Store, sheet_id: int, text: str) -> None:
    """The notice that a plotter failed before it drew anything of this sheet."""
    with store.write():
        event = note(store, "fault", text, sheet=sheet_id)
        tell_fault(store, Sheet.get_by_id(sheet_id).run, f"event:{event}", text)


def tell_low(store: Store, run: Run, key: str, text: str) -> None:
    """The notice that something runs low. Call it in a transaction."""
    if orders_of(run.settings).notify:
        _to_studio(store, run, key, text, notices.LOW_STOCK)


def _to_studio(
    store: Store, run: Run, key: str, text: str, kind: str, body: str = "", **more: Any
) -> None:
    payload = {"kind": kind, "run": runs.run_name(run.number), "text": text, **more}
    post_to_studio(store, key, text, body or text, payload=payload)


def hands_to_tell(store: Store, told: Iterable[int]) -> list[int]:
    """The hands that have waited for a person for longer than the studio wants to be told, of runs
    that nobody sits at; without those that were `told`."""
    waited = timedelta(minutes=notify_settings(store).hand_minutes)
    late = store.clock.now() - waited
    kinds = (*orders.ANSWERED_BY_READY, orders.HAND_VERDICT)
    open_hands = Hand.select().where(
        Hand.answered_at.is_null(), Hand.since <= late, Hand.kind.in_(kinds),
        Hand.sheet.is_null(False), Hand.id.not_in(list(told)),
    )  # fmt: skip
    with store.read():
        found = list(open_hands)
        return [hand.id for hand in found if _wants_hands(hand.sheet.run)]


def _wants_hands(run: Run) -> bool:
    told = orders_of(run.settings)
    return bool(told.notify) and told.unattended


def tell_hand(store: Store, hand_id: int) -> None:
    """The notice that somebody is wanted."""
    with store.write():
        hand = Hand.get_by_id(hand_id)
        if hand.answered_at is None:
            waited = values.rough((store.clock.now() - hand.since).total_seconds())
            body = f"{hand.text}\n\nIt waits since {waited}: {answer_words(hand)}"
            _to_studio(
                store, hand.sheet.run, f"hand:{hand.id}", hand.text, notices.HAND, body,
                device=hand.device.name,
            )  # fmt: skip


def answer_words(hand: Hand) -> str:
    """The command that answers a hand."""
    if hand.kind == orders.HAND_VERDICT:
        return f"plotty ready {hand.device.name} --verdict good|second|spoiled"
    return f"plotty ready {hand.device.name}"


# A run that is through --------------------------------------------------------------------------


def note_through(store: Store, run_id: int) -> None:
    """When nothing of a run is left to draw or to judge: tell the studio and the clients, and want
    the dossier, as the run was told. Telling it twice posts once. Call it in a transaction."""
    run = Run.get_by_id(run_id)
    told = orders_of(run.settings)
    if told == PlotOrders() or run.state not in (runs.IN_PROGRESS, runs.COMPLETED):
        return
    still = Sheet.select().where(Sheet.run == run, Sheet.state.in_(sheets.OPEN))
    if still.exists() or unjudged_of(store, run_id):
        return
    if notices.COMPLETE in told.notify:
        text = through_words(store, run)
        number = Sheet.select().where(Sheet.run == run).count()  # with attempts that came later
        _to_studio(
            store, run, f"run:{run.number}:complete:{number}", text, notices.COMPLETE,
            "\n".join([text, *_item_lines(store, run)]),
        )  # fmt: skip
    if told.document:
        if DOSSIER not in run.settings:
            keep_in_run(run_id, **{DOSSIER: WANTED})
    else:
        tell_clients(store, run)


def through_words(store: Store, run: Run) -> str:
    """`RUN-042 is drawn: 20 sheets, 1 spoiled, 3 not drawn`."""
    row = store.row(
        f"SELECT sum(state IN {sheets.FINE}) AS fine, sum(state = 'spoiled') AS spoiled, "
        "sum(state = 'cancelled') AS cancelled FROM sheet WHERE run_id = ?",
        run.id,
    )
    assert row is not None
    parts = [values.plural(row.fine or 0, "sheet")]
    parts += [f"{row.spoiled} spoiled"] * bool(row.spoiled)
    parts += [f"{row.cancelled} not drawn"] * bool(row.cancelled)
    return f"{runs.run_name(run.number)} is drawn: {', '.join(parts)}"


def _item_lines(store: Store, run: Run) -> list[str]:
    return [f"  {row.fine} x {row.name} ({row.paper})" for row in fine_items(store, run.id)]


def fine_items(store: Store, run_id: int) -> list[Row]:
    """The items of a run with how many of their sheets are fine: name, paper, fine, client_id,
    client, email."""
    return store.rows(
        f"SELECT i.id, i.name, i.paper, sum(s.state IN {sheets.FINE}) AS fine, "
        "c.id AS client_id, c.name AS client, c.email FROM item i "
        "JOIN sheet s ON s.item_id = i.id LEFT JOIN job j ON j.id = i.job_id "
        "JOIN run r ON r.id = i.run_id LEFT JOIN client c ON c.id = coalesce(j.client_id, "
        "r.client_id) WHERE i.run_id = ? GROUP BY i.id ORDER BY i.position",
        run_id,
    )


@dataclass(frozen=True, slots=True)
class Letter:
    """Whom a run's clients' mail goes to, and the items it is about."""

    address: str
    client: str
    items: list[Row] = field(default_factory=list)


def letters_of(store: Store, run: Run) -> list[Letter]:
    """The mails that tell clients that their sheets are ready. An address that is a client's own is
    told of that client's work alone."""
    told = orders_of(run.settings).notify_client
    rows = [row for row in fine_items(store, run.id) if row.fine]
    if not told or not rows:
        return []
    if told == EACH:
        by_client: dict[str, Letter] = {}
        for row in rows:
            if row.email:
                by_client.setdefault(row.client, Letter(row.email, row.client)).items.append(row)
        return list(by_client.values())
    own = [row for row in rows if (row.email or "").casefold() == told.casefold()]
    return [Letter(told, own[0].client if own else "", own or rows)]


def tell_clients(
    store: Store, run: Run, attachments: Mapping[str, Sequence[Any]] | None = None
) -> None:
    """Mail the clients that their sheets are ready, each once; `attachments` are files by client.
    Call it in a transaction."""
    studio = str(get_setting(store, "studio_name", ""))
    for letter in letters_of(store, run):
        lines = [f"  {row.fine} x {row.name} ({row.paper})" for row in letter.items]
        greeting = f"Dear {letter.client}," if letter.client else "Hello,"
        body = "\n".join([greeting, "", "your sheets are drawn and ready:", "", *lines, "", studio])
        post(
            store, f"run:{run.number}:client:{letter.client}", [(notices.MAIL, letter.address)],
            f"Your sheets are ready ({runs.run_name(run.number)})", body.rstrip() + "\n",
            payload={"kind": notices.CLIENT, "run": runs.run_name(run.number)},
            attachments=list((attachments or {}).get(letter.client, ())),
        )  # fmt: skip


def dossiers_wanted(store: Store) -> list[int]:
    """The numbers of the runs whose dossier is to be made."""
    rows = store.rows(
        "SELECT number FROM run WHERE state IN ('in_progress', 'completed') "
        "AND json_extract(settings, '$.dossier') = 'wanted'"
    )
    return [row.number for row in rows]


def dossier_failed(store: Store, number: int) -> None:
    """A dossier could not be made: the clients are told without it."""
    with store.write():
        run = Run.get(Run.number == number)
        if run.settings.get(DOSSIER) == WANTED:
            keep_in_run(run.id, **{DOSSIER: FAILED})
            tell_clients(store, run)


def dossier_made(store: Store, number: int, files: Mapping[str, Sequence[Any]]) -> None:
    """A dossier is made: client -> its files, the two that go with the mail first. The clients that
    are to be told get them with it."""
    with store.write():
        run = Run.get(Run.number == number)
        folders = sorted({str(one[0].parent) for one in files.values() if one})
        keep_in_run(run.id, **{DOSSIER: folders})
        first = {client: list(paths[:2]) for client, paths in files.items() if paths}
        if "" not in first and len(first) == 1:
            first[""] = next(iter(first.values()))
        tell_clients(store, run, first)


def unsent_of(store: Store, number: int) -> list[Row]:
    """The notices of a run that are not sent: subject, attempts, error."""
    return store.rows(
        "SELECT subject, attempts, error FROM notice WHERE sent_at IS NULL AND "
        "(key LIKE ? OR json_extract(payload, '$.run') = ?) ORDER BY id",
        f"run:{number}:%", runs.run_name(number),
    )  # fmt: skip
