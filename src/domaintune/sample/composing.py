"""From an entry of `sample` to its files."""

from domaintune.sample.chemistry_corpus import compose_chemistry_corpus
from domaintune.sample.corpora import Composed, compose_projects_corpus, compose_text_corpus
from domaintune.sample.instruction_sets import compose_instruction_sets
from domaintune.sample.params import ChemistryCorpus, InstructionSetsCorpus, ProjectsCorpus, TextCorpus


def compose(
    seed: int, corpus: str, wanted: ProjectsCorpus | ChemistryCorpus | TextCorpus | InstructionSetsCorpus
) -> Composed:
    """Return a corpus of any kind."""
    if isinstance(wanted, ProjectsCorpus):
        return compose_projects_corpus(seed, corpus, wanted.projects)
    if isinstance(wanted, ChemistryCorpus):
        return compose_chemistry_corpus(seed, corpus, wanted)
    if isinstance(wanted, InstructionSetsCorpus):
        return compose_instruction_sets(seed, corpus, wanted)
    return compose_text_corpus(
        seed, corpus, wanted.documents, wanted.dialogues, wanted.topics or ["projects"]
    )
