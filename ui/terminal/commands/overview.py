"""Command on the overview of a portfolio: the answer in a sentence, three figures and this week."""

from typing import TYPE_CHECKING

import typer

from ui.render.terminal import Document, print_json, print_tables, printed, progress, text
from ui.terminal.commands.options import Database, Json, PortfolioName, caller, opened, today

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from risk.portfolio.margin_ranges import MarginRanges
    from risk.portfolio.results import Ending, PortfolioAssessment
    from risk.portfolio.week import Item

app = typer.Typer()


@app.command()
def overview(portfolio: PortfolioName, as_json: Json = False, database: Database = None) -> None:
    """Say who would go down with whom, what it may cost, and what to look at this week."""
    from db.services.kept_answers import margin_ranges, worst_ending
    from db.services.overview import portfolio_week
    from db.services.scoring import score_portfolio

    store, day = opened(database), today()
    with progress("Looking at the portfolio", hidden=as_json):
        answer = score_portfolio(store, caller(), portfolio, today=day)
        ending = worst_ending(store, caller(), portfolio, today=day)
        ranges = margin_ranges(store, caller(), portfolio, today=day)
        week = portfolio_week(store, caller(), portfolio, today=day, answer=answer)
    if as_json:
        print_json(_document(answer, ending, ranges, week))
    else:
        print_tables(_tables(answer, ending, ranges, week))


def _document(
    answer: "PortfolioAssessment",
    ending: "Ending | None",
    ranges: "MarginRanges | None",
    week: "Sequence[Item]",
) -> Document:
    """Return the answer, its figures in USD with ranges, and the week."""
    from ui.render.json import document
    from ui.tables import week as table
    from ui.words import headlines

    return {
        "portfolio": answer.portfolio,
        "as_of": answer.as_of,
        "answer": headlines.if_it_ended(answer, ending),
        "if_it_ended": ending,
        "startups": len(answer.startups),
        "median_usd": answer.median_usd,
        "aal_usd": answer.aal_usd,
        "aal_interval_usd": answer.aal_interval_usd,
        "var95_usd": answer.var95_usd,
        "var95_interval_usd": answer.var95_interval_usd,
        "listed_providers": answer.listed_providers,
        "effective_providers": headlines.effective_number(answer),
        "effective_providers_interval": ranges.equal_ones if ranges else None,
        "placeholder": headlines.placeholder(answer),
        "week": [document(table.VALUES, one) for one in table.rows_of(week)],
    }


def _tables(
    answer: "PortfolioAssessment",
    ending: "Ending | None",
    ranges: "MarginRanges | None",
    week: "Sequence[Item]",
) -> "list[RenderableType]":
    """Return the same for people."""
    from ui.tables import week as table
    from ui.words import headlines, week_words

    said = [headlines.if_it_ended(answer, ending)]
    if ending is not None:
        said.append(f"Range: {headlines.ending_note(answer, ending)}.")
    said.append(headlines.in_short(answer))
    said.append(f"{headlines.concentration_told(answer, ranges)}.")
    if (doubt := headlines.placeholder(answer)) is not None:
        said.append(doubt)
    found = [text(one) for one in dict.fromkeys(said)]
    if not week:
        return [*found, text(week_words.EMPTY)]
    return [*found, printed("This week", table.TERMINAL, table.rows_of(week))]
