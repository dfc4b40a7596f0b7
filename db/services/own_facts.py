"""Own facts: providers, services and links that people of this store add to those that ship.

They count at once, for every portfolio, wherever shipped ones do (:mod:`risk.catalog.own`), and are
read by :func:`db.services.reference.load_catalog`. Dependencies that are stored already keep their
reading until their file is imported again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from db.engine import Store
from db.errors import Refused
from db.records import OwnLinkRecord, OwnProviderRecord, OwnServiceRecord
from db.reference.reading import read_catalog
from db.register.naming import comparison_key, tidy
from db.services.access import Action, Actor, authorize
from db.services.audit import record
from risk.catalog.failure_kinds import Basis
from risk.catalog.own import OWN_RELATIONS, everything_behind, loop_of, next_colour, usual_effects
from risk.catalog.records import (
    RUN_BY_ONESELF,
    UNSPECIFIED,
    Answer,
    Catalog,
    OwnLink,
    OwnProvider,
    OwnService,
    UpstreamLink,
)
from risk.hazard.supply_chain import OWN_OPERATION

OwnRecord = OwnProviderRecord | OwnServiceRecord | OwnLinkRecord

_LONGEST_NAME, _LONGEST_TEXT = 200, 2_000
_FORMS = ("api", "app")
#: Names that the model gives to what nobody named.
_TAKEN = {*RUN_BY_ONESELF, UNSPECIFIED, OWN_OPERATION, "many", "unnamed"}


def state_own_provider(
    store: Store, actor: Actor, stated: OwnProvider, *, change: bool = False
) -> OwnProvider:
    """Add a provider of one's own, or ``change`` what was said of one; return it as it is kept.

    Its colour, its tier and who stated it are not the caller's to say.

    Raises:
        Refused: the name is taken, or something else of it cannot be; the sentence says what to do.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.STATE_OWN_FACT, stated.provider.name)

    def work(session: Session) -> None:
        catalog = read_catalog(session)
        provider = stated.provider
        name = _name(provider.name, "provider")
        row = _row(session, OwnProviderRecord, name)
        _is_expected(row, name, "provider", change=change)
        if row is None:
            _is_free(name, catalog)
        if not provider.roles:
            raise Refused(f"Say what {name} does: it develops, hosts, or is a cloud, for instance.")
        values = {
            "roles": sorted(provider.roles),
            "country": _country(provider.country),
            "website": _website(provider.website),
            "note": _text(stated.note, "note"),
            **_read_at(store, provider.source, provider.as_of),
        }
        new = {"name": name, "name_key": comparison_key(name), "colour": next_colour(catalog.own)}
        row = row or OwnProviderRecord(**new)
        _keep(store, session, actor, row, values, kind="own provider", name=row.name)

    store.transact(work)
    return _kept(store, stated.provider.name)


