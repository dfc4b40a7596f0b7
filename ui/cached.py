"""Answers as pages read them: who asks, what an answer depends on, and the one memory of answers.

Every key holds the portfolio's revision, what the reader may see, what is known of how providers
falter, the assumptions and the day, so that a change shows at once and nobody is answered from
what another team may see. Answers are frozen and shared between readers; do not change them. What
is read in a moment is not kept: :func:`asked` reads it anew each time, so that nothing stale shows.
"""

import os
import threading
import time
from collections.abc import Callable, Hashable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, Concatenate, ParamSpec, TypeVar

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from db.engine import WHOLE, Store, View, open_store
from db.services import assumptions as assumption_service
from db.services import backup_evidence as backup_service
from db.services import (
    contracts,
    deadlines,
    decisions,
    dependence,
    exports,
    funds,
    hazard,
    hours,
    imports,
    incidents,
    kept_answers,
    options,
    overview,
    planning,
    reference,
    run_history,
    scenario_files,
    scoring,
    setup,
    signals,
    slices,
    startup_pages,
    stresses,
    valuations,
    watching,
    weighting,
)
from db.services import portfolios as portfolio_service
from db.services import provider_history as history_service
from db.services import question_inbox as inbox_service
from db.services import questions as question_service
from db.services import replays as replay_service
from db.services.access import LOCAL_OWNER, Actor
from db.services.access import Action as Permission
from db.services.batches import BatchSummary
from db.services.contracts import ContractsOverview
from db.services.funds import FundsAnswer
from db.services.hours import HourAsked
from db.services.in_memory import Memory
from db.services.kept_answers import KeptAnswer
from db.services.limits import load_limits
from db.services.options import ReadyDependency
from db.services.provider_history import ProviderPast, ProviderSignals
from db.services.run_history import ChangesSince, KeptRun
from db.services.scenario_files import OwnFile
from db.services.startup_pages import StartupFilter, StartupOrder, StartupsPage
from db.services.stresses import StressChoices
from db.services.weighting import WeightedConcentration
from risk.alternatives.backups import BackupEvidence
from risk.alternatives.options import StartupNotFound
from risk.alternatives.planning import answer as plans_service
from risk.alternatives.planning.answer import PlanCheck, PreparedPlan, WorthSpending
from risk.alternatives.planning.herding import PriceOfHerding
from risk.alternatives.planning.plan import Frontier, Plan
from risk.alternatives.planning.table import PlanLimits
from risk.alternatives.planning.tasks import Contact
from risk.alternatives.planning.wishes import Wishes, looked_at
from risk.alternatives.results import Alternative
from risk.alternatives.waiting import Waiting
from risk.alternatives.why_high import WhyHigh
from risk.assumptions import DEFAULTS, Assumptions
from risk.catalog.model_history import load_model_history
from risk.catalog.records import Catalog
from risk.hazard import history_record as record_service
from risk.hazard.calibration import TrackRecord
from risk.hazard.history_record import HistoryRecord
from risk.hazard.neighbours import catalogue_chain, provider_rates
from risk.hazard.rate_laws import RateLaw
from risk.hazard.rate_laws import rate_laws as laws_of_rates
from risk.hazard.signals import SignalKind
from risk.hazard.supply_chain import SupplyChain
from risk.inventory.records import Startup
from risk.loss.valuation import Valuation
from risk.portfolio.asked import OpenFact
from risk.portfolio.deadlines import Deadline, DeadlineCalendar
from risk.portfolio.inbox import Inbox
from risk.portfolio.margin_ranges import MarginRanges
from risk.portfolio.matrix import Vendor
from risk.portfolio.models_in_use import ModelsInUse
from risk.portfolio.models_in_use import models_in_use as of_valuation
from risk.portfolio.providers import Dependence, Users, Way, users_of
from risk.portfolio.questions import open_facts
from risk.portfolio.results import Ending, Lever, PortfolioAssessment, StartupAssessment
from risk.portfolio.sensitivity import Sensitivity
from risk.portfolio.watching import Limit, Watch
from risk.portfolio.week import Item
from risk.scenarios.calls import Hour, hour_of
from risk.scenarios.course import StartupCourse
from risk.scenarios.lead_end import LeadEnd, lead_end
from risk.scenarios.library import PastEvent
from risk.scenarios.replay import ReplayFrame, ReplaySetting, frame_at, frame_times
from risk.scenarios.replays import Replay
from risk.scenarios.results import Scenario, StressResult
from ui import links, sign_in

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")
Progress = Callable[[float], None]

