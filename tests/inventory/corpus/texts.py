"""Names and texts: what is refused, what is cleaned, what is only mentioned."""

from tests.inventory.corpus.case import GOOD, HEAD, Case, accepted, partial, rejected, unread

NOTES = "startup,provider,notes\n"
DEPTH = "startup,provider,depth\nAcme,OpenAI,"
LEVEL = "startup,provider,criticality\nAcme,OpenAI,"
TRAPS = ("NA", "None", "TRUE", "007", "1e5", "null", "nan", "-", "0x1F", "2026-01-01", "#REF!")


def named(name: str, startup: str, *warnings: str, kept: str | None = None) -> Case:
    """A file of one accepted startup; ``kept`` is how it is stored."""
    return accepted(name, f'{HEAD}"{startup}",OpenAI\n', *warnings, startup=kept or startup)


def bad_name(name: str, startup: str, code: str) -> Case:
    return rejected(name, f'{HEAD}"{startup}",OpenAI\n', code)


CASES = (
    *(named(f"a company called {trap}", trap) for trap in TRAPS),
    named("a formula is plain text", "=1+1"),
    named("markup is plain text", "<script>alert(1)</script>"),
    named("SQL is plain text", "Robert'); DROP TABLE startups;--"),
    named("a template is plain text", "{{ 7 * 7 }} ${7*7} %s"),
    named("outer space is trimmed", "  Acme\t", kept="Acme"),
    named("a no-break space outside is trimmed", "\u00a0Acme\u00a0", kept="Acme"),
    named("letters are composed", "Cafe\u0301", kept="Caf\u00e9"),
    named("a tab inside", "Ac\tme"),
    named("a line end inside", "Ac\nme"),
    bad_name("a bell", "Ac\x07me", "control_character"),
    bad_name("an escape", "Ac\x1b[31mme", "control_character"),
    bad_name("a form feed", "Ac\x0cme", "control_character"),
    bad_name("a delete", "Ac\x7fme", "control_character"),
    bad_name("a control of Latin-1", "Ac\u009bme", "control_character"),
    bad_name("a noncharacter", "Ac\ufffeme", "control_character"),
    bad_name("a noncharacter in the middle", "Ac\ufdd0me", "control_character"),
    bad_name("a noncharacter of another plane", "Ac\U0001fffeme", "control_character"),
    bad_name("an override to the left", "Ac\u202eme", "bidi_control"),
    bad_name("an override to the right", "Ac\u202dme", "bidi_control"),
    bad_name("an isolate", "Ac\u2066me\u2069", "bidi_control"),
    bad_name("tag characters", "Acme\U000e0041\U000e0042", "invisible_text"),
    bad_name("letters with nothing to see", "\u3164\u3164", "invisible_text"),
    unread("a control in a note", NOTES + "Acme,OpenAI,a\x01b\n", "control_character"),
    unread("an override in a note", NOTES + "Acme,OpenAI,a\u202eb\n", "bidi_control"),
    bad_name("a name of zero-width characters", "\u200b\u200b", "missing_startup"),
    named("a zero-width space", "Ac\u200bme", "invisible_removed", kept="Acme"),
    named("a soft hyphen", "Ac\u00adme", "invisible_removed", kept="Acme"),
    named("a byte order mark inside", "\ufeffAcme", "invisible_removed", kept="Acme"),
    named("a word joiner", "Ac\u2060me", "invisible_removed", kept="Acme"),
    named("a joiner between Latin letters", "Ac\u200dme", "invisible_removed", kept="Acme"),
    named("a direction mark", "Acme\u200e", "invisible_removed", kept="Acme"),
    named("a joiner in an emoji", "Acme 👩\u200d💻"),
    named("a family of four", "👨\u200d👩\u200d👧\u200d👦"),
    named("a heart on fire", "Acme ❤\ufe0f\u200d🔥"),
    named("a joiner at the end of an emoji", "Acme 👩\u200d", "invisible_removed", kept="Acme 👩"),
    named("right-to-left script", "شركة الذكاء"),
    named("Hebrew beside Latin", "Acme בע״מ"),
    named("a lost letter", "Acm\ufffd", "replacement_character"),
    named("French read as Windows-1252", "CafÃ©", "looks_like_mojibake"),
    named("an apostrophe read as Windows-1252", "Oâ€™Neil", "looks_like_mojibake"),
    named("a mark read as Windows-1252", "ï»¿Acme", "looks_like_mojibake"),
    named("Russian read as Windows-1251", "РџСЂРёРІРµС‚", "looks_like_mojibake"),
    named("letters that only look foreign", "ÀÉÎÕÜ Ångström São Œuvre"),
    named("quoted capitals", "«CAFÉ»"),
    named("a Cyrillic letter among Latin ones", "\u0410cme", "confusable_names"),
    named("a Greek letter among Latin ones", "Acm\u03b5", "confusable_names"),
    accepted(
        "two names that look alike",
        HEAD + "Acme,OpenAI\n\u0410cm\u0435,OpenAI\n",
        "confusable_names",
        records=2,
    ),
    accepted("a Russian name is not confusable", HEAD + "Москва,OpenAI\n", startup="Москва"),
    accepted("an unknown provider", HEAD + "Acme,Quux Widgets\n", "unknown_provider"),
    named("200 letters", "a" * 200),
    bad_name("201 letters", "a" * 201, "name_too_long"),
    named("201 characters that are 200 when composed", "a" * 199 + "e\u0301", kept="a" * 199 + "é"),
    named("200 emoji", "🚀" * 200),
    named("five marks on a letter", "a" + "\u0316" * 5),
    bad_name("six marks on a letter", "a" + "\u0316" * 6, "name_too_long"),
    named("words with many marks and few on each letter", "a\u0316\u0317" * 20),
    rejected("201 letters of a provider", HEAD + f"Acme,{'a' * 201}\n", "name_too_long"),
    accepted("65,536 characters", NOTES + f"Acme,OpenAI,{'a' * 65_536}\n"),
    unread("65,537 characters", NOTES + f"Acme,OpenAI,{'a' * 65_537}\n", "field_too_long"),
    unread(
        "a huge cell beside good records",
        NOTES + f"Acme,OpenAI,{'a' * 70_000}\nB,OpenAI,x\n",
        "field_too_long",
        records=2,
        notes=None,
    ),
    accepted("a long note", NOTES + f"Acme,OpenAI,{'word ' * 2_000}\n"),
    accepted("depth", DEPTH + "fine_tuned\n", depth="fine_tuned"),
    accepted("depth in capitals", DEPTH + "RAW_API\n", depth="raw_api"),
    unread("depth outside its list", DEPTH + "deep\n", "not_in_list"),
    accepted("no backup is a fact", "startup,provider,fallback\nA,OpenAI,None\n", fallback="none"),
    accepted("an empty backup is unknown", "startup,provider,fallback\nA,OpenAI,\n", fallback=None),
    unread(
        "a backup outside its list", "startup,provider,fallback\nA,OpenAI,maybe\n", "not_in_list"
    ),
    unread(
        "an exit plan outside its list", "startup,provider,exit_plan\nA,OpenAI,yes\n", "not_in_list"
    ),
    accepted("criticality", LEVEL + "5\n", criticality=5),
    unread("no address", "startup,provider,contact_email\nA,OpenAI,ann at example\n", "bad_email"),
    unread("criticality above its list", LEVEL + "6\n", "not_in_list"),
    unread("criticality zero", LEVEL + "0\n", "not_in_list"),
    unread("criticality between", LEVEL + "2.5\n", "not_in_list"),
    unread("criticality in words", LEVEL + "high\n", "not_in_list"),
    partial(
        "one bad cell refuses its record only",
        HEAD + GOOD + "B\x07,OpenAI\nC,OpenAI\n",
        (3, 2, 1, 0),
        "control_character",
    ),
)
