"""Commands on providers: those that ship, and those that this store adds."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from risk.catalog.failure_kinds import Basis
from risk.catalog.records import Role
from ui.render.terminal import print_json, print_tables, say
from ui.terminal.commands.options import Database, Json, caller, opened, today
from ui.terminal.failures import RefusedCommand, refuse_if

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from db.engine import Store
    from risk.catalog.failure_kinds import FailureKind
    from risk.catalog.records import LinkEffect, OwnFacts

app = typer.Typer()
providers = typer.Typer(invoke_without_command=True)
app.add_typer(providers, name="providers")

Source = Annotated[str, typer.Option(help="Where that is known from.")]
AsOf = Annotated[
    str | None, typer.Option(metavar="DATE", help="When that was read or said; default: today.")
]
Note = Annotated[str | None, typer.Option(help="Anything else about it.")]
Change = Annotated[
    bool, typer.Option("--change", help="State an own one anew; what is left out stays.")
]


@providers.callback()
def list_of_providers(
    context: typer.Context, as_json: Json = False, database: Database = None
) -> None:
    """List the providers, their services and who stands behind them; add your own."""
    if context.invoked_subcommand is not None:
        return
    from db.services.reference import load_catalog
    from ui.render.terminal import print_table
    from ui.tables.register import PROVIDERS, providers_of

    catalog = load_catalog(opened(database), caller())
    print_table("Providers", PROVIDERS, providers_of(catalog), as_json=as_json)
    if not as_json:
        for doubt in catalog.own.doubts:
            say(doubt)


@providers.command("list")
def list_of_own(context: typer.Context, as_json: Json = False, database: Database = None) -> None:
    """List your own providers, services and links, with who stated them, when and from where."""
    from ui.render.terminal import printed, text
    from ui.tables.own_fact import LINKS, PROVIDERS, SERVICES, document_of

    store, as_json = _asked(context, database, as_json)
    document = document_of(_own(store))
    if as_json:
        print_json(document)
        return
    if not document["providers"]:
        print_tables([text("There are none. “downstream providers add” adds one.")])
        return
    tables = (
        ("Your own providers", PROVIDERS, "providers"),
        ("Their services", SERVICES, "services"),
        ("Whom they depend on", LINKS, "links"),
    )
    print_tables(printed(title, columns, document[name]) for title, columns, name in tables)
    for doubt in document["doubts"]:
        say(doubt)


@providers.command()
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The provider's name.")],
    source: Source,
    role: Annotated[
        list[Role] | None,
        typer.Option(help="What it does; default: developer and host. May be repeated."),
    ] = None,
    country: Annotated[str | None, typer.Option(metavar="CC", help="Two letters.")] = None,
    website: Annotated[
        str | None, typer.Option(metavar="URL", help="With https:// in front.")
    ] = None,
    note: Note = None,
    as_of: AsOf = None,
    change: Change = False,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Add a provider of your own, such as a vendor that only you use."""
    from db.services.own_facts import same_name, state_own_provider
    from risk.catalog.records import OwnProvider, Provider
    from ui.tables.own_fact import provider_row

    store, as_json = _asked(context, database, as_json)
    every = _own(store).providers if change else ()
    before = next((one for one in every if same_name(one.provider.name, name)), None)
    had = before.provider if before else None
    stated = Provider(
        name=name,
        roles=frozenset(role or (had.roles if had else {Role.DEVELOPER, Role.HOST})),
        country=_or(country, had.country if had else None),
        website=_or(website, had.website if had else None),
        tier="",
        colour="",
        source=source,
        as_of=as_of or today().isoformat(),
    )
    stating = OwnProvider(provider=stated, note=_or(note, before.note if before else None))
    kept = state_own_provider(store, caller(), stating, change=change)
    if as_json:
        print_json({"stated": provider_row(kept)})
        return
    say(
        f"{kept.provider.name} is a provider of your own. It counts from now on in every portfolio."
    )


