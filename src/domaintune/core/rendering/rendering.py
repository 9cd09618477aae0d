"""One function turns a row into text and tokens, for training and for answering.

A difference between the two is the most common silent bug of the field, so training ids grow from the prompt's: the
ids a model is asked with are a prefix of the ids it was trained on, by construction. Where the whole text, tokenised
at once, begins with the prompt's ids, it is that tokenisation: the one `apply_chat_template` gives, and the one
without a space that a sentencepiece-like tokenizer puts before a text of its own. Where a token would span the
border (an answer that begins with a line break after a prompt that ends in one), the answer is tokenised by itself.
"""

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

from domaintune.core.records.instruction import Instruction
from domaintune.core.rendering.alpaca import alpaca_prompt
from domaintune.core.rendering.chat import (
    WORD,
    Message,
    Piece,
    Refused,
    conversation,
    cut_at_answers,
    style_of,
)
from domaintune.core.stage.errors import ModelError

Template = Literal["alpaca", "alpaca_ko", "chat"]
ANCHORS = ("\n", ":")  # texts before a piece that is tokenised by itself, cut off afterwards


def parts_of(instruction: str, input_: str, line: str) -> tuple[str, str]:
    """Return the standing instruction and the user's words; with one of them alone, it is the user's words.

    `line` is what an arm that is trained on grades is told of the answer's quality; it becomes the last paragraph of
    the instruction, wherever that stands. Empty: nothing is told.
    """
    if instruction and input_:
        return joined(instruction, line), input_
    return "", joined(instruction or input_, line)


def joined(*paragraphs: str) -> str:
    """Return the paragraphs that hold something as one text."""
    return "\n\n".join(part for part in paragraphs if part)


class Rendered(NamedTuple):
    """A row as the model sees it. Without an output it ends where the answer begins."""

    text: str
    """Prompt and answer, special tokens of the chat template included, for a person."""
    input_ids: list[int]
    loss_mask: list[bool]
    """True on the answers' tokens and their end tokens only; as long as `input_ids`."""

    @property
    def prompt_tokens(self) -> int:
        """Tokens before the first answer."""
        return next((at for at, learnt in enumerate(self.loss_mask) if learnt), len(self.loss_mask))

    @property
    def answer_tokens(self) -> int:
        """Tokens that carry loss, the end tokens included."""
        return sum(self.loss_mask)


def render(
    tokenizer: Any, template: Template, instruction: str, input_: str, output: str | None, *, line: str = ""
) -> Rendered:
    """Render one row; `output` None gives the prompt alone, for answering. `line`: see `parts_of`."""
    standing, user = parts_of(instruction, input_, line)
    if template == "chat":
        turns = [{"role": "user", "content": user}]
        answered = [] if output is None else [{"role": "assistant", "content": output}]
        rendered = render_turns(tokenizer, standing, [*turns, *answered])
        if isinstance(rendered, Refused):
            raise ModelError(f"mix.template is `chat`, but {rendered.detail}; use `alpaca`")
        return rendered
    prompt = Piece(alpaca_prompt(template, standing, user), answer=False)
    answer = [] if output is None else [Piece(output, answer=True)]
    return _tokens(tokenizer, _first_ids(tokenizer), [prompt, *answer], end_token(tokenizer, template))


def render_turns(tokenizer: Any, system: str, turns: Sequence[Message]) -> Rendered | Refused:
    """Render a conversation with the model's chat template; every assistant turn and its end token carry loss."""
    cut = cut_at_answers(tokenizer, conversation(tokenizer, system, turns))
    if isinstance(cut, Refused):
        return cut
    return _tokens(tokenizer, [], cut, None if style_of(tokenizer).end else end_token(tokenizer, "chat"))


