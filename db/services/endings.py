"""Changes by hand: ends, exits, renames and merges, each a batch that can be taken back."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.engine import Store
from db.errors import Refused
from db.importing import by_hand
from db.importing.batches import add_change
from db.importing.by_hand import HandChange, Register
from db.importing.changes import RowChange
from db.importing.evidence import MOVED, follow
from db.importing.planning import names_in
from db.importing.writing import ROW_VERSIONS, write_plan
from db.records import BatchRecord, PortfolioRecord, table_of
from db.register.documents import Row
from db.register.lookup import near
from db.register.naming import comparison_key, tidy
from db.register.portfolios import mark_written
from db.register.tables import DEPENDENCIES, STARTUPS, USE_CASES
from db.services.access import Action, Actor, authorize
from db.services.audit import record
from db.services.concerned import rows_of_startups
from db.services.visible import visible_portfolio

_BATCHES = table_of(BatchRecord)
_LONGEST_REASON = 1000


class Exit(StrEnum):
    """How a startup left the portfolio."""

    SOLD = "sold"
    CLOSED = "closed"
    OTHER = "other"


_EXITED = {Exit.SOLD: "was sold", Exit.CLOSED: "closed", Exit.OTHER: "left"}


@dataclass(frozen=True, kw_only=True)
class ChangeResult:
    """What a change by hand did, or would do: then ``batch`` is None and nothing was written.

    ``rows`` tell it record by record; where a record is a startup or a use case as a whole, its
    further names are "". ``batch`` is what ``undo_batch`` takes back.
    """

    batch: int | None
    portfolio: str
    said: str
    day: date
    reason: str | None
    rows: tuple[RowChange, ...]


@dataclass(frozen=True)
class _Rows:
    """The rows that a change may touch, and where they are from."""

    session: Session
    portfolio: PortfolioRecord
    register: Register

    def startup(self, name: str) -> Row:
        """The startup of this name that counts.

        Raises:
            Refused: there is none; the sentence names those that begin alike.
        """
        found = self.register.named(name)
        if found is None:
            like = near(self.session, self.portfolio, comparison_key(name))
            raise Refused(f"There is no company “{name}” in {self.portfolio.name}.{like}")
        return found


#: Plans a change from the rows of startups, and of the day that it is of.
_Planning = Callable[[_Rows, date], HandChange]


def end(
    store: Store,
    actor: Actor,
    portfolio: str,
    startup: str,
    use_case: str,
    provider: str | None = None,
    *,
    model: str | None = None,
    day: date | None = None,
    reason: str | None = None,
    dry_run: bool = False,
) -> ChangeResult:
    """End a dependency, or a use case with its dependencies where no ``provider`` is named.

    ``day`` is the day on which it ended; default: today.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        Refused: there is no such record, or the day is still to come.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.CHANGE_REGISTER, f"portfolio {portfolio}")

    def plan(rows: _Rows, day: date) -> HandChange:
        own = rows.startup(startup)
        case = by_hand.use_case_called(rows.register, own, use_case)
        if provider is None:
            return by_hand.end_use_case(rows.register, own, case, day)
        dependency = by_hand.dependency_called(rows.register, case, provider, model)
        return by_hand.end_dependency(rows.register, own, case, dependency, day)

    asked = _Asked(portfolio, (startup,), day, reason, dry_run)
    return _carry_out(store, actor, asked, plan)


def exit_startup(
    store: Store,
    actor: Actor,
    portfolio: str,
    startup: str,
    *,
    how: Exit = Exit.OTHER,
    day: date | None = None,
    reason: str | None = None,
    dry_run: bool = False,
) -> ChangeResult:
    """End a startup with all that it has; ``day`` is the day on which it ended.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        Refused: there is no such startup, or the day is still to come.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.CHANGE_REGISTER, f"portfolio {portfolio}")

    def plan(rows: _Rows, day: date) -> HandChange:
        own = rows.startup(startup)
        return by_hand.exit_startup(rows.register, own, day, how=_EXITED[how])

    asked = _Asked(portfolio, (startup,), day, reason, dry_run)
    return _carry_out(store, actor, asked, plan)


def rename(
    store: Store,
    actor: Actor,
    portfolio: str,
    startup: str,
    to: str,
    *,
    use_case: str | None = None,
    day: date | None = None,
    reason: str | None = None,
    dry_run: bool = False,
) -> ChangeResult:
    """Give a startup, or one of its use cases, another name; files with the old one still find it.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        Refused: there is no such record, or the name is blank, taken, or its own already.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.CHANGE_REGISTER, f"portfolio {portfolio}")

    def plan(rows: _Rows, _: date) -> HandChange:
        own = rows.startup(startup)
        if use_case is not None:
            return by_hand.rename_use_case(
                rows.register, own, by_hand.use_case_called(rows.register, own, use_case), to
            )
        return by_hand.rename_startup(rows.register, own, to, rows.register.by_name())

    names = (startup, to) if use_case is None else (startup,)
    asked = _Asked(portfolio, names, day, reason, dry_run)
    return _carry_out(store, actor, asked, plan)