#: Startups up to which a reader waits for an answer, some seconds; that about more of them is made
#: in the background, while the page shows the last one or says that it is being made.
WAITED_FOR = 5_000
#: How much is kept: in answers about so many startups, of which a million take a gigabyte.
MOST_KEPT = 1_500_000
#: What any answer counts as at least, so that there are never more than five hundred.
LEAST_COUNTED = MOST_KEPT / 500
#: What reference facts, some megabytes, count as.
REFERENCE_COUNTS = 20_000
#: Another process may change reference facts; they are read again after that long.
REFERENCE_SECONDS = 600
#: As of which day the page that runs is read.
_VIEW = "_view_of_day"
#: Startups on a page of the register.
PER_PAGE = 100
#: So many days ahead deadlines are looked for unless somebody says otherwise.
USUALLY_AHEAD = 90

#: Heavy answers are made a few at a time: as many as there are processors. More would not be done
#: sooner, would each hold their memory, and would keep every light page waiting.
TURNS = threading.BoundedSemaphore(os.cpu_count() or 1)


def today() -> date:
    """Return the day on which everything is assessed."""
    return datetime.now(UTC).date()


def actor() -> Actor:
    """Who is looking, asked anew each time. Without sign-in this is the owner of the machine."""
    return sign_in.actor(store)


def may(action: Permission) -> bool:
    """Whether whoever is looking may do this; forms for others are not shown."""
    return actor().may(action)


def store() -> Store:
    """Return the store as whoever asks reads it: a page of the day and slices that were chosen.

    Writing through it writes to the whole; routes and threads read the whole.
    """
    return whole_store().viewed(view())


def view() -> View:
    """Return the day and slices of which whoever asks reads: a page what its reader chose."""
    if not _is_page():
        return WHOLE
    of_day: View = st.session_state.get(_VIEW, WHOLE)
    return replace(of_day, slices=links.chosen_slices())


def read_as_of(of_day: View) -> None:
    """Read what the page that runs shows through a view of a past day from now on."""
    st.session_state[_VIEW] = of_day


@st.cache_resource(show_spinner=False)
def whole_store() -> Store:
    """Return the one open store of this process, ready to use and with the demo portfolio."""
    opened = open_store()
    setup.initialise(opened, demo=True)
    return opened


@st.cache_resource(show_spinner=False)
def one_for_all(name: str, _make: Callable[[], Any]) -> Any:
    """Return the one thing of that name that all sessions of this process share."""
    return _make()


def store_is_readable() -> bool:
    """Can the list of portfolios be read? For the readiness route."""
    try:
        portfolio_service.list_portfolios(store(), LOCAL_OWNER)
    except Exception:  # any failure means: not ready
        return False
    return True


def asked(
    service: Callable[Concatenate[Store, Actor, Arguments], Answer],
    *args: Arguments.args,
    **named: Arguments.kwargs,
) -> Answer:
    """Ask a service as whoever is looking, anew each time."""
    return service(store(), actor(), *args, **named)


# --- The memory -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Counted:
    """An answer and how many startups it counts as."""

    answer: Any
    counts: float


@st.cache_resource(show_spinner=False)
def _memory() -> Memory[_Counted]:
    return Memory(MOST_KEPT, lambda one: one.counts)


def kept(
    key: Hashable,
    make: Callable[[], Answer],
    *,
    says: str = "",
    heavy: bool = False,
    counts: Callable[[Answer], float] = lambda answer: 0.0,
) -> Answer:
    """Return what ``make`` makes, made once for a key however many ask.

    A page shows ``says`` while it waits. ``heavy`` waits for one of :data:`TURNS`: only for work
    that asks for no other heavy answer, whose maker may wait for the turn that this one holds.
    """
    memory = _memory()

    def made() -> _Counted:
        with TURNS if heavy else nullcontext():
            answer = make()
        return _Counted(answer, max(LEAST_COUNTED, counts(answer)))

    with st.spinner(says) if says and _is_page() and not memory.found(key) else nullcontext():
        answer: Answer = memory.get(key, made).answer
    return answer


def _is_page() -> bool:
    """Whether this is asked by a page, not by a thread beside it or a route."""
    return get_script_run_ctx(suppress_warning=True) is not None


def _in_a_run(question: str, service: Callable[..., Answer], *args: Any) -> Answer:
    """What a page asks a dozen times while it runs, read at most once a second within one run.

    After anything that this process writes it is read anew; outside of a run always.
    """
    opened, who = store(), actor()
    if not _is_page():
        return service(opened, who, *args)
    key = (question, opened.url, view(), who, opened.written, int(time.monotonic()), *args)
    return kept(key, lambda: service(opened, who, *args))


def state_of(name: str) -> tuple[Any, ...]:
    """Return what an answer about a portfolio depends on, the name first and the day last.

    Between them: its revision (-1: not seen by the reader), the view through which it is read, the
    scope of what they may see, what is known of how providers falter, and the assumptions.
    """
    revision = next((one.revision for one in portfolios() if one.name == name), -1)
    heard = _in_a_run("heard", hazard.hazard_revision)
    return name, revision, view(), actor().scope, heard, assumptions(name), today()


