"""`domaintune estimate`: what the next `dvc repro` will ask of teacher, judge, grader, translator and served arms."""

import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from math import ceil
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from domaintune.cli.overlay import Overlay
from domaintune.core.paying.counting import Counting
from domaintune.core.paying.paying import Paid, read_responses
from domaintune.core.paying.protocol import Request
from domaintune.core.stage.files import cache_folder, to_json
from domaintune.core.stage.params import read_yaml
from domaintune.core.stage.running import STATE
from domaintune.science.evidence.statistics import ResultTable
from domaintune.science.evidence.terminal import as_text
from domaintune.science.text_structure import estimate_tokens

LEAST = 10
"""Answers that say something about further ones."""
BIAS = np.array([1.25, 0.93])
"""Of `estimate_tokens`: the most and the least it gives over what a tokenizer does, by kind of text."""
COLUMNS = ("requests", "asked_again", "tokens_read", "tokens_written", "money", "minutes")
NOTE = """Not counted: later turns, back-translations and, where no answer tells how many, requests that are sent again.
Money is counted where runtime.servers gives price_in and price_out."""
Row = dict[str, Any]
"""A stage, a note, and the columns that are known: each the least and the most."""


def estimate(
    pilot: Annotated[
        int, typer.Option(help="Send so many of each stage's requests; answers are kept.", min=0)
    ] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON")] = False,
) -> None:
    """Print what the next `dvc repro` will send and pay. Without --pilot nothing is sent; the project stays as it is.

    Stages that cost nothing run in a folder of links. Tokens written are a 95 % interval (Student's) by the answers that
    are there, or the pilot's; where these are few, from one token to max_tokens an answer.
    """
    STATE.mkdir(exist_ok=True)
    params = read_yaml(Path("params.yaml"))
    with tempfile.TemporaryDirectory(dir=STATE.resolve(), prefix="estimate.") as folder:
        project = Overlay(Path(folder), lambda name: asked_by(params, name))
        project.state("check")
        asking = [
            name for name in project.stages if asked_by(params, name) and project.state(name) == "waits"
        ]
        rows = [
            (counted if name in project.counted else waiting)(project, name, params, pilot) for name in asking
        ]
    if as_json:
        typer.echo(to_json([{k: v.tolist() if k in COLUMNS else v for k, v in row.items()} for row in rows]))
    else:
        typer.echo(as_text(table(rows)) if rows else "Nothing will be asked of a model or server.")


def asked_by(params: Mapping[str, Any], name: str) -> Any:
    """Return the settings of whoever a stage asks, None where that costs nothing."""
    stage, _, item = name.partition("@")
    if stage in ("answer", "benchmark"):
        return params["arms"][item].get("endpoint")
    if stage == "translate" and params["translate"]["endpoint"]:
        return params["translate"]["endpoint"]
    by = {"generate": "teacher", "translate": "teacher", "grade": "grade", "judge": "judge"}.get(stage)
    who = params[by].get("model") if by in ("grade", "judge") else params.get(by)
    return who if who and who["backend"] in ("openai", "transformers") else None


def waiting(project: Overlay, name: str, params: Mapping[str, Any], _pilot: int) -> Row:
    """Return what is known of a stage whose prompts will hold what stages before it make."""
    stage, _, item = name.partition("@")
    first = ", ".join(one for one in project.before(name) if project.state(one) == "waits")
    most, told = params["answer"]["questions"]["n"], f"prompts are not known before {first}"
    if stage == "judge":
        orders = 0 if params["arms"][item]["baseline"] == item else 1
        most *= sum(orders * len(one.get("orders") or [1]) for one in params["rubrics"].values())
        told += "; calibration and repeats come on top"
    known = {"requests": np.array([0, most])} if stage in ("answer", "judge") else {}
    return {"stage": name, "note": told, **known}


