"""domaintune: raw scientific text to a domain language model, as a DVC pipeline."""