def _about(
    question: str,
    name: str,
    service: Callable[..., Answer],
    *args: Hashable,
    says: str = "",
    heavy: bool = False,
    counts: Callable[[Answer], float] = lambda answer: 0.0,
) -> Answer:
    """What a service answers about a portfolio, kept until anything it depends on changes."""

    def make() -> Answer:
        return service(store(), actor(), name, *args, today=today())

    key = (question, *state_of(name), *args)
    return kept(key, make, says=says, heavy=heavy, counts=counts)


# --- Portfolios and their answers -----------------------------------------------------------------


def portfolios() -> tuple[portfolio_service.PortfolioSummary, ...]:
    """Every portfolio that the reader may see, as summaries (name, startups, updated, ...)."""
    return _in_a_run("portfolios", portfolio_service.list_portfolios)


def assumptions(name: str) -> Assumptions:
    """Return the model's numbers as they stand for a portfolio."""
    return _in_a_run("assumptions", assumption_service.load_assumptions, name)


def assessment(name: str) -> PortfolioAssessment:
    """Return the scored portfolio, on today's facts."""
    known = answer_in_memory(name)
    if known is not None:
        return known
    return kept(
        ("answer", *state_of(name)),
        lambda: asked(scoring.score_portfolio, name, today=today()),
        says="Scoring the portfolio…",
        heavy=True,
        counts=_startups_of,
    )


def answer_without_waiting(name: str) -> PortfolioAssessment | None:
    """Return today's answer, None where it is not there and would take longer than one waits."""
    return assessment(name) if is_waited_for(name) else answer_in_memory(name)


def is_waited_for(name: str) -> bool:
    """Whether the answer about a portfolio is made while its reader waits."""
    return next((one.startups for one in portfolios() if one.name == name), 0) <= WAITED_FOR


def answer_in_memory(name: str) -> PortfolioAssessment | None:
    """Return today's answer about a portfolio where it was made already."""
    state = state_of(name)
    made = _memory().found(("answer", *state))
    if made is not None:
        answer: PortfolioAssessment = made.answer
        return answer
    last = kept_answer(name)
    return keep_made(state, last.whole) if last is not None and last.current else None


def kept_answer(name: str) -> KeptAnswer | None:
    """Return the last answer that the store keeps of a portfolio, whether it still holds or not."""
    return asked(kept_answers.latest_answer, name, today=today())


def keep_made(state: tuple[Any, ...], answer: PortfolioAssessment) -> PortfolioAssessment:
    """Keep an answer that was made outside of any page, by what it depends on."""
    return kept(("answer", *state), lambda: answer, counts=_startups_of)


def _startups_of(answer: PortfolioAssessment) -> float:
    return len(answer.startups)


def ending(name: str) -> Ending | None:
    """Return the developer whose end would cost a portfolio most; None: nobody, or still to come.

    Of one that nobody waits for it is kept some time after its answer.
    """
    if not is_waited_for(name):
        return asked(kept_answers.worst_ending, name, today=today(), wait=False)
    return _about("ending", name, kept_answers.worst_ending, heavy=True)


def margin_ranges(name: str) -> MarginRanges | None:
    """Return the ranges of the shares of margin and of the concentration; None: still to come.

    Of a portfolio that nobody waits for they are kept some time after its answer.
    """
    if not is_waited_for(name):
        return asked(kept_answers.margin_ranges, name, today=today(), wait=False)
    return _about("margin ranges", name, kept_answers.margin_ranges, heavy=True)


def week(name: str) -> tuple[Item, ...]:
    """Return what to look at first in a portfolio this week, until it or a decision changes."""

    def chosen(opened: Store, who: Actor, name: str, decided: Any, last: Any, today: date) -> Any:
        return overview.portfolio_week(
            opened, who, name, today=today, answer=assessment(name), steps=is_waited_for(name)
        )

    decided = asked(decisions.decided_dependencies, name)
    last = max((one.number for one in kept_runs(name)), default=None)
    found: tuple[Item, ...] = _about(
        "week", name, chosen, decided, last, says="Looking for what comes first…"
    )
    return found


def sensitivity_of(name: str) -> Callable[[Progress], Sensitivity]:
    """Return the work that says what drives a portfolio's result, for a thread of its own."""
    opened, who, day = store(), actor(), today()
    key = ("sensitivity", *state_of(name))

    def work(progress: Progress) -> Sensitivity:
        return kept(
            key,
            lambda: scoring.sensitivity(opened, who, name, today=day, progress=progress),
            heavy=True,
        )

    return work


