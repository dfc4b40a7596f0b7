"""Words for who depends on whom: counts and findings, as pages and commands write them."""

from collections.abc import Sequence

from risk.catalog.records import Answer
from risk.portfolio.matrix import Vendor, leading_of
from risk.portfolio.providers import Dependence, Dependents, How
from ui import wording


def divided(direct: int, through: int, asked: int | None = None) -> str:
    """Return ``21 directly, none through someone else, 3 to ask``."""
    parts = [f"{direct:,} directly" if direct else "none directly"]
    parts.append(f"{through:,} through someone else" if through else "none through someone else")
    if asked:
        parts.append(f"{asked:,} to ask")
    return ", ".join(parts)


def counted(found: Dependents) -> str:
    """Return ``26 companies: 21 directly, 5 through someone else, 3 to ask``."""
    companies = wording.counted(len(found), "company", "companies")
    return f"{companies}: {divided(found.direct, found.through_others, found.asked)}"


def most_named(found: Dependence) -> Dependents | None:
    """The provider that most companies named; None where nobody named any."""
    named = [one for one in found.values() if one.direct]
    return max(named, key=lambda one: (one.direct, len(one), one.provider), default=None)


def title(found: Dependence, total: int, on: str | None) -> str:
    """The finding of the matrix as a sentence: how many depend on the provider asked for."""
    if not total:
        return "No company is listed yet"
    if total == 1 and on is None:
        return _of_one(found)
    companies = wording.counted(total, "company", "companies")
    if on is None:
        one = most_named(found)
        if one is None:
            return "No company is known to depend on a language model"
        name = wording.provider(one.provider)
        depend = _verb(one.direct)
        said = f"{one.direct:,} of {companies} {depend} directly on {name}"
        others = (each.direct for each in found.values() if each is not one)
        most = max(others, default=0)
        return f"{said}, {'more than' if most < one.direct else 'as many as'} on any other"
    count, name = len(found.of(on)), wording.provider(on)
    if not count:
        return f"No company is known to depend on {name}"
    return f"{count:,} of {companies} {_verb(count)} on {name}"


def _of_one(found: Dependence) -> str:
    """Say of a single company on whom it depends directly: the first of them, and how many more."""
    named = sorted(
        (one for one in found.values() if one.direct),
        key=lambda one: (-(one.margin_share or 0.0), one.provider),
    )
    if not named:
        return "The company is not known to depend on a language model"
    first = wording.provider(named[0].provider)
    others = wording.counted(len(named) - 1, "other")
    return f"The company depends directly on {first}{f' and {others}' if named[1:] else ''}"


def _verb(count: int) -> str:
    return "depends" if count == 1 else "depend"


def vendors_title(vendors: Sequence[Vendor], on: str | None) -> str:
    """The finding of one inventory: how many vendors it has, or how many lead to a provider."""
    total = wording.counted(len(vendors), "vendor")
    if on is None:
        return f"{total} of one inventory"
    sure = sum(one.reached.get(on) in (How.DIRECT, How.THROUGH) for one in vendors)
    return f"{sure:,} of {total} {_verb(sure)} on {wording.provider(on)}"


def vendors_counted(vendors: Sequence[Vendor], on: str) -> str:
    """Return how the vendors of an inventory lead to a provider, as :func:`divided`."""
    marks = [one.reached.get(on) for one in vendors]
    return divided(*(marks.count(how) for how in (How.DIRECT, How.THROUGH, How.ASK)))


def vendors_note(vendors: Sequence[Vendor]) -> str:
    """Say how many of an inventory's vendors are language models, and to whom most lead."""
    read = sum(one.answer is Answer.YES for one in vendors)
    asked = sum(one.answer is Answer.ASK for one in vendors)
    said = f"{read:,} of them {'is' if read == 1 else 'are'} read as language models"
    if not read:
        said = "None of them is read as a language model"
    elif len(vendors) == 1:
        said = "It is read as a language model"
    said += f", {asked:,} to ask." if asked else "."
    if not read or len(vendors) == 1:
        return said
    first = leading_of(vendors)[0]
    return f"{said} Most lead to {wording.provider(first)}: {vendors_counted(vendors, first)}."


def untold(found: Dependence) -> str | None:
    """Say how many companies tell nothing of whom they use; None where all do."""
    count = int(found.untold.sum())
    if not count:
        return None
    companies = wording.counted(count, "company names", "companies name")
    return f"{companies} nobody yet and may depend on anyone."
