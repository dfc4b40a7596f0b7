"""Sums of a usage file: its rows by month, use case and supplier, and where every cent of it went.

Only sums are held, and a number for each id of a logged request, so that a row that stands twice
counts once. Two rows of one id that say different things are refused both.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal, localcontext
from functools import cache
from typing import Any, BinaryIO, NamedTuple

from risk.inventory.refusals import FileRefused
from risk.inventory.usage.formats import UsageFormat, format_of, unwrapped
from risk.inventory.usage.lines import (
    FIRST_OF_LIST,
    Bucket,
    Ignored,
    Reading,
    Rejected,
    Supplier,
    UsageLine,
)
from risk.inventory.usage.streams import Opened, UsageRow, open_usage
from risk.inventory.usage.suppliers import Suppliers, plain_model
from risk.inventory.usage.values import EXACT, UNFIT, Unreadable

MOST_BYTES = 2 * 1024**3
MOST_GROUPS = 100_000
_SHOWN_REJECTS = 1_000
#: The sums of a group that are None until a row says one.
COUNTS = (
    "requests",
    "failed",
    "from_cache",
    "fallbacks",
    "input_tokens",
    "cached_tokens",
    "cache_write_tokens",
    "output_tokens",
)

Places = tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Sums:
    """What was called and paid of one supplier, for one use case, in one period."""

    money: Decimal | None = None
    byok: Decimal | None = None
    billed_instead: Decimal | None = None
    lines: int = 0
    requests: int | None = None
    failed: int | None = None
    from_cache: int | None = None
    fallbacks: int | None = None
    input_tokens: int | None = None
    cached_tokens: int | None = None
    cache_write_tokens: int | None = None
    output_tokens: int | None = None

    def add(self, line: UsageLine) -> None:
        """Add a row; what it does not say stays unknown."""
        self.lines += 1
        if line.money is not None:
            self.money = line.money if self.money is None else self.money + line.money
        if line.byok is not None:
            self.byok = line.byok if self.byok is None else self.byok + line.byok
        if line.billed_instead is not None:
            self.billed_instead = (self.billed_instead or Decimal(0)) + line.billed_instead
        for name in COUNTS:
            said = getattr(line, name)
            if said is not None:
                before = getattr(self, name)
                setattr(self, name, said if before is None else before + said)

    def merged(self, other: "Sums") -> "Sums":
        """The sums of both."""

        def both(a: Any, b: Any) -> Any:
            return b if a is None else a if b is None else a + b

        return Sums(
            money=both(self.money, other.money),
            byok=both(self.byok, other.byok),
            billed_instead=both(self.billed_instead, other.billed_instead),
            lines=self.lines + other.lines,
            **{name: both(getattr(self, name), getattr(other, name)) for name in COUNTS},
        )


class GroupKey(NamedTuple):
    """A period (mostly one day), the names that may be the use case, and the supplier."""

    first_day: date
    last_day: date
    places: Places
    supplier: Supplier
    currency: str
    asked: str | None = None


@dataclass
class Rows:
    """What became of the rows: ``read`` is the sum of the others."""

    read: int = 0
    counted: int = 0
    duplicates: int = 0
    ignored: int = 0
    rejected: int = 0


@dataclass
class UsageSums:
    """Everything that is known of a usage file once it is read.

    ``groups`` hold language models and what may be one (``Bucket.ASK``, in ``asked``). ``money``
    is where every cent went, ``days`` the first and last day seen of each month, with those on
    which nothing was used.
    """

    format: UsageFormat
    rows: Rows = field(default_factory=Rows)
    money_in: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    money: dict[tuple[Bucket, str], Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    groups: dict[GroupKey, Sums] = field(default_factory=dict)
    asked: dict[GroupKey, Sums] = field(default_factory=dict)
    days: dict[date, tuple[date, date]] = field(default_factory=dict)
    rejects: list[tuple[int, Rejected]] = field(default_factory=list)
    has_more: bool = False
    accounts: set[str] = field(default_factory=set)

    @property
    def account(self) -> str:
        """What tells this bill from one of another account, and from which none can be found out.

        Six hexadecimal digits: some ten thousands of accounts have the same ones.
        """
        if not self.accounts:
            return ""
        every = "\n".join(sorted(self.accounts)).encode()
        return hashlib.blake2b(every, digest_size=3, key=b"accounts of bills").hexdigest()

    def is_complete(self, month: date) -> bool:
        """Whether days were seen from the first of the month to its last."""
        first, last = self.days[month]
        return first <= month and last >= end_of(month)

    @property
    def is_balanced(self) -> bool:
        """Whether every row and every cent is accounted for."""
        rows = self.rows
        parts = rows.counted + rows.duplicates + rows.ignored + rows.rejected
        with localcontext(EXACT):
            return rows.read == parts and all(
                self._is_balanced_in(currency) for currency in self.money_in
            )

    def _is_balanced_in(self, currency: str) -> bool:
        nothing = Decimal(0)
        parts = [
            money
            for (bucket, of), money in self.money.items()
            if of == currency and bucket is not Bucket.BYOK
        ]
        held = {
            bucket: [one.money for key, one in groups.items() if key.currency == currency]
            for bucket, groups in ((Bucket.LLM, self.groups), (Bucket.ASK, self.asked))
        }
        return self.money_in[currency] == sum(parts, nothing) and all(
            sum((one for one in moneys if one is not None), nothing)
            == self.money.get((bucket, currency), nothing)
            for bucket, moneys in held.items()
        )


def _name_of(supplier: Supplier) -> str:
    return supplier.model or plain_model(supplier.as_billed)


@cache
def end_of(month: date) -> date:
    """The last day of the month that begins on ``month``."""
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def usage_format(source: BinaryIO) -> UsageFormat | None:
    """The format of a log or a bill, None if the file is neither.

    Raises:
        FileRefused: it is packed or written as one of them and is not whole.
    """
    file = open_usage(source, MOST_BYTES)
    return None if file is None else format_of(unwrapped(file))


def add_up(sources: Sequence[BinaryIO], suppliers: Suppliers) -> UsageSums:
    """The sums of a log or a bill, which may be parted into several files of one format.

    Raises:
        FileRefused: ``unknown_usage_format``, ``truncated_json``, ``truncated_file``, ``not_csv``,
            ``no_usage_rows``, ``repeated_totals``, ``too_many_groups``, ``file_too_large``.
    """
    files = [_opened(source) for source in sources]
    format_ = files[0][1]
    if any(one.name != format_.name for _, one in files):
        raise FileRefused(
            "unknown_usage_format",
            "The files are of several formats. Import those of one format at a time.",
        )
    opened = [file for file, _ in files]
    with localcontext(EXACT):
        adding = _Adding(opened, format_, suppliers)
        sums = adding.sums()
        if adding.conflicts or adding.is_late:
            # Rare, so that nothing more than a number a row is held for it.
            again = _Adding(opened, format_, suppliers, adding.conflicts, adding.failed)
            sums = again.sums()
    if not sums.rows.read:
        raise FileRefused("no_usage_rows", "The file holds no rows. Export days with usage.")
    return sums


def _opened(source: BinaryIO) -> tuple[Opened, UsageFormat]:
    file = open_usage(source, MOST_BYTES)
    file = None if file is None else unwrapped(file)
    format_ = None if file is None else format_of(file)
    if file is None or format_ is None:
        raise FileRefused(
            "unknown_usage_format",
            "This is no log or bill that is known here. The formats stand in docs/usage.md; a table"
            " of another kind can be imported as an inventory.",
        )
    return file, format_


class _Adding:
    """One pass over a file. Rows of the ids in ``refused`` are left out.

    ``failed`` are the suppliers of calls that failed, by what ties them to the call that took over.
    ``is_late``: one was told of after the call that took over, so that another pass is needed.
    """

    def __init__(
        self,
        files: Sequence[Opened],
        format_: UsageFormat,
        suppliers: Suppliers,
        refused: Set[int] = frozenset(),
        failed: Mapping[int, Supplier] | None = None,
    ) -> None:
        self._files, self._format, self._suppliers = files, format_, suppliers
        self._refused = refused
        self._seen: dict[int, int] = {}
        self.failed: dict[int, Supplier] = dict(failed or {})
        self._answered: set[int] = set()
        self.is_late = False
        self._groups: dict[str, Counter[Supplier]] = defaultdict(Counter)
        self._totals: dict[tuple[date, Places], set[tuple[Any, ...]]] = defaultdict(set)
        self._models: dict[tuple[date, Places], set[str]] = defaultdict(set)
        self.conflicts: set[int] = set()
        self._into = UsageSums(format_)

    def sums(self) -> UsageSums:
        into, read = self._into, self._format.read
        watches_totals = self._format.name == "litellm_ui_csv" and any(
            "Model" in file.names for file in self._files
        )
        account = self._account()
        for number, row in enumerate(self._rows(), start=1):
            if row is None:
                self._reject(number, Rejected("bad_record", ""))
                continue
            into.has_more = into.has_more or row.get("has_more") is True
            if account and (said := row.get(account)):
                into.accounts.add(str(said))
            try:
                for line in read(row, self._suppliers):
                    self._take(number, line)
                    if watches_totals and isinstance(line, UsageLine):
                        self._totals[line.first_day, line.places].add((line.money, line.requests))
                        self._models[line.first_day, line.places].add(line.supplier.as_billed)
            except Unreadable as error:
                self._reject(number, error.rejected)
            except UNFIT:
                self._reject(number, Rejected("bad_record", ""))
        self._refuse_repeated_totals()
        into.groups = self._with_models_that_were_asked(into.groups)
        return into

    def _account(self) -> str:
        """The column that says whose bill it is, as the files write it; empty: none does."""
        wanted = self._format.account
        names = (name for file in self._files for name in file.names)
        return next((name for name in names if wanted and name.casefold() == wanted.casefold()), "")

    def _rows(self) -> Iterator[UsageRow | None]:
        for file in self._files:
            yield from file.rows(self._format.columns_of(file.names))

    def _reject(self, number: int, rejected: Rejected) -> None:
        self._into.rows.read += 1
        self._into.rows.rejected += 1
        if len(self._into.rejects) < _SHOWN_REJECTS:
            self._into.rejects.append((number, rejected))

    def _take(self, number: int, line: Reading) -> None:
        rows = self._into.rows
        if isinstance(line, Rejected):
            self._reject(number, line)
            return
        rows.read += line.rows
        if isinstance(line, Ignored):
            rows.ignored += line.rows
            self._note_days(line.first_day, line.last_day)
            return
        if line.identity:
            known = hash(line.identity)
            if known in self._refused:
                rows.read -= line.rows
                self._reject(number, Rejected("conflict", ""))
                return
            supplier = line.supplier
            says = hash(
                (
                    line.first_day,
                    line.money,
                    line.input_tokens,
                    line.output_tokens,
                    line.failed,
                    supplier.as_billed,
                    supplier.host,
                    line.places,
                )
            )
            before = self._seen.setdefault(known, says)
            if before is not says:
                if before == says:
                    rows.duplicates += line.rows
                    return
                self.conflicts.add(known)
        rows.counted += line.rows
        self._count(line)

    def _count(self, line: UsageLine) -> None:
        into = self._into
        self._note_days(line.first_day, line.last_day)
        if line.money is not None:
            into.money_in[line.currency] += line.money
            into.money[line.bucket, line.currency] += line.money
        if line.credit:
            into.money_in[line.currency] += line.credit
            into.money[Bucket.CREDITS, line.currency] += line.credit
        if line.byok:
            into.money[Bucket.BYOK, line.currency] += line.byok
        if line.bucket is Bucket.LLM:
            held = into.groups
        elif line.bucket is Bucket.ASK:
            held = into.asked
        else:
            return
        if line.group is not None and line.took_over is None:
            self._groups[line.group][line.supplier] += 1
        asked = self._asked(line)
        key = GroupKey(
            line.first_day, line.last_day, line.places, line.supplier, line.currency, asked
        )
        sums = held.get(key)
        if sums is None:
            if len(held) >= MOST_GROUPS:
                raise FileRefused(
                    "too_many_groups",
                    f"The file names more than {MOST_GROUPS:,} combinations of day, use case and"
                    " model. Export fewer months at a time.",
                )
            sums = held[key] = Sums()
        sums.add(line)

    def _note_days(self, first: date, last: date) -> None:
        days = self._into.days
        while True:
            month = first.replace(day=1)
            until = min(last, end_of(month))
            known = days.get(month)
            if known is None:
                days[month] = first, until
            elif first < known[0] or until > known[1]:
                days[month] = min(known[0], first), max(known[1], until)
            if until >= last:
                return
            first = until + timedelta(days=1)

    def _asked(self, line: UsageLine) -> str | None:
        """The model that was asked, where another one or another host answered in its place."""
        if line.trace is not None:
            return self._asked_in_trace(hash(line.trace), line)
        if line.took_over is None or line.failed:
            return None
        if line.took_over == FIRST_OF_LIST:
            return FIRST_OF_LIST
        asked = plain_model(line.took_over)
        return None if asked == _name_of(line.supplier) else asked

    def _asked_in_trace(self, trace: int, line: UsageLine) -> str | None:
        if line.failed:
            self.failed.setdefault(trace, line.supplier)
            self.is_late = self.is_late or trace in self._answered
            return None
        before = self.failed.get(trace)
        if before is None:
            self._answered.add(trace)
            return None
        answered, failed = line.supplier, before
        is_other = (_name_of(answered), answered.host) != (_name_of(failed), failed.host)
        return _name_of(failed) if is_other else None

    def _with_models_that_were_asked(self, groups: dict[GroupKey, Sums]) -> dict[GroupKey, Sums]:
        """The groups, a gateway's own name for a model replaced by that of the model behind it."""
        groups_of: dict[str, Counter[str]] = defaultdict(Counter)
        for group, suppliers in self._groups.items():
            for supplier, times in suppliers.items():
                groups_of[plain_model(group)][_name_of(supplier)] += times
        found: dict[GroupKey, Sums] = {}
        for key, sums in groups.items():
            behind = groups_of.get(key.asked or "")
            if behind:
                asked = min(behind, key=lambda name: (-behind[name], name))
                is_other = asked != _name_of(key.supplier)
                key = key._replace(asked=asked if is_other else None)
            before = found.get(key)
            found[key] = sums if before is None else before.merged(sums)
        return found

    def _refuse_repeated_totals(self) -> None:
        several = [key for key, models in self._models.items() if len(models) > 1]
        if several and all(len(self._totals[key]) == 1 for key in several):
            raise FileRefused(
                "repeated_totals",
                "Every model of a day and team carries the same numbers: this export repeats the"
                " team's whole day on each of its models, so that its sums are too large. Export it"
                " without models, or take the daily activity.",
            )
