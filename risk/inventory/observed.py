"""Observed usage: from the bytes of logs and bills to the records that they show of a startup.

A log or a bill becomes lines in our own columns, which are then read as those of any inventory:
the same names, the same questions, the same result.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import chain
from typing import BinaryIO

from risk.catalog.records import RUN_BY_ONESELF, UNSPECIFIED, Answer
from risk.inventory.columns import header_text
from risk.inventory.intake import mapped_columns, rows_of
from risk.inventory.intake_results import IntakeResult, Outcome, Problem
from risk.inventory.limits import LIMITS, Limits
from risk.inventory.refusals import Context, FileRefused, Findings, Questions, shortened
from risk.inventory.resolution import Resolver
from risk.inventory.rows import InventoryRows
from risk.inventory.sound_records import folded_name
from risk.inventory.tables import DerivedRow, derived_table
from risk.inventory.usage.adding import UsageSums, add_up
from risk.inventory.usage.dependencies import (
    ObservedDependency,
    Seen,
    Source,
    are_two_bills,
    counting_months,
    dependencies_of,
    merged,
)
from risk.inventory.usage.lines import Bucket, Kind
from risk.inventory.usage.observations import (
    NOT_STATED,
    USAGE_STARTUP,
    Observation,
    observations_of,
)
from risk.inventory.usage.suppliers import Suppliers

#: Hosts whose company is known for much else: what is written in the host's cell.
_HOST_CELLS = {"Cloudflare": "Cloudflare Workers AI"}
#: Stands for the startup in the preview, until the reader says whose usage it is.
_A_STARTUP = "The company"
#: Questions whose answers hold for the next file of the same format.
_REMEMBERED = (
    "use_case_column key_alias_person host_unknown claude_hosting is_it_llm money_column"
    " same_traffic_twice"
).split()
#: Less than this part of the money that was known is asked about.
_MUCH = Decimal("0.9")
#: Spend that differs by more than this part is asked about.
_APART = Decimal("0.25")
#: So many days after a month vendors still change its bill.
_REVISED_FOR = 30
_SAID_REJECTS = {
    "bad_number": "a number cannot be read",
    "bad_date": "the time cannot be read",
    "bad_record": "the row does not fit the header",
    "conflict": "another row has this id and says something else; both are left out",
}


@dataclass(frozen=True, kw_only=True)
class BucketSum:
    """How much of a file's money is what, in the currency of the file."""

    bucket: Bucket
    currency: str
    money: Decimal


@dataclass(frozen=True, kw_only=True)
class Counting:
    """How dependencies are counted: days of a month as the month, two sources as one traffic.

    ``register_counts``: where the register states what is paid to a developer, that stays.
    """

    partial_counts: bool = False
    same_traffic: bool = True
    register_counts: bool = False

    def dependencies(
        self, seen: Sequence[Seen], stated: Sequence["StatedDependency"], resolver: Resolver
    ) -> tuple[ObservedDependency, ...]:
        """The dependencies that all sources show, beside what others ``stated``."""
        found = dependencies_of(
            _as_the_register_reads(seen, resolver),
            partial_counts=self.partial_counts,
            same_traffic=self.same_traffic,
        )
        return _with_spend_as_stated(found, stated) if self.register_counts else found


@dataclass(frozen=True, kw_only=True)
class UsageReading:
    """What a log or a bill says of a startup: the observations, and where every cent went.

    ``read`` = ``counted`` + ``duplicates`` + ``ignored`` + ``rejected``, in rows. ``money_in`` is
    the sum of ``buckets`` by currency. ``seen`` are the observations with the days that the file
    covers; ``months`` those that count for the dependencies, ``complete_months`` those of this file
    that are whole.
    """

    startup: str
    format: str
    shown: str
    read: int
    counted: int
    duplicates: int
    ignored: int
    rejected: int
    money_in: Mapping[str, Decimal]
    buckets: tuple[BucketSum, ...]
    seen: Seen
    months: tuple[date, ...]
    dependencies: tuple[ObservedDependency, ...]
    counting: Counting
    answers: Mapping[str, str] = field(default_factory=dict)

    @property
    def first_day(self) -> date:
        """The first day that the file covers."""
        return min(first for first, _ in self.seen.covered)

    @property
    def last_day(self) -> date:
        """The last day that the file covers."""
        return max(last for _, last in self.seen.covered)

    @property
    def observations(self) -> tuple[Observation, ...]:
        """What the file says, by period, use case and supplier."""
        return self.seen.observations


