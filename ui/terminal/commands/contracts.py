"""Commands on contracts: kept, checked against the provisions of DORA, and taken over."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from risk.inventory.contracts import ArrangementKind, ProvisionState
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
contracts = typer.Typer(
    help="Contracts, their provisions, and what they say of dependencies.", no_args_is_help=True
)
app.add_typer(contracts, name="contracts")

DAY = ["%Y-%m-%d"]
Reference = Annotated[str, typer.Argument(metavar="REFERENCE", help="As the contract has it.")]
Day = datetime | None


class YesNo(StrEnum):
    """What somebody says that is yes or no."""

    YES = "yes"
    NO = "no"


def _day(text: str) -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(formats=DAY, help=text)
    return option


@contracts.command("list")
def list_of_contracts(
    portfolio: PortfolioName,
    slices: Slices = None,
    fund: OfFunds = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """List the contracts: what is missing, by when to give notice, what is not accepted."""
    from db.services.contracts import contracts_of
    from ui.terminal import contracts as terminal

    # A part of a portfolio is found by more than a list needs.
    sliced = bool(slices or fund)
    store = opened_part(database, portfolio, slices, fund) if sliced else opened(database)
    found = contracts_of(store, caller(), portfolio, today=today())
    if as_json:
        print_json(terminal.list_document(found))
    else:
        print_tables(terminal.list_tables(found))


@contracts.command()
def show(
    reference: Reference,
    portfolio: PortfolioName,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Show one contract: what is stated, its provisions, and what would change at dependencies."""
    from db.services.contracts import contract
    from ui.terminal import contracts as terminal

    store = opened(database)
    found = contract(store, caller(), portfolio, reference, today=today())
    if found.summary.contract.provider_notice_days is not None and found.under:
        from db.services.deadlines import days_to_leave

        with progress("Working out how long leaving takes", hidden=as_json):
            days = days_to_leave(store, caller(), portfolio, reference, today=today())
        found = contract(store, caller(), portfolio, reference, today=today(), switch_days=days)
    if as_json:
        print_json(terminal.detail_document(found))
    else:
        print_tables(terminal.detail_tables(found, today()))


