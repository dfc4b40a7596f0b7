"""Line ends, delimiters, quotes and the number of fields."""

from tests.inventory.corpus.case import GOOD, HEAD, accepted, partial, refused, rejected

THREE = "startup,provider,notes\n"

CASES = (
    accepted("semicolons", "startup;provider\nAcme;OpenAI\n", startup="Acme"),
    accepted("tabs", "startup\tprovider\nAcme\tOpenAI\n", startup="Acme"),
    accepted("bars", "startup|provider\nAcme|OpenAI\n", startup="Acme"),
    accepted(
        "commas inside a file of semicolons",
        "startup;provider;notes\nAcme, Inc;OpenAI;a,b,c\n",
        startup="Acme, Inc",
        notes="a,b,c",
    ),
    accepted("Excel's sep line", "sep=;\nstartup;provider\nAcme;OpenAI\n", startup="Acme"),
    accepted("Excel's sep line in capitals, quoted", '"SEP=|"\r\nstartup|provider\r\nA|OpenAI\r\n'),
    accepted("line feeds", "startup,provider\nA,OpenAI\nB,OpenAI\n", records=2),
    accepted("carriage returns", "startup,provider\rA,OpenAI\rB,OpenAI\r", records=2),
    accepted("both", "startup,provider\r\nA,OpenAI\r\nB,OpenAI\r\n", records=2),
    accepted(
        "a mixture of line ends", "startup,provider\r\nA,OpenAI\nB,OpenAI\rC,OpenAI\r\n", records=3
    ),
    accepted("a line separator is no line end", HEAD + "Ac\u2028me,OpenAI\n", startup="Ac\u2028me"),
    accepted(
        "a paragraph separator is no line end", HEAD + "Ac\u2029me,OpenAI\n", startup="Ac\u2029me"
    ),
    rejected(
        "a next-line control is no line end", HEAD + "Ac\u0085me,OpenAI\n", "control_character"
    ),
    accepted("a quoted delimiter", HEAD + 'Acme,"OpenAI, Inc"\n', provider="OpenAI, Inc"),
    accepted("a quoted line end", THREE + 'Acme,OpenAI,"one\ntwo"\n', notes="one\ntwo"),
    accepted(
        "a quoted line end of two characters",
        THREE + 'Acme,OpenAI,"one\r\ntwo"\r\n',
        notes="one\r\ntwo",
    ),
    accepted("doubled quotes", HEAD + '"Ac""me",OpenAI\n', startup='Ac"me'),
    accepted("a cell of one doubled quote", THREE + 'Acme,OpenAI,""""\n', notes='"'),
    accepted("every cell quoted", '"startup","provider"\n"Acme","OpenAI"\n', startup="Acme"),
    accepted("an empty quoted cell", THREE + 'Acme,OpenAI,""\n', notes=None),
    accepted(
        "a quoted header over two lines", '"start\nup",provider\nAcme,OpenAI\n', startup="Acme"
    ),
    accepted(
        "a space before a quote",
        HEAD + 'Acme, "OpenAI, Inc"\n',
        "space_before_quote",
        provider="OpenAI, Inc",
    ),
    accepted("an apostrophe is no quote", HEAD + "O'Neil,OpenAI\n", startup="O'Neil"),
    accepted("a curly quote is no quote", HEAD + "“Acme”,OpenAI\n", startup="“Acme”"),
    partial(
        "a stray quote",
        HEAD + 'Ac"me,OpenAI\nBcme,OpenAI\n',
        (2, 1, 1, 0),
        "bad_quoting",
        startup="Bcme",
    ),
    partial(
        "stray quotes on two lines running",
        HEAD + 'A"a,OpenAI\nB"b,OpenAI\nC,OpenAI\n',
        (3, 1, 2, 0),
        "bad_quoting",
        startup="C",
    ),
    partial(
        "a stray quote, then blank lines",
        HEAD + 'A"a,OpenAI\n\n\nC,OpenAI\n',
        (2, 1, 1, 0),
        "bad_quoting",
        "blank_records",
        startup="C",
    ),
    partial(
        "a stray quote, then a line of another width",
        HEAD + 'A"a,OpenAI\nremainder\nC,OpenAI\n',
        (2, 1, 1, 0),
        "bad_quoting",
        startup="C",
    ),
    partial(
        "a stray quote on the last line", HEAD + GOOD + 'B"b,OpenAI', (2, 1, 1, 0), "bad_quoting"
    ),
    partial(
        "text after a closing quote",
        HEAD + '"Acme"x,OpenAI\nBcme,OpenAI\n',
        (2, 1, 1, 0),
        "bad_quoting",
    ),
    partial(
        "a space after a closing quote",
        HEAD + '"Acme" ,OpenAI\nBcme,OpenAI\n',
        (2, 1, 1, 0),
        "bad_quoting",
    ),
    partial(
        "a quote inside a quoted cell that is not doubled",
        THREE + 'Acme,OpenAI,"the "best" tool"\nBcme,OpenAI,x\n',
        (2, 1, 1, 0),
        "bad_quoting",
        startup="Bcme",
    ),
    partial(
        "an open quote that a later one closes",
        HEAD + 'Acme,"OpenAI\nBcme,OpenAI\nCcme,"OpenAI, Inc"\n',
        (3, 2, 1, 0),
        "bad_quoting",
        startup="Bcme",
    ),
    partial(
        "an inch sign",
        THREE + 'Acme,OpenAI,24" screens\nBcme,OpenAI,x\n',
        (2, 1, 1, 0),
        "bad_quoting",
    ),
    partial(
        "a stray quote among tabs",
        'startup\tprovider\nA"a\tOpenAI\nB\tOpenAI\n',
        (2, 1, 1, 0),
        "bad_quoting",
    ),
    refused(
        "a quote that never closes", HEAD + 'Acme,"OpenAI\nBcme,OpenAI\n', "unterminated_quote"
    ),
    refused(
        "a quote that never closes in the last cell",
        HEAD + 'Acme,OpenAI\nB,"',
        "unterminated_quote",
    ),
    refused(
        "a stray quote and one that never closes",
        HEAD + 'A"a,OpenAI\nB,"OpenAI\nC,OpenAI\n',
        "unterminated_quote",
    ),
    refused("a stray quote in the header", 'start"up,provider\nAcme,OpenAI\n', "missing_columns"),
    partial("too few fields", HEAD + GOOD + "Bcme\n", (2, 1, 1, 0), "field_count"),
    partial("too many fields", HEAD + GOOD + "Bcme,OpenAI,1\n", (2, 1, 1, 0), "field_count"),
    partial(
        "an unquoted comma in a name",
        HEAD + GOOD + "Bcme, Inc,OpenAI\n",
        (2, 1, 1, 0),
        "field_count",
    ),
    partial(
        "a short line is not padded",
        "startup,provider,notes\nAcme,OpenAI\nB,OpenAI,x\n",
        (2, 1, 1, 0),
        "field_count",
    ),
    accepted(
        "a comma after every line",
        "startup,provider,\nAcme,OpenAI,\n",
        "empty_column_dropped",
        startup="Acme",
    ),
    accepted(
        "two commas after every line", "startup,provider,,\nAcme,OpenAI,,\n", "empty_column_dropped"
    ),
    accepted(
        "an empty column in the middle",
        "startup,,provider\nAcme,,OpenAI\n",
        "empty_column_dropped",
        provider="OpenAI",
    ),
    partial(
        "a comma after the header and not after a record",
        "startup,provider,\nAcme,OpenAI,\nBcme,OpenAI\n",
        (2, 1, 1, 0),
        "field_count",
        "empty_column_dropped",
    ),
    partial(
        "a comma after a record and not after the header",
        HEAD + GOOD + "Bcme,OpenAI,\n",
        (2, 1, 1, 0),
        "field_count",
    ),
    accepted(
        "blank lines between", HEAD + "\n" + GOOD + "\n\nBcme,OpenAI\n", "blank_records", records=2
    ),
    accepted(
        "blank lines above the header", "\n\n,\n" + HEAD + GOOD, "blank_records", startup="Acme"
    ),
    accepted("lines of commas", HEAD + ",\n" + GOOD + ",,,\n", "blank_records"),
    accepted("a line of empty quotes", HEAD + GOOD + '"",""\n', "blank_records"),
    accepted("a line of spaces", HEAD + GOOD + "   \n", "blank_records"),
)
