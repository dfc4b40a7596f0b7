"""Evaluations that startups ran themselves: two models on the same cases, which outrank facts."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from db.engine import Store
from db.errors import Refused
from db.records import JudgementRecord, PortfolioRecord
from db.register.evidence import judgement_rows
from db.register.naming import comparison_key
from db.services.access import Action, Actor, authorize
from db.services.judgements import judge, take_back_judgement
from db.services.visible import sees, visible_portfolio
from risk.alternatives.evaluations import (
    Evaluation,
    NotAnEvaluation,
    checked,
    read_evaluation,
)
from risk.alternatives.judgements import Judgement, Topic
from risk.catalog.model_names import model_key, model_name


@dataclass(frozen=True, kw_only=True)
class EvaluationNote:
    """What somebody notes of an evaluation. ``model`` None: the use case's only one of today.

    ``other`` is the model that it was compared with, ``source`` where it is written down.
    """

    startup: str
    other: str
    evaluation: Evaluation
    source: str
    use_case: str | None = None
    model: str | None = None


@dataclass(frozen=True, kw_only=True)
class RecordedEvaluation:
    """A stored evaluation with its number, the two models, and who noted it when."""

    number: int
    startup: str
    use_case: str
    model: str
    other: str
    evaluation: Evaluation
    source: str
    by: str
    at: datetime

    def age_days(self, today: date) -> int:
        """How many days ago it was run."""
        return (today - self.evaluation.held_on).days


def record_evaluation(store: Store, actor: Actor, portfolio: str, noted: EvaluationNote) -> int:
    """Note an evaluation and return its number; the newest one of two models counts.

    From now on it says how alike the two are, for this startup and use case, above all else.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        Refused: startup, use case or model are unknown, figures make no sense, it lies in the
            future, or no source is named.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.JUDGE, f"{noted.startup} of portfolio {portfolio}")
    from db.services.reference import load_catalog  # The list of evaluations starts without it.

    try:
        evaluation = checked(noted.evaluation)
    except NotAnEvaluation as error:
        raise Refused(str(error)) from None
    if evaluation.held_on > store.now().date():
        raise Refused(f"{evaluation.held_on} is still to come: note an evaluation once it was run.")
    other = model_name(model_key(noted.other))
    if other not in load_catalog(store, actor).models:
        raise Refused(
            f"The catalogue knows no model “{noted.other}”, so that no option offers it. Write its "
            "name as the options of Alternatives do."
        )
    said = Judgement(
        topic=Topic.EVALUATION,
        value=evaluation.text,
        reason=noted.source,
        startup=noted.startup,
        use_case=noted.use_case or "",
        subject=noted.model or "",
        other=other,
    )
    return judge(store, actor, portfolio, said)


def withdraw_evaluation(store: Store, actor: Actor, number: int, *, reason: str) -> None:
    """Take an evaluation back: it stays on record and counts no longer.

    Raises:
        Refused: there is no such evaluation, it no longer stands, or no reason is given.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.JUDGE, f"evaluation {number}")
    with store.read() as session:
        row = _row(session, actor, number)
        name = session.get_one(PortfolioRecord, row.portfolio_id).name
        said = Judgement(
            topic=Topic.EVALUATION,
            value="",
            reason=reason,
            startup=row.startup,
            use_case=row.use_case,
            subject=row.subject,
            other=row.other,
        )
    take_back_judgement(store, actor, name, said)


def list_evaluations(
    store: Store, actor: Actor, portfolio: str, startup: str | None = None
) -> tuple[RecordedEvaluation, ...]:
    """Return the evaluations that stand for a portfolio or for one startup, the newest first.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    with store.read() as session:
        found = visible_portfolio(session, actor, portfolio)
        listed = [
            RecordedEvaluation(
                number=row.id,
                startup=row.startup,
                use_case=row.use_case,
                model=row.subject,
                other=row.other,
                evaluation=read_evaluation(row.value or ""),
                source=row.reason,
                by=row.changed_by,
                at=row.changed_at,
            )
            for row in judgement_rows(session, found.id)
            if row.topic == Topic.EVALUATION.value
            and (startup is None or row.startup_key == comparison_key(startup))
        ]
    return tuple(sorted(listed, key=lambda one: (one.evaluation.held_on, one.number), reverse=True))


def _row(session: Session, actor: Actor, number: int) -> JudgementRecord:
    """The row of an evaluation that stands."""
    row = session.get(JudgementRecord, number)
    known = row is not None and row.topic == Topic.EVALUATION.value
    if row is None or not known or not sees(session, actor, row.portfolio_id):
        raise Refused(f"There is no evaluation {number}.")
    if number not in {one.id for one in judgement_rows(session, row.portfolio_id)}:
        raise Refused(f"Evaluation {number} no longer stands: a later one counts, or none.")
    return row
