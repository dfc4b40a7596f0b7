"""Commands on what spellings of provider names stand for."""

from typing import TYPE_CHECKING, Annotated

import typer

from ui.render.terminal import print_json, say
from ui.terminal.commands.options import Database, Json, caller, opened
from ui.terminal.failures import RefusedCommand, refuse_if

if TYPE_CHECKING:
    from risk.catalog.records import Alias

app = typer.Typer()
aliases = typer.Typer(
    help="Decisions about what a name in a file stands for.", no_args_is_help=True
)
app.add_typer(aliases, name="aliases")

Text = Annotated[str, typer.Argument(metavar="NAME", help="The name as files write it.")]


@aliases.command(name="list")
def list_of_aliases(as_json: Json = False, database: Database = None) -> None:
    """List what people decided that names stand for, newest first."""
    from db.services.reference import list_aliases
    from ui.render.terminal import print_table
    from ui.tables.alias import COLUMNS, rows_of

    decided = rows_of(list_aliases(opened(database), caller()))
    print_table("What people decided that names stand for", COLUMNS, decided, as_json=as_json)


@aliases.command()
def add(
    text: Text,
    answer: Annotated[str, typer.Option(help="yes, no or ask: is it a language model's provider?")],
    developer: Annotated[str | None, typer.Option(help="Whose model it is.")] = None,
    host: Annotated[str | None, typer.Option(help="Who serves it; default: its developer.")] = None,
    source: Annotated[str, typer.Option(help="Where that is known from.")] = "decided by hand",
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Decide what a name stands for, in every portfolio, from the next import on."""
    from db.services.reference import add_alias

    alias = _decided(text, answer=answer, developer=developer, host=host, source=source)
    add_alias(opened(database), caller(), alias)
    print_json({"added": alias}) if as_json else say(f"From now on {_read_as(alias)}.")


@aliases.command()
def remove(text: Text, as_json: Json = False, database: Database = None) -> None:
    """Take back the decision about a name; the one before it, or the rules, count again."""
    from db.services.reference import remove_alias

    earlier = remove_alias(opened(database), caller(), text)
    if as_json:
        print_json({"removed": text, "counts_again": earlier})
        return
    then = f"now {_read_as(earlier)}, as decided before" if earlier else "the rules read it again"
    say(f"The decision about “{text}” is taken back; {then}.")


def _decided(
    text: str, *, answer: str, developer: str | None, host: str | None, source: str
) -> "Alias":
    """Return the alias that a person decided on.

    Raises RefusedCommand if the answer is none, or a yes names neither developer nor host.
    """
    from risk.catalog.records import UNSPECIFIED, Alias, Answer

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


def _read_as(alias: "Alias") -> str:
    from ui.tables.alias import meaning

    return f"“{alias.text}” stands for {meaning(alias)}"
