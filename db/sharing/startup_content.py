"""Content of a link to one startup: its answer, what it uses, and the facts to be checked.

Nothing of other startups is in it, nor what is the fund's own: notes, what it invested, and the
files that facts were read from.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any

import numpy as np

from db.register.columns import model_field
from db.sharing.content import Showing, about, loss_by_kind, narrowing, startup_row
from db.sharing.formats import Content
from db.sharing.naming import THIS_STARTUP, Names
from db.sharing.presets import Preset
from risk.alternatives.results import Alternative, OptionClass
from risk.alternatives.ways import Way
from risk.catalog.records import Answer
from risk.inventory.records import Dependency, Startup, UseCase
from risk.portfolio.deadlines import Deadline
from risk.portfolio.fields import records
from risk.portfolio.results import NO_BAND, PortfolioAssessment, StartupAssessment
from risk.portfolio.startups import assessed_of
from risk.scenarios.lead_end import LeadEnd

#: Texts about a startup, and its figures, from which its size could be told.
_TEXTS = ("website", "sector", "country", "stage")
_FIGURES = (
    *("annual_revenue_usd", "gross_margin", "ai_revenue_share"),
    *("cash_usd", "monthly_burn_usd", "engineers"),
)
STARTUP_FACTS = (*_TEXTS, *_FIGURES)
FACTS_OF_A_DEPENDENCY = (
    "region share spend_usd_per_month depth fallback fallback_provider_text fallback_tested_on"
    " exit_plan switch_begun notice_days provider_notice_days contract_start contract_end renewal"
    " contract governing_law promised_availability"
).split()
#: Facts of a use case, told with the first of its dependencies.
FACTS_OF_A_USE_CASE = ("criticality", "requirement", "use_case_revenue_share", "buffer_hours")
_MONEY_OF_A_DEPENDENCY = frozenset({"spend_usd_per_month", "use_case_revenue_share"})
#: Beside texts, what means nothing once it is rounded.
_TEXTS_OF_A_DEPENDENCY = frozenset(
    {"region", "fallback_provider_text", "contract", "governing_law", "promised_availability"}
)


@dataclass(frozen=True, kw_only=True)
class Answered:
    """One startup with everything that is known of it; ``alone`` is its answer without others.

    ``options`` and ``ways``, the best of them, are in the names of the link. ``end`` is what the
    end of its lead developer would do, ``ends`` the last days of its models.
    """

    startup: Startup
    alone: PortfolioAssessment
    options: Sequence[Alternative]
    end: LeadEnd | None = None
    ends: Sequence[Deadline] = ()
    ways: Sequence[Way] = ()


def startup_content(answered: Answered, showing: Showing) -> tuple[Content, list[str]]:
    """Return what a link to one startup shows, and the keys of the dependencies it lists."""
    startup, preset, names = answered.startup, showing.preset, showing.names
    assessed = assessed_of(answered.alone)
    (one,), (known,) = assessed, records(assessed.table, np.array([0]))
    content: Content = {
        **about(answered.alone, showing),
        "scope": "startup",
        "startup": startup.name if names.are_real else THIS_STARTUP,
        "answer": startup_row(known, showing, worst_years="tvar95_usd"),
    }
    if preset.has_money:
        content["loss_by_kind"] = loss_by_kind(one.kinds, showing)
        roots = ((names.provider(part.root), part.aal_usd) for part in one.kinds)
        content["loss_by_root"] = showing.pairs(roots)
        content["narrow_most"] = narrowing(known["narrow_most"], preset)
        content["lead_end"] = _lead_end(answered.end, one, showing)
    if preset is Preset.OUTLINE:
        return content, []
    content["facts"] = _facts(startup, preset)
    if preset is Preset.EVERYTHING:
        content["unknown"] = list(known["unknown"])
    listed = list(_language_models(startup))
    cases = names.use_cases(startup)
    told: set[str] = set()
    content["dependencies"] = [
        {
            "use_case": cases[case.name],
            **_dependency(dependency, preset, names),
            **_first(case, told, preset),
        }
        for case, dependency in listed
    ]
    content["options"] = list(_options(answered, showing))
    content["deadlines"] = [_ending(one, cases, names) for one in answered.ends]
    if preset.has_money:
        content["ways"] = [_way(one, showing) for one in answered.ways]
    return content, [dependency.key for _, dependency in listed]


def _lead_end(end: LeadEnd | None, answer: StartupAssessment, showing: Showing) -> Content | None:
    """What the end of its lead developer would do; of one little known only how bad it may be."""
    if end is None:
        return None
    hit, is_told = end.hit, answer.band != NO_BAND
    told = {
        "days_down": hit.lost_service_days,
        "loss_median_usd": hit.loss_median_usd,
        "loss_low_usd": hit.loss_low_usd,
    }
    return {
        "developer": showing.names.provider(end.developer),
        **showing.figures(
            {
                "chance": end.chance,
                "reaches": hit.hit_probability,
                **{name: value if is_told else None for name, value in told.items()},
                "loss_high_usd": hit.loss_high_usd,
                "runway_months_before": hit.runway_months.before,
                "runway_months_after": hit.runway_months.after,
            }
        ),
    }


def _ending(one: Deadline, cases: Mapping[str, str], names: Names) -> Content:
    """The last day of a model, and by when leaving it must begin."""
    return {
        "use_case": cases.get(one.use_case),
        "model": names.known(one.model),
        "ends_on": one.ends_on.isoformat(),
        "days_to_switch": round(one.days_to_switch),
        "replacement": names.known(one.replacement),
        "start_by": one.start_by.isoformat(),
        "days_late": max(1, round(-one.slack_days)) if one.late else None,
        "begun": one.begun,
    }


def _way(one: Way, showing: Showing) -> Content:
    """An option that makes it safer, with its price and what it leaves."""
    option, left = one.option, one.option.left
    return {
        "use_case": option.use_case,
        "option": option.option,
        "class": option.option_class.value,
        "must": one.must,
        **showing.figures(
            {
                "one_off_usd": option.one_off_usd,
                "one_off_low_usd": option.one_off_low_usd,
                "one_off_high_usd": option.one_off_high_usd,
                "extra_run_usd": one.extra_run_usd,
                "loss_today_usd": one.stay.usual_loss_usd,
                "loss_left_usd": option.usual_loss_usd,
                "loss_left_low_usd": left.low_usd if left else None,
                "loss_left_high_usd": left.high_usd if left else None,
            }
        ),
    }


def _facts(startup: Startup, preset: Preset) -> Content:
    """Return the register's facts by field; None is unknown."""
    fields = (_TEXTS if preset.has_names else ()) + (_FIGURES if preset.has_money else ())
    return {name: _shown(getattr(startup, name), preset) for name in fields}


