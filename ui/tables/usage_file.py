"""Reading of a log or a bill, as columns: where its money went, and the dependencies it shows."""

from decimal import Decimal

from risk.inventory.observed import UsageReading
from risk.inventory.usage.lines import Bucket
from ui import wording
from ui.tables.column import Column, Record, Unit

#: What the money of a file is, in the order in which it is shown.
_SAID = {
    Bucket.LLM: "Language models",
    Bucket.ASK: "May be language models",
    Bucket.NOT_LLM: "Other services",
    Bucket.TAX: "Tax",
    Bucket.CREDITS: "Credits",
    Bucket.REFUNDS: "Refunds",
    Bucket.PURCHASES: "Prepayments",
    Bucket.ADJUSTMENTS: "Adjustments",
    Bucket.BYOK: "Paid to the host under an own key, apart",
}
_ROWS = ("read", "counted", "duplicates", "ignored", "rejected")


def document_of(usage: UsageReading) -> Record:
    """The reading as a document: its rows, every cent by what it is, its months."""
    return {
        "startup": usage.startup,
        "format": usage.format,
        "first_day": usage.first_day,
        "last_day": usage.last_day,
        "rows": {name: getattr(usage, name) for name in _ROWS},
        "money": [
            {"bucket": row["bucket"], "currency": row["currency"], "amount": str(row["exact"])}
            for row in money_rows(usage)
        ],
        "complete_months": list(usage.seen.complete_months),
        "months_that_count": list(usage.months),
        "dependencies": shown_rows(usage),
    }


def money_rows(usage: UsageReading) -> list[Record]:
    """Where the money of the file is; the parts add up to the whole, but for own keys."""
    return [
        {
            "bucket": one.bucket.value,
            "what": _SAID[one.bucket],
            "currency": one.currency,
            "exact": one.money,
            "amount": float(one.money),
            "becomes": "dependencies" if one.bucket is Bucket.LLM else "nothing; it is shown",
        }
        for one in usage.buckets
    ]


def shown_rows(usage: UsageReading) -> list[Record]:
    """The dependencies that the file, with what was known before, shows."""
    return [
        {
            "use_case": one.use_case,
            "developer": one.developer,
            "host": one.host,
            "model": one.model,
            "share": None if one.share is None else float(one.share),
            "spend_usd": None if one.spend_usd is None else float(one.spend_usd),
            "fallback": one.fallback or None,
            "fallback_provider": one.fallback_provider or None,
        }
        for one in usage.dependencies
    ]


def headline(usage: UsageReading) -> str:
    """What the file is of, in a sentence: whose, from when to when, and what was paid."""
    paid = [one for one in usage.buckets if one.bucket is Bucket.LLM]
    money = ", ".join(f"{_money(one.money)} {one.currency}" for one in paid)
    months = usage.seen.complete_months
    whole = f"{wording.counted(len(months), 'whole month')}" if months else "no whole month"
    told = f"{money} for language models" if money else "no money"
    return (
        f"{usage.shown}, {usage.first_day:%-d %b %Y} to"
        f" {usage.last_day:%-d %b %Y} ({whole}): {told}."
    )


def rows_sentence(usage: UsageReading) -> str:
    """What became of the rows."""
    parts = [
        f"{getattr(usage, name):,} {said}"
        for name, said in (
            ("counted", "counted"),
            ("duplicates", "stand twice and count once"),
            ("ignored", "are no call of a model"),
            ("rejected", "could not be read"),
        )
        if getattr(usage, name)
    ]
    return f"Of {wording.counted(usage.read, 'row')}: {', '.join(parts) or 'none counted'}."


def _money(amount: Decimal) -> str:
    return f"{amount:,.2f}"


MONEY = (
    Column(key="what", label="What the money is"),
    Column(key="amount", label="Amount", cell=lambda row: _money(row["exact"])),
    Column(key="currency", label="Currency"),
    Column(key="becomes", label="What becomes of it"),
)
SHOWN = (
    Column(key="use_case", label="Use case"),
    Column(key="developer", label="Developer", missing="Not stated"),
    Column(key="host", label="Host", missing="Not stated"),
    Column(key="model", label="Model", missing="Not stated"),
    Column(key="share", label="Share of the use case", unit=Unit.SHARE, missing="Unknown"),
    Column(key="spend_usd", label="Spend a month", unit=Unit.USD, missing="Unknown"),
    Column(
        key="fallback",
        label="Backup seen",
        cell=lambda row: (
            f"{row['fallback']}: {row['fallback_provider']}" if row["fallback"] else "–"
        ),
    ),
)
