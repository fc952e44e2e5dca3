import io
import re
import xml.etree.ElementTree as ET

import pytest
import svgelements
from hypothesis import given, settings
from hypothesis import strategies as st
from plan_drawings import STOCK, any_strokes, circles, layer, plan

from plotty_tui.planning.export import export_svg

SVG = "{http://www.w3.org/2000/svg}"
LABEL = "{http://www.inkscape.org/namespaces/inkscape}label"


def read_back(svg):
    """[(label, strokes)] by the grammar that export_svg writes."""
    layers = []
    for group in ET.fromstring(svg.encode()).iter(f"{SVG}g"):
        numbers = [
            [float(text) for text in re.findall(r"-?[\d.]+", path.get("d"))]
            for path in group.iter(f"{SVG}path")
        ]
        lines = [list(zip(flat[::2], flat[1::2], strict=True)) for flat in numbers]
        layers.append((group.get(LABEL), lines))
    return layers


def export(*layers, title="drawing", **options):
    planned = plan(*layers, **options)
    return planned, export_svg(planned.layers, planned.plan, title)


@given(
    drawn=st.lists(st.tuples(any_strokes, st.text(max_size=12)), max_size=3),
    title=st.text(max_size=12),
)
@settings(max_examples=60, deadline=None)
def test_an_export_reads_back_as_the_planned_strokes(drawn, title):
    planned, svg = export(
        *(layer(strokes, name) for strokes, name in drawn), title=title, preset="none", pens=STOCK
    )

    back = read_back(svg)

    assert len(back) == len(planned.layers)
    for (_, lines), one in zip(back, planned.layers, strict=True):
        assert [len(line) for line in lines] == [len(line) for line in one.strokes]
        for line, stroke in zip(lines, one.strokes, strict=True):
            for place, point in zip(line, stroke, strict=True):
                assert place == pytest.approx(point, abs=0.00051)


def test_another_reader_sees_the_same_sizes_and_layers():
    planned, svg = export(layer(circles(count=3), "A & <B>"), layer([[(5, 6)]], "dots"))

    read = svgelements.SVG.parse(io.StringIO(svg), ppi=25.4)
    paths = list(read.elements(lambda one: isinstance(one, svgelements.Path)))

    assert (read.width, read.height) == pytest.approx((210, 297))
    assert len(paths) == 4
    for path, line in zip(paths, planned.layers[0].strokes, strict=False):
        points = [segment.end for segment in path]
        assert [(p.x, p.y) for p in points] == [pytest.approx(p, abs=0.001) for p in line]


def test_names_are_cleaned_and_the_pen_is_named():
    _, svg = export(
        layer(circles(count=1), 'a"\x1b[31m<b>\n&\ud800'),
        layer(circles(count=1), "R-05 shade"),
        title="<\x00t>",
        pens=STOCK,
    )

    labels = [label for label, _ in read_back(svg)]
    assert labels == ['a" [31m<b> & (K-03)', "R-05 shade"]
    assert "<title>&lt; t&gt;</title>" in svg
    svg.encode("utf-8")
