"""The inbox of a portfolio: its open questions together, and answers for all whom one concerns."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from db.engine import Store
from db.errors import Refused
from db.register.as_inventory import naming_lines
from db.register.naming import comparison_key
from db.register.rows import read_register
from db.register.tables import (
    DEPENDENCIES,
    LIVE_DEPENDENCY,
    LIVE_USE_CASE,
    STARTUPS,
    USE_CASES,
    startups_of,
)
from db.services.access import Action, Actor, authorize
from db.services.reference import add_alias, load_resolver, remove_alias
from db.services.scoring import score_portfolio
from db.services.statements import state_lines
from db.services.valuations import valuation
from db.services.visible import visible_portfolio
from db.sharing.proposals import alias_said, column_of_fact, read_fact
from risk.catalog.records import Answer
from risk.inventory.formats.export_tables import Cell
from risk.inventory.records import DEPENDS_ON_NOTHING
from risk.loss.facts import CRITICAL
from risk.loss.questions import OF_COMPANY
from risk.loss.valuation import Valuation
from risk.loss.worlds import LARGE
from risk.portfolio.asked import STANDS_FOR
from risk.portfolio.inbox import (
    SEPARATOR,
    Inbox,
    OpenName,
    OpenQuestion,
    every_open_fact,
    inbox_of,
)
from risk.portfolio.results import PortfolioAssessment
from risk.portfolio.startups import assessed_of

#: Startups whose names one statement asks for.
_AT_ONCE = 4_000


@dataclass(frozen=True, kw_only=True)
class InboxAnswer:
    """An answer that was written: for so many ``companies``, as the batch of that number.

    ``text`` is what was decided about a name, for every portfolio; None: a fact was stated.
    """

    batch: int
    companies: int
    answers: int
    text: str | None = None


def question_inbox(
    store: Store,
    actor: Actor,
    portfolio: str,
    *,
    today: date,
    whole: PortfolioAssessment | None = None,
) -> Inbox:
    """Put together what is open of a portfolio, the questions that remove most range first.

    ``whole`` is its answer where the caller has it. Of a portfolio so large that its questions are
    not kept, the best one of each startup is asked, and texts are counted.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    answer = whole or score_portfolio(store, actor, portfolio, today=today)
    names = assessed_of(answer).table.names
    with store.read() as session:
        number = visible_portfolio(session, actor, portfolio).id
        if len(names) > LARGE:
            return inbox_of(answer, None, _counted_names(session, number))
        texts = _names_by_company(session, number, names)
    laid_out = valuation(store, actor, portfolio, today=today)
    return inbox_of(answer, laid_out, texts)


def answer_question(
    store: Store,
    actor: Actor,
    portfolio: str,
    key: str,
    answer: str | Mapping[str, str],
    *,
    today: date,
    companies: Collection[str] | None = None,
) -> InboxAnswer:
    """Write an answer for all whom a question concerns, or for some ``companies``, as one batch.

    ``key`` is that of the question in the inbox. ``answer`` is written as a person writes it
    (``45k``, ``70%``, ``written``), or a mapping by company. What a text stands for is decided for
    every portfolio; the dependencies of this one are read anew.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        Refused: there is no such question, nobody whom it concerns is named, the answer cannot be
            read, or the portfolio is too large for it; the sentence says what to do.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.IMPORT, f"portfolio {portfolio}")
    inbox = question_inbox(store, actor, portfolio, today=today)
    question = inbox.by_key.get(key)
    if question is None:
        raise Refused("That question is not open any more. The list of questions is up to date.")
    if question.is_a_name:
        if not isinstance(answer, str) or companies is not None:
            raise Refused("A text stands for the same in every company: give one answer for all.")
        return _answer_name(store, actor, portfolio, question, answer.strip())
    return _answer_fact(store, actor, portfolio, question, answer, today, companies)


def companies_asked(
    store: Store, actor: Actor, portfolio: str, key: str, *, today: date
) -> tuple[str, ...]:
    """List the companies that left a question open, in the order of the register.

    Of a portfolio too large to keep its questions there are none to list.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    with store.read() as session:
        number = visible_portfolio(session, actor, portfolio).id
        field, _, about = key.partition(SEPARATOR)
        if field == STANDS_FOR:
            query = (
                select(STARTUPS.c.name)
                .select_from(DEPENDENCIES.join(USE_CASES).join(STARTUPS))
                .where(*_open(session, number), DEPENDENCIES.c.provider_key == about)
                .order_by(STARTUPS.c.id)
                .limit(_AT_ONCE)
            )
            return tuple(dict.fromkeys(session.scalars(query)))
    laid_out = valuation(store, actor, portfolio, today=today)
    places = _places_of(laid_out, field, about or None)
    return tuple(dict.fromkeys(one.startup for one in places))


