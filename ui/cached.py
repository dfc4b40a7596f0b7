"""What pages read, computed once per state of the store.

With its neighbours ``cached_*`` this is the only place with ``st.cache_*``.
Every key holds the portfolio's revision, what the reader may see, the assumptions and the day, so
that a change shows at once and nobody is answered from what another team may see. Results are
frozen and shared between readers; do not change them.
"""

from datetime import UTC, date, datetime
from typing import Any

import streamlit as st

from db.engine import Store, open_store
from db.services import assumptions as assumption_service
from db.services import (
    hazard,
    imports,
    kept_answers,
    options,
    reference,
    scoring,
    setup,
    signals,
    valuations,
)
from db.services import portfolios as portfolio_service
from db.services.access import LOCAL_OWNER, Actor
from db.services.assumptions import AssumptionChange
from db.services.import_results import BatchSummary
from db.services.kept_answers import KeptAnswer
from db.services.reference import DecidedAlias
from risk.alternatives.actions import worst_of
from risk.alternatives.results import Alternative
from risk.alternatives.why_high import WhyHigh
from risk.assumptions import DEFAULTS, Assumptions
from risk.catalog.records import Catalog
from risk.hazard.neighbours import catalogue_chain, provider_rates
from risk.hazard.rate_laws import RateLaw
from risk.hazard.rate_laws import rate_laws as laws_of_rates
from risk.hazard.signals import SignalKind
from risk.hazard.supply_chain import SupplyChain
from risk.portfolio.providers import Dependents, Users, dependents_of, users_of
from risk.portfolio.results import Action, Lever, PortfolioAssessment
from risk.portfolio.sensitivity import Sensitivity
from risk.scenarios.results import Scenario, StressResult
from ui import headlines, sign_in
from ui.cache_keys import KEYS
from ui.this_run import once
from ui.turns import in_turn

#: The revision of a portfolio (-1: not seen by the reader), the scope of what they may see, and
#: what is known of how providers falter.
Seen = tuple[int, str, str]


#: Startups up to which a reader waits for an answer, some seconds; that about more of them is made
#: in the background, while the page shows the last one or says that it is being made.
WAITED_FOR = 5_000
#: Startups whose answers, made outside of any page, are kept; a million take a gigabyte. The last
#: answer is kept whatever its size.
MOST_BESIDE = 1_500_000


def today() -> date:
    """Return the day on which everything is assessed."""
    return datetime.now(UTC).date()


def actor() -> Actor:
    """Who is looking, asked anew each time. Without sign-in this is the owner of the machine."""
    return sign_in.actor(store)


@st.cache_resource(show_spinner=False)
def store() -> Store:
    """Return the one open store of this process, ready to use and with the demo portfolio."""
    opened = open_store()
    setup.initialise(opened, demo=True)
    return opened


def store_is_readable() -> bool:
    """Can the list of portfolios be read? For the readiness route."""
    try:
        portfolio_service.list_portfolios(store(), LOCAL_OWNER)
    except Exception:  # any failure means: not ready
        return False
    return True


def portfolios() -> tuple[Any, ...]:
    """Every portfolio that the reader may see, as summaries (name, startups, updated, ...)."""
    opened, who = store(), actor()
    return once(opened, ("portfolios", who), lambda: portfolio_service.list_portfolios(opened, who))


def catalog() -> Catalog:
    """Return the reference facts. Call :func:`forget_catalog` after adding an alias."""
    return _catalog(today())


def forget_catalog() -> None:
    """Read the reference facts again on the next call."""
    _catalog.clear()
    _rate_laws.clear()


def assessment(name: str) -> PortfolioAssessment:
    """Return the scored portfolio, on today's facts."""
    known = answer_at_hand(name)
    if known is not None:
        return known
    return _assessment(name, _revision(name), _assumptions(name), today())


def is_waited_for(name: str) -> bool:
    """Whether the answer about a portfolio is made while its reader waits."""
    return next((one.startups for one in portfolios() if one.name == name), 0) <= WAITED_FOR


def answer_at_hand(name: str) -> PortfolioAssessment | None:
    """Return today's answer about a portfolio where it was made already."""
    state = state_of(name)
    made = _made_beside().get(state)
    if made is not None:
        return made
    last = kept_answer(name)
    return keep_made(state, last.whole) if last is not None and last.current else None


