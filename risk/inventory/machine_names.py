"""Names that programs write, spelt out in words: model ids, package URLs and their routes.

``bedrock/mistral.mixtral-8x7b-instruct-v0:1`` says "a Mistral model on Amazon Bedrock" to a
program. Once it says so in words, the rules for people's spellings read it.
"""

import re

from risk.inventory.shipped import shipped, word_list

#: The first part of a route (LiteLLM, OpenRouter, gateways) and the host that it leads to.
ROUTES = {row["route"]: row["host"] for row in shipped("model_routes")}
#: Organisations as they stand before a model's name, as on Hugging Face.
_ORGANISATIONS = "|".join(word_list("organisation"))
#: Makers whose models bear their names or brands of their own.
_NAMED_IN_THE_MODEL = word_list("named in the model")
_SOLD_ON_BEDROCK = "|".join(word_list("sold on bedrock"))
_BEDROCK_ID = re.compile(
    r"(?:\barn:aws[\w-]*:bedrock:[\w:-]*(?:foundation-model|inference-profile)/)?"
    r"(?<![\w/@.-])(?:(?:us|us-gov|eu|apac|jp|au|global)\.)?"
    rf"({_SOLD_ON_BEDROCK})\.([a-z][a-z0-9]*-(?=[\w.-]*\d)[\w.-]+?)(?:-v\d+)?(?::\w+)*(?![\w/@.-])",
    re.I,
)
_BEDROCK_ARN = re.compile(r"\barn:aws[\w-]*:bedrock:[\w:-]*(?:foundation-model|inference-profile)/")
_PUBLISHER = re.compile(r"\S*\bpublishers/([\w-]+)/models/([\w.@-]+)", re.I)
_ACCOUNT = re.compile(r"\baccounts/fireworks/(?:models|routers)/([\w.-]+)", re.I)
#: Fireworks writes "qwen2p5" for Qwen 2.5.
_POINT = re.compile(r"(?<=\d)p(?=\d)")
_WORKERS = re.compile(r"@(?:cf|hf)/(?:[\w-]+/)?([\w.-]+)", re.I)
_ROUTE = re.compile(
    rf"(?<![\w/.:@-])({'|'.join(map(re.escape, ROUTES))})/((?:[\w-]+/)?(?=[\w.:@]*[\d-])[\w.:@-]+)"
)
_ORGANISED = re.compile(rf"(?<![\w/.:-])({_ORGANISATIONS})/(?=[\w.-]*[\d-])([\w.:@-]+)", re.I)
_DATED_AT = re.compile(r"\b(claude-[\w.-]+)@\d{8}\b", re.I)
_PACKAGE_URL = re.compile(r"\bpkg:[a-z]+/(\S+?)(?:@[\w.+-]+)?(?:[?#]\S*)?(?=\s|$)", re.I)
_PINNED = re.compile(r"^\s*([\w@./-]+)(?:\[[\w,]+\])?\s*(?:==|~=|>=|\^)\s*[\w.*]+\s*$")
_SCOPED = re.compile(r"(?<!\S)@([\w-]+)/([\w.-]+)(?:@[\w.^~-]+)?(?=\s|$|\))")
_MAVEN = re.compile(
    r"^\s*(?:com|org|io|dev|ai|net)\.(?:[\w-]+\.)*([\w-]+):([\w.-]+)(?::[\w.-]+)?\s*$"
)
#: "Claude (Bedrock, eu-central-1)": where a cloud runs it says nothing about what it is.
_REGION = re.compile(
    r"[,;/\s]*\b(?:us|eu|ap|ca|sa|me|af|il|cn)-(?:gov-)?"
    r"(?:north|south|east|west|central)(?:east|west)?-\d[a-f]?(?=[\s),;]|$)",
    re.I,
)
#: The path of an API says which protocol is spoken: "api.groq.com/openai/v1" is Groq.
_API_ADDRESS = re.compile(r"(?:https?://)?(api\.(?:[\w-]+\.)+[a-z]{2,})(?::\d+)?(?:/\S*)?", re.I)

#: "openrouter.ai/anthropic/claude-3.5-sonnet" runs there; what a model card describes need not.
_ROUTED_PAGE = re.compile(
    r"(?:https?://)?(?:www\.)?(openrouter|replicate)\.(?:ai|com)/(?=[\w-]+/[\w.-]*\d)", re.I
)
_MODEL_CARD = re.compile(r"(?:https?://)?(?:www\.)?huggingface\.co/(?=[\w-]+/[\w.-]*\d)", re.I)


def spelt_out(text: str) -> str:
    """``text`` with what programs wrote in it turned into words; other text is unchanged."""
    text = _REGION.sub("", text)
    if len(text) >= 2_000 or not any(sign in text for sign in "/:@=."):
        return text
    text = _MODEL_CARD.sub("", _ROUTED_PAGE.sub(r"\1/", text))
    address = _API_ADDRESS.fullmatch(text.strip())
    if address is not None:
        return address[1]
    plain = _PACKAGE_URL.sub(lambda match: _packaged(match[1]), text)
    plain = _PINNED.sub(lambda match: _packaged(match[1]), plain)
    plain = _WORKERS.sub(r"\1 on Cloudflare Workers AI", plain)
    plain = _SCOPED.sub(r"\1 \2", plain)
    plain = _MAVEN.sub(r"\1 \2", plain)
    plain = _PUBLISHER.sub(r"\1 \2 on Vertex AI", plain)
    plain = _ACCOUNT.sub(lambda match: f"{_POINT.sub('.', match[1])} on Fireworks AI", plain)
    plain = _ROUTE.sub(_routed, plain)
    plain = _BEDROCK_ARN.sub("", plain)
    plain = _BEDROCK_ID.sub(r"\1 \2 on Amazon Bedrock", plain)
    plain = _DATED_AT.sub(r"\1 on Vertex AI", plain)
    return _ORGANISED.sub(_organised, plain)


def _packaged(name: str) -> str:
    """``@anthropic-ai/sdk`` and ``com.azure/azure-ai-openai`` as words."""
    return re.sub(r"[@/]+", " ", name.replace("%40", "@").replace("%2F", "/")).strip()


def _organised(match: re.Match[str]) -> str:
    """The model alone where its name says whose it is: its maker need not be its host."""
    own_name = match[1].lower().startswith(_NAMED_IN_THE_MODEL)
    return match[2] if own_name and any(map(str.isdigit, match[2])) else f"{match[1]} {match[2]}"


def _routed(match: re.Match[str]) -> str:
    host, model = ROUTES[match[1]], match[2]
    if model.lower().startswith(tuple("0123456789.")):
        return match[0]
    bedrock = _BEDROCK_ID.fullmatch(model)
    named = f"{bedrock[1]} {bedrock[2]}" if bedrock else model.replace("/", " ")
    return f"{named} on {host}"
