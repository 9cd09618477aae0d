"""From an entry of `sample` to its files."""

from domaintune.core.seeds import derive
from domaintune.sample.chemistry_corpus import compose_chemistry_corpus
from domaintune.sample.corpora import Composed, compose_projects_corpus, compose_text_corpus
from domaintune.sample.instruction_sets import compose_instruction_sets
from domaintune.sample.kobest import compose_kobest
from domaintune.sample.params import (
    ChemistryCorpus,
    InstructionSetsCorpus,
    KobestCorpus,
    ProjectsCorpus,
    TextCorpus,
    WritingCorpus,
)
from domaintune.sample.writing import compose_writing

Corpus = ProjectsCorpus | ChemistryCorpus | TextCorpus | InstructionSetsCorpus | KobestCorpus | WritingCorpus


def compose(seed: int, corpus: str, wanted: Corpus) -> Composed:
    """Return a corpus of any kind."""
    if isinstance(wanted, ProjectsCorpus):
        return compose_projects_corpus(seed, corpus, wanted.projects)
    if isinstance(wanted, ChemistryCorpus):
        return compose_chemistry_corpus(seed, corpus, wanted)
    if isinstance(wanted, InstructionSetsCorpus):
        return compose_instruction_sets(seed, corpus, wanted)
    if isinstance(wanted, KobestCorpus):
        files = compose_kobest(derive(seed, "sample", corpus), wanted.questions)
        return Composed(files, dict.fromkeys(files, wanted.questions))
    if isinstance(wanted, WritingCorpus):
        return compose_writing(seed, corpus, wanted)
    return compose_text_corpus(
        seed, corpus, wanted.documents, wanted.dialogues, wanted.topics or ["projects"]
    )
