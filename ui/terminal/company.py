"""One company in the terminal: what its lead developer's end would do, deadlines, what is safer."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from db.engine import Store
from risk.alternatives.ways import Way, ways_to_be_safer
from risk.portfolio.deadlines import Deadline
from risk.portfolio.results import StartupAssessment
from risk.scenarios.lead_end import LeadEnd, lead_end
from ui import wording
from ui.render.json import document
from ui.render.terminal import Document, printed, text
from ui.tables import deadline, way
from ui.terminal.commands.options import caller
from ui.words import company_words, headlines, marks

if TYPE_CHECKING:
    from rich.console import RenderableType


@dataclass(frozen=True, kw_only=True)
class CompanyTold:
    """What the page of one company says first."""

    answer: StartupAssessment
    end: LeadEnd | None
    deadlines: tuple[Deadline, ...]
    ways: tuple[Way, ...]


def company_of(store: Store, portfolio: str, startup: str, *, today: date) -> CompanyTold:
    """Return one company's story.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        StartupNotFound: it has no such company.
    """
    from db.services.assumptions import load_assumptions
    from db.services.deadlines import model_ends
    from db.services.scoring import alternatives, score_startup

    asked = (store, caller(), portfolio, startup)
    records, laid_out, whole = score_startup(*asked, today=today)
    options = alternatives(*asked, today=today)
    return CompanyTold(
        answer=whole.startups[0],
        end=lead_end(laid_out, whole, records.startups[0].name),
        deadlines=model_ends(*asked, today=today),
        ways=ways_to_be_safer(options, load_assumptions(store, caller(), portfolio)),
    )


def company_document(found: CompanyTold) -> Document:
    """Return it for programs, with exact figures."""
    told = found.end and company_words.end_told(found.end, is_told=marks.is_told(found.answer))
    return {
        "startup": found.answer.startup,
        "lead_end": company_words.end_values(told) if told else None,
        "model_ends": [document(deadline.VALUES, row) for row in deadline.rows_of(found.deadlines)],
        "ways": [document(way.VALUES, row) for row in way.rows_of(found.ways)],
    }


def company_tables(found: CompanyTold) -> list["RenderableType"]:
    """Return the story in sentences, deadlines, and the ways to be safer."""
    one = found.answer
    shown: list[RenderableType] = [text(one.startup)]
    if not one.is_exposed:
        asked = f": {headlines.in_question(one)} first" if headlines.only_questions(one) else ""
        return [*shown, text(f"No dependence on a language model is known{asked}.")]
    if found.end is None:
        shown.append(text(headlines.in_a_story(one)))
    else:
        told = company_words.end_told(found.end, is_told=marks.is_told(one))
        shown += [text(company_words.story(told)), text(company_words.story_note(told))]
    shown.append(text(headlines.in_a_line(one)))
    shown += [text(company_words.model_end(each)) for each in found.deadlines]
    if found.ways:
        many = wording.counted(len(found.ways), "way")
        shown.append(printed(f"{many} to be safer", way.TERMINAL, way.rows_of(found.ways)))
    return shown
