"""Replays of past crises in the terminal."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from risk.hazard.signals import Contribution, Signal
from risk.scenarios.replay import ReplayFrame, StartupAtHour
from risk.scenarios.replay_advice import advice
from risk.scenarios.replays import Replay
from ui import wording
from ui.terminal.failures import RefusedCommand
from ui.terminal.output import Document, table, text

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


def replays_document(replays: Iterable[Replay]) -> list[Document]:
    """Return the past crises there are."""
    return [
        {
            "id": one.id,
            "title": one.title,
            "provider": one.provider,
            "starts": one.starts,
            "ends": one.ends,
            "summary": one.summary,
            "sources": list(dict.fromkeys(source for m in one.moments for source in m.sources)),
        }
        for one in replays
    ]


def replays_tables(replays: Iterable[Replay]) -> list["RenderableType"]:
    """Return the list for people."""
    rows = [(one.id, one.title, one.provider, str(len(one.moments))) for one in replays]
    return [table("Replays", ("Id", "Title", "Provider", "Moments"), rows, right=("Moments",))]


def replay_document(frame: ReplayFrame) -> Document:
    """Return what could be known at one moment and what followed from it."""
    hazard = frame.hazard
    return {
        "as_of": frame.as_of,
        "known": [_known(one, one.signal) for one in hazard.evidence.contributions if one.signal],
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
        "startups": [_startup(one) for one in frame.startups],
        "advice": advice(frame),
    }


def _known(line: Contribution, signal: Signal) -> Document:
    return {
        "at": signal.at,
        "kind": signal.kind,
        "meaning": line.label,
        "intensity": signal.intensity,
        "reliability": signal.reliability,
        "ln_units": line.ln_units,
        "source": signal.source,
    }


def _startup(one: StartupAtHour) -> Document:
    return {
        "startup": one.stake.startup,
        "loss_if_wind_down_usd": one.stake.loss_usd,
        "loss_if_wind_down_low_usd": one.stake.loss_low_usd,
        "loss_if_wind_down_high_usd": one.stake.loss_high_usd,
        "expected_loss_usd": one.expected_loss_usd,
        "move_now_usd": one.stake.move_usd,
        "break_even_probability": one.stake.break_even,
        "decision": one.decision,
        "hit_through": one.stake.hit_through,
        "runway_months": one.stake.runway_months,
        "cash_out_probability": one.stake.cash_out_probability,
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
        _startups_table(frame),
        *[text(f"- {sentence}") for sentence in advice(frame)],
        text(f"\n{not_yet_known(frame, replay)}"),
        text(HINDSIGHT.format(how=chosen_when(replay))),
    ]


def _signals_table(frame: ReplayFrame, replay: Replay) -> "RenderableType":
    zone, hazard = replay.starts.tzinfo, frame.hazard
    title = (
        f"{replay.title}, as of {frame.as_of.astimezone(zone).strftime(TIME)} {replay.clock}: "
        f"{wording.percent(hazard.probability)} wind-down within 90 days "
        f"({wording.percent(hazard.low)} to {wording.percent(hazard.high)})"
    )
    rows = [
        (
            one.signal.at.astimezone(zone).strftime(TIME) if one.signal else "",
            one.label,
            f"{one.ln_units:+.2f}",
            one.signal.source.replace("|", "; ") if one.signal else "",
        )
        for one in hazard.evidence.contributions
    ]
    columns = ("Known since", "Signal", "Ln units", "Source")
    return table(title, columns, rows, right=("Ln units",))


def _startups_table(frame: ReplayFrame) -> "RenderableType":
    rows = [
        (
            one.stake.startup,
            wording.money(one.stake.loss_usd),
            wording.money(one.stake.move_usd),
            wording.percent(one.stake.break_even) if one.stake.break_even else "never",
            one.decision.value,
        )
        for one in frame.startups[:LISTED]
    ]
    columns = ("Startup", "Loss if it happens", "Moving costs", "Pays from", "Now")
    return table("Startups", columns, rows, right=columns[1:4])


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
