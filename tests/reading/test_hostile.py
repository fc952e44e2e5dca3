"""Hostile and broken files: each ends in a design or in one sentence, soon, and opens nothing."""

from __future__ import annotations

import contextlib
import gzip
import os
import re
import socket
import stat
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from read_drawings import HEAD, Read, found, lines

from plotty_tui.domain.design import ReadDesign
from plotty_tui.domain.errors import BadDesign
from plotty_tui.planning.reading import DesignReader, ReadLimits

GOOD = '<path id="good" d="M0 0 1 0" stroke="red" fill="none"/>'
# Not in minutes, on a slow machine too: what is given up there by the clock takes 60 s.
SOON_SECONDS = 30
OPEN = '<svg xmlns="http://www.w3.org/2000/svg" width="100mm" height="100mm" viewBox="0 0 100 100">'


def drawing(inside: str, doctype: str = "") -> bytes:
    return f"{doctype}{HEAD}{inside}</svg>".encode()


def entities(*declared: str) -> str:
    return f"<!DOCTYPE svg [{''.join(declared)}]>"


LAUGHS = entities(
    '<!ENTITY a0 "lol">',
    *(f'<!ENTITY a{i + 1} "{f"&a{i};" * 10}">' for i in range(12)),
)
QUADRATIC = entities(f'<!ENTITY a "{"x" * 100_000}">')
POINTS = entities(f'<!ENTITY a "{"1 2 " * 1000}">')


def doubling(levels: int, shape: str = GOOD, fan: int = 10) -> str:
    """`fan` to the power of `levels` clones of one shape."""
    groups = [f'<g id="u0">{shape}</g>']
    for i in range(levels):
        clones = f'<use href="#u{i}"/>' * fan
        groups.append(f'<g id="u{i + 1}">{clones}</g>')
    return f'<defs>{"".join(groups)}</defs><use href="#u{levels}"/>'


def nested(depth: int) -> str:
    return "<g>" * depth + GOOD + "</g>" * depth


def broken_sheet(size: int) -> str:
    return f"<style>{'a{b:c /* ' * (size // 9)}</style>{GOOD}"


