"""Files of every outcome and code, each with what must come of it, written down by hand.

What must come of a file follows from the rules of intake, not from what the program says.
``python -m tests.inventory.corpus FOLDER`` writes the files with a list of what is expected.
"""

from tests.inventory.corpus import amounts, bytes_to_text, dates, headers, quoting, tables, texts
from tests.inventory.corpus.case import Case

CASES: tuple[Case, ...] = (
    *bytes_to_text.CASES,
    *quoting.CASES,
    *tables.CASES,
    *headers.CASES,
    *texts.CASES,
    *amounts.CASES,
    *dates.CASES,
)
