"""Command over many registers of information: which providers are critical for whom."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ui.render.terminal import print_json, print_tables, say
from ui.terminal.commands.options import Json, today

app = typer.Typer()


class By(StrEnum):
    """As what providers are counted."""

    PERSON = "person"
    GROUP = "group"


@app.command()
def oversee(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILES|DIR",
            help="Packages, zips of packages, stacked tables (CSV or Parquet), or folders.",
        ),
    ],
    by: Annotated[
        By, typer.Option("--by", help="Providers as legal persons, or by ultimate parent.")
    ] = By.GROUP,
    category: Annotated[
        str, typer.Option("--category", help="Only entities of this category, such as x12.")
    ] = "",
    service: Annotated[
        str, typer.Option("--service", help="Only this type of service, such as S17.")
    ] = "",
    important: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="CSV with lei, kind (G-SII, O-SII, systemic), score: systemically important ones.",
        ),
    ] = None,
    population: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="CSV with category, entities, assets (euro): all there are, for shares.",
        ),
    ] = None,
    through_chain: Annotated[
        bool,
        typer.Option("--through-chain", help="Step 1 counts users through subcontractors too."),
    ] = False,
    stop: Annotated[
        str | None,
        typer.Option("--stop", metavar="CODE", help="What falls away if this provider stops."),
    ] = None,
    most: Annotated[int, typer.Option("--top", min=1, help="So many rows of each table.")] = 15,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Write all tables there, as CSV and one workbook."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace files that are there.")] = False,
    as_json: Json = False,
) -> None:
    """Say which providers many registers depend on, as bounds, and how step 1 stands for each."""
    from db.services.oversight import answer_of, oversight_of, read_important, read_population
    from risk.dora.oversight import Level
    from ui.terminal import oversight
    from ui.terminal.dora import write_files
    from ui.terminal.files import read_bytes

    place = oversight.category_place(category)
    lists = None if important is None else read_important(read_bytes(important))
    whole = None if population is None else read_population(read_bytes(population))
    stack = oversight_of(oversight.given_files(files))
    answer = answer_of(
        stack, level=Level(by.value), service=service, important=lists, population=whole
    )
    ending = None if stop is None else oversight.provider_place(answer, stop)
    asked = oversight.Asked(category=place, with_chain=through_chain, stop=ending, most=most)
    if as_json:
        print_json(oversight.whole_document(answer, asked))
    else:
        print_tables(oversight.shown_tables(answer, asked))
    if out is not None:
        made = oversight.written_files(answer, asked, today=today())
        written = write_files(made, out, replace=force)
        say(f"{len(written)} files written to {out}.")
