"""Oversight: which providers many registers of information rest on, and what one of them would hit.

For a supervisor, an overseer or a risk team that holds registers of many entities. They are read
once for what is in them and are not stored.
"""

from collections.abc import Hashable
from hashlib import sha256
from typing import Any

import streamlit as st

from db.errors import StoreError
from db.services.access import Action
from db.services.filings import kept_numbers, kept_registers
from db.services.oversight import (
    OversightAnswer,
    answer_of,
    oversight_of,
    read_important,
    read_population,
)
from risk.dora.oversight import Level
from risk.dora.stacked import SERVICES, Stacked
from risk.dora.step_one import Verdict, criteria
from risk.dora.stopping import stopped
from ui import cached, links, wording
from ui.cached import kept
from ui.charts import oversight as charts
from ui.page import card, metric, page_header, palette
from ui.render.page import column_table
from ui.server.uploads import file_uploader
from ui.tables import oversight as tables
from ui.tables.column import Record, matching
from ui.words import oversight_words

WHAT = (
    "Put registers of information of many entities on top of one another and see which providers "
    "their critical functions depend on. Files are read once and not stored."
)
LEVELS = {"group": "Groups (ultimate parent)", "person": "Legal persons"}
SECTIONS = {
    "providers": "Providers",
    "step": "Step 1",
    "markets": "Concentration",
    "read": "What was read",
}
ALL_SERVICES = "all"
#: Rows of a table on the page; the file has all of them.
MOST_ROWS = 500
#: Rows of use that one startup counts as, in the memory of answers.
_ROWS_A_STARTUP = 5

#: Where a session keeps which files it sent and the digest of what is in them.
_DIGEST = "_oversight_digest"

#: Uploaded files, as Streamlit has them.
Files = tuple[Any, ...]
Held = tuple[tuple[int, int], ...]


def ask_files() -> tuple[Files, bytes, bytes]:
    """The registers, and the two lists that narrow the answer."""
    with card("Registers", note=WHAT, height="content"):
        given = file_uploader(
            "Packages (ZIP), zips of packages, or stacked tables (CSV, Parquet)",
            type=["zip", "csv", "parquet"],
            accept_multiple_files=True,
            key="oversight_files",
        )
        with st.expander("Systemically important entities, and how many entities there are"):
            important = file_uploader(
                "Important entities: CSV with lei, kind (G-SII, O-SII, systemic), score",
                type="csv",
                key="oversight_important",
            )
            population = file_uploader(
                "Population: CSV with category, entities, assets in euro",
                type="csv",
                key="oversight_population",
            )
    return (
        tuple(given or ()),
        important.getvalue() if important else b"",
        population.getvalue() if population else b"",
    )


def kept_numbers_of() -> Held:
    """The registers that are kept here, where the reader wants them counted too."""
    known = cached.asked(kept_numbers)
    if not known:
        return ()
    here = wording.counted(len(known), "register")
    return known if st.toggle(f"Count the {here} kept here", value=True) else ()


def digest_of(files: Files) -> str:
    """What is in the files, in whatever order; worked out once for those that a session sent."""
    sent = tuple(one.file_id for one in files)
    known: tuple[tuple[str, ...], str] = st.session_state.get(_DIGEST, ((), ""))
    if known[0] != sent:
        each = sorted(f"{one.name} {sha256(one.getvalue()).hexdigest()}" for one in files)
        known = sent, sha256("\n".join(each).encode()).hexdigest()
        st.session_state[_DIGEST] = known
    return known[1]


def stack_of(files: Files, held: Held, read: Hashable) -> Stacked:
    """The registers as columns, read once for what is in them; ``held`` are kept here."""

    def made() -> Stacked:
        sent = [(one.name, one.getvalue()) for one in files]
        here = [one.register for one in cached.asked(kept_registers)] if held else []
        return oversight_of([*sent, *here])

    return kept(
        ("oversight", read),
        made,
        says="Reading the registers…",
        heavy=True,
        counts=lambda found: len(found.uses) / _ROWS_A_STARTUP,
    )


