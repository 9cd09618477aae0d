"""The recorded teacher: it replays answers that were written down for exactly these prompts, and makes none.

A recording is a file of JSON Lines, one a task: `key` of the prompt, `about` for a reader, and `text`, the completion
as it came, or `declined`, the reason why there was none.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from domaintune.core.paying.protocol import Failure, Message, Reply, Request
from domaintune.core.stage.errors import InputError, TeacherError
from domaintune.core.stage.files import content_id

FOLDER = "recipes/data/answers"
"""Where people find the recordings; `check` puts each task's beside what that task's run depends on."""


class Recorded:
    """A teacher that knows the answers of one task's recording."""

    def __init__(self, path: Path, asked_about: Mapping[tuple[Message, ...], str]) -> None:
        """Read the recording; `asked_about` names the document or question behind each prompt."""
        self._path, self._asked_about, self._answers = path, asked_about, read_recording(path)

    def ask(self, requests: Sequence[Request]) -> Iterator[tuple[Request, Reply | Failure]]:
        """Yield each request with its recorded answer.

        Raises:
            TeacherError: a request has none.
        """
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
    """Read answers by key.

    Raises:
        InputError: a line is not a recorded answer.
    """
    answers: dict[str, Reply | Failure] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            row = json.loads(line)
            answers[row["key"]] = (
                Reply(str(row["text"]), "stop", 0, 0)
                if "text" in row
                else Failure("needs_model", str(row["declined"]))
            )
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(
                f"{FOLDER}/{path.name}, line {number}: expected an object with `key` and `text` or `declined`, got "
                f"{line[:80]!r}. Run `git checkout` on the file."
            ) from error
    return answers