def fund_losses(name: str) -> FundsAnswer:
    """Return what the funds of a portfolio may lose of their value."""

    def lost(opened: Store, who: Actor, name: str, stated: Any, today: date) -> FundsAnswer:
        return funds.fund_losses(opened, who, name, today=today)

    stated = asked(funds.funds_revision, name)
    says = "Valuing what funds hold…"
    return _about("funds", name, lost, stated, says=says, heavy=True)


def contracts_overview(name: str) -> ContractsOverview:
    """Return every contract of a portfolio with what is found of it."""

    def found(opened: Store, who: Actor, name: str, stated: Any, today: date) -> ContractsOverview:
        return contracts.contracts_of(opened, who, name, today=today)

    stated = asked(contracts.contracts_revision, name)
    return _about("contracts", name, found, stated, says="Reading the contracts…")


def days_to_leave(name: str, contract: str) -> float | None:
    """Return how many days it takes to leave the provider of a contract."""

    def days(opened: Store, who: Actor, name: str, contract: str, today: date) -> float | None:
        return deadlines.days_to_leave(opened, who, name, contract, today=today)

    says = "Working out how long leaving takes…"
    return _about("days to leave", name, days, contract, says=says, heavy=True)


def weighted_concentration(answer: PortfolioAssessment) -> WeightedConcentration:
    """Return the concentration of an answered portfolio by count and by value."""
    service = weighting.weighted_concentration
    return asked(service, answer.portfolio, today=today(), assessment=answer)


def kept_runs(name: str) -> tuple[KeptRun, ...]:
    """Return the headline figures that answers of before left, oldest first."""
    return asked(run_history.kept_runs, name)


def changes_since(name: str, day: date) -> ChangesSince:
    """Return what changed since a day, in steps that add up.

    Raises:
        Refused: nothing is known of the register of that day.
    """

    def compared(
        opened: Store, who: Actor, name: str, day: date, last: int | None, today: date
    ) -> ChangesSince:
        return run_history.changes_since(opened, who, name, day, today=today)

    last = max((one.number for one in kept_runs(name) if one.day <= day), default=None)
    says = "Comparing with then…"
    return _about("changes", name, compared, day, last, says=says, heavy=True)


def slice_choices(name: str) -> Mapping[str, Mapping[str, int]]:
    """Return every field by which a portfolio can be sliced, with the startups of each value."""
    opened, who = store().whole, actor()
    revision = next((one.revision for one in portfolios() if one.name == name), -1)
    key = ("slices", opened.url, name, revision, who.scope)
    return kept(key, lambda: slices.slice_choices(opened, who, name))


def narrowing(name: str) -> tuple[Lever, ...] | None:
    """Return what would narrow a portfolio's range most, None where that is still to come."""
    if not is_waited_for(name):
        return asked(kept_answers.kept_narrowing, name, today=today())
    says = "Finding what would narrow the range…"
    return _about("narrowing", name, scoring.narrowing, says=says, heavy=True)


def dependents(name: str) -> Dependence:
    """Which startups of a portfolio depend on each provider: directly, through others, perhaps."""
    says = "Following who depends on whom…"
    return _about("dependents", name, dependence.dependence, says=says, counts=_tenth(name))


def vendors(name: str) -> tuple[Vendor, ...] | None:
    """Return the vendors of a portfolio that is the inventory of one company; None: it is not."""
    return _about("vendors", name, dependence.vendors, says="Reading the inventory…")


def ways(name: str, startup: str, provider: str) -> tuple[Way, ...]:
    """Return every way by which a startup depends on a provider, or may, with its record.

    Raises:
        StartupNotFound: the portfolio has no startup of this name.
    """
    return asked(dependence.ways, name, startup, provider, today=today())


def users(name: str) -> Users:
    """Which startups of a portfolio use each model, and where."""
    return _about("users", name, _laid_out(users_of), counts=_tenth(name))


def models_in_use(name: str) -> ModelsInUse:
    """The models that a portfolio calls, and how unlike what leaving each leads to is."""
    return _about("models in use", name, _laid_out(of_valuation))


def _laid_out(make: Callable[[Valuation], Answer]) -> Callable[..., Answer]:
    """What is made of a portfolio as it is laid out for the engine."""
    return lambda opened, who, name, today: make(
        valuations.valuation(opened, who, name, today=today)
    )


def _tenth(name: str) -> Callable[[object], float]:
    """What holds something of every startup counts as a tenth of their answers."""
    startups = next((one.startups for one in portfolios() if one.name == name), 0)
    return lambda answer: startups / 10