def state_own_service(
    store: Store, actor: Actor, stated: OwnService, *, change: bool = False
) -> OwnService:
    """Add a service of an own provider, or ``change`` what was said of one.

    Its ``host`` is the own provider; ``developer`` None: its models are of many developers.

    Raises:
        Refused: a name is taken, nobody has such a name, or it would stand behind itself.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.STATE_OWN_FACT, stated.service.name)

    def work(session: Session) -> None:
        catalog = read_catalog(session)
        service = stated.service
        name = _name(service.name, "service")
        row = _row(session, OwnServiceRecord, name)
        _is_expected(row, name, "service", change=change)
        if row is None:
            _is_free(name, catalog)
        host = _own_provider(catalog, service.host)
        developer = service.developer
        if developer is not None:
            developer = _spelled(catalog.providers, developer, "provider")
        if service.form not in _FORMS:
            raise Refused("A service is either for programs (api) or for people (app).")
        aliases = _aliases(stated.aliases, catalog, name)
        graph = everything_behind(catalog)
        for whom in (developer, host):
            if whom is not None:
                _refuse_loop(loop_of(graph, whom, name))
        values = {
            "developer": developer,
            "host": host,
            "form": service.form,
            "aliases": aliases,
            **_read_at(store, service.source, service.as_of),
        }
        row = row or OwnServiceRecord(name=name, name_key=comparison_key(name))
        _keep(store, session, actor, row, values, kind="own service", name=row.name)

    store.transact(work)
    own = _read(store).own
    return next(one for one in own.services if same_name(one.service.name, stated.service.name))


def state_own_link(store: Store, actor: Actor, stated: OwnLink, *, change: bool = False) -> OwnLink:
    """Say on whom an own provider or service runs, or ``change`` what was said of it.

    Without effects it passes on what shipped links of its relation usually do, by judgement.

    Raises:
        Refused: nobody has such a name, a number is not 0 to 1, or the links would form a loop.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.STATE_OWN_FACT, f"{stated.link.downstream} on {stated.link.upstream}")

    def work(session: Session) -> UpstreamLink:
        catalog, link = read_catalog(session), stated.link
        own = (
            *(one.provider.name for one in catalog.own.providers),
            *(one.service.name for one in catalog.own.services),
        )
        downstream = _spelled(own, link.downstream, "own provider or service")
        known = (*catalog.providers, *catalog.services)
        upstream = _spelled(known, link.upstream, "provider or service")
        if link.relation not in OWN_RELATIONS:
            raise Refused(f"A relation is one of {', '.join(OWN_RELATIONS)}.")
        _refuse_loop(loop_of(everything_behind(catalog), upstream, downstream))
        for one in link.effects.values():
            if not (0 <= one.probability <= 1 and 0 <= one.gain <= 1):
                raise Refused("A probability and a share lost are numbers from 0 to 1.")
        effects = link.effects or usual_effects(catalog, link.relation)
        key = {"upstream": upstream, "downstream": downstream, "relation": link.relation}
        row = session.scalar(select(OwnLinkRecord).filter_by(**key))
        _is_expected(row, f"{downstream} on {upstream}", "link", change=change)
        values = {
            # What shipped links usually pass on was not stated by this source.
            "basis": link.basis if link.effects else Basis.JUDGEMENT,
            "effects": [
                {"kind": kind.value, "probability": one.probability, "gain": one.gain}
                for kind, one in effects.items()
            ],
            "note": _text(link.note, "note"),
            **_read_at(store, link.source, link.as_of),
        }
        row = row or OwnLinkRecord(**key)
        name = f"{downstream} on {upstream} ({link.relation})"
        _keep(store, session, actor, row, values, kind="own link", name=name)
        return replace(link, upstream=upstream, downstream=downstream)

    kept = store.transact(work)
    return next(one for one in _read(store).own.links if _same_link(one.link, kept))


def remove_own_provider(store: Store, actor: Actor, name: str, reason: str) -> tuple[str, ...]:
    """Remove an own provider with its services and links; return what went, in words.

    Raises:
        Refused: there is none, no reason is given, or another own fact rests on it.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.REMOVE_OWN_FACT, name)

    def work(session: Session) -> tuple[str, ...]:
        row = _found(session, OwnProviderRecord, name, "provider")
        every = session.scalars(select(OwnServiceRecord).order_by(OwnServiceRecord.id)).all()
        services = [one for one in every if one.host == row.name]
        users = [one.name for one in every if one.developer == row.name and one not in services]
        gone: list[OwnRecord] = _links_with(session, row.name, *(one.name for one in services))
        _nothing_rests_on(row.name, users)
        gone += [*services, row]
        return tuple(_remove(store, session, actor, one, reason) for one in gone)

    return store.transact(work)


def remove_own_service(store: Store, actor: Actor, name: str, reason: str) -> tuple[str, ...]:
    """Remove a service of an own provider with its links; return what went, in words.

    Raises:
        Refused: there is none, no reason is given, or another own fact rests on it.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.REMOVE_OWN_FACT, name)

    def work(session: Session) -> tuple[str, ...]:
        row = _found(session, OwnServiceRecord, name, "service")
        gone: list[OwnRecord] = [*_links_with(session, row.name), row]
        return tuple(_remove(store, session, actor, one, reason) for one in gone)

    return store.transact(work)


