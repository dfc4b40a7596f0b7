"""Rows of exit readiness: drills, contract dates and what stands of each."""

from collections.abc import Iterable, Sequence

import pandas as pd

from db.services.drills import RecordedDrill
from db.services.options import ReadyDependency
from risk.alternatives.evidence import DrillKind
from risk.alternatives.readiness import ContractClock, DrillStanding, ExitReadiness
from ui import wording

KIND_NAMES = {DrillKind.FALLBACK: "Failing over", DrillKind.EXIT: "Leaving for good"}


def title(one: ReadyDependency) -> str:
    """Return what it is about and how substitutable the provider is."""
    found = one.readiness.substitutability.value
    return f"{wording.brief(one.use_case)}, {one.provider}: {found}"


def why(one: ExitReadiness) -> str:
    """Return why the class stands, and what has to be asked before it is sure."""
    text = f"{wording.sentence_case(one.because)}."
    if one.decided_by is not None:
        text += f" Judged by {one.decided_by}; the facts give “{one.derived.value}”."
    elif one.asks:
        text += f" If the answers are good: {'; '.join(one.asks)}."
    return text


def evidence_table(one: ExitReadiness) -> pd.DataFrame:
    """Return two rows: the fallback and the exit plan, with the drill behind each."""
    by_kind = {each.drill.kind: each for each in one.drills}
    states = {DrillKind.FALLBACK: one.fallback, DrillKind.EXIT: one.exit_plan}
    return pd.DataFrame(
        {
            "Evidence": ["Fallback", "Exit plan"],
            "State": [wording.sentence_case(wording.choice(states[kind])) for kind in states],
            "Newest drill": [_drill(by_kind.get(kind)) for kind in states],
            "Still worth": [_worth(by_kind.get(kind)) for kind in states],
        }
    )


def _drill(standing: DrillStanding | None) -> str:
    if standing is None:
        return "never tried"
    drill = standing.drill
    took = "" if drill.hours is None else f" in {wording.days(drill.hours / 24)}"
    verdict = "passed" if standing.passed else "failed"
    return (
        f"{verdict} {wording.day(drill.held_on)}: {drill.evals_passed} of {drill.evals_total} "
        f"evaluations{took}, {drill.conducted_by}"
    )


def _worth(standing: DrillStanding | None) -> str:
    return "nothing" if standing is None else wording.percent(standing.worth)


def contract_sentences(clock: ContractClock) -> list[str]:
    """Return what the contract's dates mean for leaving in time."""
    found = []
    if clock.renewal is None:
        found.append("When the contract renews is unknown.")
    else:
        found.append(
            f"Renews {wording.day(clock.renewal)}: give notice by {wording.day(clock.last_notice)}"
            + (f", start leaving by {wording.day(clock.start_by)}." if clock.start_by else ".")
        )
    if clock.gap_days is None:
        found.append("How much notice the provider has to give is unknown.")
    elif clock.gap_days > 0:
        found.append(
            f"The provider may stop {wording.days(clock.gap_days)} sooner than one can leave."
        )
    else:
        found.append("The provider's notice is long enough to leave in time.")
    return found


def drill_table(drills: Sequence[RecordedDrill]) -> pd.DataFrame:
    """Return a row per drill, withdrawn ones included, newest first."""
    return pd.DataFrame(
        {
            "No.": [one.number for one in drills],
            "Use case": [one.drill.use_case for one in drills],
            "What": [KIND_NAMES[one.drill.kind] for one in drills],
            "Held": [wording.day(one.drill.held_on) for one in drills],
            "Passed": [f"{one.drill.evals_passed} of {one.drill.evals_total}" for one in drills],
            "Hours": ["–" if one.drill.hours is None else f"{one.drill.hours:g}" for one in drills],
            "By": [one.drill.conducted_by for one in drills],
            "Source": [one.drill.source for one in drills],
            "Standing": [
                f"withdrawn by {one.withdrawn_by}: {one.withdrawn_reason}"
                if one.withdrawn_by
                else "counts"
                for one in drills
            ],
        }
    )


def use_cases(ready: Iterable[ReadyDependency]) -> dict[str, ReadyDependency]:
    """Return the dependencies by a label that tells them apart."""
    found: dict[str, ReadyDependency] = {}
    for one in ready:
        label = f"{wording.brief(one.use_case)}, {one.provider}"
        while label in found:
            label += " (another)"
        found[label] = one
    return found
