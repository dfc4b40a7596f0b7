"""Registers of information: kept as they came, drawn up, filled in cell by cell, and packed.

What came never changes. Every decision about a cell is kept with who took it and why, and is taken
back by another; what the product can say of an open cell is proposed, and a person accepts it.
"""

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property

from sqlalchemy import ColumnElement, and_, func, insert, select
from sqlalchemy.orm import Session

from db.engine import Store
from db.errors import Refused
from db.records import FilingChangeRecord, FilingRecord, PortfolioRecord
from db.services.access import Action, Actor, authorize
from db.services.audit import record
from db.services.contracts import all_contracts
from db.services.past import as_of
from db.services.portfolios import load_portfolio
from db.services.visible import seen_by, sees, visible_portfolio
from risk.dora.alike import spread
from risk.dora.drawing import CODE_TYPES, Identifier, drawn_register
from risk.dora.identifiers import is_lei, is_lei_shape
from risk.dora.open_cells import with_open_cells
from risk.dora.packages import (
    SCOPES,
    Filed,
    FilingFacts,
    Register,
    as_it_came,
    filed,
    plain_tables,
    read_register,
    with_changes,
    zip_of,
)
from risk.dora.proposals import Proposal
from risk.dora.schema import COLUMNS, KEYS, LISTS
from risk.dora.tables import ADDED, REMOVED, Change
from risk.inventory.refusals import FileRefused

_IDENTIFIER_COLUMNS = ("name", "code", "type")
#: Cells that one decision may touch.
MOST_AT_ONCE = 500_000
_LONGEST_CELL = 10_000


@dataclass(frozen=True, kw_only=True)
class FilingSummary:
    """A register of information without its tables. ``drawn``: from the portfolio, not a file.

    ``decided`` counts the cells and rows that somebody decided about, ``revision`` grows with every
    decision; ``packed_as`` is the name of the package that was made of it last (None: none was).
    """

    number: int
    portfolio: str
    file_name: str
    drawn: bool
    facts: FilingFacts
    made_by: str
    made_at: datetime
    decided: int
    revision: int
    packed_as: str | None
    packed_by: str | None
    packed_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Decided:
    """What somebody decided about a cell or a row, and why; ``reason`` None: it was typed."""

    change: Change
    reason: str | None
    by: str
    at: datetime


@dataclass(frozen=True)
class Filing:
    """A register of information as it came, what was decided since, and what that makes of it."""

    summary: FilingSummary
    base: Register
    decided: tuple[Decided, ...]

    @cached_property
    def register(self) -> Register:
        """The tables as they stand; cells that wait for something say so."""
        return with_changes(self.base, [one.change for one in self.decided])

    @cached_property
    def as_filed(self) -> Register:
        """The tables as they would be filed: what waits for something is empty."""
        return with_open_cells(self.register) if self.summary.drawn else self.register


@dataclass(frozen=True, kw_only=True)
class CellDecision:
    """What somebody wants of a cell: its new text, or None to let what came stand again."""

    table: str
    row: int
    column: str
    value: str | None
    reason: str | None = None


def read_identifiers(data: bytes) -> dict[str, Identifier]:
    """Read a CSV with the columns name, code, type (LEI, EUID, …) by name in small letters.

    Raises:
        Refused: it is no such file; the sentence names the line.
    """
    try:
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig")), strict=True))
    except (UnicodeDecodeError, csv.Error):
        raise Refused("The file of identifiers is no CSV in UTF-8: save it as such.") from None
    header = [cell.strip().casefold() for cell in rows[0]] if rows else []
    if sorted(header) != sorted(_IDENTIFIER_COLUMNS):
        raise Refused("The file of identifiers needs the columns name, code and type.")
    found: dict[str, Identifier] = {}
    for line, cells in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        named = dict(zip(header, (cell.strip() for cell in cells), strict=False))
        sort = named.get("type", "").upper()
        if len(cells) != len(header) or not named["name"] or not named["code"]:
            raise Refused(f"Identifiers, line {line}: write a name, a code and its type.")
        if sort not in CODE_TYPES:
            raise Refused(f"Identifiers, line {line}: the type is one of {', '.join(CODE_TYPES)}.")
        found[named["name"].casefold()] = Identifier(code=named["code"], sort=sort)
    return found


