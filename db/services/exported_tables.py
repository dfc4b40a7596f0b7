"""The tables that can be exported: what each holds, from what the other services answer."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, overload

import numpy as np

from db.engine import Store
from db.register.as_inventory import inventory_table, lost_in_an_inventory
from db.register.loss_columns import stretches
from db.register.rows import read_register
from db.services.access import Actor
from db.services.assumptions import load_assumptions
from db.services.contracts import all_contracts
from db.services.drills import list_drills
from db.services.imports import list_batches
from db.services.incidents import load_incidents
from db.services.portfolios import AT_ONCE, each_startup, list_portfolios
from db.services.reference import load_catalog
from db.services.scoring import score_portfolio
from db.services.signals import list_signals
from db.services.visible import visible_portfolio
from risk.alternatives.drill_files import COLUMNS as DRILL_COLUMNS
from risk.assumptions import assumption_rows
from risk.catalog.records import Catalog
from risk.hazard.incidents.tables import COLUMNS
from risk.inventory.contract_tables import contracts_table
from risk.inventory.formats.export_tables import Cell, ExportTable
from risk.portfolio.fields import FIELDS, cell, fields
from risk.portfolio.startups import StartupTable, assessed_of


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Whose table, of which portfolio (None: of none), as of which day."""

    store: Store
    actor: Actor
    portfolio: str | None
    today: date

    @property
    def named_portfolio(self) -> str:
        """The portfolio of a table that has one."""
        if self.portfolio is None:
            raise ValueError("this table belongs to a portfolio")
        return self.portfolio


@dataclass(frozen=True, kw_only=True)
class Exported:
    """A table, and in sentences what it could not hold."""

    table: ExportTable
    left_out: tuple[str, ...] = ()


def _table(name: str, columns: str, rows: Iterable[Mapping[str, Any] | Any]) -> Exported:
    """A table of objects or mappings, a column for each name in ``columns``."""
    names = tuple(columns.split())
    made = tuple(tuple(_cell(row, column) for column in names) for row in rows)
    return Exported(table=ExportTable(name=name, columns=names, rows=made))


def _cell(row: Any, column: str) -> Cell:
    value = row.get(column) if isinstance(row, Mapping) else getattr(row, column)
    if isinstance(value, frozenset | set):
        value = sorted(value)
    if isinstance(value, tuple | list):
        return "; ".join(map(str, value)) or None
    stated: Cell = value
    return stated


def _inventory(wanted: Wanted) -> Exported:
    with wanted.store.read() as session:
        found = visible_portfolio(session, wanted.actor, wanted.named_portfolio)
        parts = (
            read_register(session, found.id, numbers=numbers)
            for numbers in stretches(session, found.id, size=AT_ONCE)
        )
        return Exported(
            table=inventory_table(parts), left_out=lost_in_an_inventory(session, found.id)
        )


def _startups(wanted: Wanted) -> Exported:
    startups = each_startup(wanted.store, wanted.actor, wanted.named_portfolio)
    columns = (
        "name website sector country annual_revenue_usd gross_margin ai_revenue_share cash_usd"
        " monthly_burn_usd engineers invested_usd tags stage fund ownership relationship watched_by"
        " contact_email as_of notes"
    )
    return _table("Startups", columns, startups)


def _dependencies(wanted: Wanted) -> Exported:
    startups = each_startup(wanted.store, wanted.actor, wanted.named_portfolio)
    of_dependency = (
        "provider_text answer developer host product model region data_residency share"
        " spend_usd_per_month depth fallback fallback_provider_text fallback_developer"
        " fallback_host fallback_tested_on exit_plan switch_begun notice_days provider_notice_days"
        " contract_start contract_end renewal governing_law promised_availability source as_of"
        " evidence contract"
    )
    rows = (
        {
            "startup": startup.name,
            "use_case": use_case.name,
            "criticality": use_case.criticality,
            **{name: getattr(dependency, name) for name in of_dependency.split()},
        }
        for startup in startups
        for use_case in startup.use_cases
        for dependency in use_case.dependencies
    )
    return _table("Dependencies", f"startup use_case criticality {of_dependency}", rows)


def _scores(wanted: Wanted) -> Exported:
    result = score_portfolio(wanted.store, wanted.actor, wanted.named_portfolio, today=wanted.today)
    rows = _ScoreRows(assessed_of(result).table)
    return Exported(table=ExportTable(name="Scores", columns=tuple(FIELDS), rows=rows))


class _ScoreRows(Sequence[tuple[Cell, ...]]):
    """Rows of scores, made stretch by stretch when they are read."""

    def __init__(self, table: StartupTable) -> None:
        self.table = table

    def __len__(self) -> int:
        return len(self.table)

    def __iter__(self) -> Iterator[tuple[Cell, ...]]:
        for start in range(0, len(self), AT_ONCE):
            yield from self[start : start + AT_ONCE]

    @overload
    def __getitem__(self, place: int) -> tuple[Cell, ...]: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[tuple[Cell, ...], ...]: ...
    def __getitem__(self, place: int | slice) -> Any:
        if isinstance(place, int):
            return self[place : place + 1][0]
        wanted = np.arange(len(self))[place]
        columns = (map(cell, one) for one in fields(self.table, wanted).values())
        return tuple(zip(*columns, strict=True))


