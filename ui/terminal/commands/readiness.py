"""Commands on exit readiness: how ready, drills held, and what analysts know beside the facts."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from risk.alternatives.evidence import DrillKind
from risk.alternatives.judgements import Judgement, Topic
from ui.render.terminal import print_json, print_tables, progress, say
from ui.terminal.commands.imports import Assume, DryRun, MapFile, Rejects
from ui.terminal.commands.options import (
    Database,
    Json,
    OfFunds,
    PortfolioName,
    Slices,
    caller,
    opened,
    opened_part,
    today,
)
from ui.terminal.failures import refuse_if

app = typer.Typer()
drills = typer.Typer(help="Backups and exits that were tried.", no_args_is_help=True)
app.add_typer(drills, name="drills")

DAY = ["%Y-%m-%d"]
StartupName = Annotated[str, typer.Option(help="The company's name.")]


@app.command()
def readiness(
    portfolio: PortfolioName,
    startup: StartupName,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Say how ready a company is to leave each provider: DORA's class, drills, contract dates."""
    from db.services.options import readiness as ready
    from ui.render.terminal import print_table
    from ui.tables.readiness import COLUMNS, row_of

    found = ready(opened(database), caller(), portfolio, startup, today=today())
    title = f"How ready {startup} is to leave"
    print_table(title, COLUMNS, [row_of(one) for one in found], as_json=as_json)


@drills.command()
def add(
    portfolio: PortfolioName,
    startup: StartupName,
    kind: Annotated[DrillKind, typer.Option(help="What was tried.")],
    passed: Annotated[int, typer.Option(min=0, help="Evaluations that passed.")],
    total: Annotated[int, typer.Option(min=1, help="Evaluations that were run.")],
    by: Annotated[str, typer.Option(help="Who held the drill.")],
    source: Annotated[str, typer.Option(help="Where it is written down.")],
    held: Annotated[
        datetime | None, typer.Option(formats=DAY, help="The day; default: today.")
    ] = None,
    hours: Annotated[float | None, typer.Option(min=0, help="How long it took.")] = None,
    use_case: Annotated[str | None, typer.Option(help="Where there are several.")] = None,
    provider: Annotated[str | None, typer.Option(help="Where there are several.")] = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Note a drill; the score counts with it from then on."""
    from db.services.drills import DrillNote, record_drill

    note = DrillNote(
        startup=startup,
        kind=kind,
        held_on=held.date() if held else today(),
        evals_passed=passed,
        evals_total=total,
        conducted_by=by,
        source=source,
        hours=hours,
        use_case=use_case,
        provider=provider,
    )
    number = record_drill(opened(database), caller(), portfolio, note)
    print_json({"drill": number}) if as_json else say(f"Noted as drill {number}.")


@drills.command(name="list")
def list_of_drills(
    portfolio: PortfolioName,
    startup: Annotated[str | None, typer.Option(help="Only this company's.")] = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """List drills, newest first."""
    from db.services.drills import list_drills
    from ui.render.terminal import print_table
    from ui.tables.readiness import TERMINAL_DRILLS, drills_of

    known = drills_of(list_drills(opened(database), caller(), portfolio, startup))
    print_table("Drills", TERMINAL_DRILLS, known, as_json=as_json)


@drills.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="A table of drills: CSV or Excel (.xlsx).")],
    portfolio: PortfolioName,
    by: Annotated[
        str | None, typer.Option(help="Who held the drills of lines that name nobody.")
    ] = None,
    mapping: MapFile = None,
    assume: Assume = None,
    rejects: Rejects = None,
    dry_run: DryRun = False,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Read a table of drills; the same table again adds nothing, and “undo-import” takes it back.

    Columns startup, use_case, provider, kind, held_on, evals_passed, evals_total, hours,
    conducted_by, source.
    """
    from ui.terminal import drills as terminal
    from ui.terminal.imports import exit_status, read_answers, read_mapping, write_rejects

    refuse_if(rejects and rejects.exists(), f"{rejects} exists already: name another file.")
    found = terminal.run_import(
        opened(database),
        file,
        portfolio,
        by=by,
        mapping=read_mapping(mapping),
        assume=read_answers(assume or []),
        dry_run=dry_run,
    )
    document = terminal.import_document(found)
    if rejects is not None:
        say(write_rejects(document, rejects))
    print_json(document) if as_json else print_tables(terminal.import_tables(found))
    raise typer.Exit(exit_status(document))


@drills.command("undo-import")
def undo_import(
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="The import's number.")],
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Take all drills of an import back; they stay on record and count no longer."""
    from db.services.drill_files import undo_drill_import

    found = undo_drill_import(opened(database), caller(), number)
    if as_json:
        print_json({"import": number, "undone": found.file_name, "drills": found.drills})
    else:
        say(f"The drills of {found.file_name} count no longer.")


@drills.command()
def overdue(
    portfolio: PortfolioName,
    slices: Slices = None,
    fund: OfFunds = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """List every backup by what a drill would take off the loss: never tried, failed, worn out."""
    from db.services.backup_evidence import backup_evidence
    from ui.terminal import drills as terminal

    with progress("Looking at what was tried", hidden=as_json):
        store = opened_part(database, portfolio, slices, fund)
        found = backup_evidence(store, caller(), portfolio, today=today())
    if as_json:
        print_json(terminal.backups_document(found))
    else:
        print_tables(terminal.backups_tables(found))


@drills.command()
def undo(
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="The drill's number.")],
    reason: Annotated[str, typer.Option(help="Why it no longer counts.")],
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Take a drill back; it stays on record and counts no longer."""
    from db.services.drills import withdraw_drill

    withdraw_drill(opened(database), caller(), number, reason=reason)
    if as_json:
        print_json({"drill": number, "withdrawn": True})
    else:
        say(f"Drill {number} counts no longer.")


@app.command()
def judge(
    portfolio: PortfolioName,
    topic: Annotated[Topic, typer.Option(help="What it is about.")],
    reason: Annotated[str, typer.Option(help="What it rests on.")],
    value: Annotated[str | None, typer.Option(help="What holds; a wrong one lists them.")] = None,
    startup: Annotated[str, typer.Option(help="The company; none for “alike”.")] = "",
    use_case: Annotated[str, typer.Option(help="Where there are several.")] = "",
    provider: Annotated[str, typer.Option(help="Where there are several.")] = "",
    subject: Annotated[str, typer.Option(help="“MODEL at HOST”; for “alike” today's model.")] = "",
    other: Annotated[str, typer.Option(help="The criterion; for “alike” the other model.")] = "",
    take_back: Annotated[bool, typer.Option("--take-back", help="Undo what was stated.")] = False,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """State a need, answer a question about an option, or judge what the facts do not say."""
    from db.services import judgements

    refuse_if(value is None and not take_back, "Give a --value, or --take-back what was stated.")
    said = Judgement(
        topic=topic,
        value=value or "",
        reason=reason,
        startup=startup,
        use_case=use_case,
        dependency_key=provider,
        subject=subject,
        other=other,
    )
    work = judgements.take_back_judgement if take_back else judgements.judge
    work(opened(database), caller(), portfolio, said)
    if as_json:
        print_json({"topic": topic, "value": None if take_back else value})
    else:
        say("Taken back." if take_back else "Kept.")
