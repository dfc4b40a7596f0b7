"""Contents of links: built from today's data, or read back as they were frozen."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from db.engine import Store
from db.errors import Refused, StoreError
from db.records import ShareLinkRecord, SnapshotRecord
from db.services.access import Action, Actor, authorize
from db.services.assumptions import load_assumptions
from db.services.deadlines import model_ends
from db.services.hours import HourAsked, hour
from db.services.imports import list_batches
from db.services.judgements import load_judgements
from db.services.kept_answers import margin_ranges, worst_ending
from db.services.option_setting import setting_for
from db.services.options import do_first
from db.services.overview import portfolio_week, unpriced_week
from db.services.portfolios import currency_of, load_startup
from db.services.reference import load_catalog
from db.services.replays import replay_named
from db.services.scenario_files import shipped_crises, shipped_scenarios
from db.services.scoring import narrowing, score_portfolio, score_startup, stress
from db.services.signals import signal_kinds
from db.services.valuations import valuation
from db.sharing.canonical import canonical_json, content_digest
from db.sharing.content import Provenance, Showing, portfolio_content
from db.sharing.formats import Content, upgraded
from db.sharing.hour_content import hour_content
from db.sharing.naming import Names, labels_beside
from db.sharing.presets import Preset
from db.sharing.question_content import question_content, refusal
from db.sharing.question_form import Asking, form_of
from db.sharing.scenario_content import scenario_content
from db.sharing.startup_content import Answered, startup_content
from risk.alternatives.actions import worst_of
from risk.alternatives.judgements import judgements_of
from risk.alternatives.options import StartupNotFound, alternatives_for
from risk.alternatives.results import Alternative
from risk.alternatives.ways import ways_to_be_safer
from risk.assumptions import assumption_rows
from risk.hazard.signals import SignalKind
from risk.inventory.exposed import exposed_use_cases
from risk.inventory.records import Startup
from risk.loss.narrowing import narrowed as part_of
from risk.loss.valuation import Valuation
from risk.money.currencies import USD
from risk.money.rates import rate_on
from risk.portfolio.assessment import assess
from risk.portfolio.margin_ranges import margin_ranges as ranges_of
from risk.portfolio.results import Action as ToDo
from risk.portfolio.results import Ending, PortfolioAssessment
from risk.portfolio.sensitivity import with_narrowing
from risk.portfolio.startups import assessed_of
from risk.portfolio.week import Item
from risk.scenarios.calls import Hour, next_news
from risk.scenarios.ending import worst_ending as ending_of
from risk.scenarios.files import clock_of
from risk.scenarios.lead_end import lead_end
from risk.scenarios.results import WORST_HIT, Scenario


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a link is to show, as of ``today``: a startup, a stress test, an hour, or the portfolio.

    ``asks``: nothing but these questions to the startup. ``currency`` None: that of the portfolio.
    """

    portfolio: str
    startup: str | None = None
    scenario: Scenario | None = None
    hour: HourAsked | None = None
    asks: Asking | None = None
    preset: Preset = Preset.EVERYTHING
    currency: str | None = None
    today: date

    @property
    def left_out(self) -> tuple[str, ...]:
        """What the link leaves out, as it is kept."""
        return self.preset.left_out


@dataclass(frozen=True, kw_only=True)
class Narrowed:
    """Which startups are shown, and by which filters, in words."""

    startups: frozenset[str]
    filters: tuple[str, ...]


#: Which startups of an assessment are shown; None: all.
Narrow = Callable[[PortfolioAssessment], Narrowed | None]


@dataclass(frozen=True, kw_only=True)
class Frozen:
    """A content as text with its SHA-256, and the register's keys of what it lists."""

    portfolio: str
    startup: str | None
    text: str
    digest: str
    places: tuple[str, ...]

    @property
    def content(self) -> Content:
        """The content as values, by the names of the newest format."""
        return upgraded(json.loads(self.text))


