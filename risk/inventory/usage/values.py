"""Values in the cells of logs and bills: days, counts and exact amounts."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Context, Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from risk.inventory.usage.lines import Reading, Rejected

#: Bills have up to 30 decimals; sums of a million of them are exact in so many digits.
EXACT = Context(prec=100)
#: Nobody pays or calls as much in one row: what is larger is a number of something else.
MOST = 10**12
_MOST_DECIMALS = 60
_DECODER = json.JSONDecoder(parse_float=Decimal)
_EPOCH = date(1970, 1, 1)
_NANOSECONDS, _MILLISECONDS = 10**16, 10**11
_MOST_DIGITS = 20
_EMPTY = frozenset(("", "null", "none", "nan", "-"))


#: What reading a row raises that holds other kinds of values than the format has.
UNFIT = (AttributeError, TypeError, KeyError, ValueError, ArithmeticError)


#: What may be shown of a cell that should be a number or a time: a row whose cells slipped holds a
#: prompt there, or a key.
_SHOWABLE = re.compile(r"[\d\s.,:/+\-TZeE$%]{1,40}")


class Unreadable(Exception):
    """A cell that cannot be read; ``rejected`` says why, and the cell if it is like a number."""

    def __init__(self, code: str, value: object) -> None:
        super().__init__(code)
        written = str(value)
        self.rejected = Rejected(code, written if _SHOWABLE.fullmatch(written) else "")


def each_of(rows: Any, read: Callable[[Any], Iterator[Reading]]) -> Iterator[Reading]:
    """What the rows inside a document say; one that cannot be read costs no other."""
    if rows is not None and not isinstance(rows, list):
        yield Rejected("bad_record", "")
        return
    for row in rows or ():
        try:
            yield from read(row)
        except Unreadable as error:
            yield error.rejected
        except UNFIT:
            yield Rejected("bad_record", "")


def text(row: Mapping[str, Any], name: str) -> str:
    """The text of a cell, empty where it is null, ``NULL`` or missing."""
    value = row.get(name)
    if value is None:
        return ""
    found = value if isinstance(value, str) else str(value)
    return "" if found in ("NULL", "null", "None") else found.strip()


def amount(value: Any) -> Decimal | None:
    """An exact amount; None where the cell is empty.

    Raises:
        Unreadable: ``bad_number``.
    """
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, Decimal):
        found = value
    elif isinstance(value, int):
        found = Decimal(value)
    else:
        plain = str(value).strip().replace(",", "").lstrip("'$")
        if plain.casefold() in _EMPTY:
            return None
        try:
            found = Decimal(plain)
        except InvalidOperation as error:
            raise Unreadable("bad_number", value) from error
    if not found.is_finite() or not _is_plain(found):
        raise Unreadable("bad_number", value)
    return found


def _is_plain(found: Decimal) -> bool:
    """Whether sums of such amounts are exact. Looks at exponents first: others may be huge."""
    exponent = found.as_tuple().exponent
    return (
        isinstance(exponent, int)
        and exponent >= -_MOST_DECIMALS
        and found.adjusted() <= _MOST_DIGITS
        and abs(found) <= MOST
    )


def count(value: Any) -> int | None:
    """A whole number of requests or tokens; None where the cell is empty.

    Raises:
        Unreadable: ``bad_number``.
    """
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= MOST:
        return value
    found = amount(value)
    return None if found is None else int(found)


def whole(row: Mapping[str, Any], *names: str) -> int | None:
    """The sum of the counts of several cells; None if none of them is filled."""
    found = [one for one in (count(row.get(name)) for name in names) if one is not None]
    return sum(found) if found else None


def day_of(value: Any) -> date:
    """The day in UTC of a time in any of the forms that exports write.

    Raises:
        Unreadable: ``bad_date``.
    """
    if isinstance(value, datetime):
        return (value.astimezone(UTC) if value.tzinfo else value).date()
    if isinstance(value, date):
        return value
    if isinstance(value, int | Decimal):
        number = Decimal(value)
        if not number.is_finite() or number.adjusted() > _MOST_DIGITS:
            raise Unreadable("bad_date", value)
        return _of_number(int(number), value)
    written = str(value or "").strip()
    if len(written) > 19 and (written[-6] in "+-" or written[-5] in "+-"):
        return _with_zone(written)
    return _day(written[:10] if len(written) > 10 and written[10] in "T " else written)


@lru_cache(maxsize=20_000)
def _day(written: str) -> date:
    try:
        if len(written) == 10 and written[4] == "-":
            return date.fromisoformat(written)
        if "/" in written:
            month, day, year = (int(part) for part in written.split(" ")[0].split("/"))
            return date(year, month, day)
        # A float would round nanoseconds; what is no whole number may be one of seconds.
        return _of_number(int(written if written.isdigit() else float(written)), written)
    except (ValueError, OverflowError) as error:
        raise Unreadable("bad_date", written) from error


def _with_zone(written: str) -> date:
    try:
        return datetime.fromisoformat(written).astimezone(UTC).date()
    except (ValueError, OverflowError):
        return _day(written[:10])


def _of_number(number: int, value: object) -> date:
    """The day of seconds, milliseconds or nanoseconds since 1970."""
    seconds = number
    if number > _NANOSECONDS:
        seconds = number // 10**9
    elif number > _MILLISECONDS:
        seconds = number // 1000
    found = seconds // 86_400
    if not 10_000 < found < 40_000:
        raise Unreadable("bad_date", value)
    return _EPOCH + timedelta(days=found)


def last_day_of(start: date, end: Any) -> date:
    """The last day of a period whose end is exclusive; its first where there is no end."""
    if end in (None, "", "NULL"):
        return start
    return max(start, day_of(end) - timedelta(days=1))


def nested(value: Any) -> Mapping[str, Any]:
    """A cell that holds an object, as one or as JSON text, with braces or (Azure's tags) without.

    Maps that are written as lists of ``key`` and ``value`` are maps.
    """
    if isinstance(value, str):
        plain = value.strip()
        if not plain:
            return {}
        if plain.startswith('"'):
            plain = f"{{{plain}}}"
        value = _parsed(plain)
    if isinstance(value, list):
        pairs = [one for one in value if isinstance(one, dict) and "key" in one]
        parted = [one for one in value if isinstance(one, tuple) and len(one) == 2]
        return {str(one["key"]): one.get("value") for one in pairs} | dict(parted)
    return value if isinstance(value, dict) else {}


def _parsed(plain: str) -> Any:
    try:
        return _DECODER.decode(plain)
    except (ValueError, RecursionError):
        return {}


def listed(value: Any) -> list[Any]:
    """A cell that holds a list, as one or as JSON text."""
    found = _parsed(value) if isinstance(value, str) and value.strip() else value
    return found if isinstance(found, list) else []


#: Tags that name a use case, in the order of preference; those that name people are not here.
_TELLING = {
    name: rank
    for rank, name in enumerate(
        "use_case usecase use-case feature app application team service".split()
    )
}


def rank_of(kind: str) -> int:
    """The place of a kind of name in the order of preference of tags; 0 for one that is no tag."""
    return _TELLING.get(kind.removeprefix("tag:"), 0)


def telling_tags(tags: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The tags that may name a use case; no other is looked at."""
    found = []
    for key, value in tags.items():
        name = str(key).strip().casefold().removeprefix("user_")
        if name in _TELLING and isinstance(value, str) and value.strip():
            found.append((_TELLING[name], f"tag:{name}", value.strip()[:200]))
    return tuple((kind, said) for _, kind, said in sorted(found))


@lru_cache(maxsize=20_000)
def listed_tags(value: str) -> tuple[tuple[str, str], ...]:
    """The telling ones of tags that are a list of ``name:value``, written as JSON text."""
    parted = [one.partition(":") for one in listed(value) if isinstance(one, str)]
    return telling_tags({key: said for key, mark, said in parted if mark})


def places(*pairs: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    """The pairs whose text is filled."""
    return tuple(pair for pair in pairs if pair[1] and pair[1] != "-")
