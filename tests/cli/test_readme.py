"""The README's tour works as printed, and its set-up is two lines."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from studio_desk import Desk

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"^```sh\n(.*?)^```", README, re.M | re.S)


def test_there_are_two_set_up_commands() -> None:
    set_up = [line for block in BLOCKS for line in block.splitlines() if "pip install" in line]
    assert len(set_up) == 2
    assert set_up[0].endswith("plotty demo")
    assert set_up[1].endswith("pytest")


def test_links_lead_somewhere() -> None:
    for page in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")):
        for target in re.findall(r"\]\((?!https?:)([^)#]+\.md)", page.read_text()):
            assert (page.parent / target).is_file(), f"{page.name}: {target}"


def test_promises_are_proved_by_tests_that_there_are() -> None:
    proofs = re.findall(r"`(tests/\S+\.py)::(\w+)`", (ROOT / "docs" / "reliability.md").read_text())
    assert len(proofs) > 20
    for file, name in proofs:
        assert f"def {name}(" in (ROOT / file).read_text(), f"{file}::{name}"


def test_the_tour(plotty: Desk, tmp_path: Path) -> None:
    command = tmp_path / "bin" / "plotty"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m plotty_tui "$@"\n')
    command.chmod(0o755)
    plotty.environment["PATH"] = f"{command.parent}:{os.environ['PATH']}"
    # A person has ten minutes; the plotters may be quicker here.
    shown = "".join(BLOCKS).replace("--speed 60", "--speed 1000").splitlines()
    lines = [line for line in shown if line.startswith("plotty ")]
    assert len(lines) > 10

    for line in lines:
        process = subprocess.Popen(
            ["/bin/sh", "-c", line], env=plotty.environment, cwd=ROOT,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        said = plotty.finish(process)
        assert said.status == 0, (line, said)
        assert said.out

    run = plotty.good("run", "show", "1", "--json").json
    assert (run["state"], run["notes"]) == ("completed", "first day")
    assert {sheet["device"] for sheet in run["sheets"]} == {"left", "right"}
