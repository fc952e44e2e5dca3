"""Ordinary drawings: sizes, shapes, transforms, layers, colours."""

from __future__ import annotations

import gzip
import hashlib
import itertools
import math
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from read_drawings import HEAD, Read, lines

from plotty_tui.domain.design import ReadDesign
from plotty_tui.domain.errors import BadDesign
from plotty_tui.planning.reading import DesignReader, ReadLimits, read_design
from plotty_tui.planning.reading.geometry import IDENTITY, Tracer
from plotty_tui.planning.reading.paths import BadPath, trace_path

STROKED = 'stroke="black" fill="none"'


def off_ellipse(points: list[tuple[float, float]], cx: float, cy: float, r: float) -> float:
    """How far the polyline, its chords included, leaves a circle."""
    worst = 0.0
    for (x0, y0), (x1, y1) in itertools.pairwise(points):
        for t in (0.0, 0.25, 0.5, 0.75, 1.0):
            x, y = x0 + t * (x1 - x0), y0 + t * (y1 - y0)
            worst = max(worst, abs(math.hypot(x - cx, y - cy) - r))
    return worst


class TestPage:
    @pytest.mark.parametrize(
        ("size", "width", "height"),
        [
            ('width="210mm" height="297mm"', 210, 297),
            ('width="8.5in" height="11in"', 215.9, 279.4),
            ('width="96" height="192px"', 25.4, 50.8),
            ('width="72pt" height="6pc"', 25.4, 25.4),
            ('width="10cm" height="400Q"', 100, 100),
            ('width="10em" height="20ex"', 160 * 25.4 / 96, 160 * 25.4 / 96),
            ('viewBox="0 0 96 192"', 25.4, 50.8),
            ('width="100mm" viewBox="0 0 50 100"', 100, 200),
            ('height="100mm" viewBox="0 0 50 100"', 50, 100),
            ('width="100%" height="100%" viewBox="0 0 96 96"', 25.4, 25.4),
        ],
    )
    def test_sizes(self, read: Read, size: str, width: float, height: float) -> None:
        design = read(
            f'<svg xmlns="http://www.w3.org/2000/svg" {size}><path d="M1 1 2 2" {STROKED}/></svg>'
        )
        assert design.width_mm == pytest.approx(width)
        assert design.height_mm == pytest.approx(height)

    def test_units_without_a_viewbox_are_96_to_the_inch(self, read: Read) -> None:
        design = read(
            '<svg xmlns="http://www.w3.org/2000/svg" width="100mm" height="100mm">'
            f'<line x1="0" y1="0" x2="96" y2="0" {STROKED}/>'
            f'<line x1="0" y1="1in" x2="10mm" y2="50%" {STROKED}/></svg>'
        )
        assert lines(design) == [[(0, 0), (25.4, 0)], [(0, 25.4), (10, 50)]]

    @pytest.mark.parametrize(
        ("aspect", "x"),
        [("", 50), ("xMinYMid", 0), ("xMaxYMid", 100), ("none", 0), ("xMidYMid slice", 0)],
    )
    def test_a_viewbox_of_another_shape_is_fitted(self, read: Read, aspect: str, x: float) -> None:
        design = read(
            '<svg xmlns="http://www.w3.org/2000/svg" width="200mm" height="100mm" '
            f'viewBox="10 0 10 10" preserveAspectRatio="{aspect}">'
            f'<path d="M10 5h1" {STROKED}/></svg>'
        )
        assert design.drawing[0].strokes[0][0][0] == pytest.approx(x, abs=1e-4)

    def test_a_nested_svg_has_its_own_coordinates(self, read: Read) -> None:
        design = read(
            '<svg x="10" y="20" width="20" height="20" viewBox="0 0 2 2">'
            f'<path d="M0 0 1 1" {STROKED}/><rect width="50%" height="1" {STROKED}/></svg>'
        )
        assert lines(design) == [
            [(10, 20), (20, 30)],
            [(10, 20), (20, 20), (20, 30), (10, 30), (10, 20)],
        ]


