"""Taking over what a reader proposed, as an import that can be undone like any other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from db.engine import Store
from db.errors import Refused
from db.importing.covering import COMPLETE_FOR, Covers
from db.records import CorrectionRecord, ShareLinkRecord, SnapshotRecord
from db.register.naming import comparison_key
from db.register.rows import StoredRegister, read_register
from db.services.access import Action, Actor, authorize
from db.services.corrections import note_decision, undecided
from db.services.imports import publish_import
from db.services.visible import visible_portfolio
from db.sharing.proposals import column_of_fact
from risk.inventory.formats.export_tables import Cell, ExportTable, as_csv

#: How many cells of a line say only which dependency it is about.
_NAMES = 5


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


def accept_correction(
    store: Store,
    actor: Actor,
    correction: int,
    *,
    only: Sequence[int] | None = None,
    reason: str = "",
) -> Accepted:
    """Write what a correction proposes into the register: all of it, or the changes numbered so.

    Raises:
        CorrectionNotFound: there is no such correction.
        Refused: somebody decided already, or the register no longer has what it is about.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.DECIDE_CORRECTION, f"correction {correction}")
    chosen, table = store.transact(lambda session: _begun(session, store, actor, correction, only))
    try:
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
    session: Session, store: Store, actor: Actor, correction: int, only: Sequence[int] | None
) -> tuple[_Chosen, ExportTable | None]:
    """Say that it is being accepted, so that nobody else decides while the import is written."""
    row = undecided(session, store, actor, correction)
    chosen = _chosen(session, row, only)
    table = _as_table(session, actor, chosen, correction)
    row.decision, row.decided_by, row.decided_at = "accepted", actor.name, store.now()
    return chosen, table


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
    )


def _as_table(
    session: Session, actor: Actor, chosen: _Chosen, correction: int
) -> ExportTable | None:
    """Return the lines of an inventory that say what was proposed, and nothing else."""
    if not chosen.items:
        return None
    portfolio = visible_portfolio(session, actor, chosen.portfolio)
    register = read_register(session, portfolio.id, startup_key=comparison_key(chosen.startup))
    lines = _lines(register, chosen.startup)
    if not lines:
        raise Refused(f"The register has no line of {chosen.startup} any more.")
    for item in chosen.items:
        line = lines.get(_line_of(item, chosen, list(lines)))
        if line is None:
            raise Refused("The register no longer has the dependency that this is about.")
        line[column_of_fact(item["field"])] = _cell(item["proposed"])
        if item["dependency"] is not None:
            line["source"] = f"Correction {correction} through share link {chosen.share}"
            line["as_of"] = chosen.proposed_on
    said = [line for line in lines.values() if len(line) > _NAMES]
    columns = tuple(dict.fromkeys(name for line in said for name in line))
    rows = tuple(tuple(line.get(name) for name in columns) for line in said)
    return ExportTable(name="Correction", columns=columns, rows=rows)


def _lines(register: StoredRegister, startup: str) -> dict[str, dict[str, Cell]]:
    """Return a line of an inventory for each dependency of a startup, with its names alone."""
    names = {one["id"]: one["name"] for one in register.startups if one["name"] == startup}
    cases = {one["id"]: one for one in register.use_cases if one["startup_id"] in names}
    return {
        one["key"]: {
            "startup": startup,
            "use_case": cases[one["use_case_id"]]["name"],
            "provider": one["provider_text"],
            "model": one["model"],
            # One that was never read from a text has no host in its provider's name.
            "host": one["host"] if one["resolution_confidence"] is None else one["host_text"],
        }
        for one in register.dependencies
        if one["use_case_id"] in cases
    }


def _line_of(item: Mapping[str, Any], chosen: _Chosen, keys: Sequence[str]) -> str:
    """Return the line that states an item: its dependency's, or one that states none otherwise.

    A fact of the startup takes its source from its line, so it goes where no dependency changes.
    """
    if item["dependency"] is not None:
        return str(chosen.places[item["dependency"]])
    taken = {
        chosen.places[one["dependency"]] for one in chosen.items if one["dependency"] is not None
    }
    return next((key for key in keys if key not in taken), keys[0])


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
        assume={COMPLETE_FOR: Covers.NOTHING},
    )
    if published.intake.rejected:
        raise Refused(
            f"Batch {published.batch} could not take over every line. Undo it and import by hand."
        )
    return published.batch, published.changes.changed


def _values(chosen: _Chosen, which: str) -> dict[str, Any]:
    told = {}
    for item in chosen.items:
        place = item["dependency"]
        of = "" if place is None else f" of {chosen.places[place]}"
        told[f"{item['field']}{of}"] = item[which]
    return told


def _cell(value: Any) -> Cell:
    found: Cell = value
    return found
