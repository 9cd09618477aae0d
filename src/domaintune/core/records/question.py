"""A held-out question with its answer taken from the raw record, and what an arm answered to it or to a benchmark's."""

from typing import Literal

from domaintune.core.frames import Record


class Question(Record):
    """One question that every arm answers."""

    id: str
    task: str
    instruction: str
    """The standing instruction of the task, the same as in training."""
    question: str
    options: list[str]
    answer: str
    """The teacher's answer, or the right option's number from 1 (`2`; several: `1,3`); empty where a set only asks."""
    matched_answer: str
    """The best matching passage of the raw record (the NASA study's Table 1)."""
    explanation: str
    subject: str
    difficulty: str
    category: str
    language: str
    document_id: str
    context: str
    """The document's text, used when `answer.questions.context` is document."""
    instruction_id: str
    """The instruction row the question was drawn from."""
    source: str
    licence: str
    cluster: str
    """What is not independent of it shares its cluster: questions on one document (or its near-duplicates) or on one
    passage, and near copies of the question. The unit of every test; empty until the corpus stage has set it."""
    split: str
    """Split of the document: from `test` it measures transfer or reading, from `train` recall."""
    follows: str = ""
    """Ids of the turns before it in its conversation, first to last, between spaces; empty for a first or only turn."""
    native_id: str = ""
    """The id that the file gave: of the question, or of the record or set row it was drawn from; empty without one."""
    file: str = ""
    """The question's file within its source's folder; empty where the source is one file."""

    @property
    def before(self) -> list[str]:
        """Return the ids of the turns before it."""
        return self.follows.split()

    @property
    def turn(self) -> int:
        """Return which turn of its conversation it is, from 1."""
        return len(self.before) + 1

    @property
    def right(self) -> tuple[int, ...]:
        """Return the numbers of the right options, from 1; none where there are no options, or it is not known."""
        numbers = self.answer.split(",")
        known = {str(number) for number in range(1, len(self.options) + 1)}
        return tuple(map(int, numbers)) if known.issuperset(numbers) else ()

    @property
    def asked(self) -> str:
        """Return what was asked, in words.

        The instruction is the task itself where a question has neither a document nor options (a row of an instruction
        set); elsewhere it is the same for all questions, and left out.
        """
        if self.question and (self.context or self.options):
            return self.question
        return "\n\n".join(part for part in (self.instruction, self.question) if part)


class Answer(Record):
    """One answer."""

    arm: str
    question_id: str
    text: str
    tokens: int
    """Number of generated tokens, the end token not counted."""
    finished: bool
    """False where max_new_tokens cut the answer."""


class BenchmarkItem(Record):
    """One scored question."""

    arm: str
    benchmark: str
    """Key in params.yaml `benchmarks`."""
    method: Literal["likelihood", "generation", "continuation", "continuation_norm", "lm_eval"]
    """lm_eval: as lm-eval's own task of that name scores."""
    question_id: str
    rotation: int
    """By how many places the options were moved up when they were shown; 0: as given."""
    cluster: str
    """The question's cluster; of an lm-eval task's own question its id."""
    subset: str
    options: int
    gold: str
    """The right option as given, counted from 1; several: `1,3`, and whichever of them is chosen is correct."""
    choice: str
    """The chosen option as given, whatever place it was shown at, counted from 1; empty unless correct or wrong."""
    outcome: Literal["correct", "wrong", "unparsed", "refused"]
    log_likelihoods: list[float]
    """Of each option as given, or of the label it had, not divided by any length; empty for generation."""
    text: str
    """What the model wrote, for generation; else empty."""
    prompt_tokens: int
    truncated: bool
    """True where the prompt did not fit the model's context and lost its beginning."""

    @property
    def right(self) -> list[str]:
        """Return the right options one by one."""
        return self.gold.split(",")
