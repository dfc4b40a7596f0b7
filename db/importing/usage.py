"""Observations of logs and bills in the store: what is known of a startup, and writing a new file.

A file tells anew of its days: what an earlier one of the same startup and source said of them has
ended with its batch, and is there again if that batch is undone.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Table, and_, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from db.importing.writing import rows_made_by, spoken_of_by
from db.records import BatchRecord, ObservationRecord, UsageFileRecord, table_of
from db.records.history import USAGE
from db.register.naming import comparison_key
from db.register.tables import (
    DEPENDENCIES,
    LIVE_DEPENDENCY,
    STARTUPS,
    USE_CASES,
    startups_of,
)
from risk.catalog.records import UNSPECIFIED
from risk.inventory.observed import Counting, Earlier, StatedDependency, UsageReading
from risk.inventory.records import Evidence
from risk.inventory.resolution import Resolver
from risk.inventory.usage.adding import COUNTS
from risk.inventory.usage.dependencies import ObservedDependency, Seen, Source
from risk.inventory.usage.lines import Kind
from risk.inventory.usage.observations import Observation

FILES, OBSERVATIONS = table_of(UsageFileRecord), table_of(ObservationRecord)
_BATCHES = table_of(BatchRecord)
#: Whose usage a batch counted again, in its options, because a log or a bill was undone.
COUNTED_AGAIN = "usage_counted_again"
_MICROS = 1_000_000
_PLAIN = (
    "first_day last_day use_case use_case_from developer host cloud issuer gateway model"
    " model_as_billed asked spend_is_estimated"
).split()


def known_of(
    session: Session,
    portfolio_id: int,
    startup: str,
    *,
    batches: Collection[int] | None = None,
) -> list[Seen]:
    """What logs and bills showed of a startup, by source.

    ``batches``: as if these were all that were ever imported (None: all).
    """
    files = _files(session, portfolio_id, startup)
    if batches is not None:
        files = [one for one in files if one["batch_id"] in batches]
    by_file = _observations(session, [one["id"] for one in files], batches)
    sources: dict[Source, list[Mapping[str, Any]]] = defaultdict(list)
    for one in files:
        sources[Source(one["family"], Kind(one["kind"]))].append(one)
    return [
        Seen(
            source,
            held[-1]["shown"],
            tuple(sorted(span for one in held for span in _spans(one["covered"]))),
            tuple(each for one in held for _, each in by_file.get(one["id"], ())),
        )
        for source, held in sources.items()
    ]


def earlier(
    session: Session, portfolio_id: int, startup: str, source: Source, first: date, last: date
) -> Earlier:
    """What is known of a startup, apart from what a file of these days replaces."""
    seen, replaced = [], []
    for one in known_of(session, portfolio_id, startup):
        if one.source != source:
            seen.append(one)
            continue
        touched = [each for each in one.observations if _overlaps(each, first, last)]
        kept = tuple(each for each in one.observations if not _overlaps(each, first, last))
        replaced += touched
        seen.append(Seen(one.source, one.shown, one.covered, kept))
    return Earlier(
        seen=tuple(seen),
        replaced=tuple(replaced),
        stated=_stated(session, portfolio_id, startup),
    )


def _overlaps(one: Observation, first: date, last: date) -> bool:
    return one.first_day <= last and one.last_day >= first


def _whose(session: Session, portfolio_id: int, startup: str) -> str:
    """The key of a startup, by the name that it has or had."""
    key = comparison_key(startup)
    query = select(STARTUPS.c.name_key, STARTUPS.c.other_names).where(
        startups_of(session, portfolio_id),
        or_(STARTUPS.c.name_key == key, STARTUPS.c.other_names.contains(key, autoescape=True)),
    )
    found = session.execute(query).all()
    if any(one.name_key == key for one in found):
        return key
    had = (one.name_key for one in found if key in (one.other_names or "").split("\n"))
    return next(had, key)


def _files(session: Session, portfolio_id: int, startup: str) -> list[Mapping[str, Any]]:
    query = select(FILES).where(
        FILES.c.portfolio_id == portfolio_id,
        FILES.c.startup_key == _whose(session, portfolio_id, startup),
    )
    return [dict(row) for row in session.execute(query.order_by(FILES.c.id)).mappings()]


def counting(batches: Collection[int] | None = None) -> ColumnElement[bool]:
    """The condition on observations that hold: no later file tells of the same days anew.

    ``batches``: as if these were all that were ever imported (None: all).
    """
    in_force = OBSERVATIONS.c.ended_by.is_(None)
    return in_force if batches is None else or_(in_force, OBSERVATIONS.c.ended_by.not_in(batches))


def _observations(
    session: Session, files: Sequence[int], batches: Collection[int] | None = None
) -> dict[int, list[tuple[int, Observation]]]:
    query = select(OBSERVATIONS).where(OBSERVATIONS.c.file_id.in_(files), counting(batches))
    found: dict[int, list[tuple[int, Observation]]] = defaultdict(list)
    for row in session.execute(query.order_by(OBSERVATIONS.c.id)).mappings():
        found[row["file_id"]].append((row["id"], _as_observation(dict(row))))
    return found


def _as_observation(row: Mapping[str, Any]) -> Observation:
    micros = row["spend_micros"]
    return Observation(
        **{name: row[name] for name in (*_PLAIN, *COUNTS)},
        spend_usd=None if micros is None else Decimal(micros) / _MICROS,
    )


def _spans(covered: Mapping[str, Any]) -> list[tuple[date, date]]:
    return [
        (date.fromisoformat(first), date.fromisoformat(last)) for first, last in covered["days"]
    ]


def _stated(session: Session, portfolio_id: int, startup: str) -> tuple[StatedDependency, ...]:
    """What the register says of a startup that no log and no bill said."""
    query = (
        select(USE_CASES.c.name, DEPENDENCIES)
        .select_from(DEPENDENCIES.join(USE_CASES).join(STARTUPS))
        .where(
            startups_of(session, portfolio_id),
            STARTUPS.c.name_key == _whose(session, portfolio_id, startup),
            LIVE_DEPENDENCY,
            or_(
                DEPENDENCIES.c.evidence.is_(None),
                DEPENDENCIES.c.evidence != Evidence.OBSERVED,
            ),
            DEPENDENCIES.c.developer.is_not(None),
            DEPENDENCIES.c.developer != UNSPECIFIED,
        )
    )
    return tuple(
        StatedDependency(
            use_case=row["name"],
            developer=row["developer"],
            model=row["model"],
            spend_usd=None
            if row["spend_cents_per_month"] is None
            else Decimal(row["spend_cents_per_month"]) / 100,
            evidence=row["evidence"],
        )
        for row in session.execute(query).mappings()
    )


def batches_of(session: Session, portfolio_id: int, startup: str) -> list[int]:
    """The batches in force of logs and bills of a startup."""
    query = (
        select(FILES.c.batch_id)
        .join(_BATCHES, _BATCHES.c.id == FILES.c.batch_id)
        .where(
            FILES.c.portfolio_id == portfolio_id,
            FILES.c.startup_key == _whose(session, portfolio_id, startup),
            _BATCHES.c.undone_at.is_(None),
        )
    )
    return sorted(set(session.scalars(query)))


def usage_in_force(
    session: Session,
    portfolio_id: int,
    reading: UsageReading,
    *,
    file_digest: str,
    options: Mapping[str, Any],
) -> int | None:
    """The batch that said all of this already, and of which nothing was told anew since.

    The same file with other answers (``options``) is the same only if they count it alike.
    """
    query = (
        select(FILES.c.id, FILES.c.batch_id, FILES.c.sums, _BATCHES.c.options)
        .join(_BATCHES, _BATCHES.c.id == FILES.c.batch_id)
        .where(
            FILES.c.portfolio_id == portfolio_id,
            FILES.c.startup_key == _whose(session, portfolio_id, reading.startup),
            _BATCHES.c.file_digest == file_digest,
            _BATCHES.c.undone_at.is_(None),
        )
    )
    for file, batch, sums, answered in session.execute(query.order_by(FILES.c.id.desc())):
        held = _observations(session, [file]).get(file, [])
        is_alike = answered == options or sums["counting"] == asdict(reading.counting)
        if is_alike and tuple(one for _, one in held) == reading.observations:
            return int(batch)
    return None


def remembered_answers(
    session: Session, portfolio_id: int, format_: str | None
) -> Mapping[str, str]:
    """The answers to the last file of a format in a portfolio, where they hold for the next."""
    query = select(FILES.c.sums).where(
        FILES.c.portfolio_id == portfolio_id, FILES.c.format == format_
    )
    sums = session.scalar(query.order_by(FILES.c.id.desc()).limit(1))
    answers: Mapping[str, str] = (sums or {}).get("answers", {})
    return answers


def shown_alone(
    session: Session, portfolio_id: int, batches: Sequence[int]
) -> dict[str, NDArray[np.int64]]:
    """The numbers of the rows, by table, that only logs and bills show, and ``batches`` of these.

    A log or a bill made them, and no other batch in force speaks of them.
    """
    if not batches:
        return {}
    found = select(_BATCHES.c.id, _BATCHES.c.kind, _BATCHES.c.options, _BATCHES.c.undone_at)
    every = session.execute(found.where(_BATCHES.c.portfolio_id == portfolio_id)).all()
    of_usage = {one.id for one in every if one.kind == USAGE or COUNTED_AGAIN in one.options}
    made = rows_made_by(session, sorted(of_usage))
    others = [one.id for one in every if one.id not in of_usage and one.undone_at is None]
    of_others = spoken_of_by(session, others)
    nobody = np.zeros(0, np.int64)
    return {
        table: np.setdiff1d(
            np.intersect1d(rows, made.get(table, nobody)), of_others.get(table, nobody)
        )
        for table, rows in spoken_of_by(session, batches).items()
    }


def write_usage(
    session: Session, reading: UsageReading, *, portfolio_id: int, batch_id: int
) -> None:
    """Write a file's observations, and end those of the same source that it tells of anew."""
    source = reading.seen.source
    first, last = reading.first_day, reading.last_day
    same = [
        one["id"]
        for one in _files(session, portfolio_id, reading.startup)
        if (one["family"], one["kind"]) == (source.family, source.kind.value)
    ]
    session.execute(
        update(OBSERVATIONS)
        .where(
            OBSERVATIONS.c.file_id.in_(same),
            OBSERVATIONS.c.ended_by.is_(None),
            OBSERVATIONS.c.first_day <= last,
            OBSERVATIONS.c.last_day >= first,
        )
        .values(ended_by=batch_id)
    )
    number = session.scalar(
        insert(FILES)
        .values(
            portfolio_id=portfolio_id,
            batch_id=batch_id,
            startup=reading.startup,
            startup_key=_whose(session, portfolio_id, reading.startup),
            family=source.family,
            kind=source.kind.value,
            format=reading.format,
            shown=reading.shown,
            first_day=first,
            last_day=last,
            covered={"days": [[a.isoformat(), b.isoformat()] for a, b in reading.seen.covered]},
            sums=_sums(reading),
        )
        .returning(FILES.c.id)
    )
    rows = [_as_row(one) | {"file_id": number} for one in reading.observations]
    if rows:
        session.execute(insert(OBSERVATIONS), rows)


