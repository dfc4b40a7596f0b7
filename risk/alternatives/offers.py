"""Offers to one dependency: its candidates with their checks, as changes and as terms.

docs/method.md §6. Many dependencies of a large portfolio are alike in everything that decides what
they are offered; their offers are made once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from risk.alternatives.candidates import candidates
from risk.alternatives.costs import price_ratio
from risk.alternatives.evaluations import Evaluation
from risk.alternatives.filters import Question, checks, reasons, subject
from risk.alternatives.judgements import (
    NO_JUDGEMENTS,
    NOT_NAMED,
    Decided,
    Judgements,
    Needs,
    needs_of,
)
from risk.alternatives.results import (
    SECOND_PROVIDER,
    Candidate,
    Check,
    Criterion,
    OptionClass,
    Verdict,
)
from risk.alternatives.use_cases import Work, work_of
from risk.alternatives.variants import Setting
from risk.hazard.supply_chain import Endpoint
from risk.inventory.records import Dependency
from risk.loss.places import endpoint_for, fallback_endpoint

#: Options whose running cost is today's times a ratio of prices.
NEED_PRICE = (
    OptionClass.OTHER_HOST,
    OptionClass.OTHER_MODEL,
    OptionClass.OTHER_DEVELOPER,
)


@dataclass(frozen=True, kw_only=True)
class Offer:
    """One candidate of a dependency, what the checks say of it, and its price over today's.

    ``decided`` is what an analyst said of how alike its model and today's are, ``work`` what is
    known of the use case's. ``endpoint`` and
    ``backup`` are where the changed dependency runs and falls back to. ``serves`` is where the work
    is done when today's provider is down. ``ratio`` None: no price is known.
    """

    candidate: Candidate
    checks: tuple[Check, ...]
    decided: Decided | None
    subject: str
    ratio: float | None
    endpoint: Endpoint
    backup: Endpoint | None
    serves: Endpoint
    work: Work

    @property
    def excluded(self) -> tuple[str, ...]:
        """Why it cannot be taken."""
        return reasons(self.checks, Verdict.UNMET)

    @property
    def priced(self) -> bool:
        """Whether its running cost is known."""
        return self.ratio is not None or self.candidate.option_class not in NEED_PRICE

    @property
    def allowed(self) -> bool:
        """Nothing rules it out and its running cost is known."""
        return self.priced and not self.excluded


#: What one dependency is offered, staying first.
Offers = tuple[Offer, ...]


@dataclass(frozen=True)
class OfferMaker:
    """Makes offers; dependencies that are alike share the search for candidates."""

    setting: Setting
    judgements: Judgements = NO_JUDGEMENTS
    _known: dict[object, Offers] = field(default_factory=dict, repr=False)

    def of(self, startup: str, use_case: str, dependency: Dependency) -> Offers:
        """The offers of a dependency; the two names say what analysts' judgements apply."""
        said = self.judgements
        stated = said.needs.get((startup, use_case))
        answers = {
            (about, criterion): decided
            for (firm, case, about, criterion), decided in said.answers.items()
            if (firm, case) == (startup, use_case)
        }
        evaluations = {
            (before, after): one
            for (firm, case, before, after), one in said.evaluations.items()
            if (firm, case) == (startup, use_case)
        }
        known = stated or Needs()
        work = work_of(use_case, task=known.task, language=known.language)
        about = stated, tuple(answers.items()), tuple(evaluations.items()), work
        key = (_told(dependency), *about)
        if key not in self._known:
            self._known[key] = self._made(dependency, stated, answers, evaluations, work)
        return _for(self._known[key], dependency)

    def _made(
        self,
        dependency: Dependency,
        stated: Needs | None,
        answers: Mapping[tuple[str, Criterion], Decided],
        evaluations: Mapping[tuple[str, str], Evaluation],
        work: Work,
    ) -> Offers:
        setting, catalog = self.setting, self.setting.catalog
        needs = needs_of(dependency, stated)
        listed = candidates(
            dependency,
            catalog=catalog,
            assumptions=setting.assumptions,
            today=setting.today,
            work=work,
            talks=bool(needs.realtime),
        )
        incumbent = listed[0].model
        mix = needs.input_per_output_tokens or setting.assumptions.input_per_output_tokens
        found = []
        for one in listed:
            models = (dependency.model or NOT_NAMED, one.model.name if one.model else "")
            decided = self.judgements.alike.get(models)
            evaluation = evaluations.get(models)
            if evaluation is not None:
                one = replace(one, substitutability=evaluation.alike, evaluation=evaluation)
            elif decided is not None:
                one = replace(one, substitutability=decided.value, likeness=None)
            question = Question(
                candidate=one,
                dependency=dependency,
                needs=needs,
                incumbent=incumbent,
                catalog=catalog,
                assumptions=setting.assumptions,
                today=setting.today,
                talks_by=work.talks_by,
            )
            about = subject(question)
            said = {
                each: value
                for (name, each), value in answers.items()
                if name == subject(question, each)
            }
            endpoint = endpoint_for(one.changed, catalog)
            backup = fallback_endpoint(one.changed, catalog)
            found.append(
                Offer(
                    candidate=one,
                    checks=checks(question, said),
                    decided=decided,
                    subject=about,
                    ratio=price_ratio(one, incumbent, dependency.host, mix),
                    endpoint=endpoint,
                    backup=backup,
                    serves=backup if one.option_class in SECOND_PROVIDER and backup else endpoint,
                    work=work,
                )
            )
        return tuple(found)


#: What an option may change.
SET = (
    *("developer", "host", "model", "product", "region", "depth", "fallback"),
    *("fallback_developer", "fallback_host", "fallback_provider_text", "fallback_capacity"),
    *("provider_notice_days", "escrow", "step_in"),
)
#: What decides which offers there are.
TOLD = ("answer", "provider_text", "data_residency", *SET)
TESTED = ("fallback_tested_on", "fallback_hours")


def _told(dependency: Dependency) -> tuple[object, ...]:
    tested = tuple(getattr(dependency, name) is None for name in TESTED)
    return (*(getattr(dependency, name) for name in TOLD), tested)


def _for(offers: Offers, dependency: Dependency) -> Offers:
    """The offers of a dependency that is like the one they were made for."""
    if offers[0].candidate.changed is dependency:
        return offers
    listed = []
    for one in offers:
        changed = one.candidate.changed
        facts: dict[str, Any] = {name: getattr(changed, name) for name in SET}
        facts |= {name: None for name in TESTED if getattr(changed, name) is None}
        made = replace(one.candidate, changed=replace(dependency, **facts))
        listed.append(replace(one, candidate=made))
    return tuple(listed)


def untried(before: Dependency, after: Dependency) -> bool:
    """True if what was tested of the fallback does not move along."""
    return any(
        getattr(before, name) is not None and getattr(after, name) is None for name in TESTED
    )
