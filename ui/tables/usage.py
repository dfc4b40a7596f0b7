"""Observed usage as columns: by month and supplier, at list prices, and failed requests."""

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from risk.inventory.usage.observations import NOT_STATED
from risk.inventory.usage.summary import Figures, ListCost, UsageMonth, UsageRow
from ui import wording
from ui.tables.column import Column, Record, Unit, attributes, chosen

if TYPE_CHECKING:
    from db.services.usage import FailureMonth, ObservedFailures, ObservedUsage, UsageFile

#: What the tables of several startups begin with.
STARTUP = Column(key="startup", label="Company")


def rows_of(one: "ObservedUsage") -> list[Record]:
    """The months of a startup by use case and supplier, the last month first."""
    return [{"startup": one.startup, **_row(row)} for row in one.summary.rows]


def _row(row: UsageRow) -> Record:
    return {
        **attributes(row, "month use_case developer host source spend_counts calls_count"),
        "models": list(row.models),
        "kind": row.kind.value,
        "complete": row.is_complete,
        **_figures(row.figures),
    }


def months_of(one: "ObservedUsage") -> list[Record]:
    """The sums of a startup's months, in order, with what each developer and host has of them."""
    return [{"startup": one.startup, **_month(month)} for month in one.summary.months]


def _month(one: UsageMonth) -> Record:
    return {
        "month": one.month,
        "complete": one.is_complete,
        "partial_sources": list(one.partial),
        **_figures(one.figures),
        **{
            name: [
                {
                    "name": part.name,
                    "spend_share": part.spend_share,
                    **_figures(part.figures),
                }
                for part in parts
            ]
            for name, parts in (("developers", one.developers), ("hosts", one.hosts))
        },
    }


def _figures(one: Figures) -> Record:
    return {
        "spend_usd": _usd(one.spend_usd),
        "spend_estimated": one.spend_is_estimated,
        **attributes(one, "requests failed failed_share input_tokens cached_tokens output_tokens"),
        "tokens": one.tokens,
    }


def _usd(exact: Decimal | None) -> float | None:
    return None if exact is None else float(round(exact, 6))


def costs_of(one: "ObservedUsage") -> list[Record]:
    """What a startup's tokens cost at list prices, the dearest model first."""
    return [{"startup": one.startup, **_cost(cost)} for cost in one.at_list_prices]


def _cost(one: ListCost) -> Record:
    last = one.earlier[0] if one.earlier else None
    return {
        **attributes(one, "developer host model input_tokens cached_tokens output_tokens"),
        "first_month": one.months[0],
        "last_month": one.months[-1],
        "complete": one.is_whole,
        "paid_usd": _usd(one.paid_usd),
        "list_usd": _usd(one.usd),
        "earlier_list_usd": None if last is None else _usd(last.usd),
        "price_changed": None if last is None else last.until,
        "earlier": [{"until": day, "list_usd": _usd(usd)} for day, usd in one.earlier],
    }


def files_of(files: Iterable["UsageFile"]) -> list[Record]:
    """The files that were imported, the last one last."""
    return [attributes(one, "shown first_day last_day imported_on") for one in files]


def failures_of(found: "ObservedFailures") -> list[Record]:
    """Failed requests by month, the last month first: served by a provider, and to its models."""
    roles = {"served": found.as_host, "models": found.as_developer}
    by_month: dict[date, dict[str, Any]] = {}
    for role, months in roles.items():
        for one in months:
            by_month.setdefault(one.month, {"month": one.month})[role] = one
    return [_failures(by_month[month]) for month in sorted(by_month, reverse=True)]


def _failures(month: Record) -> Record:
    found = dict[str, Any](month=month["month"])
    for role in ("served", "models"):
        one: FailureMonth | None = month.get(role)
        found |= {
            f"{role}_failed": None if one is None else one.failed,
            f"{role}_requests": None if one is None else one.requests,
            f"{role}_failed_share": None if one is None else one.share,
            f"{role}_unsaid": None if one is None else one.unsaid,
            f"{role}_startups": 0 if one is None else one.startups,
        }
    return found


