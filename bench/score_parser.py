"""How often the scores read out of judges' prose are those that stand beside it, as written and written otherwise.

    python bench/score_parser.py FILE.jsonl
    python bench/score_parser.py --smoke

FILE holds one JSON object a line with `judgment` (the judge's words, its score in double brackets) and `score` (what was
published as its score), as MT-bench's files of single judgments do. Every row that could not be read, or was read
otherwise, is named. The table below shows what is read of the same words with the score spelt in other ways.
"""

import json
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from domaintune.core.scoring.prose import read_prose
from domaintune.core.scoring.spec import JudgePrompt, ScoredCriterion, ScoringSpec
from domaintune.core.teacher.repair import Unreadable

SPEC = ScoringSpec(
    name="rating",
    description="One score from 1 to 10",
    source="MT-bench, single judgments",
    context=["answer"],
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
IN_BRACKETS = re.compile(r"\[\[(\d+)\]\]")
SPELLINGS = {
    "in brackets": "[[{n}]]",
    "bare": "{n}",
    "with its scale": "{n}/10",
    "in words": "{n} out of 10",
    "in points": "{n}점",
    "in one bracket": "[{n}]",
    "in bold": "**{n}**",
    "two that differ": "[[{n}]] [[{other}]]",
    "out of range": "[[12]]",
    "taken out": "",
}
"""What the score is replaced by; `other` is another score in its range."""
SMOKE = [
    {"judgment": f"The answer names the right pump and leaves out why it froze. Rating: [[{n}]]", "score": n}
    for n in (2, 7)
]


class Reading(NamedTuple):
    """What was read of some judgments."""

    same: int
    """Scores read as published."""
    otherwise: list[str]
    unread: list[str]


def read(rows: Sequence[dict[str, Any]], spelling: str) -> Reading:
    """Read every row with its score spelt in this way."""
    same, otherwise, unread = 0, [], []
    for number, row in enumerate(rows, 1):
        name = f"line {number}: published {row['score']}"
        found = read_prose(SPEC, IN_BRACKETS.sub(_spelt(spelling), row["judgment"]))
        if isinstance(found, Unreadable):
            unread.append(f"{name}, {found.problem}")
        elif found.value["quality"] == row["score"]:
            same += 1
        else:
            otherwise.append(f"{name}, read {found.value['quality']}")
    return Reading(same, otherwise, unread)


def _spelt(spelling: str) -> Callable[[re.Match[str]], str]:
    return lambda match: spelling.format(n=match[1], other=int(match[1]) % 10 + 1)


def shapes(rows: Sequence[dict[str, Any]]) -> dict[str, int]:
    """Return how many rows have their score where."""
    found = [list(IN_BRACKETS.finditer(row["judgment"])) for row in rows]
    alone = [
        (one[0].string[: one[0].start()], one[0].string[one[0].end() :]) for one in found if len(one) == 1
    ]
    return {
        "rows": len(rows),
        "with one score in double brackets": len(alone),
        "of these behind `점수:`": sum(before.rstrip().endswith("점수:") for before, _ in alone),
        "of these behind `점수는`": sum(before.rstrip().endswith("점수는") for before, _ in alone),
        "going on behind it, if only with `입니다.`": sum(bool(after.strip()) for _, after in alone),
        "going on behind it with sentences": sum(after.strip() not in ("", "입니다.") for _, after in alone),
    }


def main() -> None:
    """Print the agreement, what differs, the shapes and the spellings."""
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    if sys.argv[1] == "--smoke":
        rows = SMOKE
    else:
        lines = Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()
        rows = [json.loads(line) for line in lines if line.strip()]
    written = read(rows, SPELLINGS["in brackets"])
    print(f"{written.same} of {len(rows)} scores read as published ({written.same / len(rows):.1%})")
    print(*written.otherwise, *written.unread, sep="\n", end="\n" if written.same < len(rows) else "")
    print(*(f"{count} {shape}" for shape, count in shapes(rows).items()), sep="\n")
    print("\n| score | spelt | read as published | read otherwise | unread |\n|---|---|---|---|---|")
    for name, spelling in SPELLINGS.items():
        one = read(rows, spelling)
        print(f"| {name} | `{spelling}` | {one.same} | {len(one.otherwise)} | {len(one.unread)} |")
    sys.exit(written.same < len(rows))


if __name__ == "__main__":
    main()
