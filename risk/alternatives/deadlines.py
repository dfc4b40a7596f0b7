"""The last day of today's model against the days that an option takes until it works.

Where today's model has a published last day within the horizon of advice, staying and whatever
keeps it running end with it: the advice is a replacement before that day. docs/method.md §6.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from math import ceil

from risk.alternatives.results import LastDay, OptionClass
from risk.assumptions import Assumptions
from risk.catalog.records import Catalog
from risk.catalog.replacements import ending
from risk.inventory.records import Dependency, SwitchBegun

#: What of an option ends with today's model. The other kinds leave it, or move it to a host whose
#: own day is asked for by itself.
ENDS_WITH_IT: Mapping[OptionClass, str] = {
    OptionClass.STAY: "staying",
    OptionClass.CONTRACT: "what the contract secures",
    OptionClass.GATEWAY: "the provider behind the gateway",
    OptionClass.RESERVED: "the provider that stays",
}


def last_day_of(
    dependency: Dependency, catalog: Catalog, assumptions: Assumptions, today: date
) -> LastDay | None:
    """The last day of today's model where it is used, if it lies within the horizon of advice."""
    host = dependency.host or dependency.developer
    days = assumptions.advice_horizon_days
    found = ending(dependency.model, host, catalog, today, days=days)
    if found is None:
        return None
    begun = dependency.switch_begun
    return LastDay(
        model=dependency.model or found.model,
        day=found.shutdown,
        days_left=(found.shutdown - today).days,
        begun=None if begun is None else begun is SwitchBegun.YES,
    )


def for_move(one: LastDay, days: float) -> LastDay:
    """The same with the day by which a move of so many days must start, and how late that is."""
    needed = ceil(days)
    return replace(
        one,
        start_by=one.day - timedelta(days=needed),
        days_late=max(0, needed - one.days_left),
    )


def why_not_kept(one: LastDay, kind: OptionClass) -> str:
    """Why an option that keeps today's model cannot be taken, in words that end a sentence."""
    ends, day = ENDS_WITH_IT[kind], one.day.isoformat()
    if one.days_left < 0:
        return (
            f"{one.model} ended on {day}: {ends} has ended with it, or another model runs there "
            "than the register names"
        )
    left = {0: "today", 1: "tomorrow"}.get(one.days_left, f"in {one.days_left:,} days")
    return f"{one.model} ends on {day}, {left}: {ends} ends with it"
