"""Rules for the package around the tables: its name, folder, files, parameters and indicators.

They judge a package as it came. What is filed from here is written so that they hold; then only
the facts that its name needs are asked for.
"""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import partial

from risk.dora.cells import is_day
from risk.dora.findings import Finding, Weight
from risk.dora.identifiers import is_lei
from risk.dora.packages import (
    ENTRY_POINT,
    FOOT_NOTES,
    INDICATORS,
    MODULE,
    PARAMETERS,
    REPORT,
    REPORT_PACKAGE,
    FilingFacts,
    Register,
    entry_point_of,
    is_report_package,
    parameters_of,
    part_rows,
)
from risk.dora.schema import TABLES, file_of

_SIGNS = re.compile(r"[A-Za-z0-9_.-]+")
_PARTS = re.compile(
    r"(?P<lei>[A-Z0-9]{20})\.(?P<scope>CON|IND)_(?P<country>[A-Z]{2})_(?P<module>DORA\d{6})_DORA_"
    r"(?P<day>\d{4}-\d\d-\d\d)_\d{17}"
)
_SHAPE = (
    "<LEI>.<CON or IND>_<country>_DORA010100_DORA_<reference date>_<time to the millisecond>.zip"
)
#: The first reference date for which the entry point 4.0 is not known to hold.
_NEXT_TAXONOMY = date(2026, 12, 31)
_ENTRY_POINTS = re.compile(r"http://www\.eba\.europa\.eu/.*/fws/dora/[\d.]+/mod/dora\.json")
_CURRENCY = re.compile(r"iso4217:[A-Z]{3}")
_DECIMALS = re.compile(r"-?\d{1,2}|INF")
#: Amounts must be known to ten thousand at least.
_COARSEST = -4
_OURS = (REPORT, PARAMETERS, INDICATORS)

_error = partial(Finding, weight=Weight.ERROR)


def facts_errors(facts: FilingFacts, register: Register, *, today: date) -> Iterator[Finding]:
    """What the name of a package to be filed still needs."""
    for missing in facts.missing:
        yield _error(
            rule="105", message=f"The package cannot be named: state the {missing}.", key=missing
        )
    yield from _filer(facts.lei)
    if facts.day and facts.day > today:
        yield Finding(
            rule="111",
            weight=Weight.WARNING,
            value=facts.day.isoformat(),
            message=f"The reference date is to come; file from {facts.day.isoformat()} on.",
        )
    stated = register.table("B_01.01")
    first = stated.cell(stated.rows[0], "c0010").strip() if stated.rows else ""
    if facts.lei and first and first != facts.lei:
        yield Finding(
            rule="ITS:filer",
            weight=Weight.ADVICE,
            value=facts.lei,
            message=f"{facts.lei} files the register that B_01.01 says {first} maintains. Make sure"
            " that both are meant.",
        )


def _filer(lei: str) -> Iterator[Finding]:
    if lei and not is_lei(lei):
        yield _error(
            rule="LEI",
            value=lei,
            message="The filer's LEI has a wrong shape or wrong check digits, so no authority knows"
            " it. Copy it again from gleif.org.",
        )


def package_errors(register: Register, *, facts: FilingFacts, today: date) -> Iterator[Finding]:
    """What rejects the package as it came, whatever its tables say."""
    yield from _name(register, today)
    yield from _folder(register)
    yield from _files(register)
    yield from _report(register, facts)
    yield from _parameters(register)
    yield from _indicators(register)


def _stem(register: Register) -> str:
    return register.file_name.rpartition("/")[2].removesuffix(".zip")


