"""Replacements of a model on paper: at other developers, and at its own.

One search for scores and for options, so that what leaving is taken to lead to and what is offered
are the same models. docs/method.md §6.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from risk.assumptions import DEFAULTS
from risk.catalog.lookup import PRICE_FACTOR, class_usd, comparable_models, retirement_at
from risk.catalog.model_names import model_key, model_name
from risk.catalog.records import (
    RUN_BY_ONESELF,
    UNSPECIFIED,
    Catalog,
    Model,
    Purpose,
    Retirement,
    Role,
)

MOST_DEVELOPERS = 4
#: A replacement should not itself be about to be superseded.
NEWER_THAN = timedelta(days=730)
#: One that is older than this comes behind the younger ones: models seldom live for three years.
AGED = timedelta(days=548)
#: A model that ends within so many days is no way out: it would have to be left again. Scores look
#: this far ahead; options as far as their portfolio's own number says.
HORIZON_DAYS = DEFAULTS.advice_horizon_days
TEXT = frozenset({"text"})


def ending(
    model: str | None,
    host: str | None,
    catalog: Catalog,
    today: date,
    *,
    days: float = HORIZON_DAYS,
) -> Retirement | None:
    """The published end of a model at a host that has passed or comes within some days, or None.

    A host's own day holds there, the developer's everywhere else, as in losses. What one runs
    oneself does not end. None is no promise: nobody published a day that soon.
    """
    if host in RUN_BY_ONESELF:
        return None
    dated = catalog.ends_of.get(model or "", ())
    own = [one for one in dated if one.host == host]
    held = own or [one for one in dated if one.host is None]
    first = min(held, key=lambda one: one.shutdown, default=None)
    if first is None or first.shutdown > today + timedelta(days=days):
        return None
    return first


def ending_elsewhere(
    model: str | None, catalog: Catalog, today: date, *, days: float = HORIZON_DAYS
) -> Retirement | None:
    """The first published end of a model anywhere that has passed or comes within some days.

    Where one host has ended a model, the others are likely to follow; nobody has said so yet.
    """
    dated = catalog.ends_of.get(model or "", ())
    first = min(dated, key=lambda one: one.shutdown, default=None)
    return None if first is None or first.shutdown > today + timedelta(days=days) else first


def comparable_elsewhere(
    model: Model,
    catalog: Catalog,
    today: date,
    *,
    not_of: str | None,
    days: float = HORIZON_DAYS,
) -> list[Model]:
    """Comparable models of others, first those that do not end within some days, then by rank.

    ``not_of`` is the developer that is left. A model of which nobody states what it writes is not
    offered, unless both talk live: of most of those nobody states it, nor when they came out.
    """
    live = model.purpose is Purpose.CONVERSATION
    found = [
        one
        for one in comparable_models(catalog, model, today=today)
        if one.developer not in (not_of, UNSPECIFIED)
        and (live or one.output_modalities == (model.output_modalities or TEXT))
        and _recent(one, today)
    ]
    return _likeliest_first(found, catalog, today, days=days, dated=not live)


def talking_models(catalog: Catalog, today: date, *, days: float = HORIZON_DAYS) -> list[Model]:
    """Models that talk live, for work that needs one while today's is none or not known."""
    found = [
        one
        for one in catalog.models.values()
        if one.purpose is Purpose.CONVERSATION
        and one.developer != UNSPECIFIED
        and not one.always_latest
        and _recent(one, today)
    ]
    found.sort(key=lambda one: (class_usd(one) is None, not one.context_tokens, one.name))
    return _likeliest_first(found, catalog, today, days=days, dated=False)


def _recent(one: Model, today: date) -> bool:
    return one.released is None or one.released >= today - NEWER_THAN


