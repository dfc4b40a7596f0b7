"""Commands that write reports for somebody who does not use Downstream, or send them by itself."""

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ui.render.terminal import Document, print_json, print_tables, progress, say
from ui.terminal.commands.options import (
    AsOf,
    Database,
    Json,
    LeftOut,
    OfFunds,
    PortfolioName,
    Slices,
    caller,
    left_out,
    opened,
    opened_part,
    today,
)
from ui.terminal.failures import refuse_if
from ui.terminal.files import may_write, write_new

if TYPE_CHECKING:
    from rich.console import RenderableType

    from db.engine import Store
    from risk.portfolio.validation import Challenged

app = typer.Typer()
reports = typer.Typer(
    no_args_is_help=True, help="Reports that go to a list of people by themselves."
)
app.add_typer(reports, name="reports")


@app.command()
def report(
    portfolio: PortfolioName,
    startup: Annotated[str | None, typer.Option(help="Only this company (HTML).")] = None,
    scenario: Annotated[
        str | None, typer.Option(help="Only this stress test (HTML); “scenarios” lists the ids.")
    ] = None,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="One page that prints well.")
    ] = None,
    pdf: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The same as PDF, printed by a browser of this machine."),
    ] = None,
    xlsx: Annotated[
        Path | None, typer.Option(metavar="FILE", help="An Excel workbook with live sums.")
    ] = None,
    redact: LeftOut = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace the file if there is one.")
    ] = False,
    slices: Slices = None,
    fund: OfFunds = None,
    as_of: AsOf = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Write the answer as a page of HTML, a PDF or an Excel workbook, with what it rests on."""
    paths = [path for path in (html, pdf, xlsx) if path is not None]
    refuse_if(not paths, "Name a file: --html FILE, --pdf FILE, --xlsx FILE, or several.")
    refuse_if(startup and scenario, "Name a --startup or a --scenario, not both.")
    only = "--startup" if startup else "--scenario" if scenario else "--redact"
    refuse_if(
        (startup or scenario or redact) and xlsx,
        f"A workbook is of a whole portfolio: leave {only} out.",
    )
    for path in paths:
        may_write(path, replace=force)
    from ui.reports.making import workbook_report
    from ui.reports.pdf import pdf_of

    store, day = opened_part(database, portfolio, slices, fund, as_of), today()
    if html is not None or pdf is not None:
        page = _page(store, portfolio, startup, scenario, redact, day)
        if html is not None:
            write_new(html, page, replace=force)
        if pdf is not None:
            write_new(pdf, pdf_of(lambda: page), replace=force)
    if xlsx is not None:
        made = workbook_report(store, caller(), portfolio, today=day)
        write_new(xlsx, made, replace=force)
    about = {"portfolio": portfolio, "startup": startup, "scenario": scenario}
    written = list(map(str, paths))
    print_json({**about, "files": written}) if as_json else say(f"Written: {', '.join(written)}.")


def _page(
    store: "Store",
    portfolio: str,
    startup: str | None,
    scenario: str | None,
    redact: list[str] | None,
    day: date,
) -> bytes:
    from db.services.scenario_files import scenarios
    from db.services.share_contents import Wanted
    from ui.reports.making import html_report
    from ui.terminal.stresses import Settings, choose_scenario

    tested = None
    if scenario is not None:
        tested = choose_scenario(Settings(scenario=scenario), scenarios(store, caller()))
    wanted = Wanted(
        portfolio=portfolio, startup=startup, scenario=tested, preset=left_out(redact), today=day
    )
    return html_report(store, caller(), wanted)


@app.command()
def validate(
    portfolio: PortfolioName,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="One page that prints well.")
    ] = None,
    xlsx: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A workbook; the simple model stands as live formulas."),
    ] = None,
    years: Annotated[
        int, typer.Option(min=1_000, max=1_000_000, help="Years that the challenger draws.")
    ] = 10_000,
    force: Annotated[
        bool, typer.Option("--force", help="Replace the file if there is one.")
    ] = False,
    slices: Slices = None,
    fund: OfFunds = None,
    as_of: AsOf = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Write the validation of the model on a portfolio: data, fits, checks, limits, challengers."""
    refuse_if(html is None and xlsx is None, "Name a file: --html FILE, --xlsx FILE, or both.")
    paths = [path for path in (html, xlsx) if path is not None]
    for path in paths:
        may_write(path, replace=force)
    from ui.reports.making import validation_documents

    store, day = opened_part(database, portfolio, slices, fund, as_of), today()
    made = validation_documents(store, caller(), portfolio, today=day, years=years)
    for path in paths:
        write_new(path, made.html if path == html else made.xlsx, replace=force)
    found = {"portfolio": portfolio, "files": list(map(str, paths)), **_challenged(made.challenged)}
    if as_json:
        print_json(found)
        return
    print_tables([_apart(found)])
    say(f"Written: {', '.join(found['files'])}.")


