"""The register as the columns that losses are calculated from, without a record per startup.

One statement for each table reads plain columns. Texts of closed lists become codes, and an
endpoint is looked up once for each combination of names, not once for each dependency. What comes
out is what :func:`risk.loss.columns.columns_of` makes of the same startups, row for row: startups,
use cases and dependencies follow their numbers in the store, countries and endpoints are numbered
as they are first met. Draws hang on the keys of dependencies, not on numbers of rows, which tell
the order of imports.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import Enum
from functools import cached_property
from hashlib import sha256
from itertools import compress, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Float, Text, and_, cast, func, select, type_coerce
from sqlalchemy.orm import Session

from db.records import DrillRecord, JudgementRecord, table_of
from db.register.evidence import as_drills, as_judgements, drill_rows, judgement_rows, names_by_key
from db.register.recorded import RecordedDays, recorded_days
from db.register.tables import (
    DEPENDENCIES,
    FACTS,
    LIVE_DEPENDENCY,
    LIVE_USE_CASE,
    STARTUPS,
    USE_CASES,
    among_startups_of,
    startups_of,
)
from risk.alternatives.evidence import with_evidence
from risk.alternatives.judgements import AGREEMENTS, Topic
from risk.assumptions import Assumptions
from risk.catalog.records import Answer, Catalog
from risk.hazard.supply_chain import Endpoint
from risk.inventory.exposed import CONSENT, CONTRACTED, REAL_FALLBACKS
from risk.inventory.records import (
    CapacityClass,
    Dependency,
    Fallback,
    Portfolio,
    Startup,
    UseCase,
)
from risk.loss.changes import Spliced, marks_of_lines
from risk.loss.columns import (
    AGREEMENT,
    CONSENT_OF_CUSTOMERS,
    DATED,
    DEPTHS,
    FALLBACKS,
    MOVES,
    NO_AGREEMENT,
    PLANS,
    REQUIREMENTS,
    RESIDENCY,
    CaseColumns,
    Codes,
    Columns,
    DependencyColumns,
    Floats,
    Rows,
    StartupColumns,
)
from risk.loss.draws import seeds_of
from risk.loss.places import endpoint_for, fallback_endpoint
from risk.loss.valuation import Asked, Members

#: Columns of ages of the facts in DATED.
AGES = ("revenue_age", "margin_age", "ai_share_age", "engineers_age")
#: Startups that are read at once.
AT_ONCE = 2_000
#: Rows that are taken apart at once: fewer than set off Python's search for garbage.
ROWS_AT_ONCE = 250

Places = NDArray[np.integer[Any]]
Texts = NDArray[np.object_]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What was shown and said of a portfolio's dependencies beside its inventory."""

    drills: tuple[DrillRecord, ...]
    judgements: tuple[JudgementRecord, ...]

    def about(self, keys: Collection[str]) -> "Evidence":
        """What is about dependencies of these keys."""
        return Evidence(
            drills=tuple(one for one in self.drills if one.dependency_key in keys),
            judgements=tuple(one for one in self.judgements if one.dependency_key in keys),
        )

    @cached_property
    def mark(self) -> str:
        """Another text once anything of it is another."""
        told = [
            [repr(getattr(one, column.key)) for column in table_of(type(one)).columns]
            for one in (*self.drills, *self.judgements)
        ]
        return sha256(repr(told).encode()).hexdigest()


def read_evidence(session: Session, portfolio_id: int) -> Evidence:
    """Every drill and judgement that stands and can change a column, of all its startups."""
    topics = {one.value for one in (*AGREEMENTS, Topic.EXIT_PLAN)}
    said = judgement_rows(session, portfolio_id)
    return Evidence(
        drills=tuple(drill_rows(session, portfolio_id)),
        judgements=tuple(one for one in said if one.topic in topics),
    )


@dataclass(frozen=True, kw_only=True)
class Read:
    """Startups as they were read: who they are, and their columns, row for row.

    ``asked`` are those with open questions, each answered by yes; None without any.
    """

    members: Members
    columns: Columns
    asked: Asked | None