@providers.command()
def service(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The service's name.")],
    provider: Annotated[str, typer.Option(help="The own provider that serves it.")],
    source: Source,
    developer: Annotated[
        str | None,
        typer.Option(help="Whose models it serves, or “many”; default: the provider's own."),
    ] = None,
    form: Annotated[
        str | None, typer.Option(help="api (for programs) or app (for people); default: api.")
    ] = None,
    alias: Annotated[
        list[str] | None,
        typer.Option(help="Another name by which files call it. May be repeated."),
    ] = None,
    as_of: AsOf = None,
    change: Change = False,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Add a service of an own provider, with the names by which files call it."""
    from db.services.own_facts import same_name, state_own_service
    from risk.catalog.records import OwnService, Service
    from ui.tables.own_fact import service_row

    store, as_json = _asked(context, database, as_json)
    every = _own(store).services if change else ()
    before = next((one for one in every if same_name(one.service.name, name)), None)
    usual = before.service.developer if before else provider
    many = developer is not None and developer.strip().casefold() == "many"
    stated = Service(
        name=name,
        developer=None if many else (developer or usual),
        host=provider,
        form=_or(form, before.service.form if before else "api"),
        source=source,
        as_of=as_of or today().isoformat(),
    )
    aliases = tuple(alias) if alias else (before.aliases if before else ())
    stating = OwnService(service=stated, aliases=aliases)
    kept = state_own_service(store, caller(), stating, change=change)
    if as_json:
        print_json({"stated": service_row(kept)})
        return
    say(
        f"{kept.service.name} is a service of {kept.service.host}. Files that name it are read so "
        "from now on; what is stored already, once its file is imported again."
    )


@providers.command()
def link(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The own provider or service.")],
    on: Annotated[str, typer.Option("--on", metavar="PROVIDER", help="Whom it depends on.")],
    source: Source,
    relation: Annotated[
        str,
        typer.Option(help="How: gateway (calls it), cloud, identity, edge, gpu or owner."),
    ] = "gateway",
    passes: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KIND=CHANCE[,LOST]",
            help="The chance that a disruption of this kind passes, and the share of service lost "
            "then, as outage=0.9,0.5 or all=1; default: as shipped links of the relation. May be "
            "repeated.",
        ),
    ] = None,
    basis: Annotated[
        Basis | None, typer.Option(help="What these numbers are; default: judgement.")
    ] = None,
    note: Note = None,
    as_of: AsOf = None,
    change: Change = False,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Say on whom an own provider or service runs, and what passes."""
    from db.services.own_facts import same_name, state_own_link
    from risk.catalog.records import OwnLink, UpstreamLink
    from ui.tables.own_fact import link_row

    store, as_json = _asked(context, database, as_json)
    every = [one.link for one in _own(store).links] if change else []
    before = next(
        (
            one
            for one in every
            if same_name(one.downstream, name)
            and same_name(one.upstream, on)
            and one.relation == relation
        ),
        None,
    )
    stated = UpstreamLink(
        upstream=on,
        downstream=name,
        relation=relation,
        effects=effects_of(passes or ()) or (before.effects if before else {}),
        basis=basis or (before.basis if before else Basis.JUDGEMENT),
        note=_or(note, before.note if before else None),
        source=source,
        as_of=as_of or today().isoformat(),
    )
    kept = state_own_link(store, caller(), OwnLink(link=stated), change=change)
    if as_json:
        print_json({"stated": link_row(kept)})
        return
    say(
        f"{kept.link.downstream} depends on {kept.link.upstream}: every answer counts it from now "
        f"on."
    )


@providers.command()
def remove(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The own provider or service.")],
    reason: Annotated[str, typer.Option(help="Why; others will want to know.")],
    on: Annotated[
        str | None,
        typer.Option("--on", metavar="PROVIDER", help="Only that it depends on this one."),
    ] = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Remove an own provider with all of its own, a service, or a link."""
    from db.services.own_facts import (
        remove_own_link,
        remove_own_provider,
        remove_own_service,
        same_name,
    )

    store, as_json = _asked(context, database, as_json)
    is_service = any(same_name(one.service.name, name) for one in _own(store).services)
    if on is not None:
        gone = remove_own_link(store, caller(), name, on, reason)
    elif is_service:
        gone = remove_own_service(store, caller(), name, reason)
    else:
        gone = remove_own_provider(store, caller(), name, reason)
    if as_json:
        print_json({"removed": gone})
        return
    say(
        f"Removed: {'; '.join(gone)}. Dependencies that were read as it keep that reading until "
        "their file is imported again."
    )


def effects_of(texts: "Sequence[str]") -> "Mapping[FailureKind, LinkEffect]":
    """Return what passes over a link from ``outage=0.9,0.5`` and the like; later ones count.

    Raises RefusedCommand if one cannot be read.
    """
    from risk.catalog.failure_kinds import FailureKind
    from risk.catalog.records import LinkEffect

    found: dict[FailureKind, LinkEffect] = {}
    for text in texts:
        name, _, numbers = text.partition("=")
        kind = name.strip().casefold()
        known = [one.value for one in FailureKind]
        refuse_if(
            kind not in (*known, "all"),
            f"“{text}” names no kind of failure. Write all, or one of {', '.join(known)}.",
        )
        try:
            chance, *lost = (float(one) for one in numbers.split(","))
        except ValueError:
            raise RefusedCommand(f"Write a chance such as {kind}=0.9, not “{text}”.") from None
        refuse_if(len(lost) > 1, f"Write {kind}=CHANCE or {kind}=CHANCE,LOST, not “{text}”.")
        effect = LinkEffect(probability=chance, gain=lost[0] if lost else 1.0)
        kinds = FailureKind if kind == "all" else (FailureKind(kind),)
        found |= dict.fromkeys(kinds, effect)
    return found


def _asked(context: typer.Context, database: str | None, as_json: bool) -> "tuple[Store, bool]":
    """The store and whether JSON is wanted: options may stand before the word too."""
    before: dict[str, Any] = context.parent.params if context.parent else {}
    return opened(database or before.get("database")), as_json or bool(before.get("as_json"))


def _own(store: "Store") -> "OwnFacts":
    from db.services.reference import load_catalog

    return load_catalog(store, caller()).own


def _or(stated: str | None, before: str | None) -> str:
    """What is stated now, else what was before."""
    return stated if stated is not None else before or ""
