"""Matrix: who depends on whom, directly, through someone else, or to ask; a click shows why."""

from collections.abc import Sequence
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from risk.alternatives.options import StartupNotFound
from risk.catalog.failure_kinds import FailureKind
from risk.catalog.records import Role
from risk.portfolio.matrix import (
    Places,
    Stakes,
    Vendor,
    leading_of,
    leading_providers,
    matrix_rows,
    rows_named,
    stakes_of,
    wanted_rows,
)
from risk.portfolio.providers import Dependence, How, Way
from risk.portfolio.startups import assessed_of
from risk.scenarios.results import Scenario
from ui import cached, links, wording
from ui.charts import matrix as charts
from ui.downloads import Later, table_buttons
from ui.page import card, chosen_summary, empty_state, link, metric, page_header, palette
from ui.panels.stress_settings import OWN
from ui.render.frames import file_of
from ui.render.page import short_table
from ui.tables import dependence as tables
from ui.tables.column import Column, Record, values
from ui.uncertainty import OF_TEN, Spread
from ui.words import dependence_words as words
from ui.words import headlines

#: Providers that have a column unless more are asked for.
SHOWN = 8
#: Rows on a page.
PER_PAGE = 25
_ANY = ""


def address(file: str = "", **changed: str | None) -> str:
    """The address of this page, or of another beside it, with some parameters changed."""
    kept: dict[str, str | None] = {"portfolio": portfolio.name}
    if not file:
        kept |= {name: st.query_params[name] for name in st.query_params}
    kept |= changed
    return f"{file}?{urlencode({name: value for name, value in kept.items() if value})}"


def ask_filters(providers: Sequence[str], noun: str) -> tuple[str, str | None, tuple[str, ...]]:
    """Ask for words, the provider and further columns; return them with the columns shown."""
    with st.grid(3, min_column_width=200):
        said = links.search("Search", placeholder=noun)
        on = links.select(
            "Depends on",
            [_ANY, *sorted(providers, key=str.casefold)],
            name="on",
            default=_ANY,
            shown=lambda one: one or "Any provider",
            what="provider",
        )
        more = links.multiselect(
            "More providers",
            [one for one in providers if one not in providers[:SHOWN]],
            name="with",
            placeholder="Columns to add",
        )
    columns = [*providers[:SHOWN], *more]
    if on and on in columns:
        columns.remove(on)
    return said, on or None, tuple([on, *columns] if on else columns)


def _drop_filter() -> None:
    links.write(on=None, page=None)


