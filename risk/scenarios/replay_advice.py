"""What to do at one hour of a replay, in sentences, from that hour's frame alone."""

from collections.abc import Sequence

from risk.scenarios.replay import Decision, ReplayFrame, StartupAtHour

#: So many startups are named in one sentence.
NAMED = 3
#: From this probability on a startup would more likely than not run out of cash.
LIKELY = 0.5
#: News that changes the odds by this factor is worth a call (positive evidence, Kass and Raftery).
TELLING_FACTOR = 3.0


def advice(frame: ReplayFrame) -> tuple[str, ...]:
    """The sentences, most urgent first; empty for a portfolio that has nothing at stake."""
    if not frame.startups:
        return ("Nobody in this portfolio stands on this provider: there is nothing to do.",)
    moving = _deciding(frame, Decision.MOVE)
    preparing = _deciding(frame, Decision.PREPARE)
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


def _deciding(frame: ReplayFrame, decision: Decision) -> list[StartupAtHour]:
    return [one for one in frame.startups if one.decision is decision]


def _move(frame: ReplayFrame, moving: Sequence[StartupAtHour]) -> str:
    cost = sum(one.stake.move_usd for one in moving)
    saved = sum(one.expected_loss_usd for one in moving)
    return (
        f"Start moving {_names(moving)}: at {_percent(frame.hazard.probability)} leaving costs "
        f"{_money(cost)} for certain, waiting {_money(saved)} on average."
    )


def _prepare(frame: ReplayFrame, preparing: Sequence[StartupAtHour]) -> str:
    return (
        f"Prepare {_names(preparing)}: moving would pay at the upper end of the range, "
        f"{_percent(frame.hazard.high)}. Open accounts, test the fallback and reserve capacity "
        "elsewhere before everybody does."
    )


def _hold(frame: ReplayFrame) -> str:
    if not frame.signals:
        return "No news: nothing to do beyond exit plans that are written and tested."
    breaks = [one.stake.break_even for one in frame.startups if one.stake.break_even is not None]
    hold = (
        f"Move nobody: at {_percent(frame.hazard.probability)}, and even at the upper end of the "
        f"range, {_percent(frame.hazard.high)}, leaving costs more than waiting."
    )
    if not breaks:
        return hold
    return f"{hold} It begins to pay at {_percent(min(breaks))}."


def _call(frame: ReplayFrame) -> str:
    first = frame.startups[:NAMED]
    share = sum(one.stake.loss_usd for one in first) / max(frame.loss_if_wind_down_usd, 1e-9)
    return f"Call {_names(first)} first: {_percent(share)} of the loss if it happens falls on them."


def _cash(frame: ReplayFrame) -> list[str]:
    broke = [
        one
        for one in frame.startups
        if (one.stake.cash_out_probability.after or 0.0) >= LIKELY
        and (one.stake.cash_out_probability.before or 0.0) < LIKELY
    ]
    if not broke:
        return []
    return [
        f"Speak about bridge money with {_names(broke)}: after a wind-down cash would more likely "
        "than not run out within 12 months."
    ]


def _service(frame: ReplayFrame) -> str:
    if any(one.outage is not None and one.outage.until >= frame.as_of for one in frame.known):
        return (
            f"The service is faltering now; so far that has cost {_money(frame.service_loss_usd)}."
        )
    if frame.service_loss_usd > 0:
        return f"The service is up; its outages have cost {_money(frame.service_loss_usd)} so far."
    return "The service is up: no outage has cost anything yet."


def _names(startups: Sequence[StartupAtHour]) -> str:
    named = [one.stake.startup for one in startups[:NAMED]]
    more = len(startups) - len(named)
    if more:
        named.append(f"{more} more" if more > 1 else "one more")
    return named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %" if share >= 0.0995 else f"{100 * share:.1f} %"


def _money(usd: float) -> str:
    for limit, unit, mark in ((999.5e6, 1e9, " bn"), (999.5e3, 1e6, " M"), (999.5, 1e3, " k")):
        if usd >= limit:
            size = usd / unit
            return f"${size:.0f}{mark}" if size >= 99.5 else f"${size:.1f}{mark}"
    return f"${usd:,.0f}"
