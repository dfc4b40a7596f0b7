"""First steps in a portfolio: the options that remove most risk for their cost."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from risk.alternatives.judgements import NO_JUDGEMENTS, Judgements
from risk.alternatives.options import options_of_all
from risk.alternatives.results import Alternative, OptionClass
from risk.alternatives.variants import Setting
from risk.inventory.records import Startup
from risk.portfolio.results import Action, Interval

#: Only the startups with the largest expected losses are looked at.
STARTUPS_CONSIDERED = 24
#: Worlds in which it is found out whose options are worth a closer look.
WORLDS_TO_FIND = 16

Options = Sequence[Alternative]
Named = Callable[[Startup, Options], Options]


def as_they_are(_: Startup, options: Options) -> Options:
    """The options of a startup by their own names."""
    return options


def worst_of(
    names: Sequence[str], losses: NDArray[np.float64], *, count: int = STARTUPS_CONSIDERED
) -> tuple[str, ...]:
    """The startups with the largest expected losses, from those of all in USD a year."""
    worst = np.argsort(-losses, kind="stable")[:count]
    return tuple(names[row] for row in worst.tolist() if losses[row] > 0)


def do_first(
    startups: Sequence[Startup],
    setting: Setting,
    *,
    count: int = 5,
    judgements: Judgements = NO_JUDGEMENTS,
    named: Named = as_they_are,
    decided: Collection[tuple[str, str]] = (),
) -> tuple[Action, ...]:
    """The ``count`` recommended options that remove most expected loss a year per one-off dollar.

    One action per use case, none for a dependency (startup and key) that is ``decided``.
    ``judgements`` are what analysts said of needs, options and models.
    The startups are found in the first worlds, and their figures are those of all. ``named`` gives
    the options of a startup the names that are shown.
    """
    few = replace(setting, count=min(setting.count, WORLDS_TO_FIND))
    found = _options(startups, few, judgements)
    likely = first_of(found, count=2 * count, decided=decided)
    names = {one.startup for one in likely}
    held = [one for one in startups if one.name in names]
    found = _options(held, setting, judgements)
    shown = {one.name: named(one, found[one.name]) for one in held}
    return first_of(shown, count=count, decided=decided)


def _options(
    startups: Sequence[Startup], setting: Setting, judgements: Judgements
) -> dict[str, tuple[Alternative, ...]]:
    """The options of each startup, by its name."""
    found = options_of_all(startups, setting, judgements=judgements, details=False)
    return {one.name: each for one, each in zip(startups, found, strict=True)}


def first_of(
    options: Mapping[str, Iterable[Alternative]],
    *,
    count: int = 5,
    decided: Collection[tuple[str, str]] = (),
) -> tuple[Action, ...]:
    """The same from options by startup that are known already."""
    actions: list[tuple[float, Action]] = []
    for startup, listed in options.items():
        for stay, best in _recommended(listed):
            if (startup, best.dependency_key) in decided:
                continue
            removed = stay.residual_aal_usd - best.residual_aal_usd
            action = Action(
                startup=startup,
                use_case=best.use_case,
                what=best.option,
                aal_removed_usd=removed,
                removed=None
                if best.removed is None
                else Interval(low=best.removed.low_usd, high=best.removed.high_usd),
                one_off_usd=best.one_off_usd,
                one_off=_range(best.one_off_low_usd, best.one_off_high_usd),
                dependency_key=best.dependency_key,
            )
            # The ratio of the two figures that readers see.
            actions.append((removed / max(best.one_off_usd, 1.0), action))
    actions.sort(key=lambda pair: -pair[0])
    first: dict[tuple[str, str], Action] = {}
    for _, action in actions:
        first.setdefault((action.startup, action.use_case), action)
    return tuple(first.values())[:count]


def _range(low: float | None, high: float | None) -> Interval | None:
    return None if low is None or high is None else Interval(low=low, high=high)


def _recommended(options: Iterable[Alternative]) -> Iterable[tuple[Alternative, Alternative]]:
    """Pairs of staying and the recommended other option, one pair per dependency."""
    by_key: dict[str, list[Alternative]] = {}
    for one in options:
        by_key.setdefault(one.dependency_key, []).append(one)
    for group in by_key.values():
        stay = next(one for one in group if one.option_class is OptionClass.STAY)
        best = next((one for one in group if one.recommended), stay)
        if best is not stay and best.residual_aal_usd < stay.residual_aal_usd:
            yield stay, best
