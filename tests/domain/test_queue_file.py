"""The file of a queue's backup: what was written is read, and nothing else."""

import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plotty_tui.domain import queue_file
from plotty_tui.domain.errors import Refused

SHA = "ab" * 32
DESIGN = {"filename": "a.svg", "size_bytes": 9, "width_mm": 9.5, "height_mm": 9, "svg": None}
JOB = {
    "name": "Acme: Card", "design": SHA, "paper": "a4", "client": "Acme", "category": "card",
    "tags": ["approved"], "priority": 1, "copies": 3, "due_at": None, "state": "planned",
    "held": "", "template": "", "tier": "", "group": "Acme", "batch": None,
    "settings": {"preset": "hq", "gates": {"min_success_rate": 98.0}}, "plan": None,
    "layout": [], "overhead_mm": 0.0,
    "added_at": "2026-11-21T10:00:00.123+00:00",
}  # fmt: skip

PIECE = {
    "name": "Acme: Card", "job": 0, "design": SHA, "x_mm": 1.0, "y_mm": 2, "width_mm": 9.5,
    "height_mm": 9, "turned": False,
}  # fmt: skip


def written(*jobs):
    made = "2026-11-21T10:00:00+00:00"
    return queue_file.write_queue(made, "1.0", list(jobs or [JOB]), {}, {SHA: DESIGN})


def resummed(**changes):
    """A file that somebody else wrote: its sum is right."""
    found = json.loads(written())
    for key, value in changes.items():
        found[key] = value
    found["sha256"] = queue_file.sum_of(found)
    return json.dumps(found).encode()


def with_job(**changes):
    return resummed(jobs=[{**JOB, **changes}])


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "name": st.text(min_size=1).filter(lambda t: t.strip() and "\0" not in t),
                "copies": st.integers(1, 10**6),
                "priority": st.integers(1, 3),
                "held": st.text().filter(lambda t: "\0" not in t),
            }
        )
    )
)
@settings(max_examples=50, deadline=None)
def test_what_was_written_is_read(changes):
    jobs = [{**JOB, **one} for one in changes]
    assert queue_file.read_queue(written(*jobs) if jobs else resummed(jobs=[]), "q")["jobs"] == jobs


def test_no_flipped_byte_and_no_cut_is_taken():
    good = written()
    rnd = random.Random(7)
    for _ in range(200):
        data = bytearray(good)
        place = rnd.randrange(len(data))
        data[place] ^= 1 << rnd.randrange(8)
        try:
            found = queue_file.read_queue(bytes(data), "q.json")
        except Refused:
            continue
        assert found == json.loads(good), "a flip that changes nothing but blanks"
    for cut in range(0, len(good) - 3, 37):
        with pytest.raises(Refused):
            queue_file.read_queue(good[:cut], "q.json")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"no json", "q.json is not a backup of a queue"),
        (b"[" * 100_000, "not a backup"),
        (b"[]", "not a backup"),
        (b'{"format": "plotty-queue", "version": NaN}', "not a backup"),
        (resummed(version=3), "of version 3, this plotty reads up to 2"),
        (resummed(hooks=["rm -rf /"]), "'hooks', which a queue does not bring"),
        (with_job(email="a@b.c"), "job 1 of q.json holds 'email'"),
        (with_job(settings={"hook": "x"}), "settings is"),
        (with_job(settings={"preset": ["x"]}), "settings is"),
        (with_job(copies=0), "copies is '0'"),
        (with_job(copies=True), "copies is 'True'"),
        (with_job(priority=4), "priority is '4'"),
        (with_job(design="../../etc/passwd"), "design is '../../etc/passwd'"),
        (with_job(design="cd" * 32), "of a design that is not in it"),
        (with_job(state="drawn"), "state is 'drawn'"),
        (with_job(added_at="2026-11-21"), "added_at is"),
        (with_job(due_at=5), "due_at is '5'"),
        (with_job(name="x" * 5000), "name is"),
        (with_job(tags="a,b"), "tags is"),
        (with_job(layout=[PIECE]), "a piece of job 1, which it cannot be of"),
        (with_job(layout=[{**PIECE, "job": 7}]), "a piece of job 8, which it cannot be of"),
        (with_job(layout=[{**PIECE, "design": "cd" * 32}]), "a design that is not in it"),
        (with_job(layout=[{**PIECE, "width_mm": 0}]), "layout is"),
        (with_job(layout=[{**PIECE, "hook": "x"}]), "layout is"),
        (resummed(jobs={}), "jobs, plans or designs are missing"),
        (resummed(designs={SHA: {**DESIGN, "width_mm": "1"}}), "width_mm is '1'"),
        (resummed(designs={"x": DESIGN, SHA: DESIGN}), "a design without a hash: 'x'"),
        (resummed(made_at="yesterday"), "does not say when"),
    ],
)
def test_what_is_no_backup_is_refused_in_a_sentence(data, said):
    with pytest.raises(Refused) as refused:
        queue_file.read_queue(data, "q.json")
    assert said in str(refused.value)


def test_a_file_of_the_first_version_is_read():
    old = {key: value for key, value in JOB.items() if key not in ("layout", "overhead_mm")}
    data = resummed(version=1, jobs=[old])
    assert queue_file.read_queue(data, "q.json")["jobs"] == [JOB | {"overhead_mm": 0.0}]


def test_a_drawing_comes_back_only_as_its_hash_names_it():
    import hashlib

    svg = b"<svg/>" * 50
    packed = queue_file.pack_svg(svg)
    assert queue_file.unpack_svg(packed, hashlib.sha256(svg).hexdigest()) == svg
    for text in (packed, packed[:-8], "no base64!", ""):
        with pytest.raises(Refused, match="its drawing in the backup"):
            queue_file.unpack_svg(text, SHA)
