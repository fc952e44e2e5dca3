"""From the bytes of a file to an XML tree whose root is <svg>, or one sentence why not."""

from __future__ import annotations

import codecs
import re
import zlib
from typing import Any

from plotty_tui.domain.errors import BadDesign

from .limits import MB, ReadLimits
from .names import plain

SVG = "{http://www.w3.org/2000/svg}"

_OTHER_KINDS = (
    (b"%PDF", "a PDF file"),
    (b"%!PS", "a PostScript file"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"<!doctype html", "an HTML page"),
    (b"<html", "an HTML page"),
)
_ENCODING = re.compile(rb"""^<\?xml[^>]{0,200}?encoding\s*=\s*["']([^"']{1,80})["']""")

# Error numbers of libxml2 that deserve a sentence of their own.
_GROWING = {89, 114, 116}  # entity loop, amplification, too much in one place
_NOT_TEXT = {9, 81, 6003}  # a byte that is no character of the encoding
_UNKNOWN_ENCODING = {31, 32}
_BAD_ENTITY = {26, 27, 28, 29}  # not declared, or declared in another file
_UNDECLARED_PREFIX = 201
_CUT_SHORT = {4, 39, 40, 41, 44, 45, 46, 47, 65, 68, 73, 74, 77}


def open_tree(name: str, data: bytes, limits: ReadLimits) -> Any:
    """The root element of the drawing in `data`. Raises BadDesign."""
    data = unpack(name, data, limits)
    start = data[:400].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not start:
        raise BadDesign(f"{name} is empty: an SVG drawing is needed")
    for mark, kind in _OTHER_KINDS:
        if start.startswith(mark.lower()):
            raise BadDesign(f"{name} is {kind}: export the drawing as SVG")
    root = _parse(name, data)
    tag = root.tag if isinstance(root.tag, str) else ""
    if tag in {SVG + "svg", "svg"}:
        return root
    local = tag.rpartition("}")[2]
    if local.lower() == "html":
        raise BadDesign(f"{name} is an HTML page: export the drawing as SVG")
    raise BadDesign(f"{name} holds <{plain(local, 40)}> and not <svg>: export the drawing as SVG")


def unpack(name: str, data: bytes, limits: ReadLimits) -> bytes:
    """The data as they are, or unpacked when they are gzip (svgz), never more than the limit."""
    if not data.startswith(b"\x1f\x8b"):
        return data
    unpacker = zlib.decompressobj(wbits=31)
    try:
        unpacked = unpacker.decompress(data, limits.file_bytes + 1)
    except zlib.error:
        raise BadDesign(f"{name} is a damaged gzip file: export or copy it again") from None
    if len(unpacked) > limits.file_bytes:
        most = f"{limits.file_bytes / MB:g} MB"
        raise BadDesign(f"{name} unpacks to more than {most}: at most {most} are read")
    if not unpacker.eof:
        raise BadDesign(f"{name} is a gzip file that is cut short: export or copy it again")
    return unpacked


def _parse(name: str, data: bytes) -> Any:
    from lxml import etree

    # collect_ids stays as it is: turned off, it makes libxml2 load the external DTD.
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        recover=False,
        remove_comments=True,
    )
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise BadDesign(_why_not_xml(name, data, error)) from None
    except (LookupError, ValueError):
        raise BadDesign(f"{name} is not a readable XML file: export it again as SVG") from None


def _why_not_xml(name: str, data: bytes, error: Any) -> str:
    """One sentence for what libxml2 says; its own words name bytes and productions."""
    code, words = error.code, str(error.msg or "")
    line = f"line {error.lineno or 1}"
    declared = _ENCODING.match(data[:300])
    encoding = plain(declared[1].decode("ascii", "replace"), 40) if declared else "UTF-8"
    at_end = (error.lineno or 1) >= data.rstrip().count(b"\n") + 1
    marked = b"<" in data[:1000]
    # From the particular to the general: the first that holds is said.
    reasons = (
        (
            code in _UNKNOWN_ENCODING or not _known(encoding),
            f"is in an encoding that is not known ({encoding}): save it as UTF-8",
        ),
        (
            "depth" in words,
            f"nests its elements more than 256 deep ({line}): ungroup some of them",
        ),
        (
            "ntity" in words and code in _GROWING,
            "declares entities that grow without end: export it as plain SVG",
        ),
        (
            code in _GROWING or "too long" in words,
            f"has a value of more than 10 MB ({line}): split that path",
        ),
        (
            code in _BAD_ENTITY,
            f"uses an entity that it does not declare itself ({line}): export it as plain SVG",
        ),
        (
            code == _UNDECLARED_PREFIX,
            f"uses a name prefix that it does not declare ({line}): export it as plain SVG",
        ),
        (not marked, "is not an SVG drawing: export the drawing as SVG"),
        (
            code in _NOT_TEXT,
            f"has bytes that are not {encoding} ({line}): save it as UTF-8",
        ),
        (
            code in _CUT_SHORT and at_end,
            f"ends in the middle ({line}): export or copy it again",
        ),
    )
    broken = f"is not well-formed XML ({line}): export it again as SVG"
    return f"{name} {next((reason for holds, reason in reasons if holds), broken)}"


def _known(encoding: str) -> bool:
    try:
        codecs.lookup(encoding)
    except (LookupError, ValueError):
        return False
    return True