def deadline_calendar(name: str, days: int) -> DeadlineCalendar:
    """Return retirements, notices and renewals of a portfolio within ``days`` of today."""

    def ends(opened: Store, who: Actor, name: str, days: int, today: date) -> DeadlineCalendar:
        return deadlines.portfolio_deadlines(opened, who, name, today=today, days=days)

    says = "Looking for what ends…"
    return _about("calendar", name, ends, days, says=says, counts=_tenth(name))


def backup_evidence(name: str) -> BackupEvidence:
    """Return what proves the backups of a portfolio, and which to try first."""
    says = "Looking at what was tried…"
    return _about(
        "backups", name, backup_service.backup_evidence, says=says, heavy=True, counts=_tenth(name)
    )


def can_be_checked(name: str) -> bool:
    """Whether a check of limits need not wait for an answer that is being made.

    Slices of a portfolio that nobody waits for take as long: the page Watch checks them.
    """
    if is_waited_for(name):
        return True
    if answer_in_memory(name) is None:
        return False
    sliced = any(one.about.slices for one in limits(name))
    return not sliced or _memory().found(_state_of_watch(name)) is not None


def limits(name: str) -> tuple[Limit, ...]:
    """Return the limits of a portfolio that are set."""
    return asked(load_limits, name)


def batches() -> tuple[BatchSummary, ...]:
    """Every import, newest first. Read anew each time: an import must show at once."""
    return asked(imports.list_batches)


def watch(name: str) -> Watch:
    """Return a portfolio beside its limits and beside what was remembered last."""
    answer = assessment(name)
    return kept(
        _state_of_watch(name),
        lambda: asked(watching.watch_portfolio, name, today=today(), assessment=answer),
        says="Checking the limits…",
    )


def _state_of_watch(name: str) -> tuple[Any, ...]:
    """What a check of limits depends on."""
    return (
        "watch",
        actor(),
        *state_of(name),
        catalog().catalogue_date,
        tuple(one.number for one in asked(signals.list_signals)),
        limits(name),
        asked(watching.last_watch, name),
    )


# --- One startup ----------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class OneStartup:
    """A startup's record and answer.

    ``unknown`` are the facts that nobody stated, the most influential first, each with the share
    of the variance that an answer explains; None of those that move no loss, as cash. ``whole`` is
    what the figures rest on: the answer of its portfolio, or of a portfolio of it alone. ``end`` is
    what the end of its lead developer would do to it, None where there is none.
    """

    record: Startup
    answer: StartupAssessment
    unknown: tuple[tuple[str, float | None], ...]
    whole: PortfolioAssessment
    end: LeadEnd | None = None


def one_startup(name: str, startup: str) -> OneStartup:
    """Return a startup of a portfolio of any size, without reading more than it needs.

    Raises:
        StartupNotFound: the portfolio has no startup of this name.
    """
    make = _in_its_portfolio if is_waited_for(name) else _alone
    return _about("startup", name, make, startup, says="Scoring the company…")


def open_questions(name: str, answer: PortfolioAssessment) -> tuple[OpenFact, ...]:
    """Return the unknown facts of a portfolio, those that hold most range open first.

    Of one that nobody waits for these are the best question of each startup in ``answer``.
    """
    if not is_waited_for(name):
        return open_facts(answer, None, most=question_service.MOST_LISTED)
    return _about("open questions", name, question_service.open_questions)


def question_inbox(name: str, answer: PortfolioAssessment) -> Inbox:
    """Return the open questions of a portfolio together, those that remove most range first.

    Of one that nobody waits for they rest on ``answer``, which may be of before.
    """
    service = inbox_service.question_inbox
    if is_waited_for(name):
        return _about("inbox", name, service, says="Putting the questions together…")
    key = ("inbox", *state_of(name), answer.as_of, answer.data_digest)
    return kept(key, lambda: asked(service, name, today=today(), whole=answer))


def counted_beside(name: str) -> Mapping[str, int]:
    """Return what waits on a page, by its address, as far as it is in memory: nothing is made.

    Of the questions how many are open, of the deadlines how many cannot be met. Nothing of what
    has changed since, or that nobody has asked for yet.
    """
    state = state_of(name)
    asks = _memory().found(("inbox", *state))
    ends = _memory().found(("calendar", *state, USUALLY_AHEAD))
    return {
        **({"questions": len(asks.answer.questions)} if asks else {}),
        **({"calendar": ends.answer.late} if ends else {}),
    }


def companies_asked(name: str, question: str) -> tuple[str, ...]:
    """Return the companies of a portfolio that left the question of that key open."""
    return _about("companies asked", name, inbox_service.companies_asked, question)