def _likeliest_first(
    found: list[Model], catalog: Catalog, today: date, *, days: float, dated: bool
) -> list[Model]:
    """Those that end nowhere within some days, are not old, have a date if ``dated``, by rank."""
    top = {name for name, one in catalog.providers.items() if one.tier == "top"}
    return sorted(
        found,
        key=lambda one: (
            ending(one.name, usual_host(one, catalog), catalog, today, days=days) is not None,
            ending_elsewhere(one.name, catalog, today, days=days) is not None,
            one.released is not None and one.released < today - AGED,
            dated and one.released is None,
            one.developer not in top,
        ),
    )


def one_of_each_developer(found: list[Model], catalog: Catalog) -> Iterator[tuple[Model, str]]:
    """The first of each developer's comparable models, with the host where one would call it."""
    seen: set[str] = set()
    for model in found:
        host = usual_host(model, catalog)
        if model.developer in seen or host is None or len(seen) == MOST_DEVELOPERS:
            continue
        seen.add(model.developer)
        yield model, host


def usual_host(model: Model, catalog: Catalog) -> str | None:
    """The developer's own API, else a cloud; a model only resellers offer has neither."""
    providers = catalog.providers
    hosts = [offer.host for offer in model.offers if offer.host in providers]
    if model.developer in hosts:
        return model.developer
    return next((one for one in hosts if Role.CLOUD in providers[one].roles), None)


def others_of_developer(
    model: Model | None,
    catalog: Catalog,
    today: date,
    *,
    developer: str | None,
    host: str | None,
    besides: str | None,
    days: float = HORIZON_DAYS,
) -> list[Model]:
    """Other models of a developer and price class at a host, the newest first.

    None ends there within some days. ``besides`` is today's model as the register names it,
    ``model`` the same in the catalogue.
    """
    same = [
        one
        for one in catalog.models.values()
        if one.developer == developer
        and one.name != besides
        and not one.always_latest
        and (one.released is not None or one.purpose is Purpose.CONVERSATION)
        and one.output_modalities == (model.output_modalities if model else TEXT)
        and any(offer.host == host for offer in one.offers)
        and ending(one.name, host, catalog, today, days=days) is None
        and (one.purpose is Purpose.TEXT if model is None else _same_class(one, model))
    ]
    return sorted(same, key=lambda one: (one.released or date.min, one.name), reverse=True)


def open_elsewhere(
    model: Model | None, comparable: Sequence[Model], catalog: Catalog, today: date
) -> Model | None:
    """The open-weights model to run instead: a comparable one, else the closest recent one.

    Of recent ones those that read the same and are offered most widely come first; none of them is
    comparable, and what they lack is said where they are filtered.
    """
    needed = model.input_modalities if model else TEXT
    purpose = model.purpose if model else Purpose.TEXT
    found = [one for one in comparable if one.open_weights]
    if found:
        return found[0]
    return min(
        (
            one
            for one in recent_models(catalog, today)
            if one.open_weights
            and one.purpose is purpose
            and (one.tool_call or purpose is not Purpose.TEXT)
        ),
        key=lambda one: (len(needed - one.input_modalities), -len(one.offers), one.name),
        default=None,
    )


def recent_models(catalog: Catalog, today: date) -> Iterator[Model]:
    """Models that write text and nothing else and are not about to be superseded."""
    since = today - NEWER_THAN
    for one in catalog.models.values():
        if one.output_modalities == TEXT and one.released and one.released >= since:
            yield one


def named_successor(model: Model, catalog: Catalog, *, host: str | None) -> Model | None:
    """The model that the developer names as the replacement of a retired one, where listed."""
    end = retirement_at(catalog, model.name, developer=model.developer, host=host)
    if end is None or end.replacement is None:
        return None
    found = catalog.models.get(model_name(model_key(end.replacement)))
    return None if found is None or found.name == model.name else found


def _same_class(one: Model, model: Model) -> bool:
    """True if a model does and reads what the other does, at most three times dearer or cheaper."""
    if one.purpose is not model.purpose or not one.input_modalities >= model.input_modalities:
        return False
    usd = [price for price in (class_usd(one), class_usd(model)) if price]
    return len(usd) < 2 or max(usd) <= PRICE_FACTOR * min(usd)