def _name(register: Register, today: date) -> Iterator[Finding]:
    name = register.file_name.rpartition("/")[2]
    if not _SIGNS.fullmatch(name):
        yield _error(
            rule="104",
            value=name,
            message="The name of the package may hold letters, digits, hyphen, underscore and point"
            " alone.",
        )
    parts = _PARTS.fullmatch(_stem(register))
    if parts is None or not name.endswith(".zip"):
        yield _error(rule="105", value=name, message=f"Name the package {_SHAPE}.")
        return
    if parts["module"] != MODULE:
        yield _error(
            rule="106",
            value=parts["module"],
            message=f"The module is {MODULE}; DORA010000 was that of the test run in 2024.",
        )
    day = parts["day"]
    if not is_day(day):
        yield _error(
            rule="109", value=day, message="The reference date in the name is no day. Correct it."
        )
    elif day > today.isoformat():
        yield _error(
            rule="111", value=day, message=f"The reference date is to come; file from {day} on."
        )
    yield from _filer(parts["lei"])


def _folder(register: Register) -> Iterator[Finding]:
    if register.folder != _stem(register):
        yield _error(
            rule="103",
            value=register.folder,
            message="Everything in the package stands in one folder of its name without .zip.",
        )
    about = register.parts.get(REPORT_PACKAGE)
    if about is None or not is_report_package(about):
        yield _error(
            rule="103",
            key=REPORT_PACKAGE,
            message=f"{REPORT_PACKAGE} is missing or does not say that this is a report package of"
            " 2023. File it from here, which writes it.",
        )


def _files(register: Register) -> Iterator[Finding]:
    for path in _OURS:
        if not register.parts.get(path, b"").strip():
            yield _error(
                rule="701", key=path, message=f"{path} is missing or empty. Filing here writes it."
            )
    prefix = f"{register.folder}/" if register.folder else ""
    for name in TABLES:
        path = f"reports/{file_of(name)}"
        table = register.tables.get(name)
        if table is None or not table.header:
            yield _error(
                rule="701",
                table=name,
                key=path,
                message=f"{path} is missing or empty. A table without rows is filed as its first"
                " line alone.",
            )
        elif (came := register.paths.get(name, path).removeprefix(prefix)) != path:
            yield _error(
                rule="720",
                table=name,
                key=came,
                value=came,
                message=f"The table stands in {came}; its place is {path}, in small letters.",
            )
    for path, data in register.parts.items():
        if path in _OURS or path == REPORT_PACKAGE:
            if data.startswith(b"\xef\xbb\xbf") or not _is_utf8(data):
                yield _error(
                    rule="306",
                    key=path,
                    message=f"{path} is not in UTF-8 without a byte order mark. Save it so.",
                )
        elif path != FOOT_NOTES:
            yield _error(
                rule="720",
                key=path,
                value=path,
                message=f"{path.removeprefix('../')} {_is(path, register)}. Take it out; what is"
                " filed from here is without.",
            )


def _is(path: str, register: Register) -> str:
    table = path.rpartition("/")[2].removesuffix(".csv").upper()
    second = f"is a second file of {table}; the other is read"
    return second if table in register.twice else "is no file of a register"


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _report(register: Register, facts: FilingFacts) -> Iterator[Finding]:
    if REPORT not in register.parts:
        return
    said = entry_point_of(register)
    may = {ENTRY_POINT}
    # Which taxonomy holds from then on was not known; whoever files states it.
    if facts.day and facts.day >= _NEXT_TAXONOMY and _ENTRY_POINTS.fullmatch(facts.entry_point):
        may.add(facts.entry_point)
    if said not in may:
        yield _error(
            rule="505",
            key=REPORT,
            value=said,
            message=f"{REPORT} must extend {facts.entry_point if len(may) > 1 else ENTRY_POINT}.",
        )