@dataclass(frozen=True, kw_only=True)
class UsageResult(IntakeResult):
    """The reading of a log or a bill; its rows are the dependencies that it shows."""

    usage: UsageReading


def read_usage(
    sources: Sequence[BinaryIO],
    *,
    file_name: str,
    resolver: Resolver,
    startups: Sequence[str] = (),
    known: "Known | None" = None,
    assume: Mapping[str, str] | None = None,
    limits: Limits = LIMITS,
    today: date,
) -> IntakeResult:
    """Read a log or a bill, in one file or in several parts; every outcome is a result.

    ``startups`` are those that are offered where the reader did not say whose usage it is.
    ``known`` gives what is known of a startup from other files.
    """
    context = Context(None, Questions(assume or {}), Findings(), limits)
    try:
        sums = add_up(sources, Suppliers(resolver))
        reading = _reading(sums, startups, known or _nothing_known, resolver, context, today)
        lines = _lines(reading.startup, reading.dependencies, resolver)
        table = derived_table(lines, "The file shows no dependency.", context)
        columns = mapped_columns(table, None, resolver)
    except FileRefused as refusal:
        problem = replace(refusal.problem, value=refusal.problem.value or shortened(file_name))
        return IntakeResult(
            outcome=Outcome.REJECT_FILE,
            error=problem.code,
            records=0,
            rejected=0,
            problems=(problem,),
            header=(),
            mapping={},
            samples={},
        )
    table = replace(table, format=sums.format.name)
    result = rows_of(table, columns, resolver, context, today)
    is_partial = result.outcome is Outcome.ACCEPT and sums.rows.rejected
    told = replace(
        result,
        outcome=Outcome.PARTIAL if is_partial else result.outcome,
        problems=(*_problems(sums), *result.problems),
    )
    return UsageResult(**vars(told), usage=reading)


@dataclass(frozen=True, kw_only=True)
class StatedDependency:
    """A dependency that an inventory states, with what is paid a month in USD (None: unknown).

    ``evidence`` is what the register has for it, and stays where the register's spend does.
    """

    use_case: str
    developer: str
    model: str | None = None
    spend_usd: Decimal | None = None
    evidence: str | None = None

    @property
    def place(self) -> tuple[str, str, str]:
        """What an observed dependency is the same by."""
        return _place(self.use_case, self.developer, self.model)


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """What is known of a startup from other files: what stays, and what this file replaces.

    ``seen`` are all sources without what is replaced; ``replaced`` are the observations of the same
    source that touch the days of this file. ``stated`` is what others than logs and bills say that
    the startup depends on.
    """

    seen: tuple[Seen, ...] = ()
    replaced: tuple[Observation, ...] = ()
    stated: tuple[StatedDependency, ...] = ()


#: Startup, source, first and last day of a file → what is known from other files.
Known = Callable[[str, Source, date, date], Earlier]


def _nothing_known(_: str, __: Source, ___: date, ____: date) -> Earlier:
    return Earlier()


