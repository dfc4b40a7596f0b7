"""Funds: what they hold of which company, their net asset value, and what they may lose."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from db.engine import Store, view_of
from db.errors import Refused
from db.importing.unpacking import unpack_apart
from db.records import (
    FundRecord,
    HoldingImportRecord,
    HoldingRecord,
    PortfolioRecord,
)
from db.register.columns import to_cents, to_usd
from db.register.naming import comparison_key, tidy
from db.register.portfolios import mark_written
from db.register.slices import FUND, standing
from db.register.tables import LIVE_STARTUP, STARTUPS
from db.services.access import Action, Actor, authorize
from db.services.audit import record
from db.services.valuations import valuation
from db.services.visible import visible_portfolio
from risk.assumptions import Assumptions
from risk.inventory.holdings import USD, HoldingRow, read_holdings
from risk.inventory.intake_results import Problem
from risk.inventory.own_tables import TableRead
from risk.loss.valuation import Valuation
from risk.money.rates import rate_on
from risk.portfolio.funds import LookThrough, Stake, look_through

_LONGEST_NAME = 200
_MOST = 10**12
#: Names that one statement asks for.
_AT_ONCE = 500


@dataclass(frozen=True, kw_only=True)
class HoldingsFile:
    """A table of holdings and how to read it.

    ``complete``: of every fund that it names, it names all holdings, so that others are ended.
    ``fund`` and ``currency`` hold for lines that name none.
    """

    data: bytes
    file_name: str
    complete: bool = False
    fund: str | None = None
    currency: str | None = None
    mapping: Mapping[str, str | None] | None = None
    assume: Mapping[str, str] | None = None


@dataclass(frozen=True, kw_only=True)
class HoldingsImport:
    """What a table of holdings says and changes.

    ``number`` is the import's, None where nothing was written: it was only looked at, a question is
    open, or nothing is new. ``ended`` are fund and company of holdings that it no longer names,
    ``outside`` companies that the register does not know.
    """

    read: TableRead[HoldingRow]
    number: int | None
    new: int
    changed: int
    unchanged: int
    ended: tuple[tuple[str, str], ...]
    outside: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class FundSummary:
    """A fund as it is stated; ``nav`` in its currency, None where nobody stated it.

    ``nav_usd`` is that by the reference rate of its day. ``cost`` and ``value`` add up what its
    holdings state, in USD; ``outside`` counts the companies that the register does not know.
    """

    name: str
    currency: str
    nav: float | None
    nav_usd: float | None
    nav_as_of: date | None
    source: str | None
    stated_by: str
    stated_at: datetime
    holdings: int
    outside: int
    cost: float
    value: float


@dataclass(frozen=True, kw_only=True)
class HoldingFact:
    """What a fund holds of a company; ``startup`` is its name in the register, None: unknown.

    ``cost`` and ``value`` are in its currency, ``cost_usd`` and ``value_usd`` by the reference rate
    of ``as_of``, or of the day of the import where no day is stated.
    """

    fund: str
    company: str
    startup: str | None
    ownership: float | None
    cost: float | None
    value: float | None
    cost_usd: float | None
    value_usd: float | None
    currency: str
    as_of: date | None
    source: str


@dataclass(frozen=True, kw_only=True)
class FundsAnswer:
    """What the funds of a portfolio may lose, in USD, and what is stated of them."""

    portfolio: str
    invented: bool
    as_of: date
    funds: tuple[FundSummary, ...]
    losses: LookThrough


def import_holdings(
    store: Store, actor: Actor, portfolio: str, file: HoldingsFile, *, dry_run: bool = False
) -> HoldingsImport:
    """Take over a table of holdings: each line replaces what was known of its fund and company.

    Problems come line by line; what can be read is taken, unless a question is open or the file is
    refused. With ``dry_run`` nothing is written. The newest import can be taken back.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.IMPORT, f"holdings into portfolio {portfolio}")
    read = _in_quoted_currencies(
        read_holdings(
            file.data,
            file_name=file.file_name,
            fund=file.fund,
            currency=file.currency,
            mapping=file.mapping,
            assume=file.assume,
            unpack=unpack_apart,
        ),
        today=store.now().date(),
    )
    if dry_run or not read.is_ready or not read.rows:
        with store.read() as session:
            found = visible_portfolio(session, actor, portfolio)
            return _plan(session, found, read, complete=file.complete).told(None)

    def work(session: Session) -> HoldingsImport:
        found = visible_portfolio(session, actor, portfolio)
        plan = _plan(session, found, read, complete=file.complete)
        if not plan.changes_anything:
            return plan.told(None)
        number = plan.write(session, found, file, actor=actor, at=store.now())
        # Whom a fund holds is a slice of the portfolio.
        mark_written(found, at=store.now())
        told = plan.told(number)
        record(
            store,
            session,
            actor,
            Action.IMPORT,
            object_kind="holdings",
            object_name=f"{found.name}: {file.file_name}",
            after={
                "import": number,
                "complete": file.complete,
                "new": told.new,
                "changed": told.changed,
                "ended": len(told.ended),
            },
        )
        return told

    return store.transact(work)


