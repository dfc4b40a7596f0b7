"""Where a header is: below a preamble, in two rows, with a form's marks on its names."""

from risk.inventory.intake_results import Outcome
from tests.inventory.corpus.case import GOOD, HEAD, accepted, asked, case, refused, unread

SPEND = "startup,provider,spend_usd\nAcme,OpenAI,1\n"

CASES = (
    accepted("names with a form's asterisk", "Startup*,* Provider\nAcme,OpenAI\n", startup="Acme"),
    accepted(
        "names with a colon, or said to be required",
        "Startup (required),Provider:\nAcme,OpenAI\n",
        provider="OpenAI",
    ),
    accepted(
        "a typographic apostrophe in a French name",
        "Entreprise,Fournisseur,Chiffre d’affaires annuel (USD)\nAcme,OpenAI,5\n",
        annual_revenue_usd=5.0,
    ),
    accepted(
        "names with what narrows them",
        "Company,Foundation Model Provider(s),Primary Model,Monthly LLM Spend (USD)\n"
        "Acme,OpenAI,gpt-4o,5\n",
        provider="OpenAI",
        model="gpt-4o",
        spend_usd=5.0,
    ),
    accepted("a database's own prefix", "u_company,u_vendor\nAcme,OpenAI\n", startup="Acme"),
    accepted("Chinese of Taiwan", "機構,供應商\nAcme,OpenAI\n", startup="Acme"),
    asked(
        "a name merged over both rows of a header",
        "Company,Vendor information,,Contract,\n,Name,Country,Renewal,Notice days\n"
        "Acme,OpenAI,US,2026-01-01,30\n",
        "header_rows",
        startup="Acme",
        provider="OpenAI",
        notice_days=30.0,
    ),
    asked("a banner right above the names", f"General,,Money\n{SPEND}", "header_rows"),
    asked(
        "a preamble filled up with empty cells",
        f"Report of vendors,,\nGenerated,2026-11-01,\n,,\n{SPEND}",
        "preamble_skipped",
        spend_usd=1.0,
    ),
    asked(
        "a title with an empty line below it",
        f"Report of vendors,,\n,,\n{SPEND}",
        "preamble_skipped",
    ),
    asked("a preamble with Excel's separator line", f"sep=,\nReport\n{SPEND}", "preamble_skipped"),
    refused(
        "a piece of a web page",
        '<div class="login">Sign in, please</div>\n<p>x,y,z</p>\n',
        "not_csv",
    ),
    accepted("markup as a name", f"{HEAD}<b>Acme</b>,OpenAI\n<i>Bolt</i>,OpenAI\n", records=2),
    unread(
        "more digits than any amount has",
        f"startup,provider,spend_usd\nA,OpenAI,{'9' * 500}\n",
        "amount_too_large",
    ),
    case(
        "a name of more digits than any amount has",
        f"{HEAD}{GOOD}{'9' * 150},OpenAI\n",
        Outcome.ACCEPT,
        (2, 2, 0, 0),
    ),
)