# --- Texts ----------------------------------------------------------------------------------------


def _open(session: Session, portfolio: int) -> tuple[ColumnElement[bool], ...]:
    return (
        startups_of(session, portfolio),
        LIVE_USE_CASE,
        LIVE_DEPENDENCY,
        DEPENDENCIES.c.answer == Answer.ASK,
    )


def _names_by_company(session: Session, portfolio: int, names: Sequence[str]) -> list[OpenName]:
    """Every open text with the places of the companies that wrote it."""
    place = {name: row for row, name in enumerate(names)}
    query = (
        select(
            STARTUPS.c.name,
            DEPENDENCIES.c.provider_key,
            func.min(DEPENDENCIES.c.provider_text),
            func.count(),
        )
        .select_from(DEPENDENCIES.join(USE_CASES).join(STARTUPS))
        .where(*_open(session, portfolio))
        .group_by(STARTUPS.c.name, DEPENDENCIES.c.provider_key)
        .order_by(DEPENDENCIES.c.provider_key, STARTUPS.c.name)
    )
    found: dict[str, tuple[str, dict[int, int]]] = {}
    for name, key, text, count in session.execute(query):
        if name in place:
            found.setdefault(key, (text, {}))[1][place[name]] = count
    return [
        OpenName(
            key=key,
            text=text,
            companies=len(times),
            dependencies=sum(times.values()),
            rows=np.array(list(times), dtype=np.int64),
            times=np.array(list(times.values()), dtype=np.int64),
        )
        for key, (text, times) in found.items()
    ]


def _counted_names(session: Session, portfolio: int) -> list[OpenName]:
    """Every open text of a large portfolio, counted."""
    query = (
        select(
            DEPENDENCIES.c.provider_key,
            func.min(DEPENDENCIES.c.provider_text),
            func.count(func.distinct(STARTUPS.c.id)),
            func.count(),
        )
        .select_from(DEPENDENCIES.join(USE_CASES).join(STARTUPS))
        .where(*_open(session, portfolio))
        .group_by(DEPENDENCIES.c.provider_key)
        .order_by(DEPENDENCIES.c.provider_key)
    )
    nobody = np.zeros(0, dtype=np.int64)
    return [
        OpenName(
            key=key,
            text=text,
            companies=companies,
            dependencies=count,
            rows=nobody,
            times=nobody,
        )
        for key, text, companies, count in session.execute(query)
    ]


def _answer_name(
    store: Store, actor: Actor, portfolio: str, question: OpenQuestion, answer: str
) -> InboxAnswer:
    if not answer:
        raise Refused("Say what the text stands for: a provider, or that it is no AI model.")
    text = question.about or ""
    source = f"answered by {actor.name}"
    alias = alias_said(text, answer, source, load_resolver(store, actor))
    with store.read() as session:
        number = visible_portfolio(session, actor, portfolio).id
        wanted = DEPENDENCIES.c.provider_key == question.text_key
        query = (
            select(STARTUPS.c.name_key, DEPENDENCIES.c.key)
            .select_from(DEPENDENCIES.join(USE_CASES).join(STARTUPS))
            .where(*_open(session, number), wanted)
        )
        rows = session.execute(query).all()
        naming = _naming(session, number, {row.name_key for row in rows})
    lines = [naming[row.key] for row in rows if row.key in naming]
    if not lines:
        raise Refused(f"No company names “{text}” any more.")
    # What a name stands for is decided as on the page Import; then its lines are read anew.
    add_alias(store, actor, alias)
    try:
        file_name = f"what “{text}” stands for.csv"
        published = state_lines(store, actor, portfolio, lines, file_name=file_name)
    except BaseException:
        remove_alias(store, actor, text)
        raise
    companies = len({line["startup"] for line in lines})
    return InboxAnswer(
        batch=published.batch, companies=companies, answers=len(lines), text=alias.text
    )


