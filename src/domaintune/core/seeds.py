"""Random generators derived from the project seed and a name."""

import hashlib

import numpy as np


def derive(seed: int, *names: str) -> np.random.Generator:
    """Return a generator that depends on the seed and the names alone, in every process and on every machine."""
    return np.random.default_rng(derive_seed(seed, *names))


def derive_seed(seed: int, *names: str) -> int:
    """Return a 63-bit integer seed for libraries that take no generator; Python's own hash is salted per process."""
    digest = hashlib.sha256("\x1f".join([str(seed), *names]).encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1


def unit_interval(seed: int, *names: str) -> float:
    """Map the names to [0, 1), independently of every other name: adding a document moves no other."""
    return derive_seed(seed, *names) / 2**63
