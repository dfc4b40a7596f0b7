"""Dependence as columns: who depends on a provider, the matrix of all, and what shows it."""

from collections.abc import Iterable, Mapping, Sequence

from risk.catalog.records import Answer
from risk.inventory.records import Evidence
from risk.portfolio.matrix import MatrixRow, Vendor
from risk.portfolio.providers import Dependent, Dependents, How, Way
from risk.portfolio.results import NO_BAND, Interval
from ui import wording
from ui.tables.column import Column, Record, Unit, texts

#: Companies that the table of those who depend on a provider lists.
MOST_DEPENDENTS = 2_000
HOW_WORDS = {How.DIRECT: "Directly", How.THROUGH: "Through someone else", How.ASK: "To ask"}
_READ_AS = {
    Answer.YES: "Language model",
    Answer.ASK: "To ask",
    Answer.NO: "No language model",
}
_KNOWN_BY = {
    Evidence.STATED: "stated in an inventory",
    Evidence.OBSERVED: "seen in bills or logs",
    Evidence.CONFIRMED: "confirmed by the company",
    Evidence.IMPUTED: "worked out from others like it",
}


def _how(row: Record) -> str:
    return HOW_WORDS[How(row["how"])]


def _use_cases(row: Record) -> str:
    if row["named"] is None:
        return wording.UNKNOWN if row["use_cases"] is None else _counted(row["use_cases"])
    return ", ".join(row["named"])


def _counted(count: int) -> str:
    return wording.counted(count, "use case")


def _paths(row: Record) -> str:
    return "; ".join(row["path"])


DEPENDENT = (
    Column(key="startup", label="Company"),
    Column(
        key="how",
        label="How",
        cell=_how,
        help="Directly: named as developer or host. Through someone else: behind one that was "
        "named. To ask: an open text that may be it, or a host without whose models they are.",
    ),
    Column(key="use_cases", label="Use cases", cell=_use_cases),
    Column(key="path", label="Path", unit=Unit.LIST, cell=_paths),
)


def dependent_rows(found: Dependents, most: int | None = MOST_DEPENDENTS) -> list[Record]:
    """Return the companies that depend on the provider, direct ones first, those to ask last.

    Of very many those with most at stake are listed; all for None.
    """
    sure = [_dependent(one) for one in found.startups(0, most)]
    left = None if most is None else most - len(sure)
    nothing: Record = {"how": How.ASK.value, "use_cases": None, "named": None, "path": []}
    return [*sure, *({"startup": name, **nothing} for name in found.names(How.ASK)[:left])]


def _dependent(one: Dependent) -> Record:
    return {
        "startup": one.startup,
        "how": (How.DIRECT if one.direct else How.THROUGH).value,
        "use_cases": one.use_cases,
        "named": None if one.named is None else list(one.named),
        "path": [" → ".join(path) for path in one.paths],
    }


def _spend(row: Record) -> str:
    spend = row["spend_usd_per_month"]
    if spend is None:
        return "–" if row["spend_is_whole"] else wording.UNKNOWN
    return wording.money(spend) if row["spend_is_whole"] else f"at least {wording.money(spend)}"


def _stake(row: Record) -> str:
    """The range of expected loss, or what it may reach where too little is known."""
    high = row["aal_high_usd"]
    if high is None:
        return wording.UNKNOWN
    if row["band"] == NO_BAND:
        return wording.at_most(high)
    return wording.money_range(Interval(low=row["aal_low_usd"], high=high))


SPEND = Column(
    key="spend_usd_per_month",
    label="Spend a month",
    unit=Unit.USD,
    cell=_spend,
    help="On language models, as far as it is stated.",
)
STAKE = Column(
    key="stake",
    label="Expected loss a year",
    unit=Unit.USD,
    cell=_stake,
    of=("aal_low_usd", "aal_high_usd"),
    help="Through every provider; it lies in this range in 8 of 10 worlds. “up to” where too "
    "little is known, and what it could be if each open question is answered by yes.",
)
COMPANY = Column(key="startup", label="Company")
VENDOR = Column(key="vendor", label="Vendor or product")
_MARKS = "marks"
_FIGURES = (
    *(SPEND, Column(key="spend_is_whole", label="Spend is complete", unit=Unit.YES), STAKE),
    Column(key="aal_low_usd", label="Expected loss, low (10 %)", unit=Unit.USD),
    Column(key="aal_high_usd", label="Expected loss, high (90 %)", unit=Unit.USD),
)
READ_AS = Column(key="read_as", label="Read as")
USES = Column(key="use_cases", label="Use cases", unit=Unit.COUNT)


def _mark(provider: str) -> Column:
    """The column of one provider: a mark for readers, ``direct``, ``through``, ``ask`` in files."""

    def cell(row: Record) -> str:
        how = row[_MARKS].get(provider)
        return how or ""

    return Column(key=provider, label=provider, cell=cell, missing="")


def company_columns(providers: Sequence[str]) -> tuple[Column, ...]:
    """The columns of the matrix of companies, with one for each of some providers."""
    return (COMPANY, *map(_mark, providers), *_FIGURES)


def vendor_columns(providers: Sequence[str]) -> tuple[Column, ...]:
    """The columns of the matrix of one inventory's vendors."""
    return (VENDOR, READ_AS, *map(_mark, providers), USES, *_FIGURES[:2])


def company_rows(rows: Iterable[MatrixRow], providers: Sequence[str]) -> list[Record]:
    """The values of some companies; ``marks`` by provider, and each of them as its own value."""
    return [
        {
            "startup": one.startup,
            **_marked(one.marks, providers),
            "spend_usd_per_month": one.spend_usd_per_month,
            "spend_is_whole": one.spend_is_whole,
            **{
                name: None if one.answer is None else one.answer[name]
                for name in ("aal_low_usd", "aal_high_usd", "band")
            },
        }
        for one in rows
    ]


def vendor_rows(vendors: Iterable[Vendor], providers: Sequence[str]) -> list[Record]:
    """The values of an inventory's vendors."""
    return [
        {
            "vendor": one.name,
            "read_as": _READ_AS[one.answer],
            **_marked(one.reached, providers),
            "use_cases": len({case.name for case, _ in one.lines}),
            "spend_usd_per_month": one.spend[0],
            "spend_is_whole": one.spend[1],
        }
        for one in vendors
    ]


def _marked(marks: Mapping[str, How], providers: Sequence[str]) -> Record:
    shown = {name: marks[name].value for name in providers if name in marks}
    return {**{name: shown.get(name) for name in providers}, _MARKS: shown}


EVIDENCE = texts(
    use_case="Use case",
    how="How",
    path="Path",
    written="As written",
    spend="Spend a month",
    source="Source",
    known="How it is known",
    as_of="Fact of",
)


def evidence_rows(ways: Iterable[Way]) -> list[Record]:
    """What shows that a company depends on a provider: a row for each dependency."""
    return [
        {
            "use_case": one.use_case.name,
            "how": HOW_WORDS[one.how],
            "path": " → ".join(one.path),
            "written": one.dependency.provider_text
            + (f" ({one.dependency.model})" if one.dependency.model else ""),
            "spend": wording.money(one.dependency.spend_usd_per_month),
            "source": one.dependency.source or "not stated",
            "known": _KNOWN_BY[one.dependency.evidence or Evidence.STATED],
            "as_of": wording.day(one.dependency.as_of or one.dependency.recorded_on),
        }
        for one in ways
    ]
