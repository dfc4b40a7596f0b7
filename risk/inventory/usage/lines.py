"""Lines of usage: what one row of a log or a bill says, whatever the format it stands in."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple


class Bucket(StrEnum):
    """What the money of a line is; only ``LLM`` becomes dependencies, all are shown."""

    LLM = "llm"
    ASK = "is_it_llm"
    NOT_LLM = "not_llm"
    TAX = "tax"
    CREDITS = "credits"
    REFUNDS = "refunds"
    PURCHASES = "purchases"
    ADJUSTMENTS = "adjustments"
    BYOK = "byok"


class Kind(StrEnum):
    """Where a format comes from: a log of requests, or a bill or report of a supplier."""

    LOG = "log"
    BILL = "bill"


@dataclass(frozen=True, slots=True)
class Supplier:
    """Who made the model, who runs it, whose cloud that is, who bills, and what lies between.

    None: the file does not say. ``model`` is the name without dates, deployment and region;
    ``as_billed`` is what stands in the file.
    """

    developer: str | None = None
    host: str | None = None
    cloud: str | None = None
    issuer: str | None = None
    gateway: str | None = None
    model: str | None = None
    as_billed: str = ""
    asks_hosting: bool = False
    issuer_assumed: bool = False


#: What was asked where a log says that a later one of a list answered, and not what came first.
FIRST_OF_LIST = "the first of the list"


class UsageLine(NamedTuple):
    """One row's part in the sums. Numbers are None where the row does not say them.

    ``places`` are the names that may be the use case, as (kind, text), in the order of preference.
    ``input_tokens`` holds all classes of input, those from a cache too. ``identity`` is the id of a
    logged request, None on bills, whose equal lines all count. ``took_over`` is what was asked
    where another answered, ``group`` the gateway's own name for the model, ``trace`` what ties
    calls together of which a later one took over. ``credit`` is given back on the same row,
    ``billed_instead`` what was billed where the cost that counts is 0. ``rows`` is 0 for a part of
    a row that was counted already. ``currency`` is that of the money.
    """

    first_day: date
    last_day: date
    bucket: Bucket
    supplier: Supplier
    places: tuple[tuple[str, str], ...] = ()
    money: Decimal | None = None
    byok: Decimal | None = None
    requests: int | None = None
    failed: int | None = None
    from_cache: int | None = None
    fallbacks: int | None = None
    input_tokens: int | None = None
    cached_tokens: int | None = None
    cache_write_tokens: int | None = None
    output_tokens: int | None = None
    identity: str | None = None
    took_over: str | None = None
    group: str | None = None
    trace: str | None = None
    credit: Decimal | None = None
    billed_instead: Decimal | None = None
    rows: int = 1
    currency: str = "USD"


class Ignored(NamedTuple):
    """A row that is no use of a model: an empty day, a span that calls nothing."""

    first_day: date
    last_day: date
    rows: int = 1


class Rejected(NamedTuple):
    """A row that cannot be read, and the code that says why."""

    code: str
    value: str


Reading = UsageLine | Ignored | Rejected
