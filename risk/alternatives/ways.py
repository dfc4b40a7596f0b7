"""Ways for one startup to be safer: the best options across all of its dependencies.

An option is worth what it takes off cost and loss together against staying (docs/method.md §6). Of
one dependency each kind of option is told once. Where a model ends, what replaces it comes first,
whatever it costs: staying is no choice there.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from risk.alternatives.ranking import objective, yearly_loss
from risk.alternatives.results import Alternative, OptionClass
from risk.assumptions import Assumptions

#: Ways that are told first.
FIRST = 3


@dataclass(frozen=True, kw_only=True)
class Way:
    """An option against staying as today.

    ``gain_usd`` is what it takes off extra cost and loss together, USD a year; negative where it
    costs more than it saves. ``must``: staying ends with today's model.
    """

    option: Alternative
    stay: Alternative
    gain_usd: float

    @property
    def must(self) -> bool:
        """True where staying ends with today's model."""
        return self.stay.last_day is not None

    @property
    def extra_run_usd(self) -> float | None:
        """What it costs to run beyond today, USD a year; None where either is unknown."""
        run, today = self.option.run_usd_per_year, self.stay.run_usd_per_year
        return None if run is None or today is None else run - today


def ways_to_be_safer(
    options: Sequence[Alternative], assumptions: Assumptions, *, most: int = FIRST
) -> tuple[Way, ...]:
    """The best ways first, at most ``most``: what must be replaced, then what is worth most.

    Without any that is worth its cost, those that remove most loss are told all the same.
    """
    found = [way for each in _by_dependency(options) for way in _of_dependency(each, assumptions)]
    musts = [one for one in found if one.must and one.option.recommended]
    others = [one for one in found if not one.must]
    paying = [one for one in others if one.gain_usd > 0]
    rest = paying or others if not musts else paying
    return (
        *sorted(musts, key=_soonest),
        *sorted(rest, key=lambda one: -one.gain_usd),
    )[:most]


def _soonest(one: Way) -> tuple[int, float]:
    ends = one.stay.last_day
    return (ends.days_left if ends is not None else 0), -one.gain_usd


def _by_dependency(options: Iterable[Alternative]) -> Iterable[Sequence[Alternative]]:
    found: dict[tuple[str, str], list[Alternative]] = {}
    for one in options:
        found.setdefault((one.use_case, one.dependency_key), []).append(one)
    return found.values()


def _of_dependency(options: Sequence[Alternative], assumptions: Assumptions) -> Iterator[Way]:
    """Every kind of option that loses less than staying, the best one of each."""
    stay = next((one for one in options if one.option_class is OptionClass.STAY), None)
    if stay is None:
        return
    ends, today = stay.last_day is not None, objective(stay, stay, assumptions)
    told: set[OptionClass] = set()
    for one in sorted(options, key=lambda one: objective(one, stay, assumptions)):
        safer = yearly_loss(one, assumptions) < yearly_loss(stay, assumptions)
        if one is stay or not one.allowed or one.option_class in told or not (safer or ends):
            continue
        if ends and not one.recommended:
            continue
        told.add(one.option_class)
        yield Way(option=one, stay=stay, gain_usd=today - objective(one, stay, assumptions))
