"""The tables of docs/assumptions.md, from the model's own table of numbers."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path

import pandas as pd

from docs.markdown import table
from fixtures.demo import demo_portfolio
from risk.assumptions import DEFAULTS, JUDGEMENT, UNKNOWN_FACTS, assumption_rows
from risk.catalog.loading import load_catalog
from risk.catalog.model_history import load_model_history
from risk.catalog.records import Catalog
from risk.hazard.cell_rates import CellCheck
from risk.hazard.history_record import HistoryRecord, history_record
from risk.loss.valuation import valuation_of
from risk.portfolio.models_in_use import models_in_use
from ui import wording
from ui.render.frames import frame, sortable
from ui.tables import fixed_number, replacement
from ui.tables import history_record as record_columns
from ui.tables.column import Column, Record, chosen
from ui.words import history_words as words
from ui.words import replacement_words
from ui.words.track_words import Finding

_POINTS = ("_low", "", "_high")
#: The day on which the demo's models are looked at, and how many of them.
_DEMO_DAY, _MODELS = date(2026, 11, 23), 12
_OF_MODELS = "model host rating leads_to its_rating preference context modalities factor alike days"
_FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"


def tables() -> dict[str, str]:
    """Every table of the page by the name of its place."""
    return {
        "count": _count(),
        "numbers": table(
            (
                "number",
                "name for the terminal",
                "default",
                "unit",
                "plausible",
                "allowed",
                "source",
            ),
            _numbers(),
        ),
        "unknown facts": table(("fact", "name", "10 %", "median", "90 %", "unit"), _unknown()),
        "fixed": table(
            ("number", "value", "what it does", "source"),
            ([one.text(row) for one in fixed_number.COLUMNS] for row in fixed_number.rows()),
        ),
        **_record(),
        **_likeness(),
    }


def _likeness() -> dict[str, str]:
    """What worse answers cost, and how unlike the replacements of the demo's models are."""
    catalog = load_catalog(_FIXTURES)
    laid_out = valuation_of(
        demo_portfolio(catalog), catalog=catalog, assumptions=DEFAULTS, today=_DEMO_DAY
    )
    return {
        "quality numbers": _frame(frame(replacement.NUMBER, replacement.number_rows(DEFAULTS))),
        "usual distances": _frame(
            frame(replacement.usual_columns(catalog), replacement.usual_rows(catalog, DEFAULTS))
        ),
        "models of the demo": _frame(
            frame(
                chosen(replacement.IN_USE, _OF_MODELS.split()),
                replacement.in_use_rows(models_in_use(laid_out, most=_MODELS)),
            )
        ),
        "ratings": replacement_words.source_in_words(catalog),
    }


def _record() -> dict[str, str]:
    """What the recorded past says of prices and retirements, as the page Assumptions has it."""
    history, catalog = load_model_history(_FIXTURES), load_catalog(_FIXTURES)
    record = history_record(history, catalog)
    check = record.retirement_check
    return {
        "price rises": f"{words.about_prices(record)}\n\n"
        f"{_columns(record_columns.PRICES, record_columns.prices_of(record))}\n\n"
        f"{words.sizes_in_words(record)}\n\n{words.spread_in_words(record.prices.rises)}",
        "price rises by host": _columns(record_columns.HOSTS, record_columns.hosts_of(record)),
        "price check": f"{_check(record.price_check.rises)}\n\n"
        f"{_findings(words.price_findings(record))}",
        "ends": f"{words.about_retirements(record)}\n\n"
        f"{_columns(record_columns.ENDS, record_columns.ends_of(record))}\n\n"
        f"{words.spread_in_words(record.retirements.ends)}\n\n"
        f"{_columns(record_columns.ENDS, record_columns.ages_of(record))}",
        "notice": f"{_columns(record_columns.NOTICES, record_columns.notices_of(record))}\n\n"
        f"{_columns(record_columns.SEEN, record_columns.seen_of(record))}",
        "end check": f"{words.about_half_year(record)}\n\n"
        f"{_check(check.half_year)}\n\n"
        f"{_findings(words.half_year_findings(record))}",
        "late end check": f"{_check(check.late)}\n\n{_findings(words.late_findings(record))}",
        "last days": _last_days(catalog, record),
    }


def _check(found: CellCheck) -> str:
    return _columns(record_columns.CHECKS, record_columns.checks_of(found))


def _columns(columns: Sequence[Column], rows: Iterable[Record]) -> str:
    return _frame(sortable(columns, rows).replace({record_columns.MISS: "**missed**"}))


def _frame(rows: pd.DataFrame) -> str:
    cells = (tuple(map(str, row)) for row in rows.itertuples(index=False))
    return table(tuple(map(str, rows.columns)), cells)


def _findings(found: Iterable[Finding]) -> str:
    return "\n".join(f"- **{'Held' if one.held else 'Missed'}.** {one.sentence}" for one in found)


def _last_days(catalog: Catalog, record: HistoryRecord) -> str:
    """How many last days ahead of the snapshot the record gave the calendar, and where."""
    day = record.snapshot + timedelta(days=1)
    ahead = [one for one in catalog.retirements if one.shutdown >= day]
    given = [one for one in ahead if one.source == record.source]
    places = Counter(one.host or "their developer" for one in given)
    where = wording.listed(f"{count} at {place}" for place, count in places.most_common())
    return (
        f"On {wording.day(day)} the calendar has {len(ahead)} last days ahead, of one model at one"
        f" host each; {len(given)} of them come from the record: {where}."
    )


def _count() -> str:
    rows = assumption_rows(DEFAULTS)
    judgement = sum(row.source == JUDGEMENT for row in rows)
    return (
        f"There are {len(rows)} numbers that a portfolio can change; {judgement} of them are"
        " judgement."
    )


def _numbers() -> Iterable[tuple[str, ...]]:
    points = {f"{fact}{end}" for fact in UNKNOWN_FACTS for end in _POINTS}
    for row in assumption_rows(DEFAULTS):
        if row.name not in points:
            yield (
                wording.sentence_case(row.meaning),
                f"`{row.name}`",
                wording.figure(row.default),
                row.unit,
                wording.span(row.plausible_low, row.plausible_high),
                wording.span(row.low, row.high),
                row.source,
            )


def _unknown() -> Iterable[tuple[str, ...]]:
    rows = {row.name: row for row in assumption_rows(DEFAULTS)}
    for fact in UNKNOWN_FACTS:
        figures = (wording.figure(rows[f"{fact}{end}"].default) for end in _POINTS)
        name = wording.assumption(fact.removeprefix("unknown_"))
        yield name, f"`{fact}`", *figures, rows[fact].unit
