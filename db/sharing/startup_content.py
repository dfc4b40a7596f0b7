"""What a link to one startup shows: its answer, what it stands on, and the facts to be checked.

Nothing of other startups is in it, nor what is the fund's own: notes, what it invested, and the
files that facts were read from.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any

from db.sharing.content import Content, Left, Provenance, about, loss_by_kind, startup_row
from db.sharing.hidden_names import without_names
from db.sharing.redaction import Redaction
from risk.alternatives.results import Alternative, OptionClass
from risk.catalog.records import Answer
from risk.exposure.results import StartupAssessment
from risk.inventory.records import Dependency, Startup, UseCase
from risk.portfolio.results import PortfolioAssessment

ALIAS = "This startup"
STARTUP_FACTS = (
    "website sector country annual_revenue_usd gross_margin ai_revenue_share cash_usd"
    " monthly_burn_usd engineers"
).split()
#: What a fact would tell although something else is left out.
_TOLD_BY = {
    "website": Redaction.NAMES,
    "sector": Redaction.SECTOR,
    "cash_usd": Redaction.RUNWAY,
    "monthly_burn_usd": Redaction.RUNWAY,
}
_NAMES_OF_A_DEPENDENCY = ("provider_text", "developer", "host", "model")
FACTS_OF_A_DEPENDENCY = (
    "region share spend_usd_per_month depth fallback fallback_provider_text fallback_tested_on"
    " exit_plan notice_days renewal"
).split()


@dataclass(frozen=True, kw_only=True)
class Answered:
    """One startup with everything that is known of it."""

    startup: Startup
    assessment: StartupAssessment
    options: Sequence[Alternative]
    whole: PortfolioAssessment


def startup_content(
    answered: Answered, *, left_out: Left, provenance: Provenance, known: Iterable[str] = ()
) -> tuple[Content, list[str]]:
    """Return what a link to one startup shows, and the keys of the dependencies it lists.

    ``known`` are names of providers and models, which stay where the startup's own is left out.
    """
    startup, one = answered.startup, answered.assessment
    content = {
        **about(answered.whole, provenance, left_out),
        "scope": "startup",
        "startup": ALIAS if Redaction.NAMES in left_out else startup.name,
        "answer": startup_row(one, left_out),
    }
    if Redaction.WORST_YEARS not in left_out:
        content["answer"]["tvar95_usd"] = one.tvar95_usd
    if Redaction.EXPECTED_LOSS not in left_out:
        content["loss_by_kind"] = loss_by_kind([one])
        if Redaction.PROVIDERS not in left_out:
            content["loss_by_root"] = _loss_by_root(one)
    if Redaction.FACTS not in left_out:
        content["facts"] = _facts(startup, left_out)
        if not left_out & {Redaction.PROVIDERS, Redaction.NAMES, Redaction.RUNWAY}:
            content["unknown"] = list(one.unknown)
    if Redaction.PROVIDERS not in left_out:
        content["dependencies"] = [
            _dependency(case, dependency, left_out)
            for case, dependency in _language_models(startup)
        ]
        if Redaction.NEXT_ACTION not in left_out:
            content["options"] = list(_options(answered, left_out))
    if Redaction.NAMES in left_out:
        kept = [*known, startup.sector or ""]
        content = without_names(content, {startup.name: ALIAS}, kept)
    return content, [dependency.key for _, dependency in _language_models(startup)]


def _facts(startup: Startup, left_out: Left) -> Content:
    """The register's facts by field; None is unknown."""
    return {
        name: plain(getattr(startup, name))
        for name in STARTUP_FACTS
        if _TOLD_BY.get(name) not in left_out
    }


def _language_models(startup: Startup) -> Iterator[tuple[UseCase, Dependency]]:
    """Yield what is or may be a language model, in a fixed order."""
    for case in startup.use_cases:
        for dependency in case.dependencies:
            if dependency.answer is not Answer.NO:
                yield case, dependency


def _dependency(case: UseCase, dependency: Dependency, left_out: Left) -> Content:
    found: Content = {"use_case": case.name, "answer": dependency.answer.value}
    facts = FACTS_OF_A_DEPENDENCY if Redaction.FACTS not in left_out else []
    names = [*_NAMES_OF_A_DEPENDENCY, *facts]
    return found | {name: plain(getattr(dependency, name)) for name in names}


def _loss_by_root(one: StartupAssessment) -> list[list[Any]]:
    sums: dict[str, float] = defaultdict(float)
    for part in one.parts:
        sums[part.root] += part.aal_usd
    ordered = sorted(sums.items(), key=lambda pair: (-pair[1], pair[0]))
    return [[root, amount] for root, amount in ordered if amount > 0]


def _options(answered: Answered, left_out: Left) -> Iterator[Content]:
    texts = {
        dependency.key: dependency.provider_text
        for _, dependency in _language_models(answered.startup)
    }
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
            "instead_of": texts.get(one.dependency_key),
            "option": one.option,
            "stay": one.option_class is OptionClass.STAY,
            "weeks": one.weeks,
            "one_off_usd": one.one_off_usd,
        }
        if Redaction.EXPECTED_LOSS not in left_out:
            found["aal_today_usd"] = today.get(one.dependency_key)
            found["aal_left_usd"] = one.residual_aal_usd
        yield found


def plain(value: Any) -> Any:
    """Return a fact as JSON knows it: closed lists by their value, days as ISO text."""
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value