def stated_facts(
    facts: FilingFacts,
    *,
    lei: str | None = None,
    scope: str | None = None,
    country: str | None = None,
    currency: str | None = None,
    day: date | None = None,
    entry_point: str | None = None,
) -> FilingFacts:
    """Facts of a filing with those that somebody states now; None leaves one as it is.

    Raises:
        Refused: one of them cannot be; the sentence says what to write.
    """
    wrong = None
    scope, country, currency = (
        None if one is None else one.strip().upper() for one in (scope, country, currency)
    )
    lei = None if lei is None else lei.strip().upper()
    if lei and not is_lei(lei):
        wrong = f"“{lei[:40]}” is no LEI: 20 letters and digits whose check digits are right."
    elif scope and scope not in SCOPES:
        wrong = "The scope is CON (consolidated) or IND (one entity alone)."
    elif country and f"eba_GA:{country}" not in LISTS["COUNTRY"]:
        wrong = f"“{country[:20]}” is no country: write two letters, for instance DE."
    elif currency and f"eba_CU:{currency}" not in LISTS["CURRENCY"]:
        wrong = f"“{currency[:20]}” is no currency of the list: write three letters, such as EUR."
    elif entry_point and not entry_point.startswith(("http://", "https://")):
        wrong = "The entry point is the address of the taxonomy's module; it begins with http."
    if wrong:
        raise Refused(wrong)
    return replace(
        facts,
        lei=lei or facts.lei,
        scope=scope or facts.scope,
        country=country or facts.country,
        currency=currency or facts.currency,
        day=day or facts.day,
        entry_point=entry_point or facts.entry_point,
    )


def keep_register(
    store: Store, actor: Actor, portfolio: str, data: bytes, *, file_name: str
) -> int:
    """Keep the zip of a register of information as it is, and return its number.

    The same zip again is the one that is kept.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        Refused: it is no such zip; the sentence says what it is.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.PREPARE_FILING, f"portfolio {portfolio}")
    register = read_kept(data, file_name=file_name)
    return _keep(store, actor, portfolio, data, register, _can_be(register.facts), drawn=False)


def read_kept(data: bytes, *, file_name: str) -> Register:
    """The register in a zip, as it would be kept.

    Raises:
        Refused: it is no such zip; the sentence says what it is.
    """
    try:
        return read_register(data, file_name=file_name)
    except FileRefused as refused:
        raise Refused(str(refused)) from None


def draw_register(
    store: Store,
    actor: Actor,
    portfolio: str,
    *,
    facts: FilingFacts,
    identifiers: Mapping[str, Identifier] | None = None,
) -> int:
    """Draw up a register from what a portfolio states, as of the reference date, and keep it.

    A day for which nothing is known of the portfolio is drawn from what is known today.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        Refused: nothing in the portfolio depends on a language model.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.PREPARE_FILING, f"portfolio {portfolio}")
    seen = _as_known(store, actor, portfolio, facts.day)
    found = load_portfolio(seen, actor, portfolio)
    register = drawn_register(
        found,
        identifiers=identifiers or {},
        contracts={one.reference: one for one in all_contracts(store, actor, portfolio)},
        facts=facts,
    )
    if not register.table("B_02.02").rows:
        raise Refused(
            "Nothing in this portfolio depends on a language model, so there is nothing to"
            " register. Import what the entity depends on."
        )
    known = register.facts
    told = replace(facts, lei=facts.lei or known.lei, country=facts.country or known.country)
    return _keep(
        store, actor, portfolio, zip_of(plain_tables(register)), register, told, drawn=True
    )


def _as_known(store: Store, actor: Actor, portfolio: str, day: date | None) -> Store:
    if day is None or day >= store.now().date():
        return store
    try:
        return as_of(store, actor, portfolio, day)
    except Refused:
        return store


