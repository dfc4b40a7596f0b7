"""Suppliers of a call: whose model a log or a bill names, who runs it, and who sends the bill."""

import re
from dataclasses import replace
from functools import lru_cache

from risk.catalog.records import SELF_HOSTED, UNSPECIFIED, Answer
from risk.inventory.resolution import Resolver
from risk.inventory.usage.lines import Supplier

#: Providers as gateways write them → who runs the model; None: the gateway does not name a host.
HOSTS: dict[str, str | None] = {
    name: host or None
    for host, names in (
        ("OpenAI", "openai text-completion-openai chatgpt openai-responses"),
        (
            "Microsoft Azure",
            "azure azure_ai azure-openai azure_text azure-ai-inference azure-foundry microsoft"
            " azure_openai foundry",
        ),
        ("Anthropic", "anthropic"),
        (
            "Amazon Web Services",
            "bedrock bedrock_converse aws-bedrock aws amazon amazon-bedrock amazon_bedrock"
            " sagemaker sagemaker_chat aws.bedrock",
        ),
        (
            "Google Cloud",
            "vertex_ai vertex-ai vertex_ai_beta google-vertex-ai google-vertex google_vertex"
            " vertex",
        ),
        ("Google", "gemini google-ai-studio google_ai_studio google"),
        ("Mistral AI", "mistral mistral-ai mistralai codestral"),
        ("Cohere", "cohere cohere_chat"),
        ("Groq", "groq"),
        ("Fireworks AI", "fireworks_ai fireworks-ai fireworks"),
        ("Together AI", "together_ai together-ai togetherai together"),
        ("DeepSeek", "deepseek"),
        ("xAI", "xai x-ai grok"),
        ("Perplexity", "perplexity perplexity-ai"),
        ("Cloudflare", "workers-ai cloudflare workersai"),
        ("DeepInfra", "deepinfra"),
        ("Replicate", "replicate replicate-ai"),
        ("Cerebras", "cerebras"),
        ("SambaNova", "sambanova"),
        ("Hugging Face", "huggingface hugging-face"),
        ("Databricks", "databricks"),
        ("Voyage AI", "voyage voyageai"),
        ("AI21 Labs", "ai21 ai21_chat"),
        ("Moonshot AI", "moonshot moonshotai"),
        ("Alibaba", "dashscope alibaba qwen"),
        ("Zhipu AI", "zai z-ai zhipu"),
        ("NVIDIA", "nvidia_nim nvidia nvidia-nim"),
        ("IBM", "watsonx ibm"),
        ("", "openrouter litellm_proxy custom custom_openai openai_like"),
        (
            SELF_HOSTED,
            "hosted_vllm vllm ollama ollama_chat llamafile lm_studio xinference",
        ),
    )
    for name in names.split()
}
#: Who sends the bill of a host, where it is another name than the host's.
_ISSUERS = {"Microsoft Azure": "Microsoft", "Google": "Google Cloud"}
#: The names before the stroke in ``maker/model``, as routers write them.
_MAKERS = {
    "openai": "OpenAI",
    "anthropic": "Anthropic",
    "google": "Google",
    "meta-llama": "Meta",
    "meta": "Meta",
    "mistralai": "Mistral AI",
    "mistral": "Mistral AI",
    "deepseek": "DeepSeek",
    "deepseek-ai": "DeepSeek",
    "moonshotai": "Moonshot AI",
    "z-ai": "Zhipu AI",
    "zai-org": "Zhipu AI",
    "thudm": "Zhipu AI",
    "x-ai": "xAI",
    "qwen": "Alibaba",
    "alibaba": "Alibaba",
    "cohere": "Cohere",
    "amazon": "Amazon",
    "microsoft": "Microsoft",
    "nvidia": "NVIDIA",
    "minimax": "MiniMax",
    "minimaxai": "MiniMax",
    "ai21": "AI21 Labs",
    "perplexity": "Perplexity",
    "baidu": "Baidu",
    "tencent": "Tencent",
    "bytedance": "ByteDance",
    "stepfun-ai": "StepFun",
    "xiaomi": "Xiaomi",
    "inception": "Inception",
    "liquid": "Liquid AI",
    "arcee-ai": "Arcee AI",
    "upstage": "Upstage",
    "ibm-granite": "IBM",
    "voyage": "Voyage AI",
}
#: What a model's name begins with, or holds as a word → whose it is.
_FAMILIES = tuple(
    (re.compile(rf"(?:^|[^a-z0-9])(?:{words})"), developer)
    for words, developer in (
        (r"claude", "Anthropic"),
        (r"deep-?seek", "DeepSeek"),
        (r"kimi|moonshot", "Moonshot AI"),
        (r"glm(?![a-z])|chatglm", "Zhipu AI"),
        (r"qwen|qwq|qvq|tongyi", "Alibaba"),
        (r"grok", "xAI"),
        (r"nemotron", "NVIDIA"),
        (r"gemini|gemma|imagen|veo(?![a-z])|palm-2|bison|chirp", "Google"),
        (r"gpt|chatgpt|codex|o[1-9](?![0-9a-z])|text-embedding-(?:ada|3)|dall-?e|whisper|davinci"
         r"|babbage|tts-1|sora|computer-use", "OpenAI"),
        (r"llama", "Meta"),
        (r"mistral|mixtral|codestral|ministral|magistral|pixtral|devstral|voxtral", "Mistral AI"),
        (r"nova(?![a-z])|nova(?:pro|lite|micro|premier|canvas|reel|sonic)|titan", "Amazon"),
        (r"command|rerank|embed-(?:english|multilingual|v)|aya(?![a-z])|cohere", "Cohere"),
        (r"phi(?![a-z])|mai-", "Microsoft"),
        (r"jamba|jurassic|j2-", "AI21 Labs"),
        (r"sonar", "Perplexity"),
        (r"minimax|abab", "MiniMax"),
        (r"ernie", "Baidu"),
        (r"hunyuan", "Tencent"),
        (r"doubao", "ByteDance"),
        (r"granite", "IBM"),
        (r"palmyra", "Writer"),
        (r"dbrx", "Databricks"),
        (r"voyage-", "Voyage AI"),
        (r"stable-|sd3|stability", "Stability AI"),
    )
)  # fmt: skip
_BEDROCK_ID = re.compile(
    r"^(?:(?:us|eu|apac|ap|au|jp|global|us-gov)\.)?"
    r"(?P<maker>anthropic|amazon|meta|mistral|cohere|ai21|deepseek|openai|qwen|stability|moonshot"
    r"|moonshotai|minimax|nvidia|writer|google|zai)\.(?P<model>[a-z0-9].*)$"
)
_VERTEX_ID = re.compile(r"^(?P<model>[a-z][a-z0-9.\-]+)@(?:\d{8}|default|latest|\d{3})$")
_DATES = re.compile(
    r"(?:[-@_ :](?:20\d{6}|20\d\d-\d\d-\d\d|latest|default|\d{4}(?=$)|v\d+(?::\d+)?"
    r"|\d{2}-20\d\d))+$"
)
_MAKER_BEFORE = re.compile(r"^(?:cohere|anthropic|amazon|meta|mistral-?ai|openai)-(?=[a-z])")
_CLAUDE_TURNED = re.compile(r"^claude-(\d(?:[.-]\d)?)-(opus|sonnet|haiku)(?![a-z])")
_PREFIX = re.compile(
    r"^(?:models/|publishers/[a-z]+/models/|accounts/[a-z\-]+/(?:models|deployments)/)"
)