def answer_without_waiting(name: str) -> PortfolioAssessment | None:
    """Return today's answer, None where it is not there and would take longer than one waits."""
    return assessment(name) if is_waited_for(name) else answer_at_hand(name)


def kept_answer(name: str) -> KeptAnswer | None:
    """Return the last answer that the store keeps of a portfolio, whether it still holds or not."""
    return kept_answers.latest_answer(store(), actor(), name, today=today())


def keep_made(state: tuple[Any, ...], answer: PortfolioAssessment) -> PortfolioAssessment:
    """Keep an answer that was made outside of any page; the oldest beyond the most are let go."""
    held = _made_beside()
    held[state] = answer
    startups = sum(len(one.startups) for one in list(held.values()))
    for old in list(held)[:-1]:
        if startups <= MOST_BESIDE:
            break
        gone = held.pop(old, None)
        startups -= len(gone.startups) if gone is not None else 0
    return answer


@st.cache_resource(show_spinner=False)
def _made_beside() -> dict[tuple[Any, ...], PortfolioAssessment]:
    return {}


def actions(name: str) -> tuple[Action, ...]:
    """Return what to do first in a portfolio, most risk removed per dollar first."""
    return _actions(name, _revision(name), _assumptions(name), today())


def rate_laws() -> tuple[RateLaw, ...]:
    """Return every rate of the reference facts with how sure it is and what it rests on."""
    return _rate_laws(today())


def provider_laws(name: str) -> tuple[RateLaw, ...]:
    """Return the rates of one provider, its own or those of its sort, with how sure they are."""
    known = catalog()
    rows = provider_rates(known, supply_chain(), name)
    return laws_of_rates(rows, rates=known.rates, evidence=known.rate_evidence)


def signal_kinds(portfolio: str) -> tuple[SignalKind, ...]:
    """Return the kinds of signals with a portfolio's likelihood ratios and half-lives."""
    return tuple(signals.signal_kinds(store(), actor(), assumptions(portfolio)).values())


def supply_chain() -> SupplyChain:
    """Who stands behind whom over the whole catalogue."""
    return _supply_chain(today())


def dependents(name: str) -> dict[str, Dependents]:
    """Which startups of a portfolio depend on each provider, directly or through someone else."""
    return _dependents(name, _revision(name), _assumptions(name), today())


def users(name: str) -> Users:
    """Which startups of a portfolio use each model, and where."""
    return _users(name, _revision(name), _assumptions(name), today())


def batches() -> tuple[BatchSummary, ...]:
    """Every import, newest first. Read anew each time: an import must show at once."""
    return imports.list_batches(store(), actor())


def decided_names() -> tuple[DecidedAlias, ...]:
    """What somebody decided a spelling stands for, newest first. Read anew each time."""
    return reference.list_aliases(store(), actor())


def scenarios() -> dict[str, Scenario]:
    """Return the named stresses by id."""
    return _scenarios()


def stress_result(name: str, scenario: Scenario) -> StressResult:
    """Return the portfolio under a scenario, named or put together by the reader."""
    return _stress(name, _revision(name), _assumptions(name), scenario, today())


def alternatives_of(
    name: str, startup: str, use_case: str | None = None
) -> tuple[Alternative, ...]:
    """Return the options of one startup, for one use case or for all."""
    return _alternatives(name, _revision(name), _assumptions(name), startup, use_case, today())


def why_high(name: str, startup: str) -> WhyHigh:
    """Return what one startup could do better, and how many points of its score each is."""
    return _why_high(name, _revision(name), _assumptions(name), startup, today())


def assumptions(name: str) -> Assumptions:
    """Return the model's numbers as they stand for a portfolio."""
    return _assumptions(name)


def assumption_history(name: str) -> tuple[AssumptionChange, ...]:
    """Every change of a number for a portfolio, newest first. Read anew each time."""
    return assumption_service.assumption_history(store(), actor(), name)


def sensitivity(name: str) -> Sensitivity:
    """Return what drives a portfolio's result."""
    return _sensitivity(name, _revision(name), _assumptions(name), today())


def narrowing(name: str) -> tuple[Lever, ...] | None:
    """Return what would narrow a portfolio's range most, None where that is still to come."""
    if not is_waited_for(name):
        return kept_answers.kept_narrowing(store(), actor(), name, today=today())
    return _narrowing(name, _revision(name), _assumptions(name), today())


