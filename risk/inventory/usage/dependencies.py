"""Dependencies of a startup by what was observed: shares, spend a month, and backups that answered.

The last three complete months count. A month that is not seen from its first day to its last is
never scaled up: if there is no complete one, shares are those of the days seen, and spend is
unknown unless the reader takes it as it stands.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from risk.inventory.records import Evidence
from risk.inventory.usage.adding import end_of
from risk.inventory.usage.lines import FIRST_OF_LIST, Kind
from risk.inventory.usage.observations import NOT_STATED, Observation, rounded_parts
from risk.inventory.usage.suppliers import plain_model

MONTHS_THAT_COUNT = 3
#: A host takes part if so much of a model's requests go to it.
_LEAST_PART = Decimal("0.01")


@dataclass(frozen=True)
class Source:
    """Where observations come from: the family of a format, and whether it is a log or a bill.

    Behind a colon the family says the account of a bill, as ``aws:0c2f4e``, where the file has one.
    """

    family: str
    kind: Kind

    @property
    def account(self) -> str:
        """The account of a bill, empty where the file does not say it."""
        return self.family.partition(":")[2]


@dataclass(frozen=True)
class Seen:
    """Observations of one source, with the periods that its files covered."""

    source: Source
    shown: str
    covered: tuple[tuple[date, date], ...]
    observations: tuple[Observation, ...]

    def is_complete(self, month: date) -> bool:
        """Whether the periods together reach from the first day of a month to its last."""
        day = month
        for first, last in sorted(self.covered):
            if first > day:
                break
            if last >= day:
                day = date.fromordinal(last.toordinal() + 1)
        return day > end_of(month)

    @property
    def complete_months(self) -> tuple[date, ...]:
        """The months seen whole, in order."""
        months = {one.month for one in self.observations} | {
            first.replace(day=1) for first, _ in self.covered
        }
        return tuple(sorted(month for month in months if self.is_complete(month)))


@dataclass(frozen=True, kw_only=True)
class ObservedDependency:
    """One dependency as an inventory would state it; ``share`` is of its use case.

    ``evidence`` is another than observed where the register's own word for it stays.
    """

    use_case: str
    developer: str | None
    host: str | None
    model: str | None
    share: Decimal | None
    spend_usd: Decimal | None
    as_of: date
    source: str
    fallback: str = ""
    fallback_provider: str = ""
    evidence: str = Evidence.OBSERVED


Place = tuple[str, str | None, str | None, str | None]


def dependencies_of(
    seen: Sequence[Seen], *, partial_counts: bool, same_traffic: bool
) -> tuple[ObservedDependency, ...]:
    """The dependencies that several sources show of one startup.

    Where ``same_traffic``, a developer's use at a host is told by one log, the one that saw most of
    it, and what was paid for it by the bill: shares are the log's, money is the bill's. Two bills
    of one issuer are one bill in two forms.
    """
    filled = [one for one in seen if one.observations]
    logs = sorted((one for one in filled if one.source.kind is Kind.LOG), key=_size, reverse=True)
    bills = sorted((one for one in filled if one.source.kind is Kind.BILL), key=_size, reverse=True)
    if same_traffic:
        logs = _without_what_was_told(logs, lambda one: one.developer)
        bills = _of_different_accounts(bills)
        logged = {(one.developer, one.host) for log in logs for one in log.observations}
        open_hosts = {developer for developer, host in logged if host is None}
        rest = [
            replace(
                bill,
                observations=tuple(
                    one
                    for one in bill.observations
                    if (one.developer, one.host) not in logged and one.developer not in open_hosts
                ),
            )
            for bill in bills
        ]
    else:
        rest = bills
    found = [
        one
        for log in logs
        for one in _of_source(log, partial_counts, bills=bills if same_traffic else ())
    ]
    found += [one for bill in rest for one in _of_source(bill, partial_counts, bills=())]
    return tuple(sorted(_together(found), key=lambda one: tuple(map(str, _place_of(one)))))


@dataclass(frozen=True)
class _Shown:
    """What one source shows of a dependency, and the money of a month, also where it is hidden."""

    family: str
    dependency: ObservedDependency
    money: Decimal | None


def _together(shown: Sequence[_Shown]) -> list[ObservedDependency]:
    """One dependency for each place, whatever sources show it.

    Shares of a use case that several sources tell of go by money. Where one of them does not say
    it, they are unknown: tokens of one and dollars of another do not compare.
    """
    sources: dict[str, set[str]] = defaultdict(set)
    places: dict[Place, list[_Shown]] = defaultdict(list)
    for one in shown:
        sources[one.dependency.use_case].add(one.family)
        places[_place_of(one.dependency)].append(one)
    weights: dict[Place, Decimal] = {}
    mixed = {use_case for use_case, of in sources.items() if len(of) > 1}
    silent = {
        one.dependency.use_case
        for one in shown
        if one.money is None and one.dependency.use_case in mixed
    }
    for place, held in places.items():
        if place[0] in mixed - silent:
            weights[place] = sum((one.money or Decimal(0) for one in held), Decimal(0))
    shares = _shares(weights)
    found = []
    for place, held in places.items():
        first = held[0].dependency
        if len(held) > 1:
            first = merged([one.dependency for one in held])
        found.append(replace(first, share=shares.get(place)) if place[0] in mixed else first)
    return found


def merged(held: Sequence[ObservedDependency]) -> ObservedDependency:
    """One dependency of several; what one of them does not say is unknown of all."""
    spends = [one.spend_usd for one in held if one.spend_usd is not None]
    shares = [one.share for one in held if one.share is not None]
    backup = min(held, key=lambda one: ("automatic", "tested", "").index(one.fallback))
    return replace(
        held[0],
        share=sum(shares, Decimal(0)) if len(shares) == len(held) else None,
        spend_usd=sum(spends, Decimal(0)) if len(spends) == len(held) else None,
        as_of=max(one.as_of for one in held),
        source="; ".join(dict.fromkeys(one.source for one in held)),
        fallback=backup.fallback,
        fallback_provider=backup.fallback_provider,
    )


def _size(one: Seen) -> tuple[Decimal, Decimal, str]:
    return _requests(one.observations), _money(one.observations), one.source.family


def _without_what_was_told(
    sources: Sequence[Seen], about: Callable[[Observation], object]
) -> list[Seen]:
    """The sources, each without what an earlier one tells about."""
    told: set[object] = set()
    found = []
    for one in sources:
        rest = tuple(each for each in one.observations if about(each) not in told)
        told |= {about(each) for each in one.observations}
        found.append(replace(one, observations=rest))
    return found


def accounts_tell(sources: Iterable[Source]) -> bool:
    """Whether all bills say of which account they are, so that two accounts are two bills."""
    return all(one.account for one in sources if one.kind is Kind.BILL)


def are_two_bills(one: Source, other: Source) -> bool:
    """Whether both are bills that say of which account they are, and say another."""
    are_bills = one.kind is Kind.BILL and other.kind is Kind.BILL
    return are_bills and bool(one.account and other.account) and one.account != other.account


def _of_different_accounts(bills: Sequence[Seen]) -> list[Seen]:
    """The bills, each without what another one of the same account and issuer tells about."""
    tell = accounts_tell(one.source for one in bills)
    kept: list[Seen] = []
    accounts = dict.fromkeys(one.source.account if tell else "" for one in bills)
    for account in accounts:
        same = [one for one in bills if not tell or one.source.account == account]
        kept += _without_what_was_told(same, lambda one: (one.issuer, one.developer))
    return kept


def _place_of(one: ObservedDependency) -> Place:
    return one.use_case, one.developer, one.host, one.model


def counting_months(seen: Seen) -> tuple[date, ...]:
    """The last complete months that count; without one, all months seen."""
    complete = seen.complete_months[-MONTHS_THAT_COUNT:]
    return complete or tuple(sorted({one.month for one in seen.observations}))


def _of_source(seen: Seen, partial_counts: bool, *, bills: Sequence[Seen]) -> list[_Shown]:
    months = counting_months(seen)
    is_whole = bool(seen.complete_months)
    counted = [one for one in seen.observations if one.month in months]
    by_place: dict[Place, list[Observation]] = defaultdict(list)
    for one in counted:
        by_place[one.use_case, one.developer, one.host, one.model].append(one)
    weights = _weights(by_place)
    paid = {place: _paid(held, len(months)) for place, held in by_place.items()}
    paid = _paid_by_bills(paid, weights, bills)
    shares = _shares(weights)
    backups = _backups(counted)
    said = f"observed: {seen.shown}, {_said_months(months, is_whole)}"
    found = []
    for place, held in by_place.items():
        use_case, developer, host, model = place
        backup = backups.get((use_case, developer, host, model), ("", ""))
        spend = paid[place] if is_whole or partial_counts else None
        dependency = ObservedDependency(
            use_case=use_case,
            developer=developer,
            host=host,
            model=model,
            share=shares.get(place),
            spend_usd=None if spend is None else spend.quantize(Decimal("0.01")),
            as_of=max(one.last_day for one in held),
            source=said,
            fallback=backup[0],
            fallback_provider=backup[1],
        )
        found.append(_Shown(f"{seen.source.family} {seen.source.kind}", dependency, paid[place]))
    return found


def _said_months(months: Sequence[date], is_whole: bool) -> str:
    if not months:
        return "no month"
    first, last = months[0], months[-1]
    span = f"{first:%b %Y}" if first == last else f"{first:%b %Y} to {last:%b %Y}"
    return span if is_whole else f"part of {span}"


def _weights(by_place: Mapping[Place, Sequence[Observation]]) -> dict[Place, Decimal]:
    """What shares go by: money if any is known, else tokens, else requests."""
    for measure in (_money, _tokens, _requests):
        found = {place: measure(held) for place, held in by_place.items()}
        if any(found.values()):
            return found
    return {place: Decimal(0) for place in by_place}


def _shares(weights: Mapping[Place, Decimal]) -> dict[Place, Decimal]:
    """Each place's part of its use case, to a millionth, so that the parts add up to one."""
    cases: dict[str, list[Place]] = defaultdict(list)
    for place in weights:
        cases[place[0]].append(place)
    found: dict[Place, Decimal] = {}
    for places in cases.values():
        whole = sum((weights[place] for place in places), Decimal(0))
        if whole > 0 and all(weights[place] >= 0 for place in places):
            exact = [weights[place] / whole for place in places]
            found |= zip(places, rounded_parts(exact), strict=True)
    return found


