"""A realised loss as columns: what a company lost, beside what was predicted of it."""

from collections.abc import Iterable

from risk.portfolio.results import Interval
from risk.scenarios.realised import ComparedLoss, LossScore
from ui import wording
from ui.tables.column import Column, Record, Unit, attributes, chosen, values
from ui.words import forecast_words as words
from ui.words import marks


def row_of(one: ComparedLoss) -> Record:
    """Return a loss and what was predicted; what is unknown is None."""
    said = one.predicted
    return {
        "loss": one.number,
        **attributes(one.realised, "startup provider kind first_day last_day amount_usd source"),
        **attributes(one, "noted_by noted_at held pinball_usd"),
        "predicted_low_usd": None if said is None else said.low_usd,
        "predicted_median_usd": None if said is None else said.median_usd,
        "predicted_high_usd": None if said is None else said.high_usd,
        "predicted_by": None if said is None else said.title,
        "share": None if said is None else said.share,
        "frozen_at": None if said is None else said.frozen_at,
        "predicted_days": None if said is None else said.days,
    }


def rows_of(losses: Iterable[ComparedLoss]) -> list[Record]:
    """Return each loss as a row."""
    return [row_of(one) for one in losses]


def _by(row: Record) -> str:
    if row["predicted_by"] is None:
        return "–"
    return f"{row['predicted_by']}, frozen {wording.day(row['frozen_at'].date())}"


def _predicted(row: Record) -> str:
    if row["predicted_median_usd"] is None:
        return words.NOTHING_KEPT
    reach = Interval(low=row["predicted_low_usd"], high=row["predicted_high_usd"])
    return marks.median_and_range(row["predicted_median_usd"], reach)


def _where(row: Record) -> str:
    if row["held"] is None:
        return wording.UNKNOWN
    return words.beside(row["held"], above=row["amount_usd"] > row["predicted_high_usd"])


COLUMNS = (
    Column(key="loss", label="Loss", unit=Unit.COUNT),
    Column(key="startup", label="Company"),
    Column(
        key="kind",
        label="Disruption",
        cell=lambda row: f"{wording.disruption(row['kind'])} of {row['provider']}",
    ),
    Column(key="provider", label="Provider"),
    Column(key="first_day", label="From", unit=Unit.DATE),
    Column(key="last_day", label="To", unit=Unit.DATE),
    Column(
        key="amount_usd", label="Realised", unit=Unit.USD, help="As noted; unknown is not nothing"
    ),
    Column(
        key="predicted",
        label="Predicted",
        cell=_predicted,
        of=("predicted_median_usd",),
        help="Median with the 10–90 % range, as the last snapshot before the first day has it",
    ),
    Column(key="where", label="Beside the range", of=("held",), cell=_where),
    Column(key="held", label="In range", unit=Unit.YES),
    Column(key="predicted_low_usd", label="Predicted, low (10 %)", unit=Unit.USD),
    Column(key="predicted_median_usd", label="Predicted, median", unit=Unit.USD),
    Column(key="predicted_high_usd", label="Predicted, high (90 %)", unit=Unit.USD),
    Column(key="predicted_by", label="Predicted by", missing="–", cell=_by),
    Column(key="predicted_days", label="Days it was taken to last", unit=Unit.DAYS, missing="–"),
    Column(key="share", label="Snapshot", unit=Unit.COUNT, missing="–"),
    Column(key="frozen_at", label="Frozen", unit=Unit.MOMENT, missing="–"),
    Column(key="pinball_usd", label="Pinball loss", unit=Unit.USD),
    Column(key="source", label="Source"),
    Column(key="noted_by", label="Noted by"),
    Column(key="noted_at", label="Noted", unit=Unit.MOMENT),
)
VALUES = values(COLUMNS)
SHOWN = chosen(COLUMNS, "startup kind first_day amount_usd predicted where predicted_by".split())
TERMINAL = chosen(
    COLUMNS, "loss startup kind first_day last_day amount_usd predicted where predicted_by".split()
)


def score_of(one: LossScore) -> Record:
    """Return how predictions did; what is unknown is None."""
    names = "noted unknown unpredicted compared events held above realised_usd median_usd"
    return attributes(one, names) | {
        "pinball_usd": one.pinball_usd,
        "band": None if one.band is None else list(one.band),
    }