def remove_own_link(
    store: Store, actor: Actor, downstream: str, upstream: str, reason: str
) -> tuple[str, ...]:
    """Remove what was said of one running on the other; return what went, in words.

    Raises:
        Refused: nothing was said, or no reason is given.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.REMOVE_OWN_FACT, f"{downstream} on {upstream}")

    def work(session: Session) -> tuple[str, ...]:
        wanted = comparison_key(downstream), comparison_key(upstream)
        gone = [
            one
            for one in _all_links(session)
            if (comparison_key(one.downstream), comparison_key(one.upstream)) == wanted
        ]
        if not gone:
            raise Refused(
                f"Nobody added a link that says that {tidy(downstream)} runs on {tidy(upstream)}. "
                "“downstream providers list” shows those that there are."
            )
        return tuple(_remove(store, session, actor, one, reason) for one in gone)

    return store.transact(work)


def same_name(one: str, other: str) -> bool:
    """Return whether two names are one, whatever their case and spaces."""
    return comparison_key(one) == comparison_key(other)


# --- What may be stated -------------------------------------------------------------------------


def _name(text: str, what: str) -> str:
    name = tidy(text)
    if not name:
        raise Refused(f"Write the name of the {what}.")
    if len(name) > _LONGEST_NAME or not name.isprintable():
        raise Refused(
            f"A name has at most {_LONGEST_NAME} characters, all of them visible. Shorten it."
        )
    return name


def _text(text: str, what: str) -> str:
    plain = text.strip()
    if len(plain) > _LONGEST_TEXT:
        raise Refused(f"The {what} may have {_LONGEST_TEXT:,} characters. Shorten it.")
    return plain


def _country(text: str) -> str:
    code = text.strip().upper()
    if code and not (len(code) == 2 and code.isascii() and code.isalpha()):
        raise Refused(f"Write the country as its code of two letters, such as DE, not “{text}”.")
    return code


def _website(text: str) -> str:
    address = _text(text, "website")
    if address and not address.startswith(("https://", "http://")):
        raise Refused(f"Write the website with https:// in front, not “{address}”.")
    return address


def _read_at(store: Store, source: str, as_of: str) -> dict[str, str]:
    said = _text(source, "source")
    if not said:
        raise Refused("Say where that is known from: a contract, a page, who said it.")
    try:
        day = date.fromisoformat(as_of)
    except ValueError:
        raise Refused(f"Write the date of the source as 2026-05-21, not “{as_of}”.") from None
    if day > store.now().date():
        raise Refused(f"{day.isoformat()} is still to come: write the day on which it was read.")
    return {"source": said, "as_of": day.isoformat()}


def _is_expected(row: object | None, name: str, what: str, *, change: bool) -> None:
    if row is not None and not change:
        raise Refused(
            f"{name} is one of your own {what}s already. Change it on its page, or add “--change” "
            "to the command."
        )
    if row is None and change:
        raise Refused(f"There is no own {what} {name} to change. Add it first.")


def _is_free(name: str, catalog: Catalog) -> None:
    """Refuse a name that stands for something else already."""
    key = comparison_key(name)
    for what, names in (
        ("provider", catalog.providers),
        ("service", catalog.services),
        ("model", catalog.models),
        ("word of the model", _TAKEN),
    ):
        found = next((one for one in names if comparison_key(one) == key), None)
        if found is not None:
            whose = "of your own" if found in catalog.own.names else "that is known already"
            raise Refused(f"{found} is a {what} {whose}. Choose another name.")
    for alias in catalog.aliases:
        if alias.answer is Answer.YES and comparison_key(alias.text) == key:
            stands_for = alias.product or alias.host or alias.developer
            raise Refused(
                f"{name} is read as {stands_for} already. Choose another name, or decide by "
                "“downstream aliases add” what it stands for."
            )


def _aliases(texts: Iterable[str], catalog: Catalog, service: str) -> list[str]:
    """Return the further names of a service, each once, unless one of them is another's."""
    own = next((one for one in catalog.own.services if one.service.name == service), None)
    had = {comparison_key(one) for one in own.aliases} if own else set()
    found = {comparison_key(text): _name(text, "alias") for text in texts if text.strip()}
    found.pop(comparison_key(service), None)
    for key, text in found.items():
        if key not in had:
            _is_free(text, catalog)
    return list(found.values())


