"""Commands that choose questions, ask founders through links, and show what they answered."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ui import wording
from ui.render.terminal import print_json, print_table, print_text, say
from ui.terminal.commands.options import Database, Json, PortfolioName, caller, opened, today
from ui.terminal.failures import REFUSED, RefusedCommand, refuse_if

if TYPE_CHECKING:
    from collections.abc import Sequence

    from db.engine import Store
    from db.services.question_forms import AskedStartup
    from db.sharing.question_form import Asking
    from ui.tables.column import Record

app = typer.Typer()
questions = typer.Typer(
    help="Questions that founders answer through a link, without an account.", no_args_is_help=True
)
app.add_typer(questions, name="questions")

Number = Annotated[int, typer.Argument(metavar="ID", help="Its number in the list.")]
Most = Annotated[int | None, typer.Option(help="How many questions, 3 to 15; 9 if not stated.")]
Again = Annotated[
    bool, typer.Option("--again", help="Also what somebody there did not know before.")
]
Due = Annotated[
    datetime | None,
    typer.Option(
        metavar="DATE", formats=["%Y-%m-%d"], help="Answers due; in 7 days if not stated."
    ),
]


@questions.command()
def choose(
    portfolio: PortfolioName,
    startup: Annotated[
        str | None, typer.Option(help="Whom to ask; without, what nobody stated of anybody.")
    ] = None,
    most: Most = None,
    again: Again = False,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Show what to ask, by the money of range that an answer removes."""
    from db.services.questions import open_questions, startup_questions
    from risk.portfolio.asked import FEWEST, MOST, USUAL
    from ui.tables import question as table

    store = opened(database)
    if startup is None:
        found = open_questions(store, caller(), portfolio, today=today())
        rows = [table.open_fact_of(one) for one in found]
        print_table("What is not known", table.OPEN_FACTS, rows, as_json=as_json)
        return
    count = USUAL if most is None else most
    refuse_if(not FEWEST <= count <= MOST, f"A form has {FEWEST} to {MOST} questions.")
    asked = startup_questions(
        store, caller(), portfolio, startup, today=today(), most=count, again=again
    )
    document = table.choice_of(asked)
    if as_json:
        print_json(document)
        return
    proposed = set(document["proposed"])
    rows = [row for row in document["questions"] if row["question"] in proposed]
    print_table(f"Questions to {asked.startup}", table.QUESTIONS, rows, as_json=False)
    more = len(document["questions"]) - len(rows)
    say(f"{more} more could be asked: --json shows them, “send --only” takes their numbers.")


@questions.command()
def inbox(portfolio: PortfolioName, as_json: Json = False, database: Database = None) -> None:
    """Show open questions together, each for all whom it concerns, by the range it removes."""
    from db.services.question_inbox import question_inbox
    from ui.tables import question as table
    from ui.words import inbox_words

    found = question_inbox(opened(database), caller(), portfolio, today=today())
    if as_json:
        print_json(table.inbox_of(found))
        return
    say(f"{inbox_words.title(found)}.")
    if not found.questions:
        return
    rows = [table.inbox_row(one) for one in found.questions]
    print_table("Open questions", table.INBOX, rows, as_json=False)
    say(inbox_words.what_answers_can_do(found))
    say("“questions answer” takes a key and an answer for all whom the question concerns.")