def merge(
    store: Store,
    actor: Actor,
    portfolio: str,
    startup: str,
    other: str,
    *,
    use_case: str | None = None,
    model: str | None = None,
    other_model: str | None = None,
    provider: str | None = None,
    day: date | None = None,
    reason: str | None = None,
    dry_run: bool = False,
) -> ChangeResult:
    """Merge the startup ``other`` into ``startup``: what that one says counts, gaps are filled.

    With a ``use_case``, merge its dependency on ``other`` into that on ``provider``: spend and
    share add up where both are known. The merged name is found under the kept one from then on.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        Refused: there is no such record, or the two are one.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.CHANGE_REGISTER, f"portfolio {portfolio}")

    def plan(rows: _Rows, day: date) -> HandChange:
        own = rows.startup(startup)
        if use_case is None:
            return by_hand.merge_startups(rows.register, own, rows.startup(other), day)
        if provider is None:
            raise Refused("Name the provider that is kept and the one that is merged into it.")
        case = by_hand.use_case_called(rows.register, own, use_case)
        kept = by_hand.dependency_called(rows.register, case, provider, model)
        gone = by_hand.dependency_called(rows.register, case, other, other_model)
        return by_hand.merge_dependencies(rows.register, own, case, kept, gone, day)

    names = (startup, other) if use_case is None else (startup,)
    asked = _Asked(portfolio, names, day, reason, dry_run)
    return _carry_out(store, actor, asked, plan)


@dataclass(frozen=True)
class _Asked:
    """What is to be changed: the portfolio, the names of startups, the day, and why."""

    portfolio: str
    startups: tuple[str, ...]
    day: date | None
    reason: str | None
    dry_run: bool


def _carry_out(store: Store, actor: Actor, asked: _Asked, plan: _Planning) -> ChangeResult:
    today = store.now().date()
    day = asked.day or today
    if day > today:
        raise Refused(f"It cannot be as of {day:%d %B %Y}: that day is still to come.")
    reason = tidy(asked.reason or "") or None
    if reason is not None and len(reason) > _LONGEST_REASON:
        raise Refused(f"Give a reason of at most {_LONGEST_REASON:,} letters.")

    def planned(session: Session) -> tuple[PortfolioRecord, HandChange]:
        found = visible_portfolio(session, actor, asked.portfolio)
        return found, plan(_Rows(session, found, _register(session, found, asked.startups)), day)

    def work(session: Session) -> ChangeResult:
        found, change = planned(session)
        details: dict[str, object] = {"reason": reason} if reason else {}
        return _write(session, store, actor, found, change, details, day)

    if not asked.dry_run:
        return store.transact(work)
    with store.read() as session:
        found, change = planned(session)
        return _result(None, found, change, day, reason)


def _register(session: Session, found: PortfolioRecord, names: Iterable[str]) -> Register:
    """The rows of the startups with these names, present or former."""
    keys = {comparison_key(name) for name in names}
    had = select(STARTUPS.c.name_key, STARTUPS.c.other_names).where(
        STARTUPS.c.portfolio_id == found.id, STARTUPS.c.other_names.is_not(None)
    )
    for key, others in session.execute(had):
        if not keys.isdisjoint(names_in(others)):
            keys.add(key)
    return Register(rows_of_startups(session, found, keys))


def _write(
    session: Session,
    store: Store,
    actor: Actor,
    found: PortfolioRecord,
    change: HandChange,
    details: dict[str, object],
    day: date,
) -> ChangeResult:
    moved = follow(session, found.id, change.moves)
    batch = add_change(
        session,
        portfolio_id=found.id,
        said=change.said,
        rows=change.dependencies,
        details=details | ({MOVED: moved} if moved else {}),
        day=day,
        at=store.now(),
        by=actor.name,
    )
    mark_written(found, at=store.now())
    write_plan(session, change.tables, portfolio_id=found.id, batch_id=batch, by_hand=True)
    reason = details.get("reason")
    result = _result(batch, found, change, day, None if reason is None else str(reason))
    record(
        store,
        session,
        actor,
        Action.CHANGE_REGISTER,
        object_kind="batch",
        object_name=f"{found.name}: batch {batch}",
        after={"change": change.said, "as_of": day.isoformat(), "rows": len(change.rows)},
        reason=result.reason,
    )
    return result


def _result(
    batch: int | None, found: PortfolioRecord, change: HandChange, day: date, reason: str | None
) -> ChangeResult:
    return ChangeResult(
        batch=batch,
        portfolio=found.name,
        said=change.said,
        day=day,
        reason=reason,
        rows=change.rows,
    )


@dataclass(frozen=True, kw_only=True)
class Ended:
    """What no longer counts: a dependency, or a use case without any (``provider`` None).

    It counted from ``since`` (None: before days were kept) to ``until``. ``because`` is the change
    or file that ended it, ``reason`` what somebody gave for it, ``batch`` its number.
    """

    use_case: str
    provider: str | None
    model: str | None
    since: date | None
    until: date
    because: str | None
    reason: str | None
    batch: int | None


def ended_of(store: Store, actor: Actor, portfolio: str, startup: str) -> tuple[Ended, ...]:
    """Return what a startup has that no longer counts, the last to end first.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    with store.read() as session:
        found = visible_portfolio(session, actor, portfolio)
        own = (
            STARTUPS.c.portfolio_id == found.id,
            STARTUPS.c.name_key == comparison_key(startup),
        )
        joined = DEPENDENCIES.join(USE_CASES).join(STARTUPS)
        query = (
            select(DEPENDENCIES, USE_CASES.c.name.label("use_case"))
            .select_from(joined)
            .where(*own, DEPENDENCIES.c.until.is_not(None))
        )
        rows = [dict(row) for row in session.execute(query).mappings()]
        because = _enders(session, DEPENDENCIES.name, [row["id"] for row in rows])
        cases = (
            select(USE_CASES)
            .join(STARTUPS)
            .where(*own, USE_CASES.c.until.is_not(None))
            .where(USE_CASES.c.id.not_in(select(DEPENDENCIES.c.use_case_id)))
        )
        bare = [dict(row) for row in session.execute(cases).mappings()]
        of_cases = _enders(session, USE_CASES.name, [row["id"] for row in bare])
        told = [_ended(row, row["use_case"], because) for row in rows]
        told += [_ended(row, row["name"], of_cases) for row in bare]
        return tuple(sorted(told, key=lambda one: one.until, reverse=True))