def frozen_content(
    store: Store, actor: Actor, wanted: Wanted, *, narrow: Narrow | None = None, live: bool = False
) -> Frozen:
    """Return what a link shows of today's data, with the moment unless it is ``live``.

    Raises:
        PortfolioNotFound, StartupNotFound: there is none of that name.
        risk.scenarios.event.UnknownRoot: nobody knows where the stress test begins.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {wanted.portfolio}")
    if wanted.asks is not None:
        return _of_questions(store, actor, wanted, wanted.asks)
    at = store.now().isoformat(timespec="seconds") if not live else None
    showing = Showing(
        preset=wanted.preset,
        names=_names(store, actor, wanted),
        provenance=provenance_of(store, actor, wanted, frozen_at=at),
    )
    if wanted.startup is not None:
        return _of_startup(store, actor, wanted, wanted.startup, showing)
    assessment = score_portfolio(store, actor, wanted.portfolio, today=wanted.today)
    if wanted.hour is not None:
        content = _of_hour(store, actor, wanted, wanted.hour, assessment, showing)
    elif wanted.scenario is not None:
        result = stress(store, actor, wanted.portfolio, wanted.scenario, today=wanted.today)
        own_words = shipped_scenarios(store, actor)
        content = scenario_content(result, assessment, showing, own_words=own_words)
    else:
        narrowed = narrow(assessment) if narrow is not None else None
        content = _of_portfolio(store, actor, wanted, assessment, narrowed, showing)
    return _frozen(assessment.portfolio, content)


def _frozen(
    portfolio: str, content: Content, *, startup: str | None = None, places: Sequence[str] = ()
) -> Frozen:
    text = canonical_json(content)
    return Frozen(
        portfolio=portfolio,
        startup=startup,
        text=text,
        digest=content_digest(text),
        places=tuple(places),
    )


def _of_questions(store: Store, actor: Actor, wanted: Wanted, asks: Asking) -> Frozen:
    """The questions alone; what they are about must still be there."""
    name = wanted.startup or ""
    found = load_startup(store, actor, wanted.portfolio, name)
    if not found.startups:
        raise StartupNotFound(f"There is no company called “{name}” in {wanted.portfolio}.")
    (startup,) = found.startups
    keys = {link.key for case in startup.use_cases for link in case.dependencies}
    if any(one.dependency and one.dependency not in keys for one in asks.questions):
        raise Refused("The register changed since the questions were chosen. Choose them again.")
    has_uses = bool(exposed_use_cases(startup))
    at = store.now().isoformat(timespec="seconds")
    content, places = question_content(startup.name, asks, has_uses=has_uses, at=at)
    return _frozen(found.name, content, startup=startup.name, places=places)


def require_good_form(wanted: Wanted, frozen: Frozen, *, today: date, expires_on: date) -> None:
    """Refuse a form that nobody should be sent.

    Raises:
        Refused: it asks nothing or too much, or its day cannot be.
    """
    if wanted.asks is None:
        raise Refused("A link with questions needs some: choose them first.")
    has_uses = form_of(frozen.content).has_uses
    said = refusal(wanted.asks, today=today, expires_on=expires_on, has_uses=has_uses)
    if said is not None:
        raise Refused(said)


def _of_startup(store: Store, actor: Actor, wanted: Wanted, name: str, showing: Showing) -> Frozen:
    """The startup as if it were alone: a link to it depends on no other."""
    asked = (store, actor, wanted.portfolio, name)
    portfolio, laid_out, alone = score_startup(*asked, today=wanted.today)
    (startup,) = portfolio.startups
    said = judgements_of(load_judgements(store, actor, wanted.portfolio))
    setting = setting_for(store, actor, wanted.portfolio, today=wanted.today)
    options = alternatives_for(startup, setting, judgements=said)
    named = showing.names.options(startup, options)
    answered = Answered(
        startup=startup,
        alone=alone,
        options=named,
        end=lead_end(laid_out, alone, startup.name),
        ends=model_ends(*asked, today=wanted.today),
        ways=ways_to_be_safer(named, setting.assumptions),
    )
    provenance = replace(showing.provenance, filters=(), is_whole=False)
    content, places = startup_content(answered, replace(showing, provenance=provenance))
    return _frozen(portfolio.name, content, startup=startup.name, places=places)


def _of_hour(
    store: Store,
    actor: Actor,
    wanted: Wanted,
    asked: HourAsked,
    assessment: PortfolioAssessment,
    showing: Showing,
) -> Content:
    found = hour(store, actor, wanted.portfolio, asked, today=wanted.today)
    numbers = load_assumptions(store, actor, wanted.portfolio)
    kinds = signal_kinds(store, actor, numbers)
    past = None if asked.replay is None else replay_named(store, actor, asked.replay)
    is_ours = past is not None and past.id in shipped_crises(store, actor)
    clock = "UTC" if past is None else past.clock
    if past is not None and not is_ours and not wanted.preset.has_names:
        found, clock = _without_words(found, kinds), clock_of(past.starts)
    coming = (
        ()
        if found.hazard is None
        else next_news(found.hazard, found.provider, kinds=kinds, numbers=numbers)
    )
    return hour_content(
        found,
        assessment,
        showing,
        coming=coming,
        source=asked.source,
        is_ours=is_ours,
        clock=clock,
    )


def _without_words(found: Hour, kinds: Mapping[str, SignalKind]) -> Hour:
    """The hour of a crisis that somebody wrote, with what a headline means in its place."""
    known = tuple(
        replace(one, headline="an outage" if one.outage else "news")
        if one.signal is None
        else replace(one, headline=kinds[one.signal.kind].meaning)
        for one in found.known
    )
    return replace(found, known=known)


def _of_portfolio(
    store: Store,
    actor: Actor,
    wanted: Wanted,
    assessment: PortfolioAssessment,
    narrowed: Narrowed | None,
    showing: Showing,
) -> Content:
    """The portfolio, or what filters let through as if that were all of it."""
    has_money, part = wanted.preset.has_money, None
    if narrowed is None:
        if has_money:
            levers = narrowing(store, actor, wanted.portfolio, today=wanted.today)
            assessment = replace(assessment, levers=levers)
    else:
        whole = valuation(store, actor, wanted.portfolio, today=wanted.today)
        places = whole.members.place
        part = part_of(whole, [places[name] for name in narrowed.startups])
        assessment = assess(part)
        if has_money:
            assessment = with_narrowing(assessment, part)
        filters = (*showing.provenance.filters, *narrowed.filters)
        told = replace(showing.provenance, filters=filters, is_whole=False)
        showing = replace(showing, provenance=told)
    actions, ending, week = _first(store, actor, wanted, assessment, part, showing)
    ranges = None
    if has_money and part is not None:
        ranges = ranges_of(part)
    elif has_money:
        ranges = margin_ranges(store, actor, wanted.portfolio, today=wanted.today)
    return portfolio_content(assessment, actions, showing, ending=ending, week=week, ranges=ranges)


def _first(
    store: Store,
    actor: Actor,
    wanted: Wanted,
    assessment: PortfolioAssessment,
    part: Valuation | None,
    showing: Showing,
) -> tuple[tuple[ToDo, ...], Ending | None, tuple[Item, ...]]:
    """What to do first, whose end would cost most, and the week, as far as the preset tells them.

    Actions are in the names of the link but for their startups. ``part``: of these startups alone.
    """
    asked, today = (store, actor, wanted.portfolio), wanted.today
    if not wanted.preset.has_providers:
        return (), None, ()
    if not wanted.preset.has_money:
        return (), None, unpriced_week(*asked, today=today, part=part)
    ending = worst_ending(*asked, today=today) if part is None else ending_of(part)
    called: dict[tuple[str, str, str], Alternative] = {}

    def noted(startup: Startup, options: Sequence[Alternative]) -> Sequence[Alternative]:
        for one, other in zip(options, showing.names.options(startup, options), strict=True):
            called[startup.name, one.dependency_key, one.option] = other
        return options

    def in_names(one: ToDo) -> ToDo:
        known = called[one.startup, one.dependency_key, one.what]
        return replace(one, use_case=known.use_case, what=known.option)

    # The week is chosen by the register's names, as the overview chooses it, and named after that.
    worst = _worst(assessment)
    actions = do_first(*asked, worst, named=noted, today=today) if worst else ()
    week = portfolio_week(*asked, today=today, answer=assessment, actions=actions, part=part)
    return (
        tuple(in_names(one) for one in actions),
        ending,
        tuple(
            replace(one, about=in_names(one.about)) if isinstance(one.about, ToDo) else one
            for one in week
        ),
    )


def _worst(assessment: PortfolioAssessment) -> tuple[str, ...]:
    """The startups with the largest expected losses."""
    table = assessed_of(assessment).table
    return worst_of(table.names, table.answers.mean)


def snapshot_of(store: Store, share: int) -> Frozen:
    """Return what a snapshot shows, for a visit that stands (:mod:`db.services.share_visits`).

    Raises:
        StoreError: the content is not what was frozen.
    """
    with store.read() as session:
        found = session.get_one(SnapshotRecord, share)
        link = session.get_one(ShareLinkRecord, share)
    if content_digest(found.content) != found.digest:
        raise StoreError("This snapshot is not as it was frozen, so it is not shown.")
    return Frozen(
        portfolio=link.portfolio,
        startup=link.startup,
        text=found.content,
        digest=found.digest,
        places=tuple(found.places),
    )


def _names(store: Store, actor: Actor, wanted: Wanted) -> Names:
    """What things are called: a name alone would tell whom a disruption hits that picks by loss."""
    picks_by_loss = wanted.scenario is not None and wanted.scenario.customer == WORST_HIT
    tells_of_money = picks_by_loss and not wanted.preset.has_money
    if wanted.preset.has_names and not tells_of_money:
        return Names()
    return labels_beside(load_catalog(store, actor))


def provenance_of(
    store: Store, actor: Actor, wanted: Wanted, *, frozen_at: str | None = None
) -> Provenance:
    """Return what the figures of a portfolio stand on: its last import and the changed numbers.

    Through a view of some startups, also which these are.
    """
    authorize(actor, Action.READ, f"portfolio {wanted.portfolio}")
    batches, day = list_batches(store, actor, wanted.portfolio), store.view.as_of
    assumptions = load_assumptions(store, actor, wanted.portfolio)
    currency = wanted.currency or currency_of(store, actor, wanted.portfolio)
    rate = None if currency == USD else rate_on(currency, wanted.today)
    return Provenance(
        frozen_at=frozen_at,
        batch=next((one.batch for one in batches if not one.undone), None),
        parameters={row.name: row.value for row in assumption_rows(assumptions) if row.changed},
        filters=(
            *(() if day is None else (f"register as of {day:%d %B %Y}",)),
            *(f"{field} {value or 'not stated'}" for field, value in store.view.slices),
        ),
        is_whole=not store.view.slices,
        money=None if rate is None else rate.document,
    )