def _challenged(found: "Challenged") -> Document:
    """How far the challengers are from the engine."""
    from risk.portfolio.validation import LEVEL

    return {
        "startups": found.startups,
        "sampled": found.sampled,
        "years": found.years,
        "comparisons": [
            {
                "unsure": one.unsure,
                "mean_usd": one.mean,
                "challenger_mean_usd": one.challenge.mean,
                "mean_errors_apart": one.mean_apart,
                "var95_usd": one.reached,
                "challenger_var95_usd": one.challenge.reached(LEVEL),
                "var95_errors_apart": one.reached_apart,
            }
            for one in (found.chance, found.unsure)
        ],
        "simple_model_usd": found.simple.total_usd,
    }


def _apart(found: Document) -> "RenderableType":
    """The same for people."""
    from ui import wording
    from ui.render.terminal import table

    rows = []
    for one in found["comparisons"]:
        settings = "everything unsure" if one["unsure"] else "chance alone"
        for name, key in (("Mean", "mean"), ("1-in-20-year loss", "var95")):
            rows.append(
                (
                    f"{name}, {settings}",
                    wording.money(one[f"{key}_usd"]),
                    wording.money(one[f"challenger_{key}_usd"]),
                    f"{one[f'{key}_errors_apart']:+.1f}",
                )
            )
    rows.append(("Mean, simple model", "", wording.money(found["simple_model_usd"]), ""))
    columns = ("A year", "Engine", "Challenger", "Standard errors apart")
    title = f"{found['sampled']} of {found['startups']} companies, {found['years']:,} years"
    return table(title, columns, rows, right=columns[1:])


class FormName(StrEnum):
    """What a report comes as."""

    PDF = "pdf"
    HTML = "html"
    XLSX = "xlsx"


class EveryName(StrEnum):
    """How often a report comes."""

    WEEK = "week"
    MONTH = "month"


Number = Annotated[int, typer.Argument(help="Its number, as “reports list” lists it.")]


@reports.command("tell")
def tell(
    channel: Annotated[
        str, typer.Argument(help="A channel of the settings; “watch channels” lists them.")
    ],
    portfolio: PortfolioName,
    recipients: Annotated[
        list[str] | None,
        typer.Option("--to", help="An e-mail address, where the channel is e-mail; repeat it."),
    ] = None,
    forms: Annotated[
        list[FormName] | None, typer.Option("--form", help="What it comes as; repeat it.")
    ] = None,
    every: Annotated[
        EveryName, typer.Option(help="On Mondays, or on the first of a month, from 07:00 UTC.")
    ] = EveryName.MONTH,
    redact: LeftOut = None,
    slices: Slices = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Send a report by itself from the next Monday or first of a month on, as you see it then."""
    from db.services.scheduled_reports import Every, Form, schedule_report

    schedule_report(
        opened(database),
        caller(),
        channel,
        portfolio=portfolio,
        forms=[Form(one.value) for one in forms or [FormName.PDF]],
        recipients=recipients or (),
        every=Every(every.value),
        slices=slices or (),
        preset=left_out(redact),
    )
    _show_reports(as_json, database)


@reports.command("list")
def list_them(as_json: Json = False, database: Database = None) -> None:
    """List the reports that go out by themselves, when last and next, and what did not go out."""
    _show_reports(as_json, database)


@reports.command("end")
def end(number: Number, as_json: Json = False, database: Database = None) -> None:
    """Send a report no longer."""
    from db.services.scheduled_reports import end_report

    end_report(opened(database), caller(), number)
    _show_reports(as_json, database)


@reports.command("test")
def try_one(
    number: Number,
    send: Annotated[bool, typer.Option(help="Send it; without, it is only shown.")] = False,
    recipient: Annotated[
        str, typer.Option("--to", help="The one who gets the test; default: the first of its list.")
    ] = "",
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Show the pack that would go out now, and send it to one person with --send."""
    from ui.packs import preview, send_preview
    from ui.render.terminal import text

    store = opened(database)
    with progress("Making the pack", hidden=as_json):
        pack = preview(store, caller(), number)
    whom = send_preview(store, caller(), number, pack, to=recipient) if send else None
    if as_json:
        files = [{"name": one.name, "bytes": len(one.data)} for one in pack.files]
        print_json({"title": pack.title, "body": pack.body, "files": files, "sent": send})
    else:
        print_tables([text(pack.title), text(pack.body)])
        say("Not sent: add --send." if whom is None else f"Sent{f' to {whom}' if whom else ''}.")


def _show_reports(as_json: bool, database: str | None) -> None:
    from db.services.scheduled_reports import list_reports
    from ui.packs import next_day
    from ui.render.terminal import print_table
    from ui.tables.pack import REPORTS, reports_of

    store = opened(database)
    known = list_reports(store, caller())
    rows = reports_of((one, next_day(one, store.now())) for one in known)
    nothing = "No report goes out by itself yet: “downstream reports tell CHANNEL --portfolio P”."
    print_table("Sent by itself", REPORTS, rows, as_json=as_json, nothing=nothing)