def _keep(
    store: Store,
    actor: Actor,
    portfolio: str,
    data: bytes,
    register: Register,
    facts: FilingFacts,
    *,
    drawn: bool,
) -> int:
    digest = hashlib.sha256(data).hexdigest()

    def work(session: Session) -> int:
        found = visible_portfolio(session, actor, portfolio)
        if not drawn:
            same = select(FilingRecord.id).where(
                FilingRecord.portfolio_id == found.id,
                FilingRecord.base_digest == digest,
                FilingRecord.removed_at.is_(None),
                FilingRecord.drawn.is_(False),
            )
            if known := session.scalar(same.limit(1)):
                return known
        row = FilingRecord(
            portfolio_id=found.id,
            file_name=register.file_name,
            base=data,
            base_digest=digest,
            drawn=drawn,
            made_by=actor.name,
            made_at=store.now(),
        )
        _write_facts(row, facts)
        session.add(row)
        session.flush()
        _note(store, session, actor, row, found, after={"digest": digest, "drawn": drawn})
        return row.id

    return store.whole.transact(work)


def _can_be(facts: FilingFacts) -> FilingFacts:
    """What a package says of itself, without what cannot be: that is still to be stated."""
    return replace(
        facts,
        lei=facts.lei if is_lei_shape(facts.lei) else "",
        country=facts.country if f"eba_GA:{facts.country}" in LISTS["COUNTRY"] else "",
        currency=facts.currency if f"eba_CU:{facts.currency}" in LISTS["CURRENCY"] else "EUR",
    )


def _write_facts(row: FilingRecord, facts: FilingFacts) -> None:
    row.lei, row.scope, row.country, row.day = facts.lei, facts.scope, facts.country, facts.day
    row.currency, row.decimals, row.entry_point = facts.currency, facts.decimals, facts.entry_point


def _facts_of(row: FilingRecord) -> FilingFacts:
    return FilingFacts(
        lei=row.lei,
        scope=row.scope,
        country=row.country,
        day=row.day,
        currency=row.currency,
        decimals=row.decimals,
        entry_point=row.entry_point,
    )


def _note(
    store: Store,
    session: Session,
    actor: Actor,
    row: FilingRecord,
    portfolio: PortfolioRecord,
    *,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    reason: str | None = None,
    action: Action = Action.PREPARE_FILING,
) -> None:
    record(
        store,
        session,
        actor,
        action,
        object_kind="register of information",
        object_name=f"{row.id} ({portfolio.name})",
        before=before,
        after=after,
        reason=reason,
    )


def list_filings(store: Store, actor: Actor, portfolio: str) -> tuple[FilingSummary, ...]:
    """Return the registers of information that are kept of a portfolio, the newest first.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    with store.whole.read() as session:
        found = visible_portfolio(session, actor, portfolio)
        rows = session.scalars(
            select(FilingRecord)
            .where(FilingRecord.portfolio_id == found.id, FilingRecord.removed_at.is_(None))
            .order_by(FilingRecord.id.desc())
        ).all()
        return tuple(_summary(session, row, found.name) for row in rows)


def load_filing(store: Store, actor: Actor, number: int) -> Filing:
    """Return a register of information with its tables and what was decided about them.

    Raises:
        Refused: there is no such register.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"register of information {number}")
    with store.whole.read() as session:
        row, portfolio = _row(session, actor, number)
        return _loaded(session, row, portfolio)


def _row(session: Session, actor: Actor, number: int) -> tuple[FilingRecord, PortfolioRecord]:
    row = session.get(FilingRecord, number)
    if row is None or not sees(session, actor, row.portfolio_id):
        raise Refused(f"There is no register of information {number}.")
    if row.removed_at is not None:
        raise Refused(f"Register of information {number} was put away by {row.removed_by}.")
    return row, session.get_one(PortfolioRecord, row.portfolio_id)


def _loaded(session: Session, row: FilingRecord, portfolio: PortfolioRecord) -> Filing:
    base = read_register(row.base, file_name=row.file_name)
    return Filing(_summary(session, row, portfolio.name), base, _decided(session, row.id))


def _decided(session: Session, number: int) -> tuple[Decided, ...]:
    """The newest decision about each cell and row that stands, in the order of their first."""
    rows = session.scalars(
        select(FilingChangeRecord)
        .where(FilingChangeRecord.filing_id == number)
        .order_by(FilingChangeRecord.id)
    )
    newest: dict[tuple[str, int, str], FilingChangeRecord] = {}
    for one in rows:
        newest[one.table_name, one.row_number, one.column_code] = one
    return tuple(
        Decided(
            change=Change(
                table=one.table_name,
                row=one.row_number,
                column=one.column_code,
                value=one.value,
            ),
            reason=one.reason,
            by=one.changed_by,
            at=one.changed_at,
        )
        for one in newest.values()
        if one.value is not None
    )


