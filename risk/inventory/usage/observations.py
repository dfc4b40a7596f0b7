"""Observations: what a startup called and paid, by period, use case and supplier, and questions.

What a file does not say is asked, and until it is answered the suggestion is assumed. Money is in
USD to a millionth, rounded so that the parts add up to the whole.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_FLOOR, Decimal, localcontext

from risk.inventory.refusals import Context, FileRefused
from risk.inventory.usage.adding import COUNTS, GroupKey, Sums, UsageSums
from risk.inventory.usage.lines import Supplier
from risk.inventory.usage.values import EXACT, MOST, rank_of
from risk.money.rates import rate_on

USAGE_STARTUP, USE_CASE_COLUMN, KEY_ALIAS_PERSON = (
    "usage_startup",
    "use_case_column",
    "key_alias_person",
)
NOT_STATED = "not stated"
#: The name of a use case where the file names none.
NO_USE_CASE = "all usage"
_MICRO = Decimal("0.000001")
_OWN_SERVICE = "the developer's own service"
_PERSON = re.compile(
    r"(?:^|[_\-. ])[a-z]{2,}[._][a-z]{2,}(?:[_\-. ]|$)|[a-z]+@[a-z]|^claude_code_key_", re.I
)
#: What the kinds of names are called in the question, the likeliest to be the use case first.
_SAID_KINDS = {
    "project": "project",
    "team": "team",
    "workspace": "workspace",
    "tag": "tag",
    "app": "app",
    "trace": "trace",
    "name": "name of the observation",
    "service": "service",
    "prompt": "prompt",
    "product": "product",
    "key_alias": "name of the key",
    "inference_profile": "inference profile",
    "resource": "resource",
    "resource_group": "resource group",
    "sub_account": "sub-account",
}
_PREFERENCE = tuple(_SAID_KINDS)


@dataclass(frozen=True, kw_only=True)
class Observation:
    """One period (mostly a day) of one use case at one supplier. None: the file does not say.

    ``use_case_from`` is the kind of name that the use case is. ``asked`` is the model that was
    asked where this supplier's answered in its place. ``input_tokens`` holds those from a cache.
    """

    first_day: date
    last_day: date
    use_case: str
    use_case_from: str
    developer: str | None
    host: str | None
    cloud: str | None
    issuer: str | None
    gateway: str | None
    model: str | None
    model_as_billed: str
    asked: str | None = None
    spend_usd: Decimal | None = None
    spend_is_estimated: bool = False
    requests: int | None = None
    failed: int | None = None
    from_cache: int | None = None
    fallbacks: int | None = None
    input_tokens: int | None = None
    cached_tokens: int | None = None
    cache_write_tokens: int | None = None
    output_tokens: int | None = None

    @property
    def month(self) -> date:
        """The first day of the month that the period begins in."""
        return self.first_day.replace(day=1)


def observations_of(sums: UsageSums, context: Context) -> tuple[Observation, ...]:
    """What the file says, with the reader's answers.

    Raises:
        FileRefused: ``no_llm_usage``.
    """
    groups = dict(sums.groups)
    if not groups and not sums.asked:
        raise FileRefused(
            "no_llm_usage",
            "The file names no language model. If it should, export it with the columns of models"
            " or meters.",
        )
    groups = _with_what_may_be_one(groups, sums, context)
    groups = _by_the_right_money(groups, context)
    named = _named(groups, context)
    settled = _settled(named, frozenset(sums.asked), context)
    _ask_about_pages(sums, context)
    return _rounded(settled, sums, context)


def _with_what_may_be_one(
    groups: dict[GroupKey, Sums], sums: UsageSums, context: Context
) -> dict[GroupKey, Sums]:
    """The groups, and those that may be language models if the reader says they are."""
    if not sums.asked:
        return groups
    money = _shown_money(sums.asked.values())
    names = sorted({key.supplier.as_billed for key in sums.asked})
    answer = context.questions.ask(
        "is_it_llm",
        f"{_listed(names)} ({money}) may be use of language models; the file does not say. Count"
        " it, with the developer not stated?",
        ("yes", "no"),
        names[:5],
    )
    return {**groups, **sums.asked} if answer == "yes" else groups


def _by_the_right_money(groups: dict[GroupKey, Sums], context: Context) -> dict[GroupKey, Sums]:
    """The groups with the money that was billed where the cost that should count is 0."""
    concerned = [one for one in groups.values() if one.billed_instead]
    if not concerned:
        return groups
    answer = context.questions.ask(
        "money_column",
        "EffectiveCost is 0 on lines whose BilledCost is not. Which of the two is what was paid?",
        ("EffectiveCost", "BilledCost"),
    )
    if answer == "EffectiveCost":
        return groups
    with localcontext(EXACT):
        return {
            key: replace(one, money=(one.money or Decimal(0)) + (one.billed_instead or Decimal(0)))
            for key, one in groups.items()
        }


def _named(
    groups: Mapping[GroupKey, Sums], context: Context
) -> list[tuple[GroupKey, str, str, Sums]]:
    """The groups with their use case and the kind of name that it is."""
    filled: Counter[str] = Counter()
    examples: dict[str, str] = {}
    for key, sums in groups.items():
        for kind, text in key.places:
            filled[kind] += sums.lines
            examples.setdefault(kind, text)
    kinds = sorted(
        filled,
        key=lambda kind: (
            _PREFERENCE.index(kind.split(":")[0]),
            -filled[kind],
            rank_of(kind),
            kind,
        ),
    )
    chosen = kinds[0] if kinds else None
    if len(kinds) > 1:
        chosen = context.questions.ask(
            USE_CASE_COLUMN,
            "Several names may say what the models are used for. Which one is the use case?",
            (*kinds, "none"),
            [f"{said_kind(kind)}: {examples[kind]}" for kind in kinds],
        )
    names = {text for key in groups for kind, text in key.places if kind == chosen}
    people = sorted(name for name in names if chosen == "key_alias" and _PERSON.search(name))
    if people:
        answer = context.questions.ask(
            KEY_ALIAS_PERSON,
            f"Names of keys look like names of people, {_listed(people[:3])}. Leave them out?",
            ("yes", "no"),
        )
        if answer == "yes":
            names -= set(people)
    found = []
    for key, sums in groups.items():
        name = next((text for kind, text in key.places if kind == chosen and text in names), None)
        kind_of = chosen if name is not None and chosen is not None else ""
        found.append((key, name or NO_USE_CASE, kind_of, sums))
    return found


def said_kind(kind: str) -> str:
    """What a kind of name is called: the team, a tag."""
    return f"tag {kind[4:]}" if kind.startswith("tag:") else _SAID_KINDS.get(kind, kind)


def _settled(
    named: list[tuple[GroupKey, str, str, Sums]], already_asked: Set[GroupKey], context: Context
) -> list[tuple[GroupKey, str, str, Sums]]:
    """The groups with what the reader says of developers and hosts that the file does not name."""
    developer_for = _asked_developer(
        [(key, sums) for key, _, _, sums in named], already_asked, context
    )
    known = [
        (key._replace(supplier=developer_for(key.supplier)), name, kind, sums)
        for key, name, kind, sums in named
    ]
    host_for = _asked_host([(key, sums) for key, _, _, sums in known], context)
    return [
        (key._replace(supplier=host_for(key.supplier)), name, kind, sums)
        for key, name, kind, sums in known
    ]


_LIKELY_DEVELOPERS = (
    "OpenAI",
    "Anthropic",
    "Google",
    "Mistral AI",
    "Meta",
    "Amazon",
    "Microsoft",
    "DeepSeek",
    "Cohere",
    "xAI",
    "Alibaba",
    "Moonshot AI",
)


def _asked_developer(
    groups: list[tuple[GroupKey, Sums]], already_asked: Set[GroupKey], context: Context
) -> Callable[[Supplier], Supplier]:
    unknown = [
        (key, sums)
        for key, sums in groups
        if key.supplier.developer is None and key not in already_asked
    ]
    if not unknown:
        return lambda supplier: supplier
    names = sorted({key.supplier.as_billed for key, _ in unknown if key.supplier.as_billed})
    whose = f"Of {_listed(names)}" if names else "Of requests without a model"
    answer = context.questions.ask(
        "developer_unknown",
        f"{whose} ({_shown_money(sums for _, sums in unknown)}) the file does not say whose model"
        " it is. Whose is it?",
        (NOT_STATED, *_LIKELY_DEVELOPERS),
        names[:5],
    )
    said = None if answer == NOT_STATED else answer

    def settle(supplier: Supplier) -> Supplier:
        return replace(supplier, developer=said) if supplier.developer is None else supplier

    return settle


def _asked_host(
    groups: list[tuple[GroupKey, Sums]], context: Context
) -> Callable[[Supplier], Supplier]:
    claude = [key for key, _ in groups if key.supplier.asks_hosting]
    hosting = None
    if claude:
        hosting = context.questions.ask(
            "claude_hosting",
            "Claude in Microsoft Foundry is run by Anthropic, on Azure or on other hosts. Whose"
            " outage would stop it?",
            ("Anthropic", "Microsoft Azure", NOT_STATED),
        )
    silent = [
        (key, sums)
        for key, sums in groups
        if key.supplier.host is None and not key.supplier.asks_hosting and key.supplier.developer
    ]
    said = NOT_STATED
    if silent:
        names = sorted({key.supplier.developer or "" for key, _ in silent})
        said = context.questions.ask(
            "host_unknown",
            f"The file does not say who runs the models of {_listed(names)}"
            f" ({_shown_money(sums for _, sums in silent)}). Who does?",
            (
                NOT_STATED,
                _OWN_SERVICE,
                "Amazon Web Services",
                "Microsoft Azure",
                "Google Cloud",
                "OpenRouter",
            ),
            sorted({key.supplier.as_billed for key, _ in silent})[:5],
        )

    def settle(supplier: Supplier) -> Supplier:
        if supplier.host is not None:
            return supplier
        if supplier.asks_hosting:
            return replace(supplier, host=None if hosting == NOT_STATED else hosting)
        if said == NOT_STATED or supplier.developer is None:
            return supplier
        return replace(supplier, host=supplier.developer if said == _OWN_SERVICE else said)

    return settle


def _ask_about_pages(sums: UsageSums, context: Context) -> None:
    if sums.has_more:
        answer = context.questions.ask(
            "more_pages",
            "The report says that it has more pages than this one. Import this page alone?",
            ("yes", "no"),
        )
        if answer == "no":
            raise FileRefused(
                "more_pages", "Nothing was read: put the pages of the report together first."
            )


def _rounded(
    settled: list[tuple[GroupKey, str, str, Sums]], sums: UsageSums, context: Context
) -> tuple[Observation, ...]:
    """The observations, groups of one meaning put together, in USD to a millionth."""
    together: dict[tuple[object, ...], tuple[GroupKey, str, str, Sums]] = {}
    for key, name, kind, one in settled:
        supplier = key.supplier
        same = (
            *(key.first_day, key.last_day, key.currency, key.asked, name, kind),
            *(supplier.developer, supplier.host, supplier.cloud, supplier.issuer),
            *(supplier.gateway, _model(supplier)),
        )
        before = together.get(same)
        with localcontext(EXACT):
            merged = one if before is None else before[3].merged(one)
        if before is not None:
            key = min(key, before[0], key=lambda each: each.supplier.as_billed)
        together[same] = (key, name, kind, merged)
    # In an order of its own, so that rounding does not depend on that of the rows.
    kept = [together[same] for same in sorted(together, key=lambda same: [str(t) for t in same])]
    dollars = _in_dollars(kept, context)
    if any(one is not None and abs(one) > MOST for one in dollars):
        raise FileRefused(
            "implausible_total",
            f"The file says that more than ${MOST:,} was paid for one model on one day. Its amounts"
            " may be of another unit: export it again.",
        )
    parts = rounded_parts([one for one in dollars if one is not None])
    places = iter(parts)
    found = []
    for (key, name, kind, one), money in zip(kept, dollars, strict=True):
        supplier = key.supplier
        found.append(
            Observation(
                first_day=key.first_day,
                last_day=key.last_day,
                use_case=_printable(name) or NO_USE_CASE,
                use_case_from=kind,
                developer=supplier.developer,
                host=supplier.host,
                cloud=supplier.cloud,
                issuer=supplier.issuer,
                gateway=supplier.gateway,
                model=_model(supplier),
                model_as_billed=_printable(supplier.as_billed)[:200],
                asked=None if key.asked is None else _printable(key.asked),
                spend_usd=None if money is None else next(places),
                spend_is_estimated=sums.format.estimated,
                **{count: getattr(one, count) for count in COUNTS},
            )
        )
    return tuple(sorted(found, key=_order))


def _order(one: Observation) -> tuple[object, ...]:
    texts = (one.use_case, one.developer, one.host, one.model, one.model_as_billed, one.asked)
    return (one.first_day, one.last_day, *(text or "" for text in texts))


def _model(supplier: Supplier) -> str | None:
    return _printable(supplier.model or "") or None


def _printable(text: str) -> str:
    """A name without characters that nobody sees, which no database keeps."""
    if text.isprintable():
        return text
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def _in_dollars(
    kept: list[tuple[GroupKey, str, str, Sums]], context: Context
) -> list[Decimal | None]:
    """The money of each group in USD, by the reference rate of its last day."""
    found: list[Decimal | None] = []
    unknown: set[str] = set()
    with localcontext(EXACT):
        for key, _, _, one in kept:
            if one.money is None or key.currency == "USD":
                found.append(one.money)
                continue
            rate = rate_on(key.currency, key.last_day)
            if rate is None:
                unknown.add(key.currency)
            # A call costs less than a cent: nothing is rounded before the end.
            found.append(None if rate is None else one.money * rate.usd_per_euro / rate.per_euro)
    if unknown:
        context.findings.warn(
            "currency_unknown",
            0,
            f"Amounts in {_listed(sorted(unknown))} have no rate to the dollar; their spend is"
            " unknown.",
        )
    return found


def rounded_parts(exact: list[Decimal]) -> list[Decimal]:
    """Amounts rounded to a millionth by the largest remainder, so that their sum is the sum's."""
    with localcontext(EXACT):
        whole = sum(exact, Decimal(0)).quantize(_MICRO)
        down = [one.quantize(_MICRO, rounding=ROUND_FLOOR) for one in exact]
        short = int((whole - sum(down, Decimal(0))) / _MICRO)
        largest = sorted(range(len(exact)), key=lambda i: (down[i] - exact[i], i))[:short]
        for place in largest:
            down[place] += _MICRO
    return down


def _shown_money(sums: Iterable[Sums]) -> str:
    with localcontext(EXACT):
        known = [one.money for one in sums if one.money is not None]
        return f"${sum(known, Decimal(0)):,.2f}" if known else "no money"


def _listed(names: Sequence[str]) -> str:
    shown = [f"“{name[:60]}”" for name in names[:3]]
    rest = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(shown) + rest