class TestShapes:
    def test_a_circle_is_within_a_hundredth_of_its_formula(self, read: Read) -> None:
        for r in (0.01, 0.3, 4, 49):
            design = read(f'<circle cx="50" cy="50" r="{r}" {STROKED}/>')
            (points,) = list(design.drawing[0].strokes)
            assert points[0] == points[-1]
            assert off_ellipse(points, 50, 50, r) <= 0.01

    def test_curves_are_cut_no_finer_than_needed(self, read: Read) -> None:
        design = read(f'<circle cx="50" cy="50" r="49" {STROKED}/>')
        assert len(design.drawing[0].strokes[0]) < 2 * math.pi / math.sqrt(8 * 0.008 / 49)

    def test_a_large_page_scale_is_within_a_hundredth_too(self, read: Read) -> None:
        design = read(
            '<svg xmlns="http://www.w3.org/2000/svg" width="1000mm" height="1000mm" '
            f'viewBox="0 0 1 1"><circle cx=".5" cy=".5" r=".4" {STROKED}/></svg>'
        )
        assert off_ellipse(design.drawing[0].strokes[0], 500, 500, 400) <= 0.01

    @pytest.mark.parametrize(
        "d",
        [
            "M70 50A20 20 0 1 1 30 50A20 20 0 1 1 70 50z",
            "M70,50a20-20,0,0140 0",
            "M30 50 A 1 1 0 0 1 70 50",
            "M 50 30 a20 20 30 1 0 20 20",
        ],
    )
    def test_arcs(self, read: Read, d: str) -> None:
        points = read(f'<path d="{d}" {STROKED}/>').drawing[0].strokes[0]
        cx = 90 if "0140" in d else 50
        assert off_ellipse(points, cx, 50, 20) <= 0.0101

    def test_an_arc_under_a_skew_stays_the_skewed_arc(self, read: Read) -> None:
        shape = 'd="M60 50A10 10 0 0 1 50 60"'
        points = (
            read(f'<path {shape} {STROKED} transform="matrix(1 0 .5 1 0 0)"/>')
            .drawing[0]
            .strokes[0]
        )
        unskewed = [(x - 0.5 * y, y) for x, y in points]
        assert off_ellipse(unskewed, 50, 50, 10) <= 0.01

    @pytest.mark.parametrize(
        ("d", "formula"),
        [
            (
                "M0 0C0 80 100 -40 90 90",
                lambda t: (
                    300 * t * t * (1 - t) + 90 * t**3,
                    240 * t * (1 - t) ** 2 - 120 * t * t * (1 - t) + 90 * t**3,
                ),
            ),
            ("M0 0Q50 100 90 0", lambda t: (100 * t * (1 - t) + 90 * t * t, 200 * t * (1 - t))),
        ],
    )
    def test_beziers_are_within_a_hundredth(self, read: Read, d: str, formula) -> None:
        points = read(f'<path d="{d}" {STROKED}/>').drawing[0].strokes[0]
        count = len(points) - 1
        for k in range(count):
            x, y = formula((k + 0.5) / count)
            (x0, y0), (x1, y1) = points[k], points[k + 1]
            away = abs((x1 - x0) * (y0 - y) - (x0 - x) * (y1 - y0)) / math.dist(*points[k : k + 2])
            assert away <= 0.01

    def test_the_basic_shapes(self, read: Read) -> None:
        design = read(
            f'<g {STROKED}><line x1="1" y1="2" x2="3" y2="4"/><polyline points="1,2 3,4-5.5.5"/>'
            '<polygon points="0 0 10 0 10 10"/><rect x="1" y="2" width="3" height="4"/></g>'
        )
        assert lines(design) == [
            [(1, 2), (3, 4)],
            [(1, 2), (3, 4), (-5.5, 0.5)],
            [(0, 0), (10, 0), (10, 10), (0, 0)],
            [(1, 2), (4, 2), (4, 6), (1, 6), (1, 2)],
        ]

    def test_a_rounded_rectangle_is_closed_and_round(self, read: Read) -> None:
        design = read(f'<rect x="10" y="10" width="40" height="20" rx="5" {STROKED}/>')
        (points,) = list(design.drawing[0].strokes)
        assert points[0] == points[-1] == (15, 10)
        corner = [(x, y) for x, y in points if x > 45 and y < 15]
        assert off_ellipse(corner, 45, 15, 5) <= 0.01
        assert design.length_mm == pytest.approx(2 * 30 + 2 * 10 + 10 * math.pi, abs=0.05)

    def test_an_ellipse_takes_its_missing_radius_from_the_other(self, read: Read) -> None:
        design = read(f'<ellipse cx="50" cy="50" rx="20" {STROKED}/>')
        assert off_ellipse(design.drawing[0].strokes[0], 50, 50, 20) <= 0.01

    @pytest.mark.parametrize(
        ("d", "expected"),
        [
            ("M1 2 3 4m1 1 2 2z", [[(1, 2), (3, 4)], [(4, 5), (6, 7), (4, 5)]]),
            ("m1,2l3,4h5v6H0V0", [[(1, 2), (4, 6), (9, 6), (9, 12), (0, 12), (0, 0)]]),
            ("M0 0H5V5z l1 1", [[(0, 0), (5, 0), (5, 5), (0, 0)], [(0, 0), (1, 1)]]),
            ("M0 0L5 0 0 0z", [[(0, 0), (5, 0), (0, 0)]]),
            ("M1 1A0 5 0 0 1 4 4", [[(1, 1), (4, 4)]]),
            ("M1 1A5 5 0 0 1 1 1", [[(1, 1), (1, 1)]]),
            ("M1e1.5e1 2-3", [[(10, 5), (2, -3)]]),
        ],
    )
    def test_path_data(self, read: Read, d: str, expected: list) -> None:
        assert lines(read(f'<path d="{d}" {STROKED}/>')) == expected

    @pytest.mark.parametrize(
        "shape",
        [
            '<path d="M5 6h0"/>',
            '<path d="M5 6z"/>',
            '<path d="M5 6 5 6"/>',
            '<line x1="5" y1="6" x2="5" y2="6"/>',
            '<polyline points="5 6"/>',
            '<polygon points="5 6"/>',
        ],
    )
    def test_dots_are_kept(self, read: Read, shape: str) -> None:
        design = read(f"<g {STROKED}>{shape}</g>")
        assert {point for line in lines(design) for point in line} == {(5, 6)}
        assert design.layers[0].strokes == 1