REFUSED: dict[str, tuple[bytes, str]] = {
    "billion laughs": (drawing("<text>&a12;</text>", LAUGHS), "entities that grow"),
    "laughs in an attribute": (drawing('<g id="&a12;"/>', LAUGHS), "entities that grow"),
    "quadratic blow-up": (
        drawing(f"<text>{'&a;' * 20_000}</text>", QUADRATIC),
        "entities that grow",
    ),
    "points by entities": (drawing(f'<path d="M{"&a;" * 400}"/>', POINTS), "entities that grow"),
    "entity loop": (
        drawing("<g>&a;</g>", entities('<!ENTITY a "&b;"><!ENTITY b "&a;">')),
        "entities that grow",
    ),
    "undeclared entity": (drawing("<g>&nbsp;</g>"), "entity that it does not declare"),
    "foreign entity in an attribute": (
        drawing('<g id="&a;"/>', entities('<!ENTITY a SYSTEM "file:///etc/hostname">')),
        "entity that it does not declare itself",
    ),
    "undeclared prefix": (
        f'{OPEN}<use xlink:href="#a"/></svg>'.encode(),
        "prefix that it does not declare",
    ),
    "use of itself": (drawing('<use id="a" href="#a"/>'), "contains itself"),
    "use of its parent": (drawing('<g id="a"><use href="#a"/></g>'), "contains itself"),
    "use in a circle": (
        drawing('<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>'),
        "contains itself",
    ),
    "a billion clones": (drawing(doubling(9)), "clones .* more than 100000"),
    "a billion empty clones": (drawing(doubling(9, "<g/>")), "clones .* more than 100000"),
    "1e308": (drawing('<path d="M0 0 1e308 1e308" stroke="red"/>'), "not finite .* at path"),
    "1e999": (drawing('<path id="p" d="M0 0 1e999 1" stroke="red"/>'), "not finite .* at p"),
    "1e308 by a transform": (
        drawing(f'<g transform="scale(1e300)"><g transform="scale(1e300)">{GOOD}</g></g>'),
        "not finite",
    ),
    "scale 1e300": (drawing(f'<g transform="scale(1e300)">{GOOD}</g>'), "not finite"),
    "infinite transform": (drawing(f'<g id="g" transform="scale(1e999)">{GOOD}</g>'), "at g"),
    "circle of a million km": (drawing('<circle r="1e9" stroke="red"/>'), "more than 100 m"),
    "curve of a million km": (
        drawing('<path d="M0 0C1e12 0 0 1e12 5 5" stroke="red"/>'),
        "more than 100 m",
    ),
    "use far away": (drawing(f'{GOOD}<use href="#good" x="1e300"/>'), "not finite"),
    **{
        f"{depth} nested groups": (drawing(nested(depth)), "more than 256 deep")
        for depth in (500, 1000, 100_000)
    },
    "nested by clones": (
        drawing(
            "<defs>"
            + "".join(f'<g id="u{i}"><use href="#u{i + 1}"/></g>' for i in range(600))
            + f'<g id="u600">{GOOD}</g></defs><use href="#u0"/>'
        ),
        "nests its (clones|elements)",
    ),
    "gzip bomb": (gzip.compress(bytes(200_000_000), 9), "unpacks to more than 50 MB"),
    "half a gzip": (gzip.compress(drawing(GOOD))[:-20], "gzip file that is cut short"),
    "broken gzip": (b"\x1f\x8b\x08" + b"x" * 50, "damaged gzip"),
    "undeclared Latin-1": (f"{OPEN}<text>é</text></svg>".encode("latin-1"), "not UTF-8"),
    "unknown encoding": (
        f'<?xml version="1.0" encoding="klingon"?>{OPEN}</svg>'.encode(),
        r"encoding that is not known \(klingon\)",
    ),
    "NUL": (drawing("<text>\0</text>"), "bytes that are not UTF-8"),
    "viewBox 0": (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 0 0">{GOOD}</svg>'.encode(),
        "viewBox '0 0 0 0'",
    ),
    **{
        f"width {width}": (
            OPEN.replace('width="100mm" height="100mm"', f'width="{width}" height="9cm"').encode()
            + b"</svg>",
            said,
        )
        for width, said in {
            "0": "page of 0 x 90 mm",
            "-5mm": "page of -5 x 90 mm",
            "1e30mm": "page of 1e",
            "banana": "width 'banana'",
            "nan": "width 'nan'",
            "5001mm": "sides from 1 to 5000 mm",
            "1e999": "page of inf",
        }.items()
    },
    "no size": (
        f'<svg xmlns="http://www.w3.org/2000/svg">{GOOD}</svg>'.encode(),
        'give its <svg> a width and height, such as width="210mm"',
    ),
    "a style sheet of a megabyte": (drawing(broken_sheet(1_000_000).replace("/*", "")), "200 kB"),
    "HTML": (b"<!DOCTYPE html><html><body>404</body></html>", "is an HTML page"),
    "XHTML": (b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>', "HTML page"),
    "another root": (b"<kml><a/></kml>", "holds <kml> and not <svg>"),
    "text": (b"hello there", "not an SVG drawing"),
    "PDF": (b"%PDF-1.7\n", "is a PDF file"),
    "PNG": (b"\x89PNG\r\n\x1a\n", "is a PNG picture"),
    "empty": (b"", "is empty"),
    "blank": (b"  \n ", "is empty"),
    "only a declaration": (b'<?xml version="1.0"?>\n', "ends in the middle"),
    **{
        f"truncated after {tail!r}": (f"{OPEN}\n<g>{tail}".encode(), "ends in the middle")
        for tail in ("", "<path", '<path d="M0 0', '<path d="M0 0"/>', "</g>\n", "<!-- fox", "</")
    },
    "mismatched tags": (f"{OPEN}<g></svg>\n\n".encode(), "not well-formed"),
    "two roots": (drawing(GOOD) + b"<svg/>\n<a/>\n", "not well-formed|ends in"),
    "an attribute of 11 MB": (drawing(f'<path d="{"1 " * 5_500_000}"/>'), "more than 10 MB"),
    "nothing": (drawing(""), "nothing to draw in x.svg: it holds no shapes"),
    "a hundred thousand empty groups": (drawing("<g/>" * 100_000), "nothing to draw"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused_in_one_sentence(reader: DesignReader, case: str) -> None:
    data, said = REFUSED[case]
    start = time.monotonic()
    with pytest.raises(BadDesign, match=said) as caught:
        reader.read_bytes("x.svg", data)
    check_sentence(str(caught.value))
    assert time.monotonic() - start < SOON_SECONDS


def test_a_billion_points_are_given_up_at_the_limit() -> None:
    data = drawing(doubling(5, f'<path d="M0 0{" 1 1" * 10_000}" stroke="red"/>'))
    start = time.monotonic()
    with (
        DesignReader(ReadLimits(points=1_000_000)) as reader,
        pytest.raises(BadDesign, match="1 million points") as caught,
    ):
        reader.read_bytes("x.svg", data)
    check_sentence(str(caught.value))
    assert time.monotonic() - start < SOON_SECONDS
    assert ReadLimits().points == 5_000_000


def check_sentence(sentence: str) -> None:
    assert "x.svg" in sentence
    assert len(sentence) < 300
    assert sentence.isprintable()
    assert "Traceback" not in sentence and not sentence.endswith(".")


# What is read with the good stroke intact, and the finding that tells of the rest.
READ: dict[str, tuple[str, str]] = {
    "NaN": ('<circle r="NaN" stroke="red"/>', "unreadable"),
    "inf": ('<line x2="inf" stroke="red"/>', "unreadable"),
    "bad path": ('<path d="M0 0 L banana" stroke="red"/>', "unreadable"),
    "path without a move": ('<path d="L 1 1" stroke="red"/>', "unreadable"),
    "bad points": ('<polyline points="1 2 3" stroke="red"/>', "unreadable"),
    "bad transform": ('<path d="M0 0 9 9" transform="spin(3)" stroke="red"/>', "unreadable"),
    "half a transform": ('<path d="M0 0 9 9" transform="matrix(1 2" stroke="red"/>', "unreadable"),
    "short matrix": ('<path d="M0 0 9 9" transform="matrix(1 2)" stroke="red"/>', "unreadable"),
    "negative radius": ('<circle r="-5" stroke="red"/>', "unreadable"),
    "unknown unit": ('<circle r="5 furlongs" stroke="red"/>', "unreadable"),
    "empty path": ('<path stroke="red"/><path d="" stroke="red"/>', "empty"),
    "only a move": ('<path d="M5 5" stroke="red"/>', "empty"),
    "empty polyline": ('<polyline stroke="red"/>', "empty"),
    "empty circle": ('<circle stroke="red"/>', "empty"),
    "use of nothing": ('<use href="#nowhere"/>', "use"),
    "use of another file": ('<use href="other.svg#a"/>', "use"),
    "script": ("<script>while(1);</script>", "script"),
    "bad nested svg": (
        '<svg viewBox="0 0 0 0"><path d="M0 0 9 9" stroke="red"/></svg>',
        "unreadable",
    ),
    "unknown element": ("<blink/>", "unknown element"),
}


@pytest.mark.parametrize("case", READ)
def test_what_cannot_be_digested_is_listed_and_the_rest_read(read: Read, case: str) -> None:
    inside, what = READ[case]
    design = read(inside + GOOD)
    assert lines(design) == [[(0, 0), (1, 0)]]
    assert found(design, what).count >= 1


def test_em_ex_and_ch_are_of_16_px(read: Read) -> None:
    design = read('<line x1="1em" x2="2ex" y1="1ch" y2="1rem" stroke="red"/>')
    assert lines(design) == [[(16, 8), (16, 16)]]


def test_degenerate_arcs_are_lines(read: Read) -> None:
    data = "M0 0A0 0 0 0 0 5 5A1e-300 1e-300 0 0 0 6 6A5 0 0 1 1 7 7"
    drawn = lines(read(f'<path d="{data}" stroke="red"/>'))
    assert drawn[0][0] == (0, 0) and drawn[0][-1] == (7, 7)


def test_a_sheet_that_only_opens_comments_is_passed_over(read: Read) -> None:
    assert lines(read(broken_sheet(150_000))) == [[(0, 0), (1, 0)]]
    assert lines(read(f"<style>{'/*' * 90_000}</style>{GOOD}")) == [[(0, 0), (1, 0)]]
    assert lines(read(f"<style>{'{' * 180_000}</style>{GOOD}")) == [[(0, 0), (1, 0)]]


def test_an_embedded_font_is_no_style_sheet(read: Read) -> None:
    font = f"@font-face{{font-family:f;src:url(data:font/woff;base64,{'A' * 400_000})}}"
    assert lines(read(f"<style>{font}</style>{GOOD}")) == [[(0, 0), (1, 0)]]


def test_an_honest_large_drawing_passes(reader: DesignReader) -> None:
    data = drawing('<g stroke="red">' + '<line x1="1" y1="2" x2="3" y2="4"/>' * 50_000 + "</g>")
    assert reader.read_bytes("x.svg", data).layers[0].strokes == 50_000


def test_names_are_made_fit_to_be_shown(read: Read) -> None:
    label = "[red]a\u202eb\u0085c&#10;d &lt;b&gt;"
    design = read(
        f'<g inkscape:groupmode="layer" inkscape:label="{label}">{GOOD}'
        f'<text id="t\u202e{"x" * 5000}">x</text></g>'
    )
    assert design.layers[0].name.isprintable()
    assert design.layers[0].name.startswith("[red]a")
    (where,) = found(design, "text").where
    assert where.isprintable() and len(where) <= 80


def test_a_file_name_with_control_characters(reader: DesignReader) -> None:
    with pytest.raises(BadDesign) as caught:
        reader.read_bytes("a\nb\x1b[31m\udcff.svg", b"")
    assert str(caught.value).isprintable()
    assert reader.read_bytes("a\nb\udcff.svg", drawing(GOOD)).filename.isprintable()


class TestNothingForeignIsOpened:
    SECRET = "the-secret-of-this-test"

    @pytest.fixture
    def secret(self, tmp_path: Path) -> Path:
        file = tmp_path / "secret.txt"
        file.write_text(self.SECRET)
        (tmp_path / "other.svg").write_text(
            f'{HEAD}<path id="a" d="M0 0 77 0" stroke="red"/></svg>'
        )
        (tmp_path / "evil.dtd").write_text(f'<!ENTITY a "{self.SECRET}">')
        (tmp_path / "evil.css").write_text("path{stroke:#777777}")
        return file

    @pytest.mark.parametrize(
        "text",
        [
            '<!DOCTYPE svg [<!ENTITY a SYSTEM "{uri}/secret.txt">]>{head}<text>&a;</text>{end}',
            '<!DOCTYPE svg [<!ENTITY a SYSTEM "{uri}/secret.txt">]>{head}<g id="&a;"/>{end}',
            '<!DOCTYPE svg SYSTEM "{uri}/evil.dtd">{head}<text>&a;</text>{end}',
            '<!DOCTYPE svg [<!ENTITY % d SYSTEM "{uri}/evil.dtd">%d;]>{head}{end}',
            '<?xml-stylesheet href="{uri}/evil.css"?>{head}{end}',
            '{head}<style>@import url("{uri}/evil.css");</style>{end}',
            '{head}<use xlink:href="{uri}/other.svg#a"/>{end}',
            '{head}<image xlink:href="{uri}/secret.txt"/>{end}',
            '{head}<include xmlns="http://www.w3.org/2001/XInclude" href="{uri}/other.svg"/>{end}',
            '{head}<g filter="url({uri}/other.svg#a)" mask="url({uri}/other.svg#a)"/>{end}',
        ],
    )
    def test_files(self, reader: DesignReader, secret: Path, text: str) -> None:
        uri = secret.parent.as_uri()
        filled = text.format(uri=uri, head=HEAD, end=GOOD + "</svg>")
        try:
            design = reader.read_bytes("x.svg", filled.encode())
        except BadDesign as error:
            assert self.SECRET not in str(error)
        else:
            assert self.SECRET not in repr(design)
            assert lines(design) == [[(0, 0), (1, 0)]]
            assert design.layers[0].color == "#ff0000"

    def test_connections(self, reader: DesignReader) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            server.setblocking(False)
            url = f"http://127.0.0.1:{server.getsockname()[1]}/a"
            doctype = f'<!DOCTYPE svg SYSTEM "{url}" [<!ENTITY e SYSTEM "{url}">]>'
            inside = f'<image href="{url}"/><use href="{url}#a"/><text>&e;</text>{GOOD}'
            style = f'<style>@import "{url}";</style>'
            reader.read_bytes("x.svg", drawing(style + inside, doctype))
            with pytest.raises(BlockingIOError):
                server.accept()

    @pytest.mark.skipif(not Path("/proc/self/limits").exists(), reason="reads /proc")
    def test_the_child_can_open_no_file_at_all(self, reader: DesignReader) -> None:
        reader.read_bytes("x.svg", drawing(GOOD))
        assert reader._child is not None
        limits = Path(f"/proc/{reader._child.pid}/limits").read_text()
        assert re.search(r"Max open files +3 +3", limits)
        assert re.search(r"Max core file size +0 +0", limits)
        assert re.search(r"Max address space +2000000000 ", limits)
        assert len(list(Path(f"/proc/{reader._child.pid}/fd").iterdir())) == 3


class TestNotAFile:
    def refused(self, reader: DesignReader, path: Path, said: str) -> None:
        with pytest.raises(BadDesign, match=said) as caught:
            reader.read(path)
        assert str(caught.value).isprintable()

    def test_missing(self, reader: DesignReader, tmp_path: Path) -> None:
        self.refused(reader, tmp_path / "x.svg", r"^x\.svg does not exist")

    def test_below_a_file(self, reader: DesignReader, tmp_path: Path) -> None:
        (tmp_path / "a").write_text("a")
        self.refused(reader, tmp_path / "a" / "x.svg", r"^x\.svg does not exist")

    def test_a_folder(self, reader: DesignReader, tmp_path: Path) -> None:
        self.refused(reader, tmp_path, "is a folder: name an SVG file")

    def test_a_pipe_is_not_waited_for(self, reader: DesignReader, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "x.svg")
        self.refused(reader, tmp_path / "x.svg", "is a pipe")

    def test_a_device(self, reader: DesignReader) -> None:
        self.refused(reader, Path("/dev/zero"), "is a device")

    def test_a_link_in_a_circle(self, reader: DesignReader, tmp_path: Path) -> None:
        (tmp_path / "x.svg").symlink_to(tmp_path / "x.svg")
        self.refused(reader, tmp_path / "x.svg", "cannot be opened")

    def test_a_name_too_long(self, reader: DesignReader, tmp_path: Path) -> None:
        self.refused(reader, tmp_path / ("x" * 5000), "cannot be opened")

    def test_a_name_with_a_nul(self, reader: DesignReader) -> None:
        self.refused(reader, Path("a\0b"), "cannot be opened")

    def test_too_large(self, tmp_path: Path) -> None:
        file = tmp_path / "x.svg"
        with file.open("wb") as sparse:
            sparse.truncate(60_000_000)
        with DesignReader() as reader:
            self.refused(reader, file, "too large: at most 50 MB")
            assert reader._child is None
        small = DesignReader(ReadLimits(file_bytes=100))
        with small, pytest.raises(BadDesign, match=r"at most 0\.0001 MB"):
            small.read_bytes("x.svg", b" " * 101)

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
    def test_forbidden(self, reader: DesignReader, tmp_path: Path) -> None:
        file = tmp_path / "x.svg"
        file.write_text("a")
        file.chmod(stat.S_IWUSR)
        self.refused(reader, file, "may not be read")


SMALL = (
    "<style>.a{stroke:red}</style><defs><symbol id='s' viewBox='0 0 9 9'><path d='M1 1h5v5z'/>"
    "</symbol></defs><g class='a' transform='rotate(3 5 5)'><use href='#s' width='9' height='9'/>"
    "<path d='M0 0C1 2 3 4 5 6A3 4 5 0 1 8 8z' stroke-dasharray='1 2'/><circle r='3'/></g>"
)


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_a_mutated_drawing_is_read_or_refused(reader: DesignReader, data: st.DataObject) -> None:
    mutated = bytearray(drawing(SMALL))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(mutated) - 1))
        kind = data.draw(st.sampled_from(["replace", "insert", "delete", "repeat"]))
        if kind == "replace":
            mutated[at] = data.draw(st.integers(0, 255))
        elif kind == "insert":
            mutated[at:at] = data.draw(
                st.sampled_from([b"9" * 20, b"e300", b"-", b"%", b"<g>", b"&a;", b"url(#s)", b"/"])
            )
        elif kind == "delete":
            del mutated[at : at + data.draw(st.integers(1, 20))]
        else:
            mutated[at:at] = mutated[at : at + 30]
    with contextlib.suppress(BadDesign):
        design = reader.read_bytes("x.svg", bytes(mutated))
        assert isinstance(design, ReadDesign) and design.layers
