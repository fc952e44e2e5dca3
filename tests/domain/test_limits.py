"""A studio's limits and gates as they are typed; how complex a job is and what it wants."""

from __future__ import annotations

import pytest

from plotty_tui.domain.errors import Refused
from plotty_tui.domain.limits import Production, QualityGates, with_gates, with_production
from plotty_tui.domain.names import plain_name
from plotty_tui.domain.tiers import USUAL, Figures, Thresholds, complexity_of, tier_of


def test_limits_as_typed() -> None:
    typed = {
        "max_daily_seconds": "6h", "max_pen_changes": "80", "paper_budget_sheets": "100",
        "quality_threshold": "95%",
    }  # fmt: skip

    limits = with_production(Production(), typed)

    assert limits == Production(21600, 80, 100, 95)
    assert limits.is_set
    assert Production.from_json(limits.to_json()) == limits
    assert with_production(limits, {"max_pen_changes": "none"}).max_pen_changes is None
    assert not Production(quality_threshold=95).is_set


@pytest.mark.parametrize(
    ("key", "text", "said"),
    [
        ("quality_threshold", "0.98", "did you mean 98"),
        ("quality_threshold", "101", "0 to 100"),
        ("paper_budget_sheets", "100eur", "sheets"),
        ("max_pen_changes", "-1", "whole number"),
        ("max_daily_seconds", "30h", "24h"),
    ],
)
def test_a_limit_that_makes_no_sense_is_refused(key: str, text: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        with_production(Production(), {key: text})


def test_gates_as_typed() -> None:
    gates = with_gates(QualityGates(), {"min_success_rate": "98", "min_sheets": "5"})

    assert gates == QualityGates(98, None, None, 5)
    assert gates.is_set
    assert QualityGates.from_json(gates.to_json()) == gates
    with pytest.raises(Refused, match="stars from 1 to 5"):
        with_gates(gates, {"min_customer_satisfaction": "6"})


def test_a_job_is_low_in_everything_or_high_in_anything() -> None:
    assert complexity_of(Figures(5, 1.0, 5, 1), USUAL) == (
        "low",
        "5 paths, 1.0 m, 5 lifts, 1 layer",
    )
    assert complexity_of(Figures(5, 1.0, 5, 3), USUAL) == ("medium", "3 layers")
    assert complexity_of(Figures(9000, 1.0, 5, 1), USUAL)[0] == "high"
    own = Thresholds.from_json({"high": {"layers": 2}})
    assert complexity_of(Figures(5, 1.0, 5, 3), own) == ("high", "3 layers")


def test_a_tier_is_the_clients_then_a_words_then_the_complexitys() -> None:
    assert tier_of("high", "9000 paths", "logo", [], "draft")[0] == "draft"
    assert tier_of("high", "9000 paths", "proof", [], "") == ("draft", "category proof")
    assert tier_of("low", "5 paths", "card", ["edition"], "") == ("fine", "tag edition")
    assert tier_of("low", "5 paths", "card", [], "") == ("draft", "low complexity: 5 paths")


@pytest.mark.parametrize("name", ["", " ", "a,b", "a\nb", "-x", "x" * 61])
def test_a_name_that_no_command_could_say_is_refused(name: str) -> None:
    with pytest.raises(Refused):
        plain_name("preset", name)
    assert plain_name("preset", " mine ") == "mine"