def _summary(session: Session, row: FilingRecord, portfolio: str) -> FilingSummary:
    cells = (
        select(
            FilingChangeRecord.table_name,
            FilingChangeRecord.row_number,
            FilingChangeRecord.column_code,
        )
        .where(FilingChangeRecord.filing_id == row.id)
        .distinct()
    )
    return FilingSummary(
        number=row.id,
        portfolio=portfolio,
        file_name=row.file_name,
        drawn=row.drawn,
        facts=_facts_of(row),
        made_by=row.made_by,
        made_at=row.made_at,
        revision=session.scalar(
            select(func.max(FilingChangeRecord.id)).where(FilingChangeRecord.filing_id == row.id)
        )
        or 0,
        decided=session.scalar(select(func.count()).select_from(cells.subquery())) or 0,
        packed_as=row.packed_as,
        packed_by=row.packed_by,
        packed_at=row.packed_at,
    )


def state_filing(store: Store, actor: Actor, number: int, facts: FilingFacts) -> None:
    """State who files, for which day, in which currency.

    Raises:
        Refused: there is no such register.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.PREPARE_FILING, f"register of information {number}")

    def work(session: Session) -> None:
        row, portfolio = _row(session, actor, number)
        before = _facts_of(row)
        if before == facts:
            return
        _write_facts(row, facts)
        _note(store, session, actor, row, portfolio, before=_told(before), after=_told(facts))

    store.whole.transact(work)


def _told(facts: FilingFacts) -> dict[str, object]:
    return {
        "lei": facts.lei,
        "scope": facts.scope,
        "country": facts.country,
        "day": facts.day.isoformat() if facts.day else None,
        "currency": facts.currency,
        "decimals": facts.decimals,
        "entry_point": facts.entry_point,
    }


def decide_cells(store: Store, actor: Actor, number: int, decisions: Sequence[CellDecision]) -> int:
    """Fill in, change or take back cells, and every cell that must say the same.

    Returns how many cells changed. See :mod:`risk.dora.alike`.

    Raises:
        Refused: there is no such register, row or column, or a value is too long.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.PREPARE_FILING, f"register of information {number}")

    def work(session: Session) -> int:
        row, portfolio = _row(session, actor, number)
        filing = _loaded(session, row, portfolio)
        rows = _as_rows(filing, decisions)
        _write(store, session, actor, number, rows)
        if rows:
            what = {f"{one.table} {one.row} {one.column}": one.value for one in rows[:20]}
            _note(store, session, actor, row, portfolio, after={"cells": len(rows), **what})
        return len(rows)

    return store.whole.transact(work)


def _as_rows(filing: Filing, decisions: Iterable[CellDecision]) -> list[CellDecision]:
    """Every cell that the decisions change, once: the last one counts."""
    wanted: dict[tuple[str, int, str], CellDecision] = {}
    for one in decisions:
        _check(filing, one)
        if one.value is None:
            wanted[one.table, one.row, one.column] = one
            continue
        change = Change(table=one.table, row=one.row, column=one.column, value=one.value)
        for its in spread(filing.register, change):
            wanted[its.table, its.row, its.column] = replace(
                one, table=its.table, row=its.row, column=its.column
            )
    if len(wanted) > MOST_AT_ONCE:
        raise Refused(
            f"This would change {len(wanted):,} cells; at most {MOST_AT_ONCE:,} change at once."
            " Do it in parts."
        )
    return list(wanted.values())


def _check(filing: Filing, one: CellDecision) -> None:
    if one.table not in COLUMNS or (one.column and one.column not in COLUMNS[one.table]):
        raise Refused(f"No table of a register has a cell {one.table} {one.column}.")
    table = filing.register.table(one.table)
    base = filing.base.table(one.table)
    if table.row(one.row) is None and base.row(one.row) is None:
        raise Refused(f"{one.table} has no such row any more: it was removed meanwhile.")
    if one.value is not None and "\x00" in one.value:
        raise Refused("A cell holds text, and a zero byte is none. Write it again.")
    if one.value is not None and len(one.value) > _LONGEST_CELL:
        raise Refused(f"A cell holds at most {_LONGEST_CELL:,} characters.")


