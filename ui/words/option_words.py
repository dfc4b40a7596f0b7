"""Words and choices about the options of a dependency."""

import re
from collections.abc import Iterable

from risk.alternatives.results import Alternative, Comparison, OptionClass
from risk.catalog.records import UNSPECIFIED
from risk.inventory.records import Dependency, Startup, UseCase
from risk.portfolio.results import Interval
from ui import wording

_ISO_DATE = re.compile(r"\b\d{4}-\d\d-\d\d\b")


def use_cases_with_options(startup: Startup, options: Iterable[Alternative]) -> list[str]:
    """Return the use cases that have options, in the order of the register."""
    named = {one.use_case for one in options}
    return [one.name for one in startup.use_cases if one.name in named]


def dependency_of(use_case: UseCase, key: str) -> Dependency | None:
    """Return the dependency with this key, or None."""
    return next((one for one in use_case.dependencies if one.key == key), None)


def uses(dependency: Dependency) -> str:
    """Return what a dependency uses: ``gpt-5.4 of OpenAI at Microsoft Azure``."""
    host = wording.provider(dependency.host or dependency.developer)
    if dependency.developer in (None, UNSPECIFIED):
        return f"{dependency.model or 'A model that nobody named'}, served by {host}"
    model = dependency.model or dependency.product or "An unnamed model"
    return f"{model} of {wording.provider(dependency.developer)}, served by {host}"


def recommended(options: Iterable[Alternative]) -> Alternative | None:
    """Return the recommended option, or None if none can be recommended."""
    return next((one for one in options if one.recommended), None)


def runner_up(options: Iterable[Alternative]) -> Alternative | None:
    """Return the second-best option, or None."""
    return next((one for one in options if one.runner_up), None)


def stay(options: Iterable[Alternative]) -> Alternative | None:
    """Return the option to change nothing, or None."""
    return next((one for one in options if one.option_class is OptionClass.STAY), None)


def possible(options: Iterable[Alternative]) -> tuple[Alternative, ...]:
    """Return the options that nothing rules out, staying first, then the least loss."""
    kept = (one for one in options if not one.excluded)
    return tuple(sorted(kept, key=_stay_then_safest))


def serving(options: Iterable[Alternative]) -> tuple[Alternative, ...]:
    """Return the possible options that can serve at all: a contract keeps nothing up by itself."""
    return tuple(one for one in possible(options) if one.option_class is not OptionClass.CONTRACT)


def ruled_out(options: Iterable[Alternative]) -> list[str]:
    """Return a sentence for every option that is ruled out, with all of its reasons."""
    return [f"{one.option}: {dated('; '.join(one.excluded))}." for one in options if one.excluded]


def dated(text: str) -> str:
    """Return a sentence of the model with its dates as they are written on every page."""
    return _ISO_DATE.sub(lambda found: wording.day(found[0]), text)


def ordered(options: Iterable[Alternative]) -> tuple[Alternative, ...]:
    """Return every option: recommended, runner-up, staying, possible ones, excluded ones."""
    return tuple(sorted(options, key=_best_first))


def _stay_then_safest(one: Alternative) -> tuple[bool, float]:
    return one.option_class is not OptionClass.STAY, one.residual_aal_usd


def _best_first(one: Alternative) -> tuple[bool, bool, bool, bool, float]:
    return (
        not one.recommended,
        not one.runner_up,
        one.option_class is not OptionClass.STAY,
        bool(one.excluded),
        one.residual_aal_usd,
    )


def verdict(one: Alternative) -> str:
    """Return in a word or two what the ranking says."""
    if one.recommended:
        return "Recommended"
    if one.excluded:
        return "Excluded"
    if one.runner_up:
        return "Runner-up"
    if one.run_usd_per_year is None:
        return "Price unknown"
    return "Possible" if one.pareto else "Beaten by another"


def why_not_or_ask(one: Alternative) -> str:
    """Return what rules the option out, then what nobody has said yet."""
    parts = []
    if one.excluded:
        parts.append(f"Excluded: {'; '.join(one.excluded)}")
    if one.ask:
        parts.append(f"Ask: {'; '.join(one.ask)}")
    return dated(". ".join(parts)) or "–"


def cost_sentence(one: Alternative) -> str:
    """Return what an option costs once with its range, and with whom it is shared."""
    low, high = one.one_off_low_usd, one.one_off_high_usd
    found = f"{wording.money(one.one_off_usd)} once"
    if low is not None and high is not None:
        found += f" ({wording.money_range(Interval(low=low, high=high))}, 10 to 90 %)"
    if one.shared_by > 1 and one.alone_usd is not None:
        found += (
            f": {one.shared_by} use cases of the startup share it; for this one alone "
            f"{wording.money(one.alone_usd)}"
        )
    return f"{found}."


def alike_sentence(one: Comparison) -> str:
    """Return how alike the model takes them to be, and on whose word."""
    figure = f"Taken to be {one.alike:.2g} alike (1: the same)"
    if one.decided_by:
        return f"{figure}, judged by {one.decided_by}: {one.reason}."
    if one.likeness is None or one.level is None:
        return f"{figure}."
    factor = one.likeness.factor
    by_facts = (
        "as unlike as a typical one of its kind"
        if factor == 1
        else f"{factor:.2g} times as unlike as a typical one of its kind, by what it lacks"
    )
    return (
        f"{figure}: {by_facts} ({wording.figure(one.level)} alike, judgement). Voters' preferences "
        "are not your task; only an evaluation on the use case says how good the answers are."
    )
