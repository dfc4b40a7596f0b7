"""The next best action for one startup: leave a model that ends, ask, or correct the main part."""

from dataclasses import dataclass
from datetime import date

from risk.catalog.failure_kinds import FailureKind
from risk.inventory.records import ExitPlan, Fallback

UNPROTECTED = (None, Fallback.NONE, Fallback.DOCUMENTED)


@dataclass(frozen=True, kw_only=True)
class MainPart:
    """The dependency and the disruption that add most to a startup's expected loss."""

    use_case: str | None
    provider: str
    root: str
    kind: FailureKind
    fallback: Fallback | None
    exit_plan: ExitPlan | None


def leave(model: str, last_day: date, today: date) -> str:
    """What comes before all else where a model that is still called ends soon, or has ended."""
    ends = "ended" if last_day < today else "ends"
    return f"Replace {model}: it {ends} on {last_day.day} {last_day:%b %Y}"


def next_action(
    main: MainPart | None, *, ask_for: str | None, open_questions: int, depends: bool
) -> str:
    """One sentence on what to do.

    ``ask_for`` is the unknown fact to ask for before anything else, ``depends`` whether a language
    model is called at all.
    """
    if main is None:
        if depends:
            return "Nothing to do: no disruption in the model reaches it"
        if open_questions:
            return f"Ask which of {open_questions} vendors run on a language model"
        return "Nothing to do: no language-model provider found"
    if ask_for is not None:
        return f"Ask for {plain_field(ask_for)}: it changes the answer most"
    where = shorten(main.use_case or "") or "its product"
    if main.kind in (FailureKind.OUTAGE, FailureKind.DEGRADED):
        if main.fallback in UNPROTECTED:
            return f"Set up and test a backup for {where}, off {main.root}"
        if main.fallback is Fallback.UNTESTED:
            return f"Test the backup of {where}"
        return f"Automate the failover of {where}"
    if main.exit_plan in (None, ExitPlan.NONE):
        return f"Write and test an exit plan from {main.root} for {where}"
    if main.exit_plan is ExitPlan.WRITTEN:
        return f"Rehearse the exit plan from {main.root} for {where}"
    return f"Compare alternatives to {main.provider} for {where}"


def shorten(text: str, width: int = 48) -> str:
    """A long description cut at a word, for use inside a sentence."""
    flat = " ".join(text.split())
    if len(flat) <= width:
        return flat
    return flat[: width + 1].rsplit(" ", 1)[0].rstrip(",;:.") + " …"


def plain_field(path: str) -> str:
    """``support / OpenAI / exit_plan`` as ``the exit plan (support, OpenAI)``."""
    *context, field = path.split(" / ")
    name = field.removesuffix("_usd").replace("_", " ")
    where = ", ".join(shorten(one) for one in context if one)
    return f"the {name} ({where})" if where else f"the {name}"
