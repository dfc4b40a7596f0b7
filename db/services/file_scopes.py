"""The scope that a file is complete for: answered, remembered from the last of its kind, asked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.errors import Refused
from db.importing.comparison import Comparison
from db.importing.covering import (
    CHOICES,
    COMPLETE_FOR,
    Covering,
    Covers,
    added_on,
    header_set,
    question,
)
from db.importing.reading import Reading
from db.importing.usage import batches_of, shown_alone
from db.importing.writing import spoken_of_by
from db.records import BatchRecord, PortfolioRecord
from db.records.history import FILE
from db.register.naming import comparison_key
from risk.inventory.intake_results import IntakeResult, Outcome, Problem
from risk.inventory.observed import UsageResult
from risk.inventory.rejects import own_columns

#: The warning that nothing ends, though the file is complete.
ENDS_NOTHING = "ends_nothing"


@dataclass(frozen=True, kw_only=True)
class FileScope:
    """What a file is complete for; ``is_open``: nobody said, so what is suggested is assumed."""

    covering: Covering
    is_open: bool = False


def scope_of(
    session: Session, found: PortfolioRecord | None, reading: Reading, *, today: date
) -> FileScope:
    """What a file is complete for in a portfolio (None: it does not exist yet).

    Raises:
        Refused: the file is of a day to come, or the answer is none of the choices.
    """
    day = reading.request.day or today
    if day > today:
        raise Refused(f"The file cannot be of {day:%d %B %Y}: that day is still to come.")
    if reading.request.by_hand:
        return FileScope(covering=added_on(day))
    if isinstance(reading.intake, UsageResult):
        return FileScope(covering=_of_usage(session, found, reading.intake.usage.startup, day))
    answer = _answered(reading)
    if answer is None and own_columns(reading.intake.header):
        # Corrected records come alone: the file is part of another, whose answer stands.
        return FileScope(covering=added_on(day))
    series = _series(session, found, reading) if found is not None else ()
    batches = frozenset(one.id for one in series)
    said = answer or next((one.covers for one in series if one.covers), None)
    if said is None and series and "all" in (reading.request.assume or {}):
        said = CHOICES[0]
    if said is None and not series:
        return FileScope(covering=added_on(day))
    covers = Covers(said or Covers.SOURCE)
    unread = reading.intake.rows.unread
    # A line that names no startup may be about anybody.
    spared = set(unread) if sum(unread.values()) >= reading.intake.rejected else None
    covering = Covering(
        covers=covers,
        day=day,
        said=said is not None,
        series=batches,
        spoken=spoken_of_by(session, sorted(batches)) if covers is Covers.SOURCE else {},
        spared=None if spared is None else {comparison_key(one) for one in spared},
    )
    return FileScope(covering=covering, is_open=said is None and covers is not Covers.NOTHING)


def _of_usage(session: Session, found: PortfolioRecord | None, startup: str, day: date) -> Covering:
    """Logs and bills are complete for what they alone showed of their startup.

    What others state as well, an inventory or somebody by hand, does not end with them.
    """
    if found is None:
        return added_on(day)
    batches = batches_of(session, found.id, startup)
    return Covering(
        covers=Covers.SOURCE if batches else Covers.NOTHING,
        day=day,
        said=bool(batches),
        series=frozenset(batches),
        spoken=shown_alone(session, found.id, batches),
    )


def _answered(reading: Reading) -> str | None:
    given = reading.request.assume or {}
    answer = given.get(COMPLETE_FOR)
    if answer is not None and answer not in set(CHOICES):
        choices = ", ".join(CHOICES)
        raise Refused(f"A file is complete for one of {choices}, not for “{answer}”.")
    return answer


def _series(session: Session, found: PortfolioRecord, reading: Reading) -> Sequence[BatchRecord]:
    """The batches in force of files with the same headers, the newest first."""
    wanted = header_set(reading.intake.header)
    of_portfolio = select(BatchRecord).where(
        BatchRecord.portfolio_id == found.id,
        BatchRecord.undone_at.is_(None),
        BatchRecord.kind == FILE,
    )
    every = session.scalars(of_portfolio.order_by(BatchRecord.id.desc()))
    return [one for one in every if wanted and header_set(one.mapping) == wanted]


def asked_about(scope: FileScope, comparison: Comparison, intake: IntakeResult) -> IntakeResult:
    """The reading of a file with the question what it is complete for, if that must be asked."""
    records, facts = comparison.changes.ended, comparison.erased
    if not scope.is_open or not (records or facts):
        return intake
    asked = (*intake.confirm, question(records=records, facts=facts))
    return replace(intake, outcome=Outcome.CONFIRM, confirm=asked)


def told_what_stays(scope: FileScope, intake: IntakeResult) -> IntakeResult:
    """The reading of a file with the warning that nothing ends because of lines about nobody known.

    It is there only where the file is complete for something.
    """
    covering = scope.covering
    stays = covering.covers is not Covers.NOTHING and covering.spared is None
    if not stays or ENDS_NOTHING in intake.warnings:
        return intake
    warning = Problem(
        code=ENDS_NOTHING,
        line=0,
        column=None,
        value=None,
        message=(
            "Some lines that were left out do not say which company they are about. Until they are "
            "corrected, nothing ends that this file does not name."
        ),
    )
    return replace(
        intake,
        problems=(*intake.problems, warning),
        warnings=(*intake.warnings, ENDS_NOTHING),
    )
