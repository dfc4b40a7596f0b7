"""Which options a dependency has: the same dependency with another host, model or developer.

An option is a changed record, nothing else; it is scored by the model like any other. Two kinds
move nothing: capacity reserved elsewhere, which is served before those who come in the rush, and
better terms with today's provider. Notice lengthens the time to leave; escrow and step-in rights
keep part of a wound-up service going meanwhile. docs/method.md §6.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from risk.alternatives.results import Candidate, OptionClass
from risk.assumptions import Assumptions
from risk.catalog.lookup import class_usd, comparable_models
from risk.catalog.records import SELF_HOSTED, UNSPECIFIED, Catalog, Model, Purpose, Role
from risk.inventory.records import CapacityClass, Dependency, Depth, Fallback

MOST_HOSTS = 3
MOST_DEVELOPERS = 4
PRICE_FACTOR = 3.0
#: A replacement should not itself be about to be superseded.
NEWER_THAN = timedelta(days=730)
#: A model that ends this soon is no way out: it would have to be left again at once.
RETIREMENT_HORIZON = timedelta(days=180)
TEXT = frozenset({"text"})
TRIED = (Fallback.TESTED, Fallback.AUTOMATIC)
#: A reservation alone builds nothing: less than this was already there, or is on paper now.
BUILT = (Fallback.UNTESTED, *TRIED)


def candidates(
    dependency: Dependency, *, catalog: Catalog, assumptions: Assumptions, today: date
) -> tuple[Candidate, ...]:
    """Stay, and every option of the seven classes that the catalogue knows for this dependency."""
    search = _Search(dependency, catalog, assumptions, today)
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


def endings(model: Model, host: str | None, catalog: Catalog, today: date) -> list[str]:
    """Why the model is about to end at this host; ``host`` None asks about all hosts at once.

    Weights that one runs oneself do not end.
    """
    if host == SELF_HOSTED:
        return []
    return [
        f"ends on {one.shutdown.isoformat()}"
        for one in catalog.retirements
        if one.model == model.name
        and one.host in (None, host)
        and one.shutdown <= today + RETIREMENT_HORIZON
    ]


@dataclass(frozen=True)
class _Search:
    """The search for another place for one dependency."""

    dependency: Dependency
    catalog: Catalog
    assumptions: Assumptions
    today: date

    @property
    def model(self) -> Model | None:
        """Today's model, where the catalogue knows it."""
        return self.catalog.models.get(self.dependency.model or "")

    def other_hosts(self) -> Iterable[Candidate]:
        dependency, catalog, model = self.dependency, self.catalog, self.model
        services = catalog.services.values()
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
                substitutability=self.assumptions.substitutability_same_model,
            )

    def other_models(self) -> Iterable[Candidate]:
        """The newest other model of the same developer and price class at the same host."""
        dependency, model = self.dependency, self.model
        same = [
            one
            for one in self.catalog.models.values()
            if one.developer == dependency.developer
            and one.name != dependency.model
            and not one.always_latest
            and one.released is not None
            and one.output_modalities == (model.output_modalities if model else TEXT)
            and any(offer.host == dependency.host for offer in one.offers)
            and not endings(one, dependency.host, self.catalog, self.today)
            and (one.purpose is Purpose.TEXT if model is None else _same_class(one, model))
        ]
        if not same:
            return
        newest = max(same, key=lambda one: (one.released or date.min, one.name))
        yield Candidate(
            title=f"{newest.name} at {dependency.host}",
            option_class=OptionClass.OTHER_MODEL,
            changed=replace(dependency, model=newest.name),
            model=newest,
            substitutability=self.assumptions.substitutability_same_developer,
        )

    def other_developers(self, comparable: Iterable[Model]) -> Iterable[Candidate]:
        """One comparable model of each other developer, at its own API or a cloud."""
        seen: set[str] = set()
        for model in comparable:
            host = self._usual_host(model)
            if model.developer in seen or host is None or len(seen) == MOST_DEVELOPERS:
                continue
            seen.add(model.developer)
            yield self._replaced(
                model, host, f"{model.name} at {host}", OptionClass.OTHER_DEVELOPER
            )

    def self_hosted(self, comparable: Iterable[Model]) -> Iterable[Candidate]:
        """The same model if its weights are open, else the closest comparable open one."""
        if self.dependency.host == SELF_HOSTED:
            return
        model = self.model
        if model is not None and model.open_weights:
            choice, alike = model, self.assumptions.substitutability_same_model
        else:
            found = [one for one in comparable if one.open_weights] or self._open_models()
            if not found:
                return
            choice, alike = found[0], self.assumptions.substitutability_open_weights
        title = f"{choice.name}, run on rented GPUs"
        found_one = self._replaced(choice, SELF_HOSTED, title, OptionClass.SELF_HOST)
        yield replace(found_one, substitutability=alike)

    def comparable(self) -> list[Model]:
        """Comparable models of others, those of the first rank and not about to end first.

        Where nobody named the model, what is compared is the developer's most widely offered one,
        or for an unnamed developer the host's. A model of which nobody states what it writes is not
        offered: it may speak and not write (Nova 2 Sonic).
        """
        model = self.model or self._usual_model()
        if model is None:
            return []
        found = [
            one
            for one in comparable_models(self.catalog, model, today=self.today)
            if one.developer not in (self.dependency.developer, UNSPECIFIED)
            and one.output_modalities == (model.output_modalities or TEXT)
            and (one.released is None or one.released >= self.today - NEWER_THAN)
        ]
        top = {name for name, one in self.catalog.providers.items() if one.tier == "top"}
        return sorted(
            found,
            key=lambda one: (
                bool(endings(one, None, self.catalog, self.today)),
                one.released is None,
                one.developer not in top,
            ),
        )

    def _replaced(self, model: Model, host: str, title: str, kind: OptionClass) -> Candidate:
        return Candidate(
            title=title,
            option_class=kind,
            changed=_moved(self.dependency, developer=model.developer, host=host, model=model.name),
            model=model,
            substitutability=self.assumptions.substitutability_frontier,
        )

    def _usual_model(self) -> Model | None:
        """What an inventory most likely means by a developer or host alone."""
        dependency = self.dependency
        unnamed = dependency.developer in (None, UNSPECIFIED)
        likely = [
            one
            for one in self._recent()
            if one.purpose is Purpose.TEXT
            and not one.always_latest
            and (
                any(offer.host == dependency.host for offer in one.offers)
                if unnamed
                else one.developer == dependency.developer
            )
        ]
        return max(likely, key=lambda one: (len(one.offers), one.name), default=None)

    def _open_models(self) -> list[Model]:
        """Recent open-weights models, those that read the same and are offered most widely first.

        None of them is comparable; what they lack is said where they are filtered.
        """
        needed = self.model.input_modalities if self.model else TEXT
        purpose = self.model.purpose if self.model else Purpose.TEXT
        found = [
            one
            for one in self._recent()
            if one.open_weights
            and one.purpose is purpose
            and (one.tool_call or purpose is not Purpose.TEXT)
        ]
        return sorted(
            found, key=lambda one: (len(needed - one.input_modalities), -len(one.offers), one.name)
        )

    def _recent(self) -> Iterable[Model]:
        """Models that write text and nothing else and are not about to be superseded."""
        since = self.today - NEWER_THAN
        for one in self.catalog.models.values():
            if one.output_modalities == TEXT and one.released and one.released >= since:
                yield one

    def _usual_host(self, model: Model) -> str | None:
        """The developer's own API, else a cloud; a model only resellers offer has neither."""
        providers = self.catalog.providers
        hosts = [offer.host for offer in model.offers if offer.host in providers]
        if model.developer in hosts:
            return model.developer
        return next((one for one in hosts if Role.CLOUD in providers[one].roles), None)


