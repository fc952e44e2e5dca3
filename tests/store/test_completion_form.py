"""From the form that a person sees to the card that he gets."""

import shutil

import pytest
from small_books import Studio

from plotty_tui.domain import values
from plotty_tui.domain.errors import NotFound, Refused
from plotty_tui.domain.runs import Results, Verdict
from plotty_tui.reports.cards import result_card
from plotty_tui.store import tables
from plotty_tui.store.plots import sheet_ends
from plotty_tui.studio.forms import FormError
from plotty_tui.studio.opening import open_studio
from plotty_tui.studio.production import completion, run_detail, run_lists


@pytest.fixture(scope="module")
def drawn(empty_studio, tmp_path_factory):
    """The folder of a studio with a run of ten logos and three cards, all drawn with two pens; one
    logo took longer."""
    folder = tmp_path_factory.mktemp("drawn") / "studio"
    shutil.copytree(empty_studio, folder)
    studio = Studio(folder)
    studio.paper(sheets=20)
    black = studio.pen("Pigma black", weight_g=45.2)
    red = studio.pen("Stabilo red")
    logo = studio.job("Logo", copies=10, layers=((black.id, 4, 5000.0),))
    card = studio.job("Card", copies=3, layers=((black.id, 4, 40000.0), (red.id, 2, 5000.0)))
    studio.run(logo, card)
    left = studio.device()
    for number in range(13):
        claim = studio.load(left)
        for layer, planned in enumerate(claim.plan.layers):
            studio.begin(left, claim, layer)
            studio.finish(claim, layer, planned.pen_down_mm + (7000.0 if number == 12 else 0) / 2)
        sheet_ends.finish_sheet(studio.store, claim.sheet)
    studio.close()
    return folder


@pytest.fixture
def awaiting(studio, drawn):
    """The run of `drawn`, in a studio of this test's own."""
    studio.close()
    shutil.copytree(drawn, studio.folder, dirs_exist_ok=True)
    studio.store = open_studio(studio.folder)
    return tables.Run.get()


def detail_of(studio):
    return run_detail.run_detail(studio.store, 1)


def test_the_form_is_filled_with_what_the_plotters_did(studio, awaiting):
    form = {one.key: one for one in completion.completion_form(detail_of(studio))}
    logo, card = (item.id for item in studio.again(awaiting).items)

    assert {key: field.value for key, field in form.items()} == {
        f"failed:{logo}": "0",
        f"failed:{card}": "0",
        "reason": "other",
        "pen:1": "173.50",
        "grams:1": "",
        "weigh:1": "",
        "dry:1": "no",
        "pen:2": "18.50",
        "grams:2": "",
        "weigh:2": "",
        "dry:2": "no",
        "sheets": "13",
        "started": values.typed_moment(detail_of(studio).started_at),
        "duration": "32:00",
        "quality": "5",
        "notes": "",
    }
    assert form[f"failed:{logo}"].label == "Logo: failed of 10"
    assert form["pen:1"].label == "K-01 Pigma black: metres"


def test_an_untouched_form_changes_nothing_that_is_booked(studio, awaiting):
    detail = detail_of(studio)
    form = {one.key: one.value for one in completion.completion_form(detail)}
    before = studio.ledger()

    for typed in ({}, form):
        assert completion.results_of_form(detail, typed) == Results(quality=5)
    completion.complete_run(studio.store, 1, completion.results_of_form(detail, form))
    assert studio.ledger() == before
    assert detail_of(studio).seconds == detail.seconds == 1920


def test_what_is_typed_is_what_is_booked(studio, awaiting):
    detail = detail_of(studio)
    logo, _ = (item.id for item in detail.items)
    results = completion.results_of_form(
        detail,
        {f"failed:{logo}": "2", "reason": "pen_dry", "pen:1": "180,5", "weigh:1": "44,9",
         "weigh:2": "12:11.5", "sheets": "14", "duration": "1h", "quality": "★★★", "notes": "n"},
    )  # fmt: skip

    last = [sheet.id for sheet in detail.sheets if sheet.item_id == logo][-2:]
    assert results == Results(
        verdicts=dict.fromkeys(last, Verdict("spoiled", "pen_dry")),
        pens={1: 180_500},
        weights={1: (45.2, 44.9), 2: (12, 11.5)},
        sheets_used=14,
        seconds=3600,
        quality=3,
        notes="n",
    )


@pytest.mark.parametrize(
    ("typed", "key", "sentence"),
    [
        (
            {"failed:1": "11"},
            "failed:1",
            "Logo: 11 failed of 10 drawn does not add up: give 0 to 10",
        ),
        ({"failed:1": "-1"}, "failed:1", "-1 is below zero"),
        ({"failed:1": "some"}, "failed:1", "Logo: failed of 10: 'some' is not a number"),
        ({"pen:1": "far"}, "pen:1", "no length 'far'"),
        ({"pen:1": "-5"}, "pen:1", "-5 is below zero"),
        ({"weigh:1": "46"}, "weigh:1", "K-01: after 46 g is heavier than before 45.2 g"),
        ({"weigh:2": "11"}, "weigh:2", "K-02 was not weighed before: give before:after"),
        ({"weigh:2": "11:nan"}, "weigh:2", "nan is not a number from zero on"),
        ({"sheets": "1.5"}, "sheets", "a4: sheets used: '1.5' is not a number"),
        ({"duration": "long"}, "duration", "no duration 'long'"),
        ({"quality": "6"}, "quality", "quality 6: give 1 to 5 stars"),
    ],
)
def test_the_form_names_its_first_wrong_field(studio, awaiting, typed, key, sentence):
    with pytest.raises(FormError) as wrong:
        completion.results_of_form(detail_of(studio), typed)
    assert wrong.value.key == key
    assert str(wrong.value).startswith(sentence)