class TestTransforms:
    @pytest.mark.parametrize(
        ("transform", "end"),
        [
            ("translate(10,20)", (11, 20)),
            ("translate(10)", (11, 0)),
            ("scale(2,3)", (2, 0)),
            ("rotate(90)", (0, 1)),
            ("rotate(90 10 10)", (20, 1)),
            ("translate(5 5) scale(2), rotate(90)", (5, 7)),
            ("matrix(0 1 -1 0 3 4)", (3, 5)),
            ("skewY(45)", (1, 1)),
            ("none", (1, 0)),
        ],
    )
    def test_transforms(self, read: Read, transform: str, end: tuple[float, float]) -> None:
        design = read(f'<path d="M0 0 1 0" {STROKED} transform="{transform}"/>')
        assert design.drawing[0].strokes[0][1] == pytest.approx(end, abs=1e-5)

    def test_groups_multiply(self, read: Read) -> None:
        design = read(
            '<g transform="translate(10 0)"><g transform="scale(2)">'
            f'<path transform="translate(1 1)" d="M0 0 1 1" {STROKED}/></g></g>'
        )
        assert lines(design) == [[(12, 2), (14, 4)]]

    def test_a_transform_in_a_style_counts(self, read: Read) -> None:
        design = read(f'<path style="transform: translate(5px, 0)" d="M0 0 1 1" {STROKED}/>')
        assert lines(design) == [[(5, 0), (6, 1)]]


class TestClones:
    def test_use_is_moved_and_inherits(self, read: Read) -> None:
        design = read(
            '<defs><path id="a" d="M0 0 1 1" fill="none"/></defs>'
            '<use href="#a" x="10" y="5" stroke="red"/>'
            '<use xlink:href="#a" transform="scale(2)" stroke="blue"/>'
        )
        assert lines(design) == [[(10, 5), (11, 6)], [(0, 0), (2, 2)]]
        assert [layer.name for layer in design.layers] == ["#ff0000", "#0000ff"]

    def test_a_symbol_fits_its_use(self, read: Read) -> None:
        design = read(
            f'<symbol id="s" viewBox="0 0 10 10"><path d="M0 0 10 10" {STROKED}/></symbol>'
            '<use href="#s" x="20" y="20" width="30" height="30"/>'
        )
        assert lines(design) == [[(20, 20), (50, 50)]]

    def test_a_switch_shows_one_child(self, read: Read) -> None:
        design = read(
            '<switch><foreignObject requiredExtensions="http://ns.adobe.com/"/>'
            f'<g><path d="M0 0 1 1" {STROKED}/></g><g><path d="M5 5 6 6" {STROKED}/></g></switch>'
        )
        assert lines(design) == [[(0, 0), (1, 1)]]
        assert design.findings == []


