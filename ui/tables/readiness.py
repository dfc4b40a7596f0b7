"""Exit readiness and drills as columns: how substitutable, on what evidence, by when to leave."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from risk.alternatives.evidence import DrillKind
from ui import wording
from ui.tables.column import Column, Record, Unit, attributes, chosen

if TYPE_CHECKING:
    from db.services.drills import RecordedDrill
    from db.services.options import ReadyDependency
    from risk.alternatives.readiness import DrillState, ExitReadiness

KIND_NAMES = {DrillKind.FALLBACK: "Failing over", DrillKind.EXIT: "Leaving for good"}
_DRILL = "kind held_on evals_passed evals_total hours conducted_by source"


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
            **attributes(one, "withdrawn_by withdrawn_reason"),
        }
        for one in drills
    ]


def evidence_of(one: "ExitReadiness") -> list[Record]:
    """Return the fallback and the exit plan, with the newest drill of each."""
    by_kind = {each.drill.kind: each for each in one.drills}
    states = {
        "Fallback": (one.fallback, by_kind.get(DrillKind.FALLBACK)),
        "Exit plan": (one.exit_plan, by_kind.get(DrillKind.EXIT)),
    }
    return [
        {"evidence": name, "state": state, "drill": drill}
        for name, (state, drill) in states.items()
    ]


def _newest(row: Record) -> str:
    newest: DrillState | None = row["drill"]
    if newest is None:
        return "never tried"
    drill = newest.drill
    took = "" if drill.hours is None else f" in {wording.days(drill.hours / 24)}"
    return (
        f"{'passed' if newest.passed else 'failed'} {wording.day(drill.held_on)}: "
        f"{drill.evals_passed} of {drill.evals_total} evaluations{took}, {drill.conducted_by}"
    )


def _worth(row: Record) -> str:
    return "nothing" if row["drill"] is None else wording.percent(row["drill"].worth)


def _counts(row: Record) -> str:
    if not row["withdrawn_by"]:
        return "counts"
    return f"withdrawn by {row['withdrawn_by']}: {row['withdrawn_reason']}"


COLUMNS = (
    Column(key="use_case", label="Use case"),
    Column(key="provider", label="Provider"),
    Column(key="substitutability", label="Substitutability", help="DORA's class."),
    Column(key="because", label="Because"),
    Column(key="fallback", label="Fallback", cell=lambda row: wording.choice(row["fallback"])),
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
    Column(key="drill", label="Newest drill", cell=_newest),
    Column(key="worth", label="Still worth", cell=_worth),
)
DRILLS = (
    Column(key="number", label="No.", unit=Unit.COUNT),
    Column(key="startup", label="Startup"),
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
)
TERMINAL_DRILLS = chosen(
    DRILLS,
    "number startup use_case kind held_on evals_passed hours conducted_by withdrawn_by".split(),
)
PAGE_DRILLS = (DRILLS[0], *DRILLS[2:])