def _language_models(startup: Startup) -> Iterator[tuple[UseCase, Dependency]]:
    """Yield what is or may be a language model, in a fixed order."""
    for case in startup.use_cases:
        for dependency in case.dependencies:
            if dependency.answer is not Answer.NO:
                yield case, dependency


def _hidden(preset: Preset) -> frozenset[str]:
    texts = frozenset() if preset.has_names else _TEXTS_OF_A_DEPENDENCY
    return texts if preset.has_money else texts | _MONEY_OF_A_DEPENDENCY


def _first(case: UseCase, told: set[str], preset: Preset) -> Content:
    """The facts of a use case where it was not ``told`` yet."""
    if case.name in told:
        return {}
    told.add(case.name)
    return {
        name: _shown(getattr(case, model_field(name)), preset)
        for name in FACTS_OF_A_USE_CASE
        if name not in _hidden(preset)
    }


def _dependency(dependency: Dependency, preset: Preset, names: Names) -> Content:
    hidden = _hidden(preset)
    return {
        "answer": dependency.answer.value,
        "provider_text": dependency.provider_text if names.are_real else names.written(dependency),
        "developer": names.known(dependency.developer),
        "host": names.known(dependency.host),
        "model": names.known(dependency.model),
        **{
            name: _shown(getattr(dependency, name), preset)
            for name in FACTS_OF_A_DEPENDENCY
            if name not in hidden
        },
    }


def _shown(value: Any, preset: Preset) -> Any:
    return preset.figure(value) if isinstance(value, float | int) else plain(value)


def _options(answered: Answered, showing: Showing) -> Iterator[Content]:
    """Yield what is recommended for each dependency; without money not what it costs or saves."""
    written = {one.key: showing.names.written(one) for _, one in _language_models(answered.startup)}
    today = {
        one.dependency_key: one.residual_aal_usd
        for one in answered.options
        if one.option_class is OptionClass.STAY
    }
    for one in answered.options:
        if not one.recommended:
            continue
        found: Content = {
            "use_case": one.use_case,
            "instead_of": written.get(one.dependency_key),
            "option": one.option,
            "stay": one.option_class is OptionClass.STAY,
        }
        if showing.preset.has_money:
            figures = {
                "weeks": one.weeks,
                "one_off_usd": one.one_off_usd,
                "aal_today_usd": today.get(one.dependency_key),
                "aal_left_usd": one.residual_aal_usd,
            }
            found |= showing.figures(figures)
        yield found


def plain(value: Any) -> Any:
    """Return a fact as JSON knows it: closed lists by their value, days as ISO text."""
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value
