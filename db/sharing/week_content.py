"""Answer and week of a portfolio in the content of a link: written in its names, and read again.

A week has what :mod:`risk.portfolio.week` chose. What a preset leaves out
(:mod:`db.sharing.presets`) is not here at all: without money, whatever an amount ranks or is;
without names, days of contracts, which are the register's own, and what a learned rate is called.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from db.sharing.formats import Content
from db.sharing.naming import Names
from db.sharing.presets import Preset
from risk.portfolio.asked import OpenFact
from risk.portfolio.deadlines import Deadline, DeadlineKind
from risk.portfolio.history import Cause, Step
from risk.portfolio.results import Action, Ending, Interval
from risk.portfolio.week import AtStake, Changed, Item, News, Sort

#: Whoever a link without names does not list has no number.
NOT_LISTED = "A company that is not listed"
#: What is told without amounts.
_UNPRICED = (Sort.DEADLINE, Sort.NEWS)


def ending_content(ending: Ending | None, share: float | None, names: Names, preset: Preset) -> Any:
    """Return whose end would cost most, and the ``share`` (0..1) of margin that depends on it."""
    if ending is None:
        return None
    return {
        "provider": names.provider(ending.provider),
        "startups": ending.startups,
        "share": preset.figure(share),
        "median_usd": preset.figure(ending.median_usd),
        **_ends(ending.interval, preset),
    }


def ending_of(known: Mapping[str, Any]) -> Ending:
    """Return the same as it was told."""
    return Ending(
        provider=known["provider"],
        startups=known["startups"],
        median_usd=known["median_usd"],
        interval=Interval(low=known["low_usd"], high=known["high_usd"]),
    )


def week_content(items: Iterable[Item], names: Names, preset: Preset) -> list[Content]:
    """Return the things of a week as they are told; actions are in the names of the link."""
    return [told for one in items if (told := _told(one, names, preset)) is not None]


def _told(item: Item, names: Names, preset: Preset) -> Content | None:
    if not preset.has_money and item.sort not in _UNPRICED:
        return None
    about = item.about
    found: Content = {"sort": item.sort.value}
    if isinstance(about, Deadline):
        return _deadline(item, about, names, preset)
    if isinstance(about, Action):
        return found | action_content(about, names, preset)
    if isinstance(about, OpenFact):
        return found | {
            "startup": _startup(about.startup, names),
            "field": about.field,
            "use_case": about.use_case if names.are_real else None,
            "provider": names.known(about.provider),
            "usd": preset.figure(about.removes_usd),
        }
    if isinstance(about, News):
        if about.provider is None and not names.are_real:
            return None
        return found | {
            "provider": about.provider and names.provider(about.provider),
            "day": _iso(about.day),
            "meaning": about.meaning,
            "usd": preset.figure(about.usd) if preset.has_money else None,
        }
    steps = [[one.cause.value, preset.figure(one.usd)] for one in about.steps]
    return found | {"since": _iso(about.since), "usd": preset.figure(about.usd), "steps": steps}


def action_content(one: Action, names: Names, preset: Preset) -> Content:
    """Return a thing to do as it is told; it is in the names of the link, but for its startup."""
    return {
        "startup": _startup(one.startup, names),
        "use_case": one.use_case,
        "what": one.what,
        "one_off_usd": preset.figure(one.one_off_usd),
        "aal_removed_usd": preset.figure(one.aal_removed_usd),
        **_ends(one.one_off, preset, "one_off_"),
        **_ends(one.removed, preset, "aal_removed_"),
    }


def action_of(told: Mapping[str, Any]) -> Action:
    """Return the same as it was told."""
    return Action(
        startup=told["startup"],
        use_case=told["use_case"],
        what=told["what"],
        aal_removed_usd=told["aal_removed_usd"],
        removed=_interval(told, "aal_removed_"),
        one_off_usd=told["one_off_usd"],
        one_off=_interval(told, "one_off_"),
    )


def _deadline(item: Item, about: Deadline, names: Names, preset: Preset) -> Content | None:
    if not names.are_real and about.kind is not DeadlineKind.RETIREMENT:
        return None
    reach = about.switch_range
    found: Content = {
        "sort": item.sort.value,
        "kind": about.kind.value,
        "startup": _startup(about.startup, names),
        "provider": names.provider(about.provider),
        "model": names.known(about.model),
        "day": _iso(about.day),
        "ends_on": _iso(about.ends_on),
        "days_left": about.days_left,
        "days_to_switch": preset.figure(about.days_to_switch),
        "days_to_switch_low": preset.figure(reach.low),
        "days_to_switch_high": preset.figure(reach.high),
        "slack_days": preset.figure(about.slack_days),
        "begun": about.begun,
        "notice_days": about.notice_days,
    }
    if item.stake is not None and preset.has_money:
        found |= {"usd": preset.figure(item.stake.usd), **_ends(item.stake.interval, preset)}
    return found


def _startup(name: str, names: Names) -> str:
    return name if names.are_real else names.labels.get(name, NOT_LISTED)


def _ends(interval: Interval | None, preset: Preset, name: str = "") -> Content:
    if interval is None:
        return {}
    ends = {"low": interval.low, "high": interval.high}
    return {f"{name}{end}_usd": preset.figure(usd) for end, usd in ends.items()}


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def week_of(told: Iterable[Mapping[str, Any]]) -> tuple[Item, ...]:
    """Return the week of a content; what a link does not tell of a thing is empty."""
    return tuple(Item(sort=Sort(one["sort"]), about=_about(one), stake=_stake(one)) for one in told)


def _about(told: Mapping[str, Any]) -> Deadline | Action | OpenFact | News | Changed:
    sort = Sort(told["sort"])
    if sort is Sort.DEADLINE:
        switch = Interval(low=told["days_to_switch_low"], high=told["days_to_switch_high"])
        return Deadline(
            kind=DeadlineKind(told["kind"]),
            day=date.fromisoformat(told["day"]),
            ends_on=date.fromisoformat(told["ends_on"]),
            startup=told["startup"],
            use_case="",
            dependency_key="",
            provider=told["provider"],
            model=told["model"],
            developer=None,
            host=None,
            days_left=told["days_left"],
            days_to_switch=told["days_to_switch"],
            switch_range=switch,
            slack_days=told["slack_days"],
            replacement=None,
            source="",
            begun=told["begun"],
            notice_days=told["notice_days"],
        )
    if sort is Sort.ACT:
        return action_of(told)
    if sort is Sort.QUESTION:
        asked = {name: told[name] for name in ("startup", "field", "use_case", "provider")}
        return OpenFact(**asked, removes_usd=told["usd"])
    if sort is Sort.NEWS:
        day = None if told["day"] is None else date.fromisoformat(told["day"])
        return News(provider=told["provider"], day=day, meaning=told["meaning"], usd=told["usd"])
    steps = tuple(Step(cause=Cause(cause), usd=usd) for cause, usd in told["steps"])
    return Changed(since=date.fromisoformat(told["since"]), usd=told["usd"], steps=steps)


def _stake(told: Mapping[str, Any]) -> AtStake | None:
    interval = _interval(told)
    if told["sort"] != Sort.DEADLINE or interval is None:
        return None
    return AtStake(usd=told["usd"], interval=interval)


def _interval(told: Mapping[str, Any], name: str = "") -> Interval | None:
    if f"{name}low_usd" not in told:
        return None
    return Interval(low=told[f"{name}low_usd"], high=told[f"{name}high_usd"])
