"""Summary of a startup's observed usage: by month, use case and supplier, and at list prices.

Several files may tell of one traffic. What was paid counts once a month for each developer and
host: by the bill where one tells of it, else by the log. Requests and tokens of a developer are
those of the one source that saw most of them that month. What no file says stays None, and a month
that is not seen from its first day to its last is never scaled up.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple, TypeVar

from risk.catalog.model_history import Change, PriceMove
from risk.catalog.model_names import model_key, model_name
from risk.catalog.records import Model
from risk.inventory.usage.dependencies import Seen, Source, accounts_tell, counting_months
from risk.inventory.usage.lines import Kind
from risk.inventory.usage.observations import Observation

Number = TypeVar("Number", int, Decimal)
Item = TypeVar("Item")
Key = TypeVar("Key", bound=Hashable)
_TOKENS = ("input_tokens", "cached_tokens", "output_tokens")
#: Prices are USD for so many tokens.
_MILLION = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Sums of observations; None: no file says. ``spend_usd`` is exact.

    ``input_tokens`` hold those from a cache. ``failed`` is of ``tried``, the requests of which it
    is said whether they failed.
    """

    spend_usd: Decimal | None = None
    spend_is_estimated: bool = False
    requests: int | None = None
    tried: int | None = None
    failed: int | None = None
    input_tokens: int | None = None
    cached_tokens: int | None = None
    output_tokens: int | None = None

    @property
    def tokens(self) -> int | None:
        """Tokens in and out; None where neither is said."""
        return _sum((self.input_tokens, self.output_tokens))

    @property
    def failed_share(self) -> float | None:
        """The share of requests that failed, of those of which it is said."""
        return None if self.failed is None or not self.tried else self.failed / self.tried


@dataclass(frozen=True, kw_only=True)
class UsageRow:
    """One month of one use case at one supplier, as one source tells it.

    ``spend_counts`` and ``calls_count`` say whether its spend, and its requests and tokens, are
    part of the month's sums; else another source tells of the same. ``is_complete``: the source
    covers the month from its first day to its last.
    """

    month: date
    use_case: str
    developer: str | None
    host: str | None
    models: tuple[str, ...]
    source: str
    kind: Kind
    is_complete: bool
    spend_counts: bool
    calls_count: bool
    figures: Figures


@dataclass(frozen=True, kw_only=True)
class Part:
    """What one developer, or one host, has of a month; None as a name: not stated.

    ``spend_share`` is of the month's spend, 0 to 1; None where no spend is known. ``is_complete``:
    whatever tells of it saw the month from the first day to the last.
    """

    name: str | None
    figures: Figures
    spend_share: float | None
    is_complete: bool


@dataclass(frozen=True, kw_only=True)
class UsageMonth:
    """The sums of a month; ``partial`` are the sources that count and did not see it whole."""

    month: date
    figures: Figures
    developers: tuple[Part, ...]
    hosts: tuple[Part, ...]
    partial: tuple[str, ...]

    @property
    def is_complete(self) -> bool:
        """Whether everything that counts was seen from the first day to the last."""
        return not self.partial


@dataclass(frozen=True, kw_only=True)
class UsageSummary:
    """Rows by month, use case and supplier, and the sums of each month, in order."""

    rows: tuple[UsageRow, ...]
    months: tuple[UsageMonth, ...]


class EarlierCost(NamedTuple):
    """What the tokens cost at the list price that held before a day, in USD."""

    until: date
    usd: Decimal


@dataclass(frozen=True, kw_only=True)
class ListCost:
    """The tokens seen of one model at one host, in USD at list prices: now, and earlier ones.

    Of ``months`` all tokens count, none of other months; ``is_whole``: they were seen whole. Lists
    have one price for input here, so that tokens from a cache (``cached_tokens``, part of the
    input) cost at most what is said. ``paid_usd`` is what was observed for the same tokens.
    """

    developer: str
    host: str
    model: str
    months: tuple[date, ...]
    is_whole: bool
    input_tokens: int
    cached_tokens: int | None
    output_tokens: int
    paid_usd: Decimal | None
    usd: Decimal
    earlier: tuple[EarlierCost, ...]


