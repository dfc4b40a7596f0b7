"""The answers about a portfolio's startups: columns, and each one's answer made when asked for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from risk.catalog.failure_kinds import FailureKind
from risk.loss.answer import BANDS, StartupAnswers
from risk.loss.columns import FALLBACKS, PLANS
from risk.loss.facts import NAMES
from risk.loss.hazards import KINDS
from risk.loss.judgement import VARIABLES
from risk.portfolio.advice import MainPart, next_action
from risk.portfolio.results import (
    NO_BAND,
    BeforeAfter,
    EventPart,
    Interval,
    Narrowing,
    PortfolioAssessment,
    Source,
    StartupAssessment,
    VarianceShares,
    WorstDisruption,
)

Array = NDArray[np.float64]
Codes = NDArray[np.int32]

#: Below so much of what facts can do being stated, asking comes before changing anything.
ASK_FIRST_BELOW = 0.5


@dataclass(frozen=True, kw_only=True)
class StartupTable:
    """Everything that is known of the startups of an answered portfolio, in columns (n,).

    ``tail`` is each one's part of the portfolio's tail value at risk at 95 % (USD). ``asked_high``
    and ``asked_score`` are the upper ends of expected loss and score if every open question is a
    yes (0 where there is none). ``providers`` (provider_start[i] to provider_start[i + 1]) are
    codes of ``developers``, as is ``answers.lead``. ``main_…`` describe the dependency that adds
    most to the expected loss: its service (a place in ``services``), fallback and exit plan (codes
    or -1) and use case. ``roots``, ``kinds`` and ``rates`` (events,) are what places of disruptions
    stand for. ``unknown`` names the facts that nobody stated, most influential first; None where
    only the best question is kept. ``ending`` is a place in
    ``ending_actions``, what to do about the model that ends soonest (-1: none does soon); None in
    answers that were kept before it was told.
    """

    names: Sequence[str]
    sectors: Sequence[str | None]
    questions: Codes
    answers: StartupAnswers
    tail: Array
    profit_known: NDArray[np.bool_]
    asked_high: Array
    asked_score: Array
    provider_start: Codes
    providers: Codes
    developers: Sequence[str]
    main_service: Codes
    main_fallback: Codes
    main_plan: Codes
    main_case: Sequence[str | None]
    services: Sequence[str]
    roots: Sequence[str]
    kinds: Codes
    rates: Array
    unknown: Sequence[tuple[str, ...]] | None
    ending: Codes | None = None
    ending_actions: Sequence[str] = ()

    def __len__(self) -> int:
        return len(self.names)

    @cached_property
    def depends(self) -> NDArray[np.bool_]:
        """Which call a language model as far as anybody knows."""
        return np.diff(self.provider_start) > 0

    @cached_property
    def only_questions(self) -> NDArray[np.bool_]:
        """Of which nothing but open questions is known."""
        return ~self.depends & (self.questions > 0)

    @cached_property
    def bands(self) -> NDArray[np.int64]:
        """Bands as places in :data:`BANDS`, -1 where none is told."""
        return np.where(self.only_questions, -1, self.answers.band).astype(np.int64)

    def band(self, row: int) -> str:
        """The band of a startup."""
        place = int(self.bands[row])
        return NO_BAND if place < 0 else BANDS[place]


class Assessed(Sequence[StartupAssessment]):
    """The startups of an answered portfolio in their order; each is made when it is asked for."""

    def __init__(self, table: StartupTable) -> None:
        self.table = table

    def __len__(self) -> int:
        return len(self.table)

    def __iter__(self) -> Iterator[StartupAssessment]:
        return (assessed(self.table, row) for row in range(len(self)))

    @overload
    def __getitem__(self, place: int) -> StartupAssessment: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[StartupAssessment, ...]: ...
    def __getitem__(self, place: int | slice) -> Any:
        if isinstance(place, slice):
            rows = range(*place.indices(len(self)))
            return tuple(assessed(self.table, row) for row in rows)
        row = place + len(self) if place < 0 else place
        if not 0 <= row < len(self):
            raise IndexError(place)
        return assessed(self.table, row)


def assessed_of(assessment: PortfolioAssessment) -> Assessed:
    """The startups of an answer with their columns.

    Raises:
        TypeError: the answer was not made from columns.
    """
    startups = assessment.startups
    if not isinstance(startups, Assessed):
        raise TypeError("the answer was not made from columns")
    return startups


def assessed(table: StartupTable, row: int) -> StartupAssessment:
    """The answer for one startup."""
    one = table.answers
    lead = int(one.lead[row])
    unknown = unknown_of(table, row)
    return StartupAssessment(
        startup=table.names[row],
        score=float(one.score[row]),
        score_interval=Interval(
            low=float(one.score_low[row]),
            high=float(max(one.score_high[row], table.asked_score[row])),
        ),
        band=table.band(row),
        cash_out_override=bool(one.lowered[row]) and table.band(row) != NO_BAND,
        aal_usd=float(one.mean[row]),
        median_usd=float(one.median[row]),
        aal_interval_usd=Interval(
            low=float(one.low[row]), high=float(max(one.high[row], table.asked_high[row]))
        ),
        variance_shares=VarianceShares(
            facts=float(one.by_facts[row]),
            rates=float(one.by_rates[row]),
            judgement=float(one.by_judgement[row]),
        ),
        facts_stated=_share(one.facts_stated[row]),
        facts_known=_share(one.facts_known[row]),
        judged_factor=float(one.judged_factor[row]),
        narrow_most=narrowing_of(table, row, unknown),
        tvar95_usd=float(one.tvar95[row]),
        tvar95_contribution_usd=_number(table.tail[row]),
        gross_profit_usd=float(one.gross_profit[row]),
        gross_profit_known=bool(table.profit_known[row]),
        lead_developer=table.developers[lead] if lead >= 0 else None,
        worst=_worst(table, row),
        days_to_switch=_number(one.switch_days[row]),
        days_to_switch_interval=_interval(one.switch_days_low[row], one.switch_days_high[row]),
        runway_months=BeforeAfter(
            before=_months(one.months[row]),
            after=_months(one.months_after[row]),
            after_low=_months(one.months_after_low[row]),
            after_high=_months(one.months_after_high[row]),
        ),
        cash_out_probability=BeforeAfter(
            before=_number(one.cash_out[row]),
            after=_number(one.cash_out_after[row]),
            after_low=_number(one.cash_out_after_low[row]),
            after_high=_number(one.cash_out_after_high[row]),
        ),
        unknown=unknown,
        next_action=action_of(table, row, unknown),
        sector=table.sectors[row],
        providers=providers_of(table, row),
        open_questions=int(table.questions[row]),
        kinds=_kinds(table, row),
    )


def providers_of(table: StartupTable, row: int) -> tuple[str, ...]:
    """The developers that a startup depends on, by name."""
    first, last = table.provider_start[row], table.provider_start[row + 1]
    return tuple(sorted({table.developers[code] for code in table.providers[first:last]}))


def action_of(table: StartupTable, row: int, unknown: Sequence[str]) -> str:
    """The next best action of a startup; ``unknown`` are those of :func:`unknown_of`."""
    one = table.answers
    if table.ending is not None and table.ending[row] >= 0:
        # On that day the service stops, whatever else is unknown or weak.
        return table.ending_actions[int(table.ending[row])]
    asks = unknown and one.question[row] >= 0 and one.facts_stated[row] < ASK_FIRST_BELOW
    return next_action(
        _main_part(table, row),
        ask_for=unknown[0] if asks else None,
        open_questions=int(table.questions[row]),
        depends=bool(table.depends[row]),
    )


def _main_part(table: StartupTable, row: int) -> MainPart | None:
    event = int(table.answers.main_event[row])
    if event < 0:
        return None
    fallback, plan = int(table.main_fallback[row]), int(table.main_plan[row])
    return MainPart(
        use_case=table.main_case[row],
        provider=table.services[table.main_service[row]],
        root=table.roots[event],
        kind=_kind(table, event),
        fallback=FALLBACKS[fallback] if fallback >= 0 else None,
        exit_plan=PLANS[plan] if plan >= 0 else None,
    )


def _worst(table: StartupTable, row: int) -> WorstDisruption | None:
    event = int(table.answers.worst_event[row])
    if event < 0:
        return None
    return WorstDisruption(
        root=table.roots[event],
        kind=_kind(table, event),
        loss_usd=float(table.answers.worst[row]),
        rate_per_year=float(table.rates[event]),
    )


def _kind(table: StartupTable, event: int) -> FailureKind:
    return KINDS[int(table.kinds[event])]


def _kinds(table: StartupTable, row: int) -> tuple[EventPart, ...]:
    """The expected loss by root and kind, largest first; empty for large portfolios."""
    by_event = table.answers.by_event
    if not by_event.shape[1]:
        return ()
    found: dict[tuple[str, int], float] = {}
    for event in np.flatnonzero(by_event[row]).tolist():
        key = table.roots[event], int(table.kinds[event])
        found[key] = found.get(key, 0.0) + float(by_event[row, event])
    ordered = sorted(found.items(), key=lambda one: (-round(one[1], 9), one[0]))
    return tuple(
        EventPart(root=root, kind=KINDS[kind], aal_usd=usd) for (root, kind), usd in ordered
    )


def unknown_of(table: StartupTable, row: int) -> tuple[str, ...]:
    """The facts that nobody stated of a startup, most influential first."""
    if table.unknown is not None:
        return tuple(table.unknown[row])
    question = int(table.answers.question[row])
    return (NAMES[question],) if question >= 0 else ()


def narrowing_of(table: StartupTable, row: int, unknown: Sequence[str]) -> tuple[Narrowing, ...]:
    """What would narrow a startup's range most: its best question, and the main judgement."""
    one, found = table.answers, []
    if one.question[row] >= 0 and unknown:
        share = float(one.narrows[row])
        found.append(Narrowing(what=unknown[0], kind=Source.FACTS, share=share))
    if one.judged[row] >= 0:
        name = VARIABLES[int(one.judged[row])].name
        share = float(one.judged_share[row])
        found.append(Narrowing(what=name, kind=Source.JUDGEMENT, share=share))
    return tuple(sorted(found, key=lambda each: -each.share))


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _months(value: float) -> float | None:
    return None if np.isnan(value) or np.isinf(value) else float(value)


def _interval(low: float, high: float) -> Interval | None:
    return None if np.isnan(low) or np.isnan(high) else Interval(low=float(low), high=float(high))


def _share(value: float) -> float:
    return 0.0 if np.isnan(value) else float(value)


def money_known(assessment: PortfolioAssessment) -> float:
    """How much of the expected loss (0..1) is of startups whose revenue and margin are stated."""
    table = assessed_of(assessment).table
    whole = float(table.answers.mean.sum())
    return float(table.answers.mean[table.profit_known].sum()) / whole if whole > 0 else 1.0
