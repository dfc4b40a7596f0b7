"""Reports as files: a page of HTML that prints well, and a workbook whose sums can be followed."""

from datetime import date

from db.engine import Store
from db.services.access import Actor
from db.services.reports import report_content, scenario_report_content, workbook_facts
from risk.scenarios.results import Scenario
from ui.reports.sheets import as_report
from ui.reports.workbook import workbook_sheets
from ui.shared.rendering import report_page


def html_report(
    store: Store, actor: Actor, portfolio: str, *, startup: str | None = None, today: date
) -> bytes:
    """One file of HTML without scripts or addresses of others.

    Raises:
        PortfolioNotFound, StartupNotFound: there is none of that name.
        NotAllowed: the actor was not invited.
    """
    frozen = report_content(store, actor, portfolio, startup=startup, today=today)
    return report_page(frozen.content, digest=frozen.digest).encode("utf-8")


def scenario_report(
    store: Store, actor: Actor, portfolio: str, scenario: Scenario, *, today: date
) -> bytes:
    """One file of HTML about one stress test of a portfolio, in the manner of the others.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor was not invited.
        risk.scenarios.roots.UnknownRoot: the scenario's provider is not known.
    """
    frozen = scenario_report_content(store, actor, portfolio, scenario, today=today)
    return report_page(frozen.content, digest=frozen.digest).encode("utf-8")


def workbook_report(store: Store, actor: Actor, portfolio: str, *, today: date) -> bytes:
    """An Excel workbook with the answer, its parts, the model's numbers and the provenance.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor was not invited.
    """
    facts = workbook_facts(store, actor, portfolio, today=today)
    sheets = workbook_sheets(facts.assessment, facts.valuation, facts.assumptions)
    return as_report(sheets, title=f"Downstream: {portfolio}", created=today)