@questions.command()
def answer(
    portfolio: PortfolioName,
    question: Annotated[str, typer.Option(metavar="KEY", help="Its key in the inbox.")],
    answer: Annotated[
        str,
        typer.Option(help="As people write it: 45k, 70%, written; of a name its provider."),
    ],
    startup: Annotated[
        list[str] | None,
        typer.Option(help="Only for this one (again for more); without, for all concerned."),
    ] = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Write an answer for all whom a question concerns, as one batch that “undo” takes back."""
    from db.services.question_inbox import answer_question
    from ui.tables.question import given_answer

    given = answer_question(
        opened(database),
        caller(),
        portfolio,
        question,
        answer,
        today=today(),
        companies=startup or None,
    )
    row = given_answer(given)
    if as_json:
        print_json(row)
        return
    whom = wording.counted(given.companies, "company", "companies")
    say(f"Written for {whom} as batch {given.batch}. “undo {given.batch}” takes it back.")
    if given.text is not None:
        say(f"“{given.text}” is decided for every portfolio; “aliases remove” takes that back.")


@questions.command()
def send(
    portfolio: PortfolioName,
    startup: Annotated[
        list[str], typer.Option(help="Whom to ask; may be repeated, for a link each.")
    ],
    most: Most = None,
    only: Annotated[
        list[int] | None,
        typer.Option(help="Ask this question alone (again for more), by its number in “choose”."),
    ] = None,
    own: Annotated[
        list[str] | None, typer.Option(help="A question of your own; may be repeated.")
    ] = None,
    note: Annotated[str, typer.Option(help="A line above the questions.")] = "",
    asked_by: Annotated[str, typer.Option(help="Who asks, as they know you.")] = "",
    due: Due = None,
    expires: Annotated[
        int | None, typer.Option(metavar="DAYS", help="Days until it expires; 30 if not stated.")
    ] = None,
    passcode: Annotated[
        bool, typer.Option("--passcode", help="Make a passcode of six words for each.")
    ] = False,
    again: Again = False,
    csv: Annotated[
        Path | None, typer.Option(help="Write the links into this CSV file, not onto the screen.")
    ] = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Make a link for each company and print it once; it cannot be shown again."""
    from db.sharing.question_form import Asking
    from risk.portfolio.asked import FEWEST, MOST, USUAL
    from ui.tables import question as table

    refuse_if(only and len(startup) > 1, "--only numbers the questions of one company.")
    count = USUAL if most is None else most
    refuse_if(not FEWEST <= count <= MOST, f"A form has {FEWEST} to {MOST} questions.")
    if csv is not None:
        _take(csv)
    asking = Asking(own=tuple(own or ()), note=note, asked_by=asked_by, due_on=_due(due, today()))
    options = {"most": count, "only": only or None, "again": again, "days": expires}
    options["with_passcode"] = passcode
    made, refused = _ask_each(opened(database), portfolio, startup, asking, options)
    rows = [table.made_of(one) for one in made]
    if csv is not None:
        _write(csv, rows)
    refuse_if(not made, "\n".join(refused))
    if as_json:
        hidden = {"link", "passcode"} if csv is not None else set()
        told = [{key: of for key, of in row.items() if key not in hidden} for row in rows]
        print_json({"links": told, "refused": refused})
    elif csv is not None:
        say(f"{len(rows)} links are in {csv}, and nowhere else.")
    else:
        _print_links(rows)
    if refused:  # The links that were made stand, and were printed first.
        say("\n".join(refused))
        raise typer.Exit(REFUSED)


def _print_links(rows: "Sequence[Record]") -> None:
    for row in rows:
        print_text(row["link"])
        if row["passcode"]:
            say(f"Passcode, to be told on another way than the link: {row['passcode']}")
        say(
            f"Share link {row['id']} asks {row['startup']} {row['questions']} questions by "
            f"{row['due_on']:%d %B %Y}. It is shown only now."
        )


def _due(due: datetime | None, day: date) -> date:
    from db.services.question_forms import USUAL_DUE_DAYS

    return due.date() if due is not None else day + timedelta(days=USUAL_DUE_DAYS)


def _ask_each(
    store: "Store",
    portfolio: str,
    startups: "Sequence[str]",
    asking: "Asking",
    options: dict[str, Any],
) -> tuple[list["AskedStartup"], list[str]]:
    """The links that were made, and in sentences why others were not."""
    from db.errors import StoreError
    from db.services.question_forms import ask_proposed
    from risk.alternatives.options import StartupNotFound

    made, refused = [], []
    for name in dict.fromkeys(startups):
        try:
            made.append(
                ask_proposed(store, caller(), portfolio, name, asking, today=today(), **options)
            )
        except (StoreError, StartupNotFound) as problem:
            refused.append(str(problem))
    return made, refused


def _take(path: Path) -> None:
    """Make the file before any link is, so that none is lost because it cannot be written."""
    try:
        path.open("x").close()
    except FileExistsError:
        raise RefusedCommand(f"{path} exists already: choose another name.") from None
    except OSError:
        raise RefusedCommand(f"{path} cannot be written: choose another folder.") from None


def _write(path: Path, rows: "Sequence[Record]") -> None:
    from db.services.exports import FileKind, rows_file
    from ui.tables.question import LINKS

    keys = [one.key for one in LINKS]
    cells = [[row[key] for key in keys] for row in rows]
    if not rows:
        path.unlink(missing_ok=True)
        return
    path.write_bytes(rows_file("Links", keys, cells, kind=FileKind.CSV).data)


@questions.command(name="list")
def list_of_forms(
    portfolio: Annotated[str | None, typer.Option(help="Only of this portfolio.")] = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """List the forms that were sent, newest first, with how far each is."""
    from db.services.question_forms import list_question_forms
    from ui.tables.question import TERMINAL_FORMS, rows_of

    found = list_question_forms(opened(database), caller())
    forms = rows_of(one for one in found if portfolio in (None, one.portfolio))
    print_table("Questions sent", TERMINAL_FORMS, forms, as_json=as_json)


@questions.command()
def show(
    number: Number,
    files: Annotated[
        Path | None, typer.Option(help="Write the files that came with the answers here.")
    ] = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Show a form with its answers; those that propose something wait in “correction list”."""
    from db.services.question_forms import question_file, question_form
    from ui.tables import question as table

    store = opened(database)
    form = question_form(store, caller(), number)
    if files is not None:
        refuse_if(not files.is_dir(), f"{files} is no folder: make it first.")
        for one in form.files or ():
            path = files / f"{number}-{one.number}-{one.file_name}"
            refuse_if(path.exists(), f"{path} exists already: choose another folder.")
            path.write_bytes(question_file(store, caller(), one.number)[1])
    document = table.form_document(form)
    if as_json:
        print_json(document)
        return
    title = f"{form.startup}: {table.STATES[form.state]}, {form.answered} of {form.of} answered"
    print_table(title, table.ANSWERS, document["answers"], as_json=False)
    for one in form.files or ():
        say(f"File {one.number}: {one.file_name}, {one.size:,} bytes.")
    if form.correction is not None:
        say(f"What it proposes is correction {form.correction}.")


@questions.command()
def revoke(number: Number, as_json: Json = False, database: Database = None) -> None:
    """End the link of a form at once; the answers that were kept stay."""
    from db.services.question_forms import question_form
    from db.services.share_lists import revoke_share
    from ui.tables.question import form_row

    store = opened(database)
    question_form(store, caller(), number)
    revoke_share(store, caller(), number)
    if as_json:
        print_json(form_row(question_form(store, caller(), number)))
    else:
        say(f"Share link {number} opens nothing any more.")


@questions.command()
def remind(number: Number, as_json: Json = False, database: Database = None) -> None:
    """Print a mail that reminds of a form; the link itself is known to whoever got it alone."""
    from db.services.question_forms import question_form
    from ui.words.founder_words import reminder_for

    form = question_form(opened(database), caller(), number)
    refuse_if(not form.waits, f"Form {number} is {form.state}: there is nothing to wait for.")
    mail = reminder_for(form, today=today())
    if as_json:
        print_json({"id": number, "startup": form.startup, "mail": mail})
    else:
        print_text(mail)