def read_startups(
    session: Session,
    portfolio_id: int,
    *,
    evidence: Evidence,
    catalog: Catalog,
    assumptions: Assumptions,
    today: date,
    numbers: tuple[int, int] | None = None,
    only: Sequence[int] | None = None,
    named: bool = True,
) -> Read:
    """The startups of a portfolio, or those with ``numbers`` from the first to the last.

    Or those of them with ``only`` these numbers.
    ``evidence`` is laid over what the inventory said; ``assumptions`` say what a drill must show.
    Unless ``named``, use cases and dependencies are read without their names.
    """
    of_startup, of_case = _chosen(session, portfolio_id, numbers, only)
    of_link = and_(
        DEPENDENCIES.c.use_case_id.in_(select(USE_CASES.c.id).where(of_case)), LIVE_DEPENDENCY
    )
    dated = FACTS.c.startup_id.in_(select(STARTUPS.c.id).where(of_startup))
    tables = _Tables(
        firms=_by_number(_read(session, _STARTUP_COLUMNS, of_startup)),
        cases=_read(session, _CASE_COLUMNS + _CASE_NAMES * named, of_case),
        links=_read(session, _LINK_COLUMNS + _LINK_NAMES * named, of_link),
        facts=_read(session, _FACT_COLUMNS, and_(dated, FACTS.c.field.in_(DATED))),
        named=named,
    )
    days = _Days(recorded_days(session, portfolio_id))

    def laid_out(one: _Tables) -> tuple[Members, Columns]:
        return _laid_out(one, days, evidence, catalog, assumptions, today)

    members, columns = laid_out(tables)
    places = np.flatnonzero(members.questions > 0)
    asked = None
    if len(places):
        theirs, answered = laid_out(tables.of(places).with_every_yes())
        asked = Asked(columns=answered, members=theirs, places=places)
    return Read(members=members, columns=columns, asked=asked)


@dataclass(frozen=True, kw_only=True)
class Marked:
    """Startups by their numbers in the store, rising, each with its mark, (n,) each."""

    numbers: NDArray[np.int64]
    marks: NDArray[np.uint64]


def marked_startups(
    session: Session, portfolio_id: int, evidence: Evidence, numbers: tuple[int, int]
) -> Marked:
    """Startups with ``numbers`` from the first to the last, each with a mark of what is read of it.

    Marks are made of rows as the database writes them, which takes less than reading them. Rows
    in another order give the same.
    """
    of_startup, of_case = _chosen(session, portfolio_id, numbers)
    of_fact = FACTS.c.startup_id.in_(select(STARTUPS.c.id).where(of_startup))
    on = and_(DEPENDENCIES.c.use_case_id == USE_CASES.c.id, LIVE_DEPENDENCY)
    # A use case is told with each of its dependencies: together they are one statement.
    of_cases = _own(USE_CASES, _CASE_COLUMNS) + _own(DEPENDENCIES, _LINK_COLUMNS)
    rows = (
        (STARTUPS.c.id, _own(STARTUPS, _STARTUP_COLUMNS), STARTUPS, of_startup),
        (USE_CASES.c.startup_id, of_cases, USE_CASES.outerjoin(DEPENDENCIES, on), of_case),
        (
            *(FACTS.c.startup_id, _own(FACTS, _FACT_COLUMNS), FACTS),
            and_(of_fact, FACTS.c.field.in_(DATED)),
        ),
    )
    said = int.from_bytes(bytes.fromhex(evidence.mark)[:8], "little")
    recorded = recorded_days(session, portfolio_id).mark
    if recorded:
        said ^= int.from_bytes(bytes.fromhex(recorded)[:8], "little")
    found, marks = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.uint64)
    for number, (owner, columns, tables, condition) in enumerate(rows):
        lines = func.aggregate_strings(_as_text(session, [owner, *columns]), "\n")
        text = session.scalar(select(lines).select_from(tables).where(condition)) or ""
        owners, own = marks_of_lines(text.encode(), said ^ number)
        if not number:
            found = np.sort(owners)
            marks = np.zeros(len(found), dtype=np.uint64)
        np.add.at(marks, np.searchsorted(found, owners), own)
    return Marked(numbers=found, marks=marks)


def _own(table: Any, columns: list[ColumnElement[Any]]) -> list[ColumnElement[Any]]:
    """Columns of a table, with their types, without whose its rows are, which is told beside."""
    names = [str(one.name) for one in columns]
    return [table.c[name] for name in names if name not in ("startup_id", "use_case_id")]


def places_of(members: Members, marks: NDArray[np.uint64]) -> NDArray[np.int64]:
    """The places of startups with some marks that are without open questions; -1: none."""
    own = members.marks
    if own is None or not len(own):
        return np.full(len(marks), -1)
    order = np.argsort(own)
    place = order[np.minimum(np.searchsorted(own[order], marks), len(own) - 1)]
    return np.where((own[place] == marks) & (members.questions[place] == 0), place, -1)


def _as_text(session: Session, columns: list[ColumnElement[Any]]) -> ColumnElement[Any]:
    """A row as one line of text, to the last digit of each value."""
    if session.get_bind().dialect.name != "sqlite":
        return cast(func.json_build_array(*columns), Text)
    # SQLite writes 15 digits of a number into JSON, and as many as it takes where it quotes.
    return func.json_array(
        *(
            func.quote(one) if isinstance(one.type, Float) else type_coerce(one, Text)
            for one in columns
        )
    )


