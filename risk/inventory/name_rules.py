"""The words and patterns by which a name is judged when no alias says what it is.

Many brands of language models are ordinary words or other firms' names: Gemini is a constellation,
Claude a first name, Azure a colour. Such a word counts only when nothing unrelated stands beside
it; a wrong "yes" puts a startup on the wrong list.
"""

import re
from dataclasses import dataclass

from risk.catalog.records import UNSPECIFIED

#: Brand words that also mean something else; one of them proves nothing next to unknown words.
ORDINARY_WORDS = frozenset(
    "azure bard beam bedrock claude codex cohere copilot crusoe cursor deepmind elicit ernie"
    " falcon fireworks gemini gemma glean gpt granite grok groq haiku harvey jamba kimi lambda"
    " llama magistral manus meta minimax mistral modal nova opus perplexity phi poe portkey"
    " replicate snowflake solar sonar sonnet sora spark titan together vertex upstage"
    " reka watson whisper windsurf writer"
    " クロード ジェミニ ミストラル コパイロット 클로드 제미나이 미스트랄 코파일럿"
    " клод джемини мистраль копайлот 天工 文心 星火 混元 豆包 通义".split()
)
#: Those of them that are products: a company of that name is another than the product's maker.
PRODUCT_WORDS = frozenset(
    "azure bard bedrock claude codex copilot ernie falcon gemini gemma granite grok haiku kimi"
    " llama magistral nova opus phi solar sonar sonnet sora spark titan vertex whisper"
    " クロード ジェミニ コパイロット 클로드 제미나이 코파일럿 клод джемини копайлот".split()
)
#: The same for brands of two words, once joined by a space.
ORDINARY_PHRASES = frozenset(
    [
        *(
            "open ai",
            "x ai",
            "ai foundry",
            "nova pro",
            "nova lite",
            "nova micro",
            "le chat",
            "co pilot",
        ),
        *(
            "deep seek",
            "deep infra",
            "open router",
            "code llama",
            "llama guard",
            "command r",
            "open ia",
        ),
    ]
)
#: First words that make a catalogue model's name sure even if a single number follows.
DISTINCTIVE_FAMILIES = frozenset(
    "codestral devstral deepseek gpt hunyuan lfm minimax ministral mixtral nemotron palmyra"
    " pixtral qwen qwq".split()
)
#: Words that say nothing against a brand beside them.
CONTEXT_WORDS = frozenset(
    "a access account advanced agent agents ai an and api apis app application as assist"
    " assistant authorized azure based beta bot by chat chatbot cloud code commercial deployed"
    " desktop developer edition edu embeddings endpoint endpoints engine enterprise eu family"
    " fedramp flash for free from gcc genai generative gov government haiku high hosted hosting"
    " http https in inference inside instruct integrated integration large latest license"
    " licenses lite llm llms managed max medium mini mobile model models ms nano of on online"
    " optional opus or paid plan platform plus prem premise premises premium preview pro product"
    " prompts region sdk secure self service small sonnet subscription the through to tool tools"
    " editor ide android app apps browser chrome docs extension gmail gpu gpus plugin sheets"
    " turbo ultra us usa use using v version via w web with within www"
    " accounts annual at backup billing business credit credits default deployment embedding"
    " fallback failover invoice library licence licences local locally monthly npm our own package"
    " packages payg paypal prepaid primary provider pypi python saas seat seats"
    " secondary server servers services stripe subscr subscriptions"
    " team teams tenant tier tokens top topup uk usage user users workspace yearly"
    " auf bei chez cko dans en fastspring msbill net paddle på sur tramite über von"
    " abo abonnement avec con für konto licencia licencias lizenz lizenzen mit nutzung para pour"
    " be confirmed determined pending tba tbc tbd unknown unnamed unspecified various vendor"
    " acquired bought contract hosting lpu piid procured provided purchased ref supplied"
    " api版 大模型 模型 服务 平台 大模型平台 版 有料 有料版 企业版 чат"
    " 智能 智能助手 助手 智能体 开放平台 接口 调用 专业版 会员 会员版 问答".split()
)
#: Trades that no maker of models follows: "OpenAI Bakery" is a bakery, whatever its sign says.
TRADES = frozenset(
    "bakery bistro boats bookshop bookstore bookstores brewery cafe café carpentry catering chairs"
    " church cleaning clinic dental dentist dentistry diving farm farms florist furniture gym"
    " hairdresser hotel hotels jewellery jewelry kitchen kitchens landscaping laundry lumber museum"
    " painting pharmacy pizzeria plumbing pools pub quarry ranch realty resort restaurant roofing"
    " salon sawmill scaffolding ski spa tailor tavern tiles toys trailers vineyard vineyards winery"
    " wines yachts yoga"
    " chemicals dumplings films printing tea textile textiles"
    " construction freight holz logistics masonry moving restaurants spedition tiefbau trucking"
    " upholstery nightclub nightclubs".split()
)
#: After these words another thing is spoken of than the name before them.
JOINING_WORDS = frozenset("and as at by for from in of on or the to via with".split())
#: After a brand these words say that its model is meant, whatever else the text speaks of.
MODEL_WORDS = frozenset("api chatbot llm llms model models".split())
#: Words that mean that a language model is at work, whoever made it.
LANGUAGE_MODEL = re.compile(
    r"\b(?:llms?|gen ?ai|gen ai|generative ai|(?:large )?language models?|foundation models?|gpts?"
    r"|chat ?bots?|\w+gpt|sprachmodelle?|ki (?:assistent|chatbot)|ia générative|ia generativa"
    r"|generative ki|mod[eè]les? de langage|modelo de lenguaje|fine tuned model)\b"
    r"|大模型|大语言模型|生成式|生成 ?ai|생성형|языковая модель"
)
#: What stands in a cell while nobody has written who it is: unknown, which is not "none".
UNNAMED = frozenset(
    "tba tbc tbd determined confirmed decided unknown undisclosed disclosed various multiple"
    " several pending confidential unnamed unspecified unbekannt diverse inconnu divers desconocido"
    " varios 未知 待定 不明".split()
)
UNNAMED_BESIDE = UNNAMED | frozenset(
    "a ai be known model models not or other others party product products provider providers"
    " solution solutions still supplier suppliers the third to tool tools vendor vendors"
    " yet".split()
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
    r"(?:^no|\bnot (?:using|used|use)|\bno longer(?: using| use)?|\bnever(?: used)?|\bwithout"
    r"|\binstead of|\brather than|\breplac(?:es|ed|ing)|\bohne|\bstatt|\bsans|\bau lieu d|\bsin"
    r"|\ben lugar de)$"
)
#: "Claude instead of OpenAI": what follows is not used.
INSTEAD_OF = re.compile(
    r"(?<=\S)\s+\(?(?:instead of|rather than|replac(?:es|ed|ing)|(?:an)?statt|au lieu d"
    r"|en lugar de)\b.*$",
    re.I | re.S,
)
AFFILIATE = re.compile(r"\b(?:affiliates?|subsidiary|subsidiaries)\b")
INTRODUCES_A_PROVIDER = frozenset(
    "by from leverages leveraging on powered through use uses using via w with".split()
)
#: "Use of Claude for contract review": these words, "of", and a preposition after the brand.
USED = frozenset("use usage pilot deployment rollout trial testing evaluation adoption".split())
GOES_ON = frozenset("for to in as on at within across".split())
#: What is done with a language model: "Claude for summarising tickets".
WORK_ON_TEXT = re.compile(
    r"(?:summar|draft|writ|rewrit|cod|translat|answer|search|classif|extract|generat|transcrib"
    r"|analys|analyz|proofread|prompt|redact|brainstorm|research)\w*ing"
)
#: A person's initials before a name: "C. R. Bard" is nobody's chatbot.
INITIALS = re.compile(r"(?:(?<=\s)|^)(?!U\.\s?[SK]\.)(?:[A-Z]\.\s?)+(?=[A-Z][a-z])")

