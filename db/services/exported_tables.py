"""The tables that can be exported: what each holds, from what the other services answer."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, overload

from db.engine import Store
from db.register.as_inventory import inventory_table, lost_in_an_inventory
from db.register.loss_columns import stretches
from db.register.rows import read_register
from db.services.access import Actor
from db.services.assumptions import load_assumptions
from db.services.imports import list_batches
from db.services.incidents import load_incidents
from db.services.portfolios import AT_ONCE, each_startup, list_portfolios
from db.services.reference import load_catalog
from db.services.scoring import score_portfolio
from db.services.signals import list_signals
from db.services.visible import visible_portfolio
from risk.assumptions import assumption_rows
from risk.hazard.incidents.tables import COLUMNS
from risk.inventory.formats.export_tables import Cell, ExportTable
from risk.portfolio.results import StartupAssessment


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
        " monthly_burn_usd engineers invested_usd as_of notes"
    )
    return _table("Startups", columns, startups)


def _dependencies(wanted: Wanted) -> Exported:
    startups = each_startup(wanted.store, wanted.actor, wanted.named_portfolio)
    of_dependency = (
        "provider_text answer developer host product model region data_residency share"
        " spend_usd_per_month depth fallback fallback_provider_text fallback_developer"
        " fallback_host fallback_tested_on exit_plan notice_days renewal source as_of"
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
    rows = _ScoreRows(result.startups)
    return Exported(table=ExportTable(name="Scores", columns=_SCORE_COLUMNS, rows=rows))


#: Fields of an answer that are cells as they are.
_PLAIN = (
    "startup sector score band aal_usd median_usd facts_known facts_stated judged_factor tvar95_usd"
    " tvar95_contribution_usd gross_profit_usd lead_developer days_to_switch unknown open_questions"
    " providers next_action"
).split()
_SCORE_COLUMNS = tuple(
    (
        "startup sector score score_low score_high band aal_usd median_usd aal_low_usd aal_high_usd"
        " variance_facts variance_rates variance_judgement facts_known facts_stated judged_factor"
        " narrow_most tvar95_usd tvar95_contribution_usd gross_profit_usd lead_developer worst_root"
        " worst_kind worst_loss_usd days_to_switch days_to_switch_low days_to_switch_high"
        " runway_months_before runway_months_after runway_months_after_low runway_months_after_high"
        " unknown open_questions providers next_action"
    ).split()
)


class _ScoreRows(Sequence[tuple[Cell, ...]]):
    """Rows of scores, each made when it is read."""

    def __init__(self, startups: Sequence[StartupAssessment]) -> None:
        self.startups = startups

    def __len__(self) -> int:
        return len(self.startups)

    def __iter__(self) -> Iterator[tuple[Cell, ...]]:
        return map(_score, self.startups)

    @overload
    def __getitem__(self, place: int) -> tuple[Cell, ...]: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[tuple[Cell, ...], ...]: ...
    def __getitem__(self, place: int | slice) -> Any:
        if isinstance(place, slice):
            return tuple(map(_score, self.startups[place]))
        return _score(self.startups[place])


def _score(one: StartupAssessment) -> tuple[Cell, ...]:
    worst, switch, runway = one.worst, one.days_to_switch_interval, one.runway_months
    cells: dict[str, Cell] = {
        **{name: _cell(one, name) for name in _PLAIN},
        "score_low": one.score_interval.low,
        "score_high": one.score_interval.high,
        "aal_low_usd": one.aal_interval_usd.low,
        "aal_high_usd": one.aal_interval_usd.high,
        "variance_facts": one.variance_shares.facts,
        "variance_rates": one.variance_shares.rates,
        "variance_judgement": one.variance_shares.judgement,
        "narrow_most": "; ".join(each.what for each in one.narrow_most) or None,
        "worst_root": worst.root if worst else None,
        "worst_kind": worst.kind if worst else None,
        "worst_loss_usd": worst.loss_usd if worst else None,
        "days_to_switch_low": switch.low if switch else None,
        "days_to_switch_high": switch.high if switch else None,
        "runway_months_before": runway.before,
        "runway_months_after": runway.after,
        "runway_months_after_low": runway.after_low,
        "runway_months_after_high": runway.after_high,
    }
    return tuple(cells[name] for name in _SCORE_COLUMNS)


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
    found = load_catalog(wanted.store, wanted.actor).providers.values()
    return _table("Providers", "name roles country website tier source as_of", list(found))


def _services(wanted: Wanted) -> Exported:
    found = load_catalog(wanted.store, wanted.actor).services.values()
    return _table("Services", "name developer host form source as_of", list(found))


def _links(wanted: Wanted) -> Exported:
    rows = [
        {
            **{name: getattr(link, name) for name in "upstream downstream relation basis".split()},
            "kind": kind,
            "probability": effect.probability,
            "gain": effect.gain,
            "probability_long_notice": effect.probability_long_notice,
            "source": link.source,
            "as_of": link.as_of,
        }
        for link in load_catalog(wanted.store, wanted.actor).links
        for kind, effect in link.effects.items()
    ]
    columns = (
        "upstream downstream relation kind probability gain probability_long_notice basis source"
        " as_of"
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
