"""A startup's options with what analysts said, how ready it is to leave, when, choosing one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from db.engine import Store
from db.errors import Refused
from db.register.evidence import (
    as_drills,
    as_judgements,
    drill_rows,
    judgement_rows,
    names_by_key,
)
from db.services.access import Action, Actor, authorize
from db.services.assumptions import load_assumptions
from db.services.decision_results import Promise
from db.services.decisions import decided_dependencies, record_decision
from db.services.hazard import provider_hazard
from db.services.judgements import load_judgements
from db.services.option_setting import setting_for
from db.services.portfolios import each_startup, load_startup
from db.services.reference import load_catalog
from db.services.scoring import alternatives
from db.services.signals import list_signals
from db.services.visible import visible_portfolio
from risk.alternatives.actions import Named, as_they_are
from risk.alternatives.actions import do_first as first_of_all
from risk.alternatives.evidence import Drill
from risk.alternatives.judgements import Judgement, Topic, judgements_of, overridden
from risk.alternatives.options import StartupNotFound, options_of_all
from risk.alternatives.readiness import ExitReadiness, exit_readiness
from risk.alternatives.results import Alternative, OptionClass
from risk.alternatives.waiting import Waiting, waiting_for
from risk.assumptions import Assumptions
from risk.inventory.exposed import exposed_use_cases
from risk.inventory.records import Portfolio, Startup
from risk.portfolio.results import Action as ToDo

#: Startups whose options are valued in one call where all are gone through.
VALUED_AT_ONCE = 200


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Drills and judgements about some startups, under the register's names."""

    drills: tuple[Drill, ...]
    judgements: tuple[Judgement, ...]


@dataclass(frozen=True, kw_only=True)
class ReadyDependency:
    """One dependency's readiness to leave, with where it is used and who provides it."""

    use_case: str
    dependency_key: str
    provider: str
    readiness: ExitReadiness


def readiness(
    store: Store,
    actor: Actor,
    portfolio: str,
    startup: str,
    *,
    options: tuple[Alternative, ...] | None = None,
    today: date,
) -> tuple[ReadyDependency, ...]:
    """Say how ready a startup is to leave each of its providers.

    ``options`` spares valuing its options again where the caller holds them.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        StartupNotFound: it has no such startup.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    register = load_startup(store, actor, portfolio, startup)
    if not register.startups:
        raise StartupNotFound(f"There is no company called '{startup}' in {register.name}.")
    if options is None:
        options = alternatives(store, actor, portfolio, startup, today=today)
    return _ready(
        register.startups[0],
        options,
        _evidence(store, actor, register),
        assumptions=load_assumptions(store, actor, portfolio),
        today=today,
    )


def readiness_of_all(
    store: Store, actor: Actor, portfolio: str, *, today: date
) -> Iterator[tuple[Startup, tuple[ReadyDependency, ...]]]:
    """Give every startup with how ready it is to leave each of its providers, one by one.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    setting = setting_for(store, actor, portfolio, today=today)
    judgements = judgements_of(load_judgements(store, actor, portfolio))

    def each() -> Iterator[tuple[Startup, tuple[ReadyDependency, ...]]]:
        every = each_startup(store, actor, portfolio)
        while some := tuple(islice(every, VALUED_AT_ONCE)):
            evidence = _evidence(store, actor, Portfolio(name=portfolio, startups=some))
            valued = options_of_all(some, setting, judgements=judgements)
            for startup, options in zip(some, valued, strict=True):
                yield (
                    startup,
                    _ready(
                        startup, options, evidence, assumptions=setting.assumptions, today=today
                    ),
                )

    return each()


def _ready(
    startup: Startup,
    options: tuple[Alternative, ...],
    evidence: Evidence,
    *,
    assumptions: Assumptions,
    today: date,
) -> tuple[ReadyDependency, ...]:
    """How ready a startup is, from options that were valued already."""
    judged = overridden(evidence.judgements, Topic.SUBSTITUTABILITY)
    return tuple(
        ReadyDependency(
            use_case=case.name,
            dependency_key=one.key,
            provider=one.provider_text,
            readiness=exit_readiness(
                one,
                [each for each in options if each.dependency_key == one.key],
                [
                    each
                    for each in evidence.drills
                    if (each.startup, each.dependency_key) == (startup.name, one.key)
                ],
                assumptions=assumptions,
                today=today,
                judged=judged.get((startup.name, one.key)),
            ),
        )
        for case, dependencies in exposed_use_cases(startup)
        for one in dependencies
    )


