"""Where a customer would look for room first, second and third when its provider is disrupted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from risk.alternatives.candidates import candidates
from risk.alternatives.filters import Question, checks, reasons
from risk.alternatives.judgements import needs_of
from risk.alternatives.results import Candidate, OptionClass, Verdict
from risk.assumptions import Assumptions
from risk.catalog.lookup import service_for
from risk.catalog.records import Answer, Catalog
from risk.hazard.supply_chain import Endpoint
from risk.inventory.records import Dependency, Depth
from risk.loss.places import endpoint_for

#: Options that one can move to within days; running models oneself takes longer than a rush.
QUICK = (OptionClass.OTHER_HOST, OptionClass.OTHER_MODEL, OptionClass.OTHER_DEVELOPER)
#: An alternative that loses more than this share of its service in the same event is no choice.
MOSTLY_DOWN = 0.5


@dataclass(frozen=True)
class Asker:
    """What says where a dependency looks for room: its endpoint, its named backup, its depth."""

    endpoint: Endpoint
    backup: Endpoint | None
    depth: Depth | None


@dataclass(frozen=True, kw_only=True)
class Preferences:
    """The choices of every dependency in one event; ``down`` is the share lost by service."""

    catalog: Catalog
    assumptions: Assumptions
    today: date
    down: Mapping[str, float]
    _known: dict[tuple[Endpoint, Depth | None], tuple[str, ...]] = field(
        default_factory=dict, repr=False
    )

    def of(self, asker: Asker) -> tuple[str, ...]:
        """Names of services: first the named backup, then other hosts, then comparable models.

        A hard filter (no tool calling, about to end, ...) rules a choice out, as it does for an
        option.
        """
        names = [] if asker.backup is None else [asker.backup.service.name]
        names.extend(self._listed(asker))
        return tuple(
            name
            for name in dict.fromkeys(names)
            if name != asker.endpoint.service.name and self.down.get(name, 0.0) <= MOSTLY_DOWN
        )

    def _listed(self, asker: Asker) -> tuple[str, ...]:
        key = asker.endpoint, asker.depth
        if key not in self._known:
            service = asker.endpoint.service
            asking = Dependency(
                key="",
                provider_text=service.name,
                answer=Answer.YES,
                developer=service.developer,
                host=service.host,
                model=asker.endpoint.model,
                depth=asker.depth,
            )
            self._known[key] = tuple(self._services(asking))
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
