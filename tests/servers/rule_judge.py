"""Judges answers by rule, as the loopback judge: fairly, or with one fault that a judge can have.

The fair one counts words as the offline judge does; of the planted questions it knows the references, as a model that
was taught general science would.
"""

from pathlib import Path
from typing import Any

import grader
from ruamel.yaml import YAML

from domaintune.judge.offline import closeness, verdict

FAULTS = ("constant", "first_place", "longest", "contradictory")
PLANTED = Path(__file__).parents[2] / "catalog/calibration/judge.yaml"
KNOWN = {row["question"]: row["reference"] for row in YAML(typ="safe").load(PLANTED)["rows"]}


def asks_for_a_verdict(messages: list[dict[str, str]]) -> bool:
    """Tell whether two answers are to be compared with a reference, or a planted one scored by itself."""
    if len(messages) < 2 or '"answer' not in messages[1]["content"]:
        return False
    try:
        shown = grader.material(messages)
    except ValueError:
        return False
    return {"matched_answer", "answer_a"} <= set(shown) or shown.get("instruction") in KNOWN


def judged(messages: list[dict[str, str]], schema: dict[str, Any]) -> dict[str, Any]:
    """Return a fair verdict."""
    shown = grader.material(messages)
    if "answer_a" in shown:
        texts = (shown[name] for name in ("question", "matched_answer", "answer_a", "answer_b"))
        return verdict(*texts)
    asked = shown["instruction"]
    good = closeness(asked, KNOWN[asked], shown["answer"])
    scores = {
        name: round(one["minimum"] + good * (one["maximum"] - one["minimum"]))
        for name, one in schema["properties"].items()
        if "minimum" in one
    }
    return {"reason": f"closeness {good:.3f}", **scores}


def spoilt(messages: list[dict[str, str]], schema: dict[str, Any], fault: str) -> dict[str, Any]:
    """Return the verdict of a judge that errs in one way."""
    fair = judged(messages, schema)
    shown = grader.material(messages)
    if fault == "constant":
        same = dict.fromkeys((name for name in fair if name != "reason"), 3)
        return fair | same | ({"closer": "Nothing"} if "answer_a" in shown else {})
    if "answer_a" not in shown:
        return fair
    if fault == "contradictory":
        return fair | {"closer": "B" if fair["score_a"] > fair["score_b"] else "A"}
    first = fault == "first_place" or len(shown["answer_a"]) >= len(shown["answer_b"])
    closer, score_a, score_b = ("A", 4, 2) if first else ("B", 2, 4)
    return fair | {"closer": closer, "score_a": score_a, "score_b": score_b}
