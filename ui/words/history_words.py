"""Sentences on recorded prices and retirements, for the page and the documents."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from risk.catalog.model_history import HostType
from risk.hazard.cell_rates import CellCheck, CellFit, Rival
from risk.hazard.history_record import KEPT_SINCE, RISE, HistoryRecord
from ui import wording
from ui.tables.history_record import PLACES
from ui.words.track_words import Finding

_A_DAY = timedelta(days=1)


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