def counted(project: Overlay, name: str, params: Mapping[str, Any], pilot: int) -> Row:
    """Return what a stage's requests come to, after its pilot."""
    who, seen, by = asked_by(params, name), project.counted[name], Counting()
    answers, missing = answers_of(name, seen), seen.missing
    share = np.mean([asked.attempt > 0 for asked, _ in answers]) if answers else 0.0
    if sent := sorted(missing)[:pilot]:  # keys are hashes: the first ones are a random sample
        project.run(name, by := Counting(sent))
        answers = [by.used[key] for key in sent if key in by.used]
        share = len(by.missing.keys() - missing.keys()) / len(sent)
        missing = {key: one for key, one in (missing | by.missing).items() if key not in sent}
    requests, n = [*missing.values()], len(missing)
    again, longest = share * n, max((one.sampling.max_tokens for one in requests), default=0)
    row = {"stage": name, "requests": np.array([n, n])}
    if not longest:
        characters = sum(len(one.messages[-1].content) for one in requests)
        return row | {
            "note": f"{characters:,} characters, by which a translation endpoint charges" if n else ""
        }
    read, told = tokens_read(requests, answers, who)
    written = tokens_written(n + again, longest, [reply.completion_tokens for _, reply in answers])
    read = read * (1 + share) + written * again / (n + again)  # a request sent again holds the answer, too
    row |= {
        "tokens_read": read,
        "tokens_written": written,
        "note": f"tokens read {told}, written by {len(answers)} answers",
    }
    if answers:
        row["asked_again"] = np.array([again, again])
    here, runtime = who.get("backend") == "transformers", params["runtime"]
    price = {} if here else runtime["servers"].get(who["server"], {})
    if None not in (price.get("price_in"), price.get("price_out")):
        row["money"] = (read * price["price_in"] + written * price["price_out"]) / 1e6
    if sent:
        at_once = 1 if here else runtime["concurrency"]
        row["minutes"] = np.full(2, by.seconds / ceil(len(sent) / at_once) * (n + again) / at_once / 60)
    return row


def answers_of(name: str, seen: Counting) -> list[Paid]:
    """Return the same model's answers that a stage will use or used in its last run, if they are enough."""
    path = Path("data/responses", *name.split("@")).with_suffix(".parquet")
    models = {(one.provider, one.model) for one in seen.missing.values()}
    found = (read_responses(path) if path.exists() else {}) | seen.used
    same = [
        one
        for one in found.values()
        if (one[0].provider, one[0].model) in models and one[1].completion_tokens
    ]
    return same if len(same) >= LEAST else []


def tokens_written(count: float, longest: int, seen: Sequence[int]) -> Any:
    """Return the least and the most tokens of so many further answers."""
    from scipy import stats

    possible = np.array([count, count * longest])
    if len(seen) < 2:
        return possible
    half = stats.t.ppf(0.975, len(seen) - 1) * np.std(seen, ddof=1) * np.sqrt(count + count**2 / len(seen))
    return np.clip(count * np.mean(seen) + np.array([-half, half]), *possible)


def tokens_read(
    requests: Sequence[Request], answers: Sequence[Paid], who: Mapping[str, Any]
) -> tuple[Any, str]:
    """Return the least and the most tokens of prompts, and how they are known."""
    if own := tokens_of(who):
        return np.full(2, float(sum(map(own, requests)))), "by the model's tokenizer"
    total = float(sum(map(estimated, requests)))
    if read := sum(reply.prompt_tokens for _, reply in answers):
        return np.full(
            2, total * read / sum(estimated(asked) for asked, _ in answers)
        ), "by what the server counted"
    return total / BIAS, "by an estimate from the text"


def estimated(request: Request) -> int:
    """Return the estimated tokens of a prompt."""
    return sum(estimate_tokens(message.content) for message in request.messages)


def tokens_of(who: Mapping[str, Any]) -> Callable[[Request], int] | None:
    """Return how the model itself counts a prompt, if its tokenizer is on this machine."""
    name, revision = who["model"], who.get("revision") or None
    if name.endswith(".gguf"):  # as the backend dequantised it
        name, revision = str(cache_folder(os.environ) / "models" / who["revision"]), None
    if "/" not in name and not Path(name).is_dir():
        return None
    import transformers

    given = {"revision": revision, "trust_remote_code": False, "local_files_only": True}
    try:
        tokenizer = transformers.AutoTokenizer.from_pretrained(name, **given)
    except (OSError, ValueError, ImportError):
        return None

    def count(request: Request) -> int:
        messages = [message._asdict() for message in request.messages]
        return len(tokenizer.apply_chat_template(messages, add_generation_prompt=True, return_dict=False))

    return count if tokenizer.chat_template else None


def table(rows: Sequence[Row]) -> ResultTable:
    """Return the table that is printed, and what all stages come to."""
    names = [name for name in COLUMNS if any(name in row for row in rows)]
    total: Row = {"stage": "together"} | {
        name: sum(row[name] for row in rows if name in row) for name in names
    }
    cells = [[row["stage"], *(shown(row.get(name)) for name in names)] for row in [*rows, total]]
    heads = [name.replace("_", " ") for name in ("stage", *names)]
    return ResultTable("", heads, cells, [*(f"{row['stage']}: {row['note']}." for row in rows), NOTE])


def shown(ends: Any) -> str:
    """Return the least and the most as a person reads them."""
    if ends is None:
        return ""
    return "–".join(
        dict.fromkeys(f"{end:,.0f}" if ends[1] >= 100 or end == round(end) else f"{end:,.3g}" for end in ends)
    )
