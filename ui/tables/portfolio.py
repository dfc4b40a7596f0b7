"""A portfolio's answer as columns: its figures a year, and what they were worked out from."""

from risk.portfolio.results import PortfolioAssessment
from ui import wording
from ui.tables.column import Column, Record, Unit
from ui.words import marks

#: Figures of the whole; ``help`` says what each is.
FIGURES = tuple(
    Column(key=key, label=label, unit=Unit.USD, help=meaning)
    for key, label, meaning in (
        ("median_usd", "Expected loss a year, median", "half of the worlds are above"),
        ("aal_low_usd", "10 % end of its range", marks.RANGE_MEANING),
        ("aal_high_usd", "90 % end of its range", marks.RANGE_MEANING),
        ("aal_usd", "Expected loss a year, mean", "for adding up"),
        ("var95_usd", "1-in-20-year loss", "value at risk at 95 %"),
        ("tvar95_usd", "Mean beyond it", "tail value at risk at 95 %"),
        ("var99_usd", "1-in-100-year loss", "value at risk at 99 %"),
        ("tvar99_usd", "Mean beyond it, 1 in 100", "tail value at risk at 99 %"),
        ("gross_profit_usd", "Gross profit", "of all companies, a year"),
    )
)
#: What the figures were worked out from.
PROVENANCE = tuple(
    Column(key=key, label=label)
    for key, label in (
        ("portfolio", "Portfolio"),
        ("invented", "Invented data"),
        ("as_of", "Assessed"),
        ("model_version", "Model version"),
        ("catalogue_date", "Catalogue of"),
        ("data_digest", "Digest of facts and assumptions"),
        ("worlds", "Worlds"),
        ("mean_error", "Mean known within"),
        ("marks", "Certainty"),
    )
)


def row_of(answer: PortfolioAssessment) -> Record:
    """The values of an answer by key; those of PROVENANCE in words."""
    told = {
        "aal_low_usd": answer.aal_interval_usd.low,
        "aal_high_usd": answer.aal_interval_usd.high,
        "invented": "yes" if answer.invented else "no",
        "worlds": str(answer.worlds),
        "mean_error": wording.percent(answer.mean_error),
        "marks": marks.marks(answer),
    }
    keys = (one.key for one in (*FIGURES, *PROVENANCE))
    return {key: told[key] if key in told else getattr(answer, key) for key in keys}
