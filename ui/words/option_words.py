"""Words and choices about the options of a dependency."""

import re
from collections.abc import Iterable, Sequence

from risk.alternatives.judgements import subject_of
from risk.alternatives.results import (
    Alternative,
    Comparison,
    Criterion,
    NotCovered,
    OptionClass,
    WhyNotCovered,
)
from risk.alternatives.use_cases import STATED
from risk.catalog.failure_kinds import PERMANENT_KINDS, FailureKind
from risk.catalog.records import UNSPECIFIED, Task
from risk.hazard.provider_record import ProviderRecord
from risk.inventory.records import Dependency, Startup, UseCase
from risk.portfolio.results import Interval
from ui import wording

#: Where nothing ends and nothing can be recommended: what is so, and what to do.
NO_OPTION = (
    "No option can be recommended.",
    "Every other option is excluded or has no known price; the table says why.",
)
#: Best in fewer worlds than this, the choice is open.
HALF = 0.5
#: What stands beside every figure of voters.
NOT_YOUR_TASK = "preference of voters, not your task"
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
    """Return the options that nothing rules out, staying first, then the least loss.

    Staying is what the others are compared with, also where it ends.
    """
    kept = (one for one in options if one.option_class is OptionClass.STAY or not one.excluded)
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
    if one.option_class is OptionClass.STAY and one.last_day is not None:
        return "Ended" if one.last_day.days_left < 0 else "Ends"
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
            f": {one.shared_by} use cases of the company share it; for this one alone "
            f"{wording.money(one.alone_usd)}"
        )
    return f"{found}."


def subject(one: Alternative, criterion: Criterion) -> str:
    """Return what an answer is kept under: the option, or today's model if it is about its end."""
    changed = one.changed
    if criterion is not Criterion.LAST_DAY or changed is None:
        return one.subject
    # What keeps today's model names it.
    return subject_of(changed.model, changed.host)


#: Options that leave today's model or host.
_MOVES = (
    OptionClass.OTHER_HOST,
    OptionClass.OTHER_MODEL,
    OptionClass.OTHER_DEVELOPER,
    OptionClass.SELF_HOST,
)


def as_action(one: Alternative) -> str:
    """Return an option as what to do: ``Move to Gemini 3 Pro at Google``."""
    return action_words(one.option, one.option_class)


def action_words(option: str, kind: OptionClass) -> str:
    """Return the same of an option's title and kind."""
    if kind not in _MOVES:
        return option
    return f"Move to {f'the same {option[5:]}' if option.startswith('Same ') else option}"


def headline(options: Sequence[Alternative]) -> str:
    """Return the recommendation in a sentence: what, by when, what it costs and what it removes.

    ``Move report drafting to Gemini 3 Pro at Google before 2 Dec 2026: $300k once, removes $180k a
    year``.
    """
    best, base = recommended(options), stay(options)
    if not options:
        return "Alternatives"
    case = wording.brief(options[0].use_case)
    if best is None:
        return f"No option can be recommended for {case}"
    if best.option_class is OptionClass.STAY:
        return f"Stay as today in {case}: no option saves more than it costs"
    what = as_action(best).replace("Move to", f"Move {case} to", 1)
    if best.option_class not in _MOVES:
        what += f" for {case}" if best.option_class is OptionClass.GATEWAY else f", for {case}"
    ends = base.last_day if base is not None else None
    if ends is not None:
        ahead = ends.days_left >= 0
        what += f" before {wording.day(ends.day)}" if ahead else f": {ends.model} has ended"
    removes = best.removed.median_usd if best.removed is not None else None
    if removes is None and base is not None:
        removes = base.residual_aal_usd - best.residual_aal_usd
    once = wording.money(best.one_off_usd)
    return f"{what}: {once} once, removes {wording.money(removes)} a year"


def compared(options: Sequence[Alternative], most: int = 3) -> tuple[Alternative, ...]:
    """Return the options to look at first: recommended, runner-up and staying; else the best."""
    base = stay(options)
    first = [one for one in ordered(options) if one is base or not one.excluded]
    kept = first[:most]
    if base is not None and base not in kept:
        kept = [*kept[: most - 1], base]
    return tuple(kept)


