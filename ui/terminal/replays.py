"""Replays of crises in the terminal."""

from datetime import datetime
from typing import TYPE_CHECKING

from risk.scenarios.calls import Hour, NextNews
from risk.scenarios.replay import ReplayFrame
from risk.scenarios.replay_advice import advice
from risk.scenarios.replays import Replay
from ui import wording
from ui.render.terminal import Document, text
from ui.terminal.failures import RefusedCommand
from ui.terminal.hours import Contacts, hour_document, hour_tables
from ui.words.replay_words import how_it_ended, on_the_clock

if TYPE_CHECKING:
    from rich.console import RenderableType

TIME = "%a %d %b %Y, %H:%M"
HINDSIGHT = (
    "The likelihood ratios behind the probability are judgement. {how} Three crises cannot "
    "validate them; the range says how unsure they are, not whether they are right."
)


def moment_asked(at: str | None, replay: Replay) -> datetime:
    """Return the moment meant; without a time zone it is on the replay's clock; None is the end.

    Raises RefusedCommand if it is no time.
    """
    if at is None:
        return replay.ends
    try:
        found = datetime.fromisoformat(at)
    except ValueError:
        raise RefusedCommand(
            f"“{at}” is no time: write one such as 2023-11-19T23:00, on the clock of the replay "
            f"({replay.clock}), or with its zone, 2023-11-20T07:00+00:00."
        ) from None
    own = replay.starts.tzinfo
    return found.replace(tzinfo=own) if found.tzinfo is None else found


def replay_document(
    frame: ReplayFrame, hour: Hour, contacts: Contacts, coming: tuple[NextNews, ...]
) -> Document:
    """Return what could be known at one moment and what followed from it."""
    return {**hour_document(hour, contacts, coming), "advice": advice(frame)}


def replay_tables(
    frame: ReplayFrame, hour: Hour, replay: Replay, contacts: Contacts
) -> list["RenderableType"]:
    """Return the moment for people: the chance, what it rests on, who is hit, what to do."""
    when = on_the_clock(frame.as_of, replay).strftime(TIME)
    title = f"{replay.title}, as of {when} {replay.clock}"
    lost = wording.money(frame.service_loss_usd)
    return [
        *hour_tables(hour, contacts, title),
        text(f"Lost to outages so far: {lost}."),
        *[text(f"- {sentence}") for sentence in advice(frame)],
        text(f"\n{not_yet_known(frame, replay)}"),
        text(HINDSIGHT.format(how=chosen_when(replay))),
    ]


def not_yet_known(frame: ReplayFrame, replay: Replay) -> str:
    """Say what came later, which nothing above uses."""
    later = [one.headline for one in replay.moments if one.at > frame.as_of]
    if not later:
        return how_it_ended(replay)
    return f"Nobody could know yet: {'; '.join(later)}."


def chosen_when(replay: Replay) -> str:
    """Say whether the ratios were chosen with this crisis in mind."""
    if replay.chosen_on:
        return "They were set knowing how this crisis went, so it cannot judge them."
    return "They were not set with this crisis in mind."
