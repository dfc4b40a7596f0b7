"""Mapping of the headers of a file to canonical columns.

A header is known by its exact name, then by the published synonyms. What is only likely
(:func:`suggest_mapping`) is shown to the reader, never taken silently.

A mapping given by the reader (``--map FILE.json`` in the terminal) is one JSON object from header
to canonical column, or to null for a column to leave out::

    {"Tool/Application Name": "provider", "Description": "notes", "Sponsoring Office": null}

Headers it does not mention are mapped as usual. A key that begins with ``=`` gives every record
the same value in a column that the file lacks, as in an inventory of a single organisation::

    {"=startup": "Office of Personnel Management"}

It may be written from our side as well, ``{"provider": "Tool", "startup": "=Our firm"}``.

Several headers may be mapped to ``notes``: the cells are kept there one after the other, each
behind its header's name, so that what is useful and has no column of its own is not lost.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from rapidfuzz import fuzz, process

from risk.inventory.columns import COLUMNS, REQUIRED, Kind, header_key
from risk.inventory.header_words import (
    holds_providers,
    likely_column,
    published_synonyms,
    what_it_looks_like,
)
from risk.inventory.money_headers import MoneyHeader, as_in_usd, is_for, money_header
from risk.inventory.refusals import FileRefused
from risk.inventory.rejects import own_columns

#: Which of a file's headers is which column, or None for one to leave out.
Columns = Mapping[str, str | None]
#: How a file with this header was read before; None: it never was, or is to be read by its header.
Remembered = Callable[[Sequence[str]], Columns | None]
#: A header is suggested for a column when its letters agree this well (rapidfuzz ratio, 0-100).
SUGGESTION_SIMILARITY = 82.0
CONSTANT = "="
#: Questions whose answer is a name that holds for every record of a file.
WHOLE_FILE_PROVIDER, WHOLE_FILE_COMPANY = "whole_file_provider", "whole_file_company"
WHOLE_FILE = {WHOLE_FILE_PROVIDER: "provider", WHOLE_FILE_COMPANY: "startup"}
#: What forms add to a header: ``Vendor *``, ``Vendor:``, ``Vendor (required)``.
_MARK_OF_A_FORM = re.compile(
    r"\s*(?:[*:\u2020]|[(\[](?:required|mandatory|optional|pflichtfeld|obligatoire|obligatorio"
    r"|必填|选填)[)\]])+\s*$|^\s*(?:\*+\s*|u_)",
    re.I,
)
#: Words that narrow a name and leave its meaning: ``Primary model``, ``Monthly LLM spend``,
#: ``Foundation model provider(s)``.
_SAID_BESIDES = re.compile(
    r"\b(?:primary|main|current|lead)[\s_-]+(?=(?:(?:ai|llm)[\s_-]+)?(?:model|vendor|provider|supplier)\b)"
    r"|\b(?:ai|llm|gen[\s_-]?ai)[\s_-]+(?=(?:spend|spending|costs?|fees?)\b)"
    r"|\bfoundation[\s_-]+(?=model[\s_-]+(?:vendor|provider))|\(s\)",
    re.I,
)
#: A column that several headers may be read as: their cells stand in it one after the other.
GATHERING = "notes"


@dataclass(frozen=True)
class ColumnMap:
    """``positions``: canonical column → index in the record; ``constants``: column → value.

    ``headers``: every header of the file → canonical column, or None where it is left out; and
    the constants as they were given, so that it can be given again.
    ``unknown``: the headers left out that nobody asked to leave out. ``gathered``: where several
    headers are kept as notes, their names and indices. ``money``: what the headers of columns of
    money say of their amounts, and these headers as they stand.
    """

    positions: Mapping[str, int]
    constants: Mapping[str, str]
    headers: Mapping[str, str | None]
    unknown: tuple[str, ...]
    gathered: tuple[tuple[str, int], ...] = ()
    money: Mapping[str, tuple[str, MoneyHeader]] = field(default_factory=dict)

    def gathered_text(self, cells: Sequence[str]) -> str:
        """The cells kept as notes, each behind its header: ``Owner: IT · Licences: 40``."""
        filled = ((name, cells[index].strip()) for name, index in self.gathered)
        return " · ".join(f"{name}: {cell}" for name, cell in filled if cell)

    @property
    def missing(self) -> tuple[str, ...]:
        """The required columns that neither a header nor a constant gives."""
        return tuple(c for c in REQUIRED if c not in self.positions and c not in self.constants)


def turned_to(header: Sequence[str], chosen: Columns | None) -> dict[str, str | None]:
    """``chosen`` from header to column, whichever way round each of its lines is written.

    A line is turned round if it begins with a column of ours and ends with a header of the file,
    or a constant, that is none: as it stands it could only be a mistake.
    """
    present = {header_key(cell) for cell in header}
    turned: dict[str, str | None] = {}
    for key, value in (chosen or {}).items():
        if key not in COLUMNS or value is None or value in COLUMNS:
            turned[key] = value
        elif value.startswith(CONSTANT):
            turned[CONSTANT + key] = value.removeprefix(CONSTANT)
        elif header_key(value) in present:
            turned[value] = key
        else:
            turned[key] = value
    return turned


def with_whole_file(chosen: Columns | None, answer_to: Callable[[str], str]) -> Columns | None:
    """``chosen`` and what the reader answered for the whole file, as constants."""
    answers = {
        CONSTANT + column: text
        for code, column in WHOLE_FILE.items()
        if (text := answer_to(code).strip())
    }
    return {**(chosen or {}), **answers} if answers else chosen


def map_columns(header: Sequence[str], chosen: Columns | None) -> ColumnMap:
    """Map ``header`` by the reader's choice, exact name, and synonym, in this order.

    Raises :class:`FileRefused` if the choice names a column or a header that does not exist, or
    one column twice.
    """
    chosen = turned_to(header, chosen)
    constants = {k[1:]: v for k, v in chosen.items() if k.startswith(CONSTANT) and v}
    by_key = {header_key(k): v for k, v in chosen.items() if not k.startswith(CONSTANT)}
    by_key |= {header_key(cell): None for cell in own_columns(header)}
    _check_choice(header, constants, by_key)
    meanings = [_meaning(cell, by_key) for cell in header]
    ranked: dict[str, tuple[int, int]] = {}
    for index, meaning in enumerate(meanings):
        if meaning is not None and meaning[0] not in constants:
            column, rank = meaning
            ranked[column] = min(ranked.get(column, (rank, index)), (rank, index))
    positions = {column: index for column, (_, index) in ranked.items()}
    columns = {index: column for column, index in positions.items()}
    gathered: list[int] = []
    if GATHERING in by_key.values():
        gathered = [i for i, meaning in enumerate(meanings) if meaning and meaning[0] == GATHERING]
        columns |= dict.fromkeys(gathered, GATHERING)
    unknown = tuple(
        cell
        for index, cell in enumerate(header)
        if index not in columns and cell and by_key.get(header_key(cell), "") is not None
    )
    headers: dict[str, str | None] = {c: columns.get(index) for index, c in enumerate(header)}
    headers |= {CONSTANT + column: value for column, value in constants.items()}
    kept = tuple((header[i], i) for i in gathered) if len(gathered) > 1 else ()
    money = {
        column: (header[index], _says(header[index]))
        for column, index in positions.items()
        if COLUMNS[column].kind is Kind.MONEY
    }
    given = (column for column in constants if COLUMNS[column].kind is Kind.MONEY)
    money |= {column: (column, money_header(column)) for column in given}
    return ColumnMap(positions, constants, headers, unknown, kept, money)


def columns_in_use(header: Sequence[str], chosen: Columns | None) -> frozenset[str]:
    """The compared headers that mean a column of ours, or that the reader chose one for."""
    by_key = {
        header_key(key): column
        for key, column in turned_to(header, chosen).items()
        if not key.startswith(CONSTANT)
    }
    return frozenset(header_key(cell) for cell in header if _meaning(cell, by_key) is not None)


def _meaning(cell: str, by_key: Mapping[str, str | None]) -> tuple[str, int] | None:
    """The canonical column of one header and its rank: choice, exact name, synonym."""
    key = header_key(cell)
    if key in by_key:
        column = by_key[key]
        return (column, -2) if column is not None else None
    plain = _MARK_OF_A_FORM.sub("", cell)
    for written in (key, header_key(plain), header_key(_SAID_BESIDES.sub("", plain))):
        if written in known_headers():
            return known_headers()[written]
    return _meaning_in_usd(_SAID_BESIDES.sub("", plain))


def _meaning_in_usd(header: str) -> tuple[str, int] | None:
    """The column of money that the header would name if its amounts were in USD, or monthly."""
    said = _known_in_usd(header)
    # After every header that says it as it is.
    return (said[0], said[1] + len(known_headers())) if said else None


@cache
def _known_in_usd(header: str) -> tuple[str, int, bool] | None:
    """Column and rank of a header of money as in USD, and whether that was added to it."""
    for one in as_in_usd(header):
        found = known_headers().get(header_key(one.header))
        if found is not None and is_for(found[0], one.per):
            return *found, one.is_added
    return None


def _says(header: str) -> MoneyHeader:
    """What a header says of the amounts below it, and whether their currency is to be asked."""
    says, known = money_header(header), _known_in_usd(header)
    is_unsure = known is not None and known[2] and says.currency is None and says.sign is None
    is_known = known is not None or _meaning(header, {}) is not None
    return replace(says, is_unsure=is_unsure, is_known=is_known)


@cache
def known_headers() -> Mapping[str, tuple[str, int]]:
    """As :func:`~risk.inventory.header_words.published_synonyms`, our own names before them."""
    return dict(published_synonyms()) | {header_key(column): (column, -1) for column in COLUMNS}


def _check_choice(
    header: Sequence[str], constants: Mapping[str, str], by_key: Mapping[str, str | None]
) -> None:
    targets = [*constants, *(column for column in by_key.values() if column is not None)]
    for column in targets:
        if column not in COLUMNS:
            raise FileRefused(
                "missing_columns",
                f"The mapping names a column {column!r} that does not exist. The columns are:"
                f" {', '.join(sorted(COLUMNS))}.",
            )
        if targets.count(column) > 1 and column != GATHERING:
            raise FileRefused(
                "duplicate_header", f"The mapping gives the column {column} twice; keep one."
            )
    present = {header_key(cell) for cell in header}
    absent = [key for key, column in by_key.items() if column is not None and key not in present]
    if absent:
        raise FileRefused(
            "missing_columns",
            f"The mapping names a header that the file lacks: {absent[0]!r}. The file has:"
            f" {_listed(header)}.",
        )


def refuse_missing(
    header: Sequence[str],
    columns: ColumnMap,
    samples: Mapping[str, Sequence[str]],
    names_a_provider: Callable[[str], bool],
) -> None:
    """Raise :class:`FileRefused` if a required column is missing, saying what to do.

    ``samples`` and ``names_a_provider`` as for :func:`suggest_mapping`.
    """
    missing = columns.missing
    if not missing:
        return
    telltale = what_it_looks_like(header)
    message = f"No column for {' and '.join(missing)}. The file has: {_listed(header)}."
    suggested = suggest_mapping(header, samples, names_a_provider)
    likely = [cell for cell, column in suggested.items() if column in missing]
    if telltale and len(missing) == len(REQUIRED):
        message += f" It looks like {telltale}, not like an inventory of who depends on whom."
    elif likely:
        message += f" Is it {likely[0]!r}? Then map it to {suggested[likely[0]]}."
    elif missing == ("startup",):
        message += (
            " If all records belong to one organisation, give its name for all of them (in a"
            ' mapping file: "=startup"); otherwise map the column that holds the dependent'
            " companies."
        )
    elif len(missing) == len(REQUIRED) and not columns.positions:
        message += (
            " It does not look like an inventory of who depends on whom: none of its columns is"
            " one that we know. If it is, map the columns that hold the companies and providers."
        )
    else:
        message += " Map the columns that hold them."
    if missing == ("provider",):
        message += (
            " If the whole file is about one provider, give its name as the answer to"
            f" {WHOLE_FILE_PROVIDER}."
        )
    elif missing == ("startup",):
        message += f" Its name may also be the answer to {WHOLE_FILE_COMPANY}."
    raise FileRefused("missing_columns", message)


def _listed(header: Sequence[str]) -> str:
    named = [cell for cell in header if cell]
    shown = ", ".join(cell[:40] for cell in named[:12])
    return shown + (f" and {len(named) - 12} more" if len(named) > 12 else "")


def suggest_mapping(
    header: Sequence[str],
    samples: Mapping[str, Sequence[str]],
    names_a_provider: Callable[[str], bool] | None = None,
) -> dict[str, str | None]:
    """For every header the likeliest canonical column, or None; for the reader to confirm.

    Exact names and synonyms first, then likeness of the words, then what the cells in ``samples``
    (header → some cells) look like. ``names_a_provider`` says whether a cell names a provider;
    where no header does, a column of products or use cases whose cells do is suggested instead.
    Only ``notes`` is suggested twice.
    """
    known = map_columns(header, None)
    result: dict[str, str | None] = dict(known.headers)
    taken = set(known.positions)
    for cell in known.unknown:
        column = _by_words(cell) or likely_column(cell, samples.get(cell, ()), names_a_provider)
        if column is not None and (column not in taken or column == GATHERING):
            result[cell] = column
            taken.add(column)
    if "provider" not in taken and names_a_provider:
        for cell in header:
            if holds_providers(samples.get(cell, ()), names_a_provider):
                result[cell] = "provider"
                break
    return result


def _by_words(cell: str) -> str | None:
    """The column with a name or synonym that is spelt much like ``cell``."""
    match = process.extractOne(
        header_key(cell),
        known_headers().keys(),
        scorer=fuzz.ratio,
        score_cutoff=SUGGESTION_SIMILARITY,
    )
    return known_headers()[match[0]][0] if match else None
