"""Sentences on what waiting is worth while a provider may end."""

from collections.abc import Iterable
from math import isfinite

from risk.alternatives.break_even import Advice, PaysFrom
from risk.alternatives.waiting import Waiting
from ui import wording

COURSES = {
    Advice.ACT: "Leave now",
    Advice.PREPARE: "Prepare",
    Advice.WAIT: "Wait",
    Advice.OPEN: "Open",
}
_DOING = {
    Advice.ACT: "leaving now",
    Advice.PREPARE: "preparing",
    Advice.WAIT: "waiting",
}


def of_dependency(found: Iterable[Waiting], use_case: str, key: str) -> tuple[Waiting, ...]:
    """Return what is said of one dependency."""
    return tuple(one for one in found if (one.use_case, one.dependency_key) == (use_case, key))


def chance(one: Waiting) -> str:
    """Say how likely the provider's end is, and what signals made of it."""
    found = one.chance
    said = (
        f"{one.provider} ends within {found.horizon_days:.0f} days with "
        f"{wording.percent(found.probability)} probability (80 % range "
        f"{wording.percent(found.low)} to {wording.percent(found.high)})"
    )
    if found.evidence.ln_units == 0:
        return f"{said}; no signal counts today."
    return f"{said}; {wording.percent(found.probability_before)} before its signals."


def headline(one: Waiting) -> str:
    """Say what to do, and why that holds over the whole range or does not."""
    low, high = wording.percent(one.chance.low), wording.percent(one.chance.high)
    return {
        Advice.ACT: f"Leave now: even at {low}, the low end of the chance, leaving pays in nine of "
        "ten worlds.",
        Advice.PREPARE: f"Prepare: build the backup now, and leave if it happens. Even at {low}, "
        "the low end of the chance, preparing pays in nine of ten worlds.",
        Advice.WAIT: f"Wait: even at {high}, the high end of the chance, neither leaving nor "
        "preparing pays in nine of ten worlds.",
        Advice.OPEN: f"Open: over the range of the chance, {low} to {high}, it depends on what "
        f"nobody knows yet. {on_average(one)}",
    }[one.advice]


def on_average(one: Waiting) -> str:
    """Say which course costs least by the mean over the worlds, against the others."""
    best, *others = sorted(one.courses, key=lambda each: each.expected_usd)
    said = (
        f"At {wording.percent(one.chance.probability)}, {_DOING[best.course]} costs least on "
        f"average: {wording.money(best.expected_usd)}"
    )
    if not others:
        return f"{said}; there is no other course."
    against = (f"{wording.money(each.expected_usd)} for {_DOING[each.course]}" for each in others)
    return f"{said} against {wording.listed(against)}."


def pays(found: PaysFrom | None) -> str:
    """``from 24 % (1.4 % to 58 %)``: the median with the 10 and the 90 % point over the worlds."""
    if found is None:
        return "below the others"
    low, median, high = (
        wording.percent(each) if isfinite(each) else "never"
        for each in (found.low, found.median, found.high)
    )
    if low == "never":
        return "never"
    start = "in most worlds never" if median == "never" else f"from {median}"
    return f"{start} ({low} to {high})"
