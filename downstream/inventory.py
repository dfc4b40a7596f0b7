"""Inventories in memory: a file, a pandas frame or an Arrow table, read as an import reads it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import pandas as pd
import pyarrow as pa

from db.importing.as_records import portfolio_of
from db.importing.reading import ImportRequest, read_file, usage_format_of
from db.services.reference import FIXTURES
from risk.catalog.loading import load_catalog
from risk.catalog.records import Catalog
from risk.inventory.intake_results import IntakeResult, Outcome, Problem, Question
from risk.inventory.records import Portfolio
from risk.inventory.resolution import Resolver
from ui import wording
from ui.render.frames import file_of
from ui.tables import resolution

if TYPE_CHECKING:
    from risk.loss.valuation import Valuation

#: What :func:`read` takes.
Source: TypeAlias = str | Path | bytes | pd.DataFrame | pa.Table
#: Name of a table that came without one.
FRAME = "frame"


class CannotBeRead(ValueError):
    """An inventory of which nothing can be used; the message says what to write instead."""


class QuestionsOpen(CannotBeRead):
    """An inventory that asks something only its reader knows; the message says how to answer."""


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Inventory:
    """What an inventory says, with every problem and question told.

    ``portfolio`` are its records, ``problems`` what is wrong in which line and what to write
    instead, ``questions`` what must be answered before anything is calculated (``assume=`` of
    :func:`read`). ``mapping`` goes from the header to the column it was read as, None: left out.
    ``day`` is the day on which it was read, from which facts without a day count. ``kept`` is what
    was laid out of it, with what that rests on.
    """

    name: str
    day: date
    portfolio: Portfolio
    records: int
    accepted: int
    problems: tuple[Problem, ...]
    questions: tuple[Question, ...]
    mapping: Mapping[str, str | None]
    kept: dict[object, tuple["Valuation", object]] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<Inventory: {self.explain()[0]}>"

    @property
    def companies(self) -> tuple[str, ...]:
        """The names of the companies, in the order of the file."""
        return tuple(one.name for one in self.portfolio.startups)

    @property
    def dependencies(self) -> pd.DataFrame:
        """A row for each dependency: whose it is, as written, and what it was read as."""
        return pd.DataFrame(
            [
                {
                    "startup": startup.name,
                    "use_case": case.name,
                    "provider": one.provider_text,
                    "answer": str(one.answer),
                    "developer": one.developer,
                    "host": one.host,
                    "product": one.product,
                    "model": one.model,
                }
                for startup in self.portfolio.startups
                for case in startup.use_cases
                for one in case.dependencies
            ],
            columns=[
                *("startup", "use_case", "provider"),
                *("answer", "developer", "host", "product", "model"),
            ],
        )

    def explain(self) -> list[str]:
        """Return in sentences how it was read, what is wrong, and what is asked."""
        said = [
            f"{self.name}: {self.accepted:,} of {wording.counted(self.records, 'record')} accepted,"
            f" {wording.counted(len(self.companies), 'company', 'companies')}."
        ]
        said += [one.message for one in self.problems]
        return said + [_asked(one) for one in self.questions]

    def _repr_html_(self) -> str:
        """The sentences as a list, for notebooks."""
        return "".join(f"<p>{escape(one)}</p>" for one in self.explain())


def _asked(question: Question) -> str:
    choices = " or ".join(repr(one) for one in question.choices) or "a name"
    return f"{question.question} Answer by assume={{{question.code!r}: {choices}}}."


def read(
    source: Source,
    *,
    name: str | None = None,
    mapping: Mapping[str, str | None] | None = None,
    assume: Mapping[str, str] | None = None,
    split_products: bool = False,
    today: date | None = None,
) -> Inventory:
    """Read an inventory: the path or bytes of any format that is imported, or a table in memory.

    A table has the columns of docs/file-format.md, or others that ``mapping`` names. ``assume``
    answers questions by their code; the key ``all`` takes every suggestion. ``today`` (default: the
    day it is, UTC) is the day that its facts are of where it states none.

    Raises:
        CannotBeRead: nothing of it can be used, or it is a log or a bill.
        OSError: the path cannot be read.
    """
    day = today or datetime.now(UTC).date()
    data, file_name = _bytes_of(source)
    request = ImportRequest(
        data=data,
        file_name=name or file_name,
        mapping=mapping,
        assume=assume,
        split_products=split_products,
    )
    if usage_format_of(request) is not None:
        raise CannotBeRead(
            f"{request.file_name} is a log or a bill, which is read beside the register that it is "
            "about: import it with “downstream import”."
        )
    found = read_file(request, resolver(), today=day).intake
    if found.outcome is Outcome.REJECT_FILE or not (found.rows or found.confirm):
        raise CannotBeRead(_refusal(found, request.file_name))
    portfolio, disagreements = portfolio_of(
        found.rows, name=name or Path(file_name).stem, file_name=request.file_name, day=day
    )
    return Inventory(
        name=request.file_name,
        day=day,
        portfolio=portfolio,
        records=found.records,
        accepted=found.accepted,
        problems=(*found.problems, *disagreements),
        questions=found.confirm,
        mapping=found.mapping,
    )


def _refusal(found: IntakeResult, name: str) -> str:
    told = [one.message for one in found.problems]
    return " ".join(told) or f"{name} holds no record."


def _bytes_of(source: Source) -> tuple[bytes, str]:
    if isinstance(source, bytes):
        return source, FRAME
    if isinstance(source, str | Path):
        return Path(source).read_bytes(), Path(source).name
    if isinstance(source, pa.Table):
        source = source.to_pandas()
    if isinstance(source, pd.DataFrame):
        return source.to_csv(index=False, date_format="%Y-%m-%d").encode(), FRAME
    raise CannotBeRead(
        f"A {type(source).__name__} is no inventory: give a path, bytes, a pandas frame or an "
        "Arrow table."
    )


def read_or_as_it_is(data: Inventory | Source, *, today: date | None) -> Inventory:
    """An inventory that can be calculated with.

    Raises:
        QuestionsOpen: it asks something first.
        CannotBeRead: nothing of it can be used.
    """
    inventory = data if isinstance(data, Inventory) else read(data, today=today)
    if inventory.questions:
        raise QuestionsOpen(" ".join(_asked(one) for one in inventory.questions))
    return inventory


def resolve(names: Iterable[str]) -> pd.DataFrame:
    """Return what each text names: language model or not, whose, hosted where, how surely, and why.

    A row for each text in its order; the keys are those of ``downstream resolve --json``.
    """
    reader = resolver()
    rows = [resolution.row_of(reader.resolve(one)) for one in names]
    return file_of(resolution.COLUMNS, rows)


@cache
def catalog() -> Catalog:
    """The reference facts that come with the program."""
    return load_catalog(FIXTURES)


@cache
def resolver() -> Resolver:
    """The reader of names that knows them."""
    return Resolver(catalog())
