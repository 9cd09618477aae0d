"""Rows of a mixture as the model sees them, the trained tokens marked."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from rich.text import Text

from domaintune.core.frames import read_frame
from domaintune.core.models.loading import load_tokenizer, open_foundation
from domaintune.core.stage.errors import InputError
from domaintune.core.stage.files import read_json

FOUNDATIONS = Path("models/foundation")
OPEN, CLOSE = "⟦", "⟧"
UNFINISHED = "\ufffd"
"""What a decoder writes for bytes that are no whole character."""


def token_lines(mixture: Path, rows: int) -> Iterator[Text]:
    """Yield a heading and a text for each of the first rows; what is trained stands in ⟦ ⟧, token by token.

    Raises:
        InputError: the arm is not trained, or there is no such arm.
    """
    if not (mixture / "mixture.json").is_file():
        known = sorted(path.name for path in mixture.parent.glob("*") if path.is_dir())
        raise InputError(f"{mixture}: no mixture of that arm; there are {known}. Run `dvc repro mix`.")
    described = read_json(mixture / "mixture.json")
    if not described["trained"]:
        raise InputError(f"{mixture}: this arm is not trained (arms.{mixture.name}.mixture is null).")
    if line := described.get("condition_line"):
        yield Text(f"while answering, each instruction ends with: {line}", style="bold")
    tokenizer = load_tokenizer(open_foundation(FOUNDATIONS / described["model"]))
    for row in read_frame(mixture / "rows.parquet").head(rows).iter_rows(named=True):
        ids, mask = row["input_ids"], row["loss_mask"]
        yield Text(f"{row['id']} ({row['split']}): {len(ids)} tokens, {sum(mask)} trained", style="bold")
        line = Text(tokenizer.decode(ids[: row["prompt_tokens"]]), style="dim")
        start = row["prompt_tokens"]
        for word, trained in pieces(tokenizer.decode, ids[start:], mask[start:]):
            line.append(f"{OPEN}{word}{CLOSE}" if trained else word, style="green" if trained else "dim")
        yield line


def pieces(
    decode: Callable[[list[int]], str], ids: Sequence[int], mask: Sequence[int]
) -> Iterator[tuple[str, bool]]:
    """Yield texts and whether they are trained: a token each, but tokens that share a character stand together.

    Tokens are bytes, and a tokenizer that saw little Korean cuts within a syllable; alone, its parts have no text.
    """
    pending: list[int] = []
    for place, (token, trained) in enumerate(zip(ids, mask, strict=True), 1):
        pending.append(token)
        word = decode(pending)
        if word.endswith(UNFINISHED) and place < len(ids) and mask[place] == trained:
            continue
        yield word, bool(trained)
        pending = []
