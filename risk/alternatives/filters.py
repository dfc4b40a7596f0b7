"""Hard filters: why an option cannot be taken, and what has to be asked first.

docs/method.md §5.2. What nobody stated is a question, never a pass.
"""

from datetime import date

from risk.alternatives.candidates import Candidate
from risk.alternatives.endings import endings
from risk.alternatives.results import OptionClass
from risk.catalog.records import Catalog, Model
from risk.inventory.records import Dependency, Depth


def exclusions(
    candidate: Candidate, dependency: Dependency, *, catalog: Catalog, today: date
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Reasons that rule an option out, and questions that nobody has answered yet."""
    if candidate.option_class is OptionClass.STAY:
        return (), ()
    excluded: list[str] = []
    ask: list[str] = []
    model, incumbent = candidate.model, catalog.models.get(dependency.model or "")
    if model is None:
        ask.append("which model exactly")
    else:
        _need(model.tool_call, dependency.depth is Depth.AGENTS, "tool calling", excluded, ask)
        wants_schema = dependency.depth in (Depth.PROMPTS, Depth.AGENTS)
        _need(model.structured_output or None, wants_schema, "structured output", excluded, ask)
        if incumbent:
            _modalities(model, incumbent, excluded, ask)
            ask.extend(_shorter_context(model, incumbent))
        excluded.extend(endings(model, _host_of(candidate), catalog, today))
    if (
        dependency.depth is Depth.FINE_TUNED
        and candidate.option_class is not OptionClass.OTHER_HOST
    ):
        ask.append("whether it can be fine-tuned on the same data")
    if dependency.data_residency:
        ask.append(f"whether data stays in {dependency.data_residency}")
    if candidate.option_class is OptionClass.SELF_HOST:
        ask.append("whether the licence permits this use, and who is on call for it")
    return tuple(excluded), tuple(ask)


def _need(has: bool | None, wanted: bool, what: str, excluded: list[str], ask: list[str]) -> None:
    if not wanted or has:
        return
    if has is None:
        ask.append(f"whether it supports {what}")
    else:
        excluded.append(f"no {what}")


def _modalities(model: Model, incumbent: Model, excluded: list[str], ask: list[str]) -> None:
    missing = sorted(incumbent.input_modalities - model.input_modalities)
    if missing and not model.input_modalities:
        ask.append(f"whether it reads {', '.join(missing)}")
    elif missing:
        excluded.append(f"does not read {', '.join(missing)}")


def _shorter_context(model: Model, incumbent: Model) -> list[str]:
    if not model.context_tokens or not incumbent.context_tokens:
        return []
    if model.context_tokens >= incumbent.context_tokens:
        return []
    return [
        f"whether {model.context_tokens:,} tokens of context are enough "
        f"(today {incumbent.context_tokens:,})"
    ]


def _host_of(candidate: Candidate) -> str | None:
    """Where the candidate's model would run; for a gateway that of its second provider."""
    if candidate.option_class is OptionClass.GATEWAY:
        return candidate.changed.fallback_host
    return candidate.changed.host