def answer(
    stack: Stacked, read: Hashable, level: str, service: str, lists: tuple[bytes, bytes]
) -> OversightAnswer:
    """The answer about the registers, made once."""
    important, population = lists
    return kept(
        ("oversight answer", read, level, service, sha256(b"|".join(lists)).hexdigest()),
        lambda: answer_of(
            stack,
            level=Level(level),
            service="" if service == ALL_SERVICES else service,
            important=read_important(important) if important else None,
            population=read_population(population) if population else None,
        ),
        says="Counting who depends on whom…",
        heavy=True,
        counts=lambda found: len(found.oversight.provider) / _ROWS_A_STARTUP,
    )


def show_figures(found: OversightAnswer) -> None:
    """The answer in a sentence and three figures, and what is unknown."""
    stack, step = found.oversight.stack, found.step
    st.markdown(f"#### {wording.escaped(oversight_words.finding(found))}")
    met = sum(one == Verdict.MET for one in step.overall[~step.exempt])
    may = sum(one == Verdict.UNKNOWN for one in step.overall[~step.exempt])
    without = int(found.oversight.totals.blank.max())
    entities = int(stack.entities.financial.sum())
    with st.grid(3, min_column_width=220):
        metric(
            "Financial entities",
            f"{entities:,}",
            f"in {wording.counted(len(stack.registers), 'register')}",
        )
        metric(
            "Providers that fulfil step 1",
            f"{met:,}",
            f"of {may:,} more it cannot be known",
            hint=oversight_words.NO_DESIGNATION,
        )
        metric(
            "State their assets",
            f"{entities - without:,}",
            f"{without:,} do not, which widens bounds",
        )
    st.caption(wording.escaped(" ".join(oversight_words.unknown(found))))


def show_matrix(found: OversightAnswer) -> None:
    """Providers and categories with the share of entities that rests on each."""
    cells = tables.matrix_cells(
        found, providers=charts.MOST_PROVIDERS, categories=charts.MOST_CATEGORIES
    )
    note = (
        "Share of each category's entities whose critical or important functions depend on a "
        "provider, directly or through others. Full: surely; hatched: where somebody says nothing."
    )
    with card("Who depends on whom", note=note, height="content"):
        drawn = [charts.Cell(**one) for one in cells]
        st.html(charts.matrix_html(drawn, palette=palette()))


def show_providers(found: OversightAnswer) -> None:
    """Every provider, searched and opened."""
    places = {str(at): tables.category_name(at) for at in tables.categories_of(found)}
    with st.container(horizontal=True):
        words = links.search("Search providers", placeholder="Name, code, country")
        category = links.select(
            "Used by",
            list(places),
            name="category",
            default=next(iter(places)),
            shown=places.__getitem__,
        )
    order = tables.cells_in_order(found.oversight, int(category))
    rows = tables.provider_rows(found, order, most=None if words else MOST_ROWS)
    shown = matching(tables.PAGE, rows, words)[:MOST_ROWS]
    column_table(
        tables.PAGE,
        shown,
        key="oversight_providers",
        file_name="oversight-providers.csv",
        files=tables.PROVIDER_FILE,
        open_row=lambda row: open_provider(row),
        workbook="Providers",
        alt=f"{len(shown)} providers by the entities whose critical functions depend on them.",
    )
    if len(order) > len(shown):
        st.caption(f"{len(shown):,} of {len(order):,} providers; search for others.")


def open_provider(row: Record) -> None:
    """Show what one provider's end would hit."""
    links.write(provider=str(row["code"]))
    st.rerun()


def show_end(found: OversightAnswer, code: str) -> None:
    """What falls away if one provider stops: who, and through whom."""
    providers = found.oversight.stack.providers
    places = [at for at, one in enumerate(providers.code) if one == code]
    if not places:
        links.say_unknown("provider", code)
        return
    end = stopped(found.oversight, places[0])
    name = str(providers.name[places[0]])
    with card(f"If {name} stopped", note=oversight_words.stop_finding(end, name), height="content"):
        if end.critical:
            st.markdown(wording.escaped(oversight_words.ways_out(end)))
        rows = tables.hit_rows(end)
        column_table(
            tables.HITS_PAGE,
            rows,
            key="oversight_hit",
            widths={"assets_eur": 150, "through": "medium"},
            file_name=f"oversight-{code}.csv",
            files=tables.HITS_FILE,
            workbook="Entities hit",
            alt=f"{len(rows)} entities that {name} would hit, and through whom.",
        )
        st.button("Close", icon=":material/close:", on_click=lambda: links.write(provider=None))


