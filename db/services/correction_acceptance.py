"""Taking over what a reader proposed, as an import that can be undone like any other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from db.engine import Store
from db.errors import Refused
from db.importing.planning import USE_CASE_FACTS
from db.records import CorrectionRecord, ShareLinkRecord, SnapshotRecord
from db.register.as_inventory import naming_lines
from db.register.naming import comparison_key
from db.register.rows import read_register
from db.services.access import Action, Actor, authorize
from db.services.corrections import note_decision, undecided
from db.services.imports import publish_import
from db.services.reference import add_alias, load_resolver
from db.services.shares import ShareKind, kind_of
from db.services.visible import visible_portfolio
from db.sharing.proposals import alias_said, column_of_fact
from db.sharing.question_form import USE
from risk.catalog.records import Alias
from risk.inventory.formats.export_tables import Cell, ExportTable, as_csv
from risk.inventory.records import DEPENDS_ON_NOTHING, Evidence
from risk.inventory.resolution import Resolver
from risk.portfolio.asked import STANDS_FOR


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """What accepting did: the batch that wrote it (None: only a message was accepted)."""

    correction: int
    batch: int | None
    changed: int


@dataclass(frozen=True)
class _Chosen:
    share: int
    portfolio: str
    startup: str
    items: list[dict[str, Any]]
    numbers: list[int]
    places: list[str]
    proposed_on: date
    asked: bool


def accept_correction(
    store: Store,
    actor: Actor,
    correction: int,
    *,
    only: Sequence[int] | None = None,
    reason: str = "",
) -> Accepted:
    """Write what a correction proposes into the register: all of it, or the changes numbered so.

    What a name stands for is decided for every portfolio, and stays decided if the batch is undone.

    Raises:
        CorrectionNotFound: there is no such correction.
        Refused: somebody decided already, the register no longer has what it is about, or nobody
            knows the provider that a name is said to stand for.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.DECIDE_CORRECTION, f"correction {correction}")
    resolver = load_resolver(store, actor)

    def begin(session: Session) -> tuple[_Chosen, ExportTable | None, list[Alias]]:
        return _begun(session, store, actor, correction, only, resolver)

    chosen, table, aliases = store.transact(begin)
    try:
        # What a name stands for is decided as on the page Import; then its line is read anew.
        for alias in aliases:
            add_alias(store, actor, alias)
        batch, changed = _published(store, actor, chosen, table, correction)
    except BaseException:
        store.transact(lambda session: _taken_back(session, correction))
        raise

    def work(session: Session) -> None:
        row = session.get_one(CorrectionRecord, correction)
        row.accepted, row.batch_id = chosen.numbers, batch
        row.reason = reason.strip() or None
        row.decided_at = store.now()
        told = {"decision": row.decision, "batch": batch, **_values(chosen, "proposed")}
        note_decision(session, store, actor, row, before=_values(chosen, "before"), after=told)

    store.transact(work)
    return Accepted(correction=correction, batch=batch, changed=changed)


def _begun(
    session: Session,
    store: Store,
    actor: Actor,
    correction: int,
    only: Sequence[int] | None,
    resolver: Resolver,
) -> tuple[_Chosen, ExportTable | None, list[Alias]]:
    """Say that it is being accepted, so that nobody else decides while the import is written."""
    row = undecided(session, store, actor, correction)
    chosen = _chosen(session, row, only)
    table, aliases = _as_table(session, actor, chosen, correction, resolver)
    row.decision, row.decided_by, row.decided_at = "accepted", actor.name, store.now()
    return chosen, table, aliases


def _taken_back(session: Session, correction: int) -> None:
    row = session.get_one(CorrectionRecord, correction)
    row.decision = row.decided_by = row.decided_at = None


