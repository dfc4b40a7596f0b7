"""Headers, limits of a table, records that repeat or contradict each other."""

from risk.inventory.intake_results import Outcome
from tests.inventory.corpus.case import (
    GOOD,
    HEAD,
    accepted,
    asked,
    case,
    partial,
    refused,
    rejected,
)

SPEND = "startup,provider,spend_usd\n"
USE = "startup,use_case,provider\n"
KEYED = "startup,use_case,provider,model,notes\n"


def wide(columns: int) -> str:
    """A file of one record with so many columns."""
    extra = "".join(f",c{number}" for number in range(columns - 2))
    return f"startup,provider{extra}\nAcme,OpenAI{',x' * (columns - 2)}\n"


CASES = (
    accepted("a header in capitals", "STARTUP,PROVIDER\nAcme,OpenAI\n", startup="Acme"),
    accepted(
        "a header with spaces, lines and hyphens",
        "Start-Up, Pro_Vider ,SPEND USD\nAcme,OpenAI,5\n",
        spend_usd=5.0,
    ),
    accepted(
        "a zero-width space in a header",
        "start\u200bup,provider\nAcme,OpenAI\n",
        "header_cleaned",
        startup="Acme",
    ),
    accepted(
        "a no-break space in a header",
        "startup,provider,spend\u00a0usd\nAcme,OpenAI,5\n",
        "header_cleaned",
        spend_usd=5.0,
    ),
    accepted("a full-width header", "ｓｔａｒｔｕｐ,provider\nAcme,OpenAI\n", startup="Acme"),
    accepted(
        "a column that nobody knows",
        "startup,provider,colour\nAcme,OpenAI,red\n",
        "unknown_column_ignored",
    ),
    accepted(
        "columns in any order",
        "notes,provider,startup\nx,OpenAI,Acme\n",
        startup="Acme",
        provider="OpenAI",
        notes="x",
    ),
    accepted(
        "a header twice that nobody uses",
        "startup,provider,Status,status\nAcme,OpenAI,x,y\n",
        "header_renamed",
        "unknown_column_ignored",
    ),
    accepted(
        "a table in Markdown",
        "| startup | provider |\n|---|:---:|\n| Acme | OpenAI |\n",
        "empty_column_dropped",
        startup="Acme",
        provider="OpenAI",
    ),
    asked(
        "a merged title above a header",
        "AI inventory 2027,,\nstartup,provider,notes\nAcme,OpenAI,x\n",
        "header_rows",
        startup="Acme",
    ),
    refused("a header twice", "startup,provider,Startup\nAcme,OpenAI,x\n", "duplicate_header"),
    refused(
        "a header twice in other case",
        "startup,provider,notes,NOTES\nA,OpenAI,x,y\n",
        "duplicate_header",
    ),
    refused("data under no header", "startup,provider,\nAcme,OpenAI,x\n", "unnamed_column"),
    refused(
        "data under no header, far down",
        "startup,,provider\n" + "A,,OpenAI\n" * 300 + "B,x,OpenAI\n",
        "unnamed_column",
    ),
    refused("no provider", "startup,colour\nAcme,red\n", "missing_columns"),
    refused("no company", "provider,colour\nOpenAI,red\n", "missing_columns"),
    refused("neither", "latitude,longitude,buildingtiv\n1,2,3\n", "missing_columns"),
    refused("a header alone", HEAD, "no_records"),
    refused("a header and blank lines", HEAD + "\n,\n", "no_records"),
    refused("a header alone without line end", "startup,provider", "no_records"),
    refused("501 columns", wide(501), "too_many_columns"),
    accepted("500 columns", wide(500), "unknown_column_ignored"),
    partial(
        "the header once more",
        HEAD + GOOD + "Startup,PROVIDER\nBcme,OpenAI\n",
        (3, 2, 1, 0),
        "repeated_header",
    ),
    partial("the header twice more", HEAD + GOOD + HEAD + HEAD, (3, 1, 2, 0), "repeated_header"),
    partial(
        "the header once more in a file with an empty column",
        "startup,provider,\nAcme,OpenAI,\nstartup,provider,\n",
        (2, 1, 1, 0),
        "repeated_header",
        "empty_column_dropped",
    ),
    asked(
        "a title above the header",
        "Vendors 2026\n\nstartup,provider\nAcme,OpenAI\n",
        "preamble_skipped",
        startup="Acme",
    ),
    asked(
        "a banner of sections above the header",
        "Who,\nstartup,provider\nAcme,OpenAI\n",
        "header_rows",
        startup="Acme",
    ),
    rejected("no company in a record", HEAD + ",OpenAI\n", "missing_startup"),
    rejected("a company of spaces", HEAD + "   ,OpenAI\n", "missing_startup"),
    case(
        "a bad record before two that contradict each other",
        SPEND + "A,OpenAI,-2\nA,OpenAI,1\nA,OpenAI,2\nB,OpenAI,1\n",
        Outcome.PARTIAL,
        (4, 1, 3, 0),
        "negative_amount",
        "conflict",
        error="conflict",
        startup="B",
    ),
    accepted(
        "an empty provider beside a note",
        "startup,provider,notes\nAcme,,reads contracts\n",
        provider="not stated",
    ),
    asked(
        "a cell of two providers",
        HEAD + "Acme,OpenAI / Mistral\n",
        "several_providers",
        provider="OpenAI",
    ),
    asked(
        "a cell of two providers with what both cost",
        SPEND + '"Acme","OpenAI, Mistral",101.01\n',
        "several_providers",
        "spend_shared_out",
        provider="OpenAI",
        spend_usd=50.51,
    ),
    asked(
        "a provider and its backup",
        SPEND + '"Acme","OpenAI, Mistral (backup)",101.01\n',
        "several_providers",
        provider="OpenAI",
        spend_usd=101.01,
        fallback_provider="Mistral",
    ),
    accepted(
        "a provider beside words that nobody knows",
        HEAD + '"Acme","OpenAI, Frobnicate"\n',
        "part_not_read",
    ),
    rejected("no provider in a record", HEAD + "Acme,\n", "missing_provider"),
    rejected(
        "neither, beside a note",
        "startup,provider,notes\n,,x\n",
        "missing_startup",
    ),
    partial(
        "records without a provider among others",
        HEAD + GOOD + "B,\nC,OpenAI\nD, \n",
        (4, 2, 2, 0),
        "missing_provider",
    ),
    case(
        "the same record twice",
        HEAD + GOOD + GOOD,
        Outcome.ACCEPT,
        (2, 1, 0, 1),
        "duplicate_records",
    ),
    case(
        "the same record three times, apart",
        HEAD + GOOD + "B,OpenAI\n" + GOOD + "C,OpenAI\n" + GOOD,
        Outcome.ACCEPT,
        (5, 3, 0, 2),
        "duplicate_records",
    ),
    case(
        "the same record in other case and space",
        HEAD + GOOD + "  ACME ,open\u0061i\n",
        Outcome.ACCEPT,
        (2, 1, 0, 1),
        "duplicate_records",
    ),
    case(
        "the same record with inner space folded",
        HEAD + "Acme Labs,OpenAI\nAcme   Labs,OpenAI\n",
        Outcome.ACCEPT,
        (2, 1, 0, 1),
        "duplicate_records",
    ),
    case(
        "the same record composed otherwise",
        HEAD + "Cafe\u0301,OpenAI\nCaf\u00e9,OpenAI\n",
        Outcome.ACCEPT,
        (2, 1, 0, 1),
        "duplicate_records",
        startup="Caf\u00e9",
    ),
    case(
        "the same record with sharp s",
        HEAD + "Straße,OpenAI\nSTRASSE,OpenAI\n",
        Outcome.ACCEPT,
        (2, 1, 0, 1),
        "duplicate_records",
    ),
    case(
        "the same amount written twice",
        SPEND + 'A,OpenAI,1000\nA,OpenAI,"$1,000.00"\n',
        Outcome.ACCEPT,
        (2, 1, 0, 1),
        "duplicate_records",
        spend_usd=1000.0,
    ),
    partial("two values for one key", SPEND + "A,OpenAI,1\nA,OpenAI,2\n", (2, 0, 2, 0), "conflict"),
    partial(
        "two values for one key, far apart",
        SPEND + "A,OpenAI,1\nB,OpenAI,1\nC,OpenAI,1\na,OPENAI,2\n",
        (4, 2, 2, 0),
        "conflict",
    ),
    partial(
        "a contradiction takes its repetitions along",
        SPEND + "A,OpenAI,1\nA,OpenAI,1\nA,OpenAI,2\nB,OpenAI,1\n",
        (4, 1, 3, 0),
        "conflict",
        startup="B",
    ),
    partial(
        "known and unknown contradict each other",
        SPEND + "A,OpenAI,1\nA,OpenAI,\n",
        (2, 0, 2, 0),
        "conflict",
    ),
    accepted("two use cases of one provider", USE + "A,search,OpenAI\nA,chat,OpenAI\n", records=2),
    accepted(
        "two models of one provider",
        "startup,provider,model\nA,OpenAI,gpt-4o\nA,OpenAI,o3\n",
        records=2,
    ),
    partial(
        "one key in all four columns",
        KEYED + "A,chat,OpenAI,gpt-4o,x\nA,Chat,openai,GPT-4o,y\nA,chat,OpenAI,o3,y\n",
        (3, 1, 2, 0),
        "conflict",
    ),
    case(
        "a bad record does not contradict a good one",
        SPEND + "A,OpenAI,1\nA,OpenAI,-2\n",
        Outcome.ACCEPT,
        (2, 1, 0, 1),
        "negative_amount",
        "duplicate_records",
        spend_usd=1.0,
    ),
    accepted(
        "shares of one use case above one",
        "startup,use_case,provider,share\nA,x,OpenAI,0.7\nA,x,Anthropic,0.4\n",
        "shares_exceed_one",
        records=2,
    ),
    accepted(
        "shares of two use cases",
        "startup,use_case,provider,share\nA,x,OpenAI,0.7\nA,y,Anthropic,0.4\n",
        records=2,
    ),
    accepted(
        "three shares of a third",
        "startup,use_case,provider,share\nA,x,OpenAI,33.33%\nA,x,Anthropic,33.33%\n"
        "A,x,Mistral,33.34%\n",
        records=3,
    ),
)
