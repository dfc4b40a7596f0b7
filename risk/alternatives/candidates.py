"""Which options a dependency has: the same dependency with another host, model or developer.

An option is a changed record, nothing else; it is scored by the model like any other.
docs/method.md §6.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from risk.alternatives.agreements import better_terms, reservation
from risk.alternatives.endings import endings
from risk.alternatives.moving import moved
from risk.alternatives.results import Candidate, OptionClass
from risk.assumptions import Assumptions
from risk.catalog.lookup import class_usd, comparable_models
from risk.catalog.records import SELF_HOSTED, UNSPECIFIED, Catalog, Model, Purpose, Role
from risk.inventory.records import Dependency, Depth, Fallback

MOST_HOSTS = 3
MOST_DEVELOPERS = 4
PRICE_FACTOR = 3.0
#: A replacement should not itself be about to be superseded.
NEWER_THAN = timedelta(days=730)
TEXT = frozenset({"text"})


def candidates(
    dependency: Dependency, *, catalog: Catalog, assumptions: Assumptions, today: date
) -> tuple[Candidate, ...]:
    """Stay, and every option of the seven classes that the catalogue knows for this dependency."""
    found = [
        Candidate(
            title="Stay as today",
            option_class=OptionClass.STAY,
            changed=dependency,
            model=catalog.models.get(dependency.model or ""),
            substitutability=1.0,
        )
    ]
    comparable = _comparable(dependency, catalog, today)
    others = tuple(_other_developers(dependency, comparable, catalog, assumptions))
    found.extend(_other_hosts(dependency, catalog, assumptions))
    found.extend(_other_models(dependency, catalog, assumptions, today))
    found.extend(others)
    found.extend(_self_hosted(dependency, comparable, catalog, assumptions, today))
    found.extend(_gateway(dependency, others))
    found.extend(reservation(dependency, others))
    found.extend(better_terms(dependency, found[0], assumptions))
    return tuple(found)


def _other_hosts(
    dependency: Dependency, catalog: Catalog, assumptions: Assumptions
) -> Iterable[Candidate]:
    model = catalog.models.get(dependency.model or "")
    if model:
        hosts = [one.host for one in model.offers]
    else:
        hosts = [
            one.host
            for one in catalog.services.values()
            if one.developer == dependency.developer and one.form == "api"
        ]
    apps = {one.host for one in catalog.services.values() if one.form == "app"}
    apis = {one.host for one in catalog.services.values() if one.form == "api"}
    known = [one for one in dict.fromkeys(hosts) if one in catalog.providers]
    known = [one for one in known if one in apis or one not in apps]
    listed = {(one.developer, one.host) for one in catalog.services.values()}
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
            changed=moved(dependency, host=host),
            model=model,
            substitutability=assumptions.substitutability_same_model,
        )


def _other_models(
    dependency: Dependency, catalog: Catalog, assumptions: Assumptions, today: date
) -> Iterable[Candidate]:
    """The newest other model of the same developer and price class at the same host."""
    model = catalog.models.get(dependency.model or "")
    same = [
        one
        for one in catalog.models.values()
        if one.developer == dependency.developer
        and one.name != dependency.model
        and not one.always_latest
        and one.released is not None
        and one.output_modalities == (model.output_modalities if model else TEXT)
        and any(offer.host == dependency.host for offer in one.offers)
        and not endings(one, dependency.host, catalog, today)
        and (one.purpose is Purpose.TEXT if model is None else _same_class(one, model))
    ]
    same.sort(key=lambda one: (one.released or date.min, one.name), reverse=True)
    for one in same[:1]:
        yield Candidate(
            title=f"{one.name} at {dependency.host}",
            option_class=OptionClass.OTHER_MODEL,
            changed=replace(dependency, model=one.name),
            model=one,
            substitutability=assumptions.substitutability_same_developer,
        )


def _same_class(one: Model, model: Model) -> bool:
    """True if a model does and reads what the other does, at most three times dearer or cheaper."""
    if one.purpose is not model.purpose or not one.input_modalities >= model.input_modalities:
        return False
    usd = [price for price in (class_usd(one), class_usd(model)) if price]
    return len(usd) < 2 or max(usd) <= PRICE_FACTOR * min(usd)


def _other_developers(
    dependency: Dependency,
    comparable: list[Model],
    catalog: Catalog,
    assumptions: Assumptions,
) -> Iterable[Candidate]:
    """One comparable model of each other developer, at that developer's own API or a cloud."""
    seen: set[str] = set()
    for model in comparable:
        host = _usual_host(model, catalog)
        if model.developer in seen or host is None:
            continue
        seen.add(model.developer)
        yield Candidate(
            title=f"{model.name} at {host}",
            option_class=OptionClass.OTHER_DEVELOPER,
            changed=moved(dependency, developer=model.developer, host=host, model=model.name),
            model=model,
            substitutability=assumptions.substitutability_frontier,
        )
        if len(seen) == MOST_DEVELOPERS:
            return


