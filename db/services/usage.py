"""Observed usage in the store: of a startup by month, and how often requests to a provider failed.

Of a store that is read as of a past day only the logs and bills count that were imported by then.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, func, or_, select
from sqlalchemy.orm import Session

from db.engine import Store, view_of
from db.importing.planning import names_in
from db.importing.usage import FILES, OBSERVATIONS, counting, known_of
from db.records import BatchRecord, PortfolioRecord, table_of
from db.register.naming import comparison_key
from db.register.past import history_of
from db.register.tables import STARTUPS, startups_of
from db.services.access import Action, Actor, authorize
from db.services.reference import FIXTURES, load_catalog
from db.services.signals import provider_named
from db.services.visible import seen_by, visible_portfolio
from risk.alternatives.options import StartupNotFound
from risk.catalog.model_history import load_model_history
from risk.inventory.usage.dependencies import Seen
from risk.inventory.usage.lines import Kind
from risk.inventory.usage.summary import ListCost, UsageSummary, list_costs, summary_of

_BATCHES = table_of(BatchRecord)


@dataclass(frozen=True, kw_only=True)
class UsageFile:
    """A log or a bill that was imported: what it is, the days it covers, and when."""

    shown: str
    first_day: date
    last_day: date
    imported_on: date


@dataclass(frozen=True, kw_only=True)
class ObservedUsage:
    """What logs and bills show of a startup, with their files, the last one imported last."""

    startup: str
    summary: UsageSummary
    at_list_prices: tuple[ListCost, ...]
    files: tuple[UsageFile, ...]


@dataclass(frozen=True, kw_only=True)
class FailureMonth:
    """Requests of one month in the logs of some startups, and how many of them failed.

    ``requests`` and ``failed`` are of those of which the logs say it; None where they do not.
    ``unsaid`` are the requests of which they do not.
    """

    month: date
    startups: int
    requests: int | None
    failed: int | None
    unsaid: int

    @property
    def share(self) -> float | None:
        """The share that failed, 0 to 1; None where the logs do not say."""
        return None if self.failed is None or not self.requests else self.failed / self.requests


@dataclass(frozen=True, kw_only=True)
class ObservedFailures:
    """Failed requests to a provider by month: as the host, and to its models wherever they run."""

    provider: str
    as_host: tuple[FailureMonth, ...]
    as_developer: tuple[FailureMonth, ...]

    @property
    def is_empty(self) -> bool:
        """Whether no log tells of requests to the provider."""
        return not self.as_host and not self.as_developer


def observed_usage(
    store: Store, actor: Actor, portfolio: str, startup: str | None = None
) -> tuple[ObservedUsage, ...]:
    """Return what logs and bills show of one startup, or of all, by name.

    Those of which nothing was observed are left out.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        StartupNotFound: it has no such startup.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    found = []
    with store.read() as session:
        book = visible_portfolio(session, actor, portfolio)
        batches = _batches(session, book.id)
        for name, keys in _observed(session, book.id, startup):
            seen = _seen(session, book.id, keys, batches)
            if seen:
                files = _files(session, book.id, keys, batches)
                found.append((name, seen, tuple(map(_as_file, files)), _same_traffic(files)))
    if not found:
        return ()
    models = load_catalog(store, actor).models
    moves = load_model_history(FIXTURES).moves
    return tuple(
        ObservedUsage(
            startup=name,
            summary=summary_of(seen, same_traffic=same),
            at_list_prices=list_costs(seen, models=models, moves=moves, same_traffic=same),
            files=files,
        )
        for name, seen, files, same in found
    )


def _batches(session: Session, portfolio_id: int) -> frozenset[int] | None:
    """The batches that count on the day as of which the store is read; None: all."""
    day = view_of(session).as_of
    return None if day is None else frozenset(history_of(session, portfolio_id).until(day))


def _observed(
    session: Session, portfolio_id: int, startup: str | None
) -> list[tuple[str, list[str]]]:
    """The startups of which there are files, by name, with the keys of all names they had."""
    files = select(FILES.c.startup_key).where(FILES.c.portfolio_id == portfolio_id)
    wanted: ColumnElement[bool] = or_(
        STARTUPS.c.name_key.in_(files), STARTUPS.c.other_names.is_not(None)
    )
    if startup is not None:
        wanted = STARTUPS.c.name_key == comparison_key(startup)
    query = select(STARTUPS.c.name, STARTUPS.c.name_key, STARTUPS.c.other_names).where(
        startups_of(session, portfolio_id), wanted
    )
    # What was seen under a name that a startup had before is its usage, too.
    names = {
        row.name: [row.name_key, *names_in(row.other_names)]
        for row in session.execute(query.order_by(STARTUPS.c.name_key))
    }
    if startup is not None:
        if not names:
            raise StartupNotFound(f"There is no company called “{startup}” in this portfolio.")
        files = files.where(
            FILES.c.startup_key.in_([key for keys in names.values() for key in keys])
        )
    told = set(session.scalars(files.distinct()))
    found = {name: [key for key in keys if key in told] for name, keys in names.items()}
    return [(name, keys) for name, keys in found.items() if keys]


