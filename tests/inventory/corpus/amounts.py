"""Money, fractions and numbers."""

from decimal import Decimal

from risk.money.stated import Period, Stated
from tests.inventory.corpus.case import Case, accepted, asked, unread

SPEND = "startup,provider,spend_usd\n"


def money(name: str, cell: str, value: float | None, *warnings: str) -> Case:
    """A file of one amount that is read as ``value``."""
    return accepted(name, f'{SPEND}Acme,OpenAI,"{cell}"\n', *warnings, spend_usd=value)


def in_currency(cell: str, amount: int | str, currency: str) -> Case:
    """A file of one amount of another currency, which is kept as it is stated."""
    said = Stated(amount=Decimal(amount), currency=currency)
    return accepted(f"the amount {cell}", f'{SPEND}Acme,OpenAI,"{cell}"\n', spend_stated=said)


def no_money(cell: str, code: str) -> Case:
    return unread(f"the amount {cell}", f'{SPEND}Acme,OpenAI,"{cell}"\n', code)


def share(name: str, cell: str, value: float | None, *warnings: str) -> Case:
    data = f'startup,provider,share\nAcme,OpenAI,"{cell}"\n'
    return accepted(name, data, *warnings, share=value)


def no_share(cell: str, code: str) -> Case:
    data = f'startup,provider,share\nAcme,OpenAI,"{cell}"\n'
    return unread(f"the share {cell}", data, code)


def margin(name: str, cell: str, value: float | None, *warnings: str) -> Case:
    data = f'startup,provider,gross_margin\nAcme,OpenAI,"{cell}"\n'
    return accepted(name, data, *warnings, gross_margin=value)


def no_margin(cell: str, code: str) -> Case:
    data = f'startup,provider,gross_margin\nAcme,OpenAI,"{cell}"\n'
    return unread(f"the margin {cell}", data, code)


def engineers(name: str, cell: str, value: float | None, *warnings: str) -> Case:
    data = f'startup,provider,engineers\nAcme,OpenAI,"{cell}"\n'
    return accepted(name, data, *warnings, engineers=value)


