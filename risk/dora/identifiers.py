"""Codes of legal entities: the shape and check digits of an LEI, the shape of an EUID.

LEI: ISO 17442, check digits of ISO/IEC 7064 (mod 97-10). EUID: Implementing Regulation (EU)
2021/1042. Whether a code was issued only its register can say; nobody is asked here.
"""

import re

_LEI = re.compile(r"[A-Z0-9]{18}[0-9]{2}")
_EUID = re.compile(r"[A-Z]{2}[^\s.]*\.\S.*")
#: The European Economic Area, by ISO 3166-1; a firm outside of it can have no EUID.
EEA = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI"
    " SK".split()
)


def is_lei_shape(text: str) -> bool:
    """Are these 18 capital letters or digits and two digits?"""
    return _LEI.fullmatch(text) is not None


def is_lei(text: str) -> bool:
    """Is the shape right and are the check digits?

    Letters count A = 10 to Z = 35; the number that this writes leaves 1 when divided by 97.
    """
    return is_lei_shape(text) and int("".join(str(int(letter, 36)) for letter in text)) % 97 == 1


def is_euid_shape(text: str) -> bool:
    """Is it a country, the name of its register, a point and a number: ``DEK1101R.HRB116737``?"""
    return _EUID.fullmatch(text) is not None