def test_the_card_of_the_reference_example(studio, awaiting):
    detail = detail_of(studio)
    results = completion.results_of_form(
        detail, {"failed:1": "1", "reason": "smear", "quality": "4", "notes": "Edges fine"}
    )
    done = completion.complete_run(studio.store, 1, results)

    assert result_card(done) == [
        "Production Run #1 - Completed",
        "─────────────────────────────",
        "Designs:",
        "  Logo: 9/10 successful (1 failed)",
        "  Card: 3/3 successful",
        "",
        "Ink:",
        "  K-01 Pigma black: 173.5 m of 170.0 m estimated, 5.00 m of it wasted",
        "  K-02 Stabilo red: 18.5 m of 15.0 m estimated",
        "  Estimated: 185.0 m",
        "  Actual: 192.0 m (+7.00 m / +3.8 %)",
        "",
        "Paper:",
        "  a4: 13 sheets, 1 of them spoiled",
        "",
        "Time:",
        "  Estimated: 30:50",
        "  Actual: 32:00 (+3.8 %)",
        "",
        "Variance report:",
        "  Ink variance: +7.00 m (+3.8 %)",
        "    spoiled sheets: +5.00 m",
        "    change of geometry: +7.00 m",
        "    copies not made: -5.00 m",
        "",
        "Quality: ★★★★☆ (4/5, Good quality)",
        "Success: 92.3 % of 13 sheets",
        "Notes: Edges fine",
    ]


def test_the_card_before_the_verdicts_tells_what_is_drawn(studio, awaiting):
    lines = result_card(detail_of(studio))

    assert lines[0] == "Production Run #1 - Awaiting results"
    assert lines[3:5] == ["  Logo: 10/10 drawn", "  Card: 3/3 drawn"]
    assert not any(line.startswith(("Quality", "Success")) for line in lines)


def test_a_second_is_named_beside_the_failed(studio, awaiting):
    detail = detail_of(studio)
    verdicts = completion.sheet_verdicts(
        detail, ["1=second", "2=spoiled:smear", "3=spoiled:other", "4=proof", "5=good"]
    )
    done = completion.complete_run(studio.store, 1, Results(verdicts=verdicts))

    assert "  Logo: 7/10 successful (1 second, 2 failed)" in result_card(done)
    assert done.quality is None


@pytest.mark.parametrize("word", ["0=good", "14=good", "x=good", "1", "1:good", ""])
def test_a_verdict_names_a_sheet_of_the_run(studio, awaiting, word):
    with pytest.raises(Refused, match="with a NUMBER from 1 to 13"):
        completion.sheet_verdicts(detail_of(studio), [word])


def test_no_estimate_is_a_dash_and_no_zero(studio):
    run = studio.run(studio.job(layers=((None, 4, 0.0),)))
    studio.draw(studio.device())
    studio.settle(run)
    lines = result_card(detail_of(studio))

    assert "  Actual: 0.00 m (+0.00 m / –)" in lines
    assert "  Actual: – (–)" in lines or "  Actual: 0:00 (–)" in lines


def test_ink_of_no_pen_of_the_stock_has_a_line_of_its_own(studio):
    studio.run(studio.job(layers=((None, 4, 1000.0),)))
    studio.draw(studio.device())
    detail = detail_of(studio)

    assert [(pen.id, pen.name, pen.actual_mm) for pen in detail.pens] == [
        (None, "not in stock", 1000)
    ]
    assert not any(one.key.startswith("pen:") for one in completion.completion_form(detail))


def test_runs_are_found_by_what_is_known_of_them(studio, awaiting):
    studio.settle(awaiting, notes="Edges fine")
    studio.run(studio.job("Acme: Poster", client="Acme Überdruck"), only=["left"])

    def numbers(**asked):
        return [row.number for row in run_lists.run_list(studio.store, **asked)]

    assert numbers() == [2, 1]
    assert numbers(states=["completed"]) == [1]
    assert numbers(states=["awaiting"]) == []
    assert numbers(text="poster") == numbers(text="ACME") == numbers(text="run-002") == [2]
    assert numbers(text="edges") == [1]
    assert numbers(device="left") == [2, 1], "1 may use any, and was drawn there"
    assert numbers(device="right") == []
    assert numbers(device="LEF") == [2, 1], "a part of its name will do"
    assert numbers(client="acme") == numbers(client="über") == numbers(text="ÜBERDRUCK") == [2]
    assert numbers(client="%") == numbers(device='"') == []
    assert numbers(limit=1) == [2]
    now = studio.store.clock.now()
    assert numbers(since=now) == []
    assert numbers(until=now) == [2, 1]
    with pytest.raises(NotFound, match="no run status 'complete': did you mean completed"):
        numbers(states=["complete"])


def test_a_run_that_is_open_has_no_percents_yet(studio, awaiting):
    detail = detail_of(studio)

    assert (detail.success_percent, detail.ink_variance_percent) == (None, None)
    assert (detail.time_variance_percent, detail.open, detail.awaiting) == (None, 0, True)
    studio.settle(awaiting)
    detail = detail_of(studio)
    assert detail.success_percent == 100
    assert detail.ink_variance_percent == pytest.approx(700 / 185)