def _reading(
    sums: UsageSums,
    startups: Sequence[str],
    known: Known,
    resolver: Resolver,
    context: Context,
    today: date,
) -> UsageReading:
    startup = context.questions.ask_name(
        USAGE_STARTUP, "A log or a bill does not say whose it is. Whose usage is this?", startups
    )
    name = header_text(startup or (startups[0] if startups else _A_STARTUP))
    observations = observations_of(sums, context)
    account = f":{sums.account}" if sums.account else ""
    source = Source(f"{sums.format.family}{account}", sums.format.kind)
    covered = tuple(sorted(sums.days.values()))
    before = known(name, source, covered[0][0], covered[-1][1])
    same = [one for one in before.seen if one.source == source]
    others = [one for one in before.seen if one.source != source]
    whole = Seen(
        source,
        sums.format.shown,
        tuple(sorted(chain(covered, *(one.covered for one in same)))),
        tuple(chain(*(one.observations for one in same), observations)),
    )
    _ask_about_shrinking(observations, before.replaced, covered, context)
    counting = Counting(
        partial_counts=_partial_counts(whole, sums, context),
        same_traffic=_is_same_traffic(whole, others, context),
    )
    dependencies = counting.dependencies((whole, *others), before.stated, resolver)
    if _register_counts(dependencies, before.stated, context):
        counting = replace(counting, register_counts=True)
        dependencies = counting.dependencies((whole, *others), before.stated, resolver)
    _warn(sums, observations, whole, context, today)
    if not sums.is_balanced:
        raise FileRefused(
            "not_balanced",
            "Not every cent of the file is accounted for, which is a mistake of this program."
            " Nothing was written; please report it with the format of the file.",
        )
    return UsageReading(
        startup=name,
        format=sums.format.name,
        shown=sums.format.shown,
        read=sums.rows.read,
        counted=sums.rows.counted,
        duplicates=sums.rows.duplicates,
        ignored=sums.rows.ignored,
        rejected=sums.rows.rejected,
        money_in=dict(sums.money_in),
        buckets=tuple(
            BucketSum(bucket=bucket, currency=currency, money=sums.money[bucket, currency])
            for bucket in Bucket
            for currency in sorted({of for one, of in sums.money if one is bucket})
        ),
        seen=Seen(source, sums.format.shown, covered, observations),
        months=counting_months(whole),
        dependencies=dependencies,
        counting=counting,
        answers={
            code: answer for code in _REMEMBERED if (answer := context.questions.answered(code))
        },
    )


def _as_the_register_reads(seen: Sequence[Seen], resolver: Resolver) -> list[Seen]:
    """The sources with one spelling of each use case and model.

    The register knows a dependency by them: two spellings would be two records that contradict
    each other.
    """
    names = sorted({one.use_case for source in seen for one in source.observations})
    spelled = {folded_name(name): name for name in reversed(names)}

    @cache
    def model_of(text: str, developer: str | None) -> str:
        return resolver.resolve_model(text, developer) or text

    def read(one: Observation) -> Observation:
        return replace(
            one,
            use_case=spelled[folded_name(one.use_case)],
            model=None if one.model is None else model_of(one.model, one.developer),
            asked=None if one.asked is None else model_of(one.asked, None),
        )

    return [replace(one, observations=tuple(map(read, one.observations))) for one in seen]


def _ask_about_shrinking(
    new: Sequence[Observation],
    replaced: Sequence[Observation],
    covered: Sequence[tuple[date, date]],
    context: Context,
) -> None:
    """Ask before days that are known go, or much of their money."""
    first, last = covered[0][0], covered[-1][1]
    sticks_out = any(one.first_day < first or one.last_day > last for one in replaced)
    before, after = (
        sum((one.spend_usd for one in held if one.spend_usd is not None), Decimal(0))
        for held in (replaced, new)
    )
    if not sticks_out and after >= before * _MUCH:
        return
    answer = context.questions.ask(
        "month_would_shrink",
        f"The days of this file are known already, with ${before:,.2f}; this file says"
        f" ${after:,.2f}{' and fewer days' if sticks_out else ''}. Replace them?",
        ("yes", "no"),
    )
    if answer == "no":
        raise FileRefused("month_would_shrink", "What is known of these days was left as it is.")


