"""A fund as columns: what it may lose of its value, through whom, and what is stated of it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from risk.catalog.failure_kinds import FailureKind
from risk.portfolio.funds import FundLoss, LookThrough, ValuePoint
from risk.portfolio.results import Interval
from ui import wording
from ui.tables.column import Column, Record, Unit, attributes, chosen, low_high, values
from ui.words import marks

if TYPE_CHECKING:
    from db.services.funds import FundSummary

#: Stands for all funds together, where each company counts once.
TOGETHER = "All funds together"
_OF_LOSS = (
    "nav_usd value_usd holdings outside outside_value_usd no_ownership no_value no_cash "
    "median_usd var95_usd tvar95_usd"
)
#: What is unknown of a fund of whose holdings nothing is known.
_LOSSES = (
    "median_usd var95_usd tvar95_usd aal_usd aal_interval_usd_low aal_interval_usd_high"
    " tvar95_interval_usd_low tvar95_interval_usd_high"
).split()


def row_of(one: FundLoss, stated: "FundSummary | None" = None) -> Record:
    """Return what a fund may lose and what is stated of it; what is unknown is None."""
    row = {
        "fund": one.fund,
        **attributes(one, _OF_LOSS),
        "currency": stated.currency if stated else "USD",
        "nav_as_of": stated.nav_as_of if stated else None,
        "source": stated.source if stated else None,
        "aal_usd": one.expected_usd,
        "aal_interval_usd_low": one.interval_usd.low,
        "aal_interval_usd_high": one.interval_usd.high,
        "tvar95_interval_usd_low": one.tvar95_interval_usd.low,
        "tvar95_interval_usd_high": one.tvar95_interval_usd.high,
        "aal_of_nav": one.expected_of_nav,
        "tvar95_of_nav": one.tail_of_nav,
    }
    if one.is_unknown:
        row |= dict.fromkeys(_LOSSES)
    if not one.holdings:
        row |= {"value_usd": None}
    return row


def rows_of(losses: LookThrough, stated: Iterable["FundSummary"]) -> list[Record]:
    """Return every fund by expected loss, and all together where there are several."""
    known: Mapping[str, FundSummary] = {one.name: one for one in stated}
    funds = sorted(losses.funds, key=lambda one: (-one.expected_usd, one.fund or ""))
    found = [row_of(one, known.get(one.fund or "")) for one in funds]
    return [*found, row_of(losses.together)] if len(found) > 1 else found


def points_of(points: Sequence[ValuePoint]) -> list[Record]:
    """Return the roots through whose disruptions value is lost."""
    return [
        {
            **attributes(one, "root kind companies value_usd"),
            "aal_usd": one.expected_usd,
            "loss_usd": one.worst_usd,
        }
        for one in points
    ]


def _loss(row: Record) -> str:
    if row["median_usd"] is None:
        return wording.UNKNOWN
    low, high = row["aal_interval_usd_low"], row["aal_interval_usd_high"]
    return marks.median_and_range(row["median_usd"], Interval(low=low, high=high))


def _tail(row: Record) -> str:
    if row["tvar95_usd"] is None:
        return wording.UNKNOWN
    low, high = row["tvar95_interval_usd_low"], row["tvar95_interval_usd_high"]
    return marks.median_and_range(row["tvar95_usd"], Interval(low=low, high=high))


COLUMNS = (
    Column(key="fund", label="Fund", missing=TOGETHER),
    Column(key="currency", label="Currency"),
    Column(
        key="nav_usd",
        label="Net asset value",
        unit=Unit.USD,
        help="As stated; of all funds together where each states one",
    ),
    Column(key="nav_as_of", label="Of", unit=Unit.DATE, missing="–"),
    Column(key="source", label="Source", missing="–"),
    Column(key="holdings", label="Holdings", unit=Unit.COUNT),
    Column(key="value_usd", label="Fair value", unit=Unit.USD, help="As far as it is stated"),
    Column(
        key="loss",
        label="Expected loss a year",
        cell=_loss,
        of=("median_usd", "aal_interval_usd_low", "aal_interval_usd_high"),
        help="Median, with the 10 to 90 % range: of the value that the fund owns",
    ),
    Column(
        key="aal_usd", label="Mean, for adding up", unit=Unit.USD, help="The mean over all worlds"
    ),
    Column(key="median_usd", label="Median", unit=Unit.USD),
    *low_high("aal_interval_usd", "Expected loss", Unit.USD, "aal_interval_usd"),
    Column(
        key="aal_of_nav",
        label="Of net asset value",
        unit=Unit.SHARE,
        help="Mean loss ÷ net asset value.",
    ),
    Column(key="var95_usd", label="1-in-20-year loss", unit=Unit.USD),
    Column(
        key="tail",
        label="Mean of the worst 5 % of years",
        cell=_tail,
        of=("tvar95_usd", "tvar95_interval_usd_low", "tvar95_interval_usd_high"),
    ),
    Column(key="tvar95_usd", label="Mean beyond it", unit=Unit.USD),
    *low_high("tvar95_interval_usd", "Mean beyond it", Unit.USD, "tvar95_interval_usd"),
    Column(key="tvar95_of_nav", label="Worst years, of net asset value", unit=Unit.SHARE),
    Column(
        key="outside",
        label="Not in the register",
        unit=Unit.COUNT,
        help="Holdings in companies of which nothing is known: in no figure",
    ),
    Column(key="outside_value_usd", label="Their fair value", unit=Unit.USD),
    Column(key="no_ownership", label="Without ownership", unit=Unit.COUNT),
    Column(key="no_value", label="Without fair value", unit=Unit.COUNT),
    Column(key="no_cash", label="Without cash", unit=Unit.COUNT),
)
VALUES = values(COLUMNS)
SHOWN = chosen(
    COLUMNS,
    "fund nav_usd holdings value_usd loss aal_of_nav tail tvar95_of_nav outside".split(),
)


def _kind(row: Record) -> str:
    return wording.disruption(FailureKind(row["kind"]))


def _lost(row: Record) -> str:
    return wording.money(row["aal_usd"])


def _if_it_happens(row: Record) -> str:
    return wording.money(row["loss_usd"])


POINTS = (
    Column(key="root", label="Through whom"),
    Column(key="aal_usd", label="Value lost a year", unit=Unit.USD, cell=_lost, help="The mean"),
    Column(key="kind", label="Dearest disruption", cell=_kind),
    Column(key="loss_usd", label="Costs, if it happens", unit=Unit.USD, cell=_if_it_happens),
    Column(key="companies", label="Companies", unit=Unit.COUNT),
    Column(
        key="value_usd",
        label="Fair value of these",
        unit=Unit.USD,
        help="Of all stakes in companies that lose by it, as far as it is stated",
    ),
)
