"""`domaintune estimate`: what the next `dvc repro` will ask of teacher, judge, grader, translator and served arms."""

import os
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from math import ceil
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from domaintune.cli.overlay import Overlay
from domaintune.core.paying.counting import Counting
from domaintune.core.paying.paying import Paid, read_responses
from domaintune.core.paying.protocol import Message
from domaintune.core.stage.files import cache_folder, to_json
from domaintune.core.stage.params import read_yaml
from domaintune.core.stage.running import STATE
from domaintune.judge.trial import known_pairs, read_calibration
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

    Stages that cost nothing run in a folder of links. Tokens written are a 95 % interval (Student's) by the answers
    that are there, or the pilot's; where these are few, from one token to max_tokens an answer.
    """
    STATE.mkdir(exist_ok=True)
    params = read_yaml(Path("params.yaml"))
    with tempfile.TemporaryDirectory(dir=STATE.resolve(), prefix="estimate.") as folder:
        project = Overlay(Path(folder), lambda name: asked_by(params, name))
        project.state("check")
        asking = [name for name in project.stages if asked_by(params, name)]
        waits = [name for name in asking if project.state(name) == "waits"]
        rows = [of_stage(project, name, params, pilot) for name in waits]
    rows = [row for row in rows if "requests" not in row or row["requests"][1]]
    if as_json:
        typer.echo(to_json([{k: v.tolist() if k in COLUMNS else v for k, v in row.items()} for row in rows]))
    else:
        typer.echo(as_text(table(rows)) if rows else "Nothing will be asked of a model or server.")


def asked_by(params: Mapping[str, Any], name: str) -> Any:
    """Return the settings of whoever a stage asks, None where that costs nothing."""
    stage, _, item = name.partition("@")
    if stage in ("answer", "benchmark"):
        return params["arms"][item].get("endpoint")
    by = {one: params[one]["model"] for one in ("grade", "judge")} | {"generate": params["teacher"]}
    who = (by | {"translate": params["translate"]["endpoint"] or params["teacher"]}).get(stage)
    return who if who and who.get("backend", "openai") in ("openai", "transformers") else None


def waiting(project: Overlay, name: str, params: Mapping[str, Any]) -> Row:
    """Return what is known of a stage whose prompts will hold what stages before it make."""
    stage, _, item = name.partition("@")
    first = ", ".join(one for one in project.before(name) if project.state(one) == "waits")
    most = n = params["answer"]["questions"]["n"]
    if stage == "judge":
        how, known = params["judge"], read_calibration(Path("catalog/calibration/judge.yaml"))
        pairs = known_pairs(known, sorted({row.language for row in known.rows}))
        alone = params["arms"][item]["baseline"] == item  # compared with nothing
        own = [one.get("orders") for one in params["rubrics"].values()]
        orders = [len(one or [1]) for one in own if not (one and alone)]
        most = sum(orders) * (n + (how["repeats"] - 1) * min(how["repeat_rows"], n)) + 2 * len(pairs) * len(
            orders
        )
    known_of = {"requests": np.array([0, most])} if stage != "grade" else {}
    return {"stage": name, "note": f"prompts are not known before {first}", **known_of}


def of_stage(project: Overlay, name: str, params: Mapping[str, Any], pilot: int) -> Row:
    """Return what a stage's requests come to, after its pilot."""
    if name not in project.counted:
        return waiting(project, name, params)
    who, seen, by, runtime = asked_by(params, name), project.counted[name], Counting(), params["runtime"]
    answers, missing = answers_of(name, seen), seen.missing
    firsts = sum(not asked.attempt for asked, _ in answers)
    share = (len(answers) - firsts) / firsts if firsts else 0.0
    if sent := sorted(missing)[:pilot]:  # keys are hashes: the first ones are a random sample
        by = project.run(name, Counting(sent))
        answers = [by.used[key] for key in sent if key in by.used]
        share = len(by.missing.keys() - missing.keys()) / len(sent)
        missing = {key: one for key, one in (missing | by.missing).items() if key not in sent}
    n, longest = len(missing), max((one.sampling.max_tokens for one in missing.values()), default=0)
    row: Row = {"stage": name, "requests": np.array([n, n])}
    if not longest:
        characters = sum(len(one.messages[-1].content) for one in missing.values())
        return row | {"note": f"{characters:,} characters, by which a translation endpoint charges"}
    read, how = tokens_read([one.messages for one in missing.values()], answers, who)
    total = n * (1 + share)
    written = tokens_written(total, longest, [reply.completion_tokens for _, reply in answers])
    read = read * (1 + share) + written * share / (1 + share)  # a request sent again holds the answer, too
    row |= {"tokens_read": read, "tokens_written": written}
    row["note"] = (
        f"tokens read {how}, written {f'by {len(answers)} answers' if answers else 'as max_tokens allows'}"
    )
    row |= {"asked_again": np.full(2, total - n)} if answers else {}
    at_once, price = runtime["concurrency"], runtime["servers"].get(who["server"], {})
    if who.get("backend") == "transformers":
        at_once, price = 1, {}
    if None not in (price.get("price_in"), price.get("price_out")):
        row["money"] = (read * price["price_in"] + written * price["price_out"]) / 1e6
    if sent:
        row["minutes"] = np.full(2, by.seconds / ceil(len(sent) / at_once) * total / at_once / 60)
    return row


def answers_of(name: str, seen: Counting) -> list[Paid]:
    """Return the same model's answers that a stage will use or used in its last run, if they are enough."""
    path = Path("data/responses", *name.split("@")).with_suffix(".parquet")
    models = {(one.provider, one.model) for one in seen.missing.values()}
    found = ((read_responses(path) if path.exists() else {}) | seen.used).values()
    same = [one for one in found if (one[0].provider, one[0].model) in models and one[1].completion_tokens]
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
    prompts: Sequence[Sequence[Message]], answers: Sequence[Paid], who: Mapping[str, Any]
) -> tuple[Any, str]:
    """Return the least and the most tokens of prompts, and how they are known."""
    if tokenizer := tokenizer_of(who):
        asked = [[message._asdict() for message in prompt] for prompt in prompts]
        ids = tokenizer.apply_chat_template(asked, add_generation_prompt=True, return_dict=False)
        return np.full(2, float(sum(map(len, ids)))), "by the model's tokenizer"

    def estimated(prompts: Sequence[Sequence[Message]]) -> float:
        return float(sum(estimate_tokens(message.content) for prompt in prompts for message in prompt))

    if real := sum(reply.prompt_tokens for _, reply in answers):
        ratio = real / estimated([asked.messages for asked, _ in answers])
        return np.full(2, estimated(prompts) * ratio), "by what the server counted"
    return estimated(prompts) / BIAS, "by an estimate from the text"


