"""The preflight report: nothing is lost or changed in silence."""

from __future__ import annotations

import pytest
from read_drawings import Read, found, lines

from plotty_tui.domain.design import CHANGED, LOST, NOTE
from plotty_tui.domain.errors import BadDesign

GOOD = '<path id="good" d="M0 0 1 0" stroke="red" fill="none"/>'
STROKED = 'stroke="red" fill="none"'

CASES = {
    "text": ("<text>a</text><text id='t'>b</text>", LOST, "2 texts are not drawn: convert them"),
    "image": ("<image href='a.png'/>", LOST, "1 image is not drawn: trace it to paths"),
    "foreign object": ("<foreignObject/>", LOST, "1 foreign object (HTML) is not drawn"),
    "script": ("<script/>", LOST, "1 script is not run"),
    "animation": (
        f"<path d='M0 0 1 0' {STROKED}><title>a</title></path><animate/>",
        CHANGED,
        "1 animation is ignored",
    ),
    "filter": (
        f"<g filter='url(#f)'><path d='M0 0 1 0' {STROKED}/></g>",
        CHANGED,
        "1 element has a filter",
    ),
    "clip": (
        f"<path clip-path='url(#c)' d='M0 0 1 0' {STROKED}/>",
        CHANGED,
        "1 clipped element is drawn whole",
    ),
    "mask": (
        f"<path style='mask:url(#c)' d='M0 0 1 0' {STROKED}/>",
        CHANGED,
        "1 masked element is drawn whole",
    ),
    "dash": (
        f"<g stroke-dasharray='1 2'><path d='M0 0 1 0' {STROKED}/>"
        f"<path d='M0 0 1 0' {STROKED}/></g>",
        CHANGED,
        "2 dashed shapes are drawn as solid lines",
    ),
    "marker": (
        f"<path marker-end='url(#m)' d='M0 0 1 0' {STROKED}/>",
        LOST,
        "1 shape has markers",
    ),
    "gradient": (
        "<linearGradient id='l'><stop stop-color='lime'/></linearGradient>"
        "<path stroke='url(#l)' d='M0 0 1 0' fill='none'/>",
        CHANGED,
        "1 shape has a gradient",
    ),
    "fill": (
        "<circle r='1' cx='5' cy='5'/><path d='M0 0 1 0 1 1z' fill='red'/>",
        CHANGED,
        "2 filled shapes are drawn as outlines",
    ),
    "stroke and fill": (
        "<circle r='1' cx='5' cy='5' fill='red' stroke='red'/>",
        CHANGED,
        "1 shape has a fill beside the stroke",
    ),
    "default fill": ("<circle r='1' cx='5' cy='5' stroke='red'/>", NOTE, "1 shape names no fill"),
    "no stroke": (
        "<rect width='9' height='9' fill='none'/>"
        "<line x2='5' stroke='red' stroke-width='0' fill='none'/>",
        LOST,
        "2 shapes have neither stroke nor fill",
    ),
    "transparent": (
        f"<path opacity='.5' d='M0 0 1 0' {STROKED}/>",
        CHANGED,
        "1 element is half transparent",
    ),
    "background": (
        "<rect width='100%' height='100%' fill='#fff'/>",
        NOTE,
        "1 filled rectangle covers the whole page",
    ),
    "hidden": (
        f"<g display='none'>{GOOD}</g><path visibility='hidden' d='M0 0 9 9' {STROKED}/>"
        f"<g style='display:none'>{GOOD}</g><path opacity='0' d='M0 0 9 9' {STROKED}/>",
        NOTE,
        "4 hidden elements are not drawn",
    ),
    "hidden layer": (
        f"<g inkscape:groupmode='layer' inkscape:label='Guides' style='display:none'>{GOOD}</g>",
        NOTE,
        "1 hidden layer is not drawn",
    ),
    "% layer": (
        f"<g inkscape:groupmode='layer' inkscape:label='% notes'>{GOOD}</g>",
        NOTE,
        "1 layer begins with % and is not drawn",
    ),
    "empty layer": (
        "<g inkscape:groupmode='layer' inkscape:label='Nothing'/>",
        NOTE,
        "1 layer holds no strokes",
    ),
    "outside": (
        f"<path d='M0 0-5 0' {STROKED}/><path d='M0 0 1 1M0 0 0 101' {STROKED}/>",
        CHANGED,
        "2 strokes reach outside the page",
    ),
    "style import": ("<style>@import url(a.css);</style>", LOST, "1 style sheet outside"),
    "style rule": (
        "<style>path:hover{stroke:red} @media print{path{stroke:blue}}</style>",
        LOST,
        "2 style rules are not understood",
    ),
    "use": ("<use id='u' href='#nowhere'/>", LOST, "1 clone refers to nothing"),
    "unreadable": ("<path d='x' stroke='red'/>", LOST, "1 shape has values that cannot be read"),
    "empty": ("<path stroke='red'/>", NOTE, "1 shape is empty"),
}


