"""Decisions about names: what a person wrote as an alias, and the list of them."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from risk.catalog.records import UNSPECIFIED, Alias, Answer
from ui import wording
from ui.terminal.failures import RefusedCommand, refuse_if
from ui.terminal.output import Document, table

if TYPE_CHECKING:
    from rich.console import RenderableType

    from db.services.reference import DecidedAlias


def decided_alias(
    text: str, *, answer: str, developer: str | None, host: str | None, source: str
) -> Alias:
    """Return the alias that a person decided on.

    Raises RefusedCommand if the answer is none, or a yes names neither developer nor host.
    """
    refuse_if(not text.strip(), "Name the spelling to decide about.")
    try:
        said = Answer(answer.strip().casefold())
    except ValueError:
        raise RefusedCommand("The answer is one of yes, no and ask.") from None
    names_somebody = developer is not None or host is not None
    if said is not Answer.YES:
        refuse_if(names_somebody, "Only a yes has a developer and a host.")
        return Alias(text=text, answer=said, developer=None, host=None, product=None, source=source)
    refuse_if(not names_somebody, "A yes names the --developer of the model, the --host, or both.")
    developer = developer or UNSPECIFIED
    return Alias(
        text=text,
        answer=said,
        developer=developer,
        host=host or developer,
        product=None,
        source=source,
    )


def aliases_document(decided: "Iterable[DecidedAlias]") -> list[Document]:
    """Return every decision with who made it and when."""
    return [
        {
            "text": one.alias.text,
            "answer": one.alias.answer,
            "developer": one.alias.developer,
            "host": one.alias.host,
            "product": one.alias.product,
            "source": one.alias.source,
            "by": one.by,
            "at": one.at,
        }
        for one in decided
    ]


def aliases_tables(document: list[Document]) -> list["RenderableType"]:
    """Return the list for people."""
    rows = [
        (
            one["text"],
            str(one["answer"]),
            one["developer"] or "",
            one["host"] or "",
            one["source"],
            one["by"],
            wording.day(one["at"].date()),
        )
        for one in document
    ]
    columns = ("Name", "Answer", "Developer", "Host", "Source", "By", "On")
    return [table("What people decided that names stand for", columns, rows)]