class _Place(NamedTuple):
    """One source's part of one month at one supplier."""

    source: Source
    month: date
    developer: str | None
    host: str | None


def summary_of(seen: Sequence[Seen], *, same_traffic: bool = True) -> UsageSummary:
    """The rows and months of everything that several sources show of one startup.

    ``same_traffic``: sources that tell of one developer tell of the same; else all of them count.
    """
    by_place: dict[_Place, list[Observation]] = defaultdict(list)
    by_source = {one.source: one for one in seen}
    for one in seen:
        for each in one.observations:
            by_place[_Place(one.source, each.month, each.developer, each.host)].append(each)
    paid, called = set(by_place), set(by_place)
    if same_traffic:
        paid, called = _paid_places(by_place, by_source), _called_places(by_place)
    rows = [
        UsageRow(
            month=place.month,
            use_case=use_case,
            developer=place.developer,
            host=place.host,
            models=tuple(sorted({name for each in part if (name := _model_of(each))})),
            source=by_source[place.source].shown,
            kind=place.source.kind,
            is_complete=by_source[place.source].is_complete(place.month),
            spend_counts=place in paid,
            calls_count=place in called,
            figures=_figures(part),
        )
        for place, held in by_place.items()
        for use_case, part in _grouped(held, lambda each: each.use_case).items()
    ]
    rows.sort(key=_order)
    by_month = _grouped(rows, lambda row: row.month)
    return UsageSummary(
        rows=tuple(rows),
        months=tuple(_month(month, by_month[month]) for month in sorted(by_month)),
    )


def list_costs(
    seen: Sequence[Seen],
    *,
    models: Mapping[str, Model],
    moves: Iterable[PriceMove],
    same_traffic: bool = True,
) -> tuple[ListCost, ...]:
    """What the observed tokens cost at list prices, the dearest first.

    Nothing is said of a model without tokens, in or out, or of a host without a list price.
    ``models`` are those of the catalogue by name, ``moves`` how their prices moved; for
    ``same_traffic`` see :func:`summary_of`.
    """
    by_place: dict[_Place, list[Observation]] = defaultdict(list)
    by_source = {one.source: one for one in seen}
    for one in seen:
        counting = set(counting_months(one))
        for each in one.observations:
            if each.month in counting:
                by_place[_Place(one.source, each.month, each.developer, each.host)].append(each)
    called = _called_places(by_place) if same_traffic else set(by_place)
    moved = _grouped(moves, lambda move: move.key)
    tokens: dict[tuple[str, str, str], list[tuple[Source, Observation]]] = defaultdict(list)
    for place in by_place.keys() & called:
        for each in by_place[place]:
            model = models.get(model_name(model_key(each.model or "")))
            if model is not None and model.developer == each.developer and each.host is not None:
                tokens[model.developer, model.name, each.host].append((place.source, each))
    found = []
    for key, held in tokens.items():
        months = tuple(sorted({each.month for _, each in held}))
        is_whole = all(by_source[source].is_complete(each.month) for source, each in held)
        cost = _list_cost(key, [each for _, each in held], models[key[1]], moved.get(key, ()))
        if cost is not None:
            found.append(replace(cost, months=months, is_whole=is_whole))
    return tuple(sorted(found, key=lambda one: (-one.usd, one.model, one.host)))


