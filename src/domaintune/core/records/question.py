"""A held-out question and its answer taken from the raw record."""

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
