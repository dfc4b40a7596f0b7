"""The next best action for one startup, from where its loss comes from and what nobody knows."""

from collections.abc import Sequence

from risk.catalog.falters import FalterKind
from risk.catalog.records import Answer
from risk.exposure.results import Confidence, ExposurePart
from risk.inventory.records import Dependency, ExitPlan, Fallback, Startup

UNPROTECTED = (None, Fallback.NONE, Fallback.DOCUMENTED)


def next_action(
    startup: Startup,
    parts: Sequence[ExposurePart],
    unknown: Sequence[str],
    confidence: Confidence,
    open_questions: int,
) -> str:
    """One sentence: ask for the fact that matters most, or mend what carries the most loss."""
    if not parts:
        if any(one.answer is Answer.YES for case in startup.use_cases for one in case.dependencies):
            return "Nothing to do: no falter in the model reaches it"
        if open_questions:
            return f"Ask which of {open_questions} vendors run on a language model"
        return "Nothing to do: no language-model provider found"
    if confidence is Confidence.LOW and unknown:
        return f"Ask for {plain_field(unknown[0])}: it changes the answer most"
    worst = parts[0]
    dependency = _dependency(startup, worst.dependency_key)
    where = shorten(worst.use_case) or "its product"
    if worst.kind in (FalterKind.OUTAGE, FalterKind.DEGRADED):
        if dependency.fallback in UNPROTECTED:
            return f"Set up and test a fallback for {where}, off {worst.root}"
        if dependency.fallback is Fallback.UNTESTED:
            return f"Test the fallback of {where}"
        return f"Automate the failover of {where}"
    if dependency.exit_plan in (None, ExitPlan.NONE):
        return f"Write and test an exit plan from {worst.root} for {where}"
    if dependency.exit_plan is ExitPlan.WRITTEN:
        return f"Rehearse the exit plan from {worst.root} for {where}"
    return f"Compare alternatives to {worst.provider} for {where}"


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


def _dependency(startup: Startup, key: str) -> Dependency:
    return next(one for case in startup.use_cases for one in case.dependencies if one.key == key)
