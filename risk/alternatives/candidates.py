"""Candidates for a dependency: the same one with another host, model or developer.

An option is a changed record, nothing else; it is scored by the model like any other. Two kinds
move nothing: capacity reserved elsewhere, which is served before those who come in the rush, and
better terms with today's provider. Notice lengthens the time to leave; escrow and step-in rights
keep part of a wound-up service going meanwhile. docs/method.md §6.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from risk.alternatives.results import Candidate, Likeness, OptionClass
from risk.alternatives.use_cases import NOTHING_KNOWN, Work
from risk.assumptions import Assumptions
from risk.catalog.likeness import (
    Relation,
    alike,
    distance_between,
    other_of_developer,
    usual_of,
)
from risk.catalog.records import IN_HOUSE, SELF_HOSTED, UNSPECIFIED, Catalog, Model, Purpose, Role
from risk.catalog.replacements import (
    comparable_elsewhere,
    ending,
    one_of_each_developer,
    open_elsewhere,
    recent_models,
    talking_models,
)
from risk.inventory.records import CapacityClass, Dependency, Depth, Fallback

MOST_HOSTS = 3
TRIED = (Fallback.TESTED, Fallback.AUTOMATIC)
#: A reservation alone builds nothing: less than this was already there, or is on paper now.
BUILT = (Fallback.UNTESTED, *TRIED)


def candidates(
    dependency: Dependency,
    *,
    catalog: Catalog,
    assumptions: Assumptions,
    today: date,
    work: Work = NOTHING_KNOWN,
    talks: bool = False,
) -> tuple[Candidate, ...]:
    """Stay, and every option of the seven classes that the catalogue knows for this dependency.

    Models are compared at what voters say of the ``work``. ``talks``: somebody stated that the use
    case hears or speaks live, so that models that do are looked for whatever is called today.
    """
    search = _Search(dependency, catalog, assumptions, today, work, talks)
    stay = Candidate(
        title="Stay as today",
        option_class=OptionClass.STAY,
        changed=dependency,
        model=search.model,
        substitutability=1.0,
    )
    comparable = search.comparable()
    others = tuple(search.other_developers(comparable))
    return (
        stay,
        *search.other_hosts(),
        *search.other_models(),
        *others,
        *search.self_hosted(comparable),
        *_gateway(dependency, others),
        *_reservation(dependency, others),
        *_better_terms(stay, assumptions.contract_notice_days),
    )


@dataclass(frozen=True)
class _Search:
    """The search for another place for one dependency."""

    dependency: Dependency
    catalog: Catalog
    assumptions: Assumptions
    today: date
    work: Work
    talks: bool

    @property
    def model(self) -> Model | None:
        """Today's model, where the catalogue knows it."""
        return self.catalog.models.get(self.dependency.model or "")

    @property
    def must_talk(self) -> bool:
        """Whether what talks live is looked for though today's model is none or not known."""
        return self.talks and not (self.model and self.model.live)

    def _talking(self) -> list[Model]:
        days = self.assumptions.advice_horizon_days
        return talking_models(self.catalog, self.today, days=days)

    def other_hosts(self) -> Iterable[Candidate]:
        dependency, catalog, model = self.dependency, self.catalog, self.model
        services = catalog.open_services
        apis = {one.host for one in services if one.form == "api"}
        apps = {one.host for one in services if one.form == "app"}
        listed = {(one.developer, one.host) for one in services}
        if model:
            hosts = [one.host for one in model.offers]
        else:
            own = [one for one in services if one.developer == dependency.developer]
            hosts = [one.host for one in own if one.form == "api"]
        known = [one for one in dict.fromkeys(hosts) if one in catalog.providers]
        known = [one for one in known if one in apis or one not in apps]
        known.sort(
            key=lambda host: (
                self._ends(dependency.model, host),
                (dependency.developer, host) not in listed,
                Role.CLOUD not in catalog.providers[host].roles,
                host,
            )
        )
        for host in [one for one in known if one != dependency.host][:MOST_HOSTS]:
            yield Candidate(
                title=f"{dependency.model or 'Same model'} at {host}",
                option_class=OptionClass.OTHER_HOST,
                changed=_moved(dependency, host=host),
                model=model,
                **self._alike(None, None, Relation.SAME_MODEL),
            )

    def other_models(self) -> Iterable[Candidate]:
        """The model of the same developer to which a retirement would lead, at the same host."""
        dependency = self.dependency
        if self.must_talk:
            own = (one for one in self._talking() if one.developer == dependency.developer)
            at_host = (
                one for one in own if dependency.host in {offer.host for offer in one.offers}
            )
            other = next(at_host, None)
        else:
            other = other_of_developer(
                *(self.model, self.catalog, self.today),
                developer=dependency.developer,
                host=dependency.host,
                besides=dependency.model,
                days=self.assumptions.advice_horizon_days,
            )
        if other is not None:
            yield Candidate(
                title=f"{other.name} at {dependency.host}",
                option_class=OptionClass.OTHER_MODEL,
                changed=replace(dependency, model=other.name),
                model=other,
                **self._alike(self.model, other, Relation.SAME_DEVELOPER),
            )

    def other_developers(self, comparable: list[Model]) -> Iterable[Candidate]:
        """One comparable model of each other developer, at its own API or a cloud."""
        for model, host in one_of_each_developer(comparable, self.catalog):
            title = f"{model.name} at {host}"
            yield self._replaced(
                model, host, title, OptionClass.OTHER_DEVELOPER, Relation.ELSEWHERE
            )

    def self_hosted(self, comparable: list[Model]) -> Iterable[Candidate]:
        """The same model if its weights are open, else the closest comparable open one."""
        if self.dependency.host == SELF_HOSTED:
            return
        choice, relation = self.model, Relation.SAME_MODEL
        if choice is None or not choice.open_weights:
            choice = open_elsewhere(self.model, comparable, self.catalog, self.today)
            relation = Relation.OPEN_WEIGHTS
        if choice is not None:
            title = f"{choice.name}, run on rented GPUs"
            yield self._replaced(choice, SELF_HOSTED, title, OptionClass.SELF_HOST, relation)

    def comparable(self) -> list[Model]:
        """Comparable models of others, the likeliest first.

        Where nobody named the model, what is compared is the developer's most widely offered one,
        or for an unnamed developer the host's.
        """
        developer = self.dependency.developer
        if self.must_talk:
            return [one for one in self._talking() if one.developer != developer]
        model = self.model or self._usual_model()
        if model is None:
            return []
        return comparable_elsewhere(
            *(model, self.catalog, self.today),
            not_of=developer,
            days=self.assumptions.advice_horizon_days,
        )

    def _ends(self, model: str | None, host: str) -> bool:
        days = self.assumptions.advice_horizon_days
        return ending(model, host, self.catalog, self.today, days=days) is not None

    def _replaced(
        self, model: Model, host: str, title: str, kind: OptionClass, relation: Relation
    ) -> Candidate:
        return Candidate(
            title=title,
            option_class=kind,
            changed=_moved(self.dependency, developer=model.developer, host=host, model=model.name),
            model=model,
            **self._alike(self.model, model, relation),
        )

    def _alike(self, today: Model | None, other: Model | None, relation: Relation) -> Any:
        """How alike a replacement is, as a candidate holds it."""
        distance = distance_between(today, other, self.catalog, self.work.tasks)
        value, factor = alike(distance, relation, self.catalog, self.assumptions)
        return {
            "substitutability": value,
            "likeness": Likeness(
                relation=relation,
                distance=distance,
                usual=tuple(usual_of(self.catalog, [relation])[0].tolist()),
                factor=factor,
            ),
        }

    def _usual_model(self) -> Model | None:
        """What an inventory most likely means by a developer or host alone."""
        dependency = self.dependency
        unnamed = dependency.developer in (None, UNSPECIFIED)
        likely = [
            one
            for one in recent_models(self.catalog, self.today)
            if one.purpose is Purpose.TEXT
            and not one.always_latest
            and (
                any(offer.host == dependency.host for offer in one.offers)
                if unnamed
                else one.developer == dependency.developer
            )
        ]
        return max(likely, key=lambda one: (len(one.offers), one.name), default=None)


