"""Options of a startup: each valued by the same model, ranked, one recommended.

docs/method.md §6: residual expected loss and tail, one-off and running cost, effort, what the
option covers, and what would flip the choice.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from risk.alternatives.costs import COST_PARTS, source_of
from risk.alternatives.coverage import NOT_LOOKED_AT, coverage_of
from risk.alternatives.deadlines import ENDS_WITH_IT, for_move, last_day_of
from risk.alternatives.filters import reasons
from risk.alternatives.judgements import NO_JUDGEMENTS, NOT_NAMED, Judgements
from risk.alternatives.offers import Offer, OfferMaker, Offers
from risk.alternatives.ranking import extra_cost, ranked
from risk.alternatives.results import (
    LEAVING,
    SECOND_PROVIDER,
    Alternative,
    Candidate,
    Comparison,
    CostLine,
    Left,
    Likeness,
    OptionClass,
    Removed,
    Verdict,
)
from risk.alternatives.valued import Valued, choices_of, queued, valued_options
from risk.alternatives.variants import Setting
from risk.assumptions import Assumptions
from risk.catalog.likeness import alike, level_of
from risk.catalog.lookup import PRICE_FACTOR, class_usd, list_price
from risk.catalog.records import SELF_HOSTED, UNSPECIFIED, Model, Rating
from risk.hazard.market_queue import market_queue
from risk.hazard.provider_record import ProviderRecord
from risk.inventory.exposed import CONTRACTED, exposed_use_cases
from risk.inventory.records import CapacityClass, Dependency, Startup, UseCase
from risk.loss.columns import columns_of
from risk.loss.exposures import Route, book_of
from risk.loss.uncertainty import HIGH, LOW

Array = NDArray[np.float64]

#: Options that keep today's provider and add none: they serve when it serves.
STAYING = (OptionClass.STAY, OptionClass.CONTRACT)
UNKNOWN = "unknown"
#: Queues at which the loss of staying is taken, in days beyond the assumed one; straight between.
#: A longer queue than the last is no longer a queue.
QUEUES = (0.0, 3.0, 7.0, 14.0, 30.0, 60.0, 90.0, 180.0, 365.0)


class StartupNotFound(ValueError):
    """The portfolio has no startup of this name."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One dependency of a startup with what it is offered."""

    startup: Startup
    case: UseCase
    dependency: Dependency
    offers: Offers

    def route(self, offer: Offer) -> Route:
        """The route whose states say how today's endpoint and the option's are down together."""
        return Route(self.offers[0].endpoint, offer.serves)


def alternatives_for(
    startup: Startup,
    setting: Setting,
    *,
    use_case: str | None = None,
    judgements: Judgements = NO_JUDGEMENTS,
) -> tuple[Alternative, ...]:
    """Options for every exposed dependency of a startup, or of one of its use cases.

    ``judgements`` are what analysts said of its needs, of the options, and of how alike models are.

    Raises:
        StartupNotFound: it has no use case of this name.
    """
    if use_case is not None and use_case not in {one.name for one in startup.use_cases}:
        raise StartupNotFound(f"{startup.name} has no use case called '{use_case}'.")
    (found,) = options_of_all([startup], setting, use_case=use_case, judgements=judgements)
    return found


def options_of_all(
    startups: Sequence[Startup],
    setting: Setting,
    *,
    use_case: str | None = None,
    judgements: Judgements = NO_JUDGEMENTS,
    details: bool = True,
) -> tuple[tuple[Alternative, ...], ...]:
    """The options of many startups, valued in one call; one tuple for each startup.

    All use cases of a startup are valued, for they share costs. Without ``details`` nothing is said
    of what options cover, of queues, of the parts of costs, and of how many worlds each is best in.
    """
    asked, links = asked_of(startups, OfferMaker(setting, judgements))
    found: dict[str, list[Alternative]] = {one.name: [] for one in startups}
    if asked:
        book = book_of(columns_of(startups, catalog=setting.catalog, today=setting.today))
        routes = [its.route(each) for its in asked for each in its.offers] if details else []
        choices = choices_of([its.offers for its in asked], links)
        valued = valued_options(book, choices, setting, also=routes, draws=details, parts=details)
        staying = _by_queue(asked, valued) if details else {}
        for number, its in enumerate(asked):
            if use_case not in (None, its.case.name):
                continue
            options = ranked(
                [
                    _alternative(
                        *(its, offer, valued, int(choices.first[number]) + place, setting, details)
                    )
                    for place, offer in enumerate(its.offers)
                ],
                setting.assumptions,
                in_worlds=objectives(valued, number, setting.assumptions) if details else None,
            )
            if number in staying:
                options = tuple(
                    _worth_of_reserving(one, options[0], staying[number], setting)
                    for one in options
                )
            found[its.startup.name].extend(options)
    return tuple(tuple(found[one.name]) for one in startups)


