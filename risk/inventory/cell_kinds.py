"""What the cells of a column look like: a suggestion for a header that no table knows.

Words of the header say what a number or a date may mean; the cells say whether it can be. Nothing
here is taken silently: the reader sees the suggestion beside the cells.
"""

import re
from collections.abc import Callable, Sequence

#: A column names providers if this share of its cells is known to name one.
_SHARE_OF_PROVIDERS = 0.5
#: Cells longer than this on average are sentences.
_LETTERS_OF_A_SENTENCE = 25
_WEB_ADDRESS = re.compile(r"(?:https?://|www\.)\S+$", re.I)
_AMOUNT = re.compile(
    r"[-+]?\s*(?:us)?[$€£¥]?\s*\d[\d\s.,'’\u00a0]*(?:[eE][+-]?\d+)?\s*[$€£¥]?\s*(?:usd)?$", re.I
)
_FRACTION = re.compile(r"\d{1,3}(?:[.,]\d+)?\s*%$|0?[.,]\d+$|[01](?:[.,]0+)?$")
_WHOLE_NUMBER = re.compile(r"\d{1,6}$")
_DATE = re.compile(r"\d{4}-\d\d?-\d\d?(?:[T ].*)?$|\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d\d)(?: .*)?$")
_ONE_TO_FIVE = re.compile(r"[1-5]$")
_CODES = frozenset(
    "ad ae af al am ao ar at au az ba bb bd be bf bg bh bj bn bo br bs bt bw by bz ca cd cf cg ch"
    " ci cl cm cn co cr cu cv cy cz de dj dk dm do dz ec ee eg er es et fi fj fr ga gb ge gh gm gn"
    " gr gt gy hk hn hr ht hu id ie il in iq ir is it jm jo jp ke kg kh kr kw kz la lb lk lr ls lt"
    " lu lv ly ma mc md me mg mk ml mm mn mo mr mt mu mv mw mx my mz na ne ng ni nl no np nz om pa"
    " pe pg ph pk pl pr ps pt py qa ro rs ru rw sa sc sd se sg si sk sl sm sn so sr sv sy sz td tg"
    " th tj tm tn tr tt tw tz ua ug uk us uy uz va ve vn ye za zm zw eu usa gbr deu fra esp ita"
    " chn jpn kor ind che nld swe pol can aus bra".split()
)
_COUNTRIES = frozenset(
    "argentina australia austria belgium brazil bulgaria canada chile china colombia croatia"
    " cyprus czechia denmark deutschland egypt españa estonia finland france germany greece hungary"
    " iceland india indonesia ireland israel italia italy japan kenya latvia lithuania luxembourg"
    " malaysia malta mexico netherlands nigeria norway österreich philippines poland portugal"
    " romania schweiz singapore slovakia slovenia spain suisse sweden switzerland taiwan thailand"
    " turkey ukraine vietnam 中国 美国 德国 法国 日本".split()
) | {"united states", "united states of america", "united kingdom", "south korea", "new zealand"}
#: Words of a header, the kind its cells must have, and the column. The first that fits is taken.
_WORDS: tuple[tuple[str, re.Pattern[str], str], ...] = (
    (r"burn|mittelabfluss", _AMOUNT, "monthly_burn_usd"),
    (
        r"revenue|turnover|arr|umsatz|chiffre|ingresos|facturaci|收入|营收",
        _AMOUNT,
        "annual_revenue_usd",
    ),
    (r"cash|liquid|trésorerie|efectivo|现金", _AMOUNT, "cash_usd"),
    (r"invest|ticket|beteilig|inversi|投资", _AMOUNT, "invested_usd"),
    (
        r"spend|cost|fee|price|expense|kosten|ausgaben|coût|dépense|gasto|coste|费用|支出",
        _AMOUNT,
        "spend_usd",
    ),
    (r"gross|marge|margin|margen|毛利", _FRACTION, "gross_margin"),
    (r"share|workload|traffic|anteil|part|cuota|占比", _FRACTION, "share"),
    (r"engineer|developer|entwickler|ingénieur|ingeniero|工程师", _WHOLE_NUMBER, "engineers"),
    (r"notice|kündigung|préavis|preaviso|通知", _WHOLE_NUMBER, "notice_days"),
    (r"outage|downtime|rto|buffer|ausfall|interruption|停机", _WHOLE_NUMBER, "buffer_hours"),
    (r"critical|importan|tier|kritik|criti|重要|关键", _ONE_TO_FIVE, "criticality"),
    (r"renew|expir|end|until|term|ablauf|ende|échéance|fin|venc|到期|续约", _DATE, "renewal"),
    (r"test", _DATE, "fallback_tested_on"),
    (r"date|updat|as of|stand|datum|fecha|日期|更新", _DATE, "as_of"),
)
_WORD_RULES = tuple((re.compile(words, re.I), kind, column) for words, kind, column in _WORDS)


def likely_column(
    header: str, cells: Sequence[str], names_a_provider: Callable[[str], bool] | None = None
) -> str | None:
    """The canonical column that ``cells`` under ``header`` could be, or None.

    ``names_a_provider`` says whether a cell names a provider or product of language models.
    """
    filled = [cell.strip() for cell in cells if cell.strip()]
    if not filled:
        return None
    if all(_WEB_ADDRESS.match(cell) for cell in filled):
        return "website"
    for words, kind, column in _WORD_RULES:
        if words.search(header) and all(kind.match(cell) for cell in filled):
            return column
    if names_a_provider and holds_providers(filled, names_a_provider):
        return "provider"
    if all(cell.casefold() in _CODES | _COUNTRIES for cell in filled):
        return "country"
    if sum(map(len, filled)) / len(filled) > _LETTERS_OF_A_SENTENCE:
        return "notes"
    return None


def holds_providers(cells: Sequence[str], names_a_provider: Callable[[str], bool]) -> bool:
    """Whether half of the cells or more name a provider or product of language models."""
    filled = [cell for cell in cells if cell.strip()]
    known = sum(map(names_a_provider, filled))
    return bool(filled) and known >= _SHARE_OF_PROVIDERS * len(filled)
