"""The quick reader says what the reference says, or nothing at all."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from read_drawings import HEAD

from plotty_tui.domain.errors import BadDesign
from plotty_tui.planning.reading import DesignReader, ReadLimits
from plotty_tui.planning.reading.drawing import Drawing, read_reference
from plotty_tui.planning.reading.quick import read_quickly

LIMITS = ReadLimits()
SAMPLES = sorted((Path(__file__).parents[2] / "sample_designs").glob("*.svg"))
# A float32 at the far end of the page has no further digit.
LAST_DIGIT_MM = 1e-4


def drawing(inside: str) -> bytes:
    return f"{HEAD}{inside}</svg>".encode()


def check_alike(data: bytes, surely: bool = False) -> None:
    """Both read the same; `surely`: the quick one has no excuse."""
    quick = read_quickly("x.svg", data, LIMITS)
    try:
        reference = read_reference("x.svg", data, LIMITS)
    except (BadDesign, ArithmeticError, LookupError, RecursionError, TypeError, ValueError):
        assert quick is None
        return
    assert quick is not None or not surely
    if quick is not None:
        assert_same(quick, reference)


def assert_same(quick: Drawing, reference: Drawing) -> None:
    assert (quick.width_mm, quick.height_mm) == (reference.width_mm, reference.height_mm)
    assert quick.findings == reference.findings
    assert quick.lengths_mm == pytest.approx(reference.lengths_mm, rel=1e-5, abs=1e-3)
    for mine, theirs in zip(quick.layers, reference.layers, strict=True):
        assert (mine.name, mine.color) == (theirs.name, theirs.color)
        assert mine.strokes.starts == theirs.strokes.starts
        a, b = (np.frombuffer(one.strokes.points, np.float32) for one in (mine, theirs))
        assert np.abs(a - b).max(initial=0.0) <= LAST_DIGIT_MM


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_sample_designs(path):
    check_alike(path.read_bytes(), surely=True)


# Numbers as programs write them, and what stands between two of them.
WRITTEN = ("0", "-0", ".5", "-.25", "5.", "+3", "1e1", "2.5E-1", "1e+1", "00012.5")
GAPS = (" ", ",", ", ", "\n", " , ", "  ", "", "\t")
SIZES = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "A": 7, "Z": 0}


def number(rnd: random.Random) -> str:
    kind = rnd.randrange(4)
    if kind == 0:
        return str(rnd.randint(-99, 99))
    if kind == 1:
        return rnd.choice(WRITTEN)
    return f"{rnd.choice((rnd.uniform(-99, 99), rnd.gauss(0, 1e-3))):.{3 if kind == 2 else 12}f}"


def arguments(rnd: random.Random, letter: str) -> str:
    words = []
    for k in range(SIZES[letter.upper()]):
        flagged = letter in "Aa" and k in (3, 4)
        words.append((rnd.choice("01") if flagged else number(rnd)) + rnd.choice(GAPS))
    return "".join(words)


def path_data(rnd: random.Random) -> str:
    """Mostly good path data, with all commands, repeats left out and odd gaps."""
    letters = [rnd.choice("Mm"), *rnd.choices("MmLlHhVvCcSsQqTtAaZz", k=rnd.randint(0, 8))]
    text = rnd.choice(("", " ", "\n"))
    for letter in letters:
        repeats = rnd.choice((1, 1, 1, 2, 3)) if letter not in "Zz" else 1
        text += letter + rnd.choice(("", " "))
        text += "".join(arguments(rnd, letter) for _ in range(repeats))
    return text


def test_path_data():
    rnd = random.Random(7)
    for _ in range(200):
        transform = rnd.choice(("", "rotate(30 5 5) scale(2,.5)"))
        shapes = "".join(
            f'<path stroke="red" transform="{transform}" d="{path_data(rnd)}"/>'
            for _ in range(rnd.randint(1, 4))
        )
        check_alike(drawing(f"<g>{shapes}</g>"))


STYLES = (
    "", 'stroke="red"', 'fill="blue"', 'stroke="red" fill="none"', 'style="stroke:#00f;fill:red"',
    'display="none"', 'visibility="hidden" stroke="red"', 'opacity=".5" stroke="red"',
    'stroke="url(#g) green"', 'stroke="red" stroke-dasharray="1 2"',
    'filter="url(#f)" stroke="red"',
    'class="a"', 'id="here" stroke="red"', 'stroke="red" marker-end="url(#m)"', 'stroke="nonsense"',
    'stroke="red" transform="translate(3,4)"', 'stroke="red" transform="bad"',
    'stroke="red"\n fill="none"', 'stroke="inherit" transform="none"',
)  # fmt: skip
FORMS = (
    '<path d="M1 1 5 5" {}/>', '<path d="M1 1l5 5 1-4z" {}/>', '<path d="" {}/>', "<path {}/>",
    '<path d="M1 1 5" {}/>', '<line x1="1" y2="3" {}/>', '<line x1="1mm" x2="50%" {}/>',
    '<line x1="1 2" {}/>', '<circle r="4" cx="9" {}/>', '<circle r="-4" {}/>', '<circle {}/>',
    '<ellipse rx="3" ry="1e0" {}/>', '<ellipse rx="3" {}/>', '<rect width="5" height="4" {}/>',
    '<rect width="5" height="4" rx="1" {}/>', '<rect width="100" height="100" {}/>',
    '<rect width="-5" height="4" {}/>', '<rect width="0" height="4" {}/>',
    '<polyline points="1,1 2,2 3,1" {}/>', '<polygon points="1 1 2 2 3 1" {}/>',
    '<polyline points="1,1" {}/>', '<polygon points="" {}/>', '<polyline points="1,M" {}/>',
    '<path d="M90 90 120 120" {}/>', "<text {}>words</text>", "<text {}> </text>", "<image {}/>",
    '<use href="#clone" {}/>', "<title>a title</title>", "<!-- a remark -->", "<foreign {}/>",
)  # fmt: skip
HEADS = (
    "", "<style>.a{stroke:green}</style>",
    "<defs><style>path{fill:none}#here{stroke:lime}</style></defs>",
    '<defs><path id="clone" d="M1 1 2 3"/><linearGradient id="g"/></defs>',
    '<g inkscape:groupmode="layer" inkscape:label="One"><path stroke="blue" d="M1 1 3 3"/></g>',
    '<g inkscape:groupmode="layer" inkscape:label="%Not"/>',
)  # fmt: skip


@st.composite
def document(draw: st.DrawFn) -> str:
    def shapes() -> str:
        some = draw(
            st.lists(st.tuples(st.sampled_from(FORMS), st.sampled_from(STYLES)), max_size=5)
        )
        return "\n".join(form.format(style) for form, style in some)

    layer = draw(st.sampled_from(("", 'inkscape:groupmode="layer" inkscape:label="Two"')))
    style = draw(st.sampled_from(STYLES))
    return f"{draw(st.sampled_from(HEADS))}{shapes()}\n<g {layer} {style}>{shapes()}</g>{shapes()}"


@settings(max_examples=150, deadline=None)
@given(document())
def test_documents(inside):
    check_alike(drawing(inside))


ODD = (b"1e5", b"<g>", b"</g>", b"&#65;", b"nan", b"1_0", b",", b"|", b"e", b"-", b"..", b"/")


def mutate(data: bytes, rnd: random.Random) -> bytes:
    mutated = bytearray(data)
    for _ in range(rnd.randint(1, 3)):
        at = rnd.randrange(len(mutated))
        kind = rnd.randrange(4)
        if kind == 0:
            mutated[at] = rnd.choice(b" \"'<>&/=-.,:;%|MZze019\n\xc3x#")
        elif kind == 1:
            del mutated[at : at + rnd.randint(1, 12)]
        elif kind == 2:
            mutated[at:at] = rnd.choice(
                (b"1e5", b"<g>", b"</g>", b"&#65;", b"nan", b"1_0", b",", b"|")
            )
        else:
            mutated[at:at] = mutated[at : at + rnd.randint(1, 40)]
    return bytes(mutated)


def test_mutations():
    rnd = random.Random(4)
    body = "".join(form.format(style) for form, style in zip(FORMS, STYLES, strict=False))
    for _ in range(250):
        check_alike(mutate(drawing(HEADS[1] + body), rnd))


def test_numbers_at_their_limits():
    for inside in (
        "5.5. 1",
        ". 1",
        "1 -.",
        "1e999 1",
        "1e20 1",
        "21e20 5",
        "nan 1",
        "1_0 2",
        "0x10 2",
        "1e6 1e6",
    ):
        check_alike(drawing(f'<path stroke="red" d="M1 1 2 2"/><path d="M1 1L{inside}"/>'))
        check_alike(drawing(f'<polyline stroke="red" points="1 1 {inside}"/>'))


def test_a_child_that_began_with_a_small_drawing_reads_a_large_one():
    lines = "".join(f'<path d="M{k % 90} {k % 80}l5 5" stroke="red"/>\n' for k in range(10_000))
    with DesignReader() as reader:
        small = reader.read_bytes("small.svg", drawing('<path d="M0 0 1 1" stroke="red"/>'))
        large = reader.read_bytes("large.svg", drawing(lines))
        again = reader.read_bytes("small.svg", drawing('<path d="M0 0 1 1" stroke="red"/>'))
    assert (small.layers[0].strokes, large.layers[0].strokes) == (1, 10_000)
    assert small.drawing == again.drawing
