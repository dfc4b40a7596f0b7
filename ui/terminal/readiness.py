"""Exit readiness and drills in the terminal."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from db.services.drills import RecordedDrill
from db.services.options import ReadyDependency
from risk.alternatives.readiness import CODES
from ui import wording
from ui.terminal.output import Document, table

if TYPE_CHECKING:
    from rich.console import RenderableType


def readiness_document(ready: Iterable[ReadyDependency]) -> list[Document]:
    """Return every dependency with DORA's class and code, its drills and its contract's dates."""
    return [
        {
            "use_case": one.use_case,
            "provider": one.provider,
            "substitutability": one.readiness.substitutability,
            "code": CODES[one.readiness.substitutability],
            "derived": one.readiness.derived,
            "because": one.readiness.because,
            "decided_by": one.readiness.decided_by,
            "reason_code": one.readiness.reason_code,
            "best_option": one.readiness.best_option,
            "days": one.readiness.days,
            "ask": one.readiness.asks,
            "fallback": one.readiness.fallback,
            "exit_plan": one.readiness.exit_plan,
            "drills": [
                {
                    "kind": each.drill.kind,
                    "held_on": each.drill.held_on,
                    "evals_passed": each.drill.evals_passed,
                    "evals_total": each.drill.evals_total,
                    "hours": each.drill.hours,
                    "conducted_by": each.drill.conducted_by,
                    "source": each.drill.source,
                    "passed": each.passed,
                    "worth": each.worth,
                }
                for each in one.readiness.drills
            ],
            "renewal": one.readiness.contract.renewal,
            "give_notice_by": one.readiness.contract.last_notice,
            "start_leaving_by": one.readiness.contract.start_by,
            "notice_gap_days": one.readiness.contract.gap_days,
        }
        for one in ready
    ]


def readiness_tables(startup: str, document: list[Document]) -> list["RenderableType"]:
    """Return one line for each dependency."""
    rows = [
        (
            one["use_case"],
            one["provider"],
            one["substitutability"],
            one["because"],
            wording.choice(one["fallback"]),
            wording.choice(one["exit_plan"]),
            wording.day(one["start_leaving_by"]),
        )
        for one in document
    ]
    columns = (
        "Use case",
        "Provider",
        "Substitutability",
        "Because",
        "Fallback",
        "Exit plan",
        "Start leaving by",
    )
    return [table(f"How ready {startup} is to leave", columns, rows)]


def drills_document(drills: Iterable[RecordedDrill]) -> list[Document]:
    """Return every drill, newest first, withdrawn ones included."""
    return [
        {
            "number": one.number,
            "startup": one.drill.startup,
            "use_case": one.drill.use_case,
            "kind": one.drill.kind,
            "held_on": one.drill.held_on,
            "evals_passed": one.drill.evals_passed,
            "evals_total": one.drill.evals_total,
            "hours": one.drill.hours,
            "conducted_by": one.drill.conducted_by,
            "source": one.drill.source,
            "recorded_by": one.by,
            "withdrawn_by": one.withdrawn_by,
            "withdrawn_reason": one.withdrawn_reason,
        }
        for one in drills
    ]


def drills_tables(document: list[Document]) -> list["RenderableType"]:
    """Return one line for each drill."""
    rows = [
        (
            str(one["number"]),
            one["startup"],
            one["use_case"],
            one["kind"],
            wording.day(one["held_on"]),
            f"{one['evals_passed']} of {one['evals_total']}",
            "–" if one["hours"] is None else f"{one['hours']:g}",
            one["conducted_by"],
            f"withdrawn: {one['withdrawn_reason']}" if one["withdrawn_by"] else "counts",
        )
        for one in document
    ]
    columns = ("No.", "Startup", "Use case", "What", "Held", "Passed", "Hours", "By", "Standing")
    return [table("Drills", columns, rows, right=("No.", "Hours"))]