def undo_holdings(store: Store, actor: Actor, portfolio: str) -> str:
    """Take back the newest import of holdings that stands; return the name of its file.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        Refused: no import stands.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.UNDO, f"holdings of portfolio {portfolio}")

    def work(session: Session) -> str:
        found = visible_portfolio(session, actor, portfolio)
        last = session.scalar(
            select(HoldingImportRecord)
            .where(
                HoldingImportRecord.portfolio_id == found.id,
                HoldingImportRecord.undone_at.is_(None),
            )
            .order_by(HoldingImportRecord.id.desc())
            .limit(1)
        )
        if last is None:
            raise Refused(f"No import of holdings stands in {found.name}: nothing to take back.")
        session.execute(delete(HoldingRecord).where(HoldingRecord.import_id == last.id))
        session.execute(
            update(HoldingRecord)
            .where(HoldingRecord.ended_import_id == last.id)
            .values(ended_import_id=None)
        )
        made = FundRecord.import_id == last.id
        session.execute(delete(FundRecord).where(made, FundRecord.nav_cents.is_(None)))
        session.execute(update(FundRecord).where(made).values(import_id=None))
        last.undone_by, last.undone_at = actor.name, store.now()
        mark_written(found, at=store.now())
        record(
            store,
            session,
            actor,
            Action.UNDO,
            object_kind="holdings",
            object_name=f"{found.name}: {last.file_name}",
            before={"import": last.id},
        )
        return last.file_name

    return store.transact(work)


def state_fund(
    store: Store,
    actor: Actor,
    portfolio: str,
    fund: str,
    nav: float | None,
    *,
    on: date | None,
    source: str,
    currency: str | None = None,
) -> None:
    """State a fund's net asset value as of a day; None: it is not known any more.

    It is in ``currency``, else in the fund's, else in USD. A fund that nobody named yet is made.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        Refused: the name or the value makes no sense, the day is missing or to come, no source is
            named, or nobody quotes the currency.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.STATE_FUND, f"{fund} of portfolio {portfolio}")
    shown, today = _checked_name(fund), store.now().date()
    if nav is not None and not 0 <= nav <= _MOST:
        raise Refused("A net asset value is between 0 and 1,000,000,000,000.")
    if nav is not None and on is None:
        raise Refused("Say of which day the net asset value is.")
    if on is not None and on > today:
        raise Refused(f"{on:%d %B %Y} is still to come: name the day that the value is of.")
    if not source.strip():
        raise Refused("Say where the value comes from: others will want to know.")
    code = None if currency is None else currency.strip().upper()
    if code is not None and not _is_quoted(code, on or today):
        raise Refused(f"No reference rate is known for {code}. State the value in USD or EUR.")

    def work(session: Session) -> None:
        found = visible_portfolio(session, actor, portfolio)
        row = _fund_named(session, found, shown)
        before = None if row is None else {"nav_cents": row.nav_cents, "as_of": _day(row.nav_as_of)}
        if row is None:
            row = FundRecord(
                portfolio_id=found.id,
                name=shown,
                name_key=comparison_key(shown),
                currency=USD,
                import_id=None,
            )
            session.add(row)
        row.currency = code or row.currency
        row.nav_cents, row.nav_as_of = to_cents(nav), on
        row.source, row.stated_by, row.stated_at = source.strip(), actor.name, store.now()
        record(
            store,
            session,
            actor,
            Action.STATE_FUND,
            object_kind="fund",
            object_name=f"{found.name}: {row.name}",
            before=before,
            after={"nav_cents": row.nav_cents, "as_of": _day(on)},
            reason=source.strip(),
        )

    store.transact(work)


