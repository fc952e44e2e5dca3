"""setup: the first questions."""

from __future__ import annotations

import click

from plotty_tui.domain.errors import PlottyError, Refused
from plotty_tui.studio.opening import open_studio
from plotty_tui.studio.upkeep import checks, first_setup

from .output import can_ask, say, tell, with_examples


@with_examples("plotty setup --yes")
@click.command("setup")
@click.option("--yes", is_flag=True, help="Take every proposal without asking.")
def setup(yes: bool) -> int:
    """Set the studio up: plotters, paper, a pen, hours, where notices go.

    What is there already stays and is not asked again. Without a terminal say --yes.
    """
    store = open_studio()
    asked = first_setup.questions(store)
    if asked and not yes and not can_ask():
        raise Refused("there is nobody to ask: --yes takes every proposal")
    say(f"studio in {store.home.data}")
    for question in asked:
        done = first_setup.answer(question, "") if yes else _ask(question)
        if done:
            say(done)
    if not asked:
        say("everything is set up")
    for check in checks.check_ready(store):
        if check.level != checks.OK:
            cure = f"  ->  {check.cure}" if check.cure else ""
            tell(f"{check.level:5} {check.name:16} {check.text}{cure}")
    say("next: plotty add FILE.svg, or plotty demo; plotty --install-completion for Tab")
    return 0


def _ask(question: first_setup.Question) -> str:
    while True:
        text = click.prompt(question.text, default=question.answer)
        try:
            return first_setup.answer(question, text)
        except PlottyError as error:
            tell(f"plotty: {error}")
