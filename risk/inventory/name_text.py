"""Bringing the many spellings of a company or product name to comparable words.

``OpenAI, L.L.C.3180 18th St.San Francisco, CA 94110United States`` and ``OPENAI LLC`` are the same
words once the glued address and the legal form are gone.
"""

import re
import unicodedata

from risk.inventory.shipped import word_list

LEGAL_FORMS = frozenset(word_list("legal form"))
PLACES = frozenset(word_list("place"))
_CORPORATE = frozenset(word_list("corporate"))
#: Legal forms that may stand inside a product's name: "GitHub, Inc. Copilot".
_INNER = _CORPORATE | frozenset(word_list("inner legal form"))
_LOCAL = frozenset(word_list("local company"))
#: What is written unspaced beside names: 科技有限公司 of a firm, 有料契約 of a use.
_UNSPACED_ALIKE = {
    *(*LEGAL_FORMS, *PLACES, *_LOCAL),
    *(*word_list("context"), *word_list("state of use"), *word_list("beside state of use")),
}
_OF_A_FIRM = re.compile(
    "|".join(
        sorted(
            (word for word in _UNSPACED_ALIKE if "\u3000" < word[0] < "\ud7b0"),
            key=len,
            reverse=True,
        )
    )
)
_OF_FIRMS = re.compile(f"(?:{_OF_A_FIRM.pattern})+")
#: Countries and regions whose names are several words.
_COUNTRY_OF_WORDS = re.compile(rf"(?<=\S)\s+(?:{'|'.join(word_list('country of words'))})(?!\S)")
#: A run of one script: names in Chinese, Japanese and Korean stand beside Latin ones unspaced.
_SCRIPT_RUN = re.compile(
    r"[a-z0-9.\u00c0-\u024f]+|[\u3400-\u9fff]+|[\u3040-\u30ff]+|[\uac00-\ud7a3]+"
    r"|[\u0400-\u04ff]+|[^a-z0-9.\u00c0-\u024f\u0400-\u04ff\u3040-\u9fff\uac00-\ud7a3]+"
)
_DOTTED = re.compile(r"\b(?:[a-z]\.){2,}(?:[a-z]\b)?")
_WORD = re.compile(r"[^\W_]+(?:\.\d+[a-z]?)*")
#: "S. de R.L. de C.V.", "S.A. de C.V.", "S.A.P.I. de C.V.".
_MEXICAN = re.compile(r"\bs\.?\s*(?:a\.?\s*(?:p\.?\s*i\.?)?|de\s+r\.?\s*l\.?)\s+de\s+c\.?\s*v\b\.?")
#: "S.à r.l.", "Sp. z o.o.", "A/S" in one word each, and what stands in all of their spellings.
_SPACED_FORMS = (
    ("à", re.compile(r"\bs\.?\s*à\.?\s*r\.?\s*l\b\.?"), " sarl "),
    ("z", re.compile(r"\bsp\.?\s*z\s*o\.?\s*o\b\.?"), " spzoo "),
    ("spol", re.compile(r"\bspol\.?\s*s\s*r\.?\s*o\b\.?"), " sro "),
    ("a/s", re.compile(r"\ba/s(?!\w)"), " as "),
    ("ş", re.compile(r"\ba\.\s?ş\b\.?"), " aş "),
)
_POSSESSIVE = re.compile(r"['’]s\b")
_QUALIFIER = re.compile(r"\((?:optional|coming soon|beta|preview|effective [^)]*|if [^)]*)\)", re.I)
_LEGAL_THEN_DIGITS = re.compile(
    r"(\b(?:inc|llc|ltd|limited|corp|corporation|pbc|gmbh|company)|l\.l\.c)\.?,?\s*\d.*$",
    re.I | re.S,
)
#: "Writer Inc. San Francisco": a legal form and where its company sits.
_CITY = "|".join(sorted(word_list("city"), key=len, reverse=True))
_CITY_OR_PLACE = "|".join(sorted({*word_list("city"), *PLACES}, key=len, reverse=True))
_LEGAL_THEN_CITY = re.compile(
    r"(\b(?:inc|llc|ltd|limited|corp|corporation|pbc|gmbh|company|sas|sa|ag|bv|ab|plc|srl|kk"
    rf"|l\.l\.c|b\.v))\b\.?\s*[,(/–-]?\s*(?:{_CITY})(?:,?\s+(?:{_CITY_OR_PLACE}))*\)?\s*$",
    re.I,
)
_ONE_MICROSOFT_WAY = re.compile(r"[\s,(]*\bone microsoft way\b.*$", re.I | re.S)
_BRACKET_THEN_DIGITS = re.compile(r"\)\d{1,5}\s.*$", re.S)
_ADDRESS_TAIL = re.compile(
    r"[\s,)]*\d{1,5}[a-z]?\s+[\w. ]*?\b(?:st|street|ave|avenue|road|rd|blvd|boulevard|drive|dr|way"
    r"|parkway|lane|suite|floor)\b.*$",
    re.I | re.S,
)
#: Arabic letters that are written with and without their signs.
_ARABIC = str.maketrans("أإآىة", "ااايه")
_LOOK_ALIKES = str.maketrans(
    "АВЕКМНОРСТХаеорсухіјѕԁһӏΑΒΕΖΗΙΚΜΝΟΡΤΥΧοαν",
    "ABEKMHOPCTXaeopcyxijsdhlABEZHIKMNOPTYXoav",
)


