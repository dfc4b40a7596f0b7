"""The recorded past of models at their hosts: when listed, when ended, and how prices moved.

Three tables of the reference facts, made from a public model catalogue that keeps every change:
``catalogue_models.csv`` (a line for each model at a host), ``price_moves.csv`` (a line for each
day on which a model's price moved there) and ``history_sources.csv`` (where both come from, their
licence, and from which day up to before which day they tell). docs/assumptions.md says how they
were made.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from risk.catalog.records import UNSPECIFIED, Catalog, Provider, Retirement, Role
from risk.catalog.tables import Row, read_table

MODELS_FILE = "catalogue_models.csv"
MOVES_FILE = "price_moves.csv"
MODEL_COLUMNS = (
    *("developer", "model", "host", "sort", "fixed", "priced", "listed", "gone"),
    *("last_day", "seen"),
)
MOVE_COLUMNS = (
    *("developer", "model", "host", "day", "input_before", "input_after"),
    *("output_before", "output_after", "what", "note"),
)
SOURCE_COLUMNS = ("file", "from_day", "until_day", "snapshot", "licence", "source")


class HostType(StrEnum):
    """Who sells a model: its developer itself, a cloud, or another host."""

    FIRST_PARTY = "first-party"
    CLOUD = "cloud"
    RESELLER = "reseller"


#: Classes of developers.
TIERS = ("top", "second")
#: A sort of host and a class of developers.
CellKey = tuple[HostType, str]
#: Every cell of a table, first-party hosts first.
CELLS: tuple[CellKey, ...] = tuple((place, tier) for place in HostType for tier in TIERS)


class Change(StrEnum):
    """What a change of a list price was."""

    PRICE = "price"
    REPLACEMENT = "replacement"
    REPAIR = "repair"


@dataclass(frozen=True, kw_only=True)
class _AtHost:
    """A model at a host."""

    developer: str
    model: str
    host: str

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells it from every other one."""
        return self.developer, self.model, self.host


@dataclass(frozen=True, kw_only=True)
class ListedModel(_AtHost):
    """One model at one host. Days are those of the catalogue, later than the event by days.

    ``text``: it is a language or an embedding model. ``is_fixed``: the name stands for one model,
    not for whichever is newest. ``is_priced``: it has a price a token. ``listed`` is None where it
    stood there before the record began. ``seen`` is the first day on which the catalogue held the
    last day, None where that is not known.
    """

    is_text: bool
    is_fixed: bool
    is_priced: bool
    listed: date | None
    gone: date | None
    last_day: date | None
    seen: date | None


@dataclass(frozen=True, kw_only=True)
class PriceMove(_AtHost):
    """A day on which the list price of a model moved at a host; prices in USD a million tokens.

    ``input_usd`` and ``output_usd`` are (before, after), None where that price stood still. A
    ``REPLACEMENT`` is a name that moved to another model, a ``REPAIR`` a slip of the catalogue.
    """

    day: date
    input_usd: tuple[float, float] | None
    output_usd: tuple[float, float] | None
    what: Change
    note: str

    @property
    def ratios(self) -> tuple[float, ...]:
        """New price ÷ old, of input and of output where they moved."""
        moved = (one for one in (self.input_usd, self.output_usd) if one is not None)
        return tuple(after / before for before, after in moved)


@dataclass(frozen=True, kw_only=True)
class HistorySource:
    """Where a table comes from; it tells of the days from ``since`` up to before ``until``."""

    file: str
    since: date
    until: date
    snapshot: date
    licence: str
    source: str


@dataclass(frozen=True, kw_only=True)
class ModelHistory:
    """The recorded past of models and prices, with its sources by file."""

    models: tuple[ListedModel, ...]
    moves: tuple[PriceMove, ...]
    sources: Mapping[str, HistorySource]


@lru_cache(maxsize=4)
def load_model_history(folder: Path) -> ModelHistory:
    """The three tables of ``folder``, read once for each folder.

    Raises:
        CatalogError: a table is missing or wrong; the message names file, line and column.
    """
    models: dict[tuple[str, str, str], ListedModel] = {}
    for row in read_table(folder / MODELS_FILE, MODEL_COLUMNS):
        one = _listed_model(row)
        row.new(one.key, models, "model", where=" for this host")
        models[one.key] = one
    moves = []
    for row in read_table(folder / MOVES_FILE, MOVE_COLUMNS):
        move = _price_move(row)
        if move.key not in models:
            raise row.error("model", f"'{move.model}' is not in {MODELS_FILE} for this host.")
        moves.append(move)
    sources = {
        row.one_of("file", (MODELS_FILE, MOVES_FILE)): row.fact(
            HistorySource, since=row.day("from_day"), until=row.day("until_day")
        )
        for row in read_table(folder / "history_sources.csv", SOURCE_COLUMNS)
    }
    return ModelHistory(models=tuple(models.values()), moves=tuple(moves), sources=sources)