def _list_cost(
    key: tuple[str, str, str],
    held: Sequence[Observation],
    model: Model,
    moves: Sequence[PriceMove],
) -> ListCost | None:
    developer, name, host = key
    said = [one for one in held if None not in (one.input_tokens, one.output_tokens)]
    offer = next((one for one in model.offers if one.host == host), None)
    if offer is None or offer.input_usd_per_million_tokens is None or not said:
        return None
    figures = _figures(said)
    tokens_in, tokens_out = figures.input_tokens or 0, figures.output_tokens or 0
    if not tokens_in + tokens_out:
        return None
    if tokens_out and offer.output_usd_per_million_tokens is None:
        return None

    def cost(prices: tuple[float, float]) -> Decimal:
        spent = tokens_in * Decimal(str(prices[0])) + tokens_out * Decimal(str(prices[1]))
        return spent / _MILLION

    now = offer.input_usd_per_million_tokens, offer.output_usd_per_million_tokens or 0.0
    return ListCost(
        developer=developer,
        host=host,
        model=name,
        months=(),
        is_whole=False,
        input_tokens=tokens_in,
        cached_tokens=figures.cached_tokens,
        output_tokens=tokens_out,
        paid_usd=figures.spend_usd,
        usd=cost(now),
        earlier=tuple(
            EarlierCost(day, cost(prices)) for day, prices in _earlier_prices(now, moves)
        ),
    )


def _earlier_prices(
    now: tuple[float, float], moves: Sequence[PriceMove]
) -> list[tuple[date, tuple[float, float]]]:
    """Prices of input and output before each move, the newest first.

    A slip of the catalogue that was repaired was never a price, and before a name moved to another
    model its price was another's.
    """
    found, (price_in, price_out) = [], now
    for move in sorted(moves, key=lambda one: one.day, reverse=True):
        if move.what is Change.REPLACEMENT:
            break
        if move.what is Change.PRICE:
            price_in = price_in if move.input_usd is None else move.input_usd[0]
            price_out = price_out if move.output_usd is None else move.output_usd[0]
            found.append((move.day, (price_in, price_out)))
    return found


def _paid_places(
    by_place: Mapping[_Place, Sequence[Observation]], by_source: Mapping[Source, Seen]
) -> set[_Place]:
    """The places whose spend counts: each cent once.

    A bill goes before a log, unless it shows only some days of a month that the log saw whole, and
    less money on them.
    """
    spend = {
        place: (money,)
        for place, held in by_place.items()
        if (money := _figures(held).spend_usd) is not None
    }
    # Two bills of one issuer are one bill in two forms, two logs tell of one traffic.
    tell = accounts_tell(by_source)
    bills = _of_most(
        {place: size for place, size in spend.items() if place.source.kind is Kind.BILL},
        lambda place: (
            *(place.month, _whose(place), frozenset(_issuers(by_place[place]))),
            place.source.account if tell else "",
        ),
    )
    logs = _of_most(
        {place: size for place, size in spend.items() if place.source.kind is Kind.LOG},
        lambda place: (place.month, _whose(place)),
    )

    def is_whole(place: _Place) -> bool:
        return by_source[place.source].is_complete(place.month)

    def is_told(log: _Place) -> bool:
        same = [bill for bill in bills if _may_be_one(bill, log)]
        if is_whole(log) and not any(map(is_whole, same)):
            return bool(same) and sum(spend[bill][0] for bill in same) >= spend[log][0]
        return bool(same)

    untold = [log for log in logs if not is_told(log)]
    outdone = {bill for bill in bills for log in untold if _may_be_one(bill, log)}
    return {*untold, *bills} - outdone


def _may_be_one(bill: _Place, log: _Place) -> bool:
    """Whether a bill and a log may tell of the same: a host that is not named may be any."""
    same = bill.month == log.month and bill.developer == log.developer
    return same and (bill.host == log.host or None in (bill.host, log.host))


def _called_places(by_place: Mapping[_Place, Sequence[Observation]]) -> set[_Place]:
    """The places whose requests and tokens count: of each developer one source a month."""
    sizes = {}
    for place, held in by_place.items():
        figures = _figures(held)
        if (figures.requests, figures.tokens) != (None, None):
            sizes[place] = (figures.requests or 0, figures.tokens or 0)
    return set(_of_most(sizes, lambda place: (place.month, _whose(place))))


