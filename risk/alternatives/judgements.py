"""What an analyst knows of a use case and of the options, beside the facts that ship.

Needs say what a use case demands; decisions answer a question about one option, or say how alike
two models are. Each carries its reason and who decided it. docs/method.md §6.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from risk.alternatives.results import Criterion
from risk.inventory.records import Dependency, Depth

TEXT = frozenset({"text"})


@dataclass(frozen=True, kw_only=True)
class Needs:
    """What a use case demands; None: nobody said.

    ``retention_days`` is how long a host may keep its data, ``input_per_output_tokens`` the mix of
    its traffic.
    """

    context_tokens: float | None = None
    input_modalities: frozenset[str] | None = None
    tool_calling: bool | None = None
    structured_output: bool | None = None
    residency: str | None = None
    retention_days: float | None = None
    fine_tuning: bool | None = None
    input_per_output_tokens: float | None = None


@dataclass(frozen=True, kw_only=True)
class Decided:
    """An analyst's answer: ``value`` 1 yes, 0 no; 0..1 for how alike two models are."""

    value: float
    reason: str
    by: str


@dataclass(frozen=True, kw_only=True)
class Judgements:
    """All of a portfolio's.

    ``needs`` by (startup, use case); ``answers`` by (startup, use case, subject, criterion), where
    a subject is :func:`subject_of` a model and host; ``alike`` by (today's model, other model).
    """

    needs: Mapping[tuple[str, str], Needs] = field(default_factory=dict)
    answers: Mapping[tuple[str, str, str, Criterion], Decided] = field(default_factory=dict)
    alike: Mapping[tuple[str, str], Decided] = field(default_factory=dict)


NO_JUDGEMENTS = Judgements()


def subject_of(model: str | None, host: str | None) -> str:
    """What an answer is about: ``Claude Opus 4.5 at Anthropic``."""
    return f"{model or 'model not named'} at {host or 'host not named'}"


def needs_of(dependency: Dependency, stated: Needs | None) -> Needs:
    """The needs that somebody stated, completed by what the register says of the dependency.

    Agents call tools; agents and long prompts want structured output; a fine-tuned model must be
    tuned again. A depth that nobody stated says nothing.
    """
    known = stated or Needs()
    depth = dependency.depth

    def by_depth(*wanting: Depth) -> bool | None:
        return None if depth is None else depth in wanting

    return Needs(
        context_tokens=known.context_tokens,
        input_modalities=known.input_modalities,
        tool_calling=_stated(known.tool_calling, by_depth(Depth.AGENTS)),
        structured_output=_stated(known.structured_output, by_depth(Depth.AGENTS, Depth.PROMPTS)),
        residency=known.residency or dependency.data_residency,
        retention_days=known.retention_days,
        fine_tuning=_stated(known.fine_tuning, by_depth(Depth.FINE_TUNED)),
        input_per_output_tokens=known.input_per_output_tokens,
    )


def _stated(stated: bool | None, otherwise: bool | None) -> bool | None:
    return otherwise if stated is None else stated