#: Company names that stand for its cloud when another developer's model is named beside them.
CLOUD_OF_COMPANY = {
    "microsoft": "Microsoft Azure",
    "google": "Google Cloud",
    "alphabet": "Google Cloud",
    "amazon": "Amazon Web Services",
    "oracle": "Oracle Cloud",
    "databricks": "Databricks",
    "snowflake": "Snowflake",
}
#: Hosts and developers that belong to a company, so that "Google, Gemini" is one provider.
FAMILY_OF_COMPANY = {
    "microsoft": frozenset({"Microsoft", "Microsoft Azure", "GitHub"}),
    "google": frozenset({"Google", "Google Cloud"}),
    "alphabet": frozenset({"Google", "Google Cloud"}),
    "amazon": frozenset({"Amazon", "Amazon Web Services"}),
    "meta": frozenset({"Meta"}),
}
#: What a bare company name means in a list of language-model providers: developer, host, product.
PRODUCT_OF_COMPANY = {
    "microsoft": ("OpenAI", "Microsoft", "Microsoft Copilot"),
    "google": ("Google", "Google", "Gemini"),
    "alphabet": ("Google", "Google", "Gemini"),
    "meta": ("Meta", "Meta", "Llama"),
    "amazon": (UNSPECIFIED, "Amazon Web Services", "Amazon Bedrock"),
}
#: Platforms that serve models of many developers though they have one of their own as default.
PLATFORM_PRODUCTS = frozenset({"Vertex AI", "watsonx"})


