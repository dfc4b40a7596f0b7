"""Find things in the catalogue: the service called, a provider's colour, a model, its equals."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from datetime import date
from math import log
from typing import NamedTuple

from risk.catalog.model_names import model_key
from risk.catalog.records import (
    SELF_HOSTED,
    UNSPECIFIED,
    Catalog,
    Model,
    Offer,
    Purpose,
    Retirement,
    Role,
    Service,
)

#: Comparable: output price within this factor, at least this share of the context, and released
#: within this many days of each other (18 months).
PRICE_FACTOR = 3.0
CONTEXT_SHARE = 0.5
RELEASE_DAYS = 548

_SIZE = re.compile(r"\b(\d+(?:\.\d+)?)b\b")


def service_for(
    catalog: Catalog, developer: str | None, host: str | None, *, product: str | None = None
) -> Service:
    """The service through which this developer's models are called at this host.

    A service that is named as ``product`` comes first, then one for programs before an app. One
    that the reference facts do not list is made up as "<developer> on <host>".
    """
    where = host or UNSPECIFIED
    who = None if developer in (None, UNSPECIFIED) else developer
    matching = [
        one for one in catalog.services.values() if one.developer == who and one.host == where
    ]
    if matching:
        return min(matching, key=lambda one: (one.name != product, one.form != "api"))
    return Service(
        name=f"{who or UNSPECIFIED} on {where}",
        developer=who,
        host=where,
        form="api",
        source="made up from the register: not among the reference facts",
        as_of=catalog.catalogue_date.isoformat(),
    )


def retirement_at(
    catalog: Catalog, model: str, *, developer: str | None, host: str | None
) -> Retirement | None:
    """The published last day of a model at a host, None if nobody published one.

    A cloud keeps dates of its own, so the developer's date is not read as the cloud's; every
    other host (the developer itself, a gateway, one that nobody named) follows the developer.
    """
    wanted = model_key(model)
    dated = [
        one
        for one in catalog.retirements
        if one.developer == developer and model_key(one.model) == wanted
    ]
    at_host = next((one for one in dated if one.host == host and host is not None), None)
    provider = catalog.providers.get(host or "")
    if at_host or (provider and Role.CLOUD in provider.roles) or host == SELF_HOSTED:
        return at_host
    return next((one for one in dated if one.host is None), None)


def list_price(model: Model) -> Offer | None:
    """The offer that stands for the model's price class: its developer's own, else the median.

    None if nobody states an output price.
    """
    priced = [one for one in model.offers if one.output_usd_per_million_tokens is not None]
    own = next((one for one in priced if one.host == model.developer), None)
    if own or not priced:
        return own
    ordered = sorted(priced, key=lambda one: (one.output_usd_per_million_tokens or 0.0, one.host))
    return ordered[(len(ordered) - 1) // 2]


def comparable_models(catalog: Catalog, model: Model, *, today: date | None = None) -> list[Model]:
    """Other developers' models that could take this one's place on paper, closest first.

    A candidate is of the same purpose and has a price within a factor of three (for output; for
    what is read where only that is billed), at least half the context, every modality of the
    original, and a release date within 18 months of it. What is embedded is cut to size, so that
    an embedding model's context demands nothing. Few models talk live, so that for those a price
    demands nothing either. Its developer must not have retired it by ``today``. An original fact
    that nobody stated demands nothing; a candidate's missing fact lets it through but behind those
    that are known to fit. Nothing here says how good a model's answers are: that needs an
    evaluation on the use case.
    """
    asked = model.developer, model.name, today
    if asked not in catalog.comparable:
        catalog.comparable[asked] = _comparable(catalog, model, today)
    return catalog.comparable[asked]


class _Known(NamedTuple):
    """A model with what tells it from others on paper: class price in USD, billions of numbers."""

    model: Model
    price: float | None
    size: float | None


def _on_offer(catalog: Catalog, today: date | None) -> Mapping[Purpose, Sequence[_Known]]:
    """The models that may take another one's place, by purpose, the cheapest first; kept for a day.

    Those without a price come first of all, as if they were free.
    """
    asked = "on offer", today
    if asked not in catalog.replacements:
        ended = {
            (one.developer, model_key(one.model))
            for one in catalog.retirements
            if today and one.host is None and one.shutdown <= today
        }
        found: dict[Purpose, list[_Known]] = {}
        for one in catalog.models.values():
            if not one.always_latest and (one.developer, model_key(one.name)) not in ended:
                found.setdefault(one.purpose, []).append(_known(one))
        for several in found.values():
            several.sort(key=_price)
        catalog.replacements[asked] = found
    kept: Mapping[Purpose, Sequence[_Known]] = catalog.replacements[asked]
    return kept


def _price(one: _Known) -> float:
    return one.price or 0.0


def _known(model: Model) -> _Known:
    return _Known(model, class_usd(model), _billions(model.name))


def _comparable(catalog: Catalog, model: Model, today: date | None) -> list[Model]:
    graded = []
    own = _known(model)
    if model.purpose is Purpose.CONVERSATION:
        own = own._replace(price=None)
    offered = _on_offer(catalog, today).get(model.purpose, ())
    if own.price:
        # A hair wider than the factor: what lies on its edge is told apart below.
        least, most = own.price / PRICE_FACTOR * (1 - 1e-9), own.price * PRICE_FACTOR * (1 + 1e-9)
        first = bisect_left(offered, least, key=_price)
        offered = offered[first : bisect_right(offered, most, key=_price)]
    for candidate in offered:
        if candidate.model.developer == model.developer:
            continue
        closeness = _closeness(own, candidate)
        if closeness is not None:
            graded.append((*closeness, candidate.model.name, candidate.model))
    return [candidate for *_, candidate in sorted(graded, key=lambda one: one[:3])]


def _closeness(own: _Known, other: _Known) -> tuple[int, float] | None:
    """(facts unknown of the candidate, distance in price, age and size), or None if it fails."""
    model, candidate = own.model, other.model
    unknown, distance = 0, 0.0
    if own.price and other.price:
        ratio = max(own.price, other.price) / min(own.price, other.price)
        if ratio > PRICE_FACTOR:
            return None
        distance += ratio - 1
    elif own.price:
        return None
    if _too_narrow(model, candidate):
        return None
    unknown += bool(model.context_tokens and not candidate.context_tokens)
    unknown += bool(model.output_modalities and not candidate.output_modalities)
    if model.released and candidate.released:
        apart = abs((candidate.released - model.released).days)
        if apart > RELEASE_DAYS:
            return None
        distance += apart / 365
    elif model.released:
        unknown += 1
    if own.size and other.size:
        distance += abs(log(own.size / other.size))
    return unknown, distance


def _too_narrow(model: Model, candidate: Model) -> bool:
    """True if it is known to hold too little text, or not to read or write what the model does."""
    needed, held = model.context_tokens, candidate.context_tokens
    cut_to_size = model.purpose is Purpose.EMBEDDING
    if needed and held and held < CONTEXT_SHARE * needed and not cut_to_size:
        return True
    return bool(candidate.output_modalities) and not (
        model.input_modalities <= candidate.input_modalities
        and model.output_modalities <= candidate.output_modalities
    )


def _billions(name: str) -> float | None:
    """Billions of parameters, where the model's name states them ("Llama 3.1 70B")."""
    sizes = [float(text) for text in _SIZE.findall(name.lower())]
    return max(sizes, default=None)


def class_usd(model: Model) -> float | None:
    """The price that tells a model's class: of output, or of input where only that is billed."""
    offer = list_price(model)
    if offer is None:
        return None
    if model.purpose in (Purpose.EMBEDDING, Purpose.RANKING):
        return offer.input_usd_per_million_tokens
    return offer.output_usd_per_million_tokens