def _write(
    store: Store, session: Session, actor: Actor, number: int, rows: Iterable[CellDecision]
) -> None:
    made = [
        {
            "filing_id": number,
            "table_name": one.table,
            "row_number": one.row,
            "column_code": one.column,
            "value": None if one.value is None else one.value.strip(),
            "reason": one.reason,
            "changed_by": actor.name,
            "changed_at": store.now(),
        }
        for one in rows
    ]
    if made:
        session.execute(insert(FilingChangeRecord), made)


def add_rows(
    store: Store,
    actor: Actor,
    number: int,
    rows: Sequence[tuple[str, Mapping[str, str]]],
    *,
    reason: str | None = None,
) -> tuple[int, ...]:
    """Add rows, each a table and its cells by column, and return the numbers they were given.

    Raises:
        Refused: there is no such register, table or column.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.PREPARE_FILING, f"register of information {number}")

    def work(session: Session) -> tuple[int, ...]:
        row, portfolio = _row(session, actor, number)
        made = [(table, cells, reason) for table, cells in rows]
        numbers = _add(store, session, actor, number, made)
        _note(store, session, actor, row, portfolio, after={"rows added": len(numbers)})
        return numbers

    return store.whole.transact(work)


def _add(
    store: Store,
    session: Session,
    actor: Actor,
    number: int,
    rows: Sequence[tuple[str, Mapping[str, str], str | None]],
) -> tuple[int, ...]:
    lowest = session.scalar(
        select(func.min(FilingChangeRecord.row_number)).where(
            FilingChangeRecord.filing_id == number
        )
    )
    following = min(lowest or 0, 0)
    numbers = []
    for table, cells, reason in rows:
        if table not in COLUMNS or set(cells) - set(COLUMNS[table]):
            raise Refused(f"No table of a register has the cells {table} {', '.join(cells)}.")
        following -= 1
        numbers.append(following)
        decisions = [
            CellDecision(table=table, row=following, column="", value=ADDED, reason=reason)
        ]
        decisions += [
            CellDecision(table=table, row=following, column=code, value=value, reason=reason)
            for code, value in cells.items()
            if value
        ]
        _write(store, session, actor, number, decisions)
    return tuple(numbers)


def remove_rows(store: Store, actor: Actor, number: int, rows: Sequence[tuple[str, int]]) -> None:
    """Take rows out of a register, each a table and a row's number; it can be taken back.

    Raises:
        Refused: there is no such register or row.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.PREPARE_FILING, f"register of information {number}")
    gone = [CellDecision(table=table, row=row, column="", value=REMOVED) for table, row in rows]
    decide_cells(store, actor, number, gone)


def take_back(store: Store, actor: Actor, number: int, cells: Sequence[CellDecision]) -> int:
    """Let stand again what was there before anybody decided about these cells or rows.

    Raises:
        Refused: there is no such register.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.PREPARE_FILING, f"register of information {number}")
    return decide_cells(store, actor, number, [replace(one, value=None) for one in cells])


def accept_proposals(store: Store, actor: Actor, number: int, accepted: Sequence[Proposal]) -> int:
    """Take proposals over, each with its reasoning, and return how many cells changed.

    A cell that somebody filled in meanwhile is left as it is, and no row is added twice.

    Raises:
        Refused: there is no such register.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.PREPARE_FILING, f"register of information {number}")

    def work(session: Session) -> int:
        row, portfolio = _row(session, actor, number)
        before = _loaded(session, row, portfolio).register
        new = [
            (one.table, one.cells, one.reason)
            for one in accepted
            if one.row is None and not _is_there(before, one)
        ]
        _add(store, session, actor, number, new)
        session.flush()
        filing = _loaded(session, row, portfolio)
        cells = [
            CellDecision(
                table=one.table,
                row=one.row,
                column=one.column,
                value=one.value,
                reason=one.reason,
            )
            for one in accepted
            if one.row is not None and _still_open(filing, one, one.row)
        ]
        rows = _as_rows(filing, cells)
        _write(store, session, actor, number, rows)
        changed = len(rows) + sum(len(cells) for _, cells, _ in new)
        if changed:
            said = {"proposals accepted": len(accepted), "cells": changed}
            _note(store, session, actor, row, portfolio, after=said)
        return changed

    return store.whole.transact(work)