def fold(text: str) -> str:
    """``text`` in one Unicode form and in lower case, as names are compared."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return folded if folded.isascii() else folded.translate(_ARABIC)


def without_address(text: str) -> str:
    """``text`` without a postal address glued to a company's legal form or after its name."""
    cut = _ONE_MICROSOFT_WAY.sub("", text)
    cut = _LEGAL_THEN_DIGITS.sub(_legal_form, cut)
    cut = _LEGAL_THEN_CITY.sub(_legal_form, cut)
    cut = _BRACKET_THEN_DIGITS.sub(")", cut)
    return _ADDRESS_TAIL.sub("", cut)


def _legal_form(match: re.Match[str]) -> str:
    return match[1]


def words(text: str) -> tuple[str, ...]:
    """The words of a name in lower case, no punctuation, dotted letters joined (``l.l.c.`` → llc).

    Version numbers keep their point (``gpt-4.1`` → ``gpt``, ``4.1``); a change of script ends a
    word (``OpenAI公司`` → ``openai``, ``公司``).
    """
    folded = _POSSESSIVE.sub("", fold(_QUALIFIER.sub(" ", text)))
    folded = _MEXICAN.sub(" ltda ", folded)
    for sign, form, in_one_word in _SPACED_FORMS:
        if sign in folded:
            folded = form.sub(in_one_word, folded)
    joined = _DOTTED.sub(lambda match: match.group().replace(".", "") + " ", folded)
    found = _WORD.findall(joined)
    if joined.isascii():
        return tuple(found)
    return tuple(run for word in found for run in _SCRIPT_RUN.findall(word))


def unspaced_words(piece: str) -> list[str]:
    """科技有限公司 is 科技 and 有限公司; a piece that holds anything else stays whole."""
    return _OF_A_FIRM.findall(piece) if _OF_FIRMS.fullmatch(piece) else [piece]


def without_legal_form(name: tuple[str, ...]) -> tuple[str, ...]:
    """``name`` without legal forms at its end; a name that is nothing else stays whole."""
    end = len(name)
    while end > 1 and name[end - 1] in LEGAL_FORMS:
        end -= 1
    return name[:end]


def without_inner_legal_forms(name: tuple[str, ...]) -> tuple[str, ...]:
    """``name`` without legal forms between its words: "GitHub, Inc. Copilot" is GitHub Copilot."""
    last = len(name) - 1
    return tuple(word for at, word in enumerate(name) if word not in _INNER or at in (0, last))


def name_key(text: str) -> str:
    """The words by which a whole name is looked up, without legal form and address."""
    return " ".join(without_legal_form(words(without_address(text))))


def without_local_company(name: tuple[str, ...]) -> tuple[str, ...]:
    """``name`` without legal forms, countries and what local companies are called besides.

    ``IBM United Kingdom Limited`` is IBM, ``Microsoft Ireland Operations Ltd`` Microsoft.
    """
    joined = _COUNTRY_OF_WORDS.sub(" ", " ".join(name))
    first, *rest = joined.split() or [""]
    while first in PLACES and rest:
        # 北京字节跳动科技有限公司
        first, *rest = rest
    kept = [word for word in rest if word not in LEGAL_FORMS | PLACES | _LOCAL]
    return (first, *kept)


def only_legal_or_address(text: str) -> bool:
    """Whether ``text`` is nothing but a legal form or an address: it continues the name before."""
    found = words(text)
    if not found or found[0] in _CORPORATE:
        return True
    return all(word in LEGAL_FORMS or word in PLACES or word.isdigit() for word in found)


def skeleton(text: str) -> str:
    """``text`` with Cyrillic and Greek letters that look Latin replaced by the Latin ones."""
    return text.translate(_LOOK_ALIKES)
