"""Words for answers of before: what changed since one of them, in which steps, and why."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from risk.portfolio.history import Cause, Step, Why
from ui import wording

if TYPE_CHECKING:
    from db.services.run_history import ChangesSince

#: The name of the first step where neither model nor reference facts are others.
REST = "rest"
CAUSES: Mapping[Cause, str] = {
    Cause.MODEL: "model and reference facts",
    Cause.DAYS: "days that passed",
    Cause.REGISTER: "register",
    Cause.ASSUMPTIONS: "assumptions",
    Cause.NEWS: "news and incidents",
}
WHYS: Mapping[Why, str] = {
    Why.NEW: "new",
    Why.ENDED: "ended",
    Why.FACTS: "facts changed",
    Why.REST: "rest",
}
#: Below so many USD, or such a part of the largest step, a step is not in the short line.
_LEAST_USD, _LEAST_PART = 0.5, 0.02
#: So many causes of a step are named.
_MOST_NAMED = 5


def cause(step: Step) -> str:
    """The name of a step."""
    return REST if step.cause is Cause.MODEL and not step.because else CAUSES[step.cause]


def what_changed(because: Sequence[str]) -> str:
    """What a step comes from, the first of it where it is much: ``november.csv, december.csv``."""
    told = list(because[:_MOST_NAMED])
    if len(because) > _MOST_NAMED:
        told.append(f"and {len(because) - _MOST_NAMED:,} more")
    return ", ".join(told) or "–"


def signed(usd: float) -> str:
    """A change of an amount with its sign: ``+$120k``; below half a dollar it is none."""
    if abs(usd) < _LEAST_USD:
        return "no change"
    return f"{'−' if usd < 0 else '+'}{wording.money(abs(usd))}"


def in_short(found: "ChangesSince") -> str:
    """The change and its largest steps in a line."""
    told = in_steps(found.steps)
    return f"{in_one(_from(found), found.change_usd)}{f' ({told})' if told else ''}"


def in_steps(steps: Sequence[Step]) -> str:
    """The largest steps in a line: ``register +$220k, news and incidents +$60k``."""
    least = max([_LEAST_USD, *(_LEAST_PART * abs(one.usd) for one in steps)])
    return ", ".join(f"{cause(one)} {signed(one.usd)}" for one in steps if abs(one.usd) >= least)


def in_one(day: date, usd: float) -> str:
    """The change alone in a line."""
    return f"Expected loss (mean) since {wording.day(day)}: {signed(usd)}"


def _from(found: "ChangesSince") -> date:
    return found.since if found.run is None else found.run.day


def rests_on(found: "ChangesSince") -> str:
    """From which figures the change is told, and what of it cannot be told apart."""
    if found.run is None:
        return (
            f"No figures were kept on {wording.day(found.since)} or before. This is what today's "
            "model says of the register of that day and of that of now: the step of the register "
            "alone."
        )
    told = f"From the figures kept on {wording.day(found.run.day)}"
    if found.run.day != found.since:
        told += f", the last before {wording.day(found.since)}"
    told += f", {wording.money(found.before_usd)}, to {wording.money(found.after_usd)} now."
    if not found.register_known:
        of_the_model = any(one.cause is Cause.MODEL and one.because for one in found.steps)
        first = CAUSES[Cause.MODEL if of_the_model else Cause.REGISTER]
        told += (
            " The register of then is not kept as it was: something was written over or undone "
            f"since, and what that moved stands under “{first}”."
        )
    if not found.run.by_startup:
        told += " Companies begin from what today's model says of them then."
    return told


def kept_day(day: date, *, kept: bool) -> str:
    """A day that can be chosen."""
    return wording.day(day) if kept else f"{wording.day(day)} (register alone)"
