"""Hard filters: why an option cannot be taken, and what has to be asked first.

docs/method.md §6. Each criterion is passed, failed or asked, with its reason; what nobody stated is
a question, never a pass. An analyst's answer to a question stands instead of it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from risk.alternatives.deadlines import last_day_of, why_not_kept
from risk.alternatives.judgements import Decided, Needs, subject_of
from risk.alternatives.results import (
    SECOND_PROVIDER,
    Candidate,
    Check,
    Criterion,
    OptionClass,
    Verdict,
)
from risk.assumptions import Assumptions
from risk.catalog.records import RUN_BY_ONESELF, SELF_HOSTED, Catalog, Model, Retirement
from risk.catalog.replacements import ending, ending_elsewhere
from risk.inventory.records import Dependency


@dataclass(frozen=True, kw_only=True)
class Question:
    """One option for one dependency, with what the use case needs and today's model.

    ``talks_by`` are words of its name by which somebody talks to it.
    """

    candidate: Candidate
    dependency: Dependency
    needs: Needs
    incumbent: Model | None
    catalog: Catalog
    assumptions: Assumptions
    today: date
    talks_by: str = ""

    @property
    def model(self) -> Model | None:
        """The model that would do the work."""
        return self.candidate.model

    @property
    def host(self) -> str | None:
        """Where it would run; for a second provider, there."""
        changed = self.candidate.changed
        second = self.candidate.option_class in SECOND_PROVIDER
        return changed.fallback_host or changed.fallback_developer if second else changed.host

    @property
    def same_host(self) -> bool:
        """True if the work stays where it is, under the same terms."""
        return self.host == self.dependency.host


Finding = tuple[Verdict, str]


def checks(question: Question, answers: Mapping[Criterion, Decided]) -> tuple[Check, ...]:
    """Every criterion for one option.

    Of staying only the last day of today's model is asked, of a contract also its own question.
    """
    kind = question.candidate.option_class
    tests = _TESTS.get(kind, _MOVED)
    found = []
    for criterion, test in tests.items():
        verdict, reason = test(question)
        decided = answers.get(criterion)
        if decided is not None:
            verdict = Verdict.MET if decided.value >= 1 else Verdict.UNMET
            reason = f"{criterion.value}: {decided.reason}"
        found.append(
            Check(
                criterion=criterion,
                verdict=verdict,
                reason=reason,
                decided_by=decided.by if decided else None,
            )
        )
    return tuple(found)


def reasons(found: Iterable[Check], verdict: Verdict) -> tuple[str, ...]:
    """The reasons of all checks with this verdict."""
    return tuple(one.reason for one in found if one.verdict is verdict)


def subject(question: Question, criterion: Criterion | None = None) -> str:
    """What an analyst's answer about this option is kept under.

    That about the last day of today's model is kept under that model, so that one answer holds for
    every option that keeps it.
    """
    if criterion is Criterion.LAST_DAY:
        return subject_of(question.dependency.model, question.dependency.host)
    return subject_of(question.model.name if question.model else None, question.host)


def _model(one: Question) -> Finding:
    if one.model is None:
        return Verdict.ASK, "which model exactly"
    return Verdict.MET, f"{one.model.name} is in the catalogue"


def _context(one: Question) -> Finding:
    have = one.model.context_tokens if one.model else None
    need = one.needs.context_tokens
    today = one.incumbent.context_tokens if one.incumbent else None
    if have is None:
        return Verdict.ASK, "how long a context it takes"
    if need is not None:
        enough = have >= need
        words = f"takes {have:,} tokens of context; {need:,.0f} are needed"
        return (Verdict.MET if enough else Verdict.UNMET), words
    if today is None:
        return Verdict.ASK, f"whether {have:,} tokens of context are enough"
    if have >= today:
        return Verdict.MET, f"takes {have:,} tokens of context, today's model {today:,}"
    return Verdict.ASK, f"whether {have:,} tokens of context are enough (today {today:,})"


#: How the catalogue's names of what a model takes are said in a sentence.
_MODALITY_WORDS = {"image": "images", "pdf": "PDF files"}


def _modalities(one: Question) -> Finding:
    """Whether it reads and writes all that is needed: what was stated, else what today's does."""
    have, today, needs = one.model, one.incumbent, one.needs
    read = needs.input_modalities or (today.input_modalities if today else frozenset())
    written = needs.output_modalities or (today.output_modalities if today else frozenset())
    if not read and not written:
        return Verdict.ASK, "whether it reads and writes all that the use case does"
    found = (
        _side("read", have.input_modalities if have else frozenset(), read),
        _side("write", have.output_modalities if have else frozenset(), written),
    )
    verdicts = [verdict for verdict, _ in found]
    worst = next(each for each in (Verdict.UNMET, Verdict.ASK, Verdict.MET) if each in verdicts)
    return worst, "; ".join(reason for verdict, reason in found if verdict is worst)


