"""How hard a server is pressed: requests at once, a minute, and tokens a minute."""

import time

START = 128
"""Requests that an address gets at once before anything is known of it."""
GROWTH = 3
"""More requests for each answer while the address is being opened: four times as many a round trip."""
TOLERATED = 0.05
"""Share of answers that may say `slow down` before the window shrinks; single ones are noise."""
GAIN = 1.2
"""Answers a second, over those of the round before, that make growing worth while."""


class Window:
    """How many requests one address gets at once.

    It opens fast, stops where more requests bring no more answers a second, shrinks by the share of answers that say
    slow down (429, 503, 529, time limit) and where answers take half the time limit, then grows slowly (additive
    increase, multiplicative decrease: Chiu and Jain 1989). So neither one llama.cpp server nor a cluster of vLLM needs
    tuning.
    """

    def __init__(self, most: int, timeout_s: float) -> None:
        self.most, self.size, self.opening = most, float(min(START, most)), True
        self._patience, self._rate, self._before = timeout_s / 2, 0.0, 0.0
        self._since, self._seen, self._slow, self._longest, self._begun_with = (
            time.monotonic(),
            0,
            0,
            0.0,
            self.size,
        )

    def came(self, now: float, took: float, *, slow: bool, full: bool) -> None:
        """Take in one answer: the seconds that it took, whether it says slow down, whether all places were taken."""
        self._seen += 1
        self._slow += slow
        self._longest = max(self._longest, took)
        if self.opening and full and not slow:
            self.size = min(self.most, self.size + GROWTH)
        if self._seen < self._begun_with:
            return
        rate, share = (self._seen - self._slow) / max(now - self._since, 1e-9), self._slow / self._seen
        if share > TOLERATED:
            self._shrink(max(0.5, 1 - share))
        elif self._longest > self._patience:
            self._shrink(self._patience / self._longest)
        elif self.opening and full and rate < GAIN * self._rate:
            self.size, self.opening = self._before, False
        elif not self.opening and full:
            self.size = min(self.most, self.size + max(1.0, self.size / 50))
        self._rate, self._before = rate, self._begun_with
        self._since, self._seen, self._slow, self._longest, self._begun_with = now, 0, 0, 0.0, self.size

    def _shrink(self, factor: float) -> None:
        self.size, self.opening = max(1.0, min(self.size, self._begun_with) * factor), False


class Pace:
    """A limit of amounts a minute, kept by a bucket that holds a second's worth, or the one request that is larger."""

    def __init__(self, per_minute: float | None) -> None:
        self._rate = None if per_minute is None else per_minute / 60
        self._level, self._at = self._rate or 0.0, time.monotonic()

    def wait(self, now: float) -> float:
        """Return the seconds until something more may be sent."""
        if self._rate is None:
            return 0.0
        self._level, self._at = min(self._rate, self._level + (now - self._at) * self._rate), now
        return max(0.0, min(1.0, self._rate) - self._level) / self._rate

    def take(self, amount: float) -> None:
        """Take an amount, or give back what was taken too much (a negative one)."""
        self._level -= amount
