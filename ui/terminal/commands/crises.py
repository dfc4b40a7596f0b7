"""Commands on scenarios and crises as files: begun, checked, kept, with news added as it comes."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ui.render.terminal import print_json, print_tables, say
from ui.terminal.commands.options import Database, Json, caller, opened
from ui.terminal.failures import REFUSED, RefusedCommand, refuse_if

if TYPE_CHECKING:
    from db.engine import Store
    from db.services.scenario_files import OwnFile

app = typer.Typer()
crisis = typer.Typer(
    help="Scenarios and crises of your own, as files: docs/crises.md.", no_args_is_help=True
)
app.add_typer(crisis, name="crisis")

Files = Annotated[list[Path], typer.Argument(metavar="FILE", help="Files that end in .toml.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="Its id; “crisis list” names them.")]


@crisis.command()
def new(
    words: Annotated[
        str, typer.Argument(help="The provider, a comma, and what happened: “OpenAI, board”.")
    ],
    scenario: Annotated[
        bool, typer.Option("--scenario", help="A stress test instead of a crisis with its news.")
    ] = False,
    output: Annotated[
        Path | None, typer.Option(help="The file to write; default: named after the words.")
    ] = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Write a file of fifteen lines to fill in, with a remark beside what may be added."""
    from db.services.scenario_files import Sort, draft_file
    from risk.scenarios.files import SUFFIX, id_of

    sort = Sort.SCENARIO if scenario else Sort.CRISIS
    text = draft_file(opened(database), caller(), words, sort)
    path = output or Path(f"{id_of(words)}{SUFFIX}")
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise RefusedCommand(f"{path} is there already. Name another with --output.") from None
    except OSError as error:
        raise RefusedCommand(f"{path} cannot be written: {error.strerror}.") from None
    if as_json:
        print_json({"file": str(path), "lines": len(text.splitlines())})
        return
    lines = len(text.splitlines())
    say(f"{path} has {lines} lines. Fill them in, then: downstream crisis add {path}")


@crisis.command()
def check(files: Files, as_json: Json = False, database: Database = None) -> None:
    """Say what files state, or every line of them that is wrong; nothing is kept."""
    from ui.render.json import document
    from ui.render.terminal import printed
    from ui.tables import scenario_file as table

    found = _checked(opened(database), files)
    wrong = _wrong(files, found)
    rows = [table.file_row(one) for one in found]
    if as_json:
        print_json([document(table.COLUMNS, one) for one in rows])
        if wrong:
            raise typer.Exit(REFUSED)
        return
    refuse_if(bool(wrong), "\n".join(wrong))
    print_tables([printed("Can be read", table.LISTED[:4], rows)])


