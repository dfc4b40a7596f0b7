"""The portfolio's answer as a workbook whose sums can be followed, with what it stands on."""

from collections.abc import Sequence

from risk.assumptions import Assumptions, assumption_rows
from risk.exposure.results import StartupAssessment
from risk.portfolio.results import PortfolioAssessment
from ui import wording
from ui.reports.sheets import (
    FIRST_ROW,
    MONEY,
    NUMBER,
    SHARE,
    Column,
    Formula,
    ReportSheet,
    Value,
)


def workbook_sheets(
    answer: PortfolioAssessment, assumptions: Assumptions
) -> tuple[ReportSheet, ...]:
    """Summary, startups, parts, worst years, concentration, assumptions and provenance."""
    startups = sorted(answer.startups, key=lambda one: (-one.aal_usd, one.startup))
    return (
        _summary(answer, len(startups)),
        _startups(startups),
        _parts(startups),
        _exceedance(answer),
        _concentration(answer),
        _assumptions(assumptions),
        _provenance(answer),
    )


def _rows(count: int) -> str:
    return str(FIRST_ROW + max(count, 1) - 1)


def _summary(answer: PortfolioAssessment, startups: int) -> ReportSheet:
    last = _rows(startups)
    total = sum(one.aal_usd for one in answer.startups)
    return ReportSheet(
        name="Summary",
        note=f"{answer.portfolio}, assessed {answer.as_of}, {answer.confidence.value} confidence."
        + (" Invented data." if answer.invented else ""),
        columns=(
            Column(heading="Figure"),
            Column(heading="USD", shown=MONEY),
            Column(heading="Is"),
        ),
        rows=(
            ("Expected loss a year", answer.aal_usd, "mean over all years and unknown facts"),
            (
                "Sum over startups",
                Formula(text=f"SUM(Startups!C{FIRST_ROW}:C{last})", value=total),
                "the same, added up from the sheet Startups",
            ),
            ("10 % end of the range", answer.aal_interval_usd.low, "over unknown facts"),
            ("90 % end of the range", answer.aal_interval_usd.high, "over unknown facts"),
            ("1-in-20-year loss", answer.var95_usd, "value at risk at 95 %"),
            ("Mean beyond it", answer.tvar95_usd, "tail value at risk at 95 %"),
            ("1-in-100-year loss", answer.var99_usd, "value at risk at 99 %"),
            ("Mean beyond it, 1 in 100", answer.tvar99_usd, "tail value at risk at 99 %"),
            ("Gross profit", answer.gross_profit_usd, "of all startups, a year"),
        ),
    )


def _startups(startups: Sequence[StartupAssessment]) -> ReportSheet:
    last = _rows(len(startups))
    total = sum(one.aal_usd for one in startups)
    return ReportSheet(
        name="Startups",
        note="Largest expected loss first. The share and the sum of parts are formulas.",
        columns=(
            Column(heading="Startup"),
            Column(heading="Sector"),
            Column(heading="Expected loss a year", shown=MONEY),
            Column(heading="Share of the portfolio", shown=SHARE),
            Column(heading="Sum of its parts", shown=MONEY),
            Column(heading="Low (10 %)", shown=MONEY),
            Column(heading="High (90 %)", shown=MONEY),
            Column(heading="Its own worst years", shown=MONEY),
            Column(heading="Part of the portfolio's tail", shown=MONEY),
            Column(heading="Score", shown="0"),
            Column(heading="Band"),
            Column(heading="Confidence"),
            Column(heading="Known", shown=SHARE),
            Column(heading="Days to switch", shown="0"),
            Column(heading="Runway, months", shown="0.0"),
            Column(heading="Runway after wind-down", shown="0.0"),
            Column(heading="Worst falter"),
            Column(heading="Not known"),
            Column(heading="Next action"),
        ),
        rows=tuple(
            _startup_row(one, row, last, total) for row, one in enumerate(startups, start=FIRST_ROW)
        ),
    )


def _startup_row(one: StartupAssessment, row: int, last: str, total: float) -> tuple[Value, ...]:
    share = f"IF(SUM(C${FIRST_ROW}:C${last})=0,0,C{row}/SUM(C${FIRST_ROW}:C${last}))"
    worst = one.worst
    return (
        one.startup,
        one.sector,
        one.aal_usd,
        Formula(text=share, value=one.aal_usd / total if total else 0.0),
        Formula(
            text=f"SUMIF(Parts!A:A,A{row},Parts!F:F)", value=sum(part.aal_usd for part in one.parts)
        ),
        one.aal_interval_usd.low,
        one.aal_interval_usd.high,
        one.tvar95_usd,
        one.tvar95_contribution_usd,
        one.score,
        one.band,
        one.confidence.value,
        one.confidence_share,
        one.days_to_switch,
        one.runway_months.before,
        one.runway_months.after,
        wording.falter_of(worst.root, worst.kind) if worst else None,
        ", ".join(wording.field(name) for name in one.unknown) or None,
        one.next_action,
    )