def advice(options: Sequence[Alternative]) -> list[str]:
    """Return what stands below the headline: by when to start, how sure it is, what flips it."""
    best, second, base = recommended(options), runner_up(options), stay(options)
    said = []
    if base is not None and base.last_day is not None:
        said.append(f"{dated('; '.join(base.excluded))}.")
        if best is None:
            return [*said, _nothing_left(base)]
    if best is None:
        return list(NO_OPTION)
    if begin := start_by(best):
        said.append(begin)
    known = [how_sure(options), f"Runner-up: {second.option}." if second is not None else ""]
    if sure := " ".join(filter(None, known)):
        said.append(sure)
    if best.flips_if:
        said.append(f"{best.flips_if}.")
    return said


def _nothing_left(base: Alternative) -> str:
    """Say what to do where staying ends and no option that leaves can be taken."""
    provider = wording.provider(base.host or base.developer)
    return (
        f"No option that is left can be recommended. Ask {provider} for a longer life of the "
        "model, or look at the reasons below: what is asked can be answered, and what is wrong "
        "corrected."
    )


def start_by(one: Alternative) -> str:
    """Say by when a replacement must start, and how late that is; empty where nothing ends."""
    ends = one.last_day
    if ends is None or ends.start_by is None:
        return ""
    needs = f"{wording.days(one.switch_days)} until it works"
    started = ""
    if ends.begun is not None:
        started = " The move has begun." if ends.begun else " The move has not begun."
    if not ends.days_late:
        return f"Start by {wording.day(ends.start_by)}: {needs}.{started}"
    return (
        f"Start now: the day to start was {wording.day(ends.start_by)}. With {needs}, who starts "
        f"today is {wording.counted(ends.days_late, 'day')} too late.{started}"
    )


def how_sure(options: Sequence[Alternative]) -> str:
    """Say in how many worlds the recommended option is best; empty where nobody counted.

    Beside it stands what is best most often of the others.
    """
    best = recommended(options)
    if best is None or best.best_in is None:
        return ""
    others = [one for one in options if one is not best and one.best_in]
    said = f"Best in {100 * best.best_in:.0f} of 100 worlds"
    if others:
        other = max(others, key=lambda one: one.best_in or 0.0)
        said += f"; {_called(other)} in {100 * (other.best_in or 0.0):.0f}"
    if best.best_in < HALF:
        said += ". The choice is open: best by the mean, yet not in half of the worlds"
    return f"{said}."


def _called(one: Alternative) -> str:
    if one.runner_up:
        return "the runner-up"
    return "doing nothing" if one.option_class is OptionClass.STAY else one.option


def record(one: Alternative) -> str:
    """Say what is recorded of the past of who would do the work, provider by provider."""
    if not one.records:
        return "Run by oneself: no provider's past"
    return "; ".join(map(_past, one.records))


def _past(one: ProviderRecord) -> str:
    name = wording.provider(one.provider)
    if one.is_empty:
        return f"{name}: no record, which says nothing"
    parts = []
    if one.documented and one.last is not None:
        what = wording.counted(one.documented, "documented disruption")
        last = f"{wording.day(one.last.day)} ({wording.disruption(one.last.kind).lower()})"
        parts.append(f"{what} since {one.since:%b %Y}, last {last}")
    if one.incidents is not None:
        parts.append(f"{wording.counted(one.incidents, 'incident')} imported of the last year")
    if one.availability is not None:
        parts.append(
            f"{wording.availability(one.availability)} available ({one.service}, study to "
            f"{one.published:%b %Y})"
        )
    return f"{name}: {', '.join(parts)}"


def alike_sentence(one: Comparison) -> str:
    """Return how alike the model takes them to be, and on whose word."""
    figure = f"Taken to be {one.alike:.2g} alike (1: the same)"
    if one.between is not None:
        low, high = one.between
        figure = f"Taken to be {one.alike:.2g} alike ({low:.2g} to {high:.2g}; 1: the same)"
    if one.evaluation is not None:
        return f"{figure}, by an evaluation of its own: {evaluated(one)}."
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
        f"{figure}: {by_facts} ({wording.figure(one.level)} alike, judgement). "
        f"{preference_sentence(one)} Voters' preferences are not your task; only an evaluation on "
        "the use case says how good the answers are."
    )


