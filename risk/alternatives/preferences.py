"""Where a startup would look for room first, second and third when its provider falters."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from risk.alternatives.candidates import candidates
from risk.alternatives.filters import Question, checks, reasons
from risk.alternatives.judgements import needs_of
from risk.alternatives.rationing import Choice, Priority
from risk.alternatives.results import Candidate, OptionClass, Verdict
from risk.assumptions import Assumptions
from risk.catalog.lookup import service_for
from risk.catalog.records import Catalog
from risk.exposure.numbers import CONTRACTED
from risk.exposure.places import endpoint_for
from risk.inventory.records import CapacityClass, Dependency
from risk.portfolio.book import Member

#: Options that one can move to within days; running models oneself takes longer than a rush.
QUICK = (OptionClass.OTHER_HOST, OptionClass.OTHER_MODEL, OptionClass.OTHER_DEVELOPER)
#: An alternative that loses more than this share of its service in the same event is no choice.
MOSTLY_DOWN = 0.5


@dataclass(frozen=True, kw_only=True)
class Preferences:
    """The choices of every dependency in one event; ``down`` is the share lost by service."""

    catalog: Catalog
    assumptions: Assumptions
    today: date
    down: Mapping[str, float]
    _known: dict[tuple[object, ...], tuple[str, ...]] = field(default_factory=dict, repr=False)

    def of(self, member: Member, dependency: Dependency) -> tuple[Choice, ...]:
        """First the named fallback, then other hosts of the model, then comparable models.

        A hard filter (no tool calling, about to end, ...) rules a choice out, as it does for an
        option.
        """
        fallback = self.fallback_service(member, dependency)
        names = [fallback] if fallback else []
        names.extend(self._listed(dependency))
        own = member.placed.endpoint_of[dependency.key].service.name
        paid = self._paid(member, dependency)
        return tuple(
            Choice(name, self._priority(name, dependency, fallback, paid))
            for name in dict.fromkeys(names)
            if name != own and self.down.get(name, 0.0) <= MOSTLY_DOWN
        )

    def fallback_service(self, member: Member, dependency: Dependency) -> str | None:
        """The service of the named fallback, None if nobody named it or there is none."""
        if member.placed.places[dependency.key].fallback is None:
            return None
        developer = dependency.fallback_developer
        host = dependency.fallback_host or developer
        return service_for(self.catalog, developer, host).name

    def _listed(self, dependency: Dependency) -> tuple[str, ...]:
        key = (dependency.developer, dependency.host, dependency.model, dependency.depth)
        if key not in self._known:
            self._known[key] = tuple(self._services(dependency))
        return self._known[key]

    def _services(self, dependency: Dependency) -> Iterable[str]:
        listed = candidates(
            dependency, catalog=self.catalog, assumptions=self.assumptions, today=self.today
        )
        for one in listed:
            if one.option_class in QUICK and not self._excluded(one, dependency, listed[0]):
                yield endpoint_for(one.changed, self.catalog).service.name
                yield from self._same_model_elsewhere(one)

    def _same_model_elsewhere(self, one: Candidate) -> Iterable[str]:
        """The candidate's model at the other hosts that are large enough to be named."""
        if one.model is None:
            return
        for offer in one.model.offers:
            name = service_for(self.catalog, one.model.developer, offer.host).name
            if name in self.catalog.market:
                yield name

    def _excluded(self, one: Candidate, dependency: Dependency, stay: Candidate) -> bool:
        question = Question(
            candidate=one,
            dependency=dependency,
            needs=needs_of(dependency, None),
            incumbent=stay.model,
            catalog=self.catalog,
            today=self.today,
        )
        return bool(reasons(checks(question, {}), Verdict.UNMET))

    def _paid(self, member: Member, dependency: Dependency) -> frozenset[str]:
        """Services of which the startup is a paying customer already."""
        places = member.placed.endpoint_of
        names = {one.service.name for key, one in places.items() if key != dependency.key}
        return frozenset(names)

    def _priority(
        self, name: str, dependency: Dependency, fallback: str | None, paid: frozenset[str]
    ) -> Priority:
        if name == fallback:
            if dependency.fallback_capacity is CapacityClass.RESERVED:
                return Priority.COMMITTED
            customer = dependency.fallback_capacity is CapacityClass.CUSTOMER
            if customer or dependency.fallback in CONTRACTED:
                return Priority.CUSTOMER
        return Priority.CUSTOMER if name in paid else Priority.NEW