def _is_there(register: Register, one: Proposal) -> bool:
    """Has somebody added a row with the same key meanwhile?"""
    table, keys = register.table(one.table), KEYS[one.table]
    wanted = tuple(one.cells.get(code, "") for code in keys)
    return any(tuple(table.cell(row, code) for code in keys) == wanted for row in table.rows)


def _still_open(filing: Filing, one: Proposal, number: int) -> bool:
    table = filing.as_filed.table(one.table)
    row = table.row(number)
    return row is not None and not table.cell(row, one.column)


def packed(filing: Filing, *, made_at: datetime) -> Filed:
    """The package of a register as it stands.

    Raises:
        Refused: it is not stated who files for which day.
    """
    missing = filing.summary.facts.missing
    if missing:
        raise Refused(f"State first, before the register can be packed: {', '.join(missing)}.")
    return filed(filing.as_filed, filing.summary.facts, made_at=made_at)


def pack_filing(
    store: Store, actor: Actor, number: int, *, made_at: datetime | None = None
) -> Filed:
    """Make the package to file, and note in the trail what it was; ``made_at`` names it.

    Raises:
        Refused: there is no such register, or it is not stated who files for which day.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.PACK_FILING, f"register of information {number}")

    def work(session: Session) -> Filed:
        row, portfolio = _row(session, actor, number)
        found = packed(_loaded(session, row, portfolio), made_at=made_at or store.now())
        digest = hashlib.sha256(found.zipped()).hexdigest()
        row.packed_as, row.packed_digest = found.name, digest
        row.packed_by, row.packed_at = actor.name, store.now()
        _note(
            store,
            session,
            actor,
            row,
            portfolio,
            action=Action.PACK_FILING,
            after={"package": found.name, "digest": digest},
        )
        return found

    return store.whole.transact(work)


def tables_of(filing: Filing) -> dict[str, bytes]:
    """The fifteen tables as plain CSV by file name, as they would be filed."""
    return plain_tables(filing.as_filed)


def files_as_kept(filing: Filing) -> dict[str, bytes]:
    """Every file of a register by path, with what was decided: unknown columns and files too."""
    if filing.summary.drawn:
        return tables_of(filing)
    return as_it_came(filing.register)


def remove_filing(store: Store, actor: Actor, number: int, *, reason: str) -> None:
    """Put a register away: it is in no list any more.

    Raises:
        Refused: there is no such register, or no reason is given.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.PREPARE_FILING, f"register of information {number}")
    if not reason.strip():
        raise Refused("Say why: others will want to know.")

    def work(session: Session) -> None:
        row, portfolio = _row(session, actor, number)
        row.removed_by, row.removed_at = actor.name, store.now()
        after = {"removed": True}
        _note(store, session, actor, row, portfolio, after=after, reason=reason.strip())

    store.whole.transact(work)


def kept_numbers(store: Store, actor: Actor) -> tuple[tuple[int, int], ...]:
    """Return number and revision of every register that :func:`kept_registers` would give.

    Raises:
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, "registers of information")
    newest = func.coalesce(func.max(FilingChangeRecord.id), 0)
    with store.whole.read() as session:
        rows = session.execute(
            select(FilingRecord.id, newest)
            .join(PortfolioRecord, PortfolioRecord.id == FilingRecord.portfolio_id)
            .outerjoin(FilingChangeRecord, FilingChangeRecord.filing_id == FilingRecord.id)
            .where(_kept_for(actor))
            .group_by(FilingRecord.id)
            .order_by(FilingRecord.id.desc())
        )
        return tuple((number, revision) for number, revision in rows)


def _kept_for(actor: Actor) -> ColumnElement[bool]:
    return and_(
        seen_by(actor),
        PortfolioRecord.live,
        FilingRecord.removed_at.is_(None),
        FilingRecord.drawn.is_(False),
    )


def kept_registers(store: Store, actor: Actor) -> tuple[Filing, ...]:
    """Return every register that came as a file and that the actor sees, the newest first.

    Raises:
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, "registers of information")
    with store.whole.read() as session:
        rows = session.execute(
            select(FilingRecord, PortfolioRecord)
            .join(PortfolioRecord, PortfolioRecord.id == FilingRecord.portfolio_id)
            .where(_kept_for(actor))
            .order_by(FilingRecord.id.desc())
        ).all()
        return tuple(_loaded(session, row, portfolio) for row, portfolio in rows)
