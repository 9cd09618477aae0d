"""Long texts cut at headings and sentences to a token budget."""