def _side(verb: str, have: frozenset[str], need: frozenset[str]) -> Finding:
    """Whether all that is needed is read, or written; empty: not known."""
    missing = _in_words(need - have)
    if not need:
        return Verdict.ASK, f"whether it {verb}s all that the use case does"
    if missing and not have:
        return Verdict.ASK, f"whether it {verb}s {missing}"
    if missing:
        return Verdict.UNMET, f"does not {verb} {missing}"
    return Verdict.MET, f"{verb}s {_in_words(need)}"


def _realtime(one: Question) -> Finding:
    """Whether it hears or speaks live, where the use case does: no model of text takes that over.

    What is called today says so where nobody stated it; the name of a use case alone only asks.
    """
    wanted = one.needs.realtime
    if wanted is None and one.incumbent is not None:
        wanted = one.incumbent.live
        if not wanted:
            return Verdict.MET, "today's model does not talk live either"
    if wanted is False:
        return Verdict.MET, "nobody talks to it live"
    if wanted is None:
        hint = f", as “{one.talks_by}” in its name suggests" if one.talks_by else ""
        return Verdict.ASK, f"whether somebody talks to the use case live{hint}"
    if one.model is None:
        return Verdict.ASK, "whether it talks live"
    if one.model.live:
        return Verdict.MET, "hears or speaks live"
    if not one.model.output_modalities:
        return Verdict.ASK, "whether it talks live"
    return Verdict.UNMET, "does not talk live: somebody hears or speaks to the use case"


def _latency(one: Question) -> Finding:
    # Neither catalogue package says how fast a model answers.
    if one.same_host and one.model is one.incumbent and one.model is not None:
        return Verdict.MET, "the same model at the same host"
    return Verdict.ASK, "whether it answers fast enough, which no source here says"


def _in_words(modalities: Iterable[str]) -> str:
    return ", ".join(_MODALITY_WORDS.get(one, one) for one in sorted(modalities))


def _tools(one: Question) -> Finding:
    has = one.model.tool_call if one.model else None
    return _need(has, one.needs.tool_calling, "tool calling")


def _structured_output(one: Question) -> Finding:
    # The catalogue's packages say False where nobody filled it in, so False is no answer.
    has = (one.model.structured_output or None) if one.model else None
    return _need(has, one.needs.structured_output, "structured output")


def _need(has: bool | None, wanted: bool | None, what: str) -> Finding:
    if wanted is False:
        return Verdict.MET, f"{what} is not needed"
    if has:
        return Verdict.MET, f"supports {what}"
    if wanted is None:
        return Verdict.ASK, f"whether the use case needs {what}"
    if has is None:
        return Verdict.ASK, f"whether it supports {what}"
    return Verdict.UNMET, f"no {what}"


def _residency(one: Question) -> Finding:
    where = one.needs.residency
    if one.same_host:
        return Verdict.MET, "the host stays the same"
    if where is None:
        return Verdict.ASK, "whether data must stay anywhere"
    if one.host == SELF_HOSTED:
        return Verdict.ASK, f"whether the GPUs stand in {where}"
    return Verdict.ASK, f"whether data stays in {where}"


def _licence(one: Question) -> Finding:
    if one.host == SELF_HOSTED:
        return Verdict.ASK, "whether the licence permits this use"
    return Verdict.MET, f"served by {one.host} to paying customers"


