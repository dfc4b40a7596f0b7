"""Providers under oversight as columns: who uses them, step 1, markets, and what one would hit."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from risk.dora.oversight import ALL, FINANCIAL, NO_CATEGORY, Bounds, Indicator, Oversight
from risk.dora.schema import LISTS
from risk.dora.stacked import CATEGORIES, SERVICES
from risk.dora.step_one import ASKED, BOTH, Criterion, Verdict
from risk.dora.stopping import Stopped
from ui import wording
from ui.tables.column import Column, Record, Unit, chosen, texts, values

if TYPE_CHECKING:
    from db.services.oversight import OversightAnswer
    from risk.dora.stack_files import LeftOut
    from risk.dora.stacked import Stacked

_SERVICE_PLACES = len(SERVICES)


def category_name(place: int) -> str:
    """What a category is called; -1 and the places behind the list too."""
    if place == ALL:
        return "All financial entities"
    if place < 0 or place >= NO_CATEGORY:
        return "No category stated"
    return LISTS["ENTITY"][CATEGORIES[place]]


def service_name(place: int) -> str:
    """What a type of service is called, with its number."""
    if place == _SERVICE_PLACES:
        return "No type stated"
    if place > _SERVICE_PLACES:
        return "All services"
    code = SERVICES[place]
    return f"{code.rpartition(':')[2]} {LISTS['SERVICE'][code]}"


# --- Providers ------------------------------------------------------------------------------------

_COUNTED = {
    "used": Indicator.ANY,
    "used_directly": Indicator.DIRECT,
    "used_through_chain": Indicator.CHAIN,
    "critical": Indicator.CRITICAL,
    "critical_directly": Indicator.CRITICAL_DIRECT,
    "critical_through_chain": Indicator.CRITICAL_CHAIN,
    "no_alternative": Indicator.NO_ALTERNATIVE,
    "hard_to_migrate": Indicator.HARD_TO_MIGRATE,
    "material_reliance": Indicator.RELIANCE,
    "sensitive_data": Indicator.SENSITIVE,
    "high_impact": Indicator.IMPACT,
}


def cells_in_order(oversight: Oversight, category: int | None = ALL) -> list[int]:
    """Cells of a category, or of every one (None): most surely critical entities first.

    Providers of their own group alone stand last.
    """
    reach = oversight.reach[Indicator.CRITICAL]
    cells = np.arange(len(oversight.provider))
    if category is not None:
        cells = np.flatnonzero(oversight.category == category)
    order = np.lexsort(
        (
            oversight.provider[cells],
            oversight.category[cells],
            -oversight.reach[Indicator.ANY].sure[cells],
            -reach.assets_sure[cells],
            -oversight.reach[Indicator.CRITICAL_DIRECT].sure[cells],
            -reach.possible[cells],
            -reach.sure[cells],
            oversight.inside[oversight.provider[cells]],
        )
    )
    return [int(one) for one in cells[order]]


def provider_rows(
    answer: "OversightAnswer", cells: Sequence[int], *, most: int | None = None
) -> list[Record]:
    """What is known of the provider and category of each cell, in that order."""
    oversight = answer.oversight
    stack = oversight.stack
    entities = {name: oversight.entities(one) for name, one in _SHARED.items()}
    assets = {name: oversight.assets(one) for name, one in _SHARED.items()}
    found: list[Record] = []
    for cell in cells[:most]:
        place = int(oversight.provider[cell])
        row: dict[str, object] = {
            "provider": str(stack.providers.name[place]),
            "code": str(stack.providers.code[place]),
            "country": str(stack.providers.country[place]).rpartition(":")[2] or None,
            "category": category_name(int(oversight.category[cell])),
            "inside_group": bool(oversight.inside[place]),
            "single_points": int(answer.points.sure[place]),
            "single_points_possible": int(answer.points.possible[place]),
            "place": place,
        }
        for name, indicator in _COUNTED.items():
            reach = oversight.reach[indicator]
            row[name] = int(reach.sure[cell])
            if indicator not in (Indicator.ANY, Indicator.DIRECT, Indicator.CHAIN):
                row[f"{name}_possible"] = int(reach.possible[cell])
        for name in _SHARED:
            row |= _bounded(f"{name}_share", entities[name], cell)
            row |= _bounded(f"{name}_assets_share", assets[name], cell)
        reach = oversight.reach[Indicator.CRITICAL]
        row["critical_assets_eur"] = float(reach.assets_sure[cell])
        row["critical_assets_possible_eur"] = float(reach.assets_possible[cell])
        row["critical_without_assets"] = int(reach.blank_possible[cell])
        found.append(row)
    return found


#: Of which shares are told.
_SHARED = {"critical": Indicator.CRITICAL, "critical_direct": Indicator.CRITICAL_DIRECT}


def _bounded(name: str, bounds: Bounds, cell: int) -> Record:
    stated = float(bounds.stated[cell])
    return {
        f"{name}_low": float(bounds.low[cell]),
        f"{name}_high": float(bounds.high[cell]),
        f"{name}_stated": None if np.isnan(stated) else stated,
    }


def _shares(name: str, label: str, whole: str) -> tuple[Column, ...]:
    ends = (
        ("low", "at least", f"Of {whole}, as far as the registers say surely."),
        ("high", "at most", f"Of {whole}, if all that nobody states counted."),
        ("stated", "of what is stated", f"Of {whole}, among those who state it."),
    )
    return tuple(
        Column(key=f"{name}_{end}", label=f"{label}, {words}", unit=Unit.SHARE, help=meaning)
        for end, words, meaning in ends
    )


def _from_to(low: str, high: str) -> str:
    return low if low == high else f"{low}–{high}"


def _sure_to_possible(name: str) -> "Column":
    def cell(row: Record) -> str:
        return _from_to(f"{row[name]:,}", f"{row[f'{name}_possible']:,}")

    return Column(
        key=f"{name}_range",
        label=_LABELS[name],
        unit=Unit.COUNT,
        cell=cell,
        of=(name, f"{name}_possible"),
        help=_HELP[name],
    )


def _bounds_cell(name: str, label: str, meaning: str) -> Column:
    def cell(row: Record) -> str:
        said = wording.share_bounds(row[f"{name}_low"], row[f"{name}_high"])
        stated = row[f"{name}_stated"]
        if said == wording.UNKNOWN and stated is not None:
            return f"unknown; {wording.percent(stated)} of what is stated"
        return said

    return Column(
        key=f"{name}_bounds",
        label=label,
        cell=cell,
        of=(f"{name}_low", f"{name}_high"),
        help=meaning,
    )


_LABELS = {
    "critical": "For critical functions",
    "critical_directly": "For critical functions, directly",
    "critical_through_chain": "For critical functions, through others",
    "no_alternative": "No alternative",
    "hard_to_migrate": "Hard to migrate",
    "material_reliance": "Material reliance",
    "sensitive_data": "Sensitive data",
    "high_impact": "High impact of an end",
}
_HELP = {
    "critical": "Entities whose critical or important functions depend on it, directly or through"
    " others; a range where nobody assessed some function.",
    "critical_directly": "Those with a contract of their own with it.",
    "critical_through_chain": "Those that reach it through subcontractors.",
    "no_alternative": "Entities without a real alternative for a critical function.",
    "hard_to_migrate": "Entities that say it is not or hardly substitutable for a critical one.",
    "material_reliance": "Entities whose critical function relies on it materially or fully.",
    "sensitive_data": "Entities of whom it stores highly sensitive data.",
    "high_impact": "Entities on which its end would have a high impact, for a critical function.",
}
COLUMNS = (
    Column(key="provider", label="Provider", help="The name that most registers give it."),
    *texts(code="Code", country="Country"),
    Column(key="category", label="Category", help="Of the entities that use it."),
    Column(key="used", label="Used by", unit=Unit.COUNT, help="Entities, in any way."),
    Column(key="used_directly", label="Directly", unit=Unit.COUNT, help="By a contract."),
    Column(
        key="used_through_chain",
        label="Through others",
        unit=Unit.COUNT,
        help="As a subcontractor, at rank 2 or deeper.",
    ),
    *(_sure_to_possible(name) for name in _LABELS),
    *(
        column
        for name, label in _LABELS.items()
        for column in (
            Column(key=name, label=f"{label}, surely", unit=Unit.COUNT, help=_HELP[name]),
            Column(key=f"{name}_possible", label=f"{label}, at most", unit=Unit.COUNT),
        )
    ),
    _bounds_cell("critical_share", "Of entities", "Of all in the category that the registers name"),
    _bounds_cell("critical_assets_share", "Of assets", "Of the total assets of the category."),
    *_shares("critical_share", "Share of entities", "the entities of the category"),
    *_shares("critical_assets_share", "Share of assets", "the category's total assets"),
    *_shares("critical_direct_share", "Share of entities, directly", "the category's entities"),
    *_shares(
        "critical_direct_assets_share", "Share of assets, directly", "the category's total assets"
    ),
    Column(key="critical_assets_eur", label="Assets behind it", unit=Unit.EUR),
    Column(key="critical_assets_possible_eur", label="Assets behind it, at most", unit=Unit.EUR),
    Column(
        key="critical_without_assets",
        label="Without assets stated",
        unit=Unit.COUNT,
        help="Entities that may use it for critical functions and state no assets.",
    ),
    Column(
        key="single_points",
        label="Single points",
        unit=Unit.COUNT,
        help="Critical functions that it alone serves, with no alternative identified.",
    ),
    Column(key="single_points_possible", label="Single points, at most", unit=Unit.COUNT),
    Column(
        key="inside_group",
        label="Own group only",
        unit=Unit.YES,
        help="It serves only companies of its own group, which are not designated.",
    ),
)
PAGE = chosen(
    COLUMNS,
    (
        *("provider", "critical_range", "critical_share_bounds", "critical_assets_share_bounds"),
        *("used_directly", "used_through_chain", "no_alternative_range", "hard_to_migrate_range"),
        *("single_points", "country", "code"),
    ),
)
TERMINAL = chosen(
    COLUMNS,
    (
        *("provider", "code", "critical_range", "critical_share_bounds"),
        *("critical_assets_share_bounds", "used_directly", "used_through_chain"),
        *("hard_to_migrate_range", "single_points"),
    ),
)


def matrix_cells(
    answer: "OversightAnswer", *, providers: int, categories: int
) -> list[dict[str, Any]]:
    """Cells of the first providers and the largest categories, with bounds of the share."""
    oversight = answer.oversight
    shares = oversight.entities(Indicator.CRITICAL)
    reach = oversight.reach[Indicator.CRITICAL]
    name = oversight.stack.providers.name
    first = [int(oversight.provider[one]) for one in cells_in_order(oversight)[:providers]]
    largest = sorted(FINANCIAL, key=lambda at: -int(oversight.totals.entities[at]))[:categories]
    largest = [at for at in largest if oversight.totals.entities[at]]
    cell = {
        (int(who), int(category)): at
        for at, (who, category) in enumerate(
            zip(oversight.provider, oversight.category, strict=True)
        )
        if category in largest and who in first
    }
    found = []
    for who in first:
        for category in largest:
            at = cell.get((who, category))
            sure = 0 if at is None else int(reach.sure[at])
            possible = 0 if at is None else int(reach.possible[at])
            total = int(oversight.totals.entities[category])
            # Of this category may be who states none.
            free = int(oversight.cell_of_no_category[who])
            joins = int(reach.possible[free]) if free >= 0 else 0
            found.append(
                {
                    "provider": str(name[who]),
                    "category": category_name(category),
                    "low": 0.0 if at is None else float(shares.low[at]),
                    "high": joins / (total + joins) if at is None else float(shares.high[at]),
                    "entities": f"{_from_to(f'{sure:,}', f'{possible:,}')} of {total:,}",
                }
            )
    return found


def categories_of(answer: "OversightAnswer") -> list[int]:
    """Places of the categories that have entities, all together first, then the largest."""
    totals = answer.oversight.totals.entities
    found = [at for at in (*FINANCIAL, NO_CATEGORY) if totals[at]]
    return [ALL, *sorted(found, key=lambda at: -int(totals[at]))]


# --- Step 1 ---------------------------------------------------------------------------------------


def step_rows(
    answer: "OversightAnswer", *, with_chain: bool = False, most: int | None = None
) -> list[Record]:
    """Step 1 of each provider: what surely holds first, then what may, then by the share."""
    step = answer.with_chain if with_chain else answer.step
    providers = answer.oversight.stack.providers
    both = step.answers[BOTH]
    met = np.sum([step.answers[name].verdict == Verdict.MET for name in ASKED], axis=0)
    order = np.lexsort((step.provider, -both.high, -both.low, -met, -step.overall, step.exempt))
    found: list[Record] = []
    for at in order[:most]:
        place = int(step.provider[at])
        row: dict[str, object] = {
            "provider": str(providers.name[place]),
            "code": str(providers.code[place]),
            "step_1": "own group only" if step.exempt[at] else _said(step.overall[at]),
            "category": category_name(int(both.category[at])) if both.category[at] >= 0 else None,
            "through_chain": with_chain,
            "place": place,
        }
        for name in STEP_PARTS:
            one, key = step.answers[name], _key(name)
            row[key] = _said(one.verdict[at])
            for end, value in (("low", one.low[at]), ("high", one.high[at])):
                row[f"{key}_{end}"] = None if np.isnan(value) else float(value)
        found.append(row)
    return found


def _said(verdict: int) -> str:
    return Verdict(int(verdict)).words


def _key(criterion: str) -> str:
    return f"criterion_{criterion.replace('.', '_')}"


STEP_PARTS = ("1.1", "1.2", "2.1", "2.2", "4.1", "4.2")
_PART_NAMES = {
    "1.1": "Share of entities",
    "1.2": "Share of assets",
    "2.1": "Systemic banks",
    "2.2": "Other systemic",
    "4.1": "No alternative",
    "4.2": "Hard to migrate",
}


def _part(name: str) -> Column:
    key, is_share = _key(name), name not in ("2.1", "2.2")

    def cell(row: Record) -> str:
        low, high = row[f"{key}_low"], row[f"{key}_high"]
        if low is None:
            return str(row[key])
        if is_share and wording.share_bounds(low, high) == wording.UNKNOWN:
            return str(row[key])
        if is_share:
            return f"{row[key]}: {wording.share_bounds(low, high)}"
        return f"{row[key]}: {_from_to(f'{low:,.0f}', f'{high:,.0f}')}"

    return Column(
        key=f"{key}_shown",
        label=f"{name} {_PART_NAMES[name]}",
        cell=cell,
        of=(key, f"{key}_low", f"{key}_high"),
    )


STEP = (
    Column(key="provider", label="Provider"),
    Column(key="code", label="Code"),
    Column(
        key="step_1",
        label="Step 1",
        help="All sub-criteria of step 1 together: met, not met, or cannot be known.",
    ),
    Column(key="category", label="Decided in", missing="–"),
    *(_part(name) for name in STEP_PARTS),
    *(
        column
        for name in STEP_PARTS
        for column in (
            Column(key=_key(name), label=f"{name}, verdict"),
            Column(
                key=f"{_key(name)}_low",
                label=f"{name}, at least",
                unit=Unit.COUNT if name in ("2.1", "2.2") else Unit.SHARE,
            ),
            Column(
                key=f"{_key(name)}_high",
                label=f"{name}, at most",
                unit=Unit.COUNT if name in ("2.1", "2.2") else Unit.SHARE,
            ),
        )
    ),
    Column(key="through_chain", label="Through others too", unit=Unit.YES),
)
STEP_PAGE = chosen(
    STEP,
    ("provider", "step_1", "category", *(f"{_key(name)}_shown" for name in STEP_PARTS)),
)


def criterion_rows(known: Sequence[Criterion]) -> list[Record]:
    """Each sub-criterion with threshold, reading, source and doubt."""
    return [
        {
            "id": one.id,
            "article": one.article,
            "words": one.words,
            "threshold": one.threshold or None,
            "unit": one.unit or None,
            "reading": one.reading,
            "source": one.source,
            "doubt": one.doubt,
        }
        for one in known
    ]


CRITERIA = (
    *texts(id="No.", article="Article", words="What it asks"),
    Column(key="threshold", label="Threshold", missing="none"),
    Column(key="unit", label="Counted in", missing="–"),
    *texts(reading="How the registers are read", doubt="What is in doubt", source="Source"),
)


# --- Markets, one provider's end, registers -------------------------------------------------------


def market_rows(answer: "OversightAnswer") -> list[Record]:
    """Each category and type of service: how concentrated, by four measures."""
    name = answer.oversight.stack.providers.name
    found: list[Record] = []
    for one in answer.markets:
        row: dict[str, object] = {
            "category": category_name(one.category),
            "service": service_name(one.service),
            "providers": one.providers,
            "entities": one.entities,
            "contracts": one.contracts,
            "contracts_without_expense": one.no_expense,
            "entities_without_assets": one.no_assets,
        }
        for measure, weighed in one.weighed.items():
            row[f"hhi_{measure}"] = weighed.hhi
            row[f"effective_{measure}"] = weighed.effective_number
            row[f"top_{measure}"] = None if weighed.top is None else str(name[weighed.top])
            row[f"top_share_{measure}"] = weighed.top_share
        found.append(row)
    return found


def _top(row: Record) -> str:
    if row["top_entities"] is None:
        return wording.UNKNOWN
    return f"{row['top_entities']}, {wording.percent(row['top_share_entities'])}"


MARKETS = (
    *texts(category="Category", service="Service"),
    Column(key="providers", label="Providers", unit=Unit.COUNT),
    Column(key="entities", label="Entities", unit=Unit.COUNT),
    Column(key="contracts", label="Contracts", unit=Unit.COUNT),
    Column(
        key="top_shown",
        label="Largest, by entities",
        cell=_top,
        of=("top_entities", "top_share_entities"),
    ),
    *(
        column
        for measure in ("entities", "contracts", "expense", "assets")
        for column in (
            Column(
                key=f"effective_{measure}",
                label=f"As concentrated as, by {measure}",
                unit=Unit.FACTOR,
                help="So many equal providers would be as concentrated: 1 / HHI.",
            ),
            Column(key=f"hhi_{measure}", label=f"HHI by {measure}", unit=Unit.FACTOR),
            Column(key=f"top_{measure}", label=f"Largest by {measure}"),
            Column(key=f"top_share_{measure}", label=f"Its share by {measure}", unit=Unit.SHARE),
        )
    ),
    Column(key="contracts_without_expense", label="Contracts without expense", unit=Unit.COUNT),
    Column(key="entities_without_assets", label="Entities without assets", unit=Unit.COUNT),
)
MARKETS_PAGE = chosen(
    MARKETS,
    (
        *("category", "service", "providers", "entities", "top_shown"),
        *(f"effective_{measure}" for measure in ("entities", "contracts", "expense", "assets")),
    ),
)


def hit_rows(found: Stopped) -> list[Record]:
    """Entities that one provider's end would hit."""
    return [
        {
            "entity": one.name or one.lei,
            "lei": one.lei,
            "category": category_name(one.category),
            "assets_eur": one.assets,
            "directly": one.direct,
            "rank": one.rank,
            "through": one.through,
            "functions": one.functions,
            "critical_functions": one.critical,
            "critical_functions_possible": one.critical + one.maybe_critical,
        }
        for one in found.entities
    ]


