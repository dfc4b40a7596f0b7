"""Tables and sentences on recorded prices and retirements, for the page and the documents."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

import pandas as pd
import streamlit as st

from risk.catalog.model_history import HostType
from risk.hazard.cell_rates import LEVEL, CellCheck, CellFit, CellRate, Rival
from risk.hazard.history_record import KEPT_SINCE, RISE, HistoryRecord, Notices
from ui import wording
from ui.rows.track_records import Finding

PLACES = {
    HostType.FIRST_PARTY: "own API",
    HostType.CLOUD: "cloud",
    HostType.RESELLER: "other host",
}
TIER_WORDS = {"top": "first tier", "second": "second tier"}
HELD = "Held"
MISS = "MISS"
JUDGED_BEFORE = "Judged before"
_A_DAY = timedelta(days=1)


def price_table(record: HistoryRecord) -> pd.DataFrame:
    """Return a row a cell: rises, model-years, rate with interval, judged before, falls."""
    falls = record.prices.falls.cells
    return pd.DataFrame(
        [
            {**_rate_row(rise, record.judged.price_rate), "Falls a year": _rate(fall.rate)}
            for rise, fall in zip(record.prices.rises.cells, falls, strict=True)
        ]
    )


def host_table(record: HistoryRecord) -> pd.DataFrame:
    """Return a row a sort of host: days with any rise a host-year, and how many models moved."""
    found = []
    for one in record.prices.hosts:
        low, high = one.law.interval(LEVEL)
        found.append(
            {
                "Hosts": wording.sentence_case(PLACES[one.place]),
                "A year": _rate(one.law.mean),
                "10–90 %": f"{_rate(low)} to {_rate(high)}",
                JUDGED_BEFORE: _rate(record.judged.price_rate),
                "Days": f"{one.days}",
                "Host-years": f"{one.years:,.0f}",
                "Models that rose": wording.percent(one.moved_share),
            }
        )
    return pd.DataFrame(found)


def retirement_table(record: HistoryRecord) -> pd.DataFrame:
    """Return a row a cell: ends, model-years, rate with interval, what was judged before."""
    judged = record.judged.retirement_rate
    return pd.DataFrame([_rate_row(one, judged) for one in record.retirements.ends.cells])


def age_table(record: HistoryRecord) -> pd.DataFrame:
    """Return the same by age of the model, from the day it was listed."""
    judged = record.judged.retirement_rate
    return pd.DataFrame([_rate_row(one, judged) for one in record.retirements.ages.cells])


def _rate_row(one: CellRate, judged: float) -> dict[str, str]:
    low, high = one.interval
    return {
        "Models": models_in_words(one.cell.name),
        "A year": _rate(one.rate),
        "10–90 %": f"{_rate(low)} to {_rate(high)}",
        JUDGED_BEFORE: _rate(judged),
        "Events": _events(one.cell.events, one.cell.days),
        "Model-years": f"{one.cell.years:,.0f}",
    }


def models_in_words(cell: str) -> str:
    """Return ``Own API, first tier`` for ``first-party, top``."""
    place, _, rest = cell.partition(", ")
    words = f"{PLACES[HostType(place)]}, {TIER_WORDS.get(rest, rest)}"
    return wording.sentence_case(words)


def _events(events: int, days: int) -> str:
    return f"{events}" if events == days else f"{events} on {days}"


def _rate(a_year: float) -> str:
    return f"{a_year:.3f}" if a_year < 0.0995 else f"{a_year:.2f}"


def check_table(check: CellCheck) -> pd.DataFrame:
    """Return a row a cell: what came, the forecast with its interval, and what was judged."""
    return pd.DataFrame(
        [
            {
                "Models": models_in_words(one.name),
                "Came": f"{one.came}",
                "10–90 %": f"{one.low} to {one.high}",
                HELD: "held" if one.is_held else MISS,
                "Forecast": f"{one.expected[Rival.FIT]:.1f}",
                "Judged": f"{one.expected[Rival.JUDGED]:.1f}",
                "Model-years": f"{one.years:,.0f}",
            }
            for one in check.cells
        ]
    )


def notice_table(record: HistoryRecord) -> pd.DataFrame:
    """Return a row a class of model: notices that developers' pages state, in days."""
    return pd.DataFrame(
        [
            {
                "Models": wording.sentence_case(str(kind)),
                "Known": f"{len(notices.days)}",
                **_points(notices),
                JUDGED_BEFORE: f"{record.judged.notice_days[kind]:,.0f}",
            }
            for kind, notices in record.retirements.published.items()
        ]
    )


def seen_table(record: HistoryRecord) -> pd.DataFrame:
    """Return a row a sort of host: notice at least, in days, and what was entered too late."""
    return pd.DataFrame(
        [
            {
                "Where": wording.sentence_case(PLACES[one.place]),
                "Known": f"{len(one.at_least.days)}",
                **_points(one.at_least),
                "Entered after": f"{one.after}",
                "Day unknown": f"{one.undated}",
                "Told before": f"{one.told} of {one.ended}",
            }
            for one in record.retirements.seen
        ]
    )


def _points(notices: Notices) -> dict[str, str]:
    names = ("10 %", "Median", "90 %")
    if notices.points is None:
        return dict.fromkeys(names, wording.UNKNOWN)
    return {name: f"{days:,.0f}" for name, days in zip(names, notices.points, strict=True)}


def columns(frame: pd.DataFrame) -> dict[str, object]:
    """Return Streamlit's column configuration: the first column stays, figures to the right."""
    text = st.column_config.TextColumn
    first, *others = frame.columns
    return {first: text(pinned=True), **{name: text(alignment="right") for name in others}}


