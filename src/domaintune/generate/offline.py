"""The teachers that need no model: one quotes a text's own sentences as answers, one replays recorded answers.

The extractive teacher invents nothing, declines what needs a model, and asks in English only, by the questions of
question_templates.yaml: of `fields` (name to text) so many `pairs` as are wanted, by the kind of questions `quotes`.

The recorded teacher answers exactly the prompts of its recording, JSON Lines for one task: `key` of the prompt, `about`
for a reader, and `text`, the completion as it came, or `declined`, the reason why there was none.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

from domaintune.core.paying.protocol import Failure, Message, Reply, Request
from domaintune.core.seeds import derive_seed, unit_interval
from domaintune.core.stage.errors import InputError, TeacherError
from domaintune.core.stage.files import content_id, to_json
from domaintune.core.stage.params import read_yaml
from domaintune.science.sentences import split_sentences

TEMPLATES = read_yaml(Path(__file__).with_name("question_templates.yaml"))
QUESTIONS: dict[str, dict[str, Any]] = TEMPLATES["quotes"]
CUES = {aspect: re.compile(cue, re.IGNORECASE) for aspect, cue in TEMPLATES["cues"].items()}

ANSWER_CHARS = 400
"""A quoted section ends with the sentence that passes this length."""

MIN_WORDS = 4
"""Of a sentence that answers a question about the text."""


def answer(context: Mapping[str, Any]) -> Reply | Failure:
    """Write pairs about one document; a context with `writes` asks for something else than pairs."""
    if shape := context.get("writes"):
        return Failure("needs_model", f"the extractive teacher quotes pairs, it cannot write a {shape}")
    if context["quotes"] == "nothing":
        return Failure("needs_model", "the extractive teacher quotes, it cannot make up what to ask")
    language, fields = context["language"], context["fields"]
    if not language.startswith("en"):
        told = f"the extractive teacher asks in English, the document is in {language!r}"
        return Failure("needs_model", told)
    asks = QUESTIONS[context["quotes"]]
    about = asks["about"].format(title=context["title"]) if context["title"] else asks["nameless"]
    by_field = [_pairs(asks, name, value, about, context["text"]) for name, value in fields.items()]
    # every field is asked about before one is asked about twice
    in_turn = [pair for pairs in zip_longest(*by_field) for pair in pairs if pair is not None]
    if not in_turn:
        return Failure("needs_model", f"nothing to quote in {', '.join(fields)}")
    return Reply(to_json({"pairs": in_turn[: context["pairs"]]}, indent=None), "stop", 0, 0)


def _pairs(asks: Mapping[str, Any], field: str, value: str, about: str, text: str) -> list[dict[str, str]]:
    """Return all pairs a field gives, the one to use first at the front."""
    if field == "text":
        return _aspects(asks, value, about)
    sentences = split_sentences(value)
    if field == "title":
        return [_pair(asks["title"], value, value, sentence=one) for one in split_sentences(text)[:1]]
    if field == "keywords":
        words = ", ".join(word.strip() for word in value.split(";"))
        return [_pair(asks["keywords"], about, f"The keywords are {words}.", about=about)]
    if field in asks["values"]:
        return [_pair(asks["values"][field], about, value, about=about)]
    if field in asks["sections"]:
        return [_pair(asks["sections"][field], about, _quote(sentences), about=about)]
    label = field.replace("_", " ")
    templates = TEMPLATES["section" if len(sentences) > 1 else "value"]
    return [_pair(templates, about + field, _quote(sentences), about=about, label=label)]


def _aspects(asks: Mapping[str, Any], text: str, about: str) -> list[dict[str, str]]:
    """Return a pair for each aspect that a sentence speaks of, in an order that varies by text."""
    sentences = split_sentences(text)
    # Headings and stray letters are no answers, unless there is nothing else.
    sentences = [sentence for sentence in sentences if len(sentence.split()) >= MIN_WORDS] or sentences
    found: dict[str, dict[str, str]] = {}
    for at, sentence in enumerate(sentences):
        for aspect, templates in asks["aspects"].items():
            fits = CUES[aspect].search(sentence) is not None if aspect in CUES else at == 0
            if fits and aspect not in found:
                found[aspect] = _pair(templates, about, sentence, about=about)
                break
    return [found[name] for name in sorted(found, key=lambda name: unit_interval(0, "aspect", name, about))]


def _quote(sentences: Sequence[str]) -> str:
    quoted: list[str] = []
    for sentence in sentences:
        quoted.append(sentence)
        if sum(map(len, quoted)) > ANSWER_CHARS:
            break
    return " ".join(quoted)


def _pair(templates: Sequence[str], name: str, quoted: str, **given: str) -> dict[str, str]:
    template = templates[derive_seed(0, "wording", name) % len(templates)]
    return {"question": template.format(**given), "answer": quoted}


FOLDER = "recipes/data/answers"
"""Where people find the recordings; `check` puts each task's beside what that task's run depends on."""


class Recorded:
    """A teacher that knows the answers of one task's recording."""

    def __init__(self, path: Path, asked_about: Mapping[tuple[Message, ...], str]) -> None:
        """Read the recording; `asked_about` names the document or question behind each prompt."""
        self._path, self._asked_about, self._answers = path, asked_about, read_recording(path)

    def ask(self, requests: Sequence[Request]) -> Iterator[tuple[Request, Reply | Failure]]:
        """Yield each request with its recorded answer."""
        if missing := [one for one in requests if key_of(one.messages) not in self._answers]:
            raise TeacherError(
                f"tasks.{self._path.stem}: the recorded teacher has no answer to {len(missing)} of {len(requests)} "
                f"requests, first about {self._asked_about.get(missing[0].messages, 'an unknown document')}. "
                f"{FOLDER}/{self._path.name} answers the recipes' own files and prompts only. For another text, prompt "
                "or task name a teacher that reads: `teacher.backend: openai` or `transformers` in params.yaml."
            )
        for request in requests:
            yield request, self._answers[key_of(request.messages)]


def key_of(messages: Sequence[Message]) -> str:
    """Return what a prompt's answer is recorded under: a hash of its messages, whoever was asked and how."""
    return content_id(*(f"{message.role}\n{message.content}" for message in messages))


def read_recording(path: Path) -> dict[str, Reply | Failure]:
    """Read answers by key."""
    answers: dict[str, Reply | Failure] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            row = json.loads(line)
            if "text" in row:
                answers[row["key"]] = Reply(str(row["text"]), "stop", 0, 0)
            else:
                answers[row["key"]] = Failure("needs_model", str(row["declined"]))
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(
                f"{FOLDER}/{path.name}, line {number}: expected an object with `key` and `text` or `declined`, got "
                f"{line[:80]!r}. Run `git checkout` on the file."
            ) from error
    return answers