def layer(name: str, inside: str, more: str = "") -> str:
    return f'<g inkscape:groupmode="layer" inkscape:label="{name}" {more}>{inside}</g>'


class TestLayers:
    def test_inkscape_layers_in_order_with_the_colour_of_most_ink(self, read: Read) -> None:
        design = read(
            '<path d="M0 0 1 1" stroke="#0f0"/>'
            + layer("Two", '<path d="M0 0 1 0" stroke="red"/><path d="M0 0 9 0" stroke="blue"/>')
            + layer("One", '<path d="M0 0 1 0" stroke="red"/>')
        )
        assert [(one.name, one.color, one.strokes) for one in design.layers] == [
            ("(no layer)", "#00ff00", 1),
            ("Two", "#0000ff", 2),
            ("One", "#ff0000", 1),
        ]
        assert [one.name for one in design.drawing] == ["(no layer)", "Two", "One"]

    def test_nested_layers_belong_to_the_outer_one(self, read: Read) -> None:
        inner = layer("Inner", '<path d="M0 0 1 0" stroke="red"/>')
        design = read(layer("Outer", inner))
        assert [one.name for one in design.layers] == ["Outer"]

    def test_two_layers_of_one_name_stay_two(self, read: Read) -> None:
        design = read(layer("A", '<path d="M0 0 1 0" stroke="red"/>') * 2)
        assert [one.name for one in design.layers] == ["A", "A (2)"]

    def test_a_layer_without_a_label_has_its_id(self, read: Read) -> None:
        design = read('<g id="g7" inkscape:groupmode="layer"><path d="M0 0 1 0" stroke="red"/></g>')
        assert design.layers[0].name == "g7"

    def test_without_layers_each_colour_is_one(self, read: Read) -> None:
        design = read(
            '<g fill="none"><path d="M0 0 1 0" stroke="RED"/><path d="M0 0 1 0" stroke="#00f"/>'
            '<path d="M0 0 1 0" stroke="rgb(255,0,0)"/></g>'
        )
        assert [(one.name, one.strokes) for one in design.layers] == [
            ("#ff0000", 2),
            ("#0000ff", 1),
        ]


class TestColours:
    @pytest.mark.parametrize(
        ("attributes", "color"),
        [
            ('stroke="#F00"', "#ff0000"),
            ('stroke="steelblue"', "#4682b4"),
            ('stroke="rgb(10%, 20%, 30%)"', "#1a334c"),
            ('stroke="rgb(1 2 3 / 50%)"', "#010203"),
            ('stroke="hsl(120, 100%, 50%)"', "#00ff00"),
            ('stroke="currentColor"', "#000000"),
            ('stroke="currentColor" color="red"', "#ff0000"),
            ('style="stroke: red"', "#ff0000"),
            ('style="stroke: red" stroke="blue"', "#ff0000"),
            ('class="pen"', "#112233"),
            ('class="pen" style="stroke:red"', "#ff0000"),
            ('class="loud" style="stroke:red"', "#445566"),
            ('id="one" class="pen"', "#778899"),
            ('stroke="url(#nothing) red"', "#ff0000"),
            ('stroke="rebeccapurple"', "#663399"),
        ],
    )
    def test_colours(self, read: Read, attributes: str, color: str) -> None:
        design = read(
            "<style>/* .pen{stroke:red} */ path.pen{stroke:#123} .loud{stroke:#456 !important}"
            "#one{stroke:#789} @font-face{font-family:x}</style>"
            f'<path d="M0 0 1 0" {attributes}/>'
        )
        assert design.layers[0].color == color

    def test_chains_of_selectors(self, read: Read) -> None:
        design = read(
            "<style>path{stroke:black} .a path{stroke:red} .a > path{stroke:blue}"
            ".b .c > path, .x{stroke:#123456}</style>"
            '<g class="a"><path d="M0 0 1 0"/><g><path d="M0 0 1 0"/></g></g>'
            '<g class="b"><g class="c"><path d="M0 0 1 0"/></g><path d="M0 0 1 0"/></g>'
        )
        assert [one.name for one in design.layers] == ["#0000ff", "#ff0000", "#123456", "#000000"]


