"""Words of the inbox: what is asked of a whole portfolio, typical answers, and what answers do."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ui import wording
from ui.words.founder_words import ASKS, CRITICALITIES

if TYPE_CHECKING:
    from db.services.question_inbox import InboxAnswer
    from risk.portfolio.inbox import Inbox, OpenQuestion

_QUESTIONS = {
    "answer": "Does “{about}” use an AI model, and whose?",
    "annual_revenue_usd": "What is the revenue a year?",
    "gross_margin": "What is the gross margin?",
    "ai_revenue_share": "What share of revenue needs an AI model to work?",
    "engineers": "How many engineers could work on a change of provider?",
    "criticality": "How much of the product stops without the use case?",
    "depth": "How is {about} built into the product?",
    "exit_plan": "Is there a plan for leaving {about}?",
    "fallback": "What happens when {about} does not answer?",
    "spend_usd_per_month": "What is paid to {about} a month?",
    "switch_begun": "Has the move from the ending model at {about} begun?",
}
#: Typical answers as somebody else than the founder says them.
_TAPS: Mapping[str, Mapping[str, str]] = {
    "depth": {
        "gateway": "Behind one switch",
        "raw_api": "Plain calls to its API",
        "prompts": "Tuned prompts",
        "embeddings": "Stored embeddings",
        "agents": "Agents and tools",
        "fine_tuned": "A fine-tuned model",
    },
    "fallback": {
        "none": "It is down",
        "documented": "A plan on paper",
        "untested": "A backup, never tried",
        "tested": "A backup that was tried",
        "automatic": "It switches by itself",
    },
    "exit_plan": {"none": "No plan", "written": "Written down", "tested": "Written and tried"},
    "switch_begun": {"yes": "Yes", "no": "No"},
    "criticality": CRITICALITIES,
}
#: Smaller parts of the range are told in money alone.
_TOLD_FROM = 0.01
#: What every company has its own answer to.
OF_EACH_ALONE = frozenset({"annual_revenue_usd", "spend_usd_per_month"})


def question(one: "OpenQuestion") -> str:
    """Return what is asked."""
    text = _QUESTIONS.get(one.field, wording.field(one.field) + " of {about}?")
    return text.format(about=one.about or "the provider")


#: Of a fact for which nobody is asked here.
NOT_ASKED = (
    "Days of notice are not asked here: where none is stated, one judged number of days counts for "
    "all, and no range is drawn from the fact. Deadlines says how many contracts lack them."
)


def matching(questions: Sequence["OpenQuestion"], words: str) -> list["OpenQuestion"]:
    """Return the questions in whose text every word occurs, whatever its case; all without any."""
    wanted = words.casefold().split()
    return [one for one in questions if all(word in question(one).casefold() for word in wanted)]


def taps(one: "OpenQuestion") -> Mapping[str, str]:
    """Return typical answers as they are written, with their words."""
    if one.field in _TAPS:
        return _TAPS[one.field]
    return ASKS[one.field].taps if one.field in ASKS else {}


def is_free(one: "OpenQuestion") -> bool:
    """Return whether an answer may also be typed."""
    return one.field not in _TAPS


def hint(one: "OpenQuestion") -> str:
    """Return how an answer is typed."""
    if one.is_a_name:
        return "or another provider"
    if ASKS.get(one.field) and ASKS[one.field].unit == "USD":
        return "such as 45k or 1.2M"
    return ASKS[one.field].hint if one.field in ASKS else ""


def concerned(one: "OpenQuestion") -> str:
    """Return whom a question concerns: some by name, the others counted."""
    if not one.first:
        return wording.counted(one.companies, "company", "companies")
    more = one.companies - len(one.first)
    names = [*one.first, f"{more:,} more"] if more else list(one.first)
    return wording.listed(names)


def effect(one: "OpenQuestion", inbox: "Inbox") -> str:
    """Return what an answer does to the range of the portfolio."""
    if one.removes_usd < 0.5:
        return "removes nothing measurable of the range"
    said = f"removes {wording.money(one.removes_usd)} of the range"
    share = one.removes_usd / inbox.width_usd if inbox.width_usd > 0 else 0.0
    return f"{said}, {wording.percent(share)} of it" if share >= _TOLD_FROM else said


def title(inbox: "Inbox") -> str:
    """Return the finding of the inbox in a sentence."""
    count = len(inbox.questions)
    if not count:
        return "No open question moves the loss"
    whole = inbox.removed_by()
    said = wording.counted(count, "question is", "questions are")
    if whole < 0.5:
        return f"{said} open; none moves the range measurably"
    if count <= 3:
        return f"{said} open; answers remove {wording.money(whole)} of the range"
    share = inbox.removed_by(3) / whole
    return f"{said} open; the first three hold {wording.percent(share)} of what answers can remove"


def what_answers_can_do(inbox: "Inbox") -> str:
    """Return how far answers go, and what they cannot settle."""
    whole = inbox.removed_by()
    return (
        f"All answers together remove about {wording.money(whole)} of a range that is "
        f"{wording.money(inbox.width_usd)} wide, if each is what is expected. The rest is how "
        "often providers fail, and judgement."
    )


def written(one: "InboxAnswer", *, before: str, now: str, left: int) -> str:
    """Return what an answer did, once the portfolio was valued with it."""
    whom = wording.counted(one.companies, "company", "companies")
    said = f"“{one.text}” is decided for" if one.text is not None else "The answer is written for"
    places = f" in {one.answers:,} places" if one.answers > one.companies else ""
    open_still = wording.counted(left, "question is", "questions are")
    return (
        f"{said} {whom}{places}, as batch {one.batch}. {wording.sentence_case(open_still)} still "
        f"open. Loss in a typical year: {now}; before: {before}."
    )


def names_shown(names: Sequence[str], of: int) -> str:
    """Return that a list of companies was cut short."""
    return f"The first {len(names):,} of {of:,} companies." if len(names) < of else ""