@dataclass(frozen=True, kw_only=True)
class _Tables:
    """Rows of startups, their use cases, dependencies and dated facts, as they are stored."""

    firms: "Table"
    cases: "Table"
    links: "Table"
    facts: "Table"
    named: bool

    def of(self, places: Places) -> "_Tables":
        """Those of startups at some places."""
        firms = {name: [one[row] for row in places.tolist()] for name, one in self.firms.items()}
        cases = _where(self.cases, "startup_id", firms["id"])
        return _Tables(
            firms=firms,
            cases=cases,
            links=_where(self.links, "use_case_id", cases["id"]),
            facts=_where(self.facts, "startup_id", firms["id"]),
            named=self.named,
        )

    def with_every_yes(self) -> "_Tables":
        """The same with every open question answered by yes."""
        yes = [Answer.YES if one == Answer.ASK else one for one in self.links["answer"]]
        return replace(self, links={**self.links, "answer": yes})


def _laid_out(
    tables: _Tables,
    days: "_Days",
    evidence: Evidence,
    catalog: Catalog,
    assumptions: Assumptions,
    today: date,
) -> tuple[Members, Columns]:
    """Who startups are, and their columns."""
    firms, places = tables.firms, _Endpoints(catalog)
    count = len(firms["id"])
    cases = _Cases.of(tables.cases, _whole(firms["id"]))
    case, recorded = _case_of(tables.links, cases), days.of_records(DEPENDENCIES.name, tables.links)
    answer = np.array(tables.links["answer"], dtype=np.object_)
    unread = np.nan_to_num(_floats(firms["unread_lines"])).astype(np.int32)
    said = _Said.of(answer == Answer.ASK, case, recorded, cases, unread=unread)
    models = answer == Answer.YES
    links = _Links.of(
        _chosen_rows(tables.links, models.tolist()), case[models], recorded[models], places, days
    )
    _lay_evidence_over(
        links,
        evidence,
        name_at=lambda row: firms["name"][cases.startup[links.case[row]]],
        assumptions=assumptions,
    )
    stated = _stated_on(firms, tables.facts, days)
    members = Members(
        names=firms["name"],
        sectors=firms["sector"],
        questions=said.open_questions + said.unread,
        empty=np.bincount(cases.startup, minlength=count) == 0,
        use_cases=cases.name[np.unique(links.case)].tolist() if tables.named else None,
        keys=links.key.tolist() if tables.named else None,
        texts=links.text.tolist() if tables.named else None,
    )
    return members, _assembled(firms, cases, links, said, stated, places=places, today=today)


def span(session: Session, portfolio_id: int) -> tuple[int, int]:
    """The first and last number of a portfolio's startups; the last is below where it has none."""
    query = select(func.min(STARTUPS.c.id), func.max(STARTUPS.c.id))
    first, last = session.execute(query.where(startups_of(session, portfolio_id))).one()
    return (0, -1) if first is None else (first, last)


