"""Questions to startups: what to ask one of them, and what a portfolio does not know."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.engine import Store
from db.records import QuestionAnswerRecord, QuestionFormRecord, ShareLinkRecord
from db.register.naming import comparison_key
from db.services.access import Action, Actor, authorize
from db.services.scoring import score_portfolio, score_startup
from db.services.valuations import valuation
from db.services.visible import visible_portfolio
from risk.inventory.exposed import exposed_use_cases
from risk.loss.worlds import LARGE
from risk.portfolio.asked import USUAL, OpenFact, Question, chosen
from risk.portfolio.questions import open_facts, questions_about

#: Unknown facts of a portfolio that are listed.
MOST_LISTED = 500
_SEPARATOR = "\n"


@dataclass(frozen=True, kw_only=True)
class StartupQuestions:
    """What to ask a startup: every question worth asking, the best first, and those proposed.

    ``not_known`` are those that somebody there could not answer before: they are not ``proposed``
    again. ``has_uses``: a use of a language model is known; otherwise a form asks for that first.
    """

    startup: str
    contact_email: str | None
    has_uses: bool
    questions: tuple[Question, ...]
    proposed: tuple[Question, ...]
    not_known: tuple[Question, ...]


def startup_questions(
    store: Store,
    actor: Actor,
    portfolio: str,
    startup: str,
    *,
    today: date,
    most: int = USUAL,
    again: bool = False,
) -> StartupQuestions:
    """Choose what to ask a startup by what its answers narrow most.

    ``again``: also what somebody there did not know before.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        StartupNotFound: the portfolio has no startup of this name.
        ValueError: ``most`` is not from 3 to 15.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    records, alone, _ = score_startup(store, actor, portfolio, startup, today=today)
    (record,) = records.startups
    found = questions_about(record, alone)
    with store.read() as session:
        number = visible_portfolio(session, actor, portfolio).id
        silent = _not_known(session, number, record.name)
    return StartupQuestions(
        startup=record.name,
        contact_email=record.contact_email,
        has_uses=bool(exposed_use_cases(record)),
        questions=found,
        proposed=chosen(found, most=most, but=() if again else silent),
        not_known=tuple(one for one in found if one.about in silent),
    )


def open_questions(
    store: Store, actor: Actor, portfolio: str, *, today: date, most: int = MOST_LISTED
) -> tuple[OpenFact, ...]:
    """List the unknown facts of a portfolio by the range of expected loss that they hold open.

    Of a portfolio so large that its questions are not kept, the best one of each startup.

    Raises:
        PortfolioNotFound: no portfolio has this name.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    whole = score_portfolio(store, actor, portfolio, today=today)
    is_large = len(whole.startups) > LARGE
    laid_out = None if is_large else valuation(store, actor, portfolio, today=today)
    return open_facts(whole, laid_out, most=most)


def _not_known(session: Session, portfolio: int, startup: str) -> set[tuple[str, str]]:
    """What somebody at a startup did not know when answers were last sent about it."""
    query = (
        select(QuestionAnswerRecord.about, QuestionAnswerRecord.answer, ShareLinkRecord.startup)
        .join(QuestionFormRecord, QuestionFormRecord.link_id == QuestionAnswerRecord.link_id)
        .join(ShareLinkRecord, ShareLinkRecord.id == QuestionFormRecord.link_id)
        .where(
            ShareLinkRecord.portfolio_id == portfolio,
            QuestionFormRecord.sent_at.is_not(None),
            QuestionAnswerRecord.about.is_not(None),
        )
        .order_by(QuestionFormRecord.sent_at)
    )
    last = {
        about: answer
        for about, answer, name in session.execute(query)
        if comparison_key(name or "") == comparison_key(startup)
    }
    return {about_of(text or "") for text, answer in last.items() if answer is None}


def about_text(about: Sequence[str]) -> str:
    """What an answer is about as it is kept: the key of its dependency, and the fact."""
    return _SEPARATOR.join(about)


def about_of(text: str) -> tuple[str, str]:
    """What an answer is about, as it was kept."""
    key, _, field = text.rpartition(_SEPARATOR)
    return key, field