def _naming(session: Session, portfolio: int, keys: Iterable[str]) -> dict[str, Mapping[str, Cell]]:
    """By the key of each dependency of some startups, the cells that say which one it is."""
    found: dict[str, Mapping[str, Cell]] = {}
    listed = sorted(keys)
    for start in range(0, len(listed), _AT_ONCE):
        some = listed[start : start + _AT_ONCE]
        found |= naming_lines(read_register(session, portfolio, names=some))
    return found


# --- Facts ----------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class OpenPlace:
    """Where an answer is missing: the company, and its use case or the key of its dependency."""

    startup: str
    use_case: str | None = None
    dependency: str | None = None


def _answer_fact(
    store: Store,
    actor: Actor,
    portfolio: str,
    question: OpenQuestion,
    answer: str | Mapping[str, str],
    today: date,
    companies: Collection[str] | None,
) -> InboxAnswer:
    laid_out = valuation(store, actor, portfolio, today=today)
    if len(laid_out.members) > LARGE:
        raise Refused(
            f"A portfolio of more than {LARGE:,} companies is answered by a file: import a table "
            f"with the columns company and {column_of_fact(question.field)}."
        )
    places = _places_of(laid_out, question.field, question.about)
    wanted = None if companies is None else {comparison_key(one) for one in companies}
    said = answer if isinstance(answer, str) else _by_key(answer)
    chosen: list[tuple[OpenPlace, Any]] = []
    for one in places:
        key = comparison_key(one.startup)
        written = said if isinstance(said, str) else said.get(key, "")
        if (wanted is None or key in wanted) and written.strip():
            chosen.append((one, _read(question.field, written)))
    if not chosen:
        raise Refused("Nothing is answered yet: write an answer for at least one company.")
    with store.read() as session:
        number = visible_portfolio(session, actor, portfolio).id
        keys = {comparison_key(one.startup) for one, _ in chosen if one.dependency}
        naming = _naming(session, number, keys)
    column = column_of_fact(question.field)
    source = {"source": f"answered by {actor.name}", "as_of": today}
    lines = [{**_line(one, naming), column: value, **source} for one, value in chosen]
    file_name = f"answers on {column.replace('_', ' ')}.csv"
    published = state_lines(store, actor, portfolio, lines, file_name=file_name)
    return InboxAnswer(
        batch=published.batch,
        companies=len({one.startup for one, _ in chosen}),
        answers=len(lines),
    )


def _by_key(answers: Mapping[str, str]) -> dict[str, str]:
    return {comparison_key(name): text for name, text in answers.items()}


def _read(field: str, written: str) -> Cell:
    """An answer as the cell of a file.

    Raises:
        Refused: it cannot be read; the sentence says what to write.
    """
    value, fault = read_fact(field, written.strip())
    if fault is not None:
        raise Refused(fault)
    if value is None:
        raise Refused(f"“{written[:40]}” says nothing. Leave the field empty to keep it open.")
    return str(value) if not isinstance(value, int | float) else value


def _places_of(laid_out: Valuation, field: str, about: str | None) -> list[OpenPlace]:
    """Where answers to a question are missing."""
    facts, members = every_open_fact(laid_out), laid_out.members
    if facts is None or members.use_cases is None or members.keys is None:
        return []
    asked = [
        group for group in np.unique(facts.group).tolist() if facts.called(group) == (field, about)
    ]
    found = np.flatnonzero(np.isin(facts.group, asked))
    places = []
    for row in found.tolist():
        startup, place = members.names[int(facts.owner[row])], int(facts.place[row])
        fact = int(facts.fact[row])
        if fact in OF_COMPANY:
            places.append(OpenPlace(startup=startup))
        elif fact == CRITICAL:
            places.append(OpenPlace(startup=startup, use_case=members.use_cases[place]))
        else:
            places.append(OpenPlace(startup=startup, dependency=members.keys[place]))
    return places


def _line(place: OpenPlace, naming: Mapping[str, Mapping[str, Cell]]) -> dict[str, Cell]:
    """The cells that say what a fact is about."""
    if place.dependency is None:
        line: dict[str, Cell] = {"startup": place.startup, "provider": DEPENDS_ON_NOTHING}
        return line if place.use_case is None else {**line, "use_case": place.use_case}
    if place.dependency not in naming:
        raise Refused(f"{place.startup} was changed meanwhile: look at the questions again.")
    return dict(naming[place.dependency])
