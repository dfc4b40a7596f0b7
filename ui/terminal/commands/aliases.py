"""Commands on what spellings of provider names stand for."""

from typing import TYPE_CHECKING, Annotated

import typer

from ui.terminal.commands.options import Database, Json, opened
from ui.terminal.output import print_json, print_tables, say

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
    from db.services.access import LOCAL_OWNER
    from db.services.reference import list_aliases
    from ui.terminal.aliases import aliases_document, aliases_tables

    document = aliases_document(list_aliases(opened(database), LOCAL_OWNER))
    print_json(document) if as_json else print_tables(aliases_tables(document))


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
    from db.services.access import LOCAL_OWNER
    from db.services.reference import add_alias
    from ui.terminal.aliases import decided_alias

    alias = decided_alias(text, answer=answer, developer=developer, host=host, source=source)
    add_alias(opened(database), LOCAL_OWNER, alias)
    print_json({"added": alias}) if as_json else say(f"From now on {_read_as(alias)}.")


@aliases.command()
def remove(text: Text, as_json: Json = False, database: Database = None) -> None:
    """Take back the decision about a name; the one before it, or the rules, count again."""
    from db.services.access import LOCAL_OWNER
    from db.services.reference import remove_alias

    earlier = remove_alias(opened(database), LOCAL_OWNER, text)
    if as_json:
        print_json({"removed": text, "counts_again": earlier})
        return
    then = f"now {_read_as(earlier)}, as decided before" if earlier else "the rules read it again"
    say(f"The decision about “{text}” is taken back; {then}.")


def _read_as(alias: "Alias") -> str:
    if alias.developer or alias.host:
        place = f" at {alias.host}" if alias.host else ""
        return f"“{alias.text}” is read as {alias.developer or 'an unnamed developer'}{place}"
    return f"“{alias.text}” is answered with “{alias.answer}”"