def host_type(developer: str, host: str, providers: Mapping[str, Provider]) -> HostType:
    """Who sells: the developer itself, a provider that is a cloud, or anybody else."""
    if developer == host:
        return HostType.FIRST_PARTY
    known = providers.get(host)
    if known is not None and Role.CLOUD in known.roles:
        return HostType.CLOUD
    return HostType.RESELLER


def cell_of(developer: str, host: str, providers: Mapping[str, Provider]) -> CellKey:
    """The sort of host and the class of the developer; one that has no class is ``second``.

    A host that nobody named is taken to be the developer itself.
    """
    known = providers.get(developer)
    tier = known.tier if known and known.tier in TIERS else TIERS[1]
    return host_type(developer, developer if host == UNSPECIFIED else host, providers), tier


def cell_node(key: CellKey) -> str:
    """The default node of the reference rates that stands for the models of a cell."""
    return f"*model {key[0]} {key[1]}"


#: Default nodes of models by sort of host and class of developer, in words.
MODEL_NODES: Mapping[str, str] = {
    cell_node((place, tier)): f"models of {tier}-tier developers at {where}"
    for place, where in (
        (HostType.FIRST_PARTY, "their own API"),
        (HostType.CLOUD, "clouds"),
        (HostType.RESELLER, "other hosts"),
    )
    for tier in TIERS
}


def last_days_not_listed(catalog: Catalog, history: ModelHistory) -> tuple[Retirement, ...]:
    """Last days that the history names and the catalogue's retirements lack, past ones too.

    A day counts as known where the retirements name the model at that host, or, at its developer
    and at hosts that are no cloud, the developer's own day: as the calendar reads them. What is
    found is ready to stand among the retirements, with host and source. ``announced`` is the day
    on which the catalogue first held the last day, None if that came later than the last day.
    """
    listed = {(one.developer, one.model, one.host) for one in catalog.retirements}
    source = history.sources[MODELS_FILE]
    found = []
    for one in history.models:
        if one.last_day is None:
            continue
        place = host_type(one.developer, one.host, catalog.providers)
        own = None if place is HostType.FIRST_PARTY else one.host
        known = (one.developer, one.model, own) in listed
        follows = place is HostType.RESELLER and (one.developer, one.model, None) in listed
        if known or follows:
            continue
        found.append(
            Retirement(
                developer=one.developer,
                model=one.model,
                announced=one.seen if one.seen and one.seen <= one.last_day else None,
                shutdown=one.last_day,
                replacement=None,
                source=source.source,
                as_of=source.snapshot.isoformat(),
                host=own,
            )
        )
    return tuple(sorted(found, key=lambda one: (one.shutdown, one.model, one.host or "")))


def _listed_model(row: Row) -> ListedModel:
    one = row.fact(
        ListedModel,
        is_text=row.one_of("sort", ("text", "embedding", "other")) != "other",
        is_fixed=row.one_of("fixed", ("yes", "no")) == "yes",
        is_priced=row.one_of("priced", ("yes", "no")) == "yes",
    )
    if one.listed and one.gone and one.gone < one.listed:
        raise row.error("gone", "a model cannot leave the catalogue before it came.")
    return one


def _price_move(row: Row) -> PriceMove:
    both = _prices(row, "input"), _prices(row, "output")
    if both == (None, None):
        raise row.error("input_before", "a move needs a price before and after.")
    note = row.optional("note") or ""
    return row.fact(PriceMove, input_usd=both[0], output_usd=both[1], note=note)


def _prices(row: Row, side: str) -> tuple[float, float] | None:
    before, after = (
        row.optional_number(f"{side}_{when}", low=1e-6, high=1e5) for when in ("before", "after")
    )
    if (before is None) != (after is None):
        raise row.error(f"{side}_after", "give both prices or neither.")
    return None if before is None or after is None else (before, after)
