"""Kept figures and what changed since a day, in the terminal."""

from typing import TYPE_CHECKING

from ui.render.json import document
from ui.render.terminal import Document, printed, text
from ui.tables import run
from ui.words import run_words as words

if TYPE_CHECKING:
    from rich.console import RenderableType

    from db.services.run_history import ChangesSince


def changes_document(found: "ChangesSince") -> Document:
    """Return the figures of then and now, the steps between them, and who moved most."""
    return {
        "portfolio": found.portfolio,
        "since": found.since,
        "run": None if found.run is None else document(run.RUNS, run.runs_of([found.run])[0]),
        "as_of": found.as_of,
        "before_usd": found.before_usd,
        "after_usd": found.after_usd,
        "change_usd": found.change_usd,
        "register_known": found.register_known,
        "steps": run.steps_of(found),
        "movers": run.movers_of(found),
        "text": f"{words.in_short(found)}. {words.rests_on(found)}",
    }


def changes_tables(found: "ChangesSince") -> list["RenderableType"]:
    """Return the same for people."""
    told: list[RenderableType] = [
        text(f"{words.in_short(found)}."),
        printed("Steps, which add up", run.STEPS, run.steps_of(found)),
        text(words.rests_on(found)),
    ]
    if found.movers:
        told.append(printed("Who moved most", run.MOVERS, run.movers_of(found)))
    return told
