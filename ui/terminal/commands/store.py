"""Commands that make the store and run the dashboard on it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ui.render.terminal import print_json, say
from ui.terminal.commands.options import Database, Json, caller, opened

if TYPE_CHECKING:
    from db.services.backup import Backup

app = typer.Typer()


@app.command()
def init(
    demo: Annotated[
        bool, typer.Option("--demo", help="Add invented companies to look at.")
    ] = False,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Make the store or bring it up to date, with the reference facts."""
    from db.services.setup import initialise

    store = opened(database)
    initialise(store, demo=demo)
    if as_json:
        print_json({"database": store.url, "demo": demo})
    else:
        say(f"The store is ready: {store.url}")


@app.command()
def migrate(as_json: Json = False, database: Database = None) -> None:
    """Bring a store that an earlier version made up to date; it is backed up first."""
    from db.services.setup import initialise

    store = opened(database)
    before = initialise(store)
    if as_json:
        print_json({"database": store.url, "backup": before and str(before)})
        return
    if before is not None:
        say(f"What it was before is in {before}.")
    say(f"The store is up to date: {store.url}")


@app.command()
def demo(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Where to listen.")] = 8501,
    browser: Annotated[
        bool, typer.Option(help="Open it in the browser, where there is one.")
    ] = True,
    database: Database = None,
) -> None:
    """Run the dashboard with the demo portfolio, made ready first; opens the browser."""
    from db.engine import default_database_url, open_store
    from db.services.setup import initialise
    from risk.loss.compiling import is_compiled
    from ui.terminal.serving import may_open_a_browser
    from ui.terminal.serving import serve as run_server

    url = database or default_database_url()
    store = open_store(url)
    initialise(store, demo=True)
    store.close()
    say(f"The demo portfolio is in {store.url}.")
    if not is_compiled():
        say("Compiling the model's loops, once: this takes about a minute …")
        from db.services.reference import FIXTURES
        from risk.catalog.loading import load_catalog
        from risk.compiling import compile_all

        compile_all(load_catalog(FIXTURES))
    run_server(
        url=url,
        address="127.0.0.1",
        port=port,
        insecure_open=False,
        browser=browser and may_open_a_browser(),
    )


@app.command()
def serve(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Where to listen.")] = 8501,
    address: Annotated[str, typer.Option(help="127.0.0.1 is this machine only.")] = "127.0.0.1",
    insecure_open: Annotated[
        bool, typer.Option("--insecure-open", help="Let everybody in who reaches the address.")
    ] = False,
    database: Database = None,
) -> None:
    """Run the dashboard; a new store is set up first, with the demo portfolio."""
    from db.engine import default_database_url, open_store
    from db.services.portfolios import list_portfolios
    from db.services.setup import initialise
    from ui.terminal.serving import serve as run_server

    url = database or default_database_url()
    store = open_store(url)
    initialise(store)
    if not list_portfolios(store, caller()):
        initialise(store, demo=True)
        say(f"New store with the demo portfolio: {store.url}")
    store.close()
    run_server(url=url, address=address, port=port, insecure_open=insecure_open)


@app.command()
def mcp(
    allow_writes: Annotated[
        bool,
        typer.Option("--allow-writes", help="Offer the tools that write too; each call confirmed."),
    ] = False,
    token: Annotated[
        str | None,
        typer.Option(
            envvar="DOWNSTREAM_TOKEN",
            help="Act by this token; better in the variable DOWNSTREAM_TOKEN, which no list of "
            "programs shows. Without one: as whoever sits at this machine.",
        ),
    ] = None,
    database: Database = None,
) -> None:
    """Answer the questions of an assistant that starts it, by the Model Context Protocol."""
    from ui.api.assistants import serve_over_stdio

    serve_over_stdio(database, token=token, may_write=allow_writes)


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="Where to; an earlier backup there is replaced.")],
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Copy the store to one file, also while others work with it, and check the copy."""
    from db.services.backup import back_up

    made = back_up(opened(database), caller(), file)
    if as_json:
        print_json(_backup_document(made))
    else:
        say(f"Backed up {made.rows:,} rows of {len(made.tables)} tables to {file}, and checked it.")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A file that “downstream backup” wrote.")],
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Put the store back to what a backup holds; what it held before is backed up first."""
    from db.services.backup import restore as put_back
    from ui.tables.audit import verdict
    from ui.terminal.commands.audit import check_document

    done = put_back(opened(database), caller(), file)
    if as_json:
        more = {
            "store_before": done.before and str(done.before),
            "audit": check_document(done.trail),
            "new_owners": list(done.new_owners),
        }
        print_json(_backup_document(done.backup) | more)
        return
    say(f"The store holds what it held on {done.backup.made_at:%d %B %Y, %H:%M} UTC.")
    if done.before is not None:
        say(f"What it held until now is in {done.before}.")
    if not done.trail.is_whole:
        say(f"It came with a broken record. {verdict(done.trail)}")
    if done.new_owners:
        say(f"Owners now, and not before: {', '.join(done.new_owners)}. See “downstream people”.")
    say("Restart the dashboard if one is running on this store.")


def _backup_document(made: "Backup") -> dict[str, Any]:
    return {
        "file": str(made.file),
        "made_at": made.made_at,
        "schema": made.revision,
        "rows": made.rows,
        "tables": {name: one.rows for name, one in sorted(made.tables.items())},
    }
