"""Digests and warnings in words, and who is due for one: what changed, why, what to do, a link."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from db.engine import Store
from db.errors import Refused, StoreError
from db.services import kept_answers, overview, run_history, scoring, watching
from db.services.access import Actor, ActorRole
from db.services.assumptions import load_assumptions
from db.services.feeds import list_feeds
from db.services.hazard import hazard_revision
from db.services.limits import load_limits
from db.services.portfolios import list_portfolios
from db.services.share_addresses import base_url
from db.services.subscriptions import (
    Fence,
    Rhythm,
    Subscription,
    list_subscriptions,
    put_message,
    send_test,
)
from risk.portfolio.results import PortfolioAssessment
from risk.portfolio.watching import Finding, Watch
from ui import wording
from ui.words import headlines, provider_words, run_words, watch_words, week_words

#: The hour, in UTC, from which the digests of a day go out; those of a week on Mondays.
DIGEST_HOUR = 7
#: A warning comes at most this often; what is crossed meanwhile stands in the next one.
_WARNED_EVERY = timedelta(hours=1)
#: So long a digest waits for an answer of the day to be there, and then goes out without it.
WAITS_FOR_ANSWERS = timedelta(hours=3)
_MOST_CROSSINGS, _MOST_TO_DO = 20, 3
_DAYS = {Rhythm.DAY: 1, Rhythm.WEEK: 7}


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A message in words. ``calls_for_it``: whether there is anything that a reader must know."""

    title: str
    body: str
    calls_for_it: bool


@dataclass(frozen=True, kw_only=True)
class _Part:
    """What a message says of one portfolio."""

    lines: tuple[str, ...]
    exceeded: int = 0
    changed: bool = False