def _moved(dependency: Dependency, **facts: Any) -> Dependency:
    """The dependency at another provider: what was agreed with the old one does not move along.

    Where the new provider is the one that was the fallback, the old one becomes it, untried.
    """
    agreed = dict.fromkeys(("product", "region", "provider_notice_days", "escrow", "step_in"))
    new = replace(dependency, **{**agreed, **facts})
    here, fallback = (new.developer, new.host), (new.fallback_developer, new.fallback_host)
    if dependency.fallback in (None, Fallback.NONE) or fallback[0] is None or here != fallback:
        return new
    return replace(
        new,
        fallback=Fallback.UNTESTED if dependency.fallback in TRIED else dependency.fallback,
        fallback_developer=dependency.developer,
        fallback_host=dependency.host,
        fallback_provider_text=dependency.provider_text,
        fallback_tested_on=None,
        fallback_hours=None,
        fallback_capacity=None,
    )


def _gateway(dependency: Dependency, others: tuple[Candidate, ...]) -> Iterable[Candidate]:
    """Keep today's provider behind a gateway that fails over to another developer by itself.

    The second is the first on offer; where today's backup is another one that is offered, that too.
    """
    if not others or dependency.fallback is Fallback.AUTOMATIC:
        return
    named = [one for one in _at_backup(dependency, others)[:1] if one is not others[0]]
    today = _called(dependency)
    for second in (*named, others[0]):
        yield replace(
            second,
            title=f"Keep {today}, add {second.changed.model} as automatic backup",
            option_class=OptionClass.GATEWAY,
            changed=replace(
                dependency,
                fallback=Fallback.AUTOMATIC,
                fallback_developer=second.changed.developer,
                fallback_host=second.changed.host,
                depth=Depth.GATEWAY,
            ),
        )


