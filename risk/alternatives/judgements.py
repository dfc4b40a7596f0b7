"""Judgements of analysts beside the register and the facts that ship, always with a reason.

One table keeps all of it (:mod:`db.records.readiness`): needs of a use case, answers to the
questions about an option, how alike two models are, evaluations of startups' own, what a contract
promises, and figures for DORA's register that stand instead of the derived ones. docs/method.md §6.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import Any

from risk.alternatives.evaluations import Evaluation, NotAnEvaluation, read_evaluation
from risk.alternatives.results import Criterion
from risk.catalog.records import KINDS_OF_WORK, LANGUAGES, Task
from risk.inventory.records import CapacityClass, Dependency, Depth, ExitPlan


class Topic(StrEnum):
    """What a judgement is about."""

    CONTEXT_TOKENS = "context_tokens"
    INPUT_MODALITIES = "input_modalities"
    OUTPUT_MODALITIES = "output_modalities"
    REALTIME = "realtime"
    TASK = "task"
    LANGUAGE = "language"
    TOOL_CALLING = "tool_calling"
    STRUCTURED_OUTPUT = "structured_output"
    RESIDENCY = "residency"
    RETENTION_DAYS = "retention_days"
    FINE_TUNING = "fine_tuning"
    INPUT_PER_OUTPUT_TOKENS = "input_per_output_tokens"
    ANSWER = "answer"
    ALIKE = "alike"
    EVALUATION = "evaluation"
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


AGREEMENTS = (Topic.PROVIDER_NOTICE_DAYS, Topic.ESCROW, Topic.STEP_IN, Topic.FALLBACK_CAPACITY)
OVERRIDES = (Topic.SUBSTITUTABILITY, Topic.EXIT_PLAN)

#: Stands for a model that nobody named.
NOT_NAMED = "not named"
YES_NO: Mapping[str, bool] = {"yes": True, "no": False}
MODALITIES = frozenset({"text", "image", "audio", "video", "pdf"})

#: What kind of work it is, and in which language; overall where none of them fits: voters wrote
#: mostly in English.
WORK: Mapping[str, Task] = {one.value.casefold(): one for one in (Task.OVERALL, *KINDS_OF_WORK)}
SPOKEN: Mapping[str, Task] = {
    **{one.value.casefold(): one for one in LANGUAGES},
    **dict.fromkeys(("english", "other"), Task.OVERALL),
}

Value = (
    float
    | bool
    | str
    | frozenset[str]
    | CapacityClass
    | Evaluation
    | ExitPlan
    | Substitutability
    | Task
)


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
    if topic is Topic.EVALUATION:
        try:
            return read_evaluation(words)
        except NotAnEvaluation as error:
            raise UnreadableJudgement(str(error)) from None
    if topic in (Topic.INPUT_MODALITIES, Topic.OUTPUT_MODALITIES):
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
        (
            *(Topic.TOOL_CALLING, Topic.STRUCTURED_OUTPUT, Topic.FINE_TUNING),
            *(Topic.REALTIME, Topic.ANSWER),
        ),
        YES_NO,
    ),
    Topic.TASK: WORK,
    Topic.LANGUAGE: SPOKEN,
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


@dataclass(frozen=True, kw_only=True)
class Needs:
    """What a use case demands; None: nobody said.

    ``realtime`` is whether somebody hears or speaks to it live, ``task`` and ``language`` which
    kind of work it is (overall: none of those that voters rated). ``retention_days`` is how long a
    host may keep its data, ``input_per_output_tokens`` the mix of its traffic.
    """

    context_tokens: float | None = None
    input_modalities: frozenset[str] | None = None
    output_modalities: frozenset[str] | None = None
    realtime: bool | None = None
    task: Task | None = None
    language: Task | None = None
    tool_calling: bool | None = None
    structured_output: bool | None = None
    residency: str | None = None
    retention_days: float | None = None
    fine_tuning: bool | None = None
    input_per_output_tokens: float | None = None


NEEDS = tuple(Topic(one.name) for one in fields(Needs))


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
    a subject is :func:`subject_of` a model and host; ``alike`` by (today's model, other model);
    ``evaluations``, which stand above it, by (startup, use case, today's model, other model).
    """

    needs: Mapping[tuple[str, str], Needs] = field(default_factory=dict)
    answers: Mapping[tuple[str, str, str, Criterion], Decided] = field(default_factory=dict)
    alike: Mapping[tuple[str, str], Decided] = field(default_factory=dict)
    evaluations: Mapping[tuple[str, str, str, str], Evaluation] = field(default_factory=dict)


NO_JUDGEMENTS = Judgements()


def subject_of(model: str | None, host: str | None) -> str:
    """What an answer is about: ``Claude Opus 4.5 at Anthropic``."""
    return f"{model or 'model not named'} at {host or 'host not named'}"


def needs_of(dependency: Dependency, stated: Needs | None) -> Needs:
    """The needs that somebody stated, completed by what the register says of the dependency.

    Agents call tools; agents and long prompts want structured output; a fine-tuned model must be
    tuned again. A depth that nobody stated says nothing.
    """
    known, depth = stated or Needs(), dependency.depth

    def otherwise(stated: bool | None, *wanting: Depth) -> bool | None:
        return stated if stated is not None or depth is None else depth in wanting

    return replace(
        known,
        tool_calling=otherwise(known.tool_calling, Depth.AGENTS),
        structured_output=otherwise(known.structured_output, Depth.AGENTS, Depth.PROMPTS),
        residency=known.residency or dependency.data_residency,
        fine_tuning=otherwise(known.fine_tuning, Depth.FINE_TUNED),
    )


def judgements_of(said: Iterable[Judgement]) -> Judgements:
    """What analysts said, as the options' checks and costs read it."""
    needs: dict[tuple[str, str], dict[str, Any]] = {}
    answers: dict[tuple[str, str, str, Criterion], Decided] = {}
    alike: dict[tuple[str, str], Decided] = {}
    evaluations: dict[tuple[str, str, str, str], Evaluation] = {}
    for one in said:
        if one.topic in NEEDS:
            facts = needs.setdefault((one.startup, one.use_case), {})
            facts[one.topic.value] = read_value(one.topic, one.value)
            continue
        criterion = criterion_of(one)
        if one.topic is Topic.ANSWER and criterion is not None:
            answers[one.startup, one.use_case, one.subject, criterion] = _decided(one)
        elif one.topic is Topic.ALIKE:
            alike[one.subject, one.other] = _decided(one)
        elif one.topic is Topic.EVALUATION:
            key = one.startup, one.use_case, one.subject, one.other
            evaluations[key] = read_evaluation(one.value)
    return Judgements(
        needs={key: Needs(**facts) for key, facts in needs.items()},
        answers=answers,
        alike=alike,
        evaluations=evaluations,
    )


def _decided(one: Judgement) -> Decided:
    value = read_value(one.topic, one.value)
    number = float(value) if isinstance(value, bool | float) else 0.0
    return Decided(value=number, reason=one.reason, by=one.by)


def overridden(said: Iterable[Judgement], topic: Topic) -> Mapping[tuple[str, str], Judgement]:
    """By (startup, dependency key): what stands instead of a derived figure."""
    return {(one.startup, one.dependency_key): one for one in said if one.topic is topic}
