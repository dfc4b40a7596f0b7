"""Decisions as results: what was chosen, what it promised, and what of it is done."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from db.records import DecisionRecord, DecisionTermsRecord
from db.register.columns import to_cents, to_usd


@dataclass(frozen=True, kw_only=True)
class Promise:
    """What the option was about and promised on the day it was chosen; USD, None: nobody said."""

    dependency_key: str | None = None
    option_class: str | None = None
    aal_removed_usd: float | None = None
    tvar95_removed_usd: float | None = None
    one_off_usd: float | None = None
    extra_run_usd_per_year: float | None = None


NOTHING_PROMISED = Promise()


@dataclass(frozen=True, kw_only=True)
class Decision:
    """One decision. ``use_case`` None: about the whole startup; ``done`` None: still to do.

    ``withdrawn_by`` says who took it back (None: it stands).
    """

    number: int
    startup: str
    use_case: str | None
    option: str
    owner: str
    due: date | None
    done: date | None
    note: str | None
    by: str
    at: datetime
    promise: Promise = NOTHING_PROMISED
    withdrawn_by: str | None = None
    withdrawn_reason: str | None = None

    @property
    def stands(self) -> bool:
        """False once somebody took it back."""
        return self.withdrawn_by is None


@dataclass(frozen=True, kw_only=True)
class PromisedAndDone:
    """Expected loss a year and tail (USD) that standing decisions remove, and how many there are.

    ``unmeasured`` decisions carry no figure; ``overdue`` ones are past their day and not done.
    """

    promised: int
    done: int
    overdue: int
    unmeasured: int
    promised_aal_usd: float
    done_aal_usd: float
    promised_tvar95_usd: float
    done_tvar95_usd: float


def promised_and_done(decisions: Iterable[Decision], *, today: date) -> PromisedAndDone:
    """Add up what standing decisions promised when they were taken, and what of it is done.

    Each figure was promised by itself; those of one use case overlap, so their sum is the most
    that can be hoped for.
    """
    standing = [one for one in decisions if one.stands]
    done = [one for one in standing if one.done is not None]
    return PromisedAndDone(
        promised=len(standing),
        done=len(done),
        overdue=sum(_is_overdue(one, today) for one in standing),
        unmeasured=sum(one.promise.aal_removed_usd is None for one in standing),
        promised_aal_usd=_sum(one.promise.aal_removed_usd for one in standing),
        done_aal_usd=_sum(one.promise.aal_removed_usd for one in done),
        promised_tvar95_usd=_sum(one.promise.tvar95_removed_usd for one in standing),
        done_tvar95_usd=_sum(one.promise.tvar95_removed_usd for one in done),
    )


def _is_overdue(one: Decision, today: date) -> bool:
    return one.done is None and one.due is not None and one.due < today


def _sum(amounts: Iterable[float | None]) -> float:
    """The sum of what is known; decisions without a figure are counted elsewhere."""
    return sum(one for one in amounts if one is not None)


def terms_of(number: int, promise: Promise) -> DecisionTermsRecord:
    """The row that keeps what a decision promised."""
    return DecisionTermsRecord(
        decision_id=number,
        dependency_key=promise.dependency_key,
        option_class=promise.option_class,
        aal_removed_cents=to_cents(promise.aal_removed_usd),
        tvar95_removed_cents=to_cents(promise.tvar95_removed_usd),
        one_off_cents=to_cents(promise.one_off_usd),
        extra_run_cents_per_year=to_cents(promise.extra_run_usd_per_year),
    )


def as_decision(row: DecisionRecord, terms: DecisionTermsRecord | None) -> Decision:
    """A stored decision; one from before promises were kept has none."""
    promise = NOTHING_PROMISED
    if terms is not None:
        promise = Promise(
            dependency_key=terms.dependency_key,
            option_class=terms.option_class,
            aal_removed_usd=to_usd(terms.aal_removed_cents),
            tvar95_removed_usd=to_usd(terms.tvar95_removed_cents),
            one_off_usd=to_usd(terms.one_off_cents),
            extra_run_usd_per_year=to_usd(terms.extra_run_cents_per_year),
        )
    return Decision(
        number=row.id,
        startup=row.startup,
        use_case=row.use_case,
        option=row.option,
        owner=row.owner,
        due=row.due,
        done=row.done,
        note=row.note,
        by=row.decided_by,
        at=row.decided_at,
        promise=promise,
        withdrawn_by=terms.withdrawn_by if terms else None,
        withdrawn_reason=terms.withdrawn_reason if terms else None,
    )
