"""Words of decisions: one in a sentence, all of them in a headline, and which are wanted."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from ui import wording
from ui.tables import decision

if TYPE_CHECKING:
    from db.services.decision_results import Decision, PromisedAndDone

#: Which decisions are shown, by what the address calls them.
STATES = {"all": "All", "open": "To do", "overdue": "Overdue", "done": "Done", "back": "Taken back"}
MEANING = (
    "Each figure is what the option promised by itself on the day it was chosen. Options of one "
    "use case overlap, so the sum is the most to hope for. The score changes once the register or "
    "a drill shows that the work is done."
)


def sentence(one: "Decision", today: date) -> str:
    """Return one decision in a sentence: option, owner, how far, and what it promised."""
    case = f"{wording.brief(one.use_case)}: " if one.use_case else ""
    promised = one.promise.aal_removed_usd
    worth = "" if promised is None else f" It promised {wording.money(promised)} less a year."
    how_far = decision.status(one, today)
    return f"{case}{one.option}. {one.owner}; {how_far[:1].lower()}{how_far[1:]}.{worth}"


def headline(found: "PromisedAndDone") -> str:
    """Return ``7 decisions remove $1.2M a year at most; 2 are overdue``."""
    if not found.promised:
        return "Decisions"
    many = wording.counted(found.promised, "decision")
    verb = "removes" if found.promised == 1 else "remove"
    if found.unmeasured == found.promised:
        said = f"{many} without a figure"
    else:
        said = f"{many} {verb} up to {wording.money(found.promised_aal_usd)} a year"
    if not found.overdue:
        return f"{said}; none is overdue"
    return f"{said}; {found.overdue:,} {'is' if found.overdue == 1 else 'are'} overdue"


def note(found: "PromisedAndDone") -> str:
    """Return the sentence below the figures: how many are done, and how many have no figure."""
    said = f"{found.done:,} of {wording.counted(found.promised, 'decision')} carried out"
    if found.unmeasured:
        said += f"; {wording.counted(found.unmeasured, 'decision')} without a figure"
    return f"{said}."


def open_first(decisions: Iterable["Decision"]) -> tuple["Decision", ...]:
    """Return decisions to carry out by due date, then done ones, then those taken back."""

    def place(one: "Decision") -> tuple[bool, bool, date, int]:
        return not one.stands, one.done is not None, one.due or date.max, -one.number

    return tuple(sorted(decisions, key=place))


def wanted(
    decisions: Sequence["Decision"], *, state: str, words: str, today: date
) -> list["Decision"]:
    """Return the decisions of a state of :data:`STATES` that mention every word."""
    asked = words.casefold().split()
    return [
        one
        for one in decisions
        if _is_in(one, state, today)
        and all(
            word in " ".join([one.startup, one.use_case or "", one.option, one.owner]).casefold()
            for word in asked
        )
    ]


def _is_in(one: "Decision", state: str, today: date) -> bool:
    to_do = one.stands and one.done is None
    return {
        "open": to_do,
        "overdue": to_do and one.due is not None and one.due < today,
        "done": one.stands and one.done is not None,
        "back": not one.stands,
    }.get(state, True)


def label(one: "Decision") -> str:
    """Return what a decision is called in a list of them."""
    return f"{one.number}: {one.startup}, {wording.brief(one.option)}"
