"""Scores that are kept in the store, in the terminal."""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from ui.render.json import document
from ui.render.terminal import Document, printed, text
from ui.tables import startup
from ui.tables.column import Record
from ui.terminal.commands.options import caller
from ui.terminal.failures import RefusedCommand
from ui.words import marks

if TYPE_CHECKING:
    from rich.console import RenderableType

    from db.engine import Store
    from db.services.kept_answers import KeptAnswer
    from db.services.startup_pages import StartupsPage


def keep_scores(
    store: "Store",
    portfolio: str,
    scheduler: str | None,
    *,
    today: date,
    progress: Callable[[float], None] | None,
) -> "KeptAnswer":
    """Score a portfolio, here or on a cluster, and keep its answer."""
    from db.services.kept_answers import (
        keep_answer,
        keep_ending,
        keep_margin_ranges,
        keep_narrowing,
    )
    from db.services.scoring_in_chunks import cluster

    if scheduler is None:
        kept = keep_answer(store, caller(), portfolio, today=today, progress=progress)
        keep_ending(store, caller(), portfolio, today=today)
        keep_margin_ranges(store, caller(), portfolio, today=today)
        keep_narrowing(store, caller(), portfolio, today=today)
        return kept
    with cluster(scheduler) as workers:
        return keep_answer(
            store, caller(), portfolio, today=today, workers=workers, progress=progress
        )


def listed(
    store: "Store",
    portfolio: str,
    *,
    words: str,
    order: str,
    offset: int,
    limit: int,
    today: date,
) -> "StartupsPage":
    """Return a page of startups, the largest figures first, names from A on.

    Raises RefusedCommand where ``order`` is none that there is.
    """
    from db.services.startup_pages import StartupFilter, StartupOrder, startups_page

    orders = {str(one): one for one in StartupOrder}
    if order not in orders:
        raise RefusedCommand(f"--order {order}: write one of {', '.join(orders)}.")
    return startups_page(
        store,
        caller(),
        portfolio,
        StartupFilter(words=words),
        today=today,
        order=orders[order],
        descending=orders[order] is not StartupOrder.NAME,
        offset=offset,
        limit=limit,
    )


def run_document(kept: "KeptAnswer") -> Document:
    """Return when and of what the kept scores are."""
    whole = kept.whole
    return {
        "run": kept.number,
        "revision": kept.revision,
        "current": kept.current,
        "unchanged": kept.unchanged,
        "as_of": kept.as_of,
        "finished_at": kept.finished_at,
        "startups": kept.startups,
        "aal_usd": whole.aal_usd,
        "median_usd": whole.median_usd,
        "aal_interval_usd": whole.aal_interval_usd,
        "tvar95_usd": whole.tvar95_usd,
        "facts_known": whole.facts_known,
        "worlds": whole.worlds,
        "model_version": whole.model_version,
        "data_digest": whole.data_digest,
    }


def listed_document(found: "StartupsPage") -> Document:
    """Return the page: startups by name with their kept scores, None where there is none."""
    return {
        "total": found.total,
        "matching": found.matching,
        "run": run_document(found.kept) if found.kept else None,
        "startups": [
            {
                "startup": one.name,
                "sector": one.sector,
                "annual_revenue_usd": one.annual_revenue_usd,
                "kept": _kept(found.scores.get(one.name)),
            }
            for one in found.startups
        ],
    }


def _kept(row: Record | None) -> Document | None:
    if row is None:
        return None
    values = document(startup.VALUES, row)
    return {**values, "narrow_most": marks.narrowing_values(row["narrow_most"])}


def listed_tables(found: "StartupsPage", *, offset: int) -> list["RenderableType"]:
    """Return the page for people, and a sentence about what it is a part of."""
    rows = [
        found.scores.get(one.name, {"startup": one.name, "sector": one.sector})
        for one in found.startups
    ]
    listed = printed("Companies", startup.LISTED, rows, is_whole=lambda row: "band" in row)
    return [listed, text(_about(found, offset))]


def _about(found: "StartupsPage", offset: int) -> str:
    last = offset + len(found.startups)
    shown = f"{offset + 1:,} to {last:,}" if found.startups else "None"
    about = f"{shown} of {found.matching:,} that match, {found.total:,} in all."
    if found.kept is None:
        return f"{about} No scores are kept; “downstream scores keep” makes some."
    stale = "" if found.kept.unchanged else " The portfolio has changed since."
    return f"{about} Scored as of {found.kept.as_of}.{stale}"
