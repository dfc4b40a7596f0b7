"""Headers of money columns: which currency, for a year or a month, counted in thousands or not.

``Annual spend (EUR)``, ``Umsatz TEUR``, ``Monthly fee in £`` and ``spend_eur`` say more than the
name of a column. What they say besides is taken out, and what is left is looked up as a header of
the same column in USD.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from risk.money.currencies import candidates, currencies, meant_by
from risk.money.stated import PERIODS, Period

#: Codes that are words as well: in a header they are codes only in brackets or as ``cost_top``.
_WORDS_TOO = frozenset("ALL TOP TRY CUP MOP PEN SOS MAD COP BAM GEL LAK".split())
_EVERY = "|".join(currencies())
_SURE = "|".join(code for code in currencies() if code not in _WORDS_TOO)
_SIGNS = "|".join(
    re.escape(sign)
    for sign in sorted(candidates(), key=len, reverse=True)
    if not sign.isascii() or "$" in sign
)
_LETTERS = "|".join(
    sorted(
        {sign for one in currencies().values() for sign in one.signs if sign.isalpha()},
        key=len,
        reverse=True,
    )
)
_WORDS = "euros?|dollars?|pounds?|yen|yuan|rupees?"
_FEW = r"thousands?|tsd\.?|tausend|milliers|['\u2019]?000s?"
_MANY = r"millions?|mio\.?|mn|mm"
_HERE = "\x00"
#: Where the currency stands in a header, and how its amounts are counted, first that fits first.
_CURRENCY = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?<![A-Za-z])(?P<before>[TtKkMm])(?P<one>{_EVERY}|[€£$¥])(?![A-Za-z])",
        rf"(?<![A-Za-z])(?P<one>{_SURE}|(?i:{_SIGNS}))\s?(?P<behind>[KkMm]|(?i:{_FEW}|{_MANY}))"
        r"(?![A-Za-z])",
        rf"[(\[]\s*(?P<one>{_EVERY}|(?i:{_SURE}|{_WORDS}|{_LETTERS})(?![A-Za-z])"
        rf"|(?i:{_SIGNS}))"
        r"\.?(?P<rest>[^)\]]*)[)\]]",
        rf"(?<=_)(?P<one>(?i:{_EVERY}))(?=_|$)",
        rf"(?<![A-Za-z])(?P<one>{_SURE}|(?i:{_WORDS}))(?![A-Za-z])",
        rf"(?P<one>(?i:{_SIGNS}))",
    )
)
_COUNTED = re.compile(
    rf"[(\[]?\s*\b(?:in|en)?\s*(?:(?P<few>{_FEW})|(?P<many>{_MANY}))(?![A-Za-z])\s*[)\]]?", re.I
)
_LEFT_ALONE = re.compile(r"[(\[][\s,;/]*[)\]]|\s+(?:in|en|of|à)\s*$|[,;:/\s]+$", re.I)
_YEAR = re.compile(
    r"annual|yearly|annuali[sz]ed|per[\s_]+(?:year|annum)|p\.\s?a\.|\bpa\b|/\s?(?:yr|year|annum)\b"
    r"|jährlich|pro jahr|\bjahres|annuel|par an\b|\banual|(?:al|por) año|annuo|annua\b|all'anno"
    r"|jaarlijks|per jaar|rocz|\bARR\b|每年|年",
    re.I,
)
_MONTH = re.compile(
    r"month|/\s?mo\b|\bp\.\s?m\.|monat|mensuel|par mois|mensual|(?:al|por) mes|mensile|al mese"
    r"|maand|miesi|\bMRR\b|月",
    re.I,
)
#: The same header for the other time: a pattern, and what stands there instead.
_TO_MONTH = (
    (r"\b(?:annual|yearly|annuali[sz]ed)\b", "monthly"),
    (r"\bper (?:year|annum)\b|\bp\.\s?a\.|\bpa\b|/\s?(?:yr|year|annum)\b", "per month"),
    (r"/\s?(?:yr|year)\b", "/ month"),
    (r"\bjährliche[nrs]?\b|\bjährlich\b", "monatliche"),
    (r"\bpro jahr\b", "pro monat"),
    (r"\bannuelles?\b", "mensuelle"),
    (r"\bannuels?\b", "mensuel"),
    (r"\bpar an\b", "par mois"),
    (r"\banual(?:es)?\b", "mensual"),
    (r"\b(?:al|por) año\b", "al mes"),
    ("每年|年度", "每月"),
    ("年", "月"),
)
_TO_YEAR = (
    (r"\bmonthly\b", "annual"),
    (r"\bper month\b", "per year"),
    (r"/\s?(?:mo|month)\b", "per year"),
    (r"\bMRR\b", "ARR"),
    (r"\bmensuels?\b", "annuel"),
    ("每月|月", "年"),
)


@dataclass(frozen=True, kw_only=True)
class MoneyHeader:
    """What a header says of its amounts: currency by code, time, and what they are counted in.

    ``sign`` is a sign that several currencies have; None and None: it names no currency. Then
    amounts are in USD, except under a header that we only know with that currency (``is_unsure``).
    ``is_known``: it is read as money by itself; what another means its reader has chosen.
    """

    currency: str | None = None
    sign: str | None = None
    per: Period | None = None
    scale: Decimal = Decimal(1)
    is_unsure: bool = False
    is_known: bool = False


def fact_of(column: str) -> str:
    """The fact that a column of money states, without its unit: ``spend`` for ``spend_usd``."""
    return column.removesuffix("_usd").removesuffix("_stated")


@lru_cache(maxsize=10_000)
def money_header(header: str) -> MoneyHeader:
    """What a header says of the amounts below it."""
    found, scale, _ = _taken_apart(header)
    if found is None:
        return MoneyHeader(per=_period(header), scale=scale)
    code = meant_by("$" if found.casefold().startswith("dollar") else found)
    sign = None if code else found
    return MoneyHeader(currency=code, sign=sign, per=_period(header), scale=scale)


def _period(header: str) -> Period | None:
    if _YEAR.search(header):
        return Period.YEAR
    return Period.MONTH if _MONTH.search(header) else None


def _taken_apart(header: str) -> tuple[str | None, Decimal, str]:
    """The currency as it stands, what amounts are counted in, and the header with a gap there."""
    text = unicodedata.normalize("NFKC", header)
    for pattern in _CURRENCY:
        found = pattern.search(text)
        if found is not None:
            parts = found.groupdict()
            scale = _scale(parts.get("before") or parts.get("behind"))
            rest = parts.get("rest") or ""
            form = text[: found.start()] + _gap(found[0], rest) + text[found.end() :]
            more, form = _counted(form)
            return found["one"], scale * more, re.sub(r"[\s,;/]+\)", ")", form)
    more, form = _counted(text)
    return None, more, form


def _gap(found: str, rest: str) -> str:
    """Where the currency stood, with the brackets around it and what else was in them."""
    return f"({_HERE}{rest})" if found[:1] in "([" else _HERE


def _counted(text: str) -> tuple[Decimal, str]:
    found = _COUNTED.search(text)
    if found is None:
        return Decimal(1), text
    form = text[: found.start()] + text[found.end() :]
    bracket = ")" if found[0].rstrip().endswith((")", "]")) and _HERE in form else ""
    unclosed = form.count("(") > form.count(")")
    return Decimal(1000 if found["few"] else 10**6), form + (bracket if unclosed else "")


def _scale(mark: str | None) -> Decimal:
    if mark is None:
        return Decimal(1)
    if re.fullmatch(rf"[tk]|{_FEW}", mark, re.I):
        return Decimal(1000)
    return Decimal(10**6)


#: What a header of amounts in USD may mean, but no list of providers by this word alone.
_SAYS_TOO_LITTLE = frozenset({"cost"})


@dataclass(frozen=True, kw_only=True)
class InUsd:
    """A header that would say the same of amounts in USD.

    ``per`` is the time that it was changed to, None if none: it is meant only for a column whose
    amounts are for that time. ``is_added``: that they are in USD was added to it.
    """

    header: str
    per: Period | None
    is_added: bool = False


def as_in_usd(header: str) -> Iterator[InUsd]:
    """Headers that would say the same of amounts in USD; the first that is known is the column."""
    _, _, form = _taken_apart(header)
    for text, per in _for_each_time(form):
        for unit in ("USD", "$", "美元") if _HERE in text else ():
            yield InUsd(header=text.replace(_HERE, unit), per=per)
        bare = " ".join(text.replace(_HERE, " ").split())
        while (less := _LEFT_ALONE.sub("", bare).strip()) != bare:
            bare = less
        yield InUsd(header=bare, per=per)
        for unit in (" USD", " (USD)", "(美元)") if bare.casefold() not in _SAYS_TOO_LITTLE else ():
            yield InUsd(header=bare + unit, per=per, is_added=True)


def _for_each_time(form: str) -> Iterator[tuple[str, Period | None]]:
    yield form, None
    for swaps, per in ((_TO_MONTH, Period.MONTH), (_TO_YEAR, Period.YEAR)):
        for pattern, instead in swaps:
            other = re.sub(pattern, instead, form, flags=re.I)
            if other != form:
                yield other, per


def is_for(column: str, per: Period | None) -> bool:
    """Whether a header that was changed to a time may name this column."""
    fact = fact_of(column)
    return fact in PERIODS and (per is None or PERIODS[fact] is per)