def _called(dependency: Dependency) -> str:
    """Who serves today, as a sentence about it names them."""
    names = (dependency.host, dependency.developer)
    known = [one for one in names if one not in (None, UNSPECIFIED, SELF_HOSTED, IN_HOUSE)]
    return str(known[0]) if known else "what runs today"


def _at_backup(dependency: Dependency, others: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    """Those of the offered models that are called where today's backup is."""
    backup = dependency.fallback_developer, dependency.fallback_host
    return tuple(one for one in others if (one.changed.developer, one.changed.host) == backup)


def _reservation(dependency: Dependency, others: tuple[Candidate, ...]) -> Iterable[Candidate]:
    """Throughput under contract at the named fallback, else at the first comparable developer."""
    if dependency.fallback_capacity is CapacityClass.RESERVED:
        return
    built = dependency.fallback if dependency.fallback in BUILT else Fallback.DOCUMENTED
    developer, host = dependency.fallback_developer, dependency.fallback_host
    named = developer not in (None, UNSPECIFIED) or host not in (None, UNSPECIFIED)
    second = next(iter(_at_backup(dependency, others) if named else others), None)
    if not named:
        if second is None:
            return
        developer, host = second.changed.developer, second.changed.host
    yield Candidate(
        title=f"Capacity reserved at {host or developer}, today's provider stays",
        option_class=OptionClass.RESERVED,
        changed=replace(
            dependency,
            fallback=built,
            fallback_developer=developer,
            fallback_host=host,
            fallback_capacity=CapacityClass.RESERVED,
        ),
        model=second.model if second else None,
        substitutability=second.substitutability if second else 1.0,
        likeness=second.likeness if second else None,
    )


def _better_terms(stay: Candidate, days: float) -> Iterable[Candidate]:
    """Longer notice from today's provider; the same with escrow and step-in rights."""
    dependency = stay.changed
    provider, today = dependency.host or dependency.developer, dependency.provider_notice_days
    if dependency.host == SELF_HOSTED or provider in (None, UNSPECIFIED):
        return
    longer = replace(dependency, provider_notice_days=max(days, today or 0.0))
    title = f"Contract with {provider}: {longer.provider_notice_days:.0f} days' notice"
    contract = replace(stay, title=title, option_class=OptionClass.CONTRACT, changed=longer)
    if (today or 0.0) < days:
        yield contract
    if not (dependency.escrow or dependency.step_in):
        kept = replace(longer, escrow=True, step_in=True)
        yield replace(contract, title=f"{title}, escrow and step-in", changed=kept)