def about_prices(record: HistoryRecord) -> str:
    """Say what was counted as a rise, from when to when, and what was left out."""
    fit = record.prices
    return (
        f"Days on which the input or output price of a model at a host rose above {RISE:g} times "
        f"the old one, {wording.day(fit.since)} to {wording.day(fit.until - _A_DAY)}. “13 on 4” is "
        "thirteen rises on four days of a host: what one host moves on one day counts once for how "
        f"sure the rate is. {fit.replacements} changes were names that moved to another model, "
        f"{fit.repairs} slips of the catalogue beyond those it flags itself; neither is a rise."
    )


def sizes_in_words(record: HistoryRecord) -> str:
    """Say how large rises are, beside what was judged before."""
    law = record.prices.sizes
    points = " · ".join(
        f"{wording.percent(level)}: × {law.quantile(level):.2f}" for level in (0.1, 0.5, 0.9)
    )
    return (
        f"Size of a rise (new price ÷ old, {law.rises} rises, 1.2·e^X with X exponential of mean "
        f"{law.excess:.2f}): {points}. Judged before: × {record.judged.price_multiple:g}."
    )


def about_retirements(record: HistoryRecord) -> str:
    """Say from when to when ends are followed, and why not before."""
    until = record.retirements.until
    return (
        f"The catalogue keeps last days since {wording.day(KEPT_SINCE)}, and what had ended before "
        f"is gone from it. Models are followed from then up to {_untils(until)}: about the "
        "shortest notice beyond the snapshot, so that what ends until then was announced. A record "
        "of months has few such days, and intervals made of it have been too narrow: see the last "
        "check."
    )


def _untils(until: Mapping[HostType, date]) -> str:
    return wording.listed(
        f"{wording.day(day - _A_DAY)} ({PLACES[place]})" for place, day in until.items()
    )


def price_findings(record: HistoryRecord) -> list[Finding]:
    """Return what held and what missed of a fit to the end of 2025, misses first."""
    check = record.price_check
    found = [_intervals(check.rises), _rivals(check.rises, "rises")]
    if check.sizes is not None:
        sizes = check.sizes
        better = sizes.fit <= min(sizes.past, sizes.judged)
        found.append(
            Finding(
                held=better,
                sentence=f"Sizes of the {len(sizes.scored)} rises that came (CRPS of ln r): "
                f"{sizes.fit:.3f} of the fit, {sizes.past:.3f} of past sizes, {sizes.judged:.3f} "
                f"of × {record.judged.price_multiple:g}, judged before.",
            )
        )
    return sorted(found, key=lambda one: one.held)


def half_year_findings(record: HistoryRecord) -> list[Finding]:
    """Return what held of ends in the first half of 2026, and of notices, misses first."""
    check = record.retirement_check
    found = [_intervals(check.half_year), _rivals(check.half_year, "ends")]
    notices = check.notices
    if notices is not None:
        found.append(
            Finding(
                held=notices.past < notices.judged,
                sentence=f"Notice of the {len(notices.scored)} announcements that came: off by "
                f"{notices.past:.0f} days (CRPS) from the {len(notices.learned)} before, by "
                f"{notices.judged:.0f} from the days judged before.",
            )
        )
    return sorted(found, key=lambda one: one.held)


def late_findings(record: HistoryRecord) -> list[Finding]:
    """Return what held of ends from October 2026 on, by a fit to those before, misses first."""
    late = record.retirement_check.late
    return sorted([_intervals(late), _rivals(late, "ends")], key=lambda one: one.held)


def about_half_year(record: HistoryRecord) -> str:
    """Say why the first half of 2026 says little of ends."""
    first = [
        one
        for one in record.retirement_check.half_year.cells
        if one.name.startswith(HostType.FIRST_PARTY)
    ]
    return (
        "This half year is no fair test of ends: it lies before last days were kept. At "
        f"developers' own APIs the catalogue holds {sum(one.came for one in first)} ends, where "
        f"developers' pages name {record.retirement_check.developers_ends}; both years lack what "
        "ended, so a forecast of too few comes true."
    )


def _intervals(check: CellCheck) -> Finding:
    held = sum(one.is_held for one in check.cells)
    total = len(check.cells)
    return Finding(
        held=held == total,
        sentence=f"{held} of {total} counts lay inside their 10–90 % interval.",
    )


def _rivals(check: CellCheck, what: str) -> Finding:
    scores = ", ".join(f"{check.crps(one):.2f} of {one}" for one in Rival if one is not Rival.FIT)
    better = check.better
    said = f"Counts are off by {check.crps(Rival.FIT):.2f} {what} a cell (CRPS); {scores}."
    if not better:
        return Finding(held=True, sentence=said)
    return Finding(held=False, sentence=f"{said} Better: {wording.listed(map(str, better))}.")


def source_in_words(record: HistoryRecord) -> str:
    """Say where the record comes from, and its limits."""
    return (
        f"Source: {record.source}, {record.licence} licence, snapshot of "
        f"{wording.day(record.snapshot)}; notices also from the developers' pages among the "
        "reference facts."
    )


def spread_in_words(fit: CellFit) -> str:
    """Say how far each cell is drawn towards the common law."""
    law, note = fit.prior.law, fit.prior.note.replace("providers", "cells")
    return (
        f"Each rate is drawn towards what all cells share, worth {law.shape:.2f} events in "
        f"{law.years:.0f} model-years ({note})."
    )


def findings_in_lines(found: Iterable[Finding], *, held: str, missed: str) -> Sequence[str]:
    """Return a line a finding, each behind the mark of how it did."""
    return [f"- {held if one.held else missed} {wording.escaped(one.sentence)}" for one in found]
