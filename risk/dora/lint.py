"""The lint of a register of information: every finding, in the order in which to work through them.

Rules of the EBA's technical checks (numbers), of the taxonomy 4.0 (``v…``, ``e…``) and of the
filing rules (``FR:`` and section), all read through public tools; no authority's validator was run.
What only the standard (EU) 2024/2956 asks for is advice.
"""

from collections.abc import Iterator
from datetime import date

from risk.dora.advice_rules import advice
from risk.dora.findings import Finding as Finding
from risk.dora.findings import Weight as Weight
from risk.dora.findings import in_order
from risk.dora.package_rules import facts_errors, package_errors
from risk.dora.packages import FilingFacts, Register
from risk.dora.reject_rules import reference_errors, table_errors
from risk.dora.sheets import Sheets
from risk.dora.warning_rules import warnings


def lint(
    register: Register, facts: FilingFacts, *, today: date, as_package: bool
) -> tuple[Finding, ...]:
    """Every finding, errors first, then warnings, then advice.

    ``as_package`` judges the zip as it came. Without it the tables are judged as what will be
    filed from here: what filing writes or puts right itself is no finding.
    """
    return in_order(_found(register, facts, today=today, as_package=as_package))


def _found(
    register: Register, facts: FilingFacts, *, today: date, as_package: bool
) -> Iterator[Finding]:
    sheets = Sheets(register, facts)
    if as_package:
        yield from package_errors(register, facts=facts, today=today)
    else:
        yield from facts_errors(facts, register, today=today)
    if not any(len(sheet) for sheet in sheets.by_name.values()):
        yield Finding(
            rule="724",
            weight=Weight.ERROR,
            message="No table has a row, so there is nothing to file. Bring in the tables, or begin"
            " with B_01.01, who maintains the register.",
        )
    for sheet in sheets.by_name.values():
        yield from table_errors(sheet, as_package=as_package)
    yield from reference_errors(sheets)
    yield from warnings(sheets)
    yield from advice(sheets)