CASES = (
    *(
        money(f"nothing with a minus: {cell}", cell, 0.0)
        for cell in ("-0", "\u22120", "-0.00", "(0)", "0-")
    ),
    money("a plain amount", "12000", 12000.0),
    money("cents", "12000.55", 12000.55),
    money("nothing spent", "0", 0.0),
    money("an unknown amount", "", None),
    money("an amount of spaces", "  ", None),
    *(money(f"the word {word}", word, None, "null_amount") for word in ("NA", "-", "null", "none")),
    money("words for unknown in any case", "NULL", None, "null_amount"),
    money("a dollar sign", "$1250", 1250.0),
    money("a dollar sign after", "1250 $", 1250.0),
    money("the code of the dollar", "USD 1250", 1250.0),
    money("groups and cents", "$1,234,567.50", 1234567.5),
    money("groups of thousands", "1,234,567", 1234567.0),
    money("Indian groups", "12,34,567", 1234567.0),
    money("more Indian groups", "1,23,45,678.90", 12345678.9),
    money("groups of no-break spaces", "1\u00a0234\u00a0567", 1234567.0),
    money("groups of narrow spaces", "1\u202f234\u202f567.5", 1234567.5),
    money("full-width digits", "１２３４５", 12345.0, "digits_normalised"),
    money("Arabic-Indic digits", "٣٤٥", 345.0, "digits_normalised"),
    money("Arabic marks for groups and decimals", "١٬٢٣٤٫٥", 1234.5, "digits_normalised"),
    money("Persian digits", "۱۲۳", 123.0, "digits_normalised"),
    money("a plus sign", "+500", 500.0),
    money("scientific notation", "1.5e4", 15000.0),
    money("scientific notation in capitals", "2E+3", 2000.0),
    money("leading zeros", "000120", 120.0),
    money("a point and decimals alone", ".75", 0.75),
    money("a trillion", "1000000000000", 1e12),
    money("a trillion in other words", "1e12", 1e12),
    money("more than cents", "10.9999", 11.0, "rounded_to_cents"),
    money("a thousandth", "0.001", 0.0, "rounded_to_cents"),
    *(
        no_money(cell, "negative_amount")
        for cell in ("-5", "(1,250,000)", "($5)", "-$5", "$-5", "\u22125", "-1,234.50")
    ),
    *(
        no_money(cell, "bad_number")
        for cell in (
            "NaN",
            "inf",
            "-inf",
            "Infinity",
            "0x1F",
            "1_000",
            "12k",
            "$1.2M",
            "3bn",
            "10-20",
            "10–20",
            "about ten",
            "12.5.3",
            "1,,2",
            "1,23,4",
            "$",
            "TRUE",
            "=1+1",
            "5%",
            "1e",
            "½",
            "5 dollars",
        )
    ),
    *(
        in_currency(cell, amount, currency)
        for cell, amount, currency in (
            ("€100", 100, "EUR"),
            ("100 €", 100, "EUR"),
            ("£5", 5, "GBP"),
            ("₹500", 500, "INR"),
            ("GBP 100", 100, "GBP"),
            ("100 EUR", 100, "EUR"),
            ("100 euros", 100, "EUR"),
            ("CA$5", 5, "CAD"),
            ("$5 CAD", 5, "CAD"),
            ("R$ 5", 5, "BRL"),
            ("CHF 20", 20, "CHF"),
            ("EUR 1 234.50", "1234.5", "EUR"),
            ("1'234.50 CHF", "1234.5", "CHF"),
            ("20 zł", 20, "PLN"),
        )
    ),
    *(no_money(cell, "currency_mismatch") for cell in ("€5 GBP", "$5 €")),
    *(no_money(cell, "negative_amount") for cell in ("-€5", "€-5", "(€5)", "(GBP 1)")),
    *(no_money(cell, "bad_number") for cell in ("£3k", "BTC 5", "€", "EUR", "€5-10", "€ five")),
    asked("a crown of four countries", f'{SPEND}A,OpenAI,"1 200 kr"\n', "currency_of_crowns"),
    asked("a sign of yen and yuan", f"{SPEND}A,OpenAI,¥500\n", "currency_of_yen_or_yuan"),
    asked("a rupee of five countries", f"{SPEND}A,OpenAI,Rs. 500\n", "currency_of_rupees"),
    asked(
        "euros with points for groups",
        f'{SPEND}A,OpenAI,"€1.234,56"\n',
        "decimal_comma",
        spend_stated=Stated(amount=Decimal("1234.56"), currency="EUR"),
    ),
    asked(
        "a code before a comma that may be either",
        f'{SPEND}A,OpenAI,"EUR 1,200"\n',
        "decimal_or_thousands",
        spend_stated=Stated(amount=Decimal(1200), currency="EUR"),
    ),
    asked(
        "amounts with a currency among amounts without",
        "startup,provider,Monthly spend\nA,OpenAI,€5\nB,OpenAI,6\n",
        "currency_unclear",
        records=2,
    ),
    asked("spend of no time", "startup,provider,Spend ($)\nA,OpenAI,5\n", "spend_period"),
    asked(
        "a currency beside an amount in another",
        "startup,provider,spend_usd,currency\nA,OpenAI,5,EUR\n",
        "currency_of_amounts",
        spend_usd=5.0,
    ),
    accepted(
        "a column of currencies",
        "startup,provider,Monthly spend,Currency\nA,OpenAI,5,EUR\n",
        spend_stated=Stated(amount=Decimal(5), currency="EUR"),
    ),
    unread(
        "a currency that is none",
        "startup,provider,Monthly spend,Currency\nA,OpenAI,5,XYZ\n",
        "bad_currency",
        spend_usd=None,
        spend_stated=None,
    ),
    accepted(
        "a currency without a rate",
        "startup,provider,Monthly spend,Currency\nA,OpenAI,5,NGN\n",
        "currency_not_quoted",
        spend_usd=None,
        spend_stated=Stated(amount=Decimal(5), currency="NGN"),
    ),
    accepted(
        "a day before the first rate",
        "startup,provider,Monthly spend (EUR),as_of\nA,OpenAI,5,1998-12-31\n",
        "currency_not_quoted",
        spend_usd=None,
        spend_stated=Stated(amount=Decimal(5), currency="EUR"),
    ),
    accepted(
        "an amount for a year",
        "startup,provider,Annual cost\nA,OpenAI,1200\n",
        spend_usd=100.0,
        spend_stated=Stated(amount=Decimal(1200), currency="USD", per=Period.YEAR),
    ),
    accepted(
        "thousands of euros",
        "startup,provider,Umsatz TEUR\nA,OpenAI,1.5\n",
        annual_revenue_stated=Stated(amount=Decimal(1500), currency="EUR"),
    ),
    *(
        no_money(cell, "amount_too_large")
        for cell in ("1000000000000.01", "1e13", "1e999999", "9" * 40)
    ),
    asked("a decimal comma", f'{SPEND}A,OpenAI,"12,5"\n', "decimal_comma", spend_usd=12.5),
    asked(
        "points for groups, comma for decimals",
        f'{SPEND}A,OpenAI,"1.234,56"\n',
        "decimal_comma",
        spend_usd=1234.56,
    ),
    asked("a comma after a zero", f'{SPEND}A,OpenAI,"0,500"\n', "decimal_comma", spend_usd=0.5),
    asked(
        "decimal commas among semicolons",
        "startup;provider;spend_usd\nA;OpenAI;12,50\n",
        "decimal_comma",
        spend_usd=12.5,
    ),
    asked("a comma that may be either", f'{SPEND}A,OpenAI,"1,234"\n', "decimal_or_thousands"),
    asked(
        "full-width digits and a comma that may be either",
        f"{SPEND}A,OpenAI,１，２３４\n",
        "decimal_or_thousands",
        "digits_normalised",
    ),
    asked(
        "a dollar before a comma that may be either",
        f'{SPEND}A,OpenAI,"$1,234"\n',
        "decimal_or_thousands",
    ),
    asked(
        "one question for the whole file",
        f'{SPEND}A,OpenAI,"1,234"\nB,OpenAI,"9,876"\n',
        "decimal_or_thousands",
        records=2,
    ),
    accepted(
        "groups elsewhere settle the comma",
        f'{SPEND}A,OpenAI,"1,234"\nB,OpenAI,"1,234,567"\n',
        records=2,
        spend_usd=1234.0,
    ),
    asked(
        "a question and a bad cell",
        f'{SPEND}A,OpenAI,"1,234"\nB,OpenAI,12k\n',
        "decimal_or_thousands",
        "bad_number",
        records=2,
    ),
    unread(
        "bad amounts among good ones",
        f"{SPEND}A,OpenAI,5\nB,OpenAI,12k\nC,OpenAI,-1\n",
        "bad_number",
        "negative_amount",
        records=3,
        spend_usd=5.0,
    ),
    share("a fraction", "0.6", 0.6),
    share("a percentage", "60%", 0.6),
    share("a percentage after a space", "60 %", 0.6),
    share("all of it", "1", 1.0),
    share("all of it in per cent", "100%", 1.0),
    share("none of it", "0", 0.0),
    share("half a per cent", "0.5%", 0.005),
    share("a percentage in Arabic digits", "٥٠٪", 0.5, "digits_normalised"),
    share("an unknown share", "", None),
    *(
        no_share(cell, "share_out_of_range")
        for cell in ("60", "1.01", "101%", "-0.1", "-5%", "100", "(0.5)")
    ),
    *(no_share(cell, "bad_number") for cell in ("half", "NaN", "1/2", "%", "10-20%")),
    margin("a margin", "60 %", 0.6),
    margin("a margin of one in a hundred", "0.01", 0.01),
    margin("the whole of revenue", "1", 1.0),
    margin("an unknown margin", "", None),
    margin("a word for an unknown margin", "-", None, "null_amount"),
    *(
        margin(f"the margin {cell}", cell, -0.05, "margin_not_positive")
        for cell in ("-5%", "-5 %", "(5%)", "(5 %)", "(5)%", "5%-", "\u22125%", "-0.05", "(0.05)")
    ),
    margin("a loss larger than revenue", "-150%", -1.5, "margin_not_positive"),
    margin("no margin", "0", 0.0, "margin_not_positive"),
    margin("no margin with digits", "0.00", 0.0, "margin_not_positive"),
    margin("half a per cent of margin", "0.5%", 0.005),
    margin("a loss in Arabic digits", "-٥٪", -0.05, "digits_normalised", "margin_not_positive"),
    *(no_margin(cell, "margin_out_of_range") for cell in ("60", "101%", "-60", "-1001%", "(60)")),
    *(no_margin(cell, "bad_number") for cell in ("half", "NaN", "-%", "-x")),
    asked(
        "a margin with a decimal comma",
        'startup,provider,gross_margin\nA,OpenAI,"-5,5 %"\n',
        "decimal_comma",
        "margin_not_positive",
        gross_margin=-0.055,
    ),
    asked(
        "a share with a decimal comma",
        'startup,provider,share\nA,OpenAI,"0,5"\n',
        "decimal_comma",
        share=0.5,
    ),
    engineers("a number", "14", 14.0),
    engineers("no engineers", "0", 0.0),
    engineers("a part-time engineer", "2.5", 2.5),
    unread(
        "fewer than no engineers", "startup,provider,engineers\nA,OpenAI,-1\n", "negative_amount"
    ),
    unread("engineers in dollars", "startup,provider,engineers\nA,OpenAI,$5\n", "bad_number"),
    unread("notice in words", "startup,provider,notice_days\nA,OpenAI,30 days\n", "bad_number"),
)