def _same_class(one: Model, model: Model) -> bool:
    """True if a model does and reads what the other does, at most three times dearer or cheaper."""
    if one.purpose is not model.purpose or not one.input_modalities >= model.input_modalities:
        return False
    usd = [price for price in (class_usd(one), class_usd(model)) if price]
    return len(usd) < 2 or max(usd) <= PRICE_FACTOR * min(usd)


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
    """Keep today's provider behind a gateway that fails over to another developer by itself."""
    if not others or dependency.fallback is Fallback.AUTOMATIC:
        return
    second = others[0]
    yield replace(
        second,
        title=f"Gateway: today's provider, with {second.changed.model} kept warm",
        option_class=OptionClass.GATEWAY,
        changed=replace(
            dependency,
            fallback=Fallback.AUTOMATIC,
            fallback_developer=second.changed.developer,
            fallback_host=second.changed.host,
            depth=Depth.GATEWAY,
        ),
    )


def _reservation(dependency: Dependency, others: tuple[Candidate, ...]) -> Iterable[Candidate]:
    """Throughput under contract at the named fallback, else at the first comparable developer."""
    if dependency.fallback_capacity is CapacityClass.RESERVED:
        return
    built = dependency.fallback if dependency.fallback in BUILT else Fallback.DOCUMENTED
    developer, host = dependency.fallback_developer, dependency.fallback_host
    named = developer not in (None, UNSPECIFIED) or host not in (None, UNSPECIFIED)
    same = [one for one in others if (one.changed.developer, one.changed.host) == (developer, host)]
    second = next(iter(same if named else others), None)
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