def _chosen(session: Session, row: CorrectionRecord, only: Sequence[int] | None) -> _Chosen:
    numbers = list(range(len(row.items))) if only is None else sorted(set(only))
    if any(not 0 <= number < len(row.items) for number in numbers):
        raise Refused(f"Correction {row.id} has changes 0 to {len(row.items) - 1}.")
    if not numbers and row.items:
        raise Refused("Choose at least one change, or decline the correction.")
    link = session.get_one(ShareLinkRecord, row.link_id)
    return _Chosen(
        share=link.id,
        portfolio=link.portfolio,
        startup=link.startup or "",
        items=[row.items[number] for number in numbers],
        numbers=numbers,
        places=list(session.get_one(SnapshotRecord, row.link_id).places),
        proposed_on=row.proposed_at.date(),
        asked=kind_of(link) is ShareKind.QUESTIONS,
    )


def _as_table(
    session: Session, actor: Actor, chosen: _Chosen, correction: int, resolver: Resolver
) -> tuple[ExportTable | None, list[Alias]]:
    """Return the lines of an inventory that say what was proposed, and what names stand for."""
    if not chosen.items:
        return None, []
    portfolio = visible_portfolio(session, actor, chosen.portfolio)
    register = read_register(session, portfolio.id, startup_key=comparison_key(chosen.startup))
    names = naming_lines(register)
    if all(one["name"] != chosen.startup for one in register.startups):
        raise Refused(f"The register does not have {chosen.startup} any more.")
    lines: dict[str, dict[str, Cell]] = {}
    aliases: list[Alias] = []
    what = "Answers of the founder" if chosen.asked else "Correction"
    source = f"{what} {correction} through share link {chosen.share}"
    for number, item in zip(chosen.numbers, chosen.items, strict=True):
        if item["field"] == USE:
            lines[f"new {number}"] = {"startup": chosen.startup, **item["proposed"]}
            continue
        about, line = _line_of(item, chosen, names)
        if item["field"] == STANDS_FOR:
            lines.setdefault(about, line)
            aliases.append(alias_said(str(line["provider"]), item["proposed"], source, resolver))
            continue
        lines.setdefault(about, line)[column_of_fact(item["field"])] = _cell(item["proposed"])
    for line in lines.values():
        line["source"] = source
        line["as_of"] = chosen.proposed_on
        line["evidence"] = Evidence.CONFIRMED
    columns = tuple(dict.fromkeys(name for line in lines.values() for name in line))
    rows = tuple(tuple(line.get(name) for name in columns) for line in lines.values())
    return ExportTable(name="Correction", columns=columns, rows=rows), aliases


def _line_of(
    item: Mapping[str, Any], chosen: _Chosen, names: Mapping[str, dict[str, Cell]]
) -> tuple[str, dict[str, Cell]]:
    """What an item is about, and the cells of the line that states it.

    A fact of the startup or of a use case stands on a line that names no dependency.
    """
    alone: dict[str, Cell] = {"startup": chosen.startup, "provider": DEPENDS_ON_NOTHING}
    if item["dependency"] is None:
        return "", alone
    key = str(chosen.places[item["dependency"]])
    if key not in names:
        raise Refused("The register no longer has the dependency that this is about.")
    if item["field"] in USE_CASE_FACTS:
        case = names[key]["use_case"]
        return f"use case {case}", {**alone, "use_case": case}
    return f"dependency {key}", dict(names[key])


def _published(
    store: Store, actor: Actor, chosen: _Chosen, table: ExportTable | None, correction: int
) -> tuple[int | None, int]:
    if table is None:
        return None, 0
    published = publish_import(
        store,
        actor,
        data=as_csv(table),
        file_name=f"correction {correction} through share link {chosen.share}.csv",
        portfolio=chosen.portfolio,
        by_hand=True,
    )
    if published.intake.rejected:
        raise Refused(
            f"Batch {published.batch} could not take over every line. Undo it and import by hand."
        )
    return published.batch, published.changes.changed


def _values(chosen: _Chosen, which: str) -> dict[str, Any]:
    told = {}
    for number, item in zip(chosen.numbers, chosen.items, strict=True):
        place = item["dependency"]
        of = "" if place is None else f" of {chosen.places[place]}"
        # Of what is new there may be several.
        of = f" {number}" if item["field"] == USE else of
        told[f"{item['field']}{of}"] = item[which]
    return told


def _cell(value: Any) -> Cell:
    found: Cell = value
    return found
