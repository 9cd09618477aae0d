"""Scoring one text by a spec's criteria: specs, prompts, calibration of a judge, and the reading of its replies."""
