"""The reference facts of a folder, read into one :class:`~risk.catalog.records.Catalog`.

The folder holds one CSV table for each kind of fact; every row says where it comes from and when
that was read. A bad cell, an unknown name or a loop among the links stops the loading with an
error that says where to look (:class:`~risk.catalog.tables.CatalogError`).
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from risk.catalog.failure_kinds import (
    EvidenceKind,
    FailureKind,
    FailureRate,
    RateEvidence,
    RateKey,
)
from risk.catalog.jurisdictions import REGION_NODES
from risk.catalog.likeness import PARTS, Relation
from risk.catalog.model_history import MODEL_NODES, last_days_not_listed, load_model_history
from risk.catalog.records import (
    IN_HOUSE,
    SELF_HOSTED,
    Alias,
    Catalog,
    LinkEffect,
    MarketShare,
    Provider,
    Rating,
    Retirement,
    Role,
    Service,
    Task,
    UpstreamLink,
)
from risk.catalog.tables import CatalogError, Limits, Row, columns_of, read_table

#: Nodes of fixtures/rates.csv that stand for every node of a sort.
DEFAULT_NODES = frozenset(
    {
        *("*service", "*developer", "*developer top", "*developer second", "*host"),
        *("*cloud", "*edge", "*customer", *REGION_NODES, *MODEL_NODES),
    }
)
#: What one node is to the other. An owner passes nothing on by itself: see governance signals.
RELATIONS = (
    *("cloud", "identity", "edge", "gateway", "gpu", "owner"),
    *("licensed_host", "open_weights", "own_weights"),
)
LINK_COLUMNS = (
    *("upstream", "downstream", "relation", "kind", "probability", "gain"),
    *("probability_long_notice", "basis", "source", "as_of", "note"),
)
EVIDENCE_COLUMNS = (
    *("node", "kind", "level", "how", "events", "years", "shape", "median", "q95", "spread"),
    *("notice_q95_days", "source", "as_of"),
)
_SHARE = (0.0, 1.0)
_MOST_DAYS = 3650.0
_RATE_LIMITS: Limits = {
    "rate_per_year": (0, 1e6),
    "severity": _SHARE,
    "calibration": _SHARE,
    "duration_mu_ln_days": (-20, 20),
    "duration_sigma": (0, 10),
    "long_share": _SHARE,
    "tail_shape": (0.001, 0.99),
    "tail_scale_days": (0.001, _MOST_DAYS),
    "notice_days": (0, _MOST_DAYS),
}
_EFFECT_LIMITS: Limits = dict.fromkeys(columns_of(LinkEffect), _SHARE)


def load_catalog(folder: Path, *, aliases: Iterable[Alias] = ()) -> Catalog:
    """All reference facts: the tables of ``folder`` and the installed catalogue packages.

    ``aliases`` are decisions of this installation's analysts; they come after the folder's own
    spellings and replace those with the same text (compared without regard to case).

    Raises:
        CatalogError: a table is missing or wrong; the message names file, line and column.
    """
    # The packages are large, and who reads single tables does without them.
    from risk.catalog.models import catalogue_dates, load_models

    providers = _providers(folder)
    services = _services(folder, providers)
    nodes = frozenset(providers) | frozenset(services)
    own = tuple(aliases)
    decided = {alias.text.casefold() for alias in own}
    published = (one for one in load_aliases(folder) if one.text.casefold() not in decided)
    dates = catalogue_dates()
    known = Catalog(
        providers=providers,
        services=services,
        links=_links(folder, nodes),
        rates=_rates(folder, nodes),
        aliases=(*published, *own),
        models=load_models(folder),
        retirements=_retirements(folder, providers),
        catalogue_date=min(one.data_date for one in dates),
        notes={one.package: one.source for one in dates},
        rate_evidence=load_rate_evidence(folder),
        market=load_market_shares(folder),
        ratings=load_ratings(folder),
        usual_distances=load_usual_distances(folder),
    )
    recorded = last_days_not_listed(known, load_model_history(folder))
    return replace(known, retirements=_in_order((*known.retirements, *recorded)))


def load_aliases(folder: Path) -> tuple[Alias, ...]:
    """Spellings of providers and products found in inventories; an empty cell is unknown.

    Raises:
        CatalogError: a row lacks a text or a source, or its answer is another word.
    """
    return tuple(row.fact(Alias) for row in read_table(folder / "aliases.csv", columns_of(Alias)))


def load_market_shares(folder: Path) -> Mapping[str, MarketShare]:
    """Shares of what companies spend on language models, by the name of the service.

    Raises:
        CatalogError: the table is missing or wrong, or its shares come to more than 1; the message
            names file, line and column.
    """
    columns = ("service", "share", "share_low", "share_high", "source", "as_of")
    found: dict[str, MarketShare] = {}
    for row in read_table(folder / "market_shares.csv", columns):
        name = row.text("service")
        row.new(name, found, "service")
        share = row.number("share", low=0, high=1)
        found[name] = row.fact(
            MarketShare,
            share=share,
            low=row.number("share_low", low=0, high=share),
            high=row.number("share_high", low=share, high=1),
        )
        total = sum(one.share for one in found.values())
        if total > 1 + 1e-9:
            raise row.error("share", f"the shares so far come to {total:g}; they must not pass 1.")
    return found


def load_ratings(folder: Path) -> Mapping[tuple[str, Task], Rating]:
    """How voters rate models, by the name in the catalogue and the task.

    Raises:
        CatalogError: the table is missing or wrong; the message names file, line and column.
    """
    found: dict[tuple[str, Task], Rating] = {}
    for row in read_table(folder / "model_ratings.csv", columns_of(Rating)):
        key = row.text("model"), row.choice("task", Task)
        row.new(key, found, "model", where=" for this task")
        rating = row.number("rating", low=0, high=5000)
        found[key] = row.fact(
            Rating,
            rating=rating,
            low=row.number("low", low=0, high=rating),
            high=row.number("high", low=rating, high=5000),
            votes=int(row.number("votes", low=0, high=1e9)),
        )
    return found


def load_usual_distances(folder: Path) -> Mapping[str, tuple[float, ...]]:
    """The mean parts of the distance of a replacement, by what it is; see :mod:`.likeness`.

    Raises:
        CatalogError: the table is missing or wrong; the message names file, line and column.
    """
    columns = ("replacement", *PARTS, "pairs", "rated", "source", "as_of")
    found: dict[str, tuple[float, ...]] = {}
    for row in read_table(folder / "usual_distances.csv", columns):
        name = row.choice("replacement", Relation)
        row.new(name, found, "replacement")
        found[name] = tuple(row.number(part, low=0, high=1) for part in PARTS)
    return found


def load_rate_evidence(folder: Path) -> Mapping[RateKey, RateEvidence]:
    """What the rates of ``folder`` rest on, by node, kind and level.

    Raises:
        CatalogError: the table is missing or wrong; the message names file, line and column.
    """
    found: dict[RateKey, RateEvidence] = {}
    for row in read_table(folder / "rate_evidence.csv", EVIDENCE_COLUMNS):
        key = (row.text("node"), row.choice("kind", FailureKind), row.text("level"))
        row.new(key, found, "level", " ".join(key))
        found[key] = _evidence(row)
    return found


def _evidence(row: Row) -> RateEvidence:
    how = row.choice("how", EvidenceKind)
    if how is EvidenceKind.LEARNED:
        raise row.error("how", "a rate of the reference facts was not learned since.")
    known = RateEvidence(
        how=how,
        source=f"{row.text('source')} ({row.day('as_of').isoformat()})",
        notice_q95_days=row.optional_number("notice_q95_days", low=0, high=_MOST_DAYS),
    )
    if how is EvidenceKind.JUDGED:
        return replace(known, spread=row.number("spread", low=1.01, high=100))
    if how is EvidenceKind.ELICITED:
        median, q95 = (row.number(name, low=1e-9, high=1e6) for name in ("median", "q95"))
        if median >= q95:
            raise row.error("q95", "the 95 % point must be above the median.")
        return replace(known, spread=q95 / median)
    events = row.number("events", low=0, high=1e6)
    if events != int(events):
        raise row.error("events", "count whole events.")
    fitted = how is EvidenceKind.FITTED
    return replace(
        known,
        events=int(events),
        years=row.number("years", low=1e-6, high=1e6),
        shape=row.number("shape", low=1e-3, high=1e6) if fitted else None,
    )


def _providers(folder: Path) -> Mapping[str, Provider]:
    found: dict[str, Provider] = {}
    for row in read_table(folder / "providers.csv", columns_of(Provider)):
        row.new(row.text("name"), found, "name")
        developer = Role.DEVELOPER in row.choices("roles", Role)
        provider = row.fact(
            Provider,
            tier=row.one_of("tier", ("top", "second") if developer else ("",)),
            colour=_colour(row),
        )
        if any(provider.colour == other.colour for other in found.values()):
            raise row.error("colour", f"{provider.colour} already belongs to another provider.")
        found[provider.name] = provider
    return found


def _colour(row: Row) -> str:
    text = row.text("colour").lower()
    if len(text) != 7 or text[0] != "#" or not set(text[1:]) <= set("0123456789abcdef"):
        raise row.error("colour", f"write a colour such as #0060c0, not '{text}'.")
    return text


def _services(folder: Path, providers: Mapping[str, Provider]) -> Mapping[str, Service]:
    hosts = {*providers, SELF_HOSTED, IN_HOUSE}
    found: dict[str, Service] = {}
    for row in read_table(folder / "services.csv", columns_of(Service)):
        name = row.text("name")
        row.new(name, found, "name")
        if name in providers:
            raise row.error("name", f"'{name}' is already the name of a provider.")
        if row.optional("developer"):
            row.known("developer", providers, "provider")
        row.known("host", hosts, "provider")
        found[name] = row.fact(Service, form=row.one_of("form", ("api", "app")))
    return found


def _rates(folder: Path, nodes: frozenset[str]) -> tuple[FailureRate, ...]:
    known = nodes | DEFAULT_NODES
    found: dict[RateKey, FailureRate] = {}
    for row in read_table(folder / "rates.csv", columns_of(FailureRate)):
        row.known("node", known, "provider, service or default node")
        rate = row.fact(FailureRate, _RATE_LIMITS)
        if (rate.duration_mu_ln_days is None) != (rate.duration_sigma is None):
            raise row.error("duration_sigma", "give both duration cells or neither.")
        tail = [rate.long_share, rate.tail_shape, rate.tail_scale_days]
        if any(one is None for one in tail) != all(one is None for one in tail):
            raise row.error("tail_shape", "give all three cells of the tail or none.")
        if rate.long_share is not None and rate.duration_mu_ln_days is None:
            raise row.error("long_share", "a tail needs the law of shorter lengths too.")
        row.new(rate.key, found, "level", " ".join(rate.key))
        found[rate.key] = rate
    return tuple(found.values())


def _retirements(folder: Path, providers: Mapping[str, Provider]) -> tuple[Retirement, ...]:
    found: dict[tuple[str, str, str | None], Retirement] = {}
    for row in read_table(folder / "retirements.csv", columns_of(Retirement)):
        row.known("developer", providers, "provider")
        if row.optional("host"):
            row.known("host", providers, "provider")
        one = row.fact(Retirement)
        if one.announced and one.announced > one.shutdown:
            raise row.error("announced", "a model cannot be announced to end after it has ended.")
        key = (one.developer, one.model, one.host)
        row.new(key, found, "model", where=" for this host")
        found[key] = one
    return _in_order(found.values())


def _in_order(retirements: Iterable[Retirement]) -> tuple[Retirement, ...]:
    return tuple(sorted(retirements, key=lambda one: (one.shutdown, one.model)))


def _links(folder: Path, nodes: Container[str]) -> tuple[UpstreamLink, ...]:
    """Who stands behind whom: one row for each link and failure kind, gathered by link.

    A row without a kind records a link that passes nothing on. A kind with probability 0 says
    that this disruption does not pass, whatever a general rule would say.
    """
    links: dict[tuple[str, str, str], list[Row]] = {}
    order: TopologicalSorter[str] = TopologicalSorter()
    for row in read_table(folder / "links.csv", LINK_COLUMNS):
        upstream = row.known("upstream", nodes, "provider or service")
        downstream = row.known("downstream", nodes, "provider or service")
        if upstream == downstream:
            raise row.error("downstream", f"'{upstream}' cannot stand behind itself.")
        key = (upstream, downstream, row.one_of("relation", RELATIONS))
        links.setdefault(key, []).append(row)
        order.add(downstream, upstream)
    try:
        order.prepare()
    except CycleError as error:
        names = " → ".join(error.args[1])
        sentence = f"links.csv: the links form a loop: {names}. Remove one of them."
        raise CatalogError(sentence) from None
    return tuple(_link(rows) for rows in links.values())


def _link(rows: Sequence[Row]) -> UpstreamLink:
    """One link from its rows."""
    effects: dict[FailureKind, LinkEffect] = {}
    for row in rows:
        if row.optional("kind"):
            kind = row.choice("kind", FailureKind)
            row.new(kind, effects, "kind", kind, " for this link")
            effects[kind] = row.fact(LinkEffect, _EFFECT_LIMITS)
        elif row.cells["probability"] or row.cells["gain"]:
            raise row.error("kind", "name the failure kind that this probability is about.")
    return rows[-1].fact(
        UpstreamLink,
        effects=effects,
        source="; ".join(dict.fromkeys(row.text("source") for row in rows)),
        as_of=max(row.day("as_of") for row in rows).isoformat(),
        note="; ".join(dict.fromkeys(row.cells["note"] for row in rows if row.cells["note"])),
    )
