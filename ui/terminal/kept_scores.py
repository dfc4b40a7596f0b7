"""Scores that are kept in the store, in the terminal."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING

from ui import wording
from ui.terminal.failures import RefusedCommand
from ui.terminal.output import Document, table, text

if TYPE_CHECKING:
    from rich.console import RenderableType

    from db.engine import Store
    from db.services.startup_pages import StartupsPage
    from db.services.stored_scores import StoredRun


def keep_scores(
    store: "Store",
    portfolio: str,
    scheduler: str | None,
    *,
    today: date,
    progress: Callable[[float], None] | None,
) -> "StoredRun":
    """Score a portfolio in parts, by this process or a cluster, and keep its scores."""
    from db.services.access import LOCAL_OWNER
    from db.services.scoring_in_parts import ThisProcess, cluster
    from db.services.stored_scores import store_scores

    with ThisProcess() if scheduler is None else cluster(scheduler) as workers:
        return store_scores(
            store, LOCAL_OWNER, portfolio, workers=workers, today=today, progress=progress
        )


def listed(
    store: "Store", portfolio: str, *, words: str, order: str, offset: int, limit: int
) -> "StartupsPage":
    """Return a page of startups, the largest figures first, names from A on.

    Raises RefusedCommand where ``order`` is none that there is.
    """
    from db.services.access import LOCAL_OWNER
    from db.services.startup_pages import StartupFilter, StartupOrder, startups_page

    orders = {str(one): one for one in StartupOrder}
    if order not in orders:
        raise RefusedCommand(f"--order {order}: write one of {', '.join(orders)}.")
    return startups_page(
        store,
        LOCAL_OWNER,
        portfolio,
        StartupFilter(words=words),
        order=orders[order],
        descending=orders[order] is not StartupOrder.NAME,
        offset=offset,
        limit=limit,
    )


def run_document(run: "StoredRun") -> Document:
    """Return when and of what the kept scores are."""
    return asdict(run)


def listed_document(found: "StartupsPage") -> Document:
    """Return the page: startups by name with their kept scores, None where there is none."""
    return {
        "total": found.total,
        "matching": found.matching,
        "run": run_document(found.run) if found.run else None,
        "startups": [
            {
                "startup": one.name,
                "sector": one.sector,
                "annual_revenue_usd": one.annual_revenue_usd,
                "kept": asdict(found.scores[one.name]) if one.name in found.scores else None,
            }
            for one in found.startups
        ],
    }


def listed_tables(found: "StartupsPage", *, offset: int) -> list["RenderableType"]:
    """Return the page for people, and a sentence about what it is a part of."""
    rows = []
    for one in found.startups:
        kept = found.scores.get(one.name)
        rows.append(
            (
                one.name,
                one.sector or "",
                f"{kept.score:.0f}" if kept else "",
                kept.band if kept else "",
                wording.money(kept.aal_usd) if kept else "",
                wording.money(kept.tail_usd) if kept else "",
                kept.confidence if kept else "",
            )
        )
    columns = (
        "Startup",
        "Sector",
        "Score",
        "Band",
        "Loss a year",
        "Share of the tail",
        "Confidence",
    )
    right = ("Score", "Loss a year", "Share of the tail")
    return [table("Startups", columns, rows, right=right), text(_about(found, offset))]


def _about(found: "StartupsPage", offset: int) -> str:
    last = offset + len(found.startups)
    shown = f"{offset + 1:,} to {last:,}" if found.startups else "None"
    about = f"{shown} of {found.matching:,} that match, {found.total:,} in all."
    if found.run is None:
        return f"{about} No scores are kept; “downstream scores keep” makes some."
    stale = "" if found.run.current else " The portfolio has changed since."
    return f"{about} Scored as of {found.run.as_of}.{stale}"
