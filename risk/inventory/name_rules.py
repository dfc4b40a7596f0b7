"""The words and patterns by which a name is judged when no alias says what it is.

Many brands of language models are ordinary words or other firms' names: Gemini is a constellation,
Claude a first name, Azure a colour. Such a word counts only when nothing unrelated stands beside
it; a wrong "yes" puts a startup on the wrong list.
"""

import re
from dataclasses import dataclass

from risk.inventory.shipped import shipped, word_list

#: What each list is for is said beside it in ``fixtures/intake_words.csv``.
ORDINARY_WORDS = frozenset(word_list("ordinary"))
ORDINARY_PHRASES = frozenset(word_list("ordinary phrase"))
PRODUCT_WORDS = frozenset(word_list("product"))
DISTINCTIVE_FAMILIES = frozenset(word_list("distinctive family"))
CONTEXT_WORDS = frozenset(word_list("context"))
TRADES = frozenset(word_list("trade"))
JOINING_WORDS = frozenset(word_list("joining"))
MODEL_WORDS = frozenset(word_list("model"))
NOT_STATED = frozenset(word_list("not stated"))
UNNAMED = frozenset(word_list("unnamed"))
UNNAMED_BESIDE = UNNAMED | frozenset(word_list("beside unnamed"))
INTRODUCES_A_PROVIDER = frozenset(word_list("introduces a provider"))
USED = frozenset(word_list("used"))
GOES_ON = frozenset(word_list("goes on"))
PLATFORM_PRODUCTS = frozenset(word_list("platform product"))
#: Words that mean that a language model is at work, whoever made it.
LANGUAGE_MODEL = re.compile(
    r"\b(?:llms?|open weights?|gen ?ai|gen ai|generative ai|(?:large )?language models?"
    r"|foundation models?|gpts?"
    r"|chat ?bots?|\w+gpt|sprachmodelle?|ki (?:assistent|chatbot)|ia générative|ia generativa"
    r"|generative ki|mod[eè]les? de langage|modelo de lenguaje|fine tuned model)\b"
    r"|大模型|大语言模型|生成式|生成 ?ai|생성형|языковая модель"
)
#: A master of laws has the letters of a language model.
LAW_DEGREE = re.compile(
    r"\bllms?\b.*\b(?:laws?|degrees?|masters?|alumni|tuition|admissions?|programmes?|taxation)\b"
    r"|\b(?:laws?|degrees?|masters?|alumni|tuition|admissions?)\b.*\bllms?\b"
)
#: A tool of the firm itself: the model behind it has to be asked for.
IN_HOUSE = re.compile(
    r"\b(?:in house|inhouse|internal(?:ly)?|home ?grown|proprietary"
    r"|custom (?:built|developed|ai|model|llm)|(?:our )?own (?:fine tuned )?(?:ai|models?|chatbot)"
    r"|eigenentwicklung|eigenentwickelt|développement interne|desarrollo interno)\b|自研|自社開発"
)
IN_HOUSE_STAFF = re.compile(r"\b(?:staff|counsel|lawyers?|team|audit|controls?|revenue|medicine)\b")
CERTAINLY_SELF_HOSTED = re.compile(
    r"\b(?:self host(?:ed|ing)?|on prem(?:ise|ises)?|own (?:gpus?|servers?|hardware))\b"
)
#: The same, beside the name of a model.
SELF_HOSTED_WORDS = re.compile(
    CERTAINLY_SELF_HOSTED.pattern
    + r"|\bour (?:\w+ )?(?:gpus?|servers?|hardware|[ah]\d00s?|clusters?|machines?"
    r"|data ?cent(?:er|re)s?)\b|\bon (?:a |the )?(?:laptops?|workstations?)\b"
    r"|\blocal(?:ly)?\b|\bselbst gehostet|\bauto hébergé|私有化|本地部署"
)
#: Right before a name: the text says what is not used.
NOT_USED = re.compile(
    r"(?:^no|\bnot(?: (?:using|used|use))?|\bno longer(?: using| use)?|\bnever(?: used)?|\bwithout"
    r"|\binstead of|\brather than|\breplac(?:es|ed|ing)|\bohne|\bstatt|\bsans|\bau lieu d|\bsin"
    r"|\ben lugar de|\bformer(?:ly)?|\bpreviously|\bex|\bstopped(?: using)?|\bdropped|\bbanned"
    r"|\b(?:switched|moved|migrated) (?:away )?from|\bfrüher|\behemals|\banciennement)$"
)
#: Right after a name: it is used no more.
ENDED = re.compile(
    r"^(?:(?:was|is|has been|have been|contract|subscription|licence|license|use|usage) )?"
    r"(?:cancell?ed|ended|terminated|discontinued|decommissioned|banned|prohibited|unused|removed"
    r"|blocked|forbidden|retired|inactive|expired|lapsed|offboarded|churned|rejected|declined"
    r"|suspended|abandoned|withdrawn|revoked|sunset|phased out|switched off|turned off"
    r"|never (?:deployed|used|adopted|signed|went live|rolled out)|no longer"
    r"|not (?:in use|used|using|approved|allowed|permitted|deployed|active)"
    r"|gekündigt|beendet|abgeschaltet|gesperrt|résilié|abandonné|cancelado|已停用|停用)(?!\w)"
)
#: How a use goes, behind a name: "(pilot)", "- trial until June". It says nothing of whose it is.
STATE_OF_USE = re.compile(
    r"\s*(?:[(\[]\s*|[-–—:,;]\s+)(?:(?:now |currently )?(?:in |under )?"
    r"(?:pilot|piloting|trial|proof of concept|poc|live|active|production|prod|approved|evaluation"
    r"|use|testing|renewed|current|adopted|signed))"
    r"(?: (?:until|since|from|as of|in)(?: \w+){1,3}| \d{4})?\s*[)\]]?\s*$",
    re.I,
)
#: "OpenAI, replaced by Claude": what follows took the place of what stands before.
REPLACED_BY = re.compile(
    r"^.*\S[\s,;:(-]+(?:(?:was |were |has been )?(?:replaced|superseded) (?:by|with)"
    r"|(?:we |then )?(?:switched|moved|migrated|changed) (?:over )?to|now(?: using| on)?)\s+(?=\S)",
    re.I | re.S,
)
#: "Switched from ChatGPT to Claude", "OpenAI → Anthropic (migrated)": the same.
FROM_TO = re.compile(
    r"^.*?\b(?:switched|switching|moved|moving|migrated|migrating|changed) (?:over |away )?from\s+"
    r"\S.*?\s+(?:over )?to\s+(?=\S)"
    r"|^.*\S\s*(?:→|->|=>|⇒)\s*(?=\S.*\b(?:migrated|switched|replaced))",
    re.I | re.S,
)
#: "no LLM", "without AI": it says that none is used.
NONE_USED = re.compile(
    r"^(?:no|without|kein\w*|ohne|sans|sin|does not use|do not use|not using)(?: any)?"
    r" (?:llms?|ai|gen ?ai|generative ai|(?:large )?language models?|chat ?bots?|ki)\b"
)
#: "not OpenAI but Claude": the same.
NOT_BUT = re.compile(
    r"^\s*(?:not|no longer|nicht|kein|pas|no)\s+\S.*?[\s,]+(?:but|sondern|mais|sino)\s+"
    r"(?:rather\s+|now\s+)?(?=\S)",
    re.I | re.S,
)
#: "Claude instead of OpenAI": what follows is not used.
INSTEAD_OF = re.compile(
    r"(?<=\S)\s+\(?(?:instead of|rather than|replac(?:es|ed|ing)|(?:an)?statt|au lieu d"
    r"|en lugar de)\b.*$",
    re.I | re.S,
)
AFFILIATE = re.compile(r"\b(?:affiliates?|subsidiary|subsidiaries)\b")
#: What is done with a language model: "Claude for summarising tickets".
WORK_ON_TEXT = re.compile(
    r"(?:summar|draft|writ|rewrit|cod|translat|answer|search|classif|extract|generat|transcrib"
    r"|analys|analyz|proofread|prompt|redact|brainstorm|research)\w*ing"
)
#: A person's initials before a name: "C. R. Bard" is nobody's chatbot.
INITIALS = re.compile(r"(?:(?<=\s)|^)(?!U\.\s?[SK]\.)(?:[A-Z]\.\s?)+(?=[A-Z][a-z])")

#: Companies that stand for their cloud when another developer's model is named beside them.
CLOUD_OF_COMPANY = {row["company"]: row["cloud"] for row in shipped("companies") if row["cloud"]}
#: Hosts and developers that belong to a company, so that "Google, Gemini" is one provider.
FAMILY_OF_COMPANY = {
    row["company"]: frozenset(row["family"].split("|"))
    for row in shipped("companies")
    if row["family"]
}
#: What a bare company name means in a list of language-model providers: developer, host, product.
PRODUCT_OF_COMPANY = {
    row["company"]: (row["developer"], row["host"], row["product"])
    for row in shipped("companies")
    if row["product"]
}


@dataclass(frozen=True)
class ModelPattern:
    """How a family of models is written once a name is in lower-case words."""

    pattern: re.Pattern[str]
    developer: str
    host: str


#: Model names by developer; open weights have no host of their own.
MODEL_PATTERNS = tuple(
    ModelPattern(re.compile(rf"\b(?:{row['pattern']})\b"), row["developer"], row["host"])
    for row in shipped("model_patterns")
)
