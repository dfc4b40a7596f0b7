"""Judgements of analysts on use cases, options, models and contracts: always with a reason."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from db.engine import Store
from db.errors import Refused
from db.records import JudgementRecord, PortfolioRecord
from db.register.evidence import as_judgements, judgement_rows
from db.register.lookup import dependency_of, startup_named, use_case_named
from db.register.naming import comparison_key
from db.register.portfolios import mark_written
from db.services.access import Action, Actor, authorize
from db.services.audit import record
from db.services.visible import visible_portfolio
from risk.alternatives.judgements import (
    AGREEMENTS,
    NOT_NAMED,
    OVERRIDES,
    Judgement,
    Topic,
    UnreadableJudgement,
    criterion_of,
    read_value,
)
from risk.catalog.model_names import model_key
from risk.catalog.records import Answer
from risk.inventory.records import Startup, UseCase


def judge(store: Store, actor: Actor, portfolio: str, judgement: Judgement) -> int:
    """Keep a judgement and return its number; the newest one about a thing counts.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        Refused: the value does not fit the topic, no reason is given, or what it is about is
            unknown.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.JUDGE, f"portfolio {portfolio}")
    _check(judgement)
    (number,) = _keep(store, actor, portfolio, [judgement])
    return number


def judge_many(
    store: Store, actor: Actor, portfolio: str, judgements: Sequence[Judgement]
) -> tuple[int, ...]:
    """Keep several judgements, all of them or none, and return their numbers.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        Refused: as for one (:func:`judge`).
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.JUDGE, f"portfolio {portfolio}")
    for one in judgements:
        _check(one)
    return _keep(store, actor, portfolio, judgements)


def take_back_judgement(store: Store, actor: Actor, portfolio: str, judgement: Judgement) -> None:
    """Let the derived or unknown value stand again; ``judgement.reason`` says why.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        Refused: no reason is given, or there is nothing to take back.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.JUDGE, f"portfolio {portfolio}")
    if not judgement.reason.strip():
        raise Refused("Say why: others will want to know.")
    _keep(store, actor, portfolio, [judgement], taken_back=True)


def load_judgements(store: Store, actor: Actor, portfolio: str) -> tuple[Judgement, ...]:
    """Return the judgements that stand for a portfolio.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    with store.read() as session:
        found = visible_portfolio(session, actor, portfolio)
        return as_judgements(judgement_rows(session, found.id), {})


def _check(one: Judgement) -> None:
    if not one.reason.strip():
        raise Refused("Say what this rests on: others will want to know.")
    try:
        read_value(one.topic, one.value)
    except UnreadableJudgement as error:
        raise Refused(str(error)) from None
    if one.topic is Topic.ANSWER and (not one.subject or criterion_of(one) is None):
        raise Refused("Name the option and the criterion that the answer is about.")
    if one.topic is Topic.ALIKE and not (one.subject and one.other):
        raise Refused("Name the two models that are compared.")
    if one.topic is Topic.EVALUATION and not one.other:
        raise Refused("Name the model that today's was compared with.")


def _keep(
    store: Store,
    actor: Actor,
    portfolio: str,
    judgements: Sequence[Judgement],
    *,
    taken_back: bool = False,
) -> tuple[int, ...]:
    def work(session: Session) -> tuple[int, ...]:
        found = visible_portfolio(session, actor, portfolio)
        standing = {_about(row): row.value for row in judgement_rows(session, found.id)}
        known: dict[str, Startup] = {}
        rows = []
        for judgement in judgements:
            about = _placed(session, found, judgement, known)
            value = None if taken_back else judgement.value.strip()
            row = JudgementRecord(
                portfolio_id=found.id,
                startup=about.startup,
                startup_key=comparison_key(about.startup),
                use_case=about.use_case,
                dependency_key=about.dependency_key,
                topic=about.topic.value,
                subject=about.subject,
                other=about.other,
                value=value,
                reason=about.reason.strip(),
                changed_by=actor.name,
                changed_at=store.now(),
            )
            before = standing.get(_about(row))
            if value is None and before is None:
                raise Refused("There is nothing to take back.")
            standing[_about(row)] = value
            rows.append(row)
            record(
                store,
                session,
                actor,
                Action.JUDGE,
                object_kind="judgement",
                object_name=f"{found.name}: {about.startup or 'all companies'}",
                before={"value": before},
                after={"value": value, **_said(about)},
                reason=about.reason.strip(),
            )
        session.add_all(rows)
        session.flush()
        mark_written(found, at=store.now())
        return tuple(row.id for row in rows)

    return store.transact(work)


def _about(row: JudgementRecord) -> tuple[str, ...]:
    """What a judgement is about: a later one about the same counts instead."""
    return (
        row.startup_key,
        row.use_case,
        row.dependency_key,
        row.topic,
        row.subject,
        row.other,
    )


def _said(one: Judgement) -> dict[str, str]:
    told = {
        "topic": one.topic.value,
        "use_case": one.use_case,
        "about": one.subject,
        "other": one.other,
    }
    return {name: text for name, text in told.items() if text}


def _placed(
    session: Session, portfolio: PortfolioRecord, one: Judgement, known: dict[str, Startup]
) -> Judgement:
    """The judgement under the register's own names; how alike models are holds for everybody.

    An evaluation is of the model that the use case calls, as the register names it. ``known`` keeps
    the startups that were read.
    """
    if one.topic is Topic.ALIKE:
        return replace(one, startup="", use_case="", dependency_key="")
    startup = known.get(one.startup)
    if startup is None:
        startup = known[one.startup] = startup_named(session, portfolio, one.startup)
    case = use_case_named(startup, one.use_case or None)
    key, subject = "", one.subject
    if one.topic is Topic.EVALUATION:
        subject = _called(case, subject)
    if one.topic in (*AGREEMENTS, *OVERRIDES):
        key = dependency_of(case, one.dependency_key or None).key
    return replace(
        one, startup=startup.name, use_case=case.name, dependency_key=key, subject=subject
    )


def _called(case: UseCase, model: str) -> str:
    """The model of today that an evaluation is about; the only one for an empty name."""
    names = [one.model or NOT_NAMED for one in case.dependencies if one.answer is Answer.YES]
    known = list(dict.fromkeys(names))
    if not model and len(known) == 1:
        return known[0]
    found = [one for one in known if model and model_key(one) == model_key(model)]
    if len(found) == 1:
        return found[0]
    raise Refused(
        f"Name the model that “{case.name}” calls today: {'; '.join(known)}."
        if known
        else f"“{case.name}” depends on no language model."
    )