def _partial_counts(whole: Seen, sums: UsageSums, context: Context) -> bool:
    """Whether days of a month that is not seen whole count as its spend; nothing is scaled up."""
    if whole.complete_months or not sums.format.money:
        return False
    months = ", ".join(f"{one:%B %Y}" for one in counting_months(whole))
    answer = context.questions.ask(
        "partial_month",
        f"{months}: not seen from the first day to the last. Leave spend a month unknown, or take"
        " what was paid on these days as the whole month's?",
        ("unknown", "as it stands"),
    )
    return answer == "as it stands"


def _is_same_traffic(whole: Seen, others: Sequence[Seen], context: Context) -> bool:
    """Whether several sources that tell of one developer in the same months tell of one traffic."""
    mine = {(one.developer, one.month) for one in whole.observations if one.developer}
    shared = [
        one
        for one in others
        if mine & {(each.developer, each.month) for each in one.observations}
        and not are_two_bills(one.source, whole.source)
    ]
    if not shared:
        return True
    answer = context.questions.ask(
        "same_traffic_twice",
        f"{', '.join(sorted({one.shown for one in shared}))} told of the same developers in the"
        " same months. Is this the same traffic? Then spend is the bill's, and shares are the"
        " log's.",
        ("yes", "no"),
    )
    return answer == "yes"


def _register_counts(
    dependencies: Sequence[ObservedDependency],
    stated: Sequence[StatedDependency],
    context: Context,
) -> bool:
    """Whether the spend that the register states counts, where it differs."""
    paid: dict[str, Decimal] = defaultdict(Decimal)
    for one in dependencies:
        paid[one.developer or NOT_STATED] += one.spend_usd or Decimal(0)
    known = {
        developer: [one.spend_usd for one in stated if one.developer == developer]
        for developer in {one.developer for one in stated}
    }
    differing = _differing(paid, known)
    if not differing:
        return False
    answer = context.questions.ask(
        "differs_from_register",
        "The register and this file say different things. Which spend counts? Dependencies that"
        " only the register states stay either way; end them by hand if they have ended.",
        ("observed", "stated"),
        differing,
    )
    return answer == "stated"


def _with_spend_as_stated(
    dependencies: Sequence[ObservedDependency], stated: Sequence[StatedDependency]
) -> tuple[ObservedDependency, ...]:
    """The dependencies without the spend of developers for whom the register states one."""
    spends = {one.developer for one in stated if one.spend_usd}
    kept = {one.place: one.evidence or "" for one in stated}
    return tuple(
        replace(
            one,
            spend_usd=None,
            evidence=kept.get(_place(one.use_case, one.developer, one.model), one.evidence),
        )
        if one.developer in spends
        else one
        for one in dependencies
    )


def _place(use_case: str, developer: str | None, model: str | None) -> tuple[str, str, str]:
    return folded_name(use_case), developer or "", folded_name(model)


def _differing(
    paid: Mapping[str, Decimal], known: Mapping[str, Sequence[Decimal | None]]
) -> list[str]:
    """What differs, a sentence for each developer."""
    if not known:
        return []
    found = [
        f"The register states {developer}, which the file does not show."
        for developer in sorted(known)
        if developer not in paid
    ]
    for developer, money in sorted(paid.items(), key=lambda one: (-one[1], one[0])):
        moneys = known.get(developer)
        shown = f"${money:,.2f} a month" if money else "use"
        if moneys is None:
            found.append(f"The file shows {shown} of {developer}, which the register lacks.")
            continue
        told = [one for one in moneys if one is not None]
        if told and money and abs(sum(told) - money) > _APART * max(sum(told), money):
            found.append(
                f"{developer}: the register states ${sum(told):,.2f} a month, the file shows"
                f" {shown}."
            )
    return found