def accept_option(
    store: Store,
    actor: Actor,
    portfolio: str,
    startup: str,
    chosen: Alternative,
    stay: Alternative,
    *,
    owner: str,
    due: date | None = None,
    note: str | None = None,
) -> int:
    """Decide for an option, with what it promises against staying; return the decision's number.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        Refused: the option is ruled out, or is about another dependency than ``stay``.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.RECORD_DECISION, f"{startup} of portfolio {portfolio}")
    if chosen.excluded:
        raise Refused(f"“{chosen.option}” is ruled out: {'; '.join(chosen.excluded)}.")
    if chosen.dependency_key != stay.dependency_key or stay.option_class is not OptionClass.STAY:
        raise Refused("An option is compared with staying on the same dependency.")
    run, today_run = chosen.run_usd_per_year, stay.run_usd_per_year or 0.0
    promise = Promise(
        dependency_key=chosen.dependency_key,
        option_class=chosen.option_class.value,
        aal_removed_usd=stay.residual_aal_usd - chosen.residual_aal_usd,
        tvar95_removed_usd=stay.residual_tvar95_usd - chosen.residual_tvar95_usd,
        one_off_usd=chosen.one_off_usd,
        extra_run_usd_per_year=None if run is None else run - today_run,
    )
    return record_decision(
        store,
        actor,
        portfolio,
        startup,
        chosen.option,
        owner=owner,
        use_case=chosen.use_case,
        due=due,
        note=note,
        promise=promise,
    )


def waiting(
    store: Store,
    actor: Actor,
    portfolio: str,
    startup: str,
    *,
    use_case: str | None = None,
    all_providers: bool = False,
    today: date,
) -> tuple[Waiting, ...]:
    """Say what waiting is worth for a startup while one of its providers may end.

    Only of providers whose chance signals have raised, unless ``all_providers`` are asked about;
    never of one of which no rate of winding down is known.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        StartupNotFound: the portfolio has no startup, or the startup no use case, of this name.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    found = load_startup(store, actor, portfolio, startup).startups
    if not found:
        raise StartupNotFound(f"There is no company called '{startup}' in {portfolio}.")
    named = {
        name
        for _, dependencies in exposed_use_cases(found[0])
        for one in dependencies
        for name in (one.developer, one.host)
        if name is not None
    }
    heard = {one.signal.provider for one in list_signals(store, actor)}
    asked = named & load_catalog(store, actor).providers.keys()
    assumptions = load_assumptions(store, actor, portfolio)
    chances = {}
    for name in sorted(asked if all_providers else asked & heard):
        known = provider_hazard(store, actor, name, today=today, assumptions=assumptions).wind_down
        if known is not None and (all_providers or known.evidence.ln_units > 0):
            chances[name] = known
    if not chances:
        return ()
    return waiting_for(
        found[0],
        setting_for(store, actor, portfolio, today=today),
        chances,
        use_case=use_case,
        judgements=judgements_of(load_judgements(store, actor, portfolio)),
    )


def do_first(
    store: Store,
    actor: Actor,
    portfolio: str,
    worst: Sequence[str],
    *,
    named: Named = as_they_are,
    today: date,
) -> tuple[ToDo, ...]:
    """Say what removes most risk for its cost among the startups ``worst``, in one valuation.

    What somebody has decided on, done or to be done, is not proposed again. ``named`` as in
    :func:`risk.alternatives.actions.do_first`.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    found = [load_startup(store, actor, portfolio, name).startups for name in worst]
    return first_of_all(
        [one for each in found for one in each],
        setting_for(store, actor, portfolio, today=today),
        judgements=judgements_of(load_judgements(store, actor, portfolio)),
        named=named,
        decided=decided_dependencies(store, actor, portfolio),
    )


def _evidence(store: Store, actor: Actor, register: Portfolio) -> Evidence:
    names = names_by_key(register)
    with store.read() as session:
        found = visible_portfolio(session, actor, register.name)
        return Evidence(
            drills=as_drills(drill_rows(session, found.id), names),
            judgements=as_judgements(judgement_rows(session, found.id), names),
        )