def stretches(
    session: Session, portfolio_id: int, *, size: int = AT_ONCE
) -> tuple[tuple[int, int], ...]:
    """The first and last numbers of each ``size`` startups of a portfolio, in their order."""
    place = func.row_number().over(order_by=STARTUPS.c.id) - 1
    own = (
        select(STARTUPS.c.id, (place // size).label("stretch"))
        .where(startups_of(session, portfolio_id))
        .subquery()
    )
    edges = select(func.min(own.c.id), func.max(own.c.id))
    found = session.execute(edges.group_by(own.c.stretch).order_by(own.c.stretch))
    return tuple((first, last) for first, last in found)


def joined(stretches: Iterable[Read]) -> Read:
    """Several stretches of a portfolio, one after the other, as if read at once."""
    read = list(stretches)
    asked = [one.asked for one in read if one.asked is not None]
    starts = np.cumsum([0, *(len(one.members) for one in read)])
    places = [
        start + one.asked.places
        for start, one in zip(starts.tolist(), read, strict=False)
        if one.asked is not None
    ]
    return Read(
        members=_joined_members([one.members for one in read]),
        columns=_joined_columns([one.columns for one in read]),
        asked=Asked(
            columns=_joined_columns([one.columns for one in asked]),
            members=_joined_members([one.members for one in asked]),
            places=np.concatenate(places),
        )
        if asked
        else None,
    )


def _joined_members(members: Sequence[Members]) -> Members:
    return Members(
        names=[name for one in members for name in one.names],
        sectors=[sector for one in members for sector in one.sectors],
        questions=np.concatenate([np.zeros(0, np.int32), *(one.questions for one in members)]),
        empty=np.concatenate([np.zeros(0, np.bool_), *(one.empty for one in members)]),
        use_cases=_names(one.use_cases for one in members),
        keys=_names(one.keys for one in members),
        texts=_names(one.texts for one in members),
        marks=_joined_marks([one.marks for one in members]),
    )


def _joined_marks(parts: Sequence[NDArray[np.uint64] | None]) -> NDArray[np.uint64] | None:
    known = [one for one in parts if one is not None]
    return np.concatenate(known) if known and len(known) == len(parts) else None


def read_again(kept: Read, places: NDArray[np.int64], fresh: Read) -> Read:
    """Startups of which those with ``places`` are as they were kept there; of -1 are the fresh."""
    gone = np.ones(len(kept.members), dtype=np.bool_)
    gone[places[places >= 0]] = False
    changed = Spliced(
        length=len(places),
        same=np.flatnonzero(places >= 0),
        kept=places[places >= 0],
        fresh=np.flatnonzero(places < 0),
        gone=np.flatnonzero(gone),
    )
    asked = fresh.asked
    return Read(
        members=_spliced_members(kept.members, fresh.members, changed),
        columns=_spliced_columns(kept.columns, fresh.columns, changed),
        asked=replace(asked, places=changed.fresh[asked.places]) if asked else None,
    )


def _spliced_members(old: Members, new: Members, changed: Spliced) -> Members:
    """Startups of a large portfolio, some of which are others."""

    def texts(was: Sequence[Any], now: Sequence[Any]) -> Sequence[Any]:
        if changed.in_place and [was[place] for place in changed.fresh.tolist()] == list(now):
            return was
        both = np.array([*was, *now], dtype=np.object_)
        found: list[Any] = changed.of(both[: len(was)], both[len(was) :]).tolist()
        return found

    return Members(
        names=texts(old.names, new.names),
        sectors=texts(old.sectors, new.sectors),
        questions=changed.of(old.questions, new.questions),
        empty=changed.of(old.empty, new.empty),
    )


def _spliced_columns(old: Columns, new: Columns, changed: Spliced) -> Columns:
    """Columns of startups, some of which are others, and then perhaps on other endpoints."""
    countries, endpoints = _Numbered(), _Numbered()
    for one in (old, new):
        for name in one.countries:
            _ = countries[name]
        for end in one.endpoints:
            _ = endpoints[end]
    country = np.array([countries[name] for name in new.countries], dtype=np.int32)
    # The last one is for what has no endpoint.
    end_of = np.array([*(endpoints[each] for each in new.endpoints), -1], dtype=np.int32)
    links = new.dependencies
    moved = replace(
        new,
        startups=replace(new.startups, country=country[new.startups.country]),
        dependencies=replace(links, endpoint=end_of[links.endpoint], backup=end_of[links.backup]),
    )
    below = {"cases": ("startup", "startups"), "dependencies": ("case", "cases")}
    found: dict[str, Any] = {"startups": _spliced_table(old.startups, moved.startups, changed)}
    rows = changed
    for name, (owner, above) in below.items():
        sizes = [
            np.bincount(getattr(getattr(one, name), owner), minlength=len(getattr(one, above).row))
            for one in (old, moved)
        ]
        each, rows = rows.of(*sizes), rows.below(*sizes)
        table = _spliced_table(getattr(old, name), getattr(moved, name), rows)
        whose = np.repeat(np.arange(len(each), dtype=np.int32), each)
        same = getattr(getattr(old, name), owner)
        found[name] = replace(table, **{owner: same if rows.in_place else whose})
    return Columns(countries=tuple(countries), endpoints=tuple(endpoints), **found)


def _spliced_table(old: Any, new: Any, rows: Spliced) -> Any:
    return replace(
        old, **{name: rows.of(one, getattr(new, name)) for name, one in _arrays(old).items()}
    )


def _names(parts: Iterable[Sequence[str] | None]) -> list[str] | None:
    """Names one after the other; None if some were not read."""
    found: list[str] = []
    for one in parts:
        if one is None:
            return None
        found.extend(one)
    return found


def _joined_columns(read: Sequence[Columns]) -> Columns:
    countries, endpoints = _Numbered(), _Numbered()
    firms, cases, links = [], [], []
    startups_before = cases_before = 0
    for one in read:
        country = np.array([countries[name] for name in one.countries], dtype=np.int32)
        # The last one is for what has no endpoint.
        end = np.array([*(endpoints[each] for each in one.endpoints), -1], dtype=np.int32)
        firms.append(_arrays(one.startups) | {"country": country[one.startups.country]})
        cases.append(_arrays(one.cases) | {"startup": one.cases.startup + startups_before})
        moved = {
            "case": one.dependencies.case + cases_before,
            "endpoint": end[one.dependencies.endpoint],
            "backup": end[one.dependencies.backup],
        }
        links.append(_arrays(one.dependencies) | moved)
        startups_before += len(one.startups.row)
        cases_before += len(one.cases.row)
    return Columns(
        countries=tuple(countries),
        endpoints=tuple(endpoints),
        startups=StartupColumns(**_one_after_the_other(StartupColumns, firms)),
        cases=CaseColumns(**_one_after_the_other(CaseColumns, cases)),
        dependencies=DependencyColumns(**_one_after_the_other(DependencyColumns, links)),
    )


def _arrays(columns: Any) -> dict[str, Any]:
    return {one.name: getattr(columns, one.name) for one in fields(columns)}


def _one_after_the_other(kind: type, parts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    kinds = {Rows: np.uint32, Codes: np.int32, Floats: np.float64}
    return {
        name: np.concatenate([np.zeros(0, kinds[sort]), *(one[name] for one in parts)])
        for name, sort in kind.__annotations__.items()
    }


def _chosen(
    session: Session,
    portfolio_id: int,
    numbers: tuple[int, int] | None,
    only: Sequence[int] | None = None,
) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """The conditions on startups and on use cases."""
    chosen = startups_of(session, portfolio_id)
    if numbers is not None:
        chosen = among_startups_of(session, portfolio_id, STARTUPS.c.id.between(*numbers))
    if only is not None:
        chosen = among_startups_of(session, portfolio_id, STARTUPS.c.id.in_(only))
    of_case = USE_CASES.c.startup_id.in_(select(STARTUPS.c.id).where(chosen))
    return chosen, and_(of_case, LIVE_USE_CASE)


def _projected(columns: Any, names: str) -> list[ColumnElement[Any]]:
    """Columns of a table; days and what a closed list allows are read as they are stored."""
    return [
        type_coerce(columns[name], Text).label(name) if name in _AS_STORED else columns[name]
        for name in names.split()
    ]


_AS_STORED = (
    "requirement depth fallback exit_plan switch_begun answer as_of recorded_on"
    " fallback_tested_on contract_end"
).split()
_STARTUP_COLUMNS = _projected(
    STARTUPS.c,
    "id name sector country annual_revenue_cents gross_margin ai_revenue_share engineers cash_cents"
    " monthly_burn_cents as_of unread_lines",
)
_CASE_COLUMNS = _projected(
    USE_CASES.c, "id startup_id requirement criticality revenue_share buffer_hours"
)
_LINK_COLUMNS = _projected(
    DEPENDENCIES.c,
    "id use_case_id key answer developer host model data_residency share spend_cents_per_month"
    " depth fallback fallback_developer fallback_host fallback_tested_on exit_plan switch_begun"
    " notice_days provider_notice_days contract_end as_of recorded_on batch_id",
)
_CASE_NAMES = _projected(USE_CASES.c, "name")
_LINK_NAMES = _projected(DEPENDENCIES.c, "provider_text")
_FACT_COLUMNS = _projected(FACTS.c, "id startup_id field as_of recorded_on batch_id")

Table = Mapping[str, Sequence[Any]]


def _read(
    session: Session, columns: list[ColumnElement[Any]], condition: ColumnElement[bool]
) -> Table:
    """Some columns of a table as they are stored, in no order.

    Many rows held at once would set off the search for garbage again and again, which takes as
    long as all the rest.
    """
    found: list[list[Any]] = [[] for _ in columns]
    result = session.execute(select(*columns).where(condition))
    for rows in result.partitions(ROWS_AT_ONCE):
        for column, values in zip(found, zip(*rows, strict=True), strict=True):
            column.extend(values)
    return dict(zip((str(one.name) for one in columns), found, strict=True))


def _by_number(table: Table) -> Table:
    """A table in the order of its rows' numbers."""
    order = np.argsort(_whole(table["id"])).tolist()
    return {name: [values[row] for row in order] for name, values in table.items()}


class _Kept(dict[Any, int]):
    """A number for each thing, worked out when it is first asked for."""

    def __init__(self, number: Callable[[Any], int]) -> None:
        super().__init__()
        self.number = number

    def __missing__(self, thing: Any) -> int:
        self[thing] = found = self.number(thing)
        return found

    def of(self, things: Iterable[Any], count: int) -> Codes:
        """The numbers of many things."""
        return np.fromiter(map(self.__getitem__, things), dtype=np.int32, count=count)


class _Numbered(dict[Any, int]):
    """Things numbered as they are first seen."""

    def __missing__(self, thing: Any) -> int:
        self[thing] = len(self)
        return self[thing]


class _Endpoints:
    """Endpoints of the supply chain, each found once for the names that lead to it."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.known = _Numbered()
        self.called = _Kept(self._called)
        self.backing = _Kept(self._backing)

    def _called(self, names: tuple[str | None, ...]) -> int:
        developer, host, model = names
        return self.known[
            endpoint_for(_dependency(developer=developer, host=host, model=model), self.catalog)
        ]

    def _backing(self, names: tuple[str | None, ...]) -> int:
        """Where a fallback of these names is, as if it were a real one; -1 if none is named."""
        developer, host = names
        real = _dependency(
            fallback=Fallback.UNTESTED, fallback_developer=developer, fallback_host=host
        )
        backup = fallback_endpoint(real, self.catalog)
        return -1 if backup is None else self.known[backup]

    def first_seen(self, backup: Codes, endpoint: Codes) -> tuple[tuple[Endpoint, ...], Codes]:
        """The endpoints in the order of the rows, a row's backup first, and their new numbers.

        The last of the numbers is -1, for no endpoint.
        """
        met = np.column_stack([backup, endpoint]).ravel()
        used, first = np.unique(met[met >= 0], return_index=True)
        order = used[np.argsort(first)]
        renumbered = np.full(len(self.known) + 1, -1, dtype=np.int32)
        renumbered[order] = np.arange(len(order))
        known = list(self.known)
        return tuple(known[place] for place in order.tolist()), renumbered


class _Days:
    """Days as ordinal numbers; NaN where nobody knows."""

    def __init__(self, recorded: RecordedDays) -> None:
        self.recorded = recorded
        self.known: dict[Any, float] = {None: np.nan}

    def of(self, stored: Sequence[Any]) -> Floats:
        """Days as they are stored: texts in SQLite, dates in PostgreSQL."""
        known = self.known
        for day in set(stored).difference(known):
            parsed = date.fromisoformat(day) if isinstance(day, str) else day
            known[day] = float(parsed.toordinal())
        return np.fromiter(map(known.__getitem__, stored), dtype=np.float64, count=len(stored))

    def of_records(self, name: str, table: Table) -> Floats:
        """The days that records of a table name, or else those on which they were recorded."""
        named, own = self.of(table["as_of"]), self.of(table["recorded_on"])
        numbers = np.array(table["id"], dtype=np.int64)
        recorded = self.recorded.of_rows(name, numbers, table["batch_id"], own)
        return np.where(np.isnan(named), recorded, named)


def _stated_on(firms: Table, facts: Table, days: _Days) -> dict[str, Floats]:
    """The days on which the facts in DATED were stated, by fact, (startups,) each."""
    of_startup = days.of(firms["as_of"])
    found = {name: of_startup.copy() for name in DATED}
    place = np.searchsorted(_whole(firms["id"]), _whole(facts["startup_id"]))
    day = days.of_records(FACTS.name, facts)
    field = np.array(facts["field"], dtype=np.object_)
    for name, stated in found.items():
        here = (field == name) & ~np.isnan(day)
        stated[place[here]] = day[here]
    return found


@dataclass(kw_only=True)
class _Said:
    """What is said of whom startups depend on, of language models or not, by ordinal days.

    ``newest`` (cases,) is that of the newest record of each use case and ``oldest`` (startups,)
    that of the oldest of each startup, NaN where one has no day. ``named`` counts the records,
    ``open_questions`` those of which it is open what they are, and ``unread`` lines that could not
    be read, (startups,) each.
    """

    newest: Floats
    oldest: Floats
    named: Codes
    open_questions: Codes
    unread: Codes

    @classmethod
    def of(
        cls, asks: Flags, case: Places, day: Floats, cases: "_Cases", *, unread: Codes
    ) -> "_Said":
        startups = len(unread)
        owner = cases.startup[case]
        newest, oldest = np.full(len(cases.id), np.nan), np.full(startups, np.inf)
        np.fmax.at(newest, case, day)
        # One without a day leaves the oldest unknown.
        np.minimum.at(oldest, owner, np.where(np.isnan(day), -np.inf, day))
        return cls(
            newest=newest,
            oldest=np.where(np.isfinite(oldest), oldest, np.nan),
            named=np.bincount(owner, minlength=startups).astype(np.int32),
            open_questions=np.bincount(owner[asks], minlength=startups).astype(np.int32),
            unread=unread,
        )

    @property
    def answered(self) -> Floats:
        """The share of the lines about each startup that say whom it depends on; 0 without any."""
        lines = self.named + self.unread
        share: Floats = (self.named - self.open_questions) / np.maximum(lines, 1)
        return share


def _where(table: Table, name: str, among: Sequence[Any]) -> Table:
    """The rows in which a column has one of some values."""
    wanted = set(among)
    return _chosen_rows(table, [one in wanted for one in table[name]])


def _chosen_rows(table: Table, chosen: Sequence[bool]) -> Table:
    if all(chosen):
        return table
    return {name: list(compress(values, chosen)) for name, values in table.items()}


def _case_of(table: Table, cases: "_Cases") -> Places:
    """The place of each dependency's use case."""
    by_id = np.argsort(cases.id)
    place: Places = by_id[np.searchsorted(cases.id[by_id], _whole(table["use_case_id"]))]
    return place


def _dependency(**facts: Any) -> Dependency:
    return Dependency(**{"key": "", "provider_text": "", "answer": Answer.YES, **facts})


def _startup(name: str, dependencies: tuple[Dependency, ...]) -> Startup:
    return Startup(name=name, use_cases=(UseCase(name="", dependencies=dependencies),))


def _floats(values: Sequence[Any]) -> Floats:
    """Numbers; what is unknown becomes NaN."""
    return np.array(values, dtype=np.float64)


def _texts(table: Table, name: str, count: int) -> Texts:
    """A column of texts; empty ones where it was not read."""
    return np.array(table.get(name, [""] * count), dtype=np.object_)


def _whole(values: Sequence[int]) -> Places:
    return np.array(values, dtype=np.int64)


def _coded(options: Iterable[Enum], values: Sequence[Any]) -> Codes:
    """Places of stored texts in a closed list; unknown is -1."""
    places = {None: -1, **{one.value: place for place, one in enumerate(options)}}
    return np.fromiter(map(places.__getitem__, values), dtype=np.int32, count=len(values))


@dataclass(kw_only=True)
class _Cases:
    """Use cases, those of a startup one after the other; ``startup`` is the place of whose.

    ``name`` is "" where names were not read.
    """

    id: Places
    name: Texts
    startup: Codes
    requirement: Codes
    criticality: Codes
    revenue_share: Floats
    buffer_hours: Floats

    @classmethod
    def of(cls, table: Table, startups: Places) -> "_Cases":
        place = np.searchsorted(startups, _whole(table["startup_id"])).astype(np.int32)
        critical = _floats(table["criticality"])
        number = _whole(table["id"])
        found = cls(
            id=number,
            name=_texts(table, "name", len(number)),
            startup=place,
            requirement=_coded(REQUIREMENTS, table["requirement"]),
            criticality=np.where(np.isnan(critical), -1, critical).astype(np.int32),
            revenue_share=_floats(table["revenue_share"]),
            buffer_hours=_floats(table["buffer_hours"]),
        )
        return found.taken(np.lexsort((number, place)))

    def taken(self, rows: Places) -> "_Cases":
        """Some of the rows in an order."""
        return _Cases(**{name: values[rows] for name, values in _arrays(self).items()})


@dataclass(kw_only=True)
class _Links:
    """Dependencies on language models, those of a use case one after the other.

    ``text`` is what somebody wrote for the provider, "" where it was not read.
    ``recorded``, ``tested``, ``plan_tested`` and ``ends`` (of the contract) are days as ordinal
    numbers; ``backing`` is where a fallback of the stated names would be, whether there is one.
    """

    case: Codes
    key: Texts
    text: Texts
    endpoint: Codes
    backing: Codes
    residency: Codes
    depth: Codes
    fallback: Codes
    plan: Codes
    share: Floats
    spend: Floats
    notice: Floats
    recorded: Floats
    tested: Floats
    plan_tested: Floats
    ends: Floats
    takeover: Floats
    promised: Floats
    outlives: Codes
    reserved: Codes
    begun: Codes

    @classmethod
    def of(
        cls, table: Table, place: Places, recorded: Floats, places: _Endpoints, days: _Days
    ) -> "_Links":
        count = len(table["id"])
        unknown, none = np.full(count, np.nan), np.zeros(count, dtype=np.int32)
        names = zip(table["developer"], table["host"], table["model"], strict=True)
        backups = zip(table["fallback_developer"], table["fallback_host"], strict=True)
        found = cls(
            case=place.astype(np.int32),
            key=_texts(table, "key", count),
            text=_texts(table, "provider_text", count),
            endpoint=places.called.of(names, count),
            backing=places.backing.of(backups, count),
            residency=_Kept(_residency).of(table["data_residency"], count),
            depth=_coded(DEPTHS, table["depth"]),
            fallback=_coded(FALLBACKS, table["fallback"]),
            plan=_coded(PLANS, table["exit_plan"]),
            share=_floats(table["share"]),
            spend=_floats(table["spend_cents_per_month"]) / 100,
            notice=_floats(table["notice_days"]),
            recorded=recorded,
            tested=days.of(table["fallback_tested_on"]),
            plan_tested=unknown,
            ends=days.of(table["contract_end"]),
            takeover=unknown.copy(),
            promised=np.nan_to_num(_floats(table["provider_notice_days"])),
            outlives=none,
            reserved=none.copy(),
            begun=_coded(MOVES, table["switch_begun"]),
        )
        rows = np.lexsort((_whole(table["id"]), place))
        return cls(**{name: values[rows] for name, values in _arrays(found).items()})


def _residency(text: str | None) -> int:
    """What the law asks by what is said of where data must stay."""
    if not text:
        return AGREEMENT
    return CONSENT_OF_CUSTOMERS if CONSENT.search(text) else RESIDENCY


def _lay_evidence_over(
    links: _Links, evidence: Evidence, *, name_at: Callable[[int], str], assumptions: Assumptions
) -> None:
    """Write what drills showed and contracts promise into the rows that they are about.

    ``name_at`` gives the name of a row's startup. Only the few dependencies that somebody spoke of
    become records.
    """
    here = evidence.about(set(links.key.tolist()))
    keys = {one.dependency_key for one in here.drills}
    keys |= {one.dependency_key for one in here.judgements}
    rows = [row for row, key in enumerate(links.key.tolist()) if key in keys]
    stated = Portfolio(
        name="", startups=tuple(_startup(name_at(row), (_stated(links, row),)) for row in rows)
    )
    names = names_by_key(stated)
    shown = with_evidence(
        stated, as_drills(here.drills, names), as_judgements(here.judgements, names), assumptions
    )
    for row, startup in zip(rows, shown.startups, strict=True):
        _show(links, row, startup.use_cases[0].dependencies[0])


def _stated(links: _Links, row: int) -> Dependency:
    """What drills and judgements look at, as the inventory states it."""
    day = links.tested[row]
    return _dependency(
        key=links.key[row],
        fallback=None if links.fallback[row] < 0 else FALLBACKS[links.fallback[row]],
        fallback_tested_on=None if np.isnan(day) else date.fromordinal(int(day)),
        exit_plan=None if links.plan[row] < 0 else PLANS[links.plan[row]],
        provider_notice_days=float(links.promised[row]) or None,
    )


def _show(links: _Links, row: int, one: Dependency) -> None:
    """Write into a row what evidence shows of it."""
    tested, left, hours = one.fallback_tested_on, one.exit_plan_tested_on, one.fallback_hours
    links.fallback[row] = -1 if one.fallback is None else FALLBACKS.index(one.fallback)
    links.plan[row] = -1 if one.exit_plan is None else PLANS.index(one.exit_plan)
    links.tested[row] = np.nan if tested is None else tested.toordinal()
    links.plan_tested[row] = np.nan if left is None else left.toordinal()
    links.takeover[row] = np.nan if hours is None else hours / 24
    links.promised[row] = one.provider_notice_days or 0.0
    links.outlives[row] = bool(one.escrow or one.step_in)
    links.reserved[row] = one.fallback_capacity is CapacityClass.RESERVED


def _assembled(
    firms: Table,
    cases: _Cases,
    links: _Links,
    said: _Said,
    stated: Mapping[str, Floats],
    *,
    places: _Endpoints,
    today: date,
) -> Columns:
    now = today.toordinal()
    real = np.isin(links.fallback, [FALLBACKS.index(one) for one in REAL_FALLBACKS])
    backup = np.where(real, links.backing, -1).astype(np.int32)
    endpoints, renumbered = places.first_seen(backup, links.endpoint)
    used, case = np.unique(links.case, return_inverse=True)
    kept = cases.taken(used)
    of_case = _least(links.key, np.flatnonzero(np.diff(case, prepend=-1)))
    owners, owner_starts = np.unique(kept.startup, return_index=True)
    named: list[str] = list(firms["name"])
    for place, key in zip(owners.tolist(), _least(of_case, owner_starts), strict=True):
        named[place] = key
    countries = _Numbered()
    country = [countries[name or ""] for name in firms["country"]]
    return Columns(
        countries=tuple(countries),
        endpoints=endpoints,
        startups=StartupColumns(
            row=seeds_of("startup", named),
            country=np.array(country, dtype=np.int32),
            revenue=_floats(firms["annual_revenue_cents"]) / 100,
            gross_margin=_floats(firms["gross_margin"]),
            ai_share=_floats(firms["ai_revenue_share"]),
            # Somebody must do the work: part of a person is the least.
            engineers=np.maximum(_floats(firms["engineers"]), 0.5),
            cash=_floats(firms["cash_cents"]) / 100,
            burn=_floats(firms["monthly_burn_cents"]) / 100,
            **{age: now - stated[name] for age, name in zip(AGES, DATED, strict=True)},
            answered=said.answered,
            answered_age=np.where(said.answered == 1, now - said.oldest, np.nan),
        ),
        cases=CaseColumns(
            row=seeds_of("use case", of_case),
            startup=kept.startup,
            requirement=kept.requirement,
            criticality=kept.criticality,
            revenue_share=kept.revenue_share,
            buffer_hours=kept.buffer_hours,
            age=now - said.newest[used],
        ),
        dependencies=DependencyColumns(
            row=seeds_of("dependency", links.key.tolist()),
            case=case.astype(np.int32),
            endpoint=renumbered[links.endpoint],
            backup=renumbered[backup],
            fallback=links.fallback,
            depth=links.depth,
            plan=links.plan,
            legal=_legal(links),
            share=links.share,
            spend=links.spend,
            notice=links.notice,
            promised=links.promised,
            contract_left=links.ends - now,
            fallback_age=now - links.tested,
            plan_age=now - links.plan_tested,
            takeover=links.takeover,
            outlives=links.outlives,
            reserved=links.reserved,
            begun=links.begun,
            age=now - links.recorded,
        ),
    )


def _least(texts: Sequence[str] | Texts, starts: Places) -> list[str]:
    """The least text of each run, given where the runs start."""
    held = list(texts)
    return [
        held[start] if stop == start + 1 else min(held[start:stop])
        for start, stop in pairwise([*starts.tolist(), len(held)])
    ]


def _legal(links: _Links) -> Codes:
    """Data that must stay put decides; else a fallback under contract needs no new agreement."""
    contracted = np.isin(links.fallback, [FALLBACKS.index(one) for one in CONTRACTED])
    free = (links.residency == AGREEMENT) & (contracted | (links.reserved == 1))
    return np.where(free, NO_AGREEMENT, links.residency).astype(np.int32)