def show_step(found: OversightAnswer) -> None:
    """Step 1 by provider, and what each criterion asks."""
    st.markdown(wording.escaped(oversight_words.step_in_words(found)))
    with_chain = st.toggle("Count users through subcontractors too", key="oversight_chain")
    rows = tables.step_rows(found, with_chain=with_chain, most=MOST_ROWS)
    column_table(
        tables.STEP_PAGE,
        rows,
        key="oversight_step",
        file_name="oversight-step-1.csv",
        files=tables.STEP_FILE,
        workbook="Step 1",
        alt=f"{len(rows)} providers with each sub-criterion of step 1.",
    )
    st.caption(wording.escaped(oversight_words.NO_DESIGNATION))
    with st.expander("What each criterion asks, how it is read, and what is in doubt"):
        for one in criteria().values():
            st.markdown(oversight_words.criterion_in_words(one))


def show_markets(found: OversightAnswer) -> None:
    """Concentration by category and type of service."""
    rows = tables.market_rows(found)
    column_table(
        tables.MARKETS_PAGE,
        rows,
        key="oversight_markets",
        file_name="oversight-concentration.csv",
        files=tables.MARKETS_FILE,
        workbook="Concentration",
        alt=f"{len(rows)} markets by category and type of service.",
    )
    st.caption(
        "Services between companies of one group are left out. As concentrated as so many equal "
        "providers: 1 / HHI."
    )


def show_read(found: OversightAnswer) -> None:
    """What was read, what does not count, and which registers were left out."""
    stack = found.oversight.stack
    st.markdown(wording.escaped(oversight_words.read_in_words(stack)))
    for said in oversight_words.not_counted(stack):
        st.markdown(f"- {wording.escaped(said)}")
    rows = tables.open_rows(stack)
    if rows:
        st.markdown("**Entities whose facts would narrow the bounds**, the most used first")
        column_table(
            tables.OPEN,
            rows,
            key="oversight_open",
            file_name="oversight-open.csv",
            alt=f"{len(rows)} entities that state no assets or no category.",
        )
    if stack.left_out:
        st.markdown("**Registers and files that are not counted**")
        column_table(
            tables.LEFT_OUT,
            tables.left_out_rows(stack.left_out),
            widths={"why": "large"},
            key="oversight_left_out",
            file_name="oversight-not-counted.csv",
            alt=f"{len(stack.left_out)} registers or files that are not counted, and why.",
        )


def show(found: OversightAnswer) -> None:
    """The answer first, then its parts."""
    show_figures(found)
    if found.oversight.stack.left_out:
        count = wording.counted(
            len(found.oversight.stack.left_out), "register or file", "registers or files"
        )
        st.warning(f"{count} left out: see “{SECTIONS['read']}”.", icon=":material/warning:")
    code = links.read("provider")
    if code:
        show_end(found, code)
    show_matrix(found)
    section = links.sections(
        "Part", list(SECTIONS), name="part", default="providers", shown=SECTIONS.__getitem__
    )
    {
        "providers": show_providers,
        "step": show_step,
        "markets": show_markets,
        "read": show_read,
    }[section](found)


page_header("Oversight")
files, *lists = ask_files()
held = kept_numbers_of()
if not files and not held and not cached.may(Action.IMPORT):
    st.info("Your role may not send files: ask somebody who may import.", icon=":material/lock:")
    st.stop()
if not files and not held:
    st.info(
        "Choose the registers above: one package for each entity or group, several at once, or a "
        "zip of them. Stacked tables need a column called register.",
        icon=":material/upload_file:",
    )
    st.stop()
read = (digest_of(files), held, cached.actor().scope)
with st.grid(2, min_column_width=220):
    level = links.select(
        "Count providers as", list(LEVELS), name="by", default="group", shown=LEVELS.__getitem__
    )
    services = {ALL_SERVICES: "All services"} | {
        code.rpartition(":")[2]: tables.service_name(at) for at, code in enumerate(SERVICES)
    }
    service = links.select(
        "Type of service",
        list(services),
        name="service",
        default=ALL_SERVICES,
        shown=services.__getitem__,
    )
try:
    found = answer(stack_of(files, held, read), read, level, service, (lists[0], lists[1]))
except StoreError as refused:
    st.error(wording.escaped(refused), icon=":material/block:")
    st.stop()
show(found)
