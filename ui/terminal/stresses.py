"""Stress tests in the terminal."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from risk.catalog.failure_kinds import FailureKind
from risk.scenarios.hits import daily_losses
from risk.scenarios.results import Scenario, StressResult
from ui import wording
from ui.render.json import document
from ui.render.terminal import Document, printed, text
from ui.tables import scenario, stressed
from ui.terminal.failures import RefusedCommand
from ui.words.scenario_words import stated_notice, what_else

if TYPE_CHECKING:
    from rich.console import RenderableType

#: As many startups as anybody reads in a terminal.
LISTED = 500


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What was asked on the command line: a named scenario, or a provider and a failure kind."""

    scenario: str | None = None
    root: str | None = None
    kind: FailureKind | None = None
    days: float | None = None
    severity: float | None = None
    price_multiple: float | None = None
    notice_days: float | None = None


def choose_scenario(settings: Settings, named: Mapping[str, Scenario]) -> Scenario:
    """Return the named scenario, or the one put together; stated figures replace its own.

    Raises RefusedCommand if the scenario is unknown, or neither or both were asked for.
    """
    if settings.scenario is not None:
        if settings.root is not None or settings.kind is not None:
            raise RefusedCommand("Name a --scenario, or a --root and a --kind, not both.")
        if settings.scenario not in named:
            raise RefusedCommand(
                f"There is no scenario “{settings.scenario}”. Known: {', '.join(named)}."
            )
        base = named[settings.scenario]
    else:
        if settings.root is None or settings.kind is None:
            kinds = ", ".join(FailureKind)
            raise RefusedCommand(f"Name a --scenario, or a --root and a --kind out of {kinds}.")
        title = wording.disruption_of(settings.root, settings.kind)
        base = Scenario(id="custom", title=title, root=settings.root, kind=settings.kind)
    figures = ("days", "severity", "price_multiple", "notice_days")
    stated = {name: getattr(settings, name) for name in figures}
    return replace(base, **{name: value for name, value in stated.items() if value is not None})


def stress_document(result: StressResult) -> Document:
    """Return what the scenario costs, in total, by day and by startup."""
    return {
        "scenario": document(scenario.COLUMNS, vars(result.scenario)),
        "total_usd": result.total_usd,
        "total_low_usd": result.total_low_usd,
        "total_median_usd": result.total_median_usd,
        "total_high_usd": result.total_high_usd,
        "by_day": [{"day": day, "usd": usd} for day, usd in daily_losses(result)],
        "startups": [
            document(stressed.VALUES, stressed.row_of(startup)) for startup in result.startups
        ],
        "herd": result.herd or (),
        "note": result.note,
        "instead": result.instead,
    }


def stress_tables(result: StressResult) -> list["RenderableType"]:
    """Return the total and one line for each startup that is hit, largest loss first."""
    listed = result.startups[:LISTED]
    if result.scenario.kind is FailureKind.LEADERSHIP_CRISIS:
        return [text(f"{result.scenario.title}: the service keeps running. {result.note}")]
    title = (
        f"{result.scenario.title}: {wording.money(result.total_median_usd)} lost "
        f"({wording.money(result.total_low_usd)} to {wording.money(result.total_high_usd)}, mean "
        f"{wording.money(result.total_usd)})"
    )
    queue = (
        f" The queue for capacity adds {wording.money(result.queue_usd)}."
        if result.queue_usd
        else ""
    )
    closing = f"{wording.counted(len(result.unaffected), 'company', 'companies')} not affected."
    more = len(result.startups) - len(listed)
    unlisted = f" {more:,} more are hit; --json lists them all." if more else ""
    said = stated_notice(result.scenario), result.note, f"{what_else(result)}{queue}", closing
    return [
        printed(title, stressed.TERMINAL, stressed.rows_of(listed)),
        text(" ".join(one.strip() for one in said if one) + unlisted),
    ]
