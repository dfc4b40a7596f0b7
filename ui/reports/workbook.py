"""The portfolio's answer as a workbook whose sums can be followed, with what it rests on."""

from collections.abc import Sequence

import numpy as np

from db.engine import WHOLE, View
from risk.assumptions import Assumptions, assumption_rows
from risk.loss.valuation import Valuation
from risk.portfolio.parts import parts_of
from risk.portfolio.results import (
    Ending,
    Interval,
    PortfolioAssessment,
    Source,
    StartupAssessment,
)
from risk.portfolio.startups import assessed_of
from risk.portfolio.week import Item
from ui import money, wording
from ui.render.workbook import (
    FIRST_ROW,
    MONEY,
    NUMBER,
    SHARE,
    Formula,
    ReportSheet,
    SheetColumn,
    Value,
    cells,
    headings,
)
from ui.tables import portfolio, startup
from ui.tables import week as week_table
from ui.uncertainty import OF_TEN
from ui.words import headlines, marks, week_words
from ui.words.view_words import view_in_words

#: Startups that a workbook lists with their parts; the others are one row, so that sums hold.
MOST_STARTUPS = 5_000
OTHERS = "All other companies"


def workbook_sheets(
    answer: PortfolioAssessment,
    valuation: Valuation,
    assumptions: Assumptions,
    *,
    ending: Ending | None = None,
    week: Sequence[Item] = (),
    view: View = WHOLE,
    most: int = MOST_STARTUPS,
) -> tuple[ReportSheet, ...]:
    """Summary, week, startups, parts, worst years, concentration, assumptions and provenance.

    ``ending`` is whose end would cost most (None: nobody's).
    ``view`` says of which day and startups of the portfolio it is.
    Of more than ``most`` startups those that lose most are listed; the export of scores has all.
    """
    rows = _largest_first(answer, most)
    startups = [answer.startups[row] for row in rows]
    others = len(answer.startups) - len(startups)
    return (
        _summary(answer, ending, len(startups) + bool(others)),
        _week(week),
        _startups(answer, rows),
        _parts(startups, valuation, rows),
        _exceedance(answer),
        _concentration(answer),
        _assumptions(assumptions),
        _provenance(answer, view),
    )


def _largest_first(answer: PortfolioAssessment, most: int) -> list[int]:
    """The rows of the startups that lose most; those that lose the same in their order."""
    losses = assessed_of(answer).table.answers.mean
    found: list[int] = np.argsort(-losses, kind="stable")[:most].tolist()
    return found


def _rows(count: int) -> str:
    return str(FIRST_ROW + max(count, 1) - 1)


def _summary(answer: PortfolioAssessment, ending: Ending | None, lines: int) -> ReportSheet:
    last, shares, known = _rows(lines), answer.variance_shares, portfolio.row_of(answer)
    error = wording.percent(answer.mean_error)
    besides = {
        "aal_usd": f"; known within {error}, as so many worlds were drawn",
        "var95_usd": _in_worlds(answer.var95_interval_usd),
        "tvar95_usd": _in_worlds(answer.tvar95_interval_usd),
    }
    figures: list[tuple[Value, ...]] = [
        (one.label, known[one.key], f"{one.help}{besides.get(one.key, '')}")
        for one in portfolio.FIGURES
    ]
    doubt = headlines.placeholder(answer)
    first: list[tuple[Value, ...]] = [("Amounts are placeholders", None, doubt)] if doubt else []
    if ending is not None:
        said = headlines.if_it_ended(answer, ending)
        note = f"{said} {wording.sentence_case(headlines.ending_note(answer, ending))}."
        first.append((f"If {wording.provider(ending.provider)} ended", ending.median_usd, note))
    sums = 1 + [one.key for one in portfolio.FIGURES].index("aal_usd")
    return ReportSheet(
        name="Summary",
        note=f"{answer.portfolio}, assessed {answer.as_of}, {money.shown().said}; "
        f"{marks.marks(answer)}." + (" Invented data." if answer.invented else ""),
        columns=(
            SheetColumn(heading="Figure"),
            SheetColumn(heading=money.shown().currency, shown=MONEY),
            SheetColumn(heading="Is"),
        ),
        rows=(
            *first,
            *figures[:sums],
            (
                "Sum over companies",
                Formula(text=f"SUM(Companies!D{FIRST_ROW}:D{last})", value=answer.aal_usd),
                "the same mean, added up from the sheet Companies",
            ),
            *figures[sums:],
            ("Facts known", None, wording.percent(answer.facts_known)),
            *(
                (f"Doubt from {one.value}", None, wording.percent(getattr(shares, one.value)))
                for one in Source
            ),
            *(
                ("Would narrow the range most", None, marks.pulled_by(one))
                for one in answer.levers or ()
            ),
        ),
    )


