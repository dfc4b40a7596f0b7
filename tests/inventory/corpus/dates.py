"""Dates: ISO as it stands, any other order asked about, no day that the calendar lacks."""

from datetime import date

from tests.inventory.corpus.case import Case, accepted, asked, unread


def renewals(*cells: str) -> str:
    """A file of one startup for each date."""
    lines = [f'Acme {number},OpenAI,"{cell}"' for number, cell in enumerate(cells)]
    return "\n".join(["startup,provider,renewal", *lines, ""])


def day(name: str, cell: str, value: date | None, *warnings: str) -> Case:
    return accepted(name, renewals(cell), *warnings, renewal=value)


def no_day(cell: str) -> Case:
    return unread(f"the date {cell}", renewals(cell), "bad_date")


LAST_OF_MARCH = date(2027, 3, 31)

CASES = (
    day("an ISO date", "2027-03-31", LAST_OF_MARCH),
    *(
        day(f"the month as a word: {cell}", cell, LAST_OF_MARCH)
        for cell in (
            "31-Mar-2027",
            "31MAR2027",
            "31/Mar/2027",
            "March 31, 2027",
            "Mar-31-2027",
            "31st of March, 2027",
            "Wednesday, 31 March 2027",
            "31. März 2027",
            "31 mars 2027",
            "31 de marzo de 2027",
            "31 marzo 2027",
            "2027-Mar-31",
            "31-Mar-2027 10:00",
            "2027年3月31日",
        )
    ),
    day("the first of a month in French", "1er mars 2027", date(2027, 3, 1)),
    asked(
        "a month as a word and a year of two digits",
        renewals("31-Mar-27"),
        "two_digit_year",
        renewal=LAST_OF_MARCH,
    ),
    *(no_day(cell) for cell in ("30-Feb-2027", "Mar 2027", "31 Smarch 2027", "March", "31-Mar")),
    day("no date", "", None),
    day("a leap day", "2028-02-29", date(2028, 2, 29)),
    day("a timestamp", "2027-03-31T10:15:00", LAST_OF_MARCH),
    day("a timestamp in UTC", "2027-03-31T23:59:59.999Z", LAST_OF_MARCH),
    day("a timestamp keeps its own day", "2027-03-31T23:30:00-08:00", LAST_OF_MARCH),
    day("a timestamp east of UTC keeps its own day", "2027-03-31 00:30:00+09:00", LAST_OF_MARCH),
    day("the year one", "0001-01-01", date(1, 1, 1), "date_implausible"),
    day("the year 9999", "9999-12-31", date(9999, 12, 31), "date_implausible"),
    *(
        no_day(cell)
        for cell in (
            "2027-02-29",
            "2027-02-30",
            "2027-13-01",
            "2027-00-10",
            "2027-04-31",
            "0000-01-01",
            "31/02/2027",
            "Q2 2027",
            "soon",
            "2027",
            "2027-03",
            "12/2027",
            "10000-01-01",
            "2027-W13-1",
            "2027-03-31T25:00",
            "2027-03-31T10:61:00",
        )
    ),
    asked(
        "a day that must come first",
        renewals("31/03/2027"),
        "date_order_dmy",
        renewal=LAST_OF_MARCH,
    ),
    asked(
        "days first with points",
        renewals("31.03.2027", "01.04.2027"),
        "date_order_dmy",
        records=2,
        renewal=LAST_OF_MARCH,
    ),
    asked(
        "one day settles the order for the others",
        renewals("03/04/2027", "31/03/2027"),
        "date_order_dmy",
        records=2,
        renewal=date(2027, 4, 3),
    ),
    asked(
        "a day that must come second",
        renewals("03/31/2027"),
        "date_order_unknown",
        renewal=LAST_OF_MARCH,
    ),
    asked("a day that may be a month", renewals("03/04/2027"), "date_order_unknown"),
    asked(
        "only one order is in the calendar",
        renewals("02/29/2028"),
        "date_order_unknown",
        renewal=date(2028, 2, 29),
    ),
    asked(
        "a year of two digits",
        renewals("31/03/27"),
        "date_order_dmy",
        "two_digit_year",
        renewal=LAST_OF_MARCH,
    ),
    asked(
        "a year of two digits in no certain order",
        renewals("03/04/27"),
        "date_order_unknown",
        "two_digit_year",
    ),
    asked("Excel's count of days", renewals("46477"), "excel_serial_date", renewal=LAST_OF_MARCH),
    asked(
        "Excel's count of days and hours",
        renewals("46477.5"),
        "excel_serial_date",
        renewal=LAST_OF_MARCH,
    ),
    asked(
        "a day with a time that must come first",
        renewals("31/03/2027 10:15"),
        "date_order_dmy",
        renewal=LAST_OF_MARCH,
    ),
    asked(
        "a question and a day that does not exist",
        renewals("31/03/2027", "31/02/2027"),
        "date_order_dmy",
        "bad_date",
        records=2,
    ),
    unread(
        "no one order fits",
        renewals("31/03/2027", "03/31/2027", "2027-01-01"),
        "bad_date",
        records=3,
        renewal=None,
    ),
    unread(
        "no one order fits, and one date may be either",
        renewals("31/03/2027", "03/31/2027", "03/04/2027"),
        "bad_date",
        records=3,
    ),
    unread(
        "a bad date among good ones", renewals("2027-03-31", "2027-02-29"), "bad_date", records=2
    ),
    accepted(
        "all three columns of dates",
        "startup,provider,renewal,fallback_tested_on,as_of\n"
        "A,OpenAI,2027-03-31,2026-01-02,2026-11-23\n",
        renewal=LAST_OF_MARCH,
        fallback_tested_on=date(2026, 1, 2),
        as_of=date(2026, 11, 23),
    ),
)
