"""The oversight of providers in plain loops over the rows of small registers, one entity at a time.

Sets and sentences of the rules instead of columns; the engine of columns is held against it.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from risk.dora.schema import LISTS
from tests.dora.registers import NO, YES, Small, lei

NON_FINANCIAL = ("eba_CT:x317", "eba_CT:x318")
FINANCIAL = [code for code in LISTS["ENTITY"] if code not in NON_FINANCIAL]


@dataclass
class Entity:
    """What is known of one entity, and what its rows say of each provider."""

    category: str = ""
    assets: float | None = None
    #: provider → indicator → the answers of its rows: "yes", "no", "maybe".
    said: dict[str, dict[str, set[str]]] = field(default_factory=dict)

    def is_sure(self, provider: str, indicator: str) -> bool:
        return "yes" in self.said.get(provider, {}).get(indicator, ())

    def is_possible(self, provider: str, indicator: str) -> bool:
        said = self.said.get(provider, {}).get(indicator, set())
        return bool(said & {"yes", "maybe"})


def speaks_before(register: Small, who: str) -> tuple[bool, str, bool, bool, str]:
    """How strongly a register speaks for an entity; the highest does."""
    has_use = any(one.entity == who for one in register.uses)
    own = register.filer == who
    return has_use, register.day, own, register.scope == "IND", register.name


def entities_of(registers: Sequence[Small], *, by_group: bool) -> dict[str, Entity]:
    """Every entity by name, with what the register that speaks for it says."""
    group = groups_of(registers) if by_group else {}
    names = {who for one in registers for who, _, _ in one.entities}
    names |= {use.entity for one in registers for use in one.uses}
    found = {}
    for who in names:
        about = [
            one
            for one in registers
            if any(who == name for name, _, _ in one.entities)
            or any(who == use.entity for use in one.uses)
        ]
        about.sort(key=lambda one: speaks_before(one, who), reverse=True)
        entity = Entity()
        for one in about:
            for name, category, assets in one.entities:
                if name == who:
                    entity.category = entity.category or category
                    if entity.assets is None and assets:
                        entity.assets = float(assets)
        for use in about[0].uses:
            if use.entity == who and use.end >= about[0].day:
                note(entity, about[0], use, group)
        found[who] = entity
    return found


def note(entity: Entity, register: Small, use, group: dict[str, str]) -> None:
    """Take down what one row of use says."""
    same = [one for one in register.uses if (one.purpose, one.entity) == (use.purpose, use.entity)]
    answers = {one.critical for one in same}
    critical = "yes" if YES in answers else "no" if NO in answers else "maybe"
    direct = group.get(use.provider, use.provider)
    say(entity, direct, direct="yes", critical_direct=critical, critical=critical)
    hard, lacking = assessed(register, use)
    both = {"yes": lambda other: other, "maybe": lambda other: "no" if other == "no" else "maybe"}
    with_critical = both.get(critical, lambda other: "no")
    say(entity, direct, hard_to_migrate=with_critical(hard), no_alternative=with_critical(lacking))
    for contract, service, firm, rank in register.chain:
        behind = group.get(firm, firm)
        is_behind = (contract, service) == (use.reference, use.service) and rank != "1"
        if is_behind and behind != direct:
            say(entity, behind, chain="yes", critical_chain=critical, critical=critical)


def say(entity: Entity, provider: str, **answers: str) -> None:
    for indicator, answer in answers.items():
        entity.said.setdefault(provider, {}).setdefault(indicator, set()).add(answer)


def assessed(register: Small, use) -> tuple[str, str]:
    """Whether a service is hard to migrate, and whether no alternative is there."""
    order = ["eba_ZZ:x962", "eba_ZZ:x961", "eba_ZZ:x960", "eba_ZZ:x959"]
    reasons = ["eba_ZZ:x964", "eba_ZZ:x963", "eba_ZZ:x965"]
    rows = [
        one
        for one in register.uses
        if (one.reference, one.provider, one.service) == (use.reference, use.provider, use.service)
    ]
    graded = [order.index(one.substitutability) for one in rows if one.substitutability]
    why = [reasons.index(one.reason) for one in rows if one.reason and one.substitutability]
    if not graded:
        return "maybe", "maybe"
    worst = max(graded)
    if worst < 2:
        return "no", "no"
    if why:
        return "yes", "yes" if max(why) >= 1 else "no"
    return "yes", "yes" if worst == 3 else "maybe"


def groups_of(registers: Sequence[Small]) -> dict[str, str]:
    """The ultimate parent of each provider: what most filers say, followed to the top."""
    votes: dict[str, set[tuple[str, str]]] = {}
    for one in registers:
        named = {use.provider for use in one.uses} | {firm for _, _, firm, _ in one.chain}
        for firm in named | set(one.parents) | set(one.parents.values()):
            votes.setdefault(firm, set()).add((one.filer, one.parents.get(firm, firm)))
    parent = {}
    for firm, said in votes.items():
        counted = Counter(value for _, value in said)
        parent[firm] = min(counted, key=lambda value: (-counted[value], lei(value)))
    top = {}
    for firm in parent:
        seen = [firm]
        while parent.get(seen[-1], seen[-1]) not in seen:
            seen.append(parent[seen[-1]])
        last = parent.get(seen[-1], seen[-1])
        top[firm] = min(seen[seen.index(last) :], key=lei)
    return top


@dataclass(frozen=True)
class Shares:
    """Lowest and highest share of entities, and of assets, over every way to fill in unknowns."""

    entities: tuple[float, float]
    assets: tuple[float, float]


#: Stand-ins for assets that nobody states: next to nothing, and nearly all.
NEXT_TO_NOTHING, NEARLY_ALL = 1e-9, 1e18


def shares(entities: Iterable[Entity], provider: str, indicator: str, category: str) -> Shares:
    """Bounds of one cell by trying the worlds that push a share down and up."""
    known = list(entities)
    down = [(one, one.is_sure(provider, indicator)) for one in known]
    up = [(one, one.is_possible(provider, indicator)) for one in known]
    return Shares(
        entities=(
            _share([(1.0, hit) for one, hit in down if _in(one, category, joins=not hit)]),
            _share([(1.0, hit) for one, hit in up if _in(one, category, joins=hit)]),
        ),
        assets=(
            _share(
                [
                    (_assets(one, NEXT_TO_NOTHING if hit else NEARLY_ALL), hit)
                    for one, hit in down
                    if _in(one, category, joins=not hit)
                ]
            ),
            _share(
                [
                    (_assets(one, NEARLY_ALL if hit else NEXT_TO_NOTHING), hit)
                    for one, hit in up
                    if _in(one, category, joins=hit)
                ]
            ),
        ),
    )


def _in(entity: Entity, category: str, *, joins: bool) -> bool:
    return entity.category == category or (not entity.category and joins)


def _assets(entity: Entity, otherwise: float) -> float:
    return otherwise if entity.assets is None else entity.assets


def _share(weights: list[tuple[float, bool]]) -> float:
    total = sum(weight for weight, _ in weights)
    return sum(weight for weight, hit in weights if hit) / total if total else 0.0
