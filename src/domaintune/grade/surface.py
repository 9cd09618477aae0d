"""The offline backend `surface`: it reads nothing, so it declines every criterion; surface measures need no backend."""

from collections.abc import Iterator, Sequence

from domaintune.core.paying.protocol import Failure, Reply, Request
from domaintune.core.records.grade import Grade
from domaintune.grade.rows import GradedRow
from domaintune.science.surface_measures import surface_measures

DECLINED = "the offline backend surface reads nothing; grading by the card's criteria needs a judge model (grade.model)"


class Surface:
    """Declines whatever it is asked."""

    def ask(self, requests: Sequence[Request]) -> Iterator[tuple[Request, Reply | Failure]]:
        """Yield each request with the reason it is declined for."""
        for request in requests:
            yield request, Failure("needs_model", DECLINED)


def measured(rows: Sequence[GradedRow]) -> list[Grade]:
    """Return the surface measures of every row, each under its own name; one that cannot be taken is left out."""
    return [
        Grade(instruction_id=row.id, name=name, value=value, by="surface")
        for row in rows
        for name, value in surface_measures(
            row.answer, asked=row.asked, document=row.ground, language=row.language
        ).items()
    ]