@contracts.command("set")
def set_facts(
    reference: Reference,
    portfolio: PortfolioName,
    source: Annotated[str, typer.Option(help="Where the facts come from.")],
    kind: Annotated[ArrangementKind | None, typer.Option(help="How it stands to others.")] = None,
    overarching: Annotated[
        str | None, typer.Option(help="The reference of the contract above it.")
    ] = None,
    entity: Annotated[str | None, typer.Option(help="The company that uses it.")] = None,
    provider: Annotated[str | None, typer.Option(help="The other party, as it is named.")] = None,
    purpose: Annotated[str | None, typer.Option(help="What it is for.")] = None,
    start: Annotated[Day, _day("The day on which it began.")] = None,
    end: Annotated[Day, _day("The day on which it ends.")] = None,
    renewal: Annotated[Day, _day("The day on which it renews or ends.")] = None,
    renews_itself: Annotated[
        YesNo | None, typer.Option(help="Whether it goes on unless somebody ends it.")
    ] = None,
    notice_days: Annotated[float | None, typer.Option(min=0, help="Notice we must give.")] = None,
    provider_notice_days: Annotated[
        float | None, typer.Option(min=0, help="Notice the provider must give.")
    ] = None,
    governing_law: Annotated[str | None, typer.Option(help="A country, as DE.")] = None,
    availability: Annotated[
        float | None, typer.Option(min=0, max=1, help="What is promised, as 0.999.")
    ] = None,
    expense: Annotated[float | None, typer.Option(min=0, help="What it costs a year.")] = None,
    currency: Annotated[str | None, typer.Option(help="The currency of that, as EUR.")] = None,
    escrow: Annotated[YesNo | None, typer.Option(help="Whether there is an escrow.")] = None,
    step_in: Annotated[YesNo | None, typer.Option(help="Whether there is a step-in right.")] = None,
    as_of: Annotated[Day, _day("The day on which this held.")] = None,
    unknown: Annotated[
        list[str] | None,
        typer.Option(metavar="FACT", help="A fact that is not known any more; may be repeated."),
    ] = None,
    apply: Annotated[
        bool, typer.Option("--apply", help="Let dependencies accept what it says.")
    ] = False,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """State facts of a contract, a new one too; what is not stated stays.

    Says what would change at the dependencies that name it; --apply accepts that, but for
    contradictions.
    """
    from db.services.contract_facts import differences, take_over
    from db.services.contract_records import keep_contracts
    from db.services.contracts import contract, known_contract
    from risk.inventory.contracts import Contract, cents_of
    from ui.terminal import contracts as terminal
    from ui.words import contract_words

    store = opened(database)
    before = known_contract(store, caller(), portfolio, reference)
    given = {
        "kind": kind,
        "overarching": overarching,
        "entity": entity,
        "provider": provider,
        "purpose": purpose,
        "contract_start": start and start.date(),
        "contract_end": end and end.date(),
        "renewal": renewal and renewal.date(),
        "renews_itself": None if renews_itself is None else renews_itself is YesNo.YES,
        "notice_days": notice_days,
        "provider_notice_days": provider_notice_days,
        "governing_law": governing_law,
        "promised_availability": availability,
        "annual_expense": None if expense is None else cents_of(expense),
        "expense_currency": currency and currency.strip().upper(),
        "escrow": None if escrow is None else escrow is YesNo.YES,
        "step_in": None if step_in is None else step_in is YesNo.YES,
        "source": source,
        "as_of": as_of and as_of.date(),
    }
    after = terminal.changed(before or Contract(reference=reference), given, unknown or ())
    done = keep_contracts(store, caller(), portfolio, [after], source=source, whole=True)
    taken = None
    waiting = differences(store, caller(), portfolio, [reference])
    if apply and not all(one.asked_first for one in waiting):
        taken = take_over(store, caller(), portfolio, [reference])
    found = contract(store, caller(), portfolio, reference, today=today())
    if as_json:
        document = terminal.detail_document(found)
        taken_document = None if taken is None else terminal.taken_document(taken)
        print_json({"changes": vars(done), "taken_over": taken_document, **document})
        return
    say(contract_words.kept(done))
    if taken is not None:
        say(contract_words.taken(taken))
    print_tables(terminal.differences_tables(found.differences))


@contracts.command()
def check(
    reference: Reference,
    portfolio: PortfolioName,
    provision: Annotated[
        str, typer.Argument(metavar="PROVISION", help="Its article, such as “30(2)(h)”.")
    ],
    state: Annotated[ProvisionState, typer.Argument(help="What was found.")],
    clause: Annotated[str | None, typer.Option(help="Where it stands in the contract.")] = None,
    on: Annotated[Day, _day("The day on which it was read; default: today.")] = None,
    by: Annotated[str | None, typer.Option(help="Who read it; default: you.")] = None,
    note: Annotated[str | None, typer.Option(help="What else is to be said.")] = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Note what was found of a provision that DORA wants agreed; not_checked takes it back."""
    from db.services.contract_records import check_provisions
    from db.services.contracts import known_contract
    from risk.inventory.contracts import Check, Contract
    from ui import wording
    from ui.terminal import contracts as terminal

    store = opened(database)
    name = terminal.provision_of(provision)
    given = Check(
        state=state, clause=clause, checked_on=on.date() if on else None, checked_by=by, note=note
    )
    check_provisions(store, caller(), portfolio, reference, {name: given})
    kept = known_contract(store, caller(), portfolio, reference) or Contract(reference=reference)
    if as_json:
        print_json(terminal.check_document(reference, name, kept.check(name)))
    else:
        say(f"Noted: {wording.choice(state)}.")


@contracts.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="A table of contracts: CSV or Excel (.xlsx).")],
    portfolio: PortfolioName,
    mapping: MapFile = None,
    assume: Assume = None,
    rejects: Rejects = None,
    dry_run: DryRun = False,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Read a table with a line for each contract; blank cells leave what is known.

    Columns reference, kind, overarching, entity, provider, purpose, contract_start, contract_end,
    renewal, renews_itself, notice_days, provider_notice_days, governing_law,
    promised_availability, annual_expense, expense_currency, escrow, step_in, source, as_of, and one
    for each provision, such as 30(2)(h).
    """
    from ui.terminal import contract_files as terminal
    from ui.terminal.imports import exit_status, read_answers, read_mapping, write_rejects

    refuse_if(rejects and rejects.exists(), f"{rejects} exists already: name another file.")
    found = terminal.run_import(
        opened(database),
        file,
        portfolio,
        mapping=read_mapping(mapping),
        assume=read_answers(assume or []),
        dry_run=dry_run,
    )
    document = terminal.import_document(found)
    if rejects is not None:
        say(write_rejects(document, rejects))
    print_json(document) if as_json else print_tables(terminal.import_tables(found))
    raise typer.Exit(exit_status(document))


@contracts.command()
def export(
    portfolio: PortfolioName,
    output: Annotated[
        Path | None,
        typer.Option("--output", help="The file, .csv or .xlsx; without it CSV on the screen."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace the file if there is one.")
    ] = False,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Write the contracts with their provisions as a table that imports back the same."""
    from ui.terminal import exports

    request = exports.ExportRequest(
        table="contracts",
        portfolio=portfolio,
        target=exports.target(kind=None, output=output, csv=None, xlsx=None),
        replace=force,
        on_screen=not as_json,
    )
    document = exports.run_export(opened(database), request, today=today())
    if as_json:
        print_json(document)
        return
    for sentence in exports.remarks(document):
        say(sentence)


@contracts.command("apply")
def take_facts_over(
    portfolio: PortfolioName,
    references: Annotated[
        list[str] | None, typer.Argument(metavar="[REFERENCE]...", help="Default: all contracts.")
    ] = None,
    over: Annotated[
        bool, typer.Option("--over", help="The contract is right where the register contradicts.")
    ] = False,
    dry_run: DryRun = False,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Let dependencies accept what their contracts say, as a batch that can be undone."""
    from db.services.contract_facts import differences, take_over
    from ui.terminal import contracts as terminal
    from ui.words import contract_words

    store = opened(database)
    if dry_run:
        found = differences(store, caller(), portfolio, references or None)
        if as_json:
            print_json({"differences": terminal.differences_document(found)})
        else:
            print_tables(terminal.differences_tables(found))
        return
    done = take_over(store, caller(), portfolio, references or None, over_all=over)
    print_json(terminal.taken_document(done)) if as_json else say(contract_words.taken(done))


@contracts.command()
def remove(
    reference: Reference,
    portfolio: PortfolioName,
    reason: Annotated[str, typer.Option(help="Why the record is removed.")],
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Remove the record of a contract; what dependencies took over stays theirs."""
    from db.services.contract_records import remove_contract

    remove_contract(opened(database), caller(), portfolio, reference, reason=reason)
    if as_json:
        print_json({"contract": reference, "removed": True})
    else:
        say(f"The record of {reference} is removed; the audit trail has what it stated.")