def _retention(one: Question) -> Finding:
    if one.host == SELF_HOSTED:
        return Verdict.MET, "data stays on one's own machines"
    if one.same_host:
        return Verdict.MET, "the host stays the same"
    days = one.needs.retention_days
    if days is None:
        return Verdict.ASK, "how long it keeps data, and how long it may"
    return Verdict.ASK, f"whether it keeps data for {days:,.0f} days at most"


def _fine_tuning(one: Question) -> Finding:
    wanted = one.needs.fine_tuning
    if wanted is None:
        return Verdict.ASK, "whether the model is fine-tuned today"
    if not wanted:
        return Verdict.MET, "fine-tuning is not needed"
    if one.host == SELF_HOSTED:
        return Verdict.MET, "open weights can be fine-tuned"
    if one.candidate.option_class is OptionClass.OTHER_HOST:
        return Verdict.ASK, "whether the fine-tuned model can be had there"
    return Verdict.ASK, "whether it can be fine-tuned on the same data"


def _retirement(one: Question) -> Finding:
    if one.model is None:
        return Verdict.ASK, "when the model ends"
    days = one.assumptions.advice_horizon_days
    found = ending(one.model.name, one.host, one.catalog, one.today, days=days)
    if found is not None:
        return Verdict.UNMET, _ends(found, one.today)
    if one.host in RUN_BY_ONESELF:
        return Verdict.MET, "what one runs oneself does not end"
    elsewhere = ending_elsewhere(one.model.name, one.catalog, one.today, days=days)
    if elsewhere is not None:
        where = elsewhere.host or elsewhere.developer
        return Verdict.ASK, f"how long it goes on: at {where} it {_ends(elsewhere, one.today)}"
    return Verdict.MET, f"no last day is published within {days:,.0f} days"


def _ends(end: Retirement, today: date) -> str:
    return f"{'ended' if end.shutdown < today else 'ends'} on {end.shutdown.isoformat()}"


def _last_day(one: Question) -> Finding:
    found = last_day_of(one.dependency, one.catalog, one.assumptions, one.today)
    if found is not None:
        return Verdict.UNMET, why_not_kept(found, one.candidate.option_class)
    if one.dependency.host in RUN_BY_ONESELF:
        return Verdict.MET, "what one runs oneself does not end"
    if one.dependency.model is None:
        return Verdict.ASK, "which model runs today, and when it ends"
    days = one.assumptions.advice_horizon_days
    return Verdict.MET, f"{one.dependency.model} has no published last day within {days:,.0f} days"


def _availability(one: Question) -> Finding:
    kind = one.candidate.option_class
    if kind is OptionClass.CONTRACT:
        provider = one.dependency.host or one.dependency.developer
        return Verdict.ASK, f"whether {provider} agrees to it"
    if kind is OptionClass.RESERVED:
        return Verdict.ASK, f"whether {one.host} sells reserved capacity, and at what price"
    if kind is OptionClass.SELF_HOST:
        return Verdict.ASK, "who is on call for it"
    return Verdict.MET, "offered to everybody"


Tests = Mapping[Criterion, Callable[[Question], Finding]]
_MOVED: Tests = {
    Criterion.MODEL: _model,
    Criterion.CONTEXT: _context,
    Criterion.MODALITIES: _modalities,
    Criterion.REALTIME: _realtime,
    Criterion.LATENCY: _latency,
    Criterion.TOOLS: _tools,
    Criterion.STRUCTURED_OUTPUT: _structured_output,
    Criterion.RESIDENCY: _residency,
    Criterion.LICENCE: _licence,
    Criterion.RETENTION: _retention,
    Criterion.FINE_TUNING: _fine_tuning,
    Criterion.RETIREMENT: _retirement,
    Criterion.AVAILABILITY: _availability,
}
_KEPT: Tests = {Criterion.LAST_DAY: _last_day}
#: Options that keep today's model end with it; every other kind is asked what a move is.
_TESTS: Mapping[OptionClass, Tests] = {
    OptionClass.STAY: _KEPT,
    OptionClass.CONTRACT: {**_KEPT, Criterion.AVAILABILITY: _availability},
    **{kind: {**_KEPT, **_MOVED} for kind in SECOND_PROVIDER},
}
