"""Slices of a portfolio: fields by which some of its startups are chosen.

One table says which fields there are; a line adds one. Several values of one field mean any of
them, several fields all of them; an empty value means that nobody stated the field.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select
from sqlalchemy.orm import Session

from db.engine import View, view_of
from db.errors import Refused
from db.records import (
    FundRecord,
    HoldingImportRecord,
    HoldingRecord,
    StartupRecord,
    table_of,
)

_STARTUPS = table_of(StartupRecord)
_FUNDS, _HOLDINGS = table_of(FundRecord), table_of(HoldingRecord)
_IMPORTS = table_of(HoldingImportRecord)
#: What parts the texts of a cell that holds several.
SEPARATOR = ";"
FUND = "fund"


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field: which startups have a value (``None``: none at all), and which values there are.

    Both are of the view through which is read. ``values`` selects a value for every startup and
    value; ``several`` says whether a startup may
    have more than one, so that its slices overlap.
    """

    matches: Callable[[View, str | None], ColumnElement[bool]]
    values: Callable[[View], Select[Any]]
    several: bool = False


def folded(text: str) -> str:
    """A value as it is compared: the case of ASCII letters does not matter, as in SQLite."""
    return text.lower() if text.isascii() else text


def _one_text(name: str) -> Field:
    """A column that holds one text."""
    column = _STARTUPS.c[name]

    def matches(view: View, value: str | None) -> ColumnElement[bool]:
        if value is None:
            return or_(column.is_(None), func.trim(column) == "")
        stored = func.trim(column)
        return func.lower(stored) == folded(value) if value.isascii() else stored == value

    return Field(
        matches=matches, values=lambda view: select(func.trim(column)).select_from(_STARTUPS)
    )


def standing(view: View) -> ColumnElement[bool]:
    """The condition on ``holdings`` that holds for those that stand in what is read.

    Now, or as files said by the end of the day as of which is read.
    """
    if view.as_of is None:
        return _HOLDINGS.c.ended_import_id.is_(None)
    after = datetime.combine(view.as_of + timedelta(days=1), time(), UTC)
    said, ended = _IMPORTS.alias(), _IMPORTS.alias()
    began = select(said.c.imported_at).where(said.c.id == _HOLDINGS.c.import_id)
    until = select(ended.c.imported_at).where(ended.c.id == _HOLDINGS.c.ended_import_id)
    return and_(
        began.scalar_subquery() < after,
        or_(_HOLDINGS.c.ended_import_id.is_(None), until.scalar_subquery() >= after),
    )


def _held_by() -> Field:
    """The funds that hold a startup, as tables of holdings say."""

    def holds(view: View) -> ColumnElement[bool]:
        # A register of a past day stands elsewhere; its funds stay with their portfolio.
        owner = literal(view.past[0]) if view.past else _STARTUPS.c.portfolio_id
        return and_(
            _FUNDS.c.portfolio_id == owner,
            _HOLDINGS.c.fund_id == _FUNDS.c.id,
            _HOLDINGS.c.company_key == _STARTUPS.c.name_key,
            standing(view),
        )

    def matches(view: View, value: str | None) -> ColumnElement[bool]:
        own = select(literal(1)).select_from(_HOLDINGS, _FUNDS).where(holds(view))
        own = own.correlate(_STARTUPS)
        if value is None:
            return ~own.exists()
        key = " ".join(value.split())
        return own.where(or_(_FUNDS.c.name == key, _FUNDS.c.name_key == key.casefold())).exists()

    def values(view: View) -> Select[Any]:
        return select(_FUNDS.c.name).select_from(_STARTUPS, _HOLDINGS, _FUNDS).where(holds(view))

    return Field(matches=matches, values=values, several=True)


def _texts(name: str) -> Field:
    """A column that holds several texts with ``;`` between them."""
    column = _STARTUPS.c[name]
    # Spaces beside the marks do not count.
    plain = func.replace(func.replace(column, f"{SEPARATOR} ", SEPARATOR), f" {SEPARATOR}", ";")
    parted = literal(SEPARATOR) + func.trim(plain) + literal(SEPARATOR)

    def matches(view: View, value: str | None) -> ColumnElement[bool]:
        if value is None:
            return or_(column.is_(None), func.trim(column) == "")
        whole = f"{SEPARATOR}{folded(value)}{SEPARATOR}"
        among = func.lower(parted) if value.isascii() else parted
        return among.contains(whole, autoescape=True)

    return Field(
        matches=matches,
        values=lambda view: select(column).select_from(_STARTUPS),
        several=True,
    )


#: Columns of startups that are fields once the register has them, and how each is read.
_COLUMNS: Mapping[str, tuple[str, Callable[[str], Field]]] = {
    "sector": ("sector", _one_text),
    "country": ("country", _one_text),
    "stage": ("stage", _one_text),
    "tag": ("tags", _texts),
}
FIELDS: Mapping[str, Field] = {
    **{field: read(column) for field, (column, read) in _COLUMNS.items() if column in _STARTUPS.c},
    FUND: _held_by(),
}


def sliced(session: Session) -> list[ColumnElement[bool]]:
    """The conditions on ``startups`` of the view through which a session reads."""
    by_field: dict[str, list[ColumnElement[bool]]] = {}
    view = view_of(session)
    for field, value in view.slices:
        by_field.setdefault(field, []).append(FIELDS[field].matches(view, value or None))
    return [or_(*conditions) for conditions in by_field.values()]


def read_slices(texts: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Read texts such as ``country=DE`` as fields with values, in one order.

    Raises:
        Refused: a text is no field with a value, or no field has this name.
    """
    found = set()
    for text in texts:
        field, mark, value = text.partition("=")
        field = field.strip().casefold()
        if not mark or field not in FIELDS:
            raise Refused(
                f"“{text}” is no slice: write FIELD=VALUE, for instance country=DE. The fields "
                f"are {', '.join(FIELDS)}; nothing after the mark means not stated."
            )
        found.add((field, " ".join(value.split())))
    return tuple(sorted(found))


def values_in(session: Session, portfolio_id: int, field: str) -> dict[str, int]:
    """How many startups of a portfolio have each value of a field; ``""``: those without any.

    Values that differ by the case of letters are one, in the spelling that most have.
    """
    one, view = FIELDS[field], view_of(session)
    own = and_(
        _STARTUPS.c.portfolio_id == view.register_of(portfolio_id), _STARTUPS.c.until.is_(None)
    )
    values = one.values(view)
    value = values.selected_columns[0]
    query = values.add_columns(func.count()).where(own).group_by(value)
    spelled: dict[str, dict[str, int]] = {}
    for text, count in session.execute(query):
        parts = (text or "").split(SEPARATOR) if one.several and field != FUND else [text or ""]
        for part in {part.strip() for part in parts} - {""}:
            own_spelling = spelled.setdefault(folded(part), {})
            own_spelling[part] = own_spelling.get(part, 0) + count
    found = {
        max(alike.items(), key=lambda one: (one[1], one[0]))[0]: sum(alike.values())
        for alike in spelled.values()
    }
    without = select(func.count()).select_from(_STARTUPS).where(own, one.matches(view, None))
    none = session.scalar(without) or 0
    return {**dict(sorted(found.items())), **({"": none} if none else {})}