def _ended(row: Row, use_case: str, because: dict[int, tuple[int, str, str | None]]) -> Ended:
    batch, said, reason = because.get(row["id"], (None, None, None))
    return Ended(
        use_case=use_case,
        provider=row.get("provider_text"),
        model=row.get("model"),
        since=row["since"],
        until=row["until"],
        because=said,
        reason=reason,
        batch=batch,
    )


def _enders(
    session: Session, table: str, numbers: list[int]
) -> dict[int, tuple[int, str, str | None]]:
    """For each row the last batch in force that ended it: its number, its words, its reason."""
    query = (
        select(
            ROW_VERSIONS.c.row_id,
            ROW_VERSIONS.c.before,
            ROW_VERSIONS.c.after,
            _BATCHES.c.id,
            _BATCHES.c.file_name,
            _BATCHES.c.options,
        )
        .join(_BATCHES, _BATCHES.c.id == ROW_VERSIONS.c.batch_id)
        .where(
            ROW_VERSIONS.c.table_name == table,
            ROW_VERSIONS.c.row_id.in_(numbers),
            ROW_VERSIONS.c.numbers.is_(None),
            _BATCHES.c.undone_at.is_(None),
        )
        .order_by(ROW_VERSIONS.c.id)
    )
    found: dict[int, tuple[int, str, str | None]] = {}
    for row, before, after, batch, said, options in session.execute(query):
        if after.get("until") and not (before or {}).get("until"):
            found[row] = (batch, said, (options or {}).get("reason"))
    return found