def startup_questions(
    name: str, startup: str, *, answered: int
) -> question_service.StartupQuestions:
    """Return what to ask a startup, kept until so many forms are ``answered``.

    Raises:
        StartupNotFound: the portfolio has no startup of this name.
    """

    def make() -> question_service.StartupQuestions:
        with TURNS:
            return asked(question_service.startup_questions, name, startup, today=today())

    key = ("startup questions", *state_of(name), startup, answered)
    return kept(key, make, says="Choosing the questions…")


def record_of(name: str, startup: str) -> Startup:
    """Return the record of a startup of a portfolio, without reading the others.

    Raises:
        StartupNotFound: the portfolio has no startup of this name.
    """
    found = asked(portfolio_service.load_startup, name, startup).startups
    if not found:
        raise StartupNotFound(f"There is no company called “{startup}” in {name}.")
    return found[0]


def _in_its_portfolio(
    opened: Store, who: Actor, name: str, startup: str, today: date
) -> OneStartup:
    whole = assessment(name)
    laid_out = valuations.valuation(opened, who, name, today=today)
    row = laid_out.members.place.get(startup)
    record = record_of(name, startup)
    if row is None:
        raise StartupNotFound(f"There is no company called “{startup}” in {name}.")
    return _one(record, laid_out, row, whole)


def _alone(opened: Store, who: Actor, name: str, startup: str, today: date) -> OneStartup:
    with TURNS:
        found = scoring.score_startup(opened, who, name, startup, today=today)
    records, laid_out, whole = found
    return _one(records.startups[0], laid_out, 0, whole)


def _one(record: Startup, laid_out: Valuation, row: int, whole: PortfolioAssessment) -> OneStartup:
    answer, questions = whole.startups[row], laid_out.answer.questions
    shares: list[float] = [] if questions is None else questions.narrows[questions.of(row)].tolist()
    known = [*shares, *[None] * (len(answer.unknown) - len(shares))]
    return OneStartup(
        record=record,
        answer=answer,
        unknown=tuple(zip(answer.unknown, known, strict=True)),
        whole=whole,
        end=lead_end(laid_out, whole, answer.startup),
    )


def model_ends(name: str, startup: str) -> tuple[Deadline, ...]:
    """Return the last days of the models that one startup uses within a year, soonest first."""
    return _about("model ends", name, deadlines.model_ends, startup)


def alternatives_of(
    name: str, startup: str, use_case: str | None = None
) -> tuple[Alternative, ...]:
    """Return the options of one startup, for one use case or for all."""

    def scored(
        opened: Store, who: Actor, name: str, startup: str, use_case: str | None, today: date
    ) -> tuple[Alternative, ...]:
        return scoring.alternatives(opened, who, name, startup, use_case=use_case, today=today)

    says = "Scoring the alternatives…"
    return _about("alternatives", name, scored, startup, use_case, says=says, heavy=True)


def waiting_of(name: str, startup: str, *, all_providers: bool) -> tuple[Waiting, ...]:
    """Return what waiting is worth for one startup; of providers with signals unless of all."""

    def valued(
        opened: Store, who: Actor, name: str, startup: str, every: bool, today: date
    ) -> tuple[Waiting, ...]:
        return options.waiting(opened, who, name, startup, all_providers=every, today=today)

    says = "Comparing leaving, preparing and waiting…"
    return _about("waiting", name, valued, startup, all_providers, says=says, heavy=True)


def why_high(name: str, startup: str) -> WhyHigh:
    """Return what one startup could do better, and how many points of its score each is."""
    says = "Trying what could be done better…"
    return _about("why high", name, scoring.why_high, startup, says=says, heavy=True)


def readiness(name: str, startup: str) -> tuple[ReadyDependency, ...]:
    """Return how ready a startup is to leave each of its providers."""
    known = alternatives_of(name, startup)
    return asked(options.readiness, name, startup, options=known, today=today())


# --- The register ---------------------------------------------------------------------------------


def register_page(
    name: str, wanted: StartupFilter, *, order: StartupOrder, number: int
) -> StartupsPage:
    """Return one page of those startups of a portfolio that are wanted; the first is number 1."""
    return asked(
        startup_pages.startups_page,
        name,
        wanted,
        today=today(),
        order=order,
        descending=order is not StartupOrder.NAME,
        offset=(number - 1) * PER_PAGE,
        limit=PER_PAGE,
    )


def matching(name: str, wanted: StartupFilter) -> int:
    """Return how many startups of a portfolio are wanted."""

    def count(opened: Store, who: Actor, name: str, wanted: StartupFilter, today: date) -> int:
        found = startup_pages.startups_page(opened, who, name, wanted, today=today, limit=1)
        return found.matching

    return _about("matching", name, count, wanted)


def not_in_an_inventory(name: str) -> tuple[str, ...]:
    """Return in sentences what the register holds that its inventory has no place for."""
    return asked(exports.not_in_an_inventory, name)


# --- Stress tests and replays ---------------------------------------------------------------------