def _warn(
    sums: UsageSums,
    observations: Sequence[Observation],
    whole: Seen,
    context: Context,
    today: date,
) -> None:
    findings = context.findings
    if sums.format.estimated:
        findings.warn(
            "spend_estimated", 0, "Spend is what the gateway worked out from a list of prices."
        )
    if not sums.format.money:
        findings.warn(
            "no_money", 0, "The file has no money: shares go by tokens, and spend is unknown."
        )
    if any(one.host and not one.issuer for one in observations) or any(
        key.supplier.issuer_assumed for key in sums.groups
    ):
        findings.warn(
            "issuer_assumed", 0, "A log does not say who sends the bill: the host's was assumed."
        )
    if any(bucket is Bucket.BYOK for bucket, _ in sums.money):
        findings.warn(
            "byok_apart",
            0,
            "Use under an own key is paid to the host; it is shown apart and counts to no spend.",
        )
    if sums.format.kind is Kind.BILL and sums.format.money:
        last = max(last for _, last in whole.covered)
        if (today - last).days < _REVISED_FOR:
            findings.warn(
                "provisional_month",
                0,
                f"Bills are revised for up to {_REVISED_FOR} days: upload this one again later.",
            )


def rows_observed(
    startup: str, dependencies: Sequence[ObservedDependency], resolver: Resolver, today: date
) -> InventoryRows:
    """Dependencies that were observed, as rows of an inventory."""
    if not dependencies:
        return InventoryRows()
    context = Context(None, Questions({}), Findings(), LIMITS)
    table = derived_table(_lines(startup, dependencies, resolver), "", context)
    return rows_of(table, mapped_columns(table, None, resolver), resolver, context, today).rows


def _lines(
    startup: str, dependencies: Sequence[ObservedDependency], resolver: Resolver
) -> list[DerivedRow]:
    """A line for each record: a host that nobody knows may leave two dependencies one name."""
    unnamed = {(one.use_case, one.developer, one.model) for one in dependencies if one.host is None}
    records: dict[tuple[str, str, str], list[ObservedDependency]] = defaultdict(list)
    for one in dependencies:
        is_twice = (one.use_case, one.developer, one.model) in unnamed
        provider = _provider(one, resolver, is_twice)
        records[one.use_case, provider, one.model or ""].append(one)
    found = []
    for line, ((use_case, provider, model), held) in enumerate(records.items(), start=1):
        one = held[0] if len(held) == 1 else replace(merged(held), host=None)
        values = {
            "startup": startup,
            "use_case": use_case,
            "provider": provider,
            "model": model,
            "host": _HOST_CELLS.get(one.host or UNSPECIFIED, one.host or UNSPECIFIED),
            "share": "" if one.share is None else str(one.share),
            "spend_usd": "" if one.spend_usd is None else str(one.spend_usd),
            "fallback": one.fallback,
            "fallback_provider": one.fallback_provider,
            "evidence": one.evidence,
            "source": one.source,
            "as_of": one.as_of.isoformat(),
        }
        found.append(DerivedRow(line=line, values=values))
    return found


def _provider(one: ObservedDependency, resolver: Resolver, is_twice: bool) -> str:
    """The developer, else the host where it runs models of others, else that it is unknown."""
    if one.developer is not None:
        # A use case may call one model at several hosts: each is a dependency of its own.
        if one.host == one.developer and is_twice:
            return f"{one.developer} API"
        return one.developer if one.host in (None, one.developer) else _at_host(one)
    known = one.host is not None and resolver.resolve(one.host).answer is not Answer.NO
    return one.host if known and one.host is not None else NOT_STATED


def _at_host(one: ObservedDependency) -> str:
    if one.host in RUN_BY_ONESELF:
        return f"{one.developer} ({one.host})"
    return f"{one.developer} on {one.host}"


def _problems(sums: UsageSums) -> tuple[Problem, ...]:
    return tuple(
        Problem(
            code=rejected.code,
            line=number,
            column=None,
            value=shortened(rejected.value) or None,
            message=f"Row {number:,} was left out: {_SAID_REJECTS[rejected.code]}.",
        )
        for number, rejected in sums.rejects
    )
