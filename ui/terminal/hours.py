"""Hours in the terminal: an incident of today, or a moment of a crisis, and whom to call."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from risk.alternatives.planning.tasks import Contact
from risk.scenarios.calls import Hour, NextNews, Urgency
from ui import wording
from ui.render.json import document
from ui.render.terminal import Document, printed, text
from ui.tables.call import TERMINAL, VALUES, rows_of
from ui.tables.replay import KNOWN, KNOWN_LISTED, known_rows
from ui.terminal.failures import RefusedCommand
from ui.words import incident_words as words

if TYPE_CHECKING:
    from rich.console import RenderableType

#: As many companies as anybody reads in a terminal.
LISTED = 500

Contacts = Mapping[str, Contact]


def moment_of(at: str | None, now: datetime) -> datetime:
    """Return the moment meant; without a time zone it is in UTC; None is now.

    Raises RefusedCommand if it is no time.
    """
    if at is None:
        return now
    try:
        found = datetime.fromisoformat(at)
    except ValueError:
        raise RefusedCommand(
            f"“{at}” is no time: write one such as {now:%Y-%m-%dT%H:%M}, in UTC, or with its zone."
        ) from None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found


def hour_document(hour: Hour, contacts: Contacts, coming: tuple[NextNews, ...]) -> Document:
    """Return what is known at an hour, what follows from it, and whom to call."""
    hazard, result = hour.hazard, hour.result
    contributions = () if hazard is None else hazard.evidence.contributions
    chance = (
        {}
        if hazard is None
        else {
            "wind_down_90d": {
                "probability": hazard.probability,
                "low": hazard.low,
                "high": hazard.high,
                "before": hour.probability_before,
            }
        }
    )
    return {
        "provider": hour.provider,
        "as_of": hour.as_of,
        "happened": result.scenario.kind if hazard is None else None,
        "known": [document(KNOWN, one) for one in known_rows(contributions)],
        "hazard": chance,
        "expected_loss_usd": result.total_usd * (1.0 if hazard is None else hazard.probability),
        "loss_if_wind_down_usd": result.total_usd,
        "loss_if_wind_down_low_usd": result.total_low_usd,
        "loss_if_wind_down_median_usd": result.total_median_usd,
        "loss_if_wind_down_high_usd": result.total_high_usd,
        "newly_out_of_cash": result.newly_out_of_cash,
        "move_all_usd": hour.calls.move_all_usd,
        **{one.value: hour.calls.count(one) for one in Urgency},
        "startups": [document(VALUES, one) for one in rows_of(hour, hour.calls, contacts)],
        "would_change_most": [
            {"kind": one.kind, "meaning": one.meaning, "probability": one.probability}
            for one in coming
        ],
    }


def hour_tables(hour: Hour, contacts: Contacts, title: str) -> list["RenderableType"]:
    """Return the hour for people: the chance, what it rests on, what it costs, whom to call."""
    hazard, result = hour.hazard, hour.result
    found: list[RenderableType] = []
    if hazard is None:
        found.append(text(title))
    else:
        chance = (
            f"{title}: {words.chance(hazard.probability, hour.probability_before)} wind-down "
            f"within {hazard.horizon_days:.0f} days "
            f"({wording.percent(hazard.low)} to {wording.percent(hazard.high)})"
        )
        found.append(printed(chance, KNOWN_LISTED, known_rows(hazard.evidence.contributions)))
    reach = words.loss_range(result.total_low_usd, result.total_high_usd)
    hit = words.whom_it_hits(len(hour.calls), result.newly_out_of_cash, hour.through_others)
    counts = (hour.calls.count(one) for one in Urgency)
    listed = hour.calls[:LISTED]
    return [
        *found,
        text(
            f"{'If it does' if hazard else 'It costs'}: "
            f"{wording.money(result.total_median_usd)} ({reach}); {hit}. Do tonight: "
            f"{words.do_tonight(*counts)}. {words.move_all(hour.calls.move_all_usd)}."
        ),
        printed("Whom to call first", TERMINAL, rows_of(hour, listed, contacts)),
    ]
