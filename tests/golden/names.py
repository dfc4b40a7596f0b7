"""The names by which documents, tables and sheets are read by other programs.

Of each command's JSON its fields, of each exported table its columns, of the workbook its sheets
and headings. ``*`` stands for a name out of the data, ``[]`` for every item of a list.
"""

import io
import json
import re
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from shlex import split
from typing import Any

import openpyxl

from db.engine import Store, open_store
from db.services.access import LOCAL_OWNER
from db.services.exports import TABLES, export_table
from db.services.portfolios import save_portfolio
from db.services.setup import initialise
from risk.catalog.loading import load_catalog
from tests.part_of_demo import part_of_demo
from tests.terminal.running import answer
from tests.usage_files import Request, log, publish
from ui.reports.making import workbook_report
from ui.tables import plan as plan_table

ROOT = Path(__file__).parents[2]
FILE = Path(__file__).with_name("names.json")
TODAY = date(2026, 11, 23)
#: What is a field's name, and not a name out of the data.
FIELD = re.compile(r"[a-z][a-z0-9_]*")
#: Where numbers of the model are, by their names.
NUMBERS = (".low", ".high")
#: What is asked of a store with a part of the demo portfolio, in this order.
COMMANDS = (
    "portfolios",
    "startups --portfolio demo",
    "providers",
    "depends --portfolio demo --on OpenAI",
    "matrix --portfolio demo",
    "batches",
    "resolve OpenAI Notion",
    "score --portfolio demo",
    "overview --portfolio demo",
    "stress --portfolio demo --root OpenAI --kind wind_down",
    "scenarios",
    "alternatives --portfolio demo --startup 'Quillhaven Briefs'",
    "company --portfolio demo --startup 'Quillhaven Briefs'",
    "plan --portfolio demo --budget 500000",
    "replay",
    "replay openai-crisis-2023 --portfolio demo",
    "incident --portfolio demo --provider OpenAI --news chief_executive_dismissed",
    "readiness --portfolio demo --startup 'Quillhaven Briefs'",
    "hazard OpenAI",
    "calendar --portfolio demo --days 365",
    "sensitivity --portfolio demo",
    "assumptions --portfolio demo",
    "scores keep --portfolio demo",
    "scores list --portfolio demo --limit 2",
    "watch set expected_loss_usd 1 --portfolio demo --reason shown",
    "watch limits --portfolio demo",
    "forecasts keep --portfolio demo --provider OpenAI",
    "forecasts list --portfolio demo",
    "forecasts settle 1 --void --source shown",
    "forecasts score --portfolio demo",
    "losses note --portfolio demo --startup 'Quillhaven Briefs' --provider OpenAI --kind outage "
    "--from 2026-10-01 --source shown",
    "losses list --portfolio demo",
    "losses score --portfolio demo",
    "decisions list --portfolio demo",
    "drills list --portfolio demo",
    "drills overdue --portfolio demo",
    "contracts set C-1 --portfolio demo --source PDF",
    "contracts list --portfolio demo",
    "share list",
    "people list",
    "teams list",
    "aliases list",
    "audit list",
    "audit verify",
    "correction list",
    "questions inbox --portfolio demo",
    "questions choose --portfolio demo",
    "questions choose --portfolio demo --startup 'Quillhaven Briefs'",
    "questions send --portfolio demo --startup 'Quillhaven Briefs'",
    "questions list",
    "questions show 1",
    "questions remind 1",
    "signals list",
    "crisis new 'OpenAI, board' --output FILE.toml",
    "crisis check FILE.toml",
    "crisis add FILE.toml",
    "crisis list",
    "incidents feeds",
    "export demo --table scores --output FILE.csv",
)
#: What is asked once a log was imported as well.
OBSERVED = ("observed --portfolio Observed",)


def names_in(value: Any, path: str = "") -> Iterator[str]:
    """Every field of a document, as a path."""
    if isinstance(value, dict):
        for name, item in value.items():
            known = name if FIELD.fullmatch(name) and not path.endswith(NUMBERS) else "*"
            within = f"{path}.{known}" if path else known
            yield within
            yield from names_in(item, within)
    elif isinstance(value, list):
        for item in value:
            yield from names_in(item, f"{path}[]")


def documents(url: str, folder: Path, commands: Sequence[str]) -> dict[str, list[str]]:
    """The fields of what each command prints."""
    found = {}
    for command in commands:
        words = split(command.replace("FILE", str(folder / "file")))
        found[command] = sorted(set(names_in(answer(*words, url=url))))
    return found


def tables(store: Store) -> dict[str, list[str]]:
    """The columns of every table that can be exported."""
    found = {}
    for table in TABLES:
        made = export_table(store, LOCAL_OWNER, table, portfolio="demo", today=TODAY)
        found[table] = made.data.decode("utf-8-sig").splitlines()[0].split(",")
    found["plan --tasks"] = [one.key for one in plan_table.TASKS]
    return found


def sheets(store: Store) -> dict[str, list[str]]:
    """The headings of every sheet of the workbook."""
    data = workbook_report(store, LOCAL_OWNER, "demo", today=TODAY)
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
    return {
        one.title: [str(cell) for cell in next(one.iter_rows(min_row=3, values_only=True))]
        for one in book
    }


def kept() -> dict[str, dict[str, list[str]]]:
    """The names that were written down last."""
    known: dict[str, dict[str, list[str]]] = json.loads(FILE.read_text(encoding="utf-8"))
    return known


def all_names(folder: Path) -> dict[str, dict[str, list[str]]]:
    """What is written down, of a new store in a folder."""
    url = f"sqlite:///{folder / 'names.sqlite3'}"
    store = open_store(url)
    initialise(store)
    save_portfolio(store, LOCAL_OWNER, part_of_demo(load_catalog(ROOT / "fixtures")))
    answers = documents(url, folder, COMMANDS)
    # Nothing that is asked before may know of it.
    publish(store, log(Request("2026-09-01"), last="2026-09-30"), portfolio="Observed")
    answers |= documents(url, folder, OBSERVED)
    found = {"json": answers, "csv": tables(store), "workbook": sheets(store)}
    store.close()
    return found