def asked_of(startups: Sequence[Startup], maker: OfferMaker) -> tuple[list[Asked], list[int]]:
    """Every exposed dependency with its offers, and its row among those of the startups' book."""
    asked, links = [], []
    link = 0
    for startup in startups:
        for case, dependencies in exposed_use_cases(startup):
            for one in dependencies:
                offers = maker.of(startup.name, case.name, one)
                asked.append(Asked(startup=startup, case=case, dependency=one, offers=offers))
                links.append(link)
                link += 1
    return asked, links


def _alternative(
    asked: Asked, offer: Offer, valued: Valued, row: int, setting: Setting, details: bool
) -> Alternative:
    """An option as it is shown, before it is ranked; a price nobody lists is a question."""
    candidate, figures = offer.candidate, valued.figures
    kind, run = candidate.option_class, float(figures.run[row])
    unpriced = () if offer.priced else ("what it costs to run: no price in the catalogue",)
    found = NOT_LOOKED_AT
    if details:
        found = coverage_of(valued.world_tables, asked.route(offer), stays=kind in STAYING)
    capacity, needed = who_is_asked(candidate)
    days = float(figures.days[row])
    ends = None
    # An analyst may know that staying is possible after all.
    if asked.offers[0].excluded:
        ends = last_day_of(asked.dependency, setting.catalog, setting.assumptions, setting.today)
    if ends is not None and kind not in ENDS_WITH_IT:
        ends = for_move(ends, days)
    return Alternative(
        use_case=asked.case.name,
        dependency_key=asked.dependency.key,
        option=candidate.title,
        option_class=kind,
        developer=candidate.changed.developer,
        host=candidate.changed.host,
        model=candidate.changed.model,
        excluded=offer.excluded,
        ask=(*reasons(offer.checks, Verdict.ASK), *unpriced),
        covers=found.covers,
        down_together=found.down_together,
        not_covered=found.not_covered,
        weeks=float(figures.weeks[row]),
        switch_days=days,
        one_off_usd=float(figures.once[row]),
        one_off_low_usd=float(figures.once_low[row]),
        one_off_high_usd=float(figures.once_high[row]),
        once=_cost_lines(figures.parts[:, :, row]) if details else (),
        shared_by=int(max(figures.porters[row], figures.builders[row])),
        alone_usd=float(figures.alone[row]),
        run_usd_per_year=None if np.isnan(run) else run,
        residual_aal_usd=float(figures.aal[row]),
        residual_tvar95_usd=float(figures.tvar95[row]),
        removed=Removed(
            mean_usd=float(figures.removed[row]),
            median_usd=float(figures.removed_median[row]),
            low_usd=float(figures.removed_low[row]),
            high_usd=float(figures.removed_high[row]),
        ),
        left=_left(figures.drawn[:, row]) if details else None,
        pareto=False,
        recommended=False,
        flips_if=None,
        changed=candidate.changed,
        checks=offer.checks,
        subject=offer.subject,
        comparison=_comparison(offer, asked, setting),
        capacity=capacity,
        needs_capacity_of=needed,
        last_day=ends,
    )


def _left(drawn: NDArray[np.float32]) -> Left:
    """What is left over all worlds and draws of rates, (draws,)."""
    low, median, high = np.quantile(drawn, [LOW, 0.5, HIGH]).tolist()
    return Left(median_usd=median, low_usd=low, high_usd=high)


def _cost_lines(parts: Array) -> tuple[CostLine, ...]:
    """What an option costs once by part, the dearest first; what costs nothing is left out."""
    found = [
        CostLine(
            part=part,
            mean_usd=float(mean),
            low_usd=float(low),
            high_usd=float(high),
            source=source_of(part),
        )
        for part, (mean, low, high) in zip(COST_PARTS, parts, strict=True)
        if mean > 0
    ]
    return tuple(sorted(found, key=lambda one: -one.mean_usd))


