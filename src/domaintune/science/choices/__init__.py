"""Options and answers of multiple-choice questions, read from text."""
