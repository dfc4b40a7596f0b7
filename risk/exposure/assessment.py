"""From one startup's own year to the answer for it: money, score, runway, confidence, next step."""

import numpy as np
from numpy.typing import NDArray

from risk.assumptions import Assumptions
from risk.catalog.falters import FalterKind
from risk.catalog.records import UNSPECIFIED, Answer
from risk.exposure.advice import next_action
from risk.exposure.numbers import StartupNumbers
from risk.exposure.own_year import AnnualLoss, OwnYear
from risk.exposure.places import PlacedStartup
from risk.exposure.results import (
    Confidence,
    ExposurePart,
    StartupAssessment,
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

Array = NDArray[np.float64]


def assess_startup(
    startup: Startup,
    numbers: StartupNumbers,
    placed: PlacedStartup,
    own: OwnYear,
    assumptions: Assumptions,
) -> StartupAssessment:
    """The whole answer for one startup from its own year."""
    year = own.loss
    relative = relative_loss(year.aal_usd, year.tvar95_usd, numbers.gross_profit_usd)
    scores = exposure_score(relative, assumptions)
    score = float(np.median(scores))
    interval = interval_of(scores)
    lead = lead_dependency(numbers, placed)
    lead_developer = developer_node(placed.endpoint_of[lead].service) if lead else None
    runway, cash_out = money_after(startup, own.wind_down_of(lead_developer), assumptions)
    band, lowered = band_of(score, assumptions, cash_out_probability=cash_out.after)
    parts = _parts(year, numbers, placed, score)
    questions = sum(
        one.answer is Answer.ASK for case in startup.use_cases for one in case.dependencies
    )
    confidence = confidence_of(interval, assumptions)
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
        worst=own.worst,
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
    # Parts that are equal but for rounding come in the same order whichever way they were summed.
    return tuple(
        sorted(
            found,
            key=lambda one: (-round(one.score, 9), one.dependency_key, one.root, str(one.kind)),
        )
    )


def _unknown_by_influence(
    startup: Startup, numbers: StartupNumbers, relative: Array
) -> tuple[str, ...]:
    """Missing facts, the ones that move the score most first (rank correlation over draws)."""
    names = list(numbers.unknown)
    strength = np.zeros(len(names))
    if names and relative.std() > 0:
        drawn = _centred_ranks(np.stack([numbers.unknown[name] for name in names]))
        # Ranks without ties have one spread, so that only what they have in common counts.
        strength = np.abs(drawn @ _centred_ranks(relative[None, :])[0])
    ordered = [names[place] for place in np.argsort(-strength, kind="stable")]
    money = [name for name in ("cash_usd", "monthly_burn_usd") if getattr(startup, name) is None]
    return tuple(ordered + money)


def _centred_ranks(values: Array) -> Array:
    """Ranks along each row, about their middle."""
    ranks = np.argsort(np.argsort(values, axis=1), axis=1)
    return np.asarray(ranks - (values.shape[1] - 1) / 2)
