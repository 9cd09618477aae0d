"""Rows that share a request.

A row belongs to the bucket that the leading bits of its id's hash name: the largest bucket whose rows fit under the
token limit. What a bucket holds depends on its own rows alone, so that an edited row asks again for its own bucket
and for no other, and a new row may split one bucket in two at most. Cutting a sorted list at the limit would shift
every cut behind an edit (docs/decisions/0012-translating.md has the measurement).
"""

import hashlib
from collections.abc import Sequence

from domaintune.translate.jobs import Job

BITS = 256


def batches(jobs: Sequence[Job], max_tokens: int) -> list[list[Job]]:
    """Return the rows bucket by bucket, those of a bucket in order of their ids; a row over the limit is alone."""
    alone = [[job] for job in jobs if job.tokens > max_tokens]
    rest = [job for job in jobs if job.tokens <= max_tokens]
    found = [*alone, *_split(rest, max_tokens, 0)]
    return sorted(
        (sorted(batch, key=lambda job: job.row.id) for batch in found), key=lambda batch: batch[0].row.id
    )


def _split(jobs: Sequence[Job], max_tokens: int, bit: int) -> list[list[Job]]:
    if not jobs:
        return []
    if sum(job.tokens for job in jobs) <= max_tokens or bit == BITS:
        return [list(jobs)]
    halves: tuple[list[Job], list[Job]] = ([], [])
    for job in jobs:
        halves[_hash(job.row.id) >> (BITS - 1 - bit) & 1].append(job)
    return [batch for half in halves for batch in _split(half, max_tokens, bit + 1)]


def _hash(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest(), "big")