def render_row(tokenizer: Any, template: Template, row: Instruction, line: str = "") -> Rendered | Refused:
    """Render a row for training. `line` tells the quality of its answer: see `parts_of`.

    Refused are conversations where the prompt is Alpaca, which has one question and no system text, and rows whose
    own text holds a special token: the model would take it for the end of an answer, or for another speaker.
    """
    if found := control_token(tokenizer, "\n".join(row.texts())):
        return Refused("control_token", f"its text holds the model's special token {found}")
    if not row.turns and not row.system:
        return render(tokenizer, template, row.instruction, row.input, row.output, line=line)
    if template != "chat":
        return Refused("conversation", "the Alpaca prompt has neither turns nor a system text")
    system, turns = messages_of(row, line)
    if not turns or turns[-1]["role"] != "assistant":
        return Refused("conversation", "no assistant turn to learn from")
    return render_turns(tokenizer, system, turns)


def messages_of(row: Instruction, line: str = "") -> tuple[str, list[Message]]:
    """Return a row's system text, and its turns up to the last answer.

    The standing instruction follows the system text, or is the user's words where the row has no input. The line
    follows it; in a conversation without one, the user's first words: so it does when a question is asked.
    """
    if not row.turns:
        standing, user = parts_of(row.instruction, row.input, line)
        said = (("user", user), ("assistant", row.output))
        return joined(row.system, standing), [{"role": role, "content": text} for role, text in said]
    turns: list[Message] = [{"role": turn.role, "content": turn.content} for turn in row.turns]
    opening = next((at for at, turn in enumerate(turns) if turn["role"] != "system"), len(turns))
    while len(turns) > opening and turns[-1]["role"] != "assistant":
        turns.pop()
    spoken, turns = [turn["content"] for turn in turns[:opening]], turns[opening:]
    if not row.instruction and turns and turns[0]["role"] == "user":
        turns[0], line = {"role": "user", "content": joined(turns[0]["content"], line)}, ""
    return joined(row.system, row.instruction, line, *spoken), turns


def end_token(tokenizer: Any, template: Template) -> int:
    """Return the token that ends an answer: the template's own end of turn, else the tokenizer's end token.

    A chat model tuned to end with another token than its template's would never stop where it is served.
    """
    if template == "chat" and (end := style_of(tokenizer).end):
        return int(tokenizer.convert_tokens_to_ids(end))
    if tokenizer.eos_token_id is None:
        raise ModelError(
            "the model's tokenizer has no end token, so an answer could never end; choose another model"
        )
    return int(tokenizer.eos_token_id)


def control_token(tokenizer: Any, text: str) -> str | None:
    """Return a special token that a row's own text holds, which the model would take for its sign, or None."""
    return next((token for token in sorted(tokenizer.all_special_tokens) if token in text), None)


def _tokens(tokenizer: Any, first: list[int], cut: Sequence[Piece], last: int | None) -> Rendered:
    """Tokenise piece by piece; `last` is the end token where the text itself does not write it."""
    ids, mask, text = list(first), [False] * len(first), ""
    for piece in cut:
        text += piece.text
        ids = _grown(tokenizer, first, ids, text, piece.text)
        if piece.answer and last is not None:
            ids = [*ids, last]
        mask += [piece.answer] * (len(ids) - len(mask))
    return Rendered(text, ids, mask)


def _grown(tokenizer: Any, first: list[int], ids: list[int], text: str, added: str) -> list[int]:
    """Return the ids of the text, which begin with the ids of what stood before."""
    whole = first + _ids(tokenizer, text)
    if whole[: len(ids)] == ids:
        return whole
    for anchor in ANCHORS:
        before = _ids(tokenizer, anchor)
        after = _ids(tokenizer, anchor + added)
        if after[: len(before)] == before:
            return ids + after[len(before) :]
    return ids + _ids(tokenizer, added)


def _first_ids(tokenizer: Any) -> list[int]:
    """Return the begin token where the tokenizer itself puts one; a chat template writes its own."""
    if tokenizer.bos_token_id is None:
        return []
    first = tokenizer(WORD)["input_ids"][:1]
    return [int(first[0])] if first == [tokenizer.bos_token_id] else []


def _ids(tokenizer: Any, text: str) -> list[int]:
    # not verbose: rows longer than the model's context are rejected with a count, not warned of once
    return [int(token) for token in tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"]]
