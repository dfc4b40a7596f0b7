"""Exit readiness and drills as columns: how substitutable, on what evidence, by when to leave."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from risk.alternatives.evidence import DrillKind
from risk.portfolio.results import Interval
from ui import wording
from ui.tables.column import Column, Record, Unit, attributes, chosen, values
from ui.words import backup_words

if TYPE_CHECKING:
    from db.services.drill_files import DrillFileSummary
    from db.services.drills import RecordedDrill
    from db.services.options import ReadyDependency
    from risk.alternatives.backups import TriedBackup
    from risk.alternatives.evidence import Drill
    from risk.alternatives.readiness import DrillState, ExitReadiness, Proof

KIND_NAMES = {DrillKind.FALLBACK: "Failing over", DrillKind.EXIT: "Leaving for good"}
_DRILL = "kind held_on evals_passed evals_total hours conducted_by source"
_PROOF = "tried tried_on by worth half_on nothing_on"


def row_of(one: "ReadyDependency") -> Record:
    """Return a dependency with DORA's class and code, its drills and its contract's dates."""
    from risk.alternatives.readiness import CODES  # The list of drills starts without it.

    ready, contract = one.readiness, one.readiness.contract
    return {
        **attributes(one, "use_case provider"),
        "substitutability": ready.substitutability,
        "code": CODES[ready.substitutability],
        **attributes(ready, "derived because decided_by reason_code best_option days"),
        "ask": ready.asks,
        **attributes(ready, "fallback exit_plan"),
        "fallback_proof": ready.backup and attributes(ready.backup, _PROOF),
        "exit_plan_proof": ready.exit and attributes(ready.exit, _PROOF),
        "drills": [
            {**attributes(each.drill, _DRILL), **attributes(each, "passed worth")}
            for each in ready.drills
        ],
        "renewal": contract.renewal,
        "give_notice_by": contract.last_notice,
        "start_leaving_by": contract.start_by,
        "notice_gap_days": contract.gap_days,
    }


def drills_of(drills: Iterable["RecordedDrill"]) -> list[Record]:
    """Return every drill, withdrawn ones included."""
    return [
        {
            "number": one.number,
            **attributes(one.drill, f"startup use_case {_DRILL}"),
            "recorded_by": one.by,
            **attributes(one, "withdrawn_by withdrawn_reason import_number file"),
        }
        for one in drills
    ]


def new_drills_of(drills: "Iterable[Drill]") -> list[Record]:
    """Return the drills that a file would add."""
    return [attributes(one, f"startup use_case {_DRILL}") for one in drills]


def files_of(files: "Iterable[DrillFileSummary]") -> list[Record]:
    """Return the files of drills that were taken over."""
    return [dict(vars(one)) for one in files]


def backups_of(backups: "Iterable[TriedBackup]") -> list[Record]:
    """Return backups with what proves them and what hangs on them."""
    return [
        {
            **attributes(one, "startup use_case provider backup state"),
            **attributes(one.proof, _PROOF),
            **attributes(one, "loss_usd rests_usd"),
            "drill_removes_usd": one.removes.mean_usd,
            "drill_removes_median_usd": one.removes.median_usd,
            "drill_removes_range_usd": [one.removes.low_usd, one.removes.high_usd],
        }
        for one in backups
    ]


def evidence_of(one: "ExitReadiness") -> list[Record]:
    """Return the fallback and the exit plan, with the newest drill of each and its worth today."""
    by_kind = {each.drill.kind: each for each in one.drills}
    states = {
        "Backup": (one.fallback, one.backup, by_kind.get(DrillKind.FALLBACK)),
        "Exit plan": (one.exit_plan, one.exit, by_kind.get(DrillKind.EXIT)),
    }
    return [
        {
            "evidence": name,
            "state": state,
            "drill": drill,
            "proof": proof,
        }
        for name, (state, proof, drill) in states.items()
    ]


def _newest(row: Record) -> str:
    newest: DrillState | None = row["drill"]
    proof: Proof | None = row["proof"]
    if newest is None or (proof and proof.tried_on != newest.drill.held_on):
        return backup_words.last_tried(proof)
    drill = newest.drill
    took = "" if drill.hours is None else f" in {wording.days(drill.hours / 24)}"
    return (
        f"{'passed' if newest.passed else 'failed'} {wording.day(drill.held_on)} "
        f"({backup_words.age(newest.age_days)}): {drill.evals_passed} of {drill.evals_total} "
        f"evaluations{took}, {drill.conducted_by}"
    )


def _worth(row: Record) -> str:
    proof: Proof | None = row["proof"]
    return "–" if proof is None else backup_words.worth(proof)


def _counts(row: Record) -> str:
    if not row["withdrawn_by"]:
        return "counts"
    return f"withdrawn by {row['withdrawn_by']}: {row['withdrawn_reason']}"


def _proven(row: Record) -> str:
    proof = row["fallback_proof"]
    if proof is None:
        return "–"
    if not proof["worth"]:
        return str(proof["tried"])
    return f"{wording.percent(proof['worth'])}: try again by {wording.day(proof['nothing_on'])}"


COLUMNS = (
    Column(key="use_case", label="Use case"),
    Column(key="provider", label="Provider"),
    Column(key="substitutability", label="Substitutability", help="DORA's class."),
    Column(key="because", label="Because"),
    Column(key="fallback", label="Backup", cell=lambda row: wording.choice(row["fallback"])),
    Column(key="fallback_proof", label="Proven", cell=_proven, help="What its last try is worth."),
    Column(key="exit_plan", label="Exit plan", cell=lambda row: wording.choice(row["exit_plan"])),
    Column(key="start_leaving_by", label="Start leaving by", unit=Unit.DATE),
)
EVIDENCE = (
    Column(key="evidence", label="Evidence"),
    Column(
        key="state",
        label="State",
        cell=lambda row: wording.sentence_case(wording.choice(row["state"])),
    ),
    Column(key="drill", label="Last tried", cell=_newest),
    Column(key="worth", label="Worth today", cell=_worth),
)
BACKUPS = (
    Column(key="startup", label="Company"),
    Column(key="use_case", label="Use case"),
    Column(key="provider", label="Provider"),
    Column(key="backup", label="Backup", missing="not named"),
    Column(
        key="state",
        label="State",
        cell=lambda row: wording.choice(row["state"]),
        help="As the register and drills have it.",
    ),
    Column(key="tried", label="Tried", cell=lambda row: wording.sentence_case(row["tried"])),
    Column(key="tried_on", label="Last tried", unit=Unit.DATE, missing="–"),
    Column(key="by", label="By", missing="–"),
    Column(
        key="worth",
        label="Worth today",
        unit=Unit.SHARE,
        help="What the last passed try still proves: all for a while, then less each day.",
    ),
    Column(key="half_on", label="Half on", unit=Unit.DATE, missing="–"),
    Column(
        key="nothing_on",
        label="Try again by",
        unit=Unit.DATE,
        missing="–",
        help="On this day the last try proves nothing any more.",
    ),
    Column(
        key="drill_removes_usd",
        label="A passed drill removes",
        unit=Unit.USD,
        help="What the expected loss of a year would be less by if it passed a drill today.",
    ),
    Column(
        key="drill_removes",
        label="Removes, 10 to 90 %",
        unit=Unit.USD,
        cell=lambda row: wording.money_range(
            Interval(low=row["drill_removes_range_usd"][0], high=row["drill_removes_range_usd"][1])
        ),
        of=("drill_removes_range_usd",),
        help="Over all worlds, each compared with today in it.",
    ),
    Column(key="drill_removes_median_usd", label="A passed drill removes, median", unit=Unit.USD),
    Column(
        key="drill_removes_range_usd", label="A passed drill removes, 10 to 90 %", unit=Unit.LIST
    ),
    Column(
        key="rests_usd",
        label="Depends on it",
        unit=Unit.USD,
        help="What the expected loss of a year would be more by if it did not work at all.",
    ),
    Column(
        key="loss_usd",
        label="Expected loss a year",
        unit=Unit.USD,
        help="Of the use case, as the backup counts today.",
    ),
)
BACKUP_VALUES = values(BACKUPS)
PAGE_BACKUPS = chosen(
    BACKUPS,
    "startup use_case tried drill_removes_usd drill_removes worth tried_on nothing_on by backup"
    " provider state rests_usd loss_usd".split(),
)
TERMINAL_BACKUPS = chosen(
    BACKUPS,
    "startup use_case provider backup tried tried_on nothing_on drill_removes_usd"
    " drill_removes rests_usd".split(),
)
DRILLS = (
    Column(key="number", label="No.", unit=Unit.COUNT),
    Column(key="startup", label="Company"),
    Column(key="use_case", label="Use case"),
    Column(key="kind", label="What", cell=lambda row: KIND_NAMES[row["kind"]]),
    Column(key="held_on", label="Held", unit=Unit.DATE),
    Column(
        key="evals_passed",
        label="Passed",
        cell=lambda row: f"{row['evals_passed']} of {row['evals_total']}",
        help="Evaluations.",
    ),
    Column(
        key="hours",
        label="Hours",
        unit=Unit.HOURS,
        cell=lambda row: "–" if row["hours"] is None else f"{row['hours']:g}",
    ),
    Column(key="conducted_by", label="By"),
    Column(key="source", label="Source"),
    Column(key="withdrawn_by", label="State", cell=_counts),
    Column(key="file", label="File", missing="by hand", help="The file that brought it."),
)
TERMINAL_DRILLS = chosen(
    DRILLS,
    "number startup use_case kind held_on evals_passed hours conducted_by withdrawn_by".split(),
)
PAGE_DRILLS = (DRILLS[0], *DRILLS[2:])
NEW_DRILLS = chosen(
    DRILLS, "startup use_case kind held_on evals_passed hours conducted_by source".split()
)
FILES = (
    Column(key="number", label="No.", unit=Unit.COUNT),
    Column(key="file_name", label="File"),
    Column(key="at", label="Imported", unit=Unit.MOMENT),
    Column(key="by", label="By"),
    Column(key="drills", label="Drills", unit=Unit.COUNT),
    Column(key="standing", label="Of which count", unit=Unit.COUNT),
    Column(key="undone_by", label="Taken back by", missing="–"),
)
