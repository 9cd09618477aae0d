"""Extend a foundation model's vocabulary."""

from pathlib import Path
from typing import Annotated

import typer

from domaintune.core.sections.vocabulary import Vocabulary
from domaintune.core.stage.params import load_item
from domaintune.core.stage.running import guarded, running
from domaintune.vocabulary.extending import Places, extend

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
Given = Annotated[Path, typer.Option()]
Named = Annotated[str, typer.Option()]


@app.command()
def main(
    *, params: Given, vocabulary: Named, base: Given, reads: Given, out: Given, accounting: Given
) -> None:  # fmt: skip
    """Learn tokens from texts and put them behind the base's."""
    with running("vocabulary", vocabulary, Path("locks/tables.txt"), Path("locks/model.txt")):
        chosen = load_item(params, Vocabulary, vocabulary)
        extend(vocabulary, chosen, Places(base, reads, out)).write(accounting)


if __name__ == "__main__":
    guarded(app)
