"""A holding as columns: what a fund, or all funds, own of a company and may lose of it."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from risk.catalog.failure_kinds import FailureKind
from risk.portfolio.funds import StakeLoss
from risk.portfolio.results import Interval
from ui import wording
from ui.tables.column import Column, Record, Unit, attributes, chosen, low_high, values

if TYPE_CHECKING:
    from db.services.funds import HoldingFact

#: What is said of what nobody stated.
UNKNOWN = {
    "company": "not in the register",
    "dependencies": "no dependency listed",
    "ownership": "ownership",
    "value": "fair value",
    "cash": "cash or burn",
}


def rows_of(stakes: Iterable[StakeLoss]) -> list[Record]:
    """Return companies with what may be lost of each."""
    return [
        {
            **attributes(one, "company startup ownership value_usd cost_usd root kind unknown"),
            "funds": list(one.funds),
            "aal_usd": one.expected_usd,
            "aal_interval_usd_low": one.interval_usd and one.interval_usd.low,
            "aal_interval_usd_high": one.interval_usd and one.interval_usd.high,
            "aal_of_value": one.of_value,
            "loss_usd": one.worst_usd,
        }
        for one in stakes
    ]


def stated_of(holdings: Iterable["HoldingFact"]) -> list[Record]:
    """Return holdings as files stated them."""
    names = "fund company startup ownership cost value cost_usd value_usd currency as_of source"
    return [attributes(one, names) for one in holdings]


def _stated(row: Record, name: str) -> str:
    """An amount in the currency in which it was stated."""
    amount = row[name]
    return wording.UNKNOWN if amount is None else f"{amount:,.0f} {row['currency']}"


def _loss(row: Record) -> str:
    if row["aal_usd"] is None:
        return wording.UNKNOWN
    span = Interval(low=row["aal_interval_usd_low"], high=row["aal_interval_usd_high"])
    return f"{wording.money(row['aal_usd'])} ({wording.money_range(span)})"


def _worst(row: Record) -> str:
    if row["aal_usd"] is None:
        return wording.UNKNOWN
    if row["root"] is None:
        return "nothing"
    kind = wording.disruption(FailureKind(row["kind"])).lower()
    return f"{row['root']}: {kind}, {wording.money(row['loss_usd'])}"


def _unknown(row: Record) -> str:
    return wording.sentence_case(", ".join(UNKNOWN[one] for one in row["unknown"])) or "–"


COLUMNS = (
    Column(key="company", label="Company"),
    Column(key="startup", label="In the register as", missing="–"),
    Column(key="funds", label="Held by", unit=Unit.LIST),
    Column(key="ownership", label="Owned", unit=Unit.SHARE),
    Column(key="cost_usd", label="Cost", unit=Unit.USD),
    Column(key="value_usd", label="Fair value", unit=Unit.USD),
    Column(
        key="loss",
        label="Value lost a year",
        cell=_loss,
        of=("aal_usd", "aal_interval_usd_low", "aal_interval_usd_high"),
        help="Mean, with the 10 to 90 % range",
    ),
    Column(key="aal_usd", label="Value lost a year, mean", unit=Unit.USD),
    *low_high("aal_interval_usd", "Value lost a year", Unit.USD, "aal_interval_usd"),
    Column(key="aal_of_value", label="Of its fair value", unit=Unit.SHARE),
    Column(
        key="worst",
        label="Dearest disruption, if it happens",
        cell=_worst,
        of=("root", "kind", "loss_usd"),
    ),
    Column(key="root", label="Dearest disruption, of whom", missing="–"),
    Column(key="kind", label="Dearest disruption", missing="–"),
    Column(key="loss_usd", label="Costs, if it happens", unit=Unit.USD),
    Column(key="unknown", label="Unknown", cell=_unknown),
)
VALUES = values(COLUMNS)
SHOWN = chosen(COLUMNS, "company funds ownership value_usd loss aal_of_value worst unknown".split())
STATED = (
    Column(key="fund", label="Fund"),
    Column(key="company", label="Company"),
    Column(key="startup", label="In the register as", missing="not in the register"),
    Column(key="ownership", label="Owned", unit=Unit.SHARE),
    Column(key="cost", label="Cost", cell=lambda row: _stated(row, "cost")),
    Column(key="value", label="Fair value", cell=lambda row: _stated(row, "value")),
    Column(key="cost_usd", label="Cost, USD", unit=Unit.USD),
    Column(key="value_usd", label="Fair value, USD", unit=Unit.USD),
    Column(key="currency", label="Currency"),
    Column(key="as_of", label="As of", unit=Unit.DATE),
    Column(key="source", label="File"),
)
