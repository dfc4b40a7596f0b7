"""Decisions in the terminal: choosing an option by name, and the list of what was decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from db.engine import Store
from db.errors import Refused
from db.services.decision_results import Decision, promised_and_done
from risk.alternatives.results import Alternative, OptionClass
from ui import wording
from ui.render.terminal import Document, printed, text
from ui.tables import decision
from ui.terminal.commands.options import caller

if TYPE_CHECKING:
    from rich.console import RenderableType

RECOMMENDED = "recommended"


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What somebody wants decided."""

    portfolio: str
    startup: str
    use_case: str | None
    option: str
    owner: str
    due: date | None
    note: str | None


def decide_for(store: Store, choice: Choice, *, today: date) -> tuple[int, Alternative]:
    """Accept the option that is meant; return the decision's number and the option.

    Raises:
        Refused: no option, or more than one, is called so; the sentence lists them.
    """
    from db.services.options import accept_option
    from db.services.scoring import alternatives

    options = alternatives(
        store,
        caller(),
        choice.portfolio,
        choice.startup,
        use_case=choice.use_case,
        today=today,
    )
    chosen = _meant(options, choice)
    stay = next(
        one
        for one in options
        if one.option_class is OptionClass.STAY and one.dependency_key == chosen.dependency_key
    )
    number = accept_option(
        store,
        caller(),
        choice.portfolio,
        choice.startup,
        chosen,
        stay,
        owner=choice.owner,
        due=choice.due,
        note=choice.note,
    )
    return number, chosen


def _meant(options: Sequence[Alternative], choice: Choice) -> Alternative:
    wanted = choice.option.strip().casefold()
    if wanted == RECOMMENDED:
        found = [one for one in options if one.recommended]
    else:
        found = [one for one in options if one.option.casefold() == wanted]
    if len(found) == 1:
        return found[0]
    cases = list(dict.fromkeys(one.use_case for one in found or options))
    if len(cases) > 1:
        raise Refused(f"Name the use case with --use-case: {'; '.join(cases)}.")
    if found:
        raise Refused(f"“{choice.option}” names several options: write one out in full.")
    names = "; ".join(dict.fromkeys(one.option for one in options)) or "none"
    raise Refused(f"There is no option “{choice.option}”. There are: {names}.")


def decisions_document(decisions: Sequence[Decision], *, today: date) -> Document:
    """Return every decision, newest first, and what of the promised risk is removed."""
    found = promised_and_done(decisions, today=today)
    return {
        "promised": {
            "decisions": found.promised,
            "aal_removed_usd": found.promised_aal_usd,
            "tvar95_removed_usd": found.promised_tvar95_usd,
        },
        "done": {
            "decisions": found.done,
            "aal_removed_usd": found.done_aal_usd,
            "tvar95_removed_usd": found.done_tvar95_usd,
        },
        "overdue": found.overdue,
        "without_figure": found.unmeasured,
        "decisions": [decision.row_of(one) for one in decisions],
    }


def decisions_tables(decisions: Sequence[Decision], *, today: date) -> list["RenderableType"]:
    """Return one line for each decision, and the sums below."""
    found = promised_and_done(decisions, today=today)
    return [
        printed("Decisions", decision.TERMINAL, decision.rows_of(decisions, today)),
        text(
            f"Promised: {wording.money(found.promised_aal_usd)} less a year by "
            f"{wording.counted(found.promised, 'decision')}; done: "
            f"{wording.money(found.done_aal_usd)} by {found.done}; {found.overdue} overdue."
        ),
    ]
