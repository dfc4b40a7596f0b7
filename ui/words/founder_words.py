"""Words of questions to founders: what each asks and why, its unit, and its answers as taps.

The reader is a founder with a phone. Nothing here says what an answer is worth to whoever asks.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from db.sharing.question_form import NO_MODEL
from ui import wording
from ui.tables.correction import fact

if TYPE_CHECKING:
    from db.services.question_forms import QuestionForm

#: The tap that says that somebody does not know, as it is sent.
UNKNOWN = "?"


@dataclass(frozen=True, kw_only=True)
class Ask:
    """How one fact is asked for. ``{case}`` and ``{provider}`` stand for their names.

    ``taps`` are answers with their words. ``free``: an answer may also be written, in ``unit``,
    with ``mode`` as the keyboard of a phone; ``hint`` shows how.
    """

    question: str
    why: str
    taps: Mapping[str, str]
    free: bool = True
    unit: str = ""
    mode: str = "text"
    hint: str = ""


def _percents(*values: int) -> dict[str, str]:
    return {f"{value}%": f"{value} %" for value in values}


_DEPTHS = {
    "gateway": "Behind one switch in our code",
    "raw_api": "Plain calls to its API",
    "prompts": "Prompts tuned to its model",
    "embeddings": "Its embeddings are stored",
    "agents": "Agents and tools built on it",
    "fine_tuned": "A model that we fine-tuned",
}
FALLBACKS = {
    "none": "We are down",
    "documented": "A plan on paper",
    "untested": "A backup, never tried",
    "tested": "A backup that we tried",
    "automatic": "It switches over by itself",
}
_PLANS = {
    "none": "No plan",
    "written": "Written down",
    "tested": "Written and tried",
}
CRITICALITIES = {
    "1": "1 · Nobody would notice",
    "2": "2 · A little worse",
    "3": "3 · Part of it stops",
    "4": "4 · Most of it stops",
    "5": "5 · All of it stops",
}
#: Providers that are offered as a tap; any other can be written.
PROVIDERS = ("OpenAI", "Azure OpenAI", "Anthropic", "Amazon Bedrock", "Google Gemini", "Mistral AI")
_TAKES_OVER = {name: name for name in PROVIDERS}
#: An amount may be given in these, by what stands behind its number.
UNITS = {"": "USD", "k": "thousand USD", "m": "million USD"}

ASKS: Mapping[str, Ask] = {
    "answer": Ask(
        question="Does “{provider}” use an AI model, and whose?",
        why="Nobody can tell from its name, and everything else hangs on it.",
        taps={NO_MODEL: "No AI model", **{name: name for name in PROVIDERS}},
        hint="or another name",
    ),
    "annual_revenue_usd": Ask(
        question="What is your revenue a year?",
        why="It gives the size of what an interruption could cost you.",
        taps={},
        hint="such as 2.5",
        unit="USD",
        mode="decimal",
    ),
    "gross_margin": Ask(
        question="What is your gross margin?",
        why="This part of revenue is what you lose while something stands still.",
        taps=_percents(50, 60, 70, 80),
        unit="%",
        mode="decimal",
        hint="such as 65%",
    ),
    "ai_revenue_share": Ask(
        question="What share of your revenue needs an AI model to work?",
        why="Only this part stops when a provider of models fails.",
        taps=_percents(25, 50, 75, 100),
        unit="%",
        mode="decimal",
        hint="such as 40%",
    ),
    "engineers": Ask(
        question="How many engineers could work on a change of provider?",
        why="It tells how fast you could move.",
        taps={str(one): str(one) for one in (1, 3, 5, 10, 20)},
        mode="decimal",
        hint="such as 12",
    ),
    "cash_usd": Ask(
        question="How much cash do you have?",
        why="It tells how long you last if revenue breaks off.",
        taps={},
        hint="such as 1.2",
        unit="USD",
        mode="decimal",
    ),
    "monthly_burn_usd": Ask(
        question="How much cash do you use up a month?",
        why="With your cash it gives the months that you last.",
        taps={},
        hint="such as 90; 0 if you earn more",
        unit="USD",
        mode="decimal",
    ),
    "criticality": Ask(
        question="How much of your product stops without “{case}”?",
        why="What everything hangs on is worth protecting first.",
        taps=CRITICALITIES,
        free=False,
    ),
    "buffer_hours": Ask(
        question="How many hours can “{case}” wait before a customer is hurt?",
        why="Short interruptions cost nothing where the work can wait.",
        taps={"0": "None", "1": "1", "4": "4", "24": "A day", "72": "3 days"},
        unit="hours",
        mode="decimal",
        hint="such as 8",
    ),
    "depth": Ask(
        question="How is {provider} built into “{case}”?",
        why="It decides how much work a change would be.",
        taps=_DEPTHS,
        free=False,
    ),
    "exit_plan": Ask(
        question="Is there a plan for leaving {provider} in “{case}”?",
        why="A plan that was tried makes a change days shorter.",
        taps=_PLANS,
        free=False,
    ),
    "fallback": Ask(
        question="What happens to “{case}” when {provider} does not answer?",
        why="A backup that works turns an outage into nothing.",
        taps=FALLBACKS,
        free=False,
    ),
    "spend_usd_per_month": Ask(
        question="What do you pay {provider} for “{case}” a month?",
        why="It shows how much you use, and what another provider would cost.",
        taps={},
        hint="such as 4",
        unit="USD",
        mode="decimal",
    ),
    "fallback_provider_text": Ask(
        question="Which provider would take over “{case}” from {provider}?",
        why="A backup with the same owner or cloud may fail at the same time.",
        taps=_TAKES_OVER,
        hint="or another name",
    ),
    "provider_notice_days": Ask(
        question="How many days’ notice must {provider} give before it ends the service?",
        why="It is the time that you would have to move.",
        taps={"0": "None", "30": "30", "60": "60", "90": "90", "180": "180"},
        unit="days",
        mode="decimal",
        hint="such as 45",
    ),
}


def question_of(name: str, *, use_case: str | None, provider: str | None) -> str:
    """Return what is asked for a fact."""
    case = use_case or "this"
    return ASKS[name].question.format(case=case, provider=provider or "its provider")


def reason_in_words(reason: str) -> str:
    """Return what a question is for, in front of whoever asks it."""
    return {
        "unknown": "nobody has stated it",
        "imputed": "worked out from others like it",
        "old": "stated long ago",
        "known": "stated lately",
    }.get(reason, reason)


def answer_in_words(name: str, value: Any) -> str:
    """Return a known value as its tap says it, or as a table writes it."""
    taps = ASKS[name].taps if name in ASKS else {}
    return taps.get(str(value)) or fact(name, value)


def group_title(use_case: str | None) -> str:
    """Return what a group of questions is about."""
    return f"“{use_case}”" if use_case else "Your company"


def mail_of(*, to: str | None, startup: str, asked_by: str, due_on: date, link: str) -> str:
    """Return a mail that brings the link to a founder; ``to`` None: no address is known."""
    head = f"To: {to}\n" if to else ""
    return (
        f"{head}Subject: {startup}: a few questions about the AI providers that you use\n\n"
        "Hello,\n\n"
        f"To know where an outage of an AI provider would hurt {startup}, and what to do about "
        "it, we need what only you know. It takes a minute or two on a phone and needs no "
        "account. “I don't know” is an answer. What you tap is kept at once, so that you or a "
        "colleague can go on later.\n\n"
        f"{link}\n\n"
        f"We would be glad of your answers by {wording.day(due_on)}.\n\n"
        f"{asked_by or 'Thank you'}\n"
    )


def reminder_for(form: "QuestionForm", *, today: date) -> str:
    """Return a mail that reminds of a form; the link is known to nobody but who got it."""
    begun = (
        f"{form.answered} of {form.of} questions are answered already, and kept."
        if form.answered
        else "It takes a minute or two on a phone."
    )
    late = "were due on" if form.overdue else "are due on"
    about = "a question" if form.of == 1 else f"{form.of} short questions"
    since = "Today" if form.made_at.date() == today else f"On {wording.day(form.made_at.date())}"
    return (
        f"Subject: {form.startup}: your answers {late} {wording.day(form.due_on)}\n\n"
        "Hello,\n\n"
        f"{since} we sent you a link with {about} about the AI providers that {form.startup} "
        f"uses. {begun} The link in that mail still opens; if you cannot find it, tell us and we "
        "will send another.\n\n"
        f"{form.form.asked_by or 'Thank you'}\n"
    )
