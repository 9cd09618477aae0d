"""Tuning an arm's LoRA adapter with trl and peft, and resuming after a kill to the same bytes."""
