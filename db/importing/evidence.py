"""Evidence that follows what it is about to another name: drills, judgements, decisions, limits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table, and_, exists, select, update
from sqlalchemy.orm import Session

from db.records import (
    DecisionRecord,
    DecisionTermsRecord,
    DrillRecord,
    FundRecord,
    HoldingRecord,
    JudgementRecord,
    ShareLinkRecord,
    UsageFileRecord,
    WatchLimitRecord,
    table_of,
)
from db.register.documents import Row
from db.register.naming import comparison_key
from db.register.tables import DEPENDENCIES, LIVE_DEPENDENCY, STARTUPS, USE_CASES, startups_of

#: Where a batch keeps what evidence it moved.
MOVED = "moved"
_TERMS, _LINKS = table_of(DecisionTermsRecord), table_of(ShareLinkRecord)
_DECISIONS = table_of(DecisionRecord)
_FUNDS, _HOLDINGS = table_of(FundRecord), table_of(HoldingRecord)
_USAGE = table_of(UsageFileRecord)
_LIMITS = table_of(WatchLimitRecord)
_NAMED = (table_of(DrillRecord), table_of(JudgementRecord), _DECISIONS, _USAGE)
_TABLES = {one.name: one for one in (*_NAMED, _TERMS, _LINKS, _HOLDINGS, _LIMITS)}


@dataclass(frozen=True, kw_only=True)
class Moves:
    """Names under which evidence is kept, and those under which it is found from now on.

    ``startups``: a key, and the new key with the name as written. ``use_cases``: the keys of
    startup and use case as they were, and the new name as written. ``dependencies``: their keys.
    """

    startups: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    use_cases: Mapping[tuple[str, str], str] = field(default_factory=dict)
    dependencies: Mapping[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether anything has another name."""
        return bool(self.startups or self.use_cases or self.dependencies)


#: One row of evidence that was moved: its table, its number, what it said and what it says.
Moved = Row


def follow(session: Session, portfolio_id: int, moves: Moves) -> list[Moved]:
    """Move the evidence of a portfolio to new names, and say what was moved."""
    if not moves:
        return []
    moved: list[Moved] = []
    for table in _NAMED:
        for row in session.execute(
            select(table).where(table.c.portfolio_id == portfolio_id)
        ).mappings():
            moved += _move(session, table, dict(row), _renamed(dict(row), moves))
    terms = select(_TERMS).join(_DECISIONS, _DECISIONS.c.id == _TERMS.c.decision_id)
    for row in session.execute(terms.where(_DECISIONS.c.portfolio_id == portfolio_id)).mappings():
        moved += _move(session, _TERMS, dict(row), _renamed(dict(row), moves))
    # A snapshot shows what was; what a link shows or asks today goes by today's name.
    of_today = (_LINKS.c.kind == "live") | _LINKS.c.purpose.is_not(None)
    links = select(_LINKS).where(_LINKS.c.portfolio_id == portfolio_id, of_today)
    for row in session.execute(links.where(_LINKS.c.startup.is_not(None))).mappings():
        to = moves.startups.get(comparison_key(row["startup"]))
        moved += _move(session, _LINKS, dict(row), {} if to is None else {"startup": to[1]})
    moved += _follow_limits(session, portfolio_id, moves)
    return moved + _follow_holdings(session, portfolio_id, moves)


def _follow_limits(session: Session, portfolio_id: int, moves: Moves) -> list[Moved]:
    """Let limits be of the startup under its new name, unless it has such limits of its own."""
    own = _LIMITS.c.portfolio_id == portfolio_id, _LIMITS.c.startup_key.is_not(None)
    rows = [dict(row) for row in session.execute(select(_LIMITS).where(*own)).mappings()]
    held = {(row["startup_key"], row["measure"], row["provider"]) for row in rows}
    moved: list[Moved] = []
    for row in rows:
        values = _renamed(row, moves)
        if values and (values["startup_key"], row["measure"], row["provider"]) not in held:
            moved += _move(session, _LIMITS, row, values)
    return moved


def _follow_holdings(session: Session, portfolio_id: int, moves: Moves) -> list[Moved]:
    """Let what funds hold be of the startup under its new name, unless they hold that already."""
    if not moves.startups:
        return []
    standing = (
        select(_HOLDINGS)
        .join(_FUNDS, _FUNDS.c.id == _HOLDINGS.c.fund_id)
        .where(_FUNDS.c.portfolio_id == portfolio_id, _HOLDINGS.c.ended_import_id.is_(None))
    )
    rows = [dict(row) for row in session.execute(standing).mappings()]
    held = {(row["fund_id"], row["company_key"]) for row in rows}
    moved: list[Moved] = []
    for row in rows:
        to = moves.startups.get(row["company_key"])
        if to is not None and (row["fund_id"], to[0]) not in held:
            moved += _move(session, _HOLDINGS, row, {"company_key": to[0]})
    return moved


def _renamed(row: Row, moves: Moves) -> Row:
    """What a row says under the new names."""
    values: Row = {}
    key = row.get("dependency_key") or ""
    if key in moves.dependencies:
        values["dependency_key"] = moves.dependencies[key]
    startup = row.get("startup_key")
    if startup is None:
        return values
    if row.get("use_case"):
        use_case = moves.use_cases.get((startup, comparison_key(row["use_case"])))
        values |= {} if use_case is None else {"use_case": use_case}
    if startup in moves.startups:
        values["startup_key"], values["startup"] = moves.startups[startup]
    return values


def _move(session: Session, table: Table, row: Row, values: Row) -> list[Moved]:
    """Write what is other than it was; nothing where all is the same."""
    after = {name: value for name, value in values.items() if row[name] != value}
    if not after:
        return []
    number = _number(table)
    session.execute(update(table).where(number == row[number.name]).values(**after))
    before = {name: row[name] for name in after}
    return [{"table": table.name, "row": row[number.name], "before": before, "after": after}]


def _number(table: Table) -> Any:
    (column,) = table.primary_key.columns
    return column


def move_back(session: Session, portfolio_id: int, moved: Sequence[Moved]) -> None:
    """Move evidence back to where it was, if what it is about is there and counts again."""
    for one in moved:
        table, before, after = _TABLES[one["table"]], one["before"], one["after"]
        number = _number(table)
        found = session.execute(select(table).where(number == one["row"])).mappings().first()
        if found is None or not _counts(session, portfolio_id, before):
            continue
        same = [name for name in after if found[name] == after[name]]
        if same:
            values = {name: before[name] for name in same}
            session.execute(update(table).where(number == one["row"]).values(**values))


def _counts(session: Session, portfolio_id: int, place: Row) -> bool:
    """Whether the startup and the dependency that a row was about count."""
    of_portfolio = startups_of(session, portfolio_id)
    name = place.get("startup_key") or place.get("company_key")
    name = name or comparison_key(place.get("startup"))
    key = place.get("dependency_key")
    if name and not session.scalar(
        select(exists().where(and_(of_portfolio, STARTUPS.c.name_key == name)))
    ):
        return False
    if not key:
        return True
    joined = DEPENDENCIES.join(USE_CASES).join(STARTUPS)
    query = select(DEPENDENCIES.c.id).select_from(joined)
    query = query.where(of_portfolio, LIVE_DEPENDENCY, DEPENDENCIES.c.key == key)
    return session.scalar(query.limit(1)) is not None