def _as_row(one: Observation) -> dict[str, Any]:
    row = {name: getattr(one, name) for name in (*_PLAIN, *COUNTS)}
    spend = one.spend_usd
    return row | {"spend_micros": None if spend is None else int(spend * _MICROS)}


def _sums(reading: UsageReading) -> dict[str, Any]:
    return {
        "answers": dict(reading.answers),
        "counting": asdict(reading.counting),
        "rows": {
            name: getattr(reading, name)
            for name in ("read", "counted", "duplicates", "ignored", "rejected")
        },
        "money_in": {currency: str(money) for currency, money in reading.money_in.items()},
        "buckets": [
            {"bucket": one.bucket.value, "currency": one.currency, "money": str(one.money)}
            for one in reading.buckets
        ],
    }


def undo_usage(session: Session, batch_id: int) -> None:
    """Take a batch's observations away, and put back those that it had ended.

    Where a later file tells of the same days, they end with that one.
    """
    gone = list(session.execute(select(FILES).where(FILES.c.batch_id == batch_id)).mappings())
    if not gone:
        return
    ended = select(OBSERVATIONS.c.id).where(OBSERVATIONS.c.ended_by == batch_id)
    numbers = list(session.scalars(ended))
    session.execute(
        delete(OBSERVATIONS).where(OBSERVATIONS.c.file_id.in_([one["id"] for one in gone]))
    )
    session.execute(delete(FILES).where(FILES.c.batch_id == batch_id))
    _set_ended(session, numbers, None)
    for one in gone:
        later = select(FILES).where(
            FILES.c.portfolio_id == one["portfolio_id"],
            FILES.c.startup_key == one["startup_key"],
            FILES.c.family == one["family"],
            FILES.c.kind == one["kind"],
            FILES.c.batch_id > batch_id,
        )
        for file in session.execute(later.order_by(FILES.c.batch_id)).mappings():
            overlapped = select(OBSERVATIONS.c.id).where(
                OBSERVATIONS.c.id.in_(numbers),
                OBSERVATIONS.c.ended_by.is_(None),
                and_(
                    OBSERVATIONS.c.first_day <= file["last_day"],
                    OBSERVATIONS.c.last_day >= file["first_day"],
                ),
            )
            _set_ended(session, list(session.scalars(overlapped)), file["batch_id"])


def startup_of(session: Session, batch_id: int) -> str | None:
    """The startup of whose usage a batch tells, None if it is of another kind."""
    query = select(FILES.c.startup).where(FILES.c.batch_id == batch_id)
    return session.scalar(query.limit(1))


def counted(
    session: Session, portfolio_id: int, startup: str, resolver: Resolver
) -> tuple[ObservedDependency, ...]:
    """The dependencies that all files in force show, counted as at the last of them."""
    files = _files(session, portfolio_id, startup)
    if not files:
        return ()
    counting = Counting(**files[-1]["sums"]["counting"])
    return counting.dependencies(
        known_of(session, portfolio_id, startup),
        _stated(session, portfolio_id, startup),
        resolver,
    )


def _set_ended(session: Session, numbers: Sequence[int], batch: int | None) -> None:
    table: Table = OBSERVATIONS
    for start in range(0, len(numbers), 500):
        part = numbers[start : start + 500]
        session.execute(update(table).where(table.c.id.in_(part)).values(ended_by=batch))
