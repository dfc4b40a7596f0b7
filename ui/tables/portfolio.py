"""A portfolio's answer as columns: its figures a year, and what they were worked out from."""

from risk.portfolio.results import PortfolioAssessment
from ui import marks, wording
from ui.tables.column import Column, Record, Unit

#: Figures of the whole; ``help`` says what each is.
FIGURES = (
    Column(
        key="median_usd",
        label="Expected loss a year, median",
        unit=Unit.USD,
        help="half of the worlds are above",
    ),
    Column(
        key="aal_low_usd",
        label="10 % end of its range",
        unit=Unit.USD,
        help=marks.RANGE_MEANING,
    ),
    Column(
        key="aal_high_usd",
        label="90 % end of its range",
        unit=Unit.USD,
        help=marks.RANGE_MEANING,
    ),
    Column(
        key="aal_usd",
        label="Expected loss a year, mean",
        unit=Unit.USD,
        help="for adding up",
    ),
    Column(
        key="var95_usd",
        label="1-in-20-year loss",
        unit=Unit.USD,
        help="value at risk at 95 %",
    ),
    Column(
        key="tvar95_usd",
        label="Mean beyond it",
        unit=Unit.USD,
        help="tail value at risk at 95 %",
    ),
    Column(
        key="var99_usd",
        label="1-in-100-year loss",
        unit=Unit.USD,
        help="value at risk at 99 %",
    ),
    Column(
        key="tvar99_usd",
        label="Mean beyond it, 1 in 100",
        unit=Unit.USD,
        help="tail value at risk at 99 %",
    ),
    Column(
        key="gross_profit_usd",
        label="Gross profit",
        unit=Unit.USD,
        help="of all startups, a year",
    ),
)
#: What the figures were worked out from.
PROVENANCE = (
    Column(key="portfolio", label="Portfolio"),
    Column(key="invented", label="Invented data"),
    Column(key="as_of", label="Assessed"),
    Column(key="model_version", label="Model version"),
    Column(key="catalogue_date", label="Catalogue of"),
    Column(key="data_digest", label="Digest of facts and assumptions"),
    Column(key="worlds", label="Worlds"),
    Column(key="mean_error", label="Mean known within"),
    Column(key="marks", label="Certainty"),
)


def row_of(answer: PortfolioAssessment) -> Record:
    """The values of an answer by key; those of PROVENANCE in words."""
    plain = ("portfolio", "as_of", "model_version", "catalogue_date", "data_digest")
    interval = answer.aal_interval_usd
    return {
        "aal_low_usd": interval.low,
        "aal_high_usd": interval.high,
        **{
            one.key: getattr(answer, one.key)
            for one in FIGURES
            if one.key not in ("aal_low_usd", "aal_high_usd")
        },
        **{name: getattr(answer, name) for name in plain},
        "invented": "yes" if answer.invented else "no",
        "worlds": str(answer.worlds),
        "mean_error": wording.percent(answer.mean_error),
        "marks": marks.marks(answer),
    }
