"""The page says what a gain on rows of sets means, and does not speak of documents there."""

import pytest

from domaintune.report.words import measured_in_words


@pytest.mark.parametrize("measures", ["recall", "transfer"])
def test_rows_of_sets_are_not_called_documents(measures: str) -> None:
    of_sets = measured_in_words({"measures": measures, "questions_from": "sets"})
    of_documents = measured_in_words({"measures": measures, "questions_from": "documents"})
    assert of_sets.startswith("The questions are rows of sets that")
    assert of_documents.startswith(f"{measures.capitalize()}: the questions are about documents")
    both = measured_in_words({"measures": measures, "questions_from": "both"})
    assert both == f"{of_documents} Some belong to no document: {of_sets}"
