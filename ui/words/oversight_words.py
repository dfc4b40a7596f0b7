"""Sentences of the oversight: who is used most for critical functions, and how much is unknown."""

from typing import TYPE_CHECKING

import numpy as np

from risk.dora.oversight import ALL, NO_CATEGORY, Indicator
from risk.dora.step_one import Criterion, Verdict
from risk.dora.stopping import Said, Stopped
from ui import wording
from ui.tables.oversight import category_name, cells_in_order

if TYPE_CHECKING:
    from db.services.oversight import OversightAnswer
    from risk.dora.stacked import Stacked

NO_DESIGNATION = (
    "An aid, not a designation: thresholds as in the table of criteria, some of them not verified; "
    "the authorities count every financial entity of the Union, and weigh more than numbers."
)


def finding(answer: "OversightAnswer") -> str:
    """Who serves critical functions of most entities and of most assets."""
    oversight = answer.oversight
    reach = oversight.reach[Indicator.CRITICAL]
    cells = [
        one for one in cells_in_order(oversight) if not oversight.inside[oversight.provider[one]]
    ]
    if not cells or not reach.sure[cells[0]]:
        return "No provider surely serves a critical or important function of these entities."
    by_entities = cells[0]
    by_assets = max(cells, key=lambda one: float(reach.assets_sure[one]))
    name = oversight.stack.providers.name
    total = int(oversight.totals.entities[ALL])
    sure, possible = int(reach.sure[by_entities]), int(reach.possible[by_entities])
    up_to = f" (up to {possible:,})" if possible > sure else ""
    said = (
        f"{name[oversight.provider[by_entities]]} serves critical or important functions of"
        f" {sure:,}{up_to} of {wording.counted(total, 'financial entity', 'financial entities')}"
    )
    stated = oversight.assets(Indicator.CRITICAL).stated
    if oversight.totals.assets[ALL] <= 0:
        return f"{said}; no assets are stated."
    if by_assets == by_entities:
        share = wording.percent(float(stated[by_entities]))
        return f"{said}, which hold {share} of the assets that are stated."
    other = name[oversight.provider[by_assets]]
    share = wording.percent(float(stated[by_assets]))
    return f"{said}; {other} those of entities with the most assets, {share} of what is stated."


def step_in_words(answer: "OversightAnswer") -> str:
    """How many providers fulfil step 1 surely, and of how many it cannot be known."""
    step = answer.step
    asked = step.overall[~step.exempt]
    met = int((asked == Verdict.MET).sum())
    may = int((asked == Verdict.UNKNOWN).sum())
    many = wording.counted(met, "provider surely fulfils", "providers surely fulfil")
    return f"{many} step 1; of {may:,} it cannot be known."


def unknown(answer: "OversightAnswer") -> tuple[str, ...]:
    """What nobody states, as far as it widens the bounds."""
    oversight = answer.oversight
    stack, totals = oversight.stack, oversight.totals
    uses = stack.uses
    functions, first = np.unique(uses.function, return_index=True)
    never = int((uses.critical[first] < 0).sum())
    direct = uses.critical == 1
    blank = int((direct & (uses.substitutability < 0)).sum())
    lost = int((~stack.providers.parent_known).sum())
    found = []
    if totals.blank[ALL]:
        found.append(f"{totals.blank[ALL]:,} of {totals.entities[ALL]:,} entities state no assets.")
    if totals.entities[NO_CATEGORY]:
        count = wording.counted(int(totals.entities[NO_CATEGORY]), "entity has", "entities have")
        found.append(f"{count} no category.")
    if never:
        found.append(
            f"Nobody assessed whether {never:,} of {len(functions):,} functions are critical."
        )
    if blank:
        found.append(
            f"{blank:,} of {int(direct.sum()):,} uses for critical functions say nothing about"
            " substitutability."
        )
    if lost:
        found.append(f"{lost:,} of {len(stack.providers.code):,} providers have no stated parent.")
    if np.isnan(answer.step.answers["2.1"].low).all():
        found.append("Without a list of important entities 2.1 and 2.2 of step 1 stay open.")
    if oversight.population is None:
        found.append("Shares are of the entities in these registers; a population was not given.")
    else:
        given = oversight.population.entities
        more = [category_name(at) for at in given if totals.entities[at] > given[at]]
        if more:
            found.append(
                f"The registers hold more entities than the population says of"
                f" {wording.listed(more)}: theirs count."
            )
    return tuple(found)