def _parts(startups: Sequence[StartupAssessment]) -> ReportSheet:
    return ReportSheet(
        name="Parts",
        note="What each dependency adds through each root and kind of falter; parts add up.",
        columns=(
            Column(heading="Startup"),
            Column(heading="Use case"),
            Column(heading="Provider"),
            Column(heading="Root"),
            Column(heading="Kind of falter"),
            Column(heading="Expected loss a year", shown=MONEY),
            Column(heading="Part of its own tail", shown=MONEY),
            Column(heading="Score points", shown=NUMBER),
        ),
        rows=tuple(
            (
                one.startup,
                part.use_case,
                part.provider,
                part.root,
                wording.falter(part.kind),
                part.aal_usd,
                part.tvar95_usd,
                part.score,
            )
            for one in startups
            for part in one.parts
        ),
    )


def _exceedance(answer: PortfolioAssessment) -> ReportSheet:
    return ReportSheet(
        name="Worst years",
        note="Loss that is reached or exceeded once in so many years.",
        columns=(
            Column(heading="Once in … years", shown="0"),
            Column(heading="Probability in a year", shown=SHARE),
            Column(heading="All events of the year", shown=MONEY),
            Column(heading="Worst single event", shown=MONEY),
        ),
        rows=tuple(
            (
                point.return_period_years,
                Formula(
                    text=f"1/A{row}",
                    value=1 / point.return_period_years,
                ),
                point.aep_usd,
                point.oep_usd,
            )
            for row, point in enumerate(answer.exceedance, start=FIRST_ROW)
        ),
    )


def _concentration(answer: PortfolioAssessment) -> ReportSheet:
    listed = [
        (level, name, share)
        for level, one in answer.concentration.items()
        for name, share in sorted(one.shares.items(), key=lambda item: -item[1])
    ]
    return ReportSheet(
        name="Concentration",
        note="Shares of the margin that needs language models. HHI is the sum of their squares, "
        "the number in effect 1/HHI; both are formulas.",
        columns=(
            Column(heading="Level"),
            Column(heading="Name"),
            Column(heading="Share", shown=SHARE),
            Column(heading="HHI of the level", shown="0.000"),
            Column(heading="In effect", shown=NUMBER),
        ),
        rows=tuple(
            (level, name, share, *_spread(answer, level, row))
            for row, (level, name, share) in enumerate(listed, start=FIRST_ROW)
        ),
    )


def _spread(answer: PortfolioAssessment, level: str, row: int) -> tuple[Value, Value]:
    one = answer.concentration[level]
    if one.hhi is None or one.effective_number is None:
        return None, None
    hhi = f"SUMPRODUCT((A${FIRST_ROW}:A$9999=A{row})*(C${FIRST_ROW}:C$9999)^2)"
    return Formula(text=hhi, value=one.hhi), Formula(text=f"1/D{row}", value=one.effective_number)


def _assumptions(assumptions: Assumptions) -> ReportSheet:
    return ReportSheet(
        name="Assumptions",
        note="Every number of the model; “judgement” has no data behind it.",
        columns=tuple(
            Column(heading=name)
            for name in ("Name", "Value", "Default", "Unit", "Changed", "Meaning", "Source")
        ),
        rows=tuple(
            (
                one.name,
                one.value,
                one.default,
                one.unit,
                "yes" if one.changed else None,
                one.meaning,
                one.source,
            )
            for one in assumption_rows(assumptions)
        ),
    )


def _provenance(answer: PortfolioAssessment) -> ReportSheet:
    grid = answer.grid_error
    return ReportSheet(
        name="Provenance",
        note="What the figures stand on. Equal digests mean equal inputs.",
        columns=(Column(heading="What"), Column(heading="Is")),
        rows=(
            ("Portfolio", answer.portfolio),
            ("Invented data", "yes" if answer.invented else "no"),
            ("Assessed", answer.as_of),
            ("Model version", answer.model_version),
            ("Catalogue of", answer.catalogue_date),
            ("Digest of facts and assumptions", answer.data_digest),
            ("Calculated", "simulated" if answer.simulation else "exactly"),
            ("Grid moves the 1-in-100 tail by", "not known" if grid is None else f"{grid:.2e}"),
            ("Confidence", answer.confidence.value),
        ),
    )
