"""The oversight of providers over many registers of information, from files to the answer.

Nothing of it is written to the store. Registers come as files, or as registers that were read
before, all through :func:`oversight_of`.
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass

from db.errors import Refused
from risk.dora.identifiers import is_lei_shape
from risk.dora.market import Market, SinglePoints, markets, single_points
from risk.dora.oversight import Level, Oversight, Population, oversee
from risk.dora.packages import Register
from risk.dora.schema import LISTS
from risk.dora.stack_files import STACK_LIMITS, read_files
from risk.dora.stacked import CATEGORIES, SERVICES, Stacked, of_service, stacked
from risk.dora.step_one import Important, StepOne, step_one
from risk.inventory.limits import Limits
from risk.inventory.refusals import FileRefused

_KINDS = ("G-SII", "O-SII", "systemic")


@dataclass(frozen=True, kw_only=True)
class OversightAnswer:
    """Everything about the providers of some registers, as persons or as groups.

    ``with_chain`` is step 1 with entities counted that reach a provider through subcontractors.
    """

    oversight: Oversight
    step: StepOne
    with_chain: StepOne
    markets: tuple[Market, ...]
    points: SinglePoints


def oversight_of(
    packages: Iterable[tuple[str, bytes] | Register], *, limits: Limits = STACK_LIMITS
) -> Stacked:
    """Registers as columns: packages, archives of them and stacked tables by path, or registers.

    Raises:
        Refused: no register could be read; the sentence says why.
    """
    try:
        return stacked(read_files(packages, limits=limits))
    except FileRefused as refused:
        raise Refused(str(refused)) from None


def answer_of(
    stack: Stacked,
    *,
    level: Level = Level.GROUP,
    service: str = "",
    important: Important | None = None,
    population: Population | None = None,
) -> OversightAnswer:
    """What the registers say of their providers; ``service`` (``S19``) counts one type alone.

    Raises:
        Refused: there is no such type of service.
    """
    if service:
        named = f"eba_TA:{service.rpartition(':')[2].upper()}"
        if named not in SERVICES:
            raise Refused(f"There is no type of service {service}: name one of S01 to S19.")
        stack = of_service(stack, SERVICES.index(named))
    found = oversee(stack, level=level, population=population)
    return OversightAnswer(
        oversight=found,
        step=step_one(found, important=important),
        with_chain=step_one(found, important=important, with_chain=True),
        markets=markets(stack, level=level),
        points=single_points(stack, level=level),
    )


def read_important(data: bytes) -> Important:
    """Read a CSV with the columns lei, kind (G-SII, O-SII, systemic) and score (of an O-SII).

    Raises:
        Refused: it is no such file; the sentence names the line.
    """
    gsii: set[str] = set()
    osii: dict[str, float | None] = {}
    systemic: set[str] = set()
    for line, row in _rows(data, ("lei", "kind"), ("score",), "important entities"):
        lei, kind = row["lei"].upper(), row["kind"].casefold()
        if not is_lei_shape(lei):
            raise Refused(f"Important entities, line {line}: {row['lei'][:40]} is no LEI.")
        if kind == "g-sii":
            gsii.add(lei)
        elif kind == "o-sii":
            osii[lei] = _number(row["score"], line, "score") if row["score"] else None
        elif kind == "systemic":
            systemic.add(lei)
        else:
            raise Refused(
                f"Important entities, line {line}: the kind is one of {', '.join(_KINDS)}."
            )
    return Important(gsii=frozenset(gsii), osii=osii, systemic=frozenset(systemic))


def read_population(data: bytes) -> Population:
    """Read a CSV with the columns category, entities and assets (euro; empty is unknown).

    ``category`` is a code (``eba_CT:x12`` or ``x12``) or its label.

    Raises:
        Refused: it is no such file; the sentence names the line.
    """
    place = {code: at for at, code in enumerate(CATEGORIES)}
    place |= {code.rpartition(":")[2]: at for code, at in list(place.items())}
    place |= {label.casefold(): place[code] for code, label in LISTS["ENTITY"].items()}
    entities: dict[int, int] = {}
    assets: dict[int, float | None] = {}
    for line, row in _rows(data, ("category", "entities"), ("assets",), "population"):
        at = place.get(row["category"], place.get(row["category"].casefold()))
        if at is None:
            raise Refused(
                f"Population, line {line}: {row['category'][:60]} is no category of entities. Write"
                " its code, such as x12 for credit institutions."
            )
        number = _number(row["entities"], line, "number of entities")
        if number != int(number):
            raise Refused(f"Population, line {line}: entities are counted in whole numbers.")
        entities[at] = int(number)
        assets[at] = _number(row["assets"], line, "total of assets") if row["assets"] else None
    return Population(entities=entities, assets=assets)


def _rows(
    data: bytes, needed: tuple[str, ...], also: tuple[str, ...], what: str
) -> Iterable[tuple[int, dict[str, str]]]:
    try:
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig")), strict=True))
    except (UnicodeDecodeError, csv.Error):
        raise Refused(f"The file of {what} is no CSV in UTF-8: save it as such.") from None
    header = [cell.strip().casefold() for cell in rows[0]] if rows else []
    if missing := [name for name in needed if name not in header]:
        raise Refused(f"The file of {what} needs the column {' and the column '.join(missing)}.")
    for line, cells in enumerate(rows[1:], start=2):
        if any(cell.strip() for cell in cells):
            named = dict(zip(header, (cell.strip() for cell in cells), strict=False))
            yield line, {name: named.get(name, "") for name in (*needed, *also)}


def _number(text: str, line: int, what: str) -> float:
    try:
        value = float(text.replace(" ", ""))
    except ValueError:
        value = -1.0
    if not 0 <= value < 1e18:
        raise Refused(
            f"Line {line}: {text[:40]} is no {what}. Write a plain number, without thousands marks."
        )
    return value
