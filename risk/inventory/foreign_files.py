"""What a table without the required columns looks like: files often uploaded by mistake."""

from collections.abc import Sequence

from risk.inventory.columns import header_key

#: Kinds of files and the headers that give them away, as they are compared.
_LOOKS_LIKE = {
    "property exposures for a catastrophe model": (
        "buildingtiv contentstiv bitiv latitude longitude occupancycode constructioncode"
        " locperilscovered oedversion locnumber"
    ),
    "a list of incidents": (
        "incidentid incidentimpactlevel investigating resolved starttimestamp incident severity"
        " starttime endtime resolvedat rootcause"
    ),
    "a list of people": (
        "firstname lastname email phone jobtitle surname vorname nachname prénom nom apellido"
        " dateofbirth salary"
    ),
    "bank transactions": (
        "iban bic debit credit balance valuedate bookingdate buchungstag verwendungszweck"
    ),
    "prices of shares": "open high low close volume ticker adjclose",
    "an export of an issue tracker": "issuekey assignee reporter summary issuetype sprint priority",
    "a price list of language models": (
        "inputprice outputprice contextwindow maxtokens inputcostpertoken outputcostpertoken"
        " modelid contextlength"
    ),
    "records of calls to a model": (
        "prompttokens completiontokens totaltokens requestid latencyms inputtokens outputtokens"
    ),
    "a log of a web server": "ip useragent statuscode method path referer bytes timestamp",
    "web statistics": "sessions pageviews bouncerate visitors impressions clicks ctr",
    "a list of stock or orders": "sku quantity warehouse orderid unitprice barcode itemcode",
    "a book of accounts": "journal accountnumber accountcode costcentre debit credit ledger",
    "sensor readings": "sensorid temperature humidity pressure timestamp",
}
_TELLTALES = 3


def what_it_looks_like(header: Sequence[str]) -> str | None:
    """The kind of file that three or more headers give away, or None."""
    keys = {header_key(cell).replace("/", "") for cell in header}
    found = {kind: len(keys & set(words.split())) for kind, words in _LOOKS_LIKE.items()}
    best = max(found, key=lambda kind: found[kind])
    return best if found[best] >= _TELLTALES else None