def _money(held: Iterable[Observation]) -> Decimal:
    return sum((one.spend_usd for one in held if one.spend_usd is not None), Decimal(0))


def _tokens(held: Iterable[Observation]) -> Decimal:
    return Decimal(sum((one.input_tokens or 0) + (one.output_tokens or 0) for one in held))


def _requests(held: Iterable[Observation]) -> Decimal:
    return Decimal(sum(one.requests or 0 for one in held))


def _paid(held: Sequence[Observation], months: int) -> Decimal | None:
    """The mean of the months; a month without use counts as none, for the others were seen."""
    known = [one.spend_usd for one in held if one.spend_usd is not None]
    return sum(known, Decimal(0)) / months if known and months else None


def _paid_by_bills(
    paid: dict[Place, Decimal | None], weights: Mapping[Place, Decimal], bills: Sequence[Seen]
) -> dict[Place, Decimal | None]:
    """What bills say was paid instead, shared as the log shares it.

    A log that names no host is paid by all bills of the developer.
    """
    billed: dict[tuple[str | None, str | None], Decimal] = defaultdict(Decimal)
    for bill in bills:
        months = counting_months(bill)
        for one in bill.observations:
            if one.month in months and one.spend_usd is not None:
                billed[one.developer, one.host] += one.spend_usd / len(months)
    for (developer, host), money in list(billed.items()):
        if host is not None:
            billed[developer, None] += money
    whole: dict[tuple[str | None, str | None], Decimal] = defaultdict(Decimal)
    for place, weight in weights.items():
        whole[place[1], place[2]] += weight
    found = dict(paid)
    for place, weight in weights.items():
        key = place[1], place[2]
        if place[1] is not None and key in billed and whole[key]:
            found[place] = billed[key] * weight / whole[key]
    return found


