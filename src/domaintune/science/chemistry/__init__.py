"""Chemical names, quantities and properties found in text and compared, without a model."""