def evaluated(one: Comparison) -> str:
    """Return a startup's own evaluation: scores, cases, set, day and age, and who ran it."""
    own = one.evaluation
    if own is None:
        return ""
    age = f", {wording.days(one.evaluated_days_ago)} ago" if one.evaluated_days_ago else ""
    return (
        f"{wording.percent(own.other)} against {wording.percent(own.today)} on "
        f"{wording.number(own.cases)} cases of “{own.name}”, {wording.day(own.held_on)}{age}, run "
        f"by {own.by}"
    )


def preference_sentence(one: Comparison) -> str:
    """Return at which ratings of voters the two models are compared, and why at those."""
    counted = one.likeness.distance.counted if one.likeness else None
    work = one.work
    wanted = [each for each in work.tasks if each is not Task.OVERALL] if work else []
    if counted is None:
        return "Voters did not rate both models, so that their part counts as usual."
    if work is None or not wanted:
        return (
            "Nothing says which kind of work this is, so that the overall ratings of voters count; "
            "state its task or its language to change that."
        )
    if counted.task is Task.OVERALL:
        return (
            f"Voters did not rate both models at {wording.listed(wanted)}, so that their overall "
            "ratings count."
        )
    why = work.by(counted.task)
    because = "as was stated" if why == STATED else f"as “{why}” in the use case's name suggests"
    return f"The ratings of voters at {counted.task} count, {because}."


#: Disruptions as they are told in a sentence about one provider, the gravest first.
_NOT_COVERED = {
    FailureKind.WIND_DOWN: "its end",
    FailureKind.ACQUISITION: "a takeover",
    FailureKind.MODEL_RETIREMENT: "withdrawal everywhere",
    FailureKind.ACCESS_CUT: "being cut off",
    FailureKind.PRICE_SHOCK: "a price rise",
    FailureKind.REGIONAL_BLOCK: "blocks of a region",
    FailureKind.OUTAGE: "outages",
    FailureKind.DEGRADED: "slow service",
}
_WHY = {
    WhyNotCovered.SAME_ENDPOINT: "same model at the same place",
    WhyNotCovered.SAME_DEVELOPER: "same developer",
    WhyNotCovered.SAME_HOST: "same host",
    WhyNotCovered.SAME_MODEL: "same model",
    WhyNotCovered.BEHIND_BOTH: "behind both",
}


def not_covered(one: Alternative) -> str | None:
    """Return in a sentence through what an option does not serve; None where nothing reaches it.

    ``Does not cover, of OpenAI (same developer): its end, 10 % of outages.``
    """
    if not one.covers:
        return None
    if one.option_class is OptionClass.CONTRACT:
        return "Covers nothing: it keeps nothing up and gives time to leave."
    if one.option_class is OptionClass.STAY:
        return "Covers nothing: it adds nobody who could serve."
    if one.option_class is OptionClass.OTHER_HOST and one.developer in (None, UNSPECIFIED):
        return "Nobody named who develops the model: its end or withdrawal may take both down."
    if not one.not_covered:
        most = 1 - min(one.covers.values())
        if most == 0:
            return "Nothing that is known takes both down at once."
        share = wording.percent(max(most, 0.001))
        return f"At most {share} of any kind of disruption takes both down at once."
    groups: dict[tuple[str, WhyNotCovered], list[NotCovered]] = {}
    order = list(_NOT_COVERED)
    for each in sorted(one.not_covered, key=lambda each: order.index(each.kind)):
        groups.setdefault((each.root or "", each.why), []).append(each)
    said = [
        f"of {wording.provider(root)} ({_WHY[why]}): {wording.listed(map(_part, parts))}"
        for (root, why), parts in groups.items()
    ]
    return f"Does not cover, {'; '.join(said)}."


def _part(one: NotCovered) -> str:
    """Return one kind of disruption with how many of them, where some come back by themselves."""
    name = _NOT_COVERED[one.kind]
    if one.kind in PERMANENT_KINDS:
        return name
    if one.share >= 0.995:
        return f"all {name}"
    return (
        f"half of {name}"
        if round(one.share, 2) == 0.5
        else f"{wording.percent(one.share)} of {name}"
    )


def coverage_sentences(options: Iterable[Alternative], looked_at: str | None) -> list[str]:
    """Return what the recommended option and the one that is looked at do not cover."""
    shown = [one for one in options if one.recommended or one.option == looked_at]
    return [
        f"{one.option}: {said[0].lower()}{said[1:]}"
        for one in sorted(shown, key=_best_first)
        if (said := not_covered(one)) is not None
    ]
