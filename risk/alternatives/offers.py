"""What one dependency could do instead: its candidates with their checks, as changes and as terms.

docs/method.md §6. Many dependencies of a large portfolio are alike in everything that decides what
they are offered; their offers are made once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from risk.alternatives.candidates import candidates
from risk.alternatives.comparison import NOT_NAMED
from risk.alternatives.costs import price_ratio
from risk.alternatives.filters import Question, checks, reasons, subject
from risk.alternatives.judgements import NO_JUDGEMENTS, Decided, Judgements, Needs, needs_of
from risk.alternatives.results import Candidate, Check, Criterion, OptionClass, Verdict
from risk.alternatives.variants import Setting
from risk.hazard.supply_chain import Endpoint
from risk.inventory.records import CapacityClass, Dependency
from risk.loss.columns import DEPTHS, FALLBACKS, legal_code
from risk.loss.places import endpoint_for, fallback_endpoint


@dataclass(frozen=True, kw_only=True)
class Offer:
    """One candidate of a dependency, what the checks say of it, and its price over today's.

    ``endpoint`` and ``backup`` are where the changed dependency runs and falls back to. ``serves``
    is where the work is done when today's provider is down. ``ratio`` None: no price is known.
    """

    candidate: Candidate
    checks: tuple[Check, ...]
    subject: str
    ratio: float | None
    endpoint: Endpoint
    backup: Endpoint | None
    serves: Endpoint

    @property
    def excluded(self) -> tuple[str, ...]:
        """Why it cannot be taken."""
        return reasons(self.checks, Verdict.UNMET)

    @property
    def priced(self) -> bool:
        """Whether its running cost is known."""
        kind = self.candidate.option_class
        return self.ratio is not None or kind not in NEED_PRICE

    @property
    def allowed(self) -> bool:
        """Nothing rules it out and its running cost is known."""
        return self.priced and not self.excluded


#: Options whose running cost is today's times a ratio of prices.
NEED_PRICE = (
    OptionClass.OTHER_HOST,
    OptionClass.OTHER_MODEL,
    OptionClass.OTHER_DEVELOPER,
)


@dataclass(frozen=True, kw_only=True)
class Offers:
    """A dependency with what it is offered, staying first."""

    dependency: Dependency
    needs: Needs
    listed: tuple[Offer, ...]
    alike: tuple[Decided | None, ...]


@dataclass(frozen=True)
class OfferMaker:
    """Makes offers; dependencies that are alike share the search for candidates."""

    setting: Setting
    judgements: Judgements = NO_JUDGEMENTS

    def __post_init__(self) -> None:
        object.__setattr__(self, "_known", {})

    def of(self, startup: str, use_case: str, dependency: Dependency) -> Offers:
        """The offers of a dependency; the two names say what analysts' judgements apply."""
        said = self.judgements
        stated = said.needs.get((startup, use_case))
        answers = {
            (about, criterion): decided
            for (firm, case, about, criterion), decided in said.answers.items()
            if (firm, case) == (startup, use_case)
        }
        key = (_told(dependency), stated, tuple(answers.items()))
        known: dict[object, Offers] = self._known  # type: ignore[attr-defined] # set above
        if key not in known:
            known[key] = self._made(dependency, stated, answers)
        first = known[key]
        return first if first.dependency is dependency else _for(first, dependency)

    def _made(
        self,
        dependency: Dependency,
        stated: Needs | None,
        answers: Mapping[tuple[str, Criterion], Decided],
    ) -> Offers:
        setting = self.setting
        listed = candidates(
            dependency,
            catalog=setting.catalog,
            assumptions=setting.assumptions,
            today=setting.today,
        )
        alike = tuple(self._alike(one, dependency) for one in listed)
        needs, incumbent = needs_of(dependency, stated), listed[0].model
        mix = needs.input_per_output_tokens or setting.assumptions.input_per_output_tokens
        found = []
        for one, decided in zip(listed, alike, strict=True):
            if decided is not None:
                one = replace(one, substitutability=decided.value)
            question = Question(
                candidate=one,
                dependency=dependency,
                needs=needs,
                incumbent=incumbent,
                catalog=setting.catalog,
                today=setting.today,
            )
            about = subject(question)
            said = {each: value for (name, each), value in answers.items() if name == about}
            endpoint = endpoint_for(one.changed, setting.catalog)
            backup = fallback_endpoint(one.changed, setting.catalog)
            second = one.option_class in (OptionClass.GATEWAY, OptionClass.RESERVED)
            found.append(
                Offer(
                    candidate=one,
                    checks=checks(question, said),
                    subject=about,
                    ratio=price_ratio(one, incumbent, mix),
                    endpoint=endpoint,
                    backup=backup,
                    serves=backup if second and backup else endpoint,
                )
            )
        return Offers(dependency=dependency, needs=needs, listed=tuple(found), alike=alike)

    def _alike(self, one: Candidate, dependency: Dependency) -> Decided | None:
        """What an analyst decided of today's model and this option's."""
        other = one.model.name if one.model else ""
        return self.judgements.alike.get((dependency.model or NOT_NAMED, other))


#: What decides which offers there are.
TOLD = (
    *("answer", "provider_text", "developer", "host", "model", "product", "region", "depth"),
    *("fallback", "fallback_developer", "fallback_host", "fallback_provider_text"),
    *("fallback_capacity", "provider_notice_days", "escrow", "step_in", "data_residency"),
)
#: What an option may change.
SET = (
    *("developer", "host", "model", "product", "region", "depth", "fallback"),
    *("fallback_developer", "fallback_host", "fallback_provider_text", "fallback_capacity"),
    *("provider_notice_days", "escrow", "step_in"),
)
TESTED = ("fallback_tested_on", "fallback_hours")


def _told(dependency: Dependency) -> tuple[object, ...]:
    tested = tuple(getattr(dependency, name) is None for name in TESTED)
    return (*(getattr(dependency, name) for name in TOLD), tested)


def _for(offers: Offers, dependency: Dependency) -> Offers:
    """The offers of a dependency that is like the one they were made for."""
    listed = []
    for one in offers.listed:
        changed = one.candidate.changed
        facts: dict[str, Any] = {name: getattr(changed, name) for name in SET}
        facts |= {name: None for name in TESTED if getattr(changed, name) is None}
        made = replace(dependency, **facts)
        listed.append(replace(one, candidate=replace(one.candidate, changed=made)))
    return replace(offers, dependency=dependency, listed=tuple(listed))


def untried(before: Dependency, after: Dependency) -> bool:
    """True if what was tested of the fallback does not move along."""
    return any(
        getattr(before, name) is not None and getattr(after, name) is None for name in TESTED
    )


def codes_of(after: Dependency) -> tuple[int, int, int, float, int, int]:
    """Fallback, depth, legal, promised notice, outliving and reservation in codes of columns."""
    return (
        -1 if after.fallback is None else FALLBACKS.index(after.fallback),
        -1 if after.depth is None else DEPTHS.index(after.depth),
        legal_code(after),
        after.provider_notice_days or 0.0,
        int(bool(after.escrow or after.step_in)),
        int(after.fallback_capacity is CapacityClass.RESERVED),
    )
