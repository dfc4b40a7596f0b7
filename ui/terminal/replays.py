"""Replays of past crises in the terminal."""

from datetime import datetime
from typing import TYPE_CHECKING

from risk.scenarios.replay import ReplayFrame
from risk.scenarios.replay_advice import advice
from risk.scenarios.replays import Replay
from ui import wording
from ui.render.json import document
from ui.render.terminal import Document, printed, text
from ui.tables.replay import KNOWN, KNOWN_LISTED, TERMINAL, VALUES, known_rows, rows_of
from ui.terminal.failures import RefusedCommand
from ui.words.replay_words import on_the_clock

if TYPE_CHECKING:
    from rich.console import RenderableType

#: As many startups as anybody reads in a terminal.
LISTED = 500
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


def replay_document(frame: ReplayFrame) -> Document:
    """Return what could be known at one moment and what followed from it."""
    hazard = frame.hazard
    return {
        "as_of": frame.as_of,
        "known": [document(KNOWN, one) for one in known_rows(hazard.evidence.contributions)],
        "hazard": {
            "wind_down_90d": {
                "probability": hazard.probability,
                "low": hazard.low,
                "high": hazard.high,
            }
        },
        "expected_loss_usd": frame.expected_loss_usd,
        "loss_if_wind_down_usd": frame.loss_if_wind_down_usd,
        "loss_if_wind_down_low_usd": frame.loss_if_wind_down_low_usd,
        "loss_if_wind_down_high_usd": frame.loss_if_wind_down_high_usd,
        "startups": [document(VALUES, one) for one in rows_of(frame, frame.startups)],
        "advice": advice(frame),
    }


def replay_tables(frame: ReplayFrame, replay: Replay) -> list["RenderableType"]:
    """Return the moment for people: the chance, what it rests on, who is hit, what to do."""
    money = (
        f"Expected loss {wording.money(frame.expected_loss_usd)}, if it happens "
        f"{wording.money(frame.loss_if_wind_down_usd)} "
        f"({wording.money(frame.loss_if_wind_down_low_usd)} to "
        f"{wording.money(frame.loss_if_wind_down_high_usd)}), lost to outages so far "
        f"{wording.money(frame.service_loss_usd)}."
    )
    return [
        _signals_table(frame, replay),
        text(money),
        printed("Startups", TERMINAL, rows_of(frame, frame.startups[:LISTED])),
        *[text(f"- {sentence}") for sentence in advice(frame)],
        text(f"\n{not_yet_known(frame, replay)}"),
        text(HINDSIGHT.format(how=chosen_when(replay))),
    ]


def _signals_table(frame: ReplayFrame, replay: Replay) -> "RenderableType":
    hazard = frame.hazard
    title = (
        f"{replay.title}, as of {on_the_clock(frame.as_of, replay).strftime(TIME)} {replay.clock}: "
        f"{wording.percent(hazard.probability)} wind-down within 90 days "
        f"({wording.percent(hazard.low)} to {wording.percent(hazard.high)})"
    )
    known = known_rows(hazard.evidence.contributions, replay)
    return printed(title, KNOWN_LISTED, known)


def not_yet_known(frame: ReplayFrame, replay: Replay) -> str:
    """Say what came later, which nothing above uses."""
    later = [one.headline for one in replay.moments if one.at > frame.as_of]
    if not later:
        return f"How it ended: {replay.outcome}"
    return f"Nobody could know yet: {'; '.join(later)}."


def chosen_when(replay: Replay) -> str:
    """Say whether the ratios were chosen with this crisis in mind."""
    if replay.chosen_on:
        return "They were set knowing how this crisis went, so it cannot judge them."
    return "They were not set with this crisis in mind."