def _parameters(register: Register) -> Iterator[Finding]:
    if not register.parts.get(PARAMETERS, b"").strip():
        return
    of_parameters = partial(_error, key=PARAMETERS)
    rows = part_rows(register, PARAMETERS)
    if not rows or rows[0] != ["name", "value"]:
        yield of_parameters(
            rule="723",
            value=",".join(rows[0]) if rows else "",
            message=f"The first line of {PARAMETERS} must be name,value.",
        )
    if not rows:
        return
    given = parameters_of(register)
    parts = _PARTS.fullmatch(_stem(register))
    entity = given.get("entityID", "")
    if not entity.endswith((".CON", ".IND")):
        yield of_parameters(
            rule="514",
            value=entity,
            message="entityID must end in .CON (consolidated) or .IND (one entity).",
        )
    wanted = f"rs:{parts['lei']}.{parts['scope']}" if parts else ""
    if not entity or (wanted and entity != wanted):
        yield of_parameters(
            rule="714",
            value=entity,
            message=f"entityID must be {wanted or 'rs: and the LEI and scope of the name'}.",
        )
    period = given.get("refPeriod", "")
    if not is_day(period):
        yield of_parameters(
            rule="330", value=period, message="refPeriod must be a day as 2025-12-31."
        )
    if parts and period != parts["day"]:
        yield of_parameters(
            rule="320",
            value=period,
            message=f"refPeriod must be the reference date of the name, {parts['day']}.",
        )
    if not _CURRENCY.fullmatch(given.get("baseCurrency", "")):
        yield of_parameters(
            rule="FR:3.1",
            value=given.get("baseCurrency", ""),
            message="baseCurrency must be the currency of all amounts, as iso4217:EUR.",
        )
    yield from _decimals(given)


def _decimals(given: dict[str, str]) -> Iterator[Finding]:
    of_decimals = partial(_error, rule="FR:2.18", key=PARAMETERS)
    if given.get("decimalsInteger", "") != "0":
        yield of_decimals(
            value=given.get("decimalsInteger", ""), message="decimalsInteger must be 0."
        )
    precise = given.get("decimalsMonetary", "")
    if not _DECIMALS.fullmatch(precise) or (precise != "INF" and int(precise) < _COARSEST):
        yield of_decimals(
            value=precise,
            message=f"decimalsMonetary must be {_COARSEST} or finer: -3 says thousands.",
        )
    known = {"entityID", "refPeriod", "baseCurrency", "decimalsInteger", "decimalsMonetary"}
    for name in given.keys() - known:
        yield Finding(
            rule="FR:parameters",
            weight=Weight.WARNING,
            key=PARAMETERS,
            value=name,
            message=f"The parameter {name} is none of a register; an authority rejected"
            " decimalsPercentage. Take it out.",
        )


def _indicators(register: Register) -> Iterator[Finding]:
    if not register.parts.get(INDICATORS, b"").strip():
        return
    of_indicators = partial(_error, key=INDICATORS)
    rows = part_rows(register, INDICATORS)
    if not rows or sorted(rows[0]) != ["reported", "templateID"]:
        yield of_indicators(
            rule="702",
            value=",".join(rows[0]) if rows else "",
            message=f"The first line of {INDICATORS} must be templateID,reported.",
        )
    turned = bool(rows) and rows[0][:1] == ["reported"]
    said = [tuple(reversed(row)) if turned else tuple(row) for row in rows[1:] if len(row) == 2]
    times = Counter(template for template, _ in said)
    for template, reported in said:
        if template not in TABLES:
            yield of_indicators(
                rule="510",
                value=template,
                message=f"{template} is no table of a register. Tables are named as B_01.01.",
            )
        elif reported.casefold() in ("false", "0"):
            yield of_indicators(
                rule="808",
                table=template,
                value=reported,
                message=f"{template} must be true: a table with nothing to report is filed as its"
                " first line alone.",
            )
        elif reported not in ("true", "1"):
            yield of_indicators(
                rule="704",
                table=template,
                value=reported,
                message=f"{template} says neither true nor false. Write true.",
            )
    for template in TABLES:
        if times[template] > 1:
            yield of_indicators(
                rule="703", table=template, message=f"{template} stands twice. Keep one line."
            )
        elif not times[template]:
            yield of_indicators(
                rule="705", table=template, message=f"{template} is missing. Add {template},true."
            )
