"""Scoring every arm on multiple-choice questions, through lm-eval."""