def _critical_functions(row: Record) -> str:
    return _from_to(f"{row['critical_functions']:,}", f"{row['critical_functions_possible']:,}")


def _through(row: Record) -> str:
    return wording.listed(row["through"]) or "–"


HITS = (
    *texts(entity="Entity", lei="LEI", category="Category"),
    Column(key="assets_eur", label="Assets", unit=Unit.EUR),
    Column(key="directly", label="Directly", unit=Unit.YES),
    Column(
        key="rank",
        label="Rank",
        unit=Unit.COUNT,
        help="1 by contract, 2 and more the nearest place in a supply chain.",
    ),
    Column(key="through", label="Through", unit=Unit.LIST, cell=_through),
    Column(key="functions", label="Functions", unit=Unit.COUNT),
    Column(
        key="critical_range",
        label="Critical functions",
        unit=Unit.COUNT,
        cell=_critical_functions,
        of=("critical_functions", "critical_functions_possible"),
    ),
    Column(key="critical_functions", label="Critical functions, surely", unit=Unit.COUNT),
    Column(key="critical_functions_possible", label="Critical functions, at most", unit=Unit.COUNT),
)
HITS_PAGE = chosen(
    HITS,
    (
        *("entity", "category", "assets_eur", "directly", "rank", "through", "functions"),
        *("critical_range", "lei"),
    ),
)