def show_count(counted: str, on: str | None) -> None:
    """Say how many there are, with the filter as a button that removes it, and the key."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if on is not None:
            st.button(
                f"depends on {wording.escaped(on)} ✕",
                key="drop_filter",
                on_click=_drop_filter,
                help="Remove the filter",
            )
        st.markdown(wording.escaped(counted), width="content")
        st.html(charts.key_html(palette()), width="content")


def page_of(rows: int) -> tuple[int, int]:
    """The first and the last row of the page that the address asks for; ask where there are more.

    The question stands below the table, so that it is answered from the address here.
    """
    pages = max(1, -(-rows // PER_PAGE))
    try:
        number = min(max(int(float(links.read("page") or 1)), 1), pages)
    except ValueError:
        number = 1
    return (number - 1) * PER_PAGE, min(number * PER_PAGE, rows)


def ask_page(rows: int) -> None:
    """Ask for the page where there are several."""
    pages = -(-rows // PER_PAGE)
    if pages > 1:
        first, last = page_of(rows)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            with st.container(width=170):
                links.number(
                    f"Page, 1 to {pages:,}",
                    name="page",
                    low=1,
                    high=pages,
                    default=1,
                    step=1,
                    shown_as="%d",
                )
            st.caption(f"Rows {first + 1:,} to {last:,} of {rows:,}", width="content")


def show_table(
    noun: Column,
    rows: Sequence[Record],
    providers: Sequence[str],
    counts: Sequence[int],
    figures: Sequence[Column],
    on: str | None,
) -> None:
    """Show the table; a mark opens its evidence, a heading filters by its provider."""
    colours = palette()

    def company(name: str) -> str:
        return address("startup", startup=name)

    drawn = charts.Matrix(
        caption=f"{noun.label} by provider: direct, through someone else, or to ask",
        noun=noun,
        rows=rows,
        providers=providers,
        counts=counts,
        figures=figures,
        chosen=on,
        mark_link=lambda name, provider: address(row=name, provider=provider),
        head_link=lambda provider: address(on=provider, page=None, row=None, provider=None),
        row_link=company if noun is tables.COMPANY else None,
    )
    st.html(charts.style(colours))
    st.html(charts.matrix_html(drawn, palette=colours))


def _close() -> None:
    links.write(row=None, provider=None)


def show_evidence(ways: Sequence[Way], name: str, provider: str) -> None:
    """Show the paths from a provider to a company or a vendor, and what they are known from."""
    how = charts.MEANING[ways[0].how] if ways else "does not depend on"
    with card(f"{name} {how} {wording.provider(provider)}"):
        if ways:
            short_table(tables.EVIDENCE, tables.evidence_rows(ways))
        with st.container(horizontal=True):
            st.button("Close", on_click=_close, key="close_evidence")
            link(
                "provider.py", f"Provider: {provider}", portfolio=portfolio.name, provider=provider
            )


def asked_evidence() -> None:
    """Show the evidence of the mark that the address names, if it names one."""
    name, provider = links.read("row"), links.read("provider")
    if name is None or provider is None:
        return
    try:
        ways = cached.ways(portfolio.name, name, provider)
    except StartupNotFound:
        links.say_unknown("company", name)
        return
    show_evidence(ways, name, provider)


def loss_if_gone(provider: str) -> None:
    """Show what it costs if a provider winds down, or is down where it develops nothing."""
    known = cached.catalog().providers.get(provider)
    develops = known is not None and Role.DEVELOPER in known.roles
    kind = FailureKind.WIND_DOWN if develops else FailureKind.OUTAGE
    scenario = Scenario(
        id=OWN, title=wording.disruption_of(provider, kind), root=provider, kind=kind
    )
    result = cached.stress_result(portfolio.name, scenario)
    spread = Spread(
        low=result.total_low_usd, median=result.total_median_usd, high=result.total_high_usd
    )
    reach = f"{wording.money(spread.low)} to {wording.money(spread.high)}"
    answer = cached.answer_without_waiting(portfolio.name)
    is_placeholder = answer is not None and headlines.placeholder(answer) is not None
    metric(
        "Loss if it winds down" if develops else "Loss if it is down",
        reach if is_placeholder else wording.money(spread.median),
        note=headlines.PLACEHOLDER if is_placeholder else f"{reach} {OF_TEN}",
        explained="Loss if it happens",
        spread=spread,
    )


def figures(found: Dependence, on: str) -> None:
    """Show three figures: who depends, what it would cost, whom to ask."""
    one = found.of(on)
    total = len(found.routes.exposures)
    with st.grid(3, min_column_width=155):
        metric(
            f"Depend on {on}",
            f"{len(one):,} of {total:,}",
            note=words.divided(one.direct, one.through_others),
            explained="Depend on",
        )
        if cached.is_waited_for(portfolio.name):
            loss_if_gone(on)
        metric(
            "To ask",
            f"{one.asked:,}",
            note="a text, or a model of nobody known, that may be it",
        )


def the_stakes(found: Dependence) -> Stakes | None:
    """What is at stake for each company, by the newest answer; None where there is none yet."""
    answer = cached.answer_without_waiting(portfolio.name)
    if answer is None:
        last = cached.kept_answer(portfolio.name)
        answer = None if last is None else last.whole
    return None if answer is None else stakes_of(found, assessed_of(answer).table)


def companies() -> None:
    """Show the companies of a portfolio by the providers they depend on."""
    found = cached.dependents(portfolio.name)
    providers = leading_providers(found)
    asked = links.read("on")
    total = len(found.routes.exposures)
    page_header(words.title(found, total, asked if asked in found else None), portfolio)
    busiest = words.most_named(found)
    about = asked if asked in found else busiest and busiest.provider
    if about:
        figures(found, about)
    asked_evidence()
    said, on, columns = ask_filters(providers, "Company")
    stakes = the_stakes(found)
    rows = wanted_rows(found, stakes, on=on, among=rows_named(found, said))
    if on is not None and not said:
        show_count(words.counted(found.of(on)), on)
    else:
        show_count(wording.counted(len(rows), "company", "companies"), on)
    if not len(rows):
        empty_state("No company matches.", "Remove the filter or change the search.")
        return
    first, last = page_of(len(rows))
    shown = tables.company_rows(matrix_rows(found, stakes, rows[first:last], columns), columns)
    counts = [len(found.of(one)) for one in columns]
    show_table(tables.COMPANY, shown, columns, counts, (tables.SPEND, tables.STAKE), on)
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        ask_page(len(rows))
        offer_companies(found, stakes, rows, columns)
    if (untold := words.untold(found)) is not None:
        st.caption(wording.escaped(untold))


def offer_companies(
    found: Dependence, stakes: Stakes | None, rows: Places, columns: Sequence[str]
) -> None:
    """Offer every row that matches as a file."""
    kept = values(tables.company_columns(columns))

    def make() -> pd.DataFrame:
        made = matrix_rows(found, stakes, rows, columns)
        return file_of(kept, tables.company_rows(made, columns))

    with st.container(horizontal=True, width="content"):
        table_buttons(
            Later(make=make, count=len(rows)),
            title="Matrix",
            name=f"{portfolio.name}-matrix",
            key="matrix",
        )


def one_inventory(vendors: Sequence[Vendor]) -> None:
    """Show the vendors of one organisation by the providers that they lead to."""
    providers = leading_of(vendors)
    asked = links.read("on")
    page_header(
        words.vendors_title(vendors, asked if asked in providers else None),
        portfolio,
        description=words.vendors_note(vendors),
    )
    vendor_evidence(vendors)
    said, on, columns = ask_filters(providers, "Vendor or product")
    kept = [
        one
        for one in vendors
        if (on is None or on in one.reached)
        and all(word in one.name.casefold() for word in said.casefold().split())
    ]
    count = wording.counted(len(kept), "vendor")
    show_count(f"{count}: {words.vendors_counted(kept, on)}" if on else count, on)
    if not kept:
        empty_state("No vendor matches.", "Remove the filter or change the search.")
        return
    first, last = page_of(len(kept))
    rows = tables.vendor_rows(kept, columns)
    counts = [
        sum(one.reached.get(name) in (How.DIRECT, How.THROUGH) for one in vendors)
        for name in columns
    ]
    figures = (tables.READ_AS, tables.USES, tables.SPEND)
    show_table(tables.VENDOR, rows[first:last], columns, counts, figures, on)
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        ask_page(len(kept))
        with st.container(horizontal=True, width="content"):
            table_buttons(
                file_of(values(tables.vendor_columns(columns)), rows),
                title="Vendors",
                name=f"{portfolio.name}-vendors",
                key="vendors",
            )


def vendor_evidence(vendors: Sequence[Vendor]) -> None:
    """Show the evidence of the mark of a vendor that the address names, if it names one."""
    name, provider = links.read("row"), links.read("provider")
    if name is None or provider is None:
        return
    vendor = next((one for one in vendors if one.name == name), None)
    if vendor is None:
        links.say_unknown("vendor", name)
        return
    keys = {one.key for _, one in vendor.lines}
    ways = cached.ways(portfolio.name, vendor.startup, provider)
    show_evidence([one for one in ways if one.dependency.key in keys], name, provider)


portfolio = chosen_summary()
if not portfolio.startups:
    page_header("Matrix", portfolio)
    empty_state(
        "This portfolio has no companies yet.",
        "Import a table with one line per company and provider.",
        page="pages/imports.py",
        label="Import a file",
    )
    st.stop()
inventory = cached.vendors(portfolio.name) if portfolio.startups == 1 else None
if inventory is None:
    companies()
else:
    one_inventory(inventory)