@crisis.command()
def add(
    files: Files,
    change: Annotated[
        bool, typer.Option("--change", help="Put it in the place of the one of the same id.")
    ] = False,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Keep files in the store: for stress, replay, reports and links like those that ship."""
    from db.services.scenario_files import keep_file

    store = opened(database)
    wrong = _wrong(files, _checked(store, files))
    refuse_if(bool(wrong), "\n".join(wrong))
    kept = [keep_file(store, caller(), _bytes(one), name=one.name, change=change) for one in files]
    _tell(kept, as_json=as_json)


@crisis.command("list")
def list_of_own(as_json: Json = False, database: Database = None) -> None:
    """List your own scenarios and crises, of the store and of the folder, with what is wrong."""
    from db.services.scenario_files import own_files, scenario_folder
    from ui.render.json import document
    from ui.render.terminal import printed, text
    from ui.tables import scenario_file as table

    rows = [table.file_row(one) for one in own_files(opened(database), caller())]
    if as_json:
        print_json([document(table.COLUMNS, one) for one in rows])
        return
    if not rows:
        print_tables([text("There are none. “downstream crisis new” begins one.")])
    else:
        print_tables([printed("Your own scenarios and crises", table.LISTED, rows)])
        for row in rows:
            for problem in row["problems"]:
                say(f"{row['id']}: {problem}")
    say(f"Files in {scenario_folder()} are read as they are.")


@crisis.command()
def show(name: Id, as_json: Json = False, database: Database = None) -> None:
    """Print the file of a scenario or crisis, also of one that ships, to read or to change."""
    from db.services.scenario_files import file_text

    found = file_text(opened(database), caller(), name)
    if as_json:
        print_json({"id": name, "text": found})
    else:
        typer.echo(found, nl=not found.endswith("\n"))


@crisis.command()
def note(
    name: Id,
    headline: Annotated[str, typer.Argument(help="The news in a line.")],
    source: Annotated[str, typer.Option(help="Where it was read.")],
    at: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="When, such as 2026-11-19T23:00 in UTC; default: now."),
    ] = None,
    signal: Annotated[
        str | None,
        typer.Option(metavar="KIND", help="Which kind of signal it is; a wrong one lists them."),
    ] = None,
    intensity: Annotated[
        float | None, typer.Option(help="How much of that happened, 0 to 1; default: all.")
    ] = None,
    reliability: Annotated[
        float | None, typer.Option(help="How far the source is believed, 0 to 1; default: fully.")
    ] = None,
    outage: Annotated[
        float | None, typer.Option(help="The share of the service that is down, 0 to 1.")
    ] = None,
    until: Annotated[
        str | None, typer.Option(metavar="TIME", help="When the outage was over; default: not yet.")
    ] = None,
    doubt: Annotated[str | None, typer.Option(help="How far the source carries.")] = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Add news to a crisis that goes on; “replay” shows it at once."""
    from db.services.scenario_files import News, note_news
    from ui.terminal.hours import moment_of

    now = datetime.now(UTC).replace(second=0, microsecond=0)
    news = News(
        at=moment_of(at, now),
        headline=headline,
        source=source,
        signal=signal,
        intensity=intensity,
        reliability=reliability,
        outage_severity=outage,
        outage_until=None if until is None else moment_of(until, now),
        doubt=doubt,
    )
    _tell([note_news(opened(database), caller(), name, news)], as_json=as_json)


@crisis.command()
def remove(
    name: Id,
    reason: Annotated[str, typer.Option(help="Why; others will want to know.")],
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Remove one of your own from the store; snapshots that show it stay as they are."""
    from db.services.scenario_files import remove_file

    title = remove_file(opened(database), caller(), name, reason)
    if as_json:
        print_json({"removed": title})
        return
    say(f"Removed: {title}.")


def _tell(kept: "list[OwnFile]", *, as_json: bool) -> None:
    from db.services.scenario_files import Sort
    from ui.render.json import document
    from ui.tables import scenario_file as table

    if as_json:
        print_json([document(table.COLUMNS, table.file_row(one)) for one in kept])
        return
    for one in kept:
        states = table.COLUMNS[2].text(table.file_row(one))
        then = "stress --scenario" if one.sort is Sort.SCENARIO else "replay"
        say(f"{one.title}: {states[0].lower()}{states[1:]}. downstream {then} {one.id} shows it.")


def _checked(store: "Store", files: list[Path]) -> "list[OwnFile]":
    from db.services.scenario_files import check_file

    return [check_file(store, caller(), _bytes(one), name=one.name) for one in files]


def _wrong(files: list[Path], found: "list[OwnFile]") -> list[str]:
    """What is wrong with the files, a line for each problem."""
    return [
        f"{path.name}: {problem}"
        for path, one in zip(files, found, strict=True)
        for problem in one.problems
    ]


def _bytes(path: Path) -> bytes:
    """The bytes of a file.

    Raises RefusedCommand if it cannot be opened or is far too large.
    """
    try:
        with path.open("rb") as file:
            return file.read(2_000_000)
    except OSError as error:
        raise RefusedCommand(f"{path} cannot be opened: {error.strerror}.") from None