def _backups(counted: Sequence[Observation]) -> dict[Place, tuple[str, str]]:
    """Who answers for whom: ``automatic`` where another answered, ``tested`` where two hosts do."""
    found: dict[Place, tuple[str, str]] = {}
    requests: dict[tuple[str, str | None, str], dict[str | None, Decimal]] = defaultdict(
        lambda: defaultdict(Decimal)
    )
    called: dict[Place, Decimal] = defaultdict(Decimal)
    answered: dict[tuple[str, str, str | None, str | None], Decimal] = defaultdict(Decimal)
    direct: dict[str, dict[Place, set[str]]] = defaultdict(lambda: defaultdict(set))
    for one in counted:
        if one.asked is not None:
            answered[one.use_case, one.asked, one.developer, one.host] += one.requests or 0
        else:
            place = one.use_case, one.developer, one.host, one.model
            called[place] += one.requests or 0
            direct[one.use_case][place] |= {one.model or "", plain_model(one.model_as_billed)}
        if one.model is not None:
            requests[one.use_case, one.developer, one.model][one.host] += Decimal(one.requests or 0)
    for (use_case, developer, model), at in requests.items():
        whole = sum(at.values(), Decimal(0))
        hosts = [host for host, many in at.items() if host and many >= _LEAST_PART * whole > 0]
        if len(hosts) > 1:
            for host in hosts:
                other = max((one for one in hosts if one != host), key=lambda one: (at[one], one))
                found[use_case, developer, host, model] = "tested", other
    # Of several that answered, the one that answered most is the backup.
    took_over = sorted(answered, key=lambda one: (answered[one], str(one)))
    for use_case, asked, by, where in took_over:
        others = {
            place: names
            for place, names in direct[use_case].items()
            if (place[1], place[2]) != (by, where)
        }
        for place in _asked_first(asked, others, called):
            found[place] = "automatic", (by if by != place[1] else where) or NOT_STATED
    return found


def _asked_first(
    asked: str, others: Mapping[Place, Set[str]], called: Mapping[Place, Decimal]
) -> list[Place]:
    """The places that were asked before another answered.

    Where a log does not say who comes first in a list, it is the one that is called most.
    """
    if asked != FIRST_OF_LIST:
        return [place for place, names in others.items() if asked in names]
    return sorted(others, key=lambda place: (-called[place], str(place)))[:1]
