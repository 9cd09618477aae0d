"""Reading the pre-training text and saving the tiny model: the effects of the starter kind."""

import json
from pathlib import Path
from typing import Any

from domaintune.core.models.folders import writing
from domaintune.core.models.loading import prepare_torch
from domaintune.core.models.pointer import Pointer, pin_files
from domaintune.core.sections.models import StarterModel
from domaintune.core.sections.runtime import Runtime
from domaintune.core.stage.accounting import Accounts
from domaintune.core.stage.errors import InputError
from domaintune.foundation.starter import build_starter, read_rows


def make_starter(
    params: StarterModel, reads: Path, out: Path, *, seed: int, runtime: Runtime, accounts: Accounts
) -> Pointer:
    """Train and save a tiny model; the books count the texts, all of which are read."""
    texts = read_rows(_read_jsonl(reads / "text.jsonl"), "text", str(reads / "text.jsonl"))
    dialogues: list[Any] = []
    if params.dialogue_steps:
        path = reads / "dialogues.jsonl"
        dialogues = read_rows(_read_jsonl(path), "messages", str(path))
    made = build_starter(params, texts, dialogues, seed, prepare_torch(runtime))
    with writing(out):
        made.model.save_pretrained(out)
        made.tokenizer.save_pretrained(out)
    accounts.rows_in = accounts.kept = len(texts) + len(dialogues)
    accounts.extra |= {
        "text_tokens": made.text_tokens,
        "trained_tokens": made.text.tokens + (made.dialogue.tokens if made.dialogue else 0),
        "parameters": sum(parameter.numel() for parameter in made.model.parameters()),
        "text_loss": made.text.final_loss,
    }
    if made.dialogue:
        accounts.extra["dialogue_loss"] = made.dialogue.final_loss
    return Pointer(
        kind="starter",
        name=out.as_posix() if not out.is_absolute() else f"models/foundation/{out.name}",
        path=None,
        repo_id=None,
        revision=None,
        trust_remote_code=False,
        files=pin_files(out),
    )


def _read_jsonl(path: Path) -> list[Any]:
    try:
        lines = path.read_text(encoding="utf-8").rstrip("\n").split("\n")
    except (FileNotFoundError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: expected UTF-8 JSON lines: {error}. Run `dvc repro sample`.") from error
    rows = []
    for number, line in enumerate(lines, start=1):
        try:
            rows.append(json.loads(line))
        except json.JSONDecodeError as error:
            raise InputError(f"{path}, line {number}: no JSON: {error}. Run `dvc repro sample`.") from error
    return rows
