"""The tables of the register, and which of their rows count: those that have not ended.

What has ended stays in the tables, with the day on which it did, for the history. A use case ends
with its startup, a dependency with its use case, so that of joined tables the lowest is asked.
"""

from sqlalchemy import ColumnElement, and_
from sqlalchemy.orm import Session

from db.engine import view_of
from db.records import DependencyRecord, FactRecord, StartupRecord, UseCaseRecord, table_of
from db.register.slices import sliced

STARTUPS = table_of(StartupRecord)
FACTS = table_of(FactRecord)
USE_CASES = table_of(UseCaseRecord)
DEPENDENCIES = table_of(DependencyRecord)
#: Parents before children.
REGISTER_TABLES = (STARTUPS, FACTS, USE_CASES, DEPENDENCIES)

LIVE_STARTUP = STARTUPS.c.until.is_(None)
LIVE_USE_CASE = USE_CASES.c.until.is_(None)
LIVE_DEPENDENCY = DEPENDENCIES.c.until.is_(None)


def startups_of(session: Session, portfolio_id: int) -> ColumnElement[bool]:
    """The condition on ``startups`` that holds for those of a portfolio that count now.

    Of a store that is read through a view of some startups, for these alone; of one that is read
    as of a past day, for those of then.
    """
    register = view_of(session).register_of(portfolio_id)
    return and_(STARTUPS.c.portfolio_id == register, LIVE_STARTUP, *sliced(session))


def among_startups_of(
    session: Session, portfolio_id: int, some: ColumnElement[bool]
) -> ColumnElement[bool]:
    """As :func:`startups_of`, and some of them only, which are found by that condition."""
    # Plus zero: the index of the portfolio's startups would be read from end to end.
    own = STARTUPS.c.portfolio_id + 0 == view_of(session).register_of(portfolio_id)
    return and_(some, own, LIVE_STARTUP, *sliced(session))
