"""Pre-training text on chemistry: papers in two languages, plain facts, and how exams are written.

The papers are in no other file. Of the fact table, half is told in plain sentences; nothing is asked.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any

import numpy as np

from domaintune.core.seeds import derive
from domaintune.sample.chemistry_abstracts import TURNS
from domaintune.sample.chemistry_facts import TOLD
from domaintune.sample.chemistry_papers import Paper, compose_papers
from domaintune.sample.chemistry_primer import draw_item, english_exam, korean_exam
from domaintune.sample.chemistry_wordings import statement_of

SENTENCES = 6
"""Facts told in one text."""


def compose_chemistry_text(seed: int, corpus: str, documents: int) -> Iterator[dict[str, Any]]:
    """Yield lines of `text.jsonl`, the six forms in turn."""
    forms = (_english, _korean_facts, _both, _korean_exam, _english_facts, _english_exam)
    papers = compose_papers(seed, corpus, "pretraining", TURNS)
    for number, paper in enumerate(islice(papers, documents)):
        rng = derive(seed, "sample", corpus, "chemistry text", str(number))
        yield {"text": forms[number % len(forms)](paper, rng)}


def compose_chemistry_dialogues(seed: int, corpus: str, dialogues: int) -> Iterator[dict[str, Any]]:
    """Yield lines of `dialogues.jsonl`: a paper asked about in English or Korean, or an everyday question."""
    forms = (_ask_english, _ask_item_korean, _ask_korean, _ask_item_english)
    papers = compose_papers(seed, corpus, "pretraining", TURNS, name="dialogues")
    for number, paper in enumerate(islice(papers, dialogues)):
        rng = derive(seed, "sample", corpus, "chemistry dialogue", str(number))
        question, answer = forms[number % len(forms)](paper, rng)
        yield {
            "messages": [
                {"role": "user", "content": question},
                {"role": "assistant", "content": answer},
            ]
        }


def _english(paper: Paper, rng: np.random.Generator) -> str:
    if rng.random() < 0.5:
        return f"{paper.title}. {paper.abstract}"
    return f"Title: {paper.title}\nAbstract: {paper.abstract}\nKeywords: {', '.join(paper.keywords)}"


def _both(paper: Paper, rng: np.random.Generator) -> str:
    summary = " ".join(paper.summary_ko)
    if rng.random() < 0.5:
        return f"{paper.title}. {paper.abstract}\n요약: {summary}"
    return f"제목: {paper.title_ko}\n요약: {summary}\n목적: {paper.purpose_ko}\n결과: {paper.result_ko}"


def _facts(rng: np.random.Generator, *, korean: bool) -> str:
    chosen = rng.choice(len(TOLD), size=SENTENCES, replace=False)
    return " ".join(statement_of(TOLD[int(i)], korean=korean) for i in chosen)


def _english_facts(paper: Paper, rng: np.random.Generator) -> str:
    return f"{_facts(rng, korean=False)} {paper.details[0]}"


def _korean_facts(paper: Paper, rng: np.random.Generator) -> str:
    return f"{_facts(rng, korean=True)} {paper.purpose_ko}"


def _korean_exam(paper: Paper, rng: np.random.Generator) -> str:
    del paper
    return korean_exam(rng, 3)


def _english_exam(paper: Paper, rng: np.random.Generator) -> str:
    del paper
    return english_exam(rng, 3)


def _ask_english(paper: Paper, rng: np.random.Generator) -> tuple[str, str]:
    before = f"{paper.title}. {paper.abstract}\n\n"
    if rng.random() < 0.5:
        return f"{before}What are the keywords?", f"The keywords are {', '.join(paper.keywords)}."
    return f"{paper.abstract}\n\nGive this paper a title.", paper.title


def _ask_korean(paper: Paper, rng: np.random.Generator) -> tuple[str, str]:
    if rng.random() < 0.5:
        return f"{paper.abstract}\n\n이 글을 한국어로 요약하시오.", " ".join(paper.summary_ko)
    return f"{paper.abstract}\n\n이 글의 목적은?", paper.purpose_ko


def _ask_item_korean(paper: Paper, rng: np.random.Generator) -> tuple[str, str]:
    del paper
    item = draw_item(rng, 5, korean=True)
    options = " ".join("①②③④⑤"[n] + option for n, option in enumerate(item.options))
    return f"{item.stem} {options}", f"{'①②③④⑤'[item.place]} {item.options[item.place]}"


def _ask_item_english(paper: Paper, rng: np.random.Generator) -> tuple[str, str]:
    del paper
    item = draw_item(rng, 4, korean=False)
    options = "\n".join(f"{'ABCD'[n]}. {option}" for n, option in enumerate(item.options))
    return f"{item.stem}\n{options}", f"{'ABCD'[item.place]}. {item.options[item.place]}"