def _of_most(
    sizes: Mapping[_Place, tuple[Number, ...]], group_of: Callable[[_Place], Hashable]
) -> list[_Place]:
    """Of each group the places of the one source that shows most in it."""
    totals: dict[tuple[Hashable, Source], list[tuple[Number, ...]]] = defaultdict(list)
    for place, size in sizes.items():
        totals[group_of(place), place.source].append(size)
    best: dict[Hashable, tuple[tuple[Number, ...], str, Source]] = {}
    for (group, source), found in totals.items():
        told = tuple(sum(part) for part in zip(*found, strict=True)), source.family, source
        if group not in best or told[:2] > best[group][:2]:
            best[group] = told
    return [place for place in sizes if best[group_of(place)][2] == place.source]


def _whose(place: _Place) -> tuple[str | None, str | None]:
    """The developer; where none is stated, the host."""
    return place.developer, place.host if place.developer is None else None


def _issuers(held: Iterable[Observation]) -> set[str]:
    return {one.issuer for one in held if one.issuer is not None}


def _model_of(one: Observation) -> str | None:
    """The model under one spelling, as the catalogue writes it."""
    return model_name(model_key(one.model)) if one.model else None


def _month(month: date, rows: Sequence[UsageRow]) -> UsageMonth:
    whole = _counted(rows)
    return UsageMonth(
        month=month,
        figures=whole,
        developers=_parts(rows, lambda row: row.developer, whole),
        hosts=_parts(rows, lambda row: row.host, whole),
        partial=_partial(rows),
    )


def _partial(rows: Iterable[UsageRow]) -> tuple[str, ...]:
    """The sources that count and did not see the month whole."""
    counting = (row for row in rows if row.spend_counts or row.calls_count)
    return tuple(sorted({row.source for row in counting if not row.is_complete}))


def _parts(
    rows: Sequence[UsageRow], name_of: Callable[[UsageRow], str | None], whole: Figures
) -> tuple[Part, ...]:
    """What each name has of a month, who costs most first."""
    found = []
    for name, held in _grouped(rows, name_of).items():
        figures = _counted(held)
        if figures == Figures():
            continue
        share = None
        if figures.spend_usd is not None and whole.spend_usd:
            share = float(figures.spend_usd / whole.spend_usd)
        is_complete = not _partial(held)
        found.append(Part(name=name, figures=figures, spend_share=share, is_complete=is_complete))
    found.sort(
        key=lambda part: (
            -(part.figures.spend_usd or 0),
            -(part.figures.tokens or 0),
            part.name or "",
        )
    )
    return tuple(found)


def _counted(rows: Iterable[UsageRow]) -> Figures:
    """The sums of rows: spend of those whose spend counts, the rest of those whose calls do."""
    held = list(rows)
    paid = [row.figures for row in held if row.spend_counts]
    called = [row.figures for row in held if row.calls_count]
    calls = {
        name: _sum(getattr(one, name) for one in called)
        for name in ("requests", "tried", "failed", *_TOKENS)
    }
    return Figures(
        spend_usd=_sum(one.spend_usd for one in paid),
        spend_is_estimated=any(one.spend_is_estimated for one in paid),
        **calls,
    )


def _figures(held: Sequence[Observation]) -> Figures:
    told = [one for one in held if one.failed is not None and one.requests is not None]
    return Figures(
        spend_usd=_sum(one.spend_usd for one in held),
        spend_is_estimated=any(one.spend_is_estimated for one in held if one.spend_usd is not None),
        requests=_sum(one.requests for one in held),
        tried=_sum(one.requests for one in told),
        failed=_sum(one.failed for one in told),
        **{name: _sum(getattr(one, name) for one in held) for name in _TOKENS},
    )


def _sum(values: Iterable[Number | None]) -> Number | None:
    """The sum of what is said; None where nothing is."""
    said = [value for value in values if value is not None]
    return sum(said[1:], said[0]) if said else None


def _order(row: UsageRow) -> tuple[object, ...]:
    spend = row.figures.spend_usd or 0
    names = row.developer or "", row.host or "", row.source
    return -row.month.toordinal(), row.use_case, -spend, *names


def _grouped(items: Iterable[Item], key_of: Callable[[Item], Key]) -> dict[Key, list[Item]]:
    found: dict[Key, list[Item]] = defaultdict(list)
    for one in items:
        found[key_of(one)].append(one)
    return dict(found)