class Readings:
    """Portfolios beside their limits, worked out anew only where what they rest on changed."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], tuple[object, Watch]] = {}

    def watch(self, store: Store, actor: Actor, portfolio: str, *, today: date) -> Watch | None:
        """Return a portfolio beside its limits; None: no answer of today is there yet.

        Raises:
            StoreError: the store cannot be read, or the actor sees no such portfolio.
        """
        if kept_answers.is_stale(store, actor, portfolio, today=today):
            return None
        rests_on = (
            today,
            [one for one in list_portfolios(store, actor) if one.name == portfolio],
            hazard_revision(store, actor),
            load_assumptions(store, actor, portfolio),
            load_limits(store, actor, portfolio),
            watching.last_watch(store, actor, portfolio),
        )
        key = (actor.scope, portfolio)
        known = self._known.get(key)
        if known is not None and known[0] == rests_on:
            return known[1]
        found = watching.watch_portfolio(store, actor, portfolio, today=today)
        self._known[key] = (rests_on, found)
        return found


def tell(store: Store, actor: Actor, readings: Readings, *, may_act: Fence) -> int:
    """Put warnings and digests that are due where they are sent from; return how many.

    Raises:
        StoreError: the store cannot be read or written.
    """
    now = store.now()
    put = 0
    for one in list_subscriptions(store, actor):
        if one.maker.role is ActorRole.NONE:
            continue
        put += _warn(store, actor, one, readings, now, may_act)
        put += _tell_of_the_day(store, actor, one, readings, now, may_act)
    return put


def digest_due(one: Subscription, now: datetime) -> date | None:
    """Return the day whose digest a subscription is due; None: it had it, or it is too early."""
    if one.rhythm is Rhythm.NONE or one.digest_day is None:
        return None
    day = (now - timedelta(hours=DIGEST_HOUR)).date()
    if one.rhythm is Rhythm.WEEK:
        day -= timedelta(days=day.weekday())
    # A digest of a day to come was told before the clock was set back.
    return day if day > one.digest_day or one.digest_day > now.date() else None


def warning(crossed: Sequence[tuple[Watch, Finding]], *, address: str) -> Letter:
    """Return one message on all limits that were crossed, however many."""
    number = len(crossed)
    names = list(dict.fromkeys(watch.portfolio for watch, _ in crossed))
    about = names[0] if len(names) == 1 else wording.counted(len(names), "portfolio")
    lines = []
    shown: set[str] = set()
    for watch, finding in crossed[:_MOST_CROSSINGS]:
        lines.append(f"{watch.portfolio}: {watch_words.verdict(finding)}")
        if watch.since and (changed := watch_words.change(finding)):
            lines.append(f"  {changed}")
        if watch.portfolio not in shown and (why := watch_words.why(watch)) is not None:
            lines.append(f"  {why}")
        if watch.portfolio not in shown:
            lines.append(f"  {_link(address, 'watch', watch.portfolio)}")
        shown.add(watch.portfolio)
    if number > _MOST_CROSSINGS:
        lines.append(f"And {number - _MOST_CROSSINGS:,} more: {address}/watch")
    lines.append(
        "To do: open the page Watch, see what moved it, and decide on the page Plan what to change."
    )
    title = f"Downstream: {wording.counted(number, 'limit')} crossed ({about})"
    return Letter(title=title, body="\n".join(lines), calls_for_it=True)


def digest(
    store: Store,
    actor: Actor,
    one: Subscription,
    *,
    now: datetime,
    readings: Readings | None = None,
) -> Letter:
    """Return what somebody is told of a day or a week, as the subscription's maker sees it.

    ``readings`` spare what was worked out for another message.

    Raises:
        StoreError: the store cannot be read.
    """
    days = _DAYS.get(one.rhythm, 7)
    today, address = now.date(), _address(store)
    since = today - timedelta(days=days)
    known = readings or Readings()
    parts = [
        _of_portfolio(store, one.maker, name, known, since=since, today=today, address=address)
        for name in portfolios_of(store, one)
    ]
    feeds = [
        provider_words.mark_in_words(feed, mark, now)
        for feed in list_feeds(store, actor)
        for mark in feed.marks(now)
    ]
    lines = [line for part in parts for line in (*part.lines, "")]
    if feeds:
        lines += ["Status feeds", *feeds, ""]
    if not parts:
        lines.append("There is no portfolio to tell of.")
    exceeded = sum(part.exceeded for part in parts)
    changed = sum(part.changed for part in parts)
    said = [
        wording.counted(exceeded, "limit") + " exceeded" if exceeded else "no limit exceeded",
        *([wording.counted(len(feeds), "reason") + " to doubt a status feed"] if feeds else []),
    ]
    return Letter(
        title=f"Downstream, {'the day' if days == 1 else 'the week'} to {wording.day(today)}: "
        f"{wording.listed(said)}",
        body="\n".join(lines).strip(),
        calls_for_it=bool(exceeded or changed or feeds),
    )


def preview(store: Store, actor: Actor, number: int) -> Letter:
    """Return the digest that a subscription would get now, as its maker sees it.

    Raises:
        Refused: the actor has no such subscription.
        NotAllowed: the actor may only read.
    """
    for one in list_subscriptions(store, actor):
        if one.number == number:
            return digest(store, actor, one, now=store.now())
    raise Refused(
        f"You have no subscription {number}. “downstream watch subscriptions” lists them."
    )


def send_preview(store: Store, actor: Actor, number: int, letter: Letter) -> None:
    """Send a digest now as a test, beside all others.

    Raises:
        Refused: there is no such subscription, or its channel did not take the message.
        NotAllowed: it is somebody else's, and the actor is no owner.
    """
    send_test(store, actor, number, title=f"Test: {letter.title}", body=letter.body)


def portfolios_of(store: Store, one: Subscription) -> tuple[str, ...]:
    """Return the portfolios that a subscription tells of, as its maker sees them now."""
    seen = [each.name for each in list_portfolios(store, one.maker) if each.startups]
    return tuple(name for name in seen if one.portfolio in (None, name))


def _warn(
    store: Store,
    actor: Actor,
    one: Subscription,
    readings: Readings,
    now: datetime,
    may_act: Fence,
) -> int:
    """Put one warning for all that crossed its limit since the last one."""
    if not one.at_once:
        return 0
    if one.told_at is not None and timedelta() <= now - one.told_at < _WARNED_EVERY:
        return 0
    crossed: list[tuple[Watch, Finding]] = []
    told: dict[str, list[str]] = {}
    for name in portfolios_of(store, one):
        if not load_limits(store, one.maker, name):
            continue
        watch = readings.watch(store, one.maker, name, today=now.date())
        if watch is None:  # what was told of it stands until there is an answer
            told |= {name: list(one.told[name])} if name in one.told else {}
            continue
        if watch.exceeded:
            told[name] = [finding.key for finding in watch.exceeded]
        crossed += [
            (watch, finding)
            for finding in watch.exceeded
            if finding.key not in one.told.get(name, ())
        ]
    if told == dict(one.told):
        return 0
    letter = warning(crossed, address=_address(store)) if crossed else None
    return put_message(
        store,
        actor,
        one,
        key=f"at once {now.isoformat(timespec='seconds')}",
        title=letter.title if letter else "",
        body=letter.body if letter else "",
        told=told,
        may_act=may_act,
    )


def _tell_of_the_day(
    store: Store,
    actor: Actor,
    one: Subscription,
    readings: Readings,
    now: datetime,
    may_act: Fence,
) -> int:
    day = digest_due(one, now)
    if day is None:
        return 0
    opens = datetime.combine(day, datetime.min.time(), now.tzinfo) + timedelta(hours=DIGEST_HOUR)
    if now - opens < WAITS_FOR_ANSWERS and any(
        kept_answers.is_stale(store, one.maker, name, today=now.date())
        for name in portfolios_of(store, one)
    ):
        return 0
    letter = digest(store, actor, one, now=now, readings=readings)
    # A day on which nothing happened needs no message; a week says so.
    says_something = letter.calls_for_it or one.rhythm is Rhythm.WEEK
    return put_message(
        store,
        actor,
        one,
        key=f"{one.rhythm} {day.isoformat()}",
        title=letter.title,
        body=letter.body if says_something else "",
        digest_day=day,
        may_act=may_act,
    )


def _answer(store: Store, actor: Actor, name: str, today: date) -> PortfolioAssessment | None:
    """Today's answer where it is kept; the server makes it in the background."""
    if kept_answers.is_stale(store, actor, name, today=today):
        return None
    return scoring.score_portfolio(store, actor, name, today=today)


