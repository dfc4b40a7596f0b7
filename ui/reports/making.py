"""Reports as files: a page of HTML that prints well, and a workbook whose sums can be followed."""

from dataclasses import dataclass, replace
from datetime import date

from db.engine import Store
from db.errors import Refused
from db.services.access import Actor
from db.services.reports import workbook_facts
from db.services.share_contents import Frozen, Narrow, Wanted, frozen_content
from db.services.validation import validation_facts
from risk.alternatives.options import StartupNotFound
from risk.portfolio.validation import YEARS, Challenged
from risk.scenarios.event import UnknownRoot
from ui import money
from ui.render.workbook import as_report
from ui.reports.validation import sections, validation_page, validation_sheets
from ui.reports.workbook import workbook_sheets
from ui.share_page.page import REPORT, report_page
from ui.words.view_words import view_in_words


@dataclass(frozen=True, kw_only=True)
class ValidationDocuments:
    """One document on the validation of the model in two forms, and how the challengers did."""

    challenged: Challenged
    html: bytes
    xlsx: bytes


def html_report(store: Store, actor: Actor, wanted: Wanted) -> bytes:
    """One file of HTML without scripts or addresses of others: a portfolio, a startup or a test.

    It is written in the currency that is shown, unless one is ``wanted``.

    Raises:
        PortfolioNotFound: there is none of that name.
        NotAllowed: the actor was not invited.
        Refused: there is no such startup, or nobody knows the test's provider.
    """
    return html_of(frozen_report(store, actor, wanted))


def frozen_report(
    store: Store, actor: Actor, wanted: Wanted, *, narrow: Narrow | None = None
) -> Frozen:
    """Return what a report or the file of a snapshot tells. Raises as :func:`html_report` does."""
    wanted = replace(wanted, currency=wanted.currency or money.shown().currency)
    try:
        return frozen_content(store, actor, wanted, narrow=narrow)
    except (StartupNotFound, UnknownRoot) as unknown:  # A file has nobody else who says so.
        raise Refused(str(unknown)) from None


def html_of(frozen: Frozen, *, kind: str = REPORT) -> bytes:
    """Return what was frozen as one file of HTML."""
    return report_page(frozen.content, digest=frozen.digest, kind=kind).encode("utf-8")


def snapshot_html(
    store: Store, actor: Actor, wanted: Wanted, *, narrow: Narrow | None = None
) -> bytes:
    """What a snapshot would show, as one file to pass on where a link would open nowhere.

    The page is that of the link, without what only a server can do. ``narrow`` as for a link.
    Raises as :func:`html_report` does.
    """
    return html_of(frozen_report(store, actor, wanted, narrow=narrow), kind="Snapshot")


def workbook_report(store: Store, actor: Actor, portfolio: str, *, today: date) -> bytes:
    """An Excel workbook with the answer, its parts, the model's numbers and the provenance.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor was not invited.
    """
    facts = workbook_facts(store, actor, portfolio, today=today)
    sheets = workbook_sheets(
        facts.assessment,
        facts.valuation,
        facts.assumptions,
        ending=facts.ending,
        week=facts.week,
        view=store.view,
    )
    title = f"Downstream: {_named(store, portfolio)}"
    return as_report(sheets, title=title, created=today)


def _named(store: Store, portfolio: str) -> str:
    """The portfolio, and as of which day and of which of its startups the store is read."""
    return portfolio if store.view.is_whole else f"{portfolio}, {view_in_words(store.view)}"


def validation_documents(
    store: Store, actor: Actor, portfolio: str, *, today: date, years: int = YEARS
) -> ValidationDocuments:
    """The validation of the model on a portfolio, as a page and as a workbook of the same.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor was not invited.
    """
    facts = validation_facts(store, actor, portfolio, today=today, years=years)
    title = f"Downstream: validation, {_named(store, portfolio)}"
    # It is about the model, which reckons in USD, and says so everywhere.
    with money.shown_in(money.IN_USD):
        document = sections(facts)
        sheets = validation_sheets(document, f"{title}, {facts.assessment.as_of}")
        return ValidationDocuments(
            challenged=facts.challenged,
            html=validation_page(document, facts, today=today).encode("utf-8"),
            xlsx=as_report(sheets, title=title, created=today),
        )
