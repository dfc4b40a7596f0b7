"""Tables that are shipped with the program: words, patterns and codes for an analyst to correct."""

import csv
from functools import cache
from importlib.resources import files
from io import StringIO


@cache
def shipped(table: str) -> tuple[dict[str, str], ...]:
    """The rows of ``fixtures/<table>.csv``."""
    text = files("fixtures").joinpath(f"{table}.csv").read_text("utf-8")
    return tuple(csv.DictReader(StringIO(text)))


def word_list(name: str) -> tuple[str, ...]:
    """One list of ``fixtures/intake_words.csv``, in its order."""
    listed = next(row for row in shipped("intake_words") if row["list"] == name)
    return tuple(listed["words"].split(", "))
