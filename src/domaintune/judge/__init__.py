"""The judge compares an arm's answers with its baseline's, rubric by rubric, not knowing which is which."""
