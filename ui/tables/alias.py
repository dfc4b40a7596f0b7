"""Names that somebody decided, as columns and in words: what each stands for, by whom and when."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from risk.catalog.records import Alias, Answer
from ui import wording
from ui.tables.column import Column, Record, Unit, attributes

if TYPE_CHECKING:
    from db.services.reference import DecidedAlias


def rows_of(decided: Iterable["DecidedAlias"]) -> list[Record]:
    """Return every decision with who made it and when."""
    names = "text answer developer host product source"
    return [{**attributes(one.alias, names), **attributes(one, "by at")} for one in decided]


COLUMNS = (
    Column(key="text", label="Name"),
    Column(key="answer", label="Answer", help="Whether it stands for a language model."),
    Column(key="developer", label="Developer", missing=""),
    Column(key="host", label="Host", missing=""),
    Column(key="source", label="Source"),
    Column(key="by", label="By"),
    Column(key="at", label="On", unit=Unit.DATE),
)


def meaning(alias: Alias) -> str:
    """Return what a spelling stands for, to end a sentence."""
    if alias.answer is Answer.NO:
        return "no language model"
    if alias.answer is Answer.ASK:
        return "something to be asked about"
    whose, where = wording.provider(alias.developer), wording.provider(alias.host)
    if whose == where == wording.UNKNOWN:
        said = "a language model, nobody said whose"
    else:
        said = f"models of {whose}, hosted by {where}"
    return f"{said} ({alias.product})" if alias.product else said