class TestFiles:
    def test_what_is_hashed_is_what_was_read(self, tmp_path: Path, reader: DesignReader) -> None:
        file = tmp_path / "fox.svg"
        file.write_text(f'{HEAD}<path d="M0 0 1 0" stroke="red"/></svg>')
        data = reader.load(file)
        design = reader.read_bytes(file.name, data)
        assert design.filename == "fox.svg"
        assert design.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
        assert design.size_bytes == len(data)
        assert same(design, reader.read(file)) and same(design, read_design(file))

    @pytest.mark.parametrize("name", ["fox.svgz", "fox.svg"])
    def test_compressed_files(self, tmp_path: Path, reader: DesignReader, name: str) -> None:
        file = tmp_path / name
        plain = f'{HEAD}<path d="M0 0 1 0" stroke="red"/></svg>'.encode()
        file.write_bytes(gzip.compress(plain))
        design = reader.read(file)
        assert design.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
        assert lines(design) == [[(0, 0), (1, 0)]]

    def test_the_namespaces_of_illustrator(self, read: Read) -> None:
        design = read(
            '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" '
            '"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd" ['
            '<!ENTITY ns_svg "http://www.w3.org/2000/svg"><!ENTITY ns_ai "http://ns.adobe.com/AI/">'
            ']><svg xmlns="&ns_svg;" xmlns:i="&ns_ai;" viewBox="0 0 96 96"><i:pgf>x</i:pgf>'
            '<path d="M0 0 96 0" stroke="red"/></svg>'
        )
        assert lines(design) == [[(0, 0), (25.4, 0)]]

    @pytest.mark.parametrize(
        "encoding", ["iso-8859-1", "windows-1252", "utf-16", "iso-8859-15", "utf-8-sig"]
    )
    def test_declared_encodings(self, read: Read, encoding: str) -> None:
        declared = "utf-8" if encoding == "utf-8-sig" else encoding
        text = f'<?xml version="1.0" encoding="{declared}"?>{HEAD}' + layer(
            "Füchse", '<path d="M0 0 1 0" stroke="red"/>'
        )
        assert read(f"{text}</svg>".encode(encoding)).layers[0].name == "Füchse"

    def test_a_drawing_without_the_namespace(self, read: Read) -> None:
        design = read(b'<svg width="10mm" height="10mm"><path d="M0 0 96 0" stroke="red"/></svg>')
        assert design.layers[0].strokes == 1


class TestReader:
    def test_importing_is_cheap(self) -> None:
        heavy = ("lxml", "svgelements", "numpy", "vpype", "textual")
        code = (
            "import sys, plotty_tui.planning.reading; "
            f"print([name for name in {heavy!r} if name in sys.modules])"
        )
        assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"

    def test_the_child_loads_no_numpy(self) -> None:
        code = (
            "import sys; from plotty_tui.planning.reading import child; child._load_libraries(); "
            "print([name for name in ('numpy', 'vpype', 'textual') if name in sys.modules])"
        )
        assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"

    def test_one_child_serves_many_files_and_ends(self) -> None:
        text = f'{HEAD}<path d="M0 0 1 0" stroke="red"/></svg>'.encode()
        with DesignReader() as reader:
            reader.read_bytes("a.svg", text)
            child = reader._child
            assert child is not None
            for _ in range(20):
                reader.read_bytes("a.svg", text)
            assert reader._child is child
        assert child.poll() == 0

    def test_a_killed_child_is_replaced(self) -> None:
        text = f'{HEAD}<path d="M0 0 1 0" stroke="red"/></svg>'.encode()
        with DesignReader() as reader:
            reader.read_bytes("a.svg", text)
            assert reader._child is not None
            reader._child.kill()
            reader._child.wait()
            assert reader.read_bytes("a.svg", text).layers[0].strokes == 1

    def test_a_file_that_takes_too_long_is_given_up_and_the_next_is_read(self) -> None:
        circles = '<circle r="9"/>' * 30_000
        slow = f'{HEAD}<g stroke="red">{circles}</g></svg>'
        with DesignReader(ReadLimits(seconds=0.3)) as reader:
            reader.start()
            with pytest.raises(BadDesign, match=r"^slow\.svg takes longer than 0\.3 s"):
                reader.read_bytes("slow.svg", slow.encode())
        quick = f'{HEAD}<path d="M0 0 1 0" stroke="red"/></svg>'.encode()
        with DesignReader(ReadLimits(seconds=20, points=1000)) as reader:
            with pytest.raises(BadDesign, match=r"0\.001 million points"):
                reader.read_bytes("slow.svg", slow.encode())
            assert reader.read_bytes("a.svg", quick).layers[0].strokes == 1

    def test_memory_is_limited(self) -> None:
        much = f'{HEAD}<path d="M0 0{" 1 1" * 2_000_000}" stroke="red"/></svg>'.encode()
        with DesignReader(ReadLimits(memory_bytes=250_000_000)) as reader:
            with pytest.raises(BadDesign, match="250 MB"):
                reader.read_bytes("much.svg", much)
            quick = f'{HEAD}<path d="M0 0 1 0" stroke="red"/></svg>'.encode()
            assert reader.read_bytes("a.svg", quick).layers[0].strokes == 1


