"""How often the scores read out of judges' prose are those that stand beside it.

    python bench/score_parser.py FILE.jsonl

FILE holds one JSON object a line with `judgment` (the judge's words) and `score` (what was published as its score),
as MT-bench's files of single judgments do. Every row that could not be read, or was read otherwise, is named.
"""

import json
import sys
from pathlib import Path

from domaintune.core.scoring.card import JudgePrompt, ScoredCriterion, ScoringCard
from domaintune.core.scoring.prose import scores_in_prose
from domaintune.core.scoring.reading import ScoreError

CARD = ScoringCard(
    name="rating",
    description="One score from 1 to 10",
    source="MT-bench, single judgments",
    criteria=[
        ScoredCriterion(
            name="quality",
            title={"en": "Quality", "ko": "품질"},
            description={"en": "How good is the answer?", "ko": "답변은 얼마나 좋은가?"},
            lowest=1,
            highest=10,
        )
    ],
    prompts={"en": JudgePrompt(system="-", user="-"), "ko": JudgePrompt(system="-", user="-")},
)


def agreement(path: Path) -> tuple[int, int, list[str]]:
    """Return rows, rows whose score was read as published, and a line for each other row."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    others = []
    for number, row in enumerate(rows, 1):
        name = f"line {number}, question {row.get('question_id')}, {row.get('model')}, turn {row.get('turn')}"
        try:
            read = scores_in_prose(CARD, row["judgment"])["quality"]
        except ScoreError as error:
            others.append(f"{name}: published {row['score']}, {error}")
            continue
        if read != row["score"]:
            others.append(f"{name}: published {row['score']}, read {read}")
    return len(rows), len(rows) - len(others), others


def main() -> None:
    """Print the agreement and what differs."""
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    rows, same, others = agreement(Path(sys.argv[1]))
    sys.stdout.write(f"{same} of {rows} scores read as published ({same / rows:.1%})\n")
    sys.stdout.writelines(f"{line}\n" for line in others)
    sys.exit(1 if others else 0)


if __name__ == "__main__":
    main()
