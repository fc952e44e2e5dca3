"""Completion of names with Tab, as each shell asks for it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from unittest.mock import patch

import pytest
from studio_desk import PLOTTY, Desk


def bash(desk: Desk, line: str) -> list[str]:
    """What is offered at the end of this line."""
    with patch.dict(desk.environment, _PLOTTY_COMPLETE="bash_complete", COMP_LINE=line):
        said = desk()
    assert "Traceback" not in said.err
    return [entry.partition(",")[2] for entry in said.out.splitlines() if entry]


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("plotty info job Ac", [r"Acme:\ Card"]),
        ('plotty info job "Acme: C', ["Acme: Card"]),
        (r"plotty info job Acme:\ C", [r"\ Card"]),
        ("plotty plan-all --preset h", ["hq"]),
        ("plotty plot-all --devices left,r", ["left,right"]),
        ("plotty pen show K-0", [f"K-0{k}" for k in range(1, 8)]),
        ("plotty paper receive le", ["letter"]),
        ("plotty client show A", ["Acme"]),
        ("plotty recovery batch --batch-id l", ["last"]),
        ("plotty rec", ["recovery"]),
        ("plotty run show R", ["RUN-001"]),
    ],
)
def test_bash(prepared: Desk, line: str, offered: list[str]) -> None:
    assert bash(prepared, line) == offered


def test_zsh_and_fish_offer_plain_names(prepared: Desk) -> None:
    asked = {
        "zsh": {"COMP_WORDS": "plotty info job Ac", "COMP_CWORD": "3"},
        "fish": {"COMP_WORDS": "plotty info job ", "COMP_CWORD": "Ac"},
    }
    for shell, words in asked.items():
        done = subprocess.run(
            PLOTTY, env={**prepared.environment, "_PLOTTY_COMPLETE": f"{shell}_complete", **words},
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert "Acme: Card" in done.stdout, (shell, done)


def test_without_a_studio_none_is_made(plotty: Desk) -> None:
    assert bash(plotty, "plotty info job A") == []
    assert not plotty.home.exists()


def test_it_is_installed_once_and_loads(plotty: Desk, tmp_path: Path) -> None:
    plotty.environment |= {"HOME": str(tmp_path), "SHELL": "/bin/bash"}
    plotty.environment.pop("XDG_DATA_HOME", None)
    (tmp_path / ".bashrc").write_text("# mine")
    for _ in range(2):
        assert plotty.here("--install-completion").status == 0

    lines = (tmp_path / ".bashrc").read_text().splitlines()
    assert lines[0] == "# mine"
    assert len(lines) == 2
    checked = subprocess.run(
        ["bash", "-ic", "complete -p plotty"], env={**os.environ, "HOME": str(tmp_path)},
        capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    assert "_plotty_completion" in checked.stdout, checked
    assert "csh" in plotty.here("--install-completion", "csh").err