def _drills(wanted: Wanted) -> Exported:
    """Drills that stand, as they are read back; what was taken back stays."""
    every = list_drills(wanted.store, wanted.actor, wanted.named_portfolio)
    named = {
        dependency.key: dependency.provider_text
        for startup in each_startup(wanted.store, wanted.actor, wanted.named_portfolio)
        for use_case in startup.use_cases
        for dependency in use_case.dependencies
    }
    kept = [one for one in every if one.withdrawn_by is None]
    # Of some startups only theirs; of all also those of what is in the register no longer.
    if wanted.store.view.slices:
        kept = [one for one in kept if one.drill.dependency_key in named]
    rows = [
        vars(one.drill) | {"provider": named.get(one.drill.dependency_key)}
        for one in reversed(kept)
    ]
    gone = sum(one.withdrawn_by is not None for one in every)
    said = f"{gone} drills that were taken back: they stay on record in this portfolio."
    exported = _table("Drills", " ".join(DRILL_COLUMNS), rows)
    return Exported(table=exported.table, left_out=(said,) if gone else ())


def _contracts(wanted: Wanted) -> Exported:
    """Contracts with what was found of their provisions, as they are read back."""
    every = all_contracts(wanted.store, wanted.actor, wanted.named_portfolio)
    return Exported(table=contracts_table(every))


def _portfolios(wanted: Wanted) -> Exported:
    found = list_portfolios(wanted.store, wanted.actor)
    return _table("Portfolios", "name startups updated invented revision", found)


def _batches(wanted: Wanted) -> Exported:
    found = list_batches(wanted.store, wanted.actor, wanted.portfolio)
    columns = (
        "batch portfolio file_name at by records accepted rejected duplicate undone undone_at"
        " undone_by"
    )
    return _table("Batches", columns, found)


def _providers(wanted: Wanted) -> Exported:
    known = load_catalog(wanted.store, wanted.actor)
    columns = "name roles country website tier source as_of"
    return _table("Providers", f"{columns} own", _marked(columns, known.providers.values(), known))


def _services(wanted: Wanted) -> Exported:
    known = load_catalog(wanted.store, wanted.actor)
    columns = "name developer host form source as_of"
    return _table("Services", f"{columns} own", _marked(columns, known.services.values(), known))


def _marked(columns: str, facts: Iterable[Any], known: Catalog) -> list[dict[str, Any]]:
    """Facts as rows that say whether somebody added them here."""
    return [
        {name: getattr(one, name) for name in columns.split()}
        | {"own": one.name in known.own.names}
        for one in facts
    ]


def _links(wanted: Wanted) -> Exported:
    known = load_catalog(wanted.store, wanted.actor)
    rows = [
        {
            **{name: getattr(link, name) for name in "upstream downstream relation basis".split()},
            "kind": kind,
            "probability": effect.probability,
            "gain": effect.gain,
            "probability_long_notice": effect.probability_long_notice,
            "source": link.source,
            "as_of": link.as_of,
            "own": link.downstream in known.own.linked,
        }
        for link in known.links
        for kind, effect in link.effects.items()
    ]
    columns = (
        "upstream downstream relation kind probability gain probability_long_notice basis source"
        " as_of own"
    )
    return _table("Links", columns, rows)


def _rates(wanted: Wanted) -> Exported:
    found = load_catalog(wanted.store, wanted.actor).rates
    columns = (
        "node kind level rate_per_year severity calibration duration_mu_ln_days duration_sigma"
        " long_share tail_shape tail_scale_days notice_days basis source as_of"
    )
    return _table("Rates", columns, found)


def _aliases(wanted: Wanted) -> Exported:
    found = load_catalog(wanted.store, wanted.actor).aliases
    return _table("Aliases", "text answer developer host product source", found)


def _retirements(wanted: Wanted) -> Exported:
    found = load_catalog(wanted.store, wanted.actor).retirements
    columns = "developer model host announced shutdown replacement source as_of"
    return _table("Retirements", columns, found)


def _assumptions(wanted: Wanted) -> Exported:
    values = load_assumptions(wanted.store, wanted.actor, wanted.named_portfolio)
    columns = "name value default unit low high plausible_low plausible_high meaning source changed"
    return _table("Assumptions", columns, assumption_rows(values))


def _signals(wanted: Wanted) -> Exported:
    rows = [
        {
            "number": one.number,
            "provider": one.signal.provider,
            "kind": one.signal.kind,
            "date": one.signal.at.date(),
            "intensity": one.signal.intensity,
            "reliability": one.signal.reliability,
            "source": one.signal.source,
            "by": one.by,
            "at": one.at,
        }
        for one in list_signals(wanted.store, wanted.actor)
    ]
    columns = "number provider kind date intensity reliability source by at"
    return _table("Signals", columns, rows)


def _incidents(wanted: Wanted) -> Exported:
    found = [
        {
            **{name: getattr(one, name) for name in COLUMNS},
            # To the fraction of a second, so that it is the same moment when it is read back.
            "started_at": one.started_at.isoformat(sep=" "),
            "resolved_at": one.resolved_at.isoformat(sep=" ") if one.resolved_at else None,
        }
        for one in load_incidents(wanted.store, wanted.actor)
    ]
    return _table("Incidents", " ".join(COLUMNS), found)


#: What each table is made by, by the name that it is asked for.
OF_A_PORTFOLIO: Mapping[str, Callable[[Wanted], Exported]] = {
    "inventory": _inventory,
    "startups": _startups,
    "dependencies": _dependencies,
    "scores": _scores,
    "drills": _drills,
    "contracts": _contracts,
    "assumptions": _assumptions,
}
OF_THE_STORE: Mapping[str, Callable[[Wanted], Exported]] = {
    "portfolios": _portfolios,
    "batches": _batches,
    "providers": _providers,
    "services": _services,
    "links": _links,
    "rates": _rates,
    "aliases": _aliases,
    "retirements": _retirements,
    "signals": _signals,
    "incidents": _incidents,
}