def objectives(valued: Valued, number: int, assumptions: Assumptions) -> Array:
    """What is minimised, of a dependency's options in every world, (draws, options) in USD a year.

    Loss and costs are those of the same world. The capital cost of the tail, of which only the mean
    over all worlds is known, moves with the world's expected loss.
    """
    first, figures = int(valued.choices.first[number]), valued.figures
    rows = slice(first, first + int(valued.choices.counts[number]))
    loss = figures.drawn[:, rows].astype(np.float64)
    once, run = (one[:, rows].astype(np.float64) for one in (figures.once_drawn, figures.run_drawn))
    cost = once / assumptions.annualise_years + np.maximum(0.0, run - run[:, :1])
    usual = np.maximum(figures.aal[rows], 1e-9)
    charge = assumptions.cost_of_capital * figures.tvar95[rows] / usual
    return np.asarray(loss * (1 + charge) + np.repeat(cost, len(loss) // len(cost), axis=0))


def _comparison(offer: Offer, asked: Asked, setting: Setting) -> Comparison | None:
    """How alike two models are, by the facts that ship: shown, and for an analyst to decide.

    The figure that the model uses is the startup's own evaluation, else what an analyst decided,
    else the judged level of the kind of replacement, moved by these facts. None where the option
    names no other model.
    """
    model, decided = offer.candidate.model, offer.decided
    incumbent = asked.offers[0].candidate.model
    if model is None or (incumbent is not None and model.name == incumbent.name):
        return None
    likeness, ratings = offer.candidate.likeness, setting.catalog.ratings
    evaluation = offer.candidate.evaluation
    if evaluation is not None:
        decided, likeness = None, None
    rated = [
        (
            f"Voters' rating, not your task: {task}",
            _rating(ratings.get((incumbent.name, task)) if incumbent else None),
            _rating(ratings.get((model.name, task))),
        )
        for task in offer.work.tasks
    ]
    return Comparison(
        models=(asked.dependency.model or NOT_NAMED, model.name),
        alike=offer.candidate.substitutability,
        rows=(
            *(
                (name, told(incumbent) if incumbent else NOT_NAMED, told(model))
                for name, told in _FACTS
            ),
            ("Price class", *_price_classes(incumbent, model)),
            *(row for row in rated if row[1:] != (UNKNOWN, UNKNOWN)),
        ),
        likeness=likeness,
        level=level_of(likeness.relation, setting.assumptions) if likeness else None,
        reason=decided.reason if decided else None,
        decided_by=decided.by if decided else None,
        evaluation=evaluation,
        evaluated_days_ago=(setting.today - evaluation.held_on).days if evaluation else None,
        between=evaluation.interval if evaluation else _between(likeness, setting),
        work=offer.work,
    )


def _between(likeness: Likeness | None, setting: Setting) -> tuple[float, float] | None:
    """How alike the models are at both ends of what voters prefer; None where nobody voted."""
    voted = likeness.distance.counted if likeness else None
    if likeness is None or voted is None:
        return None
    worst, best = (
        alike(
            replace(likeness.distance, preference=lost),
            likeness.relation,
            setting.catalog,
            setting.assumptions,
        )[0]
        for lost in (voted.high, voted.low)
    )
    return worst, best


def _rating(one: Rating | None) -> str:
    return UNKNOWN if one is None else f"{one.rating:,.0f} ({one.low:,.0f} to {one.high:,.0f})"


def _price(model: Model) -> str:
    offer = list_price(model)
    if offer is None or offer.input_usd_per_million_tokens is None:
        return UNKNOWN
    out = offer.output_usd_per_million_tokens
    return f"${offer.input_usd_per_million_tokens:,.2f} in, ${out:,.2f} out a million tokens"


def _price_classes(today: Model | None, other: Model) -> tuple[str, str]:
    """Whether the other model is of today's price class: at most three times dearer or cheaper."""
    before, after = (class_usd(today) if today else None), class_usd(other)
    if not before or not after:
        return UNKNOWN, UNKNOWN
    ratio = after / before
    same = max(ratio, 1 / ratio) <= PRICE_FACTOR
    return "–", f"{'the same' if same else 'another'}: {ratio:.2g} times today's price"


def _stated(fact: bool | None) -> str:
    return {True: "yes", False: "no", None: UNKNOWN}[fact]


_FACTS = (
    ("Model", lambda one: one.name),
    ("Family", lambda one: one.family or UNKNOWN),
    ("Released", lambda one: one.released.isoformat() if one.released else UNKNOWN),
    ("Context", lambda one: f"{one.context_tokens:,} tokens" if one.context_tokens else UNKNOWN),
    ("List price", _price),
    ("Reads", lambda one: ", ".join(sorted(one.input_modalities)) or UNKNOWN),
    ("Writes", lambda one: ", ".join(sorted(one.output_modalities)) or UNKNOWN),
    ("Talks live", lambda one: "yes" if one.live else "no" if one.output_modalities else UNKNOWN),
    ("Calls tools", lambda one: _stated(one.tool_call)),
    # The catalogue's packages say False where nobody filled it in, so False is no answer.
    ("Structured output", lambda one: _stated(one.structured_output or None)),
    ("Latency", lambda one: "no source here says it: measure it"),
    ("Weights", lambda one: {True: "open", False: "closed", None: UNKNOWN}[one.open_weights]),
)


def with_records(
    options: Iterable[Alternative], records: Mapping[str, ProviderRecord]
) -> tuple[Alternative, ...]:
    """Options with the record of who would do the work, developer before host, known or not."""
    return tuple(
        replace(
            one,
            records=tuple(
                records.get(name, ProviderRecord(provider=name)) for name in _who_serves(one)
            ),
        )
        for one in options
    )


def _who_serves(one: Alternative) -> tuple[str, ...]:
    """The providers that must not falter for an option to work; none for what one runs oneself."""
    changed = one.changed
    if changed is None or changed.host == SELF_HOSTED:
        return ()
    names = (changed.developer, changed.host)
    if one.option_class in SECOND_PROVIDER:
        names = (changed.fallback_developer, changed.fallback_host)
    known = (name for name in names if name not in (None, UNSPECIFIED))
    return tuple(dict.fromkeys(str(name) for name in known))


def who_is_asked(one: Candidate) -> tuple[CapacityClass, str | None]:
    """In which class the work asks for capacity when today's developer ends, and whom.

    Capacity under contract is served first, then a provider's customers, then those who come in the
    rush. Work that was moved before is a customer where it runs; what one runs oneself asks nobody.
    An option that stays with the developer asks its fallback, or comes as a newcomer to whoever has
    room (None).
    """
    changed = one.changed
    if one.option_class in LEAVING:
        return CapacityClass.CUSTOMER, None if changed.host == SELF_HOSTED else changed.host
    fallback = changed.fallback_host or changed.fallback_developer
    if one.option_class is OptionClass.RESERVED:
        return CapacityClass.RESERVED, fallback
    if changed.fallback_capacity is not None:
        return changed.fallback_capacity, fallback
    contracted = changed.fallback in CONTRACTED and fallback is not None
    return (CapacityClass.CUSTOMER if contracted else CapacityClass.NEW), fallback


def _by_queue(asked: Sequence[Asked], valued: Valued) -> dict[int, Array]:
    """The loss of staying at every queue, for the dependencies that could reserve capacity."""
    numbers = [
        number
        for number, one in enumerate(asked)
        if any(
            each.candidate.option_class is OptionClass.RESERVED and not each.excluded
            for each in one.offers
        )
    ]
    if not numbers:
        return {}
    losses = queued(valued, valued.choices.first[np.array(numbers)], QUEUES)
    return dict(zip(numbers, losses.T, strict=True))


def _worth_of_reserving(
    one: Alternative, stay: Alternative, staying: Array, setting: Setting
) -> Alternative:
    """A reservation, saying from which queue on it pays against staying; others as they are.

    The score assumes a queue (``queue_days``, none unless somebody changed it); a reservation is
    worth what that queue would cost. ``staying`` (queues,) is the expected loss of staying at each
    of :data:`QUEUES`. docs/method.md §3, §6.
    """
    if one.option_class is not OptionClass.RESERVED or one.excluded:
        return one
    known = setting.assumptions.queue_days
    cost = extra_cost(one, stay, setting.assumptions)
    worth = staying - one.residual_aal_usd - cost
    if worth[-1] < 0:
        words = "Does not pay against staying, however long the queue for capacity"
    elif worth[0] >= 0:
        words = (
            "Pays against staying even without a queue for capacity"
            if known <= 0
            else f"Pays against staying at the assumed queue of {known:,.0f} days"
        )
    else:
        after = int(np.argmax(worth >= 0))
        part = -worth[after - 1] / (worth[after] - worth[after - 1])
        days = known + QUEUES[after - 1] + part * (QUEUES[after] - QUEUES[after - 1])
        words = f"Pays against staying if the queue for capacity is longer than {days:,.0f} days"
    words += _market_says(stay.developer, setting)
    return replace(one, flips_if=words if one.flips_if is None else f"{one.flips_if}. {words}")


def _market_says(developer: str | None, setting: Setting) -> str:
    """How long customers would wait on average if this developer's services all ended at once."""
    services = setting.catalog.services.values()
    names = {one.name for one in services if one.developer == developer}
    displaced = sum(one.share for name, one in setting.catalog.market.items() if name in names)
    if displaced <= 0:
        return ""
    queue = market_queue(displaced, setting.assumptions)
    days = queue.mean_wait_days(0.0, queue.demand)
    return f" (the market's queue after {developer}'s end: {days:,.0f} days on average)"
