"""One function turns a row into text and tokens, for training and for answering.

A difference between the two is the most common silent bug of the field, so the prompt is tokenised on its own
in both: the ids a model is asked with are a prefix of the ids it was trained on, by construction.
"""

from typing import Any, Literal, NamedTuple

from domaintune.core.stage.errors import ModelError

Template = Literal["alpaca", "chat"]

# Protocol constants: other people's models were trained on exactly these headers.
# Source: Taori et al. 2023, Stanford Alpaca.
ALPACA_INPUT = (
    "Below is an instruction that describes a task, paired with an input that provides further context. "
    "Write a response that appropriately completes the request.\n\n"
    "### Instruction:\n{instruction}\n\n### Input:\n{input}\n\n### Response:\n"
)
ALPACA_NO_INPUT = (
    "Below is an instruction that describes a task. "
    "Write a response that appropriately completes the request.\n\n"
    "### Instruction:\n{instruction}\n\n### Response:\n"
)
PROBE = "domaintune"


class Rendered(NamedTuple):
    """A row as the model sees it. Without an output it ends where the answer begins."""

    text: str
    """Prompt and answer, special tokens of the chat template included, for a person."""
    input_ids: list[int]
    loss_mask: list[bool]
    """True on the answer's tokens and the end token only; as long as `input_ids`."""
    prompt_tokens: int

    @property
    def answer_tokens(self) -> int:
        """Tokens that carry loss, the end token included."""
        return len(self.input_ids) - self.prompt_tokens


def render(tokenizer: Any, template: Template, instruction: str, input_: str, output: str | None) -> Rendered:
    """Render one row; `output` None gives the prompt alone, for answering.

    Raises:
        ModelError: the tokenizer has no chat template, or no token that ends an answer.
    """
    prompt = prompt_text(tokenizer, template, instruction, input_)
    prompt_ids = _first_ids(tokenizer, template) + _ids(tokenizer, prompt)
    if output is None:
        return Rendered(prompt, prompt_ids, [False] * len(prompt_ids), len(prompt_ids))
    answer_ids = [*_ids(tokenizer, output), end_token(tokenizer, template)]
    mask = [False] * len(prompt_ids) + [True] * len(answer_ids)
    return Rendered(prompt + output, prompt_ids + answer_ids, mask, len(prompt_ids))


def prompt_text(tokenizer: Any, template: Template, instruction: str, input_: str) -> str:
    """Return the text before the answer.

    The values are put in with `str.replace`, input last, so that braces in a record are plain text.
    """
    if template == "chat":
        return str(_apply(tokenizer, _messages(instruction, input_), generation=True))
    if not input_:
        head, tail = ALPACA_NO_INPUT.split("{instruction}")
        return head + instruction + tail
    head, rest = ALPACA_INPUT.split("{instruction}")
    middle, tail = rest.split("{input}")
    return head + instruction + middle + input_ + tail


def end_token(tokenizer: Any, template: Template) -> int:
    """Return the token that ends an answer: the template's own end of turn, else the tokenizer's end token.

    A chat model tuned to end with another token than its template's would never stop where it is served.

    Raises:
        ModelError: there is none.
    """
    if template == "chat":
        prompt = _apply(tokenizer, _messages("", PROBE), generation=True)
        whole = _apply(
            tokenizer, [*_messages("", PROBE), {"role": "assistant", "content": PROBE}], generation=False
        )
        if whole.startswith(prompt + PROBE):
            after = _ids(tokenizer, whole[len(prompt + PROBE) :])
            special = [token for token in after if token in tokenizer.all_special_ids]
            if special:
                return int(special[0])
    if tokenizer.eos_token_id is None:
        raise ModelError(
            "the model's tokenizer has no end token, so an answer could never end; choose another model"
        )
    return int(tokenizer.eos_token_id)


def _messages(instruction: str, input_: str) -> list[dict[str, str]]:
    if not input_:
        return [{"role": "user", "content": instruction}]
    system = [{"role": "system", "content": instruction}] if instruction else []
    return [*system, {"role": "user", "content": input_}]


def _apply(tokenizer: Any, messages: list[dict[str, str]], generation: bool) -> str:
    if not tokenizer.chat_template:
        raise ModelError(
            "mix.template is `chat`, but the model's tokenizer has no chat template; use `alpaca`, or a chat "
            "model"
        )
    return str(tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=generation))


def _first_ids(tokenizer: Any, template: Template) -> list[int]:
    """Return the begin token where the tokenizer itself puts one; a chat template writes its own."""
    if template == "chat" or tokenizer.bos_token_id is None:
        return []
    first = tokenizer(PROBE)["input_ids"][:1]
    return [int(first[0])] if first == [tokenizer.bos_token_id] else []


def _ids(tokenizer: Any, text: str) -> list[int]:
    return [int(token) for token in tokenizer(text, add_special_tokens=False)["input_ids"]]