def open_rows(stack: "Stacked") -> list[Record]:
    """Financial entities that state no assets or no category, those with most uses first."""
    entities = stack.entities
    uses = np.bincount(stack.uses.entity, minlength=len(entities.lei))
    blank, nameless = np.isnan(entities.assets), entities.category < 0
    found = np.flatnonzero(entities.financial & (blank | nameless))
    return [
        {
            "entity": str(entities.name[at]) or str(entities.lei[at]),
            "lei": str(entities.lei[at]),
            "missing": tuple(
                name
                for name, is_missing in (("assets", blank), ("category", nameless))
                if is_missing[at]
            ),
            "uses": int(uses[at]),
            "register": stack.registers[int(entities.register[at])].name,
        }
        for at in found[np.argsort(-uses[found], kind="stable")]
    ]


OPEN = (
    *texts(entity="Entity", lei="LEI"),
    Column(key="missing", label="Not stated", unit=Unit.LIST),
    Column(key="uses", label="Rows of use", unit=Unit.COUNT),
    Column(key="register", label="Register that speaks for it"),
)


def left_out_rows(found: "Sequence[LeftOut]") -> list[Record]:
    """What was not counted, and why."""
    return [{"register": one.name, "why": one.why} for one in found]


#: Columns of files: single values, as they are.
PROVIDER_FILE, STEP_FILE, MARKETS_FILE, HITS_FILE = map(values, (COLUMNS, STEP, MARKETS, HITS))
LEFT_OUT = texts(register="Register or file", why="Why it is not counted")
