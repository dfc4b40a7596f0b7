"""Content of a link to one startup: its answer, what it uses, and the facts to be checked.

Nothing of other startups is in it, nor what is the fund's own: notes, what it invested, and the
files that facts were read from.
"""

from collections.abc import Iterator, Sequence
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
from risk.catalog.records import Answer
from risk.inventory.records import Dependency, Startup, UseCase
from risk.portfolio.fields import records
from risk.portfolio.results import PortfolioAssessment
from risk.portfolio.startups import assessed_of

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

    ``options`` are in the names of the link.
    """

    startup: Startup
    alone: PortfolioAssessment
    options: Sequence[Alternative]


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
    return content, [dependency.key for _, dependency in listed]


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
