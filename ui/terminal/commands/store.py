"""Commands that make the store and run the dashboard on it."""

from typing import Annotated

import typer

from ui.terminal.commands.options import Database, Json, opened
from ui.terminal.output import print_json, say

app = typer.Typer()


@app.command()
def init(
    demo: Annotated[bool, typer.Option("--demo", help="Add invented startups to look at.")] = False,
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
    """Bring a store that an earlier version made up to date."""
    init(demo=False, as_json=as_json, database=database)


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
    from db.services.access import LOCAL_OWNER
    from db.services.portfolios import list_portfolios
    from db.services.setup import initialise
    from ui.terminal.serving import serve as run_server

    url = database or default_database_url()
    store = open_store(url)
    initialise(store)
    if not list_portfolios(store, LOCAL_OWNER):
        initialise(store, demo=True)
        say(f"New store with the demo portfolio: {store.url}")
    store.close()
    run_server(url=url, address=address, port=port, insecure_open=insecure_open)