def _of_portfolio(
    store: Store,
    actor: Actor,
    name: str,
    readings: Readings,
    *,
    since: date,
    today: date,
    address: str,
) -> _Part:
    link = _link(address, "watch", name)
    answer = _answer(store, actor, name, today)
    watch = readings.watch(store, actor, name, today=today)
    if answer is None or watch is None:
        return _Part(
            lines=(
                f"{name}: there is no answer of today yet, so nothing is said of its figures.",
                link,
            )
        )
    lines = [
        watch_words.headline(watch),
        f"Expected loss a year: {wording.money(answer.aal_usd)} (mean; "
        f"{headlines.range_words(answer)}).",
    ]
    lines += [watch_words.verdict(one) for one in watch.exceeded[:_MOST_CROSSINGS]]
    if (more := len(watch.exceeded) - _MOST_CROSSINGS) > 0:
        lines.append(f"And {wording.counted(more, 'more limit')}: {link}")
    lines += [f"No longer exceeded: {watch_words.verdict(one)}" for one in watch.recovered]
    lines += [watch_words.verdict(one) for one in watch.unchecked[:_MOST_CROSSINGS]]
    changed = False
    try:
        found = run_history.changes_since(store, actor, name, since, today=today)
        lines.append(f"{run_words.in_short(found)}.")
        changed = abs(found.change_usd) >= 1
        causes = list(dict.fromkeys(why for step in found.steps for why in step.because))
        if causes:
            lines.append(f"Because of: {run_words.what_changed(causes)}.")
    except StoreError as unknown:
        lines.append(f"What changed is not known: {unknown}")
    items = overview.portfolio_week(store, actor, name, today=today, answer=answer, steps=False)
    for item in items[:_MOST_TO_DO]:
        whom = week_words.who(item)
        lines.append(f"To do: {f'{whom}: ' if whom else ''}{week_words.said(item)}.")
    return _Part(lines=(*lines, link), exceeded=len(watch.exceeded), changed=changed)


def _address(store: Store) -> str:
    """Where the dashboard is; where nothing is set, this machine's own."""
    try:
        return base_url(store)
    except StoreError:
        return ""


def _link(address: str, page: str, portfolio: str) -> str:
    return f"{address}/{page}?{urlencode({'portfolio': portfolio})}"