def _failed(role: str) -> Callable[[Record], str]:
    def cell(row: Record) -> str:
        if not row[f"{role}_startups"]:
            return "no request"
        if row[f"{role}_failed_share"] is None:
            return wording.UNKNOWN
        share = wording.percent(row[f"{role}_failed_share"])
        return f"{share} ({row[f'{role}_failed']:,} of {row[f'{role}_requests']:,})"

    return cell


def month_name(row: Record) -> str:
    """``Oct 2026``; with a note where the month was not seen whole."""
    said = f"{row['month']:%b %Y}"
    return said if row.get("complete", True) else f"{said}, part"


def _spend(row: Record) -> str:
    said = wording.money(row["spend_usd"])
    if row["spend_usd"] is None:
        return said
    if row["spend_estimated"]:
        said = f"{said}, estimated"
    return said if row["spend_counts"] else f"({said})"


def _supplier(row: Record) -> str:
    developer, host = row["developer"] or f"Developer {NOT_STATED}", row["host"]
    if host is None:
        return f"{developer}, host {NOT_STATED}"
    return developer if host == developer else f"{developer} on {host}"


def _models(row: Record) -> str:
    return wording.listed(row["models"]) or NOT_STATED


def _span(row: Record) -> str:
    first, last = (f"{row[name]:%b %Y}" for name in ("first_month", "last_month"))
    said = first if first == last else f"{first} to {last}"
    return said if row["complete"] else f"part of {said}"


def _in_words(key: str, missing: str) -> Callable[[Record], str]:
    """Money in words, so that what costs a few cents does not read as nothing."""
    return lambda row: missing if row[key] is None else wording.money(row[key])


def _at_host(row: Record) -> str:
    return (
        str(row["model"]) if row["host"] == row["developer"] else f"{row['model']} on {row['host']}"
    )