def scenarios() -> dict[str, Scenario]:
    """Return the named stresses by id."""
    return _in_a_run("scenarios", scenario_files.scenarios)


def stress_result(name: str, scenario: Scenario) -> StressResult:
    """Return the portfolio under a scenario, named or put together by the reader."""
    says = "Running the stress test…"
    return _about(
        "stress", name, scoring.stress, scenario, says=says, heavy=True, counts=_tenth(name)
    )


def course(name: str, startup: str, scenario: Scenario) -> StartupCourse:
    """Return what a startup goes through, and what it costs by the day."""
    says = "Following the disruption…"
    return _about("course", name, scoring.course, startup, scenario, says=says)


def stress_choices(name: str) -> StressChoices:
    """Return whom a stress test of a portfolio can hit, and where it can begin."""
    return _about("choices", name, stresses.stress_choices, counts=_tenth(name))


def replays() -> dict[str, Replay]:
    """Return the crises by id."""
    return _in_a_run("crises", scenario_files.crises)


def own_files() -> tuple[OwnFile, ...]:
    """Return the scenarios and crises that did not ship, also those that cannot be read."""
    return _in_a_run("own files", scenario_files.own_files)


def past_events() -> tuple[PastEvent, ...]:
    """Return disruptions that happened, the oldest first."""
    return kept("past events", lambda: asked(replay_service.past_events))


def frames(name: str, replay: Replay, provider: str) -> tuple[ReplayFrame, ...]:
    """Return every hour at which a crisis is shown, as it falls on ``provider`` today."""
    setting = _setting(name, provider)
    return kept(
        ("frames", *state_of(name), provider, replay),
        lambda: tuple(frame_at(setting, replay, at) for at in frame_times(replay)),
        says="Replaying hour by hour…",
        counts=_tenth(name),
    )


def frame(name: str, replay: Replay, provider: str, at: datetime) -> ReplayFrame:
    """Return any moment of a crisis, as it falls on ``provider`` today."""
    return frame_at(_setting(name, provider), replay, at)


def hour(name: str, asked: HourAsked) -> Hour:
    """Return what is known of a provider at an hour, and whom of a portfolio to call."""

    def answered(opened: Store, who: Actor, name: str, asked: HourAsked, today: date) -> Hour:
        return hours.hour(
            opened,
            who,
            name,
            asked,
            today=today,
            setting_of=lambda provider: _setting(name, provider),
            result_of=lambda scenario: stress_result(name, scenario),
        )

    return _about("hour", name, answered, asked, counts=_tenth(name))


def hour_of_frame(name: str, frame: ReplayFrame, provider: str, before: float | None) -> Hour:
    """Return the hour of a frame, compared with another chance or with that before any news."""
    return hour_of(_setting(name, provider), frame, probability_before=before)


def contacts(name: str, startups: tuple[str, ...]) -> Mapping[str, Contact]:
    """Return who sees to some startups and whom to write to there."""
    return asked(hours.contacts, name, startups)


def chances(name: str, replay: Replay) -> tuple[float, float]:
    """Return P before the first news and the highest P of a crisis, where it happened."""
    found = [one.hazard.probability for one in frames(name, replay, replay.provider)]
    return found[0], max(found)


def _setting(name: str, provider: str) -> ReplaySetting:
    says = "Finding what is at stake…"
    return _about(
        "stake", name, replay_service.replay_setting, provider, says=says, counts=_tenth(name)
    )


# --- Plans ----------------------------------------------------------------------------------------


def prepared_plan(name: str, pins: tuple[str, ...] = ()) -> PreparedPlan:
    """Return a portfolio ready to plan; ``pins`` may bring startups into a large one.

    Raises:
        risk.alternatives.planning.table.NoPlan: there is nothing to plan, or a pin is of nobody.
    """

    def prepared(*pins: tuple[str, ...]) -> PreparedPlan:
        says = "Valuing every option of every company; the first time this takes a while…"
        return _about("ground", name, planning.prepared_plan, *pins, says=says, counts=_tenth(name))

    found = prepared()
    if found.is_whole or looked_at(pins, found.table.startups):
        return found
    return prepared(pins)


def _under(name: str, wishes: Wishes) -> PreparedPlan:
    return prepared_plan(name, wishes.pins).under(wishes)


def worth_spending(name: str, max_share: float | None, wishes: Wishes) -> WorthSpending:
    """Return the plan without a budget.

    Raises:
        risk.alternatives.planning.table.NoPlan: no choice keeps to the other limits.
    """
    prepared = _under(name, wishes)
    return kept(
        ("worth", *state_of(name), max_share, wishes),
        lambda: plans_service.worth_spending(prepared, PlanLimits(max_share=max_share)),
        says="Looking for the best plan…",
        counts=_tenth(name),
    )