def _seen(
    session: Session, portfolio_id: int, keys: Sequence[str], batches: Collection[int] | None
) -> list[Seen]:
    """What is known under several names, each source once."""
    found: dict[Any, Seen] = {}
    for key in keys:
        for one in known_of(session, portfolio_id, key, batches=batches):
            before = found.get(one.source)
            found[one.source] = (
                one
                if before is None
                else Seen(
                    one.source,
                    one.shown,
                    tuple(sorted((*before.covered, *one.covered))),
                    (*before.observations, *one.observations),
                )
            )
    return [one for one in found.values() if one.observations]


def _files(
    session: Session, portfolio_id: int, keys: Sequence[str], batches: Collection[int] | None
) -> list[RowMapping]:
    query = (
        select(FILES, _BATCHES.c.published_at)
        .join(_BATCHES, _BATCHES.c.id == FILES.c.batch_id)
        .where(FILES.c.portfolio_id == portfolio_id, FILES.c.startup_key.in_(keys))
        .order_by(FILES.c.id)
    )
    rows = session.execute(query).mappings()
    return [row for row in rows if batches is None or row["batch_id"] in batches]


def _as_file(row: RowMapping) -> UsageFile:
    return UsageFile(
        shown=row["shown"],
        first_day=row["first_day"],
        last_day=row["last_day"],
        imported_on=row["published_at"].date(),
    )


def _same_traffic(files: Sequence[RowMapping]) -> bool:
    """What was answered at the last file; where nobody was asked, sources tell of one traffic."""
    counting = files[-1]["sums"].get("counting") or {}
    return bool(counting.get("same_traffic", True))


def observed_failures(store: Store, actor: Actor, provider: str) -> ObservedFailures:
    """Return how many requests to a provider failed, by the logs of all that the actor sees.

    A startup counts once, by the one log that shows most of a month's requests, also where it
    stands in several portfolios under one name.

    Raises:
        Refused: there is no such provider.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"failed requests to {provider}")
    name = provider_named(load_catalog(store, actor), provider)
    with store.read() as session:
        day = view_of(session).as_of
        told = {
            number: None if day is None else frozenset(history_of(session, number).until(day))
            for number in session.scalars(
                select(PortfolioRecord.id).where(
                    seen_by(actor), PortfolioRecord.id.in_(select(FILES.c.portfolio_id))
                )
            )
        }
        return ObservedFailures(
            provider=name,
            as_host=_failures(session, told, OBSERVATIONS.c.host == name),
            as_developer=_failures(session, told, OBSERVATIONS.c.developer == name),
        )


@dataclass
class _Requests:
    """Requests of one startup in one month by one kind of log."""

    requests: int = 0
    failed: int = 0
    unsaid: int = 0
    says: bool = False


def _failures(
    session: Session, told: dict[int, frozenset[int] | None], of: ColumnElement[bool]
) -> tuple[FailureMonth, ...]:
    by_log: dict[tuple[date, str], dict[tuple[int, str], _Requests]] = defaultdict(dict)
    for portfolio_id, batches in told.items():
        for row in session.execute(_requests(portfolio_id, batches, of)):
            month = row.first_day.replace(day=1)
            logs = by_log[month, row.startup_key]
            one = logs.setdefault((portfolio_id, row.family), _Requests())
            if row.says:
                one.says = True
                one.requests += row.requests
                one.failed += row.failed
            else:
                one.unsaid += row.requests
    months: dict[date, list[_Requests]] = defaultdict(list)
    for (month, _), logs in by_log.items():
        months[month].append(max(logs.values(), key=lambda one: (one.requests, one.unsaid)))
    return tuple(
        FailureMonth(
            month=month,
            startups=len(held),
            requests=sum(one.requests for one in held) if any(one.says for one in held) else None,
            failed=sum(one.failed for one in held) if any(one.says for one in held) else None,
            unsaid=sum(one.unsaid for one in held),
        )
        for month, held in sorted(months.items())
    )


def _requests(portfolio_id: int, batches: frozenset[int] | None, of: ColumnElement[bool]) -> Any:
    """The query for requests by day and log, apart those of which it is said whether they failed.

    Bills say nothing of it.
    """
    says = OBSERVATIONS.c.failed.is_not(None)
    conditions = [
        FILES.c.portfolio_id == portfolio_id,
        FILES.c.kind == Kind.LOG.value,
        OBSERVATIONS.c.requests.is_not(None),
        counting(batches),
        of,
    ]
    if batches is not None:
        conditions.append(FILES.c.batch_id.in_(batches))
    return (
        select(
            FILES.c.startup_key,
            FILES.c.family,
            OBSERVATIONS.c.first_day,
            says.label("says"),
            func.sum(OBSERVATIONS.c.requests).label("requests"),
            func.sum(OBSERVATIONS.c.failed).label("failed"),
        )
        .select_from(OBSERVATIONS.join(FILES, FILES.c.id == OBSERVATIONS.c.file_id))
        .where(*conditions)
        .group_by(FILES.c.startup_key, FILES.c.family, OBSERVATIONS.c.first_day, says)
    )