def list_funds(store: Store, actor: Actor, portfolio: str) -> tuple[FundSummary, ...]:
    """Return the funds of a portfolio by name.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    with store.read() as session:
        found = visible_portfolio(session, actor, portfolio)
        return _summaries(session, found, _holdings(session, found))


def funds_revision(store: Store, actor: Actor, portfolio: str) -> tuple[int, int, str]:
    """Return what is another after each change of funds or holdings, for the keys of caches.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    with store.read() as session:
        found = visible_portfolio(session, actor, portfolio)
        last, undone = session.execute(
            select(
                func.max(HoldingImportRecord.id), func.count(HoldingImportRecord.undone_at)
            ).where(HoldingImportRecord.portfolio_id == found.id)
        ).one()
        stated = session.scalar(
            select(func.max(FundRecord.stated_at)).where(FundRecord.portfolio_id == found.id)
        )
    return last or 0, undone, str(stated)


def list_holdings(store: Store, actor: Actor, portfolio: str) -> tuple[HoldingFact, ...]:
    """Return what every fund of a portfolio holds, by fund and company.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    with store.read() as session:
        return _holdings(session, visible_portfolio(session, actor, portfolio))


def fund_losses(
    store: Store,
    actor: Actor,
    portfolio: str,
    *,
    today: date,
    assumptions: Assumptions | None = None,
) -> FundsAnswer:
    """Say what every fund of a portfolio, and all of them together, may lose of their value.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    held = valuation(store, actor, portfolio, today=today, assumptions=assumptions)
    with store.read() as session:
        found = visible_portfolio(session, actor, portfolio)
        holdings = _of_slice(store, held, _holdings(session, found))
        funds = _summaries(session, found, holdings)
        named = {one.fund for one in holdings}
        funds = tuple(one for one in funds if one.name in named or not store.view.slices)
    stakes = [
        Stake(
            fund=one.fund,
            company=one.company,
            startup=one.startup,
            ownership=one.ownership,
            value_usd=one.value_usd,
            cost_usd=one.cost_usd,
        )
        for one in holdings
    ]
    return FundsAnswer(
        portfolio=found.name,
        invented=held.invented,
        as_of=today,
        funds=funds,
        losses=look_through(held, stakes, {one.name: one.nav_usd for one in funds}),
    )


def _of_slice(
    store: Store, held: Valuation, holdings: tuple[HoldingFact, ...]
) -> tuple[HoldingFact, ...]:
    """Holdings in the startups of a view; of all that funds hold where it is of these funds."""
    slices = store.view.slices
    if not slices:
        return holdings
    funds = {value for field, value in slices if field == FUND}
    of_funds = [one for one in holdings if not funds or one.fund in funds]
    if all(field == FUND for field, _ in slices):
        return tuple(of_funds)
    rows = held.members.place
    return tuple(one for one in of_funds if one.startup in rows)


# --- What a file changes --------------------------------------------------------------------------


def _is_quoted(currency: str, day: date) -> bool:
    """Whether amounts of a currency have a reference rate to the dollar on a day."""
    return currency == USD or rate_on(currency, day) is not None


def _in_usd(amount: float | None, currency: str, day: date) -> float | None:
    if amount is None or currency == USD:
        return amount
    rate = rate_on(currency, day)
    return None if rate is None else float(rate.usd(Decimal(str(amount))))


def _in_quoted_currencies(read: TableRead[HoldingRow], *, today: date) -> TableRead[HoldingRow]:
    """Refuse lines in a currency without a reference rate, each with a sentence."""
    foreign = [one for one in read.rows if not _is_quoted(one.currency, one.as_of or today)]
    problems = [
        Problem(
            code="currency_mismatch",
            line=one.line,
            column="currency",
            value=one.currency,
            message=f"Line {one.line}, currency: no reference rate is known for {one.currency} on "
            f"{one.as_of or today:%d %B %Y}. Write the amounts in USD.",
        )
        for one in foreign
    ]
    return read.without(list(zip(foreign, problems, strict=True)))


