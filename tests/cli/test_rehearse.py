"""Rehearsals from the command line."""

from __future__ import annotations

from studio_desk import Desk

from plotty_tui.studio.inventory import stock


def test_a_rehearsal_is_told_and_changes_nothing(prepared: Desk) -> None:
    before = prepared.jobs()
    said = prepared.good("plot", "Poster", "--copies", "2", "--devices", "left", "--rehearse")
    assert "rehearsal of 2 sheets" in said.out
    assert "put a4 on left for Poster copy 1" in said.out
    assert "the last sheet is done after" in said.out
    assert "short:" not in said.out
    assert prepared.jobs() == before
    assert len(prepared.good("run", "list", "--json").json) == 1


def test_as_json_with_exit_3_when_something_is_short(prepared: Desk) -> None:
    stock.add_paper(prepared.store, {"name": "a4", "sheets": 1})
    said = prepared("plot", "Poster", "--copies", "2", "--rehearse", "--json", "--walk", "30s")
    assert said.status == 3
    told = said.json
    assert told["sheets"] == 2
    assert told["walk_seconds"] == 30
    assert sum(day["machine_s"] for day in told["plotters"]) > 0
    assert [one["missing"] for one in told["papers"]] == [1]
    assert told["short"][0].startswith("paper a4 ends after 0:30: 1 sheet short")
    assert all(hand["seconds"] <= told["seconds"] for hand in told["hands"])


def test_what_cannot_be_rehearsed_is_one_sentence(prepared: Desk) -> None:
    for words, status in (
        (["Backlog 4"], 1),
        (["nobody"], 1),
        (["Acme: Card", "--walk", "soon"], 2),
        (["Acme: Card", "--devices", "nobody"], 1),
    ):
        said = prepared("plot", *words, "--rehearse")
        assert said.status == status, said
        assert said.err.count("\n") == 1
        assert said.err.startswith("plotty: ")


def test_the_planned_end_of_each_plotter_is_told(prepared: Desk) -> None:
    started = prepared("plot-all", "--load-balance", "--no-wait", "--json")
    assert set(started.json["planned_ends"]) == {"left", "right"}
    assert sum(started.json["planned_ends"].values()) > 0