COLUMNS = (
    STARTUP,
    Column(
        key="month",
        label="Month",
        unit=Unit.DATE,
        cell=month_name,
        help="“Part”: the source does not reach from the first day to the last; nothing is scaled "
        "up.",
    ),
    Column(key="use_case", label="Use case"),
    Column(
        key="supplier",
        label="Supplier",
        cell=_supplier,
        of=("developer", "host"),
        help="Who made the model, and who runs it where that is somebody else.",
    ),
    Column(
        key="spend_usd",
        label="Spend",
        unit=Unit.USD,
        cell=_spend,
        help="In brackets where another source tells of the same and counts, so that each cent "
        "counts once. Estimated: worked out by the gateway from a list of prices.",
    ),
    Column(
        key="tokens",
        label="Tokens",
        unit=Unit.COUNT,
        help="In and out, those from a cache included.",
    ),
    Column(key="requests", label="Requests", unit=Unit.COUNT),
    Column(
        key="failed_share",
        label="Failed",
        unit=Unit.SHARE,
        help="Share of the requests of which the log says whether they failed.",
    ),
    Column(key="models", label="Models", unit=Unit.LIST, cell=_models),
    Column(key="source", label="Source", help="The log or bill that tells of it."),
    Column(key="developer", label="Developer", missing=NOT_STATED),
    Column(key="host", label="Host", missing=NOT_STATED),
    Column(key="kind", label="Log or bill"),
    Column(key="complete", label="Whole month", unit=Unit.YES),
    Column(key="spend_estimated", label="Spend is estimated", unit=Unit.YES),
    Column(key="spend_counts", label="Spend counts", unit=Unit.YES),
    Column(key="calls_count", label="Requests count", unit=Unit.YES),
    Column(key="failed", label="Failed requests", unit=Unit.COUNT),
    Column(key="input_tokens", label="Tokens in", unit=Unit.COUNT),
    Column(key="cached_tokens", label="Tokens in, from a cache", unit=Unit.COUNT),
    Column(key="output_tokens", label="Tokens out", unit=Unit.COUNT),
)
PAGE = chosen(
    COLUMNS,
    "month use_case supplier spend_usd tokens requests failed_share models source".split(),
)
TERMINAL = chosen(
    COLUMNS,
    "startup month use_case supplier spend_usd tokens requests failed_share source".split(),
)
VALUES = chosen(
    COLUMNS,
    "month complete use_case developer host models source kind spend_usd spend_estimated"
    " spend_counts requests failed failed_share calls_count input_tokens cached_tokens"
    " output_tokens".split(),
)
COST = (
    STARTUP,
    Column(key="model", label="Model", cell=_at_host, help="With the host if not its developer."),
    Column(
        key="months",
        label="Tokens of",
        cell=_span,
        of=("first_month", "last_month"),
        help="The last three whole months; without one, the days seen.",
    ),
    Column(key="input_tokens", label="Tokens in", unit=Unit.COUNT),
    Column(key="output_tokens", label="Tokens out", unit=Unit.COUNT),
    Column(
        key="list_usd",
        label="At today's list price",
        unit=Unit.USD,
        cell=_in_words("list_usd", wording.UNKNOWN),
        help="What these tokens cost by the catalogue, without discounts, also none for tokens "
        "from a cache.",
    ),
    Column(
        key="earlier_list_usd",
        label="At the price before",
        unit=Unit.USD,
        cell=_in_words("earlier_list_usd", "–"),
        help="What the same tokens cost at the list price before its last recorded change.",
    ),
    Column(key="price_changed", label="Price changed on", unit=Unit.DATE, missing="–"),
    Column(
        key="paid_usd",
        label="In the log or bill",
        unit=Unit.USD,
        cell=_in_words("paid_usd", wording.UNKNOWN),
        help="The spend that the same source shows for these tokens.",
    ),
    Column(key="developer", label="Developer"),
    Column(key="host", label="Host"),
    Column(key="first_month", label="First month", unit=Unit.DATE),
    Column(key="last_month", label="Last month", unit=Unit.DATE),
    Column(key="complete", label="Whole months", unit=Unit.YES),
    Column(key="cached_tokens", label="Tokens in, from a cache", unit=Unit.COUNT),
    Column(key="earlier", label="Earlier list prices", unit=Unit.LIST),
)
COST_PAGE = chosen(
    COST,
    "model list_usd earlier_list_usd price_changed paid_usd months input_tokens"
    " output_tokens".split(),
)
COST_TERMINAL = (STARTUP, *COST_PAGE)
COST_VALUES = chosen(
    COST,
    "developer host model first_month last_month complete input_tokens cached_tokens"
    " output_tokens paid_usd list_usd earlier".split(),
)
MONTH_VALUES = (
    Column(key="month", label="Month", unit=Unit.DATE),
    Column(key="complete", label="Whole month", unit=Unit.YES),
    Column(key="partial_sources", label="Sources that did not see it whole", unit=Unit.LIST),
    Column(key="spend_usd", label="Spend", unit=Unit.USD),
    Column(key="spend_estimated", label="Spend is estimated", unit=Unit.YES),
    Column(key="requests", label="Requests", unit=Unit.COUNT),
    Column(key="failed", label="Failed requests", unit=Unit.COUNT),
    Column(key="failed_share", label="Failed", unit=Unit.SHARE),
    Column(key="input_tokens", label="Tokens in", unit=Unit.COUNT),
    Column(key="cached_tokens", label="Tokens in, from a cache", unit=Unit.COUNT),
    Column(key="output_tokens", label="Tokens out", unit=Unit.COUNT),
    Column(key="developers", label="Developers", unit=Unit.LIST),
    Column(key="hosts", label="Hosts", unit=Unit.LIST),
)
FAILURES = (
    Column(key="month", label="Month", unit=Unit.DATE, cell=month_name),
    Column(
        key="served",
        label="Served by it",
        cell=_failed("served"),
        of=("served_failed", "served_requests"),
        help="Of the requests of which the logs say whether they failed.",
    ),
    Column(
        key="models",
        label="To its models, at any host",
        cell=_failed("models"),
        of=("models_failed", "models_requests"),
        help="Of the requests of which the logs say whether they failed.",
    ),
)