def not_counted(stack: "Stacked") -> tuple[str, ...]:
    """Which rows do not count, and by which rule."""
    counts = stack.counts
    told = (
        (counts.repeated, "package came twice", "packages came twice", "counted once"),
        (
            counts.said_twice,
            "row of use is about an entity for which another register speaks",
            "rows of use are about entities for which another register speaks",
            "left out",
        ),
        (
            counts.ended,
            "use ended before its register's date",
            "uses ended before their register's date",
            "left out",
        ),
        (
            counts.deleted_entities,
            "entity left before its register's date",
            "entities left before their register's date",
            "left out",
        ),
        (
            counts.unlisted_entities,
            "entity uses services and is in no list of entities",
            "entities use services and are in no list of entities",
            "counted without category and assets",
        ),
        (
            counts.chain_without_use,
            "subcontractor stands behind a contract and service that nobody uses",
            "subcontractors stand behind a contract and service that nobody uses",
            "left out",
        ),
        (
            counts.several_leis,
            "code would make one firm of several LEIs",
            "codes would make one firm of several LEIs",
            "not joined",
        ),
        (
            counts.no_rate,
            "entity's assets are in a currency without a rate",
            "entities' assets are in a currency without a rate",
            "unknown",
        ),
        (
            counts.keyless,
            "row lacks an LEI, a provider or a register",
            "rows lack an LEI, a provider or a register",
            "left out",
        ),
    )
    return tuple(
        f"{wording.counted(number, one, many)}: {what}."
        for number, one, many, what in told
        if number
    )


def read_in_words(stack: "Stacked") -> str:
    """How much was read."""
    known = int(stack.entities.financial.sum())
    entities = wording.counted(known, "financial entity", "financial entities")
    uses = wording.counted(len(stack.uses), "row of use", "rows of use")
    out = wording.counted(len(stack.left_out), "register or file", "registers or files")
    return (
        f"{wording.counted(len(stack.registers), 'register')}, {entities}, {uses}; {out} left out."
    )


def criterion_in_words(one: Criterion) -> str:
    """A sub-criterion as a paragraph of Markdown: threshold, how it is read, what is in doubt."""
    least = f"Threshold: {one.least}." if one.least else "No threshold."
    parts = (
        f"**{one.id}** · Article {wording.escaped(one.article)} · {wording.escaped(one.words)}.",
        f"{wording.escaped(least)} Read as: {wording.escaped(one.reading)}.",
        f"In doubt: {wording.escaped(one.doubt)}. Source: {wording.escaped(one.source)}.",
    )
    return "  \n".join(parts)


def stop_finding(found: Stopped, name: str) -> str:
    """What falls away with a provider."""
    hit = [one for one in found.entities if one.is_financial]
    assets = [one.assets for one in hit if one.assets is not None]
    blank = len(hit) - len(assets)
    held = f" with {wording.euros(sum(assets))} of assets" if assets else ""
    if blank:
        more = wording.counted(blank, "more states", "more state")
        held += f" ({more} no assets)" if assets else " that state no assets"
    through = sum(not one.direct for one in hit)
    way = f", {through:,} of them only through others" if through else ""
    at_most = found.critical + found.maybe_critical
    up_to = f" (up to {at_most:,})" if found.maybe_critical else ""
    many = wording.counted(len(hit), "financial entity", "financial entities")
    functions = wording.counted(found.functions, "function")
    return (
        f"If {name} stopped, {many}{held} would be hit{way}: {functions},"
        f" {found.critical:,}{up_to} of them critical or important."
    )


def ways_out(found: Stopped) -> str:
    """For how many critical functions there is an alternative, and an exit plan."""
    return (
        f"Of these {found.critical:,}: {_said(found.alternative, 'an alternative is identified')}; "
        f"{_said(found.exit_plan, 'an exit plan exists')}."
    )


def _said(found: Said, what: str) -> str:
    return f"{what} for {found.yes:,}, not for {found.no:,}, nobody says for {found.unknown:,}"
