"""Words of the week: what each thing is called, says and amounts to, for page and terminal."""

from risk.portfolio.asked import OpenFact
from risk.portfolio.deadlines import Deadline, DeadlineKind
from risk.portfolio.results import Action, Interval
from risk.portfolio.week import Changed, Item, News, Sort
from ui import wording
from ui.words import marks, run_words

TAGS = {
    Sort.DEADLINE: "Deadline",
    Sort.ACT: "Act",
    Sort.QUESTION: "Question",
    Sort.NEWS: "News",
    Sort.CHANGED: "Changed",
}
#: What the amount of each is.
AMOUNTS = {
    Sort.DEADLINE: "loss if the day is missed, begun today",
    Sort.ACT: "expected loss a year that it removes",
    Sort.QUESTION: "range of the expected loss that the answer removes",
    Sort.NEWS: "what news and incidents added to the expected loss a year",
    Sort.CHANGED: "change of the expected loss a year (mean)",
}
EMPTY = "Nothing is pressing: no day is near, nothing pays at once, nothing was heard."


def who(item: Item) -> str | None:
    """Return whom a thing is about, which stands before what it says; None: the portfolio."""
    if isinstance(item.about, News):
        return item.about.provider
    return None if isinstance(item.about, Changed) else item.about.startup


def said(item: Item) -> str:
    """Return what a thing says, without whom it is about."""
    about = item.about
    if isinstance(about, Deadline):
        return _deadline(about)
    if isinstance(about, Action):
        once = marks.median_and_range(about.one_off_usd, about.one_off)
        return f"{about.what}, {once} once"
    if isinstance(about, OpenFact):
        return f"ask for its {_named(about)}"
    if isinstance(about, News):
        day = "" if about.day is None else f" ({wording.day(about.day)})"
        return f"{about.meaning.rstrip('.')}{day}"
    steps = run_words.in_steps(about.steps)
    return f"since {wording.day(about.since)}{f': {steps}' if steps else ''}"


def _deadline(one: Deadline) -> str:
    ends = wording.day(one.ends_on)
    if one.kind is DeadlineKind.NOTICE:
        day = wording.day(one.day)
        return f"last day to give {one.provider} notice is {day} (renews on {ends})"
    takes = wording.days(one.days_to_switch)
    if one.late:
        return f"replace {one.model} now: it ends on {ends}, and the switch takes {takes}"
    begin = wording.day(one.start_by)
    return f"replace {one.model}: begin by {begin} (ends {ends}, {takes} to switch)"


def _named(one: OpenFact) -> str:
    """The fact as it is called within a sentence, with where it belongs."""
    name = wording.field(one.field)
    where = [wording.brief(each) for each in (one.use_case, one.provider) if each]
    of = f" ({', '.join(where)})" if where else ""
    return f"{name[:1].lower()}{name[1:]}{of}"


def amount(item: Item) -> tuple[float | None, Interval | None]:
    """Return what a thing amounts to in USD, with its range where it has one."""
    about = item.about
    if isinstance(about, Deadline):
        return (None, None) if item.stake is None else (item.stake.usd, item.stake.interval)
    if isinstance(about, Action):
        return about.aal_removed_usd, about.removed
    return about.removes_usd if isinstance(about, OpenFact) else about.usd, None


def amount_said(item: Item) -> tuple[str, str]:
    """Return the amount in a few words, and below it the range or what it is of."""
    usd, interval = amount(item)
    if usd is None:
        return "", ""
    spread = "" if interval is None else wording.money_range(interval)
    if item.sort in (Sort.NEWS, Sort.CHANGED):
        return run_words.signed(usd), "a year (mean)"
    if item.sort is Sort.QUESTION:
        return wording.money(usd), "less range"
    if item.sort is Sort.ACT:
        return f"−{wording.money(usd)} a year", spread
    return f"{wording.money(usd)} at stake", spread