def state_of(name: str) -> tuple[Any, ...]:
    """Return what an answer about a portfolio depends on, for keys of :mod:`ui.cached_answers`."""
    return name, _revision(name), _assumptions(name), today()


def _revision(name: str) -> Seen:
    opened, who = store(), actor()
    revision = next((one.revision for one in portfolios() if one.name == name), -1)
    heard = once(opened, ("heard", who), lambda: hazard.hazard_revision(opened, who))
    return revision, who.scope, heard


def _assumptions(name: str) -> Assumptions:
    opened, who = store(), actor()
    return once(
        opened,
        ("assumptions", who, name),
        lambda: assumption_service.load_assumptions(opened, who, name),
    )


@st.cache_resource(max_entries=1, ttl=600, show_spinner=False)
def _catalog(day: date) -> Catalog:
    return reference.load_catalog(store(), actor())


@st.cache_resource(max_entries=8, show_spinner="Comparing what to do first…", hash_funcs=KEYS)
def _actions(name: str, revision: Seen, assumptions: Assumptions, day: date) -> tuple[Action, ...]:
    table = headlines.assessed_of(assessment(name)).table
    worst = worst_of(table.names, table.answers.mean)
    return options.do_first(store(), actor(), name, worst, today=day)


@st.cache_resource(max_entries=1, ttl=600, show_spinner=False)
def _rate_laws(day: date) -> tuple[RateLaw, ...]:
    known = catalog()
    return laws_of_rates(known.rates, rates=known.rates, evidence=known.rate_evidence)


@st.cache_resource(max_entries=1, ttl=600, show_spinner=False)
def _supply_chain(day: date) -> SupplyChain:
    return catalogue_chain(catalog(), DEFAULTS)


@st.cache_resource(max_entries=8, show_spinner="Following who depends on whom…", hash_funcs=KEYS)
def _dependents(
    name: str, revision: Seen, assumptions: Assumptions, day: date
) -> dict[str, Dependents]:
    laid_out = valuations.valuation(store(), actor(), name, today=day)
    return dependents_of(laid_out)


@st.cache_resource(max_entries=8, show_spinner=False, hash_funcs=KEYS)
def _users(name: str, revision: Seen, assumptions: Assumptions, day: date) -> Users:
    return users_of(valuations.valuation(store(), actor(), name, today=day))


@st.cache_resource(max_entries=1, show_spinner=False)
def _scenarios() -> dict[str, Scenario]:
    return scoring.scenarios(store(), actor())


@st.cache_resource(max_entries=8, show_spinner="Scoring the portfolio…", hash_funcs=KEYS)
@in_turn
def _assessment(
    name: str, revision: Seen, assumptions: Assumptions, day: date
) -> PortfolioAssessment:
    return scoring.score_portfolio(store(), actor(), name, today=day)


@st.cache_resource(max_entries=24, show_spinner="Running the stress test…", hash_funcs=KEYS)
@in_turn
def _stress(
    name: str, revision: Seen, assumptions: Assumptions, scenario: Scenario, day: date
) -> StressResult:
    return scoring.stress(store(), actor(), name, scenario, today=day)


@st.cache_resource(max_entries=96, show_spinner="Scoring the alternatives…", hash_funcs=KEYS)
@in_turn
def _alternatives(
    name: str,
    revision: Seen,
    assumptions: Assumptions,
    startup: str,
    use_case: str | None,
    day: date,
) -> tuple[Alternative, ...]:
    return scoring.alternatives(store(), actor(), name, startup, use_case=use_case, today=day)


@st.cache_resource(
    max_entries=48, show_spinner="Trying what could be done better…", hash_funcs=KEYS
)
@in_turn
def _why_high(
    name: str, revision: Seen, assumptions: Assumptions, startup: str, day: date
) -> WhyHigh:
    return scoring.why_high(store(), actor(), name, startup, today=day)


@st.cache_resource(
    max_entries=8, show_spinner="Moving every number to both its ends…", hash_funcs=KEYS
)
@in_turn
def _sensitivity(name: str, revision: Seen, assumptions: Assumptions, day: date) -> Sensitivity:
    return scoring.sensitivity(store(), actor(), name, today=day)


@st.cache_resource(
    max_entries=8, show_spinner="Finding what would narrow the range…", hash_funcs=KEYS
)
@in_turn
def _narrowing(name: str, revision: Seen, assumptions: Assumptions, day: date) -> tuple[Lever, ...]:
    return scoring.narrowing(store(), actor(), name, today=day)
