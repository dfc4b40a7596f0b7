"""Overview of a stored portfolio: what this week asks for, from everything that is known of it."""

from collections.abc import Sequence
from datetime import date, timedelta

from db.engine import Store
from db.errors import StoreError
from db.services.access import Action, Actor, authorize
from db.services.deadlines import portfolio_deadlines
from db.services.decisions import decided_dependencies
from db.services.options import do_first
from db.services.questions import MOST_LISTED, open_questions
from db.services.run_history import ChangesSince, changes_since, kept_runs
from db.services.scoring import score_portfolio
from db.services.signals import list_signals, signal_kinds
from db.services.valuations import valuation
from risk.alternatives.actions import worst_of
from risk.hazard.signals import kind_of
from risk.loss.worlds import LARGE
from risk.portfolio.asked import OpenFact
from risk.portfolio.deadlines import Deadline
from risk.portfolio.history import Cause
from risk.portfolio.questions import open_facts
from risk.portfolio.results import PortfolioAssessment
from risk.portfolio.startups import assessed_of
from risk.portfolio.week import AtStake, Changed, Item, News, this_week, usual_day
from risk.scenarios.ending import at_stake

#: How far ahead ends of models are looked for, and what must begin within so many days is urgent.
LOOKS_AHEAD, URGENT_DAYS = 120, 7
#: Ends that are valued to find those with most at stake.
MOST_VALUED = 24
#: News as old as that is no longer news.
NEWS_DAYS = 31


def portfolio_week(
    store: Store,
    actor: Actor,
    portfolio: str,
    *,
    today: date,
    answer: PortfolioAssessment | None = None,
    steps: bool | None = None,
) -> tuple[Item, ...]:
    """Return at most five things that somebody should look at this week, the most pressing first.

    ``answer`` spares scoring the portfolio again. ``steps``: whether to work out what the change
    since the last kept answer is made of, which values the portfolio several times; None: unless it
    is very large.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    whole = answer or score_portfolio(store, actor, portfolio, today=today)
    large = len(whole.startups) > LARGE
    changed, found = _changed(
        store, actor, whole, today=today, steps=not large if steps is None else steps
    )
    deadlines, stakes = _deadlines(store, actor, portfolio, today=today)
    table = assessed_of(whole).table
    worst = worst_of(table.names, table.answers.mean)
    return this_week(
        deadlines=deadlines,
        stakes=stakes,
        actions=do_first(store, actor, portfolio, worst, today=today),
        facts=_facts(store, actor, whole, today=today, large=large),
        news=_news(store, actor, whole, found, today=today),
        changed=changed,
    )


def _deadlines(
    store: Store, actor: Actor, portfolio: str, *, today: date
) -> tuple[list[Deadline], dict[Deadline, AtStake]]:
    """Days that cannot wait and about which nobody has decided, and what those of models cost."""
    calendar = portfolio_deadlines(store, actor, portfolio, today=today, days=LOOKS_AHEAD)
    decided = decided_dependencies(store, actor, portfolio)
    urgent = [
        one
        for one in calendar.cannot_wait(URGENT_DAYS, most=MOST_VALUED)
        if (one.startup, one.dependency_key) not in decided
    ]
    return urgent, at_stake(valuation(store, actor, portfolio, today=today), urgent)


def _facts(
    store: Store, actor: Actor, whole: PortfolioAssessment, *, today: date, large: bool
) -> Sequence[OpenFact]:
    """Facts that nobody stated; of very many startups the best question of each."""
    if large:
        return open_facts(whole, None, most=MOST_LISTED)
    return open_questions(store, actor, whole.portfolio, today=today)


def _changed(
    store: Store, actor: Actor, whole: PortfolioAssessment, *, today: date, steps: bool
) -> tuple[Changed | None, ChangesSince | None]:
    """What changed since the last kept answer of another day, in steps where these are wanted."""
    runs = kept_runs(store, actor, whole.portfolio)
    day = usual_day([one.day for one in runs], today)
    if day is None:
        return None, None
    if steps:
        try:
            found = changes_since(store, actor, whole.portfolio, day, today=today)
        except StoreError:
            return None, None  # The section “What changed” says why.
        return Changed(since=day, usd=found.change_usd, steps=found.steps), found
    then = next(one for one in reversed(runs) if one.day == day)
    return Changed(since=day, usd=whole.aal_usd - then.aal_usd), None


def _news(
    store: Store,
    actor: Actor,
    whole: PortfolioAssessment,
    found: ChangesSince | None,
    *,
    today: date,
) -> list[News]:
    """Signals of the last weeks, the strongest first, then rates learned from what happened."""
    usd = next((one.usd for one in found.steps if one.cause is Cause.NEWS), None) if found else None
    kinds = signal_kinds(store, actor)
    since = today - timedelta(days=NEWS_DAYS)
    recent = [
        one.signal for one in list_signals(store, actor) if since <= one.signal.at.date() <= today
    ]
    recent.sort(
        key=lambda one: (
            -abs(kind_of(one, kinds).likelihood_ratio - 1) * one.intensity * one.reliability,
            -one.at.timestamp(),
        )
    )
    heard = [
        News(
            provider=one.provider,
            day=one.at.date(),
            meaning=kind_of(one, kinds).meaning,
            usd=usd,
        )
        for one in recent
    ]
    learned = [News(provider=None, day=None, meaning=one, usd=usd) for one in whole.learned]
    return [*heard, *(learned if usd else ())]
