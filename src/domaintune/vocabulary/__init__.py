"""Adding tokens of the domain's language to a foundation model's vocabulary."""
