"""How rows become text and tokens: one function for training and for answering."""
