"""Finding a portfolio's row, making one, and noting that it was written to."""

import hashlib
import json
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.errors import Refused
from db.records import PortfolioRecord
from db.register.naming import comparison_key, tidy
from risk.inventory.records import Portfolio

_LONGEST_NAME = 200


def find_portfolio(session: Session, name: str) -> PortfolioRecord | None:
    """Return the portfolio of that name, whatever its case, even one left empty by an undo."""
    return session.scalar(
        select(PortfolioRecord).where(PortfolioRecord.name_key == comparison_key(name))
    )


def make_portfolio(
    session: Session, name: str, *, at: datetime, invented: bool = False
) -> PortfolioRecord:
    """Add an empty portfolio.

    Raises:
        Refused: the name is blank or longer than 200 characters.
    """
    shown = checked_name(name)
    record = PortfolioRecord(
        name=shown,
        name_key=comparison_key(shown),
        invented=invented,
        live=True,
        revision=0,
        updated_at=at,
    )
    session.add(record)
    session.flush()
    return record


def checked_name(name: str) -> str:
    """Return the name as it is shown.

    Raises:
        Refused: it is blank or longer than 200 characters.
    """
    shown = tidy(name)
    if not 0 < len(shown) <= _LONGEST_NAME or not shown.isprintable():
        raise Refused("Give the portfolio a name of 1 to 200 letters.")
    return shown


def mark_written(record: PortfolioRecord, *, at: datetime) -> None:
    """Note a write: the revision grows, so that whatever was computed before is known as old."""
    record.revision += 1
    record.updated_at = at


def digest_of(portfolio: Portfolio) -> str:
    """Return the SHA-256 over all facts in a portfolio, whatever their order in the store.

    Left out are the name, and the revision and date of the last write, which grow even when a
    write is taken back.
    """
    bare = asdict(replace(portfolio, name="", revision=0, updated=None))
    for startup in bare["startups"]:
        for use_case in startup["use_cases"]:
            use_case["dependencies"] = sorted(use_case["dependencies"], key=_text)
        startup["use_cases"] = sorted(startup["use_cases"], key=_text)
    bare["startups"] = sorted(bare["startups"], key=_text)
    return hashlib.sha256(_text(bare).encode()).hexdigest()


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
