"""The words and patterns by which a name is judged when no alias says what it is.

Many brands of language models are ordinary words or other firms' names: Gemini is a constellation,
Claude a first name, Azure a colour. Such a word counts only when nothing unrelated stands beside
it; a wrong "yes" puts a startup on the wrong list.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from risk.inventory.shipped import shipped, word_list

#: What each list is for is said beside it in ``fixtures/intake_words.csv``.
ORDINARY_WORDS = frozenset(word_list("ordinary"))
ORDINARY_PHRASES = frozenset(word_list("ordinary phrase"))
ORDINARY_VENDORS = frozenset(word_list("ordinary vendor"))
PRODUCT_WORDS = frozenset(word_list("product"))
DISTINCTIVE_FAMILIES = frozenset(word_list("distinctive family"))
CONTEXT_WORDS = frozenset(word_list("context"))
TRADES = frozenset(word_list("trade"))
FIRM_KINDS = frozenset(word_list("firm kind"))
JOINING_WORDS = frozenset(word_list("joining"))
MODEL_WORDS = frozenset(word_list("model"))
NOT_STATED = frozenset(word_list("not stated"))
UNNAMED = frozenset(word_list("unnamed"))
UNNAMED_BESIDE = UNNAMED | frozenset(word_list("beside unnamed"))
OF_MICROSOFT = frozenset(word_list("of microsoft"))
NEGATION = frozenset(word_list("negation"))
BY_HAND = frozenset(word_list("by hand"))
OF_AN_APPLICATION = frozenset(word_list("of an application"))
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
    r"\b(?:self host(?:ed|ing)?|own hosted|on device|on prem(?:ise|ises)?|air gapped"
    r"|own (?:gpus?|servers?|hardware|hosting|clusters?|infrastructure|data ?cent(?:er|re)s?))\b"
)
#: The same, beside the name of a model.
SELF_HOSTED_WORDS = re.compile(
    CERTAINLY_SELF_HOSTED.pattern
    + r"|\b(?:on |in )?(?:our|internal|in house|private) (?:\w+ )?(?:gpus?|servers?|hardware"
    r"|[ah]\d00s?|clusters?|machines?|cloud|infrastructure|data ?cent(?:er|re)s?)\b"
    r"|\bon (?:a |the )?(?:laptops?|workstations?)\b|\blocal(?:ly)?\b|\bon site\b"
    r"|\bselbst (?:gehostet|betrieben)\b|\b(?:auf |in |im )?(?:eigene[nrm]?|unsere[nrm]?)"
    r" (?:servern?|hardware|rechenzentrum|infrastruktur|gpus?|clustern?)\b|\blokal\b"
    r"|\bauto ?héberg\w+|\bhébergée? (?:en interne|localement|sur nos serveurs)\b"
    r"|\b(?:sur )?nos (?:propres )?serveurs\b|\ben local\b|\bsur site\b"
    r"|\b(?:en )?(?:nuestros servidores|servidores propios)\b|\bauto ?alojad[oa]\b"
    r"|\b(?:em )?(?:nossos servidores|servidores próprios)\b|\blocalmente\b|\bin locale\b"
    r"|\b(?:su )?server propri\b|\bzelf gehost\b|\b(?:op )?eigen servers?\b"
    r"|\b(?:på )?egna servrar\b|\b(?:på )?egne servere\b|\blokalt\b|\blokalnie\b"
    r"|\b(?:na )?własnych serwerach\b|\b(?:na )?vlastních serverech\b|\blokálně\b"
    r"|\b(?:на )?(?:своих|собственных|наших) серверах\b|\bлокально\b"
    r"|私有化(?:部署)?|本地(?:部署|化部署)?|自建|内网部署|オンプレミス|オンプレ|自社サーバー?|自社環境"
    r"|온프레미스|자체 (?:서버|구축|호스팅)"
)


def _any_of(phrases: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, phrases), key=len, reverse=True))


#: Right before a name: the text says what is not used.
NOT_USED = re.compile(
    rf"(?:^no|(?<!\w)(?:{_any_of(word_list('used no more'))})"
    rf"(?: (?:{_any_of(word_list('of a former vendor'))}))?)$"
)
_ENDED_BY = _any_of(word_list("ended by"))
#: Right after a name: it is used no more, or never was.
ENDED = re.compile(
    rf"^(?:(?:{_ENDED_BY}) ){{0,5}}(?:{_any_of(word_list('ended'))})"
    r"(?!\w)(?! for (?!use\b|any\b|all\b|now\b))"
)
#: Words around a name within which the two above are looked for.
WORDS_BEFORE, WORDS_AFTER = 4, 9
STATE_OF_USE = frozenset(word_list("state of use"))
STATE_STEMS = word_list("state stem")
BESIDE_STATE_OF_USE = STATE_OF_USE | frozenset(word_list("beside state of use"))
ASSISTANTS = frozenset(word_list("assistant"))
SECTORS = frozenset(word_list("sector"))
WORK = SECTORS | frozenset(word_list("work"))
CLOUD_REGION = re.compile(rf"[\s(]*(?:{_any_of(word_list('cloud region'))})[\s)]*", re.I)
#: "OpenAI, replaced by Claude": what follows took the place of what stands before.
REPLACED_BY = re.compile(
    r"^.*\S[\s,;:(-]+(?:(?:was |were |has been )?(?:replaced|superseded) (?:by|with)"
    r"|(?:we |then )?(?:switched|moved|migrated|changed) (?:over )?to|now(?: using| on)?"
    r"|(?:wurde )?(?:durch|abgelöst durch|ersetzt durch|abgelöst von)|jetzt|nun|neu"
    r"|(?:a été )?remplacée? par|maintenant|désormais"
    r"|(?:fue )?(?:sustituid|reemplazad)[oa] por|ahora|(?:foi )?substituíd[oa] por|agora"
    r"|sostituit[oa] (?:da|con)|ora|vervangen door|nu|ersatt av|erstattet a[fv]"
    r"|zastąpion[yae] przez|teraz|nahrazen[oa]?|замен[её]н[оа]? на|теперь)\s+(?=\S)"
    r"|^.*\S[\s,;:(（，、]*(?:替换为|替換為|改用|换成|換成|已迁移到|迁移至|现用|現用|現在は)\s*(?=\S)",
    re.I | re.S,
)
#: "Switched from ChatGPT to Claude", "OpenAI → Anthropic (migrated)": the same.
FROM_TO = re.compile(
    r"^.*?\b(?:switched|switching|moved|moving|migrated|migrating|changed) (?:over |away )?from\s+"
    r"\S.*?\s+(?:over )?to\s+(?=\S)"
    r"|^.*?\b(?:wechsel|umstieg|umstellung|migration|umgestellt|gewechselt)\s+von\s+\S.*?"
    r"\s+(?:zu|auf)\s+(?=\S)"
    r"|^.*?\b(?:passage|migration|migré|passé)\s+d[e']\s*\S.*?\s+(?:à|vers)\s+(?=\S)"
    r"|^.*?\b(?:cambio|migración|migrado|mudança|migração|passaggio|migrazione)\s+d[aei]\s+\S.*?"
    r"\s+(?:a|para)\s+(?=\S)"
    r"|^.*?\b(?:overstap|migratie|overgestapt)\s+van\s+\S.*?\s+naar\s+(?=\S)"
    r"|^.*?(?:从|由)\s*\S.*?(?:迁移|切换|更换|转)(?:到|至|为)\s*(?=\S)"
    r"|^.*?\S\s*から\s*(?=\S.*(?:移行|変更|切替))"
    r"|^.*\S\s*(?:→|->|=>|⇒)\s*(?=\S.*\b(?:migrated|switched|replaced))",
    re.I | re.S,
)
#: "OpenAI, will be replaced by Mistral in 2027": until then it is used.
STILL_TO_COME = re.compile(
    r"[\s,;(–-]*\b(?:will be|to be|is to be|shall be|soon)\s+"
    r"(?:replaced|superseded|migrated|moved|switched)\b.*$",
    re.I | re.S,
)
#: "moved to Claude from ChatGPT": the end says what is used no more.
TO_FROM = re.compile(
    r"^(?:(?:we|have|has|was|were) )*"
    r"(?:switched|switching|moved|moving|migrated|migrating|changed)\s+(?:over )?to\s+"
    r"(\S.*?)\s+(?:away )?from\s+\S.*$",
    re.I | re.S,
)
#: "no LLM", "without AI": it says that none is used.
NONE_USED = re.compile(
    r"(?<!\w)(?:no|without|kein\w*|ohne|sans|sin|sem|senza|geen|zonder|bez|does not use|do not use"
    r"|not using|not(?: an?)?|pas d|aucune?|ningún|ninguna|nenhuma?|nessuna?)(?: any)?"
    r" (?:(?:use|uso|usage|utilisation|utilizzo) (?:of|d|de|di|da) )?"
    r"(?:llms?|ai|gen ?ai|generative ai|(?:large )?language models?|chat ?bots?|ki|ia|ml"
    r"|machine learning|neural|models? (?:used|involved)"
    r"|(?:llm|ki|ai) \w*(?:nutzung|einsatz|use|usage))\b"
    r"|^(?:gen ?ai|ai|llms?|ki|ia) (?:is |are |wird |est |es |è )?"
    r"(?:not|nicht|non|no|não|pas) (?:in use|used|involved|applied|genutzt|verwendet|\w+[aoé]s?)$"
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
