"""What an analyst can say beside the register, and how each answer is written and read.

One table keeps all of it (:mod:`db.records.readiness`): needs of a use case, answers to the
questions about an option, how alike two models are, what a contract promises, and figures for
DORA's register that stand instead of the derived ones.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from risk.alternatives.results import Criterion
from risk.inventory.records import CapacityClass, ExitPlan


class Topic(StrEnum):
    """What a judgement is about."""

    CONTEXT_TOKENS = "context_tokens"
    INPUT_MODALITIES = "input_modalities"
    TOOL_CALLING = "tool_calling"
    STRUCTURED_OUTPUT = "structured_output"
    RESIDENCY = "residency"
    RETENTION_DAYS = "retention_days"
    FINE_TUNING = "fine_tuning"
    INPUT_PER_OUTPUT_TOKENS = "input_per_output_tokens"
    ANSWER = "answer"
    ALIKE = "alike"
    PROVIDER_NOTICE_DAYS = "provider_notice_days"
    ESCROW = "escrow"
    STEP_IN = "step_in"
    FALLBACK_CAPACITY = "fallback_capacity"
    SUBSTITUTABILITY = "substitutability"
    EXIT_PLAN = "exit_plan"


class Substitutability(StrEnum):
    """DORA's four classes (B_07.01.0050); see :mod:`risk.alternatives.readiness`."""

    NOT = "not substitutable"
    HIGHLY_COMPLEX = "highly complex substitutability"
    MEDIUM = "medium complexity in terms of substitutability"
    EASY = "easily substitutable"


NEEDS = (
    Topic.CONTEXT_TOKENS,
    Topic.INPUT_MODALITIES,
    Topic.TOOL_CALLING,
    Topic.STRUCTURED_OUTPUT,
    Topic.RESIDENCY,
    Topic.RETENTION_DAYS,
    Topic.FINE_TUNING,
    Topic.INPUT_PER_OUTPUT_TOKENS,
)
AGREEMENTS = (
    Topic.PROVIDER_NOTICE_DAYS,
    Topic.ESCROW,
    Topic.STEP_IN,
    Topic.FALLBACK_CAPACITY,
)
OVERRIDES = (Topic.SUBSTITUTABILITY, Topic.EXIT_PLAN)

YES_NO: Mapping[str, bool] = {"yes": True, "no": False}
MODALITIES = frozenset({"text", "image", "audio", "video", "pdf"})

Value = float | bool | str | frozenset[str] | CapacityClass | ExitPlan | Substitutability


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """One thing that an analyst said.

    ``subject`` and ``other`` say what it is about: an option ("model at host") and a criterion for
    an answer, today's model and the other one for how alike they are; else empty.
    """

    topic: Topic
    value: str
    reason: str
    startup: str = ""
    use_case: str = ""
    dependency_key: str = ""
    subject: str = ""
    other: str = ""
    by: str = ""


class UnreadableJudgement(ValueError):
    """The value does not fit its topic; the sentence says what to write."""


def read_value(topic: Topic, text: str) -> Value:
    """The value that a text states for a topic.

    Raises:
        UnreadableJudgement: it states none; the sentence says what to write.
    """
    words = text.strip()
    if topic in _CLOSED:
        return _chosen(topic, words, _CLOSED[topic])
    if topic is Topic.INPUT_MODALITIES:
        named = frozenset(one.strip().casefold() for one in words.split(",") if one.strip())
        if not named or not named <= MODALITIES:
            raise UnreadableJudgement(f"Write some of {', '.join(sorted(MODALITIES))}.")
        return named
    if topic is Topic.RESIDENCY:
        if not words:
            raise UnreadableJudgement("Write where data must stay, for instance EU.")
        return words
    low, high, unit = _RANGES[topic]
    try:
        number = float(words)
    except ValueError:
        raise UnreadableJudgement(f"Write a number ({unit}), not '{words}'.") from None
    if not low <= number <= high:
        raise UnreadableJudgement(
            f"{topic.value} must lie between {low:g} and {high:g} ({unit}), not {number:g}."
        )
    return number


_RANGES: Mapping[Topic, tuple[float, float, str]] = {
    Topic.CONTEXT_TOKENS: (1, 1e8, "tokens"),
    Topic.RETENTION_DAYS: (0, 36_500, "days"),
    Topic.INPUT_PER_OUTPUT_TOKENS: (0.001, 1000, "input tokens for each output token"),
    Topic.ALIKE: (0, 1, "0 to 1"),
    Topic.PROVIDER_NOTICE_DAYS: (0, 3650, "days"),
}
_CLOSED: Mapping[Topic, Mapping[str, Value]] = {
    **dict.fromkeys(
        (Topic.TOOL_CALLING, Topic.STRUCTURED_OUTPUT, Topic.FINE_TUNING, Topic.ANSWER), YES_NO
    ),
    Topic.ESCROW: YES_NO,
    Topic.STEP_IN: YES_NO,
    Topic.FALLBACK_CAPACITY: {one.value: one for one in CapacityClass},
    Topic.SUBSTITUTABILITY: {one.value: one for one in Substitutability},
    Topic.EXIT_PLAN: {one.value: one for one in ExitPlan},
}


def _chosen(topic: Topic, words: str, among: Mapping[str, Value]) -> Value:
    found = among.get(words.casefold())
    if found is None:
        raise UnreadableJudgement(f"For {topic.value} write one of: {', '.join(among)}.")
    return found


def criterion_of(judgement: Judgement) -> Criterion | None:
    """The criterion that an answer is about; None where there is no such criterion."""
    return next((one for one in Criterion if one.value == judgement.other), None)
