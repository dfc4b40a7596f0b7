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
from risk.loss.valuation import Valuation
from risk.loss.worlds import LARGE
from risk.portfolio.asked import OpenFact
from risk.portfolio.deadlines import Deadline
from risk.portfolio.history import Cause
from risk.portfolio.questions import open_facts
from risk.portfolio.results import Action as ToDo
from risk.portfolio.results import PortfolioAssessment
from risk.portfolio.startups import assessed_of
from risk.portfolio.week import Changed, Item, News, this_week, usual_day
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
    actions: Sequence[ToDo] | None = None,
    part: Valuation | None = None,
) -> tuple[Item, ...]:
    """Return at most five things that somebody should look at this week, the most pressing first.

    ``answer`` spares scoring the portfolio again, ``actions`` finding what to do first. ``steps``:
    whether to work out what the change since the last kept answer is made of, which values the
    portfolio several times; None: unless it is very large. ``part``: of these startups alone, to
    which ``answer`` belongs then; of a part no figures of other days are kept.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    whole = answer or score_portfolio(store, actor, portfolio, today=today)
    large = len(whole.startups) > LARGE
    changed, found = None, None
    if part is None:
        changed, found = _changed(
            store, actor, whole, today=today, steps=not large if steps is None else steps
        )
    urgent = _urgent(store, actor, portfolio, part, today=today)
    if actions is None:
        table = assessed_of(whole).table
        worst = worst_of(table.names, table.answers.mean)
        actions = do_first(store, actor, portfolio, worst, today=today)
    return this_week(
        deadlines=urgent,
        stakes=at_stake(part or valuation(store, actor, portfolio, today=today), urgent),
        actions=actions,
        facts=_facts(store, actor, whole, part, today=today, large=large),
        news=_news(store, actor, whole, found, today=today),
        changed=changed,
    )


def unpriced_week(
    store: Store, actor: Actor, portfolio: str, *, today: date, part: Valuation | None = None
) -> tuple[Item, ...]:
    """Return what of a week no amount decides: days that cannot wait, by day, and news.

    ``part``: of these startups alone.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    urgent = _urgent(store, actor, portfolio, part, today=today)
    urgent.sort(key=lambda one: (one.startup.casefold(), one.provider, one.model or ""))
    return this_week(deadlines=urgent, news=_news(store, actor, None, None, today=today))


def _urgent(
    store: Store, actor: Actor, portfolio: str, part: Valuation | None, *, today: date
) -> list[Deadline]:
    """Days that cannot wait and about which nobody has decided."""
    calendar = portfolio_deadlines(store, actor, portfolio, today=today, days=LOOKS_AHEAD)
    if part is not None:
        calendar = calendar.of_startups(part.members.place)
    decided = decided_dependencies(store, actor, portfolio)
    return [
        one
        for one in calendar.cannot_wait(URGENT_DAYS, most=MOST_VALUED)
        if (one.startup, one.dependency_key) not in decided
    ]


def _facts(
    store: Store,
    actor: Actor,
    whole: PortfolioAssessment,
    part: Valuation | None,
    *,
    today: date,
    large: bool,
) -> Sequence[OpenFact]:
    """Facts that nobody stated; of very many startups the best question of each."""
    if large or part is not None:
        return open_facts(whole, None if large else part, most=MOST_LISTED)
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
    whole: PortfolioAssessment | None,
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
    learned = whole.learned if whole is not None and usd else ()
    return [*heard, *(News(provider=None, day=None, meaning=one, usd=usd) for one in learned)]