def _comparable(dependency: Dependency, catalog: Catalog, today: date) -> list[Model]:
    """Comparable models of other developers, those of the first rank and not about to end first.

    Where nobody named the model, what is compared is the developer's most widely offered one, or
    for an unnamed developer the host's. A model of which nobody states what it writes is not
    offered: it may speak and not write (Nova 2 Sonic).
    """
    model = catalog.models.get(dependency.model or "") or _usual_model(dependency, catalog, today)
    if model is None:
        return []
    found = [
        one
        for one in comparable_models(catalog, model, today=today)
        if one.developer not in (dependency.developer, UNSPECIFIED)
        and one.output_modalities == (model.output_modalities or TEXT)
        and (one.released is None or one.released >= today - NEWER_THAN)
    ]
    return sorted(
        found,
        key=lambda one: (
            bool(endings(one, None, catalog, today)),
            one.released is None,
            not _first_rank(one.developer, catalog),
        ),
    )


def _first_rank(developer: str, catalog: Catalog) -> bool:
    provider = catalog.providers.get(developer)
    return provider is not None and provider.tier == "top"


def _usual_model(dependency: Dependency, catalog: Catalog, today: date) -> Model | None:
    """What an inventory most likely means by a developer or host alone."""
    unnamed = dependency.developer in (None, UNSPECIFIED)
    likely = [
        one
        for one in catalog.models.values()
        if one.output_modalities == TEXT
        and one.purpose is Purpose.TEXT
        and not one.always_latest
        and one.released is not None
        and today - NEWER_THAN <= one.released
        and (
            any(offer.host == dependency.host for offer in one.offers)
            if unnamed
            else one.developer == dependency.developer
        )
    ]
    return max(likely, key=lambda one: (len(one.offers), one.name), default=None)


def _usual_host(model: Model, catalog: Catalog) -> str | None:
    """The developer's own API, else a cloud; a model that only resellers offer has neither."""
    hosts = [offer.host for offer in model.offers if offer.host in catalog.providers]
    if model.developer in hosts:
        return model.developer
    return next((one for one in hosts if Role.CLOUD in catalog.providers[one].roles), None)


def _self_hosted(
    dependency: Dependency,
    comparable: list[Model],
    catalog: Catalog,
    assumptions: Assumptions,
    today: date,
) -> Iterable[Candidate]:
    """The same model if its weights are open, else the closest comparable open one."""
    if dependency.host == SELF_HOSTED:
        return
    model = catalog.models.get(dependency.model or "")
    if model is not None and model.open_weights:
        choice, alike = model, assumptions.substitutability_same_model
    else:
        open_models = [one for one in comparable if one.open_weights]
        open_models = open_models or _open_models(model, catalog, today)
        if not open_models:
            return
        choice, alike = open_models[0], assumptions.substitutability_open_weights
    yield Candidate(
        title=f"{choice.name}, run on rented GPUs",
        option_class=OptionClass.SELF_HOST,
        changed=moved(dependency, developer=choice.developer, host=SELF_HOSTED, model=choice.name),
        model=choice,
        substitutability=alike,
    )


def _open_models(model: Model | None, catalog: Catalog, today: date) -> list[Model]:
    """Recent open-weights models, those that read the same and are offered most widely first.

    None of them is comparable; what they lack is said where they are filtered.
    """
    needed = model.input_modalities if model else TEXT
    purpose = model.purpose if model else Purpose.TEXT
    found = [
        one
        for one in catalog.models.values()
        if one.open_weights
        and one.released is not None
        and one.released >= today - NEWER_THAN
        and one.output_modalities == TEXT
        and one.purpose is purpose
        and (one.tool_call or purpose is not Purpose.TEXT)
    ]
    return sorted(
        found, key=lambda one: (len(needed - one.input_modalities), -len(one.offers), one.name)
    )


def _gateway(dependency: Dependency, others: tuple[Candidate, ...]) -> Iterable[Candidate]:
    """Keep today's provider behind a gateway that fails over to another developer by itself."""
    if not others or dependency.fallback is Fallback.AUTOMATIC:
        return
    second = others[0]
    yield Candidate(
        title=f"Gateway: today's provider, with {second.changed.model} kept warm",
        option_class=OptionClass.GATEWAY,
        changed=replace(
            dependency,
            fallback=Fallback.AUTOMATIC,
            fallback_developer=second.changed.developer,
            fallback_host=second.changed.host,
            depth=Depth.GATEWAY,
        ),
        model=second.model,
        substitutability=second.substitutability,
    )
