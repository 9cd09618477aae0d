"""Compare each arm with its baseline on the same questions: tests, intervals, effect size, power."""
