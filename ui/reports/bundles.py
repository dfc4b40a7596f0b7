"""Archives of several files, with what their figures rest on beside them."""

import zipfile
from collections.abc import Mapping
from datetime import date
from io import BytesIO

from db.engine import Store
from db.services.access import Actor
from db.services.exported_tables import OF_A_PORTFOLIO
from db.services.exports import FileKind, export_table
from risk.portfolio.results import PortfolioAssessment
from ui.tables import portfolio

PROVENANCE = "provenance.txt"


def rests_on(assessment: PortfolioAssessment) -> str:
    """Return what figures of a portfolio stand on, a line each."""
    known = portfolio.row_of(assessment)
    return "\n".join(f"{one.label}: {known[one.key]}" for one in portfolio.PROVENANCE)


def archive(files: Mapping[str, bytes], *, said: str, made_on: date) -> bytes:
    """Return the files as one zip, with ``said`` as its comment; the same files, the same bytes."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in sorted(files.items()):
            entry = zipfile.ZipInfo(name, (made_on.year, made_on.month, made_on.day, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            made.writestr(entry, data)
        made.comment = said.encode("utf-8")
    return target.getvalue()


def all_tables(
    store: Store, actor: Actor, portfolio: str, *, assessment: PortfolioAssessment, today: date
) -> bytes:
    """Return every table of a portfolio as CSV in one zip, with what they rest on.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor was not invited.
    """
    made = [
        export_table(store, actor, table, kind=FileKind.CSV, portfolio=portfolio, today=today)
        for table in OF_A_PORTFOLIO
    ]
    said = rests_on(assessment)
    files = {one.file_name: one.data for one in made} | {PROVENANCE: f"{said}\n".encode()}
    return archive(files, said=said, made_on=today)