def plain_model(text: str) -> str:
    """A model's name in lower case, without who sells it, its date and its version.

    ``us.anthropic.claude-sonnet-4-6-v1:0`` is ``claude-sonnet-4-6``.
    """
    name = "-".join(text.strip().casefold().split())
    name = _PREFIX.sub("", name)
    name = name.removeprefix("@cf/").removeprefix("@hf/")
    name = name.rsplit("/", 1)[-1]
    found = _BEDROCK_ID.match(name)
    name = found["model"] if found else name
    name = _MAKER_BEFORE.sub("", name.removesuffix(":free").removesuffix(":nitro"))
    return _DATES.sub("", _CLAUDE_TURNED.sub(r"claude-\2-\1", name))


class Suppliers:
    """Suppliers by the names that logs and bills write, each name judged once."""

    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver
        self.called = lru_cache(maxsize=50_000)(self._called)
        self.developer_of = lru_cache(maxsize=50_000)(self._developer_of)

    def _developer_of(self, model: str) -> str | None:
        """Whose ``model`` is; None if its name does not tell."""
        written = model.strip().casefold()
        maker = written.removeprefix("@cf/").split("/", 1)[0] if "/" in written else ""
        if maker in _MAKERS and maker != "azure":
            return _MAKERS[maker]
        plain = plain_model(model)
        for family, developer in _FAMILIES:
            if family.search(plain):
                return developer
        name = self.resolver.resolve_model(plain)
        found = self.resolver.resolve(name or plain)
        known = found.answer is Answer.YES and found.developer not in (None, UNSPECIFIED)
        return found.developer if known else None

    def _called(self, provider: str, model: str, by_key: str = "", gateway: str = "") -> Supplier:
        """The supplier of a call through a gateway.

        ``provider`` is the gateway's word for the host, ``model`` the name that was asked for,
        ``by_key`` what the gateway itself looked the model up by (deployments have own names).
        """
        host, said = self._host(provider), bool(provider.strip())
        name, developer = model, None
        for candidate in filter(None, (by_key, model)):
            developer = self.developer_of(candidate)
            if developer is not None:
                name = candidate
                break
        if host is None:
            host = told_by_model(by_key or model) or told_by_model(model)
        found = Supplier(
            developer=developer,
            host=host,
            gateway=gateway or None,
            model=plain_model(name) if name and developer is not None else None,
            as_billed=model,
        )
        if said and provider.strip().casefold() == "openrouter":
            return replace(found, gateway="OpenRouter", issuer="OpenRouter")
        return with_issuer(found)

    def _host(self, provider: str) -> str | None:
        key = provider.strip().casefold()
        if not key:
            return None
        named = key.replace(" ", "_")
        if named in HOSTS:
            return HOSTS[named]
        spaced = key.replace("_", " ").replace("-", " ")
        found = self.resolver.resolve(spaced)
        is_host = found.answer is Answer.YES and found.host not in (None, UNSPECIFIED)
        return found.host if is_host else None


def told_by_model(model: str) -> str | None:
    """The host that a model's name tells; a bare ``claude-…`` tells none."""
    written = model.strip().casefold()
    head = written.split("/", 1)[0] if "/" in written else ""
    if written.startswith("@cf/"):
        return "Cloudflare"
    if written.startswith("accounts/fireworks/"):
        return "Fireworks AI"
    if head in ("azure", "azure_ai", "vertex_ai", "bedrock", "gemini", "groq", "fireworks_ai"):
        return HOSTS[head]
    if _BEDROCK_ID.match(written):
        return "Amazon Web Services"
    if _VERTEX_ID.match(written):
        return "Google Cloud"
    return None


def with_issuer(supplier: Supplier) -> Supplier:
    """The supplier with who bills its host: assumed, as logs do not say it."""
    host = supplier.host
    if host is None or host == SELF_HOSTED:
        return supplier
    return replace(supplier, issuer=_ISSUERS.get(host, host), issuer_assumed=True)
