"""Portfolios of the store laid out to be valued, at every size, and the last ones kept at hand."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from hashlib import sha256
from typing import Any, NamedTuple, TypeVar

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.chunks.answers import REGISTER, before_from, register_from
from db.engine import Store, view_of
from db.records import KeptAnswerRecord, KeptColumnRecord, PortfolioRecord, table_of
from db.reference.reading import catalog_state
from db.register.loss_columns import (
    AT_ONCE,
    Evidence,
    Read,
    joined,
    marked_startups,
    places_of,
    read_again,
    read_evidence,
    read_startups,
    span,
    stretches,
)
from db.register.naming import comparison_key
from db.register.tables import STARTUPS, startups_of
from db.services.access import Action, Actor, authorize
from db.services.assumptions import assumptions_of
from db.services.counts import startups_in
from db.services.hazard import ScoredHazard, hazard_for_scores, hazard_revision
from db.services.in_memory import AtHand
from db.services.visible import visible_portfolio
from risk.alternatives.options import StartupNotFound
from risk.assumptions import Assumptions
from risk.loss.changes import MOST_CHANGED, Before
from risk.loss.columns import ordered
from risk.loss.valuation import Valuation
from risk.loss.worlds import LARGE, worlds_for
from risk.portfolio.assessment import MODEL_VERSION

KEPT = table_of(KeptAnswerRecord)
COLUMNS = table_of(KeptColumnRecord)

Thing = TypeVar("Thing")

#: Numbers of startups that are marked at once: what is read of them is one text.
MARKED_AT_ONCE = 4_000
#: What is kept at hand for each open store, in startups; a portfolio counts as so many more, for
#: the tables of its worlds. One alone is kept whatever its size.
MOST_STARTUPS, OF_EACH = 1_200_000, 50_000
_at_hand = AtHand[Valuation](MOST_STARTUPS, lambda one: len(one.members) + OF_EACH)


def valuation(
    store: Store,
    actor: Actor,
    portfolio: str,
    *,
    today: date,
    assumptions: Assumptions | None = None,
    known_at: datetime | None = None,
) -> Valuation:
    """Return a portfolio laid out to be valued, whatever its size, as of one moment.

    Rows follow the numbers of startups in the store. Drills and agreements are laid over what the
    inventory says, signals and learned rates over the reference facts. ``assumptions`` are tried
    this once in place of the stored ones; of signals and incidents only those recorded by
    ``known_at`` count where a moment is given. Whoever asks for the same again is given the same
    object, with what was worked out on it meanwhile.

    Raises:
        PortfolioNotFound: no portfolio has this name, whatever its case.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    with store.read() as session:
        found = visible_portfolio(session, actor, portfolio)
        stand = assumptions or assumptions_of(session, found.id)
        state = catalog_state(session)
        seen = (found.id, found.name, found.revision, found.updated_at)
        # Some of its startups are valued in as many worlds as all: there their draws are the same.
        whole = startups_in(store, session, [found], whole=True)[found.id]
        count = worlds_for(whole) if view_of(session).slices else None
    key = (seen, state, hazard_revision(store, actor), stand, today, known_at)

    def lay_out() -> Valuation:
        hazard = hazard_for_scores(store, actor, stand, today=today, known_at=known_at)
        with store.read() as session:
            found = visible_portfolio(session, actor, portfolio)
            evidence = read_evidence(session, found.id)
            inputs = _Inputs(session, found, evidence, hazard, stand, today)
            if startups_in(store, session, [found])[found.id] <= LARGE:
                runs = stretches(session, found.id, size=AT_ONCE)
                read = joined(_read(inputs, numbers=numbers) for numbers in runs)
                return _valuation(found, read, hazard, stand, today, count=count)
            last = _at_hand.last(store, lambda other: _of_the_same(other, key))
            if known_at is not None:
                held = None  # What is kept in the store is of now.
            elif last is None or last.members.marks is None:
                rests = rests_on(session, store, actor, stand)
                held = _kept_register(session, found.id, rests, today)
            else:
                held = Read(members=last.members, columns=last.columns, asked=None)
            laid_out = _read_large(inputs, held)
            made = _valuation(found, laid_out, hazard, stand, today, count=count)
            if known_at is None and view_of(session).is_whole:
                rests = rests_on(session, store, actor, stand)
                made.follow(partial(_kept_before, store, found.id, rests, today))
            if last is not None:
                made.follow(last)
            return made

    return _at_hand.get(store, key, lay_out)


def _of_the_same(other: Any, key: tuple[Any, ...]) -> bool:
    """Whether both are keys of one portfolio on the same facts but its startups'."""
    return bool(other[0][0] == key[0][0] and other[1:] == key[1:])


def rests_on(session: Session, store: Store, actor: Actor, assumptions: Assumptions) -> str:
    """A digest of whatever an answer rests on but the portfolio and the day."""
    parts = MODEL_VERSION, catalog_state(session), hazard_revision(store, actor), assumptions
    return sha256(repr(parts).encode()).hexdigest()


