"""Advice at one hour of a replay, in sentences, from that hour's frame alone."""

from risk.money.figures import dollars
from risk.scenarios.replay import Decision, ReplayFrame, StartupsAtHour

#: So many startups are named in one sentence.
NAMED = 3
#: News that changes the odds by this factor is worth a call (positive evidence, Kass and Raftery).
TELLING_FACTOR = 3.0


def advice(frame: ReplayFrame) -> tuple[str, ...]:
    """The sentences, most urgent first; empty for a portfolio that has nothing at stake."""
    if not frame.startups:
        return (_nobody(frame),)
    moving = frame.startups.deciding(Decision.MOVE)
    preparing = frame.startups.deciding(Decision.PREPARE)
    found = []
    if moving:
        found.append(_move(frame, moving))
    if preparing:
        found.append(_prepare(frame, preparing))
    if not moving and not preparing:
        found.append(_hold(frame))
    if moving or preparing or frame.hazard.evidence.likelihood_ratio >= TELLING_FACTOR:
        found.append(_call(frame))
        found.extend(_cash(frame))
    found.append(_service(frame))
    return tuple(found)


def _nobody(frame: ReplayFrame) -> str:
    stake = frame.startups.stake
    said = f"Nobody in this portfolio depends on {stake.provider}: there is nothing to do."
    if not stake.instead:
        return said
    *most, last = stake.instead
    names = f"{', '.join(most)} or {last}" if most else last
    return f"{said} Most depends on others: let the same news fall on {names}."


def _move(frame: ReplayFrame, moving: StartupsAtHour) -> str:
    return (
        f"Start moving {_named(moving)}: leaving pays even at {_percent(frame.hazard.low)}, the "
        f"low end of the range. It costs {dollars(moving.move_usd)} for certain, waiting "
        f"{dollars(moving.expected_loss_usd)} on average."
    )


def _prepare(frame: ReplayFrame, preparing: StartupsAtHour) -> str:
    return (
        f"Prepare {_named(preparing)}: moving pays at the middle or at the upper end of the range, "
        f"{_percent(frame.hazard.high)}, not at its low end. Open accounts, test the backup and "
        "reserve capacity elsewhere before everybody does."
    )


def _hold(frame: ReplayFrame) -> str:
    if not frame.signals:
        return "No news: nothing to do beyond exit plans that are written and tested."
    hold = (
        f"Move nobody: at {_percent(frame.hazard.probability)}, and even at the upper end of the "
        f"range, {_percent(frame.hazard.high)}, leaving costs more than waiting."
    )
    pays_from = frame.startups.pays_from
    return hold if pays_from is None else f"{hold} It begins to pay at {_percent(pays_from)}."


def _call(frame: ReplayFrame) -> str:
    first = frame.startups[:NAMED]
    share = sum(one.stake.loss_usd for one in first) / max(frame.loss_if_wind_down_usd, 1e-9)
    names = _names([one.stake.startup for one in first])
    whom = "it" if len(first) == 1 else "them"
    return f"Most is at stake at {names}: {_percent(share)} of the loss would fall on {whom}."


def _cash(frame: ReplayFrame) -> list[str]:
    broke = frame.startups.newly_broke
    if not len(broke):
        return []
    names = [one.startup for one in frame.startups.stake.startups.at(broke[:NAMED].tolist())]
    return [
        f"Speak about bridge money with {_names(names, more=len(broke) - NAMED)}: after a "
        "wind-down cash would more likely than not run out within 12 months."
    ]


def _service(frame: ReplayFrame) -> str:
    outages = [one.outage for one in frame.known if one.outage is not None]
    if any(one.until is None or one.until >= frame.as_of for one in outages):
        return (
            f"The service is disrupted now; so far that has cost {dollars(frame.service_loss_usd)}."
        )
    if frame.service_loss_usd > 0:
        return f"The service is up; its outages have cost {dollars(frame.service_loss_usd)} so far."
    return "The service is up: no outage has cost anything yet."


def _named(startups: StartupsAtHour) -> str:
    return _names([one.stake.startup for one in startups[:NAMED]], more=len(startups) - NAMED)


def _names(named: list[str], *, more: int = 0) -> str:
    named = named[:NAMED] if more <= 0 else [*named[:NAMED], f"{more} more"]
    if more == 1:
        named[-1] = "one more"
    return named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %" if share >= 0.0995 else f"{100 * share:.1f} %"
