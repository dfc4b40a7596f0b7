"""From event losses to the answer for one startup: money, score, runway, confidence, next step."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk.assumptions import Assumptions
from risk.catalog.falters import FalterKind
from risk.catalog.records import UNSPECIFIED, Answer
from risk.exposure.advice import next_action
from risk.exposure.event_losses import EventLoss
from risk.exposure.numbers import StartupNumbers
from risk.exposure.places import PlacedStartup
from risk.exposure.results import (
    Confidence,
    ExposurePart,
    StartupAssessment,
    WorstFalter,
)
from risk.exposure.score import (
    band_of,
    confidence_of,
    exposure_score,
    interval_of,
    relative_loss,
)
from risk.exposure.solvency import money_after
from risk.exposure.vulnerability import switch_terms
from risk.hazard.supply_chain import developer_node
from risk.inventory.records import Startup
from risk.measures import compound_poisson, tail_contributions, tail_value_at_risk

Array = NDArray[np.float64]
TAIL_LEVEL = 0.95
CELLS = 4096
#: Masses rarer than this many a year are left out of a startup's annual law, not of its mean.
NEGLIGIBLE_RATE = 1e-9


@dataclass(frozen=True, kw_only=True)
class AnnualLoss:
    """One startup's year: arrays by draw, and parts (dependency key, root, kind) with money."""

    aal_usd: Array
    tvar95_usd: Array
    part_keys: tuple[tuple[str, str, FalterKind], ...]
    part_aal_usd: Array
    part_tvar95_usd: Array


def annual_loss(losses: Iterable[EventLoss]) -> AnnualLoss:
    """Expected loss, tail value at risk at 95 % and their additive parts.

    AAL = Σ λ E[L]. The tail comes from the compound Poisson law of each draw; its parts are
    Euler contributions on the mean curves, scaled to the mean of the draws' tails.
    """
    events = [one for one in losses if one.event.rate_per_year > 0]
    if not events:
        nothing = np.zeros(1)
        return AnnualLoss(
            aal_usd=nothing,
            tvar95_usd=nothing,
            part_keys=(),
            part_aal_usd=np.zeros(0),
            part_tvar95_usd=np.zeros(0),
        )
    rates, by_draw, parts, keys = _masses(events)
    often = rates > NEGLIGIBLE_RATE
    law = compound_poisson(by_draw[:, often], rates[often], cells=CELLS)
    tail = tail_value_at_risk(law, TAIL_LEVEL)
    mean_losses = parts.sum(axis=0)[often]
    mean_law = compound_poisson(mean_losses[None, :], rates[often], cells=CELLS)
    shares = tail_contributions(
        mean_losses, rates[often], parts[:, often], law=mean_law, level=TAIL_LEVEL
    )
    scale = tail.mean() / shares.sum() if shares.sum() > 0 else 0.0
    return AnnualLoss(
        aal_usd=by_draw @ rates,
        tvar95_usd=tail,
        part_keys=keys,
        part_aal_usd=parts @ rates,
        part_tvar95_usd=shares * scale,
    )


def _masses(
    events: list[EventLoss],
) -> tuple[Array, Array, Array, tuple[tuple[str, str, FalterKind], ...]]:
    """Every (event, state, duration) as a mass: rates (n,), losses (draws, n), parts (k, n)."""
    keys: dict[tuple[str, str, FalterKind], int] = {}
    for one in events:
        for key in one.by_dependency:
            keys.setdefault((key, one.event.root, one.event.kind), len(keys))
    rates, totals, parts = [], [], []
    for one in events:
        rate = one.event.rate_per_year * np.outer(one.probability, one.weights).ravel()
        kept = rate > 0
        rates.append(rate[kept])
        totals.append(_flat(one.loss.total)[:, kept])
        block = np.zeros((len(keys), int(kept.sum())))
        for key, values in one.by_dependency.items():
            row = keys[key, one.event.root, one.event.kind]
            block[row] += _flat(values).mean(axis=0)[kept]
        parts.append(block)
    return (
        np.concatenate(rates),
        np.concatenate(totals, axis=1),
        np.concatenate(parts, axis=1),
        tuple(keys),
    )


def _flat(values: Array) -> Array:
    """(states, draws, durations) to (draws, states · durations)."""
    return np.moveaxis(values, 1, 0).reshape(values.shape[1], -1)