def _spelled(names: Iterable[str], text: str, what: str) -> str:
    """Return the one of the names that is meant."""
    listed = list(names)
    key = comparison_key(text)
    found = next((one for one in listed if comparison_key(one) == key), None)
    if found is None:
        near = [one for one in listed if key[:4] and key[:4] in comparison_key(one)]
        hint = f" Did you mean {', '.join(near[:3])}?" if near else ""
        raise Refused(
            f"There is no {what} “{tidy(text)}”. “downstream providers” lists them.{hint}"
        )
    return found


def _own_provider(catalog: Catalog, text: str) -> str:
    own = [one.provider.name for one in catalog.own.providers]
    if own:
        return _spelled(own, text, "own provider")
    raise Refused(f"{tidy(text)} is no provider of your own. Add the provider first.")


def _refuse_loop(loop: tuple[str, ...]) -> None:
    if loop:
        raise Refused(
            f"That would form a loop: {' → '.join(loop)}. Nothing runs on itself; remove one of "
            "these links first, or turn this one round."
        )


# --- Rows ---------------------------------------------------------------------------------------


def _read(store: Store) -> Catalog:
    with store.read() as session:
        return read_catalog(session)


def _kept(store: Store, name: str) -> OwnProvider:
    own = _read(store).own
    return next(one for one in own.providers if same_name(one.provider.name, name))


def _row(session: Session, table: Any, name: str) -> Any:
    return session.scalar(select(table).where(table.name_key == comparison_key(name)))


def _found(session: Session, table: Any, name: str, what: str) -> Any:
    row = _row(session, table, name)
    if row is None:
        raise Refused(
            f"There is no own {what} “{tidy(name)}”. “downstream providers list” shows those that "
            "there are; what ships with the product cannot be removed."
        )
    return row


def _same_link(one: UpstreamLink, other: UpstreamLink) -> bool:
    return (one.upstream, one.downstream, one.relation) == (
        *(other.upstream, other.downstream),
        other.relation,
    )


def _all_links(session: Session) -> Sequence[OwnLinkRecord]:
    return session.scalars(select(OwnLinkRecord).order_by(OwnLinkRecord.id)).all()


def _links_with(session: Session, *names: str) -> list[OwnRecord]:
    """Return the links behind these names; refuse if what stays would rest on one of them."""
    links = _all_links(session)
    users = [
        one.downstream for one in links if one.upstream in names and one.downstream not in names
    ]
    _nothing_rests_on(names[0], users)
    return [one for one in links if one.downstream in names]


def _nothing_rests_on(name: str, users: list[str]) -> None:
    if users:
        raise Refused(f"{', '.join(users)} runs on {name}. Remove that link or service first.")


def _values(row: OwnRecord) -> dict[str, Any]:
    """Return what a row states, for the trail."""
    left_out = {"id", "name_key", "colour", "stated_by", "stated_at", "version"}
    names = [one.key for one in row.__table__.columns if one.key not in left_out]
    return {name: getattr(row, name) for name in names}


def _keep(
    store: Store,
    session: Session,
    actor: Actor,
    row: Any,
    values: Mapping[str, Any],
    *,
    kind: str,
    name: str,
) -> None:
    before = None if row.id is None else _values(row)
    for field, value in values.items():
        setattr(row, field, value)
    row.stated_by, row.stated_at = actor.name, store.now()
    row.version = (row.version or 0) + 1
    session.add(row)
    session.flush()
    record(
        store,
        session,
        actor,
        Action.STATE_OWN_FACT,
        object_kind=kind,
        object_name=name,
        before=before,
        after=_values(row),
    )


def _remove(store: Store, session: Session, actor: Actor, row: OwnRecord, reason: str) -> str:
    why = _text(reason, "reason")
    if not why:
        raise Refused("Say why it is removed; others will want to know.")
    if isinstance(row, OwnLinkRecord):
        kind, name = "own link", f"{row.downstream} on {row.upstream} ({row.relation})"
    else:
        kind = "own provider" if isinstance(row, OwnProviderRecord) else "own service"
        name = row.name
    before = _values(row)
    session.execute(delete(type(row)).where(type(row).id == row.id))
    record(
        store,
        session,
        actor,
        Action.REMOVE_OWN_FACT,
        object_kind=kind,
        object_name=name,
        before=before,
        reason=why,
    )
    return f"{kind.removeprefix('own ')} {name}"
