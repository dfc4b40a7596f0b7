"""The scored portfolio in the terminal."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING

from risk.exposure.results import StartupAssessment
from risk.portfolio.results import PortfolioAssessment
from ui import headlines, wording
from ui.terminal.failures import RefusedCommand
from ui.terminal.output import Document, table, text
from ui.terminal.who_carries import pairs_table, single_points_table, tail_table

if TYPE_CHECKING:
    from rich.console import RenderableType

    from db.engine import Store
    from risk.assumptions import Assumptions
    from risk.portfolio.year_figures import SimulatedYears

LEVELS = ("service", "developer", "host", "cloud")


def score(
    store: "Store",
    portfolio: str,
    *,
    changes: Iterable[str],
    today: date,
    simulated: "SimulatedYears | None",
    progress: Callable[[float], None] | None,
) -> PortfolioAssessment:
    """Score a portfolio; ``changes`` such as ``theta=0.2`` replace assumptions this once.

    Raises RefusedCommand if a change names no assumption or a figure outside its range.
    """
    from db.services import scoring
    from db.services.access import LOCAL_OWNER

    changes = tuple(changes)
    return scoring.score_portfolio(
        store,
        LOCAL_OWNER,
        portfolio,
        today=today,
        assumptions=tried_assumptions(store, portfolio, changes) if changes else None,
        simulated=simulated,
        progress=progress,
    )


def score_on_cluster(
    store: "Store",
    portfolio: str,
    address: str,
    *,
    changes: Iterable[str],
    today: date,
    progress: Callable[[float], None] | None,
) -> PortfolioAssessment:
    """Score a portfolio in parts, on the workers of the scheduler at ``address``.

    Raises RefusedCommand as :func:`score` does.
    """
    from db.services.access import LOCAL_OWNER
    from db.services.scoring_in_parts import cluster, score_in_parts

    changes = tuple(changes)
    assumptions = tried_assumptions(store, portfolio, changes) if changes else None
    with cluster(address) as workers:
        return score_in_parts(
            store,
            LOCAL_OWNER,
            portfolio,
            workers=workers,
            today=today,
            assumptions=assumptions,
            progress=progress,
        )


def tried_assumptions(store: "Store", portfolio: str, changes: Iterable[str]) -> "Assumptions":
    """Return a portfolio's assumptions with ``changes`` such as ``theta=0.2``.

    Raises RefusedCommand if a change names no assumption or a figure outside its range.
    """
    from db.services import assumptions
    from db.services.access import LOCAL_OWNER
    from risk.assumptions import override

    values = _values(changes)
    try:
        return override(assumptions.load_assumptions(store, LOCAL_OWNER, portfolio), values)
    except ValueError as error:
        raise RefusedCommand(str(error)) from None


def _values(changes: Iterable[str]) -> dict[str, float]:
    values = {}
    for change in changes:
        name, _, value = change.partition("=")
        try:
            values[name] = float(value)
        except ValueError:
            raise RefusedCommand(f"--set {change}: write NAME=NUMBER.") from None
    return values


def score_document(result: PortfolioAssessment) -> Document:
    """Return the whole assessment. What this version does not compute yet is None.

    A simulation adds how sure its figures are under ``simulation``, rates that were learned since
    the reference facts were written what they were under ``learned_rates``.
    """
    note = result.simulation
    document: Document = {
        "portfolio": _portfolio(result),
        "startups": [_startup(startup) for startup in result.startups],
        "provenance": {
            "model_version": result.model_version,
            "catalogue_date": result.catalogue_date,
            "data_digest": result.data_digest,
            "engine": "simulation" if note else "exact",
            "seed": note.seed if note else None,
            "grid_error": result.grid_error,
        },
    }
    if result.learned:
        document["learned_rates"] = result.learned
    if note:
        document["simulation"] = {
            "years": note.years,
            "seed": note.seed,
            "aal_standard_error_usd": note.aal_standard_error_usd,
            "tvar95_interval_usd": {"low": note.tvar95_low_usd, "high": note.tvar95_high_usd},
            "tvar99_interval_usd": {"low": note.tvar99_low_usd, "high": note.tvar99_high_usd},
        }
    return document


def _portfolio(result: PortfolioAssessment) -> Document:
    concentration = result.concentration
    return {
        "startups": len(result.startups),
        "aal_usd": result.aal_usd,
        "aal_interval_usd": result.aal_interval_usd,
        "var95_usd": result.var95_usd,
        "tvar95_usd": result.tvar95_usd,
        "var99_usd": result.var99_usd,
        "tvar99_usd": result.tvar99_usd,
        "exceedance": result.exceedance,
        "hhi": {level: concentration[level].hhi for level in LEVELS},
        "effective_providers": {
            **{level: concentration[level].effective_number for level in LEVELS},
            "dependence_adjusted": result.dependence_adjusted,
        },
        "diversification_ratio": result.diversification,
        "tail_parts": headlines.tail_parts(result),
        "single_points": result.single_points,
        "pairs": result.pairs,
        "confidence": result.confidence,
    }


def _startup(startup: StartupAssessment) -> Document:
    worst = startup.worst
    return {
        "startup": startup.startup,
        "score": startup.score,
        "band": startup.band,
        "aal_usd": startup.aal_usd,
        "tvar95_usd": startup.tvar95_usd,
        "tvar95_contribution_usd": startup.tvar95_contribution_usd,
        "worst": worst and {"root": worst.root, "kind": worst.kind, "loss_usd": worst.loss_usd},
        "days_to_switch": startup.days_to_switch,
        "runway_months": startup.runway_months,
        "confidence": startup.confidence,
        "confidence_share": startup.confidence_share,
        "unknown": startup.unknown,
        "parts": [
            {
                "use_case": part.use_case,
                "provider": part.provider,
                "kind": part.kind,
                "root": part.root,
                "score": part.score,
                "aal_usd": part.aal_usd,
            }
            for part in startup.parts
        ],
        "next_action": startup.next_action,
    }


def score_tables(result: PortfolioAssessment) -> list["RenderableType"]:
    """Return the headline figures and one line for each startup, largest expected loss first."""
    tables = [_headline(result), _startups(result)]
    if result.tvar95_usd > 0:
        tables.append(tail_table(result))
    if result.single_points:
        tables.append(single_points_table(result))
    if result.pairs:
        tables.append(pairs_table(result))
    return [*tables, text(_reading(result))]


def _headline(result: PortfolioAssessment) -> "RenderableType":
    developers = result.concentration["developer"]
    rows = [
        ("Expected loss a year", wording.money(result.aal_usd)),
        ("  10 to 90 % over unknown facts", wording.money_range(result.aal_interval_usd)),
        ("1-in-20-year loss", wording.money(result.var95_usd)),
        ("  mean beyond it", wording.money(result.tvar95_usd)),
        ("1-in-100-year loss", wording.money(result.var99_usd)),
        ("Biggest dependence", _biggest(developers.shares)),
        ("Providers listed", wording.number(result.listed_providers)),
        ("Developers in effect", wording.number(developers.effective_number)),
        ("  as far as they fall independently", wording.number(result.dependence_adjusted)),
        ("Out of cash within 12 months of a wind-down", wording.number(result.cash_out_startups)),
        ("  of these without it too", wording.number(result.cash_out_anyway)),
        ("Worst years, as a share of the startups' own", wording.percent(result.diversification)),
        ("Confidence", str(result.confidence)),
    ]
    label = f"{result.portfolio}, {len(result.startups)} startups, as of {result.as_of}"
    return table(label, ("Figure", "Value"), rows, right=("Value",))


def _biggest(shares: Mapping[str, float]) -> str:
    if not shares:
        return "none"
    name = max(shares, key=lambda one: shares[one])
    return f"{name}, {wording.percent(shares[name])}"


def _startups(result: PortfolioAssessment) -> "RenderableType":
    ordered = sorted(result.startups, key=lambda one: -one.aal_usd)
    rows = [
        (
            one.startup,
            f"{one.score:.0f}",
            one.band,
            wording.money(one.aal_usd),
            wording.falter_of(one.worst.root, one.worst.kind) if one.worst else "none",
            wording.money(one.worst.loss_usd) if one.worst else "",
            wording.days(one.days_to_switch),
            wording.before_after_months(one.runway_months),
            f"{one.confidence}, {wording.percent(one.confidence_share)}",
        )
        for one in ordered
    ]
    columns = (
        "Startup",
        "Score",
        "Band",
        "Loss a year",
        "Worst falter",
        "Its loss",
        "Days to switch",
        "Runway",
        "Confidence",
    )
    return table("Startups", columns, rows, right=("Score", "Loss a year", "Its loss"))


def _reading(result: PortfolioAssessment) -> str:
    label = "Invented startups. " if result.invented else ""
    note = result.simulation
    if note:
        label += (
            f"The portfolio's figures come from {note.years:,} simulated years, seed {note.seed}"
        )
        error = note.aal_standard_error_usd
        label += f"; standard error of the loss a year {wording.money(error)}. " if error else ". "
    learned = "".join(f"\n{one}." for one in result.learned)
    return f"{label}{headlines.provenance(result)}. Bands run from A (least exposed) to E.{learned}"