@dataclass(frozen=True)
class ModelPattern:
    """How a family of models is written once a name is in lower-case words."""

    pattern: re.Pattern[str]
    developer: str
    host: str


def _family(developer: str, host: str, pattern: str) -> ModelPattern:
    return ModelPattern(re.compile(rf"\b(?:{pattern})\b"), developer, host)


_SIZE = r"(?: (?:mini|nano|pro|turbo|large|medium|small|preview|latest|instruct|chat|max|lite))*"

#: Model names by developer; open weights have no host of their own.
MODEL_PATTERNS = (
    _family("OpenAI", "OpenAI", r"gpt (?:image|realtime|audio)(?: \d(?:\.\d)?)?(?: mini)?"),
    _family("OpenAI", UNSPECIFIED, r"gpt ?oss(?: \d+b)?"),
    _family("OpenAI", "OpenAI", rf"(?:chat ?)?gpt ?[1-9]\d?(?:\.\d)?o?(?: \d+k)?{_SIZE}"),
    _family("OpenAI", "OpenAI", r"o[1345] (?:mini|pro|preview|deep research)"),
    _family(
        "OpenAI",
        "OpenAI",
        r"text embedding (?:3|ada)(?: (?:small|large|\d+))*|text davinci(?: \d+)?"
        r"|(?:davinci|curie|babbage) 00\d",
    ),
    _family(
        "Anthropic",
        "Anthropic",
        r"claude ?(?:v ?)?\d(?:\.\d)?(?: \d)?(?: (?:opus|sonnet|haiku))?(?: \d(?:\.\d)?)?"
        r"|claude (?:opus|sonnet|haiku|instant)(?: \d(?:\.\d)?)?"
        r"|(?:opus|sonnet|haiku) [3-9](?:\.\d)?",
    ),
    _family(
        "Google",
        "Google",
        r"gemini embedding(?: \d+)?|gemini ?\d(?:\.\d)?(?: (?:pro|flash|ultra|nano|lite))*"
        r"|gemini (?:pro|flash|ultra|nano)"
        r"(?: \d(?:\.\d)?)?|palm ?2",
    ),
    _family("Google", UNSPECIFIED, r"gemma ?\d(?: \d+b)?"),
    _family(
        "Meta",
        UNSPECIFIED,
        r"(?:meta )?llama ?v?\d(?:[.p]\d)?(?: \d+b)?(?: instruct| chat)?|llama ?\d+b|code llama",
    ),
    _family("Mistral AI", UNSPECIFIED, r"mixtral(?: \w*\d+b)?|(?:open )?mistral (?:7b|nemo|8x\w+)"),
    _family("Mistral AI", "Mistral AI", r"mistral (?:large|medium|small|embed|tiny)(?: \d)?"),
    _family("xAI", "xAI", r"grok ?[1-9](?:\.\d)?(?: (?:fast|mini|heavy))*"),
    _family("DeepSeek", "DeepSeek", r"deepseek ?(?:r|v) ?\d(?:\.\d)?|deepseek (?:coder|chat)"),
    _family("Cohere", "Cohere", r"command r(?: plus)?"),
    _family(
        "Cohere", "Cohere", r"(?:rerank|embed) (?:english|multilingual)(?: light)?(?: v?\d.*)?"
    ),
    _family("Writer", "Writer", r"palmyra (?:x ?\d?|med|fin|creative|vision)"),
    _family("AI21 Labs", "AI21 Labs", r"jamba (?:large|mini|\d(?:\.\d)?)"),
    _family("Baidu", "Baidu", r"ernie (?:\d(?:\.\d)?|x\d|speed|turbo|lite)"),
    _family("Alibaba", UNSPECIFIED, r"qwen ?\d(?:\.\d)?(?: \w*\d+b)?|qwq(?: 32b)?"),
    _family("Moonshot AI", "Moonshot AI", r"kimi k ?\d(?:\.\d)?"),
    _family("Zhipu AI", "Zhipu AI", r"(?:chat)?glm ?[345](?:\.\d)?"),
    _family("Microsoft", UNSPECIFIED, r"phi ?[1-5](?:\.\d)? ?(?:mini|medium|small|vision|moe)"),
    _family("IBM", "IBM", r"granite [1-5](?:\.\d)?"),
    _family("Amazon", "Amazon Web Services", r"(?:amazon|aws|bedrock) (?:nova|titan)(?: \w+)?"),
)