#: Fund and company as they are compared.
_Key = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class _Plan:
    """What a reading changes of what stands."""

    read: TableRead[HoldingRow]
    funds: Mapping[str, FundRecord]
    new: Sequence[HoldingRow]
    changed: Sequence[tuple[HoldingRow, HoldingRecord]]
    unchanged: int
    ended: Sequence[tuple[str, HoldingRecord]]
    outside: tuple[str, ...]
    companies: Mapping[_Key, str]

    @property
    def changes_anything(self) -> bool:
        return bool(self.new or self.changed or self.ended)

    def told(self, number: int | None) -> HoldingsImport:
        """The plan as whoever asked is told it."""
        return HoldingsImport(
            read=self.read,
            number=number,
            new=len(self.new),
            changed=len(self.changed),
            unchanged=self.unchanged,
            ended=tuple((fund, one.company) for fund, one in self.ended),
            outside=self.outside,
        )

    def write(
        self,
        session: Session,
        found: PortfolioRecord,
        file: HoldingsFile,
        *,
        actor: Actor,
        at: datetime,
    ) -> int:
        """Write it and return the import's number."""
        made = HoldingImportRecord(
            portfolio_id=found.id,
            file_name=file.file_name,
            file_digest=hashlib.sha256(file.data).hexdigest(),
            complete=file.complete,
            imported_by=actor.name,
            imported_at=at,
        )
        session.add(made)
        session.flush()
        for old in (*(one for _, one in self.changed), *(one for _, one in self.ended)):
            old.ended_import_id = made.id
        session.flush()
        funds = dict(self.funds)
        for row in (*self.new, *(one for one, _ in self.changed)):
            key = comparison_key(row.fund)
            if key not in funds:
                funds[key] = FundRecord(
                    portfolio_id=found.id,
                    name=tidy(row.fund),
                    name_key=key,
                    currency=row.currency,
                    stated_by=actor.name,
                    stated_at=at,
                    import_id=made.id,
                )
                session.add(funds[key])
                session.flush()
            session.add(
                HoldingRecord(
                    fund_id=funds[key].id,
                    company=tidy(row.company),
                    company_key=self.companies[_key(row)],
                    import_id=made.id,
                    **_stated(row),
                )
            )
        session.flush()
        return made.id


def _plan(
    session: Session, found: PortfolioRecord, read: TableRead[HoldingRow], *, complete: bool
) -> _Plan:
    funds = {
        one.name_key: one
        for one in session.scalars(select(FundRecord).where(FundRecord.portfolio_id == found.id))
    }
    whose = {one.id: one for one in funds.values()}
    standing: dict[_Key, HoldingRecord] = {
        (whose[one.fund_id].name_key, one.company_key): one
        for one in session.scalars(
            select(HoldingRecord).where(
                HoldingRecord.fund_id.in_(whose), HoldingRecord.ended_import_id.is_(None)
            )
        )
    }
    companies = _companies(session, found, read)
    new, changed, unchanged, named = [], [], 0, set[_Key]()
    for row in read.rows:
        key = comparison_key(row.fund), companies[_key(row)]
        named.add(key)
        before = standing.get(key)
        if before is None:
            new.append(row)
        elif _stated(row) != {name: getattr(before, name) for name in _stated(row)}:
            changed.append((row, before))
        else:
            unchanged += 1
    said = {fund for fund, _ in named}
    ended = [
        (whose[one.fund_id].name, one)
        for key, one in standing.items()
        if complete and key[0] in said and key not in named
    ]
    known = _startups(session, found, list(companies.values()))
    outside = {
        comparison_key(one.company): tidy(one.company)
        for one in read.rows
        if companies[_key(one)] not in known
    }
    return _Plan(
        read=read,
        funds=funds,
        new=new,
        changed=changed,
        unchanged=unchanged,
        ended=ended,
        outside=tuple(outside.values()),
        companies=companies,
    )


def _key(row: HoldingRow) -> _Key:
    """What names a row of a file: the keys of its fund and its company."""
    return comparison_key(row.fund), comparison_key(row.company)


