"""Rows of the alternatives: every option with its verdict, cost, effort and what it leaves."""

import re
from collections.abc import Iterable, Sequence

import pandas as pd
import streamlit as st

from risk.alternatives.results import Alternative, Comparison, OptionClass, Verdict
from risk.catalog.falters import FalterKind
from risk.catalog.records import UNSPECIFIED
from risk.inventory.records import CapacityClass, Dependency, Startup, UseCase
from risk.portfolio.results import Interval
from ui import wording


def use_cases_with_options(startup: Startup, options: Iterable[Alternative]) -> list[str]:
    """Return the use cases that have options, in the order of the register."""
    named = {one.use_case for one in options}
    return [one.name for one in startup.use_cases if one.name in named]


def dependency_of(use_case: UseCase, key: str) -> Dependency | None:
    """Return the dependency with this key, or None."""
    return next((one for one in use_case.dependencies if one.key == key), None)


def stands_on(dependency: Dependency) -> str:
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


_ISO_DATE = re.compile(r"\b\d{4}-\d\d-\d\d\b")


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


def option_table(options: Sequence[Alternative]) -> pd.DataFrame:
    """Return a row per option in the given order."""
    base = stay(options)
    return pd.DataFrame(
        {
            "Option": [one.option for one in options],
            "Verdict": [verdict(one) for one in options],
            "Kind of change": [wording.sentence_case(one.option_class.value) for one in options],
            "Loss that remains a year": [one.residual_aal_usd for one in options],
            "Loss removed a year": [_removed(one, base) for one in options],
            "Removed, 10 to 90 %": [removed_range(one) for one in options],
            "Worst 5 % of years": [one.residual_tvar95_usd for one in options],
            "Once": [one.one_off_usd for one in options],
            "Running a year": [one.run_usd_per_year for one in options],
            "Engineer weeks": [one.weeks for one in options],
            "Days until it works": [one.switch_days for one in options],
            "When all must move": [in_a_rush(one) for one in options],
            "What would flip it": [one.flips_if or "–" for one in options],
            "Why not, or what to ask": [why_not_or_ask(one) for one in options],
        }
    )


def _removed(one: Alternative, base: Alternative | None) -> float | None:
    return None if base is None else base.residual_aal_usd - one.residual_aal_usd


def removed_range(one: Alternative) -> str:
    """Return what an option removes with its range: ``$80 k ($20 k to $340 k)``."""
    if one.removed is None or one.option_class is OptionClass.STAY:
        return "–"
    found = one.removed
    between = wording.money_range(Interval(low=found.low_usd, high=found.high_usd))
    return f"{wording.money(found.median_usd)} ({between})"


def why_not_or_ask(one: Alternative) -> str:
    """Return what rules the option out, then what nobody has said yet."""
    parts = []
    if one.excluded:
        parts.append(f"Excluded: {'; '.join(one.excluded)}")
    if one.ask:
        parts.append(f"Ask: {'; '.join(one.ask)}")
    return dated(". ".join(parts)) or "–"


def in_a_rush(one: Alternative) -> str:
    """Return whose capacity the option needs if today's developer ends, and in which turn."""
    if one.option_class is OptionClass.SELF_HOST:
        return "Needs nobody's capacity"
    if one.needs_capacity_of is None:
        return "Newcomer wherever there is room"
    where = wording.provider(one.needs_capacity_of)
    return {
        CapacityClass.RESERVED: f"Served first at {where}: reserved",
        CapacityClass.CUSTOMER: f"Customer of {where}, before newcomers",
        CapacityClass.NEW: f"Newcomer at {where}, served last",
    }[one.capacity]


def check_table(one: Alternative) -> pd.DataFrame:
    """Return a row per hard filter: what is unmet first, then what is asked, then what is met."""
    order = list(_VERDICTS)
    checks = sorted(one.checks, key=lambda each: order.index(each.verdict))
    return pd.DataFrame(
        {
            "Must have": [wording.sentence_case(each.criterion.value) for each in checks],
            "Verdict": [_VERDICTS[each.verdict] for each in checks],
            "Why": [
                dated(f"{each.reason} ({each.decided_by})" if each.decided_by else each.reason)
                for each in checks
            ],
        }
    )


_VERDICTS = {Verdict.UNMET: "No", Verdict.ASK: "Ask", Verdict.MET: "Yes"}


def comparison_table(one: Comparison) -> pd.DataFrame:
    """Return the two models side by side, by the facts that ship."""
    rows = [(name, dated(today), dated(option)) for name, today, option in one.rows]
    return pd.DataFrame(rows, columns=["", "Today", "Option"])


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


def option_columns() -> dict[str, object]:
    """Return Streamlit's column configuration for :func:`option_table`."""
    column = st.column_config
    return {
        "Option": column.TextColumn(pinned=True, width=190),
        "Verdict": column.TextColumn(width=130),
        "Kind of change": column.TextColumn(width=230),
        "Loss that remains a year": _usd("Expected, from this use case."),
        "Loss removed a year": _usd("Against staying: the mean, for adding up."),
        "Removed, 10 to 90 %": column.TextColumn(
            width=190, help="Median and range over all worlds, each compared with staying in it."
        ),
        "Worst 5 % of years": _usd("Average loss in them."),
        "Once": _usd("Engineering, evaluation, redoing data."),
        "Running a year": _usd("At today's volume; staying is today's spend."),
        "Engineer weeks": column.NumberColumn(format="%.1f", width=125),
        "Days until it works": column.NumberColumn(format="%.0f", width=140),
        "When all must move": column.TextColumn(width=250),
        "What would flip it": column.TextColumn(width="large"),
        "Why not, or what to ask": column.TextColumn(width="large"),
    }


def _usd(meaning: str) -> object:
    return st.column_config.NumberColumn(format="$%,d", width=150, help=meaning)


def option_download(options: Sequence[Alternative]) -> pd.DataFrame:
    """Return the same rows with plain figures and the coverage by falter kind."""
    rows = [
        {
            "use_case": one.use_case,
            "option": one.option,
            "class": one.option_class.value,
            "developer": one.developer,
            "host": one.host,
            "model": one.model,
            "verdict": verdict(one),
            "excluded": "; ".join(one.excluded),
            "ask": "; ".join(one.ask),
            **{f"covers_{kind.value}": one.covers.get(kind) for kind in FalterKind},
            "weeks": one.weeks,
            "days_until_it_works": one.switch_days,
            "capacity": one.capacity.value,
            "one_off_usd": one.one_off_usd,
            "run_usd_per_year": one.run_usd_per_year,
            "residual_expected_loss_usd": one.residual_aal_usd,
            "residual_tail_value_at_risk_95_usd": one.residual_tvar95_usd,
            "removed_median_usd": one.removed.median_usd if one.removed else None,
            "removed_low_usd": one.removed.low_usd if one.removed else None,
            "removed_high_usd": one.removed.high_usd if one.removed else None,
            "flips_if": one.flips_if,
        }
        for one in options
    ]
    return pd.DataFrame(rows)
