"""What a startup should do: every option valued by the same model, ranked, one recommended.

docs/method.md §6: residual expected loss and tail, one-off and running cost, effort, what the
option covers, and what would flip the choice.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from risk.alternatives.comparison import comparison
from risk.alternatives.coverage import coverage, pair_of
from risk.alternatives.filters import reasons
from risk.alternatives.judgements import NO_JUDGEMENTS, Judgements
from risk.alternatives.offers import Offer, OfferMaker, Offers
from risk.alternatives.queueing import QUEUES, who_is_asked, worth_of_reserving
from risk.alternatives.ranking import ranked
from risk.alternatives.results import Alternative, OptionClass, Removed, Verdict
from risk.alternatives.valued import Valued, choices_of, queued, valued_options
from risk.alternatives.variants import Setting
from risk.inventory.exposed import exposed_use_cases
from risk.inventory.records import Dependency, Startup, UseCase
from risk.loss.columns import columns_of
from risk.loss.exposures import book_of

Array = NDArray[np.float64]

#: Options that keep today's provider and add none: they serve when it serves.
STAYING = (OptionClass.STAY, OptionClass.CONTRACT)


class StartupNotFound(ValueError):
    """The portfolio has no startup of this name."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One dependency of a startup with what it is offered."""

    startup: Startup
    case: UseCase
    dependency: Dependency
    offers: Offers


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

    Without ``details`` nothing is said of what options cover and of queues.
    """
    asked, links = asked_of(startups, OfferMaker(setting, judgements), use_case=use_case)
    found: dict[str, list[Alternative]] = {one.name: [] for one in startups}
    if asked:
        book = book_of(columns_of(startups, catalog=setting.catalog, today=setting.today))
        pairs = [
            pair_of(its.offers.listed[0].endpoint, each.serves)
            for its in asked
            for each in its.offers.listed
        ]
        valued = valued_options(
            book,
            choices_of([its.offers for its in asked], links),
            setting,
            also=pairs if details else (),
        )
        for its, options in zip(asked, _told(asked, valued, setting, details), strict=True):
            found[its.startup.name].extend(options)
    return tuple(tuple(found[one.name]) for one in startups)


def asked_of(
    startups: Sequence[Startup], maker: OfferMaker, *, use_case: str | None = None
) -> tuple[list[Asked], list[int]]:
    """Every exposed dependency with its offers, and its row among those of the startups' book."""
    asked, links = [], []
    link = 0
    for startup in startups:
        for case, dependencies in exposed_use_cases(startup):
            for one in dependencies:
                if use_case in (None, case.name):
                    offers = maker.of(startup.name, case.name, one)
                    asked.append(Asked(startup=startup, case=case, dependency=one, offers=offers))
                    links.append(link)
                link += 1
    return asked, links


def _told(
    asked: Sequence[Asked], valued: Valued, setting: Setting, details: bool
) -> Iterator[tuple[Alternative, ...]]:
    """The options of each dependency with their figures, ranked."""
    choices = valued.choices
    staying = _by_queue(asked, valued) if details else {}
    for number, one in enumerate(asked):
        first = int(choices.first[number])
        options = ranked(
            [
                _with_figures(_described(one, each), valued, first + place)
                for place, each in enumerate(one.offers.listed)
            ],
            setting.assumptions,
        )
        if details:
            options = tuple(
                _with_cover(each, offer, one, valued)
                for each, offer in zip(options, one.offers.listed, strict=True)
            )
        if number in staying:
            options = tuple(
                worth_of_reserving(each, options[0], staying[number], setting)
                if each.option_class is OptionClass.RESERVED and not each.excluded
                else each
                for each in options
            )
        yield options


def _by_queue(asked: Sequence[Asked], valued: Valued) -> dict[int, Array]:
    """The loss of staying at every queue, for the dependencies that could reserve capacity."""
    numbers = [
        number
        for number, one in enumerate(asked)
        if any(
            each.candidate.option_class is OptionClass.RESERVED and not each.excluded
            for each in one.offers.listed
        )
    ]
    if not numbers:
        return {}
    rows = valued.choices.first[np.array(numbers)]
    losses = queued(valued, rows, QUEUES)
    return dict(zip(numbers, losses.T, strict=True))


def _described(one: Asked, offer: Offer) -> Alternative:
    """What an option is, without its figures; a price nobody lists is a question."""
    candidate = offer.candidate
    ask = reasons(offer.checks, Verdict.ASK)
    if not offer.priced:
        ask = (*ask, "what it costs to run: no price in the catalogue")
    capacity, needed = who_is_asked(candidate)
    place = one.offers.listed.index(offer)
    return Alternative(
        use_case=one.case.name,
        dependency_key=one.dependency.key,
        option=candidate.title,
        option_class=candidate.option_class,
        developer=candidate.changed.developer,
        host=candidate.changed.host,
        model=candidate.changed.model,
        excluded=offer.excluded,
        ask=ask,
        covers={},
        down_together={},
        weeks=0.0,
        one_off_usd=0.0,
        run_usd_per_year=None,
        residual_aal_usd=0.0,
        residual_tvar95_usd=0.0,
        pareto=False,
        recommended=False,
        flips_if=None,
        changed=candidate.changed,
        checks=offer.checks,
        subject=offer.subject,
        comparison=comparison(
            candidate, one.offers.listed[0].candidate.model, one.offers.alike[place]
        ),
        capacity=capacity,
        needs_capacity_of=needed,
    )


def _with_figures(one: Alternative, valued: Valued, row: int) -> Alternative:
    """An option with what it costs, leaves and removes."""
    figures = valued.figures
    run = float(figures.run[row])
    return replace(
        one,
        weeks=float(figures.weeks[row]),
        switch_days=float(figures.days[row]),
        one_off_usd=float(figures.once[row]),
        one_off_low_usd=float(figures.once_low[row]),
        one_off_high_usd=float(figures.once_high[row]),
        run_usd_per_year=None if np.isnan(run) else run,
        residual_aal_usd=float(figures.aal[row]),
        residual_tvar95_usd=float(figures.tvar95[row]),
        removed=Removed(
            mean_usd=float(figures.removed[row]),
            median_usd=float(figures.removed_median[row]),
            low_usd=float(figures.removed_low[row]),
            high_usd=float(figures.removed_high[row]),
        ),
    )


def _with_cover(one: Alternative, offer: Offer, asked: Asked, valued: Valued) -> Alternative:
    """An option with the disruptions that it covers."""
    covers, together = coverage(
        valued.ground,
        pair_of(asked.offers.listed[0].endpoint, offer.serves),
        stays=one.option_class in STAYING,
    )
    return replace(one, covers=covers, down_together=together)