def valuation_alone(
    store: Store,
    actor: Actor,
    portfolio: str,
    startup: str,
    *,
    today: date,
    assumptions: Assumptions | None = None,
) -> Valuation:
    """Return one startup laid out to be valued, without reading the others of its portfolio.

    It is valued in as many worlds as its portfolio, where its draws are the same.

    Raises:
        PortfolioNotFound: no portfolio has this name, whatever its case.
        StartupNotFound: the portfolio has no startup of this name.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    with store.read() as session:
        found = visible_portfolio(session, actor, portfolio)
        stand = assumptions or assumptions_of(session, found.id)
    hazard = hazard_for_scores(store, actor, stand, today=today)
    with store.read() as session:
        found = visible_portfolio(session, actor, portfolio)
        named = STARTUPS.c.name_key == comparison_key(startup)
        of_name = select(STARTUPS.c.id).where(startups_of(session, found.id), named)
        number = session.scalar(of_name)
        if number is None:
            raise StartupNotFound(f"There is no company called '{startup}' in {portfolio}.")
        evidence = read_evidence(session, found.id)
        inputs = _Inputs(session, found, evidence, hazard, stand, today)
        read = _read(inputs, numbers=(number, number))
        beside = startups_in(store, session, [found], whole=True)[found.id]
        return _valuation(found, read, hazard, stand, today, count=worlds_for(beside))


class _Inputs(NamedTuple):
    """What startups of a portfolio are read with."""

    session: Session
    found: PortfolioRecord
    evidence: Evidence
    hazard: ScoredHazard
    assumptions: Assumptions
    today: date


def _read(
    inputs: _Inputs,
    *,
    numbers: tuple[int, int] | None = None,
    only: Sequence[int] | None = None,
    named: bool = True,
) -> Read:
    return read_startups(
        inputs.session,
        inputs.found.id,
        evidence=inputs.evidence,
        catalog=inputs.hazard.catalog,
        assumptions=inputs.assumptions,
        today=inputs.today,
        numbers=numbers,
        only=only,
        named=named,
    )


def _read_large(inputs: _Inputs, kept: Read | None) -> Read:
    """Startups of a large portfolio, of which those are not read that are as they were kept.

    Names of everything that it depends on would fill the memory, so that none are read.
    """
    session, portfolio = inputs.session, inputs.found.id
    first, last = span(session, portfolio)
    marked = [
        marked_startups(
            session, portfolio, inputs.evidence, (start, min(start + MARKED_AT_ONCE - 1, last))
        )
        for start in range(first, last + 1, MARKED_AT_ONCE)
    ]
    numbers = np.concatenate([one.numbers for one in marked])
    marks = np.concatenate([one.marks for one in marked])
    places = np.full(len(marks), -1) if kept is None else places_of(kept.members, marks)
    fresh = np.flatnonzero(places < 0)
    if kept is None or len(fresh) > MOST_CHANGED * len(marks):
        runs = stretches(session, portfolio, size=AT_ONCE)
        read = joined(_read(inputs, numbers=one, named=False) for one in runs)
    else:
        parts = _by(numbers[fresh].tolist(), AT_ONCE)
        new = joined(_read(inputs, only=part, named=False) for part in parts)
        read = read_again(kept, places, new)
    return replace(read, members=replace(read.members, marks=marks))


def _by(things: Sequence[Thing], size: int) -> list[Sequence[Thing]]:
    """Things in runs of so many."""
    return [things[start : start + size] for start in range(0, len(things), size)]


def _kept_register(session: Session, portfolio_id: int, rests: str, today: date) -> Read | None:
    """The startups that an answer of today is about that rests on the same; None: there is none."""
    answer = select(KEPT.c.id).where(
        KEPT.c.portfolio_id == portfolio_id, KEPT.c.rests_on == rests, KEPT.c.as_of == today
    )
    query = select(COLUMNS.c.name, COLUMNS.c.content).where(
        COLUMNS.c.answer_id.in_(answer), COLUMNS.c.name.in_(REGISTER)
    )
    found = register_from(dict(session.execute(query).all()))
    return None if found is None else Read(members=found[0], columns=found[1], asked=None)


def _kept_before(store: Store, portfolio_id: int, rests: str, today: date) -> Before | None:
    """What an answer of today that rests on the same was made of; None: there is none."""
    answer = select(KEPT.c.id).where(
        KEPT.c.portfolio_id == portfolio_id, KEPT.c.rests_on == rests, KEPT.c.as_of == today
    )
    query = select(COLUMNS.c.name, COLUMNS.c.content).where(COLUMNS.c.answer_id.in_(answer))
    with store.read() as session:
        return before_from(dict(session.execute(query).all()))


def _valuation(
    found: PortfolioRecord,
    read: Read,
    hazard: ScoredHazard,
    assumptions: Assumptions,
    today: date,
    *,
    count: int | None = None,
) -> Valuation:
    return Valuation(
        portfolio=found.name,
        invented=found.invented,
        members=read.members,
        columns=ordered(read.columns),
        catalog=hazard.catalog,
        assumptions=assumptions,
        today=today,
        before_signals=hazard.before_signals,
        count=count,
        asked=read.asked,
    )