def plan(name: str, limits: PlanLimits, wishes: Wishes) -> Plan:
    """Return the plan under some limits.

    Raises:
        risk.alternatives.planning.table.NoPlan: no choice keeps to them.
    """
    prepared = _under(name, wishes)
    worth = worth_spending(name, limits.max_share, wishes)
    return kept(
        ("plan", *state_of(name), limits, wishes),
        lambda: prepared.plan(limits, worth.cuts.copy()),
        says="Looking for the best plan…",
        counts=_tenth(name),
    )


def plans_by_budget(name: str, max_share: float | None, wishes: Wishes) -> Frontier:
    """Return the plan of every step of money."""
    prepared = _under(name, wishes)
    worth = worth_spending(name, max_share, wishes)
    return kept(
        ("frontier", *state_of(name), max_share, wishes),
        lambda: plans_service.plans_by_budget(prepared, worth),
        says="Planning for ten budgets, which takes some seconds…",
        counts=_tenth(name),
    )


def price_of_herding(name: str, plan: Plan, wishes: Wishes) -> PriceOfHerding:
    """Return what it costs extra at a plan's budget if everybody picks alone."""
    prepared = _under(name, wishes)
    worth = worth_spending(name, plan.limits.max_share, wishes)
    return kept(
        ("herding", *state_of(name), plan.limits, wishes),
        lambda: plans_service.herding_of(prepared, worth, plan),
        says="Letting everybody pick alone…",
    )


def plan_check(name: str, plan: Plan, wishes: Wishes) -> PlanCheck:
    """Return the plan of a portfolio that is planned whole, put to the full model."""
    prepared = prepared_plan(name)
    return kept(
        ("check", *state_of(name), plan.limits, wishes),
        lambda: plans_service.checked(prepared, plan),
        says="Checking the plan with the full model…",
    )


# --- Providers, rates and the record of the past --------------------------------------------------


def catalog() -> Catalog:
    """Return the reference facts; a name decided by this process counts at once."""
    return _of_the_reference("catalog", lambda: asked(reference.load_catalog))


def rate_laws() -> tuple[RateLaw, ...]:
    """Return every rate of the reference facts with how sure it is and what it rests on."""
    known = catalog()
    return _of_the_reference(
        "rate laws",
        lambda: laws_of_rates(known.rates, rates=known.rates, evidence=known.rate_evidence),
    )


def supply_chain() -> SupplyChain:
    """Who stands behind whom over the whole catalogue."""
    known = catalog()
    return _of_the_reference("supply chain", lambda: catalogue_chain(known, DEFAULTS))


def _of_the_reference(question: str, make: Callable[[], Answer]) -> Answer:
    """What rests on the reference facts, read again after a while and after a write."""
    opened = store()
    turn = int(time.monotonic() / REFERENCE_SECONDS)
    key = (question, opened.url, opened.written, today(), turn)
    return kept(key, make, counts=lambda answer: REFERENCE_COUNTS)


def signal_kinds(name: str) -> tuple[SignalKind, ...]:
    """Return the kinds of signals with a portfolio's likelihood ratios and half-lives."""
    return tuple(asked(signals.signal_kinds, assumptions(name)).values())


def provider_laws(provider: str) -> tuple[RateLaw, ...]:
    """Return the rates of one provider, its own or those of its sort, with how sure they are."""
    known = catalog()
    rows = provider_rates(known, supply_chain(), provider)
    return laws_of_rates(rows, rates=known.rates, evidence=known.rate_evidence)


def provider_past(provider: str) -> ProviderPast:
    """Return a provider's imported history, and what is documented and published of it."""
    key = ("provider past", actor(), provider, asked(incidents.history_revision))
    return kept(key, lambda: asked(history_service.provider_past, provider))


def provider_signals(name: str, provider: str, on: date) -> ProviderSignals | None:
    """Return signals about a provider up to a day, and what it adds to the odds."""

    def heard(
        opened: Store, who: Actor, name: str, provider: str, on: date, today: date
    ) -> ProviderSignals | None:
        return history_service.provider_signals(opened, who, name, provider, on=on, today=today)

    return _about("heard of", name, heard, provider, on)


def history_record() -> HistoryRecord:
    """Return fits and checks of the recorded past of prices and retirements."""
    known = catalog()
    return _of_the_reference(
        "history",
        lambda: record_service.history_record(load_model_history(reference.FIXTURES), known),
    )


def track_records() -> tuple[TrackRecord, ...]:
    """Return how well past months would have been forecast, from the history in the store."""
    return kept(
        ("track records", asked(incidents.history_revision)),
        lambda: asked(incidents.calibrate_incidents),
        says="Forecasting past months…",
    )