def tokenizer_of(who: Mapping[str, Any]) -> Any:
    """Return the model's own tokenizer, if it is on this machine and can put a conversation."""
    name, revision = who["model"], who.get("revision") or None
    if name.endswith(".gguf"):  # as the backend dequantised it
        name, revision = str(cache_folder(os.environ) / "models" / who["revision"]), None
    if "/" in name or Path(name).is_dir():
        from transformers import AutoTokenizer

        with suppress(OSError, ValueError, ImportError):
            found = AutoTokenizer.from_pretrained(name, revision=revision, local_files_only=True)
            return found if found.chat_template else None
    return None


def table(rows: Sequence[Row]) -> ResultTable:
    """Return the table that is printed, and what all stages come to."""
    names = [name for name in COLUMNS if any(name in row for row in rows)]
    total: Row = {"stage": "together"} | {
        name: sum(row[name] for row in rows if name in row) for name in names
    }
    cells = [[row["stage"], *(shown(row.get(name)) for name in names)] for row in [*rows, total]]
    told = {
        row["note"]: ", ".join(one["stage"] for one in rows if one["note"] == row["note"]) for row in rows
    }
    notes = [f"{stages}: {note}." for note, stages in told.items()]
    heads = [name.replace("_", " ") for name in ("stage", *names)]
    return ResultTable("", heads, cells, [*notes, NOTE])


def shown(ends: Any) -> str:
    """Return the least and the most as a person reads them."""
    texts = [f"{end:,.3g}" if end < 100 else f"{end:,.0f}" for end in (() if ends is None else ends)]
    return "–".join(dict.fromkeys(texts))
