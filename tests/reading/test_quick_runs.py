"""Shapes that come in runs of the same bytes are read without XML, and mean the same."""

from __future__ import annotations

import random

import pytest
from read_drawings import HEAD
from test_quick import check_alike, drawing, mutate

from plotty_tui.planning.reading import quick
from plotty_tui.planning.reading.quick_runs import find_runs

POINTS = ("1,1 2,2", "3 3 4 5 6,6", "1-1-2-2", "5 5 6 6", "7 7 8 8", "9 9")
LISTS = ("M1 1L9 9", "M2 2L5 8Z", "m3,3 4-1-2.5.5", "M4 4C5 5 6 9 8 2", "", "M9 9 8 8 7 7")


def run_of(lists=LISTS, head='<path d="', tail='"/>', gap="\n"):
    return gap.join(head + one + tail for one in lists)


def taken(inside):
    """How many shapes expat was not shown."""
    walk = quick.QuickWalk("x.svg", drawing(inside), quick.ReadLimits())
    walk.read()
    return sum(isinstance(place, quick.Run) for place in walk.places)


STROKED = '<g fill="none" stroke="red">{}</g>'
ALIKE = (
    run_of(),
    run_of(tail='" stroke="blue"/>'),
    run_of(head='<path stroke="lime" d="', tail='" transform="scale(2)"/>', gap=""),
    run_of(tail='" style="fill:red;stroke:none" />', gap="\r\n\t"),
    run_of(tail='" display="none"/>'),
    run_of(
        ("1,1 2,2", "3 3 4 5 6,6", "1-1-2-2", "5 5 6 6", "7 7 8 8", "9 9"), '<polyline points="'
    ),
    run_of(
        ("1,1 2,2 3 1", "3 3 4 5 6,6", "1 1 9 2 2 2", "5 5 6 6 5 7", "1 1 2 2 1 1", "3 3 4 4"),
        '<polygon points="',
    ),
)


@pytest.mark.parametrize("inside", ALIKE)
def test_the_first_of_a_run_speaks_for_all(inside):
    assert taken(STROKED.format(inside)) >= 3 or "lime" in inside
    check_alike(drawing(STROKED.format(inside)), surely=True)
    # Without a stroke there is something to say of each shape, and where it stands.
    check_alike(drawing(f"\n{inside}\n<g>\n{inside}</g>"), surely=True)
    check_alike(drawing(STROKED.format(run_of(("M1 1 2 2", "M900 1 2 2") * 3) + inside)))


ELSEWHERE = (
    "<!-- {} -->", "<style><![CDATA[{}]]></style>", "<style>/* {} */</style>", "<desc>{}</desc>",
    "<text>{}</text>", "<defs>{}</defs>", "<g display='none'>{}</g>", "<symbol>{}</symbol>",
    '<x:y xmlns:x="urn:z">{}</x:y>', "<path d='M1 1 2 2'>{}</path>", "<![CDATA[{}]]>",
    '<g inkscape:groupmode="layer" inkscape:label="%no">{}</g>', "<clipPath>{}</clipPath>",
    "<g id='{}'/>", '<g id="a>b"/><!-- > -->{}', "<?keep {} ?>", "<a>{}</a>",
)  # fmt: skip


@pytest.mark.parametrize("around", ELSEWHERE)
def test_what_looks_like_a_run_is_where_xml_says_it_is(around):
    inside = around.format(run_of())
    for text in (inside, f'<path d="M5 5 6 6" stroke="red"/>{inside}{run_of()}'):
        check_alike(drawing(STROKED.format(text)))
        check_alike(drawing(text))


ODD = ("1|1", "M1 1&#76;2 2", "M1 1<", "M1 1>2", "M1 1\n2 2", "M1\x011", "Mé", "nan", "1e400 1",
       "L1 1", ",M1 1", "M1 1L", "M1 1 a1 1 0 11 1 1", "M1e2.5.5", "'",
       "M1 1H5V5h-2v-2z m1 1 l2 2")  # fmt: skip


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("at", [0, 1, 3, len(LISTS)])
def test_an_odd_list_in_a_run(odd, at):
    lists = [*LISTS[:at], odd, *LISTS[at:]]
    check_alike(drawing(STROKED.format(run_of(lists))))
    check_alike(drawing(STROKED.format(run_of(lists, '<polyline points="'))))


def test_mutated_runs():
    rnd = random.Random(8)
    body = ("\n".join(STROKED.format(one) for one in ALIKE[:4]) + ALIKE[5]).encode()
    for _ in range(250):
        check_alike(HEAD.encode() + mutate(body, rnd) + b"</svg>")


def test_a_run_knows_where_each_of_its_shapes_begins():
    data = f"{HEAD}{run_of(gap='   ')}</svg>".encode()
    (run,) = find_runs(data)
    begins = [at for at in range(len(data)) if data.startswith(b"<path", at)]
    told = [run.begin, *(run.begin_of(shape) for shape in range(run.several.count))]
    assert told == begins[: len(told)]
    assert len(told) == len(LISTS) - 1, "the last one ends the run"
    assert data[: run.end].endswith(b'"/>   ')
