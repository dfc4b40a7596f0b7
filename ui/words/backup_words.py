"""Words about backups: what proves that one works, until when, and who has never tried."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ui import wording

if TYPE_CHECKING:  # The list of drills starts without the engine.
    from db.services.drill_files import DrillImport
    from risk.alternatives.backups import BackupEvidence
    from risk.alternatives.readiness import Proof, Tried

#: Startups that a sentence names.
_NAMED = 3


def age(days: int) -> str:
    """Return how long ago a day was: ``today``, ``18 days ago``."""
    return "today" if days == 0 else f"{wording.counted(days, 'day')} ago"


def last_tried(proof: "Proof | None") -> str:
    """Return when something was last tried where no drill tells it."""
    if proof is None:
        return "nothing to try"
    if proof.tried_on is None:
        return str(proof.tried)
    return f"tested {wording.day(proof.tried_on)}, as the register states"


def worth(proof: "Proof") -> str:
    """Return what a try is worth today, and until when.

    ``60 %, half on 7 Feb 2027: try again by 24 Mar 2027``
    """
    if proof.worth == 0:
        return "nothing"
    half = "" if proof.worth <= 0.5 else f", half on {wording.day(proof.half_on)}"
    return f"{wording.percent(proof.worth)}{half}: try again by {wording.day(proof.nothing_on)}"


def finding(found: "BackupEvidence") -> str:
    """Return what the reader must know first about the backups of a portfolio."""
    from risk.alternatives.readiness import Tried  # The list of drills starts without it.

    if not found.backups:
        return "The register names no backup, so there is none to try."
    never, unproven = found.counts[Tried.NEVER], [one for one in found.told if not one.proof.worth]
    total = wording.counted(found.backups, "backup")
    if not unproven:
        return f"{total}, each shown to work by a try that still counts."
    said = f"{never:,} of {total} were never tried" if never else f"{total}, all tried once"
    gone = found.counts[Tried.WORN] + found.counts[Tried.FAILED] + found.counts[Tried.UNDATED]
    if gone:
        proves = "the try of 1 more proves" if gone == 1 else f"the tries of {gone:,} more prove"
        said += f"; {proves} nothing any more"
    names = list(dict.fromkeys(one.startup for one in unproven))[:_NAMED]
    return f"{said}. A drill removes most at {wording.listed(names)}."


def whose(found: "BackupEvidence", states: Sequence["Tried"]) -> str:
    """Return at how many startups backups of some states are, or which states these are."""
    if len(states) > 1:
        return " or ".join(one.value for one in states)
    return f"at {wording.counted(found.startups[states[0]], 'company', 'companies')}"


def rests_on_nothing(found: "BackupEvidence") -> str:
    """Return what the expected loss counts on that nobody has shown."""
    if not found.unproven_usd:
        return ""
    said = (
        "If none of those that nothing proves worked, the expected loss would be about "
        f"{wording.money(found.unproven_usd)} a year higher, each taken by itself"
    )
    if found.more:
        said += f"; {found.more:,} backups that are not listed are not in it"
    return f"{said}."


def not_in_the_list(found: "BackupEvidence") -> list[str]:
    """Return what the list cannot know, a sentence each."""
    said = []
    every = wording.counted(found.dependencies, "dependency", "dependencies")
    if found.unknown:
        said.append(f"Of {found.unknown:,} of {every} nobody said whether there is a backup.")
    if found.without:
        verb = "has" if found.without == 1 else "have"
        said.append(f"{found.without:,} of {every} {verb} none: there is nothing to try.")
    return said


def file_in_words(found: "DrillImport") -> str:
    """Return what a file of drills says and adds, in a sentence."""
    read = found.read
    parts = [f"{wording.counted(read.records, 'line')}: {len(found.new):,} new"]
    for count, said in (
        (found.known, "known already"),
        (found.taken_back, "taken back before, which stay so"),
        (read.duplicate, "told twice in the file"),
        (read.rejected, "without a place"),
    ):
        if count:
            parts.append(f"{count:,} {said}")
    text = f"{', '.join(parts)}."
    if found.same_day:
        verb = "is" if found.same_day == 1 else "are"
        text += (
            f" {found.same_day:,} of the new {verb} another try of a day that has one: both stay, "
            "the later one counts."
        )
    return text