def same(one: ReadDesign, other: ReadDesign) -> bool:
    return (one.sha256, one.layers, one.findings, one.drawing) == (
        other.sha256,
        other.layers,
        other.findings,
        other.drawing,
    )


NUMBERS = st.floats(-50, 50, allow_nan=False).map(lambda value: f"{value:.3f}")
SIZES = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "Z": 0}
COMMANDS = st.sampled_from([letter for key in SIZES for letter in (key, key.lower())])


@st.composite
def path_data(draw: st.DrawFn) -> str:
    parts = [f"M {draw(NUMBERS)} {draw(NUMBERS)}"]
    for letter in draw(st.lists(COMMANDS, max_size=8)):
        # After another command, svgelements mirrors a control point that the standard forgets.
        smooth_after = {"S": "C", "T": "Q"}.get(letter.upper())
        if smooth_after and parts[-1][0].upper() not in smooth_after + letter.upper():
            continue
        values = [draw(NUMBERS) for _ in range(SIZES[letter.upper()])]
        parts.append(f"{letter} {' '.join(values)}")
    if draw(st.booleans()):
        flags = f"{draw(st.integers(0, 1))} {draw(st.integers(0, 1))}"
        parts.append(f"A 30 40 {draw(NUMBERS)} {flags} {draw(NUMBERS)} {draw(NUMBERS)}")
    return " ".join(parts)


@settings(max_examples=150, deadline=None)
@given(path_data())
def test_paths_mean_what_svgelements_reads(data: str) -> None:
    """Start, end and length of the drawn path agree with the reference's segments."""
    from svgelements import Close, Move, Path

    tracer = Tracer(IDENTITY, 1e5, 1_000_000)
    trace_path(data, tracer)
    drawn = [point for line in tracer.lines for point in zip(line[::2], line[1::2], strict=True)]
    expected = [seg for seg in Path(data) if not isinstance(seg, Move)]
    for segment in expected:
        for end in (segment.start, segment.end):
            if end is not None and drawn and not isinstance(segment, Close):
                nearest = min(math.hypot(x - end.x, y - end.y) for x, y in drawn)
                assert nearest < 1e-6, segment
        if not isinstance(segment, Close) and segment.length(error=1e-3) > 0:
            middle = segment.point(0.5)
            away = min(
                _distance(middle.x, middle.y, line[i : i + 4])
                for line in tracer.lines
                for i in range(0, len(line) - 2, 2)
            )
            assert away <= 0.0101, segment


def _distance(x: float, y: float, chord: list[float]) -> float:
    x0, y0, x1, y1 = chord
    dx, dy = x1 - x0, y1 - y0
    along = dx * dx + dy * dy
    t = max(0.0, min(1.0, ((x - x0) * dx + (y - y0) * dy) / along)) if along else 0.0
    return math.hypot(x0 + t * dx - x, y0 + t * dy - y)


@pytest.mark.parametrize(
    "data",
    [
        *("L1 1", "M1", "M1 1 L", "M1 1 2", "M1 1 C1 1 2 2", "M1 1 z 3", "M1 1 x 3", "M 1 1 A 1 1"),
        *(
            "M1 1 L1,nan",
            "M1 1 Linf 2",
            "M1 1 L1_0 2",
            "M1 1 H--1",
            "M1 1 a1 1 0 2 0 1 1",
            "5 M1 1",
        ),
    ],
)
def test_bad_path_data(data: str) -> None:
    with pytest.raises(BadPath):
        trace_path(data, Tracer(IDENTITY, 1e5, 1000))