def assess_startup(
    startup: Startup,
    numbers: StartupNumbers,
    placed: PlacedStartup,
    losses: tuple[EventLoss, ...],
    assumptions: Assumptions,
) -> StartupAssessment:
    """The whole answer for one startup from its event losses."""
    year = annual_loss(losses)
    relative = relative_loss(year.aal_usd, year.tvar95_usd, numbers.gross_profit_usd)
    scores = exposure_score(relative, assumptions)
    score = float(np.median(scores))
    interval = interval_of(scores)
    lead = lead_dependency(numbers, placed)
    lead_developer = developer_node(placed.endpoint_of[lead].service) if lead else None
    wind_down = _wind_down_of(lead_developer, losses)
    runway, cash_out = money_after(startup, wind_down, assumptions)
    band, lowered = band_of(score, cash_out_probability=cash_out.after)
    parts = _parts(year, numbers, placed, score)
    questions = sum(
        one.answer is Answer.ASK for case in startup.use_cases for one in case.dependencies
    )
    confidence = confidence_of(interval)
    if not numbers.use_cases and (questions or not startup.use_cases):
        confidence = Confidence.LOW
    unknown = _unknown_by_influence(startup, numbers, relative)
    return StartupAssessment(
        startup=startup.name,
        score=score,
        score_interval=interval,
        band=band,
        cash_out_override=lowered,
        aal_usd=float(year.aal_usd.mean()),
        aal_interval_usd=interval_of(year.aal_usd),
        tvar95_usd=float(year.tvar95_usd.mean()),
        tvar95_contribution_usd=None,
        gross_profit_usd=float(numbers.gross_profit_usd.mean()),
        gross_profit_known=numbers.gross_profit_known,
        lead_developer=lead_developer,
        worst=worst_falter(losses),
        days_to_switch=_days_to_switch(numbers, lead, assumptions),
        runway_months=runway,
        cash_out_probability=cash_out,
        confidence=confidence,
        unknown=unknown,
        parts=parts,
        next_action=next_action(startup, parts, unknown, confidence, questions),
        sector=startup.sector,
        providers=tuple(
            sorted({developer_node(one.service) for one in placed.endpoint_of.values()})
        ),
        open_questions=questions,
    )


def lead_dependency(numbers: StartupNumbers, placed: PlacedStartup) -> str | None:
    """Key of the largest dependency on the developer that carries the most margin.

    Of developers that carry the same, one that somebody named comes first.
    """
    margin: dict[str, float] = {}
    by_developer: dict[str, float] = {}
    for case in numbers.use_cases:
        for one in case.dependencies:
            key = one.dependency.key
            margin[key] = float((case.margin_usd_per_day * one.share).mean())
            developer = developer_node(placed.endpoint_of[key].service)
            by_developer[developer] = by_developer.get(developer, 0.0) + margin[key]

    def weight(key: str) -> tuple[float, bool, float]:
        service = placed.endpoint_of[key].service
        named = service.developer not in (None, UNSPECIFIED)
        return round(by_developer[developer_node(service)], 6), named, margin[key]

    return max(margin, key=weight) if margin else None


def worst_falter(losses: Iterable[EventLoss]) -> WorstFalter | None:
    """The root and kind with the largest expected loss given that it happens."""
    found: dict[tuple[str, FalterKind, str], tuple[float, float]] = {}
    for one in losses:
        rate = one.event.rate_per_year
        loss = rate * float(one.expected_by_draw(one.loss.total).mean())
        total, rates = found.get(one.event.rate_group, (0.0, 0.0))
        found[one.event.rate_group] = (total + loss, rates + rate)
    worst = {group: total / rates for group, (total, rates) in found.items() if rates > 0}
    if not worst:
        return None
    root, kind, level = max(worst, key=lambda group: worst[group])
    same = [rates for group, (_, rates) in found.items() if group[:2] == (root, kind)]
    return WorstFalter(
        root=root, kind=kind, loss_usd=worst[root, kind, level], rate_per_year=sum(same)
    )


def _wind_down_of(developer: str | None, losses: Iterable[EventLoss]) -> EventLoss | None:
    """The lead developer's wind-down with the notice that is likeliest."""
    kind = FalterKind.WIND_DOWN
    ends = [one for one in losses if one.event.kind is kind and one.event.root == developer]
    return max(ends, key=lambda one: one.event.rate_per_year, default=None)


def _days_to_switch(
    numbers: StartupNumbers, lead: str | None, assumptions: Assumptions
) -> float | None:
    for case in numbers.use_cases:
        for one in case.dependencies:
            if one.dependency.key == lead:
                terms = switch_terms(one, FalterKind.WIND_DOWN, assumptions)
                return float(np.median(terms.days))
    return None


def _parts(
    year: AnnualLoss, numbers: StartupNumbers, placed: PlacedStartup, score: float
) -> tuple[ExposurePart, ...]:
    """Parts of the score: S · z_j / z, so that they sum to the score exactly."""
    names = {
        one.dependency.key: case.name for case in numbers.use_cases for one in case.dependencies
    }
    weight = year.part_aal_usd + year.part_tvar95_usd
    share = weight / weight.sum() if weight.sum() > 0 else weight
    found = [
        ExposurePart(
            use_case=names[key],
            dependency_key=key,
            provider=placed.endpoint_of[key].service.name,
            root=root,
            kind=kind,
            aal_usd=float(aal),
            tvar95_usd=float(tail),
            score=float(score * part),
        )
        for (key, root, kind), aal, tail, part in zip(
            year.part_keys, year.part_aal_usd, year.part_tvar95_usd, share, strict=True
        )
    ]
    return tuple(sorted(found, key=lambda one: -one.score))


def _unknown_by_influence(
    startup: Startup, numbers: StartupNumbers, relative: Array
) -> tuple[str, ...]:
    """Missing facts, the ones that move the score most first (rank correlation over draws)."""
    ranks = np.argsort(np.argsort(relative))
    strength = {
        name: abs(float(np.corrcoef(np.argsort(np.argsort(drawn)), ranks)[0, 1]))
        if relative.std() > 0
        else 0.0
        for name, drawn in numbers.unknown.items()
    }
    ordered = sorted(strength, key=lambda name: -strength[name])
    money = [name for name in ("cash_usd", "monthly_burn_usd") if getattr(startup, name) is None]
    return tuple(ordered + money)