@pytest.mark.parametrize("what", CASES)
def test_each_finding_is_one_sentence_with_its_count(read: Read, what: str) -> None:
    inside, kind, sentence = CASES[what]
    design = read(inside + GOOD)
    finding = found(design, what)
    assert finding.kind == kind
    assert finding.text.startswith(sentence)
    assert finding.text.startswith(f"{finding.count} ")
    assert "\n" not in finding.text and "{" not in finding.text and "|" not in finding.text
    assert [one.what for one in design.findings] == [what]


def test_an_ordinary_plotter_drawing_has_no_findings(read: Read) -> None:
    design = read(
        "<title>Fox</title><desc>A fox</desc><metadata>x</metadata><defs><text>never</text></defs>"
        "<style>path{fill:none}</style><g stroke='red' opacity='1' stroke-dasharray='none'>"
        "<path d='M0 0 1 0' marker-end='none' filter='none'/><text> </text></g>"
        "<x:y xmlns:x='urn:x'/><rect stroke='red' fill='none' width='100' height='100'/>"
    )
    assert design.findings == []


def test_places_are_ids_or_lines(read: Read) -> None:
    many = "".join(f"<text id='t{i}'>a</text>" for i in range(9))
    finding = found(read(f"{GOOD}{many}"), "text")
    assert finding.count == 9
    assert finding.where == ("t0", "t1", "t2", "t3", "t4")
    assert found(read(f"{GOOD}\n\n<text>a</text>"), "text").where == ("text (line 3)",)


def test_the_lost_come_first(read: Read) -> None:
    design = read(f"<path d='M0 0-5 0' {STROKED}/><path/><text>a</text>")
    assert [finding.kind for finding in design.findings] == [LOST, CHANGED, NOTE]


def test_hidden_things_are_not_drawn(read: Read) -> None:
    design = read(
        f"<g visibility='hidden'><path d='M0 0 9 9' {STROKED}/>"
        f"<path visibility='visible' d='M0 0 5 5' {STROKED}/></g>"
    )
    assert lines(design) == [[(0, 0), (5, 5)]]


def test_an_outline_has_the_colour_of_its_fill(read: Read) -> None:
    assert read("<circle r='1' cx='5' cy='5' fill='teal'/>").layers[0].color == "#008080"


@pytest.mark.parametrize(
    ("inside", "sentence"),
    [
        (
            "<text>a</text>" * 3,
            "nothing to draw in x.svg: it holds only 3 texts; convert text to paths",
        ),
        (
            "<image href='a'/><text>a</text>",
            "nothing to draw in x.svg: it holds only 1 image and 1 text; trace images to paths",
        ),
        (
            "<g display='none'><path/></g>",
            "nothing to draw in x.svg: it holds only 1 hidden element; show what should be drawn",
        ),
        ("<g/>", "nothing to draw in x.svg: it holds no shapes; draw at least one line"),
    ],
)
def test_a_drawing_without_strokes_says_what_it_holds(
    read: Read, inside: str, sentence: str
) -> None:
    with pytest.raises(BadDesign) as caught:
        read(inside)
    assert str(caught.value) == sentence