def _week(week: Sequence[Item]) -> ReportSheet:
    return ReportSheet(
        name="This week",
        note="What to look at first, the most pressing first." if week else week_words.EMPTY,
        columns=headings(week_table.BOOK),
        rows=tuple(cells(week_table.BOOK, one) for one in week_table.rows_of(week)),
    )


def _in_worlds(found: Interval | None) -> str:
    return f"; {wording.money_range(found)} {OF_TEN}" if found else ""


def _startups(answer: PortfolioAssessment, listed: Sequence[int]) -> ReportSheet:
    assessed = assessed_of(answer)
    others = len(assessed) - len(listed)
    last = _rows(len(listed) + bool(others))
    known = startup.rows_of(assessed, listed)
    rows = [
        (*cells(startup.BOOK, one), *_sums(row, last, one["aal_usd"] or 0.0, answer.aal_usd))
        for row, one in enumerate(known, start=FIRST_ROW)
    ]
    if others:
        loss = max(0.0, answer.aal_usd - sum(one["aal_usd"] or 0.0 for one in known))
        told: dict[str, Value] = {
            "startup": OTHERS,
            "sector": f"{others:,} of them",
            "aal_usd": loss,
        }
        row = FIRST_ROW + len(listed)
        share = Formula(text=_share_of(row, last), value=_part(loss, answer.aal_usd))
        rows.append((*(told.get(one.key) for one in startup.BOOK), share, None))
    return ReportSheet(
        name="Companies",
        note="Largest mean first; medians are for reading, means for adding up. The share and the "
        "sum of parts are formulas. Ranges are " + marks.RANGE_MEANING + ".",
        columns=(
            *headings(startup.BOOK),
            SheetColumn(heading="Share of the portfolio", shown=SHARE),
            SheetColumn(heading="Sum of its parts", shown=MONEY),
        ),
        rows=tuple(rows),
    )


def _sums(row: int, last: str, loss: float, total: float) -> tuple[Value, ...]:
    """The share of the portfolio and the sum of its parts, which hold the mean."""
    return (
        Formula(text=_share_of(row, last), value=_part(loss, total)),
        Formula(text=f"SUMIF(Parts!A:A,A{row},Parts!F:F)", value=loss),
    )


def _share_of(row: int, last: str) -> str:
    return f"IF(SUM(D${FIRST_ROW}:D${last})=0,0,D{row}/SUM(D${FIRST_ROW}:D${last}))"


def _part(loss: float, total: float) -> float:
    return loss / total if total else 0.0


def _parts(
    startups: Sequence[StartupAssessment], valuation: Valuation, rows: Sequence[int]
) -> ReportSheet:
    return ReportSheet(
        name="Parts",
        note="What each dependency adds through each provider and kind of disruption; parts add "
        "up.",
        columns=(
            SheetColumn(heading="Company"),
            SheetColumn(heading="Use case"),
            SheetColumn(heading="Provider"),
            SheetColumn(heading="Where it begins"),
            SheetColumn(heading="Kind of disruption"),
            SheetColumn(heading="Expected loss a year, mean", shown=MONEY),
            SheetColumn(heading="Score points", shown=NUMBER),
        ),
        rows=tuple(
            (
                one.startup,
                part.use_case or None,
                part.provider,
                part.root,
                wording.disruption(part.kind),
                part.aal_usd,
                part.score,
            )
            for one, parts in zip(startups, parts_of(valuation, rows), strict=True)
            for part in parts
        ),
    )


def _exceedance(answer: PortfolioAssessment) -> ReportSheet:
    return ReportSheet(
        name="Worst years",
        note="Loss that is reached or exceeded once in so many years.",
        columns=(
            SheetColumn(heading="Once in … years", shown="0"),
            SheetColumn(heading="Probability in a year", shown=SHARE),
            SheetColumn(heading="All events of the year", shown=MONEY),
            SheetColumn(heading="Worst single event", shown=MONEY),
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
        "as many of equal size 1/HHI; both are formulas.",
        columns=(
            SheetColumn(heading="Level"),
            SheetColumn(heading="Name"),
            SheetColumn(heading="Share", shown=SHARE),
            SheetColumn(heading="HHI of the level", shown="0.000"),
            SheetColumn(heading="As many of equal size", shown=NUMBER),
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
            SheetColumn(heading=name)
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


def _provenance(answer: PortfolioAssessment, view: View) -> ReportSheet:
    known = portfolio.row_of(answer)
    only = () if view.is_whole else (("What is read", view_in_words(view)),)
    return ReportSheet(
        name="Provenance",
        note="What the figures rest on. Equal digests mean equal inputs.",
        columns=(SheetColumn(heading="What"), SheetColumn(heading="Is")),
        rows=(*only, *((one.label, known[one.key]) for one in portfolio.PROVENANCE)),
    )
