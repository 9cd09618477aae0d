"""The Alpaca prompt: for models without a chat template of their own."""

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


def alpaca_prompt(instruction: str, input_: str) -> str:
    """Return the text before the answer; the values are put in by splitting, so braces in them are plain text."""
    if not input_:
        head, tail = ALPACA_NO_INPUT.split("{instruction}")
        return head + instruction + tail
    head, rest = ALPACA_INPUT.split("{instruction}")
    middle, tail = rest.split("{input}")
    return head + instruction + middle + input_ + tail