def _companies(
    session: Session, found: PortfolioRecord, read: TableRead[HoldingRow]
) -> dict[_Key, str]:
    """The key of each company; of a startup that had its name, the present one.

    A file that names it under both says of two.
    """
    query = select(STARTUPS.c.name_key, STARTUPS.c.other_names).where(
        STARTUPS.c.portfolio_id == found.id,
        STARTUPS.c.other_names.is_not(None),
        STARTUPS.c.until.is_(None),
    )
    had = {old: key for key, names in session.execute(query) for old in names.split("\n")}
    keys = {_key(row) for row in read.rows}
    taken = set(keys)
    companies: dict[_Key, str] = {}
    for fund, company in sorted(keys):
        present = had.get(company, company)
        if present != company and (fund, present) in taken:
            present = company
        taken.add((fund, present))
        companies[fund, company] = present
    return companies


def _stated(row: HoldingRow) -> dict[str, Any]:
    return {
        "ownership": row.ownership,
        "cost_cents": to_cents(row.cost),
        "value_cents": to_cents(row.value),
        "currency": row.currency,
        "as_of": row.as_of,
    }


# --- What stands ----------------------------------------------------------------------------------


def _holdings(session: Session, found: PortfolioRecord) -> tuple[HoldingFact, ...]:
    """What stands, by fund and company: of today, or of the day through which is read."""
    rows = session.execute(
        select(HoldingRecord, FundRecord.name, HoldingImportRecord)
        .join(FundRecord, FundRecord.id == HoldingRecord.fund_id)
        .join(HoldingImportRecord, HoldingImportRecord.id == HoldingRecord.import_id)
        .where(FundRecord.portfolio_id == found.id, standing(view_of(session)))
        .order_by(FundRecord.name_key, HoldingRecord.company_key)
    ).all()
    known = _startups(session, found, [one.company_key for one, _, _ in rows])
    return tuple(
        HoldingFact(
            fund=fund,
            company=one.company,
            startup=known.get(one.company_key),
            ownership=one.ownership,
            cost=(cost := to_usd(one.cost_cents)),
            value=(value := to_usd(one.value_cents)),
            cost_usd=_in_usd(cost, one.currency, day),
            value_usd=_in_usd(value, one.currency, day),
            currency=one.currency,
            as_of=one.as_of,
            source=file.file_name,
        )
        for one, fund, file in rows
        for day in [one.as_of or file.imported_at.date()]
    )


def _startups(session: Session, found: PortfolioRecord, keys: Sequence[str]) -> dict[str, str]:
    """Names in the register by their keys, of those companies that it knows."""
    names: dict[str, str] = {}
    wanted = list(dict.fromkeys(keys))
    for start in range(0, len(wanted), _AT_ONCE):
        query = select(STARTUPS.c.name_key, STARTUPS.c.name).where(
            STARTUPS.c.portfolio_id == view_of(session).register_of(found.id),
            LIVE_STARTUP,
            STARTUPS.c.name_key.in_(wanted[start : start + _AT_ONCE]),
        )
        names.update((key, name) for key, name in session.execute(query))
    return names


def _summaries(
    session: Session, found: PortfolioRecord, holdings: Iterable[HoldingFact]
) -> tuple[FundSummary, ...]:
    by_fund: dict[str, list[HoldingFact]] = {}
    for one in holdings:
        by_fund.setdefault(one.fund, []).append(one)
    query = select(FundRecord).where(FundRecord.portfolio_id == found.id)
    return tuple(
        FundSummary(
            name=one.name,
            currency=one.currency,
            nav=(nav := to_usd(one.nav_cents)),
            nav_usd=_in_usd(nav, one.currency, one.nav_as_of or one.stated_at.date()),
            nav_as_of=one.nav_as_of,
            source=one.source,
            stated_by=one.stated_by,
            stated_at=one.stated_at,
            holdings=len(own),
            outside=sum(held.startup is None for held in own),
            cost=sum(held.cost_usd or 0.0 for held in own),
            value=sum(held.value_usd or 0.0 for held in own),
        )
        for one in session.scalars(query.order_by(FundRecord.name_key))
        for own in [by_fund.get(one.name, [])]
    )


def _fund_named(session: Session, found: PortfolioRecord, name: str) -> FundRecord | None:
    return session.scalar(
        select(FundRecord).where(
            FundRecord.portfolio_id == found.id, FundRecord.name_key == comparison_key(name)
        )
    )


def _checked_name(name: str) -> str:
    shown = tidy(name)
    if not 0 < len(shown) <= _LONGEST_NAME or not shown.isprintable():
        raise Refused("Give the fund a name of 1 to 200 letters.")
    return shown


def _day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()
